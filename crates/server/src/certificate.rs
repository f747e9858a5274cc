//! What administrators are told about the server's own certificate.

use model::time::Timestamp;
use serde::Serialize;
use tls::Source;
use utoipa::ToSchema;

use crate::state::AppState;

/// The certificate that the server speaks TLS with.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = TlsHealth)]
pub struct Health {
    /// `files` that somebody renews, or `acme`: fetched by the server.
    #[schema(inline)]
    pub source: From,
    /// The names that it is for; empty while there is none.
    pub names: Vec<String>,
    /// When it ends; null while there is none.
    pub not_after: Option<Timestamp>,
    /// Why the last try to get another one failed; null if it didn't.
    pub last_error: Option<String>,
}

/// Where a certificate comes from.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum From {
    /// Files.
    Files,
    /// An authority.
    Acme,
}

/// How the certificate fares; none if the server speaks no TLS itself.
pub fn health(state: &AppState) -> Option<Health> {
    let held = state.tls.as_ref()?.state();
    Some(Health {
        source: match held.source {
            Source::Files => From::Files,
            Source::Acme => From::Acme,
        },
        names: held.names,
        not_after: held.not_after,
        last_error: held.last_error,
    })
}
