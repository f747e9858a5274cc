//! Passwords that everybody tries first.

use std::cmp::Ordering;
use std::collections::HashSet;

/// What most easy passwords are made of, one a line in the order of bytes: the core of each, which stands alone, doubled,
/// with digits and signs around it, or with `3` for `e`. `assets/README.md` says where it comes from.
const LIST: &str = include_str!("../assets/common-passwords.txt");

/// Rows of keys and the like, which people run their finger along.
const RUNS: &[&str] = &[
    "01234567890123456789",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiopasdfghjklzxcvbnm",
    "qwertzuiopasdfghjklyxcvbnm",
    "azertyuiopqsdfghjklmwxcvbn",
    "1q2w3e4r5t6y7u8i9o0p",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
    "qazwsxedcrfvtgbyhnujmikolp",
];

/// Whether a lower-case password is among those that everybody tries first.
pub(crate) fn is_common(password: &str) -> bool {
    let letters = plain(password);
    is_listed(&letters)
        || is_listed(password)
        || doubled(&letters).is_some_and(is_listed)
        || is_repetition(password)
        || is_run(password)
}

/// Whether a text is a line of the list, which is searched where it lies: nothing of it is kept in memory.
fn is_listed(text: &str) -> bool {
    let mut rest = LIST;
    while !rest.is_empty() {
        let middle = rest.floor_char_boundary(rest.len() / 2);
        let start = rest[..middle].rfind('\n').map_or(0, |at| at + 1);
        let end = rest[start..].find('\n').map_or(rest.len(), |at| start + at);
        match text.cmp(&rest[start..end]) {
            Ordering::Equal => return true,
            Ordering::Less => rest = &rest[..start],
            Ordering::Greater => rest = rest.get(end + 1..).unwrap_or_default(),
        }
    }
    false
}

/// The word in a password: without what stands around it, and with letters for the digits and signs that look like them.
fn plain(password: &str) -> String {
    let spelled = password.trim_matches(|c: char| !c.is_alphabetic() && !matches!(c, '@' | '$'));
    spelled
        .chars()
        .filter_map(|c| match c {
            '0' => Some('o'),
            '1' | '!' => Some('i'),
            '3' => Some('e'),
            '4' | '@' => Some('a'),
            '5' | '$' => Some('s'),
            '7' => Some('t'),
            letter if letter.is_alphabetic() => Some(letter),
            _ => None,
        })
        .collect()
}

fn doubled(text: &str) -> Option<&str> {
    let (one, other) = text.split_at_checked(text.len() / 2)?;
    (one == other).then_some(one)
}

/// Whether it is a short piece over and over, or made of very few characters.
fn is_repetition(password: &str) -> bool {
    let chars: Vec<char> = password.chars().collect();
    let distinct: HashSet<char> = chars.iter().copied().collect();
    let repeats = |period: usize| chars.iter().skip(period).zip(&chars).all(|(a, b)| a == b);
    distinct.len() < 4 || (1..=4).any(repeats)
}

/// Whether it is one stretch of a row, forwards or backwards.
fn is_run(password: &str) -> bool {
    let backwards: String = password.chars().rev().collect();
    RUNS.iter()
        .any(|run| run.contains(password) || run.contains(&backwards))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn easy_passwords_are_known_in_every_disguise() {
        for easy in [
            "password12",
            "p@ssw0rd2026!",
            "passwordpassword",
            "iloveyou!!",
            "1234567890",
            "0987654321",
            "qwertyuiop",
            "1q2w3e4r5t",
            "aaaaaaaaaa",
            "abcabcabcabc",
            "letmein2026",
            "!!welcome!!",
            "correcthorsebatterystaple",
        ] {
            assert!(is_common(easy), "{easy}");
        }
    }

    #[test]
    fn every_line_of_the_list_is_found_and_nothing_between() {
        let lines: Vec<_> = LIST.lines().collect();
        assert!(lines.len() > 20_000, "{}", lines.len());
        assert!(lines.is_sorted(), "the search needs the order of bytes");
        for line in &lines {
            assert!(is_listed(line), "{line}");
            assert!(!is_listed(&format!("{line}\u{1}")), "{line}");
        }
        assert!(!is_listed(""));
    }

    #[test]
    fn passwords_that_were_thought_of_pass() {
        for good in [
            "plum tree at dusk",
            "correct-horse-7-battery",
            "8271903465",
            "kx!0pq_wmz",
            "password of my grandmother's dog",
            "пароль для чата",
        ] {
            assert!(!is_common(good), "{good}");
        }
    }
}
