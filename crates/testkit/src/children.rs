//! What an integration test leaves running beside it, and the folders it makes, go with it, even if it is killed.

use std::process::Command;
use std::sync::LazyLock;

use guard::Guard;
pub use guard::{Farewell, Process, Signal};
use tempfile::TempDir;

/// Of the whole process: it sees its end.
static GUARD: LazyLock<Guard> = LazyLock::new(|| Guard::new().expect("a shell"));

/// Starts a process that ends when dropped; `farewell` is what it gets if the test is killed.
pub fn spawn(command: &mut Command, farewell: Farewell) -> Process {
    GUARD
        .spawn(command, farewell)
        .unwrap_or_else(|error| panic!("{error}: run the tests with `cargo xtask test rust`"))
}

/// A temporary folder; gone when dropped.
pub fn folder() -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    GUARD.folder(folder.path());
    folder
}
