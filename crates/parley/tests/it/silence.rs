//! A database that falls silent: the server that waits for it still ends when it is told to.

use testkit::Database;
use testkit::proxy::{Mode, Proxy};

use crate::support::{World, setup};

#[tokio::test(flavor = "multi_thread")]
async fn a_server_whose_database_is_silent_ends_well_when_told() {
    let db = Database::postgres().await;
    let url = db.url().unwrap().to_owned();
    let (front, rest) = url.split_once('@').unwrap();
    let (host, name) = rest.split_once('/').unwrap();
    let proxy = Proxy::before(host).await;
    let through = format!("{front}@{}/{name}", proxy.address());
    let app = setup(db).env("PARLEY_DATABASE_URL", through).start().await;
    let World { app, ana, bo, .. } = World::on(app).await;
    let room = ana.private("plans", &[&bo]).await;
    ana.say(&room, "heard").await;
    proxy.set(Mode::Swallow);
    let unheard = tokio::spawn(async move {
        let path = format!("rooms/{room}/messages");
        let body = serde_json::json!({"body": "unheard", "client_id": "c1"});
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
