//! What is kept between starts: the account and the certificate, for the owner's eyes only.

use std::fs::{DirBuilder, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use instant_acme::AccountCredentials;
use serde::{Deserialize, Serialize};

use super::Error;
use crate::certificate::Certificate;

/// A folder that is made when something is kept.
pub(super) struct Store {
    folder: PathBuf,
}

/// An account, and the directory that it is at.
#[derive(Serialize, Deserialize)]
pub(super) struct Kept {
    pub(super) directory: String,
    pub(super) credentials: AccountCredentials,
}

impl Store {
    pub(super) fn new(folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
        }
    }

    fn account_file(&self) -> PathBuf {
        self.folder.join("account.json")
    }

    /// The chain and the key in one file: they are replaced together or not at all.
    fn certificate_file(&self) -> PathBuf {
        self.folder.join("certificate.pem")
    }

    /// The account at this directory, if it is kept.
    pub(super) async fn account(
        &self,
        directory: &str,
    ) -> Result<Option<AccountCredentials>, Error> {
        let path = self.account_file();
        let Some(text) = read(&path).await? else {
            return Ok(None);
        };
        let kept: Kept = serde_json::from_slice(&text)
            .map_err(|error| Error::Kept(path, io::Error::other(error)))?;
        Ok((kept.directory == directory).then_some(kept.credentials))
    }

    pub(super) async fn keep_account(&self, kept: &Kept) -> Result<(), Error> {
        let path = self.account_file();
        match serde_json::to_string(kept) {
            Ok(text) => self.write(path, text).await,
            Err(error) => Err(Error::Kept(path, io::Error::other(error))),
        }
    }

    pub(super) async fn forget_account(&self) -> Result<(), Error> {
        let path = self.account_file();
        tokio::fs::remove_file(&path)
            .await
            .map_err(|error| Error::Kept(path, error))
    }

    /// The certificate, if one is kept.
    pub(super) async fn certificate(&self) -> Result<Option<Certificate>, Error> {
        match read(&self.certificate_file()).await? {
            Some(text) => Ok(Some(Certificate::from_pem(&text, &text)?)),
            None => Ok(None),
        }
    }

    pub(super) async fn keep_certificate(&self, chain: &str, key: &str) -> Result<(), Error> {
        self.write(self.certificate_file(), format!("{chain}\n{key}"))
            .await
    }

    async fn write(&self, path: PathBuf, text: String) -> Result<(), Error> {
        let (folder, to) = (self.folder.clone(), path.clone());
        let written = tokio::task::spawn_blocking(move || write_private(&folder, &to, &text)).await;
        written
            .unwrap_or_else(|error| Err(io::Error::other(error)))
            .map_err(|error| Error::Kept(path, error))
    }
}

async fn read(path: &Path) -> Result<Option<Vec<u8>>, Error> {
    match tokio::fs::read(path).await {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Error::Kept(path.to_owned(), error)),
    }
}

/// Writes a file that only the owner can read, whole or not at all.
fn write_private(folder: &Path, path: &Path, text: &str) -> io::Result<()> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)?;
    let beside = path.with_extension("new");
    // What a crash left behind may have other rights.
    match std::fs::remove_file(&beside) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&beside)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    std::fs::rename(&beside, path)?;
    std::fs::File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use rcgen::{CertificateParams, KeyPair};

    use super::*;

    #[tokio::test]
    async fn what_is_kept_comes_back_and_is_private() {
        let parent = tempfile::tempdir().unwrap();
        let store = Store::new(&parent.path().join("acme"));
        assert!(store.certificate().await.unwrap().is_none());
        assert!(store.account("https://a/dir").await.unwrap().is_none());
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(["a.example".to_owned()]).unwrap();
        let chain = params.self_signed(&key).unwrap().pem();
        for _ in 0..2 {
            store
                .keep_certificate(&chain, &key.serialize_pem())
                .await
                .unwrap();
        }
        let kept = store.certificate().await.unwrap().unwrap();
        assert_eq!(kept.names(), ["a.example"]);
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&store.certificate_file()), 0o600);
        assert_eq!(mode(&store.folder), 0o700);
    }
}
