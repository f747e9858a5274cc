//! Passwords: Argon2id away from the async threads, and never more at once than there are cores.

use std::sync::Arc;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use model::code::{Code, FieldError};
use model::text::{Email, Password, Username, WorkspaceName};
use store::{Tx, workspace};
use tokio::sync::Semaphore;

use crate::common;
use crate::error::{Error, Result};

/// What OWASP asks of Argon2id: 19 MiB, two passes, one lane.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// How many may wait for a core before people hear that the server is busy: a few seconds of work.
const WAITING: usize = 64;

/// A hash with the same cost as every other that no password is known of: checking against it takes as long for an
/// account that isn't there as for one that is.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$cGFybGV5LW5vYm9keS1oZXJl$\
                      Jx0Zk2l2m7p1xkqWc4nUu3dY8s5aTfVb9oRgHhEwQyI";

/// Hashes and checks passwords.
#[derive(Clone)]
pub(crate) struct Passwords {
    waiting: Arc<Semaphore>,
    working: Arc<Semaphore>,
}

impl Passwords {
    /// As many at once as there are cores.
    pub(crate) fn new() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            waiting: Arc::new(Semaphore::new(cores + WAITING)),
            working: Arc::new(Semaphore::new(cores)),
        }
    }

    /// The hash to store, in PHC form, with a salt of its own.
    pub(crate) async fn hash(&self, password: Password) -> Result<String> {
        self.run(move || {
            let hash = argon2()?.hash_password(password.expose().as_bytes());
            hash.map(|hash| hash.to_string()).map_err(failed)
        })
        .await
    }

    /// Whether `password` is the one behind `hash`; without a hash it takes as long and is false.
    pub(crate) async fn verify(&self, password: String, hash: Option<String>) -> Result<bool> {
        self.run(move || {
            let known = hash.is_some();
            let hash = hash.unwrap_or_else(|| NOBODY.to_owned());
            let hash = PasswordHash::new(&hash).map_err(failed)?;
            let matches = argon2()?.verify_password(password.as_bytes(), &hash);
            Ok(known && matches.is_ok())
        })
        .await
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let _place = self.waiting.try_acquire().map_err(|_| Error::Busy)?;
        let core = self.working.clone().acquire_owned().await.map_err(failed)?;
        // The work outlives a caller that went away, and so does its hold on the core.
        let work = move || {
            let result = work();
            drop(core);
            result
        };
        tokio::task::spawn_blocking(work).await.map_err(failed)?
    }
}

fn argon2() -> Result<Argon2<'static>> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(failed)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn failed(cause: impl std::fmt::Display) -> Error {
    Error::Internal(format!("password hashing failed: {cause}"))
}

/// Refuses a password that is easy to guess, for anybody or for who knows the account's names.
pub(crate) fn check_strength(
    field: &str,
    password: &Password,
    username: &Username,
    email: Option<&Email>,
) -> Result<(), FieldError> {
    let text = password.expose().to_lowercase();
    let local = email.and_then(|email| email.as_str().split('@').next());
    // A very short name is in many a good password by chance.
    let names = [Some(username.as_str()), email.map(Email::as_str), local];
    let named = names
        .into_iter()
        .flatten()
        .any(|name| name.len() >= 4 && text.contains(name));
    let detail = if named {
        "it contains your user name or e-mail address"
    } else if common::is_common(&text) {
        "it is one of the commonest ones"
    } else {
        return Ok(());
    };
    Err(FieldError::new(field, Code::WeakPassword, detail))
}

/// Refuses a password that says the workspace's name, which everybody who comes by can read.
pub(crate) fn check_apart_from(
    field: &str,
    password: &Password,
    workspace: &WorkspaceName,
) -> Result<(), FieldError> {
    let letters = |text: &str| -> String {
        let text = text.to_lowercase();
        text.chars().filter(|c| c.is_alphanumeric()).collect()
    };
    let name = letters(workspace.as_str());
    if name.chars().count() >= 4 && letters(password.expose()).contains(&name) {
        let detail = "it contains the workspace's name";
        return Err(FieldError::new(field, Code::WeakPassword, detail));
    }
    Ok(())
}

/// The same for the workspace that is there.
pub(crate) async fn check_apart(tx: &mut Tx, password: &Password) -> Result<()> {
    let name = workspace::get(tx).await?.workspace.name;
    Ok(check_apart_from("password", password, &name)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn password(text: &str) -> Password {
        Password::parse(text).unwrap()
    }

    #[tokio::test]
    async fn a_password_matches_its_own_hash_and_no_other() {
        let passwords = Passwords::new();
        let hash = passwords.hash(password("plum tree at dusk")).await.unwrap();
        assert!(
            hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "{hash}"
        );
        let verify =
            |text: &str, hash: Option<&String>| passwords.verify(text.to_owned(), hash.cloned());
        assert!(verify("plum tree at dusk", Some(&hash)).await.unwrap());
        assert!(!verify("plum tree at dawn", Some(&hash)).await.unwrap());
        assert!(!verify("plum tree at dusk", None).await.unwrap());
    }

    #[test]
    fn nobody_s_hash_costs_what_every_other_costs() {
        let hash = PasswordHash::new(NOBODY).unwrap();
        let params = Params::try_from(&hash).unwrap();
        assert_eq!(
            (params.m_cost(), params.t_cost(), params.p_cost()),
            (MEMORY_KIB, PASSES, LANES)
        );
        assert_eq!(hash.hash.unwrap().as_ref().len(), 32);
    }

    #[test]
    fn passwords_with_the_account_s_names_are_refused() {
        let username = Username::parse("marta.k").unwrap();
        let email = Email::parse("tulips@example.org").unwrap();
        let check = |text: &str| {
            check_strength("password", &password(text), &username, Some(&email)).is_ok()
        };
        assert!(!check("xx Marta.K 2026"));
        assert!(!check("my tulips are red"));
        assert!(!check("Password2026!"));
        assert!(check("plum tree at dusk"));
    }

    #[test]
    fn passwords_with_the_workspace_s_name_are_refused() {
        let name = WorkspaceName::parse("Harbour & Sons").unwrap();
        let check = |text: &str| check_apart_from("password", &password(text), &name).is_ok();
        assert!(!check("harbour-sons-2026"));
        assert!(!check("my HarbourSons login"));
        assert!(check("a harbour at dusk"));
        // A name of a few letters is in many a good password.
        let short = WorkspaceName::parse("Sea").unwrap();
        assert!(check_apart_from("password", &password("seashells by dawn"), &short).is_ok());
    }
}
