//! Registering: at once, by an invitation, or by a link that is mailed.

use model::code::{Code, FieldError};
use model::id::UserId;
use model::room::RoomRole;
use model::stream::StreamId;
use model::text::{Email, Password};
use model::user::{Invitation, JoinPolicy, Role, User};
use serde::Deserialize;
use store::registrations::Registration;
use store::users::{Account, NewUser};
use store::workspace::Hash;
use store::{Tx, invitations, registrations, rooms, users, workspace};
use utoipa::ToSchema;

use super::{Names, check_free, no_password, parse};
use crate::Chat;
use crate::audit::{Act, Action, record};
use crate::error::{Error, Result};
use crate::invitations::may_still_add_to;
use crate::jobs::{Work, enqueue};
use crate::limits;
use crate::members::join_in;
use crate::passwords::{check_apart, check_strength};
use crate::sessions::{Device, SignIn, sign_in};
use crate::tokens::{Purpose, Token};

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
    /// 10–128 characters. Where a link is mailed first it is of no use, and may be left out: whoever follows the link
    /// sets the password.
    #[schema(format = Password, min_length = 10, max_length = 128)]
    pub password: Option<String>,
    /// The secret of an invitation's link.
    pub invite: Option<String>,
}

/// The end of a registration that went through the mail.
#[derive(Deserialize, ToSchema)]
pub struct Confirmation {
    /// The secret of the link.
    pub token: String,
    /// The account's password: 10–128 characters.
    #[schema(format = Password, min_length = 10, max_length = 128)]
    pub password: String,
}

/// What came of a registration.
#[derive(Debug)]
pub enum Registered {
    /// There is an account, and its device is signed in.
    SignedIn(Box<SignIn>),
    /// There will be an account when the link that was mailed is followed.
    Mailed,
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
    let Some(id) = workspace::get(tx).await?.workspace.default_room else {
        return Ok(());
    };
    let room = rooms::get(tx, id).await?;
    if user.role > Role::Guest && room.is_some_and(|room| room.archived_at.is_none()) {
        join_in(tx, id, user.id, RoomRole::Member, user.id).await?;
    }
    Ok(())
}

/// Lets somebody new join the rooms of their invitation, as far as who made it may still add people to them.
async fn bring_in(tx: &mut Tx, invitation: &Invitation, user: UserId) -> Result<()> {
    tx.lock(invitation.rooms.iter().copied().map(StreamId::Room))?;
    let maker = invitation.created_by;
    for id in &invitation.rooms {
        if may_still_add_to(tx, *id, maker).await? {
            join_in(tx, *id, user, RoomRole::Member, maker).await?;
        }
    }
    Ok(())
}

impl Chat {
    /// Makes an account as the join policy allows.
    pub async fn register(&self, input: Register, device: Device) -> Result<Registered> {
        let (names, password) = parse(
            &input.username,
            input.display_name.as_deref(),
            &input.email,
            input.password.as_deref(),
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
        let (username, email) = (names.username.clone(), names.email.clone());
        let new = password.clone();
        let way = self.store().read(async move |tx| -> Result<_> {
            let way = way_in(tx, &email, invite.as_ref()).await?;
            check_free(tx, &username, &email).await?;
            if let Some(password) = &new {
                check_apart(tx, password).await?;
            }
            Ok(way)
        });
        match way.await? {
            Way::Directly => {
                let password = password.ok_or_else(|| Error::from(no_password()))?;
                let hash = self.inner.passwords.hash(password).await?;
                let new = names.into_user(Role::Member, hash);
                let signed_in = self.register_now(new, invite, device).await?;
                Ok(Registered::SignedIn(Box::new(signed_in)))
            }
            // A password by whoever typed the address would be one by somebody who may not have it.
            Way::ByMail => {
                self.register_by_mail(names).await?;
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
            let mut new = new.clone();
            let mut by = None;
            if let Some(hash) = &invite {
                let used = invitations::use_once(tx, hash).await?;
                let used = used.ok_or(Error::Refused(Code::BadToken))?;
                new.role = used.role;
                by = Some(used);
                limits::take_back(tx, &limits::REGISTER.by_address(device.address)).await?;
            }
            let account = admit(tx, &new).await?;
            if let Some(invitation) = &by {
                bring_in(tx, invitation, account.user.id).await?;
            }
            let by = by.map(|invitation| invitation.id);
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

    async fn register_by_mail(&self, names: Names) -> Result<()> {
        let waiting = Registration {
            username: names.username,
            display_name: names.display_name,
            email: names.email,
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

    /// Makes the account of a registration whose mailed link was followed, with the password of who followed it, and
    /// signs their device in.
    pub async fn confirm_registration(
        &self,
        input: Confirmation,
        device: Device,
    ) -> Result<SignIn> {
        let password = Password::parse(&input.password).map_err(|error| error.of("password"))?;
        let link = Token::parse(&input.token, Purpose::Registration);
        let link = link.ok_or(Error::Refused(Code::BadToken))?.hash();
        // All that can be refused is refused before the work of hashing.
        let new = password.clone();
        let waiting = self.store().read(async move |tx| -> Result<_> {
            let registration = registrations::find(tx, &link).await?;
            let registration = registration.ok_or(Error::Refused(Code::BadToken))?;
            check_apart(tx, &new).await?;
            Ok(registration)
        });
        let waiting = waiting.await?;
        check_strength(
            "password",
            &password,
            &waiting.username,
            Some(&waiting.email),
        )?;
        let hash = self.inner.passwords.hash(password).await?;
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
            let names = Names {
                username: registration.username,
                display_name: registration.display_name,
                email: registration.email,
            };
            let new = names.into_user(Role::Member, hash.clone());
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
}
