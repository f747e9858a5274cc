//! Delivery: frames, hub, sockets, presence. Knows streams and bytes, not chat.
//!
//! # The path of a frame
//! 1. After a commit, whoever wrote an event renders it and makes a [`Frame`]: encoded once.
//! 2. [`Hub::publish`] brings it to its stream's gate, which deflates it if a subscriber wants
//!    that, puts it in order (waiting for, or reading, what is missing before it) and drops it if
//!    it was there already.
//! 3. Each subscriber's [`Inbox`] takes a reference to the frame and wakes its connection. An
//!    inbox that is full takes nothing more of that stream: the stream *lags*.
//! 4. The connection, one task, takes everything its inbox holds, gives it to its
//!    [`socket::Writer`] and writes it in one go. Streams that lag are caught up from the store.
//!
//! # How a connection comes to a stream
//! ```
//! use live::{Frame, Hub, Publication, Release, Source, Standing};
//! # use model::{id::{SessionId, UserId}, stream::StreamId};
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let user: UserId = "01936f1e-7c3a-7cc2-9d1b-3b6f0e6a1c55".parse()?;
//! // The store, as far as the hub knows it. Here every stream is new and empty.
//! let source = Source::new(
//!     |streams| Box::pin(async move { Ok(streams.into_iter().map(|s| (s, 0)).collect()) }),
//!     |_stream, _after, _upto| Box::pin(async { Ok(Vec::new()) }),
//! );
//! let hub = Hub::new(source, tokio::runtime::Handle::current());
//! let inbox = hub.connect(user, false, false);
//!
//! // (a) From here on, frames after `position` are held.
//! let stream = StreamId::Workspace;
//! let position = inbox.subscribe(stream, Standing::Member).await?;
//! // (b), (c): check the right to read, send (cursor, position] from the store. Meanwhile:
//! hub.publish(Publication { stream, n: 1, cut: None, frame: Frame::text(r#"{"t":"skip"}"#), aside: None });
//! // (d) The client has everything up to `position`: what was held follows, then it is live.
//! assert_eq!(inbox.release(stream, position), Release::Live);
//!
//! inbox.ready().await;
//! let batch = inbox.take();
//! assert_eq!(batch.frames[0].payload(), br#"{"t":"skip"}"#);
//! assert!(batch.lagged.is_empty() && batch.cut.is_empty());
//! # Ok(())
//! # }
//! ```

mod frame;
mod hub;
pub mod limits;
pub mod presence;
pub mod socket;
#[cfg(test)]
mod testing;

pub use frame::{DEFLATE_FROM, Frame};
pub use hub::{
    Batch, Hub, INBOX_BYTES, INBOX_FRAMES, Inbox, Lag, Outlet, Publication, Release, Source,
    SourceError, Standing,
};
