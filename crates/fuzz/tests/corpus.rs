//! Replays what was worth keeping, and mutations of it: the short run that every change gets.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::path::Path;
use std::time::{Duration, Instant};

use fuzz::TARGETS;

/// Mutations of each seed; the seed of the dice is fixed, so that a failure comes again.
const MUTATIONS: usize = 200;

/// How long one input may take; a debug build on a busy machine is slow.
const PATIENCE: Duration = Duration::from_secs(5);

/// What the whole replay may add to what the process holds.
const MEMORY_KB: u64 = 200 * 1024;

/// Numbers that look random and are the same every time (Steele and Vigna's SplitMix64).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % sides.max(1) as u64).unwrap()
    }

    fn byte(&mut self) -> u8 {
        u8::try_from(self.roll(256)).unwrap()
    }
}

/// Another input made from one that is there.
fn mutate(seed: &[u8], dice: &mut Dice) -> Vec<u8> {
    let mut bytes = seed.to_vec();
    for _ in 0..=dice.roll(4) {
        let at = dice.roll(bytes.len() + 1);
        match dice.roll(6) {
            0 => bytes.insert(at, dice.byte()),
            1 if at < bytes.len() => drop(bytes.remove(at)),
            2 if at < bytes.len() => bytes[at] = dice.byte(),
            3 if at < bytes.len() => bytes[at] ^= 1 << dice.roll(8),
            4 => bytes.truncate(at),
            _ => {
                let end = (at + dice.roll(64)).min(bytes.len());
                let piece = bytes[at.min(end)..end].to_vec();
                let to = dice.roll(bytes.len() + 1);
                bytes.splice(to..to, piece);
            }
        }
    }
    bytes
}

/// What the process holds of the machine's memory, in kilobytes.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmHWM:"))
        .unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

#[test]
fn what_was_kept_and_mutations_of_it_break_no_promise() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    let before = resident();
    for target in TARGETS {
        let files = std::fs::read_dir(folder.join(target.name));
        let files = files.unwrap_or_else(|error| panic!("no seeds for {}: {error}", target.name));
        let mut paths: Vec<_> = files.map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        assert!(!paths.is_empty(), "no seeds for {}", target.name);
        for path in paths {
            let seed = std::fs::read(&path).unwrap();
            let mut dice = Dice(seed.len() as u64);
            (target.run)(&seed);
            for _ in 0..MUTATIONS {
                let input = mutate(&seed, &mut dice);
                let began = Instant::now();
                // The input is what one needs to see when this fails.
                let run = std::panic::catch_unwind(|| (target.run)(&input));
                let slow = began.elapsed() > PATIENCE;
                assert!(run.is_ok() && !slow, "{} fails on {input:?}", target.name);
            }
        }
    }
    let grown = resident().saturating_sub(before);
    assert!(grown < MEMORY_KB, "{grown} kB more than before");
}
