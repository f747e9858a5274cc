//! The binary as people meet it: starting, stopping, settings.

use std::os::unix::fs::PermissionsExt;

use testkit::children;

use super::support::{Server, parley, run, words};

#[test]
fn a_fresh_folder_is_enough_to_start() {
    let folder = children::folder();
    let server = Server::start(folder.path());
    assert!(
        server
            .ask("GET", "/healthz", "")
            .starts_with("HTTP/1.1 200")
    );
    assert!(server.ask("GET", "/readyz", "").starts_with("HTTP/1.1 200"));
    let mode = std::fs::metadata(folder.path().join("data"))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o700);
    assert!(server.terminate());
}

#[test]
fn what_is_kept_is_for_the_owner_only_also_in_a_folder_that_others_made() {
    let folder = children::folder();
    let data = folder.path().join("data");
    std::fs::create_dir(&data).unwrap();
    std::fs::set_permissions(&data, std::fs::Permissions::from_mode(0o755)).unwrap();
    let server = Server::start(folder.path());
    for entry in std::fs::read_dir(&data).unwrap() {
        let entry = entry.unwrap();
        let mode = entry.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{:?}", entry.file_name());
    }
    assert!(server.terminate());
}

#[test]
fn a_file_where_the_socket_should_be_is_left_alone() {
    let folder = children::folder();
    let path = folder.path().join("precious");
    std::fs::write(&path, "mine").unwrap();
    let listen = format!("unix:{}", path.display());
    let output = run(folder.path(), &["serve", "--listen", &listen]);
    assert!(!output.status.success());
    assert!(
        words(&output).contains("not a socket"),
        "{}",
        words(&output)
    );
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "mine");
}

#[test]
fn a_second_server_on_the_folder_ends_at_once_and_names_it() {
    let folder = children::folder();
    let first = Server::start(folder.path());
    let second = run(folder.path(), &["serve", "--listen", "127.0.0.1:0"]);
    assert!(!second.status.success());
    assert!(
        words(&second).contains("running on the data folder ./data"),
        "{}",
        words(&second)
    );
    assert!(first.ask("GET", "/healthz", "").starts_with("HTTP/1.1 200"));
    assert!(first.terminate());
    assert!(
        Server::start(folder.path()).terminate(),
        "the lock outlived its server"
    );
}

#[test]
fn config_check_shows_what_holds_and_hides_secrets() {
    let folder = children::folder();
    std::fs::write(
        folder.path().join("parley.toml"),
        "listen = \"a:1\"\nmail_from = \"a@b.c\"\n",
    )
    .unwrap();
    std::fs::write(folder.path().join(".env"), "PARLEY_LISTEN=a:2\n").unwrap();
    let key = "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWY=";
    let output = parley(folder.path(), &["config", "check", "--data-dir", "here"])
        .env("PARLEY_SMTP_URL", "smtp://ana:hunter2@mail.example.org")
        .env("PARLEY_SECRET_KEY", key)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", words(&output));
    let words = words(&output);
    for line in [
        "PARLEY_LISTEN=a:2  # from .env",
        "PARLEY_DATA_DIR=here",
        "PARLEY_MAIL_FROM=a@b.c",
        "PARLEY_RATE_LIMITS=on",
    ] {
        assert!(words.contains(line), "{line} is missing from:\n{words}");
    }
    assert!(
        !words.contains("hunter2") && !words.contains(key) && !words.contains("a:1"),
        "{words}"
    );
    assert!(
        !folder.path().join("here").exists(),
        "looking at settings must not make anything"
    );
}

#[test]
fn what_cannot_be_a_setting_stops_the_start_and_is_named() {
    let folder = children::folder();
    for (name, value) in [
        ("PARLEY_LISTN", "a:1"),
        ("PARLEY_LISTEN", "nonsense"),
        ("PARLEY_LOG_KEEP", ""),
        ("PARLEY_SMTP_URL", "smtp://mail.example.org:99999"),
        ("PARLEY_DATABASE_URL", "postgres://127.0.0.1:99999/parley"),
    ] {
        let output = parley(folder.path(), &["serve"])
            .env("PARLEY_LISTEN", "127.0.0.1:0")
            .env(name, value)
            .output()
            .unwrap();
        assert!(!output.status.success());
        assert!(words(&output).contains(name), "{}", words(&output));
    }
    assert!(!folder.path().join("data/parley.db").exists());
}

#[test]
fn every_answer_carries_the_security_headers_and_an_id_of_ours() {
    let folder = children::folder();
    let server = Server::start(folder.path());
    for path in ["/", "/api/v1/nothing", "/api/docs", "/healthz", "/none.js"] {
        let answer = server.ask("GET", path, "x-request-id: mine\r\n");
        for header in [
            "content-security-policy: default-src 'none'; script-src 'self'",
            "frame-ancestors 'none'",
            "x-content-type-options: nosniff",
            "x-request-id: 01",
        ] {
            assert!(answer.contains(header), "{path} lacks {header}:\n{answer}");
        }
        assert!(!answer.contains("unsafe-"), "{answer}");
    }
}

#[test]
fn what_is_not_in_the_api_is_a_problem_there() {
    let folder = children::folder();
    let server = Server::start(folder.path());
    for (method, path, status, code) in [
        ("GET", "/api/v1/nothing", "404", "not_found"),
        ("GET", "/api/v1", "404", "not_found"),
        ("POST", "/healthz", "405", "method_not_allowed"),
        ("GET", "/metrics", "401", "unauthenticated"),
    ] {
        let answer = server.ask(method, path, "");
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {status}")),
            "{answer}"
        );
        assert!(
            answer.contains("content-type: application/problem+json"),
            "{answer}"
        );
        assert!(answer.contains(&format!("\"code\":\"{code}\"")), "{answer}");
    }
}

#[test]
fn other_sites_hear_nothing_unless_they_are_configured() {
    let folder = children::folder();
    let origin = "origin: https://other.example.org\r\n";
    let server = Server::start(folder.path());
    assert!(
        !server
            .ask("GET", "/healthz", origin)
            .contains("access-control-allow-origin")
    );
    assert!(server.terminate());
    let mut command = parley(folder.path(), &["serve", "--listen", "127.0.0.1:0"]);
    command.env("PARLEY_CORS_ORIGINS", "https://other.example.org");
    let server = Server::start_with(command);
    let answer = server.ask("GET", "/healthz", origin);
    assert!(
        answer.contains("access-control-allow-origin: https://other.example.org"),
        "{answer}"
    );
    let answer = server.ask("GET", "/healthz", "origin: https://third.example.org\r\n");
    assert!(!answer.contains("access-control-allow-origin"), "{answer}");
}

#[test]
fn metrics_are_open_on_their_own_listener_only() {
    let folder = children::folder();
    let socket = folder.path().join("metrics.sock");
    let mut command = parley(folder.path(), &["serve", "--listen", "127.0.0.1:0"]);
    command.env("PARLEY_ADMIN_LISTEN", format!("unix:{}", socket.display()));
    let server = Server::start_with(command);
    assert!(
        server
            .ask("GET", "/metrics", "")
            .starts_with("HTTP/1.1 401")
    );
    let mut stream = std::os::unix::net::UnixStream::connect(socket).unwrap();
    let answer = super::support::exchange(
        &mut stream,
        "GET /metrics HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n",
    );
    assert!(answer.contains("parley_store_commits_total"), "{answer}");
    assert!(
        answer.contains("route=\"/metrics\",status=\"401\"} 1"),
        "{answer}"
    );
}

#[test]
fn the_description_is_printed_without_a_server() {
    let folder = children::folder();
    let output = run(folder.path(), &["openapi"]);
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(document["openapi"], "3.1.0");
    assert!(document["components"]["schemas"]["Event"].is_object());
    assert!(!folder.path().join("data").exists());
}
