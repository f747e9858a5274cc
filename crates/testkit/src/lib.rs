//! Tools of the tests: a server under test, people, databases, a proxy that breaks connections, a gateway client.
//!
//! Everything here is for tests and fails loudly: a part that can't be had is a failed test, never a skipped one.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test tool fails by panicking"
)]

pub mod db;

pub use db::Database;
