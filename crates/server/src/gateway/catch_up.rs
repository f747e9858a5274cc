//! From a client's cursor to live, per stream, without a gap or a double (DESIGN §2.8).
//!
//! (a) The stream is subscribed in holding state, which says its position; (b) the right to read is checked after that,
//! in the snapshot that (c) the missing events are read from; (d) what was held follows. A stream whose window
//! overflowed meanwhile, or that runs ahead of its connection later, begins again at (a).

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Arc;

use chat::Caller;
use chat::sync::{CatchUp, Right};
use futures_util::future::BoxFuture;
use live::{Frame, Inbox, Release, Standing};
use model::stream::StreamId;

use crate::frames::Synced;
use crate::state::AppState;

/// Events read at once: a few pages of a client, and some hundred kilobytes at most in the usual case.
const PAGE: u64 = 100;

/// Why a stream is being caught up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// The client's `sync`, which is answered when all of its streams are done.
    Sync,
    /// A `watch`, to be answered under this id.
    Watch(Option<String>),
    /// The person joined the room, or the stream ran ahead.
    Live,
}

/// A stream on its way.
#[derive(Clone, Debug)]
struct Catching {
    stream: StreamId,
    /// What the client has; none: it begins at the position.
    cursor: Option<u64>,
    purpose: Purpose,
}

/// A stream whose position is known and whose events are being read.
#[derive(Clone, Debug)]
struct Reading {
    catching: Catching,
    cursor: u64,
    position: u64,
}

/// What the session has to do after a step.
#[derive(Debug)]
pub(super) enum Outcome {
    /// Write these.
    Frames(Vec<Frame>),
    /// Answer a `watch` with this head.
    Watching(Option<String>, u64),
    /// A `watch` found nothing that may be read.
    NotWatching(Option<String>),
    /// Answer the `sync`.
    Synced(Option<String>, Synced),
}

/// What a step of reading came back with.
pub(super) enum Step {
    Subscribed(Vec<Catching2>),
    Page(Reading2, CatchUp),
    /// The store failed: the connection ends, and the client comes back with its cursors.
    Failed(chat::Error),
}

/// The catching up of one connection. One step is under way at a time, and only while the socket drains.
pub(super) struct CatchUps {
    state: AppState,
    caller: Caller,
    inbox: Arc<Inbox>,
    subscribing: Vec<Catching>,
    reading: VecDeque<Reading>,
    sync: Option<Syncing>,
}

/// A `sync` that isn't answered yet.
struct Syncing {
    re: Option<String>,
    left: usize,
    answer: Synced,
}
