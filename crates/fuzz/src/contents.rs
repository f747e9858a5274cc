//! Files as they are uploaded, and how they are asked for again.

use std::fs::File;
use std::io::{Read, Seek, Write};

use files::{clean, sniff, text, thumbnail};
use http::HeaderValue;
use server::content::{Asked, disposition, parse_range};

/// A file of nobody's on the disk, gone when dropped.
fn scratch(content: &[u8]) -> Option<File> {
    let mut file = tempfile::tempfile().ok()?;
    file.write_all(content).ok()?;
    file.rewind().ok()?;
    Some(file)
}

/// The copy of an image without what it tells; none if it isn't one.
fn cleaned(content: &[u8], kind: &str) -> Option<Vec<u8>> {
    let (source, target) = (scratch(content)?, scratch(&[])?);
    let mut copy = target.try_clone().ok()?;
    let done = match kind {
        "image/jpeg" => clean::jpeg(source, target),
        "image/png" => clean::png(source, target),
        "image/webp" => clean::webp(source, target),
        "image/gif" => clean::gif(source, target),
        _ => return None,
    };
    done.ok()?;
    copy.rewind().ok()?;
    let mut bytes = Vec::new();
    copy.read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

/// The largest image that is decoded here.
const PIXELS: u64 = 1024 * 1024;

/// What a file is, its copy without metadata, and its thumbnail.
pub(crate) fn contents(data: &[u8]) {
    let head = data.get(..sniff::HEAD).unwrap_or(data);
    let whole = data.len() <= sniff::HEAD;
    let kind = sniff::sniff(head, whole);
    let extent = sniff::extent(kind, head);
    let served = sniff::served_as(kind);
    let runs = ["html", "svg", "xml", "javascript"];
    let inline = sniff::is_inline(kind);
    assert!(
        !inline || !runs.iter().any(|what| served.contains(what)),
        "{kind} would run"
    );
    if let Some(text) = text::read(head, whole) {
        assert!(text.content.len() <= head.len() * 3, "{}", text.charset);
        // What it says in UTF-8 is no more dangerous than it was taken for.
        let twin = sniff::sniff(text.content.as_bytes(), true);
        assert!(
            kind != sniff::PLAIN || !runs.iter().any(|what| twin.contains(what)),
            "{kind} in {}, but {twin}",
            text.charset
        );
    } else {
        assert_ne!(kind, sniff::PLAIN, "a text says something");
    }
    for kind in ["image/jpeg", "image/png", "image/webp", "image/gif"] {
        if let Some(copy) = cleaned(data, kind) {
            // A little is added at most, to an end that was missing.
            assert!(
                copy.len() <= data.len() + 1024,
                "{} of {}",
                copy.len(),
                data.len()
            );
            assert_eq!(cleaned(&copy, kind).as_ref(), Some(&copy), "clean is clean");
        }
    }
    // Decoding is the slowest by far; what is small shows the same faults. A few bytes may say millions of pixels.
    if data.len() <= 16 * 1024
        && extent.is_none_or(|(width, height)| u64::from(width) * u64::from(height) <= PIXELS)
        && let Some(thumbnail) = thumbnail::make(data, kind)
    {
        assert!(["image/jpeg", "image/webp"].contains(&thumbnail.kind));
    }
}

/// A film or a picture in boxes without its metadata; none if it is made to exhaust us.
fn blanked(content: &[u8]) -> Option<Vec<u8>> {
    let mut file = scratch(content)?;
    clean::blank_boxes(&file).ok()?;
    file.rewind().ok()?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

/// What is made of boxes, without its metadata: nothing moves.
pub(crate) fn boxes(data: &[u8]) {
    if let Some(blank) = blanked(data) {
        assert_eq!(blank.len(), data.len());
        assert_eq!(blanked(&blank).as_ref(), Some(&blank), "blank is blank");
    }
}

/// A TIFF without its place: nothing moves, and its head stays.
pub(crate) fn tiff(data: &[u8]) {
    let Some(mut file) = scratch(data) else {
        return;
    };
    if clean::blank_tiff(&file).is_err() || file.rewind().is_err() {
        return;
    }
    let mut bytes = Vec::new();
    if file.read_to_end(&mut bytes).is_ok() {
        assert_eq!(bytes.len(), data.len());
        assert_eq!(bytes.get(..8), data.get(..8));
    }
}

/// The first eight bytes are a size, the rest is a `Range` and a file's name.
pub(crate) fn downloads(data: &[u8]) {
    let Some((size, rest)) = data.split_first_chunk() else {
        return;
    };
    let size = u64::from_le_bytes(*size);
    if let Ok(range) = HeaderValue::from_bytes(rest) {
        let lower = rest.to_ascii_lowercase();
        let dashes = rest.iter().filter(|byte| **byte == b'-').count();
        match parse_range(&range, size) {
            Asked::Part(part) => {
                assert!(
                    part.start < part.end && part.end <= size,
                    "{part:?} of {size}"
                );
                assert!(lower.trim_ascii().starts_with(b"bytes"), "another unit");
                assert_eq!(dashes, 1, "more than one part");
            }
            Asked::Whole => assert!(!lower.starts_with(b"bytes="), "a unit that we know"),
            Asked::Nothing => {}
        }
    }
    let name = String::from_utf8_lossy(rest);
    for saved in [true, false] {
        let value = disposition(saved, &name);
        let value = value.as_bytes();
        assert!(value.iter().all(|byte| (b' '..=b'~').contains(byte)));
        let quotes = value.iter().filter(|byte| **byte == b'"').count();
        assert!(
            matches!(quotes, 0 | 2),
            "{}",
            String::from_utf8_lossy(value)
        );
    }
}
