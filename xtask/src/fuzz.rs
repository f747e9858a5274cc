//! `cargo xtask fuzz`: the targets of `crates/fuzz` under libFuzzer, Markdown, and the API under schemathesis.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::node::Node;
use crate::tools::{find, succeeds};
use crate::workspace::{Voice, Workspace};
use crate::{serve, term, web};

const SCHEMATHESIS: &str = "schemathesis==4.32.5";

/// Minutes of a run when none are given.
const MINUTES: u64 = 10;

/// Coverage as libFuzzer wants it, by switches that every compiler has.
const COVERAGE: &str = "-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares -Cdebug-assertions -Coverflow-checks";

/// What one input may take of memory, in megabytes, and of time, in seconds.
const MEMORY_MB: u32 = 1024;
const SECONDS: u32 = 10;

/// Runs a target, everything, or lists what there is.
pub(crate) fn run(ws: &Workspace, words: &[String]) -> Result<()> {
    let targets = targets(ws)?;
    let Some((name, rest)) = words.split_first() else {
        term::say("cargo xtask fuzz NAME|all [minutes]\n");
        for name in targets
            .iter()
            .map(String::as_str)
            .chain(["markdown", "api"])
        {
            term::say(&format!("  {name}"));
        }
        return Ok(());
    };
    let minutes = match rest.first() {
        Some(minutes) => minutes.parse().context("the minutes")?,
        None => MINUTES,
    };
    match name.as_str() {
        "api" => api(ws, minutes * 60),
        "markdown" => markdown(ws, minutes),
        "all" => {
            for target in &targets {
                bytes(ws, target, minutes)?;
            }
            markdown(ws, minutes)?;
            api(ws, minutes * 60)
        }
        target if targets.iter().any(|known| known == target) => bytes(ws, target, minutes),
        other => {
            bail!("there is nothing to fuzz called {other}; `cargo xtask fuzz` lists what there is")
        }
    }
}

/// A target each folder of seeds.
fn targets(ws: &Workspace) -> Result<Vec<String>> {
    let folders = std::fs::read_dir(ws.root.join("crates/fuzz/corpus"))?;
    let mut names: Vec<String> = folders
        .map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()))
        .collect::<Result<_>>()?;
    names.sort();
    Ok(names)
}

/// libFuzzer on one target. What it finds new is kept beside the build; what fails is a file to look at.
fn bytes(ws: &Workspace, target: &str, minutes: u64) -> Result<()> {
    let home = ws.target.join("fuzz");
    let found = home.join("corpus").join(target);
    std::fs::create_dir_all(&found)?;
    // With its separator at the end: libFuzzer takes it for a folder.
    let failures = home.join("failures").join(target).join("");
    std::fs::create_dir_all(&failures)?;
    let mut build = ws.cargo(["build", "--release", "--package", "fuzz"]);
    build
        .args(["--features", "libfuzzer", "--target-dir"])
        .arg(&home)
        .args(["--target", host()?.as_str()])
        .env("RUSTFLAGS", COVERAGE);
    ws.must("the fuzzer", &mut build)?;
    let program = home.join(host()?).join("release/fuzz");
    let mut fuzz = Command::new(program);
    fuzz.arg(&found)
        .arg(ws.root.join("crates/fuzz/corpus").join(target))
        .arg(format!("-max_total_time={}", minutes * 60))
        .arg(format!("-rss_limit_mb={MEMORY_MB}"))
        .arg(format!("-timeout={SECONDS}"))
        .arg(format!("-artifact_prefix={}", failures.display()))
        .args(["-max_len=65536", "-print_final_stats=1", "-verbosity=1"])
        .env("PARLEY_FUZZ_TARGET", target)
        .current_dir(&home);
    let done = ws.must(&format!("fuzzing {target}"), &mut fuzz)?;
    for line in done.tail.iter().filter(|line| line.starts_with("stat::")) {
        term::note(line);
    }
    Ok(())
}

/// The triple that this machine builds for.
fn host() -> Result<String> {
    let done = Command::new("rustc").arg("-vV").output().context("rustc")?;
    let text = String::from_utf8_lossy(&done.stdout).into_owned();
    let line = text.lines().find_map(|line| line.strip_prefix("host: "));
    line.map(str::to_owned)
        .context("rustc doesn't say its host")
}

/// Texts of messages, for longer than with every test run.
fn markdown(ws: &Workspace, minutes: u64) -> Result<()> {
    let node = Node::ready(ws)?;
    let folder = ws.root.join("web");
    web::install(ws, &node, &folder)?;
    let mut command = node.script(&folder, "test");
    command
        .arg("src/features/messages/markdown/fuzz.test.ts")
        .env("PARLEY_FUZZ_MINUTES", minutes.to_string());
    ws.must("fuzzing markdown", &mut command)?;
    Ok(())
}

/// Every call of the API, as each role, by a token that only reads and as nobody: once whole, then until the time is out.
pub(crate) fn api(ws: &Workspace, seconds: u64) -> Result<()> {
    let server = serve::build_debug(ws)?;
    let python = schemathesis(ws)?;
    let mut command = Command::new(python);
    command
        .arg("-B")
        .arg(ws.root.join("tests/api/fuzz.py"))
        .arg(server)
        .args([seconds.to_string(), "1".to_owned()])
        .current_dir(&ws.root);
    let done = ws.step(
        "the API as its description says",
        &mut command,
        Voice::Normal,
    )?;
    if !done.status.success() {
        bail!("the API answers what its description doesn't say");
    }
    for line in &done.tail {
        term::note(line);
    }
    Ok(())
}

/// A Python that has schemathesis, in a folder of our own.
fn schemathesis(ws: &Workspace) -> Result<PathBuf> {
    let home = ws.target.join("tools/schemathesis");
    let python = home.join("bin/python3");
    let there = || succeeds(Command::new(&python).args(["-c", "import schemathesis"]));
    if there() {
        return Ok(python);
    }
    let Some(system) = find("python3") else {
        bail!("missing: python3\n  install with: sudo apt-get install python3 python3-venv");
    };
    let mut venv = Command::new(system);
    venv.args(["-m", "venv"]).arg(&home).current_dir(&ws.root);
    ws.must("a folder for schemathesis", &mut venv)
        .context("install with: sudo apt-get install python3-venv")?;
    let mut install = Command::new(&python);
    install
        .args([
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
        ])
        .arg(SCHEMATHESIS)
        .current_dir(&ws.root);
    ws.must("schemathesis", &mut install)?;
    if !there() {
        bail!("schemathesis was installed but isn't found");
    }
    Ok(python)
}

/// What npm knows of faults in packages of the web client. A registry that doesn't answer is said, not counted as a
/// failure: the same check runs where it does.
pub(crate) fn npm_audit(ws: &Workspace) -> Result<()> {
    let node = Node::ready(ws)?;
    let mut command = node.npm();
    command
        .args(["audit", "--audit-level=high"])
        .current_dir(ws.root.join("web"));
    let done = command.output().context("npm")?;
    let said = format!(
        "{}{}",
        String::from_utf8_lossy(&done.stdout),
        String::from_utf8_lossy(&done.stderr)
    );
    if done.status.success() {
        term::say(&format!("{} npm audit", term::green("✓")));
    } else if said.contains("audit endpoint returned an error") || said.contains("ENOTFOUND") {
        term::note("npm audit: NOT CHECKED, the registry doesn't answer audits here");
    } else {
        bail!("npm audit:\n{said}");
    }
    Ok(())
}
