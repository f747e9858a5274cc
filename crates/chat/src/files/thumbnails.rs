//! Thumbnails: made after the upload, one at a time, and told to whoever has seen the file without.

use std::sync::Arc;

use ::files::staging::Examined;
use ::files::thumbnail;
use data_encoding::HEXLOWER;
use model::event::Event;
use model::id::UploadId;
use model::room::History;
use model::stream::StreamId;
use store::files::Hash;
use store::{Tx, files, members, messages, rooms};

use crate::jobs::Work;
use crate::{Chat, Error, Result};

/// Messages with the same picture that are told of its thumbnail; others show it when they are read anew.
const TOLD: i64 = 50;

impl Work {
    /// Make the thumbnail of this content.
    pub(crate) fn thumbnail(hash: &Hash) -> Self {
        Self::Thumbnail {
            content: HEXLOWER.encode(hash),
        }
    }
}

impl Chat {
    /// Makes the thumbnail of a content, unless it has one or can't have one.
    pub(crate) async fn make_thumbnail(&self, content: &str) -> Result<()> {
        let hash = HEXLOWER
            .decode(content.as_bytes())
            .ok()
            .and_then(|bytes| Hash::try_from(bytes).ok())
            .ok_or_else(|| Error::Internal("not a hash".to_owned()))?;
        let slots = Arc::clone(&self.inner.files.thumbnails);
        let slot = slots.acquire_owned().await;
        let slot = slot.map_err(|error| Error::Internal(error.to_string()))?;
        let wanted =
            async move |tx: &mut Tx| -> Result<_> { Ok(files::wants_thumbnail(tx, &hash).await?) };
        let Some((kind, size)) = self.store().read(wanted).await? else {
            return Ok(());
        };
        let size = u64::try_from(size).unwrap_or(0);
        let bytes = self.settings().storage.read(&hash, size).await?;
        // The slot goes along: the work goes on even if nobody waits for it any more.
        let made = ::files::blocking(move || Ok((thumbnail::make(&bytes, &kind), slot)));
        let (made, _slot) = made.await?;
        let Some(made) = made else {
            tracing::debug!(content, "no thumbnail can be made of an image");
            return Ok(());
        };
        let staging = &self.settings().staging;
        let staged_as = UploadId::new(self.clock().now()).to_string();
        let examined = Examined::of_bytes(staging, &staged_as, &made.bytes, made.kind).await?;
        let kept = self.keep_thumbnail(hash, &examined, made.placeholder).await;
        staging.remove(&staged_as).await?;
        kept
    }

    async fn keep_thumbnail(
        &self,
        of: Hash,
        thumbnail: &Examined,
        placeholder: String,
    ) -> Result<()> {
        self.store_content(thumbnail).await?;
        let small = thumbnail.hash;
        let seen =
            async move |tx: &mut Tx| -> Result<_> { Ok(files::carriers(tx, &of, TOLD).await?) };
        let seen = self.store().read(seen).await?;
        let mut streams: Vec<_> = seen.iter().map(|(room, _)| StreamId::Room(*room)).collect();
        streams.sort_unstable();
        streams.dedup();
        let job = async move |tx: &mut Tx| -> Result<()> {
            if !files::settle(tx, &small).await? {
                return Err(Error::Busy);
            }
            if !files::set_thumbnail(tx, &of, &small, &placeholder).await? {
                return Ok(());
            }
            for (room, id) in files::carriers(tx, &of, TOLD).await? {
                tx.head(StreamId::Room(room)).await?;
                let Some(message) = messages::get(tx, id).await? else {
                    continue;
                };
                if message.deleted_at.is_some() || is_hidden_from_some(tx, &message).await? {
                    continue;
                }
                let event = Event::MessageUpdated(message);
                tx.append(StreamId::Room(room), &event, None).await?;
            }
            Ok(())
        };
        self.store().write(&streams, job).await
    }
}

/// Whether a member of the room may not read a message: an event reaches every member, and must not bring words from
/// before somebody joined.
async fn is_hidden_from_some(tx: &mut Tx, message: &model::message::Message) -> Result<bool> {
    let room = rooms::get(tx, message.room).await?;
    let since_join = room.is_some_and(|room| room.history == History::SinceJoin);
    Ok(since_join && members::joined_after(tx, message.room, message.ts).await?)
}
