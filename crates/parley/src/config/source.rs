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
    let text = std::fs::read_to_string(&path)
        .map_err(|error| vec![Error::Unreadable(DOT_ENV.to_owned(), error.to_string())])?;
    let errors = unset_references(&text, |name| {
        std::env::vars_os().any(|(known, _)| known == name)
            || values.iter().any(|value| value.name == name)
    });
    if errors.is_empty() {
        Ok(ours(values))
    } else {
        Err(errors)
    }
}

/// The settings in a `.env` that refer to variables which aren't set: those would become nothing without a word, and a
/// password with a `$` in it another password.
fn unset_references(text: &str, is_set: impl Fn(&str) -> bool) -> Vec<Error> {
    let lines = text.lines().map(str::trim_start);
    lines
        .map(|line| line.strip_prefix("export ").unwrap_or(line).trim_start())
        .filter(|line| line.starts_with(PREFIX))
        .filter_map(|line| line.split_once('='))
        .filter(|(_, value)| refers_to_unset(value.trim_start(), &is_set))
        .map(|(name, _)| Error::Malformed {
            given: name.trim_end().to_owned(),
            place: Source::DotEnv,
            reason: "a '$' refers to a variable, and that one is not set; 'single quotes' keep a '$' as it is"
                .to_owned(),
        })
        .collect()
}

fn refers_to_unset(value: &str, is_set: &impl Fn(&str) -> bool) -> bool {
    let (mut strong, mut weak) = (false, false);
    let mut chars = value.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\'' if !weak => strong = !strong,
            _ if strong => {}
            '"' => weak = !weak,
            '\\' => drop(chars.next()),
            // What follows is a comment.
            ' ' | '\t' if !weak => return false,
            '$' => {
                let braced = chars.next_if_eq(&'{').is_some();
                let in_name = |c: &char| match braced {
                    true => *c != '}',
                    false => c.is_alphanumeric(),
                };
                let mut name = String::new();
                while let Some(c) = chars.next_if(in_name) {
                    name.push(c);
                }
                if !is_set(&name) {
                    return true;
                }
            }
            _ => {}
        }
    }
    false
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
    fn a_dollar_that_would_swallow_a_part_of_a_value_is_told() {
        let told = |text: &str| unset_references(text, |name| name == "DB").len();
        for bad in ["a$b", "a$", "\"a$b\"", "${X}", "$DB$X", "a$!b", "'a'$b"] {
            assert_eq!(told(&format!("PARLEY_SMTP_URL={bad}")), 1, "{bad}");
            assert_eq!(told(&format!("OTHER={bad}")), 0, "{bad}");
        }
        for good in [
            "'a$b'",
            "a\\$b",
            "${DB}x",
            "$DB",
            "a # $b",
            "\"a\\$b\" # $c",
            "",
        ] {
            assert_eq!(
                told(&format!(" export PARLEY_SMTP_URL = {good}")),
                0,
                "{good}"
            );
        }
        let errors = unset_references("PARLEY_SMTP_URL=smtp://u:hun$ter2@h", |_| false);
        let text = errors[0].to_string();
        assert!(
            text.starts_with("PARLEY_SMTP_URL in .env:") && !text.contains("ter2"),
            "{text}"
        );
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
