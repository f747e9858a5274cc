//! The PostgreSQL arm: a connection that comes back, pipelined statements, and what errors mean.

mod link;
#[cfg(test)]
mod tests;

use futures_util::future::join;
use tokio::runtime::Handle;
use tokio_postgres::Client;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::ToSql;
use uuid::Uuid;

pub(crate) use link::Patience;

use crate::error::{Constraint, Error, Result};
use crate::value::{Row, Value};
use link::{Link, Server};

/// One connection to the server.
pub(crate) struct Postgres {
    server: Server,
    link: Option<Link>,
    /// Control statements that travel with the next one.
    deferred: String,
}

impl Postgres {
    /// A connection to the server at `url`.
    pub(crate) async fn open(url: &str, patience: Patience, runtime: &Handle) -> Result<Self> {
        let mut this = Self {
            server: Server::at(url, patience, runtime)?,
            link: None,
            deferred: String::new(),
        };
        this.reconnect_if_closed().await?;
        Ok(this)
    }

    /// Makes a new link if the old one broke.
    pub(crate) async fn reconnect_if_closed(&mut self) -> Result<()> {
        if self.link.as_ref().is_some_and(Link::is_open) {
            return Ok(());
        }
        self.deferred.clear();
        self.link = None;
        self.link = Some(self.server.connect().await?);
        Ok(())
    }

    /// The driver's client, for migrations.
    pub(crate) fn driver(&mut self) -> Result<&mut Client> {
        self.link
            .as_mut()
            .map(|link| &mut link.client)
            .ok_or_else(unlinked)
    }

    pub(crate) async fn query<T>(
        &mut self,
        sql: &'static str,
        params: &[Value<'_>],
        mut map: impl FnMut(&Row<'_>) -> Result<T>,
    ) -> Result<Vec<T>> {
        let link = self.link.as_mut().ok_or_else(unlinked)?;
        let statement = link.statement(sql).await?;
        // Only now: what is deferred must not be lost with a statement that can't be prepared.
        let deferred = std::mem::take(&mut self.deferred);
        let params = as_sql(params);
        let rows = link
            .with(deferred, link.client.query(&statement, &params))
            .await?;
        rows.iter().map(|row| map(&Row::Postgres(row))).collect()
    }

    pub(crate) async fn execute(&mut self, sql: &'static str, params: &[Value<'_>]) -> Result<u64> {
        let link = self.link.as_mut().ok_or_else(unlinked)?;
        let statement = link.statement(sql).await?;
        let deferred = std::mem::take(&mut self.deferred);
        let params = as_sql(params);
        link.with(deferred, link.client.execute(&statement, &params))
            .await
    }

    /// Keeps a control statement until the next statement goes out, so that both share one round trip.
    pub(crate) async fn defer(&mut self, sql: &'static str) -> Result<()> {
        // After an error nothing but a rollback is understood: that goes out at once, with all before it.
        self.deferred.push_str(sql);
        self.deferred.push(';');
        if sql.starts_with("ROLLBACK") {
            self.flush().await
        } else {
            Ok(())
        }
    }

    async fn flush(&mut self) -> Result<()> {
        if self.deferred.is_empty() {
            return Ok(());
        }
        let deferred = std::mem::take(&mut self.deferred);
        let link = self.link.as_ref().ok_or_else(unlinked)?;
        link.answered(link.client.batch_execute(&deferred)).await
    }

    /// Commits; a link that breaks after the word was sent leaves the outcome unknown.
    pub(crate) async fn commit(&mut self) -> Result<()> {
        let mut before = std::mem::take(&mut self.deferred);
        // A commit that a synchronous standby keeps waiting must not be given up as if it were done.
        before.push_str("SET LOCAL statement_timeout = 0");
        let link = self.link.as_ref().ok_or_else(unlinked)?;
        let (prepared, committed) = join(
            link.answered(link.client.batch_execute(&before)),
            link.answered(link.client.batch_execute("COMMIT")),
        )
        .await;
        // What the server refused before it made of the COMMIT behind it a rollback.
        for outcome in [prepared, committed] {
            outcome.map_err(|error| match error {
                // Silence says nothing, and the word of a server that is going down may come after the commit: only a
                // plain refusal is one.
                Error::Unavailable(_) => Error::UnknownOutcome,
                refused => refused,
            })?;
        }
        Ok(())
    }

    pub(crate) async fn rollback(&mut self) {
        self.deferred.clear();
        let Some(link) = &self.link else { return };
        let rolled_back = link.answered(link.client.batch_execute("ROLLBACK"));
        if rolled_back.await.is_err() {
            self.link = None;
        }
    }

    /// Locks the head rows of `streams` in the order of their ids and reads them: id, kind, head, last place.
    pub(crate) async fn lock_heads(
        &mut self,
        streams: &[Uuid],
    ) -> Result<Vec<(Uuid, String, i64, i64)>> {
        let link = self.link.as_mut().ok_or_else(unlinked)?;
        let statement = link
            .statement(
                "SELECT id, kind, head, last_ts FROM streams WHERE id = ANY($1) ORDER BY id FOR UPDATE",
            )
            .await?;
        let deferred = std::mem::take(&mut self.deferred);
        let rows = link
            .with(deferred, link.client.query(&statement, &[&streams]))
            .await?;
        Ok(rows
            .iter()
            .map(|row| (row.get(0), row.get(1), row.get(2), row.get(3)))
            .collect())
    }

    /// Which of `streams` no unfinished transaction has locked; it takes part of their locks, and waits for none.
    pub(crate) async fn unlocked(&mut self, streams: &[Uuid]) -> Result<Vec<Uuid>> {
        let link = self.link.as_mut().ok_or_else(unlinked)?;
        let statement = link
            .statement("SELECT id FROM streams WHERE id = ANY($1) FOR SHARE SKIP LOCKED")
            .await?;
        let deferred = std::mem::take(&mut self.deferred);
        let rows = link
            .with(deferred, link.client.query(&statement, &[&streams]))
            .await?;
        Ok(rows.iter().map(|row| row.get(0)).collect())
    }
}

fn as_sql<'a>(params: &'a [Value<'a>]) -> Vec<&'a (dyn ToSql + Sync)> {
    params
        .iter()
        .map(|value| value as &(dyn ToSql + Sync))
        .collect()
}

fn unlinked() -> Error {
    Error::Unavailable("there is no link to the database".to_owned())
}

/// What an error of PostgreSQL means to us.
pub(crate) fn error(cause: &tokio_postgres::Error) -> Error {
    let Some(db) = cause.as_db_error() else {
        let text = std::error::Error::source(cause)
            .map_or_else(|| cause.to_string(), |inner| format!("{cause}: {inner}"));
        return Error::Unavailable(text);
    };
    match db.code() {
        &SqlState::UNIQUE_VIOLATION
        | &SqlState::FOREIGN_KEY_VIOLATION
        | &SqlState::CHECK_VIOLATION
        | &SqlState::NOT_NULL_VIOLATION => Error::Constraint(match db.constraint() {
            Some("users_username") => Constraint::Username,
            Some("users_email") => Constraint::Email,
            Some("rooms_direct") => Constraint::DirectRoom,
            _ => Constraint::Other,
        }),
        &SqlState::T_R_DEADLOCK_DETECTED | &SqlState::T_R_SERIALIZATION_FAILURE => Error::Deadlock,
        &SqlState::IDLE_IN_TRANSACTION_SESSION_TIMEOUT => {
            Error::Unavailable(db.message().to_owned())
        }
        code if code.code().starts_with("08")
            || code.code().starts_with("53")
            || code.code().starts_with("57") =>
        {
            Error::Unavailable(db.message().to_owned())
        }
        _ => Error::Database(format!("{}: {}", db.code().code(), db.message())),
    }
}
