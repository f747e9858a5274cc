//! The audit: every act that concerns security or administration, written down in its own transaction.

use std::fmt::Display;

use model::id::UserId;
use store::Tx;

use crate::error::Result;

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    /// The workspace was set up.
    SetUp,
    /// The workspace's settings were changed.
    SettingsChanged,
    /// Somebody registered.
    Registered,
    /// Who runs the server made an account.
    UserCreated,
    /// A role in the workspace was changed.
    RoleChanged,
    /// Somebody changed their password.
    PasswordChanged,
    /// Somebody set a new password by a link.
    PasswordReset,
    /// Who runs the server made a link to a new password.
    ResetLinkMade,
    /// Somebody changed their e-mail address.
    EmailChanged,
    /// Somebody ended one of their sessions, or an administrator did.
    SessionRevoked,
    /// An invitation was made.
    InvitationMade,
    /// An invitation was revoked.
    InvitationRevoked,
    /// A personal access token was made.
    TokenMade,
    /// A personal access token was revoked.
    TokenRevoked,
    /// All personal access tokens of somebody were revoked.
    TokensRevoked,
    /// All sessions of somebody were ended by an administrator.
    SessionsEnded,
    /// Somebody's displayed name was changed by an administrator.
    UserRenamed,
    /// Somebody can't sign in any more.
    Deactivated,
    /// Somebody can sign in again.
    Reactivated,
    /// A room's name, topic or retention was changed by an administrator.
    RoomChanged,
    /// A room was archived by an administrator.
    RoomArchived,
    /// A room was opened again by an administrator.
    RoomUnarchived,
    /// The mail server was set.
    MailSet,
    /// The mail server was taken away.
    MailRemoved,
    /// A mail was sent to try the mail server.
    MailTested,
    /// The audit was exported.
    AuditExported,
    /// Work that was given up was begun again.
    JobRetried,
    /// Work that was given up was removed.
    JobRemoved,
}

impl Action {
    const fn as_str(self) -> &'static str {
        match self {
            Self::SetUp => "workspace.set_up",
            Self::SettingsChanged => "workspace.settings_changed",
            Self::Registered => "user.registered",
            Self::UserCreated => "user.created",
            Self::RoleChanged => "user.role_changed",
            Self::PasswordChanged => "user.password_changed",
            Self::PasswordReset => "user.password_reset",
            Self::ResetLinkMade => "user.reset_link_made",
            Self::EmailChanged => "user.email_changed",
            Self::SessionRevoked => "session.revoked",
            Self::InvitationMade => "invitation.made",
            Self::InvitationRevoked => "invitation.revoked",
            Self::TokenMade => "token.made",
            Self::TokenRevoked => "token.revoked",
            Self::TokensRevoked => "token.all_revoked",
            Self::SessionsEnded => "session.all_ended",
            Self::UserRenamed => "user.renamed",
            Self::Deactivated => "user.deactivated",
            Self::Reactivated => "user.reactivated",
            Self::RoomChanged => "room.changed",
            Self::RoomArchived => "room.archived",
            Self::RoomUnarchived => "room.unarchived",
            Self::MailSet => "mail.set",
            Self::MailRemoved => "mail.removed",
            Self::MailTested => "mail.tested",
            Self::AuditExported => "audit.exported",
            Self::JobRetried => "job.retried",
            Self::JobRemoved => "job.removed",
        }
    }
}

/// One act: who did what to whom.
pub(crate) struct Act<'a> {
    /// Who; none for who runs the server.
    pub(crate) actor: Option<UserId>,
    /// What.
    pub(crate) action: Action,
    /// To whom or what: an id.
    pub(crate) subject: &'a (dyn Display + Sync),
    /// More of it; never a secret.
    pub(crate) data: serde_json::Value,
    /// From which address.
    pub(crate) address: &'a str,
}

/// Writes an act down.
pub(crate) async fn record(tx: &mut Tx, act: Act<'_>) -> Result<()> {
    let subject = act.subject.to_string();
    let data = act.data.to_string();
    store::audit::insert(
        tx,
        act.actor,
        act.action.as_str(),
        &subject,
        &data,
        act.address,
    )
    .await?;
    Ok(())
}
