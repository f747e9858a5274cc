//! Removing what is over, hour by hour. Each part goes its own way: one that fails holds up no other.

use std::fmt::Display;
use std::pin::pin;
use std::time::Duration;

use model::id::RoomId;
use model::stream::StreamId;
use store::{Tx, attempts, jobs, registrations, resets, retention, sessions, streams, tokens};

use crate::Chat;
use crate::error::Result;
use crate::limits;

const HOUR: Duration = Duration::from_secs(3600);
/// How long jobs that were given up are kept for whoever looks into it.
const DEAD_JOBS_KEPT: Duration = Duration::from_secs(30 * 24 * 3600);

/// Streams and rooms that one look reads.
const LOOK: i64 = 200;
/// What one write ends or removes: no write of a person waits long for it.
const SESSIONS: i64 = 20;
const MESSAGES: i64 = 200;

impl Chat {
    /// Removes what is over, once at start and then hourly, until `shutdown`.
    pub async fn housekeeping(&self, shutdown: impl Future<Output = ()>) {
        let mut shutdown = pin!(shutdown);
        loop {
            // Left off anywhere, it goes on from there the next time.
            let cleaned = tokio::select! {
                cleaned = self.clean_up() => cleaned,
                () = &mut shutdown => return,
            };
            if cleaned.is_err() {
                tracing::warn!("housekeeping was not finished; it is tried again in an hour");
            }
            tokio::select! {
                () = tokio::time::sleep(HOUR) => {}
                () = &mut shutdown => return,
            }
        }
    }

    /// Removes what is over: sessions, tokens, links, counts of tries, jobs that were given up, events and messages beyond
    /// what is kept, and files. Answers the first failure, after all the rest was done.
    pub async fn clean_up(&self) -> Result<()> {
        let mut run = Run(Ok(()));
        run.note("links, tries and jobs", "", self.forget_expired().await);
        run.note("tokens", "", self.end_tokens().await);
        run.note("sessions", "", self.end_sessions().await);
        let pruned = self.prune_logs(&mut run).await;
        run.note("logs", "", pruned);
        let trimmed = self.trim_rooms(&mut run).await;
        run.note("messages", "", trimmed);
        // Last: where files are kept may be away, and nothing else is to wait for that.
        run.note("uploads", "", self.sweep_uploads().await);
        run.note("staged bytes", "", self.sweep_staging().await);
        run.note("files", "", self.sweep_files().await);
        run.0
    }

    async fn forget_expired(&self) -> Result<()> {
        let expired = async |tx: &mut Tx| -> Result<()> {
            let now = tx.now();
            resets::remove_expired(tx).await?;
            registrations::remove_expired(tx).await?;
            attempts::remove_older(tx, now.minus(limits::LONGEST)).await?;
            jobs::remove_dead(tx, now.minus(DEAD_JOBS_KEPT)).await?;
            Ok(())
        };
        self.store().write(&[], expired).await
    }

    async fn end_tokens(&self) -> Result<()> {
        let some =
            async |tx: &mut Tx| -> Result<_> { Ok(tokens::remove_expired(tx, SESSIONS).await?) };
        while self.store().write(&[], some).await? > 0 {}
        Ok(())
    }

    async fn end_sessions(&self) -> Result<()> {
        let some =
            async |tx: &mut Tx| -> Result<_> { Ok(sessions::remove_expired(tx, SESSIONS).await?) };
        while self.store().write(&[], some).await? > 0 {}
        Ok(())
    }

    /// Removes the events beyond what is kept, in small steps.
    async fn prune_logs(&self, run: &mut Run) -> Result<()> {
        let keep = self.settings().log_keep;
        let mut after = None;
        loop {
            let long = async move |tx: &mut Tx| -> Result<_> {
                Ok(streams::prunable(tx, keep, after, LOOK).await?)
            };
            let long = self.store().read(long).await?;
            let Some(last) = long.last() else {
                return Ok(());
            };
            after = Some(*last);
            for stream in long {
                run.note("a log", stream, self.prune_log(stream).await);
            }
        }
    }

    async fn prune_log(&self, stream: StreamId) -> Result<()> {
        let keep = self.settings().log_keep;
        let some =
            async move |tx: &mut Tx| -> Result<_> { Ok(streams::prune(tx, stream, keep).await?) };
        while self.store().write(&[stream], some).await? > 0 {}
        Ok(())
    }

    /// Removes the messages that are older than their rooms keep them, in small steps.
    async fn trim_rooms(&self, run: &mut Run) -> Result<()> {
        let mut after = None;
        loop {
            let rooms = async move |tx: &mut Tx| -> Result<_> {
                Ok(retention::rooms(tx, after, LOOK).await?)
            };
            let rooms = self.store().read(rooms).await?;
            let Some(last) = rooms.last() else {
                return Ok(());
            };
            after = Some(*last);
            for room in rooms {
                run.note("a room's messages", room, self.trim_room(room).await);
            }
        }
    }

    async fn trim_room(&self, room: RoomId) -> Result<()> {
        let some = async move |tx: &mut Tx| -> Result<_> {
            Ok(retention::trim(tx, room, MESSAGES).await?)
        };
        while self.store().write(&[StreamId::Room(room)], some).await? {}
        Ok(())
    }
}

/// How a run went so far: its first failure.
struct Run(Result<()>);

impl Run {
    /// Logs a failure, and goes on.
    fn note(&mut self, part: &str, of: impl Display, outcome: Result<()>) {
        if let Err(error) = outcome {
            tracing::warn!(part, %of, %error, "a part of housekeeping failed");
            if self.0.is_ok() {
                self.0 = Err(error);
            }
        }
    }
}
