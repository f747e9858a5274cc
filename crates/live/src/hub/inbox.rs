//! What waits for one connection: bounded, whatever its streams do.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::sync::Arc;
use std::task::{Context, Poll};

use model::id::UserId;
use model::stream::StreamId;

use super::gate::{Gate, Subscriber};
use super::mailbox::{Mailbox, Mode, Subscription, wake};
use super::{Hub, SourceError};
use crate::frame::Frame;

/// Frames that may wait: four full vectored writes. A connection further behind reads the store.
pub const INBOX_FRAMES: usize = 256;

/// Bytes that may wait, undeflated: about what a socket's own buffer holds.
pub const INBOX_BYTES: usize = 1 << 20;

/// In what capacity somebody hears a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// By right: a member of the room, the owner of the stream, anyone for the workspace.
    Member,
    /// Only as long as the room is public.
    Watch,
}

/// What became of a held subscription.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Release {
    /// What was held is in the inbox, a person's own stream at its front, or the inbox is full and the stream lags
    /// behind the cursor; from here on everything comes as it happens.
    Live,
    /// The window overflowed: subscribe again and go on from the cursor.
    Again,
    /// There is no such subscription; it was cut.
    Gone,
}

/// A stream that ran ahead of its subscriber, who has to subscribe again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lag {
    /// The stream.
    pub stream: StreamId,
    /// The last event that was taken from the inbox, or is in the batch that says this.
    pub cursor: u64,
}

/// Everything that was ready.
#[derive(Debug, Default)]
pub struct Batch {
    /// To be written, in this order.
    pub frames: VecDeque<Frame>,
    /// To be subscribed again, after the frames.
    pub lagged: Vec<Lag>,
    /// Subscriptions that an event ended. Whoever may still read (a watcher who became a member
    /// in the same moment) finds out by subscribing again.
    pub cut: Vec<StreamId>,
}

/// A connection's end of the hub. Dropping it ends all its subscriptions.
pub struct Inbox {
    hub: Hub,
    mailbox: Arc<Mailbox>,
}

impl Inbox {
    pub(super) fn new(hub: Hub, user: UserId, deflate: bool, limited: bool) -> Self {
        let mailbox = Arc::new(Mailbox::new(user, deflate, limited));
        Self { hub, mailbox }
    }

    /// Subscribes to one stream: [`subscribe_all`](Self::subscribe_all) with one.
    pub async fn subscribe(
        &self,
        stream: StreamId,
        standing: Standing,
    ) -> Result<u64, SourceError> {
        let positions = self.subscribe_all(&[(stream, standing)]).await?;
        Ok(positions.first().map_or(0, |(_, position)| *position))
    }

    /// Subscribes in holding state and says from where on: events after that position are kept,
    /// those up to it are to be read from the store, *after* this answer. Streams new to the hub
    /// cost one read of their heads together.
    ///
    /// An existing subscription starts anew, which is how a stream that lags is caught up. One
    /// that is live may have frames in the inbox: take them before reading the store.
    pub async fn subscribe_all(
        &self,
        streams: &[(StreamId, Standing)],
    ) -> Result<Vec<(StreamId, u64)>, SourceError> {
        let joined: Vec<_> = streams
            .iter()
            .map(|(stream, standing)| self.hold(*stream, *standing))
            .collect();
        let gates: Vec<_> = joined.iter().map(|(_, _, gate)| Arc::clone(gate)).collect();
        if let Err(error) = self.hub.open(&gates).await {
            for (stream, _) in streams {
                self.unsubscribe(*stream);
            }
            return Err(error);
        }
        let positions = joined.into_iter().map(|(slot, generation, gate)| {
            let position = gate.at_rest(|position| {
                let mut contents = self.mailbox.contents.lock();
                contents.settle(slot, generation, position.unwrap_or(0))
            });
            (gate.stream(), position)
        });
        Ok(positions.collect())
    }

    /// Ends catching up: the client has everything up to `cursor`.
    pub fn release(&self, stream: StreamId, cursor: u64) -> Release {
        let (outcome, waker) = {
            let mut contents = self.mailbox.contents.lock();
            let outcome = contents.release(stream, cursor);
            (outcome, contents.waker_if_ready())
        };
        wake(waker);
        outcome
    }

    /// Ends a subscription. Frames of it that are in the inbox already stay there.
    pub fn unsubscribe(&self, stream: StreamId) {
        let (place, removed) = {
            let mut contents = self.mailbox.contents.lock();
            let place = contents.place(stream);
            (
                place,
                place.and_then(|(slot, generation)| contents.remove(slot, generation)),
            )
        };
        if let (Some(place), Some(subscription)) = (place, removed) {
            let subscriber = self.subscriber(place, subscription.standing);
            self.hub.leave(stream, &subscriber);
        }
    }

    /// Changes the standing of a subscription and nothing else: a watcher has joined the room.
    /// False if there is no such subscription.
    pub fn restate(&self, stream: StreamId, standing: Standing) -> bool {
        self.existing(stream, standing).is_some()
    }

    /// Whether there is a subscription to `stream`, held, live or lagging.
    pub fn hears(&self, stream: StreamId) -> bool {
        self.mailbox.contents.lock().streams.contains_key(&stream)
    }

    /// How many streams it is subscribed to.
    pub fn subscriptions(&self) -> usize {
        self.mailbox.contents.lock().streams.len()
    }

    /// Waits until there is something to take. May be dropped and called again at any time.
    pub async fn ready(&self) {
        poll_fn(|cx| self.poll_ready(cx)).await;
    }

    /// [`Inbox::ready`] for hand-written loops; one task waits at a time.
    pub fn poll_ready(&self, cx: &mut Context<'_>) -> Poll<()> {
        let mut contents = self.mailbox.contents.lock();
        if contents.is_ready() {
            return Poll::Ready(());
        }
        match &mut contents.waker {
            Some(waker) => waker.clone_from(cx.waker()),
            none => *none = Some(cx.waker().clone()),
        }
        Poll::Pending
    }

    /// Takes everything that is ready.
    pub fn take(&self) -> Batch {
        let mut contents = self.mailbox.contents.lock();
        let frames = std::mem::take(&mut contents.queue);
        contents.uncount(&frames);
        Batch {
            frames,
            lagged: std::mem::take(&mut contents.lagged),
            cut: std::mem::take(&mut contents.cut),
        }
    }

    /// A way for others to send signals to this connection.
    pub fn outlet(&self) -> Outlet {
        Outlet(Arc::clone(&self.mailbox))
    }

    /// Puts one stream into holding state, with a new subscription if there is none.
    fn hold(&self, stream: StreamId, standing: Standing) -> (u32, u32, Arc<Gate>) {
        if let Some((slot, generation, gate)) = self.existing(stream, standing) {
            gate.at_rest(|position| {
                let mut contents = self.mailbox.contents.lock();
                contents.hold(slot, generation, position);
            });
            return (slot, generation, gate);
        }
        let (slot, generation) = self.mailbox.contents.lock().insert(Subscription {
            stream,
            gate: None,
            standing,
            mode: Mode::Holding {
                held: VecDeque::new(),
                settled: false,
            },
            last: 0,
        });
        let subscriber = self.subscriber((slot, generation), standing);
        let gate = self.hub.join(stream, subscriber);
        let mut contents = self.mailbox.contents.lock();
        if let Some(subscription) = contents.subscription(slot, generation) {
            subscription.gate = Some(Arc::clone(&gate));
        }
        (slot, generation, gate)
    }

    /// A subscription that is there, with this standing from now on.
    fn existing(&self, stream: StreamId, standing: Standing) -> Option<(u32, u32, Arc<Gate>)> {
        let (place, gate) = {
            let mut contents = self.mailbox.contents.lock();
            let (slot, generation) = contents.place(stream)?;
            let subscription = contents.subscription(slot, generation)?;
            subscription.standing = standing;
            let gate = subscription.gate.as_ref().map(Arc::clone)?;
            ((slot, generation), gate)
        };
        gate.restate(&self.subscriber(place, standing));
        Some((place.0, place.1, gate))
    }

    fn subscriber(&self, (slot, generation): (u32, u32), standing: Standing) -> Subscriber {
        Subscriber {
            mailbox: Arc::clone(&self.mailbox),
            slot,
            generation,
            standing,
        }
    }
}

impl Drop for Inbox {
    fn drop(&mut self) {
        let streams: Vec<_> = {
            let contents = self.mailbox.contents.lock();
            contents.streams.keys().copied().collect()
        };
        for stream in streams {
            self.unsubscribe(stream);
        }
    }
}

impl std::fmt::Debug for Inbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let contents = self.mailbox.contents.lock();
        f.debug_struct("Inbox")
            .field("user", &self.mailbox.user())
            .field("streams", &contents.streams.len())
            .field("frames", &contents.frames)
            .finish_non_exhaustive()
    }
}

/// Where signals for one connection go in. Keeps nothing alive but the inbox's memory.
#[derive(Clone)]
pub struct Outlet(Arc<Mailbox>);

impl Outlet {
    /// Queues a frame that may be lost; false if the inbox is more than half full.
    pub fn offer(&self, frame: Frame) -> bool {
        let (taken, waker) = {
            let mut contents = self.0.contents.lock();
            let taken = contents.offer(frame);
            (taken, contents.waker_if_ready())
        };
        wake(waker);
        taken
    }
}

impl std::fmt::Debug for Outlet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Outlet")
            .field("user", &self.0.user())
            .finish()
    }
}
