//! A real server that speaks S3 (SeaweedFS), with a bucket of its own.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use tempfile::TempDir;

use crate::app::Setup;
use crate::children::{self, Farewell, Process};
use crate::ports::Port;
use crate::wait;

/// Names the program; `cargo xtask test` sets it.
const PROGRAM: &str = "PARLEY_TEST_WEED";

/// How long it may take to start on a busy machine.
const START: Duration = Duration::from_secs(60);

const BUCKET: &str = "files";
const KEY: &str = "parley-test";
const SECRET: &str = "not-a-secret-of-anybody";

/// An S3-compatible server; ends when dropped.
#[derive(Debug)]
pub struct S3 {
    _server: Process,
    port: u16,
    folder: TempDir,
    _ports: Vec<Port>,
}

impl S3 {
    /// Starts one on free ports and makes the bucket.
    pub async fn start() -> Self {
        let program = std::env::var(PROGRAM).unwrap_or_else(|_| {
            panic!("{PROGRAM} is not set: run the tests with `cargo xtask test rust`")
        });
        let folder = children::folder();
        let ports: Vec<Port> = (0..8).map(|_| Port::take()).collect();
        let names = [
            "s3.port",
            "s3.port.grpc",
            "master.port",
            "master.port.grpc",
            "volume.port",
            "volume.port.grpc",
            "filer.port",
            "filer.port.grpc",
        ];
        let mut command = Command::new(program);
        command.args(["server", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-s3"]);
        for (name, port) in names.iter().zip(&ports) {
            command.arg(format!("-{name}={}", port.number));
        }
        command
            .arg(format!("-dir={}", folder.path().display()))
            .args([
                "-s3.port.iceberg=0",
                "-s3.port.lance=0",
                "-master.telemetry=false",
                "-master.volumeSizeLimitMB=128",
                "-volume.max=20",
                "-s3.autoCreateBucket=true",
            ])
            .arg(format!(
                "-filer.localSocket={}",
                folder.path().join("filer.sock").display()
            ))
            .arg(format!(
                "-s3.localSocket={}",
                folder.path().join("s3.sock").display()
            ))
            .env("AWS_ACCESS_KEY_ID", KEY)
            .env("AWS_SECRET_ACCESS_KEY", SECRET)
            .current_dir(folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let port = ports[0].number;
        let http = reqwest::Client::builder()
            .no_proxy()
            .build()
            .expect("an HTTP client");
        let url = format!("http://127.0.0.1:{port}/");
        // Made first, so that it ends with a test that waits in vain.
        let server = Self {
            _server: children::spawn(&mut command, Farewell::Terminate),
            port,
            folder,
            _ports: ports,
        };
        wait::within(START, "SeaweedFS answers", async || {
            http.get(&url).send().await.ok().map(drop)
        })
        .await;
        server
    }

    /// A server that keeps its files here.
    #[must_use]
    pub fn keep(&self, setup: Setup) -> Setup {
        let url = format!(
            "s3://{BUCKET}/parley?endpoint=http://127.0.0.1:{}&region=us-east-1",
            self.port
        );
        setup
            .env("PARLEY_FILES_URL", url)
            .env("AWS_ACCESS_KEY_ID", KEY)
            .env("AWS_SECRET_ACCESS_KEY", SECRET)
    }

    /// The bytes that it has on its disk.
    pub fn bytes(&self) -> u64 {
        bytes_in(self.folder.path())
    }
}

fn bytes_in(folder: &Path) -> u64 {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let paths: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    let sizes = paths.iter().map(|path| match path.is_dir() {
        true => bytes_in(path),
        false => path.metadata().map_or(0, |meta| meta.len()),
    });
    sizes.sum()
}
