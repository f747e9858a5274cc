//! Rooms, members, messages and read positions, as use cases over a real store, on both databases.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod administration;
mod files;
mod history;
mod members;
mod messages;
mod reads;
mod sync;
mod world;
