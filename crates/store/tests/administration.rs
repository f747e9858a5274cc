//! Tokens, and the audit's chain, on both databases.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::sync::Arc;
use std::time::Duration;

use model::event::RevokeReason;
use model::id::TokenId;
use model::stream::StreamId;
use model::text::{DisplayName, Email, Username};
use model::time::{Clock, Timestamp};
use model::token::{Scope, Token};
use model::user::{Role, User, UserKind};
use parking_lot::Mutex;
use store::audit::{Checked, Filter, Found};
use store::users::NewUser;
use store::{Error, Notice, Options, Result, Store, Tx, audit, tokens, users, workspace};

const MINUTE: Duration = Duration::from_secs(60);

struct Fixture {
    store: Store,
    clock: Clock,
    frames: Arc<Mutex<Vec<String>>>,
}

impl Fixture {
    async fn new(db: &testkit::Database) -> Self {
        let database = match (db.path(), db.url()) {
            (Some(path), _) => store::Database::Sqlite(path),
            (None, Some(url)) => store::Database::Postgres(url.to_owned()),
            (None, None) => unreachable!(),
        };
        let clock = Clock::manual(Timestamp::from_micros(1_769_847_300_000_000));
        let frames = Arc::new(Mutex::new(Vec::new()));
        let sink = frames.clone();
        let store = Store::open(Options {
            database,
            clock: clock.clone(),
            on_commit: Arc::new(move |notice| {
                if let Notice::Committed(events) = notice {
                    sink.lock()
                        .extend(events.into_iter().map(|event| event.frame));
                }
            }),
        })
        .await
        .unwrap();
        let fixture = Self {
            store,
            clock,
            frames,
        };
        fixture
            .write(async |tx| workspace::ensure(tx).await)
            .await
            .unwrap();
        fixture
    }

    async fn write<T: Send + 'static>(
        &self,
        work: impl AsyncFn(&mut Tx) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.store.write(&[StreamId::Workspace], work).await
    }

    async fn user(&self, name: &str) -> User {
        let new = NewUser {
            kind: UserKind::Person,
            username: Username::parse(name).unwrap(),
            display_name: DisplayName::parse(name).unwrap(),
            email: Some(Email::parse(&format!("{name}@example.org")).unwrap()),
            password_hash: None,
            role: Role::Member,
        };
        self.write(async move |tx| users::insert(tx, &new).await)
            .await
            .unwrap()
    }

    async fn act(&self, action: &'static str) {
        self.write(async move |tx| audit::insert(tx, None, action, "a", "{}", "192.0.2.1").await)
            .await
            .unwrap();
    }

    /// Checks the whole chain; the number of the first bad row.
    async fn bad_row(&self) -> Option<i64> {
        let mut at = Checked::START;
        loop {
            let step = async move |tx: &mut Tx| audit::verify_from(tx, at).await;
            match self.store.read(step).await.unwrap() {
                Found::Good(checked) => at = checked,
                Found::End => return None,
                Found::Bad(seq) => return Some(seq),
            }
        }
    }

    /// Does to the database what no code of ours does.
    async fn tamper(&self, sql: &'static str) {
        let job = async move |tx: &mut Tx| -> Result<()> {
            for lift in lift_guards(tx) {
                tx.execute(lift, &[]).await?;
            }
            tx.execute(sql, &[]).await?;
            Ok(())
        };
        self.write(job).await.unwrap();
    }
}

/// Takes the triggers away: whoever owns the database can.
fn lift_guards(tx: &Tx) -> &'static [&'static str] {
    match tx.dialect() {
        store::dialect::Dialect::Sqlite => &[
            "DROP TRIGGER IF EXISTS audit_keeps_rows",
            "DROP TRIGGER IF EXISTS audit_loses_no_rows",
        ],
        store::dialect::Dialect::Postgres => &["DROP TRIGGER IF EXISTS audit_only_grows ON audit"],
    }
}

const ACTS: [&str; 5] = [
    "user.created",
    "user.role_changed",
    "session.revoked",
    "user.created",
    "token.made",
];

async fn with_acts(db: &testkit::Database) -> Fixture {
    let fixture = Fixture::new(db).await;
    for act in ACTS {
        fixture.act(act).await;
        fixture.clock.advance(MINUTE);
    }
    assert_eq!(fixture.bad_row().await, None);
    fixture
}

testkit::on_both_databases! {
    async fn an_audit_row_can_t_be_changed_or_removed(db: Database) {
        let fixture = with_acts(&db).await;
        for sql in ["UPDATE audit SET action = 'x' WHERE seq = 2", "DELETE FROM audit WHERE seq = 2"] {
            let refused = fixture.write(async move |tx| tx.execute(sql, &[]).await).await;
            assert!(matches!(refused, Err(Error::Database(_) | Error::Constraint(_))), "{refused:?}");
        }
        assert_eq!(fixture.bad_row().await, None);
    }

    async fn one_changed_missing_or_inserted_row_is_found(db: Database) {
        let fixture = with_acts(&db).await;
        for (sql, undo, bad) in [
            ("UPDATE audit SET action = 'x' WHERE seq = 2", "UPDATE audit SET action = 'user.role_changed' WHERE seq = 2", 2),
            ("UPDATE audit SET at = at + 1 WHERE seq = 1", "UPDATE audit SET at = at - 1 WHERE seq = 1", 1),
            ("UPDATE audit SET actor = id WHERE seq = 3", "UPDATE audit SET actor = NULL WHERE seq = 3", 3),
            ("UPDATE audit SET address = '' WHERE seq = 5", "UPDATE audit SET address = '192.0.2.1' WHERE seq = 5", 5),
            ("UPDATE audit SET seq = 9 WHERE seq = 4", "UPDATE audit SET seq = 4 WHERE seq = 9", 4),
            ("UPDATE audit SET seq = 6 WHERE seq = 5", "UPDATE audit SET seq = 5 WHERE seq = 6", 5),
            (
                "INSERT INTO audit SELECT 6, id, at, actor, action, subject, data, address, hash FROM audit WHERE seq = 5",
                "DELETE FROM audit WHERE seq = 6",
                6,
            ),
            (
                "INSERT INTO audit SELECT 0, id, at, actor, action, subject, data, address, hash FROM audit WHERE seq = 5",
                "DELETE FROM audit WHERE seq = 0",
                0,
            ),
            ("UPDATE audit_head SET seq = 4", "UPDATE audit_head SET seq = 5", 5),
        ] {
            fixture.tamper(sql).await;
            assert_eq!(fixture.bad_row().await, Some(bad), "{sql}");
            fixture.tamper(undo).await;
            assert_eq!(fixture.bad_row().await, None, "{undo}");
        }
        fixture.tamper("DELETE FROM audit WHERE seq = 5").await;
        assert_eq!(fixture.bad_row().await, Some(5), "the last row is gone");
    }

    async fn acts_that_are_undone_leave_no_gap_and_those_at_once_stand_in_a_row(db: Database) {
        let fixture = Fixture::new(&db).await;
        let acts = (0..40).map(|k| {
            let stream = if k % 2 == 0 { vec![StreamId::Workspace] } else { Vec::new() };
            fixture.store.write(&stream, async move |tx: &mut Tx| -> Result<()> {
                audit::insert(tx, None, "a", &k.to_string(), "{}", "").await?;
                if k % 3 == 0 { Err(Error::Busy) } else { Ok(()) }
            })
        });
        let done = futures_util::future::join_all(acts).await;
        let kept = done.iter().filter(|done| done.is_ok()).count();
        assert_eq!(fixture.bad_row().await, None);
        let (last, _) = fixture.store.read(async |tx: &mut Tx| audit::end(tx).await).await.unwrap();
        assert_eq!(usize::try_from(last).unwrap(), kept);
    }

    async fn acts_are_found_by_what_they_were(db: Database) {
        let fixture = with_acts(&db).await;
        let start = fixture.clock.now().minus(MINUTE * 5);
        let seqs = async |filter: Filter| {
            let page = async move |tx: &mut Tx| audit::page(tx, &filter, i64::MAX, 10).await;
            fixture.store.read(page).await.unwrap().iter().map(|entry| entry.seq).collect::<Vec<_>>()
        };
        assert_eq!(seqs(Filter::default()).await, [5, 4, 3, 2, 1]);
        assert_eq!(seqs(Filter { action: "user.".to_owned(), ..Filter::default() }).await, [4, 2, 1]);
        assert_eq!(seqs(Filter { action: "user.created".to_owned(), ..Filter::default() }).await, [4, 1]);
        assert_eq!(seqs(Filter { subject: "b".to_owned(), ..Filter::default() }).await, [0; 0]);
        assert_eq!(seqs(Filter { actor: Some(None), ..Filter::default() }).await, [5, 4, 3, 2, 1]);
        let someone = model::id::UserId::new(start);
        assert_eq!(seqs(Filter { actor: Some(Some(someone)), ..Filter::default() }).await, [0; 0]);
        let middle = Filter { after: Some(start.plus(MINUTE)), before: Some(start.plus(MINUTE * 3)), ..Filter::default() };
        assert_eq!(seqs(middle).await, [3, 2]);
    }

    async fn a_token_works_until_it_ends_and_its_end_is_told(db: Database) {
        let fixture = Fixture::new(&db).await;
        let ana = fixture.user("ana").await;
        let now = fixture.clock.now();
        let token = Token {
            id: TokenId::new(now),
            name: "Deploy".to_owned(),
            scopes: vec![Scope::Read, Scope::AdminRead],
            created_at: now,
            expires_at: Some(now.plus(MINUTE)),
            last_used_at: None,
            hint: "abcd".to_owned(),
        };
        let (made, id, hash) = (token.clone(), token.id, [7; 32]);
        fixture.write(async move |tx| tokens::insert(tx, ana.id, &made, &hash).await).await.unwrap();
        let find = async || fixture.store.read(async move |tx: &mut Tx| tokens::find_by_hash(tx, &hash).await).await.unwrap();
        let found = find().await.unwrap();
        assert_eq!((found.user, found.token, found.role), (ana.id, id, Role::Member));
        assert!(found.scopes.contains(Scope::AdminRead) && !found.scopes.contains(Scope::Write));
        fixture.write(async move |tx| tokens::touch(tx, id, now).await).await.unwrap();
        assert_eq!(find().await.unwrap().last_used_at, Some(now));
        let page = async move |tx: &mut Tx| tokens::page(tx, ana.id, None, 10).await;
        let list = fixture.store.read(page).await.unwrap();
        assert_eq!(list, [Token { last_used_at: Some(now), ..token }]);

        fixture.clock.advance(MINUTE);
        assert_eq!(find().await, None);
        assert_eq!(fixture.write(async |tx| tokens::remove_expired(tx, 10).await).await.unwrap(), 1);
        let told = fixture.frames.lock().last().unwrap().clone();
        assert!(told.contains("session.revoked") && told.contains(&id.to_string()) && told.contains(r#""reason":"expired""#), "{told}");
        assert_eq!(fixture.write(async |tx| tokens::remove_expired(tx, 10).await).await.unwrap(), 0);
    }

    async fn a_deactivated_user_s_token_works_no_more(db: Database) {
        let fixture = Fixture::new(&db).await;
        let mut ana = fixture.user("ana").await;
        let now = fixture.clock.now();
        let token = Token {
            id: TokenId::new(now),
            name: "a".to_owned(),
            scopes: vec![Scope::Read],
            created_at: now,
            expires_at: None,
            last_used_at: None,
            hint: "abcd".to_owned(),
        };
        let (id, user, hash) = (token.id, ana.id, [7; 32]);
        fixture.write(async move |tx| tokens::insert(tx, user, &token, &hash).await).await.unwrap();
        assert_eq!(fixture.store.read(async move |tx: &mut Tx| tokens::living(tx, id).await).await.unwrap(), Some((None, Role::Member)));
        ana.deactivated_at = Some(now);
        fixture.write(async move |tx| users::update(tx, &ana).await).await.unwrap();
        assert_eq!(fixture.store.read(async move |tx: &mut Tx| tokens::living(tx, id).await).await.unwrap(), None);
        assert_eq!(fixture.write(async move |tx| tokens::revoke_all(tx, user, RevokeReason::Deactivated).await).await.unwrap(), 1);
    }
}
