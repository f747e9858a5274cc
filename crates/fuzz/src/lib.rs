//! Everything that reads bytes of strangers, as functions of bytes that a fuzzer calls.
//!
//! A target panics when what it calls breaks a promise: it must neither panic itself, nor take more memory or give more
//! than its bounds say. `cargo xtask fuzz` runs them under libFuzzer; `tests/corpus.rs` replays what was found worth
//! keeping, and mutations of it, with every test run.
//!
//! # How to add a target
//! A function in a module here, a line in [`TARGETS`], and a few seeds in `corpus/<name>/`.

mod contents;
mod frames;
mod requests;
mod texts;

/// Something to fuzz.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// Its name, and that of its folder of seeds.
    pub name: &'static str,
    /// Takes any bytes and panics if a promise is broken.
    pub run: fn(&[u8]),
}

/// All targets.
pub const TARGETS: &[Target] = &[
    target_of("boxes", contents::boxes),
    target_of("contents", contents::contents),
    target_of("downloads", contents::downloads),
    target_of("frames", frames::frames),
    target_of("handshake", requests::handshake),
    target_of("headers", requests::headers),
    target_of("operations", requests::operations),
    target_of("texts", texts::texts),
    target_of("tiff", contents::tiff),
];

const fn target_of(name: &'static str, run: fn(&[u8])) -> Target {
    Target { name, run }
}

/// The target of this name.
pub fn target(name: &str) -> Option<Target> {
    TARGETS.iter().find(|target| target.name == name).copied()
}
