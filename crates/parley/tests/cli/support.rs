//! The real binary, on a free port, in a folder of its own.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use testkit::children::{self, Farewell, Process, Signal};

/// `parley` in `folder`, without any variable of ours.
pub(crate) fn parley(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_parley"));
    command
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .stdin(Stdio::null());
    command
}

/// Runs a command to its end.
pub(crate) fn run(folder: &Path, arguments: &[&str]) -> Output {
    parley(folder, arguments).output().unwrap()
}

/// What a command said, on both ways.
pub(crate) fn words(output: &Output) -> String {
    let both = [output.stdout.as_slice(), output.stderr.as_slice()].concat();
    String::from_utf8(both).unwrap()
}

/// Sends a request, and reads until the other end closes.
pub(crate) fn exchange(stream: &mut (impl Read + Write), request: &str) -> String {
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

/// A running server; killed with the test.
pub(crate) struct Server {
    process: Process,
    /// `127.0.0.1:PORT`
    pub(crate) address: String,
    /// What it said when it was ready.
    pub(crate) greeting: String,
}

impl Server {
    /// Starts one and waits until it says that it is ready.
    pub(crate) fn start(folder: &Path) -> Self {
        Self::start_with(parley(folder, &["serve", "--listen", "127.0.0.1:0"]))
    }

    /// The same from a prepared command.
    pub(crate) fn start_with(mut command: Command) -> Self {
        command.stdout(Stdio::piped()).stderr(Stdio::null());
        let mut process = children::spawn(&mut command, Farewell::Terminate);
        let mut greeting = String::new();
        let mut lines = BufReader::new(process.stdout().unwrap());
        // The greeting ends with an empty line, after its first words.
        while greeting.trim().is_empty() || !greeting.ends_with("\n\n") {
            assert_ne!(
                lines.read_line(&mut greeting).unwrap(),
                0,
                "it ended: {greeting}"
            );
        }
        let address = greeting.split("http://").nth(1).unwrap();
        let address = address
            .split(|c: char| c.is_whitespace() || c == '/')
            .next()
            .unwrap()
            .to_owned();
        Self {
            process,
            address,
            greeting,
        }
    }

    /// The whole answer to a request without a body.
    pub(crate) fn ask(&self, method: &str, path: &str, headers: &str) -> String {
        self.send(method, path, headers, "")
    }

    /// The whole answer to a request.
    pub(crate) fn send(&self, method: &str, path: &str, headers: &str, body: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let length = body.len();
        let head = format!(
            "{method} {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n",
            self.address
        );
        let request = format!("{head}content-length: {length}\r\n{headers}\r\n{body}");
        exchange(&mut stream, &request)
    }

    /// Asks it to end, and answers whether it did so in good order.
    pub(crate) fn terminate(mut self) -> bool {
        self.process.signal(Signal::TERM).unwrap();
        self.process.wait().unwrap().success()
    }
}
