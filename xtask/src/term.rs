//! What the terminal shows: colours, one live line, durations.

use std::io::{IsTerminal, Write};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::time::Duration;

/// Whether a person is watching: then one line at the bottom lives.
pub(crate) fn interactive() -> bool {
    static ANSWER: OnceLock<bool> = OnceLock::new();
    *ANSWER.get_or_init(|| std::io::stdout().is_terminal())
}

fn colour() -> bool {
    static ANSWER: OnceLock<bool> = OnceLock::new();
    *ANSWER.get_or_init(|| interactive() && std::env::var_os("NO_COLOR").is_none())
}

fn paint(code: &str, text: &str) -> String {
    if colour() {
        format!("\x1b[{code}m{text}\x1b[0m")
    } else {
        text.to_owned()
    }
}

pub(crate) fn bold(text: &str) -> String {
    paint("1", text)
}

pub(crate) fn dim(text: &str) -> String {
    paint("2", text)
}

pub(crate) fn green(text: &str) -> String {
    paint("32", text)
}

pub(crate) fn red(text: &str) -> String {
    paint("31", text)
}

/// Prints a line of its own, in the voice of a remark.
pub(crate) fn note(text: &str) {
    say(&dim(&format!("  {text}")));
}

/// Prints a line; a reader that has gone away is no reason to die.
pub(crate) fn say(text: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{text}").ok();
    out.flush().ok();
}

/// Replaces the live line; nothing when nobody watches.
pub(crate) fn live(text: &str) {
    if interactive() {
        let shown: String = text.chars().take(width().saturating_sub(1)).collect();
        let mut out = std::io::stdout().lock();
        write!(out, "\r\x1b[2K{shown}").ok();
        out.flush().ok();
    }
}

/// Wipes the live line.
pub(crate) fn settle() {
    live("");
}

fn width() -> usize {
    static ANSWER: OnceLock<usize> = OnceLock::new();
    *ANSWER.get_or_init(|| {
        let asked = Command::new("stty")
            .arg("size")
            .stdin(Stdio::inherit())
            .stderr(Stdio::null())
            .output();
        let size = asked
            .map(|done| String::from_utf8_lossy(&done.stdout).into_owned())
            .unwrap_or_default();
        let columns = size.split_whitespace().nth(1);
        columns
            .and_then(|text| text.parse().ok())
            .filter(|&n| n > 20)
            .unwrap_or(80)
    })
}

/// A duration as people say it: `0.4 s`, `38 s`, `4 min 07 s`.
pub(crate) fn spoken(time: Duration) -> String {
    let seconds = time.as_secs();
    match seconds {
        0..=9 => format!("{:.1} s", time.as_secs_f64()),
        10..=59 => format!("{seconds} s"),
        _ => format!("{} min {:02} s", seconds / 60, seconds % 60),
    }
}

/// A line as plain text: escape sequences of colour and cursor are left out.
pub(crate) fn plain(line: &str) -> String {
    let mut text = String::with_capacity(line.len());
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        if c != '\x1b' {
            if c == '\t' || !c.is_control() {
                text.push(c);
            }
        } else if chars.next() == Some('[') {
            for next in chars.by_ref() {
                if ('@'..='~').contains(&next) {
                    break;
                }
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_spoken() {
        assert_eq!(spoken(Duration::from_millis(400)), "0.4 s");
        assert_eq!(spoken(Duration::from_secs(38)), "38 s");
        assert_eq!(spoken(Duration::from_secs(247)), "4 min 07 s");
    }

    #[test]
    fn colours_and_cursor_moves_are_left_out_of_plain_text() {
        assert_eq!(
            plain("\x1b[1m\x1b[32mCompiling\x1b[0m tokio\x1b[K"),
            "Compiling tokio"
        );
    }
}
