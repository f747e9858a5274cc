//! `cargo xtask gen`: the API document from the server's code, the web client's types from the document.

use std::path::PathBuf;
use std::process::Stdio;

use anyhow::{Context, Result, bail};

use crate::node::Node;
use crate::serve;
use crate::term;
use crate::web;
use crate::workspace::Workspace;

const DOCUMENT: &str = "web/src/api/generated/openapi.json";
const TYPES: &str = "web/src/api/generated/schema.ts";
const HEADER: &str =
    "// Made by `cargo xtask gen` from the server's API document. Not for editing.\n\n";

/// Writes what is generated.
pub(crate) fn write(ws: &Workspace) -> Result<()> {
    for (file, text) in produce(ws)? {
        let path = ws.root.join(file);
        let same = std::fs::read_to_string(&path).is_ok_and(|found| found == text);
        if !same {
            if let Some(folder) = path.parent() {
                std::fs::create_dir_all(folder)?;
            }
            std::fs::write(&path, text)?;
        }
        term::note(&format!(
            "{file} {}",
            if same { "is current" } else { "written" }
        ));
    }
    Ok(())
}

/// Fails when what is generated isn't what the tree holds.
pub(crate) fn check(ws: &Workspace) -> Result<()> {
    let stale: Vec<&str> = produce(ws)?
        .into_iter()
        .filter(|(file, text)| {
            !std::fs::read_to_string(ws.root.join(file)).is_ok_and(|found| found == *text)
        })
        .map(|(file, _)| file)
        .collect();
    if !stale.is_empty() {
        bail!(
            "not what the server's code says: {}\n  renew with: cargo xtask gen",
            stale.join(", ")
        );
    }
    Ok(())
}

fn produce(ws: &Workspace) -> Result<Vec<(&'static str, String)>> {
    let binary = serve::debug_binaries(ws)?;
    let asked = std::process::Command::new(&binary)
        .arg("openapi")
        .current_dir(&ws.root)
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| format!("{} cannot be started", binary.display()))?;
    if !asked.status.success() {
        bail!("parley openapi failed");
    }
    let mut document = String::from_utf8(asked.stdout).context("the document isn't UTF-8")?;
    if !document.ends_with('\n') {
        document.push('\n');
    }

    let node = Node::ready(ws)?;
    let codegen = ws.root.join("web/codegen");
    web::install(ws, &node, &codegen)?;
    let input: PathBuf = ws.note("openapi.json");
    let output: PathBuf = ws.note("schema.ts");
    std::fs::write(&input, &document)?;
    let mut command = node.node();
    command
        .arg("node_modules/openapi-typescript/bin/cli.js")
        .arg(&input)
        .arg("--output")
        .arg(&output)
        .args([
            "--alphabetize",
            "--immutable",
            "--root-types",
            "--root-types-no-schema-prefix",
        ])
        .current_dir(&codegen);
    ws.must("web client's types", &mut command)?;
    let types = std::fs::read_to_string(&output)?;
    let types = types
        .split_once("*/")
        .map_or(types.as_str(), |(_, rest)| rest.trim_start());
    Ok(vec![
        (DOCUMENT, document),
        (TYPES, format!("{HEADER}{types}")),
    ])
}
