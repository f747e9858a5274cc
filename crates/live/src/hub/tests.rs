use std::sync::atomic::Ordering::SeqCst;
use std::sync::atomic::{AtomicBool, AtomicUsize};
use std::time::Duration;

use tokio::time::{Instant, sleep, timeout};

use super::*;
use crate::testing::{room, user};

mod client;
mod many_publish_at_once;
mod whatever_happens;

/// A store that can be written to, and fails on demand.
#[derive(Clone, Default)]
struct Store {
    log: Arc<Mutex<HashMap<StreamId, Vec<Publication>>>>,
    failing: Arc<AtomicBool>,
    head_reads: Arc<AtomicUsize>,
    reads: Arc<AtomicUsize>,
}

impl Store {
    fn source(&self) -> Source {
        let (heads, read) = (self.clone(), self.clone());
        Source::new(
            move |streams| {
                let store = heads.clone();
                Box::pin(async move {
                    store.head_reads.fetch_add(1, SeqCst);
                    store.check()?;
                    let log = store.log.lock();
                    let head = |s: &StreamId| Some((*s, log.get(s)?.len() as u64));
                    Ok(streams.iter().filter_map(head).collect())
                })
            },
            move |stream, after, upto| {
                let store = read.clone();
                Box::pin(async move {
                    store.reads.fetch_add(1, SeqCst);
                    store.check()?;
                    Ok(store.events(stream, after, upto))
                })
            },
        )
    }

    fn check(&self) -> Result<(), SourceError> {
        if self.failing.load(SeqCst) {
            return Err(SourceError("no database".into()));
        }
        Ok(())
    }

    fn append(&self, stream: StreamId, cut: Option<Cut>) -> Publication {
        let mut log = self.log.lock();
        let events = log.entry(stream).or_default();
        let n = events.len() as u64 + 1;
        let frame = Frame::text(n.to_string());
        let publication = Publication {
            stream,
            n,
            cut,
            frame,
            aside: None,
        };
        events.push(publication.clone());
        publication
    }

    fn events(&self, stream: StreamId, after: u64, upto: u64) -> Vec<Publication> {
        let log = self.log.lock();
        let events = log.get(&stream).into_iter().flatten();
        events
            .filter(|event| event.n > after && event.n <= upto)
            .cloned()
            .collect()
    }

    fn head(&self, stream: StreamId) -> u64 {
        self.log.lock().get(&stream).map_or(0, |l| l.len() as u64)
    }
}

fn hub(store: &Store) -> Hub {
    Hub::new(store.source(), Handle::current())
}

fn numbers(batch: &Batch) -> Vec<u64> {
    batch.frames.iter().map(number).collect()
}

fn number(frame: &Frame) -> u64 {
    std::str::from_utf8(frame.payload())
        .unwrap()
        .parse()
        .unwrap()
}

async fn live(inbox: &Inbox, stream: StreamId) -> u64 {
    let position = inbox.subscribe(stream, Standing::Member).await.unwrap();
    assert_eq!(inbox.release(stream, position), Release::Live);
    position
}

#[tokio::test(start_paused = true)]
async fn live_events_are_delivered_in_order_and_once() {
    let store = Store::default();
    let hub = hub(&store);
    let inbox = hub.connect(user(1), false, false);
    assert_eq!(live(&inbox, room(1)).await, 0);
    let events: Vec<_> = (0..5).map(|_| store.append(room(1), None)).collect();
    for at in [0, 0, 2, 1, 2, 4, 0, 3] {
        hub.publish(events[at].clone());
    }
    inbox.ready().await;
    assert_eq!(numbers(&inbox.take()), [1, 2, 3, 4, 5]);
    sleep(Duration::from_secs(60)).await;
    assert_eq!(store.reads.load(SeqCst), 0);
    assert!(inbox.take().frames.is_empty());
}

#[tokio::test(start_paused = true)]
async fn receivers_share_the_published_frame_and_it_is_deflated_only_if_wanted() {
    let store = Store::default();
    let hub = hub(&store);
    let plain: Vec<_> = (0..3).map(|i| hub.connect(user(i), false, false)).collect();
    for inbox in &plain {
        live(inbox, room(1)).await;
    }
    let long = || Frame::text("to be or not to be ".repeat(50));
    let publish = |n| {
        hub.publish(Publication {
            stream: room(1),
            n,
            cut: None,
            frame: long(),
            aside: None,
        });
    };
    let taken = |inbox: &Inbox| inbox.take().frames.pop_front().unwrap();
    publish(1);
    let frames: Vec<_> = plain.iter().map(taken).collect();
    assert!(frames.iter().all(|f| f.bytes(true).len() == long().size()));

    let deflating = hub.connect(user(9), true, false);
    store.append(room(1), None);
    live(&deflating, room(1)).await;
    publish(2);
    let first = taken(&deflating);
    assert!(first.bytes(true).len() < 100);
    for inbox in &plain {
        let frame = taken(inbox);
        assert_eq!(frame.bytes(true).as_ptr(), first.bytes(true).as_ptr());
        assert_eq!(frame.bytes(false).as_ptr(), first.bytes(false).as_ptr());
    }
    drop(deflating);
    publish(3);
    assert_eq!(taken(&plain[0]).bytes(true).len(), long().size());
}

#[tokio::test(start_paused = true)]
async fn whoever_is_limited_gets_an_event_s_aside_in_its_place_and_all_of_them_the_same_one() {
    let store = Store::default();
    let hub = hub(&store);
    let sees = hub.connect(user(1), false, false);
    let limited = [2, 3].map(|i| hub.connect(user(i), false, true));
    for inbox in [&sees, &limited[0], &limited[1]] {
        live(inbox, room(1)).await;
    }
    let publish = |n, aside| {
        hub.publish(Publication {
            stream: room(1),
            n,
            cut: None,
            frame: Frame::text("secret"),
            aside,
        });
    };
    publish(1, Some(Frame::text("skip")));
    publish(2, None);
    let said = |inbox: &Inbox| -> Vec<Vec<u8>> {
        let frames = inbox.take().frames;
        frames.iter().map(|f| f.payload().to_vec()).collect()
    };
    assert_eq!(said(&sees), [b"secret", b"secret"]);
    publish(3, Some(Frame::text("skip")));
    let [one, other] = limited.each_ref().map(|inbox| inbox.take().frames);
    assert_eq!(one[0].payload(), b"skip");
    assert_eq!(one[1].payload(), b"secret");
    assert_eq!(one[2].payload(), b"skip");
    assert_eq!(one[0].bytes(false).as_ptr(), other[0].bytes(false).as_ptr());
}

#[tokio::test(start_paused = true)]
async fn a_gap_is_read_from_the_store_after_a_short_wait() {
    let store = Store::default();
    let hub = hub(&store);
    let inbox = hub.connect(user(1), false, false);
    live(&inbox, room(1)).await;
    let events: Vec<_> = (0..400).map(|_| store.append(room(1), None)).collect();
    let start = Instant::now();
    hub.publish(events[7].clone());
    let mut seen = Vec::new();
    while seen.len() < 8 {
        inbox.ready().await;
        seen.extend(numbers(&inbox.take()));
    }
    assert_eq!(seen, (1..=8).collect::<Vec<_>>());
    let waited = start.elapsed().as_millis();
    assert!((5..10).contains(&waited), "{waited}");
    assert_eq!(store.reads.load(SeqCst), 1);
}

#[tokio::test(start_paused = true)]
async fn a_hint_is_enough_and_a_wrong_hint_is_forgotten() {
    let store = Store::default();
    let hub = hub(&store);
    let inbox = hub.connect(user(1), false, false);
    live(&inbox, room(1)).await;
    store.append(room(1), None);
    store.append(room(1), None);
    hub.hint(room(1), 2);
    inbox.ready().await;
    assert_eq!(numbers(&inbox.take()), [1, 2]);
    hub.hint(room(1), 99);
    sleep(Duration::from_secs(60)).await;
    let reads = store.reads.load(SeqCst);
    sleep(Duration::from_secs(600)).await;
    assert_eq!(store.reads.load(SeqCst), reads);
    hub.publish(store.append(room(1), None));
    assert_eq!(numbers(&inbox.take()), [3]);
}

#[tokio::test(start_paused = true)]
async fn a_store_that_fails_is_asked_again() {
    let store = Store::default();
    let hub = hub(&store);
    let inbox = hub.connect(user(1), false, false);
    live(&inbox, room(1)).await;
    store.failing.store(true, SeqCst);
    store.append(room(1), None);
    hub.publish(store.append(room(1), None));
    sleep(Duration::from_secs(20)).await;
    assert!(inbox.take().frames.is_empty());
    assert!(inbox.subscribe(room(2), Standing::Member).await.is_err());
    assert!(!inbox.hears(room(2)));
    assert_eq!(hub.streams(), 1);
    store.failing.store(false, SeqCst);
    timeout(Duration::from_secs(6), inbox.ready())
        .await
        .unwrap();
    assert_eq!(numbers(&inbox.take()), [1, 2]);
}

#[tokio::test(start_paused = true)]
async fn what_happens_while_catching_up_is_held_and_follows_without_overlap() {
    let store = Store::default();
    let hub = hub(&store);
    for _ in 0..3 {
        store.append(room(1), None);
    }
    let inbox = hub.connect(user(1), false, false);
    let position = inbox.subscribe(room(1), Standing::Member).await.unwrap();
    assert_eq!(position, 3);
    for _ in 0..3 {
        hub.publish(store.append(room(1), None));
    }
    assert!(inbox.take().frames.is_empty());
    // The page that was read from the store went further than it had to.
    assert_eq!(inbox.release(room(1), 4), Release::Live);
    hub.publish(store.append(room(1), None));
    assert_eq!(numbers(&inbox.take()), [5, 6, 7]);
}

#[tokio::test(start_paused = true)]
async fn a_window_that_overflows_is_caught_up_again() {
    let store = Store::default();
    let hub = hub(&store);
    let inbox = hub.connect(user(1), false, false);
    inbox.subscribe(room(1), Standing::Member).await.unwrap();
    for _ in 0..=INBOX_FRAMES {
        hub.publish(store.append(room(1), None));
    }
    assert_eq!(inbox.release(room(1), 0), Release::Again);
    let again = inbox.subscribe(room(1), Standing::Member).await.unwrap();
    assert_eq!(again, INBOX_FRAMES as u64 + 1);
    assert_eq!(inbox.release(room(1), again), Release::Live);
    hub.publish(store.append(room(1), None));
    assert_eq!(numbers(&inbox.take()), [again + 1]);
}

#[tokio::test(start_paused = true)]
async fn a_full_inbox_lags_each_stream_that_goes_on_and_names_its_cursor() {
    let store = Store::default();
    let hub = hub(&store);
    let inbox = hub.connect(user(1), false, false);
    live(&inbox, room(1)).await;
    live(&inbox, room(2)).await;
    hub.publish(store.append(room(2), None));
    for _ in 0..1_000 {
        hub.publish(store.append(room(1), None));
    }
    hub.publish(store.append(room(2), None));
    let batch = inbox.take();
    assert_eq!(batch.frames.len(), INBOX_FRAMES);
    let cursor = INBOX_FRAMES as u64 - 1;
    assert_eq!(
        batch.lagged,
        [
            Lag {
                stream: room(1),
                cursor
            },
            Lag {
                stream: room(2),
                cursor: 1
            }
        ]
    );
    hub.publish(store.append(room(1), None));
    assert!(inbox.take().frames.is_empty());
}

#[tokio::test(start_paused = true)]
async fn nothing_overtakes_an_event_that_found_no_room() {
    let store = Store::default();
    let hub = hub(&store);
    let inbox = hub.connect(user(1), false, false);
    for number in 1..=2 {
        live(&inbox, room(number)).await;
    }
    let of_size = |stream, n, size| Publication {
        stream,
        n,
        cut: None,
        frame: Frame::text("x".repeat(size)),
        aside: None,
    };
    hub.publish(of_size(room(1), 1, INBOX_BYTES / 2));
    hub.publish(of_size(room(1), 2, INBOX_BYTES));
    // Small enough for the room that is left, but later.
    hub.publish(of_size(room(2), 1, 10));
    let batch = inbox.take();
    assert_eq!(batch.frames.len(), 1);
    let lagged: Vec<_> = batch.lagged.iter().map(|lag| lag.stream).collect();
    assert_eq!(lagged, [room(1), room(2)]);
}

#[tokio::test(start_paused = true)]
async fn what_was_held_of_the_own_stream_comes_first_and_of_a_room_last() {
    let own = StreamId::User(user(1));
    for (held, live_one, order) in [(own, room(1), [1, 2, 1]), (room(1), own, [1, 1, 2])] {
        let store = Store::default();
        let hub = hub(&store);
        let inbox = hub.connect(user(1), false, false);
        live(&inbox, live_one).await;
        inbox.subscribe(held, Standing::Member).await.unwrap();
        for stream in [held, live_one, held] {
            hub.publish(store.append(stream, None));
        }
        assert_eq!(inbox.release(held, 0), Release::Live);
        assert_eq!(numbers(&inbox.take()), order);
    }
}

#[tokio::test(start_paused = true)]
async fn what_was_held_of_a_room_does_not_overtake_an_event_that_found_no_room() {
    let store = Store::default();
    let hub = hub(&store);
    let inbox = hub.connect(user(1), false, false);
    let own = StreamId::User(user(1));
    for stream in [own, room(2)] {
        live(&inbox, stream).await;
    }
    for held in [room(1), room(3)] {
        inbox.subscribe(held, Standing::Member).await.unwrap();
    }
    hub.publish(store.append(room(1), None));
    for _ in 1..INBOX_FRAMES {
        hub.publish(store.append(room(2), None));
    }
    hub.publish(store.append(own, None));
    for held in [room(1), room(3)] {
        assert_eq!(inbox.release(held, 0), Release::Live);
    }
    let batch = inbox.take();
    assert_eq!(batch.frames.len(), INBOX_FRAMES - 1);
    let lagged = [own, room(1)].map(|stream| Lag { stream, cursor: 0 });
    assert_eq!(batch.lagged, lagged);
    // Nothing was held of the other room: it goes on.
    hub.publish(store.append(room(3), None));
    assert_eq!(numbers(&inbox.take()), [1]);
}

#[tokio::test(start_paused = true)]
async fn an_inbox_is_bounded_in_bytes_and_takes_one_frame_of_any_size() {
    let store = Store::default();
    let hub = hub(&store);
    let inbox = hub.connect(user(1), false, false);
    live(&inbox, room(1)).await;
    for n in 1..=4 {
        hub.publish(Publication {
            stream: room(1),
            n,
            cut: None,
            frame: Frame::text("x".repeat(INBOX_BYTES / 2)),
            aside: None,
        });
    }
    let batch = inbox.take();
    assert_eq!((batch.frames.len(), batch.lagged.len()), (1, 1));
    let position = inbox.subscribe(room(1), Standing::Member).await.unwrap();
    inbox.release(room(1), position);
    hub.publish(Publication {
        stream: room(1),
        n: 5,
        cut: None,
        frame: Frame::text("x".repeat(2 * INBOX_BYTES)),
        aside: None,
    });
    assert_eq!(inbox.take().frames.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn who_is_removed_hears_nothing_from_then_on_and_the_others_hear_all() {
    let store = Store::default();
    let hub = hub(&store);
    let (ana, bo) = (
        hub.connect(user(1), false, false),
        hub.connect(user(2), false, false),
    );
    live(&ana, room(1)).await;
    live(&bo, room(1)).await;
    hub.publish(store.append(room(1), None));
    hub.publish(store.append(room(1), Some(Cut::User(user(2)))));
    hub.publish(store.append(room(1), None));
    assert_eq!(numbers(&ana.take()), [1, 2, 3]);
    let batch = bo.take();
    assert_eq!(numbers(&batch), [1]);
    assert_eq!(batch.cut, [room(1)]);
    assert!(!bo.hears(room(1)));
}

#[tokio::test(start_paused = true)]
async fn a_cut_waits_for_its_turn_like_any_event() {
    let store = Store::default();
    let hub = hub(&store);
    let bo = hub.connect(user(2), false, false);
    live(&bo, room(1)).await;
    let events: Vec<_> = [None, None, Some(Cut::User(user(2)))]
        .map(|cut| store.append(room(1), cut))
        .into();
    hub.publish(events[2].clone());
    assert!(bo.hears(room(1)));
    hub.publish(events[0].clone());
    hub.publish(events[1].clone());
    let batch = bo.take();
    assert_eq!((numbers(&batch), batch.cut), (vec![1, 2], vec![room(1)]));
    assert_eq!(hub.streams(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_cut_in_the_holding_window_ends_the_subscription_before_it_is_live() {
    let store = Store::default();
    let hub = hub(&store);
    let bo = hub.connect(user(2), false, false);
    let position = bo.subscribe(room(1), Standing::Member).await.unwrap();
    hub.publish(store.append(room(1), None));
    hub.publish(store.append(room(1), Some(Cut::User(user(2)))));
    assert_eq!(bo.release(room(1), position), Release::Gone);
    let batch = bo.take();
    assert!(batch.frames.is_empty());
    assert_eq!(batch.cut, [room(1)]);
}

#[tokio::test(start_paused = true)]
async fn a_room_that_turns_private_cuts_watchers_and_keeps_members() {
    let store = Store::default();
    let hub = hub(&store);
    let (watcher, member) = (
        hub.connect(user(1), false, false),
        hub.connect(user(2), false, false),
    );
    let joined = hub.connect(user(3), false, false);
    for (inbox, standing) in [
        (&watcher, Standing::Watch),
        (&member, Standing::Member),
        (&joined, Standing::Watch),
        (&joined, Standing::Member),
    ] {
        let position = inbox.subscribe(room(1), standing).await.unwrap();
        inbox.release(room(1), position);
    }
    let promoted = hub.connect(user(4), false, false);
    promoted.subscribe(room(1), Standing::Watch).await.unwrap();
    assert!(promoted.restate(room(1), Standing::Member));
    assert_eq!(promoted.release(room(1), 0), Release::Live);
    hub.publish(store.append(room(1), Some(Cut::NonMembers)));
    assert_eq!(numbers(&promoted.take()), [1]);
    assert_eq!(numbers(&member.take()), [1]);
    assert_eq!(numbers(&joined.take()), [1]);
    let batch = watcher.take();
    assert_eq!((batch.frames.len(), batch.cut), (0, vec![room(1)]));
}

#[tokio::test(start_paused = true)]
async fn signals_reach_live_subscribers_with_room_to_spare() {
    let store = Store::default();
    let hub = hub(&store);
    let [ana, bo, cy, dan] = [1, 2, 3, 4].map(|i| hub.connect(user(i), false, false));
    for inbox in [&ana, &bo, &dan] {
        live(inbox, room(1)).await;
    }
    cy.subscribe(room(1), Standing::Member).await.unwrap();
    for _ in 0..INBOX_FRAMES / 2 {
        hub.publish(store.append(room(1), None));
    }
    ana.take();
    bo.take();
    hub.signal(room(1), Frame::text("{}"), Some(user(1)));
    assert_eq!(ana.take().frames.len(), 0);
    assert_eq!(bo.take().frames.len(), 1);
    assert_eq!(dan.take().frames.len(), INBOX_FRAMES / 2);
    assert_eq!(cy.release(room(1), 0), Release::Live);
    assert_eq!(cy.take().frames.len(), INBOX_FRAMES / 2);
    assert!(ana.outlet().offer(Frame::text("{}")));
    ana.ready().await;
    assert_eq!(ana.take().frames.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_stream_nobody_hears_costs_nothing_and_starts_anew_from_its_head() {
    let store = Store::default();
    let hub = hub(&store);
    let inbox = hub.connect(user(1), false, false);
    live(&inbox, room(1)).await;
    inbox.unsubscribe(room(1));
    assert_eq!(hub.streams(), 0);
    for _ in 0..5 {
        hub.publish(store.append(room(1), None));
    }
    assert_eq!(live(&inbox, room(1)).await, 5);
    hub.publish(store.append(room(1), None));
    assert_eq!(numbers(&inbox.take()), [6]);
    drop(inbox);
    assert_eq!(hub.streams(), 0);
}

#[tokio::test(start_paused = true)]
async fn many_new_streams_cost_one_read_of_heads() {
    let store = Store::default();
    let hub = hub(&store);
    let inbox = hub.connect(user(1), false, false);
    let streams: Vec<_> = (0..2_000).map(|i| (room(i), Standing::Member)).collect();
    store.append(room(7), None);
    let positions = inbox.subscribe_all(&streams).await.unwrap();
    assert_eq!(positions.len(), 2_000);
    assert_eq!(positions[7], (room(7), 1));
    assert_eq!(store.head_reads.load(SeqCst), 1);
    let other = hub.connect(user(2), false, false);
    other.subscribe_all(&streams).await.unwrap();
    assert_eq!(store.head_reads.load(SeqCst), 1);
}
