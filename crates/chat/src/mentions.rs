//! Who is meant in a message: `@username`, outside of code.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::ops::Range;

use model::id::UserId;
use model::message::Mention;
use model::permission::{WorkspaceAct, in_workspace};
use model::user::Role;
use store::{Tx, messages, users};

use crate::Result;

/// Mentions that a message may have; what looks like one after that is text.
const MOST: usize = 50;

/// The longest user name.
const NAME: usize = 32;

/// Punctuation at its end that a user name may have and still be found: each is one more look-up.
const ENDING: usize = 3;

/// A place that looks like a mention.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The name as far as it may go, folded; a shorter one without the punctuation at its end may be meant.
    name: String,
    /// Where the `@` is, in characters.
    start: u32,
}

impl Candidate {
    /// The names that may be meant, the longest first.
    fn names(&self) -> impl Iterator<Item = &str> {
        let bare = self.name.trim_end_matches(['.', '-', '_']).len().max(2);
        (bare..=self.name.len().min(bare + ENDING))
            .rev()
            .filter_map(|end| self.name.get(..end))
    }
}

/// The places in a Markdown source that look like mentions, in order.
pub fn scan(body: &str) -> Vec<Candidate> {
    let mut found = Vec::new();
    if !body.contains('@') {
        return found;
    }
    let mut counted = Counted {
        body,
        bytes: 0,
        chars: 0,
    };
    for text in paragraphs(body) {
        scan_paragraph(&mut counted, text, &mut found);
        if found.len() >= MOST {
            break;
        }
    }
    found.truncate(MOST);
    found
}

/// Turns places in bytes into places in characters, going forward only.
struct Counted<'a> {
    body: &'a str,
    bytes: usize,
    chars: u32,
}

impl Counted<'_> {
    fn chars_before(&mut self, at: usize) -> u32 {
        let between = self.body.get(self.bytes..at).unwrap_or_default();
        self.chars += u32::try_from(between.chars().count()).unwrap_or(0);
        self.bytes = at;
        self.chars
    }
}

/// The stretches of lines between blank lines and outside of fenced code.
fn paragraphs(body: &str) -> Vec<Range<usize>> {
    let mut paragraphs = Vec::new();
    let mut current: Option<usize> = None;
    let mut fence: Option<(u8, usize)> = None;
    let mut at = 0;
    for line in body.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let text = line.trim_start_matches([' ', '\t', '>']).trim_end();
        let edge = match fence {
            Some((mark, least)) => {
                if closes(text, mark, least) {
                    fence = None;
                }
                true
            }
            None => {
                fence = opens(text);
                fence.is_some() || text.is_empty()
            }
        };
        if !edge {
            current.get_or_insert(start);
        } else if let Some(begin) = current.take() {
            paragraphs.push(begin..start);
        }
    }
    if let Some(begin) = current {
        paragraphs.push(begin..body.len());
    }
    paragraphs
}

/// The mark and the length of the fence that a line opens.
fn opens(text: &str) -> Option<(u8, usize)> {
    let mark = *text
        .as_bytes()
        .first()
        .filter(|byte| matches!(byte, b'`' | b'~'))?;
    let run = run_of(text.as_bytes(), 0, mark);
    let plain = mark == b'~' || !text.get(run..).unwrap_or_default().contains('`');
    (run >= 3 && plain).then_some((mark, run))
}

fn closes(text: &str, mark: u8, least: usize) -> bool {
    text.len() >= least && text.bytes().all(|byte| byte == mark)
}

/// How many of `mark` follow each other from `at` on.
fn run_of(bytes: &[u8], at: usize, mark: u8) -> usize {
    bytes
        .iter()
        .skip(at)
        .take_while(|byte| **byte == mark)
        .count()
}

fn scan_paragraph(counted: &mut Counted<'_>, range: Range<usize>, found: &mut Vec<Candidate>) {
    let Some(text) = counted.body.get(range.clone()) else {
        return;
    };
    let bytes = text.as_bytes();
    let mut spans = Spans::new(bytes);
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        match byte {
            // An escaped character is itself: no code begins here, nobody is meant.
            b'\\' => at += 2,
            b'`' => {
                let run = run_of(bytes, at, b'`');
                at = spans.end(at + run, run).unwrap_or(at + run);
            }
            b'@' => {
                let name = name_at(text, at + 1);
                if let (Some(name), true) = (name, starts_word(text, at)) {
                    found.push(Candidate {
                        name: name.to_ascii_lowercase(),
                        start: counted.chars_before(range.start + at),
                    });
                }
                at += 1 + name.map_or(0, str::len);
            }
            _ => at += 1,
        }
        if found.len() >= MOST {
            return;
        }
    }
}

/// Where the runs of backticks of a text begin, by their length. What a code span was once asked to end at and lies
/// behind is let go of, so that all spans of a text together cost one look at each run.
struct Spans(BTreeMap<usize, VecDeque<usize>>);

impl Spans {
    fn new(bytes: &[u8]) -> Self {
        let mut runs: BTreeMap<usize, VecDeque<usize>> = BTreeMap::new();
        let mut at = 0;
        while at < bytes.len() {
            let run = run_of(bytes, at, b'`');
            if run > 0 {
                runs.entry(run).or_default().push_back(at);
            }
            at += run.max(1);
        }
        Self(runs)
    }

    /// Where the code span ends that a run of `len` backticks opened before `at`; `at` only ever grows.
    fn end(&mut self, at: usize, len: usize) -> Option<usize> {
        let runs = self.0.get_mut(&len)?;
        while let Some(start) = runs.pop_front() {
            if start >= at {
                return Some(start + len);
            }
        }
        None
    }
}

/// Whether the `@` at `at` begins a word: it does not in an e-mail address.
fn starts_word(text: &str, at: usize) -> bool {
    let before = text.get(..at).and_then(|before| before.chars().next_back());
    before.is_none_or(|c| !c.is_alphanumeric() && !matches!(c, '@' | '_' | '.' | '-' | '/'))
}

/// The user name that starts at `at`, as far as it may go.
fn name_at(text: &str, at: usize) -> Option<&str> {
    let rest = text.get(at..)?;
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    let end = rest.find(|c| !allowed(c)).unwrap_or(rest.len());
    let (name, after) = rest.split_at(end);
    let bare = name.trim_end_matches(['.', '-', '_']);
    let whole = after.chars().next().is_none_or(|c| !c.is_alphanumeric());
    (whole && (2..=NAME).contains(&bare.len())).then(|| name.get(..NAME).unwrap_or(name))
}

/// Who is meant, as far as they are there.
pub(crate) async fn resolve(
    tx: &mut Tx,
    candidates: &[Candidate],
    author: UserId,
    role: Role,
) -> Result<Vec<Mention>> {
    if candidates.is_empty() {
        return Ok(Vec::new());
    }
    let names: BTreeSet<&str> = candidates.iter().flat_map(Candidate::names).collect();
    let names: Vec<&str> = names.into_iter().collect();
    let mut meant = messages::users_named(tx, &names).await?;
    if in_workspace(role, WorkspaceAct::Browse).is_err() {
        // A name must not tell a guest who else is here.
        for (name, user) in meant.clone() {
            if user != author && !users::share_a_room(tx, author, user).await? {
                meant.remove(&name);
            }
        }
    }
    let found = candidates.iter().filter_map(|candidate| {
        let (name, user) = candidate
            .names()
            .find_map(|name| Some((name, *meant.get(name)?)))?;
        Some(Mention {
            user,
            start: candidate.start,
            len: u32::try_from(name.len() + 1).ok()?,
        })
    });
    Ok(found.collect())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn names(body: &str) -> Vec<(String, u32)> {
        scan(body)
            .into_iter()
            .map(|candidate| {
                let shortest = candidate.names().last().unwrap_or_default().to_owned();
                (shortest, candidate.start)
            })
            .collect()
    }

    #[test]
    fn names_are_found_where_a_word_begins() {
        let found = |name: &str, start| vec![(name.to_owned(), start)];
        assert_eq!(names("@ana"), found("ana", 0));
        assert_eq!(names("né (@Ana.K), hi"), found("ana.k", 4));
        assert_eq!(names("thanks @bob."), found("bob", 7));
        assert_eq!(names("**@bob**"), found("bob", 2));
        assert_eq!(names("@bob's"), found("bob", 0));
        for none in [
            "ana@bob.org",
            "@",
            "@a",
            "@@ana",
            "@ana\u{e9}",
            r"\@ana",
            "a/@ana",
        ] {
            assert_eq!(names(none), [], "{none}");
        }
    }

    #[test]
    fn code_mentions_nobody() {
        for none in [
            "`@ana`",
            "``a ` @ana``",
            "```\n@ana\n```",
            "~~~ rust\n@ana",
            "> ```\n> @ana\n> ```",
            "````\n```\n@ana\n````",
        ] {
            assert_eq!(names(none), [], "{none}");
        }
        for (one, start) in [
            ("`a @ana", 3),
            ("``a` @ana", 5),
            ("`a\n\nb` @ana", 7),
            ("```\na\n```\n@ana", 10),
            (r"\`@ana`", 2),
        ] {
            assert_eq!(names(one), [("ana".to_owned(), start)], "{one}");
        }
    }

    #[test]
    fn a_message_has_at_most_so_many() {
        assert_eq!(scan(&"@ana ".repeat(60)).len(), MOST);
    }

    /// Each of these is a body of ten times the length that a message may have: work that grows with the square of
    /// the length doesn't end.
    #[test]
    fn no_body_costs_more_than_a_look_at_each_of_its_characters() {
        const LONG: usize = 400_000;
        let growing: String = (1..880).map(|len| "`".repeat(len) + "a").collect();
        let one = growing + " @ana";
        for part in [
            r"\``",
            "`` ` ",
            "`a``",
            "` ",
            "@",
            "@a",
            "@a.",
            "@-_",
            "\\",
            "> ",
            ">\n",
            "~~~\n",
            "```\n",
            "a\n\n",
            "\u{e9}@",
            "[",
            "](",
            "<a",
            "*_",
            "|-",
            one.as_str(),
        ] {
            let body = part.repeat(LONG / part.len()) + " @ana";
            assert!(scan(&body).len() <= MOST);
            let lines = part.repeat(LONG / part.len()) + "\n\n@ana";
            assert!(scan(&lines).len() <= MOST);
        }
    }

    /// What a code span ends at, searched for from its beginning every time.
    fn searched_end(bytes: &[u8], mut at: usize, len: usize) -> Option<usize> {
        while at < bytes.len() {
            let run = run_of(bytes, at, b'`');
            if run == len {
                return Some(at + run);
            }
            at += run.max(1);
        }
        None
    }

    proptest! {
        #[test]
        fn a_span_ends_where_a_search_finds_its_end(text in r"[`\\a]{0,80}") {
            let bytes = text.as_bytes();
            let mut spans = Spans::new(bytes);
            let mut at = 0;
            while at < bytes.len() {
                match bytes[at] {
                    b'\\' => at += 2,
                    b'`' => {
                        let run = run_of(bytes, at, b'`');
                        let end = searched_end(bytes, at + run, run);
                        prop_assert_eq!(spans.end(at + run, run), end);
                        at = end.unwrap_or(at + run);
                    }
                    _ => at += 1,
                }
            }
        }

        #[test]
        fn every_place_is_an_at_sign(body in "[@`~\\\\ab\u{e9}\u{1F600}. \n>]{0,60}") {
            let chars: Vec<char> = body.chars().collect();
            for candidate in scan(&body) {
                let start = candidate.start as usize;
                prop_assert_eq!(chars[start], '@');
                let longest: String = chars[start + 1..].iter().take(candidate.name.len()).collect();
                prop_assert_eq!(longest, candidate.name);
            }
        }
    }
}
