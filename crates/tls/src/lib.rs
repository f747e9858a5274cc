//! Certificates: read from files that may change, or fetched and renewed by ACME.
//!
//! [`Certificates`] is what the listener serves from and what administrators are told about; [`files`] and [`acme`]
//! are the two ways in which it gets a certificate. While there is none, handshakes are refused: nothing is ever
//! served that nobody vouches for.

pub mod acme;
pub mod certificate;
pub mod challenge;
pub mod files;

use std::sync::Arc;

use model::time::Timestamp;
use parking_lot::RwLock;
use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs;
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;

use certificate::Certificate;
use challenge::Challenges;

/// What HTTP over TLS may be, the best first.
const PROTOCOLS: [&[u8]; 2] = [b"h2", b"http/1.1"];

/// Where a certificate comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// Files that somebody else renews.
    Files,
    /// Fetched by us.
    Acme,
}

/// What there is to know about a server's certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    /// Where it comes from.
    pub source: Source,
    /// The names that it is for; empty while there is none.
    pub names: Vec<String>,
    /// When it ends.
    pub not_after: Option<Timestamp>,
    /// Why the last try to get another one failed; none if it didn't.
    pub last_error: Option<String>,
}

/// The certificate of a server; a clone is another handle.
#[derive(Clone, Debug)]
pub struct Certificates(Arc<Parts>);

#[derive(Debug)]
struct Parts {
    source: Source,
    held: RwLock<Held>,
    challenges: Challenges,
}

#[derive(Debug, Default)]
struct Held {
    current: Option<Certificate>,
    last_error: Option<String>,
}

impl Certificates {
    /// None yet.
    pub fn new(source: Source) -> Self {
        Self(Arc::new(Parts {
            source,
            held: RwLock::default(),
            challenges: Challenges::default(),
        }))
    }

    /// Serves this certificate from the next handshake on.
    pub fn install(&self, certificate: Certificate) {
        let mut held = self.0.held.write();
        held.current = Some(certificate);
        held.last_error = None;
    }

    /// Remembers why there is no newer certificate.
    pub fn failed(&self, error: String) {
        self.0.held.write().last_error = Some(error);
    }

    /// The certificate that is served.
    pub fn current(&self) -> Option<Certificate> {
        self.0.held.read().current.clone()
    }

    /// What to tell administrators.
    pub fn state(&self) -> State {
        let held = self.0.held.read();
        let current = held.current.as_ref();
        State {
            source: self.0.source,
            names: current.map_or_else(Vec::new, |current| current.names().to_vec()),
            not_after: current.map(Certificate::not_after),
            last_error: held.last_error.clone(),
        }
    }

    /// What an ACME server may ask for.
    pub fn challenges(&self) -> &Challenges {
        &self.0.challenges
    }

    /// The rules of a listener that serves from here: TLS 1.2 and 1.3, HTTP/2 and HTTP/1.1; with `answer_acme` also
    /// the handshakes by which an ACME server convinces itself.
    pub fn server_config(&self, answer_acme: bool) -> Result<ServerConfig, rustls::Error> {
        let provider = Arc::new(aws_lc_rs::default_provider());
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_protocol_versions(&[&rustls::version::TLS13, &rustls::version::TLS12])?
            .with_no_client_auth()
            .with_cert_resolver(Arc::new(self.clone()));
        config.alpn_protocols = PROTOCOLS.map(<[u8]>::to_vec).to_vec();
        if answer_acme {
            config.alpn_protocols.push(challenge::PROTOCOL.to_vec());
        }
        // Resumption by tickets: the server remembers nothing for each client.
        config.ticketer = aws_lc_rs::Ticketer::new()?;
        // What is sent before the handshake's end could be replayed.
        config.max_early_data_size = 0;
        Ok(config)
    }
}

impl ResolvesServerCert for Certificates {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        if challenge::is_asked_by(&hello) {
            return self.0.challenges.certificate(hello.server_name()?);
        }
        self.0.held.read().current.as_ref().map(Certificate::key)
    }
}
