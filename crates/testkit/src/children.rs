//! What a test starts and makes goes with it, even if it is killed.

use std::process::{Child, Command};
use std::sync::LazyLock;

use guard::{Farewell, Guard};
use tempfile::TempDir;

/// Of the whole process: it sees its end.
static GUARD: LazyLock<Guard> = LazyLock::new(|| Guard::new().expect("a shell"));

/// A process that a test started; ends when dropped.
#[derive(Debug)]
pub(crate) struct Process {
    pub(crate) child: Child,
}

impl Process {
    /// Starts it; `farewell` is what it gets if the test is killed.
    pub(crate) fn spawn(command: &mut Command, farewell: Farewell) -> Self {
        let child = GUARD
            .spawn(command, farewell)
            .unwrap_or_else(|error| panic!("{error:#}"));
        Self { child }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
        GUARD.ended(&self.child);
    }
}

/// A temporary folder; gone when dropped.
pub fn folder() -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    GUARD.folder(folder.path());
    folder
}
