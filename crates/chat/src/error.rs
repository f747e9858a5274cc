//! Why a use case refused or failed; the edge turns it into a problem document.

use std::time::Duration;

use model::code::{Code, FieldError};
use model::permission::Denied;

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
    /// The store failed.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// Something else of ours failed; the text is for the log.
    #[error("{0}")]
    Internal(String),
}

/// The result of a use case.
pub type Result<T> = std::result::Result<T, Error>;

impl From<Denied> for Error {
    fn from(denied: Denied) -> Self {
        match denied {
            Denied::Hidden => Self::NotFound,
            Denied::NotMember | Denied::Role => Self::RefusedBecause(Code::Forbidden, denied.to_string()),
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
