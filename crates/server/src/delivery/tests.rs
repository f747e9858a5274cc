//! What others commit to a shared database, and what is committed late.

use std::sync::atomic::Ordering;

use live::{Inbox, Release, Standing};
use model::id::{RoomId, UserId};
use testkit::wait::{PATIENCE, until};
use tokio::time::timeout;
use tokio_postgres::{Client, NoTls};

use super::*;

/// Another process that writes to the database.
async fn other(url: &str) -> Client {
    let (client, link) = tokio_postgres::connect(url, NoTls).await.unwrap();
    tokio::spawn(link);
    client
}

async fn makes(store: &Store) -> StreamId {
    let room = RoomId::new(Clock::system().now());
    let stream = StreamId::Room(room);
    let make = async move |tx: &mut Tx| tx.create_stream(stream).await;
    store.write(&[], make).await.unwrap();
    stream
}

async fn hears(hub: &Hub, stream: StreamId) -> Inbox {
    let inbox = hub.connect(UserId::new(Clock::system().now()), false, false);
    inbox.subscribe(stream, Standing::Member).await.unwrap();
    assert_eq!(inbox.release(stream, 0), Release::Live);
    inbox
}

/// The statements that append event 1, at the time `at`.
fn append(stream: StreamId, at: i64) -> String {
    let StreamId::Room(room) = stream else {
        unreachable!()
    };
    format!(
        "UPDATE streams SET head = 1, changed_at = {at} WHERE id = '{room}';
         INSERT INTO events (stream, n, type, data, created_at)
         VALUES ('{room}', 1, 'room.left', '{{\"room\":\"{room}\"}}', {at});"
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_in_doubt_is_asked_for_until_it_is_done() {
    let db = testkit::Database::postgres().await;
    let url = db.url().unwrap();
    let (store, hub) = open(Database::Postgres(url.to_owned()), Clock::system())
        .await
        .unwrap();
    let (stream, undone) = (makes(&store).await, makes(&store).await);
    let inbox = hears(&hub, stream).await;
    let (late, never) = (other(url).await, other(url).await);
    // Too old for a look around to find.
    let begin = format!("BEGIN; {}", append(stream, 0));
    late.batch_execute(&begin).await.unwrap();
    let begin = format!("BEGIN; {}", append(undone, 0));
    never.batch_execute(&begin).await.unwrap();

    let doubts = Arc::new(Doubts::default());
    tokio::spawn(ask_again(doubts.clone(), store.clone(), hub.clone()));
    let asked = || store.stats().jobs.load(Ordering::Relaxed);
    let before = asked();
    let nowhere = StreamId::Room(RoomId::new(Clock::system().now()));
    doubts.raise(vec![stream, undone, nowhere]);
    until("it is asked again", async || {
        (asked() >= before + 2).then_some(())
    })
    .await;
    let all = [stream, undone, nowhere];
    let settled = async move |tx: &mut Tx| streams::settled(tx, &all).await;
    let now = store.write(&[], settled).await.unwrap();
    assert_eq!(now, [(nowhere, 0)]);
    assert!(inbox.take().frames.is_empty(), "it is not done yet");
    late.batch_execute("COMMIT").await.unwrap();
    timeout(PATIENCE, inbox.ready())
        .await
        .expect("it is delivered");
    assert_eq!(inbox.take().frames.len(), 1);
    never.batch_execute("ROLLBACK").await.unwrap();
    let now = store.write(&[], settled).await.unwrap();
    assert_eq!(now, [(stream, 1), (undone, 0), (nowhere, 0)]);
    store.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_node_with_a_slow_clock_commits_is_found() {
    let db = testkit::Database::postgres().await;
    let url = db.url().unwrap();
    let (store, hub) = open(Database::Postgres(url.to_owned()), Clock::system())
        .await
        .unwrap();
    let stream = makes(&store).await;
    let inbox = hears(&hub, stream).await;
    let half_an_hour_ago = Clock::system().now().minus(Duration::from_secs(1800));
    let slow = append(stream, half_an_hour_ago.micros());
    other(url).await.batch_execute(&slow).await.unwrap();
    // The first look of the store's own may be over; the first of this one comes after the commit.
    tokio::spawn(look_around(store.clone(), hub.clone()));
    timeout(PATIENCE, inbox.ready())
        .await
        .expect("it is delivered");
    assert_eq!(inbox.take().frames.len(), 1);
    store.close().await;
}
