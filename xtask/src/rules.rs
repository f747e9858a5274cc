//! House rules that no other tool checks.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::evidence;
use crate::planted;
use crate::term;
use crate::workspace::Workspace;

/// Which of our crates a crate may build on; development dependencies are free.
const DIRECTION: [(&str, &[&str]); 13] = [
    ("model", &[]),
    ("store", &["model"]),
    ("live", &["model"]),
    ("files", &[]),
    ("tls", &["model"]),
    ("chat", &["model", "store", "live", "files"]),
    (
        "server",
        &["model", "store", "live", "files", "tls", "chat"],
    ),
    (
        "parley",
        &["model", "store", "live", "files", "tls", "chat", "server"],
    ),
    ("guard", &[]),
    (
        "testkit",
        &["guard", "model", "store", "live", "chat", "server"],
    ),
    ("loadtest", &["model", "testkit"]),
    ("fuzz", &["model", "live", "files", "server"]),
    ("xtask", &["guard"]),
];

/// Checks all rules; the error names every breach.
pub(crate) fn check(ws: &Workspace) -> Result<()> {
    let mut breaches = Vec::new();
    let mut folders: Vec<_> = std::fs::read_dir(ws.root.join("crates"))?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()?;
    folders.push(ws.root.join("xtask"));
    for folder in folders {
        let manifest = folder.join("Cargo.toml");
        let Ok(text) = std::fs::read_to_string(&manifest) else {
            continue;
        };
        let name = folder
            .file_name()
            .map(|name| name.to_string_lossy().into_owned());
        breaches.extend(direction(&name.unwrap_or_default(), &text));
    }
    for file in tracked(ws)? {
        let Ok(text) = std::fs::read_to_string(ws.root.join(&file)) else {
            continue;
        };
        breaches.extend(machine_paths(&ws.root, &file, &text));
        breaches.extend(evidence::missing(&ws.root, &file, &text));
    }
    breaches.extend(planted::stale(ws)?);
    if breaches.is_empty() {
        term::say(&format!("{} house rules", term::green("✓")));
        return Ok(());
    }
    bail!("house rules broken:\n  {}", breaches.join("\n  "))
}

/// Dependencies point one way.
fn direction(name: &str, manifest: &str) -> Vec<String> {
    let Some((_, allowed)) = DIRECTION.iter().find(|(known, _)| *known == name) else {
        return vec![format!(
            "crate {name} has no place in xtask/src/rules.rs, which says who may depend on whom"
        )];
    };
    let ours = |dependency: &str| DIRECTION.iter().any(|(known, _)| *known == dependency);
    let mut section = "";
    let mut breaches = Vec::new();
    for line in manifest.lines() {
        let line = line.trim();
        if line.starts_with('[') {
            section = line;
        } else if section == "[dependencies]" || section == "[build-dependencies]" {
            let dependency = line.split(['.', '=', ' ']).next().unwrap_or("");
            if ours(dependency) && !allowed.contains(&dependency) {
                breaches.push(format!("crate {name} must not depend on {dependency}"));
            }
        }
    }
    breaches
}

/// No file speaks of the machine it was written on.
fn machine_paths(root: &Path, file: &str, text: &str) -> Vec<String> {
    let root = root.to_string_lossy();
    // A checkout at the top of the file system has a name that says nothing.
    if root.matches('/').count() < 2 {
        return Vec::new();
    }
    text.lines()
        .enumerate()
        .filter(|(_, line)| line.contains(root.as_ref()))
        .map(|(index, _)| format!("{file}:{}: names the folder of this checkout", index + 1))
        .collect()
}

/// The files that belong to the checkout, committed or not yet.
pub(crate) fn tracked(ws: &Workspace) -> Result<Vec<String>> {
    let listed = Command::new("git")
        .args([
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
        ])
        .current_dir(&ws.root)
        .output()
        .context("git cannot be started")?;
    if !listed.status.success() {
        bail!("git doesn't list the files of this checkout");
    }
    let text = String::from_utf8_lossy(&listed.stdout);
    let mut files: Vec<String> = text
        .split('\0')
        .filter(|name| !name.is_empty() && ws.root.join(name).is_file())
        .map(Into::into)
        .collect();
    files.sort();
    files.dedup();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dependency_against_the_direction_is_named() {
        let manifest = "[dependencies]\nmodel.workspace = true\nchat = { path = \"../chat\" }\n\
                        tokio.workspace = true\n[dev-dependencies]\ntestkit.workspace = true\n";
        assert_eq!(
            direction("store", manifest),
            ["crate store must not depend on chat"]
        );
        assert!(direction("server", manifest).is_empty());
    }

    #[test]
    fn a_crate_without_a_place_is_named() {
        assert_eq!(direction("novelty", "").len(), 1);
    }

    #[test]
    fn the_folder_of_the_checkout_is_found_in_a_file() {
        let root = Path::new("/home/ana/parley");
        let text = "one\nsee /home/ana/parley/docs\n";
        assert_eq!(
            machine_paths(root, "a.md", text),
            ["a.md:2: names the folder of this checkout"]
        );
        assert!(machine_paths(Path::new("/src"), "a.md", "/src/x").is_empty());
    }
}
