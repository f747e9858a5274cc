//! Links to the server: how they are made and encrypted, and how long silence is taken for work.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join;
use parking_lot::Mutex;
use tokio::runtime::Handle;
use tokio::task::AbortHandle;
use tokio::time::timeout;
use tokio_postgres::config::Host;
use tokio_postgres::{Client, Config, Statement};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::error;
use crate::error::{Error, Result};

/// How long to wait until one of the server's addresses takes a connection.
const SOCKET: Duration = Duration::from_secs(5);

/// How long what was sent may go unconfirmed by the other machine, and when a quiet one is asked whether it is there.
const UNCONFIRMED: Duration = Duration::from_secs(10);
const PROBE_AFTER: Duration = Duration::from_secs(10);
const PROBE_EVERY: Duration = Duration::from_secs(5);
const PROBES: u32 = 3;

/// What the server is told. Durability is the promise itself: never left to a server's default. Whoever fell silent in a
/// transaction, because the network did, holds no locks for long.
const SESSION: &str = "-c synchronous_commit=on -c statement_timeout=30s \
                       -c idle_in_transaction_session_timeout=10s -c timezone=UTC";

/// How long a server that takes connections, but says nothing, is waited for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Patience {
    /// For a link: from the first packet to the welcome, on each server that the address names.
    pub(crate) link: Duration,
    /// For an answer: longer than the server itself lets a statement run.
    pub(crate) answer: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            link: Duration::from_secs(10),
            answer: Duration::from_secs(40),
        }
    }
}

/// Where links lead.
pub(super) struct Server {
    /// One for each server that the address names, in its order.
    configs: Vec<Config>,
    patience: Patience,
    runtime: Handle,
}

impl Server {
    pub(super) fn at(url: &str, patience: Patience, runtime: &Handle) -> Result<Self> {
        let config: Config = url
            .parse()
            .map_err(|_| Error::Unavailable("the address is malformed".to_owned()))?;
        Ok(Self {
            configs: each(&config),
            patience,
            runtime: runtime.clone(),
        })
    }

    /// Makes a link to the first server that welcomes us.
    pub(super) async fn connect(&self) -> Result<Link> {
        let mut failure = Error::Unavailable("the address names no server".to_owned());
        for config in &self.configs {
            let welcome = timeout(self.patience.link, config.connect(tls()?)).await;
            match welcome {
                Ok(Ok((client, connection))) => {
                    let carrier = self.runtime.spawn(async move {
                        if let Err(cause) = connection.await {
                            tracing::warn!(error = %cause, "the link to the database ended");
                        }
                    });
                    return Ok(Link {
                        client,
                        statements: HashMap::new(),
                        carrier: carrier.abort_handle(),
                        patience: self.patience.answer,
                    });
                }
                Ok(Err(cause)) => failure = error(&cause),
                Err(_) => failure = Error::Unavailable("the server gave no welcome".to_owned()),
            }
        }
        // Other certificates may be trusted by the next time.
        *TLS.lock() = None;
        Err(failure)
    }
}

/// The address once for each server that it names: one that hangs must not keep the next from being asked.
fn each(config: &Config) -> Vec<Config> {
    let (hosts, addresses, ports) = (
        config.get_hosts(),
        config.get_hostaddrs(),
        config.get_ports(),
    );
    let one = |index: usize| {
        let mut one = Config::new();
        one.connect_timeout(SOCKET)
            .tcp_user_timeout(UNCONFIRMED)
            .keepalives_idle(PROBE_AFTER)
            .keepalives_interval(PROBE_EVERY)
            .keepalives_retries(PROBES)
            .application_name("parley")
            .options(SESSION)
            .ssl_mode(config.get_ssl_mode())
            .ssl_negotiation(config.get_ssl_negotiation())
            .channel_binding(config.get_channel_binding())
            .target_session_attrs(config.get_target_session_attrs());
        match hosts.get(index) {
            Some(Host::Tcp(name)) => {
                one.host(name);
            }
            #[cfg(unix)]
            Some(Host::Unix(path)) => {
                one.host_path(path);
            }
            None => {}
        }
        if let Some(address) = addresses.get(index) {
            one.hostaddr(*address);
        }
        if let Some(port) = ports.get(index).or_else(|| ports.first()) {
            one.port(*port);
        }
        if let Some(user) = config.get_user() {
            one.user(user);
        }
        if let Some(password) = config.get_password() {
            one.password(password);
        }
        if let Some(name) = config.get_dbname() {
            one.dbname(name);
        }
        one
    };
    (0..hosts.len().max(addresses.len())).map(one).collect()
}

/// One link, as long as it lasts.
pub(super) struct Link {
    pub(super) client: Client,
    statements: HashMap<&'static str, Statement>,
    /// The task that carries its bytes.
    carrier: AbortHandle,
    patience: Duration,
}

impl Link {
    pub(super) fn is_open(&self) -> bool {
        !self.client.is_closed()
    }

    pub(super) async fn statement(&mut self, sql: &'static str) -> Result<Statement> {
        if let Some(statement) = self.statements.get(sql) {
            return Ok(statement.clone());
        }
        let statement = self.answered(self.client.prepare(sql)).await?;
        self.statements.insert(sql, statement.clone());
        Ok(statement)
    }

    /// Sends the deferred control statements and `work` in one go.
    pub(super) async fn with<T>(
        &self,
        deferred: String,
        work: impl Future<Output = Result<T, tokio_postgres::Error>>,
    ) -> Result<T> {
        if deferred.is_empty() {
            return self.answered(work).await;
        }
        // The first is polled first, so the server gets them in this order.
        let (control, result) = join(
            self.answered(self.client.batch_execute(&deferred)),
            self.answered(work),
        )
        .await;
        control?;
        result
    }

    /// What the server answers. One that is silent for too long may be gone, however well its machine confirms what
    /// comes: the link is given up, and everybody who waits at it hears so.
    pub(super) async fn answered<T>(
        &self,
        work: impl Future<Output = Result<T, tokio_postgres::Error>>,
    ) -> Result<T> {
        match timeout(self.patience, work).await {
            Ok(answer) => answer.map_err(|cause| error(&cause)),
            Err(_) => {
                tracing::warn!("the database is silent; its link is given up");
                self.carrier.abort();
                Err(Error::Unavailable("the database is silent".to_owned()))
            }
        }
    }
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
