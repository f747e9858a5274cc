//! Texts in whatever encoding they were written: UTF-8, UTF-16 that says so, and what was written before them.
//!
//! Encodings in which plain ASCII means something else (UTF-7, ISO-2022-JP, HZ) are not among them.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{DecoderResult, Encoding, UTF_8, UTF_16BE, UTF_16LE};

mod plausible;

/// Bytes that an encoding is guessed from: the first that aren't ASCII with what follows and a little before.
const SAMPLE: usize = 16 * 1024;
const BEFORE: usize = 2;

/// A text that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text<'a> {
    /// The name of its encoding, as the Encoding Standard has it.
    pub charset: &'static str,
    /// What it says, without a mark of its byte order.
    pub content: Cow<'a, str>,
}

/// The text that begins with `head`, as far as its characters are whole; none if it isn't one. `whole`: there is nothing
/// after it.
pub fn read(head: &[u8], whole: bool) -> Option<Text<'_>> {
    let (encoding, content) = match Encoding::for_bom(head) {
        // Of an odd byte or half a pair at its end, the rest is a text all the same.
        Some((encoding, mark)) if encoding == UTF_16LE || encoding == UTF_16BE => {
            (encoding, decode(encoding, head.get(mark..)?, false)?)
        }
        Some((encoding, mark)) => (encoding, utf8(head.get(mark..)?, whole)?),
        None => match utf8(head, whole) {
            Some(content) => (UTF_8, content),
            None => older(head, whole)?,
        },
    };
    (!content.contains(is_odd)).then(|| Text {
        charset: encoding.name(),
        content,
    })
}

/// What texts don't have: controls, but those of lines, pages, overstriking and colours, and what is no character.
fn is_odd(c: char) -> bool {
    match c {
        '\t' | '\n' | '\r' | '\x0c' | '\x08' | '\x1b' => false,
        '\u{fffe}' | '\u{ffff}' => true,
        c => c.is_ascii_control(),
    }
}

fn utf8(bytes: &[u8], whole: bool) -> Option<Cow<'_, str>> {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        // The last character may be cut.
        Err(error) if !whole && error.error_len().is_none() => {
            std::str::from_utf8(bytes.get(..error.valid_up_to())?).ok()?
        }
        Err(_) => return None,
    };
    Some(Cow::Borrowed(text))
}

/// A text from before UTF-8: what its bytes are most likely to be, if that reads like a text.
fn older(head: &[u8], whole: bool) -> Option<(&'static Encoding, Cow<'_, str>)> {
    // ASCII is the same in all of them, so most of what is no text ends here.
    if head.iter().any(|byte| is_odd(char::from(*byte))) {
        return None;
    }
    let start = Encoding::ascii_valid_up_to(head).saturating_sub(BEFORE);
    let rest = head.get(start..)?;
    let sample = rest.get(..SAMPLE).unwrap_or(rest);
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(sample, whole && sample.len() == rest.len());
    let encoding = detector.guess(None, Utf8Detection::Deny);
    let content = decode(encoding, head, whole)?;
    let plausible = if encoding.is_single_byte() {
        plausible::letters(&content)
    } else {
        plausible::pairs(encoding, head)
    };
    plausible.then_some((encoding, content))
}

/// The bytes in this encoding, if they are well-formed in it; what a cut leaves at their end is left out.
fn decode<'a>(encoding: &'static Encoding, bytes: &[u8], whole: bool) -> Option<Cow<'a, str>> {
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let longest = decoder.max_utf8_buffer_length_without_replacement(bytes.len())?;
    let mut content = String::with_capacity(longest);
    match decoder.decode_to_string_without_replacement(bytes, &mut content, whole) {
        (DecoderResult::InputEmpty, _) => Some(Cow::Owned(content)),
        (DecoderResult::OutputFull | DecoderResult::Malformed(..), _) => None,
    }
}

#[cfg(test)]
mod tests;
