//! What people type, and the names by which things are asked for.

use model::stream::StreamId;
use model::text::{
    Body, ClientId, DisplayName, Email, Password, RoomName, Topic, Username, WorkspaceName,
};
use model::time::Timestamp;

/// Every text that is parsed: what it parses to parses to itself.
pub(crate) fn texts(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    macro_rules! stays {
        ($($name:ident)*) => {$(
            if let Ok(parsed) = $name::parse(text) {
                assert_eq!($name::parse(parsed.as_str()).as_ref(), Ok(&parsed));
                assert!(!parsed.as_str().contains('\0'));
            }
        )*};
    }
    stays!(Body ClientId DisplayName Email RoomName Topic Username WorkspaceName);
    if let Ok(password) = Password::parse(text) {
        assert_eq!(password.expose(), text, "a password is kept as typed");
    }
    if let Ok(stream) = text.parse::<StreamId>() {
        assert_eq!(stream.to_string().parse(), Ok(stream));
    }
    if let Some(time) = Timestamp::parse(text) {
        assert_eq!(Timestamp::parse(&time.to_string()), Some(time));
    }
}
