//! Posting, history, editing, deleting over HTTP.

use serde_json::{Value, json};
use testkit::Person;
use testkit::app::client_id;

use crate::support::{World, bodies, pluck};

async fn page(person: &Person, room: &str, query: &str) -> Value {
    let path = format!("rooms/{room}/messages?{query}");
    person.get(&path).await.is(200)
}

fn items(page: &Value) -> &[Value] {
    page["items"].as_array().unwrap()
}

testkit::on_both_databases! {
    async fn a_message_comes_back_as_it_was_written(db: Database) {
        let World { ana, bo, .. } = World::new(db).await;
        let room = ana.private("plans", &[&bo]).await;
        let body = "**Hi** <b>bo</b> 👩‍👩‍👧\n\n`code` \\ \"quotes\" \u{202e}";
        let sent = ana.say(&room, body).await;
        assert_eq!(sent["body"], body);
        assert_eq!(sent["author"], ana.id.as_str());
        assert_eq!(sent["room"], room.as_str());
        assert_eq!(sent["kind"], "message");
        assert_eq!(sent["edited_at"], Value::Null);
        assert_eq!(bo.history(&room).await.last(), Some(&sent));
    }

    async fn a_repeated_client_id_answers_with_the_first_message(db: Database) {
        let World { ana, bo, .. } = World::new(db).await;
        let room = ana.private("plans", &[&bo]).await;
        let id = client_id();
        let first = ana.say_as(&room, "first", &id).await.is(201);
        assert_eq!(ana.say_as(&room, "first", &id).await.is(200), first);
        // Whatever the body now says, even one that would be refused.
        assert_eq!(ana.say_as(&room, "second", &id).await.is(200), first);
        assert_eq!(ana.say_as(&room, "", &id).await.is(200), first);
        // Another author or another room is another message.
        let other = bo.say_as(&room, "bo's", &id).await.is(201);
        assert_ne!(other["id"], first["id"]);
        let elsewhere = ana.private("elsewhere", &[]).await;
        ana.say_as(&elsewhere, "elsewhere", &id).await.is(201);

        let path = format!("messages/{}", first["id"].as_str().unwrap());
        let edited = ana.patch(&path, json!({"body": "edited"})).await.is(200);
        assert_eq!(ana.say_as(&room, "first", &id).await.is(200), edited);
        ana.delete(&path).await.is(204);
        let deleted = ana.say_as(&room, "first", &id).await.is(200);
        assert_eq!(deleted["body"], "");
        assert!(deleted["deleted_at"].is_string());
        assert_eq!(bodies(&ana.history(&room).await), ["", "bo's"]);
    }

    async fn posts_at_the_same_time_under_one_client_id_make_one_message(db: Database) {
        let World { ana, .. } = World::new(db).await;
        let room = ana.private("plans", &[]).await;
        let id = client_id();
        let posts = (0..8).map(|_| {
            let (ana, room, id) = (ana.clone(), room.clone(), id.clone());
            tokio::spawn(async move { ana.say_as(&room, "once", &id).await })
        });
        let mut made = 0;
        let mut ids = std::collections::BTreeSet::new();
        for post in posts.collect::<Vec<_>>() {
            let answer = post.await.unwrap();
            made += usize::from(answer.status == 201);
            ids.insert(answer.json()["id"].as_str().unwrap().to_owned());
        }
        assert_eq!((made, ids.len()), (1, 1));
        assert_eq!(bodies(&ana.history(&room).await), ["once"]);
    }

    async fn history_is_read_in_every_direction(db: Database) {
        let World { ana, .. } = World::new(db).await;
        let room = ana.private("plans", &[]).await;
        for k in 0..10 {
            ana.say(&room, &format!("{k}")).await;
        }
        let all = ana.history(&room).await;
        let ts: Vec<i64> = all.iter().map(|message| message["ts"].as_i64().unwrap()).collect();
        assert!(ts.is_sorted_by(|a, b| a < b));
        // The room's first message tells that it was made.
        assert_eq!(all.len(), 11);

        let newest = page(&ana, &room, "limit=3").await;
        assert_eq!(items(&newest), &all[8..]);
        assert_eq!((&newest["has_before"], &newest["has_after"]), (&json!(true), &json!(false)));

        let before = page(&ana, &room, &format!("before={}&limit=3", ts[8])).await;
        assert_eq!(items(&before), &all[5..8]);
        assert_eq!((&before["has_before"], &before["has_after"]), (&json!(true), &json!(true)));

        let first = page(&ana, &room, "after=0&limit=3").await;
        assert_eq!(items(&first), &all[..3]);
        assert_eq!((&first["has_before"], &first["has_after"]), (&json!(false), &json!(true)));

        let after = page(&ana, &room, &format!("after={}", ts[8])).await;
        assert_eq!(items(&after), &all[9..]);
        assert_eq!((&after["has_before"], &after["has_after"]), (&json!(true), &json!(false)));

        let around = page(&ana, &room, &format!("around={}&limit=5", ts[5])).await;
        assert!(items(&around).contains(&all[5]));
        assert!((4..=6).contains(&items(&around).len()), "{around}");
        assert_eq!((&around["has_before"], &around["has_after"]), (&json!(true), &json!(true)));

        // Empty pages speak for their bound.
        let none = page(&ana, &room, &format!("after={}", ts[10])).await;
        assert!(items(&none).is_empty());
        assert_eq!((&none["has_before"], &none["has_after"]), (&json!(true), &json!(false)));
        let none = page(&ana, &room, &format!("before={}", ts[0])).await;
        assert!(items(&none).is_empty());
        assert_eq!((&none["has_before"], &none["has_after"]), (&json!(false), &json!(true)));

        let room_now = ana.get(&format!("rooms/{room}")).await.is(200);
        assert_eq!(newest["head"], room_now["head"]);
        assert_eq!(room_now["last_ts"], ts[10]);
    }

    async fn a_history_s_question_has_to_make_sense(db: Database) {
        let World { ana, .. } = World::new(db).await;
        let room = ana.private("plans", &[]).await;
        let ask = async |query: &str| ana.get(&format!("rooms/{room}/messages?{query}")).await;
        for (query, field) in [
            ("before=1&after=2", "before"),
            ("before=1&around=2", "before"),
            ("after=1&around=2", "around"),
            ("before=soon", "before"),
            ("limit=0", "limit"),
            ("limit=-1", "limit"),
            ("limit=many", "limit"),
            ("threads=some", "threads"),
        ] {
            ask(query).await.malformed(field);
        }
        ask("limit=100000&colour=red").await.is(200);
        ask("threads=all").await.is(200);
    }

    async fn what_may_be_posted_is_bounded(db: Database) {
        let World { ana, .. } = World::new(db).await;
        let room = ana.private("plans", &[]).await;
        let path = format!("rooms/{room}/messages");
        let post = async |body: Value| ana.post(&path, body).await;
        let body = |text: &str| json!({"body": text, "client_id": client_id()});

        post(body("")).await.invalid("body", "empty");
        post(body("a\0b")).await.invalid("body", "bad_character");
        post(body(&"x".repeat(40_001))).await.invalid("body", "too_long");
        // Characters count, not bytes.
        post(body(&"💬".repeat(40_000))).await.is(201);
        post(json!({"body": "x", "client_id": ""})).await.invalid("client_id", "empty");
        post(json!({"body": "x", "client_id": "x".repeat(65)})).await.invalid("client_id", "too_long");
        let thread = json!({"body": "x", "client_id": client_id(), "thread": room});
        post(thread).await.invalid("thread", "unusable");
        let files = json!({"body": "x", "client_id": client_id(), "attachments": [room]});
        post(files).await.invalid("attachments", "unusable");

        post(json!({"client_id": "x"})).await.problem(400, "malformed");
        post(json!({"body": 5, "client_id": "x"})).await.malformed("body");
        post(json!(["x", "y"])).await.problem(400, "malformed");
        ana.request(testkit::client::Method::POST, &path).body("application/json", "{").await.problem(400, "malformed");
        ana.request(testkit::client::Method::POST, &path).body("text/plain", "{}").await.problem(415, "unsupported_media_type");
        let huge = format!(r#"{{"body":"{}"}}"#, "x".repeat(600_000));
        ana.request(testkit::client::Method::POST, &path).body("application/json", huge).await.problem(413, "body_too_large");
        // Fields that are unknown are those of a later version.
        post(json!({"body": "x", "client_id": client_id(), "mood": "good"})).await.is(201);
    }

    async fn checks_come_in_their_order(db: Database) {
        let World { app, ana, bo, .. } = World::new(db).await;
        let room = ana.private("plans", &[]).await;
        let path = format!("rooms/{room}/messages");
        let wrong = json!({"body": "", "client_id": ""});
        // Route, sign-in, syntax, sight, validity, right.
        ana.post("rooms/no-such-thing/messages", wrong.clone()).await.problem(404, "not_found");
        ana.post("no-such-path", wrong.clone()).await.problem(404, "not_found");
        app.anyone().post(&path, json!([])).await.problem(401, "unauthenticated");
        bo.post(&path, json!([])).await.problem(400, "malformed");
        bo.post(&path, wrong.clone()).await.problem(404, "not_found");
        ana.post(&path, wrong.clone()).await.problem(422, "invalid");
        ana.delete(&format!("rooms/{room}")).await.is(204);
        ana.post(&path, wrong).await.problem(422, "invalid");
        ana.say_as(&room, "too late", &client_id()).await.problem(403, "room_archived");
        let public = ana.public("square").await;
        bo.say_as(&public, "", &client_id()).await.invalid("body", "empty");
        bo.say_as(&public, "hello", &client_id()).await.problem(403, "forbidden");
    }

    async fn only_its_author_changes_a_message(db: Database) {
        let World { olga, ana, bo, .. } = World::new(db).await;
        let room = ana.private("plans", &[&bo, &olga]).await;
        let sent = bo.say(&room, "mine").await;
        let path = format!("messages/{}", sent["id"].as_str().unwrap());
        for other in [&ana, &olga] {
            other.patch(&path, json!({"body": "yours"})).await.problem(403, "forbidden");
        }
        let edited = bo.patch(&path, json!({"body": "still mine"})).await.is(200);
        assert_eq!(edited["body"], "still mine");
        assert!(edited["edited_at"].is_string());
        assert_eq!((&edited["n"], &edited["ts"]), (&sent["n"], &sent["ts"]));
        bo.patch(&path, json!({"body": ""})).await.invalid("body", "empty");
        bo.patch(&path, json!({})).await.problem(400, "malformed");
        // The same words again are no change.
        let again = bo.patch(&path, json!({"body": "still mine"})).await.is(200);
        assert_eq!(again, edited);
    }

    async fn deleting_leaves_the_trace_and_nothing_else(db: Database) {
        let World { ana, bo, olga, .. } = World::new(db).await;
        let room = ana.private("plans", &[&bo]).await;
        let sent = bo.say(&room, "@ana a secret").await;
        assert_eq!(sent["mentions"][0]["user"], ana.id.as_str());
        let path = format!("messages/{}", sent["id"].as_str().unwrap());
        olga.delete(&path).await.problem(404, "not_found");
        ana.delete(&path).await.is(204);
        ana.delete(&path).await.is(204);
        let history = bo.history(&room).await;
        let gone = history.iter().find(|message| message["id"] == sent["id"]).unwrap();
        assert_eq!(gone["body"], "");
        assert_eq!(gone["mentions"], json!([]));
        assert!(gone["deleted_at"].is_string());
        assert_eq!((&gone["n"], &gone["ts"]), (&sent["n"], &sent["ts"]));
        bo.patch(&path, json!({"body": "back"})).await.problem(403, "forbidden");
        let made = &history[0];
        assert_eq!(made["kind"], "system");
        let system = format!("messages/{}", made["id"].as_str().unwrap());
        ana.delete(&system).await.problem(403, "forbidden");
    }

    async fn mentions_name_people_by_id(db: Database) {
        let World { ana, bo, .. } = World::new(db).await;
        let room = ana.private("plans", &[&bo]).await;
        let sent = ana.say(&room, "é @bo and @nobody and `@bo`, @Ana.").await;
        let mentions = json!([
            {"user": bo.id, "start": 2, "len": 3},
            {"user": ana.id, "start": 29, "len": 4},
        ]);
        assert_eq!(sent["mentions"], mentions);
        let path = format!("messages/{}", sent["id"].as_str().unwrap());
        let edited = ana.patch(&path, json!({"body": "nobody"})).await.is(200);
        assert_eq!(edited["mentions"], json!([]));
    }

    async fn a_page_and_its_head_are_of_one_moment(db: Database) {
        let World { ana, bo, .. } = World::new(db).await;
        let room = ana.private("plans", &[&bo]).await;
        let writers: Vec<_> = (0..3)
            .map(|k| {
                let (ana, room) = (ana.clone(), room.clone());
                tokio::spawn(async move {
                    for j in 0..60 {
                        ana.say(&room, &format!("{k}.{j}")).await;
                    }
                })
            })
            .collect();
        // Every event here makes a message: the newest one is the head, whenever one looks.
        while writers.iter().any(|writer| !writer.is_finished()) {
            let newest = page(&bo, &room, "limit=1").await;
            assert_eq!(items(&newest)[0]["n"], newest["head"], "{newest}");
        }
        for writer in writers {
            writer.await.unwrap();
        }
    }

    async fn numbers_are_gapless_under_many_writers(db: Database) {
        let World { ana, bo, .. } = World::new(db).await;
        let room = ana.private("plans", &[&bo]).await;
        let writers = (0..8).map(|k| {
            let person = if k % 2 == 0 { ana.clone() } else { bo.clone() };
            let room = room.clone();
            tokio::spawn(async move {
                for j in 0..10 {
                    person.say(&room, &format!("{k}.{j}")).await;
                }
            })
        });
        for writer in writers.collect::<Vec<_>>() {
            writer.await.unwrap();
        }
        let history = ana.history(&room).await;
        let numbers: Vec<u64> = pluck(&history, "n").into_iter().map(|n| n.as_u64().unwrap()).collect();
        assert_eq!(history.len(), 81);
        assert!(numbers.windows(2).all(|pair| pair[1] == pair[0] + 1), "{numbers:?}");
        for k in 0..8 {
            let own: Vec<_> = bodies(&history).into_iter().filter(|body| body.starts_with(&format!("{k}."))).collect();
            let expected: Vec<_> = (0..10).map(|j| format!("{k}.{j}")).collect();
            assert_eq!(own, expected);
        }
    }
}
