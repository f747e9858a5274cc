//! What others wrote: where it comes from, under which licence, and what must not be among it.
//!
//! `deny.toml` is the one place that says so. cargo-deny reads it too, but takes minutes to build; this reads the part
//! that every test run checks.

use anyhow::{Context, Result, bail};

use crate::term;
use crate::workspace::Workspace;

/// The one registry.
const REGISTRY: &str = "registry+https://github.com/rust-lang/crates.io-index";

/// Checks bans, licences and sources of everything that is built, tests included, on every platform of `deny.toml`.
pub(crate) fn check(ws: &Workspace) -> Result<()> {
    let rules = std::fs::read_to_string(ws.root.join("deny.toml")).context("deny.toml")?;
    let rules = Rules::read(&rules);
    if rules.targets.is_empty() || rules.banned.is_empty() || rules.licences.is_empty() {
        bail!("deny.toml doesn't say its targets, bans and licences as it used to");
    }
    let lock = std::fs::read_to_string(ws.root.join("Cargo.lock")).context("Cargo.lock")?;
    let mut breaches = foreign(&lock);
    let mut seen = 0;
    for target in &rules.targets {
        let mut command = ws.cargo(["tree", "--workspace", "--locked", "--prefix", "none"]);
        command
            .args(["--edges", "normal,build,dev", "--target", target])
            .args(["--format", "{p}|{l}"]);
        let done = command.output().context("cargo tree")?;
        if !done.status.success() {
            bail!("cargo tree: {}", String::from_utf8_lossy(&done.stderr));
        }
        for line in String::from_utf8_lossy(&done.stdout).lines() {
            seen += 1;
            breaches.extend(rules.breach(line));
        }
    }
    breaches.sort();
    breaches.dedup();
    if seen < 100 {
        bail!("cargo tree names only {seen} packages");
    }
    if breaches.is_empty() {
        term::say(&format!("{} bans, licences, sources", term::green("✓")));
        return Ok(());
    }
    bail!("deny.toml is broken:\n  {}", breaches.join("\n  "))
}

/// What `deny.toml` says of the graph.
struct Rules {
    targets: Vec<String>,
    banned: Vec<String>,
    licences: Vec<String>,
}

impl Rules {
    fn read(text: &str) -> Self {
        Self {
            targets: listed(text, "[graph]", "targets"),
            banned: listed(text, "[bans]", "deny")
                .chunks(2)
                .filter_map(|pair| pair.first().cloned())
                .collect(),
            licences: listed(text, "[licenses]", "allow"),
        }
    }

    /// What is wrong with a line `name version …|licence` of the tree.
    fn breach(&self, line: &str) -> Option<String> {
        let (package, licence) = line.split_once('|')?;
        let licence = licence.trim_end_matches(" (*)");
        let name = package.split(' ').next().unwrap_or_default();
        if self.banned.iter().any(|banned| banned == name) {
            return Some(format!("{name} is banned"));
        }
        let allowed = |one: &str| self.licences.iter().any(|allowed| allowed == one);
        (!holds(licence, &allowed))
            .then(|| format!("{name}: the licence {licence:?} isn't allowed"))
    }
}

/// The quoted texts of the list `key = [ … ]` below a section's head.
fn listed(text: &str, section: &str, key: &str) -> Vec<String> {
    let mut within = false;
    let mut lines = text.lines().map(str::trim);
    for line in lines.by_ref() {
        if line.starts_with('[') {
            within = line == section;
        } else if within
            && line
                .split('=')
                .next()
                .is_some_and(|name| name.trim() == key)
        {
            let mut list = line.to_owned();
            while !list.ends_with(']') {
                let Some(more) = lines.next() else { break };
                list.push_str(more);
            }
            return list.split('"').skip(1).step_by(2).map(Into::into).collect();
        }
    }
    Vec::new()
}

/// Packages of the lock file that come from elsewhere than the registry.
fn foreign(lock: &str) -> Vec<String> {
    let sources = lock
        .lines()
        .filter_map(|line| line.strip_prefix("source = "));
    sources
        .map(|source| source.trim_matches('"'))
        .filter(|source| *source != REGISTRY)
        .map(|source| format!("a package comes from {source}"))
        .collect()
}

/// Whether an SPDX expression holds when these licences are taken. `/` is an old way to write OR.
fn holds(expression: &str, allowed: &impl Fn(&str) -> bool) -> bool {
    let spaced = expression
        .replace('/', " OR ")
        .replace('(', " ( ")
        .replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut at = 0;
    let held = any(&words, &mut at, allowed);
    held && at == words.len()
}

fn any(words: &[&str], at: &mut usize, allowed: &impl Fn(&str) -> bool) -> bool {
    let mut held = all(words, at, allowed);
    while words.get(*at) == Some(&"OR") {
        *at += 1;
        held |= all(words, at, allowed);
    }
    held
}

fn all(words: &[&str], at: &mut usize, allowed: &impl Fn(&str) -> bool) -> bool {
    let mut held = one(words, at, allowed);
    while words.get(*at) == Some(&"AND") {
        *at += 1;
        held &= one(words, at, allowed);
    }
    held
}

fn one(words: &[&str], at: &mut usize, allowed: &impl Fn(&str) -> bool) -> bool {
    let Some(word) = words.get(*at) else {
        return false;
    };
    *at += 1;
    if *word == "(" {
        let held = any(words, at, allowed);
        *at += 1;
        return held;
    }
    if words.get(*at) == Some(&"WITH") {
        let exception = words.get(*at + 1).copied().unwrap_or_default();
        *at += 2;
        return allowed(&format!("{word} WITH {exception}"));
    }
    allowed(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULES: &str = r#"
[graph]
targets = ["x86_64-unknown-linux-gnu"]
[bans]
multiple-versions = "allow"
deny = [
  { crate = "ring", reason = "another one is ours" },
]
[licenses]
allow = [
  "Apache-2.0 WITH LLVM-exception",
  "MIT",
  "ISC",
]
"#;

    #[test]
    fn what_is_banned_or_under_another_licence_is_named() {
        let rules = Rules::read(RULES);
        assert_eq!(rules.targets, ["x86_64-unknown-linux-gnu"]);
        assert_eq!(rules.banned, ["ring"]);
        assert!(rules.breach("ring v0.17.0|ISC").is_some());
        assert!(rules.breach("rings v0.17.0|ISC").is_none());
        assert!(rules.breach("a v1.0.0|GPL-3.0-only").is_some());
        assert!(rules.breach("a v1.0.0|").is_some());
        assert!(rules.breach("a v1.0.0|MIT (*)").is_none());
    }

    #[test]
    fn licences_are_read_as_expressions() {
        let allowed = |one: &str| ["MIT", "ISC", "Apache-2.0 WITH LLVM-exception"].contains(&one);
        for good in [
            "MIT",
            "GPL-2.0-only OR MIT",
            "Unlicense/MIT",
            "(Apache-2.0 OR MIT) AND ISC",
            "Apache-2.0 WITH LLVM-exception OR GPL-2.0-only",
            "MIT OR (GPL-2.0-only AND ISC)",
        ] {
            assert!(holds(good, &allowed), "{good}");
        }
        for bad in [
            "",
            "Apache-2.0",
            "MIT AND Apache-2.0",
            "(MIT",
            "MIT ISC",
            "MIT) OR ISC",
        ] {
            assert!(!holds(bad, &allowed), "{bad}");
        }
    }

    #[test]
    fn another_source_is_named() {
        let lock = format!("source = \"{REGISTRY}\"\nsource = \"git+https://example.org/x\"\n");
        assert_eq!(
            foreign(&lock),
            ["a package comes from git+https://example.org/x"]
        );
    }
}
