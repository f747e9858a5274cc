//! Registering, one's own account, and a new password for who forgot theirs.

use model::code::{Code, FieldError};
use model::room::RoomRole;
use model::stream::StreamId;
use model::text::{DisplayName, Email, InvalidText, Password, Username};
use model::user::{JoinPolicy, Me, Role, User, UserKind};
use serde::{Deserialize, Deserializer};
use store::registrations::Registration;
use store::users::{Account, NewUser};
use store::workspace::Hash;
use store::{Tx, invitations, registrations, resets, rooms, sessions, users, workspace};
use utoipa::ToSchema;

use crate::audit::{Act, Action, record};
use crate::error::{Error, Result, email_taken, username_taken};
use crate::jobs::{Work, enqueue};
use crate::limits;
use crate::members::join_in;
use crate::passwords::check_strength;
use crate::sessions::{Device, SignIn, me, own_account, sign_in};
use crate::tokens::{Purpose, Token};
use crate::{Caller, Chat};

/// What somebody gives who registers.
#[derive(Deserialize, ToSchema)]
pub struct Register {
    /// 2–32 of `a–z`, digits, `.`, `_`, `-`; in any case.
    #[schema(example = "ana")]
    pub username: String,
    /// The e-mail address.
    #[schema(example = "ana@example.org")]
    pub email: String,
    /// The name that people see; without it, the user name.
    pub display_name: Option<String>,
    /// 10–128 characters.
    #[schema(format = Password, min_length = 10, max_length = 128)]
    pub password: String,
    /// The secret of an invitation's link.
    pub invite: Option<String>,
}

/// What came of a registration.
#[derive(Debug)]
pub enum Registered {
    /// There is an account, and its device is signed in.
    SignedIn(Box<SignIn>),
    /// There will be an account when the link that was mailed is followed.
    Mailed,
}

/// What is to change of one's own account; what is left out stays.
#[derive(Deserialize, ToSchema)]
pub struct MeChange {
    /// The name that people see.
    pub display_name: Option<String>,
    /// An IANA name, such as `Europe/Lisbon`; null for none.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    pub time_zone: Option<Option<String>>,
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

/// A new password from somebody who followed a link.
#[derive(Deserialize, ToSchema)]
pub struct PasswordReset {
    /// The secret of the link.
    pub token: String,
    /// The new password: 10–128 characters.
    #[schema(format = Password, min_length = 10, max_length = 128)]
    pub password: String,
}

/// Tells a field that is null from one that isn't there.
fn given<'de, D: Deserializer<'de>>(input: D) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(input).map(Some)
}

/// A person whose names and password are certain to be allowed.
pub(crate) struct Person {
    pub(crate) username: Username,
    pub(crate) display_name: DisplayName,
    pub(crate) email: Email,
    pub(crate) password: Password,
}

impl Person {
    /// Parses what was typed; says everything that is wrong with it at once.
    pub(crate) fn parse(
        username: &str,
        display_name: Option<&str>,
        email: &str,
        password: &str,
    ) -> Result<Self, Vec<FieldError>> {
        let mut errors = Vec::new();
        let username = checked(&mut errors, "username", Username::parse(username));
        let shown = display_name.or(username.as_ref().map(Username::as_str));
        let display_name =
            shown.map(|name| checked(&mut errors, "display_name", DisplayName::parse(name)));
        let email = checked(&mut errors, "email", Email::parse(email));
        let password = checked(&mut errors, "password", Password::parse(password));
        let (Some(username), Some(Some(display_name)), Some(email), Some(password)) =
            (username, display_name, email, password)
        else {
            return Err(errors);
        };
        check_strength("password", &password, &username, Some(&email))
            .map_err(|error| vec![error])?;
        Ok(Self {
            username,
            display_name,
            email,
            password,
        })
    }

    /// The user that they will be.
    pub(crate) fn into_user(self, role: Role, password_hash: String) -> NewUser {
        NewUser {
            kind: UserKind::Person,
            username: self.username,
            display_name: self.display_name,
            email: Some(self.email),
            password_hash: Some(password_hash),
            role,
        }
    }
}

/// The value, or its error among those of the other fields.
pub(crate) fn checked<T>(
    errors: &mut Vec<FieldError>,
    field: &str,
    parsed: Result<T, InvalidText>,
) -> Option<T> {
    parsed.map_err(|error| errors.push(error.of(field))).ok()
}

/// Refuses names that belong to somebody; the schema refuses what slips through between this and the write.
pub(crate) async fn check_free(tx: &mut Tx, username: &Username, email: &Email) -> Result<()> {
    let (username, email) = users::taken(tx, username, email).await?;
    let errors: Vec<_> = [username.then(username_taken), email.then(email_taken)]
        .into_iter()
        .flatten()
        .collect();
    if errors.is_empty() {
        return Ok(());
    }
    Err(Error::Invalid(errors))
}

/// How somebody may register.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// At once.
    Directly,
    /// Once they have shown that the address is theirs.
    ByMail,
}

/// What the join policy says about somebody with this address and this invitation.
async fn way_in(tx: &mut Tx, email: &Email, invite: Option<&Hash>) -> Result<Way> {
    let state = workspace::get(tx).await?;
    let policy = state.workspace.join_policy;
    if state.set_up_at.is_none() || policy == JoinPolicy::Closed {
        return Err(Error::Refused(Code::RegistrationClosed));
    }
    if let Some(hash) = invite {
        let found = invitations::find_by_token(tx, hash).await?;
        return found
            .map(|_| Way::Directly)
            .ok_or(Error::Refused(Code::BadToken));
    }
    match policy {
        JoinPolicy::Open => Ok(Way::Directly),
        JoinPolicy::Invite => Err(Error::Refused(Code::InvitationNeeded)),
        JoinPolicy::Closed => Err(Error::Refused(Code::RegistrationClosed)),
        JoinPolicy::Domain => {
            let domain = email.as_str().rsplit('@').next().unwrap_or_default();
            if state.workspace.mail_domains.iter().any(|own| own == domain) {
                return Ok(Way::ByMail);
            }
            let error = FieldError::new(
                "email",
                Code::EmailDomain,
                "addresses of this domain may not register",
            );
            Err(error.into())
        }
    }
}

/// Makes the account of somebody who registers.
async fn admit(tx: &mut Tx, new: &NewUser) -> Result<Account> {
    let user = users::insert(tx, new).await?;
    welcome(tx, &user).await?;
    Ok(Account {
        user,
        email: new.email.clone(),
        password_hash: new.password_hash.clone(),
    })
}

/// Lets somebody new join the room that everyone new joins; guests only see rooms that they are added to.
pub(crate) async fn welcome(tx: &mut Tx, user: &User) -> Result<()> {
    let Some(id) = workspace::get(tx).await?.default_room else {
        return Ok(());
    };
    let room = rooms::get(tx, id).await?;
    if user.role > Role::Guest && room.is_some_and(|room| room.archived_at.is_none()) {
        join_in(tx, id, user.id, RoomRole::Member, user.id).await?;
    }
    Ok(())
}

impl Chat {
    /// Makes an account as the join policy allows.
    pub async fn register(&self, input: Register, device: Device) -> Result<Registered> {
        let person = Person::parse(
            &input.username,
            input.display_name.as_deref(),
            &input.email,
            &input.password,
        )
        .map_err(Error::Invalid)?;
        let invite = match input.invite {
            Some(text) => {
                let token = Token::parse(&text, Purpose::Invitation);
                Some(token.ok_or(Error::Refused(Code::BadToken))?.hash())
            }
            None => None,
        };
        self.limit(vec![limits::REGISTER.by_address(device.address)])
            .await?;
        // All that can be refused is refused before the work of hashing.
        let (username, email) = (person.username.clone(), person.email.clone());
        let way = self.store().read(async move |tx| -> Result<_> {
            let way = way_in(tx, &email, invite.as_ref()).await?;
            check_free(tx, &username, &email).await?;
            Ok(way)
        });
        let way = way.await?;
        let hash = self.inner.passwords.hash(person.password.clone()).await?;
        match way {
            Way::Directly => {
                let new = person.into_user(Role::Member, hash);
                let signed_in = self.register_now(new, invite, device).await?;
                Ok(Registered::SignedIn(Box::new(signed_in)))
            }
            Way::ByMail => {
                self.register_by_mail(person, hash).await?;
                Ok(Registered::Mailed)
            }
        }
    }

    async fn register_now(
        &self,
        new: NewUser,
        invite: Option<Hash>,
        device: Device,
    ) -> Result<SignIn> {
        let token = Token::new(Purpose::Session)?;
        let secret = token.clone();
        let registered = self.store().write(&[StreamId::Workspace], async move |tx| {
            let email = new.email.as_ref().ok_or(Error::Refused(Code::Invalid))?;
            // The policy or the invitation may have changed since it was asked.
            way_in(tx, email, invite.as_ref()).await?;
            let mut by = None;
            if let Some(hash) = &invite {
                let used = invitations::use_once(tx, hash).await?;
                by = Some(used.ok_or(Error::Refused(Code::BadToken))?.id);
                limits::take_back(tx, &limits::REGISTER.by_address(device.address)).await?;
            }
            let account = admit(tx, &new).await?;
            let act = Act {
                actor: Some(account.user.id),
                action: Action::Registered,
                subject: &account.user.id,
                data: serde_json::json!({ "invitation": by }),
                address: &device.address_text(),
            };
            record(tx, act).await?;
            sign_in(tx, &account, &secret, &device).await
        });
        let user = registered.await?;
        Ok(SignIn { user, token })
    }

    async fn register_by_mail(&self, person: Person, password_hash: String) -> Result<()> {
        let waiting = Registration {
            username: person.username,
            display_name: person.display_name,
            email: person.email,
            password_hash,
        };
        self.store()
            .write(&[], async move |tx| {
                let registration = registrations::insert(tx, &waiting).await?;
                enqueue(tx, &Work::Confirmation { registration }).await
            })
            .await?;
        self.wake_jobs();
        Ok(())
    }

    /// Makes the account of a registration whose mailed link was followed, and signs its device in.
    pub async fn confirm_registration(&self, token: &str, device: Device) -> Result<SignIn> {
        let link = Token::parse(token, Purpose::Registration);
        let link = link.ok_or(Error::Refused(Code::BadToken))?.hash();
        let token = Token::new(Purpose::Session)?;
        let secret = token.clone();
        let confirmed = self.store().write(&[StreamId::Workspace], async move |tx| {
            let registration = registrations::take(tx, &link).await?;
            let registration = registration.ok_or(Error::Refused(Code::BadToken))?;
            // The policy may have changed since the mail was sent.
            way_in(tx, &registration.email, None)
                .await
                .map_err(|error| match error {
                    Error::Store(error) => Error::Store(error),
                    _ => Error::Refused(Code::RegistrationClosed),
                })?;
            check_free(tx, &registration.username, &registration.email).await?;
            let new = NewUser {
                kind: UserKind::Person,
                username: registration.username,
                display_name: registration.display_name,
                email: Some(registration.email),
                password_hash: Some(registration.password_hash),
                role: Role::Member,
            };
            let account = admit(tx, &new).await?;
            let act = Act {
                actor: Some(account.user.id),
                action: Action::Registered,
                subject: &account.user.id,
                data: serde_json::json!({ "confirmed": true }),
                address: &device.address_text(),
            };
            record(tx, act).await?;
            sign_in(tx, &account, &secret, &device).await
        });
        let user = confirmed.await?;
        Ok(SignIn { user, token })
    }

    /// The caller's own account.
    pub async fn me(&self, caller: Caller) -> Result<Me> {
        self.store()
            .read(async move |tx| me(own_account(tx, caller.user).await?, caller.session))
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
        self.store()
            .write(&streams, async move |tx| {
                let mut account = own_account(tx, caller.user).await?;
                let mut user = account.user.clone();
                if let Some(name) = &display_name {
                    user.display_name = name.clone();
                }
                if let Some(zone) = &time_zone {
                    user.time_zone = zone.clone();
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
                me(account, caller.session)
            })
            .await
    }

    /// Sets a new password for the caller, who says the current one; their other devices are signed out.
    pub async fn change_password(
        &self,
        caller: Caller,
        input: PasswordChange,
        device: Device,
    ) -> Result<()> {
        let password = Password::parse(&input.password).map_err(|error| error.of("password"))?;
        let account = self
            .store()
            .read(async move |tx| own_account(tx, caller.user).await);
        let account = account.await?;
        let username = &account.user.username;
        check_strength("password", &password, username, account.email.as_ref())?;
        let proof = self
            .prove_password(caller, "current", input.current)
            .await?;
        let hash = self.inner.passwords.hash(password).await?;
        let streams = [StreamId::User(caller.user)];
        self.store()
            .write(&streams, async move |tx| {
                let account = own_account(tx, caller.user).await?;
                if account.password_hash.as_ref() != Some(&proof) {
                    return Err(wrong_password("current"));
                }
                limits::forget(tx, &proofs(caller)).await?;
                users::set_password(tx, caller.user, &hash).await?;
                resets::remove_of(tx, caller.user).await?;
                sessions::revoke_all(tx, caller.user, Some(caller.session)).await?;
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
        let account = self.store().read(async move |tx| -> Result<_> {
            let user = resets::find(tx, &link).await?;
            let user = user.ok_or(Error::Refused(Code::BadToken))?;
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
                sessions::revoke_all(tx, user, None).await?;
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

/// The count of tries to say one's password again.
fn proofs(caller: Caller) -> (limits::Rule, limits::Key) {
    limits::PASSWORD.by_text(&caller.session.to_string())
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

    #[test]
    fn everything_that_is_wrong_is_said_at_once() {
        let errors = Person::parse("a", Some(""), "ana", "short").err().unwrap();
        let fields: Vec<_> = errors.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(fields, ["username", "display_name", "email", "password"]);
        let person = Person::parse("Ana", None, "ANA@example.org", "plum tree at dusk").ok();
        assert_eq!(person.unwrap().display_name.as_str(), "ana");
    }
}
