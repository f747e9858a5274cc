//! Streams and who hears them.
//!
//! Each stream that somebody on this node subscribes to has one [`Gate`]: it knows the stream's
//! position and lets event `position + 1` through, once, whatever comes in from here or elsewhere.
//! A stream without subscribers costs nothing: its gate is dropped, and made anew from the head.
//!
//! Locks are taken in the order shard, gate, inbox, and none is held while subscribers are woken.

mod gate;
mod inbox;
mod mailbox;

use std::collections::HashMap;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use model::id::UserId;
use model::stream::{Cut, StreamId};
use parking_lot::Mutex;
use tokio::runtime::Handle;

use crate::frame::Frame;
use gate::{Gate, Remaining, Subscriber};
pub use inbox::{Batch, INBOX_BYTES, INBOX_FRAMES, Inbox, Lag, Outlet, Release, Standing};

/// Parts of the map of gates, so that publishing and subscribing rarely meet.
const SHARDS: usize = 64;

/// A durable event on its way to a stream's subscribers.
#[derive(Clone, Debug)]
pub struct Publication {
    /// The stream it belongs to.
    pub stream: StreamId,
    /// Its number there.
    pub n: u64,
    /// Whose subscriptions end with it: they hear what came before, and nothing from `n` on.
    pub cut: Option<Cut>,
    /// What is delivered.
    pub frame: Frame,
    /// What those get in its place who don't see everything; none if they see this.
    pub aside: Option<Frame>,
}

/// The store could not answer; the hub asks again.
#[derive(Debug, thiserror::Error)]
#[error("the store could not be read")]
pub struct SourceError(#[source] pub Box<dyn std::error::Error + Send + Sync>);

type Heads = dyn Fn(Vec<StreamId>) -> BoxFuture<'static, Result<Vec<(StreamId, u64)>, SourceError>>
    + Send
    + Sync;
type Read = dyn Fn(StreamId, u64, u64) -> BoxFuture<'static, Result<Vec<Publication>, SourceError>>
    + Send
    + Sync;

/// Where a hub reads what it did not hear: two questions to the store.
pub struct Source {
    heads: Box<Heads>,
    read: Box<Read>,
}

impl Source {
    /// `heads(streams)` says the number of each stream's last event (0 for none), in one query.
    /// `read(stream, after, upto)` gives the events `after + 1 ..= upto`, pruned ones as `skip`; the first of them will do,
    /// as the rest is asked for after them.
    pub fn new<H, R>(heads: H, read: R) -> Self
    where
        H: Fn(Vec<StreamId>) -> BoxFuture<'static, Result<Vec<(StreamId, u64)>, SourceError>>
            + Send
            + Sync
            + 'static,
        R: Fn(StreamId, u64, u64) -> BoxFuture<'static, Result<Vec<Publication>, SourceError>>
            + Send
            + Sync
            + 'static,
    {
        Self {
            heads: Box::new(heads),
            read: Box::new(read),
        }
    }
}

/// The delivery of one node. Cloning it costs a counter.
#[derive(Clone)]
pub struct Hub(Arc<Shared>);

struct Shared {
    shards: Vec<Mutex<HashMap<StreamId, Arc<Gate>>>>,
    hasher: RandomState,
    source: Source,
    runtime: Handle,
}

impl Hub {
    /// A hub without subscribers. Gaps are read on `runtime`; publishing may happen anywhere.
    pub fn new(source: Source, runtime: Handle) -> Self {
        Self(Arc::new(Shared {
            shards: (0..SHARDS).map(|_| Mutex::default()).collect(),
            hasher: RandomState::new(),
            source,
            runtime,
        }))
    }

    /// The inbox of a new connection of `user`, who may have negotiated `deflate`. Who is `limited` gets some events'
    /// aside.
    pub fn connect(&self, user: UserId, deflate: bool, limited: bool) -> Inbox {
        Inbox::new(self.clone(), user, deflate, limited)
    }

    /// Delivers an event, exactly once and in order, on the calling thread.
    pub fn publish(&self, publication: Publication) {
        if let Some(gate) = self.gate(publication.stream) {
            gate.accept(publication);
            self.deliver(&gate);
        }
    }

    /// Says that a stream has grown to `n`; whatever is missing is read from the store.
    pub fn hint(&self, stream: StreamId, n: u64) {
        if let Some(gate) = self.gate(stream) {
            gate.expect(n);
            self.fill(&gate);
        }
    }

    /// Delivers a signal without number or memory to a stream's live subscribers, except those of
    /// one person. Who is behind does not get it.
    pub fn signal(&self, stream: StreamId, frame: Frame, except: Option<UserId>) {
        if let Some(gate) = self.gate(stream) {
            gate.signal(frame, except);
        }
    }

    /// How many streams have subscribers here.
    pub fn streams(&self) -> usize {
        self.0.shards.iter().map(|shard| shard.lock().len()).sum()
    }

    fn shard(&self, stream: StreamId) -> &Mutex<HashMap<StreamId, Arc<Gate>>> {
        let hash = self.0.hasher.hash_one(stream);
        // The number of shards divides 2^64, so the remainder fits and is spread evenly.
        &self.0.shards[(hash % SHARDS as u64) as usize]
    }

    fn gate(&self, stream: StreamId) -> Option<Arc<Gate>> {
        self.shard(stream).lock().get(&stream).map(Arc::clone)
    }

    /// Adds a subscriber to a stream's gate, which is made if there is none.
    fn join(&self, stream: StreamId, subscriber: Subscriber) -> Arc<Gate> {
        let mut shard = self.shard(stream).lock();
        let gate = shard
            .entry(stream)
            .or_insert_with(|| Arc::new(Gate::new(stream)));
        gate.join(subscriber);
        Arc::clone(gate)
    }

    /// Takes a subscriber off; with the last one the gate goes.
    fn leave(&self, stream: StreamId, subscriber: &Subscriber) {
        let mut shard = self.shard(stream).lock();
        if let Some(gate) = shard.get(&stream)
            && gate.leave(subscriber)
        {
            shard.remove(&stream);
        }
    }

    /// Gives new gates their position, by one read of the heads *after* subscribers were added.
    async fn open(&self, gates: &[Arc<Gate>]) -> Result<(), SourceError> {
        let closed: Vec<_> = gates
            .iter()
            .filter(|gate| !gate.is_open())
            .map(|gate| gate.stream())
            .collect();
        if closed.is_empty() {
            return Ok(());
        }
        let heads: HashMap<_, _> = (self.0.source.heads)(closed).await?.into_iter().collect();
        for gate in gates {
            // A stream without a head has no events yet.
            gate.open(heads.get(&gate.stream()).copied().unwrap_or(0));
            self.deliver(gate);
        }
        Ok(())
    }

    /// Hands on what is in order, and sees to what is not.
    fn deliver(&self, gate: &Arc<Gate>) {
        if gate.deliver() == Remaining::Nobody {
            self.forget_if_empty(gate.stream());
        }
        self.fill(gate);
    }

    /// Sees to it that somebody reads what a gate lacks.
    fn fill(&self, gate: &Arc<Gate>) {
        if gate.begin_filling() {
            let (hub, gate) = (self.clone(), Arc::clone(gate));
            self.0.runtime.spawn(async move {
                gate::fill(&hub, &gate).await;
            });
        }
    }

    /// Drops the gate of a stream whose subscribers were all cut.
    fn forget_if_empty(&self, stream: StreamId) {
        let mut shard = self.shard(stream).lock();
        if shard.get(&stream).is_some_and(|gate| gate.close_if_empty()) {
            shard.remove(&stream);
        }
    }
}

impl std::fmt::Debug for Hub {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Hub")
            .field("streams", &self.streams())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
