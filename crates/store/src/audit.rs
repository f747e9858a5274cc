//! The audit: who did what to whom, written in the transaction of the act, as a chain that shows what was changed.
//!
//! Each row has the next number without a gap, and a hash over the row and the hash before. The head row is the lock of
//! whoever appends, and says where the chain ends.

use aws_lc_rs::digest::{Context, SHA256};
use model::id::{AuditId, UserId};
use model::time::Timestamp;

use crate::error::Result;
use crate::params;
use crate::tx::Tx;
use crate::value::Row;
use crate::workspace::Hash;

/// Rows that one step of [`verify_from`] reads.
const STEP: i64 = 1_000;

/// What the first row's hash follows.
const START: Hash = [0; 32];

/// One act, with its place in the chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its number, from 1.
    pub seq: i64,
    /// The id.
    pub id: AuditId,
    /// When.
    pub at: Timestamp,
    /// Who; none for who runs the server, or the server itself.
    pub actor: Option<UserId>,
    /// What.
    pub action: String,
    /// To whom or what, by id.
    pub subject: String,
    /// More of it, as JSON.
    pub data: String,
    /// From which address.
    pub address: String,
    /// What chains it to the one before.
    pub hash: Hash,
}

impl Entry {
    /// The hash that the row has to have after a row with the hash `before`: over every field, each with its length, so
    /// that nothing can move from one to the next.
    pub fn hash_after(&self, before: &Hash) -> Hash {
        let mut context = Context::new(&SHA256);
        let mut part = |bytes: &[u8]| {
            context.update(&(bytes.len() as u64).to_be_bytes());
            context.update(bytes);
        };
        part(before);
        part(&self.seq.to_be_bytes());
        part(self.id.uuid().as_bytes());
        part(&self.at.micros().to_be_bytes());
        part(
            self.actor
                .map(UserId::uuid)
                .as_ref()
                .map_or(&[], |actor| actor.as_bytes()),
        );
        for text in [&self.action, &self.subject, &self.data, &self.address] {
            part(text.as_bytes());
        }
        let mut hash = START;
        hash.copy_from_slice(context.finish().as_ref());
        hash
    }
}

/// The columns of a row, in the order that [`entry`] reads.
macro_rules! columns {
    () => {
        "seq, id, at, actor, action, subject, data, address, hash"
    };
}

fn entry(row: &Row<'_>) -> Result<Entry> {
    Ok(Entry {
        seq: row.get(0)?,
        id: row.get(1)?,
        at: row.get(2)?,
        actor: row.get(3)?,
        action: row.get(4)?,
        subject: row.get(5)?,
        data: row.get(6)?,
        address: row.get(7)?,
        hash: hash_of(&row.get::<Vec<u8>>(8)?),
    })
}

/// A stored hash; one of another length is none that a row can have.
fn hash_of(bytes: &[u8]) -> Hash {
    bytes.try_into().unwrap_or(START)
}

/// Writes an act down at the end of the chain; its time is the transaction's.
pub async fn insert(
    tx: &mut Tx,
    actor: Option<UserId>,
    action: &str,
    subject: &str,
    data: &str,
    address: &str,
) -> Result<()> {
    let now = tx.now();
    let act = Entry {
        seq: 0,
        id: AuditId::new(now),
        at: now,
        actor,
        action: action.to_owned(),
        subject: subject.to_owned(),
        data: data.to_owned(),
        address: address.to_owned(),
        hash: START,
    };
    append(tx, act).await
}

/// Appends a row that has everything but its place.
async fn append(tx: &mut Tx, mut entry: Entry) -> Result<()> {
    // The lock first: whoever comes next waits here, and finds the end that this transaction leaves.
    let (seq, before) = tx
        .one(
            "UPDATE audit_head SET seq = seq + 1 WHERE id = 1 RETURNING seq, hash",
            &[],
            head,
        )
        .await?;
    entry.seq = seq;
    entry.hash = entry.hash_after(&before);
    tx.execute(
        "INSERT INTO audit (seq, id, at, actor, action, subject, data, address, hash)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        params![
            entry.seq,
            entry.id,
            entry.at,
            entry.actor,
            &entry.action,
            &entry.subject,
            &entry.data,
            &entry.address,
            &entry.hash
        ],
    )
    .await?;
    tx.execute(
        "UPDATE audit_head SET hash = $1 WHERE id = 1",
        params![&entry.hash],
    )
    .await?;
    Ok(())
}

fn head(row: &Row<'_>) -> Result<(i64, Hash)> {
    let hash: Option<Vec<u8>> = row.get(1)?;
    Ok((row.get(0)?, hash.map_or(START, |hash| hash_of(&hash))))
}

/// Takes rows over that were written before there was a chain, in the order of their times. Once the chain has begun,
/// nothing is taken over any more: who could write there could put rows into it.
pub async fn take_over(tx: &mut Tx) -> Result<()> {
    if end(tx).await?.0 > 0 {
        return Ok(());
    }
    let entries = tx
        .query(
            "SELECT id, at, actor, action, subject, data, address FROM audit_unchained ORDER BY at, id",
            &[],
            |row| {
                Ok(Entry {
                    seq: 0,
                    id: row.get(0)?,
                    at: row.get(1)?,
                    actor: row.get(2)?,
                    action: row.get(3)?,
                    subject: row.get(4)?,
                    data: row.get(5)?,
                    address: row.get(6)?,
                    hash: START,
                })
            },
        )
        .await?;
    for entry in entries {
        append(tx, entry).await?;
    }
    tx.execute("DELETE FROM audit_unchained", &[]).await?;
    Ok(())
}

/// Which rows of the audit are wanted; what is empty or none doesn't matter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only acts of this one; the inner none stands for who runs the server.
    pub actor: Option<Option<UserId>>,
    /// Only this action, or all whose name begins with it where it ends in a dot.
    pub action: String,
    /// Only acts on this subject.
    pub subject: String,
    /// Only acts at this time or later.
    pub after: Option<Timestamp>,
    /// Only acts before this time.
    pub before: Option<Timestamp>,
}

/// The statement's condition on a row, with the parameters `$1` to `$9` of [`Filter::params`].
macro_rules! wanted {
    () => {
        "($1 = 0 OR actor = $2 OR ($3 = 1 AND actor IS NULL))
         AND ($4 = '' OR action = $4 OR ($5 = 1 AND substr(action, 1, length($4)) = $4))
         AND ($6 = '' OR subject = $6) AND at >= $7 AND at < $8"
    };
}

/// The acts that `filter` wants, the newest first: those before number `below`, at most `limit`.
pub async fn page(tx: &mut Tx, filter: &Filter, below: i64, limit: i64) -> Result<Vec<Entry>> {
    let actor = filter.actor.flatten();
    tx.query(
        concat!(
            "SELECT ",
            columns!(),
            " FROM audit WHERE ",
            wanted!(),
            " AND seq < $9 ORDER BY seq DESC LIMIT $10"
        ),
        params![
            filter.actor.is_some(),
            actor,
            filter.actor == Some(None),
            &filter.action,
            filter.action.ends_with('.'),
            &filter.subject,
            filter.after.map_or(i64::MIN, Timestamp::micros),
            filter.before.map_or(i64::MAX, Timestamp::micros),
            below,
            limit
        ],
        entry,
    )
    .await
}

/// Where the chain ends: the number of its last row and that row's hash.
pub async fn end(tx: &mut Tx) -> Result<(i64, Hash)> {
    tx.one("SELECT seq, hash FROM audit_head WHERE id = 1", &[], head)
        .await
}

/// How far a chain was checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Checked {
    /// The number of the last good row.
    pub seq: i64,
    /// Its hash.
    pub hash: Hash,
}

impl Checked {
    /// Before the first row.
    pub const START: Self = Self {
        seq: 0,
        hash: START,
    };
}

/// What a step of checking found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// All good up to here; there may be more.
    Good(Checked),
    /// All good, and this is the end.
    End,
    /// The row with this number isn't what it was, isn't there, or is one too many.
    Bad(i64),
}

/// Checks the rows that follow `from`, some at a time: each has the next number and the hash that follows from the
/// one before, and the last is the one that the head names.
pub async fn verify_from(tx: &mut Tx, from: Checked) -> Result<Found> {
    let (last, hash) = end(tx).await?;
    let rows = tx
        .query(
            concat!(
                "SELECT ",
                columns!(),
                " FROM audit WHERE seq > $1 ORDER BY seq LIMIT $2"
            ),
            params![from.seq, STEP],
            entry,
        )
        .await?;
    let mut at = from;
    for row in &rows {
        let next = at.seq + 1;
        if row.seq != next {
            return Ok(Found::Bad(next));
        }
        if next > last || row.hash != row.hash_after(&at.hash) {
            return Ok(Found::Bad(row.seq));
        }
        at = Checked {
            seq: row.seq,
            hash: row.hash,
        };
    }
    if !rows.is_empty() && at.seq < last {
        return Ok(Found::Good(at));
    }
    if at.seq < last {
        return Ok(Found::Bad(at.seq + 1));
    }
    // The rows fit together; so does the head, unless the last of them were made anew.
    if at.hash != hash {
        return Ok(Found::Bad(at.seq));
    }
    // A number that no row of the chain can have.
    let stray = tx
        .find(
            "SELECT seq FROM audit WHERE seq > $1 OR seq < 1 ORDER BY seq LIMIT 1",
            params![last],
            |row| row.get(0),
        )
        .await?;
    Ok(stray.map_or(Found::End, Found::Bad))
}
