//! A new password for who forgot theirs.

use model::code::Code;
use model::event::RevokeReason;
use model::stream::StreamId;
use model::text::{Email, Password};
use serde::Deserialize;
use store::{resets, sessions, users};
use utoipa::ToSchema;

use crate::Chat;
use crate::audit::{Act, Action, record};
use crate::error::{Error, Result};
use crate::jobs::{Work, enqueue};
use crate::limits;
use crate::passwords::{check_apart, check_strength};
use crate::sessions::{Device, own_account};
use crate::tokens::{Purpose, Token};

/// A new password from somebody who followed a link.
#[derive(Deserialize, ToSchema)]
pub struct PasswordReset {
    /// The secret of the link.
    pub token: String,
    /// The new password: 10–128 characters.
    #[schema(format = Password, min_length = 10, max_length = 128)]
    pub password: String,
}

impl Chat {
    /// Has a link to a new password mailed to whoever has this address. What is done here is the same for every
    /// address; whether there is an account, a job finds out.
    pub async fn forgot_password(&self, email: &str, device: Device) -> Result<()> {
        let email = Email::parse(email).map_err(|error| error.of("email"))?;
        self.limit(vec![limits::FORGOT.by_address(device.address)])
            .await?;
        let work = Work::ResetLink {
            email: email.into_string(),
        };
        self.store()
            .write(&[], async move |tx| enqueue(tx, &work).await)
            .await?;
        self.wake_jobs();
        Ok(())
    }

    /// Sets a new password by a link: it works once, and all sessions end.
    pub async fn reset_password(&self, input: PasswordReset, device: Device) -> Result<()> {
        let password = Password::parse(&input.password).map_err(|error| error.of("password"))?;
        let link = Token::parse(&input.token, Purpose::Reset);
        let link = link.ok_or(Error::Refused(Code::BadToken))?.hash();
        let new = password.clone();
        let account = self.store().read(async move |tx| -> Result<_> {
            let user = resets::find(tx, &link).await?;
            let user = user.ok_or(Error::Refused(Code::BadToken))?;
            check_apart(tx, &new).await?;
            own_account(tx, user).await
        });
        let account = account.await?;
        let user = account.user.id;
        let username = &account.user.username;
        check_strength("password", &password, username, account.email.as_ref())?;
        let hash = self.inner.passwords.hash(password).await?;
        let streams = [StreamId::User(user)];
        self.store()
            .write(&streams, async move |tx| {
                if resets::find(tx, &link).await? != Some(user) {
                    return Err(Error::Refused(Code::BadToken));
                }
                users::set_password(tx, user, &hash).await?;
                resets::remove_of(tx, user).await?;
                sessions::revoke_all(tx, user, None, RevokeReason::Password).await?;
                let act = Act {
                    actor: Some(user),
                    action: Action::PasswordReset,
                    subject: &user,
                    data: serde_json::json!({}),
                    address: &device.address_text(),
                };
                record(tx, act).await?;
                enqueue(tx, &Work::PasswordNotice { user }).await
            })
            .await?;
        self.wake_jobs();
        Ok(())
    }
}
