//! Rooms, who may see them, and how they look to one person.

use std::collections::HashMap;

use model::id::{RoomId, UserId};
use model::permission::{Actor, RoomFacts};
use model::room::{History, Room, RoomKind, RoomPolicy, RoomRole, RoomView};
use model::stream::StreamId;
use model::text::{RoomName, Topic, fold};
use model::time::Ts;
use model::user::Role;
use uuid::Uuid;

use crate::error::Result;
use crate::params;
use crate::tx::Tx;
use crate::value::{Row, Value};

/// Columns 0–10 of a room.
macro_rules! room_columns {
    () => {
        "r.id, r.kind, r.name, r.topic, r.history, r.who_posts, r.who_invites, r.members, r.created_at, r.archived_at,
         r.retention_days"
    };
}

/// Columns 11–17: how it looks to the user of the row `v`, who is the member `m`, if they are one.
macro_rules! view_columns {
    () => {
        "s.head, s.last_ts, m.role, m.joined_at, COALESCE(d.read_ts, 0),
         (SELECT COUNT(*) FROM (SELECT 1 FROM messages x WHERE m.room IS NOT NULL AND x.room = r.id
             AND x.ts > COALESCE(d.read_ts, 0) AND x.counts = 1 AND x.author <> m.user_id LIMIT 1000) AS c),
         (SELECT COUNT(*) FROM (SELECT DISTINCT y.message FROM mentions y JOIN messages z ON z.id = y.message
             WHERE m.room IS NOT NULL AND y.user_id = m.user_id AND y.room = r.id AND y.ts > COALESCE(d.read_ts, 0)
             AND z.counts = 1 AND z.author <> m.user_id LIMIT 1000) AS c)"
    };
}

/// A room to be made.
#[derive(Clone, Copy, Debug)]
pub struct NewRoom<'a> {
    /// Its id.
    pub id: RoomId,
    /// Public, private or direct.
    pub kind: RoomKind,
    /// Its name; none for a direct room.
    pub name: Option<&'a RoomName>,
    /// What it is about.
    pub topic: &'a Topic,
    /// What a direct room is found by.
    pub direct_key: Option<&'a str>,
    /// Who makes it.
    pub created_by: UserId,
}

/// What a room's settings become.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoomSettings {
    /// The name; none for a direct room.
    pub name: Option<RoomName>,
    /// What it is about.
    pub topic: Topic,
    /// How much new members see.
    pub history: History,
    /// Who may post.
    pub who_posts: RoomPolicy,
    /// Who may add people.
    pub who_invites: RoomPolicy,
}

/// A membership, as decisions need it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Membership {
    /// The role in the room.
    pub role: RoomRole,
    /// The place of the last message before joining.
    pub joined_ts: Ts,
    /// The number of the last event before joining.
    pub joined_n: u64,
}

/// What decides what somebody may do in a room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Access {
    /// The user's role in the workspace.
    pub role: Role,
    /// What matters of the room.
    pub room: RoomFacts,
    /// How much new members see.
    pub history: History,
    /// The membership, if there is one.
    pub member: Option<Membership>,
}

impl Access {
    /// Who asks, for the table of permissions.
    pub fn actor(&self) -> Actor {
        Actor {
            role: self.role,
            member: self.member.map(|member| member.role),
        }
    }

    /// The place after which the user may read messages; outsiders of a room with a hidden past see none of it.
    pub fn visible_after(&self) -> Ts {
        match (self.history, self.member) {
            (History::All, _) => Ts::START,
            (History::SinceJoin, Some(member)) => member.joined_ts,
            (History::SinceJoin, None) => Ts::from_micros(i64::MAX),
        }
    }

    /// From columns `at…`: the user's role, kind, archived_at, who_posts, who_invites, history, the member's role,
    /// joined_ts, joined_n.
    pub(crate) fn from_row(row: &Row<'_>, at: usize) -> Result<Self> {
        let archived: Option<i64> = row.get(at + 2)?;
        let member: Option<String> = row.get(at + 6)?;
        Ok(Self {
            role: row.parse(at)?,
            room: RoomFacts {
                kind: row.parse(at + 1)?,
                archived: archived.is_some(),
                who_posts: row.parse(at + 3)?,
                who_invites: row.parse(at + 4)?,
            },
            history: row.parse(at + 5)?,
            member: match member {
                None => None,
                Some(_) => Some(Membership {
                    role: row.parse(at + 6)?,
                    joined_ts: row.get(at + 7)?,
                    joined_n: row.get(at + 8)?,
                }),
            },
        })
    }
}

/// Makes a room and its stream; `false`: a direct room of these people is there.
pub async fn insert(tx: &mut Tx, room: NewRoom<'_>) -> Result<bool> {
    let now = tx.now();
    let name = room.name.map(RoomName::as_str);
    let made = tx
        .execute(
            "INSERT INTO rooms (id, kind, name, folded_name, topic, history, who_posts, who_invites, direct_key, members,
                                created_by, created_at, archived_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, $10, $11, NULL)
             ON CONFLICT (direct_key) DO NOTHING",
            params![
                room.id,
                room.kind.as_str(),
                name,
                name.map(fold),
                room.topic.as_str(),
                History::All.as_str(),
                RoomPolicy::Members.as_str(),
                RoomPolicy::Members.as_str(),
                room.direct_key,
                room.created_by,
                now
            ],
        )
        .await?;
    if made == 0 {
        return Ok(false);
    }
    tx.create_stream(StreamId::Room(room.id)).await?;
    Ok(true)
}

/// The direct room that is found by `key`.
pub async fn direct(tx: &mut Tx, key: &str) -> Result<Option<RoomId>> {
    tx.find(
        "SELECT id FROM rooms WHERE direct_key = $1",
        params![key],
        |row| row.get(0),
    )
    .await
}

/// What decides what `user` may do in `room`; none if either isn't there or the user is deactivated.
pub async fn access(tx: &mut Tx, room: RoomId, user: UserId) -> Result<Option<Access>> {
    tx.find(
        "SELECT u.role, r.kind, r.archived_at, r.who_posts, r.who_invites, r.history, m.role, m.joined_ts, m.joined_n
         FROM rooms r JOIN users u ON u.id = $2 LEFT JOIN members m ON m.room = r.id AND m.user_id = u.id
         WHERE r.id = $1 AND u.deactivated_at IS NULL",
        params![room, user],
        |row| Access::from_row(row, 0),
    )
    .await
}

/// Rooms that one statement asks for.
const ROOMS_AT_ONCE: usize = 20;

/// The same as [`access`] for many rooms; those where it is none are left out.
pub async fn accesses(
    tx: &mut Tx,
    rooms: &[RoomId],
    user: UserId,
) -> Result<HashMap<RoomId, Access>> {
    let mut found = HashMap::with_capacity(rooms.len());
    for some in rooms.chunks(ROOMS_AT_ONCE) {
        let mut values: Vec<Value<'_>> = vec![user.into()];
        // What the last chunk lacks is asked for as the first of it again.
        values.extend(
            (0..ROOMS_AT_ONCE).map(|index| Value::from(*some.get(index).unwrap_or(&some[0]))),
        );
        let rows = tx
            .query(
                "SELECT r.id, u.role, r.kind, r.archived_at, r.who_posts, r.who_invites, r.history, m.role, m.joined_ts,
                        m.joined_n
                 FROM rooms r JOIN users u ON u.id = $1 LEFT JOIN members m ON m.room = r.id AND m.user_id = u.id
                 WHERE u.deactivated_at IS NULL
                   AND r.id IN ($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)",
                &values,
                |row| Ok((row.get(0)?, Access::from_row(row, 1)?)),
            )
            .await?;
        found.extend(rows);
    }
    Ok(found)
}

/// A room as everyone who may see it sees it.
pub async fn get(tx: &mut Tx, id: RoomId) -> Result<Option<Room>> {
    let room = tx
        .find(
            concat!("SELECT ", room_columns!(), " FROM rooms r WHERE r.id = $1"),
            params![id],
            room,
        )
        .await?;
    let Some(mut room) = room else {
        return Ok(None);
    };
    fill_users(tx, std::slice::from_mut(&mut room)).await?;
    Ok(Some(room))
}

/// A room as `user` sees it.
pub async fn view(tx: &mut Tx, id: RoomId, user: UserId) -> Result<Option<RoomView>> {
    let found = tx
        .find(
            concat!(
                "SELECT ",
                room_columns!(),
                ", ",
                view_columns!(),
                " FROM rooms r JOIN streams s ON s.id = r.id
                  LEFT JOIN members m ON m.room = r.id AND m.user_id = $2
                  LEFT JOIN reads d ON d.room = r.id AND d.user_id = $2
                  WHERE r.id = $1"
            ),
            params![id, user],
            room_view,
        )
        .await?;
    let Some(mut view) = found else {
        return Ok(None);
    };
    fill_users(tx, std::slice::from_mut(&mut view.room)).await?;
    Ok(Some(view))
}

/// The rooms that `user` is a member of, in order of id after `after`.
pub async fn views_of(
    tx: &mut Tx,
    user: UserId,
    after: Option<RoomId>,
    limit: u32,
) -> Result<Vec<RoomView>> {
    let after = after.map_or(Uuid::nil(), RoomId::uuid);
    let mut views = tx
        .query(
            concat!(
                "SELECT ",
                room_columns!(),
                ", ",
                view_columns!(),
                " FROM members m JOIN rooms r ON r.id = m.room JOIN streams s ON s.id = m.room
                  LEFT JOIN reads d ON d.room = m.room AND d.user_id = m.user_id
                  WHERE m.user_id = $1 AND m.room > $2 ORDER BY m.room LIMIT $3"
            ),
            params![user, after, i64::from(limit)],
            room_view,
        )
        .await?;
    let Some(last) = views.last().map(|view| view.room.id) else {
        return Ok(views);
    };
    let pairs: Vec<(RoomId, UserId)> = tx
        .query(
            "SELECT o.room, o.user_id FROM members m JOIN rooms r ON r.id = m.room JOIN members o ON o.room = m.room
             WHERE m.user_id = $1 AND m.room > $2 AND m.room <= $3 AND r.kind = 'direct' ORDER BY o.room, o.user_id",
            params![user, after, last],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .await?;
    let mut users = HashMap::<RoomId, Vec<UserId>>::new();
    for (room, user) in pairs {
        users.entry(room).or_default().push(user);
    }
    for view in &mut views {
        view.room.users = users.remove(&view.room.id).unwrap_or_default();
    }
    Ok(views)
}

/// Public rooms that are not archived, as `user` sees them, in order of name after `after`; `query` is part of the name.
pub async fn directory(
    tx: &mut Tx,
    user: UserId,
    query: &str,
    after: Option<&(String, RoomId)>,
    limit: u32,
) -> Result<Vec<RoomView>> {
    let (name, id) = after.map_or(("", Uuid::nil()), |(name, id)| (name, id.uuid()));
    let mut pattern = String::with_capacity(query.len() + 2);
    pattern.push('%');
    for c in fold(query).chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    tx.query(
        concat!(
            "SELECT ", room_columns!(), ", ", view_columns!(),
            " FROM rooms r JOIN streams s ON s.id = r.id
              LEFT JOIN members m ON m.room = r.id AND m.user_id = $1
              LEFT JOIN reads d ON d.room = r.id AND d.user_id = $1
              WHERE r.kind = 'public' AND r.archived_at IS NULL AND r.folded_name LIKE $2 ESCAPE '\\'
                AND (r.folded_name > $3 OR (r.folded_name = $3 AND r.id > $4))
              ORDER BY r.folded_name, r.id LIMIT $5"
        ),
        params![user, pattern, name, id, i64::from(limit)],
        room_view,
    )
    .await
}

/// Gives a room other settings.
pub async fn update(tx: &mut Tx, id: RoomId, to: &RoomSettings) -> Result<()> {
    let name = to.name.as_ref().map(RoomName::as_str);
    tx.execute(
        "UPDATE rooms SET name = $2, folded_name = $3, topic = $4, history = $5, who_posts = $6, who_invites = $7
         WHERE id = $1",
        params![
            id,
            name,
            name.map(fold),
            to.topic.as_str(),
            to.history.as_str(),
            to.who_posts.as_str(),
            to.who_invites.as_str()
        ],
    )
    .await?;
    Ok(())
}

/// Makes a room read-only.
pub async fn archive(tx: &mut Tx, id: RoomId) -> Result<()> {
    let now = tx.now();
    tx.execute(
        "UPDATE rooms SET archived_at = $2 WHERE id = $1",
        params![id, now],
    )
    .await?;
    Ok(())
}

/// Lets a room be written to again.
pub async fn unarchive(tx: &mut Tx, id: RoomId) -> Result<()> {
    tx.execute(
        "UPDATE rooms SET archived_at = NULL WHERE id = $1",
        params![id],
    )
    .await?;
    Ok(())
}

async fn fill_users(tx: &mut Tx, rooms: &mut [Room]) -> Result<()> {
    for room in rooms
        .iter_mut()
        .filter(|room| room.kind == RoomKind::Direct)
    {
        room.users = tx
            .query(
                "SELECT user_id FROM members WHERE room = $1 ORDER BY user_id",
                params![room.id],
                |row| row.get(0),
            )
            .await?;
    }
    Ok(())
}

fn room(row: &Row<'_>) -> Result<Room> {
    let name: Option<String> = row.get(2)?;
    Ok(Room {
        id: row.get(0)?,
        kind: row.parse(1)?,
        name: name.map(RoomName::from_stored),
        topic: Topic::from_stored(row.get(3)?),
        history: row.parse(4)?,
        who_posts: row.parse(5)?,
        who_invites: row.parse(6)?,
        users: Vec::new(),
        members: row.get(7)?,
        created_at: row.get(8)?,
        archived_at: row.get(9)?,
        retention_days: row.get(10)?,
    })
}

fn room_view(row: &Row<'_>) -> Result<RoomView> {
    let role: Option<String> = row.get(13)?;
    let member = role.is_some();
    Ok(RoomView {
        room: room(row)?,
        head: row.get(11)?,
        last_ts: row.get(12)?,
        role: if member { Some(row.parse(13)?) } else { None },
        joined_at: row.get(14)?,
        read_ts: if member { Some(row.get(15)?) } else { None },
        unread: if member { Some(row.get(16)?) } else { None },
        mentions: if member { Some(row.get(17)?) } else { None },
    })
}
