//! Certificates by ACME, from a real authority (Debian's pebble) with a real resolver beside it.

use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::json;
use tempfile::TempDir;
use testkit::children::{self, Farewell, Process};
use testkit::ports::Port;
use testkit::wait;
use tokio::net::TcpStream;

use crate::tls_support::{PATIENCE, Server, Vouched, exchange, get, shake, trusting};

const NAME: &str = "chat.example.test";

/// An authority, and the resolver by which it finds every name on this machine; both end with the test.
struct Authority {
    folder: TempDir,
    directory: Port,
    management: Port,
    own: Vouched,
    _programs: [Process; 2],
}

impl Authority {
    /// One that looks for the proofs where `server` listens, and whose certificates live for so many seconds.
    async fn start(server: &Server, life: u64) -> Self {
        let folder = children::folder();
        let own = Vouched::new(&["127.0.0.1"]);
        own.write(folder.path());
        let (directory, management) = (Port::take(), Port::take());
        let (names, control) = (Port::take(), Port::take());
        let at = |port: &Port| format!("127.0.0.1:{}", port.number);
        let config = json!({"pebble": {
            "listenAddress": at(&directory),
            "managementListenAddress": at(&management),
            "certificate": folder.path().join("cert.pem"),
            "privateKey": folder.path().join("key.pem"),
            "httpPort": server.http_port(),
            "tlsPort": server.port(),
            "ocspResponderURL": "",
            "externalAccountBindingRequired": false,
            "certificateValidityPeriod": life,
        }});
        let config_file = folder.path().join("config.json");
        std::fs::write(&config_file, config.to_string()).unwrap();
        let mut resolver = Command::new("pebble-challtestsrv");
        resolver
            .args(["-defaultIPv4", "127.0.0.1", "-defaultIPv6", ""])
            .args(["-http01", "", "-https01", "", "-tlsalpn01", ""])
            .args(["-dns01", &at(&names), "-management", &at(&control)]);
        let mut authority = Command::new("pebble");
        authority
            .env("PEBBLE_VA_NOSLEEP", "1")
            .arg("-config")
            .arg(&config_file)
            .args(["-dnsserver", &at(&names)]);
        let programs = [resolver, authority].map(|mut program| {
            program
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(Stdio::null());
            children::spawn(&mut program, Farewell::Terminate)
        });
        wait::until("the authority listens", async || {
            TcpStream::connect(at(&names)).await.ok()?;
            TcpStream::connect(at(&management)).await.ok()?;
            TcpStream::connect(at(&directory)).await.ok()
        })
        .await;
        Self {
            folder,
            directory,
            management,
            own,
            _programs: programs,
        }
    }

    /// Where its directory is.
    fn directory(&self) -> String {
        format!("https://127.0.0.1:{}/dir", self.directory.number)
    }

    /// The file of the certificate that its directory has.
    fn own_root(&self) -> String {
        self.folder.path().join("cert.pem").display().to_string()
    }

    /// What its certificates come from.
    async fn root(&self) -> String {
        let address = format!("127.0.0.1:{}", self.management.number);
        let config = trusting(&self.own.certificate, &[]);
        let stream = shake(&address, "127.0.0.1", config).await.unwrap();
        let answer = exchange(stream, &get("/roots/0")).await;
        let at = answer
            .find("-----BEGIN")
            .unwrap_or_else(|| panic!("{answer}"));
        answer[at..].to_owned()
    }
}

/// The certificate that a server shows, by its bytes.
async fn shown(server: &Server, root: &str) -> Option<Vec<u8>> {
    let stream = shake(&server.address(), NAME, trusting(root, &[]))
        .await
        .ok()?;
    let chain = stream.get_ref().1.peer_certificates()?;
    Some(chain.first()?.to_vec())
}

#[tokio::test]
async fn a_certificate_comes_by_http_and_stays_for_the_next_start() {
    let server = Server::new();
    let authority = Authority::start(&server, 90 * 24 * 60 * 60).await;
    let (directory, own, listen) = (
        authority.directory(),
        authority.own_root(),
        server.http_address(),
    );
    let env = [
        ("PARLEY_ACME_DOMAINS", "chat.example.test,www.example.test"),
        ("PARLEY_ACME_EMAIL", "ana@example.org"),
        ("PARLEY_ACME_DIRECTORY", directory.as_str()),
        ("PARLEY_ACME_ROOT", own.as_str()),
        ("PARLEY_HTTP_LISTEN", listen.as_str()),
    ];
    server.start(&env).await;
    // The first name is where people are.
    server.says("is ready at https://chat.example.test").await;
    server.says("a new certificate is served").await;
    let root = authority.root().await;
    for name in [NAME, "www.example.test"] {
        let stream = shake(&server.address(), name, trusting(&root, &[]))
            .await
            .unwrap();
        assert!(
            exchange(stream, &get("/healthz"))
                .await
                .starts_with("HTTP/1.1 200")
        );
    }
    let answer = server.plain(&listen, &get("/x")).await;
    assert!(
        answer.contains("location: https://chat.example.test/x\r\n"),
        "{answer}"
    );
    // What was asked is answered no more.
    let answer = server
        .plain(&listen, &get("/.well-known/acme-challenge/x"))
        .await;
    assert!(answer.starts_with("HTTP/1.1 308"), "{answer}");
    let folder = server.data().join("acme");
    for (path, mode) in [
        ("", 0o700),
        ("account.json", 0o600),
        ("certificate.pem", 0o600),
    ] {
        let meta = std::fs::metadata(folder.join(path)).unwrap();
        assert_eq!(meta.permissions().mode() & 0o777, mode, "{path}");
    }
    assert!(!server.log().contains("PRIVATE KEY"));

    let first = shown(&server, &root).await.unwrap();
    server.stop().await;
    drop(authority);
    server.start(&env).await;
    assert_eq!(shown(&server, &root).await.unwrap(), first);
    assert!(
        !server.log().contains("asking for a certificate"),
        "{}",
        server.log()
    );
    server.stop().await;

    // With another name the old certificate does until there is a new one.
    let names = ("PARLEY_ACME_DOMAINS", "chat.example.test,new.example.test");
    let env = env.into_iter().map(|(name, value)| match name {
        "PARLEY_ACME_DOMAINS" => names,
        _ => (name, value),
    });
    server.start(&env.collect::<Vec<_>>()).await;
    server.says("no certificate came; it is tried again").await;
    assert_eq!(shown(&server, &root).await.unwrap(), first);
    server.stop().await;
}

#[tokio::test]
async fn without_a_plain_listener_it_comes_by_a_handshake_and_is_renewed_in_time() {
    let server = Server::new();
    let authority = Authority::start(&server, 30).await;
    let (directory, own) = (authority.directory(), authority.own_root());
    let env = [
        ("PARLEY_ACME_DOMAINS", NAME),
        ("PARLEY_ACME_DIRECTORY", directory.as_str()),
        ("PARLEY_ACME_ROOT", own.as_str()),
    ];
    server.start(&env).await;
    server.says("a new certificate is served").await;
    let root = authority.root().await;
    let first = shown(&server, &root).await.unwrap();
    // An open connection outlives its certificate.
    let old = shake(&server.address(), NAME, trusting(&root, &[]))
        .await
        .unwrap();
    wait::within(PATIENCE, "another certificate is served", async || {
        tokio::time::sleep(Duration::from_millis(200)).await;
        shown(&server, &root).await.filter(|now| *now != first)
    })
    .await;
    assert!(
        exchange(old, &get("/healthz"))
            .await
            .starts_with("HTTP/1.1 200")
    );
    // The proof's own protocol is nobody else's way in.
    let acme = shake(&server.address(), NAME, trusting(&root, &[b"acme-tls/1"])).await;
    assert!(acme.is_err());
    server.stop().await;
}

#[tokio::test]
async fn without_a_certificate_nothing_is_served_and_the_log_says_why() {
    let server = Server::new();
    let (listen, nobody) = (server.http_address(), Port::take());
    let directory = format!("https://127.0.0.1:{}/dir", nobody.number);
    server
        .start(&[
            ("PARLEY_ACME_DOMAINS", NAME),
            ("PARLEY_ACME_DIRECTORY", &directory),
            ("PARLEY_HTTP_LISTEN", &listen),
        ])
        .await;
    server
        .says("TLS handshakes are refused until the authority brings one")
        .await;
    server.says("no certificate came; it is tried again").await;
    let any = Vouched::new(&[NAME]).certificate;
    assert!(
        shake(&server.address(), NAME, trusting(&any, &[]))
            .await
            .is_err()
    );
    let answer = server.plain(&listen, &get("/")).await;
    assert!(answer.starts_with("HTTP/1.1 308"), "{answer}");
    server.stop().await;
}
