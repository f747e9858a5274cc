//! The store and the hub, made for each other: what is committed is published, what the hub lacks is read.

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use live::{Frame, Hub, Publication, Source, SourceError};
use model::event::encode_skip;
use model::stream::StreamId;
use model::time::Clock;
use parking_lot::Mutex;
use store::streams::{self, Replay};
use store::{Committed, Database, Notice, Options, Store, Tx};
use tokio::runtime::Handle;
use tokio::sync::Notify;

/// How often a node looks for streams that another one changed.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// How far back it looks, and how many changed streams it asks for.
const LOOK: (Duration, i64) = (Duration::from_secs(60), 10_000);

/// The same for each so manieth look: for commits that were long in coming, and nodes whose clocks are slow.
const LONG_LOOK: (Duration, i64) = (Duration::from_secs(3600), 50_000);
const LONG_LOOK_EACH: u64 = 12;

/// How long to wait before a stream in doubt is asked for again: longer each time, up to the second.
const ASK_AFTER: Duration = Duration::from_millis(500);
const ASK_AFTER_MOST: Duration = Duration::from_secs(30);

/// How many events of a gap are read at once.
const STRETCH: u64 = 500;

/// Opens the store, and the hub that delivers what it commits.
pub async fn open(database: Database, clock: Clock) -> store::Result<(Store, Hub)> {
    let shared = matches!(database, Database::Postgres(_));
    let runtime = Handle::current();
    let made = Arc::new(OnceLock::<Hub>::new());
    let doubts = Arc::new(Doubts::default());
    let on_commit = {
        let (made, doubts) = (made.clone(), doubts.clone());
        Arc::new(move |notice| {
            // Nobody writes before it is made, so nobody misses anything.
            if let Some(hub) = made.get() {
                deliver(notice, hub, &doubts);
            }
        })
    };
    let store = Store::open(Options {
        database,
        clock,
        on_commit,
    })
    .await?;
    let hub = Hub::new(source(&store), runtime.clone());
    let hub = made.get_or_init(|| hub).clone();
    if shared {
        runtime.spawn(look_around(store.clone(), hub.clone()));
        runtime.spawn(ask_again(doubts, store.clone(), hub.clone()));
    }
    Ok((store, hub))
}

fn deliver(notice: Notice, hub: &Hub, doubts: &Doubts) {
    match notice {
        Notice::Committed(events) => {
            for event in events {
                hub.publish(publication(event));
            }
        }
        Notice::Uncertain(streams) => {
            tracing::warn!(
                ?streams,
                "it is not known whether a commit was done; asking"
            );
            doubts.raise(streams);
        }
    }
}

/// Streams of which it isn't known whether a commit was done.
#[derive(Default)]
struct Doubts {
    streams: Mutex<BTreeSet<StreamId>>,
    raised: Notify,
}

impl Doubts {
    fn raise(&self, streams: Vec<StreamId>) {
        self.streams.lock().extend(streams);
        self.raised.notify_one();
    }

    /// Takes them: what is raised from now on is a doubt of its own.
    fn take(&self) -> BTreeSet<StreamId> {
        std::mem::take(&mut self.streams.lock())
    }
}

fn publication(event: Committed) -> Publication {
    let aside = (!event.for_guests).then(|| Frame::text(encode_skip(event.stream, event.n)));
    Publication {
        aside,
        stream: event.stream,
        n: event.n,
        cut: event.cut,
        frame: Frame::text(event.frame),
    }
}

/// Asks where streams in doubt stand, until that is settled: a commit may be done long after its outcome was asked for.
async fn ask_again(doubts: Arc<Doubts>, store: Store, hub: Hub) {
    let mut wait = ASK_AFTER;
    loop {
        let mut open = doubts.take();
        if open.is_empty() {
            doubts.raised.notified().await;
            wait = ASK_AFTER;
            continue;
        }
        let wanted: Vec<StreamId> = open.iter().copied().collect();
        let settled = async move |tx: &mut Tx| streams::settled(tx, &wanted).await;
        match store.write(&[], settled).await {
            Ok(heads) => {
                for (stream, n) in heads {
                    hub.hint(stream, n);
                    open.remove(&stream);
                }
            }
            Err(error) => tracing::debug!(%error, "the database doesn't answer yet"),
        }
        if !open.is_empty() {
            doubts.streams.lock().extend(open);
            tokio::time::sleep(wait).await;
            wait = ASK_AFTER_MOST.min(wait * 2);
        }
    }
}

/// Looks, on a database that other nodes write too, for what they changed.
async fn look_around(store: Store, hub: Hub) {
    for look in 0_u64.. {
        tokio::time::sleep(LOOK_EVERY).await;
        let is_long = look.is_multiple_of(LONG_LOOK_EACH);
        let (back, most) = if is_long { LONG_LOOK } else { LOOK };
        let since = store.clock().now().minus(back);
        let changed = async move |tx: &mut Tx| streams::changed_since(tx, since, most).await;
        match store.read(changed).await {
            Ok(heads) => heads
                .into_iter()
                .for_each(|(stream, n)| hub.hint(stream, n)),
            Err(error) => tracing::warn!(%error, "could not look for changes of other nodes"),
        }
    }
}

/// The hub's questions, put to the store.
fn source(store: &Store) -> Source {
    let (of_heads, of_gaps) = (store.clone(), store.clone());
    Source::new(
        move |streams| {
            let heads = of_heads.read(heads(streams));
            Box::pin(async move { heads.await.map_err(unread) })
        },
        move |stream, after, up_to| {
            let store = of_gaps.clone();
            Box::pin(async move { read_gap(&store, stream, after, up_to).await.map_err(unread) })
        },
    )
}

fn unread(error: store::Error) -> SourceError {
    SourceError(Box::new(error))
}

/// Where streams stand; one that isn't there stands at 0.
fn heads(
    streams: Vec<StreamId>,
) -> impl AsyncFnOnce(&mut Tx) -> store::Result<Vec<(StreamId, u64)>> + Send + 'static {
    async move |tx: &mut Tx| streams::heads(tx, &streams).await
}

/// Some of the events `after + 1 ..= up_to`, the first in any case: a page of the log, and before it as `skip` what the
/// log no longer has.
async fn read_gap(
    store: &Store,
    stream: StreamId,
    mut after: u64,
    up_to: u64,
) -> store::Result<Vec<Publication>> {
    let mut events = Vec::new();
    while after < up_to {
        let stretch =
            async move |tx: &mut Tx| streams::replay(tx, stream, after, up_to, STRETCH).await;
        match store.read(stretch).await? {
            Replay::Events(more) => {
                events.extend(more.into_iter().map(publication));
                break;
            }
            Replay::Pruned => {
                after += 1;
                let frame = encode_skip(stream, after);
                events.push(publication(Committed {
                    stream,
                    n: after,
                    cut: None,
                    for_guests: true,
                    frame,
                }));
            }
        }
    }
    Ok(events)
}
