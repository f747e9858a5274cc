//! What a content is, by its own bytes: neither its name nor what its sender says counts.

use crate::text;

/// How much of a content is looked at.
pub const HEAD: usize = 64 * 1024;

/// The type of what isn't known, and of what browsers mustn't interpret.
pub const BYTES: &str = "application/octet-stream";

/// The type of a text in which nothing runs.
pub const PLAIN: &str = "text/plain";

/// Pixels of the largest image that clients are told to show.
const PIXELS: u64 = 50_000_000;

/// The media type of a content that begins with `head`; `whole`: there is nothing after it.
pub fn sniff(head: &[u8], whole: bool) -> &'static str {
    by_magic(head)
        .or_else(|| by_container(head))
        .or_else(|| by_text(head, whole))
        .unwrap_or(BYTES)
}

/// The extent of an image that clients should show: not one that is made to exhaust them.
pub fn showable((width, height): (u32, u32)) -> Option<(u32, u32)> {
    let pixels = u64::from(width) * u64::from(height);
    (1..=PIXELS).contains(&pixels).then_some((width, height))
}

/// Width and height in pixels of an image that isn't copied part by part.
pub fn extent(kind: &str, head: &[u8]) -> Option<(u32, u32)> {
    let found = match kind {
        "image/gif" => {
            let [w1, w2, h1, h2] = *head.get(6..10)? else {
                return None;
            };
            let (width, height) = (u16::from_le_bytes([w1, w2]), u16::from_le_bytes([h1, h2]));
            (u32::from(width), u32::from(height))
        }
        "image/avif" => {
            // Of a picture made of tiles, the whole is the largest one.
            let boxes = head
                .windows(16)
                .filter(|bytes| bytes.starts_with(b"ispe\0\0\0\0"));
            let sides = boxes.filter_map(|bytes| {
                let width = u32::from_be_bytes(bytes.get(8..12)?.try_into().ok()?);
                let height = u32::from_be_bytes(bytes.get(12..16)?.try_into().ok()?);
                Some((width, height))
            });
            sides.max_by_key(|(width, height)| u64::from(*width) * u64::from(*height))?
        }
        _ => return None,
    };
    showable(found)
}

/// Whether a content of this type is made of boxes (ISO/IEC 14496-12).
pub fn is_boxes(kind: &str) -> bool {
    matches!(
        kind,
        "image/avif" | "image/heic" | "video/mp4" | "audio/mp4" | "video/quicktime" | "video/3gpp"
    )
}

/// Whether browsers may show a content of this type in the place where it is: nothing in it runs.
pub fn is_inline(kind: &str) -> bool {
    matches!(
        kind,
        "image/png"
            | "image/jpeg"
            | "image/gif"
            | "image/webp"
            | "image/avif"
            | "video/mp4"
            | "video/webm"
            | "video/ogg"
            | "audio/ogg"
            | "audio/mpeg"
            | "audio/wav"
            | "audio/flac"
            | "audio/mp4"
            | "application/pdf"
            | PLAIN
    )
}

/// Whether a content of this type is read as text.
pub fn is_text(kind: &str) -> bool {
    kind.starts_with("text/")
        || matches!(
            kind,
            "image/svg+xml" | "application/xml" | "application/rtf" | "application/postscript"
        )
}

/// The type that a content is served as: what a browser could run is bytes to it.
pub fn served_as(kind: &str) -> &str {
    match kind {
        PLAIN => PLAIN,
        kind if is_text(kind) || kind == "application/wasm" => BYTES,
        kind => kind,
    }
}

/// Types that begin with fixed bytes.
const MAGIC: &[(&[u8], &str)] = &[
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\0", "image/tiff"),
    (b"MM\0*", "image/tiff"),
    (b"8BPS\0\x01", "image/vnd.adobe.photoshop"),
    (b"%PDF-", "application/pdf"),
    (b"%!PS-", "application/postscript"),
    (b"{\\rtf", "application/rtf"),
    (b"fLaC", "audio/flac"),
    (b"MThd\0\0\0\x06", "audio/midi"),
    (b"\x1f\x8b\x08", "application/gzip"),
    (b"BZh", "application/x-bzip2"),
    (b"\xfd7zXZ\0", "application/x-xz"),
    (b"\x28\xb5\x2f\xfd", "application/zstd"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"\x7fELF", "application/x-elf"),
    (b"\xcf\xfa\xed\xfe", "application/x-mach-binary"),
    (b"\xce\xfa\xed\xfe", "application/x-mach-binary"),
    (b"\xca\xfe\xba\xbe", "application/x-mach-binary"),
    (b"\0asm\x01\0\0\0", "application/wasm"),
    (b"SQLite format 3\0", "application/vnd.sqlite3"),
    (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        "application/x-ole-storage",
    ),
    (b"wOFF", "font/woff"),
    (b"wOF2", "font/woff2"),
    (b"OTTO\0", "font/otf"),
    (b"\0\x01\0\0\0", "font/ttf"),
];

fn by_magic(head: &[u8]) -> Option<&'static str> {
    let found = MAGIC.iter().find(|(magic, _)| head.starts_with(magic));
    found.map(|(_, kind)| *kind)
}

/// Types whose beginning says only what they are packed in.
fn by_container(head: &[u8]) -> Option<&'static str> {
    match (head.get(..4)?, head.get(8..12)) {
        (b"RIFF", Some(b"WEBP")) => return Some("image/webp"),
        (b"RIFF", Some(b"WAVE")) => return Some("audio/wav"),
        (b"RIFF", Some(b"AVI ")) => return Some("video/x-msvideo"),
        (b"\x1a\x45\xdf\xa3", _) => return matroska(head),
        (b"OggS", _) => return Some(ogg(head)),
        (b"PK\x03\x04", _) => return Some(zip(head)),
        (b"PK\x05\x06", _) => return Some("application/zip"),
        _ => {}
    }
    if head.get(4..8) == Some(b"ftyp") {
        return iso_media(head);
    }
    if head.starts_with(b"ID3") || is_mpeg_audio(head) {
        return Some("audio/mpeg");
    }
    if head.starts_with(b"MZ") && head.len() > 64 {
        return Some("application/vnd.microsoft.portable-executable");
    }
    if head.starts_with(b"BM") && head.get(6..10) == Some(&[0; 4]) {
        return Some("image/bmp");
    }
    if head.starts_with(b"\0\0\x01\0") && head.get(9) == Some(&0) {
        return Some("image/vnd.microsoft.icon");
    }
    if head.get(257..262) == Some(b"ustar") {
        return Some("application/x-tar");
    }
    None
}

fn contains(head: &[u8], words: &[u8]) -> bool {
    head.windows(words.len()).any(|window| window == words)
}

fn matroska(head: &[u8]) -> Option<&'static str> {
    let first = head.get(..head.len().min(64))?;
    if contains(first, b"webm") {
        Some("video/webm")
    } else if contains(first, b"matroska") {
        Some("video/x-matroska")
    } else {
        None
    }
}

fn ogg(head: &[u8]) -> &'static str {
    let first = head.get(28..).unwrap_or_default();
    if first.starts_with(b"\x80theora") {
        "video/ogg"
    } else if [&b"\x01vorbis"[..], b"OpusHead", b"\x7fFLAC", b"Speex"]
        .iter()
        .any(|codec| first.starts_with(codec))
    {
        "audio/ogg"
    } else {
        "application/ogg"
    }
}

/// MP4 and what is built like it, by its brands.
fn iso_media(head: &[u8]) -> Option<&'static str> {
    let length = u32::from_be_bytes(head.get(..4)?.try_into().ok()?);
    let length = usize::try_from(length).ok()?.clamp(16, 256);
    let brands = head.get(8..head.len().min(length))?;
    let (major, others) = brands.split_at_checked(4)?;
    let has = |brand: &[u8]| others.chunks(4).skip(1).any(|other| other == brand);
    Some(match major {
        b"avif" | b"avis" => "image/avif",
        b"mif1" | b"msf1" if has(b"avif") => "image/avif",
        b"heic" | b"heix" | b"heim" | b"heis" | b"hevc" | b"hevx" | b"mif1" | b"msf1" => {
            "image/heic"
        }
        b"M4A " | b"M4B " | b"M4P " => "audio/mp4",
        b"qt  " => "video/quicktime",
        brand if brand.starts_with(b"3g") => "video/3gpp",
        _ => "video/mp4",
    })
}

/// Two frames of MPEG audio, layer III, one after the other.
fn is_mpeg_audio(head: &[u8]) -> bool {
    frame_length(head)
        .and_then(|length| head.get(length..))
        .is_some_and(|next| frame_length(next).is_some())
}

fn frame_length(head: &[u8]) -> Option<usize> {
    const FIRST: [usize; 15] = [
        0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320,
    ];
    const SECOND: [usize; 15] = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];
    const RATES: [usize; 3] = [44_100, 48_000, 32_000];
    let [0xff, second, third, _] = *head.get(..4)? else {
        return None;
    };
    let (version, layer) = ((second >> 3) & 3, (second >> 1) & 3);
    if second < 0xe0 || layer != 1 || version == 1 {
        return None;
    }
    let index = usize::from(third >> 4);
    let rate = RATES.get(usize::from((third >> 2) & 3))?;
    let padding = usize::from((third >> 1) & 1);
    let (kilobits, rate, samples) = match version {
        3 => (*FIRST.get(index)?, *rate, 144),
        2 => (*SECOND.get(index)?, rate / 2, 72),
        _ => (*SECOND.get(index)?, rate / 4, 72),
    };
    (kilobits > 0).then(|| samples * kilobits * 1000 / rate + padding)
}

/// An archive, or one of the formats that are one, by what is in it.
fn zip(head: &[u8]) -> &'static str {
    const PREFIX: &str = "mimetype";
    let name = head.get(30..).unwrap_or_default();
    if let Some(rest) = name.strip_prefix(PREFIX.as_bytes()) {
        for kind in [
            "application/epub+zip",
            "application/vnd.oasis.opendocument.text",
            "application/vnd.oasis.opendocument.spreadsheet",
            "application/vnd.oasis.opendocument.presentation",
            "application/vnd.oasis.opendocument.graphics",
        ] {
            let after = rest.strip_prefix(kind.as_bytes());
            if after.is_some_and(|after| after.starts_with(b"PK")) {
                return kind;
            }
        }
    }
    if name.starts_with(b"META-INF/") {
        return "application/java-archive";
    }
    if name.starts_with(b"[Content_Types].xml")
        || name.starts_with(b"_rels/")
        || name.starts_with(b"docProps/")
    {
        for (folder, kind) in [
            (
                &b"word/"[..],
                "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            ),
            (
                b"xl/",
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            ),
            (
                b"ppt/",
                "application/vnd.openxmlformats-officedocument.presentationml.presentation",
            ),
        ] {
            if contains(head, folder) {
                return kind;
            }
        }
    }
    "application/zip"
}

/// A text, in whatever encoding; markup by how it begins.
fn by_text(head: &[u8], whole: bool) -> Option<&'static str> {
    let text = text::read(head, whole)?;
    Some(markup(&text.content).unwrap_or(PLAIN))
}

/// How HTML may begin, in lower case.
const HTML: &[&str] = &[
    "<!doctype html",
    "<html",
    "<head",
    "<body",
    "<script",
    "<iframe",
    "<style",
    "<title",
    "<meta",
    "<link",
    "<base",
    "<table",
    "<form",
    "<input",
    "<img",
    "<video",
    "<audio",
    "<object",
    "<embed",
    "<div",
    "<span",
    "<font",
    "<h1",
    "<p>",
    "<p ",
    "<a ",
    "<a>",
    "<b>",
    "<br",
    "<math",
    "<template",
    "<details",
    "<button",
    "<frameset",
    "<marquee",
];

fn markup(text: &str) -> Option<&'static str> {
    let mut rest = text.trim_start_matches('\u{feff}').trim_start();
    // Comments and declarations may stand before what says it.
    let mut declared = false;
    loop {
        let skipped = if let Some(comment) = rest.strip_prefix("<!--") {
            comment.split_once("-->").map(|(_, after)| after)
        } else if rest.starts_with("<?xml") {
            declared = true;
            rest.split_once("?>").map(|(_, after)| after)
        } else {
            break;
        };
        match skipped {
            Some(after) => rest = after.trim_start(),
            // A comment without an end: whatever it hides, it isn't plain text.
            None => return Some("text/html"),
        }
    }
    let begin: String = rest.chars().take(64).collect::<String>().to_lowercase();
    let starts = |word: &&str| begin.starts_with(word);
    if HTML.iter().any(starts) {
        Some("text/html")
    } else if starts(&"<svg") || starts(&"<!doctype svg") || (declared && rest.contains("<svg")) {
        Some("image/svg+xml")
    } else if declared || starts(&"<!doctype") || starts(&"<!entity") || starts(&"<xsl:") {
        Some("application/xml")
    } else if rest.len() < text.trim_start().len() && begin.starts_with('<') {
        Some("text/html")
    } else {
        None
    }
}

#[cfg(test)]
mod tests;
