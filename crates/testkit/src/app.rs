//! The server under test: the real binary, in a folder of its own, on either database.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::{BufRead, BufReader, Read};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::sync::OnceCell;
use uuid::Uuid;

use crate::children::{self, Farewell, Process, Signal};
use crate::client::{Person, Request};
use crate::contract::Contract;
use crate::db::Database;
use crate::ports::Port;
use crate::wait;

/// A password that every person of the tests has.
pub const PASSWORD: &str = "plum tree at dusk";

/// How long a server may take from its start to its first good `/readyz`; its disk may be made slow.
const START: Duration = Duration::from_secs(60);

/// How long a server may take to end in order.
const STOP: Duration = Duration::from_secs(30);

/// How much of its log a server may leave in the tests' memory.
const LOG_BYTES: usize = 4 * 1024 * 1024;

/// How a server is started.
#[derive(Debug)]
pub struct Setup {
    program: PathBuf,
    db: Database,
    env: BTreeMap<String, OsString>,
    args: Vec<String>,
}

impl Setup {
    /// The server `program` (a test's `env!("CARGO_BIN_EXE_parley")`) on `db`, without rate limits.
    pub fn new(program: impl Into<PathBuf>, db: Database) -> Self {
        let off = ("PARLEY_RATE_LIMITS".to_owned(), "off".into());
        Self {
            program: program.into(),
            db,
            env: BTreeMap::from([off]),
            args: Vec::new(),
        }
    }

    /// With a setting, or any other variable of the environment.
    #[must_use]
    pub fn env(mut self, name: &str, value: impl Into<OsString>) -> Self {
        self.env.insert(name.to_owned(), value.into());
        self
    }

    /// With another word on the command line.
    #[must_use]
    pub fn arg(mut self, word: &str) -> Self {
        self.args.push(word.to_owned());
        self
    }

    /// Starts it and waits until it is ready.
    pub async fn start(self) -> App {
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .timeout(Duration::from_secs(60))
            .build()
            .expect("an HTTP client");
        let app = App(Arc::new(Inner {
            folder: children::folder(),
            port: Port::take(),
            setup: self,
            child: Mutex::new(None),
            log: Arc::default(),
            http,
            contract: OnceCell::new(),
        }));
        app.restart().await;
        app
    }
}

/// A server under test; clones are the same one, and with the last of them it ends.
#[derive(Clone, Debug)]
pub struct App(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    setup: Setup,
    folder: TempDir,
    port: Port,
    child: Mutex<Option<Process>>,
    log: Arc<Mutex<String>>,
    http: reqwest::Client,
    contract: OnceCell<Contract>,
}

impl App {
    /// A server with nothing special about it.
    pub async fn start(program: impl Into<PathBuf>, db: Database) -> Self {
        Setup::new(program, db).start().await
    }

    /// Where it is: `http://127.0.0.1:…`.
    pub fn base(&self) -> String {
        format!("http://{}", self.address())
    }

    /// Its host and port.
    pub fn address(&self) -> String {
        format!("127.0.0.1:{}", self.0.port.number)
    }

    /// Its data folder.
    pub fn data(&self) -> PathBuf {
        self.0.folder.path().join("data")
    }

    /// Its database.
    pub fn db(&self) -> &Database {
        &self.0.setup.db
    }

    /// Runs SQL behind the server's back, for what can't be waited for or isn't to be had through the API.
    pub async fn run_sql(&self, sql: &str) {
        self.db().run(&self.data().join("parley.db"), sql).await;
    }

    /// What it wrote so far.
    pub fn log(&self) -> String {
        self.0.log.lock().unwrap().clone()
    }

    /// Its process, while it runs.
    pub fn pid(&self) -> u32 {
        let child = self.0.child.lock().unwrap();
        child.as_ref().expect("the server runs").id()
    }

    /// What it holds of the machine's memory now, in bytes.
    pub fn resident_bytes(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.pid())).unwrap();
        let line = status.lines().find(|line| line.starts_with("VmRSS:"));
        let kilobytes = line.and_then(|line| line.split_whitespace().nth(1)?.parse::<u64>().ok());
        kilobytes.expect("VmRSS in kB") * 1024
    }

    /// The processor time that it used so far.
    pub fn cpu_time(&self) -> Duration {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.pid())).unwrap();
        let (_, after_name) = stat.rsplit_once(')').expect("the name in parentheses");
        // utime and stime are fields 14 and 15 of the line, in hundredths of a second on every Linux.
        let ticks: u64 = after_name
            .split_whitespace()
            .skip(11)
            .take(2)
            .map(|field| field.parse::<u64>().unwrap())
            .sum();
        Duration::from_millis(ticks * 10)
    }

    /// Starts it again on the same folder, port and database, and waits until it is ready.
    pub async fn restart(&self) {
        self.spawn();
        let ready = format!("{}/readyz", self.base());
        wait::within(START, "the server is ready", async || {
            let ended = self.ended();
            assert!(
                ended.is_none(),
                "the server ended: {ended:?}\n{}",
                self.log()
            );
            let answer = self.0.http.get(&ready).send().await.ok()?;
            answer.status().is_success().then_some(())
        })
        .await;
    }

    /// The command line that runs it, for tests that start it in another way.
    pub fn command(&self) -> Command {
        let setup = &self.0.setup;
        let mut command = Command::new(&setup.program);
        // Neither what the test run was told nor what the developer has set may reach the server.
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("PARLEY_") {
                command.env_remove(name);
            }
        }
        command
            .current_dir(self.0.folder.path())
            .env("PARLEY_DATA_DIR", self.data())
            .env("PARLEY_LISTEN", self.address());
        if let Some(url) = setup.db.url() {
            command.env("PARLEY_DATABASE_URL", url);
        }
        command.envs(&setup.env);
        command
    }

    fn spawn(&self) {
        let mut child = self.0.child.lock().unwrap();
        assert!(child.is_none(), "the server runs already");
        let mut command = self.command();
        command
            .arg("serve")
            .args(&self.0.setup.args)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut started = children::spawn(&mut command, Farewell::Terminate);
        self.collect(started.stdout().expect("piped"));
        self.collect(started.stderr().expect("piped"));
        *child = Some(started);
    }

    fn collect(&self, output: impl Read + Send + 'static) {
        let log = Arc::clone(&self.0.log);
        std::thread::spawn(move || {
            for line in BufReader::new(output).lines() {
                let Ok(line) = line else { return };
                let mut log = log.lock().unwrap();
                if log.len() > LOG_BYTES {
                    // The end of a log tells more than its beginning.
                    let cut = log.ceil_char_boundary(LOG_BYTES / 2);
                    log.drain(..cut);
                }
                log.push_str(&line);
                log.push('\n');
            }
        });
    }

    /// How it ended, if it has.
    fn ended(&self) -> Option<ExitStatus> {
        let mut child = self.0.child.lock().unwrap();
        child
            .as_mut()
            .and_then(|process| process.try_wait().unwrap())
    }

    /// Kills it at once (SIGKILL) and waits until it is gone.
    pub fn kill(&self) {
        let process = self.0.child.lock().unwrap().take();
        let mut process = process.expect("the server runs");
        assert_eq!(
            process.kill().unwrap().signal(),
            Some(9),
            "it ended by itself: {}",
            self.log()
        );
    }

    /// Asks it to end (SIGTERM) and goes on.
    pub fn terminate(&self) {
        let child = self.0.child.lock().unwrap();
        let process = child.as_ref().expect("the server runs");
        process.signal(Signal::TERM).unwrap();
    }

    /// Waits until it has ended in order.
    pub async fn wait(&self) {
        let status = wait::within(STOP, "the server ends", async || self.ended()).await;
        self.0.child.lock().unwrap().take();
        assert!(status.success(), "it ended with {status}\n{}", self.log());
    }

    /// Asks it to end (SIGTERM), and waits until it has.
    pub async fn stop(&self) {
        self.terminate();
        self.wait().await;
    }

    /// The token that the set-up needs.
    pub fn setup_token(&self) -> String {
        let path = self.data().join("setup-token");
        let token = std::fs::read_to_string(&path);
        token
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()))
            .trim()
            .to_owned()
    }

    /// Sets the workspace up under the open policy; the owner is called olga.
    pub async fn setup(&self) -> Person {
        self.setup_with(json!({})).await
    }

    /// The same, with some fields of the call different.
    pub async fn setup_with(&self, fields: Value) -> Person {
        let mut body = json!({
            "token": self.setup_token(),
            "workspace": "Test",
            "username": "olga",
            "email": "olga@example.org",
            "password": PASSWORD,
            "join_policy": "open",
        });
        merge(&mut body, fields);
        let answer = self.anyone().post("setup", body).await;
        Person::signed_in(self, &answer.is(201))
    }

    /// Somebody new, who registers.
    pub async fn person(&self, username: &str) -> Person {
        let answer = self.anyone().post("auth/register", account(username)).await;
        Person::signed_in(self, &answer.is(201))
    }

    /// Somebody who isn't signed in.
    pub fn anyone(&self) -> Person {
        Person::nobody(self)
    }

    /// Signs in once more: another device of the same person.
    pub async fn login(&self, username: &str) -> Person {
        let body = json!({"login": username, "password": PASSWORD});
        let answer = self.anyone().post("auth/login", body).await;
        Person::signed_in(self, &answer.is(200))
    }

    /// The served OpenAPI document, as validators.
    pub async fn contract(&self) -> &Contract {
        self.0
            .contract
            .get_or_init(async || {
                let url = format!("{}/api/openapi.json", self.base());
                let answer = self.0.http.get(url).send().await.expect("an answer");
                assert!(answer.status().is_success(), "{}", answer.status());
                Contract::new(answer.json().await.expect("JSON"))
            })
            .await
    }

    /// A request of nobody in particular.
    pub fn request(&self, method: Method, path: &str) -> Request {
        Request::new(self, method, path)
    }

    pub(crate) fn http(&self) -> &reqwest::Client {
        &self.0.http
    }

    /// The folder that everything of this server lies in; goes with it.
    pub fn folder(&self) -> &Path {
        self.0.folder.path()
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        let child = self
            .child
            .get_mut()
            .unwrap_or_else(|lock| lock.into_inner());
        drop(child.take());
        if std::thread::panicking() {
            let log = self.log.lock().unwrap_or_else(|lock| lock.into_inner());
            let lines: Vec<_> = log.lines().collect();
            let tail = lines.len().saturating_sub(100);
            eprintln!("--- the server's log, its end ---");
            for line in &lines[tail..] {
                eprintln!("{line}");
            }
        }
    }
}

/// The fields that somebody registers with.
pub fn account(username: &str) -> Value {
    json!({
        "username": username,
        "email": format!("{username}@example.org"),
        "password": PASSWORD,
    })
}

/// An id for a write that was never used before.
pub fn client_id() -> String {
    Uuid::new_v4().to_string()
}

/// Puts `fields` over those of `body`.
fn merge(body: &mut Value, fields: Value) {
    if let (Value::Object(body), Value::Object(fields)) = (body, fields) {
        body.extend(fields);
    }
}
