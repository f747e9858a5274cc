//! The SQLite arm: connections, their pragmas, checkpoints, and what errors mean.

use std::path::Path;

use rusqlite::{Connection, ErrorCode, OpenFlags};

use crate::error::{Constraint, Error, Result};
use crate::value::{Row, Value};

/// Statements kept prepared per connection: more than the code has.
const STATEMENTS: usize = 256;

/// Pages after which the write-ahead log is begun anew even if that takes a moment: 64 MiB.
const LONG_LOG: i64 = 16_384;

/// `$1` is a name to SQLite; these are the names there are.
const NAMES: [&str; 111] = [
    "$1", "$2", "$3", "$4", "$5", "$6", "$7", "$8", "$9", "$10", "$11", "$12", "$13", "$14", "$15",
    "$16", "$17", "$18", "$19", "$20", "$21", "$22", "$23", "$24", "$25", "$26", "$27", "$28",
    "$29", "$30", "$31", "$32", "$33", "$34", "$35", "$36", "$37", "$38", "$39", "$40", "$41",
    "$42", "$43", "$44", "$45", "$46", "$47", "$48", "$49", "$50", "$51", "$52", "$53", "$54",
    "$55", "$56", "$57", "$58", "$59", "$60", "$61", "$62", "$63", "$64", "$65", "$66", "$67",
    "$68", "$69", "$70", "$71", "$72", "$73", "$74", "$75", "$76", "$77", "$78", "$79", "$80",
    "$81", "$82", "$83", "$84", "$85", "$86", "$87", "$88", "$89", "$90", "$91", "$92", "$93",
    "$94", "$95", "$96", "$97", "$98", "$99", "$100", "$101", "$102", "$103", "$104", "$105",
    "$106", "$107", "$108", "$109", "$110", "$111",
];

/// One connection to the database file.
pub(crate) struct Sqlite {
    connection: Connection,
}

impl Sqlite {
    /// The one connection that writes.
    pub(crate) fn open_writer(path: &Path) -> Result<Self> {
        let connection = Connection::open(path).map_err(error)?;
        connection
            .execute_batch(
                "PRAGMA journal_mode = WAL;
                 PRAGMA synchronous = FULL;
                 PRAGMA wal_autocheckpoint = 0;
                 PRAGMA secure_delete = ON;
                 PRAGMA foreign_keys = ON;
                 PRAGMA busy_timeout = 10000;
                 PRAGMA cache_size = -8000;",
            )
            .map_err(error)?;
        Ok(Self::with_statements(connection))
    }

    /// A connection that reads.
    pub(crate) fn open_reader(path: &Path) -> Result<Self> {
        let connection =
            Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).map_err(error)?;
        connection
            .execute_batch(
                "PRAGMA query_only = ON; PRAGMA busy_timeout = 10000; PRAGMA cache_size = -2000;",
            )
            .map_err(error)?;
        Ok(Self::with_statements(connection))
    }

    fn with_statements(connection: Connection) -> Self {
        connection.set_prepared_statement_cache_capacity(STATEMENTS);
        Self { connection }
    }

    /// The driver's connection, for migrations.
    pub(crate) fn driver(&mut self) -> &mut Connection {
        &mut self.connection
    }

    pub(crate) fn query<T>(
        &self,
        sql: &'static str,
        params: &[Value<'_>],
        mut map: impl FnMut(&Row<'_>) -> Result<T>,
    ) -> Result<Vec<T>> {
        let mut statement = self.connection.prepare_cached(sql).map_err(error)?;
        bind(&mut statement, params)?;
        let mut rows = statement.raw_query();
        let mut items = Vec::new();
        while let Some(row) = rows.next().map_err(error)? {
            items.push(map(&Row::Sqlite(row))?);
        }
        Ok(items)
    }

    pub(crate) fn execute(&self, sql: &'static str, params: &[Value<'_>]) -> Result<u64> {
        let mut statement = self.connection.prepare_cached(sql).map_err(error)?;
        bind(&mut statement, params)?;
        let changed = statement.raw_execute().map_err(error)?;
        Ok(changed as u64)
    }

    pub(crate) fn batch(&self, sql: &str) -> Result<()> {
        self.connection.execute_batch(sql).map_err(error)
    }

    /// Commits. A failed sync leaves a state that nobody can vouch for: the process ends (fsyncgate).
    pub(crate) fn commit(&self) -> Result<()> {
        let Err(cause) = self.connection.execute_batch("COMMIT") else {
            return Ok(());
        };
        if cause.sqlite_error_code() == Some(ErrorCode::SystemIoFailure) {
            tracing::error!(error = %cause, "the database file could not be synced; ending before anything false is said");
            std::process::abort();
        }
        Err(Error::Unavailable(cause.to_string()))
    }

    pub(crate) fn rollback(&self) {
        if !self.connection.is_autocommit()
            && let Err(cause) = self.connection.execute_batch("ROLLBACK")
        {
            tracing::error!(error = %cause, "rolling back failed");
        }
    }

    /// Moves what the log holds into the database file without waiting for anyone; a log that grew long although
    /// (somebody always reads or writes) is begun anew, for which the writer waits.
    pub(crate) fn checkpoint(&self) -> Result<()> {
        let frames: i64 = self
            .connection
            .query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |row| row.get(1))
            .map_err(error)?;
        if frames > LONG_LOG {
            self.connection
                .query_row("PRAGMA wal_checkpoint(RESTART)", [], |_| Ok(()))
                .map_err(error)?;
        }
        Ok(())
    }

    /// Moves everything into the database file and empties the log; for the end of the process.
    pub(crate) fn checkpoint_all(&self) -> Result<()> {
        self.connection
            .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
            .map_err(error)
    }
}

fn bind(statement: &mut rusqlite::CachedStatement<'_>, params: &[Value<'_>]) -> Result<()> {
    if params.len() > NAMES.len() {
        return Err(Error::Database("too many parameters".to_owned()));
    }
    for (value, name) in params.iter().zip(NAMES) {
        // A parameter may be unused in SQLite's reading of the text, never the other way round.
        if let Some(index) = statement.parameter_index(name).map_err(error)? {
            statement.raw_bind_parameter(index, value).map_err(error)?;
        }
    }
    Ok(())
}

/// What an error of SQLite means to us. It names `table.column` where PostgreSQL names the constraint.
pub(crate) fn error(cause: rusqlite::Error) -> Error {
    match cause.sqlite_error_code() {
        Some(ErrorCode::ConstraintViolation) => {
            let text = cause.to_string();
            Error::Constraint(if text.contains("users.username") {
                Constraint::Username
            } else if text.contains("users.email") {
                Constraint::Email
            } else if text.contains("rooms.direct_key") {
                Constraint::DirectRoom
            } else {
                Constraint::Other
            })
        }
        Some(
            ErrorCode::DatabaseBusy
            | ErrorCode::DatabaseLocked
            | ErrorCode::DiskFull
            | ErrorCode::CannotOpen
            | ErrorCode::ReadOnly,
        ) => Error::Unavailable(cause.to_string()),
        _ => Error::Database(cause.to_string()),
    }
}
