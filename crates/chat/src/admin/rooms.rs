//! Rooms as administrators manage them: by name, topic, age of messages and archive; never by what is said.

use model::administration::AdminRoom;
use model::code::{Code, FieldError};
use model::event::Event;
use model::id::RoomId;
use model::message::{System, SystemType};
use model::room::RoomKind;
use model::stream::StreamId;
use model::text::{RoomName, Topic};
use serde::Deserialize;
use store::administration::{self, RoomFilter, RoomPlace, room_place};
use store::rooms::RoomSettings;
use store::{Tx, retention, rooms};
use utoipa::ToSchema;

use super::Admin;
use super::settings::RETENTION_DAYS;
use crate::Chat;
use crate::accounts::checked;
use crate::audit::Action;
use crate::error::{Error, Result};
use crate::input::given;
use crate::list::Listing;
use crate::messages::note;

/// A query is cut here: no name is longer.
const QUERY_CHARS: usize = 80;

/// Which rooms to list.
#[derive(Clone, Debug, Default)]
pub struct RoomsQuery {
    /// Part of the name, in any case.
    pub query: String,
    /// Only public ones, or only private ones.
    pub kind: Option<RoomKind>,
    /// Only archived ones, or only those that aren't.
    pub archived: Option<bool>,
}

/// What is to change of a room; what is left out stays.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct AdminRoomChange {
    /// After how many days messages are removed for good; null: as the workspace says.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<i64>, minimum = 1, maximum = 3650)]
    pub retention_days: Option<Option<i64>>,
    /// 1–80 characters on one line.
    pub name: Option<String>,
    /// Up to 250 characters on one line.
    pub topic: Option<String>,
}

/// A change that is certain to be allowed by itself.
struct Change {
    retention_days: Option<Option<i64>>,
    name: Option<RoomName>,
    topic: Option<Topic>,
}

impl AdminRoomChange {
    fn parse(self) -> Result<Change, Vec<FieldError>> {
        let mut errors = Vec::new();
        let name = self
            .name
            .and_then(|name| checked(&mut errors, "name", RoomName::parse(&name)));
        let topic = self
            .topic
            .and_then(|topic| checked(&mut errors, "topic", Topic::parse(&topic)));
        let days = self.retention_days.flatten();
        if days.is_some_and(|days| !(1..=RETENTION_DAYS).contains(&days)) {
            let detail = format!("from 1 to {RETENTION_DAYS}");
            errors.push(FieldError::new("retention_days", Code::BadFormat, detail));
        }
        match errors.is_empty() {
            true => Ok(Change {
                retention_days: self.retention_days,
                name,
                topic,
            }),
            false => Err(errors),
        }
    }
}

impl Chat {
    /// Public and private rooms, in the order of their names.
    pub async fn admin_rooms(
        &self,
        admin: Admin,
        query: RoomsQuery,
        after: Option<RoomPlace>,
        limit: u32,
    ) -> Result<Listing<AdminRoom, RoomPlace>> {
        let cleaned = query.query.replace('\0', "\u{fffd}");
        let filter = RoomFilter {
            query: cleaned.chars().take(QUERY_CHARS).collect(),
            kind: query.kind,
            archived: query.archived,
        };
        self.store()
            .read(async move |tx| {
                admin.role(tx).await?;
                let most = i64::from(limit) + 1;
                let page = administration::rooms(tx, &filter, after.as_ref(), most).await?;
                Ok(Listing::cut(page, limit, room_place))
            })
            .await
    }

    /// Changes a room: how long it keeps messages, its name, its topic.
    pub async fn admin_update_room(
        &self,
        admin: Admin,
        id: RoomId,
        input: AdminRoomChange,
    ) -> Result<AdminRoom> {
        let change = input.parse();
        self.store()
            .write(&[StreamId::Room(id)], async move |tx| {
                admin.role(tx).await?;
                let before = seen(tx, id).await?;
                let change = change.as_ref().map_err(|e| Error::Invalid(e.clone()))?;
                let renames = change.name.is_some() || change.topic.is_some();
                if renames && before.archived_at.is_some() {
                    return Err(Error::Refused(Code::RoomArchived));
                }
                apply(tx, &before, change).await?;
                let after = seen(tx, id).await?;
                if after == before {
                    return Ok(after);
                }
                let room = rooms::get(tx, id).await?.ok_or(Error::NotFound)?;
                tx.append(StreamId::Room(id), &Event::RoomUpdated(room), None)
                    .await?;
                tell(tx, &admin, &before, &after).await?;
                let facts = |room: &AdminRoom| {
                    serde_json::json!({
                        "name": room.name, "topic": room.topic, "retention_days": room.retention_days,
                    })
                };
                let data = serde_json::json!({ "before": facts(&before), "after": facts(&after) });
                admin.record(tx, Action::RoomChanged, &id, data).await?;
                seen(tx, id).await
            })
            .await
    }

    /// Makes a room read-only; doing it again is nothing.
    pub async fn admin_archive_room(&self, admin: Admin, id: RoomId) -> Result<AdminRoom> {
        self.store()
            .write(&[StreamId::Room(id)], async move |tx| {
                admin.role(tx).await?;
                if seen(tx, id).await?.archived_at.is_some() {
                    return seen(tx, id).await;
                }
                if let Some(actor) = admin.user() {
                    let archived = System {
                        kind: SystemType::Archived,
                        actor,
                        users: Vec::new(),
                        values: Vec::new(),
                    };
                    note(tx, id, archived).await?;
                }
                rooms::archive(tx, id).await?;
                let now = rooms::get(tx, id).await?.ok_or(Error::NotFound)?;
                tx.append(StreamId::Room(id), &Event::RoomArchived(now), None)
                    .await?;
                admin
                    .record(tx, Action::RoomArchived, &id, serde_json::json!({}))
                    .await?;
                seen(tx, id).await
            })
            .await
    }

    /// Opens an archived room again.
    pub async fn admin_unarchive_room(&self, admin: Admin, id: RoomId) -> Result<AdminRoom> {
        self.store()
            .write(&[StreamId::Room(id)], async move |tx| {
                admin.role(tx).await?;
                if seen(tx, id).await?.archived_at.is_none() {
                    return seen(tx, id).await;
                }
                rooms::unarchive(tx, id).await?;
                let now = rooms::get(tx, id).await?.ok_or(Error::NotFound)?;
                tx.append(StreamId::Room(id), &Event::RoomUpdated(now), None)
                    .await?;
                admin
                    .record(tx, Action::RoomUnarchived, &id, serde_json::json!({}))
                    .await?;
                seen(tx, id).await
            })
            .await
    }
}

/// A room as administrators see it; a direct one isn't there.
async fn seen(tx: &mut Tx, id: RoomId) -> Result<AdminRoom> {
    administration::room_of(tx, id)
        .await?
        .ok_or(Error::NotFound)
}

async fn apply(tx: &mut Tx, room: &AdminRoom, change: &Change) -> Result<()> {
    if let Some(days) = change.retention_days {
        retention::set_days(tx, room.id, days).await?;
    }
    if change.name.is_some() || change.topic.is_some() {
        let now = rooms::get(tx, room.id).await?.ok_or(Error::NotFound)?;
        let to = RoomSettings {
            name: change.name.clone().or(now.name),
            topic: change.topic.clone().unwrap_or(now.topic),
            history: now.history,
            who_posts: now.who_posts,
            who_invites: now.who_invites,
        };
        rooms::update(tx, room.id, &to).await?;
    }
    Ok(())
}

/// Says in the room what was changed, in the name of who did; who runs the server has none there.
async fn tell(tx: &mut Tx, admin: &Admin, before: &AdminRoom, after: &AdminRoom) -> Result<()> {
    let Some(actor) = admin.user() else {
        return Ok(());
    };
    let told = |kind, values| System {
        kind,
        actor,
        users: Vec::new(),
        values,
    };
    let text = |name: &Option<RoomName>| name.as_ref().map(RoomName::to_string).unwrap_or_default();
    if before.name != after.name {
        let values = vec![text(&before.name), text(&after.name)];
        note(tx, before.id, told(SystemType::Renamed, values)).await?;
    }
    if before.topic != after.topic {
        let values = vec![after.topic.to_string()];
        note(tx, before.id, told(SystemType::TopicChanged, values)).await?;
    }
    Ok(())
}
