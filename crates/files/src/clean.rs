//! Images without what they tell about where, when and with what they were made: JPEG, PNG, WebP and GIF are copied part
//! by part, never decoded. Colour profiles stay, and which side is up; positions, dates, previews, comments and whatever
//! follows the image go. What can't be copied so, since its parts point
//! at each other, loses its metadata or at least its position where it stands: films, pictures in boxes, TIFF.

mod boxes;
mod gif;
mod tiff;

use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Read, Seek, SeekFrom, Write};

use crate::exif;

pub use boxes::blank_boxes;
pub use gif::gif;
pub use tiff::blank_tiff;

/// What is read and written at once.
const PIECE: usize = 128 * 1024;

/// The largest metadata that is looked into.
const METADATA: u64 = 256 * 1024;

/// Why an image could not be copied.
#[derive(Debug, thiserror::Error)]
pub enum Broken {
    /// It isn't what it claims to be.
    #[error("not an image of this form")]
    Form,
    /// The disk failed.
    #[error(transparent)]
    Disk(io::Error),
}

impl From<io::Error> for Broken {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::UnexpectedEof => Self::Form,
            _ => Self::Disk(error),
        }
    }
}

/// Width and height in pixels, as the image is to be shown.
type Extent = (u32, u32);

fn turned((width, height): Extent, orientation: Option<u8>) -> Extent {
    match exif::is_turned(orientation) {
        true => (height, width),
        false => (width, height),
    }
}

fn array<const N: usize>(input: &mut impl Read) -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    input.read_exact(&mut bytes)?;
    Ok(bytes)
}

/// Copies or skips exactly `count` bytes.
fn pass(input: &mut impl Read, output: &mut impl Write, count: u64) -> Result<(), Broken> {
    match io::copy(&mut input.take(count), output)? == count {
        true => Ok(()),
        false => Err(Broken::Form),
    }
}

/// Copies a JPEG. One that ends early is ended properly.
pub fn jpeg(source: File, target: File) -> Result<Extent, Broken> {
    let mut input = BufReader::with_capacity(PIECE, source);
    let mut output = BufWriter::with_capacity(PIECE, target);
    let extent = copy_jpeg(&mut input, &mut output)?;
    output.flush()?;
    Ok(extent)
}

fn copy_jpeg(input: &mut impl BufRead, output: &mut impl Write) -> Result<Extent, Broken> {
    if array::<2>(input)? != [0xff, 0xd8] {
        return Err(Broken::Form);
    }
    output.write_all(&[0xff, 0xd8])?;
    let mut orientation = None;
    let mut oriented = false;
    let mut extent = None;
    let mut next = None;
    loop {
        let marker = match next.take() {
            Some(marker) => marker,
            None => jpeg_marker(input)?,
        };
        match marker {
            0xd9 => break,
            0x01 | 0xd0..=0xd7 => {
                output.write_all(&[0xff, marker])?;
                continue;
            }
            0x00 | 0xd8 | 0xff => return Err(Broken::Form),
            _ => {}
        }
        let length = array::<2>(input)?;
        let count = usize::from(u16::from_be_bytes(length));
        let mut segment = vec![0; count.checked_sub(2).ok_or(Broken::Form)?];
        input.read_exact(&mut segment)?;
        if matches!(marker, 0xe0..=0xef | 0xfe) {
            if let (0xe1, Some(tiff)) = (marker, segment.strip_prefix(exif::MARK)) {
                orientation = orientation.or_else(|| exif::orientation(tiff));
            }
            let kept = match marker {
                0xe0 => segment.starts_with(b"JFIF\0"),
                0xe2 => segment.starts_with(b"ICC_PROFILE\0"),
                0xee => segment.starts_with(b"Adobe"),
                _ => false,
            };
            if !kept {
                continue;
            }
        } else if !oriented {
            oriented = true;
            if let Some(side) = orientation.filter(|side| *side != 1) {
                output.write_all(&[0xff, 0xe1, 0, 34])?;
                output.write_all(exif::MARK)?;
                output.write_all(&exif::with_orientation(side))?;
            }
        }
        if matches!(marker, 0xc0..=0xcf) && !matches!(marker, 0xc4 | 0xc8 | 0xcc) {
            let [_, h1, h2, w1, w2, ..] = segment[..] else {
                return Err(Broken::Form);
            };
            let (width, height) = (u16::from_be_bytes([w1, w2]), u16::from_be_bytes([h1, h2]));
            extent.get_or_insert((u32::from(width), u32::from(height)));
        }
        output.write_all(&[0xff, marker])?;
        output.write_all(&length)?;
        output.write_all(&segment)?;
        if marker == 0xda {
            match jpeg_scan(input, output)? {
                Some(marker) => next = Some(marker),
                None => break,
            }
        }
    }
    output.write_all(&[0xff, 0xd9])?;
    let (width, height) = extent.ok_or(Broken::Form)?;
    if width == 0 || height == 0 {
        return Err(Broken::Form);
    }
    Ok(turned((width, height), orientation))
}

fn jpeg_marker(input: &mut impl Read) -> Result<u8, Broken> {
    let [mark, mut code] = array::<2>(input)?;
    if mark != 0xff {
        return Err(Broken::Form);
    }
    // Markers may be filled up.
    while code == 0xff {
        [code] = array::<1>(input)?;
    }
    Ok(code)
}

/// Copies the data of a scan and answers the marker after it; none at the end of the file.
fn jpeg_scan(input: &mut impl BufRead, output: &mut impl Write) -> Result<Option<u8>, Broken> {
    let mut marked = false;
    let mut kept = Vec::with_capacity(PIECE);
    loop {
        let piece = input.fill_buf()?;
        if piece.is_empty() {
            return Ok(None);
        }
        kept.clear();
        let mut found = None;
        let mut used = 0;
        for byte in piece {
            used += 1;
            match (marked, *byte) {
                (false, 0xff) => marked = true,
                (false, byte) => kept.push(byte),
                (true, 0xff) => {}
                (true, byte @ (0x00 | 0xd0..=0xd7)) => {
                    kept.extend([0xff, byte]);
                    marked = false;
                }
                (true, byte) => {
                    found = Some(byte);
                    break;
                }
            }
        }
        input.consume(used);
        output.write_all(&kept)?;
        if found.is_some() {
            return Ok(found);
        }
    }
}

/// What of a PNG is its image: pixels, colours, animation.
const PNG_KEPT: [&[u8; 4]; 19] = [
    b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"cHRM", b"gAMA", b"iCCP", b"sBIT", b"sRGB",
    b"cICP", b"mDCV", b"cLLI", b"bKGD", b"hIST", b"pHYs", b"acTL", b"fcTL", b"fdAT",
];

/// Copies a PNG.
pub fn png(source: File, target: File) -> Result<Extent, Broken> {
    let mut input = BufReader::with_capacity(PIECE, source);
    let mut output = BufWriter::with_capacity(PIECE, target);
    let extent = copy_png(&mut input, &mut output)?;
    output.flush()?;
    Ok(extent)
}

fn copy_png(input: &mut impl Read, output: &mut impl Write) -> Result<Extent, Broken> {
    let signature = array::<8>(input)?;
    if signature != *b"\x89PNG\r\n\x1a\n" {
        return Err(Broken::Form);
    }
    output.write_all(&signature)?;
    let mut extent = None;
    let mut orientation = None;
    loop {
        let length = array::<4>(input)?;
        let kind = array::<4>(input)?;
        let count = u64::from(u32::from_be_bytes(length));
        if count > 0x7fff_ffff || (extent.is_none() && kind != *b"IHDR") {
            return Err(Broken::Form);
        }
        match &kind {
            b"IHDR" if extent.is_some() || count != 13 => return Err(Broken::Form),
            b"IHDR" => {
                let header = array::<17>(input)?;
                let [w1, w2, w3, w4, h1, h2, h3, h4, ..] = header;
                let width = u32::from_be_bytes([w1, w2, w3, w4]);
                let height = u32::from_be_bytes([h1, h2, h3, h4]);
                if width == 0 || height == 0 {
                    return Err(Broken::Form);
                }
                extent = Some((width, height));
                output.write_all(&length)?;
                output.write_all(&kind)?;
                output.write_all(&header)?;
            }
            b"eXIf" if orientation.is_none() && count <= METADATA => {
                let mut tiff = vec![0; usize::try_from(count).unwrap_or(0)];
                input.read_exact(&mut tiff)?;
                pass(input, &mut io::sink(), 4)?;
                orientation = exif::orientation(&tiff);
                if let Some(side) = orientation.filter(|side| *side != 1) {
                    write_chunk(output, *b"eXIf", &exif::with_orientation(side))?;
                }
            }
            kind if PNG_KEPT.contains(&kind) => {
                output.write_all(&length)?;
                output.write_all(kind)?;
                pass(input, output, count + 4)?;
                if kind == b"IEND" {
                    break;
                }
            }
            // Another critical chunk would be missed.
            [first, ..] if first.is_ascii_uppercase() => return Err(Broken::Form),
            _ => pass(input, &mut io::sink(), count + 4)?,
        }
    }
    let extent = extent.ok_or(Broken::Form)?;
    Ok(turned(extent, orientation))
}

fn write_chunk(output: &mut impl Write, kind: [u8; 4], data: &[u8]) -> io::Result<()> {
    let length = u32::try_from(data.len()).unwrap_or(0);
    output.write_all(&length.to_be_bytes())?;
    output.write_all(&kind)?;
    output.write_all(data)?;
    let bytes = kind.iter().chain(data);
    output.write_all(&crc(bytes).to_be_bytes())
}

/// CRC-32 as PNG has it.
fn crc<'a>(bytes: impl Iterator<Item = &'a u8>) -> u32 {
    let step = |crc: u32, _| match crc & 1 {
        1 => (crc >> 1) ^ 0xedb8_8320,
        _ => crc >> 1,
    };
    !bytes.fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), step)
    })
}

/// The bits of a WebP's header that say: there is EXIF, there is XMP.
const WEBP_EXIF: u8 = 0x08;
const WEBP_XMP: u8 = 0x04;

/// Copies a WebP.
pub fn webp(source: File, target: File) -> Result<Extent, Broken> {
    let mut input = BufReader::with_capacity(PIECE, source);
    let mut output = BufWriter::with_capacity(PIECE, target);
    let extent = copy_webp(&mut input, &mut output)?;
    output.flush()?;
    Ok(extent)
}

fn copy_webp(input: &mut impl Read, output: &mut (impl Write + Seek)) -> Result<Extent, Broken> {
    if array::<4>(input)? != *b"RIFF" {
        return Err(Broken::Form);
    }
    let mut left = u64::from(u32::from_le_bytes(array(input)?));
    if array::<4>(input)? != *b"WEBP" || left < 4 {
        return Err(Broken::Form);
    }
    left -= 4;
    output.write_all(b"RIFF\0\0\0\0WEBP")?;
    let mut extent = None;
    let mut orientation = None;
    let mut flags = None;
    while left >= 8 {
        let kind = array::<4>(input)?;
        let size = array::<4>(input)?;
        let count = u64::from(u32::from_le_bytes(size));
        let padded = count + count % 2;
        // Some writers leave the last byte of padding out of the whole.
        left = match left.checked_sub(8 + padded) {
            Some(left) => left,
            None if left + 1 == 8 + padded => 0,
            None => return Err(Broken::Form),
        };
        match &kind {
            b"VP8X" if extent.is_none() && count == 10 => {
                let mut header = array::<10>(input)?;
                header[0] &= !(WEBP_EXIF | WEBP_XMP);
                flags = Some(header[0]);
                let [_, _, _, _, w1, w2, w3, h1, h2, h3] = header;
                let width = u32::from_le_bytes([w1, w2, w3, 0]) + 1;
                let height = u32::from_le_bytes([h1, h2, h3, 0]) + 1;
                extent = Some((width, height));
                output.write_all(&kind)?;
                output.write_all(&size)?;
                output.write_all(&header)?;
            }
            b"VP8 " | b"VP8L" => {
                let mut head = [0; 10];
                let first = usize::try_from(count.min(10)).unwrap_or(0);
                let head = head.get_mut(..first).unwrap_or_default();
                input.read_exact(head)?;
                if extent.is_none() {
                    extent = Some(webp_extent(&kind, head).ok_or(Broken::Form)?);
                }
                output.write_all(&kind)?;
                output.write_all(&size)?;
                output.write_all(head)?;
                pass(input, output, padded - first as u64)?;
            }
            b"ALPH" | b"ANIM" | b"ANMF" | b"ICCP" if extent.is_some() => {
                output.write_all(&kind)?;
                output.write_all(&size)?;
                pass(input, output, padded)?;
            }
            b"EXIF" if count <= METADATA => {
                let mut tiff = vec![0; usize::try_from(count).unwrap_or(0)];
                input.read_exact(&mut tiff)?;
                pass(input, &mut io::sink(), padded - count)?;
                let tiff = tiff.strip_prefix(exif::MARK).unwrap_or(&tiff);
                orientation = orientation.or_else(|| exif::orientation(tiff));
            }
            b"VP8X" => return Err(Broken::Form),
            _ => pass(input, &mut io::sink(), padded)?,
        }
    }
    let extent = extent.ok_or(Broken::Form)?;
    let side = orientation.filter(|side| *side != 1);
    if let (Some(flags), Some(side)) = (flags, side) {
        output.write_all(b"EXIF\x1a\0\0\0")?;
        output.write_all(&exif::with_orientation(side))?;
        output.seek(SeekFrom::Start(20))?;
        output.write_all(&[flags | WEBP_EXIF])?;
        output.seek(SeekFrom::End(0))?;
    }
    let whole = output.stream_position()?;
    let whole = u32::try_from(whole.saturating_sub(8)).map_err(|_| Broken::Form)?;
    output.seek(SeekFrom::Start(4))?;
    output.write_all(&whole.to_le_bytes())?;
    Ok(turned(extent, orientation))
}

fn webp_extent(kind: &[u8; 4], head: &[u8]) -> Option<Extent> {
    if kind == b"VP8L" {
        let [0x2f, a, b, c, d, ..] = *head else {
            return None;
        };
        let bits = u32::from_le_bytes([a, b, c, d]);
        return Some(((bits & 0x3fff) + 1, ((bits >> 14) & 0x3fff) + 1));
    }
    let [_, _, _, 0x9d, 0x01, 0x2a, w1, w2, h1, h2] = *head else {
        return None;
    };
    let width = u32::from(u16::from_le_bytes([w1, w2]) & 0x3fff);
    let height = u32::from(u16::from_le_bytes([h1, h2]) & 0x3fff);
    (width > 0 && height > 0).then_some((width, height))
}

#[cfg(test)]
mod tests;
