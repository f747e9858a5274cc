//! The whole server in one page: each part is made, and handed what it needs.

use std::time::Duration;

use anyhow::Context;
use chat::Chat;
use chat::mail::{InvalidMail, Mailer};
use chat::sealing::Sealer;
use data_encoding::BASE64;
use files::staging::Staging;
use files::storage::{Bucket, Storage};
use live::limits::Connections;
use live::presence::Presence;
use model::time::Clock;
use server::collect;
use server::metrics::Metrics;
use server::origin::Origin;
use server::routes::csp_reports;
use server::serve::Drain;
use server::state::{AppState, Parts, Role, Settings};
use store::streams::LogKeep;
use store::{Database, Store};
use tls::Certificates;

use crate::cli;
use crate::config::Config;
use crate::config::values::{RateLimits, SecretKey};
use crate::data_dir::DataDir;

/// Devices that one person may have connected at once.
const CONNECTIONS_PER_USER: u32 = 50;

/// The use cases over the settings' database, as the command line needs them too.
pub(crate) struct Core {
    /// The use cases.
    pub(crate) chat: Chat,
    /// The database.
    pub(crate) store: Store,
    hub: live::Hub,
}

/// Opens the database and puts the use cases over it. `address` is where people reach the app.
pub(crate) async fn core(config: &Config, data: &DataDir, address: String) -> anyhow::Result<Core> {
    // Before anything is made: it only looks at settings.
    let mailer = mailer(config, data)?;
    let storage = storage(config, data)?;
    let (database, name) = match &config.database_url {
        Some(url) => (
            Database::Postgres(url.expose().to_owned()),
            "PARLEY_DATABASE_URL".to_owned(),
        ),
        None => {
            let path = data.database()?;
            (Database::Sqlite(path.clone()), path.display().to_string())
        }
    };
    let opened = server::delivery::open(database, Clock::system()).await;
    let (store, hub) = opened.context(name)?;
    let settings = chat::Settings {
        public_url: address,
        rate_limits: config.rate_limits == RateLimits::On,
        mailer,
        mail_server_is_set: config.smtp_url.is_some(),
        sealer: sealer(config, data)?,
        log_keep: LogKeep {
            events: config.log_keep.events,
            age: Duration::from_secs(u64::from(config.log_keep.days) * 24 * 60 * 60),
        },
        storage,
        staging: Staging::at(data.uploads()),
    };
    let chat = Chat::new(store.clone(), settings);
    Ok(Core { chat, store, hub })
}

/// Where files are kept: the configured bucket, or a folder.
fn storage(config: &Config, data: &DataDir) -> anyhow::Result<Storage> {
    Ok(match &config.files_url {
        Some(url) => Storage::Bucket(Bucket::parse(url.expose()).context("PARLEY_FILES_URL")?),
        None => Storage::Disk(data.files()),
    })
}

/// What seals secrets: the configured key, or one in the data folder, made when it is missing.
fn sealer(config: &Config, data: &DataDir) -> anyhow::Result<Sealer> {
    if let Some(key) = &config.secret_key {
        return Ok(Sealer::new(key.expose())?);
    }
    let path = data.secret_key();
    let named = || path.display().to_string();
    let key = match std::fs::read_to_string(&path) {
        Ok(text) => text.trim().parse::<SecretKey>().with_context(named)?,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let text = BASE64.encode(&Sealer::generate()?);
            data.write_private(&path, &text).with_context(named)?;
            text.parse::<SecretKey>().with_context(named)?
        }
        Err(error) => return Err(error).with_context(named),
    };
    Ok(Sealer::new(key.expose())?)
}

/// Who sends mails: the configured server, or a folder where whoever runs the server finds them.
fn mailer(config: &Config, data: &DataDir) -> anyhow::Result<Mailer> {
    let from = match &config.mail_from {
        Some(from) => from.to_string(),
        None => {
            let host = config.origin();
            let host = host.as_ref().map_or("localhost", Origin::host);
            format!("Parley <parley@{host}>")
        }
    };
    Ok(match &config.smtp_url {
        Some(url) => Mailer::smtp(url.expose(), &from).map_err(named)?,
        None => Mailer::folder(data.mails(), &from).map_err(named)?,
    })
}

/// The same error, with the setting that has to be changed.
fn named(error: InvalidMail) -> anyhow::Error {
    let name = match error {
        InvalidMail::Server(_) => "PARLEY_SMTP_URL",
        InvalidMail::Sender(_) => "PARLEY_MAIL_FROM",
    };
    anyhow::Error::new(error).context(name)
}

/// The state that the edge serves from.
pub(crate) fn edge(
    core: &Core,
    config: &Config,
    role: cli::Role,
    tls: Option<Certificates>,
) -> AppState {
    let parts = collect::Parts::new(core.store.clone(), core.hub.clone());
    AppState::new(Parts {
        chat: core.chat.clone(),
        hub: core.hub.clone(),
        presence: Presence::default(),
        connections: Connections::new(CONNECTIONS_PER_USER),
        metrics: Metrics::new(vec![Box::new(parts)]),
        csp_reports: csp_reports::throttle(),
        started_at: core.chat.clock().now(),
        drain: Drain::default(),
        tls,
        settings: Settings {
            role: match role {
                cli::Role::All => Role::All,
                cli::Role::Web => Role::Web,
                cli::Role::Gateway => Role::Gateway,
            },
            public_url: config.origin(),
            https: config.is_https(),
            gateway_url: config.gateway_url.clone(),
            cors_origins: config.cors_origins.clone(),
            trusted_proxies: config
                .trusted_proxies
                .iter()
                .map(|network| network.0)
                .collect(),
            metrics_elsewhere: config.admin_listen.is_some(),
        },
    })
}
