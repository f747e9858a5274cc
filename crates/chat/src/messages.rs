//! Messages: posted, read back, edited, deleted.

use model::code::{Code, FieldError};
use model::event::Event;
use model::file::File;
use model::id::{FileId, MessageId, RoomId, UserId};
use model::message::{Message, MessageKind, System};
use model::permission::RoomAct;
use model::stream::StreamId;
use model::text::{Body, ClientId};
use serde::{Deserialize, Serialize};
use store::history::{Bound, Window};
use store::rooms::Access;
use store::{Tx, files, history, members, messages, streams};
use utoipa::ToSchema;

use crate::mentions::{self, Candidate};
use crate::rooms::{access, may, unusable};
use crate::{Caller, Chat, Error, Result};

/// A message as somebody sends it.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub struct NewMessage {
    /// Markdown, 1–40,000 characters; may be empty if there are attachments.
    #[schema(example = "Hello **everyone**")]
    pub body: String,
    /// The client's id for it, 1–64 characters: the same again answers with the first message.
    pub client_id: String,
    /// The root to reply to.
    #[schema(value_type = Option<MessageId>)]
    pub thread: Option<String>,
    /// Whether the room's history shows a reply too.
    pub also_to_room: Option<bool>,
    /// Ids of one's own files that nothing carries yet, at most 10.
    #[serde(default)]
    #[schema(value_type = Vec<FileId>, max_items = 10)]
    pub attachments: Vec<String>,
}

/// New words for a message.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub struct MessageChange {
    /// Markdown, 1–40,000 characters; may be empty if the message has attachments.
    pub body: String,
}

/// What came of posting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Posted {
    /// The message, as it is now.
    pub message: Message,
    /// Whether it was there already, by its `client_id`.
    pub repeated: bool,
}

/// A page of a room's history.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = HistoryPage)]
pub struct History {
    /// The messages, in order of place.
    pub items: Vec<Message>,
    /// Whether there are messages before the first one.
    pub has_before: bool,
    /// Whether there are messages after the last one.
    pub has_after: bool,
    /// The last event's number in the room's stream, from the same snapshot.
    pub head: u64,
}

/// What was typed, read before the job: its job may run twice.
#[derive(Default)]
struct Words {
    body: String,
    mentions: Vec<Candidate>,
}

impl Words {
    fn parse(body: &str) -> Result<Self, FieldError> {
        let body = Body::parse(body).map_err(|error| error.of("body"))?;
        Ok(Self {
            mentions: mentions::scan(body.as_str()),
            body: body.into_string(),
        })
    }
}

/// Files that a message has at most.
const ATTACHMENTS: usize = 10;

/// What is to be posted, as far as it can be judged without looking.
struct Draft {
    words: Words,
    files: Vec<FileId>,
}

/// What is wrong with a file that can't be attached; which of them, people read in the detail.
fn unusable_file(index: usize) -> FieldError {
    let detail = format!(
        "file {} is not there, not yours, or attached already",
        index + 1
    );
    FieldError::new("attachments", Code::Unusable, detail)
}

/// Lets a new message carry files of its author's.
async fn attach(tx: &mut Tx, message: &Message, ids: &[FileId]) -> Result<Vec<File>> {
    for (index, id) in ids.iter().enumerate() {
        let place = i64::try_from(index).unwrap_or(i64::MAX);
        if !files::attach(tx, *id, message.author, message, place).await? {
            return Err(unusable_file(index).into());
        }
    }
    match ids {
        [] => Ok(Vec::new()),
        _ => Ok(files::of_message(tx, message.id).await?),
    }
}

impl NewMessage {
    fn check(&self, client_id: Result<(), FieldError>) -> Result<Draft, Vec<FieldError>> {
        let mut errors: Vec<FieldError> = client_id.err().into_iter().collect();
        if self.thread.is_some() {
            errors.push(unusable("thread"));
        }
        if self.attachments.len() > ATTACHMENTS {
            let detail = format!("at most {ATTACHMENTS} files");
            errors.push(FieldError::new("attachments", Code::TooLong, detail));
        }
        let ids = self.attachments.iter().enumerate().take(ATTACHMENTS);
        let files: Vec<FileId> = ids
            .filter_map(|(index, id)| {
                let id = id.parse().map_err(|_| errors.push(unusable_file(index)));
                id.ok()
            })
            .collect();
        let words = match Words::parse(&self.body) {
            Err(error) if error.code == Code::Empty && !files.is_empty() => Ok(Words::default()),
            words => words,
        };
        match words {
            Ok(words) if errors.is_empty() => Ok(Draft { words, files }),
            Ok(_) => Err(errors),
            Err(error) => {
                errors.push(error);
                Err(errors)
            }
        }
    }
}

/// Appends what happened to a room's history: it takes the next place, and its event.
pub(crate) async fn note(tx: &mut Tx, room: RoomId, system: System) -> Result<Message> {
    let mut message = blank(tx, room, system.actor).await?;
    message.kind = MessageKind::System;
    message.system = Some(system);
    add(tx, message, &[]).await
}

/// A message at the next place of a room, without content.
async fn blank(tx: &mut Tx, room: RoomId, author: UserId) -> Result<Message> {
    let stream = StreamId::Room(room);
    Ok(Message {
        id: MessageId::new(tx.now()),
        room,
        ts: tx.next_ts(stream).await?,
        n: tx.next_n(stream).await?,
        kind: MessageKind::Message,
        author,
        body: String::new(),
        thread: None,
        reply_count: 0,
        attachments: Vec::new(),
        reactions: Vec::new(),
        mentions: Vec::new(),
        previews: Vec::new(),
        system: None,
        client_id: None,
        created_at: tx.now(),
        edited_at: None,
        deleted_at: None,
    })
}

async fn add(tx: &mut Tx, mut message: Message, files: &[FileId]) -> Result<Message> {
    messages::insert(tx, &message).await?;
    message.attachments = attach(tx, &message, files).await?;
    tell(tx, Event::MessageCreated(message)).await
}

/// Appends a message's event and gives the message back.
async fn tell(tx: &mut Tx, event: Event) -> Result<Message> {
    let (Event::MessageCreated(message)
    | Event::MessageUpdated(message)
    | Event::MessageDeleted(message)) = &event
    else {
        return Err(Error::Internal("not a message's event".to_owned()));
    };
    let stream = StreamId::Room(message.room);
    tx.append(stream, &event, None).await?;
    match event {
        Event::MessageCreated(message)
        | Event::MessageUpdated(message)
        | Event::MessageDeleted(message) => Ok(message),
        _ => Err(Error::Internal("not a message's event".to_owned())),
    }
}

impl Chat {
    /// Posts a message. It is queued when this returns, in the order of calls; the future answers once it is on disk.
    pub fn post(
        &self,
        caller: Caller,
        room: RoomId,
        input: NewMessage,
    ) -> impl Future<Output = Result<Posted>> + Send + use<> {
        let client_id = ClientId::parse(&input.client_id);
        let (client_id, known) = match client_id {
            Ok(id) => (Some(id), Ok(())),
            Err(error) => (None, Err(error.of("client_id"))),
        };
        let draft = input.check(known);
        let job = async move |tx: &mut Tx| {
            // Under the lock, in this order: who asks, whether it was posted before, whether they may.
            tx.head(StreamId::Room(room)).await.map_err(hidden)?;
            let posting = messages::posting(tx, room, caller.user, client_id.as_ref())
                .await?
                .ok_or(Error::NotFound)?;
            if let Some(message) = posting.first {
                return Ok(Posted {
                    message,
                    repeated: true,
                });
            }
            may(&posting.access, RoomAct::Read)?;
            let draft = draft.as_ref().map_err(|e| Error::Invalid(e.clone()))?;
            may(&posting.access, RoomAct::Post)?;
            let mut message = blank(tx, room, caller.user).await?;
            message.body.clone_from(&draft.words.body);
            message.client_id.clone_from(&client_id);
            let role = posting.access.role;
            let candidates = &draft.words.mentions;
            message.mentions = mentions::resolve(tx, candidates, caller.user, role).await?;
            let message = add(tx, message, &draft.files).await?;
            Ok(Posted {
                message,
                repeated: false,
            })
        };
        self.write_as(caller, &[StreamId::Room(room)], job)
    }

    /// A page of a room's history, with the head that it belongs to.
    pub async fn history(
        &self,
        caller: Caller,
        room: RoomId,
        bound: Bound,
        all_threads: bool,
        limit: u32,
    ) -> Result<History> {
        let work = async move |tx: &mut Tx| {
            let access = access(tx, room, caller.user).await?;
            let window = Window {
                room,
                visible_after: access.visible_after(),
                all_threads,
            };
            let page = history::page(tx, window, bound, limit).await?;
            let head = streams::head(tx, StreamId::Room(room)).await?;
            Ok(History {
                items: page.items,
                has_before: page.has_before,
                has_after: page.has_after,
                head: head.map_or(0, |head| head.n),
            })
        };
        self.store().read(work).await
    }

    /// Changes the words of the caller's own message; the words before are kept as a version.
    pub async fn edit_message(
        &self,
        caller: Caller,
        id: MessageId,
        change: MessageChange,
    ) -> Result<Message> {
        let words = Words::parse(&change.body);
        let room = self.room_of(id).await?;
        let job = async move |tx: &mut Tx| {
            let (access, mut message) = visible(tx, room, id, caller.user).await?;
            let nothing = Words::default();
            let words = match &words {
                Err(error) if error.code == Code::Empty && !message.attachments.is_empty() => {
                    &nothing
                }
                words => words.as_ref().map_err(|error| Error::from(error.clone()))?,
            };
            let own = message.author == caller.user && message.kind == MessageKind::Message;
            may(
                &access,
                if own {
                    RoomAct::EditOwn
                } else {
                    RoomAct::EditOther
                },
            )?;
            if message.deleted_at.is_some() {
                let detail = "a deleted message can't be edited".to_owned();
                return Err(Error::RefusedBecause(Code::Forbidden, detail));
            }
            if message.body == words.body {
                return Ok(message);
            }
            // An event reaches every member: it must not bring words from before somebody joined.
            let hidden = access.history == model::room::History::SinceJoin;
            if hidden && members::joined_after(tx, room, message.ts).await? {
                let detail = "somebody has joined since, who may not read it".to_owned();
                return Err(Error::RefusedBecause(Code::Forbidden, detail));
            }
            message.body.clone_from(&words.body);
            message.edited_at = Some(tx.now());
            message.mentions =
                mentions::resolve(tx, &words.mentions, caller.user, access.role).await?;
            messages::edit(tx, &message).await?;
            tell(tx, Event::MessageUpdated(message)).await
        };
        self.write_as(caller, &[StreamId::Room(room)], job).await
    }

    /// Deletes a message: its words, versions, mentions and files go, its trace stays. Doing it again is nothing.
    pub async fn delete_message(&self, caller: Caller, id: MessageId) -> Result<()> {
        let room = self.room_of(id).await?;
        let job = async move |tx: &mut Tx| {
            let (access, mut message) = visible(tx, room, id, caller.user).await?;
            if message.kind == MessageKind::System {
                let detail = "what happened can't be deleted".to_owned();
                return Err(Error::RefusedBecause(Code::Forbidden, detail));
            }
            may(
                &access,
                if message.author == caller.user {
                    RoomAct::DeleteOwn
                } else {
                    RoomAct::DeleteOther
                },
            )?;
            if message.deleted_at.is_some() {
                return Ok(());
            }
            messages::delete(tx, id).await?;
            message.body.clear();
            message.mentions.clear();
            message.attachments.clear();
            message.deleted_at = Some(tx.now());
            tell(tx, Event::MessageDeleted(message)).await?;
            Ok(())
        };
        self.write_as(caller, &[StreamId::Room(room)], job).await
    }

    /// The room of a message never changes, so it is looked up before its stream's lock is taken.
    async fn room_of(&self, id: MessageId) -> Result<RoomId> {
        self.store()
            .read(async move |tx: &mut Tx| messages::room_of(tx, id).await)
            .await?
            .ok_or(Error::NotFound)
    }
}

/// A room without a stream isn't there.
fn hidden(error: store::Error) -> Error {
    match error {
        store::Error::NoStream(_) => Error::NotFound,
        other => other.into(),
    }
}

/// A message under the lock of its room, if the user may see it.
async fn visible(
    tx: &mut Tx,
    room: RoomId,
    id: MessageId,
    user: UserId,
) -> Result<(Access, Message)> {
    let access = access(tx, room, user).await?;
    let message = messages::get(tx, id).await?.ok_or(Error::NotFound)?;
    if message.ts <= access.visible_after() {
        return Err(Error::NotFound);
    }
    Ok((access, message))
}
