//! The settings that there are.

macro_rules! settings {
    ($($(#[$doc:meta])* $name:ident = $text:literal;)*) => {
        /// The name of a setting.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub(crate) enum Name {$(
            $(#[$doc])*
            $name,
        )*}

        impl Name {
            /// Every setting, in the order of the documentation.
            pub(crate) const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The name in the environment and in `.env`.
            pub(crate) const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }
        }
    };
}

settings! {
    /// Where to listen.
    Listen = "PARLEY_LISTEN";
    /// Where the data lies.
    DataDir = "PARLEY_DATA_DIR";
    /// Where browsers reach the app.
    PublicUrl = "PARLEY_PUBLIC_URL";
    /// Where browsers reach the gateway.
    GatewayUrl = "PARLEY_GATEWAY_URL";
    /// A certificate in a file.
    TlsCert = "PARLEY_TLS_CERT";
    /// Its key.
    TlsKey = "PARLEY_TLS_KEY";
    /// The names to get a certificate for.
    AcmeDomains = "PARLEY_ACME_DOMAINS";
    /// Whom the authority may write to.
    AcmeEmail = "PARLEY_ACME_EMAIL";
    /// The authority.
    AcmeDirectory = "PARLEY_ACME_DIRECTORY";
    /// The root of the directory's own certificate.
    AcmeRoot = "PARLEY_ACME_ROOT";
    /// Where plain HTTP is led to HTTPS.
    HttpListen = "PARLEY_HTTP_LISTEN";
    /// A PostgreSQL database in the place of the embedded one.
    DatabaseUrl = "PARLEY_DATABASE_URL";
    /// The bus between nodes.
    BusUrl = "PARLEY_BUS_URL";
    /// Where files lie, if not in the data folder.
    FilesUrl = "PARLEY_FILES_URL";
    /// The mail server.
    SmtpUrl = "PARLEY_SMTP_URL";
    /// Who mails come from.
    MailFrom = "PARLEY_MAIL_FROM";
    /// Other sites whose pages may call the API.
    CorsOrigins = "PARLEY_CORS_ORIGINS";
    /// Proxies that are believed when they name the client.
    TrustedProxies = "PARLEY_TRUSTED_PROXIES";
    /// The key that secrets are sealed under.
    SecretKey = "PARLEY_SECRET_KEY";
    /// Where metrics are read without sign-in.
    AdminListen = "PARLEY_ADMIN_LISTEN";
    /// How much of the log is kept.
    LogKeep = "PARLEY_LOG_KEEP";
    /// Whether tries are limited.
    RateLimits = "PARLEY_RATE_LIMITS";
}

/// What all names begin with.
pub(crate) const PREFIX: &str = "PARLEY_";

/// What follows a name whose value is the path of a file that holds the value.
const FILE: &str = "_FILE";

impl Name {
    /// The setting that a name in the environment means, and whether its value is a file's path.
    pub(crate) fn parse(text: &str) -> Option<(Self, bool)> {
        let find = |text: &str| Self::ALL.iter().copied().find(|name| name.as_str() == text);
        find(text)
            .map(|name| (name, false))
            .or_else(|| Some((find(text.strip_suffix(FILE)?)?, true)))
    }

    /// The known name that `text` is probably a slip of.
    pub(crate) fn nearest(text: &str) -> Option<Self> {
        let near = |name: &&Self| distance(name.as_str(), text);
        Self::ALL
            .iter()
            .min_by_key(near)
            .filter(|name| near(name) <= 3)
            .copied()
    }
}

/// How many letters to change, add or take away to get from one text to the other.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, y) in b.iter().enumerate() {
            let here = (diagonal + usize::from(x != *y))
                .min(row[j] + 1)
                .min(row[j + 1] + 1);
            diagonal = std::mem::replace(&mut row[j + 1], here);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_reads_back_alone_and_with_file() {
        for name in Name::ALL {
            assert_eq!(Name::parse(name.as_str()), Some((*name, false)));
            assert_eq!(
                Name::parse(&format!("{}_FILE", name.as_str())),
                Some((*name, true))
            );
        }
        assert_eq!(Name::parse("PARLEY_LISTN"), None);
        assert_eq!(Name::nearest("PARLEY_LISTN"), Some(Name::Listen));
        assert_eq!(Name::nearest("PARLEY_SOMETHING_ELSE"), None);
    }
}
