//! Where secrets must not be: logs, errors, effective settings, counters, the database, readable files, the web app.

use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use serde_json::json;
use testkit::app::{PASSWORD, account};
use testkit::client::Method;
use testkit::{App, Gateway, wait};
use tokio::net::TcpStream;

use crate::support::{World, setup};

/// What stands in the settings and must stand nowhere else.
const SMTP_PASSWORD: &str = "canary-of-the-mail-server-8d1f";
const NEW_PASSWORD: &str = "seven pears in a bowl";
const AWS_SECRET: &str = "canary-of-the-bucket-77ab";
/// 32 bytes in base64.
const SECRET_KEY: &str = "Y2FuYXJ5LW9mLXRoZS1zZWNyZXQta2V5LTMyYnl0ZXM=";

/// Fails if a text holds one of the secrets.
#[track_caller]
fn holds_none(place: &str, text: &str, secrets: &[String]) {
    for secret in secrets {
        if let Some(at) = text.find(secret.as_str()) {
            let start = text.floor_char_boundary(at.saturating_sub(200));
            panic!("{secret} is in {place}: …{}", &text[start..at]);
        }
    }
}

/// What stands behind `#token=` in a text.
fn after_token(text: &str) -> String {
    let (_, rest) = text.split_once("#token=").unwrap();
    let is_part = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    rest.chars().take_while(is_part).collect()
}

fn base64(text: &str) -> String {
    data_encoding::BASE64.encode(text.as_bytes())
}

/// Every file below a folder.
fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found
}

/// Everything that the database holds, as text.
async fn contents(app: &App) -> String {
    if app.db().url().is_none() {
        let all = files(&app.data()).into_iter();
        let all = all.filter(|path| path.to_string_lossy().contains("parley.db"));
        let bytes: Vec<u8> = all
            .flat_map(|path| std::fs::read(path).unwrap_or_default())
            .collect();
        assert!(bytes.len() > 10_000, "{}", bytes.len());
        return String::from_utf8_lossy(&bytes).into_owned();
    }
    let text = app.db().dump().await;
    assert!(text.contains("ana@example.org"), "{}", text.len());
    text
}

testkit::on_both_databases! {
    async fn a_secret_is_where_it_belongs_and_nowhere_else(db: Database) {
        let app = setup(db)
            .env("RUST_LOG", "trace")
            .env("PARLEY_SECRET_KEY", SECRET_KEY)
            .env("AWS_SECRET_ACCESS_KEY", AWS_SECRET)
            .start()
            .await;
        let set_up = app.setup_token();
        let mut secrets: Vec<String> = [AWS_SECRET, SECRET_KEY, PASSWORD, NEW_PASSWORD, "not the password", &set_up]
            .map(str::to_owned)
            .into();
        let World { app, olga, ana, bo } = World::on(app).await;
        secrets.extend([&olga, &ana, &bo].map(|person| person.token.clone().unwrap()));

        // What people do, each with its secrets.
        let room = ana.private("plans", &[&bo]).await;
        ana.say(&room, "the words of a message").await;
        let gateway = ana.live().await;
        gateway.ok("send", json!({"room": room, "body": "the words of another", "client_id": "x"})).await;
        gateway.error("send", json!({"room": "the words of a mistake", "body": 7}), "malformed").await;
        app.anyone().post("auth/login", json!({"login": "ana", "password": "not the password"})).await.is(401);
        app.anyone().post("auth/login", json!({"login": PASSWORD, "password": PASSWORD})).await.is(401);
        app.anyone().get(&format!("me?token={}", ana.token.clone().unwrap())).await.is(401);
        let broken = format!("{{\"login\": \"ana\", \"password\": \"{PASSWORD}\", ");
        let broken = app.request(Method::POST, "auth/login").body("application/json", broken).await;
        holds_none("an error", &String::from_utf8(broken.body).unwrap(), &secrets);
        let invitation = olga.post("invitations", json!({})).await.is(201);
        let invitation = after_token(invitation["url"].as_str().unwrap());
        let mut invited = account("cy");
        invited["invite"] = json!(invitation);
        let cy = app.anyone().post("auth/register", invited).await.is(201);
        secrets.extend([invitation, cy["token"].as_str().unwrap().to_owned()]);
        app.anyone().post("auth/forgot-password", json!({"email": "ana@example.org"})).await.is(202);
        let mails = app.data().join("mail");
        let reset = wait::until("a mail", async || {
            let mail = std::fs::read_dir(&mails).ok()?.next()?.ok()?;
            let text = std::fs::read_to_string(mail.path()).ok()?;
            let text = text.replace("=\r\n", "").replace("=3D", "=");
            text.contains("#token=").then(|| after_token(&text))
        })
        .await;
        let body = json!({"token": reset, "password": NEW_PASSWORD});
        app.anyone().post("auth/reset-password", body).await.is(204);
        secrets.push(reset);
        let cookie = format!("parley_session={}", bo.token.clone().unwrap());
        let stream = TcpStream::connect(app.address()).await.unwrap();
        assert!(Gateway::over(&app, stream, &[("cookie", &cookie)]).await.is_err());
        // What is stored, told and answered has none of these; a message is stored and answered, but not told.
        let stored = secrets.clone();
        secrets.push("the words of".to_owned());

        for path in ["/metrics", "/api/openapi.json", "/readyz", "workspace"] {
            let answer = olga.get(path).await;
            holds_none(path, &String::from_utf8(answer.body).unwrap(), &secrets);
        }
        let said = app.command().args(["config", "check"]).output().unwrap();
        assert!(said.status.success(), "{said:?}");
        let said = String::from_utf8_lossy(&said.stdout).into_owned() + &String::from_utf8_lossy(&said.stderr);
        assert!(said.contains("secret_key") || said.contains("PARLEY_SECRET_KEY"), "{said}");
        holds_none("the effective settings", &said, &secrets);

        // Others on the machine see the command line, and nothing of the data.
        let line = std::fs::read(format!("/proc/{}/cmdline", app.pid())).unwrap();
        holds_none("the command line", &String::from_utf8_lossy(&line), &secrets);
        assert_eq!(std::fs::metadata(app.data()).unwrap().permissions().mode() & 0o077, 0);

        app.stop().await;
        holds_none("the database", &contents(&app).await, &stored);
        let log = app.log();
        assert!(log.contains("/api/v1/setup"), "the log's beginning is there");
        // The link of the first start is there to be followed; it works once.
        let is_link = |line: &&str| line.contains("/setup#token=");
        assert!(log.lines().filter(is_link).count() <= 3);
        let told: Vec<_> = log.lines().filter(|line| !is_link(line)).collect();
        holds_none("the log", &told.join("\n"), &secrets);
    }

    async fn a_mail_server_that_fails_is_told_of_without_its_password(db: Database) {
        let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let app = setup(db)
            .env("RUST_LOG", "trace")
            .env("PARLEY_SMTP_URL", format!("smtp://mailer:{SMTP_PASSWORD}@{closed}"))
            .env("PARLEY_MAIL_FROM", "Parley <chat@example.org>")
            .start()
            .await;
        app.setup().await;
        app.anyone().post("auth/forgot-password", json!({"email": "olga@example.org"})).await.is(202);
        wait::until("the failure in the log", async || {
            let log = app.log();
            let told = log.lines().any(|line| line.contains("\"WARN\"") && line.contains("job"));
            told.then_some(())
        })
        .await;
        let said = app.command().args(["config", "check"]).output().unwrap();
        let secrets = [SMTP_PASSWORD.to_owned(), base64(SMTP_PASSWORD)];
        holds_none("the effective settings", &String::from_utf8_lossy(&said.stdout), &secrets);
        holds_none("the log", &app.log(), &secrets);
    }

    async fn a_setting_that_can_t_be_used_isn_t_repeated(db: Database) {
        let app = setup(db).start().await;
        for (name, value) in [
            ("PARLEY_SMTP_URL", format!("smtp//mailer:{SMTP_PASSWORD}@x")),
            ("PARLEY_DATABASE_URL", format!("postgres:/u:{SMTP_PASSWORD}@x")),
            ("PARLEY_SECRET_KEY", format!("{SMTP_PASSWORD}=")),
            ("PARLEY_FILES_URL", format!("s3:/{SMTP_PASSWORD}")),
        ] {
            for words in [&["config", "check"][..], &["serve"]] {
                let done = app.command().env(name, &value).args(words).output().unwrap();
                assert!(!done.status.success(), "{name} {words:?}");
                let said = String::from_utf8_lossy(&done.stdout) + String::from_utf8_lossy(&done.stderr);
                assert!(said.contains(name), "{said}");
                holds_none(name, &said, &[SMTP_PASSWORD.to_owned()]);
            }
        }
    }

    async fn the_web_app_brings_nothing_that_it_shouldn_t(db: Database) {
        let app = setup(db)
            .env("PARLEY_SECRET_KEY", SECRET_KEY)
            .env("AWS_SECRET_ACCESS_KEY", AWS_SECRET)
            .start()
            .await;
        let mut open = vec!["/".to_owned(), "/sw.js".to_owned()];
        let mut seen = BTreeSet::new();
        while let Some(path) = open.pop() {
            if !seen.insert(path.clone()) {
                continue;
            }
            let answer = app.anyone().get(&path).await;
            assert_eq!(answer.status, 200, "{path}");
            let text = String::from_utf8_lossy(&answer.body).into_owned();
            for found in text.split(['"', '\'', '`', '(', ')']).filter(|part| part.contains("assets/")) {
                let named = found.rsplit("assets/").next().unwrap_or_default();
                let is_name = named.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c));
                if is_name && (named.ends_with(".js") || named.ends_with(".css")) {
                    open.push(format!("/assets/{named}"));
                }
            }
            for secret in [SECRET_KEY, AWS_SECRET, "sourceMappingURL", "PARLEY_SECRET", "process.env", "BEGIN PRIVATE KEY"] {
                assert!(!text.contains(secret), "{secret} is in {path}");
            }
            // Nothing of the machine that it was built on.
            assert!(!text.contains(env!("CARGO_MANIFEST_DIR").trim_end_matches("/crates/parley")), "{path}");
        }
        assert!(seen.len() > 5, "{seen:?}");
        for hidden in ["/.env", "/parley.toml", "/.git/config", "/package.json", "/.vite/manifest.json", "/assets/../../Cargo.toml", "/%2e%2e/Cargo.toml", "/assets/%2e%2e/%2e%2e/package.json"] {
            let answer = app.anyone().get(hidden).await;
            let text = String::from_utf8_lossy(&answer.body).into_owned();
            let is_page = text.to_lowercase().contains("<!doctype html>");
            assert!(answer.status == 404 || is_page, "{hidden}: {answer:?}");
        }
    }
}
