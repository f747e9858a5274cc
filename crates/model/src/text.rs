//! Texts that people type: parsing is validation. Lengths count Unicode scalar values.

use std::fmt;

use serde::{Deserialize, Serialize};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

use crate::code::{Code, FieldError};

/// Why a text is not what it should be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
pub struct InvalidText {
    /// The stable code.
    pub code: Code,
    /// The same in words.
    pub detail: String,
}

impl InvalidText {
    fn new(code: Code, detail: impl Into<String>) -> Self {
        Self {
            code,
            detail: detail.into(),
        }
    }

    /// The same, as an error of `field`.
    pub fn of(self, field: &str) -> FieldError {
        FieldError::new(field, self.code, self.detail)
    }
}

macro_rules! texts {
    ($($(#[$doc:meta])* $name:ident($parse:path) $min:literal..=$max:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Parses what a person typed.
            pub fn parse(text: &str) -> Result<Self, InvalidText> {
                $parse(text, $min, $max).map(Self)
            }

            /// A text that comes from the database, where only parsed ones are.
            pub fn from_stored(text: String) -> Self {
                Self(text)
            }

            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// The text, given away.
            pub fn into_string(self) -> String {
                self.0
            }
        }

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                let length = ObjectBuilder::new().schema_type(Type::String).min_length(Some($min)).max_length(Some($max));
                length.into()
            }
        }

        impl ToSchema for $name {}

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )*};
}

texts! {
    /// A user's unique name: 2–32 of `[a-z0-9._-]`, case-folded.
    Username(username) 2..=32;
    /// The name that people see: 1–80 characters on one line.
    DisplayName(line) 1..=80;
    /// An e-mail address, lower-cased: the form that browsers accept (HTML, "valid e-mail address").
    Email(email) 3..=254;
    /// A room's name: 1–80 characters on one line.
    RoomName(line) 1..=80;
    /// What a room is about: up to 250 characters on one line.
    Topic(line) 0..=250;
    /// The workspace's name: 1–80 characters on one line.
    WorkspaceName(line) 1..=80;
    /// A message's text, Markdown, kept as written: 1–40,000 characters.
    Body(body) 1..=40_000;
    /// The id that a client gives a write, so that repeating it is safe: 1–64 characters.
    ClientId(as_typed) 1..=64;
}

/// A password as typed: 10–128 characters. Never stored, shown or logged.
#[derive(Clone)]
pub struct Password(String);

impl Password {
    /// Parses what a person typed.
    pub fn parse(text: &str) -> Result<Self, InvalidText> {
        as_typed(text, 10, 128).map(Self)
    }

    /// The secret itself.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

fn bounded(text: &str, min: usize, max: usize) -> Result<(), InvalidText> {
    if text.contains('\0') {
        return Err(InvalidText::new(
            Code::BadCharacter,
            "U+0000 is not allowed",
        ));
    }
    // Bytes bound characters from above, so a short text is never counted.
    let length = if text.len() <= max && min <= 1 {
        text.len()
    } else {
        text.chars().count()
    };
    match length {
        0 if min > 0 => Err(InvalidText::new(Code::Empty, "must not be empty")),
        n if n < min => Err(InvalidText::new(
            Code::TooShort,
            format!("at least {min} characters"),
        )),
        n if n > max => Err(InvalidText::new(
            Code::TooLong,
            format!("at most {max} characters"),
        )),
        _ => Ok(()),
    }
}

fn username(text: &str, min: usize, max: usize) -> Result<String, InvalidText> {
    let text = text.trim().to_lowercase();
    bounded(&text, min, max)?;
    let allowed =
        |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '_' | '-');
    if !text.chars().all(allowed) {
        return Err(InvalidText::new(
            Code::BadCharacter,
            "only letters a–z, digits, '.', '_' and '-'",
        ));
    }
    if !text.chars().any(|c| c.is_ascii_alphanumeric()) {
        return Err(InvalidText::new(
            Code::BadFormat,
            "at least one letter or digit",
        ));
    }
    Ok(text)
}

fn line(text: &str, min: usize, max: usize) -> Result<String, InvalidText> {
    let text = text.trim();
    bounded(text, min, max)?;
    if text.chars().any(is_unprintable) {
        return Err(InvalidText::new(
            Code::BadCharacter,
            "line breaks and control characters are not allowed",
        ));
    }
    // A name that shows as nothing can't be clicked, called or told from another.
    if min > 0 && text.chars().all(is_invisible) {
        return Err(InvalidText::new(Code::Empty, "must not be empty"));
    }
    Ok(text.to_owned())
}

/// Characters that take part in a text without showing anything.
fn is_invisible(c: char) -> bool {
    c.is_whitespace()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}' | '\u{ffa0}' | '\u{e0000}'..='\u{e0fff}')
}

/// Control characters, and the direction overrides that make a name read as another one.
fn is_unprintable(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn email(text: &str, min: usize, max: usize) -> Result<String, InvalidText> {
    let text = text.trim().to_lowercase();
    bounded(&text, min, max)?;
    let bad = || InvalidText::new(Code::BadFormat, "not an e-mail address");
    let (local, domain) = text.rsplit_once('@').ok_or_else(bad)?;
    let local_ok = !local.is_empty()
        && local.len() <= 64
        && local
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b".!#$%&'*+/=?^_`{|}~-".contains(&b));
    let label_ok = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    if !local_ok || !domain.split('.').all(label_ok) {
        return Err(bad());
    }
    Ok(text)
}

fn body(text: &str, min: usize, max: usize) -> Result<String, InvalidText> {
    bounded(text, min, max)?;
    if text.chars().all(is_invisible) {
        return Err(InvalidText::new(Code::Empty, "must not be empty"));
    }
    Ok(text.to_owned())
}

fn as_typed(text: &str, min: usize, max: usize) -> Result<String, InvalidText> {
    bounded(text, min, max)?;
    Ok(text.to_owned())
}

/// Folds a text for look-ups by people: lower case, without regard to the script.
pub fn fold(text: &str) -> String {
    text.to_lowercase()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn user_names_are_folded_and_checked() {
        assert_eq!(Username::parse(" Ana.K ").unwrap().as_str(), "ana.k");
        for (text, code) in [
            ("", Code::Empty),
            ("a", Code::TooShort),
            ("ana k", Code::BadCharacter),
            ("аna", Code::BadCharacter),
            ("..", Code::BadFormat),
            ("abcdefghijabcdefghijabcdefghijabc", Code::TooLong),
        ] {
            assert_eq!(Username::parse(text).unwrap_err().code, code, "{text}");
        }
    }

    #[test]
    fn addresses_are_those_that_browsers_accept() {
        for good in ["a@b", "Ana@Example.ORG", "a.b+c@x-y.example"] {
            assert!(Email::parse(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "a",
            "@b",
            "a@",
            "a@-b.c",
            "a@b..c",
            "a b@c.d",
            "a@b\r\nc: d",
            "ä@b.c",
        ] {
            assert!(Email::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn lengths_count_characters_not_bytes() {
        assert!(Body::parse(&"ñ".repeat(40_000)).is_ok());
        assert_eq!(
            Body::parse(&"ñ".repeat(40_001)).unwrap_err().code,
            Code::TooLong
        );
        assert!(RoomName::parse(&"字".repeat(80)).is_ok());
        assert!(RoomName::parse(&"字".repeat(81)).is_err());
    }

    #[test]
    fn names_show_something() {
        for blank in ["\u{200b}", "\u{2060}\u{feff}", "\u{3164}", "\u{ad}\u{200d}"] {
            let error = DisplayName::parse(blank).unwrap_err();
            assert_eq!(error.code, Code::Empty, "{}", blank.escape_unicode());
        }
        assert!(RoomName::parse("क्\u{200d}ष").is_ok());
        assert!(DisplayName::parse("\u{200f}דנה").is_ok());
        assert!(Topic::parse("").is_ok());
    }

    #[test]
    fn bodies_are_kept_as_written_but_not_blank() {
        assert_eq!(Body::parse("  a\n\n").unwrap().as_str(), "  a\n\n");
        for nothing in [" \n\t", "\u{200b}", " \u{2060}\u{feff}"] {
            assert_eq!(Body::parse(nothing).unwrap_err().code, Code::Empty);
        }
        assert_eq!(Body::parse("a\0b").unwrap_err().code, Code::BadCharacter);
    }

    proptest! {
        #[test]
        fn what_parses_parses_to_itself_again(text in ".{0,100}") {
            if let Ok(name) = DisplayName::parse(&text) {
                prop_assert_eq!(DisplayName::parse(name.as_str()).unwrap(), name);
            }
            if let Ok(name) = Username::parse(&text) {
                prop_assert_eq!(Username::parse(name.as_str()).unwrap(), name);
            }
            if let Ok(mail) = Email::parse(&text) {
                prop_assert_eq!(Email::parse(mail.as_str()).unwrap(), mail);
            }
        }
    }
}
