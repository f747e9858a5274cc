//! A server that speaks TLS, and clients for it that trust one certificate.

#![allow(
    clippy::print_stderr,
    reason = "a test that fails shows the server's log"
)]

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use h2::client::SendRequest;
use http::{HeaderMap, Request};
use rcgen::{CertificateParams, KeyPair};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tempfile::TempDir;
use testkit::children::{self, Farewell, Process, Signal};
use testkit::ports::Port;
use testkit::wait;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// How long an answer may take.
pub(crate) const PATIENCE: Duration = Duration::from_secs(45);

/// A certificate that vouches for itself.
pub(crate) struct Vouched {
    pub(crate) certificate: String,
    pub(crate) key: String,
}

impl Vouched {
    /// For these names and addresses.
    pub(crate) fn new(names: &[&str]) -> Self {
        let names: Vec<_> = names.iter().map(ToString::to_string).collect();
        let params = CertificateParams::new(names).unwrap();
        let key = KeyPair::generate().unwrap();
        Self {
            certificate: params.self_signed(&key).unwrap().pem(),
            key: key.serialize_pem(),
        }
    }

    /// Writes both into a folder, as `cert.pem` and `key.pem`.
    pub(crate) fn write(&self, folder: &Path) {
        std::fs::write(folder.join("cert.pem"), &self.certificate).unwrap();
        std::fs::write(folder.join("key.pem"), &self.key).unwrap();
    }
}

/// A server on a port of its own, in a folder of its own; killed with the test.
pub(crate) struct Server {
    pub(crate) folder: TempDir,
    port: Port,
    http: Port,
    child: Mutex<Option<Process>>,
    log: Arc<Mutex<String>>,
}

impl Server {
    /// A place for one; nothing runs yet.
    pub(crate) fn new() -> Self {
        Self {
            folder: children::folder(),
            port: Port::take(),
            http: Port::take(),
            child: Mutex::default(),
            log: Arc::default(),
        }
    }

    /// One that serves a certificate for localhost from files.
    pub(crate) async fn with_files(env: &[(&str, &str)]) -> (Self, Vouched) {
        let server = Self::new();
        let vouched = Vouched::new(&["localhost"]);
        vouched.write(server.folder.path());
        let mut all = vec![
            ("PARLEY_TLS_CERT", "cert.pem"),
            ("PARLEY_TLS_KEY", "key.pem"),
        ];
        all.extend(env);
        server.start(&all).await;
        (server, vouched)
    }

    pub(crate) fn port(&self) -> u16 {
        self.port.number
    }

    pub(crate) fn http_port(&self) -> u16 {
        self.http.number
    }

    pub(crate) fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port())
    }

    pub(crate) fn http_address(&self) -> String {
        format!("127.0.0.1:{}", self.http_port())
    }

    /// Its data folder.
    pub(crate) fn data(&self) -> std::path::PathBuf {
        self.folder.path().join("data")
    }

    /// The command that runs it.
    pub(crate) fn command(&self, program: &str, env: &[(&str, &str)]) -> Command {
        let mut command = Command::new(program);
        command
            .current_dir(self.folder.path())
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .env("PARLEY_LISTEN", self.address())
            .env("PARLEY_DATA_DIR", self.data())
            .env("PARLEY_RATE_LIMITS", "off")
            .envs(env.iter().copied())
            .stdin(Stdio::null());
        command
    }

    /// Starts it and waits until it says that it is ready.
    pub(crate) async fn start(&self, env: &[(&str, &str)]) {
        let mut command = self.command(env!("CARGO_BIN_EXE_parley"), env);
        command.arg("serve");
        self.run(command).await;
    }

    /// The same from a prepared command.
    pub(crate) async fn run(&self, mut command: Command) {
        self.log.lock().unwrap().clear();
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = children::spawn(&mut command, Farewell::Terminate);
        self.collect(child.stdout().unwrap());
        self.collect(child.stderr().unwrap());
        *self.child.lock().unwrap() = Some(child);
        self.says("is ready at").await;
    }

    fn collect(&self, output: impl Read + Send + 'static) {
        let log = Arc::clone(&self.log);
        std::thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                let mut log = log.lock().unwrap();
                log.push_str(&line);
                log.push('\n');
            }
        });
    }

    pub(crate) fn log(&self) -> String {
        self.log.lock().unwrap().clone()
    }

    /// Waits until it has written this.
    pub(crate) async fn says(&self, text: &str) {
        wait::within(PATIENCE, text, async || {
            let ended = self.ended();
            assert!(ended.is_none(), "it ended: {ended:?}\n{}", self.log());
            self.log().contains(text).then_some(())
        })
        .await;
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.lock().unwrap().as_ref().unwrap().id()
    }

    /// What it holds of the machine's memory now, in bytes.
    pub(crate) fn resident_bytes(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.pid())).unwrap();
        let line = status.lines().find(|line| line.starts_with("VmRSS:"));
        let kilobytes = line.and_then(|line| line.split_whitespace().nth(1)?.parse::<u64>().ok());
        kilobytes.unwrap() * 1024
    }

    pub(crate) fn signal(&self, signal: Signal) {
        let child = self.child.lock().unwrap();
        child.as_ref().unwrap().signal(signal).unwrap();
    }

    fn ended(&self) -> Option<ExitStatus> {
        let mut child = self.child.lock().unwrap();
        child.as_mut().and_then(|child| child.try_wait().unwrap())
    }

    /// Waits until it has ended, which has to be in order.
    pub(crate) async fn ends(&self) {
        let status = wait::within(PATIENCE, "the server ends", async || self.ended()).await;
        assert!(status.success(), "it ended with {status}\n{}", self.log());
        *self.child.lock().unwrap() = None;
    }

    /// Asks it to end, and waits.
    pub(crate) async fn stop(&self) {
        self.signal(Signal::TERM);
        self.ends().await;
    }

    /// What is answered to a plain request at an address.
    pub(crate) async fn plain(&self, address: &str, request: &str) -> String {
        let stream = TcpStream::connect(address).await.unwrap();
        exchange(stream, request).await
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.lock().unwrap().take());
        if std::thread::panicking() {
            eprintln!("--- the server's log ---\n{}", self.log());
        }
    }
}

/// A client's rules: it trusts one certificate, and offers these protocols.
pub(crate) fn trusting(pem: &str, protocols: &[&[u8]]) -> ClientConfig {
    let mut roots = RootCertStore::empty();
    for root in CertificateDer::pem_slice_iter(pem.as_bytes()) {
        roots.add(root.unwrap()).unwrap();
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = protocols.iter().map(|name| name.to_vec()).collect();
    config
}

/// A handshake that asks for a name.
pub(crate) async fn shake(
    address: &str,
    name: &str,
    config: ClientConfig,
) -> std::io::Result<TlsStream<TcpStream>> {
    let stream = TcpStream::connect(address).await?;
    let name = ServerName::try_from(name.to_owned()).unwrap();
    let shake = TlsConnector::from(Arc::new(config)).connect(name, stream);
    tokio::time::timeout(PATIENCE, shake).await.unwrap()
}

/// A connection to a server whose certificate for localhost is this one, over HTTP/1.1.
pub(crate) async fn secure(server: &Server, pem: &str) -> TlsStream<TcpStream> {
    let config = trusting(pem, &[b"http/1.1"]);
    shake(&server.address(), "localhost", config).await.unwrap()
}

/// The same over HTTP/2.
pub(crate) async fn secure_2(server: &Server, pem: &str) -> SendRequest<Bytes> {
    let config = trusting(pem, &[b"h2", b"http/1.1"]);
    let stream = shake(&server.address(), "localhost", config).await.unwrap();
    assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));
    let (requests, connection) = h2::client::handshake(stream).await.unwrap();
    tokio::spawn(connection);
    requests
}

/// Sends a text and reads until the other end closes; an end without a farewell is one too.
pub(crate) async fn exchange(
    mut stream: impl tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin,
    request: &str,
) -> String {
    let mut answer = Vec::new();
    let both = async {
        // It may be refused before all of it is sent.
        let _ = stream.write_all(request.as_bytes()).await;
        let _ = stream.read_to_end(&mut answer).await;
    };
    let ended = tokio::time::timeout(PATIENCE, both).await;
    assert!(
        ended.is_ok(),
        "no end to the answer: {}",
        String::from_utf8_lossy(&answer)
    );
    String::from_utf8_lossy(&answer).into_owned()
}

/// A GET after which the connection ends.
pub(crate) fn get(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
}

/// A GET over HTTP/2; its status, headers and body.
pub(crate) async fn get_2(
    requests: &mut SendRequest<Bytes>,
    path: &str,
) -> (u16, HeaderMap, Bytes) {
    let request = Request::get(format!("https://localhost{path}"))
        .body(())
        .unwrap();
    let mut ready = requests.clone().ready().await.unwrap();
    let (answer, _) = ready.send_request(request, true).unwrap();
    whole(answer).await
}

/// An answer over HTTP/2 with its body.
pub(crate) async fn whole(answer: h2::client::ResponseFuture) -> (u16, HeaderMap, Bytes) {
    let (parts, mut body) = answer.await.unwrap().into_parts();
    let mut bytes = Vec::new();
    while let Some(piece) = body.data().await {
        let piece = piece.unwrap();
        body.flow_control().release_capacity(piece.len()).unwrap();
        bytes.extend_from_slice(&piece);
    }
    (parts.status.as_u16(), parts.headers, bytes.into())
}
