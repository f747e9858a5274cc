//! From sources to a running Parley: `build`, `run`, `dev`.

use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use guard::Farewell;

use crate::node::Node;
use crate::term;
use crate::web;
use crate::workspace::Workspace;

const DEV_ADDRESS: &str = "127.0.0.1";
const DEV_PORT: &str = "5173";

/// The optimised binary with the web app inside.
pub(crate) fn build(ws: &Workspace) -> Result<PathBuf> {
    web::build(ws)?;
    ws.must(
        "server",
        &mut ws.cargo(["build", "--release", "--package", "parley"]),
    )?;
    Ok(ws.target.join("release/parley"))
}

/// The unoptimised binary with the web app inside.
pub(crate) fn build_debug(ws: &Workspace) -> Result<PathBuf> {
    web::build(ws)?;
    debug_binaries(ws)
}

/// The unoptimised binary, with whatever web app there is: the API document doesn't ask for it.
///
/// All programs are built together: alone, `parley` would have other features, and tests would build it anew.
pub(crate) fn debug_binaries(ws: &Workspace) -> Result<PathBuf> {
    let mut command = ws.cargo(["build", "--workspace", "--bins"]);
    ws.must("server (debug)", &mut command)?;
    Ok(ws.target.join("debug/parley"))
}

/// `cargo xtask build`
pub(crate) fn build_command(ws: &Workspace) -> Result<()> {
    let binary = build(ws)?;
    term::say(&format!("\n{}", term::bold(&ws.shown(&binary))));
    Ok(())
}

/// `cargo xtask run`: becomes the server.
pub(crate) fn run(ws: Workspace, args: &[String]) -> Result<()> {
    let binary = build(&ws)?;
    term::say("");
    let mut serve = Command::new(&binary);
    serve.arg("serve").args(args).current_dir(&ws.root);
    drop(ws);
    let error = serve.exec();
    bail!("{} cannot be started: {error}", binary.display())
}

/// `cargo xtask dev`: the debug server, and Vite in front of it.
pub(crate) fn dev(ws: &Workspace, args: &[String]) -> Result<()> {
    let binary = build_debug(ws)?;
    let node = Node::ready(ws)?;
    let web = ws.root.join("web");
    web::install(ws, &node, &web)?;

    let address = format!("http://{DEV_ADDRESS}:{DEV_PORT}");
    term::say(&format!(
        "\n{}  {}\n",
        term::bold(&address),
        term::dim("the web client reloads as you edit; the server is built anew by a restart")
    ));
    let mut server = Command::new(binary);
    server
        .arg("serve")
        .args(args)
        .env("PARLEY_PUBLIC_URL", &address)
        .current_dir(&ws.root);
    let mut vite = node.script(&web, "dev");
    vite.args(["--host", DEV_ADDRESS, "--port", DEV_PORT, "--strictPort"])
        .args(["--clearScreen", "false"])
        .stdin(std::process::Stdio::null());
    let mut both = [
        (
            "the server",
            ws.guard.spawn(&mut server, Farewell::Terminate)?,
        ),
        ("Vite", ws.guard.spawn(&mut vite, Farewell::Terminate)?),
    ];
    let began = Instant::now();
    let ended = 'wait: loop {
        for (name, process) in &mut both {
            if process.try_wait()?.is_some() {
                break 'wait *name;
            }
        }
        std::thread::sleep(Duration::from_millis(200));
    };
    for (_, process) in &mut both {
        process.kill()?;
    }
    bail!("{ended} ended after {}", term::spoken(began.elapsed()))
}
