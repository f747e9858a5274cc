//! Set-up, registering, signing in and out, devices, a forgotten password.

use std::os::unix::fs::PermissionsExt;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use testkit::app::{PASSWORD, account};
use testkit::smtp::Smtp;
use testkit::{Person, wait};

use crate::support::{World, setup};

const NEW_PASSWORD: &str = "seven pears in a bowl";

/// What stands behind `#token=` in the first link to this page of a text.
fn token_in(text: &str, page: &str) -> String {
    let mark = format!("/{page}#token=");
    let (_, rest) = text
        .split_once(&mark)
        .unwrap_or_else(|| panic!("no {mark} in {text}"));
    let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '_' | '-'));
    rest[..end.unwrap_or(rest.len())].to_owned()
}

async fn sessions(person: &Person) -> Vec<Value> {
    let list = person.get("me/sessions").await.is(200);
    list["items"].as_array().unwrap().clone()
}

testkit::on_both_databases! {
    async fn a_sign_in_and_a_refused_one_stand_in_the_log(db: Database) {
        let World { app, bo, .. } = World::new(db).await;
        let typed = json!({"login": "bo", "password": "perhaps my other one"});
        app.anyone().post("auth/login", typed).await.problem(401, "bad_credentials");
        let stranger = json!({"login": "my-secret-by-mistake", "password": PASSWORD});
        app.anyone().post("auth/login", stranger).await.problem(401, "bad_credentials");
        let tablet = app.login("bo").await;
        let session = tablet.get("me").await.is(200)["session"].as_str().unwrap().to_owned();
        let log = wait::until("all three in the log", async || {
            let log = app.log();
            (log.contains(&session) && log.matches("a sign-in was refused").count() == 2).then_some(log)
        })
        .await;
        let line = |part: &str| log.lines().find(|line| line.contains(part)).unwrap();
        assert!(line("a sign-in was refused").contains(&bo.id), "{log}");
        assert!(line(&session).contains("signed in") && line(&session).contains(&bo.id), "{log}");
        for typed in ["perhaps my other one", "my-secret-by-mistake", PASSWORD] {
            assert!(!log.contains(typed), "{log}");
        }
    }

    async fn the_first_owner_needs_the_set_up_token(db: Database) {
        let app = setup(db).start().await;
        let state = app.anyone().get("setup").await.is(200);
        assert_eq!(state["needed"], true);
        app.anyone().post("auth/register", account("eve")).await.problem(403, "registration_closed");

        let path = app.data().join("setup-token");
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        let token = app.setup_token();
        assert!(app.log().contains(&format!("/setup#token={token}")), "{}", app.log());
        // A restart keeps the link that was given to somebody.
        app.stop().await;
        app.restart().await;
        assert_eq!(app.setup_token(), token);

        let mut input = json!({
            "token": "wrong", "workspace": "Test", "username": "Olga", "email": "olga@example.org",
            "password": PASSWORD, "join_policy": "open",
        });
        app.anyone().post("setup", input.clone()).await.problem(403, "bad_token");
        input["token"] = json!(token);
        input["username"] = json!("?");
        app.anyone().post("setup", input.clone()).await.invalid("username", "too_short");
        input["username"] = json!("Olga");
        input["join_policy"] = json!("sometimes");
        app.anyone().post("setup", input.clone()).await.invalid("join_policy", "bad_format");
        input["join_policy"] = json!("open");
        let answer = app.anyone().post("setup", input.clone()).await;
        let cookie = answer.header("set-cookie").unwrap();
        assert!(cookie.starts_with("parley_session="), "{cookie}");
        assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
        let olga = Person::signed_in(&app, &answer.is(201));
        assert_eq!((&olga.user["username"], &olga.user["role"]), (&json!("olga"), &json!("owner")));

        app.anyone().post("setup", input).await.problem(409, "already_set_up");
        let state = app.anyone().get("setup").await.is(200);
        assert_eq!((&state["needed"], &state["workspace"]), (&json!(false), &json!("Test")));
        wait::until("the token is gone", async || (!path.exists()).then_some(())).await;
        app.stop().await;
        app.restart().await;
        assert!(!path.exists());
        olga.get("me").await.is(200);
    }

    async fn names_and_addresses_are_taken_once_in_any_case(db: Database) {
        let World { app, ana, .. } = World::new(db).await;
        assert_eq!(ana.user["display_name"], "ana");
        let register = async |fields: Value| {
            let mut body = account("cy");
            body.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
            app.anyone().post("auth/register", body).await
        };
        register(json!({"username": "ANA"})).await.invalid("username", "username_taken");
        register(json!({"email": "Ana@Example.org"})).await.invalid("email", "email_taken");
        register(json!({"username": "c y"})).await.invalid("username", "bad_character");
        register(json!({"username": "x".repeat(33)})).await.invalid("username", "too_long");
        register(json!({"email": "cy.example.org"})).await.invalid("email", "bad_format");
        register(json!({"password": "too short"})).await.invalid("password", "too_short");
        register(json!({"password": "password123"})).await.invalid("password", "weak_password");
        register(json!({"display_name": " "})).await.invalid("display_name", "empty");
        register(json!({"username": 7})).await.malformed("username");
        register(json!({"invite": "pinv_nonsense"})).await.problem(403, "bad_token");
        let cy = register(json!({"username": "Cy", "display_name": "Cy Young"})).await.is(201);
        assert_eq!((&cy["user"]["username"], &cy["user"]["display_name"]), (&json!("cy"), &json!("Cy Young")));
        // Others never see an address.
        let path = format!("users/{}", cy["user"]["id"].as_str().unwrap());
        assert_eq!(ana.get(&path).await.is(200).get("email"), None);
    }

    async fn signing_in_tells_nothing_about_who_is_here(db: Database) {
        let World { app, .. } = World::new(db).await;
        let login = async |login: &str, password: &str| {
            app.anyone().post("auth/login", json!({"login": login, "password": password})).await
        };
        for name in ["ana", "ANA", "ana@example.org", "Ana@Example.ORG"] {
            login(name, PASSWORD).await.is(200);
        }
        let wrong = login("ana", "not the password").await.problem(401, "bad_credentials");
        let nobody = login("nobody", "not the password").await.problem(401, "bad_credentials");
        let plain = |mut problem: Value| { problem.as_object_mut().unwrap().remove("request_id"); problem };
        assert_eq!(plain(wrong), plain(nobody));
        login("ana", "").await.problem(401, "bad_credentials");
        app.anyone().post("auth/login", json!({"login": "ana"})).await.problem(400, "malformed");
    }

    async fn devices_are_listed_and_ended_one_by_one(db: Database) {
        let World { app, ana, bo, .. } = World::new(db).await;
        let other = app.login("ana").await;
        let list = sessions(&ana).await;
        assert_eq!(list.len(), 2);
        let current: Vec<_> = list.iter().filter(|session| session["current"] == true).collect();
        assert_eq!(current.len(), 1);
        let theirs = list.iter().find(|session| session["current"] == false).unwrap();
        let path = format!("me/sessions/{}", theirs["id"].as_str().unwrap());
        bo.delete(&path).await.problem(404, "not_found");
        other.get("me").await.is(200);
        ana.delete(&path).await.is(204);
        other.get("me").await.problem(401, "unauthenticated");
        ana.delete(&path).await.problem(404, "not_found");
        assert_eq!(sessions(&ana).await.len(), 1);

        let answer = ana.post("auth/logout", json!({})).await;
        assert!(answer.header("set-cookie").unwrap().contains("Max-Age=0"));
        answer.is(204);
        ana.get("me").await.problem(401, "unauthenticated");
        ana.post("auth/logout", json!({})).await.problem(401, "unauthenticated");
    }

    async fn one_s_own_account_is_one_s_own_to_change(db: Database) {
        let World { app, ana, .. } = World::new(db).await;
        let me = ana.patch("me", json!({"display_name": "Ana B.", "time_zone": "Europe/Lisbon"})).await.is(200);
        assert_eq!((&me["display_name"], &me["time_zone"]), (&json!("Ana B."), &json!("Europe/Lisbon")));
        assert_eq!(ana.get("me").await.is(200), me);
        let me = ana.patch("me", json!({"time_zone": null})).await.is(200);
        assert_eq!((&me["display_name"], &me["time_zone"]), (&json!("Ana B."), &Value::Null));
        ana.patch("me", json!({"display_name": ""})).await.invalid("display_name", "empty");
        ana.patch("me", json!({"time_zone": "not a zone!"})).await.invalid("time_zone", "bad_format");
        ana.patch("me", json!({"email": "new@example.org"})).await.invalid("current_password", "empty");
        let wrong = json!({"email": "new@example.org", "current_password": "not the password"});
        ana.patch("me", wrong).await.invalid("current_password", "bad_credentials");
        let taken = json!({"email": "bo@example.org", "current_password": PASSWORD});
        ana.patch("me", taken).await.invalid("email", "email_taken");
        ana.patch("me", json!({"email": "new@example.org", "current_password": PASSWORD})).await.is(200);

        let other = app.login("new@example.org").await;
        let change = |current: &str, password: &str| json!({"current": current, "password": password});
        ana.post("me/password", change("not the password", NEW_PASSWORD)).await.invalid("current", "bad_credentials");
        ana.post("me/password", change(PASSWORD, "short")).await.invalid("password", "too_short");
        ana.post("me/password", change(PASSWORD, NEW_PASSWORD)).await.is(204);
        // The other devices are signed out, this one isn't.
        other.get("me").await.problem(401, "unauthenticated");
        ana.get("me").await.is(200);
    }

    async fn a_forgotten_password_is_replaced_by_a_mailed_link_once(db: Database) {
        let smtp = Smtp::start();
        let app = setup(db)
            .env("PARLEY_SMTP_URL", smtp.url())
            .env("PARLEY_MAIL_FROM", "Parley <chat@example.org>")
            .start()
            .await;
        let World { app, ana, .. } = World::on(app).await;
        let gateway = ana.live().await;
        let forgot = async |email: &str| app.anyone().post("auth/forgot-password", json!({"email": email})).await;
        forgot("nobody@example.org").await.is(202);
        forgot("ana").await.invalid("email", "bad_format");
        forgot("Ana@example.org").await.is(202);

        let mail = smtp.mail(1).await;
        assert_eq!(mail["to"], json!(["ana@example.org"]));
        assert_eq!(mail["from"], "chat@example.org");
        assert!(mail["header_from"].as_str().unwrap().contains("chat@example.org"), "{mail}");
        let (text, html) = (mail["text"].as_str().unwrap(), mail["html"].as_str().unwrap());
        assert!(text.contains(&app.base()), "{text}");
        let token = token_in(text, "reset");
        // A slash may be written as a reference in HTML.
        assert_eq!(token_in(&html.replace("&#x2f;", "/"), "reset"), token);

        let reset = |token: &str, password: &str| json!({"token": token, "password": password});
        let post = async |body: Value| app.anyone().post("auth/reset-password", body).await;
        post(reset("wrong", NEW_PASSWORD)).await.problem(403, "bad_token");
        // What is refused for another reason doesn't use the link up.
        post(reset(&token, "short")).await.invalid("password", "too_short");
        post(reset(&token, NEW_PASSWORD)).await.is(204);
        post(reset(&token, NEW_PASSWORD)).await.problem(403, "bad_token");

        // Every session has ended, the connected one too.
        ana.get("me").await.problem(401, "unauthenticated");
        assert_eq!(gateway.closed().await, 4003);
        let login = |password: &str| json!({"login": "ana", "password": password});
        app.anyone().post("auth/login", login(PASSWORD)).await.problem(401, "bad_credentials");
        app.anyone().post("auth/login", login(NEW_PASSWORD)).await.is(200);
        // Its owner is told; nobody else got anything.
        let told = smtp.mail(2).await;
        assert_eq!(told["to"], json!(["ana@example.org"]));
        assert!(!told["text"].as_str().unwrap().contains("#token="), "{told}");
    }

    async fn asking_for_a_link_takes_as_long_for_nobody_as_for_somebody(db: Database) {
        let World { app, .. } = World::new(db).await;
        let mut times = [Duration::ZERO; 2];
        for _ in 0..10 {
            for (time, email) in times.iter_mut().zip(["ana@example.org", "nobody@example.org"]) {
                let began = Instant::now();
                app.anyone().post("auth/forgot-password", json!({"email": email})).await.is(202);
                *time += began.elapsed();
            }
        }
        // Far from what making and mailing a link would take, which is done by a job.
        let [known, unknown] = times;
        assert!(known < unknown * 5 && unknown < known * 5, "{known:?} {unknown:?}");
        // Without a mail server the mails are files.
        let mails = app.data().join("mail");
        // Each is written beside its place first.
        let whole = |entry: std::fs::DirEntry| entry.path().extension().is_some_and(|ending| ending == "eml");
        wait::until("a mail", async || std::fs::read_dir(&mails).ok()?.flatten().any(whole).then_some(())).await;
        // They lie where only the server's own account can look.
        assert_eq!(std::fs::metadata(app.data()).unwrap().permissions().mode() & 0o077, 0);
    }

    async fn tries_are_limited(db: Database) {
        let app = setup(db).env("PARLEY_RATE_LIMITS", "on").start().await;
        let World { app, .. } = World::on(app).await;
        let login = async |login: &str, password: &str| {
            app.anyone().post("auth/login", json!({"login": login, "password": password})).await
        };
        let mut refused = None;
        for _ in 0..20 {
            let answer = login("ana", "not the password").await;
            if answer.status == 429 {
                refused = Some(answer);
                break;
            }
            answer.problem(401, "bad_credentials");
        }
        let refused = refused.expect("not without an end");
        refused.problem(429, "rate_limited");
        let seconds: u64 = refused.header("retry-after").unwrap().parse().unwrap();
        assert!((1..=3600).contains(&seconds), "{seconds}");
        // Another account from the same address is another matter.
        login("bo", PASSWORD).await.is(200);
    }
}
