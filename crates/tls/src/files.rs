//! A certificate in files that somebody else renews: read again when they change.

use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use model::time::Clock;
use tokio::sync::mpsc;

use crate::Certificates;
use crate::certificate::{Certificate, Invalid};

/// How often the files are looked at.
const LOOK: Duration = Duration::from_secs(2);

/// Where the certificate and its key lie.
#[derive(Clone, Debug)]
pub struct Files {
    /// The certificate and its chain.
    pub certificate: PathBuf,
    /// The key; it may be the same file.
    pub key: PathBuf,
}

/// Why the files can't be used.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file can't be read.
    #[error("{0}: {1}")]
    Unreadable(PathBuf, io::Error),
    /// What they hold isn't what it should be.
    #[error("{} and {}: {reason}", .files.certificate.display(), .files.key.display())]
    Invalid {
        /// The files.
        files: Files,
        /// What is wrong.
        reason: Invalid,
    },
}

/// What tells that a file is another one than before: also one that was put in its place through a link.
type Stamp = Option<[(u64, u64, u64, i64, i64); 2]>;

/// Files that have been read, and what they were then.
#[derive(Debug)]
pub struct Opened {
    files: Files,
    served: Stamp,
}

impl Files {
    /// Reads both, to be followed from now on.
    pub async fn open(self) -> Result<(Certificate, Opened), Error> {
        // First: what is written while we read is another file afterwards.
        let served = self.stamp().await;
        let certificate = self.load().await?;
        let files = self;
        Ok((certificate, Opened { files, served }))
    }

    async fn load(&self) -> Result<Certificate, Error> {
        let (certificate, key) = (read(&self.certificate).await?, read(&self.key).await?);
        Certificate::from_pem(&certificate, &key).map_err(|reason| Error::Invalid {
            files: self.clone(),
            reason,
        })
    }

    async fn stamp(&self) -> Stamp {
        Some([stamp(&self.certificate).await?, stamp(&self.key).await?])
    }
}

impl Opened {
    /// Serves what the files hold whenever they have changed, or at once when `now` says so; what cannot be used is
    /// logged, and the certificate before it stays. Ends when `now` does.
    pub async fn follow(
        self,
        certificates: Certificates,
        clock: Clock,
        mut now: mpsc::Receiver<()>,
    ) {
        warn_of_end(&certificates, &clock);
        let Self { files, mut served } = self;
        let mut seen = served;
        loop {
            let asked = tokio::select! {
                asked = now.recv() => match asked {
                    Some(()) => true,
                    None => return,
                },
                () = tokio::time::sleep(LOOK) => false,
            };
            let stamp = files.stamp().await;
            // Two files are never written at once: what still changes is looked at later.
            let settled = stamp == seen && stamp != served;
            seen = stamp;
            if !settled && !asked {
                continue;
            }
            served = stamp;
            match files.load().await {
                Ok(certificate) => {
                    tracing::info!(
                        names = certificate.names().join(","),
                        not_after = %certificate.not_after(),
                        "the TLS certificate was read again"
                    );
                    certificates.install(certificate);
                    warn_of_end(&certificates, &clock);
                }
                Err(error) => {
                    tracing::error!(%error, "the changed TLS certificate cannot be used; the one before it stays");
                    certificates.failed(error.to_string());
                }
            }
        }
    }
}

async fn read(path: &Path) -> Result<Vec<u8>, Error> {
    tokio::fs::read(path)
        .await
        .map_err(|error| Error::Unreadable(path.to_owned(), error))
}

async fn stamp(path: &Path) -> Option<(u64, u64, u64, i64, i64)> {
    let meta = tokio::fs::metadata(path).await.ok()?;
    Some((
        meta.dev(),
        meta.ino(),
        meta.size(),
        meta.mtime(),
        meta.mtime_nsec(),
    ))
}

/// Says that a certificate is over: browsers refuse it.
fn warn_of_end(certificates: &Certificates, clock: &Clock) {
    let over = certificates
        .current()
        .filter(|current| current.not_after() <= clock.now());
    if let Some(over) = over {
        tracing::error!(not_after = %over.not_after(), "the TLS certificate is over: browsers refuse it");
    }
}

#[cfg(test)]
mod tests {
    use rcgen::{CertificateParams, KeyPair};

    use super::*;
    use crate::Source;

    fn write(files: &Files, name: &str) {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new([name.to_owned()]).unwrap();
        std::fs::write(&files.certificate, params.self_signed(&key).unwrap().pem()).unwrap();
        std::fs::write(&files.key, key.serialize_pem()).unwrap();
    }

    async fn until(certificates: &Certificates, wanted: impl Fn(&crate::State) -> bool) {
        let reached = async {
            while !wanted(&certificates.state()) {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(30), reached)
            .await
            .unwrap();
    }

    #[tokio::test]
    async fn changed_files_are_served_and_broken_ones_are_not() {
        let folder = tempfile::tempdir().unwrap();
        let files = Files {
            certificate: folder.path().join("cert.pem"),
            key: folder.path().join("key.pem"),
        };
        assert!(matches!(files.load().await, Err(Error::Unreadable(..))));
        write(&files, "a.example");
        let certificates = Certificates::new(Source::Files);
        let (certificate, opened) = files.clone().open().await.unwrap();
        certificates.install(certificate);
        let (ask, asked) = mpsc::channel(1);
        let following = opened.follow(certificates.clone(), Clock::system(), asked);
        let following = tokio::spawn(following);

        write(&files, "b.example");
        until(&certificates, |state| state.names == ["b.example"]).await;
        std::fs::write(&files.key, "nothing").unwrap();
        until(&certificates, |state| state.last_error.is_some()).await;
        assert_eq!(certificates.state().names, ["b.example"]);
        // Asked, it doesn't wait for the files to settle.
        write(&files, "c.example");
        ask.send(()).await.unwrap();
        until(&certificates, |state| state.names == ["c.example"]).await;
        assert_eq!(certificates.state().last_error, None);
        drop(ask);
        following.await.unwrap();
    }
}
