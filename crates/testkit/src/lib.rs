//! Tools of the tests: a server under test, people, databases, a proxy that breaks connections, a gateway client.
//!
//! Everything here is for tests and fails loudly: a part that can't be had is a failed test, never a skipped one.
//!
//! ```ignore
//! let app = App::start(env!("CARGO_BIN_EXE_parley"), db).await;
//! let (ana, bo) = (app.setup().await, app.person("bo").await);
//! let room = ana.private("plans", &[&bo]).await;
//! let gateway = bo.live().await;
//! let sent = ana.say(&room, "hello").await;
//! let heard = gateway.event("message.created").await;
//! assert_eq!(heard["d"], sent);
//! ```

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "a test tool fails by panicking, says why, and reads what the test run set"
)]

pub mod app;
pub mod checker;
pub mod children;
pub mod client;
mod cluster;
pub mod contract;
pub mod db;
pub mod gateway;
pub mod ports;
pub mod preload;
pub mod proxy;
pub mod s3;
pub mod smtp;
pub mod wait;

pub use app::{App, Setup};
pub use client::{Answer, Person, Request};
pub use db::Database;
pub use gateway::Gateway;
pub use proxy::Proxy;
pub use s3::S3;
