//! A database that is away or silent: the server that waits for it still ends when it is told to, and whom a connection
//! sees is asked again.

use serde_json::{Value, json};
use testkit::Database;
use testkit::app::account;
use testkit::proxy::{Mode, Proxy};

use crate::support::{World, setup};

/// A server whose database is behind a proxy.
async fn behind_a_proxy() -> (World, Proxy) {
    let db = Database::postgres().await;
    let url = db.url().unwrap().to_owned();
    let (front, rest) = url.split_once('@').unwrap();
    let (host, name) = rest.split_once('/').unwrap();
    let proxy = Proxy::before(host).await;
    let through = format!("{front}@{}/{name}", proxy.address());
    let app = setup(db).env("PARLEY_DATABASE_URL", through).start().await;
    (World::on(app).await, proxy)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_look_at_whom_one_sees_that_failed_is_made_again() {
    let (World { app, olga, ana, .. }, proxy) = behind_a_proxy().await;
    let mut new = account("gus");
    new["role"] = json!("guest");
    olga.post("admin/users", new).await.is(201);
    let gus = app.login("gus").await;
    ana.private("plans", &[&gus]).await;
    let guest = gus.live().await;
    proxy.set(Mode::Cut);
    let whom = json!({"users": [ana.id]});
    guest.error("presence.watch", whom, "unavailable").await;
    proxy.set(Mode::Pass);
    let offline = json!([{"user": ana.id, "status": "offline"}]);
    let what = "the look that nobody asked for again";
    let seen = |frame: &Value| frame["t"] == "presence" && frame["d"] == offline;
    guest.until(what, seen).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_whose_database_is_silent_ends_well_when_told() {
    let (World { app, ana, bo, .. }, proxy) = behind_a_proxy().await;
    let room = ana.private("plans", &[&bo]).await;
    ana.say(&room, "heard").await;
    proxy.set(Mode::Swallow);
    let unheard = tokio::spawn(async move {
        let path = format!("rooms/{room}/messages");
        let body = json!({"body": "unheard", "client_id": "c1"});
        ana.post(&path, body)
            .attempt()
            .await
            .map(|answer| answer.status)
    });
    // It ends with success, or this fails.
    app.stop().await;
    let answer = unheard.await.unwrap();
    assert!(!matches!(answer, Ok(200 | 201)), "{answer:?}");
}
