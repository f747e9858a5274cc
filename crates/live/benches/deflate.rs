//! What deflating our own events brings, and what it costs: the sizes, and the time for one frame that all receivers
//! share.

#![allow(clippy::print_stdout, reason = "a bench says what it measured")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use live::Frame;

/// How often each frame is made.
const ROUNDS: u32 = 20_000;

/// A message with a body of `words` words.
fn message(words: usize) -> String {
    let vocabulary = [
        "shall", "we", "move", "the", "review", "to", "Thursday", "because", "Bo", "is", "away",
        "until", "then", "and", "nobody", "else", "has", "seen", "that", "part", "of", "it",
    ];
    let body: Vec<_> = (0..words)
        .map(|i| vocabulary[(i * 7 + i / 5) % vocabulary.len()])
        .collect();
    format!(
        r#"{{"t":"message.created","s":"room:01936f1e-7c3a-7cc2-9d1b-3b6f0e6a1c55","n":4211,"d":{{"id":"01936f20-11aa-7d07-8a41-5f0c52c3b9aa","room":"01936f1e-7c3a-7cc2-9d1b-3b6f0e6a1c55","ts":1795402920123456,"author":"01936f1e-0b1c-7f3e-b0a9-9a1d7c6e2f10","body":"{}","thread":null}}}}"#,
        body.join(" ")
    )
}

fn each(made: impl Fn() -> Frame) -> Duration {
    let began = Instant::now();
    for _ in 0..ROUNDS {
        black_box(made());
    }
    began.elapsed() / ROUNDS
}

fn main() {
    println!("words  plain  deflated  encoding  deflating");
    for words in [0, 2, 5, 10, 20, 60, 300] {
        let json = message(words);
        let frame = Frame::text(&json).with_deflated();
        let plain = each(|| Frame::text(&json));
        let both = each(|| Frame::text(&json).with_deflated());
        println!(
            "{words:>5}  {:>5}  {:>8}  {plain:>8.1?}  {:>9.1?}",
            frame.size(),
            frame.bytes(true).len(),
            both.saturating_sub(plain),
        );
    }
}
