//! Refuses heads of HTTP/1.1 requests that two readers may understand differently, before anybody reads them: a length
//! beside chunks, two lengths, an encoding that isn't plain `chunked`, lines that end in a bare line feed or go on in
//! the next. A proxy in front of us that reads such a request in its own way would take a part of it for another one.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// A connection whose request heads are looked at on their way in.
pub(super) struct Strict<S> {
    stream: S,
    /// None once the connection isn't HTTP any more.
    reader: Option<Box<Reader>>,
    upgraded: Arc<AtomicBool>,
}

impl<S> Strict<S> {
    /// Over `stream`; when `upgraded` is set, everything passes.
    pub(super) fn new(stream: S, upgraded: Arc<AtomicBool>) -> Self {
        Self {
            stream,
            reader: Some(Box::default()),
            upgraded,
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Strict<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(context, buffer))?;
        if self.upgraded.load(Ordering::Relaxed) {
            self.reader = None;
        }
        if let Some(reader) = &mut self.reader {
            let fresh = &mut buffer.filled_mut()[before..];
            if let Err(from) = reader.take(fresh) {
                // No head may hold a zero: who parses it answers 400, and closes.
                fresh[from..].fill(0);
            }
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Strict<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

/// How much of a line is remembered: more than any line needs that says how long a body is.
const LINE: usize = 256;

/// Where in the requests of a connection the next byte stands.
#[derive(Debug, Default)]
struct Reader {
    place: Place,
    line: Vec<u8>,
    after_return: bool,
    head: Head,
    refused: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Place {
    /// In a head.
    #[default]
    Head,
    /// In a body, or in a chunk of one, that goes on for so long.
    Body { left: u64, chunked: bool },
    /// In the line that says how long a chunk is.
    Size,
    /// At the end of a chunk's line.
    ChunkEnd,
    /// In what follows the last chunk.
    Trailer,
}

/// What a head says so far.
#[derive(Debug, Default)]
struct Head {
    began: bool,
    length: Option<u64>,
    chunked: bool,
}

impl Reader {
    /// Reads on; refuses what comes from the given place on.
    fn take(&mut self, bytes: &[u8]) -> Result<(), usize> {
        let mut at = 0;
        while at < bytes.len() {
            if self.refused {
                return Err(at);
            }
            if let Place::Body { left, chunked } = self.place {
                let rest = (bytes.len() - at) as u64;
                if rest < left {
                    self.place = Place::Body {
                        left: left - rest,
                        chunked,
                    };
                    return Ok(());
                }
                // It fits: what is left isn't more than the rest.
                at += usize::try_from(left).unwrap_or(usize::MAX);
                self.place = match chunked {
                    true => Place::ChunkEnd,
                    false => Place::Head,
                };
                continue;
            }
            if self.byte(bytes[at]).is_none() {
                self.refused = true;
                return Err(at);
            }
            at += 1;
        }
        Ok(())
    }

    /// A byte of a line; none if it is refused.
    fn byte(&mut self, byte: u8) -> Option<()> {
        let after_return = std::mem::replace(&mut self.after_return, byte == b'\r');
        match (byte, after_return) {
            (b'\n', true) => {
                let line = std::mem::take(&mut self.line);
                let read = self.line_end(&line);
                self.line = line;
                self.line.clear();
                read
            }
            (b'\n', false) | (_, true) => None,
            (b'\r', false) => Some(()),
            (byte, false) => {
                if self.line.len() < LINE {
                    self.line.push(byte);
                }
                Some(())
            }
        }
    }

    fn line_end(&mut self, line: &[u8]) -> Option<()> {
        match self.place {
            Place::Head if line.is_empty() && self.head.began => {
                let head = std::mem::take(&mut self.head);
                self.place = match (head.chunked, head.length) {
                    (true, None) => Place::Size,
                    (false, None) => Place::Head,
                    (false, Some(left)) => Place::Body {
                        left,
                        chunked: false,
                    },
                    (true, Some(_)) => return None,
                };
                Some(())
            }
            // Empty lines before a request are passed over.
            Place::Head if line.is_empty() => Some(()),
            Place::Head if self.head.began => self.head.field(line),
            Place::Head => {
                self.head.began = true;
                Some(())
            }
            Place::Size => {
                self.place = match chunk_size(line)? {
                    0 => Place::Trailer,
                    left => Place::Body {
                        left,
                        chunked: true,
                    },
                };
                Some(())
            }
            Place::ChunkEnd => {
                self.place = Place::Size;
                line.is_empty().then_some(())
            }
            Place::Trailer => {
                if line.is_empty() {
                    self.place = Place::Head;
                }
                Some(())
            }
            Place::Body { .. } => None,
        }
    }
}

impl Head {
    /// A field's line; none if it can be understood in two ways.
    fn field(&mut self, line: &[u8]) -> Option<()> {
        let colon = line.iter().position(|byte| *byte == b':')?;
        let (name, value) = (&line[..colon], line[colon + 1..].trim_ascii());
        // A line that goes on in the next, or a name with space around it.
        if name.first().is_none_or(u8::is_ascii_whitespace)
            || name.last().is_none_or(u8::is_ascii_whitespace)
        {
            return None;
        }
        let says_length = name.eq_ignore_ascii_case(b"content-length")
            || name.eq_ignore_ascii_case(b"transfer-encoding");
        // Of a longer line the end isn't known, and who needs one hides something.
        if says_length && line.len() == LINE {
            return None;
        }
        if name.eq_ignore_ascii_case(b"content-length") {
            let digits = !value.is_empty() && value.iter().all(u8::is_ascii_digit);
            let length = std::str::from_utf8(value).ok()?.parse().ok()?;
            if !digits || self.length.replace(length).is_some() {
                return None;
            }
        } else if name.eq_ignore_ascii_case(b"transfer-encoding") {
            if !value.eq_ignore_ascii_case(b"chunked") || self.chunked {
                return None;
            }
            self.chunked = true;
        }
        Some(())
    }
}

/// How long a chunk is; what follows a semicolon is nobody's business.
fn chunk_size(line: &[u8]) -> Option<u64> {
    let digits = line.split(|byte| *byte == b';').next()?.trim_ascii_end();
    if digits.is_empty() || digits.len() > 15 || !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    u64::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passes(text: &str) -> bool {
        let whole = Reader::default().take(text.as_bytes()).is_ok();
        // However it is cut into pieces, it is the same.
        let mut reader = Reader::default();
        let mut bytes = text.as_bytes().iter();
        let split = bytes.all(|byte| reader.take(&[*byte]).is_ok());
        assert_eq!(whole, split, "{text:?}");
        whole
    }

    #[test]
    fn plain_requests_pass_one_after_the_other() {
        for text in [
            "GET / HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
            "POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\n\n\n\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
            "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n4;x=y\r\na\nb\n\r\n0\r\nT: u\r\n\r\nGET / HTTP/1.1\r\n\r\n",
            "\r\nGET / HTTP/1.1\r\nX: content-length: 3\r\n\r\n",
            "POST / HTTP/1.1\r\ncontent-length:0\r\n\r\nGET / HTTP/1.1\r\n\r\n",
        ] {
            assert!(passes(text), "{text:?}");
        }
    }

    #[test]
    fn what_two_readers_may_understand_differently_is_refused() {
        for field in [
            "Content-Length: 5\r\nTransfer-Encoding: chunked",
            "Transfer-Encoding: chunked\r\nContent-Length: 5",
            "Content-Length: 5\r\nContent-Length: 5",
            "Content-Length: 5, 5",
            "Content-Length: +5",
            "Content-Length:",
            "Content-Length: 0x5",
            "Content-Length : 5",
            " Content-Length: 5",
            "X: y\r\n\tContent-Length: 5",
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
            "Transfer-Encoding: gzip, chunked",
            "Transfer-Encoding: xchunked",
            "X: y\nContent-Length: 5",
            "X: y\rContent-Length: 5",
            "X",
        ] {
            assert!(
                !passes(&format!("POST / HTTP/1.1\r\n{field}\r\n\r\nhello")),
                "{field:?}"
            );
        }
        for value in [
            format!("{}5", "0".repeat(LINE)),
            format!("{}15", " ".repeat(LINE - 17)),
        ] {
            let head = format!("POST / HTTP/1.1\r\nContent-Length: {value}\r\n\r\n");
            assert!(!passes(&head), "{head:?}");
        }
        for text in [
            "GET / HTTP/1.1\nHost: a\n\n",
            "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2\nab\r\n0\r\n\r\n",
            "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nabc\r\n0\r\n\r\n",
            "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n-2\r\nab\r\n",
            "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n\r\n",
            "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff1\r\n",
        ] {
            assert!(!passes(text), "{text:?}");
        }
    }
}
