//! Bringing files here: at once, or in pieces that outlive connections and the server.

use std::io;
use std::time::Duration;

use ::files::staging::Staged;
use bytes::Bytes;
use futures_util::StreamExt;
use futures_util::stream::BoxStream;
use model::code::{Code, FieldError};
use model::file::{File, Upload, clean_name};
use model::id::UploadId;
use model::stream::StreamId;
use serde::Deserialize;
use store::{Tx, files, uploads as rows};
use utoipa::ToSchema;

use super::{bytes, check_quotas, check_size, lock_quotas};
use crate::{Caller, Chat, Error, Result};

/// A body on its way in.
pub type Incoming = BoxStream<'static, io::Result<Bytes>>;

/// How long a body may stand still.
const STALL: Duration = Duration::from_secs(30);

/// How long an upload may take.
const LIFE: Duration = Duration::from_secs(24 * 3600);

/// Uploads that one person may have begun and not ended.
const OPEN: i64 = 20;

/// A file that will come in pieces.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub struct NewUpload {
    /// Its name. What a name mustn't have is left out.
    #[schema(example = "plans.pdf")]
    pub name: String,
    /// How many bytes it has.
    #[schema(minimum = 0)]
    pub size: i64,
    /// What its sender takes it for; its content decides.
    #[serde(rename = "type")]
    #[schema(example = "application/pdf")]
    pub kind: Option<String>,
}

/// How a body ended.
enum End {
    /// As it should.
    Whole,
    /// The connection broke.
    Cut,
    /// Nothing came for too long.
    Stalled,
    /// There is more of it than there may be.
    TooLong,
    /// Somebody else goes on with the upload.
    TakenOver,
}

impl End {
    fn refusal(&self) -> Option<Error> {
        Some(match self {
            Self::Whole => return None,
            Self::Cut => Error::RefusedBecause(Code::Malformed, "the body ended early".to_owned()),
            Self::Stalled => Error::Refused(Code::Timeout),
            Self::TooLong => Error::Refused(Code::FileTooLarge),
            Self::TakenOver => Error::RefusedBecause(
                Code::OffsetMismatch,
                "another request goes on with the upload".to_owned(),
            ),
        })
    }
}

/// Appends a body, until there are `most` bytes. What came is on disk when this returns, however the body ended.
async fn receive(
    staged: &mut Staged,
    body: &mut Incoming,
    most: u64,
    wanted: impl Future<Output = ()>,
) -> Result<End> {
    let mut wanted = std::pin::pin!(wanted);
    let end = loop {
        let piece = tokio::select! {
            biased;
            () = &mut wanted => break End::TakenOver,
            piece = tokio::time::timeout(STALL, body.next()) => piece,
        };
        match piece {
            Ok(Some(Ok(piece))) => {
                let left = most.saturating_sub(staged.length());
                if piece.len() as u64 > left {
                    break End::TooLong;
                }
                staged.push(&piece).await?;
            }
            Ok(Some(Err(_))) => break End::Cut,
            Ok(None) => break End::Whole,
            Err(_) => break End::Stalled,
        }
    };
    staged.sync().await?;
    Ok(end)
}

/// Runs work to its end even if whoever asked for it goes away.
async fn to_the_end<T: Send + 'static>(
    work: impl Future<Output = Result<T>> + Send + 'static,
) -> Result<T> {
    tokio::spawn(work)
        .await
        .map_err(|error| Error::Internal(error.to_string()))?
}

impl Chat {
    /// Makes a file of a body. `announced` is the body's length, if its sender said it.
    pub async fn upload(
        &self,
        caller: Caller,
        name: &str,
        announced: Option<u64>,
        mut body: Incoming,
    ) -> Result<File> {
        let place = self.inner.files.enter(caller.user)?;
        let name = clean_name(name);
        let size = bytes(announced.unwrap_or(0));
        let most = self
            .store()
            .read(async move |tx| -> Result<_> {
                let limits = files::limits(tx).await?;
                check_size(&limits, size)?;
                check_quotas(tx, &limits, caller.user, size).await?;
                Ok(limits.max_file_bytes)
            })
            .await?;
        let most = u64::try_from(most).unwrap_or(0);
        let chat = self.clone();
        to_the_end(async move {
            let _place = place;
            let staging = &chat.settings().staging;
            let staged_as = UploadId::new(chat.clock().now()).to_string();
            let mut staged = staging.create(&staged_as).await?;
            let received = receive(&mut staged, &mut body, most, std::future::pending()).await;
            let kept = match received.map(|end| end.refusal()) {
                Ok(None) => chat.keep(caller, name, staged, None).await,
                Ok(Some(refusal)) => Err(refusal),
                Err(error) => Err(error),
            };
            staging.remove(&staged_as).await?;
            kept
        })
        .await
    }

    /// Begins an upload in pieces.
    pub async fn begin_upload(&self, caller: Caller, input: NewUpload) -> Result<Upload> {
        if input.size < 0 {
            return Err(FieldError::new("size", Code::BadFormat, "not less than 0").into());
        }
        let name = clean_name(&input.name);
        let size = input.size;
        // The person's stream is the lock that counting needs.
        let streams = [StreamId::User(caller.user)];
        let job = async move |tx: &mut Tx| {
            let limits = files::limits(tx).await?;
            check_size(&limits, size)?;
            lock_quotas(tx, &limits, caller.user)?;
            if rows::open(tx, caller.user).await? >= OPEN {
                let detail = format!("at most {OPEN} uploads that aren't done");
                return Err(Error::RefusedBecause(Code::TooMany, detail));
            }
            check_quotas(tx, &limits, caller.user, size).await?;
            Ok(rows::insert(tx, caller.user, &name, size, LIFE).await?)
        };
        let begun = self.write_as(caller, &streams, job).await?;
        Ok(present(begun, 0, None))
    }

    /// An upload as it stands.
    pub async fn read_upload(&self, caller: Caller, id: UploadId) -> Result<Upload> {
        let (upload, file) = self.own_upload(caller, id).await?;
        if upload.file.is_some() {
            let size = upload.size;
            return Ok(present(upload, size, file));
        }
        let there = self.settings().staging.length(&id.to_string()).await?;
        let there = bytes(there);
        Ok(present(upload, there, None))
    }

    /// Goes on with an upload at `offset`; with its last byte it becomes a file. What came of a body that ended early
    /// is kept. Whoever goes on ends another request that does.
    pub async fn continue_upload(
        &self,
        caller: Caller,
        id: UploadId,
        offset: u64,
        body: Incoming,
    ) -> Result<Upload> {
        self.own_upload(caller, id).await?;
        let place = self.inner.files.enter(caller.user)?;
        let chat = self.clone();
        to_the_end(async move {
            let _place = place;
            chat.take_piece(caller, id, offset, body).await
        })
        .await
    }

    async fn take_piece(
        &self,
        caller: Caller,
        id: UploadId,
        offset: u64,
        mut body: Incoming,
    ) -> Result<Upload> {
        let mut turn = self.inner.files.turn(id).await;
        // What held before the turn may have changed.
        let (upload, file) = self.own_upload(caller, id).await?;
        let size = u64::try_from(upload.size).unwrap_or(0);
        let elsewhere = |at: u64| {
            let detail = format!("the upload stands at {at}");
            Error::RefusedBecause(Code::OffsetMismatch, detail)
        };
        if upload.file.is_some() {
            if offset != size {
                return Err(elsewhere(size));
            }
            let size = upload.size;
            return Ok(present(upload, size, file));
        }
        let name = id.to_string();
        let staging = &self.settings().staging;
        let mut staged = match turn.staged.take() {
            Some(staged) => staged,
            None => staging.resume(&name).await?,
        };
        if staged.length() != offset {
            let at = staged.length();
            *turn.staged = Some(staged);
            return Err(elsewhere(at));
        }
        let end = receive(&mut staged, &mut body, size, turn.wanted()).await?;
        let refusal = end.refusal();
        let there = staged.length();
        if there < size || refusal.is_some() {
            *turn.staged = Some(staged);
            return match refusal {
                Some(refusal) => Err(refusal),
                None => Ok(present(upload, bytes(there), None)),
            };
        }
        let file = self
            .keep(caller, upload.name.clone(), staged, Some(id))
            .await?;
        staging.remove(&name).await?;
        Ok(present(upload, bytes(size), Some(file)))
    }

    /// Gives an upload up; a file that became of it stays.
    pub async fn drop_upload(&self, caller: Caller, id: UploadId) -> Result<()> {
        let job = async move |tx: &mut Tx| {
            if rows::remove(tx, id, caller.user).await? {
                return Ok(());
            }
            Err(Error::NotFound)
        };
        self.write_as(caller, &[], job).await?;
        self.remove_staged(id).await
    }

    /// Removes what came of an upload that is no longer there.
    pub(super) async fn remove_staged(&self, id: UploadId) -> Result<()> {
        let mut turn = self.inner.files.turn(id).await;
        drop(turn.staged.take());
        Ok(self.settings().staging.remove(&id.to_string()).await?)
    }

    async fn own_upload(
        &self,
        caller: Caller,
        id: UploadId,
    ) -> Result<(rows::Upload, Option<File>)> {
        self.store()
            .read(async move |tx| {
                let upload = rows::get(tx, id, caller.user).await?;
                let upload = upload.ok_or(Error::NotFound)?;
                let stored = match upload.file {
                    Some(file) => files::get(tx, file).await?,
                    None => None,
                };
                Ok((upload, stored.map(|stored| stored.file)))
            })
            .await
    }
}

fn present(upload: rows::Upload, offset: i64, file: Option<File>) -> Upload {
    Upload {
        id: upload.id,
        name: upload.name,
        size: upload.size,
        offset,
        expires_at: upload.expires_at,
        file,
    }
}
