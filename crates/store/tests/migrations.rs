//! Data that was written under the first schema, opened by what there is now, on both databases.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;

use model::id::{MessageId, RoomId, UserId};
use model::stream::StreamId;
use model::text::Username;
use model::time::{Clock, Timestamp};
use model::user::Role;
use refinery::{Migration, Runner};
use store::audit::{Checked, Filter, Found};
use store::{
    Error, Options, Store, Tx, administration, audit, invitations, messages, registrations, rooms,
    sessions, streams, users, workspace,
};
use testkit::Database;
use uuid::Uuid;

const FIRST: &str = include_str!("../migrations/V1__first_light.sql");

/// The day on which all of it was written.
const NOW: i64 = 1_769_847_300_000_000;

/// A row of each table that people would miss. `{…}` are ids, `<…>` are bytes: each database writes them in its way.
const ROWS: &str = "
    INSERT INTO workspace VALUES (1, {9}, 'Tulips', 'domain', 'example.org example.com', NULL, 1, {3}, 1);
    INSERT INTO streams VALUES ({0}, 'workspace', 1, 0, 1, 1);
    INSERT INTO streams VALUES ({1}, 'user', 0, 0, 1, 1);
    INSERT INTO streams VALUES ({2}, 'user', 0, 0, 1, 1);
    INSERT INTO streams VALUES ({3}, 'room', 1, 50, 1, 1);
    INSERT INTO users VALUES ({1}, 'person', 'olga', 'Olga', 'olga', 'olga@example.org', 'hash', 'owner', NULL, 1, NULL);
    INSERT INTO users VALUES ({2}, 'person', 'ana', 'Ana', 'ana', 'ana@example.org', NULL, 'member', 'UTC', 1, 2);
    INSERT INTO sessions VALUES ({4}, {1}, <04>, 'Firefox', '192.0.2.1', 1, 1, 9000000000000000);
    INSERT INTO registrations VALUES ({5}, <05>, 'bo', 'Bo', 'bo@example.org', 'hash', 1, 9000000000000000);
    INSERT INTO invitations VALUES ({6}, <06>, {1}, 1, 9000000000000000, NULL, 0, NULL);
    INSERT INTO rooms VALUES ({3}, 'public', 'general', 'general', '', 'all', 'members', 'members', NULL, 1, {1}, 1, NULL);
    INSERT INTO members VALUES ({3}, {1}, 'owner', 1, 0, 0);
    INSERT INTO reads VALUES ({3}, {1}, 50);
    INSERT INTO messages VALUES ({7}, {3}, 50, 1, 'message', {1}, 'Hello @ana', NULL, 0, 0, NULL, 'c1', 1, 1, 2, NULL);
    INSERT INTO message_versions VALUES ({7}, 1, 'Hello', 1);
    INSERT INTO mentions VALUES ({7}, 6, 4, {2}, {3}, 50);
    INSERT INTO events VALUES ({3}, 1, 'message.created', {7}, NULL, NULL, 1);
    INSERT INTO audit VALUES ({8}, 20, {1}, 'user.role_changed', 'second', '{}', '192.0.2.1');
    INSERT INTO audit VALUES ({9}, 10, NULL, 'workspace.set_up', 'first', '{}', '');
";

fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

/// The rows as one of the databases reads them.
fn rows(postgres: bool) -> String {
    let mut text = ROWS.to_owned();
    for number in 0..10 {
        let uuid = id(number);
        let written = match postgres {
            true => format!("'{uuid}'"),
            false => format!("X'{}'", uuid.simple()),
        };
        text = text.replace(&format!("{{{number}}}"), &written);
    }
    for number in ["04", "05", "06"] {
        let bytes = number.repeat(32);
        let written = match postgres {
            true => format!("'\\x{bytes}'"),
            false => format!("X'{bytes}'"),
        };
        text = text.replace(&format!("<{number}>"), &written);
    }
    text
}

/// Makes the database as the first version left it.
async fn write_first(db: &Database) {
    let first = [Migration::unapplied("V1__first_light", FIRST).unwrap()];
    let runner = Runner::new(&first);
    if let Some(path) = db.path() {
        let mut link = rusqlite::Connection::open(path).unwrap();
        runner.run(&mut link).unwrap();
        link.execute_batch(&rows(false)).unwrap();
        return;
    }
    let connected = tokio_postgres::connect(db.url().unwrap(), tokio_postgres::NoTls).await;
    let (mut client, link) = connected.unwrap();
    let link = tokio::spawn(link);
    runner.run_async(&mut client).await.unwrap();
    client.batch_execute(&rows(true)).await.unwrap();
    drop(client);
    link.await.unwrap().unwrap();
}

async fn open(db: &Database) -> Store {
    let database = match (db.path(), db.url()) {
        (Some(path), _) => store::Database::Sqlite(path),
        (None, url) => store::Database::Postgres(url.unwrap().to_owned()),
    };
    let options = Options {
        database,
        clock: Clock::manual(Timestamp::from_micros(NOW)),
        on_commit: Arc::new(|_| {}),
    };
    let store = Store::open(options).await.unwrap();
    let ready = async |tx: &mut Tx| {
        workspace::ensure(tx).await?;
        audit::take_over(tx).await
    };
    store.write(&[], ready).await.unwrap();
    store
}

testkit::on_both_databases! {
    async fn what_was_written_under_the_first_schema_is_all_there(db: Database) {
        write_first(&db).await;
        // What is brought up to date once stays as it is.
        open(&db).await.close().await;
        let store = open(&db).await;
        let read = async |tx: &mut Tx| -> Result<(), Error> {
            let (olga, ana) = (UserId::from_uuid(id(1)), UserId::from_uuid(id(2)));
            let room = RoomId::from_uuid(id(3));
            let state = workspace::get(tx).await?.workspace;
            assert_eq!((state.name.as_str(), state.default_room), ("Tulips", Some(room)));
            assert_eq!(state.mail_domains, ["example.org", "example.com"]);
            assert_eq!((state.max_file_bytes, state.retention_days), (268_435_456, None));
            let account = users::get_account(tx, olga).await?.unwrap();
            assert_eq!(account.password_hash.as_deref(), Some("hash"));
            assert!(account.user.role == Role::Owner && account.user.avatar.is_none());
            assert!(users::get(tx, ana).await?.unwrap().deactivated_at.is_some());
            assert_eq!(sessions::find_by_token(tx, &[4; 32]).await?.unwrap().user, olga);
            let waiting = registrations::find(tx, &[5; 32]).await?.unwrap();
            assert_eq!(waiting.username, Username::parse("bo").unwrap());
            let invitation = invitations::find_by_token(tx, &[6; 32]).await?.unwrap();
            assert!(invitation.role == Role::Member && invitation.rooms.is_empty());
            let known = rooms::get(tx, room).await?.unwrap();
            assert!(known.members == 1 && known.retention_days.is_none());
            let message = messages::get(tx, MessageId::from_uuid(id(7))).await?.unwrap();
            assert_eq!(message.body, "Hello @ana");
            assert!(message.attachments.is_empty() && message.mentions[0].user == ana);
            assert_eq!(streams::head(tx, StreamId::Room(room)).await?.unwrap().n, 1);
            assert_eq!(administration::room_of(tx, room).await?.unwrap().messages, 1);

            let acts = audit::page(tx, &Filter::default(), i64::MAX, 10).await?;
            let acts: Vec<_> = acts.iter().map(|act| (act.seq, act.subject.as_str())).collect();
            assert_eq!(acts, [(2, "second"), (1, "first")]);
            assert_eq!(audit::verify_from(tx, Checked::START).await?, Found::End);
            Ok(())
        };
        store.read(read).await.unwrap();
        store.close().await;
    }
}
