//! Fresh, empty databases: a file for SQLite, a database of its own on the PostgreSQL server of the test run.

use std::path::{Path, PathBuf};

use tempfile::TempDir;
use tokio_postgres::NoTls;
use uuid::Uuid;

use crate::children;
use crate::cluster::Cluster;

/// Names the PostgreSQL server (a superuser's URL) that `cargo xtask test` starts.
const SERVER: &str = "PARLEY_TEST_POSTGRES_URL";

/// A database that is empty at first and gone when dropped.
#[derive(Debug)]
pub enum Database {
    /// A file in a folder of its own.
    Sqlite {
        /// The folder, which goes with it.
        folder: TempDir,
    },
    /// A database on the server.
    Postgres {
        /// Its name.
        name: String,
        /// Its URL.
        url: String,
    },
    /// A server of the test's own.
    Cluster(Cluster),
}

impl Database {
    /// An SQLite file, not made yet.
    pub fn sqlite() -> Self {
        Self::Sqlite {
            folder: children::folder(),
        }
    }

    /// A database on the PostgreSQL server of the test run.
    pub async fn postgres() -> Self {
        let name = format!("parley_{}", Uuid::new_v4().simple());
        administer(&format!("CREATE DATABASE {name}")).await;
        let url = server();
        let (front, _) = url
            .rsplit_once('/')
            .expect("the server's URL ends in a database");
        Self::Postgres {
            url: format!("{front}/{name}"),
            name,
        }
    }

    /// A PostgreSQL server of the test's own whose log is held back by a library of [`crate::preload`].
    pub async fn on_slow_disk(library: &Path) -> Self {
        Self::Cluster(Cluster::on_slow_disk(library).await)
    }

    /// The SQLite file, if it is one.
    pub fn path(&self) -> Option<PathBuf> {
        match self {
            Self::Sqlite { folder } => Some(folder.path().join("parley.sqlite3")),
            Self::Postgres { .. } | Self::Cluster(_) => None,
        }
    }

    /// The PostgreSQL URL, if it is one.
    pub fn url(&self) -> Option<&str> {
        match self {
            Self::Sqlite { .. } => None,
            Self::Postgres { url, .. } => Some(url),
            Self::Cluster(cluster) => Some(&cluster.url),
        }
    }

    /// Runs SQL on it, or on the SQLite file `file`.
    pub(crate) async fn run(&self, file: &Path, sql: &str) {
        if let Some(url) = self.url() {
            run_at(url, sql).await;
            return;
        }
        let link = rusqlite::Connection::open(file).expect("the file opens");
        link.busy_timeout(std::time::Duration::from_secs(10))
            .expect("a timeout");
        link.execute_batch(sql)
            .unwrap_or_else(|error| panic!("{sql}: {error}"));
    }

    /// Everything that a PostgreSQL database holds, each row as a line.
    pub async fn dump(&self) -> String {
        let url = self.url().expect("an SQLite database is a file to read");
        let (client, connection) = tokio_postgres::connect(url, NoTls)
            .await
            .expect("the PostgreSQL server answers");
        let driver = tokio::spawn(connection);
        let tables = "SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public'";
        let mut all = String::new();
        for table in client.query(tables, &[]).await.expect("tables") {
            let table: String = table.get(0);
            let rows = format!("SELECT t::text FROM {table} t");
            for row in client.query(&rows, &[]).await.expect("rows") {
                all += &row.get::<_, String>(0);
                all.push('\n');
            }
        }
        drop(client);
        driver
            .await
            .expect("the link ends")
            .expect("the link ends well");
        all
    }

    /// The folder of the SQLite file, if it is one.
    pub fn folder(&self) -> Option<&Path> {
        match self {
            Self::Sqlite { folder } => Some(folder.path()),
            Self::Postgres { .. } | Self::Cluster(_) => None,
        }
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let Self::Postgres { name, .. } = self else {
            return;
        };
        let drop = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
        // A thread of its own: the test's runtime may be the one that is ending.
        let worker = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .expect("a runtime");
            runtime.block_on(administer(&drop));
        });
        if worker.join().is_err() && !std::thread::panicking() {
            panic!("the database {name} could not be dropped");
        }
    }
}

fn server() -> String {
    #[expect(
        clippy::disallowed_methods,
        reason = "the test run names its server, the product's settings don't"
    )]
    std::env::var(SERVER).unwrap_or_else(|_| {
        panic!("{SERVER} is not set: run the tests with `cargo xtask test rust`")
    })
}

/// What the shared server answers to a question of one value.
pub(crate) async fn ask(question: &str) -> String {
    let (client, connection) = tokio_postgres::connect(&server(), NoTls)
        .await
        .expect("the PostgreSQL server answers");
    tokio::spawn(connection);
    let row = client.query_one(question, &[]).await;
    row.unwrap_or_else(|error| panic!("{question}: {error}"))
        .get(0)
}

async fn administer(statement: &str) {
    run_at(&server(), statement).await;
}

async fn run_at(url: &str, statement: &str) {
    let (client, connection) = tokio_postgres::connect(url, NoTls)
        .await
        .expect("the PostgreSQL server answers");
    let driver = tokio::spawn(connection);
    client
        .batch_execute(statement)
        .await
        .unwrap_or_else(|error| panic!("{statement}: {error}"));
    drop(client);
    driver
        .await
        .expect("the link ends")
        .expect("the link ends well");
}

/// Makes two tests of each function: `name::sqlite` and `name::postgres`.
///
/// ```text
/// testkit::on_both_databases! {
///     async fn rows_come_back(db: Database) { … }
/// }
/// ```
#[macro_export]
macro_rules! on_both_databases {
    ($($(#[$meta:meta])* async fn $name:ident($db:ident: Database) $body:block)*) => {$(
        $(#[$meta])*
        mod $name {
            #[allow(unused_imports, reason = "a test may need nothing from around it")]
            use super::*;

            async fn run($db: $crate::Database) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                run($crate::Database::sqlite()).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                run($crate::Database::postgres().await).await;
            }
        }
    )*};
}
