//! Invitations: links by which people may register.

use std::collections::BTreeSet;
use std::time::Duration;

use model::code::{Code, FieldError};
use model::id::{InvitationId, RoomId, UserId};
use model::permission::{RoomAct, WorkspaceAct, in_room, in_workspace};
use model::room::RoomKind;
use model::text::{DisplayName, WorkspaceName};
use model::token::Scope;
use model::user::{Invitation, JoinPolicy, Role};
use serde::{Deserialize, Serialize};
use store::{Tx, invitations, rooms, users, workspace};
use utoipa::ToSchema;

use crate::audit::{Act, Action, record};
use crate::error::{Error, Result};
use crate::list::Listing;
use crate::rooms::unusable;
use crate::sessions::{Device, living, own_user};
use crate::tokens::{Purpose, Token};
use crate::{Caller, Chat};

/// How long an invitation works if nobody says.
const DAYS: i64 = 7;
const DAYS_MOST: i64 = 365;
const USES_MOST: i64 = 1_000;
/// Invitations of one maker that work at the same time.
const MOST: i64 = 200;
/// Rooms that one invitation is to.
const ROOMS_MOST: usize = 50;
const DAY: Duration = Duration::from_secs(24 * 3600);

/// How an invitation is to be.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct NewInvitation {
    /// How many people may use it; left out: any number.
    #[schema(minimum = 1, maximum = 1000)]
    pub max_uses: Option<i64>,
    /// For how many days it works; left out: 7.
    #[schema(minimum = 1, maximum = 365)]
    pub expires_in_days: Option<i64>,
    /// What they become: `member` or `guest`, who sees only rooms that they were added to; left out: `member`.
    pub role: Option<String>,
    /// Rooms that they join, to which the caller may add people; at most 50.
    #[serde(default)]
    #[schema(value_type = Vec<RoomId>, max_items = 50)]
    pub rooms: Vec<String>,
}

/// An invitation that is certain to be allowed by itself.
#[derive(Debug, PartialEq, Eq)]
struct Draft {
    max_uses: Option<i64>,
    lifetime: Duration,
    role: Role,
    rooms: BTreeSet<RoomId>,
}

/// An invitation with its link, which nobody is shown again.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct InvitationLink {
    /// The invitation.
    #[serde(flatten)]
    pub invitation: Invitation,
    /// The link to give to people.
    #[schema(example = "https://chat.example.org/invite#token=pinv_…")]
    pub url: String,
}

/// What somebody who follows an invitation's link is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Invited {
    /// The workspace's name.
    pub workspace: WorkspaceName,
    /// The name of who made the invitation.
    #[schema(required)]
    pub invited_by: Option<DisplayName>,
    /// Who else may register.
    pub join_policy: JoinPolicy,
}

impl NewInvitation {
    fn parse(self) -> Result<Draft, Vec<FieldError>> {
        let mut errors = Vec::new();
        let mut bounded = |field: &str, value: i64, most: i64| {
            if !(1..=most).contains(&value) {
                let detail = format!("from 1 to {most}");
                errors.push(FieldError::new(field, Code::BadFormat, detail));
            }
        };
        if let Some(uses) = self.max_uses {
            bounded("max_uses", uses, USES_MOST);
        }
        let days = self.expires_in_days.unwrap_or(DAYS);
        bounded("expires_in_days", days, DAYS_MOST);
        let role = match self.role.as_deref() {
            None | Some("member") => Role::Member,
            Some("guest") => Role::Guest,
            Some(_) => {
                let detail = "`member` or `guest`";
                errors.push(FieldError::new("role", Code::BadFormat, detail));
                Role::Member
            }
        };
        if self.rooms.len() > ROOMS_MOST {
            let detail = format!("at most {ROOMS_MOST}");
            errors.push(FieldError::new("rooms", Code::TooLong, detail));
        }
        let rooms = self.rooms.iter().map(|id| id.parse());
        let rooms = rooms.collect::<Result<BTreeSet<RoomId>, _>>();
        let rooms = rooms.map_err(|_| errors.push(unusable("rooms")));
        match rooms {
            Ok(rooms) if errors.is_empty() => Ok(Draft {
                max_uses: self.max_uses,
                lifetime: DAY * u32::try_from(days).unwrap_or(1),
                role,
                rooms,
            }),
            _ => Err(errors),
        }
    }
}

impl Chat {
    /// Makes an invitation.
    pub async fn create_invitation(
        &self,
        caller: Caller,
        input: NewInvitation,
        device: Device,
    ) -> Result<InvitationLink> {
        let draft = input.parse().map_err(Error::Invalid)?;
        self.make_invitation(Inviter::Caller(caller), draft, device.address_text())
            .await
    }

    /// Makes an invitation in the name of the workspace's first owner, for who runs the server.
    pub async fn admin_create_invitation(&self, input: NewInvitation) -> Result<InvitationLink> {
        let draft = input.parse().map_err(Error::Invalid)?;
        self.make_invitation(Inviter::Operator, draft, String::new())
            .await
    }

    async fn make_invitation(
        &self,
        by: Inviter,
        draft: Draft,
        address: String,
    ) -> Result<InvitationLink> {
        let token = Token::new(Purpose::Invitation)?;
        let hash = token.hash();
        let made = self.store().write(&[], async move |tx| {
            let maker = by.maker(tx).await?;
            if workspace::get(tx).await?.workspace.join_policy == JoinPolicy::Closed {
                return Err(Error::Refused(Code::RegistrationClosed));
            }
            if invitations::count_of(tx, maker).await? >= MOST {
                let detail = format!("at most {MOST} invitations at a time; revoke one first");
                return Err(Error::RefusedBecause(Code::TooMany, detail));
            }
            for room in &draft.rooms {
                may_add_to(tx, *room, maker, by).await?;
            }
            let now = tx.now();
            let invitation = Invitation {
                id: InvitationId::new(now),
                created_by: maker,
                created_at: now,
                expires_at: now.plus(draft.lifetime),
                max_uses: draft.max_uses,
                uses: 0,
                role: draft.role,
                rooms: draft.rooms.iter().copied().collect(),
            };
            invitations::insert(tx, &invitation, &hash).await?;
            let act = Act {
                actor: by.actor(),
                action: Action::InvitationMade,
                subject: &invitation.id,
                data: serde_json::json!({
                    "max_uses": invitation.max_uses, "expires_at": invitation.expires_at,
                    "role": invitation.role, "rooms": invitation.rooms,
                }),
                address: &address,
            };
            record(tx, act).await?;
            Ok(invitation)
        });
        let invitation = made.await?;
        let url = self.link("invite", &token);
        Ok(InvitationLink { invitation, url })
    }

    /// The invitations that work, the newest first: the caller's own, or all for who administers.
    pub async fn invitations(
        &self,
        caller: Caller,
        before: Option<InvitationId>,
        limit: u32,
    ) -> Result<Listing<Invitation, InvitationId>> {
        self.store()
            .read(async move |tx| {
                let user = own_user(tx, caller.user).await?;
                in_workspace(user.role, WorkspaceAct::Invite)?;
                let all = in_workspace(user.role, WorkspaceAct::Administer).is_ok()
                    && caller.needs(Scope::AdminRead).is_ok();
                let maker = (!all).then_some(caller.user);
                let page = invitations::page(tx, maker, before, i64::from(limit) + 1).await?;
                Ok(Listing::cut(page, limit, |invitation| invitation.id))
            })
            .await
    }

    /// Ends an invitation: one's own, or anybody's for who administers.
    pub async fn revoke_invitation(
        &self,
        caller: Caller,
        id: InvitationId,
        device: Device,
    ) -> Result<()> {
        self.write_as(caller, &[], async move |tx| {
            let user = own_user(tx, caller.user).await?;
            let all = in_workspace(user.role, WorkspaceAct::Administer).is_ok()
                && caller.needs(Scope::AdminWrite).is_ok();
            let found = invitations::get(tx, id).await?;
            found
                .filter(|invitation| all || invitation.created_by == caller.user)
                .ok_or(Error::NotFound)?;
            invitations::revoke(tx, id).await?;
            let act = Act {
                actor: Some(caller.user),
                action: Action::InvitationRevoked,
                subject: &id,
                data: serde_json::json!({}),
                address: &device.address_text(),
            };
            record(tx, act).await
        })
        .await
    }

    /// All invitations that work, for who runs the server.
    pub async fn admin_invitations(
        &self,
        before: Option<InvitationId>,
        limit: u32,
    ) -> Result<Listing<Invitation, InvitationId>> {
        self.store()
            .read(async move |tx| {
                let page = invitations::page(tx, None, before, i64::from(limit) + 1).await?;
                Ok(Listing::cut(page, limit, |invitation| invitation.id))
            })
            .await
    }

    /// Ends an invitation, for who runs the server.
    pub async fn admin_revoke_invitation(&self, id: InvitationId) -> Result<()> {
        self.store()
            .write(&[], async move |tx| {
                invitations::get(tx, id).await?.ok_or(Error::NotFound)?;
                invitations::revoke(tx, id).await?;
                let act = Act {
                    actor: None,
                    action: Action::InvitationRevoked,
                    subject: &id,
                    data: serde_json::json!({}),
                    address: "",
                };
                record(tx, act).await
            })
            .await
    }

    /// What an invitation's link is to, if it works.
    pub async fn invited(&self, token: &str) -> Result<Invited> {
        let token = Token::parse(token, Purpose::Invitation);
        let hash = token.ok_or(Error::Refused(Code::BadToken))?.hash();
        let work = async move |tx: &mut Tx| {
            let found = invitations::find_by_token(tx, &hash).await?;
            let found = found.ok_or(Error::Refused(Code::BadToken))?;
            let maker = users::get(tx, found.created_by).await?;
            let workspace = workspace::get(tx).await?.workspace;
            Ok(Invited {
                workspace: workspace.name,
                invited_by: maker.map(|maker| maker.display_name),
                join_policy: workspace.join_policy,
            })
        };
        self.store().read(work).await
    }
}

/// Who makes an invitation.
#[derive(Clone, Copy, Debug)]
enum Inviter {
    /// Somebody who is signed in.
    Caller(Caller),
    /// Who runs the server.
    Operator,
}

impl Inviter {
    fn actor(self) -> Option<UserId> {
        match self {
            Self::Caller(caller) => Some(caller.user),
            Self::Operator => None,
        }
    }

    /// In whose name it is made, if they may.
    async fn maker(self, tx: &mut Tx) -> Result<UserId> {
        match self {
            Self::Caller(caller) => {
                in_workspace(living(tx, caller).await?.role, WorkspaceAct::Invite)?;
                Ok(caller.user)
            }
            Self::Operator => users::first_owner(tx).await?.ok_or_else(|| {
                let detail = "the workspace is not set up yet: follow the set-up link first";
                Error::RefusedBecause(Code::Forbidden, detail.to_owned())
            }),
        }
    }
}

/// Refuses a room that the maker may not add people to; who runs the server may, to all but direct ones.
async fn may_add_to(tx: &mut Tx, room: RoomId, maker: UserId, by: Inviter) -> Result<()> {
    let refused = || Error::from(unusable("rooms"));
    match by {
        Inviter::Caller(_) => {
            let access = rooms::access(tx, room, maker).await?.ok_or_else(refused)?;
            in_room(access.actor(), access.room, RoomAct::AddMember).map_err(|_| refused())
        }
        Inviter::Operator => {
            let room = rooms::get(tx, room).await?.ok_or_else(refused)?;
            match room.kind == RoomKind::Direct || room.archived_at.is_some() {
                true => Err(refused()),
                false => Ok(()),
            }
        }
    }
}

/// Whether the invitations of `maker` still bring people into a room: what they might when they made them may be over.
/// Those by who runs the server are in the name of an owner, who needn't be a member.
pub(crate) async fn may_still_add_to(tx: &mut Tx, room: RoomId, maker: UserId) -> Result<bool> {
    let Some(access) = rooms::access(tx, room, maker).await? else {
        return Ok(false);
    };
    let may = in_room(access.actor(), access.room, RoomAct::AddMember).is_ok();
    let by_owner = access.actor().role == Role::Owner && access.room.kind != RoomKind::Direct;
    Ok(may || (by_owner && !access.room.archived))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_invitation_is_bounded_in_time_and_uses() {
        let parse = |max_uses, expires_in_days| {
            let input = NewInvitation {
                max_uses,
                expires_in_days,
                ..NewInvitation::default()
            };
            let parsed = input.parse().map(|draft| (draft.max_uses, draft.lifetime));
            parsed.map_err(|errors| errors.len())
        };
        assert_eq!(parse(None, None), Ok((None, 7 * DAY)));
        assert_eq!(parse(Some(1), Some(365)), Ok((Some(1), 365 * DAY)));
        assert_eq!(parse(Some(0), Some(366)), Err(2));
        assert_eq!(parse(Some(i64::MIN), Some(i64::MAX)), Err(2));
    }
}
