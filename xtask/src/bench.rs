//! `cargo xtask bench`: lists what can be measured, and measures it.

use std::process::Command;

use anyhow::{Result, bail};

use crate::term;
use crate::workspace::Workspace;

/// A benchmark: its name, and the crate it lives in.
struct Bench {
    name: String,
    package: String,
}

/// Lists the benchmarks, or runs the named one with the words after it.
pub(crate) fn run(ws: &Workspace, args: &[String]) -> Result<()> {
    let benches = found(ws)?;
    let Some((name, rest)) = args.split_first() else {
        term::say("cargo xtask bench NAME [words for it]\n");
        for Bench { name, package } in benches {
            term::say(&format!(
                "  {name:<16} {}",
                term::dim(&format!("crates/{package}"))
            ));
        }
        let load = "many people at once against a server, with the loss and order checker";
        term::say(&format!("  {:<16} {}", "load", term::dim(load)));
        return Ok(());
    };
    let mut command = if name == "load" {
        let mut command = ws.cargo(["run", "--release", "--package", "loadtest", "--"]);
        command.args(rest);
        command
    } else {
        let Some(bench) = benches.iter().find(|bench| bench.name == *name) else {
            bail!("there is no benchmark {name}; `cargo xtask bench` lists them");
        };
        let mut command = ws.cargo(["bench", "--package", &bench.package, "--bench", name]);
        command.arg("--").args(rest);
        command
    };
    watched(&mut command)
}

fn found(ws: &Workspace) -> Result<Vec<Bench>> {
    let mut benches = Vec::new();
    for package in std::fs::read_dir(ws.root.join("crates"))? {
        let package = package?;
        let files = std::fs::read_dir(package.path().join("benches"));
        for file in files.into_iter().flatten().flatten() {
            if let Some(name) = file.file_name().to_string_lossy().strip_suffix(".rs") {
                benches.push(Bench {
                    name: name.to_owned(),
                    package: package.file_name().to_string_lossy().into_owned(),
                });
            }
        }
    }
    benches.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(benches)
}

/// A benchmark's own output is what one wants to see.
fn watched(command: &mut Command) -> Result<()> {
    if !command.status()?.success() {
        bail!("the benchmark failed");
    }
    Ok(())
}
