//! The byte work of RFC 7692: raw deflate whose last four bytes are left out.
//!
//! Neither side keeps its window from one message to the next, so nothing here belongs to a
//! connection: each worker thread has one deflater and one inflater, reset before each use.

use std::cell::RefCell;

use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress, Status};

/// What a sync flush ends with and RFC 7692 leaves out on the wire.
const TAIL: [u8; 4] = [0x00, 0x00, 0xFF, 0xFF];

/// How far the output grows at a time while it isn't known how much will come.
const STEP: usize = 4 * 1024;

/// Level 3: on events of 0.3 to 3 KiB higher levels gain under 3 % and take as long (10 µs); level
/// 1 halves the time and makes frames 20 to 30 % longer.
const LEVEL: u32 = 3;

thread_local! {
    static DEFLATER: RefCell<Compress> =
        RefCell::new(Compress::new(Compression::new(LEVEL), false));
    static INFLATER: RefCell<Decompress> = RefCell::new(Decompress::new(false));
}

/// Why a payload could not be inflated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum InflateError {
    /// More comes out than the caller allows.
    TooBig,
    /// Not deflate.
    Malformed,
}

/// Deflates one message's payload; `None` if the deflater gives up, and the frame goes out plain.
pub(crate) fn deflate(payload: &[u8]) -> Option<Vec<u8>> {
    DEFLATER.with_borrow_mut(|deflater| {
        deflater.reset();
        let mut out = Vec::with_capacity(payload.len() / 2 + 64);
        loop {
            let rest = payload.get(consumed(deflater.total_in())..)?;
            deflater
                .compress_vec(rest, &mut out, FlushCompress::Sync)
                .ok()?;
            // A flush is complete when room is left over.
            if out.len() < out.capacity() {
                break;
            }
            out.reserve(STEP);
        }
        let body = out.len().checked_sub(TAIL.len())?;
        if out[body..] != TAIL {
            return None;
        }
        out.truncate(body);
        Some(out)
    })
}

/// Inflates one message's payload, never making more than `limit` bytes of it.
pub(crate) fn inflate(payload: &[u8], limit: usize) -> Result<Vec<u8>, InflateError> {
    INFLATER.with_borrow_mut(|inflater| {
        inflater.reset(false);
        let mut out = Vec::with_capacity(payload.len().saturating_mul(2).clamp(64, limit.max(64)));
        let ended = feed(inflater, payload, 0, &mut out, limit)?;
        if ended {
            // A final block may be followed by the one byte that pads it (RFC 7692, 7.2.3.4).
            let rest = payload.len().saturating_sub(consumed(inflater.total_in()));
            return if rest <= 1 {
                Ok(out)
            } else {
                Err(InflateError::Malformed)
            };
        }
        feed(inflater, &TAIL, payload.len(), &mut out, limit)?;
        Ok(out)
    })
}

/// Inflates `input`, which begins at `base` of the whole; true if a final block ended the stream.
fn feed(
    inflater: &mut Decompress,
    input: &[u8],
    base: usize,
    out: &mut Vec<u8>,
    limit: usize,
) -> Result<bool, InflateError> {
    loop {
        let done = consumed(inflater.total_in()).saturating_sub(base);
        let rest = input.get(done..).unwrap_or_default();
        if out.len() == out.capacity() {
            // One byte beyond the limit tells "exactly" from "more".
            let room = (limit + 1).saturating_sub(out.len());
            out.reserve_exact(out.len().clamp(STEP, limit.max(STEP)).min(room.max(1)));
        }
        let status = inflater
            .decompress_vec(rest, out, FlushDecompress::Sync)
            .map_err(|_| InflateError::Malformed)?;
        if out.len() > limit {
            return Err(InflateError::TooBig);
        }
        let all_read = consumed(inflater.total_in()).saturating_sub(base) >= input.len();
        match status {
            Status::StreamEnd => return Ok(true),
            _ if out.len() == out.capacity() => {}
            _ if all_read => return Ok(false),
            Status::BufError => return Err(InflateError::Malformed),
            Status::Ok => {}
        }
    }
}

/// zlib counts in 64 bits; our inputs are far smaller than any `usize`.
fn consumed(total: u64) -> usize {
    usize::try_from(total).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_examples_of_the_rfc_inflate() {
        // RFC 7692, 7.2.3.1, 7.2.3.3 (no compression) and 7.2.3.4 (final block), 7.2.3.5 (two).
        let hello: [&[u8]; 4] = [
            &[0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00],
            &[
                0x00, 0x05, 0x00, 0xfa, 0xff, 0x48, 0x65, 0x6c, 0x6c, 0x6f, 0x00,
            ],
            &[0xf3, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00, 0x00],
            &[
                0xf2, 0x48, 0x05, 0x00, 0x00, 0x00, 0xff, 0xff, 0xca, 0xc9, 0xc9, 0x07, 0x00,
            ],
        ];
        for bytes in hello {
            assert_eq!(inflate(bytes, 100).unwrap(), b"Hello", "{bytes:02x?}");
        }
    }

    #[test]
    fn a_bomb_stops_at_the_limit() {
        let bomb = deflate(&vec![0_u8; 64 << 20]).unwrap();
        assert!(bomb.len() < 100_000);
        assert_eq!(inflate(&bomb, 1 << 19), Err(InflateError::TooBig));
    }

    #[test]
    fn the_limit_itself_is_allowed() {
        let payload = vec![b'a'; 10_000];
        let small = deflate(&payload).unwrap();
        assert_eq!(inflate(&small, 10_000).unwrap(), payload);
        assert_eq!(inflate(&small, 9_999), Err(InflateError::TooBig));
    }

    proptest! {
        #[test]
        fn what_was_deflated_inflates(payload in prop::collection::vec(any::<u8>(), 0..3_000)) {
            let small = deflate(&payload).unwrap();
            prop_assert_eq!(inflate(&small, payload.len()).unwrap(), payload);
        }

        #[test]
        fn noise_never_makes_more_than_allowed(
            noise in prop::collection::vec(any::<u8>(), 0..2_000),
            limit in 0_usize..5_000,
        ) {
            if let Ok(out) = inflate(&noise, limit) {
                prop_assert!(out.len() <= limit);
            }
        }
    }
}
