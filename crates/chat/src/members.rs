//! Who is in a room: joining, adding, leaving, removing, roles.

use model::code::{Code, FieldError};
use model::event::{Event, RoomJoined, RoomLeft};
use model::id::{RoomId, UserId};
use model::message::{System, SystemType};
use model::permission::RoomAct;
use model::room::{Member, RoomRole};
use model::stream::{Cut, StreamId};
use serde::Deserialize;
use store::rooms::Membership;
use store::{Tx, members, reads, streams};
use utoipa::ToSchema;

use crate::list::Listing;
use crate::messages::note;
use crate::rooms::{access, may};
use crate::{Caller, Chat, Error, Result};

/// Rooms that somebody may be a member of: hello and sync are made for this many.
const ROOMS: i64 = 5_000;

/// How somebody is to be a member.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct MemberChange {
    /// `member` or `owner`; left out: the role that they have, or `member`.
    pub role: Option<String>,
}

/// Makes `user` a member of a room that is there, and tells everybody concerned: needs the streams of both. `false`:
/// they are one already.
pub async fn join_in(
    tx: &mut Tx,
    room: RoomId,
    user: UserId,
    role: RoomRole,
    by: UserId,
) -> Result<bool> {
    let before = tx.head(StreamId::Room(room)).await?;
    let membership = Membership {
        role,
        joined_ts: before.last_ts,
        joined_n: before.n,
    };
    if !members::insert(tx, room, user, membership).await? {
        return Ok(false);
    }
    // Their own stream first: a client knows the room before the room's first frame comes.
    let joined = RoomJoined {
        room,
        head: before.n,
    };
    tx.append(StreamId::User(user), &Event::RoomJoined(joined), None)
        .await?;
    let member = Event::MemberJoined(Member { user, role });
    tx.append(StreamId::Room(room), &member, None).await?;
    let told = System {
        kind: if user == by {
            SystemType::Joined
        } else {
            SystemType::Added
        },
        actor: by,
        users: vec![user],
        values: Vec::new(),
    };
    let told = note(tx, room, told).await?;
    reads::set(tx, room, user, told.ts).await?;
    Ok(true)
}

/// Refuses a membership beyond those that somebody may have.
pub(crate) async fn may_have_another_room(tx: &mut Tx, users: &[UserId]) -> Result<()> {
    if members::most_rooms_of(tx, users).await? < ROOMS {
        return Ok(());
    }
    let detail = format!("nobody is a member of more than {ROOMS} rooms");
    Err(Error::RefusedBecause(Code::TooMany, detail))
}

/// Ends a membership that is there, and tells everybody concerned.
async fn leave_in(tx: &mut Tx, room: RoomId, left: Member, by: UserId) -> Result<()> {
    let told = System {
        kind: if left.user == by {
            SystemType::Left
        } else {
            SystemType::Removed
        },
        actor: by,
        users: vec![left.user],
        values: Vec::new(),
    };
    // Words first, then the cut: whoever goes hears nothing after it.
    note(tx, room, told).await?;
    members::remove(tx, room, left.user).await?;
    let cut = Some(Cut::User(left.user));
    tx.append(StreamId::Room(room), &Event::MemberLeft(left), cut)
        .await?;
    let own = Event::RoomLeft(RoomLeft { room });
    tx.append(StreamId::User(left.user), &own, None).await?;
    Ok(())
}

async fn keep_an_owner(tx: &mut Tx, room: RoomId, member: Member) -> Result<()> {
    if member.role == RoomRole::Owner && !members::another_owner(tx, room, member.user).await? {
        return Err(Error::Refused(Code::LastOwner));
    }
    Ok(())
}

impl Chat {
    /// The members of a room, in order of id.
    pub async fn room_members(
        &self,
        caller: Caller,
        room: RoomId,
        after: Option<UserId>,
        limit: u32,
    ) -> Result<Listing<Member, UserId>> {
        let work = async move |tx: &mut Tx| {
            access(tx, room, caller.user).await?;
            let page = members::page(tx, room, after, limit + 1).await?;
            let mut list = Listing::cut(page, limit, |member| member.user);
            let stream = StreamId::Room(room);
            if let Some(head) = streams::head(tx, stream).await? {
                list.heads.push((stream, head.n));
            }
            Ok(list)
        };
        self.store().read(work).await
    }

    /// Makes somebody a member, or gives a member another role: the caller joins, or adds.
    pub async fn put_member(
        &self,
        caller: Caller,
        room: RoomId,
        user: UserId,
        input: MemberChange,
    ) -> Result<Member> {
        let role = match input.role.as_deref().map(str::parse::<RoomRole>) {
            None => Ok(None),
            Some(Ok(role)) => Ok(Some(role)),
            Some(Err(_)) => Err(FieldError::new(
                "role",
                Code::BadFormat,
                "`member` or `owner`",
            )),
        };
        let job = async move |tx: &mut Tx| {
            let access = access(tx, room, caller.user).await?;
            members::workspace_role(tx, user)
                .await?
                .ok_or(Error::NotFound)?;
            let wanted = *role.as_ref().map_err(|error| Error::from(error.clone()))?;
            let Some(now) = members::role(tx, room, user).await? else {
                may(
                    &access,
                    if user == caller.user {
                        RoomAct::Join
                    } else {
                        RoomAct::AddMember
                    },
                )?;
                let role = wanted.unwrap_or(RoomRole::Member);
                if role != RoomRole::Member {
                    may(&access, RoomAct::ManageMember)?;
                }
                may_have_another_room(tx, &[user]).await?;
                join_in(tx, room, user, role, caller.user).await?;
                return Ok(Member { user, role });
            };
            let member = Member {
                user,
                role: wanted.unwrap_or(now),
            };
            if member.role == now {
                if user != caller.user {
                    may(&access, RoomAct::AddMember)?;
                }
                return Ok(member);
            }
            may(&access, RoomAct::ManageMember)?;
            keep_an_owner(tx, room, Member { user, role: now }).await?;
            members::set_role(tx, room, user, member.role).await?;
            tx.append(StreamId::Room(room), &Event::MemberUpdated(member), None)
                .await?;
            Ok(member)
        };
        let streams = [StreamId::Room(room), StreamId::User(user)];
        self.write_as(caller, &streams, job).await
    }

    /// Ends a membership: the caller leaves, or removes somebody.
    pub async fn remove_member(&self, caller: Caller, room: RoomId, user: UserId) -> Result<()> {
        let job = async move |tx: &mut Tx| {
            let access = access(tx, room, caller.user).await?;
            let role = members::role(tx, room, user)
                .await?
                .ok_or(Error::NotFound)?;
            may(
                &access,
                if user == caller.user {
                    RoomAct::Leave
                } else {
                    RoomAct::ManageMember
                },
            )?;
            let left = Member { user, role };
            keep_an_owner(tx, room, left).await?;
            leave_in(tx, room, left, caller.user).await
        };
        let streams = [StreamId::Room(room), StreamId::User(user)];
        self.write_as(caller, &streams, job).await
    }
}
