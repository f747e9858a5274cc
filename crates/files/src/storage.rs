//! Where contents are kept, under their SHA-256: `sha256/ab/cdef…` in a folder or in a bucket.

use std::fs::File;
use std::io;
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use data_encoding::HEXLOWER;
use futures_util::StreamExt;
use futures_util::stream::{self, BoxStream};

pub use crate::s3::{Bucket, InvalidUrl};
use crate::staging::{Examined, make_folder};
use crate::{Error, Hash, Result, blocking};

/// What is read from the disk at once.
const PIECE: u64 = 128 * 1024;

/// A content's bytes on their way out.
pub type Content = BoxStream<'static, io::Result<Bytes>>;

/// Where contents are kept.
#[derive(Clone, Debug)]
pub enum Storage {
    /// In this folder.
    Disk(PathBuf),
    /// In a bucket.
    Bucket(Bucket),
}

/// A content's place: two digits of its hash, then the others.
pub(crate) fn place(hash: &Hash) -> (String, String) {
    let mut first = HEXLOWER.encode(hash);
    let rest = first.split_off(2);
    (first, rest)
}

fn path(folder: &Path, hash: &Hash) -> PathBuf {
    let (first, rest) = place(hash);
    folder.join("sha256").join(first).join(rest)
}

impl Storage {
    /// What it is, in a word.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Disk(_) => "disk",
            Self::Bucket(_) => "s3",
        }
    }

    /// Keeps a content; when this returns, it is there for good. Doing it again is nothing.
    pub async fn put(&self, content: &Examined) -> Result<()> {
        match self {
            Self::Disk(folder) => {
                let (from, to) = (content.path.clone(), path(folder, &content.hash));
                blocking(move || Ok(link(&from, &to)?)).await
            }
            Self::Bucket(bucket) => bucket.put(content).await,
        }
    }

    /// A part of a content.
    pub async fn open(&self, hash: &Hash, range: Range<u64>) -> Result<Content> {
        if range.is_empty() {
            return Ok(stream::empty().boxed());
        }
        match self {
            Self::Disk(folder) => {
                let path = path(folder, hash);
                let missing = Error::Missing(HEXLOWER.encode(hash));
                let file = blocking(move || match File::open(path) {
                    Err(error) if error.kind() == io::ErrorKind::NotFound => Err(missing),
                    opened => Ok(opened?),
                })
                .await?;
                Ok(pieces(Arc::new(file), range))
            }
            Self::Bucket(bucket) => bucket.open(hash, range).await,
        }
    }

    /// The first `size` bytes of a content, in memory.
    pub async fn read(&self, hash: &Hash, size: u64) -> Result<Vec<u8>> {
        let mut content = self.open(hash, 0..size).await?;
        let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or(0));
        while let Some(piece) = content.next().await {
            bytes.extend_from_slice(&piece?);
        }
        Ok(bytes)
    }

    /// Removes a content. One that isn't there is removed already.
    pub async fn remove(&self, hash: &Hash) -> Result<()> {
        match self {
            Self::Disk(folder) => {
                let path = path(folder, hash);
                blocking(move || match std::fs::remove_file(path) {
                    Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error.into()),
                    _ => Ok(()),
                })
                .await
            }
            Self::Bucket(bucket) => bucket.remove(hash).await,
        }
    }
}

/// Gives a synced file a second name, durably. The first one stays until the caller no longer needs it.
fn link(from: &Path, to: &Path) -> io::Result<()> {
    let folder = to.parent().ok_or(io::ErrorKind::InvalidInput)?;
    if !folder.exists() {
        make_folder(folder)?;
        for above in folder.ancestors().skip(1).take(3) {
            sync_folder(above)?;
        }
    }
    match std::fs::hard_link(from, to) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        // Some file systems know no second names.
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(error),
        Err(_) => std::fs::rename(from, to)?,
    }
    sync_folder(folder)
}

fn sync_folder(folder: &Path) -> io::Result<()> {
    match File::open(folder) {
        Ok(folder) => folder.sync_all(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

/// The bytes of a range of a file, read piece by piece as they are taken.
fn pieces(file: Arc<File>, range: Range<u64>) -> Content {
    stream::try_unfold(range, move |range| {
        let file = Arc::clone(&file);
        async move {
            if range.is_empty() {
                return Ok(None);
            }
            let end = range.end.min(range.start + PIECE);
            let length = usize::try_from(end - range.start).unwrap_or(0);
            let read = blocking(move || {
                let mut piece = vec![0; length];
                file.read_exact_at(&mut piece, range.start)?;
                Ok(piece)
            });
            let piece = read.await.map_err(io::Error::other)?;
            Ok(Some((Bytes::from(piece), end..range.end)))
        }
    })
    .boxed()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::staging::Staging;

    #[tokio::test]
    async fn a_content_is_kept_once_read_in_parts_and_removed() {
        let folder = tempfile::tempdir().unwrap();
        let staging = Staging::at(folder.path().join("staging"));
        let storage = Storage::Disk(folder.path().join("files"));
        let bytes: Vec<u8> = (0..400_000_u32).map(|n| (n % 251) as u8).collect();
        let content = Examined::of_bytes(&staging, "a", &bytes, "text/plain")
            .await
            .unwrap();
        storage.put(&content).await.unwrap();
        storage.put(&content).await.unwrap();
        staging.remove("a").await.unwrap();
        assert_eq!(
            storage.read(&content.hash, content.size).await.unwrap(),
            bytes
        );
        let mut part = storage.open(&content.hash, 130_000..270_001).await.unwrap();
        let mut read = Vec::new();
        while let Some(piece) = part.next().await {
            read.extend_from_slice(&piece.unwrap());
        }
        assert_eq!(read, bytes[130_000..270_001]);
        storage.remove(&content.hash).await.unwrap();
        storage.remove(&content.hash).await.unwrap();
        let gone = storage.open(&content.hash, 0..1).await;
        assert!(matches!(gone, Err(Error::Missing(_))));
    }
}
