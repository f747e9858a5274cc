//! The tables of people, sessions, links, tries, jobs and the audit, on both databases.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use model::event::RevokeReason;
use model::id::{InvitationId, UserId};
use model::stream::StreamId;
use model::text::{DisplayName, Email, Username, WorkspaceName};
use model::time::{Clock, Timestamp};
use model::user::{Invitation, JoinPolicy, Role, User, UserKind};
use parking_lot::Mutex;
use store::registrations::Registration;
use store::sessions::NewSession;
use store::users::{Filter, NewUser, place};
use store::{
    Constraint, Error, Notice, Options, Result, Store, Tx, attempts, audit, invitations, jobs,
    registrations, resets, sessions, users, workspace,
};

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

    /// Runs a job under the lock of the workspace's stream.
    async fn write<T: Send + 'static>(
        &self,
        work: impl AsyncFn(&mut Tx) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.store.write(&[StreamId::Workspace], work).await
    }

    async fn user(&self, name: &str) -> User {
        let new = person(name, &format!("{name}@example.org"));
        self.write(async move |tx| users::insert(tx, &new).await)
            .await
            .unwrap()
    }
}

fn person(name: &str, email: &str) -> NewUser {
    NewUser {
        kind: UserKind::Person,
        username: Username::parse(name).unwrap(),
        display_name: DisplayName::parse(name).unwrap(),
        email: Some(Email::parse(email).unwrap()),
        password_hash: Some("hash".to_owned()),
        role: Role::Member,
    }
}

fn session(user: UserId, hash: &[u8; 32]) -> NewSession<'_> {
    NewSession {
        user,
        token_hash: hash,
        device: "Firefox",
        address: "192.0.2.1",
    }
}

testkit::on_both_databases! {
    async fn the_workspace_is_made_once_and_told_of_when_it_changes(db: Database) {
        let f = Fixture::new(&db).await;
        let read = async |tx: &mut Tx| workspace::get(tx).await;
        let before = f.store.read(read).await.unwrap();
        assert!(before.set_up_at.is_none());
        f.write(async |tx| workspace::ensure(tx).await).await.unwrap();
        f.write(async |tx| workspace::set_setup_token(tx, &[7; 32]).await).await.unwrap();
        assert!(f.store.read(read).await.unwrap().is_setup_token(&[7; 32]));
        assert!(!f.store.read(read).await.unwrap().is_setup_token(&[8; 32]));
        f.write(async |tx| {
            let name = WorkspaceName::parse("Tulips").unwrap();
            workspace::finish_setup(tx, &name, JoinPolicy::Open).await?;
            let mut now = workspace::get(tx).await?.workspace;
            now.mail_domains = vec!["a.example".to_owned(), "b.example".to_owned()];
            workspace::update(tx, &now).await
        })
        .await
        .unwrap();
        let after = f.store.read(read).await.unwrap();
        assert!(after.set_up_at.is_some() && !after.is_setup_token(&[7; 32]));
        assert_eq!(after.workspace.epoch, before.workspace.epoch);
        assert_eq!(after.workspace.mail_domains, ["a.example", "b.example"]);
        assert!(f.frames.lock().iter().any(|frame| frame.contains("settings.updated")));
        f.store.close().await;
    }

    async fn names_and_addresses_belong_to_one_user(db: Database) {
        let f = Fixture::new(&db).await;
        f.user("ana").await;
        let insert = |new: NewUser| f.write(async move |tx| users::insert(tx, &new).await.map(drop));
        let same_name = insert(person("ana", "other@example.org")).await;
        assert!(matches!(same_name, Err(Error::Constraint(Constraint::Username))), "{same_name:?}");
        let same_mail = insert(person("bo", "ana@example.org")).await;
        assert!(matches!(same_mail, Err(Error::Constraint(Constraint::Email))), "{same_mail:?}");
        let found = f.store.read(async |tx| {
            let by_name = users::find_by_login(tx, " ANA ").await?.map(|found| found.user.id);
            let by_mail = users::find_by_login(tx, "Ana@Example.org").await?.map(|found| found.user.id);
            Ok::<_, Error>((by_name, by_mail, users::find_by_login(tx, "an").await?.is_none()))
        });
        let (by_name, by_mail, nobody) = found.await.unwrap();
        assert!(by_name.is_some() && by_name == by_mail && nobody);
        f.store.close().await;
    }

    async fn people_are_found_by_a_part_of_their_names_page_by_page(db: Database) {
        let f = Fixture::new(&db).await;
        for name in ["ana", "hanako", "bo", "a_b", "axb", "juan"] {
            f.user(name).await;
        }
        let find = |query: &'static str| f.store.read(async move |tx| {
            let filter = Filter { query, around: None };
            let (mut all, mut after) = (Vec::new(), None);
            loop {
                let page = users::page(tx, filter, after.as_ref(), 2).await?;
                let Some(last) = page.last() else { return Ok::<_, Error>(all) };
                after = Some(place(last));
                all.extend(page.into_iter().map(|user| user.username.into_string()));
            }
        });
        let sorted = |names: Vec<String>| names.into_iter().collect::<BTreeSet<_>>();
        assert_eq!(find("").await.unwrap().len(), 6);
        assert_eq!(find("AN").await.unwrap(), ["ana", "hanako", "juan"]);
        assert_eq!(sorted(find("a_").await.unwrap()), sorted(vec!["a_b".to_owned()]));
        assert!(find("%").await.unwrap().is_empty());
        assert!(find("!").await.unwrap().is_empty());
        let guest = f.user("guest").await;
        let around = f.store.read(async move |tx| {
            let filter = Filter { query: "", around: Some(guest.id) };
            users::page(tx, filter, None, 50).await
        });
        assert_eq!(around.await.unwrap().len(), 1, "a guest without rooms sees themselves");
        f.store.close().await;
    }

    async fn a_session_ends_by_time_or_by_hand_and_its_user_is_told(db: Database) {
        let f = Fixture::new(&db).await;
        let ana = f.user("ana").await.id;
        let made = f.write(async move |tx| {
            let one = sessions::insert(tx, session(ana, &[1; 32])).await?;
            let two = sessions::insert(tx, session(ana, &[2; 32])).await?;
            Ok((one, two, sessions::insert(tx, session(ana, &[3; 32])).await?))
        });
        let (one, two, three) = made.await.unwrap();
        let find = |byte: u8| f.store.read(async move |tx| {
            Ok::<_, Error>(sessions::find_by_token(tx, &[byte; 32]).await?.map(|found| found.session))
        });
        assert_eq!(find(1).await.unwrap(), Some(one));
        assert_eq!(find(9).await.unwrap(), None);

        let stranger = UserId::new(f.clock.now());
        let revoke = |user, id| {
            f.write(async move |tx| sessions::revoke(tx, user, id, RevokeReason::Administrator).await)
        };
        assert!(!revoke(stranger, one).await.unwrap());
        assert!(revoke(ana, one).await.unwrap());
        assert!(!revoke(ana, one).await.unwrap());
        assert_eq!(find(1).await.unwrap(), None);
        let told = format!(r#""t":"session.revoked","s":"user:{ana}","n":1,"d":{{"session":"{one}","reason":"administrator"}}"#);
        assert!(f.frames.lock().iter().any(|frame| frame.contains(&told)));

        f.clock.advance(MINUTE);
        let before = f.clock.now();
        f.write(async move |tx| sessions::touch(tx, two, before, "192.0.2.9").await).await.unwrap();
        let list = f.store.read(async move |tx| sessions::list(tx, ana, three).await).await.unwrap();
        assert_eq!(list.iter().map(|each| (each.id, each.current)).collect::<Vec<_>>(), [(two, false), (three, true)]);
        assert_eq!((list[0].address.as_str(), list[0].last_seen_at), ("192.0.2.9", before));

        assert_eq!(f.write(async move |tx| sessions::revoke_all(tx, ana, Some(two), RevokeReason::Password).await).await.unwrap(), 1);
        f.clock.advance(sessions::LIFETIME);
        assert_eq!(find(2).await.unwrap(), None);
        assert_eq!(f.write(async |tx| sessions::remove_expired(tx, 10).await).await.unwrap(), 1);
        assert_eq!(f.write(async |tx| sessions::remove_expired(tx, 10).await).await.unwrap(), 0);
        f.store.close().await;
    }

    async fn the_session_used_least_lately_makes_room_for_a_new_one(db: Database) {
        let f = Fixture::new(&db).await;
        let ana = f.user("ana").await.id;
        for byte in 0..=100u8 {
            f.clock.advance(MINUTE);
            f.write(async move |tx| sessions::insert(tx, session(ana, &[byte; 32])).await).await.unwrap();
        }
        let first = f.store.read(async |tx| sessions::find_by_token(tx, &[0; 32]).await).await.unwrap();
        let second = f.store.read(async |tx| sessions::find_by_token(tx, &[1; 32]).await).await.unwrap();
        assert!(first.is_none() && second.is_some());
        assert!(f.frames.lock().iter().any(|frame| frame.contains(r#""reason":"replaced""#)));
        f.store.close().await;
    }

    async fn a_link_to_a_new_password_works_for_an_hour(db: Database) {
        let f = Fixture::new(&db).await;
        let ana = f.user("ana").await.id;
        f.write(async move |tx| resets::insert(tx, &[1; 32], ana).await).await.unwrap();
        let find = || f.store.read(async |tx| resets::find(tx, &[1; 32]).await);
        f.clock.advance(59 * MINUTE);
        assert_eq!(find().await.unwrap(), Some(ana));
        f.clock.advance(MINUTE);
        assert_eq!(find().await.unwrap(), None);
        f.write(async |tx| resets::remove_expired(tx).await).await.unwrap();
        f.write(async move |tx| resets::insert(tx, &[1; 32], ana).await).await.unwrap();
        f.write(async move |tx| resets::remove_of(tx, ana).await).await.unwrap();
        assert_eq!(find().await.unwrap(), None);
        f.store.close().await;
    }

    async fn a_registration_is_taken_once(db: Database) {
        let f = Fixture::new(&db).await;
        let made = f.write(async |tx| {
            let new = person("ana", "ana@example.org");
            let waiting = Registration {
                username: new.username,
                display_name: new.display_name,
                email: Email::parse("ana@example.org").unwrap(),
            };
            let id = registrations::insert(tx, &waiting).await?;
            registrations::insert(tx, &waiting).await?;
            assert!(registrations::take(tx, &[1; 32]).await?.is_none(), "without a link");
            assert!(registrations::set_token(tx, id, &[1; 32]).await?.is_some());
            assert!(registrations::find(tx, &[1; 32]).await?.is_some(), "looking takes nothing");
            Ok(())
        });
        made.await.unwrap();
        let take = || f.write(async |tx| Ok(registrations::take(tx, &[1; 32]).await?.map(|taken| taken.email)));
        assert_eq!(take().await.unwrap().unwrap().as_str(), "ana@example.org");
        assert!(take().await.unwrap().is_none());
        f.clock.advance(registrations::LIFETIME);
        f.write(async |tx| registrations::remove_expired(tx).await).await.unwrap();
        f.store.close().await;
    }

    async fn an_invitation_lets_in_as_many_as_it_says(db: Database) {
        let f = Fixture::new(&db).await;
        let (ana, bo) = (f.user("ana").await.id, f.user("bo").await.id);
        let now = f.clock.now();
        let invitation = move |by, max_uses| Invitation {
            id: InvitationId::new(now),
            created_by: by,
            created_at: now,
            expires_at: now.plus(MINUTE),
            max_uses,
            uses: 0,
            role: Role::Member,
            rooms: Vec::new(),
        };
        let limited = invitation(ana, Some(2));
        f.write(async move |tx| invitations::insert(tx, &limited, &[1; 32]).await).await.unwrap();
        let open = invitation(bo, None);
        let made = open.clone();
        f.write(async move |tx| invitations::insert(tx, &made, &[2; 32]).await).await.unwrap();
        let enter = |byte: u8| f.write(async move |tx| Ok(invitations::use_once(tx, &[byte; 32]).await?.is_some()));
        for _ in 0..3 {
            assert!(enter(2).await.unwrap());
        }
        assert!(enter(1).await.unwrap() && enter(1).await.unwrap() && !enter(1).await.unwrap());
        let page = |maker| f.store.read(async move |tx| {
            Ok::<_, Error>(invitations::page(tx, maker, None, 10).await?.into_iter().map(|each| each.id).collect::<Vec<_>>())
        });
        assert_eq!(page(None).await.unwrap(), [open.id], "a used-up one is no longer listed");
        assert!(page(Some(ana)).await.unwrap().is_empty());
        let id = open.id;
        f.write(async move |tx| invitations::revoke(tx, id).await).await.unwrap();
        assert!(!enter(2).await.unwrap());
        let timed = invitation(ana, None);
        f.write(async move |tx| invitations::insert(tx, &timed, &[3; 32]).await).await.unwrap();
        let count = || f.store.read(async move |tx| invitations::count_of(tx, ana).await);
        assert_eq!(count().await.unwrap(), 1);
        f.clock.advance(MINUTE);
        assert_eq!(count().await.unwrap(), 0);
        assert!(!enter(3).await.unwrap());
        f.store.close().await;
    }

    async fn tries_are_counted_in_windows(db: Database) {
        let f = Fixture::new(&db).await;
        let count = |key: &'static str| f.write(async move |tx| attempts::count(tx, key, MINUTE).await);
        let begun = f.clock.now();
        for n in 1..=3 {
            let now = count("a").await.unwrap();
            assert_eq!((now.tries, now.since), (n, begun));
            f.clock.advance(Duration::from_secs(10));
        }
        assert_eq!(count("b").await.unwrap().tries, 1);
        f.write(async |tx| attempts::take_back(tx, "a").await).await.unwrap();
        assert_eq!(count("a").await.unwrap().tries, 3);
        f.clock.advance(MINUTE);
        assert_eq!(count("a").await.unwrap().tries, 1);
        f.write(async |tx| attempts::forget(tx, "a").await).await.unwrap();
        assert_eq!(count("a").await.unwrap().tries, 1);
        f.clock.advance(MINUTE);
        let now = f.clock.now();
        f.write(async move |tx| attempts::remove_older(tx, now).await).await.unwrap();
        assert_eq!(count("b").await.unwrap().tries, 1);

        // A clock that was years ahead for a while locks nobody out for years.
        let ahead = "INSERT INTO attempts (key, window_start, tries) VALUES ('c', 2000000000000000, 99)";
        f.write(async move |tx| tx.execute(ahead, &[]).await).await.unwrap();
        let now = count("c").await.unwrap();
        assert_eq!((now.tries, now.since), (1, f.clock.now()));
        f.store.close().await;
    }

    async fn a_job_has_one_holder_at_a_time_however_many_claim(db: Database) {
        let f = Fixture::new(&db).await;
        for index in 0..40 {
            f.write(async move |tx| jobs::insert(tx, "mail", &index.to_string()).await).await.unwrap();
        }
        // Named streams spread the claims over PostgreSQL's writers, as several nodes would.
        let claims = (0..12).map(|_| {
            let stream = StreamId::User(UserId::new(f.clock.now()));
            f.store.write(&[stream], async |tx| jobs::claim(tx, MINUTE, 7).await)
        });
        let mut seen = BTreeSet::new();
        for claim in futures_util::future::join_all(claims).await {
            for job in claim.unwrap() {
                assert!(seen.insert(job.payload.clone()), "{} was claimed twice", job.payload);
            }
        }
        let rest = f.write(async |tx| jobs::claim(tx, MINUTE, 100).await).await.unwrap();
        assert_eq!(seen.len() + rest.len(), 40);
        f.store.close().await;
    }

    async fn a_job_comes_back_when_its_lease_ends_and_the_late_holder_changes_nothing(db: Database) {
        let f = Fixture::new(&db).await;
        f.write(async |tx| jobs::insert(tx, "mail", "{}").await).await.unwrap();
        let claim = || f.write(async |tx| jobs::claim(tx, MINUTE, 1).await);
        let first = claim().await.unwrap().remove(0);
        assert!(claim().await.unwrap().is_empty());
        f.clock.advance(MINUTE);
        let second = claim().await.unwrap().remove(0);
        assert_eq!((first.id, second.attempt), (second.id, 2));
        assert!(!f.write(async move |tx| jobs::complete(tx, first.id, first.attempt).await).await.unwrap());
        let later = f.clock.now().plus(MINUTE);
        f.write(async move |tx| jobs::fail(tx, first.id, first.attempt, "late", None).await).await.unwrap();
        f.write(async move |tx| jobs::fail(tx, second.id, second.attempt, "no", Some(later)).await).await.unwrap();
        assert!(claim().await.unwrap().is_empty(), "it waits for its time");
        f.clock.advance(MINUTE);
        let third = claim().await.unwrap().remove(0);
        assert_eq!(third.attempt, 3);
        f.write(async move |tx| jobs::fail(tx, third.id, third.attempt, "no", None).await).await.unwrap();
        f.clock.advance(MINUTE);
        assert!(claim().await.unwrap().is_empty(), "it was given up");
        assert_eq!(f.store.read(async |tx| jobs::counts(tx).await).await.unwrap(), (0, 1));
        let now = f.clock.now();
        f.write(async move |tx| jobs::remove_dead(tx, now).await).await.unwrap();
        assert_eq!(f.store.read(async |tx| jobs::counts(tx).await).await.unwrap(), (0, 0));
        f.store.close().await;
    }

    async fn acts_are_written_down_in_order(db: Database) {
        let f = Fixture::new(&db).await;
        let ana = f.user("ana").await.id;
        f.write(async move |tx| audit::insert(tx, Some(ana), "invitation.made", "1", "{}", "192.0.2.1").await)
            .await
            .unwrap();
        f.clock.advance(MINUTE);
        f.write(async |tx| audit::insert(tx, None, "user.created", "2", "{}", "").await).await.unwrap();
        let acts = f.store.read(async |tx| audit::page(tx, &audit::Filter::default(), i64::MAX, 10).await).await.unwrap();
        let told: Vec<_> = acts.iter().map(|act| (act.actor, act.action.as_str())).collect();
        assert_eq!(told, [(None, "user.created"), (Some(ana), "invitation.made")]);
        f.store.close().await;
    }
}
