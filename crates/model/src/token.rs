//! Personal access tokens: what programs of a person's show instead of a session, and what they may do.

use std::str::FromStr;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::id::TokenId;
use crate::text_enum;
use crate::time::Timestamp;
use crate::user::UnknownText;

text_enum! {
    /// What a personal access token may do. None contains another.
    Scope {
        /// Read what its owner may read, and follow the gateway.
        Read = "read",
        /// Write what its owner may write.
        Write = "write",
        /// Read what is for administrators.
        AdminRead = "admin:read",
        /// Do what is for administrators.
        AdminWrite = "admin:write",
    }
}

impl Scope {
    const fn bit(self) -> u8 {
        1 << self as u8
    }

    /// Whether only administrators can give it to a token.
    pub const fn is_for_administrators(self) -> bool {
        matches!(self, Self::AdminRead | Self::AdminWrite)
    }
}

/// A set of scopes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Scopes(u8);

impl Scopes {
    /// Whether the scope is among them.
    pub const fn contains(self, scope: Scope) -> bool {
        self.0 & scope.bit() != 0
    }

    /// The scopes, in their order.
    pub fn iter(self) -> impl Iterator<Item = Scope> {
        let all = Scope::ALL.iter().copied();
        all.filter(move |scope| self.contains(*scope))
    }

    /// The text that is stored: their texts with spaces between them.
    pub fn to_text(self) -> String {
        let texts: Vec<_> = self.iter().map(Scope::as_str).collect();
        texts.join(" ")
    }
}

impl FromIterator<Scope> for Scopes {
    fn from_iter<I: IntoIterator<Item = Scope>>(scopes: I) -> Self {
        Self(scopes.into_iter().fold(0, |set, scope| set | scope.bit()))
    }
}

impl FromStr for Scopes {
    type Err = UnknownText;

    fn from_str(text: &str) -> Result<Self, UnknownText> {
        text.split_whitespace().map(str::parse).collect()
    }
}

/// A personal access token, without its secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Token {
    /// The id.
    pub id: TokenId,
    /// What its owner calls it.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<Scope>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ends by itself, if it does.
    #[schema(required)]
    pub expires_at: Option<Timestamp>,
    /// When it was last used, to the minute; null: never.
    #[schema(required)]
    pub last_used_at: Option<Timestamp>,
    /// The last characters of the secret, to tell it from others.
    #[schema(example = "x9Qz")]
    pub hint: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_read_back_and_none_contains_another() {
        let scopes: Scopes = "admin:read read".parse().unwrap();
        assert_eq!(scopes.to_text(), "read admin:read");
        assert!(scopes.contains(Scope::Read) && !scopes.contains(Scope::Write));
        assert!("read everything".parse::<Scopes>().is_err());
        for scope in Scope::ALL {
            let only = Scopes::from_iter([*scope]);
            assert_eq!(only.iter().collect::<Vec<_>>(), [*scope]);
        }
    }
}
