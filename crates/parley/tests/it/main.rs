//! The whole server, over real sockets, on both databases.
//!
//! One module a resource or a rule of the protocol. Every answer and every frame is compared with the served OpenAPI
//! document by the test kit.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod accounts;
mod acme;
mod admin;
mod attacks;
mod catch_up;
mod durability;
mod edge;
mod endings;
mod files;
mod gateway_deflate;
mod gateway_life;
mod gateway_ops;
mod gateway_sync;
mod invitations;
mod messages;
mod permissions;
mod reads;
mod rooms;
mod security;
mod silence;
mod slow_reader;
mod support;
mod tls;
mod tls_support;
mod tokens;
