//! What waits for one connection: bounded, whatever its streams do.

use std::collections::{HashMap, VecDeque};
use std::future::poll_fn;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use model::id::UserId;
use model::stream::StreamId;
use parking_lot::Mutex;

use super::gate::{Gate, Subscriber};
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
    /// What was held is in the inbox; from here on everything comes as it happens.
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

/// The shared part of an inbox: gates put in, the connection takes out.
pub(super) struct Mailbox {
    user: UserId,
    deflate: bool,
    contents: Mutex<Contents>,
}

#[derive(Default)]
struct Contents {
    slots: Vec<Slot>,
    free: Vec<u32>,
    streams: HashMap<StreamId, u32>,
    queue: VecDeque<Frame>,
    lagged: Vec<Lag>,
    cut: Vec<StreamId>,
    /// Of the queue and of all held windows together.
    frames: usize,
    bytes: usize,
    waker: Option<Waker>,
}

#[derive(Default)]
struct Slot {
    generation: u32,
    subscription: Option<Subscription>,
}

struct Subscription {
    stream: StreamId,
    /// Not there for the moment between taking the place and joining.
    gate: Option<Arc<Gate>>,
    standing: Standing,
    mode: Mode,
    /// The last event that was held or queued.
    last: u64,
}

enum Mode {
    /// The client is being caught up; `last - held.len()` is where the window begins. Before the
    /// gate has a position, the first event decides where that is.
    Holding {
        held: VecDeque<Frame>,
        settled: bool,
    },
    Live,
    Lagged,
}

impl Mailbox {
    pub(super) fn user(&self) -> UserId {
        self.user
    }

    pub(super) fn deflates(&self) -> bool {
        self.deflate
    }

    /// Takes in an event for one subscription.
    pub(super) fn deliver(&self, slot: u32, generation: u32, n: u64, frame: &Frame) {
        let waker = {
            let mut contents = self.contents.lock();
            contents.deliver(slot, generation, n, frame);
            contents.waker_if_ready()
        };
        wake(waker);
    }

    /// Takes in a signal, if the subscription is live and the inbox is not half full.
    pub(super) fn signal(&self, slot: u32, generation: u32, frame: &Frame) {
        let waker = {
            let mut contents = self.contents.lock();
            let live = contents
                .subscription(slot, generation)
                .is_some_and(|s| matches!(s.mode, Mode::Live));
            if live {
                contents.offer(frame.clone());
            }
            contents.waker_if_ready()
        };
        wake(waker);
    }

    /// Ends a subscription from the gate's side.
    pub(super) fn cut(&self, slot: u32, generation: u32) {
        let waker = {
            let mut contents = self.contents.lock();
            if let Some(subscription) = contents.remove(slot, generation) {
                contents.cut.push(subscription.stream);
            }
            contents.waker_if_ready()
        };
        wake(waker);
    }
}

fn wake(waker: Option<Waker>) {
    if let Some(waker) = waker {
        waker.wake();
    }
}

impl Contents {
    fn deliver(&mut self, slot: u32, generation: u32, n: u64, frame: &Frame) {
        let full = self.is_full_for(frame, 1);
        let Some(subscription) = self.subscription(slot, generation) else {
            return;
        };
        if let Mode::Holding { settled, .. } = &mut subscription.mode
            && !*settled
        {
            *settled = true;
            subscription.last = n.saturating_sub(1);
        }
        if n <= subscription.last {
            return;
        }
        let fits = !full && n == subscription.last + 1;
        let lag = Lag {
            stream: subscription.stream,
            cursor: subscription.last,
        };
        match &mut subscription.mode {
            Mode::Lagged => {}
            Mode::Holding { held, .. } if fits => {
                held.push_back(frame.clone());
                subscription.last = n;
                self.count(frame);
            }
            Mode::Holding { held, .. } => {
                let held = std::mem::take(held);
                subscription.mode = Mode::Lagged;
                self.uncount(&held);
            }
            Mode::Live if fits => {
                subscription.last = n;
                self.queue.push_back(frame.clone());
                self.count(frame);
            }
            Mode::Live => {
                subscription.mode = Mode::Lagged;
                self.lagged.push(lag);
            }
        }
    }

    /// Queues what may be lost.
    fn offer(&mut self, frame: Frame) -> bool {
        let room = !self.is_full_for(&frame, 2);
        if room {
            self.count(&frame);
            self.queue.push_back(frame);
        }
        room
    }

    /// Whether a frame would exceed that part of the bounds; an empty inbox takes any frame.
    fn is_full_for(&self, frame: &Frame, part: usize) -> bool {
        self.frames > 0
            && (self.frames >= INBOX_FRAMES / part
                || self.bytes + frame.size() > INBOX_BYTES / part)
    }

    fn count(&mut self, frame: &Frame) {
        self.frames += 1;
        self.bytes += frame.size();
    }

    fn uncount<'a>(&mut self, frames: impl IntoIterator<Item = &'a Frame>) {
        for frame in frames {
            self.frames -= 1;
            self.bytes -= frame.size();
        }
    }

    fn subscription(&mut self, slot: u32, generation: u32) -> Option<&mut Subscription> {
        self.slots
            .get_mut(slot as usize)
            .filter(|slot| slot.generation == generation)?
            .subscription
            .as_mut()
    }

    fn place(&self, stream: StreamId) -> Option<(u32, u32)> {
        let slot = *self.streams.get(&stream)?;
        Some((slot, self.slots.get(slot as usize)?.generation))
    }

    /// Takes a place for a new subscription.
    fn insert(&mut self, subscription: Subscription) -> (u32, u32) {
        let slot = self.free.pop().unwrap_or_else(|| {
            self.slots.push(Slot::default());
            // Ids of streams come from requests that are bounded far below 2^32.
            u32::try_from(self.slots.len() - 1).unwrap_or(u32::MAX)
        });
        self.streams.insert(subscription.stream, slot);
        let place = &mut self.slots[slot as usize];
        place.subscription = Some(subscription);
        (slot, place.generation)
    }

    fn remove(&mut self, slot: u32, generation: u32) -> Option<Subscription> {
        let place = self.slots.get_mut(slot as usize)?;
        if place.generation != generation {
            return None;
        }
        let subscription = place.subscription.take()?;
        place.generation = place.generation.wrapping_add(1);
        self.free.push(slot);
        self.streams.remove(&subscription.stream);
        self.lagged.retain(|lag| lag.stream != subscription.stream);
        if let Mode::Holding { held, .. } = &subscription.mode {
            self.uncount(held);
        }
        Some(subscription)
    }

    /// Back to holding from the gate's position, whatever the subscription did before.
    fn hold(&mut self, slot: u32, generation: u32, position: Option<u64>) {
        let Some(subscription) = self.subscription(slot, generation) else {
            return;
        };
        let stream = subscription.stream;
        subscription.last = position.unwrap_or(0);
        let fresh = Mode::Holding {
            held: VecDeque::new(),
            settled: position.is_some(),
        };
        if let Mode::Holding { held, .. } = std::mem::replace(&mut subscription.mode, fresh) {
            self.uncount(&held);
        }
        self.lagged.retain(|lag| lag.stream != stream);
    }

    /// Where the window of a held subscription begins.
    fn settle(&mut self, slot: u32, generation: u32, position: u64) -> u64 {
        let Some(subscription) = self.subscription(slot, generation) else {
            return position;
        };
        match &mut subscription.mode {
            Mode::Holding { held, settled } => {
                if !*settled {
                    *settled = true;
                    subscription.last = position;
                }
                subscription.last - held.len() as u64
            }
            Mode::Live | Mode::Lagged => position,
        }
    }

    fn release(&mut self, stream: StreamId, cursor: u64) -> Release {
        let Some((slot, generation)) = self.place(stream) else {
            return Release::Gone;
        };
        let Some(subscription) = self.subscription(slot, generation) else {
            return Release::Gone;
        };
        let Mode::Holding { held, .. } = &mut subscription.mode else {
            return match subscription.mode {
                Mode::Live => Release::Live,
                _ => Release::Again,
            };
        };
        let held = std::mem::take(held);
        let begin = subscription.last - held.len() as u64;
        if cursor < begin {
            subscription.mode = Mode::Lagged;
            self.uncount(&held);
            return Release::Again;
        }
        subscription.mode = Mode::Live;
        subscription.last = subscription.last.max(cursor);
        let known = usize::try_from(cursor - begin).unwrap_or(usize::MAX);
        self.uncount(held.iter().take(known));
        self.queue.extend(held.into_iter().skip(known));
        Release::Live
    }

    fn is_ready(&self) -> bool {
        !(self.queue.is_empty() && self.lagged.is_empty() && self.cut.is_empty())
    }

    fn waker_if_ready(&mut self) -> Option<Waker> {
        if self.is_ready() {
            self.waker.take()
        } else {
            None
        }
    }
}

/// A connection's end of the hub. Dropping it ends all its subscriptions.
pub struct Inbox {
    hub: Hub,
    mailbox: Arc<Mailbox>,
}

impl Inbox {
    pub(super) fn new(hub: Hub, user: UserId, deflate: bool) -> Self {
        let mailbox = Arc::new(Mailbox {
            user,
            deflate,
            contents: Mutex::default(),
        });
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
            .field("user", &self.mailbox.user)
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
            .field("user", &self.0.user)
            .finish()
    }
}
