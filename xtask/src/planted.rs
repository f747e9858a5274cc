//! `cargo xtask planted`: each fault kept in `tests/planted` turns the test it names red.
//!
//! A patch begins with the test that must notice it: `# test: -p store gate_waits` with what one would write after
//! `cargo nextest run`, or `# vitest: src/sync/reducer.test.ts -t applies once` for a test of the web client.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

use anyhow::{Context, Result, bail};

use crate::counts::Counts;
use crate::node::Node;
use crate::postgres::Postgres;
use crate::tools::{self, Python};
use crate::workspace::{Voice, Workspace};
use crate::{rules, term, test, web};

/// Nextest's exit code for tests that ran and failed; a build that fails has another.
const TESTS_FAILED: i32 = 100;

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Witness {
    Rust(Vec<String>),
    Web(Vec<String>),
}

struct Fault {
    name: String,
    patch: String,
    witness: Witness,
}

/// The scratch copy and what its tests run against.
struct Lab {
    ws: Workspace,
    postgres: Postgres,
    python: Python,
    node: Node,
}

/// Plants every fault, or the named ones; true when each turned its test red.
pub(crate) fn run(ws: &Workspace, names: &[String]) -> Result<bool> {
    let faults = faults(ws, names)?;
    tools::nextest(ws)?;
    web::build(ws)?;
    let home = ws.target.join("planted");
    let scratch = Workspace::at(
        home.join("tree"),
        home.join("target"),
        Arc::clone(&ws.guard),
    )?;
    copy(ws, &scratch)?;
    let lab = Lab {
        postgres: Postgres::start(ws)?,
        python: tools::servers(ws)?,
        node: Node::ready(ws)?,
        ws: scratch,
    };
    if faults
        .iter()
        .any(|fault| matches!(fault.witness, Witness::Web(_)))
    {
        web::install(&lab.ws, &lab.node, &lab.ws.root.join("web"))?;
    }

    term::say(&format!("\n{}", term::bold("without a fault")));
    let witnesses: BTreeSet<&Witness> = faults.iter().map(|fault| &fault.witness).collect();
    for witness in witnesses {
        if lab.testify(witness)? != Verdict::Green {
            bail!("{} must be green without a fault", witness.text());
        }
    }
    let mut missed = Vec::new();
    for fault in &faults {
        term::say(&format!("\n{}", term::bold(&fault.name)));
        copy(ws, &lab.ws)?;
        lab.plant(fault)?;
        match lab.testify(&fault.witness)? {
            Verdict::Red => term::say(&format!("{} noticed, as it must be", term::green("✓"))),
            Verdict::Green => missed.push(format!("{}: its test stayed green", fault.name)),
            Verdict::Broken => missed.push(format!("{}: its test didn't run", fault.name)),
        }
    }
    copy(ws, &lab.ws)?;
    term::say("");
    for miss in &missed {
        term::say(&format!("{} {miss}", term::red("✗")));
    }
    term::say(&format!(
        "{} of {} faults noticed",
        faults.len() - missed.len(),
        faults.len()
    ));
    Ok(missed.is_empty())
}

fn faults(ws: &Workspace, names: &[String]) -> Result<Vec<Fault>> {
    let folder = ws.root.join("tests/planted");
    let mut faults = Vec::new();
    for entry in std::fs::read_dir(&folder)
        .with_context(|| format!("{} cannot be read", ws.shown(&folder)))?
    {
        let path = entry?.path();
        let Some(name) = path
            .file_name()
            .and_then(|name| name.to_str()?.strip_suffix(".patch"))
            .map(str::to_owned)
        else {
            continue;
        };
        if names.is_empty() || names.contains(&name) {
            let patch = std::fs::read_to_string(&path)?;
            let witness = witness(&patch)
                .with_context(|| format!("{name} doesn't begin with `# test:` or `# vitest:`"))?;
            faults.push(Fault {
                name,
                patch,
                witness,
            });
        }
    }
    faults.sort_by(|a, b| a.name.cmp(&b.name));
    if faults.is_empty() {
        bail!("no such fault in {}", ws.shown(&folder));
    }
    Ok(faults)
}

/// The faults that can't be planted in the checkout as it is, each with what git says of its patch.
pub(crate) fn stale(ws: &Workspace) -> Result<Vec<String>> {
    let mut breaches = Vec::new();
    for Fault { name, patch, .. } in faults(ws, &[])? {
        if let Some(why) = apply(&ws.root, &patch, &["--check"])? {
            breaches.push(format!(
                "tests/planted/{name}.patch no longer applies: {}",
                why.trim_end().replace('\n', "\n    ")
            ));
        }
    }
    Ok(breaches)
}

/// Applies a patch to the files below `root`, committed or not; answers with git's words when it doesn't apply.
fn apply(root: &Path, patch: &str, flags: &[&str]) -> Result<Option<String>> {
    let mut git = Command::new("git")
        .args(["apply", "--whitespace=nowarn"])
        .args(flags)
        // In these words it answers whatever language its user reads.
        .env("LC_ALL", "C")
        // A scratch copy lies inside the checkout, whose repository must not be found.
        .env("GIT_CEILING_DIRECTORIES", root.parent().unwrap_or(root))
        .current_dir(root)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .context("git cannot be started")?;
    if let Some(mut input) = git.stdin.take() {
        input.write_all(patch.as_bytes())?;
    }
    let done = git.wait_with_output()?;
    let why = String::from_utf8_lossy(&done.stderr);
    Ok((!done.status.success()).then(|| why.into_owned()))
}

/// The test that a patch names in its first lines.
fn witness(patch: &str) -> Option<Witness> {
    let head = patch.lines().take_while(|line| line.starts_with('#'));
    for line in head {
        if let Some(rest) = line.strip_prefix("# test:") {
            let rest = rest.trim();
            // A bare filter expression needs its flag.
            let mut args = if !rest.starts_with('-') && rest.contains('(') {
                vec!["-E".to_owned(), rest.to_owned()]
            } else {
                split(rest)
            };
            if !args.iter().any(|arg| arg == "-p" || arg == "--package") {
                args.push("--workspace".to_owned());
            }
            return Some(Witness::Rust(args));
        }
        if let Some(rest) = line.strip_prefix("# vitest:") {
            // A test's name goes to the end of the line, quoted or not.
            let (file, name) = rest.trim().split_once(" -t ")?;
            let name = name.trim().trim_matches(['"', '\'']);
            let words = [file.trim(), "-t", name];
            return Some(Witness::Web(words.map(str::to_owned).to_vec()));
        }
    }
    None
}

/// Splits words as a shell does for plain words and quotes.
fn split(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    for c in text.chars() {
        match (c, quote) {
            (_, Some(open)) if c == open => quote = None,
            ('"' | '\'', None) => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (' ', None) => words.extend(word.take()),
            _ => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}

impl Witness {
    fn text(&self) -> String {
        match self {
            Witness::Rust(args) | Witness::Web(args) => args.join(" "),
        }
    }
}

#[derive(PartialEq)]
enum Verdict {
    Green,
    Red,
    /// It didn't build, or no test ran.
    Broken,
}

impl Lab {
    fn plant(&self, fault: &Fault) -> Result<()> {
        match apply(&self.ws.root, &fault.patch, &[])? {
            Some(why) => bail!("{} no longer applies:\n{why}", fault.name),
            None => Ok(()),
        }
    }

    fn testify(&self, witness: &Witness) -> Result<Verdict> {
        let label = witness.text();
        match witness {
            Witness::Rust(args) => {
                let mut command = self.ws.cargo(["nextest", "run"]);
                test::parts_for_tests(&mut command, &self.postgres, &self.python);
                let (outcome, counts) =
                    test::nextest(&self.ws, &label, command.args(args), Voice::Quiet)?;
                Ok(match outcome.status.code() {
                    Some(0) if counts.passed > 0 => Verdict::Green,
                    Some(TESTS_FAILED) if counts.failed > 0 => Verdict::Red,
                    _ => Verdict::Broken,
                })
            }
            Witness::Web(args) => {
                let mut command = self.node.script(&self.ws.root.join("web"), "test");
                let (_, counts) = test::vitest(&self.ws, &label, command.args(args), Voice::Quiet)?;
                Ok(match counts {
                    Some(Counts { failed: 1.., .. }) => Verdict::Red,
                    Some(Counts { passed: 1.., .. }) => Verdict::Green,
                    _ => Verdict::Broken,
                })
            }
        }
    }
}

/// Makes the scratch copy equal to the checkout; files that are equal keep their time, so that little is built again.
fn copy(from: &Workspace, to: &Workspace) -> Result<()> {
    let mut wanted: BTreeSet<PathBuf> = rules::tracked(from)?.into_iter().map(Into::into).collect();
    // The server carries the built web app inside.
    collect(&from.root, Path::new("web/dist"), &mut wanted)?;
    for file in &wanted {
        let bytes = std::fs::read(from.root.join(file))?;
        let target = to.root.join(file);
        if !std::fs::read(&target).is_ok_and(|found| found == bytes) {
            if let Some(folder) = target.parent() {
                std::fs::create_dir_all(folder)?;
            }
            std::fs::write(&target, bytes)?;
        }
    }
    let mut found = BTreeSet::new();
    collect(&to.root, Path::new(""), &mut found)?;
    for file in found.difference(&wanted) {
        std::fs::remove_file(to.root.join(file))?;
    }
    Ok(())
}

fn collect(root: &Path, folder: &Path, files: &mut BTreeSet<PathBuf>) -> Result<()> {
    for entry in std::fs::read_dir(root.join(folder))? {
        let entry = entry?;
        let name = entry.file_name();
        let path = folder.join(&name);
        if !entry.file_type()?.is_dir() {
            files.insert(path);
        } else if name != "node_modules" && name != "target" {
            collect(root, &path, files)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(words: &[&str]) -> Vec<String> {
        words.iter().map(|&word| word.to_owned()).collect()
    }

    #[test]
    fn a_patch_names_its_test_as_nextest_takes_it() {
        let patch = "# The gate is left out.\n# test: -p store -E 'test(/gate waits/)'\n--- a/x\n";
        let expected = words(&["-p", "store", "-E", "test(/gate waits/)"]);
        assert_eq!(witness(patch), Some(Witness::Rust(expected)));
        let bare = words(&["-E", "package(live) and test(gate)", "--workspace"]);
        assert_eq!(
            witness("# test: package(live) and test(gate)\n"),
            Some(Witness::Rust(bare))
        );
    }

    #[test]
    fn a_patch_names_its_test_of_the_web_client() {
        let expected = words(&["src/sync/reducer.test.ts", "-t", "applies an event once"]);
        assert_eq!(
            witness("# vitest: src/sync/reducer.test.ts -t \"applies an event once\"\n"),
            Some(Witness::Web(expected))
        );
    }

    #[test]
    fn a_patch_whose_lines_are_gone_is_told_in_git_s_words() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let patch =
            std::fs::read_to_string(root.join("tests/planted/doubled_apply.patch")).unwrap();
        assert_eq!(apply(&root, &patch, &["--check"]).unwrap(), None);
        let aged = patch.replace("\n-  ", "\n-  once ");
        let why = apply(&root, &aged, &["--check"]).unwrap().unwrap();
        assert!(
            why.contains("patch does not apply") && why.contains("web/src/sync/"),
            "{why}"
        );
    }

    #[test]
    fn a_test_named_after_the_patch_has_begun_is_not_its_own() {
        assert_eq!(witness("--- a/x\n+++ b/x\n# test: later\n"), None);
    }
}
