//! What every handler can reach.

use std::ops::Deref;
use std::sync::Arc;

use chat::Chat;
use ipnet::IpNet;
use live::Hub;
use live::limits::Connections;
use live::presence::Presence;
use model::time::Timestamp;

use crate::metrics::Metrics;
use crate::origin::Origin;
use crate::serve::Drain;
use crate::throttle::Throttle;

/// The settings that the edge needs.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// What this process serves.
    pub role: Role,
    /// Where browsers reach the app, if that is set.
    pub public_url: Option<Origin>,
    /// Whether browsers reach the app encrypted.
    pub https: bool,
    /// Where browsers reach the gateway, if that is elsewhere.
    pub gateway_url: Option<Origin>,
    /// Other sites whose pages may call the API.
    pub cors_origins: Vec<Origin>,
    /// Proxies that are believed when they name the client.
    pub trusted_proxies: Vec<IpNet>,
    /// Whether `/metrics` has a listener of its own.
    pub metrics_elsewhere: bool,
}

/// What a process serves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Role {
    /// Everything.
    #[default]
    All,
    /// Everything but the gateway.
    Web,
    /// Of the API, only the gateway.
    Gateway,
}

/// What there is one of in a server; a clone is another handle.
#[derive(Clone)]
pub struct AppState(Arc<Parts>);

/// The parts of an [`AppState`].
pub struct Parts {
    /// The use cases.
    pub chat: Chat,
    /// Who hears what.
    pub hub: Hub,
    /// Whose devices are connected.
    pub presence: Presence,
    /// How many connections each person has open.
    pub connections: Connections,
    /// What is counted.
    pub metrics: Metrics,
    /// How many reports of browsers an address may send.
    pub csp_reports: Throttle,
    /// When the process was started.
    pub started_at: Timestamp,
    /// Whether the server is going down.
    pub drain: Drain,
    /// The certificate, if we speak TLS ourselves.
    pub tls: Option<tls::Certificates>,
    /// The edge's settings.
    pub settings: Settings,
}

impl AppState {
    /// The state made of its parts.
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }
}

impl Deref for AppState {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}
