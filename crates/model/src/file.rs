//! Files: what people attach to messages, and pictures of themselves.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::id::{FileId, MessageId, RoomId, UploadId, UserId};
use crate::time::{Timestamp, Ts};

/// Characters of the longest name.
pub const NAME_CHARS: usize = 255;

/// What a file is called whose name says nothing.
const NAMELESS: &str = "file";

/// A file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct File {
    /// The id.
    pub id: FileId,
    /// Its name: one line without slashes, at most 255 characters.
    #[schema(example = "plans.pdf")]
    pub name: String,
    /// Its media type, as its content says.
    #[serde(rename = "type")]
    #[schema(example = "application/pdf")]
    pub kind: String,
    /// Its size in bytes.
    pub size: i64,
    /// Its width in pixels as it is to be shown, if it is an image.
    #[schema(required)]
    pub width: Option<i64>,
    /// Its height in pixels as it is to be shown, if it is an image.
    #[schema(required)]
    pub height: Option<i64>,
    /// What to show until the image is there: a ThumbHash in base64; none until it is made.
    #[schema(required)]
    pub placeholder: Option<String>,
    /// Whether there is a thumbnail.
    pub thumbnail: bool,
    /// When it was uploaded.
    pub created_at: Timestamp,
}

/// A file that is uploaded in pieces.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Upload {
    /// The id.
    pub id: UploadId,
    /// The name that the file will have.
    pub name: String,
    /// How many bytes it has.
    pub size: i64,
    /// How many of them are here.
    pub offset: i64,
    /// When it ends by itself.
    pub expires_at: Timestamp,
    /// The file, once all of it is here.
    #[schema(required)]
    pub file: Option<File>,
}

/// A file that a message of a room carries.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RoomFile {
    /// The file.
    pub file: File,
    /// The message.
    pub message: MessageId,
    /// Its room.
    pub room: RoomId,
    /// The message's place in the room.
    pub ts: Ts,
    /// Who posted it.
    pub author: UserId,
    /// When it was posted.
    pub created_at: Timestamp,
}

/// A file's name as it may be shown and saved: the last part of a path, without anything that hides, breaks lines or
/// turns the direction of writing; of a long one the beginning and the ending.
pub fn clean_name(given: &str) -> String {
    let last = given.rsplit(['/', '\\']).next().unwrap_or_default();
    let shown: String = last
        .chars()
        .filter(|c| !is_unfit(*c))
        .collect::<String>()
        .trim()
        .trim_start_matches('.')
        .to_owned();
    let count = shown.chars().count();
    if shown.is_empty() {
        return NAMELESS.to_owned();
    }
    if count <= NAME_CHARS {
        return shown;
    }
    let ending: String = match shown.rsplit_once('.') {
        Some((_, ending)) if ending.chars().count() <= 16 => format!(".{ending}"),
        _ => String::new(),
    };
    let keep = NAME_CHARS - ending.chars().count();
    shown.chars().take(keep).chain(ending.chars()).collect()
}

/// Controls, separators of lines, and marks of direction.
fn is_unfit(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_lose_paths_and_tricks() {
        for (given, name) in [
            ("plans.pdf", "plans.pdf"),
            ("../../etc/passwd", "passwd"),
            ("C:\\Users\\ana\\a.txt", "a.txt"),
            ("photo\u{202e}gpj.exe", "photogpj.exe"),
            ("a\r\nSet-Cookie: b", "aSet-Cookie: b"),
            (" ... ", "file"),
            ("", "file"),
            (".bashrc", "bashrc"),
            ("né 🌷.png", "né 🌷.png"),
        ] {
            assert_eq!(clean_name(given), name, "{given:?}");
        }
    }

    #[test]
    fn a_long_name_keeps_its_ending() {
        let name = clean_name(&format!("{}.tar", "ñ".repeat(400)));
        assert_eq!(name.chars().count(), NAME_CHARS);
        assert!(name.ends_with("ñ.tar"));
    }

    proptest! {
        #[test]
        fn a_clean_name_is_short_and_has_no_slash(given in "\\PC{0,400}|.{0,300}") {
            let name = clean_name(&given);
            prop_assert!(!name.is_empty());
            prop_assert!(name.chars().count() <= NAME_CHARS);
            prop_assert!(!name.contains(['/', '\\', '\n', '\r', '\0']));
        }
    }
}
