//! Client to server: bytes in, whole messages out.
//!
//! [`Decoder`] is a pure state machine over bytes, so that it can be tested at every split;
//! [`Reader`] feeds it from a stream. A payload grows as its bytes arrive, so a length that was
//! announced and never sent costs nothing, and an idle socket holds no buffer.

use std::future::poll_fn;
use std::io;
use std::mem::MaybeUninit;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, ReadBuf};

use super::deflate::{InflateError, inflate};
use super::{CloseCode, Negotiated};
use crate::frame::CONTROL_MAX;

/// A client's message is at most this long, also inflated: 40,000 characters, escaped, fit.
pub const MESSAGE_MAX: usize = 512 * 1024;

/// Read at once, on the stack: a few operations; a long message takes some rounds.
const READ_SIZE: usize = 8 * 1024;

/// A client's header is 2 bytes, up to 8 of length and 4 of mask.
const HEADER_MAX: usize = 14;

/// What a client sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Incoming {
    /// A whole text message, inflated and checked to be UTF-8.
    Text(String),
    /// To be answered with a pong that carries the same bytes.
    Ping(Vec<u8>),
    /// The answer to our ping.
    Pong,
    /// The client is leaving; whatever follows is ignored.
    Close(Option<CloseCode>),
}

/// What a client did wrong. The connection can only be closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Violation {
    /// A frame that RFC 6455 or the negotiation does not allow.
    #[error("protocol error: {0}")]
    Protocol(&'static str),
    /// A text that is not UTF-8, or not deflate though marked so.
    #[error("the message is not valid UTF-8 or not valid deflate")]
    Invalid,
    /// A message longer than [`MESSAGE_MAX`].
    #[error("the message is longer than {MESSAGE_MAX} bytes")]
    TooBig,
    /// A binary message: this gateway speaks text.
    #[error("binary messages are not spoken here")]
    Binary,
}

impl Violation {
    /// The code to close with.
    pub fn close_code(self) -> CloseCode {
        match self {
            Self::Protocol(_) => CloseCode::PROTOCOL,
            Self::Invalid => CloseCode::INVALID,
            Self::TooBig => CloseCode::TOO_BIG,
            Self::Binary => CloseCode::BAD_FRAME,
        }
    }
}

/// What the payload being read is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// A part of a text message; the last one?
    Text {
        fin: bool,
    },
    Close,
    Ping,
    Pong,
}

#[derive(Debug)]
enum State {
    Header,
    Payload {
        kind: Kind,
        mask: [u8; 4],
        read: usize,
        len: usize,
    },
    /// After a close frame: nothing counts any more.
    Closed,
    Failed(Violation),
}

/// The incremental frame parser of one connection.
#[derive(Debug)]
pub struct Decoder {
    deflate: bool,
    state: State,
    header: [u8; HEADER_MAX],
    header_len: usize,
    /// The text message whose fragments arrive, and whether it is deflated.
    message: Option<(Vec<u8>, bool)>,
    /// The control frame that arrives, maybe between two fragments.
    control: Vec<u8>,
}

impl Decoder {
    /// A parser for a new connection.
    pub fn new(negotiated: Negotiated) -> Self {
        Self {
            deflate: negotiated.deflate,
            state: State::Header,
            header: [0; HEADER_MAX],
            header_len: 0,
            message: None,
            control: Vec::new(),
        }
    }

    /// Consumes bytes from `input` until a message is whole or the input is used up.
    ///
    /// After an error every further call fails in the same way.
    pub fn feed(&mut self, input: &mut &[u8]) -> Result<Option<Incoming>, Violation> {
        let outcome = self.advance(input);
        if let Err(violation) = outcome {
            self.state = State::Failed(violation);
            self.message = None;
            self.control = Vec::new();
        }
        outcome
    }

    /// Bytes kept for what has not arrived whole.
    pub fn buffered(&self) -> usize {
        let message = self
            .message
            .as_ref()
            .map_or(0, |(bytes, _)| bytes.capacity());
        message + self.control.capacity()
    }

    fn advance(&mut self, input: &mut &[u8]) -> Result<Option<Incoming>, Violation> {
        loop {
            match self.state {
                State::Failed(violation) => return Err(violation),
                State::Closed => {
                    *input = &[];
                    return Ok(None);
                }
                State::Header => {
                    let Some((&byte, rest)) = input.split_first() else {
                        return Ok(None);
                    };
                    *input = rest;
                    self.header[self.header_len] = byte;
                    self.header_len += 1;
                    self.read_header()?;
                }
                State::Payload { .. } => {}
            }
            if let Some(incoming) = self.read_payload(input)? {
                return Ok(Some(incoming));
            }
            if input.is_empty() {
                return Ok(None);
            }
        }
    }

    /// Looks at the header as far as it is there; wrong bytes fail as early as they can be seen.
    fn read_header(&mut self) -> Result<(), Violation> {
        let [first, second, ..] = self.header;
        if self.header_len == 1 {
            return self.check_first(first);
        }
        if self.header_len == 2 {
            if second & 0x80 == 0 {
                return Err(Violation::Protocol("a client's frames are masked"));
            }
            if first & 0x08 != 0 && usize::from(second & 0x7F) > CONTROL_MAX {
                return Err(Violation::Protocol("a control frame is at most 125 bytes"));
            }
        }
        let (extended, shortest) = match second & 0x7F {
            126 => (2, 126),
            127 => (8, 65_536),
            _ => (0, 0),
        };
        if self.header_len < 2 + extended + 4 {
            return Ok(());
        }
        let len = if extended == 0 {
            u64::from(second & 0x7F)
        } else {
            self.header[2..2 + extended]
                .iter()
                .fold(0, |len, byte| len << 8 | u64::from(*byte))
        };
        if len < shortest || len > i64::MAX as u64 {
            return Err(Violation::Protocol(
                "a length is written in its shortest form",
            ));
        }
        let before = self.message.as_ref().map_or(0, |(bytes, _)| bytes.len());
        let len = usize::try_from(len).map_err(|_| Violation::TooBig)?;
        if first & 0x08 == 0 && len > MESSAGE_MAX - before {
            return Err(Violation::TooBig);
        }
        let mut mask = [0; 4];
        mask.copy_from_slice(&self.header[2 + extended..2 + extended + 4]);
        let fin = first & 0x80 != 0;
        let kind = match first & 0x0F {
            0x8 => Kind::Close,
            0x9 => Kind::Ping,
            0xA => Kind::Pong,
            _ => Kind::Text { fin },
        };
        if first & 0x0F == 0x1 {
            self.message = Some((Vec::new(), first & 0x40 != 0));
        }
        self.header_len = 0;
        self.state = State::Payload {
            kind,
            mask,
            read: 0,
            len,
        };
        Ok(())
    }

    /// FIN, the reserved bits and the opcode.
    fn check_first(&self, first: u8) -> Result<(), Violation> {
        let (fin, compressed, opcode) = (first & 0x80 != 0, first & 0x40 != 0, first & 0x0F);
        if first & 0x30 != 0 || compressed && !(self.deflate && matches!(opcode, 0x1 | 0x2)) {
            return Err(Violation::Protocol("a reserved bit is set"));
        }
        match opcode {
            0x0 if self.message.is_none() => {
                Err(Violation::Protocol("nothing is there to be continued"))
            }
            0x1 | 0x2 if self.message.is_some() => {
                Err(Violation::Protocol("the message before has not ended"))
            }
            0x2 => Err(Violation::Binary),
            0x0 | 0x1 => Ok(()),
            0x8..=0xA if fin => Ok(()),
            0x8..=0xA => Err(Violation::Protocol("a control frame is not fragmented")),
            _ => Err(Violation::Protocol("an unknown opcode")),
        }
    }

    /// Takes what is there of the payload; at its end, what it amounts to.
    fn read_payload(&mut self, input: &mut &[u8]) -> Result<Option<Incoming>, Violation> {
        let State::Payload {
            kind,
            mask,
            ref mut read,
            len,
        } = self.state
        else {
            return Ok(None);
        };
        let (bytes, rest) = input.split_at(input.len().min(len - *read));
        *input = rest;
        let target = match (kind, &mut self.message) {
            (Kind::Text { .. }, Some((message, _))) => message,
            _ => &mut self.control,
        };
        let from = target.len();
        target.extend_from_slice(bytes);
        unmask(&mut target[from..], mask, *read);
        *read += bytes.len();
        if *read < len {
            return Ok(None);
        }
        self.state = State::Header;
        match kind {
            Kind::Text { fin: false } => Ok(None),
            Kind::Text { fin: true } => self.whole_text().map(Some),
            Kind::Ping => Ok(Some(Incoming::Ping(std::mem::take(&mut self.control)))),
            Kind::Pong => {
                self.control = Vec::new();
                Ok(Some(Incoming::Pong))
            }
            Kind::Close => {
                let code = close_code(&std::mem::take(&mut self.control))?;
                self.state = State::Closed;
                self.message = None;
                Ok(Some(Incoming::Close(code)))
            }
        }
    }

    fn whole_text(&mut self) -> Result<Incoming, Violation> {
        let (mut bytes, deflated) = self.message.take().unwrap_or_default();
        if deflated {
            bytes = inflate(&bytes, MESSAGE_MAX).map_err(|error| match error {
                InflateError::TooBig => Violation::TooBig,
                InflateError::Malformed => Violation::Invalid,
            })?;
        }
        let text = String::from_utf8(bytes).map_err(|_| Violation::Invalid)?;
        Ok(Incoming::Text(text))
    }
}

/// Undoes the mask of bytes that begin at `offset` of their payload.
fn unmask(bytes: &mut [u8], mut mask: [u8; 4], offset: usize) {
    mask.rotate_left(offset % 4);
    for chunk in bytes.chunks_mut(4) {
        for (byte, key) in chunk.iter_mut().zip(mask) {
            *byte ^= key;
        }
    }
}

fn close_code(payload: &[u8]) -> Result<Option<CloseCode>, Violation> {
    let (code, reason) = match payload {
        [] => return Ok(None),
        [high, low, reason @ ..] => (u16::from_be_bytes([*high, *low]), reason),
        [_] => return Err(Violation::Protocol("a close code is two bytes")),
    };
    std::str::from_utf8(reason).map_err(|_| Violation::Invalid)?;
    match CloseCode::received(code) {
        Some(code) => Ok(Some(code)),
        None => Err(Violation::Protocol("this close code may not be sent")),
    }
}

/// Why nothing more can be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The connection broke.
    #[error("reading from the socket failed")]
    Io(#[from] io::Error),
    /// The client broke a rule and is to be told so.
    #[error(transparent)]
    Violation(#[from] Violation),
}

/// The reading half of a socket.
#[derive(Debug)]
pub struct Reader<R> {
    io: R,
    decoder: Decoder,
    /// Bytes read together with a message that was handed out; usually none.
    rest: Vec<u8>,
    rest_at: usize,
}

impl<R: AsyncRead> Reader<R> {
    /// Reads frames from `io`.
    pub fn new(io: R, negotiated: Negotiated) -> Self {
        Self {
            io,
            decoder: Decoder::new(negotiated),
            rest: Vec::new(),
            rest_at: 0,
        }
    }
}

impl<R: AsyncRead + Unpin> Reader<R> {
    /// The next message; `None` when the connection has ended. May be dropped and called again
    /// at any time without losing a byte.
    pub async fn next(&mut self) -> Result<Option<Incoming>, ReadError> {
        poll_fn(|cx| self.poll_next(cx)).await
    }

    /// [`Reader::next`] for hand-written loops.
    pub fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Result<Option<Incoming>, ReadError>> {
        if let Some(incoming) = self.feed_rest()? {
            return Poll::Ready(Ok(Some(incoming)));
        }
        let mut buffer = [MaybeUninit::uninit(); READ_SIZE];
        loop {
            let mut buffer = ReadBuf::uninit(&mut buffer);
            ready!(Pin::new(&mut self.io).poll_read(cx, &mut buffer))?;
            let mut input = buffer.filled();
            if input.is_empty() {
                return Poll::Ready(Ok(None));
            }
            if let Some(incoming) = self.decoder.feed(&mut input)? {
                self.rest.extend_from_slice(input);
                return Poll::Ready(Ok(Some(incoming)));
            }
        }
    }

    fn feed_rest(&mut self) -> Result<Option<Incoming>, Violation> {
        if self.rest.is_empty() {
            return Ok(None);
        }
        let mut input = &self.rest[self.rest_at..];
        let incoming = self.decoder.feed(&mut input)?;
        self.rest_at = self.rest.len() - input.len();
        if self.rest_at == self.rest.len() {
            self.rest = Vec::new();
            self.rest_at = 0;
        }
        Ok(incoming)
    }
}
