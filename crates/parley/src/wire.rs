//! The whole server in one page: each part is made, and handed what it needs.

use chat::Chat;
use live::limits::Connections;
use live::presence::Presence;
use model::time::Clock;
use server::collect;
use server::metrics::Metrics;
use server::serve::Drain;
use server::state::{AppState, Parts, Role, Settings};
use store::{Database, Store};

use crate::cli;
use crate::config::Config;
use crate::config::values::RateLimits;
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
    let database = match &config.database_url {
        Some(url) => Database::Postgres(url.expose().to_owned()),
        None => Database::Sqlite(data.database()),
    };
    let (store, hub) = server::delivery::open(database, Clock::system()).await?;
    let settings = chat::Settings {
        public_url: address,
        rate_limits: config.rate_limits == RateLimits::On,
    };
    let chat = Chat::new(store.clone(), settings);
    Ok(Core { chat, store, hub })
}

/// The state that the edge serves from.
pub(crate) fn edge(core: &Core, config: &Config, role: cli::Role) -> AppState {
    let parts = collect::Parts::new(core.store.clone(), core.hub.clone());
    AppState::new(Parts {
        chat: core.chat.clone(),
        hub: core.hub.clone(),
        presence: Presence::default(),
        connections: Connections::new(CONNECTIONS_PER_USER),
        metrics: Metrics::new(vec![Box::new(parts)]),
        drain: Drain::default(),
        settings: Settings {
            role: match role {
                cli::Role::All => Role::All,
                cli::Role::Web => Role::Web,
                cli::Role::Gateway => Role::Gateway,
            },
            public_url: config.public_url.clone(),
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
