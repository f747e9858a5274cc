//! What a peer still gets of a connection that ends.

use futures_util::FutureExt;

use super::*;
use crate::socket::writer::CLOSING;

const GOODBYE: (CloseCode, &str) = (CloseCode::REVOKED, "over");

fn frames() -> Vec<Frame> {
    let words = |i: usize| Frame::text(format!("frame {i} {}", "words ".repeat(i)));
    (0..5).map(words).collect()
}

fn bytes<'a>(frames: impl IntoIterator<Item = &'a Frame>) -> Vec<u8> {
    frames
        .into_iter()
        .flat_map(|frame| frame.bytes(false).to_vec())
        .collect()
}

/// A writer that has written a part of the first of all frames, and the socket's other end.
fn begun() -> (
    Writer<tokio::io::DuplexStream>,
    tokio::io::DuplexStream,
    Vec<Frame>,
) {
    let (ours, theirs) = tokio::io::duplex(4);
    let (mut writer, frames) = (Writer::new(ours, Negotiated::default()), frames());
    writer.extend(frames.iter().cloned());
    assert!(writer.flush().now_or_never().is_none());
    (writer, theirs, frames)
}

async fn everything(mut theirs: tokio::io::DuplexStream) -> Vec<u8> {
    let mut heard = Vec::new();
    theirs.read_to_end(&mut heard).await.unwrap();
    heard
}

#[tokio::test]
async fn who_is_let_finish_hears_all_that_is_queued_in_order_and_then_the_close() {
    let (writer, theirs, mut frames) = begun();
    let ((), heard) = tokio::join!(writer.finish(GOODBYE.0, GOODBYE.1), everything(theirs));
    frames.push(Frame::close(GOODBYE.0, GOODBYE.1));
    assert_eq!(heard, bytes(&frames));
}

#[tokio::test]
async fn who_is_closed_hears_the_rest_of_the_frame_that_was_begun_and_then_the_close() {
    let (writer, theirs, frames) = begun();
    let ((), heard) = tokio::join!(writer.close(GOODBYE.0, GOODBYE.1), everything(theirs));
    let goodbye = Frame::close(GOODBYE.0, GOODBYE.1);
    assert_eq!(heard, bytes([&frames[0], &goodbye]));
}

#[tokio::test(start_paused = true)]
async fn a_peer_that_never_reads_holds_up_no_end() {
    let start = tokio::time::Instant::now();
    let (writer, _theirs, _) = begun();
    writer.finish(GOODBYE.0, GOODBYE.1).await;
    assert_eq!(start.elapsed().as_secs(), CLOSING.as_secs());
}
