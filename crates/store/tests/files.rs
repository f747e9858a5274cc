//! The tables of contents, files and uploads, on both databases.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;
use std::time::Duration;

use model::id::UserId;
use model::stream::StreamId;
use model::text::{DisplayName, Username};
use model::time::{Clock, Timestamp};
use model::user::{Role, UserKind};
use store::files::{Blob, Claim, Hash};
use store::users::NewUser;
use store::{Options, Result, Store, Tx, files, uploads, users, workspace};

const HOUR: Duration = Duration::from_secs(3600);
const LEASE: Duration = Duration::from_secs(60);

const ONE: Hash = [1; 32];
const TWO: Hash = [2; 32];

fn blob(hash: Hash, size: i64) -> Blob {
    Blob {
        hash,
        size,
        kind: "text/plain".to_owned(),
        extent: None,
    }
}

struct Fixture {
    store: Store,
    clock: Clock,
}

impl Fixture {
    async fn new(db: &testkit::Database) -> Self {
        let database = match (db.path(), db.url()) {
            (Some(path), _) => store::Database::Sqlite(path),
            (None, url) => store::Database::Postgres(url.unwrap().to_owned()),
        };
        let clock = Clock::manual(Timestamp::from_micros(1_769_847_300_000_000));
        let store = Store::open(Options {
            database,
            clock: clock.clone(),
            on_commit: Arc::new(|_| {}),
        });
        let store = store.await.unwrap();
        let fixture = Self { store, clock };
        fixture.write(async |tx| workspace::ensure(tx).await).await;
        fixture
    }

    async fn write<T: Send + 'static>(
        &self,
        work: impl AsyncFn(&mut Tx) -> Result<T> + Send + 'static,
    ) -> T {
        let done: Result<T> = self.store.write(&[StreamId::Workspace], work).await;
        done.unwrap()
    }

    async fn person(&self, name: &'static str) -> UserId {
        let insert = async move |tx: &mut Tx| {
            let new = NewUser {
                kind: UserKind::Person,
                username: Username::parse(name).unwrap(),
                display_name: DisplayName::parse(name).unwrap(),
                email: None,
                password_hash: None,
                role: Role::Member,
            };
            Ok(users::insert(tx, &new).await?.id)
        };
        self.write(insert).await
    }

    async fn claim(&self, hash: Hash) -> Claim {
        self.write(async move |tx| files::claim(tx, &blob(hash, 10)).await)
            .await
    }

    async fn settle(&self, hash: Hash) -> bool {
        self.write(async move |tx| files::settle(tx, &hash).await)
            .await
    }

    async fn doom(&self) -> Vec<Hash> {
        let doom = async |tx: &mut Tx| {
            let before = tx.now().minus(HOUR);
            let mut doomed = Vec::new();
            for hash in files::unused(tx, before, 10).await? {
                assert!(files::doom(tx, &hash, before, LEASE).await?);
                doomed.push(hash);
            }
            // A second time there is nothing to mark.
            for hash in [ONE, TWO] {
                assert!(!files::doom(tx, &hash, before, LEASE).await?);
            }
            Ok(doomed)
        };
        self.write(doom).await
    }
}

testkit::on_both_databases! {
    async fn whoever_claims_a_content_and_whoever_removes_it_exclude_each_other(db: Database) {
        let fixture = Fixture::new(&db).await;
        assert_eq!(fixture.claim(ONE).await, Claim::Missing);
        assert!(fixture.settle(ONE).await);
        assert_eq!(fixture.claim(ONE).await, Claim::Stored);
        // A claim lasts for an hour.
        fixture.clock.advance(HOUR / 2);
        assert_eq!(fixture.doom().await, [] as [Hash; 0]);
        fixture.clock.advance(HOUR);
        assert_eq!(fixture.doom().await, [ONE]);
        assert_eq!(fixture.doom().await, [] as [Hash; 0]);
        assert_eq!(fixture.claim(ONE).await, Claim::Removing);
        assert!(!fixture.settle(ONE).await);
        fixture.write(async |tx| files::forget(tx, &ONE).await).await;
        assert_eq!(fixture.claim(ONE).await, Claim::Missing);
        // Who removed and never came back holds nobody up for longer than the lease; the bytes may be gone.
        assert!(fixture.settle(ONE).await);
        fixture.clock.advance(2 * HOUR);
        assert_eq!(fixture.doom().await, [ONE]);
        fixture.clock.advance(2 * LEASE);
        assert_eq!(fixture.claim(ONE).await, Claim::Missing);
        fixture.write(async |tx| files::forget(tx, &ONE).await).await;
        assert!(fixture.settle(ONE).await);
    }

    async fn contents_that_something_has_stay(db: Database) {
        let fixture = Fixture::new(&db).await;
        let ana = fixture.person("ana").await;
        for hash in [ONE, TWO] {
            fixture.claim(hash).await;
            fixture.settle(hash).await;
        }
        let made = async move |tx: &mut Tx| files::insert(tx, ana, "a.txt", &ONE).await;
        let (file, unmade) = fixture.write(made).await;
        assert_eq!((file.name.as_str(), file.size, unmade), ("a.txt", 10, true));
        fixture.write(async |tx| files::set_thumbnail(tx, &ONE, &TWO, "hash").await).await;
        let stored = fixture.write(async move |tx| files::get(tx, file.id).await).await.unwrap();
        assert!(stored.file.thumbnail);
        assert_eq!(stored.thumbnail, Some((TWO, "text/plain".to_owned(), 10)));
        fixture.clock.advance(2 * HOUR);
        assert_eq!(fixture.doom().await, [] as [Hash; 0]);
        let free = async |tx: &mut Tx| files::remove_free(tx, tx.now().minus(HOUR), 10).await;
        assert_eq!(fixture.write(free).await, 1);
        // The thumbnail follows what it is of.
        assert_eq!(fixture.doom().await, [ONE]);
        fixture.write(async |tx| files::forget(tx, &ONE).await).await;
        assert_eq!(fixture.doom().await, [TWO]);
    }

    async fn a_file_is_shown_or_free(db: Database) {
        let fixture = Fixture::new(&db).await;
        let (ana, bo) = (fixture.person("ana").await, fixture.person("bo").await);
        fixture.claim(ONE).await;
        fixture.settle(ONE).await;
        let made = async move |tx: &mut Tx| files::insert(tx, ana, "a", &ONE).await;
        let id = fixture.write(made).await.0.id;
        assert!(!fixture.write(async move |tx| files::show(tx, id, bo).await).await);
        assert!(fixture.write(async move |tx| files::show(tx, id, ana).await).await);
        assert!(!fixture.write(async move |tx| files::show(tx, id, ana).await).await);
        fixture.clock.advance(HOUR);
        let free = async |tx: &mut Tx| files::remove_free(tx, tx.now(), 10).await;
        assert_eq!(fixture.write(free).await, 0);
        fixture.write(async move |tx| files::hide(tx, id).await).await;
        fixture.clock.advance(HOUR);
        assert_eq!(fixture.write(free).await, 1);
    }

    async fn room_is_counted_by_what_is_there_and_what_is_announced(db: Database) {
        let fixture = Fixture::new(&db).await;
        let (ana, bo) = (fixture.person("ana").await, fixture.person("bo").await);
        fixture.claim(ONE).await;
        fixture.settle(ONE).await;
        for owner in [ana, bo] {
            fixture.write(async move |tx| files::insert(tx, owner, "a", &ONE).await).await;
        }
        let begun = fixture.write(async move |tx| uploads::insert(tx, ana, "b", 7, HOUR).await).await;
        let used = async move |tx: &mut Tx| {
            Ok((files::used_by(tx, ana).await?, files::used_by(tx, bo).await?, files::stored(tx).await?))
        };
        assert_eq!(fixture.write(used).await, (17, 10, (10, 1)));
        assert_eq!(fixture.write(async |tx| files::announced(tx).await).await, 7);
        assert_eq!(fixture.write(async move |tx| uploads::open(tx, ana).await).await, 1);
        let limits = fixture.write(async |tx| files::limits(tx).await).await;
        assert_eq!(limits.max_file_bytes, 256 * 1024 * 1024);
        assert_eq!((limits.user_quota_bytes, limits.file_types.len()), (None, 0));
        fixture.clock.advance(2 * HOUR);
        let gone = fixture.write(async |tx| uploads::remove_expired(tx, 10).await).await;
        assert_eq!(gone, [begun.id]);
        assert_eq!(fixture.write(used).await, (10, 10, (10, 1)));
    }
}
