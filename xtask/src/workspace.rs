//! The checkout, its target folder, and how a command is run in it.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, SyncSender, sync_channel};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use guard::{Farewell, Guard};

use crate::term;

/// How much of a failed command's output is shown; all of it is in its log.
const SHOWN_LINES: usize = 160;

/// The checkout that commands work on.
pub(crate) struct Workspace {
    pub(crate) root: PathBuf,
    pub(crate) target: PathBuf,
    pub(crate) guard: Arc<Guard>,
}

/// How a command ended.
pub(crate) struct Outcome {
    pub(crate) status: ExitStatus,
    /// The last lines of its output, as plain text.
    pub(crate) tail: VecDeque<String>,
}

/// How much a step says.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Voice {
    /// A line when it starts or lives, one when it ends, the output when it fails.
    Normal,
    /// Its end is the caller's to judge and to tell.
    Quiet,
}

impl Workspace {
    pub(crate) fn open() -> Result<Workspace> {
        let manifest = std::env::var_os("CARGO_MANIFEST_DIR")
            .context("start this through `cargo xtask`, which knows where the checkout is")?;
        let root = Path::new(&manifest)
            .parent()
            .context("xtask is not inside a checkout")?
            .to_owned();
        let target = target_folder(&root)?;
        Workspace::at(root, target, Arc::new(Guard::new()?))
    }

    /// A tree elsewhere, with a target folder of its own.
    pub(crate) fn at(root: PathBuf, target: PathBuf, guard: Arc<Guard>) -> Result<Workspace> {
        std::fs::create_dir_all(&root)?;
        std::fs::create_dir_all(target.join("xtask/logs"))
            .with_context(|| format!("the target folder {} cannot be written", target.display()))?;
        Ok(Workspace {
            root,
            target,
            guard,
        })
    }

    /// A cargo command in the checkout.
    pub(crate) fn cargo<const N: usize>(&self, args: [&str; N]) -> Command {
        let mut command = Command::new(std::env::var_os("CARGO").unwrap_or("cargo".into()));
        command.args(args).current_dir(&self.root);
        // Whoever runs a test or a build script by hand doesn't have these either.
        command
            .env_remove("CARGO_MANIFEST_DIR")
            .env_remove("CARGO_MANIFEST_PATH")
            .env("CARGO_TARGET_DIR", &self.target);
        command
    }

    /// Where our own small notes are kept.
    pub(crate) fn note(&self, name: &str) -> PathBuf {
        self.target.join("xtask").join(name)
    }

    /// A path as people like to read it: from the checkout's root when it is inside.
    pub(crate) fn shown(&self, path: &Path) -> String {
        path.strip_prefix(&self.root)
            .unwrap_or(path)
            .display()
            .to_string()
    }

    /// Runs a command to its end, shows that it goes on, and fails with its output if it fails.
    pub(crate) fn must(&self, label: &str, command: &mut Command) -> Result<Outcome> {
        let outcome = self.step(label, command, Voice::Normal)?;
        if !outcome.status.success() {
            bail!("{label} failed");
        }
        Ok(outcome)
    }

    /// Runs a command to its end and shows that it goes on; its output goes to a log.
    pub(crate) fn step(&self, label: &str, command: &mut Command, voice: Voice) -> Result<Outcome> {
        let file: String = label
            .chars()
            .map(|c| if c.is_alphanumeric() { c } else { '-' })
            .collect();
        let path = self.note("logs").join(format!("{file}.log"));
        let mut log =
            File::create(&path).with_context(|| format!("cannot write {}", path.display()))?;
        if term::interactive() {
            command.envs([
                ("CARGO_TERM_PROGRESS_WHEN", "always"),
                ("CARGO_TERM_PROGRESS_WIDTH", "60"),
            ]);
        } else if voice == Voice::Normal {
            term::say(&format!("· {label}"));
        }

        let began = Instant::now();
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = self.guard.spawn(command, Farewell::Terminate)?;
        let (send, receive) = sync_channel(1024);
        if let Some(pipe) = child.stdout() {
            pump(pipe, send.clone());
        }
        if let Some(pipe) = child.stderr() {
            pump(pipe, send);
        }

        let mut tail = VecDeque::new();
        let mut now = String::new();
        let mut beat = 0;
        let mut ended: Option<Instant> = None;
        loop {
            match receive.recv_timeout(Duration::from_millis(100)) {
                Ok(Piece { text, whole }) => {
                    if !text.trim().is_empty() {
                        now = text.trim().to_owned();
                    }
                    if whole {
                        writeln!(log, "{text}").ok();
                        tail.push_back(text);
                        if tail.len() > SHOWN_LINES {
                            tail.pop_front();
                        }
                    }
                }
                Err(RecvTimeoutError::Timeout) => {
                    // A process that left the group may hold the pipes open: don't wait for it.
                    if ended.is_some_and(|when| when.elapsed() > Duration::from_secs(2)) {
                        break;
                    }
                }
                Err(RecvTimeoutError::Disconnected) => break,
            }
            if ended.is_none() && child.try_wait()?.is_some() {
                ended = Some(Instant::now());
            }
            show(label, began.elapsed(), &now, &mut beat);
        }
        let status = child.wait()?;
        term::settle();

        let took = began.elapsed();
        if voice == Voice::Normal {
            if status.success() {
                term::say(&format!(
                    "{} {label} {}",
                    term::green("✓"),
                    term::dim(&term::spoken(took))
                ));
            } else {
                term::say(&format!(
                    "{} {label} {}",
                    term::red("✗"),
                    term::dim(&term::spoken(took))
                ));
                self.show_failure(&tail, &path);
            }
        }
        Ok(Outcome { status, tail })
    }

    fn show_failure(&self, tail: &VecDeque<String>, log: &Path) {
        for line in tail {
            term::say(&format!("  {} {line}", term::red("│")));
        }
        term::note(&format!("whole output: {}", self.shown(log)));
    }
}

struct Piece {
    text: String,
    /// Ended by a newline; else a progress line that will be overwritten.
    whole: bool,
}

fn pump(mut pipe: impl Read + Send + 'static, send: SyncSender<Piece>) {
    std::thread::spawn(move || {
        let mut line = Vec::new();
        let mut buffer = [0; 8192];
        let emit = |line: &mut Vec<u8>, whole| {
            let text = term::plain(&String::from_utf8_lossy(line));
            line.clear();
            send.send(Piece { text, whole }).is_ok()
        };
        while let Ok(count @ 1..) = pipe.read(&mut buffer) {
            for &byte in &buffer[..count] {
                let alive = match byte {
                    b'\n' => emit(&mut line, true),
                    b'\r' if line.is_empty() => true,
                    b'\r' => emit(&mut line, false),
                    // No line is longer than this; a program without newlines can't fill our memory.
                    _ if line.len() >= 64 * 1024 => emit(&mut line, true),
                    _ => {
                        line.push(byte);
                        true
                    }
                };
                if !alive {
                    return;
                }
            }
        }
        if !line.is_empty() {
            emit(&mut line, true);
        }
    });
}

fn show(label: &str, took: Duration, now: &str, beat: &mut u64) {
    if term::interactive() {
        let wheel = ["⠋", "⠙", "⠸", "⠴", "⠦", "⠇"];
        let turn = wheel[(took.as_millis() / 120) as usize % wheel.len()];
        let seconds = took.as_secs();
        term::live(&format!("{turn} {label}  {seconds} s  {now}"));
    } else if took.as_secs() / 60 > *beat {
        *beat = took.as_secs() / 60;
        term::say(&format!("  … {label}, {}: {now}", term::spoken(took)));
    }
}

/// Cargo's own answer, so that its settings and `CARGO_TARGET_DIR` are respected.
fn target_folder(root: &Path) -> Result<PathBuf> {
    let asked = Command::new(std::env::var_os("CARGO").unwrap_or("cargo".into()))
        .args(["metadata", "--no-deps", "--format-version", "1"])
        .current_dir(root)
        .stderr(Stdio::inherit())
        .output()
        .context("cargo cannot be started")?;
    let text = String::from_utf8_lossy(&asked.stdout);
    let after = text.split_once(r#""target_directory":""#);
    let folder = after.and_then(|(_, rest)| rest.split_once('"'));
    let (folder, _) = folder.context("cargo metadata doesn't say where the target folder is")?;
    Ok(PathBuf::from(folder))
}
