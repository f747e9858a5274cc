//! Settings: collected from where they may stand, the stronger place winning, and parsed once into types.
//!
//! In rising order: defaults, `parley.toml`, `.env`, the environment, flags. A value may instead stand in a file whose path
//! is given under the name with `_FILE`. Whatever is unknown or malformed is an error that names it as it was given.

pub(crate) mod name;
pub(crate) mod source;
pub(crate) mod tls;
pub(crate) mod values;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use server::origin::Origin;

use name::Name;
use source::{Given, Source};
use tls::Tls;
use values::{Invalid, Listen, LogKeep, MailFrom, Network, RateLimits, SecretKey, ServiceUrl};

/// What is wrong with the settings.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Error {
    /// There is no such setting.
    #[error("{given} in {place}: there is no such setting{hint}")]
    Unknown {
        /// The name as given.
        given: String,
        /// Where it stands.
        place: Source,
        /// What may have been meant.
        hint: String,
    },
    /// The value can't be used.
    #[error("{given} in {place}: {reason}")]
    Malformed {
        /// The name as given.
        given: String,
        /// Where it stands.
        place: Source,
        /// Why, without the value.
        reason: String,
    },
    /// A file can't be read.
    #[error("{0}: {1}")]
    Unreadable(String, String),
}

/// The settings of a server.
#[derive(Clone, Debug)]
pub(crate) struct Config {
    /// Where to listen.
    pub(crate) listen: Listen,
    /// Where the data lies.
    pub(crate) data_dir: PathBuf,
    /// Where browsers reach the app, if that isn't the address listened on.
    pub(crate) public_url: Option<Origin>,
    /// Where browsers reach the gateway, if that is elsewhere.
    pub(crate) gateway_url: Option<Origin>,
    /// Where the certificate comes from, if we speak TLS ourselves.
    pub(crate) tls: Option<Tls>,
    /// Where plain HTTP is led to HTTPS.
    pub(crate) http_listen: Option<Listen>,
    /// A PostgreSQL database in the place of the embedded one.
    pub(crate) database_url: Option<ServiceUrl>,
    /// The bus between nodes.
    pub(crate) bus_url: Option<ServiceUrl>,
    /// Where files lie, if not in the data folder.
    pub(crate) files_url: Option<ServiceUrl>,
    /// The mail server; without one, mails are files.
    pub(crate) smtp_url: Option<ServiceUrl>,
    /// Who mails come from.
    pub(crate) mail_from: Option<MailFrom>,
    /// Other sites whose pages may call the API.
    pub(crate) cors_origins: Vec<Origin>,
    /// Proxies that are believed when they name the client.
    pub(crate) trusted_proxies: Vec<Network>,
    /// The key that secrets are sealed under; without one, a file in the data folder.
    pub(crate) secret_key: Option<SecretKey>,
    /// Where metrics are read without sign-in.
    pub(crate) admin_listen: Option<Listen>,
    /// How much of the log is kept.
    pub(crate) log_keep: LogKeep,
    /// Whether tries are limited.
    pub(crate) rate_limits: RateLimits,
    /// Where the values come from that aren't defaults.
    places: BTreeMap<Name, Source>,
}

/// Values from the command line.
#[derive(Clone, Debug, Default)]
pub(crate) struct Flags {
    /// `--listen`
    pub(crate) listen: Option<String>,
    /// `--data-dir`
    pub(crate) data_dir: Option<String>,
}

impl Config {
    /// The settings that hold for a process in `folder` with these variables and flags.
    pub(crate) fn load(
        folder: &Path,
        variables: impl IntoIterator<Item = (OsString, OsString)>,
        flags: Flags,
    ) -> Result<Self, Vec<Error>> {
        let flag = |given: &str, name: Name, value: Option<String>| {
            let (given, name) = (given.to_owned(), name.as_str().to_owned());
            value.map(|value| Given {
                given,
                name,
                value,
                source: Source::Flag,
            })
        };
        let flags = [
            flag("--listen", Name::Listen, flags.listen),
            flag("--data-dir", Name::DataDir, flags.data_dir),
        ];
        let mut errors = Vec::new();
        let mut layers = Vec::new();
        for layer in [
            source::toml(folder),
            source::dot_env(folder),
            source::environment(variables),
            Ok(flags.into_iter().flatten().collect()),
        ] {
            match layer {
                Ok(layer) => layers.push(layer),
                Err(more) => errors.extend(more),
            }
        }
        let winners = merge(layers, &mut errors);
        let mut values = Values::read(folder, winners, errors);
        let config = values.parse();
        values.agree(&config);
        if values.errors.is_empty() {
            Ok(config)
        } else {
            Err(values.errors)
        }
    }

    /// Where browsers reach the app, as far as it is known: the set address, or the first name of the certificate that
    /// we get.
    pub(crate) fn origin(&self) -> Option<Origin> {
        let named = || self.tls.as_ref()?.first_domain()?.parse().ok();
        self.public_url.clone().or_else(named)
    }

    /// The URL where people reach the app when nothing else is known than where it listens.
    pub(crate) fn address(&self, listening: &str) -> String {
        self.origin()
            .map_or_else(|| listening.to_owned(), |origin| origin.to_string())
    }

    /// Whether browsers reach the app encrypted.
    pub(crate) fn is_https(&self) -> bool {
        self.tls.is_some() || self.public_url.as_ref().is_some_and(Origin::is_https)
    }
}

/// A value that has won over the weaker places.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Winner {
    given: Given,
    is_file: bool,
}

/// Takes of each setting the strongest value; notes what isn't a setting, and what is given twice in one place.
fn merge(layers: Vec<Vec<Given>>, errors: &mut Vec<Error>) -> BTreeMap<Name, Winner> {
    let mut winners = BTreeMap::<Name, Winner>::new();
    for given in layers.into_iter().flatten() {
        let Some((name, is_file)) = Name::parse(&given.name) else {
            let hint = Name::nearest(&given.name).map(Name::as_str);
            errors.push(Error::Unknown {
                hint: hint
                    .map(|name| format!("; is {name} meant?"))
                    .unwrap_or_default(),
                given: given.given,
                place: given.source,
            });
            continue;
        };
        match winners.get(&name) {
            Some(before) if before.given.source == given.source && before.is_file != is_file => {
                errors.push(Error::Malformed {
                    reason: format!("{} is given too", before.given.given),
                    given: given.given,
                    place: given.source,
                });
            }
            _ => {
                winners.insert(name, Winner { given, is_file });
            }
        }
    }
    winners
}

/// Values on their way to being parsed; collects what is wrong, so that all of it is told at once.
struct Values {
    given: BTreeMap<Name, Given>,
    errors: Vec<Error>,
}

impl Values {
    /// Puts the content of files in the place of their paths.
    fn read(folder: &Path, winners: BTreeMap<Name, Winner>, mut errors: Vec<Error>) -> Self {
        let mut values = BTreeMap::new();
        for (name, Winner { mut given, is_file }) in winners {
            if is_file {
                match std::fs::read_to_string(folder.join(&given.value)) {
                    Ok(text) => given.value = text.trim_end_matches(['\r', '\n']).to_owned(),
                    Err(error) => {
                        let reason = format!("{}: {error}", given.value);
                        errors.push(Error::Malformed {
                            reason,
                            given: given.given,
                            place: given.source,
                        });
                        continue;
                    }
                }
            }
            values.insert(name, given);
        }
        Self {
            given: values,
            errors,
        }
    }

    fn parse(&mut self) -> Config {
        let places = self
            .given
            .iter()
            .map(|(name, given)| (*name, given.source))
            .collect();
        let url =
            |schemes: &'static [&'static str]| move |text: &str| ServiceUrl::parse(text, schemes);
        Config {
            listen: self
                .get(Name::Listen, FromStr::from_str)
                .unwrap_or(Listen::Tcp {
                    host: "127.0.0.1".to_owned(),
                    port: 8080,
                }),
            data_dir: self
                .get(Name::DataDir, |text| Ok::<_, Invalid>(text.into()))
                .unwrap_or_else(|| "./data".into()),
            public_url: self.get(Name::PublicUrl, FromStr::from_str),
            gateway_url: self.get(Name::GatewayUrl, FromStr::from_str),
            tls: self.tls(),
            http_listen: self.get(Name::HttpListen, FromStr::from_str),
            database_url: self.get(Name::DatabaseUrl, url(&["postgres", "postgresql"])),
            bus_url: self.get(Name::BusUrl, url(&["nats", "tls"])),
            files_url: self.get(Name::FilesUrl, url(&["s3"])),
            smtp_url: self.get(Name::SmtpUrl, url(&["smtp", "smtps"])),
            mail_from: self.get(Name::MailFrom, FromStr::from_str),
            cors_origins: self.list(Name::CorsOrigins),
            trusted_proxies: self.list(Name::TrustedProxies),
            secret_key: self.get(Name::SecretKey, FromStr::from_str),
            admin_listen: self.get(Name::AdminListen, FromStr::from_str),
            log_keep: self
                .get(Name::LogKeep, FromStr::from_str)
                .unwrap_or(LogKeep {
                    events: 10_000,
                    days: 30,
                }),
            rate_limits: self
                .get(Name::RateLimits, FromStr::from_str)
                .unwrap_or(RateLimits::On),
            places,
        }
    }

    /// A value, unless it isn't given; one that is given but says nothing is an error.
    fn get<T, E: fmt::Display>(
        &mut self,
        name: Name,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        let given = self.given.get(&name)?;
        let parsed = match given.value.as_str() {
            "" => Err("is empty; leave it out instead".to_owned()),
            text => parse(text).map_err(|error| error.to_string()),
        };
        parsed
            .map_err(|reason| self.errors.push(malformed(given, reason)))
            .ok()
    }

    /// A list; an empty one may be given.
    fn list<T: FromStr<Err: fmt::Display>>(&mut self, name: Name) -> Vec<T> {
        let Some(given) = self.given.get(&name) else {
            return Vec::new();
        };
        values::list(&given.value)
            .map_err(|error| self.errors.push(malformed(given, error.to_string())))
            .unwrap_or_default()
    }
}

fn malformed(given: &Given, reason: String) -> Error {
    Error::Malformed {
        given: given.given.clone(),
        place: given.source,
        reason,
    }
}

impl fmt::Display for Config {
    /// The effective settings, one a line, in the form of a `.env` file; secrets hidden.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let optional = |value: Option<&dyn fmt::Display>| value.map(ToString::to_string);
        for name in Name::ALL {
            let value = match name {
                Name::Listen => Some(self.listen.to_string()),
                Name::DataDir => Some(self.data_dir.display().to_string()),
                Name::PublicUrl => optional(self.public_url.as_ref().map(|value| value as _)),
                Name::GatewayUrl => optional(self.gateway_url.as_ref().map(|value| value as _)),
                Name::TlsCert
                | Name::TlsKey
                | Name::AcmeDomains
                | Name::AcmeEmail
                | Name::AcmeDirectory
                | Name::AcmeRoot => self.tls.as_ref().and_then(|tls| tls.value(*name)),
                Name::HttpListen => optional(self.http_listen.as_ref().map(|value| value as _)),
                Name::DatabaseUrl => optional(self.database_url.as_ref().map(|value| value as _)),
                Name::BusUrl => optional(self.bus_url.as_ref().map(|value| value as _)),
                Name::FilesUrl => optional(self.files_url.as_ref().map(|value| value as _)),
                Name::SmtpUrl => optional(self.smtp_url.as_ref().map(|value| value as _)),
                Name::MailFrom => optional(self.mail_from.as_ref().map(|value| value as _)),
                Name::CorsOrigins => joined(&self.cors_origins),
                Name::TrustedProxies => joined(&self.trusted_proxies),
                Name::SecretKey => optional(self.secret_key.as_ref().map(|value| value as _)),
                Name::AdminListen => optional(self.admin_listen.as_ref().map(|value| value as _)),
                Name::LogKeep => Some(self.log_keep.to_string()),
                Name::RateLimits => Some(self.rate_limits.to_string()),
            };
            match (value, self.places.get(name)) {
                (Some(value), Some(place)) => {
                    writeln!(f, "{}={value}  # from {place}", name.as_str())?
                }
                (Some(value), None) => writeln!(f, "{}={value}  # default", name.as_str())?,
                (None, _) => writeln!(f, "# {} is not set", name.as_str())?,
            }
        }
        Ok(())
    }
}

fn joined<T: fmt::Display>(items: &[T]) -> Option<String> {
    let items: Vec<_> = items.iter().map(ToString::to_string).collect();
    (!items.is_empty()).then(|| items.join(","))
}

#[cfg(test)]
mod tests;
