//! The store and the hub, made for each other: what is committed is published, what the hub lacks is read.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use live::{Frame, Hub, Publication, Source, SourceError};
use model::event::encode_skip;
use model::stream::StreamId;
use model::time::Clock;
use store::streams::{self, Replay};
use store::{Committed, Database, Notice, Options, Store, Tx};
use tokio::runtime::Handle;

/// How often a node looks for streams that another one changed.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// How far back it looks: far enough that a slow commit isn't missed.
const LOOK_BACK: Duration = Duration::from_secs(60);

/// How many changed streams one look asks for.
const LOOK_AT_MOST: i64 = 10_000;

/// How long to wait before the heads are asked for again, after a failure.
const TRY_AGAIN: Duration = Duration::from_secs(1);

/// How many events of a gap are read at once.
const STRETCH: u64 = 500;

/// Opens the store, and the hub that delivers what it commits.
pub async fn open(database: Database, clock: Clock) -> store::Result<(Store, Hub)> {
    let shared = matches!(database, Database::Postgres(_));
    let runtime = Handle::current();
    let made = Arc::new(OnceLock::<(Store, Hub)>::new());
    let on_commit = {
        let (made, runtime) = (made.clone(), runtime.clone());
        Arc::new(move |notice| {
            // Nobody writes before both are made, so nobody misses anything.
            if let Some((store, hub)) = made.get() {
                deliver(notice, store, hub, &runtime);
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
    let (store, hub) = made.get_or_init(|| (store, hub)).clone();
    if shared {
        runtime.spawn(look_around(store.clone(), hub.clone()));
    }
    Ok((store, hub))
}

fn deliver(notice: Notice, store: &Store, hub: &Hub, runtime: &Handle) {
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
            runtime.spawn(ask_again(streams, store.clone(), hub.clone()));
        }
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

/// Reads where streams stand after a commit of unknown outcome, as soon as the database answers.
async fn ask_again(streams: Vec<StreamId>, store: Store, hub: Hub) {
    loop {
        match store.read(heads(streams.clone())).await {
            Ok(heads) => {
                heads
                    .into_iter()
                    .for_each(|(stream, n)| hub.hint(stream, n));
                return;
            }
            Err(error) => tracing::debug!(%error, "the database doesn't answer yet"),
        }
        tokio::time::sleep(TRY_AGAIN).await;
    }
}

/// Looks, on a database that other nodes write too, for what they changed.
async fn look_around(store: Store, hub: Hub) {
    loop {
        tokio::time::sleep(LOOK_EVERY).await;
        let since = store.clock().now().minus(LOOK_BACK);
        let changed =
            async move |tx: &mut Tx| streams::changed_since(tx, since, LOOK_AT_MOST).await;
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

/// The events `after + 1 ..= up_to`; what the log no longer has stands there as `skip`.
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
            Replay::Events(more) if more.is_empty() => break,
            Replay::Events(more) => {
                after = more.last().map_or(up_to, |event| event.n);
                events.extend(more.into_iter().map(publication));
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
