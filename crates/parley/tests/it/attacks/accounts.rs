//! Finding out who has an account, guessing passwords, and keeping people out by guessing.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use testkit::app::{PASSWORD, account};
use testkit::{Answer, App, wait};

use crate::support::{World, setup};

/// A server that believes a proxy on this machine, so that a test can come from any address.
async fn behind_a_proxy(db: testkit::Database) -> World {
    let app = setup(db)
        .env("PARLEY_RATE_LIMITS", "on")
        .env("PARLEY_TRUSTED_PROXIES", "127.0.0.1")
        .start()
        .await;
    World::on(app).await
}

async fn login(app: &App, from: &str, login: &str, password: &str) -> Answer {
    let body = json!({"login": login, "password": password});
    let request = app.anyone().post("auth/login", body);
    request.header("x-forwarded-for", from).await
}

/// What an answer says, without what differs by chance.
fn said(answer: &Answer) -> (u16, Value, Vec<(String, String)>) {
    let mut body = answer.json();
    if let Some(body) = body.as_object_mut() {
        body.remove("request_id");
    }
    let headers = answer.headers.iter();
    let headers = headers
        .filter(|(name, _)| !matches!(name.as_str(), "x-request-id" | "date"))
        .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
        .collect();
    (answer.status, body, headers)
}

/// The processor time that the server takes for a call, many times.
async fn cost(app: &App, call: impl AsyncFn()) -> Duration {
    call().await;
    let before = app.cpu_time();
    for _ in 0..30 {
        call().await;
    }
    app.cpu_time() - before
}

testkit::on_both_databases! {
    async fn a_refused_sign_in_is_the_same_for_nobody_and_for_everybody(db: Database) {
        let World { app, ana, .. } = World::new(db).await;
        let long = "x".repeat(5000);
        let mut refusals = Vec::new();
        for name in ["ana", "ana@example.org", "nobody", "nobody@example.org", "", " ", "\u{0}", &long] {
            refusals.push(said(&login(&app, "", name, "not the password").await));
        }
        for refusal in &refusals {
            assert_eq!(refusal, &refusals[0]);
        }
        assert_eq!(refusals[0].0, 401);
        ana.get("me").await.is(200);
    }

    async fn a_refused_sign_in_costs_as_much_for_nobody_as_for_somebody(db: Database) {
        let World { app, .. } = World::new(db).await;
        let known = cost(&app, async || drop(login(&app, "", "ana", "not the password").await)).await;
        let nobody = cost(&app, async || drop(login(&app, "", "nobody", "not the password").await)).await;
        // Measured as work of the server, which other things on the machine don't disturb.
        assert!(known < nobody * 13 / 10 && nobody < known * 13 / 10, "{known:?} {nobody:?}");
        assert!(nobody > Duration::from_millis(200), "the password of nobody is checked too: {nobody:?}");
    }

    async fn asking_for_a_new_password_tells_nothing(db: Database) {
        let World { app, .. } = World::new(db).await;
        let ask = async |email: &str| {
            said(&app.anyone().post("auth/forgot-password", json!({"email": email})).await)
        };
        let known = ask("ana@example.org").await;
        assert_eq!(known.0, 202);
        assert_eq!(ask("nobody@example.org").await, known);
    }

    async fn a_closed_door_doesn_t_say_who_is_inside(db: Database) {
        let World { app, olga, .. } = World::new(db).await;
        let register = async |name: &str| said(&app.anyone().post("auth/register", account(name)).await);
        for policy in ["invite", "closed"] {
            olga.patch("workspace", json!({"join_policy": policy})).await.is(200);
            let known = register("ana").await;
            assert_eq!(known.0, 403, "{policy}");
            assert_eq!(register("nobody").await, known, "{policy}");
        }
        // A link that is wrong says no more than that, whatever is wrong with it.
        let look = async |token: &str| {
            said(&app.anyone().post("auth/invite", json!({"token": token})).await)
        };
        let wrong = look("pinv_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA").await;
        assert_eq!(wrong.0, 403);
        assert_eq!(look("").await, wrong);
        assert_eq!(look("pses_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA").await, wrong);
    }

    async fn guessing_at_an_account_from_one_address_ends_soon_and_keeps_nobody_out(db: Database) {
        let World { app, ana, .. } = behind_a_proxy(db).await;
        let gateway = ana.live().await;
        let mut refused = 0;
        for _ in 0..30 {
            let answer = login(&app, "198.51.100.7", "ana", "not the password").await;
            refused += usize::from(answer.status == 429);
        }
        assert!(refused >= 20, "{refused} of 30");
        // Not even the right password helps from there, so that trying on is of no use.
        login(&app, "198.51.100.7", "ana", PASSWORD).await.problem(429, "rate_limited");
        // Their owner signs in from where they are, and goes on where they were signed in.
        login(&app, "192.0.2.4", "ana", PASSWORD).await.is(200);
        ana.get("me").await.is(200);
        let room = ana.private("plans", &[]).await;
        gateway.ok("send", json!({"room": room, "body": "still here", "client_id": "x"})).await;
        // Nor does it keep others out who share the address.
        login(&app, "198.51.100.7", "bo", PASSWORD).await.is(200);
    }

    async fn guessing_from_everywhere_makes_guessing_slow_and_keeps_nobody_out(db: Database) {
        let World { app, ana, .. } = behind_a_proxy(db).await;
        for n in 0..55 {
            login(&app, &format!("198.51.{n}.7"), "ana", "not the password").await.problem(401, "bad_credentials");
        }
        let began = Instant::now();
        login(&app, "203.0.113.1", "ana", "not the password").await.problem(401, "bad_credentials");
        assert!(began.elapsed() >= Duration::from_millis(500), "{:?}", began.elapsed());
        // The owner waits a moment, and is in.
        let began = Instant::now();
        login(&app, "192.0.2.4", "ana", PASSWORD).await.is(200);
        assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
        ana.get("me").await.is(200);
    }

    async fn guessing_at_many_accounts_from_one_address_ends(db: Database) {
        let World { app, .. } = behind_a_proxy(db).await;
        let mut refused = None;
        for n in 0..150 {
            let answer = login(&app, "198.51.100.7", &format!("somebody{n}"), "Summer is here").await;
            if answer.status == 429 {
                refused = Some(n);
                break;
            }
        }
        assert!(refused.is_some_and(|n| n <= 100), "{refused:?}");
        login(&app, "192.0.2.4", "ana", PASSWORD).await.is(200);
    }

    async fn common_passwords_and_those_with_names_in_them_are_refused_everywhere(db: Database) {
        let World { app, olga, ana, .. } = World::new(db).await;
        olga.patch("workspace", json!({"name": "Harbour & Sons"})).await.is(200);
        for weak in [
            "qwertyuiop",
            "P@ssw0rd2026",
            "iloveyou!!!",
            "dragondragon",
            "1q2w3e4r5t6y",
            "!!!trustno1!!!",
            "cynthia-cynthia",
            "HarbourSons2026",
        ] {
            let mut body = account("cynthia");
            body["password"] = json!(weak);
            app.anyone().post("auth/register", body).await.invalid("password", "weak_password");
        }
        for weak in ["qwertyuiop", "harbour-and-sons", "Harbour & Sons!"] {
            let change = json!({"current": PASSWORD, "password": weak});
            let answer = ana.post("me/password", change).await;
            match weak {
                // Only said with the very letters of the name.
                "harbour-and-sons" => drop(answer.is(204)),
                _ => answer.invalid("password", "weak_password"),
            }
            let back = json!({"current": weak, "password": PASSWORD});
            ana.post("me/password", back).await;
        }
    }

    async fn a_link_to_a_new_password_opens_one_thing_once(db: Database) {
        let World { app, ana, .. } = World::new(db).await;
        app.anyone().post("auth/forgot-password", json!({"email": "ana@example.org"})).await.is(202);
        let mails = app.data().join("mail");
        let mail = wait::until("a mail", async || {
            let file = std::fs::read_dir(&mails).ok()?.next()?.ok()?;
            let text = std::fs::read_to_string(file.path()).ok()?;
            text.contains("prst_").then_some(text)
        })
        .await;
        let token = token_in(&mail);
        // It is nobody's session and no invitation.
        let bearer = format!("Bearer {token}");
        app.anyone().get("me").header("authorization", &bearer).await.problem(401, "unauthenticated");
        app.anyone().post("auth/invite", json!({"token": token})).await.problem(403, "bad_token");
        let confirm = json!({"token": token, "password": "seven pears in a bowl"});
        app.anyone().post("auth/confirm", confirm).await.problem(403, "bad_token");
        // Many at once use it once.
        let tries = (0..8).map(|n| {
            let body = json!({"token": token, "password": format!("seven pears in bowl {n}")});
            let request = app.anyone().post("auth/reset-password", body);
            tokio::spawn(async move { request.await.status })
        });
        let mut done = 0;
        for one in tries.collect::<Vec<_>>() {
            done += usize::from(one.await.unwrap() == 204);
        }
        assert_eq!(done, 1);
        ana.get("me").await.problem(401, "unauthenticated");
    }
}

/// The secret of a reset link in a mail whose lines may be broken.
fn token_in(mail: &str) -> String {
    let mail = mail
        .replace("=\r\n", "")
        .replace("=\n", "")
        .replace("=3D", "=");
    let (_, rest) = mail.split_once("prst_").unwrap();
    format!("prst_{}", &rest[..43])
}
