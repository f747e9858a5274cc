//! A certificate with its key, checked before it is served.

use std::net::IpAddr;
use std::sync::Arc;

use model::time::Timestamp;
use rustls::InconsistentKeys;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;
use x509_cert::der::Decode;
use x509_cert::ext::pkix::SubjectAltName;
use x509_cert::ext::pkix::name::GeneralName;

/// What is wrong with a certificate or its key; never what the key is.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Invalid {
    /// There is no certificate in the text.
    #[error("there is no certificate in PEM form")]
    NoCertificate,
    /// There is no key in the text, or it has a password.
    #[error("there is no private key in PEM form without a password")]
    NoKey,
    /// The certificate isn't one.
    #[error("the certificate cannot be read: {0}")]
    Unreadable(String),
    /// The key is of a kind that isn't taken.
    #[error("the private key cannot be used: {0}")]
    UnusableKey(String),
    /// The key is that of another certificate.
    #[error("the private key does not belong to the certificate")]
    Mismatch,
}

/// A certificate with its chain and its key; a clone is another handle.
#[derive(Clone, Debug)]
pub struct Certificate(Arc<Parts>);

#[derive(Debug)]
struct Parts {
    key: Arc<CertifiedKey>,
    names: Vec<String>,
    not_before: Timestamp,
    not_after: Timestamp,
}

impl Certificate {
    /// Reads a chain, its own certificate first, and a key.
    pub fn from_pem(chain: &[u8], key: &[u8]) -> Result<Self, Invalid> {
        let chain = CertificateDer::pem_slice_iter(chain)
            .collect::<Result<Vec<_>, _>>()
            .map_err(|error| Invalid::Unreadable(error.to_string()))?;
        let own = chain.first().ok_or(Invalid::NoCertificate)?;
        let (names, not_before, not_after) = describe(own)?;
        let key = PrivateKeyDer::from_pem_slice(key).map_err(|_| Invalid::NoKey)?;
        let key = CertifiedKey::from_der(chain, key, &aws_lc_rs::default_provider()).map_err(
            |error| match error {
                rustls::Error::InconsistentKeys(InconsistentKeys::KeyMismatch) => Invalid::Mismatch,
                rustls::Error::InvalidCertificate(error) => Invalid::Unreadable(error.to_string()),
                error => Invalid::UnusableKey(error.to_string()),
            },
        )?;
        Ok(Self(Arc::new(Parts {
            key: Arc::new(key),
            names,
            not_before,
            not_after,
        })))
    }

    /// The names and addresses that it is for.
    pub fn names(&self) -> &[String] {
        &self.0.names
    }

    /// Whether browsers take it for this host: by its name, or by a `*` in the place of the name's first label.
    pub fn is_for(&self, host: &str) -> bool {
        let host = host.trim_matches(['[', ']']);
        let above = host.split_once('.').map(|(_, above)| above);
        self.0.names.iter().any(|name| {
            let wild = name.strip_prefix("*.");
            name == host || (wild.is_some() && wild == above)
        })
    }

    /// When it begins.
    pub fn not_before(&self) -> Timestamp {
        self.0.not_before
    }

    /// When it ends.
    pub fn not_after(&self) -> Timestamp {
        self.0.not_after
    }

    /// What handshakes are made with.
    pub(crate) fn key(&self) -> Arc<CertifiedKey> {
        Arc::clone(&self.0.key)
    }
}

/// The names, the beginning and the end of a certificate.
fn describe(der: &CertificateDer<'_>) -> Result<(Vec<String>, Timestamp, Timestamp), Invalid> {
    let unreadable = |error: x509_cert::der::Error| Invalid::Unreadable(error.to_string());
    let parsed = x509_cert::Certificate::from_der(der).map_err(unreadable)?;
    let body = &parsed.tbs_certificate;
    let names = match body.get::<SubjectAltName>().map_err(unreadable)? {
        Some((_, names)) => names.0.iter().filter_map(name).collect(),
        None => Vec::new(),
    };
    let time = |time: x509_cert::time::Time| {
        let micros = time.to_unix_duration().as_micros();
        Timestamp::from_micros(i64::try_from(micros).unwrap_or(i64::MAX))
    };
    let validity = &body.validity;
    Ok((names, time(validity.not_before), time(validity.not_after)))
}

fn name(name: &GeneralName) -> Option<String> {
    match name {
        GeneralName::DnsName(name) => Some(name.as_str().to_ascii_lowercase()),
        GeneralName::IpAddress(bytes) => match bytes.as_bytes() {
            bytes if bytes.len() == 4 => {
                Some(IpAddr::from(<[u8; 4]>::try_from(bytes).ok()?).to_string())
            }
            bytes => Some(IpAddr::from(<[u8; 16]>::try_from(bytes).ok()?).to_string()),
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use rcgen::{CertificateParams, KeyPair, date_time_ymd};

    use super::*;

    #[test]
    fn a_certificate_tells_its_names_and_its_time() {
        let key = KeyPair::generate().unwrap();
        let names = ["Chat.example.org", "*.example.com", "127.0.0.1", "::1"].map(str::to_owned);
        let mut params = CertificateParams::new(names).unwrap();
        params.not_before = date_time_ymd(2026, 1, 1);
        params.not_after = date_time_ymd(2051, 1, 1);
        let chain = params.self_signed(&key).unwrap().pem();
        let read = Certificate::from_pem(chain.as_bytes(), key.serialize_pem().as_bytes()).unwrap();
        let names = ["chat.example.org", "*.example.com", "127.0.0.1", "::1"];
        assert_eq!(read.names(), names);
        for host in ["chat.example.org", "a.example.com", "127.0.0.1", "[::1]"] {
            assert!(read.is_for(host), "{host}");
        }
        for host in [
            "example.org",
            "a.chat.example.org",
            "example.com",
            "a.b.example.com",
            "com",
        ] {
            assert!(!read.is_for(host), "{host}");
        }
        assert_eq!(read.not_before().to_string(), "2026-01-01T00:00:00.000000Z");
        assert_eq!(read.not_after().to_string(), "2051-01-01T00:00:00.000000Z");
    }

    #[test]
    fn what_does_not_fit_is_said() {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(["a.example".to_owned()]).unwrap();
        let chain = params.self_signed(&key).unwrap().pem();
        let (chain, key) = (chain.as_bytes(), key.serialize_pem());
        let other = KeyPair::generate().unwrap().serialize_pem();
        let read = |chain, key: &str| Certificate::from_pem(chain, key.as_bytes()).unwrap_err();
        assert_eq!(read(chain, &other), Invalid::Mismatch);
        assert_eq!(read(b"nothing", &key), Invalid::NoCertificate);
        assert_eq!(read(chain, "nothing"), Invalid::NoKey);
        let broken = b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        assert!(matches!(read(broken, &key), Invalid::Unreadable(_)));
    }
}
