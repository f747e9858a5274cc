//! What can go wrong below the use cases. Nothing of it is shown to people; the log gets it.

use model::stream::StreamId;

/// A failure of the store.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The queue of the writer or of the readers is full: try again soon.
    #[error("the database is busy: its queue is full")]
    Busy,
    /// The database can't be reached, or refuses work.
    #[error("the database is unavailable: {0}")]
    Unavailable(String),
    /// The link broke while committing: the write may or may not be there.
    #[error("the outcome of the commit is unknown")]
    UnknownOutcome,
    /// A rule of the schema was broken.
    #[error("a constraint of the schema was broken: {0}")]
    Constraint(Constraint),
    /// The job needs the lock of another stream; the writer runs it again with that lock.
    #[error("the lock of the stream {0} is needed")]
    NeedsStream(StreamId),
    /// A stream that isn't there.
    #[error("there is no stream {0}")]
    NoStream(StreamId),
    /// A row that doesn't hold what its column says.
    #[error("inconsistent data: {0}")]
    Corrupt(String),
    /// The code of a job or a read panicked; nothing of it was kept.
    #[error("a job of the database panicked")]
    Panicked,
    /// Two writers waited for each other; the writer runs the job again.
    #[error("a deadlock was broken")]
    Deadlock,
    /// Anything else that the driver says.
    #[error("the database failed: {0}")]
    Database(String),
}

/// A broken rule that a person may have caused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Constraint {
    /// `users.username` is unique.
    #[error("the user name is taken")]
    Username,
    /// `users.email` is unique.
    #[error("the e-mail address is taken")]
    Email,
    /// `rooms.direct_key` is unique.
    #[error("the direct room is there")]
    DirectRoom,
    /// Any other.
    #[error("a rule of the schema")]
    Other,
}

/// A result of the store.
pub type Result<T, E = Error> = std::result::Result<T, E>;
