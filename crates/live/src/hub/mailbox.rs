//! The inside of an inbox: frames and subscriptions under one lock, and their bounds.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::task::Waker;

use model::id::UserId;
use model::stream::StreamId;
use parking_lot::Mutex;

use super::gate::Gate;
use super::inbox::{INBOX_BYTES, INBOX_FRAMES, Lag, Release, Standing};
use crate::frame::Frame;

/// The shared part of an inbox: gates put in, the connection takes out.
pub(super) struct Mailbox {
    user: UserId,
    deflate: bool,
    limited: bool,
    pub(super) contents: Mutex<Contents>,
}

#[derive(Default)]
pub(super) struct Contents {
    slots: Vec<Slot>,
    free: Vec<u32>,
    pub(super) streams: HashMap<StreamId, u32>,
    pub(super) queue: VecDeque<Frame>,
    pub(super) lagged: Vec<Lag>,
    pub(super) cut: Vec<StreamId>,
    /// Of the queue and of all held windows together.
    pub(super) frames: usize,
    bytes: usize,
    pub(super) waker: Option<Waker>,
}

#[derive(Default)]
struct Slot {
    generation: u32,
    subscription: Option<Subscription>,
}

pub(super) struct Subscription {
    pub(super) stream: StreamId,
    /// Not there for the moment between taking the place and joining.
    pub(super) gate: Option<Arc<Gate>>,
    pub(super) standing: Standing,
    pub(super) mode: Mode,
    /// The last event that was held or queued.
    pub(super) last: u64,
}

pub(super) enum Mode {
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
    pub(super) fn new(user: UserId, deflate: bool, limited: bool) -> Self {
        Self {
            user,
            deflate,
            limited,
            contents: Mutex::default(),
        }
    }

    pub(super) fn user(&self) -> UserId {
        self.user
    }

    pub(super) fn deflates(&self) -> bool {
        self.deflate
    }

    pub(super) fn is_limited(&self) -> bool {
        self.limited
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

pub(super) fn wake(waker: Option<Waker>) {
    if let Some(waker) = waker {
        waker.wake();
    }
}

impl Contents {
    fn deliver(&mut self, slot: u32, generation: u32, n: u64, frame: &Frame) {
        let full = self.is_full_for(frame, 1);
        // Behind an event that found no room nothing of any stream is queued: it may be the one that ends the session.
        let overran = !self.lagged.is_empty();
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
            Mode::Live if fits && !overran => {
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
    pub(super) fn offer(&mut self, frame: Frame) -> bool {
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

    pub(super) fn uncount<'a>(&mut self, frames: impl IntoIterator<Item = &'a Frame>) {
        for frame in frames {
            self.frames -= 1;
            self.bytes -= frame.size();
        }
    }

    pub(super) fn subscription(&mut self, slot: u32, generation: u32) -> Option<&mut Subscription> {
        self.slots
            .get_mut(slot as usize)
            .filter(|slot| slot.generation == generation)?
            .subscription
            .as_mut()
    }

    pub(super) fn place(&self, stream: StreamId) -> Option<(u32, u32)> {
        let slot = *self.streams.get(&stream)?;
        Some((slot, self.slots.get(slot as usize)?.generation))
    }

    /// Takes a place for a new subscription.
    pub(super) fn insert(&mut self, subscription: Subscription) -> (u32, u32) {
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

    pub(super) fn remove(&mut self, slot: u32, generation: u32) -> Option<Subscription> {
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
    pub(super) fn hold(&mut self, slot: u32, generation: u32, position: Option<u64>) {
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
    pub(super) fn settle(&mut self, slot: u32, generation: u32, position: u64) -> u64 {
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

    pub(super) fn release(&mut self, stream: StreamId, cursor: u64) -> Release {
        let is_own = matches!(stream, StreamId::User(_));
        let overran = !self.lagged.is_empty();
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
        let known = usize::try_from(cursor - begin).unwrap_or(usize::MAX);
        // Nor is what was held queued behind an event that found no room.
        if overran && !is_own && known < held.len() {
            subscription.mode = Mode::Lagged;
            self.uncount(&held);
            self.lagged.push(Lag { stream, cursor });
            return Release::Live;
        }
        subscription.mode = Mode::Live;
        subscription.last = subscription.last.max(cursor);
        self.uncount(held.iter().take(known));
        let held = held.into_iter().skip(known);
        if is_own {
            // Before what rooms brought meanwhile: a session hears first that it ended.
            for frame in held.rev() {
                self.queue.push_front(frame);
            }
        } else {
            self.queue.extend(held);
        }
        Release::Live
    }

    pub(super) fn is_ready(&self) -> bool {
        !(self.queue.is_empty() && self.lagged.is_empty() && self.cut.is_empty())
    }

    pub(super) fn waker_if_ready(&mut self) -> Option<Waker> {
        if self.is_ready() {
            self.waker.take()
        } else {
            None
        }
    }
}
