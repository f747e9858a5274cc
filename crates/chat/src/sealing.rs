//! Secrets that have to be read back are sealed: AES-256-GCM under the deployment's key, with the key's id, so that a
//! wrong key is told from a damaged text.

use std::fmt;
use std::sync::Arc;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::{digest, rand};

use crate::error::{Error, Result};

/// The form of a sealed secret: this byte, the key's id, the nonce, the sealed text with its tag.
const FORM: u8 = 1;

/// Bytes of a key's id.
const ID: usize = 8;

/// A key of the deployment's.
pub type Key = [u8; 32];

/// What a sealed secret is for; one that was sealed for something else doesn't open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// The address of the mail server.
    MailServer,
}

impl Purpose {
    const fn as_bytes(self) -> &'static [u8] {
        match self {
            Self::MailServer => b"mail server",
        }
    }
}

/// Seals and opens secrets under one key.
#[derive(Clone)]
pub struct Sealer(Arc<Parts>);

struct Parts {
    id: [u8; ID],
    key: LessSafeKey,
}

impl Sealer {
    /// Seals under this key.
    pub fn new(key: &Key) -> Result<Self> {
        let unbound = UnboundKey::new(&AES_256_GCM, key).map_err(|_| failed("a key is not one"))?;
        let hash = digest::digest(&digest::SHA256, key);
        let mut id = [0; ID];
        id.copy_from_slice(&hash.as_ref()[..ID]);
        Ok(Self(Arc::new(Parts {
            id,
            key: LessSafeKey::new(unbound),
        })))
    }

    /// A new key.
    pub fn generate() -> Result<Key> {
        let mut key = [0; 32];
        rand::fill(&mut key).map_err(|_| failed("no random bits"))?;
        Ok(key)
    }

    /// Seals a secret.
    pub(crate) fn seal(&self, purpose: Purpose, secret: &str) -> Result<Vec<u8>> {
        // Random nonces do: secrets are few.
        let mut nonce = [0; NONCE_LEN];
        rand::fill(&mut nonce).map_err(|_| failed("no random bits"))?;
        let mut text = secret.as_bytes().to_vec();
        let unique = Nonce::assume_unique_for_key(nonce);
        self.0
            .key
            .seal_in_place_append_tag(unique, Aad::from(purpose.as_bytes()), &mut text)
            .map_err(|_| failed("it could not be sealed"))?;
        let mut sealed = vec![FORM];
        sealed.extend_from_slice(&self.0.id);
        sealed.extend_from_slice(&nonce);
        sealed.append(&mut text);
        Ok(sealed)
    }

    /// Opens a sealed secret.
    pub(crate) fn open(&self, purpose: Purpose, sealed: &[u8]) -> Result<String> {
        let damaged = || failed("it is damaged");
        let rest = sealed.strip_prefix(&[FORM]).ok_or_else(damaged)?;
        let (id, rest) = rest.split_at_checked(ID).ok_or_else(damaged)?;
        let (nonce, text) = rest.split_at_checked(NONCE_LEN).ok_or_else(damaged)?;
        if id != self.0.id {
            return Err(failed("it was sealed under another PARLEY_SECRET_KEY"));
        }
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| damaged())?;
        let mut text = text.to_vec();
        let opened = self
            .0
            .key
            .open_in_place(nonce, Aad::from(purpose.as_bytes()), &mut text)
            .map_err(|_| damaged())?;
        String::from_utf8(opened.to_vec()).map_err(|_| damaged())
    }
}

impl fmt::Debug for Sealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sealer(…)")
    }
}

fn failed(why: &str) -> Error {
    Error::Internal(format!("a sealed secret can't be used: {why}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_opens_under_its_key_and_shows_nothing_else() {
        let sealer = Sealer::new(&[7; 32]).unwrap();
        let secret = "smtps://parley:plum@mail.example.org";
        let sealed = sealer.seal(Purpose::MailServer, secret).unwrap();
        assert_eq!(sealer.open(Purpose::MailServer, &sealed).unwrap(), secret);
        assert!(!sealed.windows(4).any(|part| part == b"plum"));
        assert_ne!(sealed, sealer.seal(Purpose::MailServer, secret).unwrap());
        assert_eq!(format!("{sealer:?}"), "Sealer(…)");
    }

    #[test]
    fn another_key_and_every_changed_byte_are_noticed() {
        let sealer = Sealer::new(&[7; 32]).unwrap();
        let sealed = sealer.seal(Purpose::MailServer, "plum").unwrap();
        let other = Sealer::new(&[8; 32]).unwrap();
        let error = other.open(Purpose::MailServer, &sealed).unwrap_err();
        assert!(error.to_string().contains("another PARLEY_SECRET_KEY"));
        for index in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[index] ^= 1;
            assert!(
                sealer.open(Purpose::MailServer, &changed).is_err(),
                "{index}"
            );
        }
        for short in 0..sealed.len() {
            assert!(sealer.open(Purpose::MailServer, &sealed[..short]).is_err());
        }
    }
}
