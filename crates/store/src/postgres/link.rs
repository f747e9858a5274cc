//! Links to the server: how they are made and encrypted, and how long silence is taken for work.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join;
use parking_lot::Mutex;
use tokio::runtime::Handle;
use tokio::task::AbortHandle;
use tokio::time::timeout;
use tokio_postgres::config::{Host, LoadBalanceHosts};
use tokio_postgres::{Client, Config, Statement};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::error;
use crate::error::{Error, Result};

// What holds where the address doesn't say otherwise.

/// How long to wait until one of the server's addresses takes a connection.
const SOCKET: Duration = Duration::from_secs(5);

/// How long what was sent may go unconfirmed by the other machine, and when a quiet one is asked whether it is there.
const UNCONFIRMED: Duration = Duration::from_secs(10);
const PROBE_AFTER: Duration = Duration::from_secs(10);
const PROBE_EVERY: Duration = Duration::from_secs(5);
const PROBES: u32 = 3;

/// What the server is told, after what the address says: the last one counts. Durability is the promise itself: never left
/// to a server's default. Whoever fell silent in a transaction, because the network did, holds no locks for long.
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
    /// Whether they are tried in another order each time.
    balances: bool,
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
            balances: config.get_load_balance_hosts() == LoadBalanceHosts::Random,
            patience,
            runtime: runtime.clone(),
        })
    }

    /// Makes a link to the first server that welcomes us.
    pub(super) async fn connect(&self) -> Result<Link> {
        let mut failure = Error::Unavailable("the address names no server".to_owned());
        let mut configs: Vec<&Config> = self.configs.iter().collect();
        if self.balances {
            configs.sort_by_cached_key(|_| chance());
        }
        for config in configs {
            let welcome = timeout(self.patience(config), config.connect(tls()?)).await;
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

    /// How long one server's welcome is waited for: longer only if the address allows more for the connection alone.
    fn patience(&self, config: &Config) -> Duration {
        let own = config.get_connect_timeout().filter(|own| **own > SOCKET);
        own.map_or(self.patience.link, |own| self.patience.link.max(*own))
    }
}

/// A random number, to put things in order by.
fn chance() -> [u8; 8] {
    let mut chance = [0; 8];
    // Without chance the order stays as it is: any will do.
    let _ = aws_lc_rs::rand::fill(&mut chance);
    chance
}

/// The address once for each server that it names, with all that it says: one that hangs must not keep the next from being
/// asked.
fn each(config: &Config) -> Vec<Config> {
    let idle = match config.get_keepalives_idle() {
        default if default == Config::new().get_keepalives_idle() => PROBE_AFTER,
        own => own,
    };
    let options = match config.get_options() {
        Some(own) => format!("{own} {SESSION}"),
        None => SESSION.to_owned(),
    };
    let (hosts, addresses, ports) = (
        config.get_hosts(),
        config.get_hostaddrs(),
        config.get_ports(),
    );
    let one = |index: usize| {
        let mut one = Config::new();
        one.connect_timeout(*config.get_connect_timeout().unwrap_or(&SOCKET))
            .tcp_user_timeout(*config.get_tcp_user_timeout().unwrap_or(&UNCONFIRMED))
            .keepalives(config.get_keepalives())
            .keepalives_idle(idle)
            .keepalives_interval(config.get_keepalives_interval().unwrap_or(PROBE_EVERY))
            .keepalives_retries(config.get_keepalives_retries().unwrap_or(PROBES))
            .application_name(config.get_application_name().unwrap_or("parley"))
            .options(&options)
            .load_balance_hosts(config.get_load_balance_hosts())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_address_says_holds_for_each_server_and_the_promise_for_all() {
        let url = "postgres://u:p@one:1,two:2/db?application_name=chat&connect_timeout=20&keepalives=0\
                   &keepalives_idle=7&keepalives_interval=8&keepalives_retries=9&tcp_user_timeout=11\
                   &load_balance_hosts=random&options=-c%20search_path%3Dchat";
        let given: Config = url.parse().unwrap();
        let servers = each(&given);
        assert_eq!(servers.len(), 2);
        for (server, port) in servers.iter().zip([1, 2]) {
            assert_eq!(server.get_hosts().len(), 1);
            assert_eq!(server.get_ports(), [port]);
            assert_eq!(server.get_application_name(), Some("chat"));
            assert_eq!(server.get_connect_timeout(), given.get_connect_timeout());
            assert_eq!(server.get_tcp_user_timeout(), given.get_tcp_user_timeout());
            assert!(!server.get_keepalives());
            assert_eq!(server.get_keepalives_idle(), Duration::from_secs(7));
            let every = server.get_keepalives_interval();
            assert_eq!(every, Some(Duration::from_secs(8)));
            assert_eq!(server.get_keepalives_retries(), Some(9));
            assert_eq!(server.get_load_balance_hosts(), LoadBalanceHosts::Random);
            let options = server.get_options().unwrap();
            assert_eq!(options, format!("-c search_path=chat {SESSION}"));
        }
    }

    #[test]
    fn an_address_that_says_nothing_gets_what_notices_silence() {
        let [server] = &each(&"postgres://one/db".parse().unwrap())[..] else {
            panic!("one server");
        };
        assert_eq!(server.get_connect_timeout(), Some(&SOCKET));
        assert_eq!(server.get_tcp_user_timeout(), Some(&UNCONFIRMED));
        assert!(server.get_keepalives());
        assert_eq!(server.get_keepalives_idle(), PROBE_AFTER);
        assert_eq!(server.get_application_name(), Some("parley"));
        assert_eq!(server.get_options(), Some(SESSION));
    }
}
