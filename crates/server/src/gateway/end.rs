//! How a connection ends, and what is still sent then.

use live::socket::{CloseCode, Writer};
use tokio::io::AsyncWrite;

/// Why a connection ends.
pub(super) struct End {
    code: CloseCode,
    reason: &'static str,
    /// Whether the last frame in the writer's queue is the event of the session's own end.
    told: bool,
}

impl End {
    /// The session has ended, and nothing said so in the order of the streams: what is queued may be younger than its end.
    pub(super) const REVOKED: Self = Self::new(CloseCode::REVOKED, "the session has ended");

    /// The session has ended, and the event that says so and why is the last frame that was queued.
    pub(super) const TOLD: Self = Self {
        told: true,
        ..Self::REVOKED
    };

    /// An end that only the close frame tells.
    pub(super) const fn new(code: CloseCode, reason: &'static str) -> Self {
        Self {
            code,
            reason,
            told: false,
        }
    }

    /// The code of the close frame.
    pub(super) fn code(&self) -> CloseCode {
        self.code
    }

    /// Says it. Who is told by an event gets what was queued up to it; anybody else nothing that wasn't begun, as it may
    /// not be theirs any more.
    pub(super) async fn say<W: AsyncWrite + Unpin>(self, writer: Writer<W>) {
        if self.told {
            writer.finish(self.code, self.reason).await;
        } else {
            writer.close(self.code, self.reason).await;
        }
    }
}
