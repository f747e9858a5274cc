//! One stream's gate: events pass in the order of their numbers, each once, none left out.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use model::id::UserId;
use model::stream::{Cut, StreamId};
use parking_lot::Mutex;
use tokio::time::sleep;

use super::inbox::Standing;
use super::mailbox::Mailbox;
use super::{Hub, Publication, SourceError};
use crate::frame::Frame;

/// How long a missing event may still come by itself: publications overtake each other by
/// microseconds, hints by a network's jitter.
const GRACE: Duration = Duration::from_millis(5);

/// Events that wait for one before them; what comes beyond is read from the store in its turn.
const WAITING: usize = 256;

/// Events read from the store at once.
const PAGE: u64 = 256;

/// The first and the longest pause after a read that did not help.
const PAUSE: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(5));

/// One subscription as its gate sees it.
#[derive(Clone)]
pub(super) struct Subscriber {
    pub(super) mailbox: Arc<Mailbox>,
    /// Which of the mailbox's subscriptions, and which use of that place.
    pub(super) slot: u32,
    pub(super) generation: u32,
    pub(super) standing: Standing,
}

impl Subscriber {
    fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.mailbox, &other.mailbox)
            && (self.slot, self.generation) == (other.slot, other.generation)
    }

    fn is_cut_by(&self, cut: Option<Cut>) -> bool {
        match cut {
            None => false,
            Some(Cut::User(user)) => self.mailbox.user() == user,
            Some(Cut::NonMembers) => self.standing == Standing::Watch,
        }
    }
}

/// Whether a delivery left anybody to deliver to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Remaining {
    Somebody,
    Nobody,
}

pub(super) struct Gate {
    stream: StreamId,
    /// Subscribers that negotiated deflate.
    deflating: AtomicUsize,
    state: Mutex<State>,
}

struct State {
    /// The last event handed on; unknown until the head was read.
    position: Option<u64>,
    /// The highest number heard of.
    known: u64,
    /// Events that came before their turn.
    waiting: BTreeMap<u64, Publication>,
    /// A shared slice: delivering takes a reference, changing copies only while one is held.
    subscribers: Arc<Vec<Subscriber>>,
    /// Somebody is handing on; others leave their events in `waiting`.
    delivering: bool,
    /// Somebody is reading the store.
    filling: bool,
    /// Taken out of the hub; nothing passes any more.
    closed: bool,
}

impl Gate {
    pub(super) fn new(stream: StreamId) -> Self {
        Self {
            stream,
            deflating: AtomicUsize::new(0),
            state: Mutex::new(State {
                position: None,
                known: 0,
                waiting: BTreeMap::new(),
                subscribers: Arc::default(),
                delivering: false,
                filling: false,
                closed: false,
            }),
        }
    }

    pub(super) fn stream(&self) -> StreamId {
        self.stream
    }

    pub(super) fn is_open(&self) -> bool {
        self.state.lock().position.is_some()
    }

    /// Sets the position of a gate that has none.
    pub(super) fn open(&self, head: u64) {
        self.state.lock().position.get_or_insert(head);
    }

    /// Runs `act` with the position while nothing can pass.
    pub(super) fn at_rest<T>(&self, act: impl FnOnce(Option<u64>) -> T) -> T {
        let state = self.state.lock();
        act(state.position)
    }

    pub(super) fn join(&self, subscriber: Subscriber) {
        if subscriber.mailbox.deflates() {
            self.deflating.fetch_add(1, Ordering::Relaxed);
        }
        let mut state = self.state.lock();
        Arc::make_mut(&mut state.subscribers).push(subscriber);
    }

    /// Takes a subscriber off; true if it was the last, and the gate is closed now.
    pub(super) fn leave(&self, subscriber: &Subscriber) -> bool {
        let mut state = self.state.lock();
        let place = state.subscribers.iter().position(|s| s.is(subscriber));
        if let Some(place) = place {
            self.forget(&Arc::make_mut(&mut state.subscribers).swap_remove(place));
        }
        state.close_if_empty()
    }

    pub(super) fn close_if_empty(&self) -> bool {
        self.state.lock().close_if_empty()
    }

    /// A watcher has become a member, or the other way round.
    pub(super) fn restate(&self, subscriber: &Subscriber) {
        let mut state = self.state.lock();
        let place = state
            .subscribers
            .iter()
            .position(|s| s.is(subscriber) && s.standing != subscriber.standing);
        if let Some(place) = place
            && let Some(found) = Arc::make_mut(&mut state.subscribers).get_mut(place)
        {
            found.standing = subscriber.standing;
        }
    }

    /// Takes in an event that has not passed yet.
    pub(super) fn accept(&self, mut publication: Publication) {
        let n = publication.n;
        if self.state.lock().has_passed(n) {
            return;
        }
        publication.frame = self.as_wanted(publication.frame);
        let mut state = self.state.lock();
        state.known = state.known.max(n);
        if state.has_passed(n) || state.waiting.contains_key(&n) {
            return;
        }
        if state.waiting.len() >= WAITING {
            // The furthest is the one to do without: the store has it when its turn comes.
            match state.waiting.last_entry() {
                Some(last) if *last.key() > n => drop(last.remove()),
                _ => return,
            }
        }
        state.waiting.insert(n, publication);
    }

    /// There are events up to `n`.
    pub(super) fn expect(&self, n: u64) {
        let mut state = self.state.lock();
        state.known = state.known.max(n);
    }

    /// The store's own word on how far the stream goes.
    fn believe(&self, head: u64) {
        let mut state = self.state.lock();
        let waiting = state.waiting.last_key_value().map_or(0, |(n, _)| *n);
        state.known = head.max(waiting);
    }

    /// Hands on everything whose turn it is, unless somebody else is doing so.
    pub(super) fn deliver(&self) -> Remaining {
        let mut first = true;
        loop {
            let (publication, subscribers, cut) = {
                let mut state = self.state.lock();
                if first && state.delivering {
                    return Remaining::Somebody;
                }
                first = false;
                let Some(publication) = state.next() else {
                    state.delivering = false;
                    return if state.subscribers.is_empty() {
                        Remaining::Nobody
                    } else {
                        Remaining::Somebody
                    };
                };
                state.delivering = true;
                let cut = state.cut(publication.cut);
                (publication, Arc::clone(&state.subscribers), cut)
            };
            for subscriber in &cut {
                self.forget(subscriber);
                subscriber
                    .mailbox
                    .cut(subscriber.slot, subscriber.generation);
            }
            for subscriber in subscribers.iter() {
                let (slot, generation) = (subscriber.slot, subscriber.generation);
                let n = publication.n;
                let frame = match &publication.aside {
                    Some(aside) if subscriber.mailbox.is_limited() => aside,
                    _ => &publication.frame,
                };
                subscriber.mailbox.deliver(slot, generation, n, frame);
            }
        }
    }

    pub(super) fn signal(&self, frame: Frame, except: Option<UserId>) {
        let frame = self.as_wanted(frame);
        let subscribers = Arc::clone(&self.state.lock().subscribers);
        for subscriber in subscribers.iter() {
            if except != Some(subscriber.mailbox.user()) {
                let (slot, generation) = (subscriber.slot, subscriber.generation);
                subscriber.mailbox.signal(slot, generation, &frame);
            }
        }
    }

    /// Whether something is missing that nobody reads yet; the caller has to [`fill`] then.
    pub(super) fn begin_filling(&self) -> bool {
        let mut state = self.state.lock();
        let begin = !state.filling && state.missing().is_some();
        state.filling |= begin;
        begin
    }

    /// What to read next; `None` ends the filling.
    fn next_page(&self) -> Option<(u64, u64)> {
        let mut state = self.state.lock();
        let missing = state.missing();
        state.filling = missing.is_some();
        missing
    }

    fn as_wanted(&self, frame: Frame) -> Frame {
        if self.deflating.load(Ordering::Relaxed) > 0 {
            frame.with_deflated()
        } else {
            frame
        }
    }

    fn forget(&self, subscriber: &Subscriber) {
        if subscriber.mailbox.deflates() {
            self.deflating.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

impl State {
    fn has_passed(&self, n: u64) -> bool {
        self.position.is_some_and(|position| n <= position)
    }

    /// The event whose turn it is; from here on it has passed.
    fn next(&mut self) -> Option<Publication> {
        let position = self.position?;
        if self.closed {
            return None;
        }
        while let Some(entry) = self.waiting.first_entry() {
            match *entry.key() {
                n if n <= position => drop(entry.remove()),
                n if n == position + 1 => {
                    self.position = Some(n);
                    return Some(entry.remove());
                }
                _ => break,
            }
        }
        None
    }

    /// Takes off those whom an event cuts.
    fn cut(&mut self, cut: Option<Cut>) -> Vec<Subscriber> {
        if !self.subscribers.iter().any(|s| s.is_cut_by(cut)) {
            return Vec::new();
        }
        Arc::make_mut(&mut self.subscribers)
            .extract_if(.., |subscriber| subscriber.is_cut_by(cut))
            .collect()
    }

    /// `(after, upto)` of what has to be read before anything can go on.
    fn missing(&self) -> Option<(u64, u64)> {
        let position = self.position.filter(|_| !self.closed)?;
        let waiting = self.waiting.range(position + 1..).next();
        let upto = waiting.map_or(self.known, |(n, _)| *n - 1);
        (upto > position).then(|| (position, upto.min(position + PAGE)))
    }

    fn close_if_empty(&mut self) -> bool {
        self.closed |= self.subscribers.is_empty();
        if self.closed {
            self.waiting = BTreeMap::new();
        }
        self.closed
    }
}

/// Reads what a gate lacks, until it lacks nothing or nobody listens.
pub(super) async fn fill(hub: &Hub, gate: &Arc<Gate>) {
    sleep(GRACE).await;
    let (mut pause, longest) = PAUSE;
    while let Some((after, upto)) = gate.next_page() {
        match read(hub, gate, after, upto).await {
            Ok(()) if gate.at_rest(|position| position > Some(after)) => {
                (pause, _) = PAUSE;
                continue;
            }
            Ok(()) => {}
            Err(error) => {
                let stream = gate.stream;
                tracing::warn!(%stream, after, upto, error = &error as &dyn std::error::Error,
                    "a gap could not be read; trying again");
            }
        }
        sleep(pause).await;
        pause = (pause * 2).min(longest);
    }
}

/// One page; if there is none where one was announced, the head itself.
async fn read(hub: &Hub, gate: &Arc<Gate>, after: u64, upto: u64) -> Result<(), SourceError> {
    let found = (hub.0.source.read)(gate.stream, after, upto).await?;
    if found.is_empty() {
        let heads = (hub.0.source.heads)(vec![gate.stream]).await?;
        gate.believe(heads.first().map_or(0, |(_, head)| *head));
    }
    for publication in found {
        gate.accept(publication);
    }
    if gate.deliver() == Remaining::Nobody {
        hub.forget_if_empty(gate.stream);
    }
    Ok(())
}
