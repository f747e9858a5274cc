//! Rooms: made, found, changed, archived.

use std::collections::BTreeSet;

use model::code::{Code, FieldError};
use model::event::{Event, RoomJoined};
use model::id::{RoomId, UserId};
use model::message::{System, SystemType};
use model::permission::{RoomAct, WorkspaceAct, in_room, in_workspace};
use model::room::{History, Member, RoomKind, RoomRole, RoomView};
use model::stream::{Cut, StreamId};
use model::text::{RoomName, Topic};
use serde::Deserialize;
use store::rooms::{Access, RoomSettings};
use store::{Tx, members, reads, rooms, streams};
use utoipa::ToSchema;

use crate::list::Listing;
use crate::members::may_have_another_room;
use crate::messages::note;
use crate::{Caller, Chat, Error, Result};

/// People that a room can be made with.
const MEMBERS_AT_ONCE: usize = 200;

/// Bytes of the longest text that a room's name may contain, folded.
const QUERY: usize = 1_000;

/// A room as somebody asks for it.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub struct NewRoom {
    /// `public` or `private`.
    #[schema(example = "public")]
    pub kind: String,
    /// 1–80 characters on one line.
    pub name: String,
    /// Up to 250 characters on one line.
    pub topic: Option<String>,
    /// Users who are members from the start.
    #[serde(default)]
    #[schema(value_type = Vec<UserId>, max_items = 200)]
    pub members: Vec<String>,
}

/// What is to change of a room; what is left out stays.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct RoomChange {
    /// 1–80 characters on one line.
    pub name: Option<String>,
    /// Up to 250 characters on one line.
    pub topic: Option<String>,
    /// `all` or `since_join`.
    pub history: Option<String>,
    /// `members` or `owners`.
    pub who_posts: Option<String>,
    /// `members` or `owners`.
    pub who_invites: Option<String>,
}

/// A room that is certain to be allowed.
#[derive(Clone, Debug)]
pub struct Draft {
    /// Public, private or direct.
    pub kind: RoomKind,
    /// Its name; none for a direct room.
    pub name: Option<RoomName>,
    /// What it is about.
    pub topic: Topic,
    /// Its members beside the one who makes it.
    pub others: BTreeSet<UserId>,
}

/// What a direct room of these people is found by.
pub(crate) fn direct_key(people: &BTreeSet<UserId>) -> String {
    let ids: Vec<String> = people.iter().map(UserId::to_string).collect();
    ids.join(",")
}

/// Makes a room with its first members and tells everybody concerned: needs the streams of its people, and the
/// workspace's for a public room. `None`: a direct room of these people is there already.
pub async fn create_in(tx: &mut Tx, draft: &Draft, by: UserId) -> Result<Option<RoomId>> {
    let id = RoomId::new(tx.now());
    let direct = draft.kind == RoomKind::Direct;
    let mut people = draft.others.clone();
    people.insert(by);
    let key = direct.then(|| direct_key(&people));
    let row = rooms::NewRoom {
        id,
        kind: draft.kind,
        name: draft.name.as_ref(),
        topic: &draft.topic,
        direct_key: key.as_deref(),
        created_by: by,
    };
    if !rooms::insert(tx, row).await? {
        return Ok(None);
    }
    let role_of = |user| match user == by && !direct {
        true => RoomRole::Owner,
        false => RoomRole::Member,
    };
    let people: Vec<UserId> = people.into_iter().collect();
    may_have_another_room(tx, &people).await?;
    members::insert_first(tx, id, (!direct).then_some(by), &people).await?;
    // Their own streams first: a client knows the room before the room's first frame comes.
    let theirs = people.iter().map(|user| {
        let joined = Event::RoomJoined(RoomJoined { room: id, head: 0 });
        (StreamId::User(*user), joined)
    });
    tx.append_all(theirs).await?;
    let joined = people.iter().map(|user| {
        let (user, role) = (*user, role_of(*user));
        (
            StreamId::Room(id),
            Event::MemberJoined(Member { user, role }),
        )
    });
    tx.append_all(joined).await?;
    if !direct {
        let made = System {
            kind: SystemType::RoomCreated,
            actor: by,
            users: draft.others.iter().copied().collect(),
            values: draft.name.iter().map(RoomName::to_string).collect(),
        };
        note(tx, id, made).await?;
    }
    let last_ts = tx.head(StreamId::Room(id)).await?.last_ts;
    reads::set_first(tx, id, last_ts).await?;
    if draft.kind == RoomKind::Public {
        let room = rooms::get(tx, id).await?.ok_or(Error::NotFound)?;
        tx.append(StreamId::Workspace, &Event::RoomCreated(room), None)
            .await?;
    }
    Ok(Some(id))
}

/// What decides about `user` in `room`; a room that they may not see isn't there.
pub(crate) async fn access(tx: &mut Tx, room: RoomId, user: UserId) -> Result<Access> {
    let access = rooms::access(tx, room, user)
        .await?
        .ok_or(Error::NotFound)?;
    may(&access, RoomAct::Read)?;
    Ok(access)
}

/// Lets the table of permissions decide.
pub(crate) fn may(access: &Access, act: RoomAct) -> Result<()> {
    Ok(in_room(access.actor(), access.room, act)?)
}

/// Lets the table of permissions decide about something outside of any room.
pub(crate) async fn may_in_workspace(tx: &mut Tx, user: UserId, act: WorkspaceAct) -> Result<()> {
    let role = members::workspace_role(tx, user)
        .await?
        .ok_or(Error::Refused(Code::Forbidden))?;
    Ok(in_workspace(role, act)?)
}

/// A room as `user` sees it, under the lock of its stream: the heads of this very transaction.
pub(crate) async fn view_now(tx: &mut Tx, room: RoomId, user: UserId) -> Result<RoomView> {
    let mut view = rooms::view(tx, room, user).await?.ok_or(Error::NotFound)?;
    let head = tx.head(StreamId::Room(room)).await?;
    (view.head, view.last_ts) = (head.n, head.last_ts);
    Ok(view)
}

impl NewRoom {
    fn parse(&self, by: UserId) -> Result<Draft, Vec<FieldError>> {
        let mut errors = Vec::new();
        let kind = match self.kind.as_str() {
            "public" => RoomKind::Public,
            "private" => RoomKind::Private,
            _ => {
                let error = FieldError::new("kind", Code::BadFormat, "`public` or `private`");
                errors.push(error);
                RoomKind::Private
            }
        };
        let name = RoomName::parse(&self.name).map_err(|error| errors.push(error.of("name")));
        let topic = Topic::parse(self.topic.as_deref().unwrap_or_default())
            .map_err(|error| errors.push(error.of("topic")));
        let others =
            people("members", &self.members, MEMBERS_AT_ONCE).map_err(|error| errors.push(error));
        match (name, topic, others) {
            (Ok(name), Ok(topic), Ok(mut others)) if errors.is_empty() => {
                others.remove(&by);
                Ok(Draft {
                    kind,
                    name: Some(name),
                    topic,
                    others,
                })
            }
            _ => Err(errors),
        }
    }
}

pub(crate) fn people(
    field: &str,
    ids: &[String],
    most: usize,
) -> Result<BTreeSet<UserId>, FieldError> {
    let people = ids
        .iter()
        .map(|id| id.parse().map_err(|_| unusable(field)))
        .collect::<Result<BTreeSet<UserId>, _>>()?;
    if people.len() > most {
        return Err(FieldError::new(
            field,
            Code::TooLong,
            format!("at most {most} people"),
        ));
    }
    Ok(people)
}

/// A thing named in `field` that isn't there for the caller.
pub(crate) fn unusable(field: &str) -> FieldError {
    FieldError::new(field, Code::Unusable, "not there, or not for you to use")
}

pub(crate) async fn all_active(tx: &mut Tx, field: &str, users: &BTreeSet<UserId>) -> Result<()> {
    let users: Vec<UserId> = users.iter().copied().collect();
    if !members::all_active(tx, &users).await? {
        return Err(unusable(field).into());
    }
    Ok(())
}

pub(crate) fn streams_of(people: &BTreeSet<UserId>) -> Vec<StreamId> {
    people.iter().copied().map(StreamId::User).collect()
}

impl RoomChange {
    fn apply(&self, settings: &RoomSettings) -> Result<RoomSettings, Vec<FieldError>> {
        let mut to = settings.clone();
        let mut errors = Vec::new();
        if let Some(name) = &self.name {
            match RoomName::parse(name) {
                Ok(name) => to.name = Some(name),
                Err(error) => errors.push(error.of("name")),
            }
        }
        if let Some(topic) = &self.topic {
            match Topic::parse(topic) {
                Ok(topic) => to.topic = topic,
                Err(error) => errors.push(error.of("topic")),
            }
        }
        set(
            &mut to.history,
            "history",
            self.history.as_deref(),
            &mut errors,
        );
        set(
            &mut to.who_posts,
            "who_posts",
            self.who_posts.as_deref(),
            &mut errors,
        );
        set(
            &mut to.who_invites,
            "who_invites",
            self.who_invites.as_deref(),
            &mut errors,
        );
        if errors.is_empty() {
            Ok(to)
        } else {
            Err(errors)
        }
    }

    /// The acts that this change needs.
    fn acts(&self) -> impl Iterator<Item = RoomAct> {
        let manages = self.name.is_some()
            || self.history.is_some()
            || self.who_posts.is_some()
            || self.who_invites.is_some();
        [
            (self.topic.is_some() || !manages).then_some(RoomAct::SetTopic),
            manages.then_some(RoomAct::Manage),
        ]
        .into_iter()
        .flatten()
    }
}

fn set<T: std::str::FromStr>(
    to: &mut T,
    field: &str,
    text: Option<&str>,
    errors: &mut Vec<FieldError>,
) {
    match text.map(T::from_str) {
        None => {}
        Some(Ok(value)) => *to = value,
        Some(Err(_)) => errors.push(FieldError::new(
            field,
            Code::BadFormat,
            "not one of the known values",
        )),
    }
}

impl Chat {
    /// Makes a public or private room; the maker is its owner.
    pub async fn create_room(&self, caller: Caller, input: NewRoom) -> Result<RoomView> {
        let draft = input.parse(caller.user);
        let mut streams = vec![StreamId::User(caller.user)];
        if let Ok(draft) = &draft {
            streams.extend(streams_of(&draft.others));
            if draft.kind == RoomKind::Public {
                streams.push(StreamId::Workspace);
            }
        }
        let job = async move |tx: &mut Tx| {
            let draft = draft.as_ref().map_err(|e| Error::Invalid(e.clone()))?;
            all_active(tx, "members", &draft.others).await?;
            let act = match draft.kind {
                RoomKind::Public => WorkspaceAct::CreatePublicRoom,
                RoomKind::Private | RoomKind::Direct => WorkspaceAct::CreatePrivateRoom,
            };
            may_in_workspace(tx, caller.user, act).await?;
            let id = create_in(tx, draft, caller.user)
                .await?
                .ok_or_else(|| Error::Internal("a new room was there already".to_owned()))?;
            view_now(tx, id, caller.user).await
        };
        self.write_as(caller, &streams, job).await
    }

    /// The caller's rooms, in order of age.
    pub async fn my_rooms(
        &self,
        caller: Caller,
        after: Option<RoomId>,
        limit: u32,
    ) -> Result<Listing<RoomView, RoomId>> {
        let work = async move |tx: &mut Tx| {
            let views = rooms::views_of(tx, caller.user, after, limit + 1).await?;
            let mut list = Listing::cut(views, limit, |view| view.room.id);
            list.heads = room_heads(&list.items);
            let own = StreamId::User(caller.user);
            if let Some(head) = streams::head(tx, own).await? {
                list.heads.push((own, head.n));
            }
            Ok(list)
        };
        self.store().read(work).await
    }

    /// Public rooms whose name contains `query`, in order of name.
    pub async fn room_directory(
        &self,
        caller: Caller,
        query: String,
        after: Option<(String, RoomId)>,
        limit: u32,
    ) -> Result<Listing<RoomView, (String, RoomId)>> {
        let work = async move |tx: &mut Tx| {
            may_in_workspace(tx, caller.user, WorkspaceAct::Browse).await?;
            let views = if no_name_contains(&query) {
                Vec::new()
            } else {
                rooms::directory(tx, caller.user, &query, after.as_ref(), limit + 1).await?
            };
            let mut list = Listing::cut(views, limit, |view| {
                let name = view.room.name.as_ref().map_or("", RoomName::as_str);
                (model::text::fold(name), view.room.id)
            });
            list.heads = room_heads(&list.items);
            if let Some(head) = streams::head(tx, StreamId::Workspace).await? {
                list.heads.push((StreamId::Workspace, head.n));
            }
            Ok(list)
        };
        self.store().read(work).await
    }

    /// One room.
    pub async fn room(&self, caller: Caller, room: RoomId) -> Result<RoomView> {
        self.store()
            .read(async move |tx: &mut Tx| seen(tx, room, caller.user).await)
            .await
    }

    /// Changes a room's settings.
    pub async fn update_room(
        &self,
        caller: Caller,
        room: RoomId,
        change: RoomChange,
    ) -> Result<RoomView> {
        let job = async move |tx: &mut Tx| {
            let access = access(tx, room, caller.user).await?;
            let before = rooms::get(tx, room).await?.ok_or(Error::NotFound)?;
            let before = RoomSettings {
                name: before.name,
                topic: before.topic,
                history: before.history,
                who_posts: before.who_posts,
                who_invites: before.who_invites,
            };
            let to = change.apply(&before).map_err(Error::Invalid)?;
            change.acts().try_for_each(|act| may(&access, act))?;
            if to != before {
                rooms::update(tx, room, &to).await?;
                let updated = rooms::get(tx, room).await?.ok_or(Error::NotFound)?;
                // Outsiders of a room with a hidden past see none of it, from here on.
                let hides = to.history != before.history && to.history == History::SinceJoin;
                let cut = hides.then_some(Cut::NonMembers);
                tx.append(StreamId::Room(room), &Event::RoomUpdated(updated), cut)
                    .await?;
                for told in told(&before, &to, caller.user) {
                    note(tx, room, told).await?;
                }
            }
            view_now(tx, room, caller.user).await
        };
        self.write_as(caller, &[StreamId::Room(room)], job).await
    }

    /// Makes a room read-only for ever; doing it again is nothing.
    pub async fn archive_room(&self, caller: Caller, room: RoomId) -> Result<()> {
        let job = async move |tx: &mut Tx| {
            let mut access = access(tx, room, caller.user).await?;
            let done = std::mem::replace(&mut access.room.archived, false);
            may(&access, RoomAct::Archive)?;
            if done {
                return Ok(());
            }
            let archived = System {
                kind: SystemType::Archived,
                actor: caller.user,
                users: Vec::new(),
                values: Vec::new(),
            };
            note(tx, room, archived).await?;
            rooms::archive(tx, room).await?;
            let now = rooms::get(tx, room).await?.ok_or(Error::NotFound)?;
            tx.append(StreamId::Room(room), &Event::RoomArchived(now), None)
                .await?;
            Ok(())
        };
        self.write_as(caller, &[StreamId::Room(room)], job).await
    }
}

/// A room in the snapshot, if the user may see it.
async fn seen(tx: &mut Tx, room: RoomId, user: UserId) -> Result<RoomView> {
    access(tx, room, user).await?;
    rooms::view(tx, room, user).await?.ok_or(Error::NotFound)
}

fn room_heads(views: &[RoomView]) -> Vec<(StreamId, u64)> {
    views
        .iter()
        .map(|view| (StreamId::Room(view.room.id), view.head))
        .collect()
}

/// Whether no name can contain this text: any text is a search, and this one needs no database.
fn no_name_contains(query: &str) -> bool {
    query.contains('\0') || query.len() > QUERY
}

/// The system messages that tell of a change.
fn told(before: &RoomSettings, to: &RoomSettings, actor: UserId) -> Vec<System> {
    let told = |kind, values| System {
        kind,
        actor,
        users: Vec::new(),
        values,
    };
    let text = |name: &Option<RoomName>| name.as_ref().map(RoomName::to_string).unwrap_or_default();
    let mut notes = Vec::new();
    if before.name != to.name {
        let values = vec![text(&before.name), text(&to.name)];
        notes.push(told(SystemType::Renamed, values));
    }
    if before.topic != to.topic {
        notes.push(told(SystemType::TopicChanged, vec![to.topic.to_string()]));
    }
    notes
}
