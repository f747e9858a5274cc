//! Signing in and out, and one's devices.

use std::net::IpAddr;
use std::time::Duration;

use model::code::Code;
use model::event::RevokeReason;
use model::id::{SessionId, UserId};
use model::stream::StreamId;
use model::time::Timestamp;
use model::user::{Me, Role, Session, User};
use serde::Deserialize;
use store::sessions::NewSession;
use store::users::Account;
use store::{Tx, sessions, tokens, users};
use utoipa::ToSchema;

use crate::audit::{Act, Action, record};
use crate::error::{Error, Result};
use crate::limits;
use crate::tokens::{Purpose, Token};
use crate::{Caller, Chat, Credential};

/// How exact `last_seen_at` is, so that reading doesn't mean writing.
const SEEN_EVERY: Duration = Duration::from_secs(60);

/// Longer than any user name or e-mail address.
const LOGIN_CHARS: usize = 254;

/// The device that asks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Device {
    /// Its address, as far as there is one.
    pub address: Option<IpAddr>,
    /// What it calls itself, shortened.
    pub name: String,
}

impl Device {
    /// The address as it is kept.
    pub(crate) fn address_text(&self) -> String {
        address_text(self.address)
    }
}

/// A user who just signed in, with the secret of the new session.
#[derive(Clone, Debug)]
pub struct SignIn {
    /// The user.
    pub user: Me,
    /// The session's secret.
    pub token: Token,
}

/// What somebody types to sign in.
#[derive(Deserialize, ToSchema)]
pub struct Login {
    /// The user name or the e-mail address, in any case.
    #[schema(example = "ana")]
    pub login: String,
    /// The password.
    #[schema(format = Password)]
    pub password: String,
}

impl Chat {
    /// Signs a device in. What is wrong with a refused try stays unsaid, and shows in no time that it takes; only who has
    /// the password hears that the account is deactivated.
    pub async fn log_in(&self, input: Login, device: Device) -> Result<SignIn> {
        let Login { login, password } = input;
        let pair = limits::SIGN_IN.by_both(&login, device.address);
        let address = limits::SIGN_IN_ADDRESS.by_address(device.address);
        self.limit(vec![pair.clone(), address.clone()])
            .await
            .inspect_err(|_| refused(None))?;
        let anywhere = limits::SIGN_IN_ACCOUNT.by_text(&login);
        self.slow_down(&anywhere).await?;

        let account = self.find_account(login).await?;
        let hash = account
            .as_ref()
            .and_then(|account| account.password_hash.clone());
        let is_right = self.inner.passwords.verify(password, hash).await?;
        let known = account.as_ref().map(|account| account.user.id);
        let Some(account) = account.filter(|_| is_right) else {
            refused(known);
            return Err(Error::Refused(Code::BadCredentials));
        };

        let token = Token::new(Purpose::Session)?;
        let (user, secret) = (account.user.id, token.clone());
        let streams = [StreamId::User(user)];
        let signed_in = self.store().write(&streams, async move |tx| {
            // The password may have been changed, or the account closed, while it was checked.
            let now = users::get_account(tx, user).await?;
            let now = now.filter(|now| now.password_hash == account.password_hash);
            let now = now.ok_or(Error::Refused(Code::BadCredentials))?;
            if now.user.deactivated_at.is_some() {
                return Err(Error::Refused(Code::Deactivated));
            }
            limits::forget(tx, &pair).await?;
            limits::take_back(tx, &address).await?;
            limits::take_back(tx, &anywhere).await?;
            sign_in(tx, &now, &secret, &device).await
        });
        let user = signed_in.await.inspect_err(|_| refused(Some(user)))?;
        tracing::info!(user = %user.user.id, session = %user.session, "signed in");
        Ok(SignIn { user, token })
    }

    async fn find_account(&self, login: String) -> Result<Option<Account>> {
        // Nobody's, and PostgreSQL wouldn't take U+0000.
        if login.chars().count() > LOGIN_CHARS || login.contains('\0') {
            return Ok(None);
        }
        self.store()
            .read(async move |tx| Ok(users::find_by_login(tx, &login).await?))
            .await
    }

    /// Who calls with this secret.
    pub async fn authenticate(&self, token: &str, address: Option<IpAddr>) -> Result<Caller> {
        if let Some(token) = Token::parse(token, Purpose::Personal) {
            return self.authenticate_program(&token).await;
        }
        let token =
            Token::parse(token, Purpose::Session).ok_or(Error::Refused(Code::Unauthenticated))?;
        let hash = token.hash();
        let found = self
            .store()
            .read(async move |tx| -> Result<_> { Ok(sessions::find_by_token(tx, &hash).await?) });
        let found = found.await?.ok_or(Error::Refused(Code::Unauthenticated))?;
        let seen_before = self.clock().now().minus(SEEN_EVERY);
        if found.last_seen_at <= seen_before {
            let (id, address) = (found.session, address_text(address));
            // Queued by this very call; nobody waits for it, and a lost one costs a minute of exactness.
            drop(self.store().write(&[], async move |tx| -> Result<()> {
                Ok(sessions::touch(tx, id, seen_before, &address).await?)
            }));
        }
        Ok(Caller {
            user: found.user,
            credential: Credential::Session(found.session),
            role: found.role,
        })
    }

    /// The same for a personal access token.
    async fn authenticate_program(&self, token: &Token) -> Result<Caller> {
        let hash = token.hash();
        let found = self
            .store()
            .read(async move |tx| -> Result<_> { Ok(tokens::find_by_hash(tx, &hash).await?) });
        let found = found.await?.ok_or(Error::Refused(Code::Unauthenticated))?;
        let used_before = self.clock().now().minus(SEEN_EVERY);
        if found.last_used_at.is_none_or(|last| last <= used_before) {
            let id = found.token;
            drop(self.store().write(&[], async move |tx| -> Result<()> {
                Ok(tokens::touch(tx, id, used_before).await?)
            }));
        }
        Ok(Caller {
            user: found.user,
            credential: Credential::Token(found.token, found.scopes),
            role: found.role,
        })
    }

    /// Queues a job that `caller` wants. A request may last long after its credential was looked up: nothing is written
    /// by a session or token that ended before the job runs.
    pub(crate) fn write_as<T, F>(
        &self,
        caller: Caller,
        streams: &[StreamId],
        work: F,
    ) -> impl Future<Output = Result<T>> + Send + use<T, F>
    where
        F: AsyncFn(&mut Tx) -> Result<T> + Send + 'static,
        T: Send + 'static,
    {
        self.store().write(streams, async move |tx: &mut Tx| {
            living(tx, caller).await?;
            work(tx).await
        })
    }

    /// When the caller's session or token ends by itself, as things stand; none if it never does.
    pub async fn ends_at(&self, caller: Caller) -> Result<Option<Timestamp>> {
        self.store()
            .read(async move |tx| Ok(living(tx, caller).await?.ends_at))
            .await
    }

    /// Ends the caller's session, and with it its connections.
    pub async fn log_out(&self, caller: Caller) -> Result<()> {
        let streams = [StreamId::User(caller.user)];
        let ended = self.store().write(&streams, async move |tx| -> Result<_> {
            let why = RevokeReason::SignedOut;
            Ok(sessions::revoke(tx, caller.user, caller.session(), why).await?)
        });
        ended.await.map(drop)
    }

    /// The caller's devices, the one used last first.
    pub async fn sessions(&self, caller: Caller) -> Result<(Vec<Session>, u64)> {
        self.store()
            .read(async move |tx| {
                let sessions = sessions::list(tx, caller.user, caller.session()).await?;
                let head = store::streams::head(tx, StreamId::User(caller.user)).await?;
                Ok((sessions, head.map_or(0, |head| head.n)))
            })
            .await
    }

    /// Ends one of the caller's sessions, and with it its connections.
    pub async fn revoke_session(
        &self,
        caller: Caller,
        session: SessionId,
        device: Device,
    ) -> Result<()> {
        let streams = [StreamId::User(caller.user)];
        let address = device.address_text();
        self.write_as(caller, &streams, async move |tx| {
            if !sessions::revoke(tx, caller.user, session, RevokeReason::SignedOut).await? {
                return Err(Error::NotFound);
            }
            let act = Act {
                actor: Some(caller.user),
                action: Action::SessionRevoked,
                subject: &session,
                data: serde_json::json!({}),
                address: &address,
            };
            record(tx, act).await
        })
        .await
    }
}

/// A session or token that lives, in one snapshot.
pub(crate) struct Living {
    /// When it ends by itself; none if it never does.
    pub(crate) ends_at: Option<Timestamp>,
    /// Its user's role.
    pub(crate) role: Role,
}

/// What the caller asks by, as it is now; refused if it has ended.
pub(crate) async fn living(tx: &mut Tx, caller: Caller) -> Result<Living> {
    let found = match caller.credential {
        Credential::Session(session) => sessions::living(tx, session)
            .await?
            .map(|(ends_at, role)| (Some(ends_at), role)),
        Credential::Token(token, _) => tokens::living(tx, token).await?,
    };
    let (ends_at, role) = found.ok_or(Error::Refused(Code::Unauthenticated))?;
    Ok(Living { ends_at, role })
}

/// Says that somebody was not let in. What they typed isn't told: it may be a password in the wrong field.
fn refused(user: Option<UserId>) {
    let user = user.map(tracing::field::display);
    tracing::info!(user, "a sign-in was refused");
}

fn address_text(address: Option<IpAddr>) -> String {
    address
        .map(|address| address.to_string())
        .unwrap_or_default()
}

/// Makes the session of a device that has shown who it is.
pub(crate) async fn sign_in(
    tx: &mut Tx,
    account: &Account,
    token: &Token,
    device: &Device,
) -> Result<Me> {
    let address = device.address_text();
    let new = NewSession {
        user: account.user.id,
        token_hash: &token.hash(),
        device: &device.name,
        address: &address,
    };
    let session = sessions::insert(tx, new).await?;
    me(account.clone(), session)
}

/// The account as its owner sees it.
pub(crate) fn me(account: Account, session: SessionId) -> Result<Me> {
    let email = account
        .email
        .ok_or_else(|| Error::Internal(format!("{} has no e-mail address", account.user.id)))?;
    Ok(Me {
        user: account.user,
        email,
        session,
    })
}

/// A user as they are now; gone users have no session, so one that is missing is signed out.
pub(crate) async fn own_account(tx: &mut Tx, user: UserId) -> Result<Account> {
    let account = users::get_account(tx, user).await?;
    account
        .filter(|account| account.user.deactivated_at.is_none())
        .ok_or(Error::Refused(Code::Unauthenticated))
}

/// The caller as a user, for acts that the workspace's table of permissions decides.
pub(crate) async fn own_user(tx: &mut Tx, user: UserId) -> Result<User> {
    own_account(tx, user).await.map(|account| account.user)
}
