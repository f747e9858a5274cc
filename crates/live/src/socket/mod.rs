//! The server's side of RFC 6455 and RFC 7692, over any byte stream that hyper upgrades to.
//!
//! [`handshake`] decides on the upgrade, [`split`] makes a [`Reader`] and a [`Writer`] of the
//! stream, and one task polls both. Neither half keeps a buffer while nothing is on the way.

pub(crate) mod deflate;
pub mod handshake;
mod reader;
mod writer;

use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite, ReadHalf, WriteHalf};

pub use handshake::Negotiated;
pub use reader::{Decoder, Incoming, MESSAGE_MAX, ReadError, Reader, Violation};
pub use writer::{STALL, WriteError, Writer};

/// Why a connection ends: the number in a close frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CloseCode(u16);

impl CloseCode {
    /// Done; nothing is wrong.
    pub const NORMAL: Self = Self(1000);
    /// The peer broke the protocol.
    pub const PROTOCOL: Self = Self(1002);
    /// A text was not UTF-8, or a compressed one not deflate.
    pub const INVALID: Self = Self(1007);
    /// The client does what it should not; repeated abuse.
    pub const POLICY: Self = Self(1008);
    /// A message was longer than [`MESSAGE_MAX`].
    pub const TOO_BIG: Self = Self(1009);
    /// Something went wrong on our side.
    pub const INTERNAL: Self = Self(1011);
    /// The server goes down and comes back.
    pub const RESTART: Self = Self(1012);
    /// A frame that is no operation: binary, not a JSON object, without `op`.
    pub const BAD_FRAME: Self = Self(4002);
    /// The session has ended.
    pub const REVOKED: Self = Self(4003);
    /// The socket did not drain.
    pub const SLOW: Self = Self(4008);

    /// A code that a peer may put into a close frame (RFC 6455, 7.4).
    pub(crate) fn received(code: u16) -> Option<Self> {
        matches!(code, 1000..=1003 | 1007..=1014 | 3000..=4999).then_some(Self(code))
    }

    /// The number.
    pub fn get(self) -> u16 {
        self.0
    }
}

/// A stream that hyper handed over after a 101.
pub type Upgraded = TokioIo<hyper::upgrade::Upgraded>;

/// Waits until hyper hands the connection over, and splits it.
pub async fn upgraded(
    upgrade: hyper::upgrade::OnUpgrade,
    negotiated: Negotiated,
) -> Result<(Reader<ReadHalf<Upgraded>>, Writer<WriteHalf<Upgraded>>), hyper::Error> {
    Ok(split(TokioIo::new(upgrade.await?), negotiated))
}

/// Makes the two halves of a socket, both meant for one task.
pub fn split<S: AsyncRead + AsyncWrite>(
    io: S,
    negotiated: Negotiated,
) -> (Reader<ReadHalf<S>>, Writer<WriteHalf<S>>) {
    let (read, write) = tokio::io::split(io);
    (
        Reader::new(read, negotiated),
        Writer::new(write, negotiated),
    )
}

#[cfg(test)]
mod tests;
