//! The operations, and what is ephemeral.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use testkit::app::{account, client_id};
use testkit::gateway::ABNORMAL;
use testkit::{Gateway, Person};
use tokio_tungstenite::tungstenite::Message;

use crate::support::{World, bodies, setup, stream};

/// What somebody is said to be, by the last `presence` frame that names them.
async fn presence(gateway: &Gateway, user: &str, status: &str) -> Instant {
    let names = |frame: &Value| {
        let list = frame["d"].as_array().cloned().unwrap_or_default();
        frame["t"] == "presence"
            && list
                .iter()
                .any(|one| one["user"] == user && one["status"] == status)
    };
    gateway.until(&format!("{user} is {status}"), names).await;
    let frames = gateway.received();
    let last = frames.iter().rev().find(|received| names(&received.frame));
    last.unwrap().at
}

testkit::on_both_databases! {
    async fn a_sent_message_is_answered_and_heard(db: Database) {
        let World { ana, bo, .. } = World::new(db).await;
        let room = ana.private("plans", &[&bo]).await;
        let (sender, reader) = (ana.live().await, bo.live().await);
        let send = json!({"room": room, "body": "hello", "client_id": client_id()});
        let sent = sender.ok("send", send.clone()).await;
        assert_eq!((&sent["body"], &sent["author"]), (&json!("hello"), &json!(ana.id)));
        for gateway in [&sender, &reader] {
            let event = gateway.event("message.created").await;
            assert_eq!((&event["n"], &event["d"]), (&sent["n"], &sent));
        }
        // The same id again is the same message, over either way.
        assert_eq!(sender.ok("send", send.clone()).await, sent);
        let id = send["client_id"].as_str().unwrap();
        assert_eq!(ana.say_as(&room, "hello", id).await.is(200), sent);
        assert_eq!(bodies(&bo.history(&room).await), ["hello"]);
    }

    async fn many_in_flight_keep_their_order(db: Database) {
        let World { ana, bo, .. } = World::new(db).await;
        let room = ana.private("plans", &[&bo]).await;
        let (sender, reader) = (ana.live().await, bo.live().await);
        let mut ids = Vec::new();
        for k in 0..200 {
            let send = json!({"room": room, "body": format!("{k}"), "client_id": client_id()});
            ids.push(sender.start("send", send).await);
        }
        let mut last = 0;
        for id in ids {
            let answer = sender.answer(&id).await;
            assert_eq!(answer["t"], "ok", "{answer}");
            let n = answer["d"]["n"].as_u64().unwrap();
            assert!(n > last, "{n} after {last}");
            last = n;
        }
        let expected: Vec<_> = (0..200).map(|k| k.to_string()).collect();
        assert_eq!(bodies(&bo.history(&room).await), expected);
        reader.reached(&stream(&room), last).await;
        let heard: Vec<_> = reader.events(&stream(&room)).into_iter().map(|event| event["d"].clone()).collect();
        assert_eq!(bodies(&heard), expected);
    }

    async fn what_is_wrong_with_an_operation_is_said_and_the_connection_lives(db: Database) {
        let World { ana, bo, .. } = World::new(db).await;
        let room = ana.private("plans", &[]).await;
        let gateway = bo.live().await;
        let send = |room: &str, body: &str| json!({"room": room, "body": body, "client_id": client_id()});
        gateway.error("dance", json!({}), "unknown_op").await;
        gateway.error("send", send(&room, "hello"), "not_found").await;
        gateway.error("send", send("nonsense", "hello"), "not_found").await;
        gateway.error("send", json!({"room": room}), "malformed").await;
        gateway.error("send", json!([1]), "malformed").await;
        gateway.error("send", json!({"room": 7, "body": "x", "client_id": "x"}), "malformed").await;
        gateway.error("sync", json!({"cursors": {"workspace": "x"}}), "malformed").await;
        gateway.error("typing", json!({"room": room}), "not_found").await;
        gateway.error("read", json!({"room": room, "ts": 1}), "not_found").await;
        gateway.error("presence", json!({"status": "bored"}), "malformed").await;
        gateway.error("watch", json!({"stream": stream(&room)}), "not_found").await;
        gateway.error("watch", json!({"stream": "workspace"}), "not_found").await;
        let many: Vec<_> = (0..201).map(|_| bo.id.clone()).collect();
        // The same person often is one person.
        gateway.op("presence.watch", json!({"users": many})).await;
        let own = bo.private("mine", &[]).await;
        let problem = gateway.error("send", send(&own, ""), "invalid").await;
        assert_eq!((&problem["errors"][0]["field"], &problem["errors"][0]["code"]), (&json!("body"), &json!("empty")));
        gateway.error("send", send(&own, &"x".repeat(40_001)), "invalid").await;
        gateway.ok("send", send(&own, &"\u{1}".repeat(40_000))).await;
        gateway.ok("ping", json!({})).await;
        assert_eq!(gateway.close(), None);
    }

    async fn an_operation_without_an_id_is_done_in_silence(db: Database) {
        let World { ana, .. } = World::new(db).await;
        let room = ana.private("plans", &[]).await;
        let gateway = ana.live().await;
        let send = json!({"op": "send", "d": {"room": room, "body": "quiet", "client_id": client_id()}});
        gateway.send(Message::text(send.to_string())).await;
        gateway.event("message.created").await;
        gateway.quiet().await;
        let answers = gateway.received().iter().filter(|received| received.frame["t"] == "ok").count();
        // Of sync and of ping.
        assert_eq!(answers, 2);
    }

    async fn a_bad_frame_ends_the_connection(db: Database) {
        let World { ana, .. } = World::new(db).await;
        for bad in [
            Message::text("hello"),
            Message::text("[1]"),
            Message::text("{}"),
            Message::text(r#"{"op":7}"#),
            Message::binary(br#"{"op":"ping"}"#.to_vec()),
        ] {
            let gateway = ana.live().await;
            gateway.send(bad.clone()).await;
            assert_eq!(gateway.closed().await, 4002, "{bad:?}");
        }
        let gateway = ana.live().await;
        let huge = json!({"op": "ping", "x": "x".repeat(600 * 1024)});
        // It may be closed before all of it was taken.
        let _ = gateway.try_start("ping", huge).await;
        let code = gateway.closed().await;
        assert!(matches!(code, 1009 | 4002 | ABNORMAL), "{code}");
    }

    async fn a_public_room_is_watched_without_joining(db: Database) {
        let World { ana, bo, .. } = World::new(db).await;
        let room = ana.public("square").await;
        let name = stream(&room);
        ana.say(&room, "before").await;
        let gateway = bo.live().await;
        ana.say(&room, "not yet").await;
        let head = gateway.ok("watch", json!({"stream": name})).await["head"].as_u64().unwrap();
        let sent = ana.say(&room, "watched").await;
        assert_eq!(gateway.event("message.created").await["d"], sent);
        assert_eq!(gateway.numbers(&name), [head + 1]);
        gateway.ok("unwatch", json!({"stream": name})).await;
        ana.say(&room, "unwatched").await;
        gateway.quiet().await;
        assert_eq!(gateway.numbers(&name), [head + 1]);
        // A cursor of a readable public stream is a watch, too.
        let again = bo.gateway().await;
        assert_eq!(again.sync(json!({ name.clone(): head + 1 })).await, json!({"reset": {}, "gone": []}));
        assert_eq!(again.numbers(&name), [head + 2]);
        let live = ana.say(&room, "live").await;
        again.reached(&name, live["n"].as_u64().unwrap()).await;
        assert_eq!(again.numbers(&name), [head + 2, head + 3]);
    }

    async fn unwatching_takes_back_a_watch_that_is_not_answered_yet(db: Database) {
        let World { ana, bo, .. } = World::new(db).await;
        let room = ana.public("lounge").await;
        let name = stream(&room);
        let gateway = bo.live().await;
        for turn in 0..20 {
            let watch = gateway.start("watch", json!({"stream": name})).await;
            let unwatch = gateway.start("unwatch", json!({"stream": name})).await;
            let again = gateway.start("unwatch", json!({"stream": name})).await;
            for id in [&watch, &unwatch, &again] {
                assert_eq!(gateway.answer(id).await["t"], "ok");
            }
            ana.say(&room, &format!("unwatched {turn}")).await;
            gateway.quiet().await;
            assert_eq!(gateway.events(&name), Vec::<Value>::new());
        }
        // Whoever watches after that does watch.
        let ids = [
            gateway.start("watch", json!({"stream": name})).await,
            gateway.start("unwatch", json!({"stream": name})).await,
            gateway.start("watch", json!({"stream": name})).await,
        ];
        for id in &ids {
            assert_eq!(gateway.answer(id).await["t"], "ok");
        }
        let sent = ana.say(&room, "watched").await;
        assert_eq!(gateway.event("message.created").await["d"], sent);
    }

    async fn a_connection_follows_so_many_named_rooms_and_no_more(db: Database) {
        let World { app, bo, .. } = World::new(db).await;
        // More public rooms than anybody would make by hand.
        let id = match app.db().url() {
            None => "unhex(printf('%032x', k))",
            Some(_) => "lpad(to_hex(k), 32, '0')::uuid",
        };
        let numbers = "WITH RECURSIVE many (k) AS (SELECT 1 UNION ALL SELECT k + 1 FROM many WHERE k < 6100)";
        app.run_sql(&format!(
            "{numbers} INSERT INTO streams (id, kind, head, last_ts, first_kept, changed_at)
             SELECT {id}, 'room', 0, 0, 1, 0 FROM many;
             {numbers} INSERT INTO rooms (id, kind, name, folded_name, topic, history, who_posts, who_invites, members,
                                          created_by, created_at)
             SELECT {id}, 'public', 'many', 'many', '', 'all', 'members', 'members', 0,
                    (SELECT created_by FROM rooms LIMIT 1), 0 FROM many"
        )).await;
        let named = |range: std::ops::Range<u32>| {
            let name = |k: u32| (format!("room:00000000-0000-0000-0000-{k:012x}"), json!(0));
            json!({"cursors": range.map(name).collect::<serde_json::Map<_, _>>()})
        };
        let gateway = bo.gateway().await;
        assert_eq!(gateway.ok("sync", named(1..3001)).await, json!({"reset": {}, "gone": []}));
        // What is followed already costs nothing more.
        gateway.ok("sync", named(1..3001)).await;
        gateway.error("sync", named(3001..6101), "too_many").await;
        gateway.ok("sync", named(3001..3011)).await;
    }

    async fn watching_goes_on_as_a_member_and_ends_with_the_membership(db: Database) {
        let World { ana, bo, .. } = World::new(db).await;
        let room = ana.public("square").await;
        let name = stream(&room);
        let gateway = bo.live().await;
        let head = gateway.ok("watch", json!({"stream": name})).await["head"].as_u64().unwrap();
        bo.join(&room).await;
        let first = ana.say(&room, "to a member").await["n"].as_u64().unwrap();
        gateway.reached(&name, first).await;
        assert_eq!(gateway.numbers(&name), (head + 1..=first).collect::<Vec<_>>());
        gateway.ok("unwatch", json!({"stream": name})).await;
        let second = ana.say(&room, "still a member").await["n"].as_u64().unwrap();
        gateway.reached(&name, second).await;
    }

    async fn who_asks_too_fast_is_told_when_to_come_back(db: Database) {
        let app = setup(db).env("PARLEY_RATE_LIMITS", "on").start().await;
        let World { bo, .. } = World::on(app).await;
        let gateway = bo.live().await;
        for _ in 0..1_000 {
            gateway.start("ping", json!({})).await;
        }
        let refused = gateway.until("a refusal", |frame| frame["t"] == "error").await;
        assert_eq!(refused["d"]["code"], "rate_limited");
        assert_eq!(refused["d"]["retry_after"], 1, "{refused}");
    }

    async fn typing_is_heard_by_the_others_only(db: Database) {
        let World { ana, bo, olga, .. } = World::new(db).await;
        let room = ana.private("plans", &[&bo]).await;
        let (writer, reader, stranger) = (ana.live().await, bo.live().await, olga.live().await);
        writer.ok("typing", json!({"room": room})).await;
        let typing = reader.event("typing").await;
        assert_eq!((&typing["s"], &typing["d"]), (&json!(stream(&room)), &json!({"user": ana.id})));
        assert_eq!(typing.get("n"), None);
        for gateway in [&writer, &stranger] {
            gateway.quiet().await;
            assert!(!gateway.heard(|frame| frame["t"] == "typing"));
        }
    }

    async fn a_guest_sees_the_presence_of_whom_they_share_a_room_with_as_long_as_they_do(db: Database) {
        let World { app, olga, ana, bo } = World::new(db).await;
        let cy = app.person("cy").await;
        let mut new = account("gus");
        new["role"] = json!("guest");
        olga.post("admin/users", new).await.is(201);
        let gus = app.login("gus").await;
        let plans = ana.private("plans", &[&gus]).await;
        let dan = app.person("dan").await;
        let harbour = olga.private("harbour", &[&gus, &cy, &dan]).await;
        let member = olga.live().await;
        member.ok("presence.watch", json!({"users": [ana.id, bo.id]})).await;
        let one = ana.live().await;
        presence(&member, &ana.id, "active").await;
        let other = bo.live().await;
        presence(&member, &bo.id, "active").await;
        let guest = gus.live().await;
        guest.ok("presence.watch", json!({"users": [ana.id, bo.id, cy.id, olga.id, "nobody"]})).await;
        other.ok("presence", json!({"status": "away"})).await;
        presence(&member, &bo.id, "away").await;
        one.ok("presence", json!({"status": "away"})).await;
        presence(&guest, &ana.id, "away").await;

        let names = |frame: &Value, person: &Person| frame["d"].to_string().contains(&person.id);
        let without = async |person: &Person| {
            let what = "a look at who is still there";
            guest.until(what, |frame| frame["t"] == "presence" && names(frame, &olga) && !names(frame, person)).await;
        };
        dan.delete(&format!("rooms/{harbour}/members/{}", dan.id)).await.is(204);
        guest.event("member.left").await;
        guest.quiet().await;
        let looks = |frame: &Value| frame["t"] == "presence" && names(frame, &olga) && names(frame, &cy);
        let looked = guest.received().iter().filter(|received| looks(&received.frame)).count();
        assert_eq!(looked, 1, "whom nobody watches is no reason for another look");
        cy.delete(&format!("rooms/{harbour}/members/{}", cy.id)).await.is(204);
        without(&cy).await;
        ana.remove(&plans, &gus).await;
        without(&ana).await;
        one.ok("presence", json!({"status": "active"})).await;
        presence(&member, &ana.id, "active").await;
        other.ok("presence", json!({"status": "active"})).await;
        presence(&member, &bo.id, "active").await;
        guest.quiet().await;
        let active = json!({"user": ana.id, "status": "active"});
        let told = guest.received();
        let told = told.iter().filter(|received| {
            received.frame["t"] == "presence" && received.frame["d"].as_array().unwrap().contains(&active)
        });
        assert_eq!(told.count(), 1, "at first, and never again");
        assert!(!guest.heard(|frame| frame["t"] == "presence" && names(frame, &bo)));
    }

    async fn presence_is_of_the_person_not_of_the_device(db: Database) {
        let World { app, ana, bo, .. } = World::new(db).await;
        let watcher = ana.live().await;
        watcher.ok("presence.watch", json!({"users": [bo.id]})).await;
        presence(&watcher, &bo.id, "offline").await;
        let (one, other) = (bo.live().await, app.login("bo").await.live().await);
        presence(&watcher, &bo.id, "active").await;
        one.ok("presence", json!({"status": "away"})).await;
        other.ok("presence", json!({"status": "away"})).await;
        presence(&watcher, &bo.id, "away").await;
        // One device that is in use suffices.
        other.ok("presence", json!({"status": "active"})).await;
        presence(&watcher, &bo.id, "active").await;
        other.hang_up().await;
        presence(&watcher, &bo.id, "away").await;
        let gone = Instant::now();
        one.hang_up().await;
        // Whoever comes back within ten seconds was never away: offline comes later than that.
        let offline = presence(&watcher, &bo.id, "offline").await;
        assert!(offline - gone >= Duration::from_secs(9), "{:?}", offline - gone);
    }
}
