//! What administrators see beyond what everyone does.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::id::{AuditId, JobId, RoomId, UserId};
use crate::room::RoomKind;
use crate::text::{Email, RoomName, Topic};
use crate::time::{Timestamp, Ts};
use crate::user::User;

/// A user with what only administrators see of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AdminUser {
    /// What everyone sees.
    #[serde(flatten)]
    pub user: User,
    /// The e-mail address; a bot has none.
    #[schema(required)]
    pub email: Option<Email>,
    /// When one of their devices was last used, to the minute, as far as it is still signed in.
    #[schema(required)]
    pub last_seen_at: Option<Timestamp>,
    /// How many devices are signed in.
    pub sessions: i64,
    /// How many personal access tokens they have.
    pub tokens: i64,
    /// What their files take, in bytes.
    pub storage_bytes: i64,
}

/// A public or private room as administrators see it: what it is and how large, nothing of what is said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AdminRoom {
    /// The id.
    pub id: RoomId,
    /// Public or private.
    pub kind: RoomKind,
    /// The name.
    #[schema(required)]
    pub name: Option<RoomName>,
    /// What it is about.
    pub topic: Topic,
    /// How many members it has.
    pub members: i64,
    /// How many messages it has, deleted and system messages included.
    pub messages: i64,
    /// When it was made.
    pub created_at: Timestamp,
    /// Since when nothing can be written, if so.
    #[schema(required)]
    pub archived_at: Option<Timestamp>,
    /// After how many days messages are removed for good; null: as the workspace says.
    #[schema(required)]
    pub retention_days: Option<i64>,
    /// The place of its last message.
    pub last_ts: Ts,
}

/// An act in the audit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AuditEntry {
    /// Its number in the chain, from 1 without gaps.
    pub seq: i64,
    /// The id.
    pub id: AuditId,
    /// When.
    pub at: Timestamp,
    /// Who; null: who runs the server, or the server itself.
    #[schema(required)]
    pub actor: Option<UserId>,
    /// What, such as `user.role_changed`.
    pub action: String,
    /// To whom or what: an id, or a word.
    pub subject: String,
    /// More of it.
    #[schema(value_type = Object)]
    pub data: serde_json::Value,
    /// From which address; empty: from the machine itself.
    pub address: String,
    /// The SHA-256 that chains it to the one before, in hexadecimal digits.
    pub hash: String,
}

/// What a check of the audit's chain found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AuditCheck {
    /// How many acts the chain has.
    pub entries: i64,
    /// Whether all are as they were written.
    pub intact: bool,
    /// The number of the first that was changed, is missing or was put in.
    #[schema(required)]
    pub first_bad: Option<i64>,
}

/// Work that follows from something, and that waits, runs or was given up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Job {
    /// The id.
    pub id: JobId,
    /// What is to do.
    pub kind: String,
    /// How often it was tried.
    pub attempts: i64,
    /// When it was queued.
    pub created_at: Timestamp,
    /// When it is, or was last, due.
    pub run_at: Timestamp,
    /// Why the last try failed.
    #[schema(required)]
    pub last_error: Option<String>,
    /// When it was given up, if so.
    #[schema(required)]
    pub dead_at: Option<Timestamp>,
}
