//! What a job may rely on: durable before answered, numbered in order of commits, all or nothing.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use model::event::{Event, RoomLeft};
use model::id::{RoomId, UserId};
use model::stream::{Cut, StreamId};
use model::time::{Clock, Timestamp};
use parking_lot::Mutex;
use store::streams::{self, LogKeep, Replay};
use store::{Committed, Notice, Options, Store, Tx};

type Published = Arc<Mutex<Vec<Committed>>>;

async fn open(db: &testkit::Database, clock: Clock) -> (Store, Published) {
    let database = match (db.path(), db.url()) {
        (Some(path), _) => store::Database::Sqlite(path),
        (None, Some(url)) => store::Database::Postgres(url.to_owned()),
        (None, None) => unreachable!(),
    };
    let published = Published::default();
    let sink = published.clone();
    let on_commit = Arc::new(move |notice| match notice {
        Notice::Committed(events) => sink.lock().extend(events),
        Notice::Uncertain(streams) => panic!("an outcome is unknown: {streams:?}"),
    });
    (
        Store::open(Options {
            database,
            clock,
            on_commit,
        })
        .await
        .unwrap(),
        published,
    )
}

fn event() -> Event {
    Event::RoomLeft(RoomLeft {
        room: RoomId::new(Timestamp::from_micros(7)),
    })
}

fn room() -> StreamId {
    StreamId::Room(RoomId::new(Clock::system().now()))
}

async fn create(store: &Store, stream: StreamId) {
    store
        .write(&[], async move |tx| tx.create_stream(stream).await)
        .await
        .unwrap();
}

/// Queues an append at once, in the order of calls.
fn append(
    store: &Store,
    named: &[StreamId],
    stream: StreamId,
) -> impl Future<Output = store::Result<u64>> + use<> {
    store.write(named, async move |tx| {
        tx.append(stream, &event(), None).await
    })
}

async fn log(store: &Store, stream: StreamId) -> Vec<u64> {
    let replay =
        store.read(async move |tx| streams::replay(tx, stream, 0, u64::MAX - 1, 100_000).await);
    let head = store
        .read(async move |tx| streams::head(tx, stream).await)
        .await
        .unwrap()
        .unwrap()
        .n;
    match replay.await.unwrap() {
        Replay::Events(events) => events
            .iter()
            .filter(|event| !event.frame.contains("skip"))
            .map(|event| event.n)
            .take_while(|n| *n <= head)
            .collect(),
        Replay::Pruned => Vec::new(),
    }
}

testkit::on_both_databases! {
    async fn numbers_are_gapless_and_published_in_the_order_of_commits(db: Database) {
        let (store, published) = open(&db, Clock::system()).await;
        let rooms: Vec<StreamId> = (0..5).map(|_| room()).collect();
        for stream in &rooms {
            create(&store, *stream).await;
        }
        let tasks: Vec<_> = (0..200)
            .map(|index| {
                let (store, stream) = (store.clone(), rooms[index % rooms.len()]);
                tokio::spawn(async move { append(&store, &[stream], stream).await.unwrap() })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
        for stream in rooms {
            let expected: Vec<u64> = (1..=40).collect();
            let live: Vec<u64> =
                published.lock().iter().filter(|event| event.stream == stream).map(|event| event.n).collect();
            assert_eq!(live, expected, "as published");
            assert_eq!(log(&store, stream).await, expected, "as logged");
        }
        store.close().await;
    }

    async fn a_job_that_fails_or_panics_takes_nothing_with_it_and_leaves_nothing(db: Database) {
        let (store, published) = open(&db, Clock::system()).await;
        let stream = room();
        create(&store, stream).await;
        // Queued together, so that they share a group.
        let good = append(&store, &[stream], stream);
        let bad = store.write(&[stream], async move |tx| {
            tx.append(stream, &event(), None).await?;
            tx.next_ts(stream).await?;
            Err::<(), _>(store::Error::Corrupt("on purpose".to_owned()))
        });
        let broken = store.write(&[stream], async move |tx| {
            tx.append(stream, &event(), None).await?;
            if tx.now().micros() > 0 {
                panic!("on purpose");
            }
            Ok::<(), store::Error>(())
        });
        let late = append(&store, &[stream], stream);
        let (good, bad, broken, late) = tokio::join!(good, bad, broken, late);
        assert_eq!(good.unwrap(), 1);
        assert!(matches!(bad, Err(store::Error::Corrupt(_))), "{bad:?}");
        assert!(matches!(broken, Err(store::Error::Panicked)), "{broken:?}");
        assert_eq!(late.unwrap(), 2);
        assert_eq!(log(&store, stream).await, [1, 2]);
        assert_eq!(published.lock().len(), 2);
        store.close().await;
    }

    async fn a_job_that_needs_another_stream_gets_its_lock(db: Database) {
        let (store, _) = open(&db, Clock::system()).await;
        let (named, other) = (room(), room());
        create(&store, named).await;
        create(&store, other).await;
        let runs = Arc::new(AtomicU32::new(0));
        let counted = runs.clone();
        let numbers = store.write(&[named], async move |tx| {
            counted.fetch_add(1, Ordering::SeqCst);
            Ok::<_, store::Error>((tx.append(named, &event(), None).await?, tx.append(other, &event(), None).await?))
        });
        assert_eq!(numbers.await.unwrap(), (1, 1));
        let expected = if db.url().is_some() { 2 } else { 1 };
        assert_eq!(runs.load(Ordering::SeqCst), expected, "runs");
        let missing = append(&store, &[named], room()).await;
        assert!(matches!(missing, Err(store::Error::NoStream(_))), "{missing:?}");
        store.close().await;
    }

    async fn jobs_of_one_room_keep_the_order_in_which_they_were_queued(db: Database) {
        let (store, _) = open(&db, Clock::system()).await;
        let stream = room();
        create(&store, stream).await;
        let answers: Vec<_> = (0..300).map(|_| store.write(&[stream], async move |tx| {
            tx.append(stream, &event(), None).await
        })).collect();
        let mut numbers = Vec::new();
        for answer in answers {
            numbers.push(answer.await.unwrap());
        }
        assert_eq!(numbers, (1..=300).collect::<Vec<u64>>());
        store.close().await;
    }

    async fn places_in_a_room_increase_even_when_the_clock_stands(db: Database) {
        let clock = Clock::manual(Timestamp::from_micros(1_000_000));
        let (store, _) = open(&db, clock).await;
        let stream = room();
        create(&store, stream).await;
        let mut places = Vec::new();
        for _ in 0..3 {
            places.push(store.write(&[stream], async move |tx| tx.next_ts(stream).await).await.unwrap().micros());
        }
        assert_eq!(places, [1_000_000, 1_000_001, 1_000_002]);
        store.close().await;
    }

    async fn a_pruned_log_is_short_but_never_wrong(db: Database) {
        let clock = Clock::manual(Timestamp::from_micros(1_000_000));
        let (store, _) = open(&db, clock.clone()).await;
        let (long, short) = (room(), room());
        create(&store, long).await;
        create(&store, short).await;
        for _ in 0..30 {
            append(&store, &[long], long).await.unwrap();
        }
        for _ in 0..5 {
            append(&store, &[short], short).await.unwrap();
        }
        clock.advance(Duration::from_secs(100));
        append(&store, &[long], long).await.unwrap();
        let keep = LogKeep { events: 10, age: Duration::from_secs(50) };
        let found = store.read(async move |tx| streams::prunable(tx, keep, None, 10).await).await.unwrap();
        assert_eq!(found, [long]);
        let further = store.read(async move |tx| streams::prunable(tx, keep, Some(long), 10).await).await.unwrap();
        assert_eq!(further, []);
        for stream in [long, short] {
            while store.write(&[stream], async move |tx| streams::prune(tx, stream, keep).await).await.unwrap() > 0 {}
        }
        let read = async |stream, after| {
            store.read(async move |tx| streams::replay(tx, stream, after, 31, 100).await).await.unwrap()
        };
        assert_eq!(read(long, 20).await, Replay::Pruned);
        let Replay::Events(kept) = read(long, 21).await else { panic!("the log holds these") };
        assert_eq!(kept.iter().map(|event| event.n).collect::<Vec<_>>(), (22..=31).collect::<Vec<u64>>());
        assert_eq!(log(&store, short).await.len(), 5, "few events are kept whatever their age");
        store.close().await;
    }

    async fn a_long_log_is_pruned_in_many_small_writes(db: Database) {
        let clock = Clock::manual(Timestamp::from_micros(1_000_000));
        let (store, _) = open(&db, clock.clone()).await;
        let long = room();
        create(&store, long).await;
        let many = async move |tx: &mut Tx| {
            tx.append_all((0..2_345).map(|_| (long, event()))).await
        };
        store.write(&[long], many).await.unwrap();
        assert_eq!(log(&store, long).await, (1..=2_345).collect::<Vec<u64>>());
        clock.advance(Duration::from_secs(100));
        let keep = LogKeep { events: 100, age: Duration::from_secs(50) };
        let mut went = Vec::new();
        while went.last() != Some(&0) {
            let some = async move |tx: &mut Tx| streams::prune(tx, long, keep).await;
            went.push(store.write(&[long], some).await.unwrap());
        }
        assert_eq!(went, [1_000, 1_000, 245, 0]);
        let kept = store.read(async move |tx| streams::replay(tx, long, 2_245, 2_345, 200).await).await.unwrap();
        let Replay::Events(kept) = kept else { panic!("the log holds these") };
        assert_eq!(kept.iter().map(|event| event.n).collect::<Vec<_>>(), (2_246..=2_345).collect::<Vec<u64>>());
        store.close().await;
    }

    async fn many_heads_are_read_at_once(db: Database) {
        let (store, _) = open(&db, Clock::system()).await;
        let rooms: Vec<StreamId> = (0..45).map(|_| room()).collect();
        for stream in &rooms[..44] {
            create(&store, *stream).await;
            append(&store, &[*stream], *stream).await.unwrap();
        }
        let wanted = rooms.clone();
        let heads = store.read(async move |tx| streams::heads(tx, &wanted).await).await.unwrap();
        let expected: Vec<_> = rooms.iter().map(|stream| (*stream, u64::from(*stream != rooms[44]))).collect();
        assert_eq!(heads, expected);
        store.close().await;
    }

    async fn a_group_leaves_each_of_many_streams_where_it_moved_it(db: Database) {
        let clock = Clock::manual(Timestamp::from_micros(1_000_000));
        let (store, _) = open(&db, clock).await;
        for count in [1, 2, 20, 21, 45_u64] {
            let rooms: Vec<StreamId> = (0..count).map(|_| room()).collect();
            for stream in &rooms {
                create(&store, *stream).await;
            }
            let bystander = room();
            create(&store, bystander).await;
            let streams = rooms.clone();
            let work = async move |tx: &mut Tx| {
                for (stream, events) in streams.iter().zip(1..) {
                    for _ in 0..events {
                        tx.append(*stream, &event(), None).await?;
                        tx.next_ts(*stream).await?;
                    }
                }
                Ok::<_, store::Error>(())
            };
            store.write(&rooms, work).await.unwrap();
            let wanted: Vec<StreamId> = rooms.iter().copied().chain([bystander]).collect();
            let heads = store.read(async move |tx| {
                let mut heads = Vec::new();
                for stream in wanted {
                    let head = streams::head(tx, stream).await?.unwrap();
                    heads.push((head.n, head.last_ts.micros()));
                }
                Ok::<_, store::Error>(heads)
            });
            let expected: Vec<_> = (1..=count).map(|n| (n, 999_999 + n as i64)).chain([(0, 0)]).collect();
            assert_eq!(heads.await.unwrap(), expected);
        }
        store.close().await;
    }

    async fn cuts_and_heads_survive_a_restart(db: Database) {
        let (store, _) = open(&db, Clock::system()).await;
        let stream = room();
        let user = UserId::new(Clock::system().now());
        create(&store, stream).await;
        store
            .write(&[stream], async move |tx| tx.append(stream, &event(), Some(Cut::User(user))).await)
            .await
            .unwrap();
        store.close().await;
        let (store, _) = open(&db, Clock::system()).await;
        let replay = store.read(async move |tx| streams::replay(tx, stream, 0, 1, 10).await).await.unwrap();
        let Replay::Events(events) = replay else { panic!("the log holds these") };
        assert_eq!(events[0].cut, Some(Cut::User(user)));
        assert_eq!(append(&store, &[stream], stream).await.unwrap(), 2);
        store.close().await;
    }

    async fn a_statement_that_cannot_be_prepared_undoes_nothing_that_is_acknowledged(db: Database) {
        let (store, published) = open(&db, Clock::system()).await;
        let stream = room();
        create(&store, stream).await;
        // Queued together, so that they share a group.
        let good = append(&store, &[stream], stream);
        let bad = store.write(&[stream], async move |tx| {
            tx.execute("UPDATE streams SET no_such_column = 1", &[]).await
        });
        let late = append(&store, &[stream], stream);
        let (good, bad, late) = tokio::join!(good, bad, late);
        assert!(bad.is_err(), "{bad:?}");
        let answered: Vec<u64> = [good, late].into_iter().flatten().collect();
        assert_eq!(log(&store, stream).await, answered, "as logged");
        assert_eq!(published.lock().iter().map(|event| event.n).collect::<Vec<_>>(), answered, "as published");
        store.close().await;
    }

    async fn a_user_stream_named_by_the_id_of_a_room_takes_nothing_from_the_room(db: Database) {
        let (store, _) = open(&db, Clock::system()).await;
        let stream = room();
        create(&store, stream).await;
        let StreamId::Room(id) = stream else { unreachable!() };
        let impostor = StreamId::User(UserId::from_uuid(id.uuid()));
        // Queued together, so that they share a group.
        let answers: Vec<_> = (0..20).map(|_| (
            append(&store, &[stream], stream),
            append(&store, &[stream, impostor], impostor),
        )).collect();
        for (good, bad) in answers {
            assert!(good.await.is_ok());
            assert!(matches!(bad.await, Err(store::Error::NoStream(_))));
        }
        store.close().await;
    }

    async fn a_job_does_not_overtake_one_that_has_to_run_again(db: Database) {
        let (store, _) = open(&db, Clock::system()).await;
        let (stream, other) = (room(), room());
        create(&store, stream).await;
        create(&store, other).await;
        let first = store.write(&[stream], async move |tx| {
            tx.append(other, &event(), None).await?;
            tx.append(stream, &event(), None).await
        });
        let second = append(&store, &[stream], stream);
        let (first, second) = tokio::join!(first, second);
        assert_eq!((first.unwrap(), second.unwrap()), (1, 2));
        store.close().await;
    }

    async fn numbers_beyond_the_head_are_not_skipped(db: Database) {
        let (store, _) = open(&db, Clock::system()).await;
        let stream = room();
        create(&store, stream).await;
        append(&store, &[stream], stream).await.unwrap();
        let replay = store.read(async move |tx| streams::replay(tx, stream, 0, 9, 100).await).await.unwrap();
        let Replay::Events(events) = replay else { panic!("the log holds these") };
        assert_eq!(events.len(), 1);
        store.close().await;
    }
}
