//! Accounts: registering, one's own account, and a new password for who forgot theirs.

mod own;
mod recovery;
mod registering;

use model::code::FieldError;
use model::text::{DisplayName, Email, InvalidText, Password, Username};
use model::user::{Role, UserKind};
use store::users::NewUser;
use store::{Tx, users};

pub use self::own::{MeChange, PasswordChange};
pub use self::recovery::PasswordReset;
pub use self::registering::{Register, Registered};

pub(crate) use self::registering::welcome;
use crate::error::{Error, Result, email_taken, username_taken};
use crate::passwords::check_strength;

/// A person whose names and password are certain to be allowed.
pub(crate) struct Person {
    pub(crate) username: Username,
    pub(crate) display_name: DisplayName,
    pub(crate) email: Email,
    pub(crate) password: Password,
}

impl Person {
    /// Parses what was typed; says everything that is wrong with it at once.
    pub(crate) fn parse(
        username: &str,
        display_name: Option<&str>,
        email: &str,
        password: &str,
    ) -> Result<Self, Vec<FieldError>> {
        let mut errors = Vec::new();
        let username = checked(&mut errors, "username", Username::parse(username));
        let shown = display_name.or(username.as_ref().map(Username::as_str));
        let display_name =
            shown.map(|name| checked(&mut errors, "display_name", DisplayName::parse(name)));
        let email = checked(&mut errors, "email", Email::parse(email));
        let password = checked(&mut errors, "password", Password::parse(password));
        let (Some(username), Some(Some(display_name)), Some(email), Some(password)) =
            (username, display_name, email, password)
        else {
            return Err(errors);
        };
        check_strength("password", &password, &username, Some(&email))
            .map_err(|error| vec![error])?;
        Ok(Self {
            username,
            display_name,
            email,
            password,
        })
    }

    /// The user that they will be.
    pub(crate) fn into_user(self, role: Role, password_hash: String) -> NewUser {
        NewUser {
            kind: UserKind::Person,
            username: self.username,
            display_name: self.display_name,
            email: Some(self.email),
            password_hash: Some(password_hash),
            role,
        }
    }
}

/// The value, or its error among those of the other fields.
pub(crate) fn checked<T>(
    errors: &mut Vec<FieldError>,
    field: &str,
    parsed: Result<T, InvalidText>,
) -> Option<T> {
    parsed.map_err(|error| errors.push(error.of(field))).ok()
}

/// Refuses names that belong to somebody; the schema refuses what slips through between this and the write.
pub(crate) async fn check_free(tx: &mut Tx, username: &Username, email: &Email) -> Result<()> {
    let (username, email) = users::taken(tx, username, email).await?;
    let errors: Vec<_> = [username.then(username_taken), email.then(email_taken)]
        .into_iter()
        .flatten()
        .collect();
    if errors.is_empty() {
        return Ok(());
    }
    Err(Error::Invalid(errors))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_that_is_wrong_is_said_at_once() {
        let errors = Person::parse("a", Some(""), "ana", "short").err().unwrap();
        let fields: Vec<_> = errors.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(fields, ["username", "display_name", "email", "password"]);
        let person = Person::parse("Ana", None, "ANA@example.org", "plum tree at dusk").ok();
        assert_eq!(person.unwrap().display_name.as_str(), "ana");
    }
}
