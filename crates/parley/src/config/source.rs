//! Where settings come from, and how each place is read.

use std::ffi::OsString;
use std::fmt;
use std::io;
use std::path::Path;

use super::Error;
use super::name::PREFIX;

/// Where a value comes from, the weakest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Source {
    /// `parley.toml` in the working directory.
    Toml,
    /// `.env` in the working directory.
    DotEnv,
    /// The environment.
    Environment,
    /// The command line.
    Flag,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Toml => TOML,
            Self::DotEnv => DOT_ENV,
            Self::Environment => "the environment",
            Self::Flag => "the command line",
        })
    }
}

const TOML: &str = "parley.toml";
const DOT_ENV: &str = ".env";

/// A value that somebody gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Given {
    /// The name as it stands there.
    pub(crate) given: String,
    /// The name as it would stand in the environment.
    pub(crate) name: String,
    /// The value; secret until it is known not to be.
    pub(crate) value: String,
    /// Where it stands.
    pub(crate) source: Source,
}

/// Reads `parley.toml`, if there is one in `folder`.
pub(crate) fn toml(folder: &Path) -> Result<Vec<Given>, Vec<Error>> {
    match std::fs::read_to_string(folder.join(TOML)) {
        Ok(text) => parse_toml(&text),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(vec![Error::Unreadable(TOML.to_owned(), error.to_string())]),
    }
}

fn parse_toml(text: &str) -> Result<Vec<Given>, Vec<Error>> {
    let table: toml::Table = text.parse().map_err(|error: toml::de::Error| {
        // The whole message would quote the line, and with it perhaps a secret.
        let line = error
            .span()
            .map_or(0, |span| text[..span.start].lines().count().max(1));
        let reason = format!("line {line}: {}", error.message());
        vec![Error::Unreadable(TOML.to_owned(), reason)]
    })?;
    let mut errors = Vec::new();
    let mut values = Vec::new();
    for (key, value) in table {
        match plain(&value) {
            Some(value) => values.push(Given {
                name: format!("{PREFIX}{}", key.to_uppercase()),
                given: key,
                value,
                source: Source::Toml,
            }),
            None => errors.push(Error::Malformed {
                given: key,
                place: Source::Toml,
                reason: "expected a text, a number, a list of texts, true or false".to_owned(),
            }),
        }
    }
    if errors.is_empty() {
        Ok(values)
    } else {
        Err(errors)
    }
}

/// A TOML value as it would stand in the environment.
fn plain(value: &toml::Value) -> Option<String> {
    match value {
        toml::Value::String(text) => Some(text.clone()),
        toml::Value::Integer(number) => Some(number.to_string()),
        toml::Value::Boolean(on) => Some(if *on { "on" } else { "off" }.to_owned()),
        toml::Value::Array(items) => {
            let items: Option<Vec<_>> = items.iter().map(toml::Value::as_str).collect();
            Some(items?.join(","))
        }
        _ => None,
    }
}

/// Reads `.env`, if there is one in `folder`; it doesn't become part of the environment.
pub(crate) fn dot_env(folder: &Path) -> Result<Vec<Given>, Vec<Error>> {
    let path = folder.join(DOT_ENV);
    if !path.exists() {
        return Ok(Vec::new());
    }
    let unreadable = |error: dotenvy::Error| {
        // A line that doesn't parse may hold a secret.
        let reason = match error {
            dotenvy::Error::LineParse(..) => "a line doesn't parse".to_owned(),
            error => error.to_string(),
        };
        vec![Error::Unreadable(DOT_ENV.to_owned(), reason)]
    };
    let lines = dotenvy::from_path_iter(&path).map_err(unreadable)?;
    let mut values = Vec::new();
    for line in lines {
        let (name, value) = line.map_err(unreadable)?;
        values.push(Given {
            given: name.clone(),
            name,
            value,
            source: Source::DotEnv,
        });
    }
    Ok(ours(values))
}

/// Takes our names from the environment's variables.
pub(crate) fn environment(
    variables: impl IntoIterator<Item = (OsString, OsString)>,
) -> Result<Vec<Given>, Vec<Error>> {
    let mut errors = Vec::new();
    let mut values = Vec::new();
    for (name, value) in variables {
        let Ok(name) = name.into_string() else {
            continue;
        };
        match value.into_string() {
            Ok(value) => {
                values.push(Given {
                    given: name.clone(),
                    name,
                    value,
                    source: Source::Environment,
                });
            }
            Err(_) if name.starts_with(PREFIX) => errors.push(Error::Malformed {
                given: name,
                place: Source::Environment,
                reason: "not UTF-8".to_owned(),
            }),
            Err(_) => {}
        }
    }
    if errors.is_empty() {
        Ok(ours(values))
    } else {
        Err(errors)
    }
}

/// Other programs' variables are none of our business.
fn ours(values: Vec<Given>) -> Vec<Given> {
    values
        .into_iter()
        .filter(|value| value.name.starts_with(PREFIX))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(values: &[Given]) -> Vec<(&str, &str)> {
        values
            .iter()
            .map(|value| (value.name.as_str(), value.value.as_str()))
            .collect()
    }

    #[test]
    fn toml_values_read_like_those_of_the_environment() {
        let text = "listen = \"[::1]:80\"\nrate_limits = false\ncors_origins = [\"http://a\", \"http://b\"]";
        let values = parse_toml(text).unwrap();
        assert_eq!(
            pairs(&values),
            [
                ("PARLEY_CORS_ORIGINS", "http://a,http://b"),
                ("PARLEY_LISTEN", "[::1]:80"),
                ("PARLEY_RATE_LIMITS", "off"),
            ]
        );
        assert_eq!(values[1].given, "listen");
    }

    #[test]
    fn a_broken_file_is_named_without_its_content() {
        for text in [
            "smtp_url = \"hunter2",
            "smtp_url = hunter2",
            "[smtp_url]\npassword = \"hunter2\"",
        ] {
            let errors = parse_toml(text).unwrap_err();
            let text: String = errors.iter().map(ToString::to_string).collect();
            assert!(
                text.contains("parley.toml") && !text.contains("hunter2"),
                "{text}"
            );
        }
    }

    #[test]
    fn dot_env_knows_comments_quotes_and_export() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(dot_env(folder.path()).unwrap(), []);
        let text =
            "# ours\nexport PARLEY_LISTEN=a:1\nPARLEY_MAIL_FROM=\"A B <a@b.c>\" # who\nOTHER=x\n";
        std::fs::write(folder.path().join(".env"), text).unwrap();
        assert_eq!(
            pairs(&dot_env(folder.path()).unwrap()),
            [
                ("PARLEY_LISTEN", "a:1"),
                ("PARLEY_MAIL_FROM", "A B <a@b.c>")
            ]
        );
        std::fs::write(folder.path().join(".env"), "PARLEY_SMTP_URL=\"hunter2").unwrap();
        let text = dot_env(folder.path()).unwrap_err()[0].to_string();
        assert!(text.contains(".env") && !text.contains("hunter2"), "{text}");
    }

    #[test]
    fn variables_of_other_programs_are_left_alone() {
        let variables = [("PATH", "/bin"), ("PARLEY_LISTEN", "a:1"), ("PARLEYX", "1")];
        let variables = variables.map(|(name, value)| (name.into(), value.into()));
        assert_eq!(
            pairs(&environment(variables).unwrap()),
            [("PARLEY_LISTEN", "a:1")]
        );
    }
}
