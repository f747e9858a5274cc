//! Secrets that stand for somebody: 256 random bits with a prefix that says what they open. The database knows their
//! SHA-256 only; looking that up takes as long for a near miss as for any other.

use std::fmt;

use aws_lc_rs::{digest, rand};
use data_encoding::BASE64URL_NOPAD;
use store::workspace::Hash;

use crate::error::{Error, Result};

/// What a secret opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// A session.
    Session,
    /// A new password.
    Reset,
    /// Registering, by invitation.
    Invitation,
    /// The end of a registration that waits for it.
    Registration,
    /// The set-up of the workspace.
    Setup,
    /// What a person's program may do.
    Personal,
}

impl Purpose {
    const fn prefix(self) -> &'static str {
        match self {
            Self::Session => "pses_",
            Self::Reset => "prst_",
            Self::Invitation => "pinv_",
            Self::Registration => "preg_",
            Self::Setup => "pset_",
            Self::Personal => "parley_pat_",
        }
    }
}

/// Characters of 256 bits in base64url.
const CODE_LENGTH: usize = 43;

/// A secret as its holder knows it. Never logged.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// A new secret.
    pub fn new(purpose: Purpose) -> Result<Self> {
        let mut bits = [0; 32];
        rand::fill(&mut bits).map_err(|_| Error::Internal("no random bits".to_owned()))?;
        let code = BASE64URL_NOPAD.encode(&bits);
        Ok(Self(format!("{}{code}", purpose.prefix())))
    }

    /// The secret that somebody sent, if it has the form of one for this purpose.
    pub fn parse(text: &str, purpose: Purpose) -> Option<Self> {
        let code = text.strip_prefix(purpose.prefix())?;
        (code.len() == CODE_LENGTH && code.is_ascii()).then(|| Self(text.to_owned()))
    }

    /// The secret itself.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Its last characters, to tell it from others.
    pub(crate) fn hint(&self) -> &str {
        // Base64url is ASCII.
        &self.0[self.0.len() - 4..]
    }

    /// What the database knows of it.
    pub fn hash(&self) -> Hash {
        let mut hash = [0; 32];
        hash.copy_from_slice(digest::digest(&digest::SHA256, self.0.as_bytes()).as_ref());
        hash
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_reads_back_for_its_purpose_only() {
        let token = Token::new(Purpose::Session).unwrap();
        assert!(token.expose().starts_with("pses_"));
        assert_eq!(
            Token::parse(token.expose(), Purpose::Session),
            Some(token.clone())
        );
        assert_eq!(Token::parse(token.expose(), Purpose::Reset), None);
        for bad in ["", "pses_", "pses_short", &format!("{}x", token.expose())] {
            assert_eq!(Token::parse(bad, Purpose::Session), None, "{bad}");
        }
    }

    #[test]
    fn tokens_differ_and_never_show_themselves() {
        let (one, other) = (
            Token::new(Purpose::Reset).unwrap(),
            Token::new(Purpose::Reset).unwrap(),
        );
        assert_ne!(one.hash(), other.hash());
        assert_eq!(format!("{one:?}"), "Token(…)");
    }
}
