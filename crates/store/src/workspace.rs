//! The one row of the workspace: its settings, its epoch, and whether it is set up.

use model::event::Event;
use model::id::{Epoch, RoomId};
use model::stream::StreamId;
use model::text::WorkspaceName;
use model::time::Timestamp;
use model::user::{JoinPolicy, Workspace};

use crate::error::Result;
use crate::params;
use crate::tx::Tx;

/// A secret's SHA-256, which is all that the database knows of it.
pub type Hash = [u8; 32];

/// The workspace with what only the server knows of it.
#[derive(Clone, Debug)]
pub struct State {
    /// What everyone signed in may see.
    pub workspace: Workspace,
    /// When it was set up; none while nobody owns it.
    pub set_up_at: Option<Timestamp>,
    setup_token_hash: Option<Vec<u8>>,
}

impl State {
    /// Whether `hash` is the set-up token's.
    pub fn is_setup_token(&self, hash: &Hash) -> bool {
        self.setup_token_hash.as_deref() == Some(hash)
    }
}

/// Makes the workspace's row, its epoch and its stream in a new database.
pub async fn ensure(tx: &mut Tx) -> Result<()> {
    let now = tx.now();
    let made = tx
        .execute(
            "INSERT INTO workspace (id, epoch, name, join_policy, mail_domains, created_at) VALUES (1, $1, '', $2, '', $3)
             ON CONFLICT (id) DO NOTHING",
            params![Epoch::new(now), JoinPolicy::Invite.as_str(), now],
        )
        .await?;
    if made == 1 {
        tx.create_stream(StreamId::Workspace).await?;
    }
    Ok(())
}

/// The workspace.
pub async fn get(tx: &mut Tx) -> Result<State> {
    tx.one(
        "SELECT name, join_policy, mail_domains, epoch, set_up_at, default_room, setup_token_hash, icon, accent,
                retention_days, max_file_bytes, storage_quota_bytes, user_quota_bytes, file_types FROM workspace",
        &[],
        |row| {
            let list = |texts: String| texts.split_whitespace().map(str::to_owned).collect();
            Ok(State {
                workspace: Workspace {
                    name: WorkspaceName::from_stored(row.get(0)?),
                    join_policy: row.parse(1)?,
                    mail_domains: list(row.get(2)?),
                    epoch: row.get(3)?,
                    default_room: row.get(5)?,
                    icon: row.get(7)?,
                    accent: row.get(8)?,
                    retention_days: row.get(9)?,
                    max_file_bytes: row.get(10)?,
                    storage_quota_bytes: row.get(11)?,
                    user_quota_bytes: row.get(12)?,
                    file_types: list(row.get(13)?),
                },
                set_up_at: row.get(4)?,
                setup_token_hash: row.get(6)?,
            })
        },
    )
    .await
}

/// Makes `hash` the set-up token's; the one before no longer counts.
pub async fn set_setup_token(tx: &mut Tx, hash: &Hash) -> Result<()> {
    tx.execute("UPDATE workspace SET setup_token_hash = $1", params![hash])
        .await?;
    Ok(())
}

/// Names the workspace and ends its set-up token.
pub async fn finish_setup(tx: &mut Tx, name: &WorkspaceName, policy: JoinPolicy) -> Result<()> {
    let now = tx.now();
    tx.execute(
        "UPDATE workspace SET name = $1, join_policy = $2, set_up_at = $3, setup_token_hash = NULL",
        params![name.as_str(), policy.as_str(), now],
    )
    .await?;
    Ok(())
}

/// Sets the room that everyone new joins.
pub async fn set_default_room(tx: &mut Tx, room: RoomId) -> Result<()> {
    tx.execute("UPDATE workspace SET default_room = $1", params![room])
        .await?;
    Ok(())
}

/// Changes the settings, and tells everyone.
pub async fn update(tx: &mut Tx, workspace: &Workspace) -> Result<()> {
    tx.execute(
        "UPDATE workspace SET name = $1, join_policy = $2, mail_domains = $3, icon = $4, accent = $5, default_room = $6,
                              retention_days = $7, max_file_bytes = $8, storage_quota_bytes = $9,
                              user_quota_bytes = $10, file_types = $11",
        params![
            workspace.name.as_str(),
            workspace.join_policy.as_str(),
            workspace.mail_domains.join(" "),
            workspace.icon,
            workspace.accent.as_ref(),
            workspace.default_room,
            workspace.retention_days,
            workspace.max_file_bytes,
            workspace.storage_quota_bytes,
            workspace.user_quota_bytes,
            workspace.file_types.join(" "),
        ],
    )
    .await?;
    let event = Event::SettingsUpdated(workspace.clone());
    tx.append(StreamId::Workspace, &event, None).await?;
    Ok(())
}
