//! Registrations that wait for the confirmation of an e-mail address.

use std::time::Duration;

use model::id::RegistrationId;
use model::text::{DisplayName, Email, Username};

use crate::error::Result;
use crate::params;
use crate::tx::Tx;
use crate::value::Row;
use crate::workspace::Hash;

/// How long the link in the mail works.
pub const LIFETIME: Duration = Duration::from_secs(24 * 3600);

/// What somebody gave who registers.
#[derive(Clone)]
pub struct Registration {
    /// The user name; it is not reserved.
    pub username: Username,
    /// The name that people see.
    pub display_name: DisplayName,
    /// The address to confirm: who has it sets the password.
    pub email: Email,
}

fn registration(row: &Row<'_>) -> Result<Registration> {
    Ok(Registration {
        username: Username::from_stored(row.get(0)?),
        display_name: DisplayName::from_stored(row.get(1)?),
        email: Email::from_stored(row.get(2)?),
    })
}

/// Keeps a registration until its link is made and followed.
pub async fn insert(tx: &mut Tx, new: &Registration) -> Result<RegistrationId> {
    let now = tx.now();
    let id = RegistrationId::new(now);
    tx.execute(
        "INSERT INTO registrations (id, username, display_name, email, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6)",
        params![
            id,
            new.username.as_str(),
            new.display_name.as_str(),
            new.email.as_str(),
            now,
            now.plus(LIFETIME),
        ],
    )
    .await?;
    Ok(id)
}

/// Makes `hash` the registration's link; answers the registration, if it still waits.
pub async fn set_token(
    tx: &mut Tx,
    id: RegistrationId,
    hash: &Hash,
) -> Result<Option<Registration>> {
    let now = tx.now();
    tx.find(
        "UPDATE registrations SET token_hash = $2 WHERE id = $1 AND expires_at > $3
         RETURNING username, display_name, email",
        params![id, hash, now],
        registration,
    )
    .await
}

/// The registration whose link it is, if it works.
pub async fn find(tx: &mut Tx, hash: &Hash) -> Result<Option<Registration>> {
    let now = tx.now();
    tx.find(
        "SELECT username, display_name, email FROM registrations WHERE token_hash = $1 AND expires_at > $2",
        params![hash, now],
        registration,
    )
    .await
}

/// Takes the registration whose link it is, if it works: a link works once.
pub async fn take(tx: &mut Tx, hash: &Hash) -> Result<Option<Registration>> {
    let now = tx.now();
    tx.find(
        "DELETE FROM registrations WHERE token_hash = $1 AND expires_at > $2
         RETURNING username, display_name, email",
        params![hash, now],
        registration,
    )
    .await
}

/// Removes registrations whose link no longer works.
pub async fn remove_expired(tx: &mut Tx) -> Result<()> {
    let now = tx.now();
    tx.execute(
        "DELETE FROM registrations WHERE expires_at <= $1",
        params![now],
    )
    .await?;
    Ok(())
}
