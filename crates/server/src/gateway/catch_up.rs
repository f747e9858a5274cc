//! From a client's cursor to live, per stream, without a gap or a double.
//!
//! (a) The stream is subscribed in holding state, which says its position; (b) the right to read is checked after that,
//! in the snapshot that (c) the missing events are read from; (d) what was held follows. A stream whose window
//! overflowed meanwhile, or that runs ahead of its connection later, begins again at (a).

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;

use chat::sync::{CatchUp, Right};
use chat::{Caller, Chat};
use futures_util::future::BoxFuture;
use live::{Frame, Inbox, Release, Standing};
use model::code::Code;
use model::stream::StreamId;
use store::streams::Replay;

use super::step::{self, Catching, Failed, Purpose, Reading, Step, Stepped};
use crate::frames::Synced;

/// What came of a step, for the session to do in this order.
pub(super) enum Outcome {
    /// Write these.
    Frames(Vec<Frame>),
    /// Answer a `watch`: with the stream's head.
    Watching(Option<String>, u64),
    /// Answer a `watch`: there is nothing that may be read.
    NotWatching(Option<String>),
    /// The stream is followed only as long as its room is public.
    Watched(StreamId),
    /// The stream is followed as by a member.
    Member(StreamId),
    /// Answer the `sync`.
    Synced(Option<String>, Synced),
    /// Put an end to it: the client has to come back with its cursors.
    Restart,
    /// Put an end to it: the session has ended.
    Revoked,
}

/// The catching up of one connection. One step is under way at a time, and only while the socket drains.
pub(super) struct CatchUps {
    chat: Chat,
    caller: Caller,
    inbox: Arc<Inbox>,
    to_subscribe: Vec<Catching>,
    to_read: VecDeque<Reading>,
    sync: Option<Syncing>,
    /// The streams of the step under way that begins streams anew, and how many of them for a `watch`.
    beginning: HashSet<StreamId>,
    beginning_watches: usize,
    /// The stream that the step under way reads.
    reading: Option<StreamId>,
}

/// A `sync` that isn't answered yet.
struct Syncing {
    re: Option<String>,
    left: HashSet<StreamId>,
    answer: Synced,
    /// The client's cursors belong to another life of the database.
    afresh: bool,
}

impl CatchUps {
    pub(super) fn new(chat: Chat, caller: Caller, inbox: Arc<Inbox>) -> Self {
        Self {
            chat,
            caller,
            inbox,
            to_subscribe: Vec::new(),
            to_read: VecDeque::new(),
            sync: None,
            beginning: HashSet::new(),
            beginning_watches: 0,
            reading: None,
        }
    }

    /// Whether a `sync` waits for its answer.
    pub(super) fn is_syncing(&self) -> bool {
        self.sync.is_some()
    }

    /// Begins a `sync`; `gone` are the names that are no streams.
    pub(super) fn sync(
        &mut self,
        re: Option<String>,
        streams: Vec<Catching>,
        gone: Vec<String>,
        afresh: bool,
    ) {
        let left: HashSet<StreamId> = streams.iter().map(|catching| catching.stream).collect();
        // The client's own cursor counts.
        self.to_subscribe.retain(|waiting| {
            matches!(waiting.purpose, Purpose::Watch(_)) || !left.contains(&waiting.stream)
        });
        let answer = Synced {
            gone,
            ..Synced::default()
        };
        self.sync = Some(Syncing {
            re,
            left,
            answer,
            afresh,
        });
        self.to_subscribe.extend(streams);
    }

    /// Begins to bring one stream to live, unless what already waits to begin does so.
    pub(super) fn begin(&mut self, catching: Catching) {
        let waiting = self
            .to_subscribe
            .iter_mut()
            .find(|waiting| waiting.stream == catching.stream);
        let Some(waiting) = waiting else {
            return self.to_subscribe.push(catching);
        };
        match (&waiting.purpose, &catching.purpose) {
            (Purpose::Confirm, Purpose::Cut) => *waiting = catching,
            // A sync goes on from what the client has; the right is looked at by whatever waits.
            (Purpose::Sync, Purpose::Live | Purpose::Joined)
            | (_, Purpose::Cut | Purpose::Confirm) => {}
            (
                Purpose::Live | Purpose::Joined | Purpose::Confirm | Purpose::Cut,
                Purpose::Live | Purpose::Joined,
            ) => *waiting = catching,
            _ => self.to_subscribe.push(catching),
        }
    }

    /// An event says that the person is a member of a room, whose events follow `head`.
    pub(super) fn joined(&mut self, stream: StreamId, head: u64) {
        let purpose = if self.inbox.hears(stream) {
            Purpose::Confirm
        } else {
            Purpose::Joined
        };
        self.begin(Catching {
            stream,
            cursor: Some(head),
            purpose,
        });
    }

    /// How many `watch` wait for their answer.
    pub(super) fn watching(&self) -> usize {
        self.beginning_watches + watches(&self.to_subscribe)
    }

    /// Whether a stream is about to be subscribed, or is being.
    pub(super) fn is_beginning(&self, stream: StreamId) -> bool {
        self.beginning.contains(&stream)
            || self
                .to_subscribe
                .iter()
                .any(|catching| catching.stream == stream)
    }

    /// Whether what the inbox brings has to wait: a step that begins streams anew takes it; and while the own stream
    /// is behind, it may be about to say that the session has ended.
    pub(super) fn holds_back(&self) -> bool {
        !self.beginning.is_empty() || self.is_behind(StreamId::User(self.caller.user))
    }

    /// Whether a stream isn't live yet, for all that this knows of it.
    fn is_behind(&self, stream: StreamId) -> bool {
        let resets = |sync: &Syncing| sync.answer.reset.contains_key(&stream);
        self.is_beginning(stream)
            || self.reading == Some(stream)
            || self
                .to_read
                .iter()
                .any(|reading| reading.catching.stream == stream)
            || self.sync.as_ref().is_some_and(resets)
    }

    /// The next step, if anything is left to do.
    pub(super) fn next_step(&mut self) -> Option<BoxFuture<'static, Step>> {
        let (chat, caller) = (self.chat.clone(), self.caller);
        if !self.to_subscribe.is_empty() {
            // A stream once a step: what else waits for it has its turn when this one is done.
            let mut once = HashSet::new();
            let (streams, later): (Vec<_>, _) = std::mem::take(&mut self.to_subscribe)
                .into_iter()
                .partition(|catching| once.insert(catching.stream));
            self.to_subscribe = later;
            self.beginning_watches = watches(&streams);
            self.beginning = once;
            let inbox = self.inbox.clone();
            return Some(Box::pin(async move {
                step::subscribe(&chat, caller, &inbox, streams).await
            }));
        }
        let reading = self.to_read.pop_front()?;
        self.reading = Some(reading.catching.stream);
        Some(Box::pin(
            async move { step::read(&chat, caller, reading).await },
        ))
    }

    /// Takes a step's result in.
    pub(super) fn take(&mut self, Step(step): Step) -> Vec<Outcome> {
        (self.beginning, self.beginning_watches) = (HashSet::new(), 0);
        self.reading = None;
        let mut outcomes = match step {
            Stepped::Subscribed(begun) => self.subscribed(begun.streams, &begun.rights),
            Stepped::Page(reading, page) => self.page(reading, page),
            Stepped::Failed(Failed::Chat(chat::Error::Refused(Code::Unauthenticated))) => {
                return vec![Outcome::Revoked];
            }
            Stepped::Failed(error) => {
                tracing::warn!(%error, "a connection could not be caught up");
                return vec![Outcome::Restart];
            }
        };
        outcomes.extend(self.synced());
        outcomes
    }

    fn subscribed(
        &mut self,
        streams: Vec<(Catching, Option<u64>)>,
        rights: &HashMap<StreamId, Right>,
    ) -> Vec<Outcome> {
        let mut outcomes = Vec::new();
        for (catching, position) in streams {
            let right = rights.get(&catching.stream);
            let Some(position) = position else {
                outcomes.extend(self.confirmed(catching, right));
                continue;
            };
            self.overtake(catching.stream);
            match (right, &catching.purpose) {
                // Who was cut as a watcher, but is a member by now, comes back with a cursor.
                (Some(Right::Member), Purpose::Cut) => outcomes.push(Outcome::Restart),
                (Some(_), Purpose::Cut) | (Some(Right::Watch), Purpose::Joined) | (None, _) => {
                    outcomes.extend(self.gone(catching));
                }
                (Some(right), _) => {
                    // Until here it was followed as by a watcher, whom every cut reaches.
                    outcomes.push(match right {
                        Right::Member => {
                            self.inbox.restate(catching.stream, Standing::Member);
                            Outcome::Member(catching.stream)
                        }
                        Right::Watch => Outcome::Watched(catching.stream),
                    });
                    outcomes.extend(self.positioned(catching, position));
                }
            }
        }
        outcomes
    }

    /// A stream goes on as it was, but for what the right to it says.
    fn confirmed(&mut self, catching: Catching, right: Option<&Right>) -> Option<Outcome> {
        match right {
            Some(Right::Member) => self
                .inbox
                .restate(catching.stream, Standing::Member)
                .then_some(Outcome::Member(catching.stream)),
            Some(Right::Watch) => None,
            None => self.gone(catching),
        }
    }

    /// A stream that was subscribed anew is read anew.
    fn overtake(&mut self, stream: StreamId) {
        if let Some(index) = self
            .to_read
            .iter()
            .position(|reading| reading.catching.stream == stream)
            && let Some(overtaken) = self.to_read.remove(index)
        {
            self.done(&overtaken.catching);
        }
    }

    /// Compares what the client has with where the stream stands.
    fn positioned(&mut self, catching: Catching, position: u64) -> Option<Outcome> {
        let afresh =
            catching.purpose == Purpose::Sync && self.sync.as_ref().is_some_and(|sync| sync.afresh);
        let cursor = catching.cursor.unwrap_or(position);
        if afresh || cursor > position {
            return self.reset(catching, position);
        }
        if cursor == position {
            return self.release(catching, position);
        }
        // The own stream goes first: what it holds may be the session's end.
        let is_own = catching.stream == StreamId::User(self.caller.user);
        let reading = Reading {
            catching,
            began: cursor,
            cursor,
            position,
        };
        match is_own {
            true => self.to_read.push_front(reading),
            false => self.to_read.push_back(reading),
        }
        None
    }

    fn page(&mut self, mut reading: Reading, page: CatchUp) -> Vec<Outcome> {
        let events = match page {
            CatchUp::Gone => return self.gone(reading.catching).into_iter().collect(),
            CatchUp::Missed(Replay::Pruned) => {
                return self
                    .reset(reading.catching, reading.position)
                    .into_iter()
                    .collect();
            }
            CatchUp::Missed(Replay::Events(events)) => events,
        };
        // The position is of what is committed: a log that ends before it is of another life of the database.
        let Some(last) = events.last() else {
            return vec![Outcome::Restart];
        };
        reading.cursor = last.n;
        let mut outcomes = vec![Outcome::Frames(
            events
                .into_iter()
                .map(|event| Frame::text(event.frame))
                .collect(),
        )];
        if reading.cursor < reading.position {
            self.to_read.push_front(reading);
        } else {
            outcomes.extend(self.release(reading.catching, reading.cursor));
        }
        outcomes
    }

    /// The client has everything up to `cursor`: what was held follows.
    fn release(&mut self, catching: Catching, cursor: u64) -> Option<Outcome> {
        // A watch is answered before the first frame that follows its head.
        if let Purpose::Watch(re) = &catching.purpose {
            let re = re.clone();
            self.go_live(catching.stream, cursor);
            return Some(Outcome::Watching(re, cursor));
        }
        match self.inbox.release(catching.stream, cursor) {
            Release::Live => {
                self.done(&catching);
                None
            }
            Release::Again => {
                self.begin(Catching {
                    cursor: Some(cursor),
                    ..catching
                });
                None
            }
            Release::Gone => self.gone(catching),
        }
    }

    /// Lets live frames follow `cursor`, catching up again if too many came meanwhile.
    fn go_live(&mut self, stream: StreamId, cursor: u64) {
        if self.inbox.release(stream, cursor) == Release::Again {
            self.begin(Catching {
                stream,
                cursor: Some(cursor),
                purpose: Purpose::Live,
            });
        }
    }

    /// The log can't bring the client up to date: it loads afresh, and goes on from `position`.
    fn reset(&mut self, catching: Catching, position: u64) -> Option<Outcome> {
        match (&catching.purpose, &mut self.sync) {
            (Purpose::Sync, Some(sync)) => {
                // Held until the answer is out: nothing of the stream is sent before it.
                sync.answer.reset.insert(catching.stream, position);
                self.done(&catching);
                None
            }
            // Outside of a sync there is no answer that could say so: the next connection's has it.
            _ => Some(Outcome::Restart),
        }
    }

    fn gone(&mut self, catching: Catching) -> Option<Outcome> {
        self.inbox.unsubscribe(catching.stream);
        self.done(&catching);
        match (catching.purpose, &mut self.sync) {
            (Purpose::Watch(re), _) => Some(Outcome::NotWatching(re)),
            (Purpose::Sync, Some(sync)) => {
                sync.answer.gone.push(catching.stream.to_string());
                None
            }
            _ => None,
        }
    }

    fn done(&mut self, catching: &Catching) {
        if let (Purpose::Sync, Some(sync)) = (&catching.purpose, &mut self.sync) {
            sync.left.remove(&catching.stream);
        }
    }

    /// The answer of the `sync`, once every stream has reached its position.
    fn synced(&mut self) -> Option<Outcome> {
        let sync = self.sync.take_if(|sync| sync.left.is_empty())?;
        for (stream, position) in &sync.answer.reset {
            // These frames stay in the inbox until the answer is written.
            self.go_live(*stream, *position);
        }
        Some(Outcome::Synced(sync.re, sync.answer))
    }
}

fn watches(streams: &[Catching]) -> usize {
    let watches = |catching: &&Catching| matches!(catching.purpose, Purpose::Watch(_));
    streams.iter().filter(watches).count()
}
