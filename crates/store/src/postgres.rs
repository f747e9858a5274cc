//! The PostgreSQL arm: a connection that comes back, pipelined statements, and what errors mean.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use tokio::runtime::Handle;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Config, Statement};
use tokio_postgres_rustls::MakeRustlsConnect;
use uuid::Uuid;

use crate::error::{Constraint, Error, Result};
use crate::value::{Row, Value};

/// How long to wait for the server when connecting.
const CONNECT: Duration = Duration::from_secs(5);

/// One connection to the server.
pub(crate) struct Postgres {
    config: Config,
    runtime: Handle,
    link: Option<Link>,
    /// Control statements that travel with the next one.
    deferred: String,
}

struct Link {
    client: Client,
    statements: HashMap<&'static str, Statement>,
}

impl Postgres {
    /// A connection to the server at `url`.
    pub(crate) async fn open(url: &str, runtime: &Handle) -> Result<Self> {
        let mut config: Config = url
            .parse()
            .map_err(|_| Error::Unavailable("the address is malformed".to_owned()))?;
        config
            .connect_timeout(CONNECT)
            .application_name("parley")
            .keepalives_idle(Duration::from_secs(30));
        // Durability is the promise itself: never left to a server's default.
        let options = "-c synchronous_commit=on -c statement_timeout=30s -c idle_in_transaction_session_timeout=60s -c timezone=UTC";
        config.options(options);
        let mut this = Self {
            config,
            runtime: runtime.clone(),
            link: None,
            deferred: String::new(),
        };
        this.reconnect_if_closed().await?;
        Ok(this)
    }

    /// Makes a new link if the old one broke.
    pub(crate) async fn reconnect_if_closed(&mut self) -> Result<()> {
        if self
            .link
            .as_ref()
            .is_some_and(|link| !link.client.is_closed())
        {
            return Ok(());
        }
        self.deferred.clear();
        let tls = tls()?;
        let (client, connection) = self.config.connect(tls).await.map_err(|cause| {
            // Other certificates may be trusted by the next time.
            *TLS.lock() = None;
            error(&cause)
        })?;
        self.runtime.spawn(async move {
            if let Err(cause) = connection.await {
                tracing::warn!(error = %cause, "the link to the database ended");
            }
        });
        self.link = Some(Link {
            client,
            statements: HashMap::new(),
        });
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
        link.client
            .batch_execute(&deferred)
            .await
            .map_err(|cause| error(&cause))
    }

    /// Commits; a link that breaks after the word was sent leaves the outcome unknown.
    pub(crate) async fn commit(&mut self) -> Result<()> {
        let mut before = std::mem::take(&mut self.deferred);
        // A commit that a synchronous standby keeps waiting must not be given up as if it were done.
        before.push_str("SET LOCAL statement_timeout = 0");
        let link = self.link.as_ref().ok_or_else(unlinked)?;
        let (prepared, committed) = futures_util::future::join(
            link.client.batch_execute(&before),
            link.client.batch_execute("COMMIT"),
        )
        .await;
        // What the server refused before it made of the COMMIT behind it a rollback.
        for outcome in [prepared, committed] {
            outcome.map_err(|cause| match error(&cause) {
                // The word of a server that is going down may come after the commit: only a plain refusal is one.
                Error::Unavailable(_) => Error::UnknownOutcome,
                refused => refused,
            })?;
        }
        Ok(())
    }

    pub(crate) async fn rollback(&mut self) {
        self.deferred.clear();
        let Some(link) = &self.link else { return };
        if link.client.batch_execute("ROLLBACK").await.is_err() {
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
}

impl Link {
    async fn statement(&mut self, sql: &'static str) -> Result<Statement> {
        if let Some(statement) = self.statements.get(sql) {
            return Ok(statement.clone());
        }
        let statement = self
            .client
            .prepare(sql)
            .await
            .map_err(|cause| error(&cause))?;
        self.statements.insert(sql, statement.clone());
        Ok(statement)
    }

    /// Sends the deferred control statements and `work` in one go.
    async fn with<T>(
        &self,
        deferred: String,
        work: impl Future<Output = Result<T, tokio_postgres::Error>>,
    ) -> Result<T> {
        if deferred.is_empty() {
            return work.await.map_err(|cause| error(&cause));
        }
        // The first is polled first, so the server gets them in this order.
        let (control, result) =
            futures_util::future::join(self.client.batch_execute(&deferred), work).await;
        control.map_err(|cause| error(&cause))?;
        result.map_err(|cause| error(&cause))
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

/// How links are encrypted, with the certificates that the machine trusts: reading those takes longer than linking.
static TLS: Mutex<Option<MakeRustlsConnect>> = Mutex::new(None);

fn tls() -> Result<MakeRustlsConnect> {
    if let Some(made) = &*TLS.lock() {
        return Ok(made.clone());
    }
    let failed = |cause: rustls::Error| Error::Unavailable(format!("TLS can't be set up: {cause}"));
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut roots = rustls::RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(failed)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    let made = MakeRustlsConnect::new(config);
    *TLS.lock() = Some(made.clone());
    Ok(made)
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
        code if code.code().starts_with("08")
            || code.code().starts_with("53")
            || code.code().starts_with("57") =>
        {
            Error::Unavailable(db.message().to_owned())
        }
        _ => Error::Database(format!("{}: {}", db.code().code(), db.message())),
    }
}
