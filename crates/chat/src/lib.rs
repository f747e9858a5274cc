//! Use cases: the only place that authorises.
//!
//! A use case takes the [`Caller`] and raw input, parses it into `model`'s types, and hands the store one job. Inside
//! the job, under the lock of the room's stream, it reads who asks, lets [`model::permission`] decide, and makes the
//! change with its event. Order of the answers (the HTTP contract's): may the caller see it, is the input valid, may
//! the caller do it.
//!
//! # How to add a use case
//! A method on [`Chat`] in the file of its subject, with its input type beside it; a row in `permission.rs` if it is a
//! new act; a route in `server/src/routes` that parses, calls it, and presents.

pub mod access_tokens;
pub mod accounts;
pub mod admin;
mod audit;
mod common;
pub mod directs;
pub mod error;
pub mod export;
pub mod files;
mod housekeeping;
mod input;
pub mod invitations;
pub mod jobs;
mod limits;
pub mod list;
pub mod mail;
pub mod members;
pub mod mentions;
pub mod messages;
mod notices;
mod passwords;
pub mod reads;
pub mod rooms;
pub mod sealing;
pub mod sessions;
pub mod setup;
pub mod sync;
pub mod tokens;
pub mod users;

use std::sync::Arc;

use ::files::staging::Staging;
use ::files::storage::Storage;
use model::code::Code;
use model::id::{SessionId, TokenId, UserId};
use model::time::Clock;
use model::token::{Scope, Scopes};
use model::user::Role;
use parking_lot::Mutex;
use store::Store;
use store::streams::LogKeep;
use tokio::sync::Notify;

pub use error::{Error, Result};

use crate::files::{Charsets, Traffic};
use crate::mail::Mailer;
use crate::passwords::Passwords;
use crate::sealing::Sealer;

/// Who asks: a user through one of their sessions or tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The user.
    pub user: UserId,
    /// By what they ask.
    pub credential: Credential,
    /// The user's role in the workspace when the credential was looked up; jobs that decide by it read it again.
    pub role: Role,
}

/// By what somebody asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Credential {
    /// A signed-in device: it may do all that its user may.
    Session(SessionId),
    /// A personal access token: it may do what its scopes say, too.
    Token(TokenId, Scopes),
}

impl Caller {
    /// The id by which the credential's end is told on its user's stream: a token's connections end as a session's do.
    pub fn session(&self) -> SessionId {
        match self.credential {
            Credential::Session(session) => session,
            Credential::Token(token, _) => SessionId::from_uuid(token.uuid()),
        }
    }

    /// Refuses a token that lacks a scope.
    pub fn needs(&self, scope: Scope) -> Result<()> {
        match self.credential {
            Credential::Token(_, scopes) if !scopes.contains(scope) => {
                let detail = format!("the token lacks the scope `{}`", scope.as_str());
                Err(Error::RefusedBecause(Code::ScopeMissing, detail))
            }
            Credential::Session(_) | Credential::Token(..) => Ok(()),
        }
    }

    /// Refuses every token: only a device where the person signed in may do it.
    pub fn needs_session(&self) -> Result<()> {
        match self.credential {
            Credential::Session(_) => Ok(()),
            Credential::Token(..) => Err(Error::Refused(Code::SessionNeeded)),
        }
    }
}

/// The use cases of one node. Cheap to clone.
#[derive(Clone)]
pub struct Chat {
    inner: Arc<Inner>,
}

/// What the use cases need to know of the deployment.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where browsers reach the app, without a slash at the end; links in mails begin with it.
    pub public_url: String,
    /// Whether tries are counted and limited.
    pub rate_limits: bool,
    /// Who sends mails, unless an administrator set a mail server.
    pub mailer: Mailer,
    /// Whether the environment says so, and no administrator can.
    pub mail_server_is_set: bool,
    /// Seals the secrets that have to be read back.
    pub sealer: Sealer,
    /// How much of the streams' logs is kept.
    pub log_keep: LogKeep,
    /// Where files are kept.
    pub storage: Storage,
    /// Where files are put together before.
    pub staging: Staging,
}

struct Inner {
    store: Store,
    settings: Settings,
    passwords: Passwords,
    /// The mailer of an administrator's setting.
    mailer: Mutex<admin::mail::Cached>,
    /// The files that are on their way.
    files: Traffic,
    /// The encodings of texts that were asked for of late.
    charsets: Charsets,
    /// Wakes the runner of jobs after a commit that queued one.
    jobs: Notify,
    /// Tells that the workspace was set up through this node.
    set_up: Notify,
}

impl Chat {
    /// The use cases over `store`.
    pub fn new(store: Store, settings: Settings) -> Self {
        Self {
            inner: Arc::new(Inner {
                store,
                settings,
                passwords: Passwords::new(),
                mailer: Mutex::new(None),
                files: Traffic::default(),
                charsets: Charsets::default(),
                jobs: Notify::new(),
                set_up: Notify::new(),
            }),
        }
    }

    /// The database.
    pub fn store(&self) -> &Store {
        &self.inner.store
    }

    /// The deployment's settings.
    pub fn settings(&self) -> &Settings {
        &self.inner.settings
    }

    /// What time it is.
    pub fn clock(&self) -> &Clock {
        self.inner.store.clock()
    }
}
