//! Accounts: registering, one's own account, and a new password for who forgot theirs.

mod own;
mod recovery;
mod registering;

use model::code::{Code, FieldError};
use model::text::{DisplayName, Email, InvalidText, Password, Username};
use model::user::{Role, UserKind};
use store::users::NewUser;
use store::{Tx, users};

pub use self::own::{MeChange, PasswordChange};
pub use self::recovery::PasswordReset;
pub use self::registering::{Confirmation, Register, Registered};

pub(crate) use self::registering::welcome;
use crate::error::{Error, Result, email_taken, username_taken};
use crate::passwords::check_strength;

/// What somebody is called, certain to be allowed.
pub(crate) struct Names {
    pub(crate) username: Username,
    pub(crate) display_name: DisplayName,
    pub(crate) email: Email,
}

/// A person whose names and password are certain to be allowed.
pub(crate) struct Person {
    pub(crate) names: Names,
    pub(crate) password: Password,
}

/// Parses the names and, if there is one, the password; says everything that is wrong with them at once.
fn parse(
    username: &str,
    display_name: Option<&str>,
    email: &str,
    password: Option<&str>,
) -> Result<(Names, Option<Password>), Vec<FieldError>> {
    let mut errors = Vec::new();
    let username = checked(&mut errors, "username", Username::parse(username));
    let shown = display_name.or(username.as_ref().map(Username::as_str));
    let display_name =
        shown.map(|name| checked(&mut errors, "display_name", DisplayName::parse(name)));
    let email = checked(&mut errors, "email", Email::parse(email));
    let password =
        password.and_then(|password| checked(&mut errors, "password", Password::parse(password)));
    let (Some(username), Some(Some(display_name)), Some(email), true) =
        (username, display_name, email, errors.is_empty())
    else {
        return Err(errors);
    };
    if let Some(password) = &password {
        check_strength("password", password, &username, Some(&email))
            .map_err(|error| vec![error])?;
    }
    let names = Names {
        username,
        display_name,
        email,
    };
    Ok((names, password))
}

impl Person {
    /// Parses what was typed; says everything that is wrong with it at once.
    pub(crate) fn parse(
        username: &str,
        display_name: Option<&str>,
        email: &str,
        password: &str,
    ) -> Result<Self, Vec<FieldError>> {
        let (names, password) = parse(username, display_name, email, Some(password))?;
        let password = password.ok_or_else(|| vec![no_password()])?;
        Ok(Self { names, password })
    }
}

/// The error of an account that is to be made without a password.
fn no_password() -> FieldError {
    FieldError::new("password", Code::Empty, "an account needs a password")
}

impl Names {
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
        assert_eq!(person.unwrap().names.display_name.as_str(), "ana");
    }
}
