//! A transaction: statements, and the events that it appends to streams.

use std::collections::HashMap;

use model::event::{Event, encode_frame, is_for_guests};
use model::stream::{Cut, StreamId};
use model::time::{Timestamp, Ts};
use uuid::Uuid;

use crate::dialect::{Connection, Dialect};
use crate::error::{Error, Result};
use crate::params;
use crate::streams::{self, Moved};
use crate::value::{Row, Value};

/// An event that is durable: what the store hands to whoever delivers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Committed {
    /// Its stream.
    pub stream: StreamId,
    /// Its number there.
    pub n: u64,
    /// Whom it ends the subscriptions of.
    pub cut: Option<Cut>,
    /// Whether guests see it.
    pub for_guests: bool,
    /// Its frame, as JSON.
    pub frame: String,
}

/// Where a stream stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// The number of its last event; 0 before the first.
    pub n: u64,
    /// The place of the room's last message.
    pub last_ts: Ts,
}

/// A transaction on either database. Reads see one snapshot; writes are durable once their job is answered.
pub struct Tx {
    connection: Connection,
    now: Timestamp,
    heads: HashMap<StreamId, Tracked>,
    committed: Vec<Committed>,
    undo: Vec<(StreamId, Option<Tracked>)>,
    /// The streams whose locks the group took, sorted.
    locked: Vec<StreamId>,
    /// Set when the running job has to run again: with the locks of these streams, or after a deadlock.
    rerun: Option<Vec<StreamId>>,
}

#[derive(Clone, Copy)]
struct Tracked {
    head: Head,
    /// How many messages the group made there.
    messages: u64,
    dirty: bool,
}

impl Tx {
    pub(crate) fn new(connection: Connection) -> Self {
        Self {
            connection,
            now: Timestamp::from_micros(0),
            heads: HashMap::new(),
            committed: Vec::new(),
            undo: Vec::new(),
            locked: Vec::new(),
            rerun: None,
        }
    }

    /// The time at which the transaction began.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// Which database it is; only a file that says so in its first lines may ask.
    pub fn dialect(&self) -> Dialect {
        self.connection.dialect()
    }

    /// Runs a statement and maps each of its rows.
    pub async fn query<T>(
        &mut self,
        sql: &'static str,
        params: &[Value<'_>],
        map: impl FnMut(&Row<'_>) -> Result<T>,
    ) -> Result<Vec<T>> {
        let rows = self.connection.query(sql, params, map).await;
        self.note_deadlock(rows)
    }

    /// Runs a statement that has at most one row.
    pub async fn find<T>(
        &mut self,
        sql: &'static str,
        params: &[Value<'_>],
        map: impl FnMut(&Row<'_>) -> Result<T>,
    ) -> Result<Option<T>> {
        let mut rows = self.query(sql, params, map).await?;
        if rows.len() > 1 {
            return Err(Error::Corrupt(format!(
                "{} rows where one was expected: {sql}",
                rows.len()
            )));
        }
        Ok(rows.pop())
    }

    /// Runs a statement that has exactly one row.
    pub async fn one<T>(
        &mut self,
        sql: &'static str,
        params: &[Value<'_>],
        map: impl FnMut(&Row<'_>) -> Result<T>,
    ) -> Result<T> {
        self.find(sql, params, map)
            .await?
            .ok_or_else(|| Error::Corrupt(format!("no row where one was expected: {sql}")))
    }

    /// Runs a statement and says how many rows it changed.
    pub async fn execute(&mut self, sql: &'static str, params: &[Value<'_>]) -> Result<u64> {
        let changed = self.connection.execute(sql, params).await;
        self.note_deadlock(changed)
    }

    fn note_deadlock<T>(&mut self, result: Result<T>) -> Result<T> {
        if matches!(result, Err(Error::Deadlock)) {
            self.rerun.get_or_insert_default();
        }
        result
    }

    /// Makes a stream whose first event will be number 1.
    pub async fn create_stream(&mut self, stream: StreamId) -> Result<()> {
        let (id, kind) = streams::key(stream);
        self.execute(
            "INSERT INTO streams (id, kind, head, last_ts, first_kept, changed_at) VALUES ($1, $2, 0, 0, 1, $3)",
            params![id, kind, self.now],
        )
        .await?;
        self.track(
            stream,
            Head {
                n: 0,
                last_ts: Ts::START,
            },
            true,
        );
        Ok(())
    }

    /// Where a stream stands, under its lock.
    pub async fn head(&mut self, stream: StreamId) -> Result<Head> {
        if let Some(tracked) = self.heads.get(&stream) {
            return Ok(tracked.head);
        }
        if self.dialect() == Dialect::Postgres {
            // Locks are taken together, in order, before the first job: this one has to wait for the next group.
            if self.locked.binary_search(&stream).is_ok() {
                return Err(Error::NoStream(stream));
            }
            self.rerun.get_or_insert_default().push(stream);
            return Err(Error::NeedsStream(stream));
        }
        // SQLite has one writer: its transaction is the lock of every stream.
        let head = streams::head(self, stream)
            .await?
            .ok_or(Error::NoStream(stream))?;
        self.track(stream, head, false);
        Ok(head)
    }

    /// Asks for the locks of streams that only the job itself could name, all that are missing at once: a job that came
    /// upon them one by one would have to run again for each.
    pub fn lock(&mut self, streams: impl IntoIterator<Item = StreamId>) -> Result<()> {
        if self.dialect() == Dialect::Sqlite {
            return Ok(());
        }
        let is_held = |stream: &StreamId| {
            self.heads.contains_key(stream) || self.locked.binary_search(stream).is_ok()
        };
        let missing: Vec<StreamId> = streams
            .into_iter()
            .filter(|stream| !is_held(stream))
            .collect();
        let Some(first) = missing.first().copied() else {
            return Ok(());
        };
        self.rerun.get_or_insert_default().extend(missing);
        Err(Error::NeedsStream(first))
    }

    /// The number that the next event of a stream will have.
    pub async fn next_n(&mut self, stream: StreamId) -> Result<u64> {
        Ok(self.head(stream).await?.n + 1)
    }

    /// Takes the next place in a room's history: `max(now, last + 1)`.
    pub async fn next_ts(&mut self, stream: StreamId) -> Result<Ts> {
        let head = self.head(stream).await?;
        let ts = head.last_ts.next(self.now);
        self.track(
            stream,
            Head {
                last_ts: ts,
                ..head
            },
            true,
        );
        Ok(ts)
    }

    /// Appends an event to a stream, in the transaction of the state that it tells of; answers its number.
    pub async fn append(
        &mut self,
        stream: StreamId,
        event: &Event,
        cut: Option<Cut>,
    ) -> Result<u64> {
        let head = self.head(stream).await?;
        let n = head.n + 1;
        let data = event
            .data()
            .map_err(|error| Error::Corrupt(error.to_string()))?;
        streams::insert_event(self, stream, n, event, &data, cut).await?;
        let frame = encode_frame(event.kind(), stream, n, &data);
        self.committed.push(Committed {
            stream,
            n,
            cut,
            for_guests: is_for_guests(stream, event.kind()),
            frame,
        });
        self.track(stream, Head { n, ..head }, true);
        Ok(n)
    }

    /// Appends events that cut nobody, as [`Tx::append`] does each of them, with few statements.
    pub async fn append_all(
        &mut self,
        events: impl IntoIterator<Item = (StreamId, Event)>,
    ) -> Result<()> {
        let events: Vec<_> = events.into_iter().collect();
        let streams: Vec<StreamId> = events.iter().map(|(stream, _)| *stream).collect();
        self.know_heads(&streams).await?;
        let mut rows = Vec::with_capacity(events.len());
        for (stream, event) in events {
            let head = self.head(stream).await?;
            let n = head.n + 1;
            let data = event
                .data()
                .map_err(|error| Error::Corrupt(error.to_string()))?;
            self.committed.push(Committed {
                stream,
                n,
                cut: None,
                for_guests: is_for_guests(stream, event.kind()),
                frame: encode_frame(event.kind(), stream, n, &data),
            });
            self.track(stream, Head { n, ..head }, true);
            rows.push((stream, n, event, data));
        }
        streams::insert_events(self, &rows).await
    }

    /// Finds out together where streams stand. On PostgreSQL that came with their locks.
    async fn know_heads(&mut self, of: &[StreamId]) -> Result<()> {
        if self.dialect() == Dialect::Sqlite {
            let mut unknown = of.to_vec();
            unknown.retain(|stream| !self.heads.contains_key(stream));
            unknown.sort_unstable();
            unknown.dedup();
            for (stream, head) in streams::known_heads(self, &unknown).await? {
                self.track(stream, head, false);
            }
        }
        Ok(())
    }

    /// Counts a message that was made in a room, for the number of them beside the head.
    pub(crate) async fn count_message(&mut self, stream: StreamId) -> Result<()> {
        let head = self.head(stream).await?;
        self.track(stream, head, true);
        if let Some(tracked) = self.heads.get_mut(&stream) {
            tracked.messages += 1;
        }
        Ok(())
    }

    fn track(&mut self, stream: StreamId, head: Head, dirty: bool) {
        let messages = self
            .heads
            .get(&stream)
            .map_or(0, |tracked| tracked.messages);
        let tracked = Tracked {
            head,
            messages,
            dirty,
        };
        let before = self.heads.insert(stream, tracked);
        self.undo.push((stream, before));
    }

    // What follows is the writer's and the readers' side.

    pub(crate) fn connection(&mut self) -> &mut Connection {
        &mut self.connection
    }

    pub(crate) async fn begin_read(&mut self, now: Timestamp) -> Result<()> {
        self.reset(now);
        self.connection.begin_read().await
    }

    /// Begins a group and locks `streams`, which are sorted.
    pub(crate) async fn begin_group(&mut self, now: Timestamp, streams: &[StreamId]) -> Result<()> {
        self.reset(now);
        self.locked.extend_from_slice(streams);
        self.connection.begin_write().await?;
        if let Connection::Postgres(connection) = &mut self.connection {
            let ids: Vec<Uuid> = streams
                .iter()
                .map(|stream| streams::key(*stream).0)
                .collect();
            // By the row's own kind: who asks may have named a user's stream by the id of a room.
            for (id, kind, n, last_ts) in connection.lock_heads(&ids).await? {
                let n = u64::try_from(n)
                    .map_err(|_| Error::Corrupt("a head is negative".to_owned()))?;
                let head = Head {
                    n,
                    last_ts: Ts::from_micros(last_ts),
                };
                let stream = streams::stream_of(id, &kind)?;
                let tracked = Tracked {
                    head,
                    messages: 0,
                    dirty: false,
                };
                self.heads.insert(stream, tracked);
            }
        }
        Ok(())
    }

    fn reset(&mut self, now: Timestamp) {
        self.now = now;
        self.heads.clear();
        self.committed.clear();
        self.undo.clear();
        self.locked.clear();
        self.rerun = None;
    }

    pub(crate) async fn savepoint(&mut self, now: Timestamp) -> Result<usize> {
        self.now = now;
        self.undo.clear();
        self.rerun = None;
        self.connection.control("SAVEPOINT job").await?;
        Ok(self.committed.len())
    }

    pub(crate) async fn release(&mut self) -> Result<()> {
        self.connection.control("RELEASE job").await
    }

    /// Falls back to the savepoint, in the database and in memory.
    pub(crate) async fn fall_back(&mut self, mark: usize) -> Result<()> {
        for (stream, before) in std::mem::take(&mut self.undo).into_iter().rev() {
            match before {
                Some(tracked) => self.heads.insert(stream, tracked),
                None => self.heads.remove(&stream),
            };
        }
        self.committed.truncate(mark);
        self.connection.control("ROLLBACK TO job").await?;
        self.connection.control("RELEASE job").await
    }

    /// Whether the last job has to run again, and the streams whose locks it lacked.
    pub(crate) fn take_rerun(&mut self) -> Option<Vec<StreamId>> {
        self.rerun.take()
    }

    /// Writes the heads back and commits. The events are durable when this returns.
    pub(crate) async fn commit_group(&mut self) -> Result<Vec<Committed>> {
        let moved: Vec<Moved> = self
            .heads
            .iter()
            .filter(|(_, tracked)| tracked.dirty)
            .map(|(stream, tracked)| Moved {
                stream: *stream,
                head: tracked.head,
                messages: tracked.messages,
            })
            .collect();
        streams::move_heads(self, &moved).await?;
        self.connection.commit().await?;
        Ok(std::mem::take(&mut self.committed))
    }

    pub(crate) async fn rollback(&mut self) {
        self.connection.rollback().await;
        self.committed.clear();
    }
}
