//! The binary as people meet it, started for real.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests fail the test"
)]

mod admin;
mod binary;
mod first_start;
mod support;
