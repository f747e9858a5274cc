//! Forward-only migrations, the same text for both databases.

use refinery::{Migration, Runner};

use crate::dialect::Connection;
use crate::error::{Error, Result};

const MIGRATIONS: &[(&str, &str)] = &[(
    "V1__first_light",
    include_str!("../migrations/V1__first_light.sql"),
)];

/// The advisory lock that keeps two nodes from migrating at once.
const LOCK: &str = "SELECT pg_advisory_lock(7236514801)";
const UNLOCK: &str = "SELECT pg_advisory_unlock(7236514801)";

/// Brings the schema up to date.
pub(crate) async fn run(connection: &mut Connection) -> Result<()> {
    let migrations = MIGRATIONS
        .iter()
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
