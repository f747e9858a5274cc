//! `cargo xtask test`: everything that must hold, and a summary that says what ran.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::counts::{self, Counts};
use crate::node::Node;
use crate::postgres::Postgres;
use crate::tools::{self, Part as Tool, Python};
use crate::workspace::{Outcome, Voice, Workspace};
use crate::{fuzz, generate, rules, serve, supply, term, web};

/// What one part does; the tests that it ran are counted even when it fails.
pub(crate) type Job = fn(&mut Run<'_>, &mut Counts) -> Result<()>;

/// The parts, in order, and what each checks.
pub(crate) const PARTS: [(&str, &str, Job); 9] = [
    ("fmt", "formatting and house rules", fmt),
    (
        "supply",
        "bans, licences and sources of what others wrote",
        supply_part,
    ),
    ("clippy", "lints, warnings denied", clippy),
    ("doc", "documentation, warnings denied", doc),
    (
        "gen",
        "generated files are what the server's code says",
        gen_drift,
    ),
    ("rust", "Rust tests, on SQLite and on PostgreSQL", rust),
    (
        "api",
        "every call with anything, as every role: no surprise",
        api,
    ),
    (
        "web",
        "the web client: types, lints, component tests",
        web_part,
    ),
    ("e2e", "browsers against the real server", e2e),
];

/// One run of the parts.
pub(crate) struct Run<'a> {
    ws: &'a Workspace,
    postgres: Option<Postgres>,
    /// What the developer wrote after `--`, for the one part that was asked for.
    args: &'a [String],
}

struct Row {
    part: &'static str,
    took: Duration,
    counts: Counts,
    error: Option<String>,
}

/// Runs the named parts, all when none is named; true when everything holds.
pub(crate) fn run(ws: &Workspace, words: &[String]) -> Result<bool> {
    let cut = words.iter().position(|word| word == "--");
    let (names, args) = match cut {
        Some(at) => (&words[..at], &words[at + 1..]),
        None => (words, &[][..]),
    };
    if let Some(name) = names
        .iter()
        .find(|name| !PARTS.iter().any(|(part, ..)| part == name))
    {
        let known: Vec<&str> = PARTS.iter().map(|(part, ..)| *part).collect();
        bail!("there is no part {name}; there are {}", known.join(", "));
    }
    if !args.is_empty()
        && !matches!(names, [name] if ["rust", "web", "e2e"].contains(&name.as_str()))
    {
        bail!("words after -- go to one part of rust, web, e2e");
    }

    let began = Instant::now();
    let mut run = Run {
        ws,
        postgres: None,
        args,
    };
    let mut rows = Vec::new();
    for (part, about, job) in PARTS {
        if !names.is_empty() && !names.iter().any(|name| name == part) {
            continue;
        }
        term::say(&format!("\n{} {}", term::bold(part), term::dim(about)));
        let started = Instant::now();
        let mut counts = Counts::default();
        let error = match job(&mut run, &mut counts) {
            Ok(()) if counts.failed == 0 => None,
            Ok(()) => Some(format!("{} failed", counts.failed)),
            Err(error) => {
                let text = format!("{error:#}");
                term::say(&format!("{} {text}", term::red("✗")));
                // A part that breaks is a failure too, so that the last line can't look like success.
                counts.failed = counts.failed.max(1);
                Some(text)
            }
        };
        rows.push(Row {
            part,
            took: started.elapsed(),
            counts,
            error,
        });
    }
    drop(run);
    Ok(summary(&rows, began.elapsed()))
}

/// Says what ran; the last line is for machines too.
fn summary(rows: &[Row], took: Duration) -> bool {
    term::say("");
    let mut total = Counts::default();
    for Row {
        part,
        took,
        counts,
        error,
    } in rows
    {
        total.add(counts);
        let (mark, verdict) = match error {
            None => (term::green("✓"), "ok".to_owned()),
            Some(text) => {
                let line = text.lines().next().unwrap_or("failed");
                (term::red("✗"), format!("failed: {line}"))
            }
        };
        let tests = match counts.total() {
            0 => String::new(),
            n if error.is_some() && counts.passed == 0 && n == 1 => String::new(),
            1 => "1 test".to_owned(),
            n => format!("{n} tests"),
        };
        term::say(&format!(
            "{mark} {part:<7} {:>12}  {tests:>10}  {verdict}",
            term::spoken(*took)
        ));
    }
    if rows.iter().any(|row| row.part == "rust") {
        term::say(&format!(
            "  tests on databases: {} on SQLite, {} on PostgreSQL",
            total.sqlite, total.postgres
        ));
    }
    term::say(&term::dim(&format!("  all in {}", term::spoken(took))));
    term::say(&format!(
        "\n{} passed, {} failed",
        total.passed, total.failed
    ));
    total.failed == 0 && rows.iter().all(|row| row.error.is_none())
}

fn fmt(run: &mut Run<'_>, _: &mut Counts) -> Result<()> {
    let formatted = check_format(run.ws);
    rules::check(run.ws).and(formatted)
}

fn supply_part(run: &mut Run<'_>, _: &mut Counts) -> Result<()> {
    let graph = supply::check(run.ws);
    fuzz::npm_audit(run.ws).and(graph)
}

/// How long the API is called with anything in every test run; a slow machine takes as long as one whole round.
const API_SECONDS: u64 = 60;

fn api(run: &mut Run<'_>, _: &mut Counts) -> Result<()> {
    fuzz::api(run.ws, API_SECONDS)
}

fn clippy(run: &mut Run<'_>, _: &mut Counts) -> Result<()> {
    web::build(run.ws)?;
    check_clippy(run.ws)
}

/// Formatting of the Rust sources.
fn check_format(ws: &Workspace) -> Result<()> {
    ws.must("cargo fmt", &mut ws.cargo(["fmt", "--all", "--check"]))?;
    Ok(())
}

/// Lints of the Rust sources, every target, every warning an error.
fn check_clippy(ws: &Workspace) -> Result<()> {
    let mut command = ws.cargo(["clippy", "--workspace", "--all-targets"]);
    ws.must("cargo clippy", command.args(["--", "-D", "warnings"]))?;
    Ok(())
}

/// Types and lints of the web client.
fn check_web(ws: &Workspace, node: &Node, folder: &Path) -> Result<()> {
    let types = ws.must("TypeScript", &mut node.script(folder, "check"));
    let lints = ws.must("Biome", &mut node.script(folder, "lint"));
    types.and(lints).map(|_| ())
}

fn doc(run: &mut Run<'_>, _: &mut Counts) -> Result<()> {
    web::build(run.ws)?;
    let mut command = run.ws.cargo(["doc", "--workspace", "--no-deps"]);
    command.env("RUSTDOCFLAGS", "-D warnings");
    run.ws.must("cargo doc", &mut command)?;
    Ok(())
}

fn gen_drift(run: &mut Run<'_>, _: &mut Counts) -> Result<()> {
    generate::check(run.ws)
}

fn rust(run: &mut Run<'_>, counts: &mut Counts) -> Result<()> {
    let ws = run.ws;
    tools::nextest(ws)?;
    tools::ensure(ws, &[Tool::Pebble])?;
    // A few tests by name don't wait for a web app that is being worked on.
    if run.args.is_empty() || !web::built(ws) {
        web::build(ws)?;
    }
    let python = tools::servers(ws)?;
    let mut command = ws.cargo(["nextest", "run"]);
    if run.args.is_empty() {
        command.arg("--workspace");
    }
    command.args(run.args);
    parts_for_tests(&mut command, run.postgres()?, &python);
    let (outcome, ran) = nextest(ws, "Rust tests", &mut command, Voice::Normal)?;
    *counts = ran;
    if counts.total() == 0 {
        bail!("no Rust test ran");
    }
    if !outcome.status.success() && counts.failed == 0 {
        bail!("the Rust tests broke off");
    }
    if !run.args.is_empty() {
        return Ok(());
    }
    if counts.sqlite != counts.postgres || counts.sqlite == 0 {
        bail!(
            "{} tests ran on SQLite, {} on PostgreSQL: they must be as many, and more than none",
            counts.sqlite,
            counts.postgres
        );
    }
    let mut examples = ws.cargo(["test", "--doc", "--workspace"]);
    let done = ws.must("examples in the documentation", &mut examples)?;
    counts.passed += done
        .tail
        .iter()
        .filter_map(|line| examples_in(line))
        .sum::<usize>();
    Ok(())
}

/// `test result: ok. 3 passed; 0 failed; …`
fn examples_in(line: &str) -> Option<usize> {
    let rest = line.strip_prefix("test result: ok. ")?;
    rest.split(' ').next()?.parse().ok()
}

/// Runs nextest and reads its report.
pub(crate) fn nextest(
    ws: &Workspace,
    label: &str,
    command: &mut Command,
    voice: Voice,
) -> Result<(Outcome, Counts)> {
    let report = ws.root.join("target/nextest/default/junit.xml");
    std::fs::remove_file(&report).ok();
    // Tests wait for disks and for each other's servers now and then: one in two processors has a second one to run.
    if std::env::var_os("NEXTEST_TEST_THREADS").is_none() {
        let cpus = std::thread::available_parallelism().map_or(1, |cpus| cpus.get());
        let threads = cpus + cpus.div_ceil(2);
        command.env("NEXTEST_TEST_THREADS", threads.to_string());
    }
    command
        .args(["--status-level", "pass", "--final-status-level", "fail"])
        .args(["--failure-output", "final", "--no-input-handler"]);
    let outcome = ws.step(label, command, voice)?;
    let counts = counts::junit(&std::fs::read_to_string(&report).unwrap_or_default());
    Ok((outcome, counts))
}

/// Tells tests where the real parts are that they run against.
pub(crate) fn parts_for_tests(command: &mut Command, postgres: &Postgres, python: &Python) {
    command
        .env("PARLEY_TEST_POSTGRES_URL", &postgres.url)
        .env("PARLEY_TEST_PYTHON", &python.program)
        .env("PARLEY_TEST_WEED", &python.s3);
    if let Some(path) = &python.path {
        command.env("PYTHONPATH", path);
    }
}

fn web_part(run: &mut Run<'_>, counts: &mut Counts) -> Result<()> {
    let ws = run.ws;
    let node = Node::ready(ws)?;
    let folder = ws.root.join("web");
    web::install(ws, &node, &folder)?;
    let checked = if run.args.is_empty() {
        check_web(ws, &node, &folder)
    } else {
        Ok(())
    };
    let mut command = node.script(&folder, "test");
    vitest_part(ws, "component tests", command.args(run.args), counts)?;
    checked
}

fn e2e(run: &mut Run<'_>, counts: &mut Counts) -> Result<()> {
    let ws = run.ws;
    let (node, binary) = browsers(ws)?;
    let python = tools::servers(ws)?;
    let mut command = node.script(&ws.root.join("web"), "e2e");
    command.args(run.args);
    parts_for_browsers(&mut command, &binary);
    parts_for_tests(&mut command, run.postgres()?, &python);
    vitest_part(ws, "browser tests", &mut command, counts)
}

/// Readies what drives browsers: Node, Chromium, the server.
fn browsers(ws: &Workspace) -> Result<(Node, PathBuf)> {
    tools::ensure(ws, &[Tool::Chromium, Tool::EmojiFont, Tool::OpenSsl])?;
    let binary = serve::build_debug(ws)?;
    let node = Node::ready(ws)?;
    web::install(ws, &node, &ws.root.join("web"))?;
    Ok((node, binary))
}

fn parts_for_browsers(command: &mut Command, binary: &Path) {
    command.env("PARLEY_TEST_SERVER", binary);
    if let Some(chromium) = tools::chromium() {
        command.env("PARLEY_TEST_CHROMIUM", chromium);
    }
}

/// Runs Vitest and reads its report; there is none when it broke off.
pub(crate) fn vitest(
    ws: &Workspace,
    label: &str,
    command: &mut Command,
    voice: Voice,
) -> Result<(Outcome, Option<Counts>)> {
    let report = ws.note("vitest.json");
    std::fs::remove_file(&report).ok();
    command
        .args(["--reporter=default", "--reporter=json"])
        .arg(format!("--outputFile.json={}", report.display()));
    let outcome = ws.step(label, command, voice)?;
    let counts = counts::vitest(&std::fs::read_to_string(&report).unwrap_or_default());
    Ok((outcome, counts))
}

/// The tests that must run and whose failures count.
fn vitest_part(
    ws: &Workspace,
    label: &str,
    command: &mut Command,
    counts: &mut Counts,
) -> Result<()> {
    let (outcome, ran) = vitest(ws, label, command, Voice::Normal)?;
    *counts = ran.unwrap_or_default();
    if outcome.status.success() && counts.total() == 0 {
        bail!("no test ran in {label}");
    }
    if !outcome.status.success() && counts.failed == 0 {
        bail!("{label} broke off");
    }
    Ok(())
}

/// `cargo xtask screenshots`: every screen, as pictures.
pub(crate) fn screenshots(ws: &Workspace, args: &[String]) -> Result<()> {
    let (node, binary) = browsers(ws)?;
    let folder = ws.root.join("web/e2e");
    let script = ["screenshots.ts", "screenshots.mts", "screenshots.mjs"]
        .into_iter()
        .map(|name| folder.join(name))
        .find(|path| path.exists());
    let Some(script) = script else {
        bail!("there is no {}/screenshots.ts", ws.shown(&folder));
    };
    let pictures = ws.target.join("screenshots");
    std::fs::create_dir_all(&pictures)?;
    let mut command = node.node();
    command
        .arg(script)
        .args(args)
        .env("PARLEY_TEST_SCREENSHOTS", &pictures)
        .current_dir(ws.root.join("web"));
    parts_for_browsers(&mut command, &binary);
    ws.must("screenshots", &mut command)?;
    term::say(&format!("\n{}", term::bold(&ws.shown(&pictures))));
    Ok(())
}

/// `cargo xtask lint`: what can be said without running anything.
pub(crate) fn lint(ws: &Workspace) -> Result<()> {
    check_format(ws)?;
    rules::check(ws)?;
    let node = Node::ready(ws)?;
    let folder = ws.root.join("web");
    web::install(ws, &node, &folder)?;
    check_web(ws, &node, &folder)?;
    web::build(ws)?;
    check_clippy(ws)
}

impl Run<'_> {
    /// The one PostgreSQL of this run, started when first needed.
    fn postgres(&mut self) -> Result<&Postgres> {
        if self.postgres.is_none() {
            self.postgres = Some(Postgres::start(self.ws)?);
        }
        match &self.postgres {
            Some(postgres) => Ok(postgres),
            None => bail!("PostgreSQL isn't running"),
        }
    }
}
