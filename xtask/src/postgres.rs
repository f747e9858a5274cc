//! A private PostgreSQL for the time of a test run.

use std::fs::{File, Permissions};
use std::net::TcpListener;
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use guard::{Farewell, Process, Signal};

use crate::term;
use crate::tools::{Part, ensure, postgres_programs, succeeds, user_id};
use crate::workspace::Workspace;

/// How the cluster is set: it syncs as in production, and has room for many tests at once.
const SETTINGS: [&str; 9] = [
    "listen_addresses=127.0.0.1",
    "unix_socket_directories=",
    "max_connections=300",
    "max_locks_per_transaction=256",
    "shared_buffers=128MB",
    "max_wal_size=256MB",
    "fsync=on",
    "synchronous_commit=on",
    "max_parallel_workers_per_gather=0",
];

/// How much room memory must have for a cluster to go there.
const MEMORY_MEGABYTES: u64 = 4096;

/// A running cluster; it stops, and its data goes, with this value.
pub(crate) struct Postgres {
    pub(crate) url: String,
    server: Process,
    folder: PathBuf,
}

/// The user that a server started by root runs as, because PostgreSQL refuses root.
#[derive(Clone, Copy)]
struct Account {
    user: u32,
    group: u32,
}

impl Postgres {
    pub(crate) fn start(ws: &Workspace) -> Result<Postgres> {
        ensure(ws, &[Part::Postgres])?;
        let programs = postgres_programs().context("PostgreSQL is missing")?;
        let began = Instant::now();
        term::live("⠋ PostgreSQL");

        // Not in the target folder: the account may not be able to reach that.
        let folder = roomy().join(format!("parley-postgres-{}", std::process::id()));
        std::fs::create_dir(&folder)
            .with_context(|| format!("cannot make {}", folder.display()))?;
        ws.guard.folder(&folder);
        std::fs::set_permissions(&folder, Permissions::from_mode(0o700))?;
        let account = account()?;
        if let Some(Account { user, group }) = account {
            chown(&folder, Some(user), Some(group))?;
        }

        let mut init = program(&programs.join("initdb"), &folder, account);
        init.args(["-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"])
            .args(["--locale=C.UTF-8", "-D"])
            .arg(folder.join("data"));
        let made = init.output().context("initdb cannot be started")?;
        if !made.status.success() {
            bail!("initdb failed: {}", String::from_utf8_lossy(&made.stderr));
        }

        // The port is free when we look; should another take it meanwhile, we look again.
        for attempt in 0.. {
            let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
            let log = ws.note("logs").join("postgres.log");
            let mut serve = program(&programs.join("postgres"), &folder, account);
            serve
                .arg("-D")
                .arg(folder.join("data"))
                .args(["-p", &port.to_string()]);
            for setting in SETTINGS {
                serve.args(["-c", setting]);
            }
            serve.stdout(Stdio::null()).stderr(File::create(&log)?);
            let mut server = Postgres {
                url: format!("postgres://postgres@127.0.0.1:{port}/postgres"),
                server: ws.guard.spawn(&mut serve, Farewell::Interrupt)?,
                folder: folder.clone(),
            };
            if server.answers(&programs, port)? {
                term::settle();
                let took = term::dim(&term::spoken(began.elapsed()));
                term::say(&format!(
                    "{} PostgreSQL on port {port} {took}",
                    term::green("✓")
                ));
                return Ok(server);
            }
            if attempt == 2 {
                bail!("PostgreSQL doesn't start, see {}", ws.shown(&log));
            }
            server.stop();
        }
        bail!("PostgreSQL doesn't start")
    }

    /// Waits until it accepts connections; false when it ended instead.
    fn answers(&mut self, programs: &Path, port: u16) -> Result<bool> {
        let deadline = Instant::now() + Duration::from_secs(30);
        while Instant::now() < deadline && self.server.try_wait()?.is_none() {
            let mut ready = Command::new(programs.join("pg_isready"));
            if succeeds(ready.args(["-q", "-h", "127.0.0.1", "-p", &port.to_string()])) {
                return Ok(true);
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(false)
    }

    fn stop(&mut self) {
        if self.server.signal(Signal::INT).is_ok() {
            let deadline = Instant::now() + Duration::from_secs(10);
            while matches!(self.server.try_wait(), Ok(None)) && Instant::now() < deadline {
                std::thread::sleep(Duration::from_millis(20));
            }
        }
        self.server.kill().ok();
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.stop();
        std::fs::remove_dir_all(&self.folder).ok();
    }
}

/// Where a cluster goes: each test makes hundreds of files, so memory is better than a disk if there is enough of it.
fn roomy() -> PathBuf {
    let memory = PathBuf::from("/dev/shm");
    let mut df = Command::new("df");
    df.args(["--output=avail", "--block-size=1M"]).arg(&memory);
    let free = df.stderr(Stdio::null()).output().ok().and_then(|said| {
        let said = String::from_utf8_lossy(&said.stdout).into_owned();
        said.lines().nth(1)?.trim().parse::<u64>().ok()
    });
    let available = std::fs::read_to_string("/proc/meminfo")
        .ok()
        .and_then(|said| {
            let line = said
                .lines()
                .find(|line| line.starts_with("MemAvailable:"))?;
            let kilobytes: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
            Some(kilobytes / 1024)
        });
    match (free, available) {
        (Some(free), Some(available)) if free.min(available) >= MEMORY_MEGABYTES => memory,
        _ => std::env::temp_dir(),
    }
}

fn program(path: &Path, folder: &Path, account: Option<Account>) -> Command {
    let mut command = Command::new(path);
    command
        .current_dir(folder)
        .env("LC_ALL", "C.UTF-8")
        .stdin(Stdio::null());
    if let Some(Account { user, group }) = account {
        command.uid(user).gid(group);
    }
    command
}

fn account() -> Result<Option<Account>> {
    if user_id() != Some(0) {
        return Ok(None);
    }
    let users = std::fs::read_to_string("/etc/passwd")?;
    let find = |name: &str| {
        let line = users
            .lines()
            .find(|line| line.split(':').next() == Some(name))?;
        let mut numbers = line.split(':').skip(2);
        Some(Account {
            user: numbers.next()?.parse().ok()?,
            group: numbers.next()?.parse().ok()?,
        })
    };
    let found = find("postgres").or_else(|| find("nobody"));
    Ok(Some(found.context(
        "PostgreSQL refuses to run as root, and there is no user postgres",
    )?))
}
