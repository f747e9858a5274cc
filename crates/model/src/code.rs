//! The stable error codes: clients decide by these, never by a text.

use serde::{Deserialize, Serialize};

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident $status:literal $text:tt $title:literal;)*) => {
        /// A stable error code of the API, with its HTTP status and a title for people.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
        pub enum Code {$(
            $(#[$doc])*
            #[serde(rename = $text)]
            $name,
        )*}

        impl Code {
            /// The code as it stands in a problem document.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }

            /// The HTTP status that goes with it.
            pub const fn status(self) -> u16 {
                match self { $(Self::$name => $status,)* }
            }

            /// A short, fixed text for people.
            pub const fn title(self) -> &'static str {
                match self { $(Self::$name => $title,)* }
            }
        }
    };
}

codes! {
    /// Not a JSON object, a field missing or of the wrong type, a parameter that doesn't parse.
    Malformed 400 "malformed" "The request is malformed";
    /// Nobody is signed in.
    Unauthenticated 401 "unauthenticated" "Sign in first";
    /// Sign-in failed; says nothing more.
    BadCredentials 401 "bad_credentials" "That name and password don't go together";
    /// The password is right, and the account is closed.
    Deactivated 403 "deactivated" "This account is deactivated";
    /// Seen, but not allowed.
    Forbidden 403 "forbidden" "You may not do this";
    /// A token that lacks a scope; the detail names it.
    ScopeMissing 403 "scope_missing" "The token may not do this";
    /// What only a signed-in device may do, not a token.
    SessionNeeded 403 "session_needed" "Only a signed-in device may do this";
    /// What asks for one's password, and can't be asked for here.
    PasswordNeeded 403 "password_needed" "This is changed in your own preferences, with your password";
    /// A write by cookie that did not come from our own pages.
    CrossOrigin 403 "cross_origin" "The request came from another site";
    /// The set-up, reset or invitation token is wrong, used or too old.
    BadToken 403 "bad_token" "The link is wrong, was used, or is too old";
    /// Nobody may register here by themselves.
    RegistrationClosed 403 "registration_closed" "Registration is closed";
    /// Registering needs an invitation.
    InvitationNeeded 403 "invitation_needed" "Registering needs an invitation";
    /// What the environment sets, and the API can't change.
    SetByEnvironment 409 "set_by_environment" "The server's own settings say this";
    /// The mail server didn't take a mail; the detail says why.
    MailFailed 422 "mail_failed" "The mail was not sent";
    /// The workspace is set up already.
    AlreadySetUp 409 "already_set_up" "The workspace is set up already";
    /// Not there, or not for the caller to see.
    NotFound 404 "not_found" "Not found";
    /// The path knows other methods only.
    MethodNotAllowed 405 "method_not_allowed" "The method is not allowed here";
    /// The room is archived: nothing can be written.
    RoomArchived 403 "room_archived" "The room is archived";
    /// An operation that can't be done to a direct room.
    DirectRoom 403 "direct_room" "Direct rooms can't do this";
    /// The last owner can't leave or step down.
    LastOwner 403 "last_owner" "The last owner can't do this";
    /// Well-formed, but not allowed: see the fields.
    Invalid 422 "invalid" "Something in the request is not allowed";
    /// A field that is empty, but must not be.
    Empty 422 "empty" "This must not be empty";
    /// A field that is too short.
    TooShort 422 "too_short" "This is too short";
    /// A field that is too long.
    TooLong 422 "too_long" "This is too long";
    /// A character that is not allowed in this field.
    BadCharacter 422 "bad_character" "A character is not allowed here";
    /// Something else is wrong with the field's form.
    BadFormat 422 "bad_format" "The form is not right";
    /// The password is among the commonest ones, or contains the user's name.
    WeakPassword 422 "weak_password" "The password is too easy to guess";
    /// The user name belongs to somebody.
    UsernameTaken 422 "username_taken" "The user name is taken";
    /// The e-mail address belongs to somebody.
    EmailTaken 422 "email_taken" "The e-mail address is taken";
    /// The e-mail's domain is not one that may register.
    EmailDomain 422 "email_domain" "This e-mail domain may not register";
    /// A thing named in the body that the caller can't see or use.
    Unusable 422 "unusable" "A thing that is named can't be used";
    /// The body is larger than allowed.
    BodyTooLarge 413 "body_too_large" "The request is too large";
    /// The file is larger than the workspace allows, or than was announced.
    FileTooLarge 413 "file_too_large" "The file is too large";
    /// There is no room for the file within the quota of its owner or of the workspace.
    QuotaExceeded 413 "quota_exceeded" "There is no room for more files";
    /// The workspace doesn't take files of this type.
    FileType 422 "file_type" "Files of this type are not allowed here";
    /// The file is not a picture that can be shown everywhere.
    NotAnImage 422 "not_an_image" "This is not an image";
    /// A piece of a file doesn't begin where the piece before it ended.
    OffsetMismatch 409 "offset_mismatch" "The upload stands elsewhere";
    /// The range lies outside of the file, or is none.
    RangeNotSatisfiable 416 "range_not_satisfiable" "The file has no such range";
    /// The body is not JSON.
    UnsupportedMediaType 415 "unsupported_media_type" "The body must be JSON";
    /// Too many tries; `Retry-After` says when again.
    RateLimited 429 "rate_limited" "Too many tries";
    /// More operations in flight than a connection may have, or more connections or rooms than a user may have.
    TooMany 429 "too_many" "Too many at once";
    /// The gateway is a WebSocket (RFC 6455, version 13).
    UpgradeRequired 426 "upgrade_required" "A WebSocket handshake is needed";
    /// An operation that the gateway doesn't know.
    UnknownOp 400 "unknown_op" "The operation is unknown";
    /// A fault of ours; the log knows it by the request's id.
    Internal 500 "internal" "Something went wrong on our side";
    /// The server can't take the request now.
    Unavailable 503 "unavailable" "Not available right now";
    /// The connection to the database broke while committing: try again with the same `client_id`.
    UnknownOutcome 503 "unknown_outcome" "It is not known whether this was done";
    /// The request took too long.
    Timeout 503 "timeout" "The request took too long";
}

/// Why an input is not allowed.
#[derive(
    Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize, utoipa::ToSchema,
)]
#[error("{field}: {detail}")]
pub struct FieldError {
    /// The field, as it stands in the request.
    pub field: String,
    /// What is wrong with it.
    pub code: Code,
    /// The same in words.
    pub detail: String,
}

impl FieldError {
    /// What is wrong with `field`.
    pub fn new(field: impl Into<String>, code: Code, detail: impl Into<String>) -> Self {
        Self {
            field: field.into(),
            code,
            detail: detail.into(),
        }
    }
}
