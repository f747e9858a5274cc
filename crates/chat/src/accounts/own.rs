//! One's own account.

use model::code::{Code, FieldError};
use model::event::RevokeReason;
use model::id::FileId;
use model::stream::StreamId;
use model::text::{DisplayName, Email, Password};
use model::user::Me;
use serde::Deserialize;
use store::{resets, sessions, users};
use utoipa::ToSchema;

use super::checked;
use crate::audit::{Act, Action, record};
use crate::error::{Error, Result};
use crate::files::change_picture;
use crate::input::given;
use crate::jobs::{Work, enqueue};
use crate::limits;
use crate::notices::tell_old_address;
use crate::passwords::{check_apart, check_strength};
use crate::rooms::unusable;
use crate::sessions::{Device, me, own_account};
use crate::{Caller, Chat};

/// What is to change of one's own account; what is left out stays.
#[derive(Deserialize, ToSchema)]
pub struct MeChange {
    /// The name that people see.
    pub display_name: Option<String>,
    /// An IANA name, such as `Europe/Lisbon`; null for none.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    pub time_zone: Option<Option<String>>,
    /// The file that is to be one's picture: an image of one's own without another use; null for none.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<FileId>)]
    pub avatar: Option<Option<String>>,
    /// A new e-mail address; needs `current_password`.
    pub email: Option<String>,
    /// The password, as proof that it is the account's owner.
    #[schema(format = Password)]
    pub current_password: Option<String>,
}

/// A new password from somebody who knows the current one.
#[derive(Deserialize, ToSchema)]
pub struct PasswordChange {
    /// The current password.
    #[schema(format = Password)]
    pub current: String,
    /// The new one: 10–128 characters.
    #[schema(format = Password, min_length = 10, max_length = 128)]
    pub password: String,
}

impl Chat {
    /// The caller's own account.
    pub async fn me(&self, caller: Caller) -> Result<Me> {
        self.store()
            .read(async move |tx| me(own_account(tx, caller.user).await?, caller.session()))
            .await
    }

    /// Changes the caller's own account.
    pub async fn update_me(&self, caller: Caller, input: MeChange, device: Device) -> Result<Me> {
        let mut errors = Vec::new();
        let display_name = input
            .display_name
            .map(|name| checked(&mut errors, "display_name", DisplayName::parse(&name)));
        let email = input
            .email
            .map(|email| checked(&mut errors, "email", Email::parse(&email)));
        let time_zone = input.time_zone.map(|zone| {
            let zone = zone.map(|zone| check_time_zone(zone).map_err(|error| errors.push(error)));
            zone.and_then(Result::ok)
        });
        let avatar = input.avatar.map(|file| {
            let file = file.map(|id| {
                id.parse::<FileId>()
                    .map_err(|_| errors.push(unusable("avatar")))
            });
            file.and_then(Result::ok)
        });
        if email.is_some() {
            caller.needs_session()?;
        }
        if email.is_some() && input.current_password.is_none() {
            errors.push(FieldError::new(
                "current_password",
                Code::Empty,
                "a new e-mail address needs the password",
            ));
        }
        if !errors.is_empty() {
            return Err(Error::Invalid(errors));
        }
        let (display_name, email) = (display_name.flatten(), email.flatten());
        let proof = match (&email, input.current_password) {
            (Some(_), Some(current)) => Some(
                self.prove_password(caller, "current_password", current)
                    .await?,
            ),
            _ => None,
        };
        let streams = [StreamId::Workspace];
        let told = email.is_some();
        let changed = self.write_as(caller, &streams, async move |tx| {
            let mut account = own_account(tx, caller.user).await?;
            let mut user = account.user.clone();
            if let Some(name) = &display_name {
                user.display_name = name.clone();
            }
            if let Some(zone) = &time_zone {
                user.time_zone = zone.clone();
            }
            if let Some(avatar) = avatar {
                change_picture(tx, "avatar", caller.user, user.avatar, avatar).await?;
                user.avatar = avatar;
            }
            if user != account.user {
                users::update(tx, &user).await?;
                account.user = user;
            }
            if let Some(email) = &email
                && account.email.as_ref() != Some(email)
            {
                if account.password_hash != proof {
                    return Err(wrong_password("current_password"));
                }
                limits::forget(tx, &proofs(caller)).await?;
                users::set_email(tx, caller.user, email).await?;
                // A link that waits in the old address's mailbox must not work any more.
                resets::remove_of(tx, caller.user).await?;
                tell_old_address(tx, &account, Some(caller.user)).await?;
                account.email = Some(email.clone());
                let act = Act {
                    actor: Some(caller.user),
                    action: Action::EmailChanged,
                    subject: &caller.user,
                    data: serde_json::json!({}),
                    address: &device.address_text(),
                };
                record(tx, act).await?;
            }
            me(account, caller.session())
        });
        let me = changed.await?;
        if told {
            self.wake_jobs();
        }
        Ok(me)
    }

    /// Sets a new password for the caller, who says the current one; their other devices are signed out.
    pub async fn change_password(
        &self,
        caller: Caller,
        input: PasswordChange,
        device: Device,
    ) -> Result<()> {
        let password = Password::parse(&input.password).map_err(|error| error.of("password"))?;
        let new = password.clone();
        let account = self.store().read(async move |tx| -> Result<_> {
            check_apart(tx, &new).await?;
            own_account(tx, caller.user).await
        });
        let account = account.await?;
        let username = &account.user.username;
        check_strength("password", &password, username, account.email.as_ref())?;
        let proof = self
            .prove_password(caller, "current", input.current)
            .await?;
        let hash = self.inner.passwords.hash(password).await?;
        let streams = [StreamId::User(caller.user)];
        self.write_as(caller, &streams, async move |tx| {
            let account = own_account(tx, caller.user).await?;
            if account.password_hash.as_ref() != Some(&proof) {
                return Err(wrong_password("current"));
            }
            limits::forget(tx, &proofs(caller)).await?;
            users::set_password(tx, caller.user, &hash).await?;
            resets::remove_of(tx, caller.user).await?;
            let (but, why) = (Some(caller.session()), RevokeReason::Password);
            sessions::revoke_all(tx, caller.user, but, why).await?;
            let act = Act {
                actor: Some(caller.user),
                action: Action::PasswordChanged,
                subject: &caller.user,
                data: serde_json::json!({}),
                address: &device.address_text(),
            };
            record(tx, act).await?;
            enqueue(tx, &Work::PasswordNotice { user: caller.user }).await
        })
        .await?;
        self.wake_jobs();
        Ok(())
    }

    /// Checks the caller's own password; answers the hash that it fits, for the write to compare.
    async fn prove_password(&self, caller: Caller, field: &str, typed: String) -> Result<String> {
        self.limit(vec![proofs(caller)]).await?;
        let account = self
            .store()
            .read(async move |tx| own_account(tx, caller.user).await);
        let hash = account.await?.password_hash;
        match hash {
            Some(hash)
                if self
                    .inner
                    .passwords
                    .verify(typed, Some(hash.clone()))
                    .await? =>
            {
                Ok(hash)
            }
            _ => Err(wrong_password(field)),
        }
    }
}

/// The count of tries to say one's password again.
fn proofs(caller: Caller) -> (limits::Rule, limits::Key) {
    limits::PASSWORD.by_text(&caller.session().to_string())
}

fn wrong_password(field: &str) -> Error {
    FieldError::new(field, Code::BadCredentials, "this is not your password").into()
}

/// Longer than any IANA name.
const ZONE_BYTES: usize = 64;

/// Whether a text can be the IANA name of a time zone; which ones there are changes with the years and the devices.
fn check_time_zone(zone: String) -> Result<String, FieldError> {
    let named = |part: &str| {
        let known = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '+');
        part.starts_with(|c: char| c.is_ascii_alphabetic()) && part.chars().all(known)
    };
    if zone.len() <= ZONE_BYTES && zone.split('/').all(named) {
        return Ok(zone);
    }
    let detail = "not the IANA name of a time zone";
    Err(FieldError::new("time_zone", Code::BadFormat, detail))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_zones_look_like_iana_names() {
        for good in [
            "UTC",
            "Europe/Lisbon",
            "America/Argentina/Buenos_Aires",
            "Etc/GMT+5",
        ] {
            assert!(check_time_zone(good.to_owned()).is_ok(), "{good}");
        }
        for bad in ["", "/", "Europe/", "Europe Lisbon", "+01:00", "../etc"] {
            assert!(check_time_zone(bad.to_owned()).is_err(), "{bad}");
        }
    }
}
