//! The types of settings' values: parsing is validation, and what is secret doesn't print itself.

use std::fmt;
use std::net::IpAddr;
use std::path::PathBuf;
use std::str::FromStr;

use data_encoding::BASE64;
use ipnet::IpNet;
use model::text::Email;

/// Why a value is not what it should be; never the value itself.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Invalid(pub(crate) String);

impl Invalid {
    fn new(expected: &str) -> Self {
        Self(format!("expected {expected}"))
    }
}

/// Where to listen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Listen {
    /// A TCP port; the host as given, a name or an address.
    Tcp {
        /// The host.
        host: String,
        /// The port; 0 lets the system choose.
        port: u16,
    },
    /// A unix socket.
    Unix(PathBuf),
}

impl FromStr for Listen {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let bad = || Invalid::new("HOST:PORT or unix:/path");
        if let Some(path) = text.strip_prefix("unix:") {
            return match path.starts_with('/') {
                true => Ok(Self::Unix(path.into())),
                false => Err(bad()),
            };
        }
        let (host, port) = text.rsplit_once(':').ok_or_else(bad)?;
        let bare = host
            .strip_prefix('[')
            .and_then(|host| host.strip_suffix(']'));
        // An IPv6 address without brackets would swallow its port.
        if host.is_empty() || (bare.is_none() && host.contains(':')) || host.contains('/') {
            return Err(bad());
        }
        Ok(Self::Tcp {
            host: bare.unwrap_or(host).to_owned(),
            port: port.parse().map_err(|_| bad())?,
        })
    }
}

impl fmt::Display for Listen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp { host, port } if host.contains(':') => write!(f, "[{host}]:{port}"),
            Self::Tcp { host, port } => write!(f, "{host}:{port}"),
            Self::Unix(path) => write!(f, "unix:{}", path.display()),
        }
    }
}

/// The address of another service, with what may be a password in it.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct ServiceUrl(String);

impl ServiceUrl {
    /// Parses an address that begins with one of `schemes` and names something behind it.
    pub(crate) fn parse(text: &str, schemes: &[&str]) -> Result<Self, Invalid> {
        let fits = |scheme: &&str| {
            text.strip_prefix(*scheme)
                .and_then(|rest| rest.strip_prefix("://"))
                .is_some_and(|rest| !rest.is_empty() && !rest.starts_with(['/', '?', '@']))
        };
        match schemes.iter().any(fits) && !text.contains(char::is_whitespace) {
            true => Ok(Self(text.to_owned())),
            false => Err(Invalid(format!(
                "expected {}://…",
                schemes.join("://… or ")
            ))),
        }
    }

    /// The address with its password.
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ServiceUrl {
    /// The address without what may be secret: the password, and the values of parameters.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (scheme, rest) = self.0.split_once("://").unwrap_or(("", &self.0));
        // To the last '@': a password that should have been escaped may hold another.
        let (user, place) = match rest.rsplit_once('@') {
            Some((user, place)) => (Some(user), place),
            None => (None, rest),
        };
        write!(f, "{scheme}://")?;
        match user.map(|user| (user, user.split_once(':'))) {
            // What looks like a user may be the middle of a parameter, and what follows its end.
            Some((user, _)) if user.contains(['?', '#']) => return f.write_str("…"),
            Some((_, Some((name, _)))) if is_plain(name) => write!(f, "{name}:…@")?,
            // A bus knows a token in the place of a name.
            Some((name, None)) if is_plain(name) && scheme.starts_with("postgres") => {
                write!(f, "{name}@")?;
            }
            Some(_) => f.write_str("…@")?,
            None => {}
        }
        match place.split_once(['?', '#']) {
            Some((place, _)) => write!(f, "{place}?…"),
            None => f.write_str(place),
        }
    }
}

/// Whether a text can only be a name.
fn is_plain(name: &str) -> bool {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '%' | '+');
    name.chars().all(plain)
}

impl fmt::Debug for ServiceUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The key that secrets are sealed under. It is never shown.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct SecretKey([u8; 32]);

impl SecretKey {
    /// The key itself.
    pub(crate) const fn expose(&self) -> &[u8; 32] {
        &self.0
    }
}

impl FromStr for SecretKey {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let bytes = BASE64.decode(text.as_bytes()).ok();
        bytes
            .and_then(|bytes| Some(Self(bytes.try_into().ok()?)))
            .ok_or(Invalid::new("32 bytes in base64 (openssl rand -base64 32)"))
    }
}

impl fmt::Display for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretKey(…)")
    }
}

/// Who mails come from: an address, or `Name <address>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct MailFrom(String);

impl FromStr for MailFrom {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let address = match text.strip_suffix('>') {
            Some(named) => named.rsplit_once('<').map_or("", |(_, address)| address),
            None => text,
        };
        match Email::parse(address) {
            Ok(_) if !text.contains(char::is_control) => Ok(Self(text.to_owned())),
            _ => Err(Invalid::new("an e-mail address, or Name <address>")),
        }
    }
}

impl fmt::Display for MailFrom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// How much of each stream's log is kept: what exceeds both is pruned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LogKeep {
    /// This many events.
    pub(crate) events: u64,
    /// What is younger than this many days.
    pub(crate) days: u32,
}

impl FromStr for LogKeep {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let parse = || {
            let (events, days) = text.trim().split_once(char::is_whitespace)?;
            Some(Self {
                events: events.parse().ok()?,
                days: days.trim().strip_suffix('d')?.parse().ok()?,
            })
        };
        parse().ok_or_else(|| Invalid::new("EVENTS DAYSd, as in 10000 30d"))
    }
}

impl fmt::Display for LogKeep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}d", self.events, self.days)
    }
}

/// Whether tries are limited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RateLimits {
    /// As always.
    On,
    /// For benches and tests.
    Off,
}

impl FromStr for RateLimits {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        match text {
            "on" => Ok(Self::On),
            "off" => Ok(Self::Off),
            _ => Err(Invalid::new("on or off")),
        }
    }
}

impl fmt::Display for RateLimits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::On => "on",
            Self::Off => "off",
        })
    }
}

/// Addresses: one, or a block of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Network(pub(crate) IpNet);

impl FromStr for Network {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        text.parse::<IpNet>()
            .or_else(|_| text.parse::<IpAddr>().map(IpNet::from))
            .map(Self)
            .map_err(|_| Invalid::new("an address, or a block such as 10.0.0.0/8"))
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A list with commas between its items; empty is allowed.
pub(crate) fn list<T: FromStr>(text: &str) -> Result<Vec<T>, Invalid>
where
    T::Err: fmt::Display,
{
    text.split(',')
        .map(str::trim)
        .filter(|item| !item.is_empty())
        .map(|item| {
            item.parse()
                .map_err(|error| Invalid(format!("'{item}': {error}")))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn listen_takes_ports_and_sockets() {
        for text in [
            "127.0.0.1:8080",
            "[::1]:80",
            "localhost:0",
            "unix:/run/parley.sock",
        ] {
            assert_eq!(text.parse::<Listen>().unwrap().to_string(), text);
        }
        for text in [
            "8080",
            ":8080",
            "::1:80",
            "a:b",
            "a:70000",
            "unix:relative",
            "http://a:1",
        ] {
            assert!(text.parse::<Listen>().is_err(), "{text}");
        }
    }

    #[test]
    fn passwords_in_addresses_are_not_shown() {
        for text in [
            "postgres://ana:hunter2@db/parley",
            "postgres://ana:hunter2/with@slash@db/parley",
            "postgres://db/parley?user=ana&password=hunter2",
            "postgres://db/parley#hunter2",
        ] {
            let url = ServiceUrl::parse(text, &["postgres", "postgresql"]).unwrap();
            assert!(!format!("{url} {url:?}").contains("hunter2"), "{url}");
            assert!(url.to_string().contains("db/parley"), "{url}");
        }
        for text in [
            "postgres://db/parley?user=ana&password=a@hunter2",
            "postgres://db/parley?user=ana&password=hunter2@a",
            "postgres://db:5432/parley?password=a@hunter2",
            "postgres://ana:hun?hunter2@db/parley",
            "nats://hunter2@bus:4222",
        ] {
            let url = ServiceUrl::parse(text, &["postgres", "nats"]).unwrap();
            assert!(!url.to_string().contains("hunter2"), "{url}");
        }
        for text in ["mysql://a", "postgres://", "postgres:///x y", ""] {
            assert!(ServiceUrl::parse(text, &["postgres"]).is_err(), "{text}");
        }
    }

    #[test]
    fn keys_are_32_bytes() {
        assert!(BASE64.encode(&[7; 32]).parse::<SecretKey>().is_ok());
        assert!(BASE64.encode(&[7; 16]).parse::<SecretKey>().is_err());
    }

    #[test]
    fn the_rest_is_checked_too() {
        assert_eq!(
            "100 0d".parse::<LogKeep>().unwrap(),
            LogKeep {
                events: 100,
                days: 0
            }
        );
        assert!("100".parse::<LogKeep>().is_err());
        assert!("Parley <a@b.c>".parse::<MailFrom>().is_ok());
        assert!("Parley".parse::<MailFrom>().is_err());
        assert!("maybe".parse::<RateLimits>().is_err());
        assert_eq!(
            "10.0.0.1".parse::<Network>().unwrap().to_string(),
            "10.0.0.1/32"
        );
        assert!("proxy".parse::<Network>().is_err());
        assert_eq!(list::<u8>("1, 2,").unwrap(), [1, 2]);
        assert!(list::<u8>("1,x").is_err());
    }
}
