//! A PostgreSQL server of one test's own, whose log is on a slow disk.

use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use tempfile::TempDir;
use tokio_postgres::NoTls;

use crate::children::{self, Farewell, Process, Signal};
use crate::ports::Port;
use crate::{db, preload, wait};

/// How long it may take to start on a busy machine with a slow disk.
const START: Duration = Duration::from_secs(60);

/// A PostgreSQL server; ends when dropped.
#[derive(Debug)]
pub struct Cluster {
    /// Its database, as a superuser's URL.
    pub(crate) url: String,
    server: Process,
    _folder: TempDir,
    _port: Port,
}

impl Cluster {
    /// Starts the programs of the shared server, as the user it runs as, with its log on the disk of `slow_disk`.
    pub(crate) async fn on_slow_disk(slow_disk: &Path) -> Self {
        let programs =
            PathBuf::from(db::ask("SELECT setting FROM pg_config WHERE name = 'BINDIR'").await);
        let shared = std::fs::metadata(db::ask("SHOW data_directory").await)
            .expect("the shared server runs on this machine");
        let folder = children::folder();
        let library = folder.path().join("slow_disk.so");
        std::fs::copy(slow_disk, &library).expect("a copy that its user can read");
        std::fs::set_permissions(&library, std::fs::Permissions::from_mode(0o755))
            .expect("a library of ours");
        chown(folder.path(), Some(shared.uid()), Some(shared.gid())).expect("a folder of ours");
        let data = folder.path().join("data");
        let program = |name: &str| {
            let mut command = Command::new(programs.join(name));
            command
                .arg("-D")
                .arg(&data)
                .current_dir(folder.path())
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(Stdio::null());
            // Only who may change its user can need to: PostgreSQL refuses root.
            if std::fs::metadata("/proc/self").expect("a process").uid() != shared.uid() {
                command.uid(shared.uid()).gid(shared.gid());
            }
            command
        };

        let mut init = program("initdb");
        init.args(["-U", "postgres", "-A", "trust", "-E", "UTF8"])
            .args(["--locale=C.UTF-8", "--no-sync"]);
        let made = children::spawn(&mut init, Farewell::Terminate).wait();
        let made = made.expect("a child");
        assert!(made.success(), "initdb: {made}");
        let port = Port::take();
        let mut serve = program("postgres");
        serve
            .args(["-p", &port.number.to_string()])
            .args(["-c", "listen_addresses=127.0.0.1"])
            .args(["-c", "unix_socket_directories="])
            .env("LD_PRELOAD", &library)
            .env(preload::ONLY, "/pg_wal/");
        // Made first, so that it ends with a test that waits in vain.
        let cluster = Self {
            url: format!("postgres://postgres@127.0.0.1:{}/postgres", port.number),
            server: children::spawn(&mut serve, Farewell::Interrupt),
            _folder: folder,
            _port: port,
        };
        wait::within(START, "PostgreSQL answers", async || {
            tokio_postgres::connect(&cluster.url, NoTls)
                .await
                .ok()
                .map(drop)
        })
        .await;
        cluster
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // "Immediate": what it holds goes with the test.
        let _ = self.server.signal(Signal::QUIT);
        let _ = self.server.wait();
    }
}
