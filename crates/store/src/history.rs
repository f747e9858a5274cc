//! Pages of a room's history.

use model::id::RoomId;
use model::message::Message;
use model::time::{Timestamp, Ts};

use crate::error::Result;
use crate::messages::{Hanging, fill, from_row, message_columns};
use crate::params;
use crate::tx::Tx;
use crate::value::Row;

/// Where a page of history begins or ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    /// The newest messages.
    Newest,
    /// Those before this place.
    Before(Ts),
    /// Those after this place.
    After(Ts),
    /// Those on both sides of this place, with the one at it.
    Around(Ts),
}

/// What somebody may read of a room's history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// The room.
    pub room: RoomId,
    /// The place after which they may read.
    pub visible_after: Ts,
    /// Whether replies that are only in threads belong to it.
    pub all_threads: bool,
}

impl Window {
    /// The place after which to read from `ts` on. One lower bound: with two, SQLite walks from the first of them, which
    /// may be the room's beginning.
    fn after(&self, ts: Ts) -> Ts {
        Ts::from_micros(ts.micros().saturating_sub(1)).max(self.visible_after)
    }
}

/// A stretch of history in order of place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryPage {
    /// The messages.
    pub items: Vec<Message>,
    /// Whether there are messages before the first one.
    pub has_before: bool,
    /// Whether there are messages after the last one.
    pub has_after: bool,
}

/// What a room's history holds of a reader's: after the floor `$2`; replies only in threads are left out unless `$3`.
macro_rules! visible {
    () => {
        "m.room = $1 AND m.ts > $2 AND ($3 = 1 OR m.thread IS NULL OR m.also_to_room = 1)"
    };
}

/// Bytes of text with which a page of history, or of a log, ends, however few its items are.
pub(crate) const PAGE_BYTES: u64 = 1 << 20;

/// A page of a room's history: at most `limit` messages, and no more once their text is a mebibyte long.
pub async fn page(tx: &mut Tx, window: Window, bound: Bound, limit: u32) -> Result<HistoryPage> {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let end = Ts::from_micros(i64::MAX);
    // The lengths come first, of one more than wanted: they tell whether there is more, and cost no text.
    let (ts, (older, has_before), (newer, has_after)) = match bound {
        Bound::Newest => {
            let lengths = LENGTHS.before(tx, window, end, limit + 1).await?;
            let older = fitting(&lengths, limit, PAGE_BYTES);
            (end, (older, lengths.len() > older), (0, false))
        }
        Bound::Before(ts) => {
            let lengths = LENGTHS.before(tx, window, ts, limit + 1).await?;
            let older = fitting(&lengths, limit, PAGE_BYTES);
            let has_after = !LENGTHS.from(tx, window, ts, 1).await?.is_empty();
            (ts, (older, lengths.len() > older), (0, has_after))
        }
        Bound::After(ts) => {
            let ts = ts.next(Timestamp::from_micros(i64::MIN));
            let lengths = LENGTHS.from(tx, window, ts, limit + 1).await?;
            let newer = fitting(&lengths, limit, PAGE_BYTES);
            let has_before = !LENGTHS.before(tx, window, ts, 1).await?.is_empty();
            (ts, (0, has_before), (newer, lengths.len() > newer))
        }
        Bound::Around(ts) => {
            let before = LENGTHS.before(tx, window, ts, limit + 1).await?;
            let from = LENGTHS.from(tx, window, ts, limit + 1).await?;
            let newer = from.len().min(limit - before.len().min(limit / 2));
            let older = fitting(&before, limit - newer, PAGE_BYTES / 2);
            let newer = fitting(&from, newer, PAGE_BYTES / 2);
            let has = (before.len() > older, from.len() > newer);
            (ts, (older, has.0), (newer, has.1))
        }
    };
    let mut items = Vec::with_capacity(older + newer);
    if older > 0 {
        items = MESSAGES.before(tx, window, ts, older).await?;
        items.reverse();
    }
    if newer > 0 {
        items.append(&mut MESSAGES.from(tx, window, ts, newer).await?);
    }
    fill(tx, &mut items).await?;
    Ok(HistoryPage {
        items,
        has_before,
        has_after,
    })
}

/// How many of these, at most `limit`, a page takes until it is `bytes` long.
fn fitting(lengths: &[u64], limit: usize, bytes: u64) -> usize {
    let mut sum = 0;
    let fits = |length: &&u64| {
        let fits = sum < bytes;
        sum += **length;
        fits
    };
    lengths.iter().take(limit).take_while(fits).count()
}

/// What is read of each message on a way through the history; the same ways lead through lengths and through messages.
struct Reading<T> {
    before: &'static str,
    from: &'static str,
    row: fn(&Row<'_>) -> Result<T>,
}

macro_rules! reading {
    ($columns:expr, $row:expr) => {
        Reading {
            before: concat!(
                "SELECT ",
                $columns,
                " FROM messages m WHERE ",
                visible!(),
                " AND m.ts < $4 ORDER BY m.ts DESC LIMIT $5"
            ),
            from: concat!(
                "SELECT ",
                $columns,
                " FROM messages m WHERE ",
                visible!(),
                " ORDER BY m.ts LIMIT $4"
            ),
            row: $row,
        }
    };
}

const LENGTHS: Reading<u64> = reading!("CAST(OCTET_LENGTH(m.body) AS BIGINT)", |row| row.get(0));

const MESSAGES: Reading<Message> = reading!(message_columns!(), bare);

/// A message without what hangs on it.
fn bare(row: &Row<'_>) -> Result<Message> {
    from_row(row, 0, &Hanging::default())
}

impl<T> Reading<T> {
    /// The newest messages before `ts`, the newest first.
    async fn before(&self, tx: &mut Tx, window: Window, ts: Ts, limit: usize) -> Result<Vec<T>> {
        let Window {
            room,
            visible_after,
            all_threads,
        } = window;
        let params = params![room, visible_after, all_threads, ts, limit as u64];
        tx.query(self.before, params, self.row).await
    }

    /// The oldest messages from `ts` on, the oldest first.
    async fn from(&self, tx: &mut Tx, window: Window, ts: Ts, limit: usize) -> Result<Vec<T>> {
        let params = params![
            window.room,
            window.after(ts),
            window.all_threads,
            limit as u64
        ];
        tx.query(self.from, params, self.row).await
    }
}
