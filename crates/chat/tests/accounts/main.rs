//! Set-up, registering, signing in and what follows, as use cases over a real store, on both databases.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod admin;
mod jobs;
mod notices;
mod people;
mod recovery;
mod registering;
mod rising;
mod sessions;
mod world;
