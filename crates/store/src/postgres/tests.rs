//! What happens when the server falls silent: behind a proxy that swallows what is said.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use model::event::{Event, RoomLeft};
use model::id::RoomId;
use model::stream::StreamId;
use model::time::Clock;
use parking_lot::Mutex;
use testkit::Database;
use testkit::proxy::{Mode, Proxy};
use tokio::net::TcpListener;
use tokio::runtime::Handle;
use tokio::time::timeout;

use super::{Patience, Postgres};
use crate::streams::{self, Replay};
use crate::{Error, Notice, Options, Store, Tx};

const QUICK: Patience = Patience {
    link: Duration::from_secs(1),
    answer: Duration::from_secs(2),
};

/// Longer than the server keeps the locks of whoever fell silent in a transaction, and than closing waits.
const BACK: Duration = Duration::from_secs(20);

/// The server's `host:port` in a URL, and the URL with another one.
fn at(url: &str, other: impl FnOnce(&str) -> String) -> String {
    let (front, rest) = url.split_once('@').unwrap();
    let (host, name) = rest.split_once('/').unwrap();
    format!("{front}@{}/{name}", other(host))
}

async fn behind_a_proxy(db: &Database) -> (Proxy, String) {
    let url = db.url().unwrap();
    let mut target = String::new();
    at(url, |host| {
        target = host.to_owned();
        String::new()
    });
    let proxy = Proxy::before(&target).await;
    let url = at(url, |_| proxy.address());
    (proxy, url)
}

/// A server that takes connections and says nothing.
async fn silent() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    tokio::spawn(async move {
        let mut taken = Vec::new();
        while let Ok((stream, _)) = listener.accept().await {
            taken.push(stream);
        }
    });
    address
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_takes_connections_but_gives_no_welcome_is_left_for_the_next() {
    let db = Database::postgres().await;
    let (silent, here) = (silent().await, Handle::current());
    let open = async |url: String| {
        let open = timeout(QUICK.answer, Postgres::open(&url, QUICK, &here));
        open.await.expect("an end in time")
    };
    let alone = open(at(db.url().unwrap(), |_| silent.clone())).await;
    assert!(matches!(alone, Err(Error::Unavailable(_))));
    let first = open(at(db.url().unwrap(), |host| format!("{silent},{host}"))).await;
    let mut link = first.unwrap_or_else(|error| panic!("{error}"));
    let one = link.query("SELECT CAST(1 AS BIGINT)", &[], |row| row.get::<i64>(0));
    assert_eq!(one.await.unwrap(), [1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn silence_ends_a_statement_and_leaves_a_commit_unknown() {
    let db = Database::postgres().await;
    let (proxy, url) = behind_a_proxy(&db).await;
    let here = Handle::current();
    let open = Postgres::open(&url, QUICK, &here);
    let mut link = open.await.unwrap_or_else(|error| panic!("{error}"));
    link.execute("CREATE TABLE kept (id BIGINT)", &[])
        .await
        .unwrap();
    link.defer("BEGIN").await.unwrap();
    link.execute("INSERT INTO kept VALUES (1)", &[])
        .await
        .unwrap();
    proxy.set(Mode::Swallow);
    assert!(matches!(link.commit().await, Err(Error::UnknownOutcome)));
    link.rollback().await;
    proxy.set(Mode::Pass);
    link.reconnect_if_closed().await.unwrap();
    link.execute("INSERT INTO kept VALUES (2)", &[])
        .await
        .unwrap();
    proxy.set(Mode::Swallow);
    let unheard = link.execute("INSERT INTO kept VALUES (3)", &[]).await;
    assert!(matches!(unheard, Err(Error::Unavailable(_))), "{unheard:?}");
    link.rollback().await;
    let unmade = link.reconnect_if_closed().await;
    assert!(matches!(unmade, Err(Error::Unavailable(_))), "{unmade:?}");
}

/// What an append says, so that no two are alike.
fn event(room: RoomId) -> Event {
    Event::RoomLeft(RoomLeft { room })
}

async fn open(url: String, patience: Patience) -> (Store, StreamId, Arc<Mutex<Vec<Notice>>>) {
    let notices = Arc::new(Mutex::new(Vec::new()));
    let sink = notices.clone();
    let options = Options {
        database: crate::Database::Postgres(url),
        clock: Clock::system(),
        on_commit: Arc::new(move |notice| sink.lock().push(notice)),
    };
    let store = Store::open_with(options, patience).await.unwrap();
    let stream = StreamId::Room(RoomId::new(Clock::system().now()));
    let create = async move |tx: &mut Tx| tx.create_stream(stream).await;
    store.write(&[], create).await.unwrap();
    (store, stream, notices)
}

/// Appends something that nobody else says.
async fn append(store: &Store, stream: StreamId) -> (RoomId, Result<u64, Error>) {
    let said = RoomId::new(Clock::system().now());
    let work = async move |tx: &mut Tx| tx.append(stream, &event(said), None).await;
    (said, store.write(&[stream], work).await)
}

#[tokio::test(flavor = "multi_thread")]
async fn writes_come_back_after_a_silence_and_what_was_acknowledged_is_there_once() {
    let db = Database::postgres().await;
    let (proxy, url) = behind_a_proxy(&db).await;
    let (store, stream, notices) = open(url, QUICK).await;
    let acknowledged = Arc::new(Mutex::new(HashMap::new()));
    let until = |count: usize| {
        let acknowledged = acknowledged.clone();
        async move {
            while acknowledged.lock().len() < count {
                tokio::task::yield_now().await;
            }
        }
    };
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let writers: Vec<_> = (0..8)
        .map(|_| {
            let (store, acknowledged, stopped) =
                (store.clone(), acknowledged.clone(), stopped.clone());
            tokio::spawn(async move {
                let mut failed = Vec::new();
                while !*stopped.borrow() {
                    match append(&store, stream).await {
                        (said, Ok(n)) => drop(acknowledged.lock().insert(said, n)),
                        (_, Err(error)) => failed.push(error),
                    }
                }
                failed
            })
        })
        .collect();
    until(100).await;
    proxy.set(Mode::Swallow);
    // Whoever waits hears of it: nobody is left without an answer.
    let silence = append(&store, stream);
    assert!(timeout(BACK, silence).await.unwrap().1.is_err());
    proxy.set(Mode::Pass);
    let before = acknowledged.lock().len();
    timeout(BACK, until(before + 100))
        .await
        .expect("writes are back in time");
    stop.send(true).unwrap();
    let mut failed = Vec::new();
    for writer in writers {
        failed.extend(writer.await.unwrap());
    }
    let passing = |error: &Error| matches!(error, Error::Unavailable(_) | Error::UnknownOutcome);
    assert!(
        !failed.is_empty() && failed.iter().all(passing),
        "{failed:?}"
    );

    store.close().await;

    // Past the proxy: some of the links through it may still be silent.
    let (store, ..) = open(db.url().unwrap().to_owned(), QUICK).await;
    let mut log = Vec::new();
    loop {
        let after = log.len() as u64;
        let page =
            async move |tx: &mut Tx| streams::replay(tx, stream, after, u64::MAX, 10_000).await;
        let Replay::Events(events) = store.read(page).await.unwrap() else {
            panic!("the log holds these");
        };
        if events.is_empty() {
            break;
        }
        log.extend(events);
    }
    assert!(
        log.iter().zip(1..).all(|(event, n)| event.n == n),
        "no number is missing"
    );
    let acknowledged = acknowledged.lock().clone();
    for (said, n) in &acknowledged {
        let there: Vec<_> = log
            .iter()
            .filter(|event| event.frame.contains(&said.to_string()))
            .collect();
        assert!(
            there.len() == 1 && there[0].n == *n,
            "{said} at {n}: {there:?}"
        );
    }
    let unknown = failed
        .iter()
        .filter(|error| matches!(error, Error::UnknownOutcome))
        .count();
    assert!(
        log.len() <= acknowledged.len() + unknown + 1,
        "what failed plainly is not there"
    );
    let published: Vec<u64> = notices
        .lock()
        .iter()
        .flat_map(|notice| match notice {
            Notice::Committed(events) => events.iter().map(|event| event.n).collect(),
            Notice::Uncertain(_) => Vec::new(),
        })
        .collect();
    assert!(
        published.is_sorted_by(|a, b| a < b),
        "each number is published once, in order"
    );
    store.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn closing_waits_for_no_silent_database() {
    let db = Database::postgres().await;
    // First: everybody gives up early. Second: nobody does, and closing leaves them.
    for (patience, most) in [(QUICK, Duration::from_secs(8)), (Patience::default(), BACK)] {
        let (proxy, url) = behind_a_proxy(&db).await;
        let (store, stream, _) = open(url, patience).await;
        append(&store, stream).await.1.unwrap();
        proxy.set(Mode::Swallow);
        let said = RoomId::new(Clock::system().now());
        let work = async move |tx: &mut Tx| tx.append(stream, &event(said), None).await;
        let writes: Vec<_> = (0..400).map(|_| store.write(&[stream], work)).collect();
        timeout(most, store.close()).await.expect("an end in time");
        drop(proxy);
        let answers = futures_util::future::join_all(writes);
        let answers = timeout(BACK, answers).await.expect("answers");
        assert!(answers.iter().all(Result::is_err));
    }
}
