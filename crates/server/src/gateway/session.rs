//! One connection's loop: what the client sends, what its streams bring, what its operations answer, and the clock.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use chat::Caller;
use futures_util::StreamExt;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;
use live::presence::Device;
use live::socket::{
    CloseCode, Incoming, Negotiated, ReadError, Reader, Upgraded, WriteError, Writer,
};
use live::{Batch, Frame, Inbox, Standing};
use model::code::Code;
use model::event::RoomJoined;
use model::id::Epoch;
use model::stream::StreamId;
use model::time::Timestamp;
use model::user::Role;
use tokio::io::{ReadHalf, WriteHalf};
use tokio::time::{Instant, Sleep};

use super::catch_up::{CatchUps, Outcome};
use super::end::End;
use super::ops::{self, Answer};
use super::pace::{Pace, TooFast};
use super::presence::Onlooker;
use super::signal::{Signal, is_of_own_stream};
use super::step::{Catching, Purpose, Step};
use super::{HEARTBEAT, encode};
use crate::frames::{Hello, OtherFrame, Reconnect, Synced, Watching};
use crate::metrics::Closed;
use crate::problem::Problem;
use crate::serve::Draining;
use crate::state::AppState;

/// Operations of one connection that may wait for their commit; then its socket is read no further.
const IN_FLIGHT: usize = 64;

/// Answers that may wait for a socket that doesn't drain; then it is read no further.
const UNWRITTEN: usize = 256;

/// Pings that may stay unanswered.
const MISSES: u32 = 2;

/// Over how long clients are asked to come back when the server goes down, and within which they are let go.
const RECONNECT_OVER: Duration = Duration::from_secs(5);
const LEAVE_WITHIN: Duration = Duration::from_secs(2);

/// One connection.
pub(super) struct Session {
    pub(super) state: AppState,
    pub(super) caller: Caller,
    pub(super) inbox: Arc<Inbox>,
    pub(super) device: Device,
    pub(super) catch_ups: CatchUps,
    /// Rooms that are followed without being a member.
    pub(super) watched: HashSet<StreamId>,
    /// Rooms that are to be watched no more once what is about to follow them is done, each with its `unwatch`.
    pub(super) unwatching: HashMap<StreamId, Option<String>>,
    writer: Writer<WriteHalf<Upgraded>>,
    answers: FuturesUnordered<BoxFuture<'static, Answer>>,
    pub(super) onlooker: Onlooker,
    /// Answers since the writer was last idle.
    unwritten: usize,
    /// What hello said, until the client's first `sync`.
    hello: Option<Started>,
    /// Whether events of the own stream are passed on.
    follows_own: bool,
    /// Rooms that were joined before that, each with the head that the event names.
    joined_early: BTreeMap<StreamId, u64>,
    pub(super) pace: Pace,
    heard_at: Instant,
    misses: u32,
    next_ping: Pin<Box<Sleep>>,
    /// When the session or token ends by itself, if it does.
    expiry: Option<Pin<Box<Sleep>>>,
}

/// Where the streams stood in hello.
pub(super) struct Started {
    pub(super) epoch: Epoch,
    pub(super) heads: BTreeMap<StreamId, u64>,
}

impl Session {
    /// Serves a connection to its end.
    pub(super) async fn run(
        state: AppState,
        caller: Caller,
        negotiated: Negotiated,
        reader: Reader<ReadHalf<Upgraded>>,
        writer: Writer<WriteHalf<Upgraded>>,
        mut drain: Draining,
    ) {
        let metrics = state.metrics.gateway.clone();
        metrics.connections.inc();
        let guest = caller.role == Role::Guest;
        let inbox = state.hub.connect(caller.user, negotiated.deflate, guest);
        let inbox = Arc::new(inbox);
        let now = Instant::now();
        let mut session = Self {
            device: state.presence.connect(caller.user, inbox.outlet()),
            catch_ups: CatchUps::new(state.chat.clone(), caller, inbox.clone()),
            watched: HashSet::new(),
            unwatching: HashMap::new(),
            caller,
            inbox,
            writer,
            answers: FuturesUnordered::new(),
            onlooker: Onlooker::default(),
            unwritten: 0,
            hello: None,
            follows_own: false,
            joined_early: BTreeMap::new(),
            pace: Pace::new(state.chat.settings().rate_limits, now),
            heard_at: now,
            misses: 0,
            // Spread over the interval, so that connections of one wave are not pinged in one.
            next_ping: Box::pin(tokio::time::sleep(HEARTBEAT.mul_f64(spread(&caller)))),
            expiry: None,
            state,
        };
        let end = match session.start().await {
            Ok(()) => session.serve(reader, &mut drain).await,
            Err(end) => end,
        };
        metrics.connections.dec();
        metrics
            .closed
            .get_or_create(&Closed {
                code: u32::from(end.code().get()),
            })
            .inc();
        let Self {
            writer,
            device,
            inbox,
            catch_ups,
            answers,
            ..
        } = session;
        // Nobody hears for this connection any more; its operations in the writer go on and are answered to nobody.
        drop((device, catch_ups, inbox, answers));
        end.say(writer).await;
        // Only now may the server end: the last frames are out.
        drop(drain);
    }

    /// Says hello. The session is checked again after its own stream is heard, so that its end can't be missed.
    async fn start(&mut self) -> Result<(), End> {
        let failed = |_| End::new(CloseCode::RESTART, "try again");
        let own = StreamId::User(self.caller.user);
        let position = self
            .inbox
            .subscribe(own, Standing::Member)
            .await
            .map_err(failed)?;
        let hello = match self.state.chat.hello(self.caller).await {
            Ok(hello) => hello,
            Err(chat::Error::Refused(Code::Unauthenticated)) => return Err(End::REVOKED),
            Err(error) => {
                tracing::warn!(%error, "hello could not be said");
                return Err(End::new(CloseCode::RESTART, "try again"));
            }
        };
        self.inbox.release(own, position);
        self.expire_at(hello.ends_at);
        let heads: BTreeMap<StreamId, u64> = hello.heads.into_iter().collect();
        self.send(&OtherFrame::Hello {
            d: Hello {
                user: self.caller.user,
                session: self.caller.session(),
                epoch: hello.epoch,
                version: env!("CARGO_PKG_VERSION").to_owned(),
                heartbeat_ms: u64::try_from(HEARTBEAT.as_millis()).unwrap_or(u64::MAX),
                heads: heads.clone(),
            },
        });
        self.hello = Some(Started {
            epoch: hello.epoch,
            heads,
        });
        Ok(())
    }

    async fn serve(&mut self, mut reader: Reader<ReadHalf<Upgraded>>, drain: &mut Draining) -> End {
        let mut step: Option<BoxFuture<'static, Step>> = None;
        let mut leaving: Option<Pin<Box<Sleep>>> = None;
        loop {
            let idle = self.writer.is_idle();
            if idle {
                self.unwritten = 0;
                // The next page is read when the one before has left: a slow socket holds one page, not a backlog.
                if step.is_none() {
                    step = self.catch_ups.next_step();
                }
            }
            let in_flight = self.answers.len() + self.onlooker.waiting();
            let may_read = in_flight < IN_FLIGHT && self.unwritten < UNWRITTEN;
            let went_on = tokio::select! {
                flushed = self.writer.flush(), if !idle => flushed.map_err(|error| match error {
                    WriteError::Stalled => End::new(CloseCode::SLOW, "the socket does not drain"),
                    WriteError::Io(_) => End::new(CloseCode::NORMAL, ""),
                }),
                incoming = reader.next(), if may_read => self.incoming(incoming),
                () = self.inbox.ready(), if idle && !self.catch_ups.holds_back() => {
                    let batch = self.inbox.take();
                    self.batch(batch)
                }
                Some(answer) = self.answers.next(), if !self.answers.is_empty() => {
                    self.answer(answer);
                    Ok(())
                }
                seen = poll(&mut self.onlooker.look), if self.onlooker.look.is_some() => {
                    self.looked(seen);
                    Ok(())
                }
                () = wait(&mut self.onlooker.again), if self.onlooker.again.is_some() => {
                    self.look();
                    Ok(())
                }
                stepped = poll(&mut step), if step.is_some() => {
                    step = None;
                    self.stepped(stepped)
                }
                () = self.next_ping.as_mut() => self.ping(),
                () = wait(&mut self.expiry), if self.expiry.is_some() => self.expired().await,
                () = drain.begun(), if leaving.is_none() => {
                    leaving = Some(self.leave());
                    Ok(())
                }
                () = wait(&mut leaving), if leaving.is_some() => Err(End::new(CloseCode::RESTART, "the server goes down")),
            };
            if let Err(end) = went_on {
                return end;
            }
        }
    }

    fn incoming(&mut self, incoming: Result<Option<Incoming>, ReadError>) -> Result<(), End> {
        self.heard_at = Instant::now();
        self.misses = 0;
        match incoming {
            Ok(Some(Incoming::Text(text))) => self.operation(&text),
            Ok(Some(Incoming::Ping(payload))) => {
                self.too_fast()?;
                self.push(Frame::pong(&payload));
                Ok(())
            }
            Ok(Some(Incoming::Pong)) => Ok(()),
            Ok(Some(Incoming::Close(_)) | None) | Err(ReadError::Io(_)) => {
                Err(End::new(CloseCode::NORMAL, ""))
            }
            Err(ReadError::Violation(violation)) => {
                Err(End::new(violation.close_code(), "protocol error"))
            }
        }
    }

    fn operation(&mut self, text: &str) -> Result<(), End> {
        self.state.metrics.gateway.frames_received.inc();
        let Some(request) = ops::Request::parse(text) else {
            return Err(End::new(
                CloseCode::BAD_FRAME,
                "a frame is a JSON object with a string `op`",
            ));
        };
        if let Some(wait) = self.too_fast()? {
            let problem = Problem::new(Code::RateLimited).with_retry_after(wait);
            self.answer(Answer::failed(&request, problem));
            return Ok(());
        }
        if let Some(answer) = self.dispatch(request) {
            self.answer(answer);
        }
        Ok(())
    }

    /// Counts one thing that the client wants: how long it has to wait for it if that is too fast, the end if it won't.
    fn too_fast(&mut self) -> Result<Option<Duration>, End> {
        match self.pace.take(Instant::now()) {
            Ok(()) => Ok(None),
            Err(TooFast::Wait(wait)) => Ok(Some(wait)),
            Err(TooFast::Abuse) => Err(End::new(CloseCode::POLICY, "too many operations")),
        }
    }

    /// Lets an operation run; it is in the writer's queue before the next one is read.
    pub(super) fn spawn(&mut self, mut work: BoxFuture<'static, Answer>) -> Option<Answer> {
        use futures_util::FutureExt;
        let done = work.as_mut().now_or_never();
        if done.is_none() {
            self.answers.push(work);
        }
        done
    }

    pub(super) fn answer(&mut self, answer: Answer) {
        self.state
            .metrics
            .gateway
            .operations
            .get_or_create(&answer.metric())
            .inc();
        if let Some(frame) = answer.into_frame() {
            self.push(frame);
        }
    }

    /// Writes what the streams brought, and sees to the streams that ran ahead or ended.
    fn batch(&mut self, batch: Batch) -> Result<(), End> {
        let Batch {
            frames,
            lagged,
            cut,
        } = batch;
        self.frames(frames)?;
        for lag in lagged {
            self.catch_ups.begin(Catching {
                stream: lag.stream,
                cursor: Some(lag.cursor),
                purpose: Purpose::Live,
            });
        }
        for stream in cut {
            self.watched.remove(&stream);
            if !self.inbox.hears(stream) {
                self.catch_ups.begin(Catching {
                    stream,
                    cursor: None,
                    purpose: Purpose::Cut,
                });
            }
        }
        Ok(())
    }

    /// Takes out what the session itself has to act on, and writes the rest.
    fn frames(&mut self, frames: impl IntoIterator<Item = Frame>) -> Result<(), End> {
        let guest = self.caller.role == Role::Guest;
        for frame in frames {
            let signal = Signal::of(frame.payload(), guest);
            // Until the first sync has subscribed it anew, the own stream is heard for its signals only: the sync
            // brings its events in order.
            if self.follows_own || !is_of_own_stream(frame.payload()) {
                self.push(frame);
            }
            match signal {
                Some(Signal::Joined(joined)) => self.joined(joined),
                Some(Signal::Revoked(revoked)) if revoked == self.caller.session() => {
                    return Err(if self.follows_own {
                        End::TOLD
                    } else {
                        End::REVOKED
                    });
                }
                Some(Signal::Left) => self.left(),
                Some(Signal::MemberLeft(user)) => self.member_left(user),
                Some(Signal::Revoked(_)) | None => {}
            }
        }
        Ok(())
    }

    /// The person joined a room: if they are a member still, its live events follow the head that the event names.
    fn joined(&mut self, joined: RoomJoined) {
        let stream = StreamId::Room(joined.room);
        if self.follows_own {
            self.catch_ups.joined(stream, joined.head);
        } else {
            self.joined_early.insert(stream, joined.head);
        }
    }

    /// Answers the `sync`. Rooms that were joined after hello are followed from here on, even where the client loads
    /// that stretch of the own stream afresh.
    fn synced(&mut self, re: Option<String>, synced: &Synced) {
        self.answer(Answer::done("sync", re, synced));
        for (stream, head) in std::mem::take(&mut self.joined_early) {
            self.catch_ups.joined(stream, head);
        }
    }

    fn stepped(&mut self, mut step: Step) -> Result<(), End> {
        // Before anything is released: an answer comes before the first frame that follows what it says.
        if let Some(brought) = step.take_brought() {
            self.batch(brought)?;
            self.follows_own |= step.syncs(StreamId::User(self.caller.user));
        }
        for outcome in self.catch_ups.take(step) {
            match outcome {
                Outcome::Frames(frames) => self.frames(frames)?,
                Outcome::Watching(re, head) => {
                    self.answer(Answer::done("watch", re, &Watching { head }))
                }
                Outcome::NotWatching(re) => {
                    self.answer(Answer::refused("watch", re, Problem::new(Code::NotFound)));
                }
                Outcome::Watched(stream) => {
                    self.watched.insert(stream);
                }
                Outcome::Member(stream) => {
                    self.watched.remove(&stream);
                }
                Outcome::Synced(re, synced) => self.synced(re, &synced),
                Outcome::Revoked => return Err(End::REVOKED),
                Outcome::Restart => return Err(End::new(CloseCode::RESTART, "try again")),
            }
        }
        self.unwatch_late();
        Ok(())
    }

    /// Pings a client that has been quiet for a heartbeat; gives up after two misses.
    fn ping(&mut self) -> Result<(), End> {
        let quiet = self.heard_at.elapsed();
        let next = if quiet < HEARTBEAT {
            self.heard_at + HEARTBEAT
        } else if self.misses >= MISSES {
            return Err(End::new(CloseCode::NORMAL, "no answer to pings"));
        } else {
            self.misses += 1;
            self.push(Frame::ping());
            Instant::now() + HEARTBEAT
        };
        self.next_ping.as_mut().reset(next);
        Ok(())
    }

    /// Looks again when the session or token is said to end.
    fn expire_at(&mut self, ends_at: Option<Timestamp>) {
        let now = self.state.chat.clock().now();
        self.expiry = ends_at.map(|at| Box::pin(tokio::time::sleep(at.since(now))));
    }

    /// Ends the connection with its session, unless that was used elsewhere and lives on.
    async fn expired(&mut self) -> Result<(), End> {
        match self.state.chat.ends_at(self.caller).await {
            Ok(ends_at) => {
                self.expire_at(ends_at);
                Ok(())
            }
            Err(chat::Error::Refused(Code::Unauthenticated)) => Err(End::REVOKED),
            Err(error) => {
                tracing::warn!(%error, "it could not be asked whether a session lives on");
                Err(End::new(CloseCode::RESTART, "try again"))
            }
        }
    }

    /// Asks the client to come back later, and says when this connection ends.
    fn leave(&mut self) -> Pin<Box<Sleep>> {
        let share = spread(&self.caller);
        let after_ms = u64::try_from(RECONNECT_OVER.mul_f64(share).as_millis()).unwrap_or(u64::MAX);
        self.send(&OtherFrame::Reconnect {
            d: Reconnect { after_ms },
        });
        Box::pin(tokio::time::sleep(LEAVE_WITHIN.mul_f64(share)))
    }

    pub(super) fn send(&mut self, frame: &OtherFrame) {
        self.push(encode(frame));
    }

    fn push(&mut self, frame: Frame) {
        self.state.metrics.gateway.frames_sent.inc();
        self.unwritten += 1;
        self.writer.push(frame);
    }

    /// What hello said; the first `sync` takes it.
    pub(super) fn take_hello(&mut self) -> Option<Started> {
        self.hello.take()
    }
}

/// A number in [0, 1) that is another for every session.
pub(super) fn spread(caller: &Caller) -> f64 {
    let [.., high, low] = *caller.session().uuid().as_bytes();
    f64::from(u16::from_be_bytes([high, low])) / 65_536.0
}

async fn poll<T>(work: &mut Option<BoxFuture<'static, T>>) -> T {
    match work {
        Some(work) => work.await,
        None => std::future::pending().await,
    }
}

async fn wait(sleep: &mut Option<Pin<Box<Sleep>>>) {
    match sleep {
        Some(sleep) => sleep.await,
        None => std::future::pending().await,
    }
}
