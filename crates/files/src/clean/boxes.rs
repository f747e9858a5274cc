//! Films and pictures in boxes (ISO/IEC 14496-12: MP4, QuickTime, HEIF, AVIF) without what they tell about their place.
//!
//! Boxes point at each other by their place in the file, so nothing moves: what tells is overwritten where it stands.
//! What isn't understood stays as it is.

mod samples;

use std::collections::HashMap;
use std::fs::File;
use std::io;
use std::ops::Range;
use std::os::unix::fs::FileExt;

use self::samples::Tables;
use super::{Broken, PIECE};
use crate::exif;

/// Boxes that are looked at.
const BOXES: usize = 100_000;

/// How deep they may lie in each other.
const DEPTH: usize = 6;

/// The largest list that is held in memory.
const HELD: u64 = 1024 * 1024;

/// Items that may tell something, and the parts of each.
const ITEMS: usize = 64;
const EXTENTS: usize = 64;

/// Stretches that are written over.
const BLANKS: usize = 100_000;

/// Tracks of what a camera measured on its way: of GoPro, Android, Apple, DJI, Sony.
const MEASURED: [&[u8; 4]; 5] = [b"gpmd", b"camm", b"mebx", b"djmd", b"rtmd"];

/// Boxes that tell a place: of QuickTime, of 3GPP, of Adobe, of cameras.
const TELLING: [&[u8; 4]; 5] = [b"\xa9xyz", b"loci", b"XMP_", b"GPMF", b"gps "];

/// The same among boxes with long names: XMP, and what Canon's cameras write.
const TELLING_LONG: [[u8; 16]; 2] = [
    *b"\xbe\x7a\xcf\xcb\x97\xa9\x42\xe8\x9c\x71\x99\x94\x91\xe3\xaf\xac",
    *b"\x85\xc0\xb6\x87\x82\x0f\x11\xe0\x81\x11\xf4\xce\x46\x2b\x6a\x48",
];

/// A box: from `start` to `end`, with what is in it from `content` on.
#[derive(Clone, Copy)]
struct Part {
    kind: [u8; 4],
    start: u64,
    content: u64,
    end: u64,
}

/// An item's kind, if it tells something.
#[derive(Clone, Copy)]
enum Item {
    Exif,
    Xmp,
}

/// What is written over a stretch of the file: `begin`, then `fill`.
pub(super) struct Blank {
    pub(super) stretch: Range<u64>,
    pub(super) begin: Vec<u8>,
    pub(super) fill: u8,
}

/// Overwrites what a file tells about its place; true if there was something.
pub fn blank_boxes(file: &File) -> Result<bool, Broken> {
    let length = file.metadata().map_err(Broken::Disk)?.len();
    let mut search = Search {
        file,
        length,
        left: BOXES,
        media: Vec::new(),
        blanks: Vec::new(),
    };
    search.all()?;
    overwrite(file, length, &search.blanks)
}

/// Overwrites stretches of a file; false if there are none.
pub(super) fn overwrite(file: &File, length: u64, blanks: &[Blank]) -> Result<bool, Broken> {
    // What tells twice the same makes more work than any camera does.
    let sizes = blanks
        .iter()
        .map(|blank| blank.stretch.end - blank.stretch.start);
    if blanks.len() > BLANKS || sizes.fold(0, u64::saturating_add) > length {
        return Err(Broken::Form);
    }
    for blank in blanks {
        write(file, blank).map_err(Broken::Disk)?;
    }
    Ok(!blanks.is_empty())
}

fn write(file: &File, blank: &Blank) -> io::Result<()> {
    let mut at = blank.stretch.start;
    let mut piece = blank.begin.clone();
    while at < blank.stretch.end {
        let left = usize::try_from(blank.stretch.end - at).unwrap_or(usize::MAX);
        piece.resize(left.min(PIECE), blank.fill);
        file.write_all_at(&piece, at)?;
        at += piece.len() as u64;
        piece.clear();
    }
    Ok(())
}

struct Search<'a> {
    file: &'a File,
    length: u64,
    left: usize,
    /// Where pictures and sound lie, and what belongs to them, in order.
    media: Vec<Range<u64>>,
    blanks: Vec<Blank>,
}

impl Search<'_> {
    fn all(&mut self) -> io::Result<()> {
        let parts = self.parts(0..self.length)?;
        let media = parts.iter().filter(|part| part.kind == *b"mdat");
        self.media = media.map(|part| part.content..part.end).collect();
        for part in parts {
            self.look(part, DEPTH)?;
        }
        Ok(())
    }

    /// The boxes in a stretch, as far as they make sense.
    fn parts(&mut self, stretch: Range<u64>) -> io::Result<Vec<Part>> {
        let mut parts = Vec::new();
        let mut start = stretch.start;
        while stretch.end.saturating_sub(start) >= 8 && self.left > 0 {
            self.left -= 1;
            let (size, kind): (u64, [u8; 4]) = {
                let [s1, s2, s3, s4, kind @ ..] = self.array::<8>(start)?;
                (u64::from(u32::from_be_bytes([s1, s2, s3, s4])), kind)
            };
            let (header, size) = match size {
                // To the end of the file; elsewhere it ends a list.
                0 if stretch.end == self.length => (8, stretch.end - start),
                1 if stretch.end - start >= 16 => (16, u64::from_be_bytes(self.array(start + 8)?)),
                size => (8, size),
            };
            if size < header {
                break;
            }
            // A film whose recording broke off ends within a box.
            let end = start.saturating_add(size).min(stretch.end);
            parts.push(Part {
                kind,
                start,
                content: start + header,
                end,
            });
            start = end;
        }
        Ok(parts)
    }

    fn array<const N: usize>(&self, at: u64) -> io::Result<[u8; N]> {
        let mut bytes = [0; N];
        self.file.read_exact_at(&mut bytes, at)?;
        Ok(bytes)
    }

    /// What is in a stretch, but no more than `most` bytes.
    fn bytes(&self, stretch: Range<u64>, most: u64) -> io::Result<Vec<u8>> {
        let count = stretch.end.saturating_sub(stretch.start).min(most);
        let mut bytes = vec![0; usize::try_from(count).unwrap_or(0)];
        self.file.read_exact_at(&mut bytes, stretch.start)?;
        Ok(bytes)
    }

    fn look(&mut self, part: Part, depth: usize) -> io::Result<()> {
        let Some(depth) = depth.checked_sub(1) else {
            return Ok(());
        };
        if part.kind == *b"trak" {
            self.blank_measurements(part)?;
        }
        match &part.kind {
            b"moov" | b"trak" | b"udta" | b"ilst" => {
                for inner in self.parts(part.content..part.end)? {
                    self.look(inner, depth)?;
                }
            }
            b"meta" => self.look_at_meta(part, depth)?,
            b"uuid" if part.end - part.content >= 16 => {
                let name = self.array::<16>(part.content)?;
                if TELLING_LONG.contains(&name) {
                    self.free(part);
                }
            }
            kind if TELLING.contains(&kind) => self.free(part),
            _ => {}
        }
        Ok(())
    }

    /// Whether a stretch is in one box of media.
    fn is_media(&self, stretch: &Range<u64>) -> bool {
        let after = self
            .media
            .partition_point(|media| media.start <= stretch.start);
        let before = after.checked_sub(1).and_then(|index| self.media.get(index));
        before.is_some_and(|media| stretch.end <= media.end)
    }

    /// Writes over what a track has measured; the track stays, so that nothing that counts tracks is surprised.
    fn blank_measurements(&mut self, track: Part) -> io::Result<()> {
        let mut inner = track;
        for name in [b"mdia", b"minf", b"stbl"] {
            let parts = self.parts(inner.content..inner.end)?;
            match parts.into_iter().find(|part| part.kind == *name) {
                Some(part) => inner = part,
                None => return Ok(()),
            }
        }
        let parts = self.parts(inner.content..inner.end)?;
        let table = |name: &[u8; 4]| match parts.iter().find(|part| part.kind == *name) {
            Some(part) => self.bytes(part.content..part.end, HELD).map(Some),
            None => Ok(None),
        };
        let kind = table(b"stsd")?.and_then(|kinds| kinds.get(12..16)?.try_into().ok());
        if !kind.is_some_and(|kind: [u8; 4]| MEASURED.contains(&&kind)) {
            return Ok(());
        }
        let (places, width) = match table(b"co64")? {
            Some(places) => (Some(places), 8),
            None => (table(b"stco")?, 4),
        };
        let (Some(sizes), Some(counts), Some(places)) = (table(b"stsz")?, table(b"stsc")?, places)
        else {
            return Ok(());
        };
        let tables = Tables {
            sizes,
            counts,
            places,
            width,
        };
        let most = (BLANKS + 1).saturating_sub(self.blanks.len());
        for stretch in tables.chunks(most) {
            if !stretch.is_empty() && self.is_media(&stretch) {
                self.blanks.push(Blank {
                    stretch,
                    begin: Vec::new(),
                    fill: 0,
                });
            }
        }
        Ok(())
    }

    /// Makes a box one that nobody reads.
    fn free(&mut self, part: Part) {
        let kind = part.start + 4..part.start + 8;
        for (stretch, begin) in [
            (kind, b"free".to_vec()),
            (part.content..part.end, Vec::new()),
        ] {
            self.blanks.push(Blank {
                stretch,
                begin,
                fill: 0,
            });
        }
    }

    fn look_at_meta(&mut self, part: Part, depth: usize) -> io::Result<()> {
        // QuickTime's has no version before its boxes.
        let first = self.bytes(part.content..part.end, 8)?;
        let version = if first.ends_with(b"hdlr") { 0 } else { 4 };
        let inner = self.parts((part.content + version).min(part.end)..part.end)?;
        let named = |name: &[u8; 4]| inner.iter().find(|part| part.kind == *name).copied();
        if let (Some(infos), Some(places)) = (named(b"iinf"), named(b"iloc")) {
            let items = self.items(infos)?;
            self.blank_items(&items, places, named(b"idat"))?;
        }
        let keys = match named(b"keys") {
            Some(keys) => self.telling_keys(keys)?,
            None => Vec::new(),
        };
        for part in &inner {
            self.look(*part, depth)?;
            if part.kind != *b"ilst" || keys.is_empty() {
                continue;
            }
            for value in self.parts(part.content..part.end)? {
                if keys.contains(&u32::from_be_bytes(value.kind)) {
                    self.free(value);
                }
            }
        }
        Ok(())
    }

    /// The numbers, from 1, of the keys whose values tell a place.
    fn telling_keys(&mut self, keys: Part) -> io::Result<Vec<u32>> {
        let mut telling = Vec::new();
        let keys = self.parts((keys.content + 8).min(keys.end)..keys.end)?;
        for (key, number) in keys.into_iter().zip(1..) {
            let name = self.bytes(key.content..key.end, 256)?.to_ascii_lowercase();
            if ["location", "gps"].iter().any(|word| contains(&name, word)) {
                telling.push(number);
            }
        }
        Ok(telling)
    }

    /// The items of a picture that tell something.
    fn items(&mut self, infos: Part) -> io::Result<HashMap<u64, Item>> {
        let [version] = self.array::<1>(infos.content)?;
        let first = infos.content + if version == 0 { 6 } else { 8 };
        let mut items = HashMap::new();
        for info in self.parts(first.min(infos.end)..infos.end)? {
            let bytes = self.bytes(info.content..info.end, 1024)?;
            if let Some((id, item)) = telling_item(&bytes)
                && items.len() < ITEMS
            {
                items.insert(id, item);
            }
        }
        Ok(items)
    }

    fn blank_items(
        &mut self,
        items: &HashMap<u64, Item>,
        places: Part,
        data: Option<Part>,
    ) -> io::Result<()> {
        let places = self.bytes(places.content..places.end, HELD)?;
        for (item, own, extents) in places_of(&places, items).unwrap_or_default() {
            // Only what is data is written over, whatever the file says.
            let base = match (own, data) {
                (false, _) => 0,
                (true, Some(data)) => data.content,
                (true, None) => continue,
            };
            for (index, extent) in extents.into_iter().enumerate() {
                let stretch = extent.start.saturating_add(base)..extent.end.saturating_add(base);
                let is_data = match data.filter(|_| own) {
                    Some(data) => stretch.end <= data.end,
                    None => self.is_media(&stretch),
                };
                if stretch.is_empty() || !is_data {
                    continue;
                }
                let begin = match item {
                    Item::Exif if index == 0 => empty_exif(stretch.end - stretch.start),
                    _ => Vec::new(),
                };
                let fill = match item {
                    Item::Exif => 0,
                    Item::Xmp => b' ',
                };
                self.blanks.push(Blank {
                    stretch,
                    begin,
                    fill,
                });
            }
        }
        Ok(())
    }
}

fn contains(bytes: &[u8], word: &str) -> bool {
    bytes
        .windows(word.len())
        .any(|window| window == word.as_bytes())
}

/// An item of EXIF that tells nothing, if there is room for it: which side is up, a picture in boxes says elsewhere.
fn empty_exif(room: u64) -> Vec<u8> {
    let item = [&[0; 4][..], &exif::with_orientation(1)].concat();
    match room >= item.len() as u64 {
        true => item,
        false => Vec::new(),
    }
}

/// An item's number and kind, if it tells something.
fn telling_item(info: &[u8]) -> Option<(u64, Item)> {
    let mut bytes = Numbers(info);
    let version = bytes.next(1)?;
    bytes.next(3)?;
    let id = bytes.next(if version == 2 { 2 } else { 4 })?;
    bytes.next(2)?;
    let (kind, rest) = bytes.0.split_at_checked(4)?;
    match kind {
        b"Exif" => Some((id, Item::Exif)),
        b"mime" if contains(rest, "application/rdf+xml") => Some((id, Item::Xmp)),
        _ => None,
    }
}

/// Numbers of several lengths, one after the other, the highest byte first.
struct Numbers<'a>(&'a [u8]);

impl Numbers<'_> {
    fn next(&mut self, length: usize) -> Option<u64> {
        let (number, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(
            number
                .iter()
                .fold(0, |all, byte| (all << 8) | u64::from(*byte)),
        )
    }
}

/// An item, whether it lies in the list's own data, and where.
type Placed = (Item, bool, Vec<Range<u64>>);

/// Where items lie; none if the list can't be read.
fn places_of(list: &[u8], items: &HashMap<u64, Item>) -> Option<Vec<Placed>> {
    let mut bytes = Numbers(list);
    let version = bytes.next(1)?;
    bytes.next(3)?;
    let lengths = bytes.next(2)?;
    let length = |shift: u32| usize::try_from((lengths >> shift) & 15).unwrap_or(0);
    let (offset, size, base, index) = (length(12), length(8), length(4), length(0));
    if offset + size == 0 {
        return None;
    }
    let number = if version < 2 { 2 } else { 4 };
    let count = bytes.next(number)?;
    let mut placed = Vec::new();
    for _ in 0..count {
        let item = items.get(&bytes.next(number)?);
        let way = if version == 0 { 0 } else { bytes.next(2)? & 15 };
        let elsewhere = bytes.next(2)? != 0;
        let base = bytes.next(base)?;
        let mut extents = Vec::new();
        for _ in 0..bytes.next(2)? {
            if version > 0 {
                bytes.next(index)?;
            }
            let start = base.saturating_add(bytes.next(offset)?);
            let end = start.saturating_add(bytes.next(size)?);
            if item.is_some() && extents.len() < EXTENTS {
                extents.push(start..end);
            }
        }
        if let (Some(item), false, 0 | 1) = (item, elsewhere, way)
            && placed.len() < ITEMS
        {
            placed.push((*item, way == 1, extents));
        }
    }
    Some(placed)
}

#[cfg(test)]
mod tests;
