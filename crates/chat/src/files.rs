//! Files: brought here, attached, read by whoever may, and forgotten when nothing carries them.
//!
//! A file's way: it is put together in the staging folder, examined, its content claimed in the database, put into the
//! storage, settled, and only then there is a file. A content that nothing has is removed the other way round. The
//! row of the content is what both agree by, so that neither a crash nor the same content twice at once loses bytes.

mod charsets;
mod reading;
mod sweeping;
mod thumbnails;
mod traffic;
mod uploads;

use std::time::Duration;

use ::files::staging::{Examined, Staged};
use ::files::thumbnail;
use model::code::{Code, FieldError};
use model::file::File;
use model::id::{FileId, UploadId, UserId};
use model::stream::StreamId;
use store::files::{Blob, Claim, Limits};
use store::{Tx, files, uploads as rows};

pub use reading::{Preview, Readable};
pub use uploads::{Incoming, NewUpload};

pub(crate) use charsets::Charsets;
pub(crate) use traffic::Traffic;

use crate::jobs::{Work, enqueue};
use crate::rooms::unusable;
use crate::{Caller, Chat, Error, Result};

/// How long to wait before a content is claimed again whose bytes are being removed.
const CLAIM_PAUSE: Duration = Duration::from_millis(100);

/// How often: as long as a removal may take, and a little longer.
const CLAIMS: usize = 750;

/// What failed of the staging folder or of the storage is ours.
impl From<::files::Error> for Error {
    fn from(error: ::files::Error) -> Self {
        Self::Internal(error.to_string())
    }
}

/// Shows a picture of somebody: an image of theirs that has no other use. The one before has none then.
pub(crate) async fn change_picture(
    tx: &mut Tx,
    field: &str,
    owner: UserId,
    before: Option<FileId>,
    after: Option<FileId>,
) -> Result<()> {
    if before == after {
        return Ok(());
    }
    if let Some(id) = after {
        let file = files::get(tx, id).await?;
        let file = file.filter(|file| file.owner == owner);
        let file = file.ok_or_else(|| unusable(field))?;
        if file.file.width.is_none() {
            return Err(FieldError::new(field, Code::NotAnImage, "an image is needed").into());
        }
        if !files::show(tx, id, owner).await? {
            return Err(unusable(field).into());
        }
    }
    if let Some(id) = before {
        files::hide(tx, id).await?;
    }
    Ok(())
}

fn bytes(size: u64) -> i64 {
    i64::try_from(size).unwrap_or(i64::MAX)
}

/// Refuses a file that is larger than the workspace allows.
fn check_size(limits: &Limits, size: i64) -> Result<()> {
    if size <= limits.max_file_bytes {
        return Ok(());
    }
    let detail = format!("at most {} bytes", limits.max_file_bytes);
    Err(Error::RefusedBecause(Code::FileTooLarge, detail))
}

/// Asks for the locks under which nobody else counts against the same quotas, before anything is counted.
fn lock_quotas(tx: &mut Tx, limits: &Limits, owner: UserId) -> Result<()> {
    let own = limits.user_quota_bytes.map(|_| StreamId::User(owner));
    let all = limits.storage_quota_bytes.map(|_| StreamId::Workspace);
    Ok(tx.lock(own.into_iter().chain(all))?)
}

/// Refuses what would need `more` bytes than the quotas leave.
async fn check_quotas(tx: &mut Tx, limits: &Limits, owner: UserId, more: i64) -> Result<()> {
    let full = |whose: &str| Error::RefusedBecause(Code::QuotaExceeded, whose.to_owned());
    if let Some(quota) = limits.user_quota_bytes
        && files::used_by(tx, owner).await?.saturating_add(more) > quota
    {
        return Err(full("your files have taken all the room that they may"));
    }
    if let Some(quota) = limits.storage_quota_bytes {
        let (stored, _) = files::stored(tx).await?;
        let announced = files::announced(tx).await?;
        if stored.saturating_add(announced).saturating_add(more) > quota {
            return Err(full(
                "the workspace's files have taken all the room that they may",
            ));
        }
    }
    Ok(())
}

/// Whether the workspace takes files of this type.
fn is_taken(patterns: &[String], kind: &str) -> bool {
    let (main, _) = kind.split_once('/').unwrap_or((kind, ""));
    patterns.is_empty()
        || patterns.iter().any(|pattern| {
            pattern == kind || pattern == "*/*" || pattern.strip_suffix("/*") == Some(main)
        })
}

impl Chat {
    /// Makes a file of one that is whole in the staging folder, and of its upload, if it came by one.
    async fn keep(
        &self,
        caller: Caller,
        name: String,
        staged: Staged,
        upload: Option<UploadId>,
    ) -> Result<File> {
        let examined = staged.examine().await?;
        let kind = examined.kind;
        // What an upload announced is counted already.
        let more = match upload {
            Some(_) => 0,
            None => bytes(examined.size),
        };
        self.store()
            .read(async move |tx| -> Result<()> {
                let limits = files::limits(tx).await?;
                check_quotas(tx, &limits, caller.user, more).await?;
                if is_taken(&limits.file_types, kind) {
                    return Ok(());
                }
                let detail = format!("the workspace takes no files of the type {kind}");
                Err(Error::RefusedBecause(Code::FileType, detail))
            })
            .await?;
        loop {
            self.store_content(&examined).await?;
            let (examined, name) = (examined.clone(), name.clone());
            let job = async move |tx: &mut Tx| -> Result<Option<File>> {
                let limits = files::limits(tx).await?;
                lock_quotas(tx, &limits, caller.user)?;
                if let Some(upload) = upload
                    && let Some(file) = done_before(tx, caller, upload).await?
                {
                    return Ok(Some(file));
                }
                if !files::settle(tx, &examined.hash).await? {
                    return Ok(None);
                }
                let (file, unmade) = files::insert(tx, caller.user, &name, &examined.hash).await?;
                if let Some(upload) = upload {
                    rows::finish(tx, upload, file.id).await?;
                }
                check_quotas(tx, &limits, caller.user, 0).await?;
                let small = examined.size <= thumbnail::MAX_BYTES;
                if unmade && small && file.width.is_some() && thumbnail::is_made_of(kind) {
                    enqueue(tx, &Work::thumbnail(&examined.hash)).await?;
                }
                Ok(Some(file))
            };
            if let Some(file) = self.write_as(caller, &[], job).await? {
                self.wake_jobs();
                return Ok(file);
            }
        }
    }

    /// Claims a content and puts its bytes where they are kept. It stays claimed for a while, for whoever settles it.
    async fn store_content(&self, content: &Examined) -> Result<()> {
        let blob = Blob {
            hash: content.hash,
            size: bytes(content.size),
            kind: content.kind.to_owned(),
            extent: content
                .extent
                .map(|(width, height)| (i64::from(width), i64::from(height))),
        };
        for _ in 0..CLAIMS {
            let blob = blob.clone();
            let claim =
                async move |tx: &mut Tx| -> Result<_> { Ok(files::claim(tx, &blob).await?) };
            match self.store().write(&[], claim).await? {
                Claim::Stored => return Ok(()),
                Claim::Missing => {
                    return Ok(self.settings().storage.put(content).await?);
                }
                Claim::Removing => tokio::time::sleep(CLAIM_PAUSE).await,
            }
        }
        Err(Error::Busy)
    }
}

/// The file that an upload became already; an upload that is gone is refused.
async fn done_before(tx: &mut Tx, caller: Caller, upload: UploadId) -> Result<Option<File>> {
    let upload = rows::get(tx, upload, caller.user)
        .await?
        .ok_or(Error::NotFound)?;
    let Some(id) = upload.file else {
        return Ok(None);
    };
    Ok(files::get(tx, id).await?.map(|stored| stored.file))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_name_types_or_families_of_them() {
        let patterns = ["image/*", "application/pdf"].map(str::to_owned);
        assert!(is_taken(&patterns, "image/png"));
        assert!(is_taken(&patterns, "application/pdf"));
        assert!(!is_taken(&patterns, "application/zip"));
        assert!(!is_taken(&patterns, "imagery/png"));
        assert!(is_taken(&[], "application/zip"));
    }
}
