//! The one table of who may do what. Pure: the facts come in, the decision comes out.
//!
//! Everything that is not allowed here is denied. Use cases in `chat` ask it, under the lock of the room's stream when
//! they write; nothing else decides.

use crate::room::{RoomKind, RoomPolicy, RoomRole};
use crate::text_enum;
use crate::user::Role;

text_enum! {
    /// What can be done to or in a room.
    RoomAct {
        /// See that it is there, its settings, its members and its history; follow its stream.
        Read = "read",
        /// Post a message, and type.
        Post = "post",
        /// Move one's own read position.
        MarkRead = "mark_read",
        /// Become a member by oneself.
        Join = "join",
        /// Stop being a member by oneself.
        Leave = "leave",
        /// Make somebody a member.
        AddMember = "add_member",
        /// End somebody's membership, or change their role in the room.
        ManageMember = "manage_member",
        /// Change the topic.
        SetTopic = "set_topic",
        /// Change the name and the other settings.
        Manage = "manage",
        /// Make it read-only for ever.
        Archive = "archive",
        /// Change the words of one's own message.
        EditOwn = "edit_own",
        /// Delete one's own message.
        DeleteOwn = "delete_own",
        /// Delete somebody else's message.
        DeleteOther = "delete_other",
        /// Change the words of somebody else's message: nobody may.
        EditOther = "edit_other",
    }
}

text_enum! {
    /// What can be done in the workspace, outside of any room.
    WorkspaceAct {
        /// See people and the directory of public rooms.
        Browse = "browse",
        /// Make a public room.
        CreatePublicRoom = "create_public_room",
        /// Make a private room.
        CreatePrivateRoom = "create_private_room",
        /// Start a direct room.
        StartDirect = "start_direct",
        /// Invite people by link.
        Invite = "invite",
        /// Change settings, manage people and every invitation, read metrics.
        Administer = "administer",
        /// Choose through whom mails go. They carry links to new passwords, those of owners too.
        ChooseMailServer = "choose_mail_server",
    }
}

/// What matters of a room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RoomFacts {
    /// Public, private or direct.
    pub kind: RoomKind,
    /// Whether it is read-only.
    pub archived: bool,
    /// Who may post.
    pub who_posts: RoomPolicy,
    /// Who may add people.
    pub who_invites: RoomPolicy,
}

/// What matters of who asks. A deactivated user has no session, and so never gets here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Actor {
    /// The role in the workspace.
    pub role: Role,
    /// The role in the room, if a member.
    pub member: Option<RoomRole>,
}

/// Why something may not be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Denied {
    /// The actor may not even know that it is there.
    #[error("not found")]
    Hidden,
    /// Members only.
    #[error("only members of the room may do this")]
    NotMember,
    /// The role doesn't suffice.
    #[error("this needs another role")]
    Role,
    /// The room is read-only.
    #[error("the room is archived")]
    Archived,
    /// Not in a direct room.
    #[error("a direct room can't do this")]
    Direct,
}

/// Whether `actor` may do `act` in a room.
pub fn in_room(actor: Actor, room: RoomFacts, act: RoomAct) -> Result<(), Denied> {
    use RoomAct as A;
    let visible = match (room.kind, actor.member) {
        (_, Some(_)) => true,
        (RoomKind::Public, None) => actor.role > Role::Guest,
        (RoomKind::Private | RoomKind::Direct, None) => false,
    };
    if !visible {
        return Err(Denied::Hidden);
    }
    if matches!(act, A::Read) {
        return Ok(());
    }
    if matches!(act, A::Join) {
        return match room.kind {
            RoomKind::Direct => Err(Denied::Direct),
            RoomKind::Public | RoomKind::Private if room.archived => Err(Denied::Archived),
            RoomKind::Public | RoomKind::Private => Ok(()),
        };
    }
    let administers = actor.role >= Role::Administrator;
    let direct = room.kind == RoomKind::Direct;
    let Some(role) = actor.member else {
        // Administrators moderate public rooms without joining; private ones stay private.
        return match act {
            A::ManageMember | A::SetTopic | A::Manage | A::Archive | A::AddMember
                if administers =>
            {
                unarchived(room)
            }
            A::DeleteOther if administers => Ok(()),
            _ => Err(Denied::NotMember),
        };
    };
    let owns = role == RoomRole::Owner || administers;
    match act {
        A::Read | A::Join | A::MarkRead => Ok(()),
        A::EditOther => Err(Denied::Role),
        A::DeleteOwn => Ok(()),
        A::DeleteOther if direct => Err(Denied::Role),
        A::DeleteOther if owns => Ok(()),
        A::DeleteOther => Err(Denied::Role),
        A::Leave if direct => Err(Denied::Direct),
        A::Leave => Ok(()),
        A::Post | A::EditOwn => {
            unarchived(room)?;
            allowed(room.who_posts == RoomPolicy::Members || owns)
        }
        A::AddMember | A::ManageMember | A::SetTopic | A::Manage | A::Archive if direct => {
            Err(Denied::Direct)
        }
        A::AddMember => {
            unarchived(room)?;
            allowed((room.who_invites == RoomPolicy::Members && actor.role > Role::Guest) || owns)
        }
        A::SetTopic => {
            unarchived(room)?;
            allowed(actor.role > Role::Guest || owns)
        }
        A::ManageMember | A::Manage | A::Archive => {
            unarchived(room)?;
            allowed(owns)
        }
    }
}

/// Whether somebody with `role` may do `act` in the workspace.
pub fn in_workspace(role: Role, act: WorkspaceAct) -> Result<(), Denied> {
    use WorkspaceAct as A;
    let least = match act {
        A::StartDirect => Role::Guest,
        A::Browse | A::CreatePublicRoom | A::CreatePrivateRoom | A::Invite => Role::Member,
        A::Administer => Role::Administrator,
        A::ChooseMailServer => Role::Owner,
    };
    allowed(role >= least)
}

/// Whether somebody with the role `actor` may manage a user with the role `subject`: their account, sessions and tokens.
/// `becomes` is the role that the user is to have.
pub fn over_user(actor: Role, subject: Role, becomes: Role) -> Result<(), Denied> {
    in_workspace(actor, WorkspaceAct::Administer)?;
    let strongest = subject.max(becomes);
    let only_owners = subject != becomes && strongest >= Role::Administrator;
    allowed(strongest <= actor && (actor == Role::Owner || !only_owners))
}

fn unarchived(room: RoomFacts) -> Result<(), Denied> {
    if room.archived {
        Err(Denied::Archived)
    } else {
        Ok(())
    }
}

fn allowed(yes: bool) -> Result<(), Denied> {
    if yes { Ok(()) } else { Err(Denied::Role) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn role() -> impl Strategy<Value = Role> {
        proptest::sample::select(Role::ALL)
    }

    fn actor() -> impl Strategy<Value = Actor> {
        (
            role(),
            proptest::option::of(proptest::sample::select(RoomRole::ALL)),
        )
            .prop_map(|(role, member)| Actor { role, member })
    }

    fn room() -> impl Strategy<Value = RoomFacts> {
        (
            proptest::sample::select(RoomKind::ALL),
            any::<bool>(),
            proptest::sample::select(RoomPolicy::ALL),
            proptest::sample::select(RoomPolicy::ALL),
        )
            .prop_map(|(kind, archived, who_posts, who_invites)| RoomFacts {
                kind,
                archived,
                who_posts,
                who_invites,
            })
    }

    #[test]
    fn nobody_manages_those_above_them_and_only_owners_make_or_unmake_administrators() {
        use Role as R;
        for actor in [R::Guest, R::Member] {
            for subject in R::ALL {
                assert!(over_user(actor, *subject, *subject).is_err());
            }
        }
        for subject in R::ALL {
            for becomes in R::ALL {
                assert!(over_user(R::Owner, *subject, *becomes).is_ok());
                let by_administrator = over_user(R::Administrator, *subject, *becomes).is_ok();
                let below = *subject < R::Administrator && *becomes < R::Administrator;
                let stays = *subject == R::Administrator && *becomes == R::Administrator;
                assert_eq!(by_administrator, below || stays, "{subject:?} {becomes:?}");
            }
        }
    }

    proptest! {
        #[test]
        fn nobody_outside_a_hidden_room_may_do_anything_in_it(
            role in role(), room in room(), act in proptest::sample::select(RoomAct::ALL)
        ) {
            prop_assume!(room.kind != RoomKind::Public);
            prop_assert_eq!(in_room(Actor { role, member: None }, room, act), Err(Denied::Hidden));
        }

        #[test]
        fn guests_see_only_rooms_they_were_added_to(room in room(), act in proptest::sample::select(RoomAct::ALL)) {
            prop_assert_eq!(in_room(Actor { role: Role::Guest, member: None }, room, act), Err(Denied::Hidden));
        }

        #[test]
        fn an_archived_room_takes_no_words(actor in actor(), mut room in room()) {
            room.archived = true;
            for act in [RoomAct::Post, RoomAct::EditOwn, RoomAct::Manage, RoomAct::AddMember, RoomAct::Archive] {
                prop_assert_eq!(in_room(actor, room, act).is_err(), true);
            }
        }

        #[test]
        fn nobody_changes_the_words_of_another(actor in actor(), room in room()) {
            prop_assert_eq!(in_room(actor, room, RoomAct::EditOther).is_err(), true);
        }

        #[test]
        fn posting_needs_membership(role in role(), room in room()) {
            prop_assert_eq!(in_room(Actor { role, member: None }, room, RoomAct::Post).is_err(), true);
        }

        #[test]
        fn a_stronger_role_in_the_room_never_takes_a_right_away(
            role in role(), room in room(), act in proptest::sample::select(RoomAct::ALL)
        ) {
            let member = in_room(Actor { role, member: Some(RoomRole::Member) }, room, act);
            let owner = in_room(Actor { role, member: Some(RoomRole::Owner) }, room, act);
            prop_assert!(member.is_err() || owner.is_ok());
        }

        #[test]
        fn a_stronger_role_in_the_workspace_never_takes_a_right_away(
            actor in actor(), room in room(), act in proptest::sample::select(RoomAct::ALL)
        ) {
            for stronger in Role::ALL.iter().copied().filter(|role| *role > actor.role) {
                let before = in_room(actor, room, act);
                let after = in_room(Actor { role: stronger, ..actor }, room, act);
                prop_assert!(before.is_err() || after.is_ok());
            }
        }
    }
}
