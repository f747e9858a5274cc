//! The bytes of files: staged on the local disk, recognised by their content, freed of what photographs tell about
//! their place, and kept under their SHA-256 on disk or in a bucket.
//!
//! Nothing here knows of people or messages. Whatever comes in is believed to be hostile: readers are bounded, and what
//! can't be read as the type that it claims is bytes and nothing more.

pub mod clean;
mod exif;
mod s3;
pub mod sniff;
pub mod staging;
pub mod storage;
pub mod text;
pub mod thumbnail;

use std::io;

/// A content's SHA-256.
pub type Hash = [u8; 32];

/// Why bytes could not be had or kept.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The storage has no such content.
    #[error("the storage has no content {0}")]
    Missing(String),
    /// The local disk failed.
    #[error("the disk failed: {0}")]
    Disk(#[from] io::Error),
    /// The bucket failed.
    #[error("the bucket failed: {0}")]
    Bucket(object_store::Error),
    /// Work on another thread ended badly.
    #[error("work on a file was not finished")]
    Lost,
}

/// The result of work on bytes.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Runs work that blocks on a thread where it may.
pub async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|_| Error::Lost)?
}
