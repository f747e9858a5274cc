//! Forgetting: uploads that were never ended, files that nothing carries, contents that no file has.

use std::time::Duration;

use model::time::Timestamp;
use store::{Tx, files, uploads as rows};

use crate::{Chat, Result};

/// How long a file may be without use.
const FREE: Duration = Duration::from_secs(24 * 3600);

/// How long a claimed content may wait for its file: longer than the slowest storage takes.
const CLAIMED: Duration = Duration::from_secs(3600);

/// How long staged bytes may lie that nobody adds to: longer than an upload lives.
const STAGED: Duration = Duration::from_secs(25 * 3600);

/// What one step forgets.
const STEP: i64 = 50;

/// How long the bytes of a step may take to be removed, and after which time of it no more are begun.
const LEASE: Duration = Duration::from_secs(60);
const BEGIN_WITHIN: Duration = Duration::from_secs(20);

/// How long the storage may take to remove one content.
const REMOVAL: Duration = Duration::from_secs(30);

impl Chat {
    /// Forgets uploads that nobody ended, in small steps, so that no write of a person waits long.
    pub(crate) async fn sweep_uploads(&self) -> Result<()> {
        self.inner.files.forget_idle();
        loop {
            let expired =
                async |tx: &mut Tx| -> Result<_> { Ok(rows::remove_expired(tx, STEP).await?) };
            let expired = self.store().write(&[], expired).await?;
            for id in &expired {
                self.remove_staged(*id).await?;
            }
            if expired.is_empty() {
                return Ok(());
            }
        }
    }

    /// Removes staged bytes that nobody adds to.
    pub(crate) async fn sweep_staging(&self) -> Result<()> {
        let now = self.clock().now();
        let since_epoch = now.since(Timestamp::from_micros(0));
        let staging = &self.settings().staging;
        staging.remove_older(since_epoch, STAGED).await?;
        Ok(())
    }

    /// Forgets files that nothing carries, and removes contents that no file has.
    pub(crate) async fn sweep_files(&self) -> Result<()> {
        let free = async |tx: &mut Tx| -> Result<_> {
            Ok(files::remove_free(tx, tx.now().minus(FREE), STEP).await?)
        };
        while self.store().write(&[], free).await? > 0 {}
        while self.remove_some_contents().await? {}
        Ok(())
    }

    /// Removes some contents that no file has; false if there were none, or the storage is in no state for it.
    async fn remove_some_contents(&self) -> Result<bool> {
        let unused = async |tx: &mut Tx| -> Result<_> {
            Ok(files::unused(tx, tx.now().minus(CLAIMED), STEP).await?)
        };
        let unused = self.store().read(unused).await?;
        if unused.is_empty() {
            return Ok(false);
        }
        let doom = async move |tx: &mut Tx| -> Result<_> {
            let before = tx.now().minus(CLAIMED);
            let mut doomed = Vec::new();
            for hash in &unused {
                if files::doom(tx, hash, before, LEASE).await? {
                    doomed.push(*hash);
                }
            }
            Ok(doomed)
        };
        let doomed = self.store().write(&[], doom).await?;
        let began = self.clock().now();
        for hash in &doomed {
            if self.clock().now().since(began) > BEGIN_WITHIN {
                tracing::warn!("the storage removes files slowly; the others follow later");
                return Ok(false);
            }
            let hash = *hash;
            let removal = self.settings().storage.remove(&hash);
            match tokio::time::timeout(REMOVAL, removal).await {
                Ok(removed) => removed?,
                Err(_) => return Ok(false),
            }
            let forget =
                async move |tx: &mut Tx| -> Result<_> { Ok(files::forget(tx, &hash).await?) };
            self.store().write(&[], forget).await?;
        }
        Ok(!doomed.is_empty())
    }
}
