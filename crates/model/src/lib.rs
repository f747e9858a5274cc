//! The words of Parley as types: no input or output, no async.
//!
//! A text that a person typed becomes one of the newtypes in [`text`] by parsing, and only then gets anywhere; what
//! may be done is decided by the one table in [`permission`]; what happened is an [`event::Event`] in a stream.
//!
//! ```
//! use model::text::{Body, RoomName};
//!
//! let name = RoomName::parse("  launch ").unwrap();
//! assert_eq!(name.as_str(), "launch");
//! assert!(Body::parse("   ").is_err());
//! ```

pub mod administration;
pub mod code;
pub mod event;
pub mod file;
pub mod id;
pub mod message;
pub mod permission;
pub mod room;
pub mod stream;
pub mod text;
pub mod time;
pub mod token;
pub mod user;
