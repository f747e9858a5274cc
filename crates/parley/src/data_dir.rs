//! The data folder: made for its owner's eyes only, and used by one server at a time.

use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

/// A data folder.
#[derive(Clone, Debug)]
pub(crate) struct DataDir(PathBuf);

/// The right to use the folder; ends with the process, however that ends.
#[derive(Debug)]
pub(crate) struct Lock(#[allow(dead_code, reason = "held, not read")] File);

impl DataDir {
    /// The folder at `path`, made if it isn't there.
    pub(crate) fn open(path: &Path) -> anyhow::Result<Self> {
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(path)
            .with_context(|| format!("cannot make the data folder {}", path.display()))?;
        Ok(Self(path.to_owned()))
    }

    /// Takes the folder for this process; none if another has it.
    pub(crate) fn try_lock(&self) -> anyhow::Result<Option<Lock>> {
        let path = self.0.join("lock");
        let file = private()
            .truncate(false)
            .open(&path)
            .with_context(|| format!("cannot open {}", path.display()))?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Lock(file))),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error).context("cannot lock the data folder"),
        }
    }

    /// The same for a server, which can't do without.
    pub(crate) fn lock(&self) -> anyhow::Result<Lock> {
        match self.try_lock()? {
            Some(lock) => Ok(lock),
            None => bail!(
                "another Parley server is running on the data folder {}",
                self.0.display()
            ),
        }
    }

    /// The embedded database: a file that only the owner can read, also in a folder that others made. What SQLite
    /// keeps beside it gets the same rights.
    pub(crate) fn database(&self) -> anyhow::Result<PathBuf> {
        let path = self.0.join("parley.db");
        private()
            .open(&path)
            .with_context(|| format!("cannot open {}", path.display()))?;
        Ok(path)
    }

    /// Where mails go when there is no mail server.
    pub(crate) fn mails(&self) -> PathBuf {
        self.0.join("mail")
    }

    /// Where the account and the certificate by ACME are kept.
    pub(crate) fn acme(&self) -> PathBuf {
        self.0.join("acme")
    }

    /// Where files are kept, unless a bucket is set.
    pub(crate) fn files(&self) -> PathBuf {
        self.0.join("files")
    }

    /// Where files are put together while they come.
    pub(crate) fn uploads(&self) -> PathBuf {
        self.0.join("uploads")
    }

    /// Where `parley admin` finds the running server.
    pub(crate) fn admin_socket(&self) -> PathBuf {
        self.0.join("admin.sock")
    }

    /// The token that the first owner needs, until it is used.
    pub(crate) fn setup_token(&self) -> PathBuf {
        self.0.join("setup-token")
    }

    /// The key that secrets are sealed under, unless the settings have one.
    pub(crate) fn secret_key(&self) -> PathBuf {
        self.0.join("secret-key")
    }

    /// Writes a file that only the owner can read, whole or not at all.
    pub(crate) fn write_private(&self, path: &Path, text: &str) -> io::Result<()> {
        let beside = path.with_extension("new");
        let mut file = private().truncate(true).open(&beside)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        std::fs::rename(&beside, path)
    }
}

fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).mode(0o600);
    options
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn the_folder_is_private_and_taken_once() {
        let parent = tempfile::tempdir().unwrap();
        let path = parent.path().join("a/b");
        let folder = DataDir::open(&path).unwrap();
        assert_eq!(
            std::fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o700
        );
        let lock = folder.lock().unwrap();
        let error = folder.lock().unwrap_err().to_string();
        assert!(error.contains(path.to_str().unwrap()), "{error}");
        drop(lock);
        assert!(folder.try_lock().unwrap().is_some());
    }

    #[test]
    fn what_is_written_privately_is_for_the_owner_only() {
        let parent = tempfile::tempdir().unwrap();
        let folder = DataDir::open(parent.path()).unwrap();
        let path = folder.setup_token();
        folder.write_private(&path, "a").unwrap();
        folder.write_private(&path, "b").unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "b");
        assert_eq!(
            std::fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o600
        );
    }
}
