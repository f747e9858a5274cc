//! What an ACME server asks to convince itself that a name leads here (RFC 8555, 8.3; RFC 8737).

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::Mutex;
use rcgen::{CertificateParams, CustomExtension, DistinguishedName, KeyPair};
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::PrivateKeyDer;
use rustls::server::ClientHello;
use rustls::sign::CertifiedKey;

/// The protocol that only ACME servers ask for.
pub(crate) const PROTOCOL: &[u8] = b"acme-tls/1";

/// Where an ACME server asks over plain HTTP.
const PATH: &str = "/.well-known/acme-challenge/";

/// The answers to the challenges that are open now.
#[derive(Debug, Default)]
pub struct Challenges(Mutex<Open>);

#[derive(Debug, Default)]
struct Open {
    /// By the token that is asked for.
    http: HashMap<String, String>,
    /// By the name that is asked for.
    tls: HashMap<String, Arc<CertifiedKey>>,
}

/// A challenge that cannot be answered.
#[derive(Debug, thiserror::Error)]
pub enum Unanswerable {
    /// The certificate that answers can't be made.
    #[error("the certificate for the challenge could not be made: {0}")]
    Made(#[from] rcgen::Error),
    /// Nor used.
    #[error("the certificate for the challenge cannot be used: {0}")]
    Used(#[from] rustls::Error),
}

impl Challenges {
    /// What to answer to a GET of this path; none if it isn't a challenge of ours.
    pub fn http(&self, path: &str) -> Option<String> {
        let token = path.strip_prefix(PATH)?;
        self.0.lock().http.get(token).cloned()
    }

    /// Opens an HTTP-01 challenge.
    pub(crate) fn open_http(&self, token: &str, answer: &str) {
        let mut open = self.0.lock();
        open.http.insert(token.to_owned(), answer.to_owned());
    }

    /// Opens a TLS-ALPN-01 challenge.
    pub(crate) fn open_tls(&self, name: &str, digest: &[u8]) -> Result<(), Unanswerable> {
        let mut params = CertificateParams::new([name.to_owned()])?;
        params.distinguished_name = DistinguishedName::new();
        params.custom_extensions = vec![CustomExtension::new_acme_identifier(digest)];
        let key = KeyPair::generate()?;
        let certificate = params.self_signed(&key)?;
        let key = PrivateKeyDer::Pkcs8(key.serialize_der().into());
        let key = aws_lc_rs::default_provider()
            .key_provider
            .load_private_key(key)?;
        // Not checked as others are: it is for the authority only, and says critical things that only it knows.
        let certified = CertifiedKey::new(vec![certificate.der().clone()], key);
        self.0
            .lock()
            .tls
            .insert(name.to_owned(), Arc::new(certified));
        Ok(())
    }

    /// Closes all.
    pub(crate) fn close(&self) {
        *self.0.lock() = Open::default();
    }

    /// The certificate that answers for a name.
    pub(crate) fn certificate(&self, name: &str) -> Option<Arc<CertifiedKey>> {
        self.0.lock().tls.get(name).cloned()
    }
}

/// Whether a handshake is an ACME server's: it offers its protocol and no other.
pub(crate) fn is_asked_by(hello: &ClientHello<'_>) -> bool {
    hello.alpn().is_some_and(|offered| offered.eq([PROTOCOL]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_open_is_answered() {
        let challenges = Challenges::default();
        challenges.open_http("tok", "tok.print");
        challenges.open_tls("a.example", &[7; 32]).unwrap();
        let path = "/.well-known/acme-challenge/tok";
        assert_eq!(challenges.http(path).as_deref(), Some("tok.print"));
        assert_eq!(challenges.http("/.well-known/acme-challenge/other"), None);
        assert_eq!(challenges.http("/tok"), None);
        assert!(challenges.certificate("a.example").is_some());
        assert!(challenges.certificate("b.example").is_none());
        challenges.close();
        assert_eq!(challenges.http(path), None);
        assert!(challenges.certificate("a.example").is_none());
    }
}
