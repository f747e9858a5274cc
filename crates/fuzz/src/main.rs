//! libFuzzer on the target that `PARLEY_FUZZ_TARGET` names; its command line is libFuzzer's.

#![no_main]

use std::sync::LazyLock;

#[expect(
    clippy::disallowed_methods,
    clippy::expect_used,
    reason = "libFuzzer owns the command line; a fuzzer without a target can only end"
)]
static TARGET: LazyLock<fuzz::Target> = LazyLock::new(|| {
    let name = std::env::var("PARLEY_FUZZ_TARGET").unwrap_or_default();
    fuzz::target(&name).expect("PARLEY_FUZZ_TARGET names no target")
});

libfuzzer_sys::fuzz_target!(|data: &[u8]| (TARGET.run)(data));
