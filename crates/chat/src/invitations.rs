//! Invitations: links by which people may register.

use std::time::Duration;

use model::code::{Code, FieldError};
use model::id::InvitationId;
use model::permission::{WorkspaceAct, in_workspace};
use model::text::{DisplayName, WorkspaceName};
use model::user::{Invitation, JoinPolicy};
use serde::{Deserialize, Serialize};
use store::{Tx, invitations, users, workspace};
use utoipa::ToSchema;

use crate::audit::{Act, Action, record};
use crate::error::{Error, Result};
use crate::list::Listing;
use crate::sessions::{Device, own_user};
use crate::tokens::{Purpose, Token};
use crate::{Caller, Chat};

/// How long an invitation works if nobody says.
const DAYS: i64 = 7;
const DAYS_MOST: i64 = 365;
const USES_MOST: i64 = 1_000;
/// Invitations of one maker that work at the same time.
const MOST: i64 = 200;
const DAY: Duration = Duration::from_secs(24 * 3600);

/// How an invitation is to be.
#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema)]
pub struct NewInvitation {
    /// How many people may use it; left out: any number.
    #[schema(minimum = 1, maximum = 1000)]
    pub max_uses: Option<i64>,
    /// For how many days it works; left out: 7.
    #[schema(minimum = 1, maximum = 365)]
    pub expires_in_days: Option<i64>,
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
    fn parse(self) -> Result<(Option<i64>, Duration), Vec<FieldError>> {
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
        if !errors.is_empty() {
            return Err(errors);
        }
        Ok((self.max_uses, DAY * u32::try_from(days).unwrap_or(1)))
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
        let (max_uses, lifetime) = input.parse().map_err(Error::Invalid)?;
        let token = Token::new(Purpose::Invitation)?;
        let hash = token.hash();
        let made = self.write_as(caller, &[], async move |tx| {
            let user = own_user(tx, caller.user).await?;
            in_workspace(user.role, WorkspaceAct::Invite)?;
            if workspace::get(tx).await?.workspace.join_policy == JoinPolicy::Closed {
                return Err(Error::Refused(Code::RegistrationClosed));
            }
            if invitations::count_of(tx, caller.user).await? >= MOST {
                let detail = format!("at most {MOST} invitations at a time; revoke one first");
                return Err(Error::RefusedBecause(Code::TooMany, detail));
            }
            let now = tx.now();
            let invitation = Invitation {
                id: InvitationId::new(now),
                created_by: caller.user,
                created_at: now,
                expires_at: now.plus(lifetime),
                max_uses,
                uses: 0,
            };
            invitations::insert(tx, &invitation, &hash).await?;
            let act = Act {
                actor: Some(caller.user),
                action: Action::InvitationMade,
                subject: &invitation.id,
                data: serde_json::json!({ "max_uses": max_uses, "expires_at": invitation.expires_at }),
                address: &device.address_text(),
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
                let all = in_workspace(user.role, WorkspaceAct::Administer).is_ok();
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
            let all = in_workspace(user.role, WorkspaceAct::Administer).is_ok();
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_invitation_is_bounded_in_time_and_uses() {
        let parse = |max_uses, expires_in_days| {
            let input = NewInvitation {
                max_uses,
                expires_in_days,
            };
            input.parse().map_err(|errors| errors.len())
        };
        assert_eq!(parse(None, None), Ok((None, 7 * DAY)));
        assert_eq!(parse(Some(1), Some(365)), Ok((Some(1), 365 * DAY)));
        assert_eq!(parse(Some(0), Some(366)), Err(2));
        assert_eq!(parse(Some(i64::MIN), Some(i64::MAX)), Err(2));
    }
}
