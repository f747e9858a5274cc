//! Where the two databases differ, and nothing else does: how a connection is made, how a statement runs, what an
//! error means, and the few statements that only one of them understands.

use crate::error::Result;
use crate::postgres::Postgres;
use crate::sqlite::Sqlite;
use crate::value::{Row, Value};

/// Which database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// Embedded.
    Sqlite,
    /// A server of its own.
    Postgres,
}

/// One connection, owned by one thread.
pub(crate) enum Connection {
    Sqlite(Box<Sqlite>),
    Postgres(Box<Postgres>),
}

impl Connection {
    pub(crate) fn dialect(&self) -> Dialect {
        match self {
            Self::Sqlite(_) => Dialect::Sqlite,
            Self::Postgres(_) => Dialect::Postgres,
        }
    }

    /// Runs a statement and maps each of its rows.
    pub(crate) async fn query<T>(
        &mut self,
        sql: &'static str,
        params: &[Value<'_>],
        map: impl FnMut(&Row<'_>) -> Result<T>,
    ) -> Result<Vec<T>> {
        match self {
            Self::Sqlite(connection) => connection.query(sql, params, map),
            Self::Postgres(connection) => connection.query(sql, params, map).await,
        }
    }

    /// Runs a statement and says how many rows it changed.
    pub(crate) async fn execute(&mut self, sql: &'static str, params: &[Value<'_>]) -> Result<u64> {
        match self {
            Self::Sqlite(connection) => connection.execute(sql, params),
            Self::Postgres(connection) => connection.execute(sql, params).await,
        }
    }

    /// Runs statements that control the transaction; PostgreSQL gets them together with the next statement.
    pub(crate) async fn control(&mut self, sql: &'static str) -> Result<()> {
        match self {
            Self::Sqlite(connection) => connection.batch(sql),
            Self::Postgres(connection) => connection.defer(sql).await,
        }
    }

    /// Begins a transaction that reads one snapshot.
    pub(crate) async fn begin_read(&mut self) -> Result<()> {
        match self {
            Self::Sqlite(connection) => connection.batch("BEGIN DEFERRED"),
            Self::Postgres(connection) => {
                connection.reconnect_if_closed().await?;
                connection
                    .defer("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
                    .await
            }
        }
    }

    /// Begins a transaction that writes.
    pub(crate) async fn begin_write(&mut self) -> Result<()> {
        match self {
            Self::Sqlite(connection) => connection.batch("BEGIN IMMEDIATE"),
            Self::Postgres(connection) => {
                connection.reconnect_if_closed().await?;
                connection
                    .defer("BEGIN ISOLATION LEVEL READ COMMITTED")
                    .await
            }
        }
    }

    /// Commits; when this returns, the transaction is on disk.
    pub(crate) async fn commit(&mut self) -> Result<()> {
        match self {
            Self::Sqlite(connection) => connection.commit(),
            Self::Postgres(connection) => connection.commit().await,
        }
    }

    /// Gives the transaction up, whatever state it is in.
    pub(crate) async fn rollback(&mut self) {
        match self {
            Self::Sqlite(connection) => connection.rollback(),
            Self::Postgres(connection) => connection.rollback().await,
        }
    }
}
