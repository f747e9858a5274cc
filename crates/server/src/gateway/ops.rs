//! The operations: parse, call the same use case as the HTTP twin, answer.

use std::collections::BTreeMap;
use std::collections::hash_map::Entry;

use chat::reads::ReadMove;
use futures_util::future::BoxFuture;
use live::Frame;
use model::code::Code;
use model::id::RoomId;
use model::stream::StreamId;
use model::token::Scope;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use tokio::time::Instant;

use super::encode;
use super::session::Session;
use super::step::{Catching, Purpose};
use crate::frames::{self, OtherFrame, TypingBy};
use crate::metrics::Operation;
use crate::problem::Problem;

/// The longest id of an operation that is answered under it.
const ID_MAX: usize = 64;

/// Rooms that one connection may watch without being a member.
const WATCHED: usize = 200;

/// Streams that a connection may name in its `sync`s and goes on to follow: every membership there may be, some that
/// ended, and rooms that are only watched.
const NAMED: usize = 6_000;

/// Streams beyond the caller's own that count as one more operation when a `sync` names them.
const NAMED_AT_ONCE: usize = 20;

/// An operation as it came.
pub(super) struct Request {
    op: String,
    id: Option<String>,
    data: Option<Box<RawValue>>,
}

#[derive(Deserialize)]
struct Raw {
    op: String,
    #[serde(default)]
    id: Option<serde_json::Value>,
    #[serde(default)]
    d: Option<Box<RawValue>>,
}

impl Request {
    /// Reads a frame; none if it is no JSON object with a string `op`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        // A sequence would do for a struct, too, but is no object.
        if !text.trim_start().starts_with('{') {
            return None;
        }
        let raw: Raw = serde_json::from_str(text).ok()?;
        let id = match raw.id {
            Some(serde_json::Value::String(id)) if id.len() <= ID_MAX => Some(id),
            Some(serde_json::Value::Number(id)) => Some(id.to_string()),
            _ => None,
        };
        Some(Self {
            op: raw.op,
            id,
            data: raw.d,
        })
    }

    pub(super) fn data<T: DeserializeOwned>(&self) -> Result<T, Problem> {
        let text = self.data.as_ref().map_or("{}", |data| data.get());
        if !text.starts_with('{') {
            return Err(Problem::malformed("d", "must be a JSON object"));
        }
        serde_json::from_str(text).map_err(|error| Problem::malformed("d", error.to_string()))
    }

    /// Under what it wants to be answered.
    pub(super) fn id(&self) -> Option<String> {
        self.id.clone()
    }

    fn name(&self) -> &'static str {
        const NAMES: [&str; 9] = [
            "sync",
            "send",
            "typing",
            "read",
            "presence",
            "presence.watch",
            "watch",
            "unwatch",
            "ping",
        ];
        NAMES
            .into_iter()
            .find(|name| *name == self.op)
            .unwrap_or("unknown")
    }
}

/// Whether a client's text is an operation. Reads of it what any operation reads, and answers the mistakes: all that
/// happens to a text before anything is done, for fuzzers.
pub fn is_operation(text: &str) -> bool {
    let Some(request) = Request::parse(text) else {
        return false;
    };
    let mistakes = [
        request.data::<frames::Sync>().err(),
        request.data::<frames::Send>().err(),
        request.data::<frames::Read>().err(),
        request.data::<frames::Typing>().err(),
        request.data::<frames::Presence>().err(),
        request.data::<frames::PresenceWatch>().err(),
        request.data::<frames::Watch>().err(),
    ];
    for mistake in mistakes.into_iter().flatten() {
        Answer::failed(&request, mistake).into_frame();
    }
    true
}

/// How an operation ended.
pub(super) struct Answer {
    op: &'static str,
    re: Option<String>,
    /// The answer's content, as JSON.
    result: Result<String, Problem>,
}

#[derive(Serialize)]
struct Ok<'a> {
    t: &'static str,
    re: &'a str,
    d: &'a RawValue,
}

impl Answer {
    /// It was done, and this is what came of it.
    pub(super) fn done(op: &'static str, re: Option<String>, data: &impl Serialize) -> Self {
        let result = serde_json::to_string(data).map_err(|error| {
            tracing::error!(%error, op, "an answer could not be encoded");
            Problem::new(Code::Internal)
        });
        Self { op, re, result }
    }

    /// It was not done.
    pub(super) fn refused(op: &'static str, re: Option<String>, problem: Problem) -> Self {
        Self {
            op,
            re,
            result: Err(problem),
        }
    }

    /// The request was not done.
    pub(super) fn failed(request: &Request, problem: Problem) -> Self {
        Self::refused(request.name(), request.id.clone(), problem)
    }

    /// It ended like this.
    pub(super) fn of<T: Serialize, E: Into<Problem>>(
        op: &'static str,
        re: Option<String>,
        result: Result<T, E>,
    ) -> Self {
        match result {
            Result::Ok(data) => Self::done(op, re, &data),
            Err(error) => Self::refused(op, re, error.into()),
        }
    }

    /// What is counted of it.
    pub(super) fn metric(&self) -> Operation {
        let outcome = match &self.result {
            Result::Ok(_) => "ok",
            Err(problem) => problem.code.as_str(),
        };
        Operation {
            op: self.op,
            outcome,
        }
    }

    /// The frame to send; an operation without an id asked for no answer.
    pub(super) fn into_frame(self) -> Option<Frame> {
        let re = self.re?;
        match self.result {
            Result::Ok(json) => {
                let data: &RawValue = serde_json::from_str(&json).ok()?;
                serde_json::to_string(&Ok {
                    t: "ok",
                    re: &re,
                    d: data,
                })
                .ok()
                .map(Frame::text)
            }
            Err(problem) => Some(encode(&OtherFrame::Error {
                re: Some(re),
                d: problem.document(None),
            })),
        }
    }
}

/// What most operations answer.
#[derive(Serialize)]
pub(super) struct Nothing {}

impl Session {
    /// Runs an operation; an answer that is ready at once is given back, others come later.
    pub(super) fn dispatch(&mut self, request: Request) -> Option<Answer> {
        if let "send" | "read" | "typing" | "presence" = request.name()
            && let Err(refused) = self.caller.needs(Scope::Write)
        {
            return Some(Answer::failed(&request, refused.into()));
        }
        let started = match request.name() {
            "sync" => self.sync(&request),
            "send" => return self.post(&request),
            "read" => return self.read(&request),
            "typing" => return self.typing(&request),
            "presence" => self.presence(&request),
            "presence.watch" => self.presence_watch(&request),
            "watch" => self.watch(&request),
            "unwatch" => self.unwatch(&request),
            "ping" => Result::Ok(Some(Nothing {})),
            _ => Err(Problem::new(Code::UnknownOp)),
        };
        match started {
            Result::Ok(Some(nothing)) => Some(Answer::done(request.name(), request.id, &nothing)),
            Result::Ok(None) => None,
            Err(problem) => Some(Answer::failed(&request, problem)),
        }
    }

    fn sync(&mut self, request: &Request) -> Result<Option<Nothing>, Problem> {
        let sync: frames::Sync = request.data()?;
        if self.catch_ups.is_syncing() {
            return Err(Problem::new(Code::TooMany).with_detail("a sync is under way"));
        }
        let mut named = BTreeMap::new();
        let mut gone = Vec::new();
        for (name, cursor) in sync.cursors {
            match name.parse::<StreamId>() {
                Result::Ok(stream) => drop(named.insert(stream, Some(cursor))),
                Err(_) => gone.push(name),
            }
        }
        let new = named.keys().filter(|stream| !self.inbox.hears(**stream));
        if gone.len() > NAMED || self.inbox.subscriptions() + new.count() > NAMED {
            return Err(Problem::new(Code::TooMany).with_detail("too many streams are named"));
        }
        // The first sync brings all streams of hello; a later one only those that it names.
        let (heads, afresh) = match self.take_hello() {
            Some(hello) => (
                hello.heads,
                sync.epoch.is_some_and(|epoch| epoch != hello.epoch),
            ),
            None => (BTreeMap::new(), false),
        };
        let strange =
            |stream: &&StreamId| !heads.contains_key(stream) && !self.inbox.hears(**stream);
        let strange = named.keys().filter(strange).count();
        let work = u32::try_from(strange / NAMED_AT_ONCE).unwrap_or(u32::MAX);
        self.pace.owe(work, Instant::now());
        let mut streams: BTreeMap<StreamId, Option<u64>> = heads
            .into_iter()
            .map(|(stream, head)| (stream, Some(head)))
            .collect();
        streams.extend(named);
        for stream in streams.keys() {
            self.answer_unwatch(*stream);
        }
        let streams = streams.into_iter().map(|(stream, cursor)| Catching {
            stream,
            cursor,
            purpose: Purpose::Sync,
        });
        self.catch_ups
            .sync(request.id.clone(), streams.collect(), gone, afresh);
        Result::Ok(None)
    }

    fn post(&mut self, request: &Request) -> Option<Answer> {
        let (chat, caller, re) = (self.state.chat.clone(), self.caller, request.id.clone());
        let parsed = request.data::<frames::Send>().and_then(|send| {
            let room = room(&send.room)?;
            let new = chat::messages::NewMessage {
                body: send.body,
                client_id: send.client_id,
                thread: send.thread,
                also_to_room: None,
                attachments: send.attachments,
            };
            Result::Ok((room, new))
        });
        match parsed {
            Result::Ok((room, new)) => self.spawn(Box::pin(async move {
                Answer::of(
                    "send",
                    re,
                    chat.post(caller, room, new)
                        .await
                        .map(|posted| posted.message),
                )
            })),
            Err(problem) => Some(Answer::refused("send", re, problem)),
        }
    }

    fn read(&mut self, request: &Request) -> Option<Answer> {
        let (chat, caller, re) = (self.state.chat.clone(), self.caller, request.id.clone());
        let parsed = request
            .data::<frames::Read>()
            .and_then(|read| Result::Ok((room(&read.room)?, read.ts)));
        match parsed {
            Result::Ok((room, ts)) => self.spawn(Box::pin(async move {
                Answer::of(
                    "read",
                    re,
                    chat.mark_read(caller, room, ReadMove { ts, unread: false })
                        .await,
                )
            })),
            Err(problem) => Some(Answer::refused("read", re, problem)),
        }
    }

    fn typing(&mut self, request: &Request) -> Option<Answer> {
        let (state, caller, re) = (self.state.clone(), self.caller, request.id.clone());
        match request
            .data::<frames::Typing>()
            .and_then(|typing| room(&typing.room))
        {
            Result::Ok(room) => {
                let work: BoxFuture<'static, Answer> = Box::pin(async move {
                    let allowed = state.chat.may_type(caller, room).await;
                    if allowed.is_ok() {
                        let stream = StreamId::Room(room);
                        let frame = OtherFrame::Typing {
                            s: stream,
                            d: TypingBy { user: caller.user },
                        };
                        state.hub.signal(stream, encode(&frame), Some(caller.user));
                    }
                    Answer::of("typing", re, allowed.map(|()| Nothing {}))
                });
                self.spawn(work)
            }
            Err(problem) => Some(Answer::refused("typing", re, problem)),
        }
    }

    fn watch(&mut self, request: &Request) -> Result<Option<Nothing>, Problem> {
        let watch: frames::Watch = request.data()?;
        let Result::Ok(stream @ StreamId::Room(_)) = watch.stream.parse() else {
            return Err(Problem::new(Code::NotFound));
        };
        if self.watched.len() + self.catch_ups.watching() >= WATCHED {
            return Err(Problem::new(Code::TooMany).with_detail("too many rooms are watched"));
        }
        self.answer_unwatch(stream);
        let purpose = Purpose::Watch(request.id.clone());
        self.catch_ups.begin(Catching {
            stream,
            cursor: None,
            purpose,
        });
        Result::Ok(None)
    }

    fn unwatch(&mut self, request: &Request) -> Result<Option<Nothing>, Problem> {
        let watch: frames::Watch = request.data()?;
        let Result::Ok(stream @ StreamId::Room(_)) = watch.stream.parse() else {
            return Result::Ok(Some(Nothing {}));
        };
        if !self.catch_ups.is_beginning(stream) {
            self.stop_watching(stream);
            return Result::Ok(Some(Nothing {}));
        }
        // What is about to follow the room would follow it again: it is let go of when that is done.
        if let Entry::Vacant(place) = self.unwatching.entry(stream) {
            place.insert(request.id.clone());
            return Result::Ok(None);
        }
        Result::Ok(Some(Nothing {}))
    }

    /// Lets go of the rooms that nothing is about to follow any more.
    pub(super) fn unwatch_late(&mut self) {
        let done = |stream: &StreamId| !self.catch_ups.is_beginning(*stream);
        let due: Vec<StreamId> = self.unwatching.keys().copied().filter(done).collect();
        for stream in due {
            self.stop_watching(stream);
            self.answer_unwatch(stream);
        }
    }

    /// Answers an `unwatch` that waits: it is done, or overtaken.
    fn answer_unwatch(&mut self, stream: StreamId) {
        if let Some(re) = self.unwatching.remove(&stream) {
            self.answer(Answer::done("unwatch", re, &Nothing {}));
        }
    }

    /// Ends what a watcher hears; a member goes on hearing the room.
    fn stop_watching(&mut self, stream: StreamId) {
        if self.watched.remove(&stream) {
            self.inbox.unsubscribe(stream);
        }
    }
}

fn room(id: &str) -> Result<RoomId, Problem> {
    id.parse().map_err(|_| Problem::new(Code::NotFound))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_is_an_object_with_a_string_op() {
        for bad in [
            "",
            "1",
            "null",
            "[]",
            r#"["ping"]"#,
            "{}",
            r#"{"op":1}"#,
            r#"{"op":"ping""#,
        ] {
            assert!(Request::parse(bad).is_none(), "{bad}");
        }
        let request = Request::parse(r#"{"op":"ping","id":"7","x":[1]}"#).unwrap();
        assert_eq!((request.name(), request.id.as_deref()), ("ping", Some("7")));
        let request = Request::parse(r#"{"op":"dance","id":7}"#).unwrap();
        assert_eq!(
            (request.name(), request.id.as_deref()),
            ("unknown", Some("7"))
        );
    }

    #[test]
    fn what_an_op_carries_is_checked_where_it_is_read() {
        let request = Request::parse(r#"{"op":"typing","id":"1","d":{"room":5}}"#).unwrap();
        let problem = request.data::<frames::Typing>().err().unwrap();
        assert_eq!(problem.code, Code::Malformed);
        let request = Request::parse(r#"{"op":"typing","d":[]}"#).unwrap();
        assert!(request.data::<frames::Typing>().is_err());
    }
}
