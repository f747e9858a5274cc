//! The web client: its packages and its build, each done again only when what it is made of changed.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::node::Node;
use crate::workspace::Workspace;

/// Folders of `web/` that no build reads.
const NOT_SOURCES: [&str; 5] = ["node_modules", "dist", "e2e", "codegen", "scripts"];

/// Installs the packages of an npm project as its lock file says.
pub(crate) fn install(ws: &Workspace, node: &Node, folder: &Path) -> Result<()> {
    let lock = folder.join("package-lock.json");
    let lock = std::fs::read_to_string(&lock)
        .with_context(|| format!("{} cannot be read", lock.display()))?;
    let wanted = format!("{}\n{lock}", node.name());
    let stamp = folder.join("node_modules/.parley-lock");
    if std::fs::read_to_string(&stamp).is_ok_and(|found| found == wanted) {
        return Ok(());
    }
    let label = format!("npm packages of {}", ws.shown(folder));
    // Not `npm ci`: it refuses a lock file that lacks another platform's binaries, as a mirror may.
    let mut command = node.npm();
    command
        .args([
            "install",
            "--no-save",
            "--no-audit",
            "--no-fund",
            "--loglevel=error",
        ])
        .current_dir(folder);
    ws.must(&label, &mut command)?;
    std::fs::create_dir_all(folder.join("node_modules"))?;
    std::fs::write(&stamp, wanted)?;
    Ok(())
}

/// Whether there is a web app, of whatever age.
pub(crate) fn built(ws: &Workspace) -> bool {
    ws.root.join("web/dist/index.html").exists()
}

/// Builds `web/dist`, which the server carries inside.
pub(crate) fn build(ws: &Workspace) -> Result<()> {
    let folder = ws.root.join("web");
    let wanted = format!("{:016x}", sources(&folder)?);
    let stamp = ws.note("web-dist");
    if built(ws) && std::fs::read_to_string(&stamp).is_ok_and(|found| found == wanted) {
        return Ok(());
    }
    let node = Node::ready(ws)?;
    install(ws, &node, &folder)?;
    // A build that fails half-way is done again.
    std::fs::remove_file(&stamp).ok();
    ws.must("web client", &mut node.script(&folder, "build"))?;
    std::fs::write(&stamp, wanted)?;
    Ok(())
}

/// One number for all that the build reads.
fn sources(folder: &Path) -> Result<u64> {
    let mut files = Vec::new();
    collect(folder, &mut files).with_context(|| format!("{} cannot be read", folder.display()))?;
    files.sort();
    let mut hasher = DefaultHasher::new();
    for file in files {
        file.strip_prefix(folder).unwrap_or(&file).hash(&mut hasher);
        std::fs::read(&file)?.hash(&mut hasher);
    }
    Ok(hasher.finish())
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            if !NOT_SOURCES.iter().any(|name| entry.file_name() == *name) {
                collect(&entry.path(), files)?;
            }
        } else {
            files.push(entry.path());
        }
    }
    Ok(())
}
