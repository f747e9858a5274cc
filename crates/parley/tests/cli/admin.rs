//! `parley admin`: beside a running server and without one, for people and for scripts.

use std::path::Path;
use std::process::Output;

use serde_json::{Value, json};
use testkit::children;

use super::support::{Server, run, words};

/// A workspace owned by ana.
fn workspace(folder: &Path) -> Server {
    let server = Server::start(folder);
    let token = server.greeting.split("/setup#token=").nth(1).unwrap();
    let body = json!({
        "token": token.split_whitespace().next().unwrap(), "workspace": "Lunar Gardeners", "username": "ana",
        "email": "ana@example.org", "password": "correct horse battery", "join_policy": "open",
    });
    let kind = "content-type: application/json\r\n";
    let answer = server.send("POST", "/api/v1/setup", kind, &body.to_string());
    assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
    server
}

fn admin(folder: &Path, arguments: &[&str]) -> Output {
    let all: Vec<_> = std::iter::once("admin")
        .chain(arguments.iter().copied())
        .collect();
    run(folder, &all)
}

/// What a command answers to a script; it has to succeed.
fn asked(folder: &Path, arguments: &[&str]) -> Value {
    let all: Vec<_> = arguments.iter().copied().chain(["--json"]).collect();
    let output = admin(folder, &all);
    assert!(output.status.success(), "{arguments:?}: {}", words(&output));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// A command that is refused with these words.
fn refused(folder: &Path, arguments: &[&str], with: &str) {
    let output = admin(folder, arguments);
    assert_eq!(
        output.status.code(),
        Some(1),
        "{arguments:?}: {}",
        words(&output)
    );
    assert!(
        words(&output).contains(with),
        "{arguments:?}: {}",
        words(&output)
    );
}

/// Everything that the commands do, whoever does it for them.
fn all_of_it(folder: &Path, bo: &str) {
    let mail = format!("{bo}@example.org");
    let made = asked(folder, &["user", "create", bo, &mail, "--role", "guest"]);
    assert_eq!(
        (&made["username"], &made["role"]),
        (&json!(bo), &json!("guest"))
    );
    assert!(
        made["reset_url"]
            .as_str()
            .unwrap()
            .contains("/reset#token=")
    );
    let now = asked(folder, &["user", "role", &mail, "administrator"]);
    assert_eq!(now["role"], "administrator");
    let found = asked(
        folder,
        &["user", "list", "--role", "administrator", "--query", bo],
    );
    assert_eq!(found.as_array().unwrap().len(), 1);
    assert_eq!(asked(folder, &["user", "sessions", bo]), json!([]));
    assert_eq!(asked(folder, &["user", "end-sessions", bo])["ended"], 0);
    assert!(asked(folder, &["user", "reset-link", bo])["url"].is_string());

    let token = asked(
        folder,
        &[
            "token",
            "create",
            bo,
            "--name",
            "a",
            "--scopes",
            "read,admin:read",
        ],
    );
    assert!(token["secret"].as_str().unwrap().starts_with("parley_pat_"));
    let id = token["id"].as_str().unwrap();
    assert_eq!(asked(folder, &["token", "list", bo])[0]["id"], *id);
    asked(folder, &["token", "revoke", bo, id]);
    refused(folder, &["token", "revoke", bo, id], "not found");

    assert!(asked(folder, &["user", "deactivate", bo])["deactivated_at"].is_string());
    let list = words(&admin(folder, &["user", "list", "--deactivated"]));
    assert!(list.contains(bo) && list.contains("deactivated"), "{list}");
    assert!(asked(folder, &["user", "reactivate", bo])["deactivated_at"].is_null());

    let room = asked(folder, &["room", "list"])[0].clone();
    assert_eq!(room["name"], "general");
    assert_eq!(
        asked(folder, &["room", "retention", "#General", "30"])["retention_days"],
        30
    );
    assert!(asked(folder, &["room", "archive", "general"])["archived_at"].is_string());
    let id = room["id"].as_str().unwrap();
    assert!(asked(folder, &["room", "unarchive", id])["archived_at"].is_null());
    assert!(asked(folder, &["room", "retention", id, "default"])["retention_days"].is_null());
    refused(folder, &["room", "archive", "nowhere"], "no room");

    let made = asked(
        folder,
        &[
            "invite",
            "create",
            "--guest",
            "--room",
            "general",
            "--max-uses",
            "1",
        ],
    );
    assert_eq!(
        (&made["role"], &made["rooms"]),
        (&json!("guest"), &json!([id]))
    );
    let invitation = made["id"].as_str().unwrap();
    assert_eq!(asked(folder, &["invite", "list"])[0]["id"], *invitation);
    asked(folder, &["invite", "revoke", invitation]);
    assert_eq!(asked(folder, &["invite", "list"]), json!([]));

    let now = asked(
        folder,
        &[
            "settings",
            "set",
            "accent=#1B6E53",
            "mail_domains=example.org",
        ],
    );
    assert_eq!(now["accent"], "#1b6e53");
    assert!(words(&admin(folder, &["settings", "show"])).contains("mail_domains=example.org"));
    refused(folder, &["settings", "set", "colour=red"], "no setting");
    refused(
        folder,
        &["settings", "set", "retention_days=0"],
        "retention_days",
    );
    assert_eq!(asked(folder, &["health"])["database"]["kind"], "sqlite");

    let acts = asked(
        folder,
        &[
            "audit",
            "list",
            "--actor",
            "server",
            "--action",
            "user.deactivated",
        ],
    );
    assert!(acts[0]["actor"].is_null());
    let exported = admin(folder, &["audit", "export", "--format", "csv"]);
    let table = String::from_utf8(exported.stdout).unwrap();
    let check = asked(folder, &["audit", "verify"]);
    assert_eq!(check["intact"], true);
    assert_eq!(
        table.lines().count() as i64,
        check["entries"].as_i64().unwrap() + 1
    );
}

#[test]
fn the_commands_do_the_same_beside_a_server_and_without_one() {
    let folder = children::folder();
    let server = workspace(folder.path());
    all_of_it(folder.path(), "bo");
    assert!(server.terminate());
    all_of_it(folder.path(), "cy");
}

#[test]
fn the_last_owner_and_wrong_words_are_refused() {
    let folder = children::folder();
    let server = workspace(folder.path());
    refused(
        folder.path(),
        &["user", "role", "ana", "member"],
        "last owner",
    );
    refused(folder.path(), &["user", "deactivate", "ana"], "last owner");
    refused(folder.path(), &["user", "deactivate", "nobody"], "no user");
    assert_eq!(
        admin(folder.path(), &["user", "role", "ana", "king"])
            .status
            .code(),
        Some(2)
    );
    assert_eq!(admin(folder.path(), &["user"]).status.code(), Some(2));
    drop(server);
}

#[test]
fn every_command_says_what_it_does() {
    let folder = children::folder();
    for command in ["user", "room", "invite", "token", "settings", "audit"] {
        let help = admin(folder.path(), &[command, "--help"]);
        assert!(
            help.status.success() && words(&help).contains("--json"),
            "{}",
            words(&help)
        );
    }
    let help = words(&admin(folder.path(), &["--help"]));
    for known in [
        "list-users",
        "create-user",
        "reset-password",
        "make-owner",
        "health",
    ] {
        assert!(help.contains(known), "{known} is missing in {help}");
    }
}

#[test]
fn one_changed_act_is_found_and_named() {
    let folder = children::folder();
    let server = workspace(folder.path());
    for name in ["bo", "cy"] {
        asked(
            folder.path(),
            &["user", "create", name, &format!("{name}@example.org")],
        );
    }
    let good = admin(folder.path(), &["audit", "verify"]);
    assert!(good.status.success() && words(&good).contains("as they were written"));
    assert!(server.terminate());

    let database = folder.path().join("data/parley.db");
    let text = "user.created";
    let mut bytes = std::fs::read(&database).unwrap();
    let place = bytes
        .windows(text.len())
        .rposition(|part| part == text.as_bytes());
    bytes[place.unwrap()] = b'U';
    std::fs::write(&database, bytes).unwrap();
    let bad = admin(folder.path(), &["audit", "verify", "--json"]);
    assert_eq!(bad.status.code(), Some(1), "{}", words(&bad));
    let found: Value = serde_json::from_slice(&bad.stdout).unwrap();
    assert_eq!(found["intact"], false);
    let named = format!("act {} was changed", found["first_bad"]);
    assert!(words(&bad).contains(&named), "{}", words(&bad));
}
