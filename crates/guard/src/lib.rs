//! What we started ends with us, even if we are killed: a small shell waits on a pipe and cleans up when we are gone.
//!
//! One gap remains: the shell learns of a process right after its start, so one that started in the very moment in
//! which we were killed stays.

use std::io::{self, Write};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};

mod process;

pub use process::Process;
pub use rustix::process::Signal;

// Read until the pipe closes, which also happens when we are killed; then stop what is left, newest first.
const SCRIPT: &str = r#"
trap '' INT TERM HUP QUIT
entries= folders=
forget() {
  kept=
  for entry in $entries; do [ "${entry%:*}" = "$1" ] || kept="$kept $entry"; done
  entries=$kept
}
while read -r word rest || [ -n "$word" ]; do
  case $word in
    start) entries="${rest%% *}:${rest##* } $entries" ;;
    end) forget "$rest" ;;
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
    pipe: Pipe,
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
    pub fn new() -> io::Result<Guard> {
        let mut command = Command::new("sh");
        command
            .args(["-c", SCRIPT])
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let mut shell = start(&mut command)?;
        let pipe = Pipe(Arc::new(Mutex::new(shell.stdin.take())));
        Ok(Guard { shell, pipe })
    }

    /// Starts a process in a group of its own that doesn't outlive us; the farewell is for when we end before it.
    pub fn spawn(&self, command: &mut Command, farewell: Farewell) -> io::Result<Process> {
        let child = start(command)?;
        let signal = match farewell {
            Farewell::Terminate => "TERM",
            Farewell::Interrupt => "INT",
        };
        self.pipe.tell(&format!("start {} {signal}\n", child.id()));
        Ok(Process::new(child, self.pipe.clone()))
    }

    /// The folder goes when we go.
    pub fn folder(&self, path: &Path) {
        self.pipe.tell(&format!("folder {}\n", path.display()));
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.pipe.close();
        self.shell.wait().ok();
    }
}

/// The way to the shell.
#[derive(Clone, Debug)]
struct Pipe(Arc<Mutex<Option<ChildStdin>>>);

impl Pipe {
    /// A whole line in one write: half of one would be lost should we be killed.
    fn tell(&self, line: &str) {
        let mut pipe = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(pipe) = pipe.as_mut() {
            pipe.write_all(line.as_bytes()).ok();
        }
    }

    fn close(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
    }
}

/// Starts a program at the head of a group of its own.
fn start(command: &mut Command) -> io::Result<Child> {
    command.process_group(0).spawn().map_err(|error| {
        let program = command.get_program().to_string_lossy();
        io::Error::new(
            error.kind(),
            format!("{program} cannot be started: {error}"),
        )
    })
}

#[cfg(test)]
mod tests {
    use std::io::Read;
    use std::process::ChildStdout;

    use super::*;

    /// Starts a program that leaves another running beside it; the pipe ends only when both have ended.
    fn start_two(guard: &Guard, script: &str) -> (Process, ChildStdout) {
        let mut command = Command::new("sh");
        command.args(["-c", script]).stdout(Stdio::piped());
        let mut process = guard.spawn(&mut command, Farewell::Terminate).unwrap();
        let pipe = process.stdout().unwrap();
        (process, pipe)
    }

    #[test]
    fn what_was_started_ends_with_the_guard_and_so_do_its_children() {
        let guard = Guard::new().unwrap();
        let (mut process, mut pipe) = start_two(&guard, "sleep 600 & wait");
        let reaped = std::thread::spawn(move || process.wait().unwrap());
        drop(guard);
        assert!(!reaped.join().unwrap().success());
        let mut left = String::new();
        pipe.read_to_string(&mut left).unwrap();
        assert_eq!(left, "");
    }

    #[test]
    fn what_a_process_left_running_ends_when_it_is_seen_to_have_ended() {
        let guard = Guard::new().unwrap();
        for wait in [
            |process: &mut Process| process.wait().unwrap(),
            |process: &mut Process| loop {
                if let Some(status) = process.try_wait().unwrap() {
                    return status;
                }
            },
        ] {
            let (mut process, mut pipe) = start_two(&guard, "sleep 600 & exit 3");
            assert_eq!(wait(&mut process).code(), Some(3));
            pipe.read_to_string(&mut String::new()).unwrap();
            // It is gone: the same answer again, and nobody gets a signal.
            assert_eq!(process.wait().unwrap().code(), Some(3));
            process.signal(Signal::TERM).unwrap_err();
        }
    }

    #[test]
    fn a_process_ends_when_dropped() {
        let guard = Guard::new().unwrap();
        let (process, mut pipe) = start_two(&guard, "trap '' TERM; sleep 600 & wait");
        drop(process);
        pipe.read_to_string(&mut String::new()).unwrap();
    }

    #[test]
    fn a_temporary_folder_goes_with_the_guard_even_if_its_line_has_no_end() {
        for end in ["\n", ""] {
            let folder = std::env::temp_dir().join(format!("parley guard {}", std::process::id()));
            std::fs::create_dir(&folder).unwrap();
            std::fs::write(folder.join("file"), "x").unwrap();
            let guard = Guard::new().unwrap();
            guard
                .pipe
                .tell(&format!("folder {}{end}", folder.display()));
            drop(guard);
            assert!(!folder.exists());
        }
    }
}
