//! The first minutes of a workspace: the set-up link, the first owner, and the commands beside the server.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Stdio;

use testkit::children;

use super::support::{Server, parley, run, words};

/// The secret in the link that the greeting shows.
fn token(server: &Server) -> String {
    let link = server.greeting.split("/setup#token=").nth(1);
    let link = link.unwrap_or_else(|| panic!("no link in {}", server.greeting));
    link.split_whitespace().next().unwrap().to_owned()
}

fn written(folder: &Path) -> Option<String> {
    std::fs::read_to_string(folder.join("data/setup-token")).ok()
}

/// Sets the workspace up, and answers the owner's session token.
fn set_up(server: &Server) -> String {
    let body = serde_json::json!({
        "token": token(server), "workspace": "Lunar Gardeners", "username": "ana", "email": "ana@example.org",
        "password": "correct horse battery", "join_policy": "open",
    });
    let answer = server.send("POST", "/api/v1/setup", JSON, &body.to_string());
    assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
    let body: serde_json::Value =
        serde_json::from_str(answer.split("\r\n\r\n").nth(1).unwrap()).unwrap();
    body["token"].as_str().unwrap().to_owned()
}

const JSON: &str = "content-type: application/json\r\n";

#[test]
fn the_set_up_link_stays_the_same_until_it_is_used() {
    let folder = children::folder();
    let server = Server::start(folder.path());
    let first = token(&server);
    assert_eq!(written(folder.path()).as_deref(), Some(first.as_str()));
    let mode = std::fs::metadata(folder.path().join("data/setup-token"))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
    assert!(server.terminate());

    let server = Server::start(folder.path());
    assert_eq!(token(&server), first);
    set_up(&server);
    // The file goes right after the answer; the next start takes it away at the latest.
    assert!(server.terminate());
    let server = Server::start(folder.path());
    assert!(!server.greeting.contains("token"), "{}", server.greeting);
    assert_eq!(written(folder.path()), None);
    assert!(
        server
            .ask("GET", "/api/v1/setup", "")
            .contains("\"needed\":false")
    );
}

#[test]
fn admin_works_beside_a_running_server_and_without_one() {
    let folder = children::folder();
    let early = run(
        folder.path(),
        &["admin", "create-user", "bo", "bo@example.org"],
    );
    assert!(
        !early.status.success() && words(&early).contains("not set up"),
        "{}",
        words(&early)
    );

    let server = Server::start(folder.path());
    set_up(&server);
    let beside = run(
        folder.path(),
        &["admin", "create-user", "bo", "bo@example.org"],
    );
    assert!(
        beside.status.success() && words(&beside).contains("/reset#token="),
        "{}",
        words(&beside)
    );
    let refused = run(folder.path(), &["admin", "create-user", "BO", "nobody"]);
    assert!(
        !refused.status.success() && words(&refused).contains("email:"),
        "{}",
        words(&refused)
    );
    assert!(server.terminate());

    let alone = run(folder.path(), &["admin", "make-owner", "bo@example.org"]);
    assert!(alone.status.success(), "{}", words(&alone));
    let list = words(&run(folder.path(), &["admin", "list-users"]));
    let roles: Vec<_> = list
        .lines()
        .map(|line| line.split_whitespace().take(2).collect::<Vec<_>>())
        .collect();
    assert_eq!(roles, [["ana", "owner"], ["bo", "owner"]]);
}

#[test]
fn a_password_given_on_standard_input_signs_in() {
    let folder = children::folder();
    let server = Server::start(folder.path());
    set_up(&server);
    let arguments = [
        "admin",
        "create-user",
        "bo",
        "bo@example.org",
        "--password-stdin",
    ];
    let mut child = parley(folder.path(), &arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), b"a seven league boot\n").unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(
        output.status.success() && !words(&output).contains("token"),
        "{}",
        words(&output)
    );
    let body = serde_json::json!({ "login": "bo", "password": "a seven league boot" }).to_string();
    assert!(
        server
            .send("POST", "/api/v1/auth/login", JSON, &body)
            .starts_with("HTTP/1.1 200")
    );
}

#[test]
fn a_cookie_writes_from_our_own_pages_only_and_a_wrong_bearer_is_not_saved_by_it() {
    let folder = children::folder();
    let server = Server::start(folder.path());
    let token = set_up(&server);
    let cookie = format!("cookie: parley_session={token}\r\n");
    let status =
        |headers: &str| server.ask("POST", "/api/v1/auth/logout", headers)[9..12].to_owned();
    let ours = format!("origin: http://{}\r\n", server.address);
    assert_eq!(status(&cookie), "403");
    assert_eq!(
        status(&format!("{cookie}sec-fetch-site: cross-site\r\n{ours}")),
        "403"
    );
    assert_eq!(
        status(&format!("{cookie}origin: http://other.example\r\n")),
        "403"
    );
    assert_eq!(
        status(&format!("{cookie}{ours}authorization: Bearer nonsense\r\n")),
        "401"
    );
    assert!(
        server
            .ask("GET", "/api/v1/me", &cookie)
            .starts_with("HTTP/1.1 200")
    );
    assert_eq!(status(&format!("{cookie}{ours}")), "204");
    assert!(
        server
            .ask("GET", "/api/v1/me", &cookie)
            .starts_with("HTTP/1.1 401")
    );
}

#[test]
fn metrics_are_for_administrators() {
    let folder = children::folder();
    let server = Server::start(folder.path());
    let owner = set_up(&server);
    let bearer = format!("authorization: Bearer {owner}\r\n");
    let answer = server.ask("GET", "/metrics", &bearer);
    assert!(
        answer.starts_with("HTTP/1.1 200") && answer.contains("parley_http_requests_total"),
        "{answer}"
    );
    let body = serde_json::json!({
        "username": "bo", "email": "bo@example.org", "password": "a seven league boot",
    });
    let answer = server.send("POST", "/api/v1/auth/register", JSON, &body.to_string());
    let body: serde_json::Value =
        serde_json::from_str(answer.split("\r\n\r\n").nth(1).unwrap()).unwrap();
    let bearer = format!(
        "authorization: Bearer {}\r\n",
        body["token"].as_str().unwrap()
    );
    assert!(
        server
            .ask("GET", "/metrics", &bearer)
            .starts_with("HTTP/1.1 403")
    );
}
