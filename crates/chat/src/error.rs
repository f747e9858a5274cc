//! Why a use case refused or failed; the edge turns it into a problem document.

use std::time::Duration;

use model::code::{Code, FieldError};
use model::permission::Denied;
use store::Constraint;

/// Why a use case refused or failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Not there, or not for the caller to see.
    #[error("not found")]
    NotFound,
    /// Refused for a reason that has a code.
    #[error("{}", .0.title())]
    Refused(Code),
    /// Refused, with words of its own for people.
    #[error("{1}")]
    RefusedBecause(Code, String),
    /// The input is well-formed, but not allowed.
    #[error("the input is not allowed")]
    Invalid(Vec<FieldError>),
    /// Too many tries.
    #[error("too many tries; again in {0:?}")]
    RateLimited(Duration),
    /// More work waits than can be done soon: try again.
    #[error("too much waits to be done")]
    Busy,
    /// The store failed.
    #[error(transparent)]
    Store(store::Error),
    /// Something else of ours failed; the text is for the log.
    #[error("{0}")]
    Internal(String),
}

/// The result of a use case.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A rule of the schema that a person can break is an error of the field; the check before the write may have missed it.
impl From<store::Error> for Error {
    fn from(error: store::Error) -> Self {
        match error {
            store::Error::Constraint(Constraint::Username) => username_taken().into(),
            store::Error::Constraint(Constraint::Email) => email_taken().into(),
            other => Self::Store(other),
        }
    }
}

/// The field's error of a user name that belongs to somebody.
pub(crate) fn username_taken() -> FieldError {
    FieldError::new("username", Code::UsernameTaken, "the user name is taken")
}

/// The field's error of an e-mail address that belongs to somebody.
pub(crate) fn email_taken() -> FieldError {
    FieldError::new("email", Code::EmailTaken, "the e-mail address is taken")
}

impl From<Denied> for Error {
    fn from(denied: Denied) -> Self {
        match denied {
            Denied::Hidden => Self::NotFound,
            Denied::NotMember | Denied::Role => {
                Self::RefusedBecause(Code::Forbidden, denied.to_string())
            }
            Denied::Archived => Self::Refused(Code::RoomArchived),
            Denied::Direct => Self::Refused(Code::DirectRoom),
        }
    }
}

impl From<FieldError> for Error {
    fn from(error: FieldError) -> Self {
        Self::Invalid(vec![error])
    }
}
