//! Who is at the other end of the connection, signed in or not.

use std::net::IpAddr;

use axum::extract::FromRequestParts;
use chat::sessions::Device;
use http::header;
use http::request::Parts;

use crate::problem::Problem;
use crate::serve::Peer;
use crate::state::AppState;

/// As much of a `User-Agent` as is kept.
const DEVICE_CHARS: usize = 200;

/// The device that asks, for limits and for the list of one's sessions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    /// Its address, as far as there is one.
    pub address: Option<IpAddr>,
    /// What it calls itself, shortened.
    pub device: String,
}

impl Client {
    /// The address as a text, empty over a unix socket.
    pub fn address_text(&self) -> String {
        self.address
            .map(|address| address.to_string())
            .unwrap_or_default()
    }

    /// The client of a request.
    pub fn of(parts: &Parts, state: &AppState) -> Self {
        let peer = parts.extensions.get::<Peer>().and_then(|peer| peer.address);
        let trusted = &state.settings.trusted_proxies;
        let device = parts.headers.get(header::USER_AGENT);
        let device = device
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        Self {
            address: crate::origin::client_address(peer, &parts.headers, trusted),
            device: device.chars().take(DEVICE_CHARS).collect(),
        }
    }
}

impl From<Client> for Device {
    fn from(client: Client) -> Self {
        Self {
            address: client.address,
            name: client.device,
        }
    }
}

impl FromRequestParts<AppState> for Client {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        Ok(Self::of(parts, state))
    }
}
