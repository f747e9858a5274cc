//! The WebSocket frames of a client.

use live::socket::{Decoder, Incoming, MESSAGE_MAX, Negotiated, Violation};

/// What a connection may hold beyond one message: a header and a control frame.
const SLACK: usize = 1024;

/// The first byte says how the rest is cut; the decoder must hear the same whatever the cuts are.
pub(crate) fn frames(data: &[u8]) {
    let Some((how, bytes)) = data.split_first() else {
        return;
    };
    let negotiated = Negotiated {
        deflate: how & 1 == 1,
    };
    let whole = decode(negotiated, bytes, usize::MAX);
    let step = usize::from(how >> 1).max(1);
    assert_eq!(decode(negotiated, bytes, step), whole);
}

fn decode(negotiated: Negotiated, bytes: &[u8], step: usize) -> (Vec<Incoming>, Option<Violation>) {
    let mut decoder = Decoder::new(negotiated);
    let mut heard = Vec::new();
    for mut piece in bytes.chunks(step.min(bytes.len()).max(1)) {
        loop {
            match decoder.feed(&mut piece) {
                Ok(Some(incoming)) => {
                    if let Incoming::Text(text) = &incoming {
                        assert!(text.len() <= MESSAGE_MAX, "{} bytes", text.len());
                    }
                    heard.push(incoming);
                }
                Ok(None) => break,
                Err(violation) => return (heard, Some(violation)),
            }
            assert!(decoder.buffered() <= MESSAGE_MAX + SLACK);
        }
        assert!(decoder.buffered() <= MESSAGE_MAX + SLACK);
    }
    (heard, None)
}
