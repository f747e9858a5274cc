//! One step of catching up: what is asked of the hub and the store, with nothing of the connection's but its inbox.

use std::collections::HashMap;

use chat::sync::{CatchUp, Right, Stretch};
use chat::{Caller, Chat};
use live::{Batch, Inbox, SourceError, Standing};
use model::stream::StreamId;

/// Events read at once: some tens of kilobytes in the usual case, and what the socket drains before the next.
const PAGE: u64 = 100;

/// Why a stream is being caught up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// The client's `sync`, which is answered when all of its streams are done.
    Sync,
    /// A `watch`, to be answered under this id.
    Watch(Option<String>),
    /// The stream ran ahead.
    Live,
    /// An event says that the person joined the room. It may be long past: who left since gets nothing.
    Joined,
    /// The same of a room that is followed already: only the right is looked at.
    Confirm,
    /// An event ended the subscription: is there another right by now?
    Cut,
}

/// A stream on its way to live.
#[derive(Clone, Debug)]
pub(super) struct Catching {
    /// The stream.
    pub(super) stream: StreamId,
    /// The last number that the client has; none where it begins at the position.
    pub(super) cursor: Option<u64>,
    /// Why.
    pub(super) purpose: Purpose,
}

/// A stream whose events up to `position` are being read.
pub(super) struct Reading {
    pub(super) catching: Catching,
    /// The last number that the client had at first, and has by now.
    pub(super) began: u64,
    pub(super) cursor: u64,
    pub(super) position: u64,
}

/// What a step of reading came back with.
pub(super) struct Step(pub(super) Stepped);

impl Step {
    /// What the inbox brought until streams began anew, which comes before what follows from this step.
    pub(super) fn take_brought(&mut self) -> Option<Batch> {
        let Stepped::Subscribed(begun) = &mut self.0 else {
            return None;
        };
        Some(std::mem::take(&mut begun.brought))
    }

    /// Whether it began `stream` anew for a `sync`.
    pub(super) fn syncs(&self, stream: StreamId) -> bool {
        let Stepped::Subscribed(begun) = &self.0 else {
            return false;
        };
        let mut streams = begun.streams.iter();
        streams.any(|(catching, _)| catching.stream == stream && catching.purpose == Purpose::Sync)
    }
}

pub(super) enum Stepped {
    Subscribed(Begun),
    Page(Reading, CatchUp),
    Failed(Failed),
}

/// Streams that began anew.
pub(super) struct Begun {
    /// What the inbox brought before the rights were read, and so while the session lived.
    pub(super) brought: Batch,
    /// Each stream with the position that it begins from, if it begins anew.
    pub(super) streams: Vec<(Catching, Option<u64>)>,
    pub(super) rights: HashMap<StreamId, Right>,
}

#[derive(Debug, thiserror::Error)]
pub(super) enum Failed {
    #[error(transparent)]
    Chat(#[from] chat::Error),
    #[error(transparent)]
    Source(#[from] SourceError),
}

/// Begins streams anew, and reads the rights to them after that.
pub(super) async fn subscribe(
    chat: &Chat,
    caller: Caller,
    inbox: &Inbox,
    streams: Vec<Catching>,
) -> Step {
    let stepped = try_subscribe(chat, caller, inbox, streams).await;
    Step(stepped.unwrap_or_else(Stepped::Failed))
}

async fn try_subscribe(
    chat: &Chat,
    caller: Caller,
    inbox: &Inbox,
    streams: Vec<Catching>,
) -> Result<Stepped, Failed> {
    let anew: Vec<_> = streams
        .iter()
        .filter(|catching| catching.purpose != Purpose::Confirm)
        .map(|catching| (catching.stream, Standing::Watch))
        .collect();
    let positions: HashMap<StreamId, u64> = inbox.subscribe_all(&anew).await?.into_iter().collect();
    let brought = inbox.take();
    let wanted = streams.iter().map(|catching| catching.stream).collect();
    let rights = chat.rights(caller, wanted).await?;
    let positioned = streams.into_iter().map(|catching| {
        let position = positions.get(&catching.stream).copied();
        (catching, position)
    });
    Ok(Stepped::Subscribed(Begun {
        brought,
        streams: positioned.collect(),
        rights,
    }))
}

/// Reads the next events of a stream, as of the rights of now.
pub(super) async fn read(chat: &Chat, caller: Caller, reading: Reading) -> Step {
    let stretch = Stretch {
        cursor: reading.began,
        after: reading.cursor,
        up_to: reading.position,
        limit: PAGE,
    };
    let page = chat
        .catch_up(caller, reading.catching.stream, stretch)
        .await;
    Step(match page {
        Ok(page) => Stepped::Page(reading, page),
        Err(error) => Stepped::Failed(error.into()),
    })
}
