//! What strangers send to the edge: requests that mean two things, that are too large, too deep or too slow, that claim
//! to come from elsewhere, and that want to be remembered by a cache. Each must fail.

mod claims;
mod pages;
mod shapes;
mod slow;

use testkit::{App, Database};
use tokio::net::TcpStream;

use crate::support::setup;
use crate::tls_support::exchange;

/// A server as it comes; what happens at the edge is the same on either database.
async fn server() -> App {
    setup(Database::sqlite()).start().await
}

/// What is answered to these bytes, until the connection ends.
async fn raw(app: &App, request: &str) -> String {
    let stream = TcpStream::connect(app.address()).await.unwrap();
    exchange(stream, request).await
}

/// The statuses of the answers in what a connection brought.
fn statuses(answers: &str) -> Vec<u16> {
    let heads = answers.match_indices("HTTP/1.1 ");
    heads
        .map(|(at, _)| answers[at + 9..at + 12].parse().unwrap())
        .collect()
}
