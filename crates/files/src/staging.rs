//! Where files are put together before they are stored: plain files in one folder, hashed as they grow.

use std::fs::{File, OpenOptions};
use std::io::{self, Read};
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, UNIX_EPOCH};

use aws_lc_rs::digest::{Context, SHA256};

use crate::{Error, Hash, Result, blocking, clean, sniff};

/// What is written and hashed at once.
const PIECE: usize = 256 * 1024;

/// What is written between two syncs while a file grows, so that the last one isn't long.
const SYNC_EVERY: u64 = 16 * 1024 * 1024;

/// The folder of files that aren't stored yet.
#[derive(Clone, Debug)]
pub struct Staging(PathBuf);

impl Staging {
    /// The folder at `path`; it is made when it is first needed.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self(path.into())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// A new, empty file; one of this name that was there goes.
    pub async fn create(&self, name: &str) -> Result<Staged> {
        let path = self.path(name);
        blocking(move || {
            if let Some(folder) = path.parent() {
                make_folder(folder)?;
            }
            let file = private().truncate(true).open(&path)?;
            Ok(Staged::new(path, file, Context::new(&SHA256), 0))
        })
        .await
    }

    /// The file of this name as it was left, hashed anew; an empty one if there is none.
    pub async fn resume(&self, name: &str) -> Result<Staged> {
        let path = self.path(name);
        blocking(move || {
            if let Some(folder) = path.parent() {
                make_folder(folder)?;
            }
            let mut file = private().truncate(false).open(&path)?;
            let (context, length) = hash_all(&mut file)?;
            Ok(Staged::new(path, file, context, length))
        })
        .await
    }

    /// How long the file of this name is; 0 if there is none.
    pub async fn length(&self, name: &str) -> Result<u64> {
        let path = self.path(name);
        blocking(move || match std::fs::metadata(path) {
            Ok(meta) => Ok(meta.len()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(0),
            Err(error) => Err(error.into()),
        })
        .await
    }

    /// Removes the file of this name, if there is one, and what was made of it.
    pub async fn remove(&self, name: &str) -> Result<()> {
        let path = self.path(name);
        blocking(move || Ok(remove_file(&cleaned(&path)).and(remove_file(&path))?)).await
    }

    /// Removes files that nobody has written to for longer than `age`, at `now` after the epoch; answers how many.
    pub async fn remove_older(&self, now: Duration, age: Duration) -> Result<u64> {
        let folder = self.0.clone();
        blocking(move || {
            let entries = match std::fs::read_dir(&folder) {
                Ok(entries) => entries,
                Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(0),
                Err(error) => return Err(error.into()),
            };
            let mut removed = 0;
            for entry in entries {
                let entry = entry?;
                // Somebody may have removed it meanwhile.
                let Ok(written) = entry.metadata().and_then(|meta| meta.modified()) else {
                    continue;
                };
                let written = written.duration_since(UNIX_EPOCH).unwrap_or_default();
                if written + age < now {
                    remove_file(&entry.path())?;
                    removed += 1;
                }
            }
            Ok(removed)
        })
        .await
    }
}

pub(crate) fn make_folder(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
}

fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).mode(0o600);
    options
}

fn remove_file(path: &Path) -> io::Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Where the cleaned version of a staged file is put together.
fn cleaned(path: &Path) -> PathBuf {
    path.with_extension("clean")
}

fn hash_all(file: &mut File) -> io::Result<(Context, u64)> {
    let mut context = Context::new(&SHA256);
    let mut length = 0;
    let mut piece = vec![0; PIECE];
    loop {
        match file.read(&mut piece) {
            Ok(0) => return Ok((context, length)),
            Ok(count) => {
                context.update(piece.get(..count).unwrap_or_default());
                length += count as u64;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

fn finished(context: Context) -> Result<Hash> {
    let digest = context.finish();
    digest.as_ref().try_into().map_err(|_| Error::Lost)
}

/// A file that grows, with the hash of what is there.
pub struct Staged {
    path: PathBuf,
    length: u64,
    buffer: Vec<u8>,
    /// On another thread while it works.
    writer: Option<Writer>,
}

struct Writer {
    file: File,
    context: Context,
    length: u64,
    synced: u64,
}

impl Writer {
    fn write(&mut self, piece: &[u8]) -> io::Result<()> {
        self.file.write_all_at(piece, self.length)?;
        self.context.update(piece);
        self.length += piece.len() as u64;
        if self.length - self.synced >= SYNC_EVERY {
            self.sync()?;
        }
        Ok(())
    }

    fn sync(&mut self) -> io::Result<()> {
        self.file.sync_data()?;
        self.synced = self.length;
        Ok(())
    }
}

impl Staged {
    fn new(path: PathBuf, file: File, context: Context, length: u64) -> Self {
        let writer = Writer {
            file,
            context,
            length,
            synced: length,
        };
        Self {
            path,
            length,
            buffer: Vec::new(),
            writer: Some(writer),
        }
    }

    /// How long it is, with what was pushed.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// Appends bytes; they are on disk after the next [`Staged::sync`].
    pub async fn push(&mut self, bytes: &[u8]) -> Result<()> {
        self.length += bytes.len() as u64;
        self.buffer.extend_from_slice(bytes);
        if self.buffer.len() >= PIECE {
            self.flush(false).await?;
        }
        Ok(())
    }

    /// Waits until all that was pushed is on disk.
    pub async fn sync(&mut self) -> Result<()> {
        self.flush(true).await
    }

    async fn flush(&mut self, sync: bool) -> Result<()> {
        let mut writer = self.writer.take().ok_or(Error::Lost)?;
        let piece = std::mem::take(&mut self.buffer);
        let (writer, mut piece, done) = blocking(move || {
            let mut done = writer.write(&piece);
            if sync && done.is_ok() {
                done = writer.sync();
            }
            Ok((writer, piece, done))
        })
        .await?;
        done?;
        piece.clear();
        self.buffer = piece;
        self.writer = Some(writer);
        Ok(())
    }

    /// Looks at a whole, synced file: what it is, and without what it shouldn't tell. The staged file stays, so that it
    /// can be looked at again should storing it fail.
    pub async fn examine(self) -> Result<Examined> {
        let writer = self.writer.ok_or(Error::Lost)?;
        let (path, length) = (self.path, self.length);
        blocking(move || examine(&path, writer, length)).await
    }
}

/// A file that is ready to be stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Examined {
    /// Where it is.
    pub path: PathBuf,
    /// Its content's hash.
    pub hash: Hash,
    /// Its size in bytes.
    pub size: u64,
    /// What it is.
    pub kind: &'static str,
    /// Width and height in pixels as it is to be shown, if it is an image that clients should show.
    pub extent: Option<(u32, u32)>,
}

fn examine(path: &Path, writer: Writer, length: u64) -> Result<Examined> {
    let mut head = vec![0; sniff::HEAD];
    let mut filled = 0;
    while let Some(space) = head.get_mut(filled..).filter(|space| !space.is_empty()) {
        match writer.file.read_at(space, filled as u64) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error.into()),
        }
    }
    head.truncate(filled);
    let kind = sniff::sniff(&head, filled as u64 == length);
    let plain = |kind, extent| -> Result<Examined> {
        Ok(Examined {
            path: path.to_owned(),
            hash: finished(writer.context.clone())?,
            size: length,
            kind,
            extent,
        })
    };
    let clean = match kind {
        "image/jpeg" => clean::jpeg,
        "image/png" => clean::png,
        "image/webp" => clean::webp,
        "image/gif" => clean::gif,
        _ if kind == "image/tiff" || sniff::is_boxes(kind) => {
            return match clean_in_place(path, &writer, kind)? {
                Some(hash) => Ok(Examined {
                    path: path.to_owned(),
                    hash,
                    size: length,
                    kind,
                    extent: sniff::extent(kind, &head),
                }),
                None => plain(sniff::BYTES, None),
            };
        }
        _ => return plain(kind, sniff::extent(kind, &head)),
    };
    let target = cleaned(path);
    let source = File::open(path)?;
    let output = private().truncate(true).open(&target)?;
    match clean(source, output) {
        Ok(extent) => {
            let mut file = File::open(&target)?;
            let (context, size) = hash_all(&mut file)?;
            file.sync_data()?;
            Ok(Examined {
                path: target,
                hash: finished(context)?,
                size,
                kind,
                extent: sniff::showable(extent),
            })
        }
        Err(clean::Broken::Disk(error)) => Err(error.into()),
        // What only begins like an image is bytes.
        Err(clean::Broken::Form) => {
            remove_file(&target)?;
            plain(sniff::BYTES, None)
        }
    }
}

/// Cleans a file in its place and answers its hash; none if it can't be read as what it claims to be. Doing it again
/// changes nothing, should storing it fail.
fn clean_in_place(path: &Path, writer: &Writer, kind: &str) -> Result<Option<Hash>> {
    let blank = match kind {
        "image/tiff" => clean::blank_tiff,
        _ => clean::blank_boxes,
    };
    match blank(&writer.file) {
        Ok(true) => {
            writer.file.sync_data()?;
            let (context, _) = hash_all(&mut File::open(path)?)?;
            finished(context).map(Some)
        }
        Ok(false) => finished(writer.context.clone()).map(Some),
        Err(clean::Broken::Disk(error)) => Err(error.into()),
        Err(clean::Broken::Form) => Ok(None),
    }
}

impl Examined {
    /// Stages bytes of our own making, of a type that is known.
    pub async fn of_bytes(
        staging: &Staging,
        name: &str,
        bytes: &[u8],
        kind: &'static str,
    ) -> Result<Self> {
        let mut staged = staging.create(name).await?;
        staged.push(bytes).await?;
        staged.sync().await?;
        let writer = staged.writer.ok_or(Error::Lost)?;
        Ok(Self {
            path: staged.path,
            hash: finished(writer.context)?,
            size: staged.length,
            kind,
            extent: None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sha256(bytes: &[u8]) -> Hash {
        let mut context = Context::new(&SHA256);
        context.update(bytes);
        finished(context).unwrap()
    }

    #[tokio::test]
    async fn a_file_that_was_left_goes_on_where_it_ended_with_the_same_hash() {
        let folder = tempfile::tempdir().unwrap();
        let staging = Staging::at(folder.path().join("staging"));
        let bytes: Vec<u8> = (0..700_000_u32).flat_map(u32::to_le_bytes).collect();
        let (first, second) = bytes.split_at(1_234_567);
        let mut staged = staging.create("a").await.unwrap();
        for piece in first.chunks(10_000) {
            staged.push(piece).await.unwrap();
        }
        staged.sync().await.unwrap();
        drop(staged);
        assert_eq!(staging.length("a").await.unwrap(), first.len() as u64);
        let mut staged = staging.resume("a").await.unwrap();
        assert_eq!(staged.length(), first.len() as u64);
        staged.push(second).await.unwrap();
        staged.sync().await.unwrap();
        let examined = staged.examine().await.unwrap();
        assert_eq!(examined.hash, sha256(&bytes));
        assert_eq!(examined.size, bytes.len() as u64);
        assert_eq!(examined.kind, sniff::BYTES);
        staging.remove("a").await.unwrap();
        assert_eq!(staging.length("a").await.unwrap(), 0);
    }

    #[tokio::test]
    async fn what_only_begins_like_an_image_is_bytes() {
        let folder = tempfile::tempdir().unwrap();
        let staging = Staging::at(folder.path());
        for head in [
            &b"\xff\xd8\xff\xe0"[..],
            b"\x89PNG\r\n\x1a\n",
            b"RIFF\x10\0\0\0WEBPVP8 ",
            b"GIF89a=1;",
        ] {
            let mut staged = staging.create("a").await.unwrap();
            staged.push(head).await.unwrap();
            staged.push(b"<script>alert(1)</script>").await.unwrap();
            staged.sync().await.unwrap();
            let examined = staged.examine().await.unwrap();
            assert_eq!((examined.kind, examined.extent), (sniff::BYTES, None));
        }
    }

    #[tokio::test]
    async fn a_film_is_stored_without_its_place_and_with_the_hash_of_what_is_left() {
        let folder = tempfile::tempdir().unwrap();
        let staging = Staging::at(folder.path());
        let film = |kind: &[u8; 4], place: &[u8; 8]| {
            let udta = [&b"\0\0\0\x10"[..], kind, place].concat();
            let moov = [&b"\0\0\0\x20moov\0\0\0\x18udta"[..], &udta].concat();
            [&b"\0\0\0\x18ftypisom\0\0\0\0isommp42"[..], &moov].concat()
        };
        let mut staged = staging.create("a").await.unwrap();
        staged.push(&film(b"\xa9xyz", b"+52+013/")).await.unwrap();
        staged.sync().await.unwrap();
        drop(staged);
        // Twice, as if storing it had failed.
        for _ in 0..2 {
            let staged = staging.resume("a").await.unwrap();
            let examined = staged.examine().await.unwrap();
            assert_eq!(examined.kind, "video/mp4");
            let clean = film(b"free", &[0; 8]);
            assert_eq!(std::fs::read(&examined.path).unwrap(), clean);
            assert_eq!(examined.hash, sha256(&clean));
        }
    }

    #[tokio::test]
    async fn only_what_is_old_is_removed() {
        let folder = tempfile::tempdir().unwrap();
        let staging = Staging::at(folder.path());
        staging.create("a").await.unwrap();
        let written = std::fs::metadata(folder.path().join("a")).unwrap();
        let written = written
            .modified()
            .unwrap()
            .duration_since(UNIX_EPOCH)
            .unwrap();
        let hour = Duration::from_secs(3600);
        assert_eq!(staging.remove_older(written + hour, hour).await.unwrap(), 0);
        assert_eq!(
            staging
                .remove_older(written + hour * 2, hour)
                .await
                .unwrap(),
            1
        );
    }
}
