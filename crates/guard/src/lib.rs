//! Nothing outlives us: a small shell waits on a pipe and cleans up when we end, however we end.

use std::io::Write;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{Mutex, PoisonError};

use anyhow::{Context, Result};

// Read until the pipe closes, which also happens when we are killed; then stop what is left, newest first.
const SCRIPT: &str = r#"
trap '' INT TERM HUP QUIT
entries= folders=
forget() {
  kept=
  for entry in $entries; do [ "${entry%:*}" = "$1" ] || kept="$kept $entry"; done
  entries=$kept
}
while read -r word rest; do
  case $word in
    start) entries="${rest%% *}:${rest##* } $entries" ;;
    end) kill -s KILL -- "-$rest" 2>/dev/null; forget "$rest" ;;
    folder) folders="$folders$rest
" ;;
  esac
done
for entry in $entries; do
  group=${entry%:*}
  kill -s "${entry#*:}" -- "-$group" 2>/dev/null || continue
  tries=0
  while [ $tries -lt 100 ] && kill -s 0 -- "-$group" 2>/dev/null; do sleep 0.05; tries=$((tries + 1)); done
  kill -s KILL -- "-$group" 2>/dev/null
done
printf %s "$folders" | while read -r folder; do rm -rf -- "$folder"; done
"#;

/// The clean-up after us, for process groups and temporary folders.
#[derive(Debug)]
pub struct Guard {
    shell: Child,
    pipe: Mutex<Option<ChildStdin>>,
}

/// The signal that ends a process politely.
#[derive(Clone, Copy, Debug)]
pub enum Farewell {
    /// What a server ends in order at.
    Terminate,
    /// PostgreSQL's fast shutdown.
    Interrupt,
}

impl Guard {
    /// Starts the shell.
    pub fn new() -> Result<Guard> {
        let mut shell = Command::new("sh")
            .args(["-c", SCRIPT])
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .context("sh cannot be started")?;
        let pipe = shell.stdin.take().context("sh has no standard input")?;
        Ok(Guard {
            shell,
            pipe: Mutex::new(Some(pipe)),
        })
    }

    /// Starts a process in a group of its own that doesn't outlive us.
    pub fn spawn(&self, command: &mut Command, farewell: Farewell) -> Result<Child> {
        let child = command.process_group(0).spawn().with_context(|| {
            format!(
                "{} cannot be started",
                command.get_program().to_string_lossy()
            )
        })?;
        let signal = match farewell {
            Farewell::Terminate => "TERM",
            Farewell::Interrupt => "INT",
        };
        self.tell(&format!("start {} {signal}", child.id()));
        Ok(child)
    }

    /// The process has ended: whatever it left running in its group ends too.
    pub fn ended(&self, child: &Child) {
        self.tell(&format!("end {}", child.id()));
    }

    /// The folder goes when we go.
    pub fn folder(&self, path: &Path) {
        self.tell(&format!("folder {}", path.display()));
    }

    fn tell(&self, line: &str) {
        let mut pipe = self.pipe.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(pipe) = pipe.as_mut() {
            writeln!(pipe, "{line}").ok();
        }
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        let pipe = self.pipe.get_mut().unwrap_or_else(PoisonError::into_inner);
        drop(pipe.take());
        self.shell.wait().ok();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_started_ends_with_the_guard_and_so_do_its_children() {
        let guard = Guard::new().unwrap();
        let mut command = Command::new("sh");
        command
            .args(["-c", "sleep 600 & wait"])
            .stdout(Stdio::piped());
        let mut child = guard.spawn(&mut command, Farewell::Terminate).unwrap();
        let mut pipe = child.stdout.take().unwrap();
        let reaped = std::thread::spawn(move || child.wait().unwrap());
        drop(guard);
        assert!(!reaped.join().unwrap().success());
        // The pipe ends only when the last process that holds it has ended.
        let mut left = String::new();
        std::io::Read::read_to_string(&mut pipe, &mut left).unwrap();
        assert_eq!(left, "");
    }

    #[test]
    fn a_temporary_folder_goes_with_the_guard() {
        let folder = std::env::temp_dir().join(format!("parley guard {}", std::process::id()));
        std::fs::create_dir(&folder).unwrap();
        std::fs::write(folder.join("file"), "x").unwrap();
        let guard = Guard::new().unwrap();
        guard.folder(&folder);
        drop(guard);
        assert!(!folder.exists());
    }
}
