//! Set-up, registering, signing in and what follows, as use cases over a real store, on both databases.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod admin;
mod jobs;
mod people;
mod recovery;
mod registering;
mod sessions;
mod world;
