//! Rooms and their members over HTTP.

use serde_json::{Value, json};
use testkit::Person;

use crate::support::World;

async fn names(person: &Person, query: &str) -> Vec<String> {
    let list = person.get(&format!("rooms?{query}")).await.is(200);
    let names = list["items"].as_array().unwrap().iter();
    names
        .map(|room| room["name"].as_str().unwrap_or_default().to_owned())
        .collect()
}

async fn members(person: &Person, room: &str) -> Vec<(String, String)> {
    let list = person.get(&format!("rooms/{room}/members")).await.is(200);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let members = list["items"].as_array().unwrap().iter();
    members
        .map(|member| (text(&member["user"]), text(&member["role"])))
        .collect()
}

testkit::on_both_databases! {
    async fn a_room_is_made_with_its_people(db: Database) {
        let World { ana, bo, olga, .. } = World::new(db).await;
        let body = json!({"kind": "private", "name": " Plans ", "topic": "what next", "members": [bo.id]});
        let made = ana.post("rooms", body).await.is(201);
        assert_eq!((&made["name"], &made["topic"]), (&json!("Plans"), &json!("what next")));
        assert_eq!((&made["kind"], &made["members"], &made["role"]), (&json!("private"), &json!(2), &json!("owner")));
        let room = made["id"].as_str().unwrap();
        let people = members(&bo, room).await;
        assert!(people.contains(&(ana.id.clone(), "owner".into())));
        assert!(people.contains(&(bo.id.clone(), "member".into())));
        let seen = bo.get(&format!("rooms/{room}")).await.is(200);
        assert_eq!((&seen["role"], &seen["head"]), (&json!("member"), &made["head"]));
        olga.get(&format!("rooms/{room}")).await.problem(404, "not_found");

        for (field, body, code) in [
            ("name", json!({"kind": "public", "name": " "}), "empty"),
            ("name", json!({"kind": "public", "name": "x".repeat(81)}), "too_long"),
            ("name", json!({"kind": "public", "name": "a\nb"}), "bad_character"),
            ("topic", json!({"kind": "public", "name": "x", "topic": "x".repeat(251)}), "too_long"),
            ("kind", json!({"kind": "secret", "name": "x"}), "bad_format"),
            ("members", json!({"kind": "public", "name": "x", "members": [room]}), "unusable"),
            ("members", json!({"kind": "public", "name": "x", "members": ["bo"]}), "unusable"),
        ] {
            ana.post("rooms", body).await.invalid(field, code);
        }
        ana.post("rooms", json!({"kind": "public"})).await.problem(400, "malformed");
        ana.post("rooms", json!({"kind": "public", "name": 7})).await.malformed("name");
    }

    async fn the_directory_shows_public_rooms_only(db: Database) {
        let World { ana, bo, .. } = World::new(db).await;
        for name in ["Alpha", "beta", "Gamma"] {
            ana.public(name).await;
        }
        ana.private("Aleph", &[]).await;
        let all = names(&bo, "scope=public").await;
        for name in ["Alpha", "beta", "Gamma"] {
            assert!(all.contains(&name.to_owned()), "{all:?}");
        }
        assert!(!all.contains(&"Aleph".to_owned()));
        assert_eq!(names(&bo, "scope=public&query=ALPH").await, ["Alpha"]);
        // Page by page it is the same list.
        let mut paged = Vec::new();
        let mut cursor = String::new();
        loop {
            let path = format!("rooms?scope=public&limit=1{cursor}");
            let page = bo.get(&path).await.is(200);
            paged.extend(page["items"].as_array().unwrap().iter().map(|room| room["name"].as_str().unwrap().to_owned()));
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        assert_eq!(paged, all);
        bo.get("rooms?cursor=!").await.problem(400, "malformed");
        bo.get("rooms?scope=secret").await.malformed("scope");
    }

    async fn a_direct_room_is_found_by_its_people(db: Database) {
        let World { app, ana, bo, olga } = World::new(db).await;
        let first = ana.post("directs", json!({"users": [bo.id]})).await.is(201);
        assert_eq!((&first["kind"], &first["name"]), (&json!("direct"), &Value::Null));
        let mut people = vec![ana.id.clone(), bo.id.clone()];
        people.sort();
        assert_eq!(first["users"], json!(people));
        for (who, users) in [(&bo, json!([ana.id])), (&ana, json!([bo.id, ana.id, bo.id]))] {
            let again = who.post("directs", json!({"users": users})).await.is(200);
            assert_eq!(again["id"], first["id"]);
        }
        let three = ana.post("directs", json!({"users": [bo.id, olga.id]})).await.is(201);
        assert_ne!(three["id"], first["id"]);
        let alone = ana.post("directs", json!({"users": []})).await.is(201);
        assert_eq!(alone["members"], 1);
        ana.post("directs", json!({"users": ["nobody"]})).await.invalid("users", "unusable");
        let mut many = Vec::new();
        for k in 0..10 {
            many.push(app.person(&format!("person{k}")).await.id);
        }
        ana.post("directs", json!({"users": many})).await.invalid("users", "too_long");

        let room = first["id"].as_str().unwrap();
        let other = format!("rooms/{room}/members/{}", olga.id);
        ana.put(&other, json!({})).await.problem(403, "direct_room");
        ana.delete(&format!("rooms/{room}/members/{}", ana.id)).await.problem(403, "direct_room");
        ana.patch(&format!("rooms/{room}"), json!({"name": "x"})).await.problem(403, "direct_room");
        ana.delete(&format!("rooms/{room}")).await.problem(403, "direct_room");
        olga.get(&format!("rooms/{room}")).await.problem(404, "not_found");
    }

    async fn directs_started_at_the_same_time_are_one_room(db: Database) {
        let World { ana, bo, .. } = World::new(db).await;
        let starts = (0..6).map(|k| {
            let (from, to) = if k % 2 == 0 { (ana.clone(), bo.clone()) } else { (bo.clone(), ana.clone()) };
            tokio::spawn(async move { from.direct(&[&to]).await })
        });
        let mut ids = std::collections::BTreeSet::new();
        for start in starts.collect::<Vec<_>>() {
            ids.insert(start.await.unwrap());
        }
        assert_eq!(ids.len(), 1);
    }

    async fn people_come_and_go(db: Database) {
        let World { ana, bo, olga, .. } = World::new(db).await;
        let room = ana.public("square").await;
        let of = |person: &Person| format!("rooms/{room}/members/{}", person.id);
        // Joining is adding oneself; again is nothing.
        let joined = bo.put(&of(&bo), json!({})).await.is(200);
        assert_eq!(joined, json!({"user": bo.id, "role": "member"}));
        let head = bo.get(&format!("rooms/{room}")).await.is(200)["head"].clone();
        bo.put(&of(&bo), json!({})).await.is(200);
        assert_eq!(bo.get(&format!("rooms/{room}")).await.is(200)["head"], head);
        bo.put(&of(&bo), json!({"role": "owner"})).await.problem(403, "forbidden");
        bo.put(&of(&bo), json!({"role": "king"})).await.invalid("role", "bad_format");
        ana.put(&format!("rooms/{room}/members/{room}"), json!({})).await.problem(404, "not_found");
        ana.put(&format!("rooms/{room}/members/bo"), json!({})).await.problem(404, "not_found");

        // The last owner stays one.
        ana.delete(&of(&ana)).await.problem(403, "last_owner");
        ana.put(&of(&ana), json!({"role": "member"})).await.problem(403, "last_owner");
        ana.put(&of(&bo), json!({"role": "owner"})).await.is(200);
        ana.put(&of(&ana), json!({"role": "member"})).await.is(200);
        bo.delete(&of(&ana)).await.is(204);
        bo.delete(&of(&ana)).await.problem(404, "not_found");
        assert_eq!(members(&bo, &room).await, [(bo.id.clone(), "owner".to_owned())]);
        // A public room is still there to be seen.
        ana.get(&format!("rooms/{room}")).await.is(200);
        ana.say_as(&room, "x", "x").await.problem(403, "forbidden");
        // Administrators look after public rooms.
        olga.patch(&format!("rooms/{room}"), json!({"topic": "tidy"})).await.is(200);
        let kinds: Vec<_> = bo.history(&room).await.iter().map(|message| message["system"]["type"].clone()).collect();
        assert_eq!(kinds, ["room_created", "joined", "removed", "topic_changed"]);
    }

    async fn a_private_room_is_closed_after_leaving(db: Database) {
        let World { ana, bo, .. } = World::new(db).await;
        let room = ana.private("plans", &[&bo]).await;
        let sent = bo.say(&room, "mine").await;
        bo.remove(&room, &bo).await;
        let message = format!("messages/{}", sent["id"].as_str().unwrap());
        bo.get(&format!("rooms/{room}")).await.problem(404, "not_found");
        bo.get(&format!("rooms/{room}/messages")).await.problem(404, "not_found");
        bo.patch(&message, json!({"body": "x"})).await.problem(404, "not_found");
        bo.delete(&message).await.problem(404, "not_found");
        bo.put(&format!("rooms/{room}/members/{}", bo.id), json!({})).await.problem(404, "not_found");
        // Even the repeat of what was acknowledged shows nothing of a hidden room, or answers the first: never a new one.
        let again = bo.say_as(&room, "mine", sent["client_id"].as_str().unwrap()).await;
        assert!(matches!(again.status, 200 | 404), "{again:?}");
        ana.add(&room, &bo).await;
        assert_eq!(bo.history(&room).await.len(), ana.history(&room).await.len());
    }

    async fn settings_are_changed_by_those_who_may(db: Database) {
        let World { ana, bo, olga, .. } = World::new(db).await;
        let room = ana.private("plans", &[&bo]).await;
        let path = format!("rooms/{room}");
        bo.patch(&path, json!({"topic": "by bo"})).await.is(200);
        bo.patch(&path, json!({"name": "by bo"})).await.problem(403, "forbidden");
        let now = ana.patch(&path, json!({"name": "renamed", "who_posts": "owners"})).await.is(200);
        assert_eq!((&now["name"], &now["topic"], &now["who_posts"]), (&json!("renamed"), &json!("by bo"), &json!("owners")));
        bo.say_as(&room, "x", "x").await.problem(403, "forbidden");
        ana.say(&room, "announced").await;
        ana.patch(&path, json!({"who_posts": "everybody"})).await.invalid("who_posts", "bad_format");
        ana.patch(&path, json!({"name": ""})).await.invalid("name", "empty");
        ana.patch(&path, json!({"who_invites": "owners"})).await.is(200);
        let add = format!("rooms/{room}/members/{}", olga.id);
        bo.put(&add, json!({})).await.problem(403, "forbidden");
        ana.put(&add, json!({})).await.is(200);

        ana.delete(&path).await.is(204);
        let archived = bo.get(&path).await.is(200);
        assert!(archived["archived_at"].is_string());
        ana.patch(&path, json!({"topic": "x"})).await.problem(403, "room_archived");
        assert!(!bo.history(&room).await.is_empty());
    }

    async fn newcomers_see_what_the_room_lets_them_see(db: Database) {
        let World { ana, bo, .. } = World::new(db).await;
        let room = ana.private("plans", &[]).await;
        let before = ana.say(&room, "before").await;
        ana.patch(&format!("rooms/{room}"), json!({"history": "since_join"})).await.is(200);
        ana.add(&room, &bo).await;
        ana.say(&room, "after").await;
        let seen = bo.history(&room).await;
        assert_eq!(crate::support::bodies(&seen), ["after"]);
        bo.patch(&format!("messages/{}", before["id"].as_str().unwrap()), json!({"body": "x"})).await.problem(404, "not_found");
        ana.patch(&format!("rooms/{room}"), json!({"history": "all"})).await.is(200);
        assert_eq!(crate::support::bodies(&bo.history(&room).await), ["before", "after"]);
    }
}
