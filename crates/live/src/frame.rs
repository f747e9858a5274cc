//! What travels over the gateway: one WebSocket frame, encoded once and shared by all receivers.
//!
//! A server's frames are not masked, so header and payload are the same bytes for everybody. A
//! [`Frame`] therefore holds the *complete* frame, and a receiver costs one reference count.

use std::sync::Arc;

use bytes::{BufMut, Bytes, BytesMut};

use crate::socket::{CloseCode, deflate};

/// Payloads shorter than this go out as they are.
///
/// Measured with our own events (`cargo bench -p live --bench deflate`): a message without a
/// body, 274 bytes, comes to 174 and one of 60 words, 581 bytes, to 277, for 10 µs of work. What is
/// shorter gains less than a packet's headers take: a reaction, 193 bytes, comes to 143.
pub const DEFLATE_FROM: usize = 256;

/// A control frame's payload is at most this long (RFC 6455, 5.5).
pub(crate) const CONTROL_MAX: usize = 125;

const FIN: u8 = 0x80;
const RSV1: u8 = 0x40;
const TEXT: u8 = 0x1;
const CLOSE: u8 = 0x8;
const PING: u8 = 0x9;
const PONG: u8 = 0xA;

/// One complete WebSocket frame, shared by everybody who receives it. Cloning costs a counter.
#[derive(Clone, Debug)]
pub struct Frame(Arc<Encoded>);

#[derive(Debug)]
struct Encoded {
    plain: Bytes,
    payload_at: usize,
    deflated: Deflated,
}

#[derive(Debug)]
enum Deflated {
    /// Nobody asked for it yet.
    NotMade,
    /// Control frames, short ones and those that did not shrink.
    NotWorthIt,
    Made(Bytes),
}

impl Frame {
    /// Encodes a text frame. Not deflated: see [`Frame::with_deflated`].
    pub fn text(json: impl AsRef<str>) -> Self {
        let payload = json.as_ref().as_bytes();
        let deflated = if payload.len() < DEFLATE_FROM {
            Deflated::NotWorthIt
        } else {
            Deflated::NotMade
        };
        Self::new(FIN | TEXT, payload, deflated)
    }

    /// A ping without payload; the heartbeat.
    pub fn ping() -> Self {
        Self::new(FIN | PING, b"", Deflated::NotWorthIt)
    }

    /// The answer to a ping; a payload beyond 125 bytes, which no ping can carry, is cut.
    pub fn pong(payload: &[u8]) -> Self {
        let payload = &payload[..payload.len().min(CONTROL_MAX)];
        Self::new(FIN | PONG, payload, Deflated::NotWorthIt)
    }

    /// The last frame of a connection. A reason that does not fit is cut at a character.
    pub fn close(code: CloseCode, reason: &str) -> Self {
        let mut end = reason.len().min(CONTROL_MAX - 2);
        while !reason.is_char_boundary(end) {
            end -= 1;
        }
        let mut payload = Vec::with_capacity(2 + end);
        payload.extend_from_slice(&code.get().to_be_bytes());
        payload.extend_from_slice(&reason.as_bytes()[..end]);
        Self::new(FIN | CLOSE, &payload, Deflated::NotWorthIt)
    }

    /// The same frame with its deflated form made, unless it was made before or does not pay.
    ///
    /// The hub calls this once before it publishes, and only if a subscriber negotiated deflate.
    #[must_use]
    pub fn with_deflated(self) -> Self {
        if !matches!(self.0.deflated, Deflated::NotMade) {
            return self;
        }
        let payload = &self.0.plain[self.0.payload_at..];
        let deflated = match deflate::deflate(payload) {
            Some(small) if small.len() < payload.len() => {
                Deflated::Made(encode(FIN | RSV1 | TEXT, &small).0)
            }
            _ => Deflated::NotWorthIt,
        };
        Self(Arc::new(Encoded {
            plain: self.0.plain.clone(),
            payload_at: self.0.payload_at,
            deflated,
        }))
    }

    /// The bytes for a socket; `deflate` says whether that socket negotiated it.
    pub fn bytes(&self, deflate: bool) -> &Bytes {
        match &self.0.deflated {
            Deflated::Made(bytes) if deflate => bytes,
            _ => &self.0.plain,
        }
    }

    /// The payload as it was before encoding; JSON for a text frame.
    pub fn payload(&self) -> &[u8] {
        &self.0.plain[self.0.payload_at..]
    }

    /// What this frame counts for in an inbox: its undeflated size.
    pub fn size(&self) -> usize {
        self.0.plain.len()
    }

    fn new(first: u8, payload: &[u8], deflated: Deflated) -> Self {
        let (plain, payload_at) = encode(first, payload);
        Self(Arc::new(Encoded {
            plain,
            payload_at,
            deflated,
        }))
    }
}

/// Header and payload in one piece, and where the payload begins.
fn encode(first: u8, payload: &[u8]) -> (Bytes, usize) {
    let mut bytes = BytesMut::with_capacity(payload.len() + 10);
    bytes.put_u8(first);
    match (u8::try_from(payload.len()), u16::try_from(payload.len())) {
        (Ok(short @ 0..=125), _) => bytes.put_u8(short),
        (_, Ok(medium)) => {
            bytes.put_u8(126);
            bytes.put_u16(medium);
        }
        _ => {
            bytes.put_u8(127);
            bytes.put_u64(payload.len() as u64);
        }
    }
    let payload_at = bytes.len();
    bytes.put_slice(payload);
    (bytes.freeze(), payload_at)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An event as the gateway sends it, with a body of `words` words.
    fn event(words: usize) -> String {
        let vocabulary = [
            "shall", "we", "move", "the", "review", "to", "Thursday", "because", "Bo", "is",
            "away", "until", "then", "and", "nobody", "else", "has", "seen", "that", "part", "of",
            "it",
        ];
        let body: Vec<_> = (0..words)
            .map(|i| vocabulary[(i * 7 + i / 5) % vocabulary.len()])
            .collect();
        format!(
            r#"{{"t":"message.created","s":"room:01936f1e-7c3a-7cc2-9d1b-3b6f0e6a1c55","n":4211,"d":{{"id":"01936f20-11aa-7d07-8a41-5f0c52c3b9aa","room":"01936f1e-7c3a-7cc2-9d1b-3b6f0e6a1c55","ts":1795402920123456,"author":"01936f1e-0b1c-7f3e-b0a9-9a1d7c6e2f10","body":"{}","thread":null}}}}"#,
            body.join(" ")
        )
    }

    #[test]
    fn lengths_are_written_in_the_shortest_form() {
        for (len, header) in [(0, 2), (125, 2), (126, 4), (65_535, 4), (65_536, 10)] {
            let frame = Frame::text("x".repeat(len));
            assert_eq!(frame.size(), header + len);
            assert_eq!(frame.payload().len(), len);
            assert_eq!(frame.bytes(false)[0], 0x81);
        }
    }

    #[test]
    fn receivers_share_one_payload_plain_and_deflated() {
        let frame = Frame::text(event(60)).with_deflated();
        let receivers: Vec<Frame> = (0..100).map(|_| frame.clone()).collect();
        for receiver in &receivers {
            for deflate in [false, true] {
                let theirs = receiver.bytes(deflate).as_ptr();
                assert_eq!(theirs, frame.bytes(deflate).as_ptr());
            }
        }
        assert_ne!(frame.bytes(true).as_ptr(), frame.bytes(false).as_ptr());
    }

    #[test]
    fn deflating_twice_deflates_once() {
        let once = Frame::text(event(60)).with_deflated();
        let pointer = once.bytes(true).as_ptr();
        assert_eq!(once.with_deflated().bytes(true).as_ptr(), pointer);
    }

    #[test]
    fn deflating_pays_from_the_threshold_on() {
        for words in [0, 2, 5, 10, 20, 60, 300] {
            let frame = Frame::text(event(words)).with_deflated();
            let (plain, deflated) = (frame.size(), frame.bytes(true).len());
            if plain > DEFLATE_FROM + 4 {
                assert!(deflated * 4 <= plain * 3, "{plain} → {deflated}");
            }
        }
    }

    #[test]
    fn what_does_not_shrink_goes_out_plain() {
        let mut noise = String::new();
        let mut x = 0x9E37_79B9_7F4A_7C15_u64;
        while noise.chars().count() < 300 {
            x = x.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            noise.extend(char::from_u32((x >> 44) as u32 & 0xF_FFFF));
        }
        let frame = Frame::text(noise).with_deflated();
        assert!(frame.bytes(true).len() <= frame.size());
        let short = Frame::text("{}").with_deflated();
        assert_eq!(short.bytes(true).as_ptr(), short.bytes(false).as_ptr());
    }

    #[test]
    fn a_close_reason_is_cut_at_a_character() {
        let frame = Frame::close(CloseCode::RESTART, &"é".repeat(100));
        assert_eq!(frame.payload().len(), 2 + 122);
        assert_eq!(frame.payload()[..2], 1012_u16.to_be_bytes());
        assert!(std::str::from_utf8(&frame.payload()[2..]).is_ok());
    }
}
