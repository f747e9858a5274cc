//! TIFF, and the raw pictures of cameras that are built like it, without their place.
//!
//! Here too parts point at each other by their place in the file: what tells is overwritten where it stands.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;

use super::Broken;
use super::boxes::{Blank, overwrite};

/// Directories that are looked into, and the entries of each.
const DIRECTORIES: usize = 64;
const ENTRIES: u64 = 4096;

/// Entries that point at other directories: of pictures within, of the position.
const PICTURES: u64 = 0x014a;
const POSITION: u64 = 0x8825;

/// Entries that hold XMP, IPTC and what Photoshop knows.
const XMP: u64 = 700;
const OTHERS: [u64; 2] = [33723, 34377];

/// Overwrites what a TIFF tells about its place; true if there was something.
pub fn blank_tiff(file: &File) -> Result<bool, Broken> {
    let length = file.metadata().map_err(Broken::Disk)?.len();
    let mut first = [0; 4];
    file.read_exact_at(&mut first, 0)?;
    let mut search = Search {
        file,
        length,
        little: first.starts_with(b"II"),
        blanks: Vec::new(),
    };
    search.all()?;
    overwrite(file, length, &search.blanks)
}

struct Search<'a> {
    file: &'a File,
    length: u64,
    little: bool,
    blanks: Vec<Blank>,
}

/// An entry of a directory: what it is, and where its value lies.
struct Entry {
    tag: u64,
    start: u64,
    size: u64,
}

impl Search<'_> {
    fn all(&mut self) -> io::Result<()> {
        let mut coming = vec![self.number(4, 4)?];
        let mut seen = Vec::new();
        while let Some(at) = coming.pop() {
            // What a chain ends with, and what was there before.
            if at == 0 || seen.contains(&at) || seen.len() >= DIRECTORIES {
                continue;
            }
            seen.push(at);
            let (entries, end) = self.directory(at)?;
            for entry in entries {
                match entry.tag {
                    POSITION => self.blank_position(entry.start)?,
                    PICTURES => {
                        for index in 0..(entry.size / 4).min(DIRECTORIES as u64) {
                            coming.push(self.number(entry.start.saturating_add(index * 4), 4)?);
                        }
                    }
                    XMP => self.blank(entry.start, entry.size, b' '),
                    tag if OTHERS.contains(&tag) => self.blank(entry.start, entry.size, 0),
                    _ => {}
                }
            }
            coming.push(self.number(end, 4)?);
        }
        Ok(())
    }

    /// A directory's entries, and where it ends.
    fn directory(&self, at: u64) -> io::Result<(Vec<Entry>, u64)> {
        let count = self.number(at, 2)?.min(ENTRIES);
        let mut entries = Vec::new();
        for index in 0..count {
            let start = at + 2 + index * 12;
            let unit = match self.number(start + 2, 2)? {
                3 | 8 => 2,
                4 | 9 | 11 | 13 => 4,
                5 | 10 | 12 => 8,
                _ => 1,
            };
            let size = self.number(start + 4, 4)? * unit;
            entries.push(Entry {
                tag: self.number(start, 2)?,
                start: match size {
                    0..=4 => start + 8,
                    _ => self.number(start + 8, 4)?,
                },
                size,
            });
        }
        Ok((entries, at + 2 + count * 12))
    }

    /// Empties the directory that tells the position, and what it points at.
    fn blank_position(&mut self, pointer: u64) -> io::Result<()> {
        let at = self.number(pointer, 4)?;
        if at == 0 {
            return Ok(());
        }
        let (entries, end) = self.directory(at)?;
        for entry in entries.iter().filter(|entry| entry.size > 4) {
            self.blank(entry.start, entry.size, 0);
        }
        self.blank(at, end - at, 0);
        Ok(())
    }

    /// Whatever the file says, its head stays, and nothing is added.
    fn blank(&mut self, start: u64, size: u64, fill: u8) {
        let end = start.saturating_add(size);
        if start >= 8 && size > 0 && end <= self.length {
            self.blanks.push(Blank {
                stretch: start..end,
                begin: Vec::new(),
                fill,
            });
        }
    }

    /// A number of at most four bytes; after the file's end there are zeros.
    fn number(&self, at: u64, bytes: usize) -> io::Result<u64> {
        let mut number = [0; 4];
        let number = number.get_mut(..bytes).unwrap_or_default();
        if at.saturating_add(bytes as u64) <= self.length {
            self.file.read_exact_at(number, at)?;
        }
        let add = |all, byte: &u8| (all << 8) | u64::from(*byte);
        Ok(match self.little {
            true => number.iter().rev().fold(0, add),
            false => number.iter().fold(0, add),
        })
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use proptest::prelude::*;

    use super::*;

    fn run(bytes: &[u8]) -> Result<Vec<u8>, Broken> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("picture");
        File::create_new(&path).unwrap().write_all(bytes).unwrap();
        let file = File::options().read(true).write(true).open(&path).unwrap();
        blank_tiff(&file)?;
        Ok(std::fs::read(path).unwrap())
    }

    /// A picture of a camera that knows where it is; 24 and 18 bytes tell it.
    fn raw(little: bool, position: &[u8; 24], directory: &[u8; 18], xmp: &[u8; 8]) -> Vec<u8> {
        let number = |number: u64, bytes: usize| match little {
            true => number.to_le_bytes()[..bytes].to_vec(),
            false => number.to_be_bytes()[8 - bytes..].to_vec(),
        };
        let entry = |tag, kind, count, value| {
            [
                number(tag, 2),
                number(kind, 2),
                number(count, 4),
                number(value, 4),
            ]
            .concat()
        };
        // Head, 8; directory, 2 + 3 × 12 + 4 = 42; position's, 18; latitude, 24; XMP, 8; pixels.
        [
            if little {
                b"II*\0".to_vec()
            } else {
                b"MM\0*".to_vec()
            },
            number(8, 4),
            number(3, 2),
            entry(0x0112, 3, 1, 6),
            entry(XMP, 1, 8, 92),
            entry(POSITION, 4, 1, 50),
            number(0, 4),
            directory.to_vec(),
            position.to_vec(),
            xmp.to_vec(),
            b"pixels".to_vec(),
        ]
        .concat()
    }

    fn directory(little: bool) -> [u8; 18] {
        // One entry: the latitude, three fractions.
        match little {
            true => *b"\x01\0\x02\0\x05\0\x03\0\0\0\x44\0\0\0\0\0\0\0",
            false => *b"\0\x01\0\x02\0\x05\0\0\0\x03\0\0\0\x44\0\0\0\0",
        }
    }

    #[test]
    fn a_raw_picture_keeps_all_but_its_place() {
        for little in [true, false] {
            let position = b"52.5163 N and 13.3777 E ";
            let before = raw(little, position, &directory(little), b"<x:meta>");
            let after = run(&before).unwrap();
            assert_eq!(after, raw(little, &[0; 24], &[0; 18], b"        "));
            assert_eq!(run(&after).unwrap(), after);
        }
    }

    #[test]
    fn directories_in_a_circle_end() {
        let circle = b"II*\0\x08\0\0\0\x01\0\x4a\x01\x04\0\x01\0\0\0\x08\0\0\0\x08\0\0\0";
        assert_eq!(run(circle).unwrap(), circle);
    }

    proptest! {
        #[test]
        fn any_bytes_keep_their_length_and_head(
            little: bool, at in 4_usize..100, noise in proptest::collection::vec(any::<u8>(), 0..12)
        ) {
            let position = b"52.5163 N and 13.3777 E ";
            let mut bytes = raw(little, position, &directory(little), b"<x:meta>");
            bytes.splice(at..(at + noise.len()).min(bytes.len()), noise);
            match run(&bytes) {
                Ok(after) => {
                    prop_assert_eq!(after.len(), bytes.len());
                    prop_assert_eq!(&after[..8], &bytes[..8]);
                }
                Err(error) => prop_assert!(matches!(error, Broken::Form), "{}", error),
            }
        }
    }
}
