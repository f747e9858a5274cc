//! Administration: by owners and administrators, and from the command line by who runs the server. The latter has no
//! account there and may do everything: who has the machine has it all.
//!
//! Each act is decided by [`model::permission`], and stands in the audit.

mod audit;
mod health;
mod jobs;
pub(crate) mod mail;
mod people;
mod rooms;
mod sessions;
mod settings;

use std::fmt::Display;

use model::code::{Code, FieldError};
use model::id::UserId;
use model::permission::{WorkspaceAct, in_workspace, over_user};
use model::stream::StreamId;
use model::user::{Role, User};
use serde_json::Value;
use store::users::Account;
use store::{Tx, users};

pub use audit::{AuditQuery, Exported};
pub use health::Facts;
pub use mail::{MailSetup, MailSource, NewMailServer, TestMail, TestedMail};
pub use people::{MadeUser, NewAccount, ResetLink, UserChange, UsersQuery};
pub use rooms::{AdminRoomChange, RoomsQuery};
pub use settings::WorkspaceChange;

use crate::audit::{Act, Action, record};
use crate::error::{Error, Result};
use crate::sessions::{Device, living, own_user};
use crate::{Caller, Chat};

/// Who administers.
#[derive(Clone, Debug)]
pub struct Admin {
    caller: Option<Caller>,
    address: String,
}

impl Admin {
    /// Who runs the server, at its command line.
    pub const fn operator() -> Self {
        Self {
            caller: None,
            address: String::new(),
        }
    }

    /// Somebody who is signed in; whether they may, each act asks.
    pub fn caller(caller: Caller, device: &Device) -> Self {
        Self {
            caller: Some(caller),
            address: device.address_text(),
        }
    }

    /// The user, if it is one.
    fn user(&self) -> Option<UserId> {
        self.caller.map(|caller| caller.user)
    }

    /// The role that decides what may be done; refuses who doesn't administer.
    async fn role(&self, tx: &mut Tx) -> Result<Role> {
        let Some(caller) = self.caller else {
            return Ok(Role::Owner);
        };
        living(tx, caller).await?;
        let role = own_user(tx, caller.user).await?.role;
        in_workspace(role, WorkspaceAct::Administer)?;
        Ok(role)
    }

    /// Writes down what was done.
    async fn record(
        &self,
        tx: &mut Tx,
        action: Action,
        subject: &(dyn Display + Sync),
        data: Value,
    ) -> Result<()> {
        let act = Act {
            actor: self.user(),
            action,
            subject,
            data,
            address: &self.address,
        };
        record(tx, act).await
    }

    /// Refuses a token that would manage its own owner: links to passwords, addresses and devices are no token's.
    fn no_token_of(&self, id: UserId) -> Result<()> {
        match self.caller {
            Some(caller) if caller.user == id => caller.needs_session(),
            _ => Ok(()),
        }
    }

    /// Refuses to change by which one's own account is reached: that asks for the password (ASVS 5.0, 7.5.1), which nobody
    /// who administers others is asked for.
    fn not_own(&self, id: UserId) -> Result<()> {
        match self.caller {
            Some(caller) if caller.user == id => Err(Error::Refused(Code::PasswordNeeded)),
            _ => Ok(()),
        }
    }

    /// The account of a user whom the admin may manage as they are.
    async fn account(&self, tx: &mut Tx, id: UserId) -> Result<Account> {
        let role = self.role(tx).await?;
        self.no_token_of(id)?;
        let account = users::get_account(tx, id).await?.ok_or(Error::NotFound)?;
        self.over(role, account.user.role, account.user.role)?;
        Ok(account)
    }

    /// Refuses to manage who is `subject`, or to make them `becomes`, who may not. No token reaches an owner or makes one:
    /// who found it would have the workspace.
    fn over(&self, role: Role, subject: Role, becomes: Role) -> Result<()> {
        over_user(role, subject, becomes)?;
        if subject.max(becomes) == Role::Owner {
            self.needs_session()?;
        }
        Ok(())
    }

    /// Refuses every token.
    fn needs_session(&self) -> Result<()> {
        self.caller.as_ref().map_or(Ok(()), Caller::needs_session)
    }
}

impl Chat {
    /// Who has this user name or e-mail address, for the command line.
    pub async fn admin_find_user(&self, login: &str) -> Result<User> {
        let login = login.to_owned();
        self.store()
            .read(async move |tx| {
                let account = users::find_by_login(tx, &login).await?;
                account.map(|account| account.user).ok_or_else(|| {
                    let detail =
                        format!("there is no user with the name or e-mail address '{login}'");
                    Error::RefusedBecause(Code::NotFound, detail)
                })
            })
            .await
    }
}

/// The streams that hear of a change to a user.
fn streams_of(user: UserId) -> [StreamId; 2] {
    [StreamId::Workspace, StreamId::User(user)]
}

/// The value of a field that is one of a few words.
fn word<T: std::str::FromStr>(field: &str, text: &str, known: &str) -> Result<T, FieldError> {
    text.parse()
        .map_err(|_| FieldError::new(field, Code::BadFormat, known))
}

/// The words for roles.
const ROLES: &str = "`guest`, `member`, `administrator` or `owner`";
