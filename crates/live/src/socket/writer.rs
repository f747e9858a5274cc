//! Server to client: many shared frames, one vectored write.
//!
//! The writer keeps references to frames, never bytes: there is no output buffer that grows to
//! the largest frame ever sent. A socket that takes nothing for a while is given up.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncWrite, AsyncWriteExt};
use tokio::time::{Instant, timeout, timeout_at};

use super::{CloseCode, Negotiated};
use crate::frame::Frame;

/// A socket that takes no byte for this long is given up (close code 4008).
pub const STALL: Duration = Duration::from_secs(30);

/// How long a closing connection may take to accept its last frames.
pub(super) const CLOSING: Duration = Duration::from_secs(5);

/// Slices handed to one write: 64 frames of some hundred bytes fill a socket buffer well.
const SLICES: usize = 64;

/// Places in the queue that are kept while it is empty: 64 bytes.
const KEPT: usize = 8;

/// Why nothing more can be written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The connection broke.
    #[error("writing to the socket failed")]
    Io(#[from] io::Error),
    /// The peer took nothing for too long.
    #[error("the socket did not drain")]
    Stalled,
}

/// The writing half of a socket.
#[derive(Debug)]
pub struct Writer<W> {
    io: W,
    deflate: bool,
    stall: Duration,
    queue: VecDeque<Frame>,
    /// How much of the first frame in the queue is written.
    written: usize,
    /// Whether bytes may still lie in a layer below (TLS).
    unflushed: bool,
    /// When the write that is under way counts as stalled.
    deadline: Option<Instant>,
}

impl<W> Writer<W> {
    /// Writes frames to `io`.
    pub fn new(io: W, negotiated: Negotiated) -> Self {
        Self {
            io,
            deflate: negotiated.deflate,
            stall: STALL,
            queue: VecDeque::new(),
            written: 0,
            unflushed: false,
            deadline: None,
        }
    }

    /// The same writer with another patience than [`STALL`].
    #[must_use]
    pub fn with_stall(self, stall: Duration) -> Self {
        Self { stall, ..self }
    }

    /// Queues a frame for the next [`flush`](Self::flush). The caller bounds the queue by taking
    /// new frames only when the writer [is idle](Self::is_idle).
    pub fn push(&mut self, frame: Frame) {
        self.queue.push_back(frame);
    }

    /// Queues a whole batch.
    pub fn extend(&mut self, frames: impl IntoIterator<Item = Frame>) {
        self.queue.extend(frames);
    }

    /// Whether everything was handed to the socket.
    pub fn is_idle(&self) -> bool {
        self.queue.is_empty() && !self.unflushed
    }

    fn advance(&mut self, mut count: usize) {
        while let Some(frame) = self.queue.front() {
            let left = frame.bytes(self.deflate).len() - self.written;
            if count < left {
                self.written += count;
                break;
            }
            count -= left;
            self.written = 0;
            self.queue.pop_front();
        }
        if self.queue.is_empty() && self.queue.capacity() > KEPT {
            self.queue = VecDeque::new();
        }
    }
}

impl<W: AsyncWrite + Unpin> Writer<W> {
    /// Writes until the queue is empty. May be dropped and called again at any time: a frame that
    /// was written in part goes on where it stopped, and the clock of a stall runs on.
    pub async fn flush(&mut self) -> Result<(), WriteError> {
        while !self.is_idle() {
            let stall = self.stall;
            let deadline = *self.deadline.get_or_insert_with(|| Instant::now() + stall);
            match timeout_at(deadline, poll_fn(|cx| self.poll_some(cx))).await {
                Ok(progress) => progress?,
                Err(_) => return Err(WriteError::Stalled),
            }
            self.deadline = None;
        }
        Ok(())
    }

    /// Says goodbye and ends the stream. Frames that were not begun are dropped.
    pub async fn close(mut self, code: CloseCode, reason: &str) {
        self.queue.truncate(usize::from(self.written > 0));
        self.finish(code, reason).await;
    }

    /// Says goodbye after everything that is queued, and ends the stream, if the peer reads in time.
    pub async fn finish(mut self, code: CloseCode, reason: &str) {
        self.push(Frame::close(code, reason));
        // Nobody is left to hear of a failure here.
        let _ = timeout(CLOSING, async {
            self.flush().await?;
            self.io.shutdown().await.map_err(WriteError::Io)
        })
        .await;
    }

    /// One write of as many frames as fit, or the flush after the last.
    fn poll_some(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.queue.is_empty() {
            ready!(Pin::new(&mut self.io).poll_flush(cx))?;
            self.unflushed = false;
            return Poll::Ready(Ok(()));
        }
        let mut slices = [IoSlice::new(&[]); SLICES];
        let mut used = 0;
        for (slice, frame) in slices.iter_mut().zip(&self.queue) {
            let bytes = frame.bytes(self.deflate);
            let from = if used == 0 { self.written } else { 0 };
            *slice = IoSlice::new(&bytes[from..]);
            used += 1;
        }
        let count = ready!(Pin::new(&mut self.io).poll_write_vectored(cx, &slices[..used]))?;
        if count == 0 {
            return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
        }
        self.unflushed = true;
        self.advance(count);
        Poll::Ready(Ok(()))
    }
}
