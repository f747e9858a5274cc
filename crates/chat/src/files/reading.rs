//! Reading files: the right to it is decided anew each time.

use std::ops::Range;

use ::files::storage::Content;
use ::files::{blocking, sniff, text};
use model::file::{File, RoomFile};
use model::id::{FileId, RoomId};
use serde::Serialize;
use store::files::{Hash, Place, Stored};
use store::history::Window;
use store::{Tx, files};
use utoipa::ToSchema;

use crate::list::Listing;
use crate::rooms::access;
use crate::{Caller, Chat, Error, Result};

/// Bytes that somebody may read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Readable {
    /// The file that they are, or are the thumbnail of.
    pub file: File,
    /// The content's hash.
    pub hash: Hash,
    /// The content's media type, as sniffed.
    pub kind: String,
    /// The content's size in bytes.
    pub size: u64,
}

/// The beginning of a text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = FilePreview)]
pub struct Preview {
    /// What the first 64 KiB say, whatever their encoding.
    pub text: String,
    /// Whether there is more.
    pub truncated: bool,
}

/// A file that the caller may read: their own, a picture of somebody's, or one that an undeleted message carries which
/// they may read.
async fn readable(tx: &mut Tx, caller: Caller, id: FileId) -> Result<Stored> {
    let stored = files::get(tx, id).await?.ok_or(Error::NotFound)?;
    if stored.owner == caller.user || stored.shown {
        return Ok(stored);
    }
    let (room, ts) = files::carrier(tx, id).await?.ok_or(Error::NotFound)?;
    let access = access(tx, room, caller.user).await?;
    if ts <= access.visible_after() {
        return Err(Error::NotFound);
    }
    Ok(stored)
}

fn content(stored: Stored) -> Readable {
    Readable {
        hash: stored.hash,
        kind: stored.file.kind.clone(),
        size: u64::try_from(stored.file.size).unwrap_or(0),
        file: stored.file,
    }
}

impl Chat {
    /// A file that the caller may read.
    pub async fn file(&self, caller: Caller, id: FileId) -> Result<Readable> {
        self.store()
            .read(async move |tx| Ok(content(readable(tx, caller, id).await?)))
            .await
    }

    /// The thumbnail of a file that the caller may read.
    pub async fn thumbnail(&self, caller: Caller, id: FileId) -> Result<Readable> {
        self.store()
            .read(async move |tx| {
                let stored = readable(tx, caller, id).await?;
                let (hash, kind, size) = stored.thumbnail.ok_or(Error::NotFound)?;
                Ok(Readable {
                    file: stored.file,
                    hash,
                    kind,
                    size: u64::try_from(size).unwrap_or(0),
                })
            })
            .await
    }

    /// The workspace's icon, which is for everyone: small, if it is small already.
    pub async fn workspace_icon(&self) -> Result<Readable> {
        self.store()
            .read(async |tx| {
                let id = files::icon(tx).await?.ok_or(Error::NotFound)?;
                let mut stored = files::get(tx, id).await?.ok_or(Error::NotFound)?;
                match stored.thumbnail.take() {
                    Some((hash, kind, size)) => Ok(Readable {
                        file: stored.file,
                        hash,
                        kind,
                        size: u64::try_from(size).unwrap_or(0),
                    }),
                    None => Ok(content(stored)),
                }
            })
            .await
    }

    /// A part of what was found readable, on its way out.
    pub async fn open(&self, readable: &Readable, range: Range<u64>) -> Result<Content> {
        Ok(self.settings().storage.open(&readable.hash, range).await?)
    }

    /// The encoding of a text that is served as one, by the same bytes as its type; none of what is no text.
    pub async fn charset(&self, readable: &Readable) -> Result<Option<&'static str>> {
        if readable.kind != sniff::PLAIN {
            return Ok(None);
        }
        let charsets = &self.inner.charsets;
        if let Some(charset) = charsets.get(&readable.hash) {
            return Ok(charset);
        }
        let (head, whole) = self.head(readable).await?;
        let charset = move || Ok(text::read(&head, whole).map(|text| text.charset));
        let charset = blocking(charset).await?;
        charsets.keep(readable.hash, charset);
        Ok(charset)
    }

    /// The beginning of a text that the caller may read; another file has none.
    pub async fn preview(&self, caller: Caller, id: FileId) -> Result<Preview> {
        let readable = self.file(caller, id).await?;
        if !sniff::is_text(&readable.kind) {
            return Err(Error::NotFound);
        }
        let (head, whole) = self.head(&readable).await?;
        let text = blocking(move || match text::read(&head, whole) {
            Some(text) => Ok(text.content.into_owned()),
            // Known by how it begins, with anything in it.
            None => Ok(String::from_utf8_lossy(&head).into_owned()),
        })
        .await?;
        Ok(Preview {
            text,
            truncated: !whole,
        })
    }

    /// What a file's type was told by, and whether that is all of it.
    async fn head(&self, readable: &Readable) -> Result<(Vec<u8>, bool)> {
        let size = readable.size.min(sniff::HEAD as u64);
        let head = self.settings().storage.read(&readable.hash, size).await?;
        Ok((head, size == readable.size))
    }

    /// The files of a room's messages, the newest first.
    pub async fn room_files(
        &self,
        caller: Caller,
        room: RoomId,
        after: Option<Place>,
        limit: u32,
    ) -> Result<Listing<RoomFile, Place>> {
        self.store()
            .read(async move |tx| {
                let access = access(tx, room, caller.user).await?;
                let window = Window {
                    room,
                    visible_after: access.visible_after(),
                    all_threads: true,
                };
                let found = files::of_room(tx, window, after, i64::from(limit) + 1).await?;
                let list = Listing::cut(found, limit, |(_, place)| *place);
                let stream = model::stream::StreamId::Room(room);
                let head = store::streams::head(tx, stream).await?;
                Ok(Listing {
                    items: list.items.into_iter().map(|(file, _)| file).collect(),
                    next: list.next,
                    heads: head.map(|head| (stream, head.n)).into_iter().collect(),
                })
            })
            .await
    }
}
