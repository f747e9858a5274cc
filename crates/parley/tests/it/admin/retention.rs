//! Messages that are older than their room keeps them.

use serde_json::{Value, json};
use store::{Notice, Options, Store, Tx};
use testkit::{App, wait};

use crate::support::{World, bodies, stream};

/// Makes the messages of a room older by so many days, in a database that no server has open.
async fn age(app: &App, room: &str, bodies_of: &'static str, days: i64) {
    let database = match app.db().url() {
        Some(url) => store::Database::Postgres(url.to_owned()),
        None => store::Database::Sqlite(app.data().join("parley.db")),
    };
    let store = Store::open(Options {
        database,
        clock: model::time::Clock::system(),
        on_commit: std::sync::Arc::new(|_: Notice| {}),
    })
    .await
    .unwrap();
    let id: model::id::RoomId = room.parse().unwrap();
    let micros = days * 24 * 3600 * 1_000_000;
    let job = async move |tx: &mut Tx| -> store::Result<u64> {
        tx.execute(
            "UPDATE mentions SET ts = ts - $2 WHERE message IN (SELECT id FROM messages WHERE room = $1 AND body LIKE $3)",
            store::params![id, micros, bodies_of],
        )
        .await?;
        tx.execute(
            "UPDATE messages SET ts = ts - $2 WHERE room = $1 AND (body LIKE $3 OR kind = 'system')",
            store::params![id, micros, bodies_of],
        )
        .await
    };
    assert!(store.write(&[], job).await.unwrap() > 0);
    store.close().await;
}

testkit::on_both_databases! {
    async fn old_messages_go_for_good_and_who_comes_back_is_told(db: Database) {
        let World { app, olga, ana, bo } = World::new(db).await;
        let room = ana.private("plans", &[&bo]).await;
        let kept = ana.private("kept", &[&bo]).await;
        for k in 0..3 {
            let said = ana.say(&room, &format!("old {k} @bo")).await;
            let path = format!("messages/{}", said["id"].as_str().unwrap());
            ana.patch(&path, json!({"body": format!("old {k}, edited, @bo")})).await.is(200);
            ana.say(&kept, &format!("old {k} @bo")).await;
        }
        ana.say(&room, "new @bo").await;
        let gateway = bo.live().await;
        let start = gateway.head(&stream(&room));
        drop(gateway);
        let change = json!({"retention_days": 30});
        let now = olga.patch(&format!("admin/rooms/{room}"), change).await.is(200);
        assert_eq!(now["retention_days"], 30);
        assert_eq!(bo.get(&format!("rooms/{room}")).await.is(200)["retention_days"], 30);

        app.stop().await;
        age(&app, &room, "old%", 31).await;
        age(&app, &kept, "old%", 31).await;
        app.restart().await;
        // It is looked for at each start, and then hourly.
        wait::until("the old messages are gone", async || {
            let left = bodies(&ana.history(&room).await);
            (left == ["new @bo"]).then_some(())
        })
        .await;
        assert_eq!(bodies(&ana.history(&kept).await).len(), 3, "another room keeps its own");
        let seen = wait::until("what is unread is counted anew", async || {
            let room = bo.get(&format!("rooms/{room}")).await.is(200);
            (room["unread"] == 1).then_some(room)
        })
        .await;
        assert_eq!(seen["mentions"], 1);
        let page = bo.get(&format!("rooms/{room}/messages")).await.is(200);
        assert_eq!(page["has_before"], json!(false));

        // Who was away with a cursor hears of it in order.
        let back = bo.gateway().await;
        back.sync(json!({ stream(&room): start })).await;
        let trimmed = wait::until("room.trimmed", async || {
            let events = back.events(&stream(&room));
            events.into_iter().find(|event| event["t"] == "room.trimmed")
        })
        .await;
        let before = trimmed["d"]["before_ts"].as_i64().unwrap();
        let left: Vec<Value> = ana.history(&room).await;
        assert!(left.iter().all(|message| message["ts"].as_i64().unwrap() >= before));
        // And who was never there gets no words of what is gone.
        let afresh = bo.gateway().await;
        afresh.sync(json!({ stream(&room): 0 })).await;
        let events = afresh.events(&stream(&room));
        assert!(!events.iter().any(|event| event.to_string().contains("old 1")), "{events:?}");
    }
}
