//! Contents in a bucket that speaks S3.

use std::fs::File;
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use data_encoding::HEXLOWER;
use futures_util::{StreamExt, TryStreamExt};
use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::path::Path;
use object_store::{
    ClientOptions, GetOptions, GetRange, ObjectStore, ObjectStoreExt, RetryConfig, WriteMultipart,
};

use crate::staging::Examined;
use crate::storage::{Content, place};
use crate::{Error, Hash, Result, blocking};

/// The parts in which a larger content is sent; S3 takes at most 10,000 of at least 5 MiB.
const PART: u64 = 8 * 1024 * 1024;

/// Parts on their way at once.
const PARTS: usize = 2;

/// How long the bucket may be silent.
const PATIENCE: Duration = Duration::from_secs(60);

/// How long a request is tried again.
const RETRY: Duration = Duration::from_secs(60);

/// A bucket, and what our names in it begin with.
#[derive(Clone, Debug)]
pub struct Bucket {
    store: Arc<AmazonS3>,
    prefix: Path,
}

/// Why a URL names no bucket.
#[derive(Debug, thiserror::Error)]
pub enum InvalidUrl {
    /// It has another form.
    #[error("expected s3://BUCKET[/PREFIX]?endpoint=URL&region=NAME")]
    Form,
    /// A parameter that nobody knows.
    #[error("'{0}' is no parameter; there are endpoint and region")]
    Parameter(String),
    /// What the URL and the environment say doesn't go together.
    #[error("{0}")]
    Together(#[from] object_store::Error),
}

impl Bucket {
    /// The bucket of `s3://BUCKET[/PREFIX]?endpoint=…&region=…`; who we are is read from `AWS_…` in the environment.
    pub fn parse(url: &str) -> Result<Self, InvalidUrl> {
        let rest = url.strip_prefix("s3://").ok_or(InvalidUrl::Form)?;
        let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (bucket, prefix) = place.split_once('/').unwrap_or((place, ""));
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
        if bucket.is_empty() || !bucket.chars().all(plain) {
            return Err(InvalidUrl::Form);
        }
        let client = ClientOptions::new()
            .with_timeout_disabled()
            .with_read_timeout(PATIENCE)
            .with_connect_timeout(Duration::from_secs(10));
        let retry = RetryConfig {
            max_retries: 5,
            retry_timeout: RETRY,
            ..RetryConfig::default()
        };
        let mut builder = AmazonS3Builder::from_env()
            .with_bucket_name(bucket)
            .with_retry(retry);
        let mut http = false;
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            builder = match name.as_ref() {
                "endpoint" => {
                    http = value.starts_with("http://");
                    builder.with_endpoint(value.trim_end_matches('/'))
                }
                "region" => builder.with_region(value),
                other => return Err(InvalidUrl::Parameter(other.to_owned())),
            };
        }
        let store = builder
            .with_client_options(client.with_allow_http(http))
            .build()?;
        Ok(Self {
            store: Arc::new(store),
            prefix: Path::from(prefix),
        })
    }

    /// Whether the bucket answers; asks for something that isn't there.
    pub async fn check(&self) -> Result<()> {
        let nothing = self.prefix.clone().join("sha256");
        match self.store.head(&nothing).await {
            Ok(_) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(Error::Bucket(error)),
        }
    }

    fn path(&self, hash: &Hash) -> Path {
        let (first, rest) = place(hash);
        self.prefix.clone().join("sha256").join(first).join(rest)
    }

    pub(crate) async fn put(&self, content: &Examined) -> Result<()> {
        let path = self.path(&content.hash);
        let from = content.path.clone();
        let file = Arc::new(blocking(move || Ok(File::open(from)?)).await?);
        if content.size <= PART {
            let bytes = piece(&file, 0..content.size).await?;
            let put = self.store.put(&path, bytes.into()).await;
            return put.map(drop).map_err(Error::Bucket);
        }
        let upload = self.store.put_multipart(&path).await;
        let upload = upload.map_err(Error::Bucket)?;
        let size = usize::try_from(PART).unwrap_or(usize::MAX);
        let mut writer = WriteMultipart::new_with_chunk_size(upload, size);
        match send(&mut writer, &file, content.size).await {
            Ok(()) => writer.finish().await.map(drop).map_err(Error::Bucket),
            Err(error) => {
                // What was sent costs its owner money until it is given up.
                if let Err(error) = writer.abort().await {
                    tracing::warn!(%error, "parts of a file stay in the bucket");
                }
                Err(error)
            }
        }
    }

    pub(crate) async fn open(&self, hash: &Hash, range: Range<u64>) -> Result<Content> {
        let options = GetOptions {
            range: Some(GetRange::Bounded(range)),
            ..GetOptions::default()
        };
        let found = self.store.get_opts(&self.path(hash), options).await;
        let found = found.map_err(|error| match error {
            object_store::Error::NotFound { .. } => Error::Missing(HEXLOWER.encode(hash)),
            other => Error::Bucket(other),
        })?;
        Ok(found.into_stream().map_err(std::io::Error::other).boxed())
    }

    pub(crate) async fn remove(&self, hash: &Hash) -> Result<()> {
        match self.store.delete(&self.path(hash)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(Error::Bucket(error)),
        }
    }
}

/// Sends a file in parts, a few at a time.
async fn send(writer: &mut WriteMultipart, file: &Arc<File>, size: u64) -> Result<()> {
    let mut at = 0;
    while at < size {
        writer
            .wait_for_capacity(PARTS)
            .await
            .map_err(Error::Bucket)?;
        let end = size.min(at + PART);
        writer.put(piece(file, at..end).await?);
        at = end;
    }
    Ok(())
}

async fn piece(file: &Arc<File>, range: Range<u64>) -> Result<Bytes> {
    let file = Arc::clone(file);
    let length = usize::try_from(range.end - range.start).unwrap_or(0);
    blocking(move || {
        let mut piece = vec![0; length];
        file.read_exact_at(&mut piece, range.start)?;
        Ok(piece.into())
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_are_named_by_urls() {
        for url in [
            "s3://files",
            "s3://files/parley?region=eu-central-1",
            "s3://files?endpoint=http://127.0.0.1:8333&region=eu",
            "s3://files?endpoint=https%3A%2F%2Fs3.example.org%2F",
        ] {
            Bucket::parse(url).unwrap();
        }
        for url in [
            "s3://",
            "s3:///a",
            "files",
            "s3://a b",
            "s3://ana:secret@files",
        ] {
            assert!(matches!(Bucket::parse(url), Err(InvalidUrl::Form)), "{url}");
        }
        let unknown = Bucket::parse("s3://files?zone=eu").unwrap_err().to_string();
        assert!(unknown.contains("zone"), "{unknown}");
    }

    #[test]
    fn a_content_has_one_place() {
        let bucket = Bucket::parse("s3://files/parley").unwrap();
        let path = bucket.path(&[0xab; 32]).to_string();
        assert_eq!(path, format!("parley/sha256/ab/{}", "ab".repeat(31)));
    }
}
