//! Read positions, unread and mention counts.

use serde_json::{Value, json};
use testkit::Person;

use crate::support::World;

async fn my_room(person: &Person, room: &str) -> Value {
    let list = person.get("rooms").await.is(200);
    let found = list["items"].as_array().unwrap().iter();
    found
        .clone()
        .find(|item| item["id"] == room)
        .expect("one of mine")
        .clone()
}

fn counts(room: &Value) -> (i64, i64) {
    (
        room["unread"].as_i64().unwrap(),
        room["mentions"].as_i64().unwrap(),
    )
}

testkit::on_both_databases! {
    async fn what_others_said_is_unread_until_it_is_read(db: Database) {
        let World { ana, bo, .. } = World::new(db).await;
        let room = ana.private("plans", &[&bo]).await;
        assert_eq!(counts(&my_room(&bo, &room).await), (0, 0));
        let first = ana.say(&room, "one").await;
        ana.say(&room, "two, @bo").await;
        let last = ana.say(&room, "three").await;
        assert_eq!(counts(&my_room(&bo, &room).await), (3, 1));
        assert_eq!(counts(&my_room(&ana, &room).await), (0, 0));

        let path = format!("rooms/{room}/read");
        let at = |message: &Value| json!({"ts": message["ts"]});
        let now = bo.put(&path, at(&first)).await.is(200);
        assert_eq!((&now["read_ts"], counts(&now)), (&first["ts"], (2, 1)));
        let now = bo.put(&path, at(&last)).await.is(200);
        assert_eq!((&now["read_ts"], counts(&now)), (&last["ts"], (0, 0)));

        // Never backwards, unless one asks for it.
        let now = bo.put(&path, at(&first)).await.is(200);
        assert_eq!(now["read_ts"], last["ts"]);
        let now = bo.put(&path, json!({"ts": first["ts"], "unread": true})).await.is(200);
        assert_eq!((&now["read_ts"], counts(&now)), (&first["ts"], (2, 1)));
        assert_eq!(my_room(&bo, &room).await["read_ts"], first["ts"]);
        // Never beyond the last message.
        let now = bo.put(&path, json!({"ts": i64::MAX})).await.is(200);
        assert_eq!(now["read_ts"], last["ts"]);
        bo.put(&path, json!({"ts": -1})).await.invalid("ts", "bad_format");
        bo.put(&path, json!({"ts": "now"})).await.malformed("ts");
        bo.put(&path, json!({})).await.problem(400, "malformed");
    }

    async fn what_was_deleted_or_only_happened_does_not_count(db: Database) {
        let World { olga, ana, bo, .. } = World::new(db).await;
        let room = ana.private("plans", &[&bo]).await;
        let sent = ana.say(&room, "one, @bo").await;
        ana.say(&room, "two").await;
        ana.patch(&format!("rooms/{room}"), json!({"topic": "new"})).await.is(200);
        ana.add(&room, &olga).await;
        assert_eq!(counts(&my_room(&bo, &room).await), (2, 1));
        ana.delete(&format!("messages/{}", sent["id"].as_str().unwrap())).await.is(204);
        assert_eq!(counts(&my_room(&bo, &room).await), (1, 0));
        // Who joins has read what was there.
        assert_eq!(counts(&my_room(&olga, &room).await), (0, 0));
    }

    async fn every_device_hears_how_far_one_has_read(db: Database) {
        let World { app, ana, bo, .. } = World::new(db).await;
        let room = ana.private("plans", &[&bo]).await;
        let (one, other) = (bo.live().await, app.login("bo").await.live().await);
        let sent = ana.say(&room, "one, @bo").await;
        let moved = one.ok("read", json!({"room": room, "ts": sent["ts"]})).await;
        for device in [&one, &other] {
            let event = device.event("read.updated").await;
            assert_eq!(event["s"], bo.stream());
            assert_eq!(event["d"]["room"], room.as_str());
            assert_eq!(event["d"]["read_ts"], sent["ts"]);
            assert_eq!(counts(&event["d"]), (0, 0));
        }
        if !moved.as_object().unwrap().is_empty() {
            assert_eq!(moved["read_ts"], sent["ts"]);
        }
    }
}
