//! Forward-only migrations, the same text for both databases but for what only one of them understands: triggers.

use refinery::{Migration, Runner};

use crate::dialect::{Connection, Dialect};
use crate::error::{Error, Result};

const MIGRATIONS: &[(&str, &str)] = &[
    (
        "V1__first_light",
        include_str!("../migrations/V1__first_light.sql"),
    ),
    (
        "V2__confirmation",
        include_str!("../migrations/V2__confirmation.sql"),
    ),
    ("V3__files", include_str!("../migrations/V3__files.sql")),
];

/// The fourth ends with the triggers that keep the audit, in each database's own words.
const SQLITE: (&str, &str) = (
    "V4__administration",
    concat!(
        include_str!("../migrations/V4__administration.sql"),
        include_str!("../migrations/V4__administration.sqlite.sql")
    ),
);
const POSTGRES: (&str, &str) = (
    "V4__administration",
    concat!(
        include_str!("../migrations/V4__administration.sql"),
        include_str!("../migrations/V4__administration.postgres.sql")
    ),
);

const SINCE: &[(&str, &str)] = &[("V6__counts", include_str!("../migrations/V6__counts.sql"))];

/// The advisory lock that keeps two nodes from migrating at once; a large database may take longer than a statement may.
const LOCK: &str = "SET statement_timeout = 0; SELECT pg_advisory_lock(7236514801)";
const UNLOCK: &str = "SELECT pg_advisory_unlock(7236514801); RESET statement_timeout";

/// Brings the schema up to date.
pub(crate) async fn run(connection: &mut Connection) -> Result<()> {
    let own = match connection.dialect() {
        Dialect::Sqlite => SQLITE,
        Dialect::Postgres => POSTGRES,
    };
    let migrations = MIGRATIONS
        .iter()
        .chain([&own])
        .chain(SINCE)
        .map(|(name, sql)| Migration::unapplied(name, sql))
        .collect::<Result<Vec<_>, _>>()
        .map_err(failed)?;
    let runner = Runner::new(&migrations);
    match connection {
        Connection::Sqlite(connection) => {
            runner.run(connection.driver()).map_err(failed)?;
        }
        Connection::Postgres(connection) => {
            let client = connection.driver()?;
            client
                .batch_execute(LOCK)
                .await
                .map_err(|cause| crate::postgres::error(&cause))?;
            let report = runner.run_async(client).await;
            client
                .batch_execute(UNLOCK)
                .await
                .map_err(|cause| crate::postgres::error(&cause))?;
            report.map_err(failed)?;
        }
    }
    Ok(())
}

fn failed(cause: refinery::Error) -> Error {
    Error::Database(format!("migrating the schema failed: {cause}"))
}
