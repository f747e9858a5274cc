//! The settings of TLS, and what they must agree with.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use model::text::Email;
use server::origin::Origin;

use super::name::Name;
use super::values::{self, Invalid, Listen};
use super::{Config, Values, malformed};

/// Whose directory is used if none is set.
const LETS_ENCRYPT: &str = "https://acme-v02.api.letsencrypt.org/directory";

/// The most names that one certificate is asked for; authorities have such a bound too.
const DOMAINS: usize = 100;

/// Where the certificate comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Tls {
    /// Files that somebody else renews.
    Files {
        /// The certificate and its chain.
        cert: PathBuf,
        /// The key.
        key: PathBuf,
    },
    /// Fetched and renewed by us.
    Acme {
        /// The names that it is for.
        domains: Vec<Domain>,
        /// Whom the authority may write to.
        email: Option<Email>,
        /// The authority's directory.
        directory: String,
        /// The root of the directory's own certificate.
        root: Option<PathBuf>,
    },
}

/// A name that a certificate can be got for: in full, without wildcards, in its ASCII form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Domain(String);

impl FromStr for Domain {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let label = |label: &str| {
            let plain = |c: char| c.is_ascii_alphanumeric() || c == '-';
            (1..=63).contains(&label.len())
                && label.chars().all(plain)
                && !label.starts_with('-')
                && !label.ends_with('-')
        };
        let is_name = text.len() <= 253 && text.split('.').all(label);
        // Addresses have no certificates here, and a last label of digits is none of a name.
        let is_address = text
            .rsplit('.')
            .next()
            .is_some_and(|last| last.parse::<u32>().is_ok());
        match is_name && !is_address {
            true => Ok(Self(text.to_ascii_lowercase())),
            false => Err(Invalid(
                "expected a name such as chat.example.org".to_owned(),
            )),
        }
    }
}

impl fmt::Display for Domain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Tls {
    /// The address of the first name that we get a certificate for.
    pub(super) fn first_domain(&self) -> Option<String> {
        match self {
            Self::Files { .. } => None,
            Self::Acme { domains, .. } => domains.first().map(|domain| format!("https://{domain}")),
        }
    }

    /// The value of one of its settings.
    pub(super) fn value(&self, name: Name) -> Option<String> {
        match (self, name) {
            (Self::Files { cert, .. }, Name::TlsCert) => Some(cert.display().to_string()),
            (Self::Files { key, .. }, Name::TlsKey) => Some(key.display().to_string()),
            (Self::Acme { domains, .. }, Name::AcmeDomains) => super::joined(domains),
            (Self::Acme { email, .. }, Name::AcmeEmail) => email.as_ref().map(ToString::to_string),
            (Self::Acme { directory, .. }, Name::AcmeDirectory) => Some(directory.clone()),
            (Self::Acme { root, .. }, Name::AcmeRoot) => {
                root.as_ref().map(|root| root.display().to_string())
            }
            _ => None,
        }
    }
}

impl Values {
    /// Where the certificate comes from; what is given of both ways, or of one by half, is an error.
    pub(super) fn tls(&mut self) -> Option<Tls> {
        let path = |text: &str| Ok::<PathBuf, Invalid>(text.into());
        let (cert, key) = (self.get(Name::TlsCert, path), self.get(Name::TlsKey, path));
        let domains = self.get(Name::AcmeDomains, domains);
        let email = self.get(Name::AcmeEmail, |text| {
            Email::parse(text).map_err(|_| Invalid("expected an e-mail address".to_owned()))
        });
        let directory = self.get(Name::AcmeDirectory, directory);
        let root = self.get(Name::AcmeRoot, path);

        self.needs(
            &[Name::AcmeEmail, Name::AcmeDirectory, Name::AcmeRoot],
            Name::AcmeDomains,
        );
        self.needs(&[Name::TlsCert], Name::TlsKey);
        self.needs(&[Name::TlsKey], Name::TlsCert);
        if self.given.contains_key(&Name::TlsCert) {
            self.refuse(
                Name::AcmeDomains,
                "PARLEY_TLS_CERT is given too: one certificate is served",
            );
        }
        match (cert, key, domains) {
            (Some(cert), Some(key), None) => Some(Tls::Files { cert, key }),
            (None, None, Some(domains)) => Some(Tls::Acme {
                domains,
                email,
                directory: directory.unwrap_or_else(|| LETS_ENCRYPT.to_owned()),
                root,
            }),
            _ => None,
        }
    }

    /// Notes what says otherwise than TLS does, or means nothing without it.
    pub(super) fn agree(&mut self, config: &Config) {
        let asked = [Name::TlsCert, Name::TlsKey, Name::AcmeDomains];
        if !asked.iter().any(|name| self.given.contains_key(name)) {
            let reason = "needs PARLEY_TLS_CERT or PARLEY_ACME_DOMAINS: it only leads to HTTPS";
            self.refuse(Name::HttpListen, reason);
            return;
        }
        if config
            .public_url
            .as_ref()
            .is_some_and(|url| !url.is_https())
        {
            self.refuse(
                Name::PublicUrl,
                "must begin with https://, as the server speaks TLS",
            );
        }
        if matches!(config.listen, Listen::Unix(_)) {
            self.refuse(Name::Listen, "a unix socket has no TLS; give HOST:PORT");
        }
        if config.http_listen.is_some() && config.tls.is_some() && config.origin().is_none() {
            self.refuse(
                Name::HttpListen,
                "needs PARLEY_PUBLIC_URL: where it leads to",
            );
        }
    }

    /// Notes of each given name that it means nothing without the other.
    fn needs(&mut self, names: &[Name], other: Name) {
        if !self.given.contains_key(&other) {
            for name in names {
                self.refuse(*name, &format!("needs {} too", other.as_str()));
            }
        }
    }

    fn refuse(&mut self, name: Name, reason: &str) {
        if let Some(given) = self.given.get(&name) {
            self.errors.push(malformed(given, reason.to_owned()));
        }
    }
}

fn domains(text: &str) -> Result<Vec<Domain>, Invalid> {
    let domains: Vec<Domain> = values::list(text)?;
    match domains.len() {
        1..=DOMAINS => Ok(domains),
        _ => Err(Invalid(format!(
            "expected 1 to {DOMAINS} names with commas between them"
        ))),
    }
}

fn directory(text: &str) -> Result<String, Invalid> {
    let origin = text.split('/').take(3).collect::<Vec<_>>().join("/");
    let plain = !text.contains(|c: char| c.is_whitespace() || c.is_control());
    match origin.parse::<Origin>() {
        Ok(origin) if origin.is_https() && plain => Ok(text.to_owned()),
        _ => Err(Invalid(
            "expected the https:// address of an ACME directory".to_owned(),
        )),
    }
}
