//! Hello, sync, cursors, reset and gone.

use serde_json::{Value, json};
use testkit::{Gateway, Person};

use crate::support::{World, setup, stream};

/// The numbers from `first` to `last`, both included.
fn range(first: u64, last: u64) -> Vec<u64> {
    (first..=last).collect()
}

async fn head(person: &Person, room: &str) -> u64 {
    let room = person.get(&format!("rooms/{room}")).await.is(200);
    room["head"].as_u64().unwrap()
}

/// An archive of a room's stream, as somebody hears it who was there from the start.
async fn replayed(person: &Person, room: &str) -> Vec<Value> {
    let gateway = person.gateway().await;
    let cursor = json!({ stream(room): 0 });
    assert_eq!(gateway.sync(cursor).await, json!({"reset": {}, "gone": []}));
    gateway.events(&stream(room))
}

testkit::on_both_databases! {
    async fn a_guest_hears_of_the_workspace_only_what_it_looks_like(db: Database) {
        let World { app, olga, ana, bo } = World::new(db).await;
        app.run_sql("UPDATE users SET role = 'guest' WHERE username = 'bo'").await;
        let (guest, member) = (bo.live().await, ana.live().await);
        let since = guest.head("workspace");
        ana.public("lounge").await;
        ana.patch("me", json!({"display_name": "Ana B."})).await.is(200);
        olga.patch("workspace", json!({"name": "Harbour"})).await.is(200);
        let head = member.event("settings.updated").await["n"].as_u64().unwrap();
        guest.reached("workspace", head).await;
        let kinds = |gateway: &Gateway| -> Vec<(u64, String)> {
            let after = gateway.events("workspace").into_iter().filter(|event| event["n"].as_u64() > Some(since));
            after.map(|event| (event["n"].as_u64().unwrap(), event["t"].as_str().unwrap().to_owned())).collect()
        };
        let said = |names: [&str; 3]| -> Vec<(u64, String)> { (since + 1..).zip(names.map(str::to_owned)).collect() };
        assert_eq!(kinds(&member), said(["room.created", "user.updated", "settings.updated"]));
        let skipped = said(["skip", "skip", "settings.updated"]);
        assert_eq!(kinds(&guest), skipped);
        for event in guest.events("workspace").iter().filter(|event| event["t"] == "skip") {
            assert_eq!(event.get("d"), None, "{event}");
        }
        // The same for what was missed.
        let later = bo.gateway().await;
        later.sync(json!({"workspace": since})).await;
        later.reached("workspace", head).await;
        assert_eq!(kinds(&later), skipped);
    }

    async fn hello_comes_first_and_says_where_everything_stands(db: Database) {
        let World { ana, bo, .. } = World::new(db).await;
        let room = ana.private("plans", &[&bo]).await;
        let hidden = ana.private("hidden", &[]).await;
        let gateway = bo.gateway().await;
        let hello = &gateway.hello;
        assert_eq!(hello["user"], bo.id.as_str());
        assert_eq!(hello["heartbeat_ms"], 30_000);
        let workspace = bo.get("workspace").await.is(200);
        assert_eq!(hello["epoch"], workspace["epoch"]);
        assert_eq!(gateway.head(&stream(&room)), head(&bo, &room).await);
        assert!(gateway.head("workspace") > 0);
        assert!(gateway.head(&bo.stream()) > 0);
        assert_eq!(hello["heads"].get(stream(&hidden)), None);
        assert_eq!(hello["heads"].get(ana.stream()), None);
    }

    async fn a_stream_without_a_cursor_goes_on_from_hello(db: Database) {
        let World { ana, bo, .. } = World::new(db).await;
        let room = ana.private("plans", &[&bo]).await;
        ana.say(&room, "before hello").await;
        let gateway = bo.gateway().await;
        let first = ana.say(&room, "between hello and sync").await;
        assert_eq!(gateway.sync(json!({})).await, json!({"reset": {}, "gone": []}));
        let second = ana.say(&room, "after sync").await;
        for sent in [first, second] {
            let event = gateway.event("message.created").await;
            assert_eq!((&event["n"], &event["d"]), (&sent["n"], &sent));
        }
        let numbers = gateway.numbers(&stream(&room));
        assert_eq!(numbers, range(gateway.head(&stream(&room)) + 1, head(&bo, &room).await));
    }

    async fn a_cursor_brings_what_was_missed_then_what_happens(db: Database) {
        let World { ana, bo, .. } = World::new(db).await;
        let room = ana.private("plans", &[&bo]).await;
        let name = stream(&room);
        let live = bo.live().await;
        let start = live.head(&name);
        // More than one page of the log.
        for k in 0..250 {
            ana.say(&room, &format!("{k}")).await;
        }
        live.reached(&name, start + 250).await;
        let late = bo.gateway().await;
        let cursor = start + 20;
        let answer = late.sync(json!({ name.clone(): cursor })).await;
        assert_eq!(answer, json!({"reset": {}, "gone": []}));
        // Everything up to the position was there before the answer.
        assert_eq!(late.numbers(&name), range(cursor + 1, start + 250));
        ana.say(&room, "live").await;
        late.reached(&name, start + 251).await;
        live.reached(&name, start + 251).await;
        assert_eq!(late.numbers(&name), range(cursor + 1, start + 251));
        // What is read again is what was heard live, byte for byte of its content.
        let heard = live.events(&name);
        let again = late.events(&name);
        assert_eq!(heard[heard.len() - again.len()..], again[..]);
    }

    async fn what_may_not_be_read_is_gone(db: Database) {
        let World { ana, bo, .. } = World::new(db).await;
        let hidden = stream(&ana.private("hidden", &[]).await);
        let unknown = stream("0198c5a4-7c1e-7d2a-9a51-2f6f0c1d9e77");
        let gateway = bo.gateway().await;
        let cursors = json!({
            hidden.clone(): 1, unknown.clone(): 1, "nonsense": 1, "room:x": 0, ana.stream(): 0,
        });
        let answer = gateway.sync(cursors).await;
        assert_eq!(answer["reset"], json!({}));
        let mut gone: Vec<_> = answer["gone"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
        gone.sort_unstable();
        let other = ana.stream();
        let mut expected = [hidden.as_str(), unknown.as_str(), "nonsense", "room:x", &other];
        expected.sort_unstable();
        assert_eq!(gone, expected);
        assert!(gateway.events(&hidden).is_empty());
    }

    async fn a_cursor_beyond_the_head_is_reset(db: Database) {
        let World { ana, bo, .. } = World::new(db).await;
        let room = ana.private("plans", &[&bo]).await;
        let name = stream(&room);
        let gateway = bo.gateway().await;
        let now = gateway.head(&name);
        let answer = gateway.sync(json!({ name.clone(): now + 1000 })).await;
        assert_eq!(answer, json!({"reset": { name.clone(): now }, "gone": []}));
        assert!(gateway.events(&name).is_empty());
        ana.say(&room, "live").await;
        gateway.reached(&name, now + 1).await;
        assert_eq!(gateway.numbers(&name), [now + 1]);
    }

    async fn another_epoch_resets_everything(db: Database) {
        let World { ana, bo, .. } = World::new(db).await;
        let room = ana.private("plans", &[&bo]).await;
        let gateway = bo.gateway().await;
        let epoch = "0198c5a4-7c1e-7d2a-9a51-2f6f0c1d9e77";
        let cursors = json!({ stream(&room): 1 });
        let answer = gateway.ok("sync", json!({"epoch": epoch, "cursors": cursors})).await;
        assert_eq!(answer["gone"], json!([]));
        let reset: Vec<_> = answer["reset"].as_object().unwrap().keys().collect();
        let heads: Vec<_> = gateway.hello["heads"].as_object().unwrap().keys().collect();
        assert_eq!(reset, heads);
        assert!(gateway.events(&stream(&room)).is_empty());
        let sent = ana.say(&room, "live").await;
        assert_eq!(gateway.event("message.created").await["d"], sent);
        // The right epoch resets nothing.
        let again = bo.gateway().await;
        let epoch = again.hello["epoch"].clone();
        let answer = again.ok("sync", json!({"epoch": epoch, "cursors": {}})).await;
        assert_eq!(answer, json!({"reset": {}, "gone": []}));
    }

    async fn a_cursor_before_the_kept_log_is_reset(db: Database) {
        let app = setup(db).env("PARLEY_LOG_KEEP", "100 0d").start().await;
        let World { app, ana, bo, .. } = World::on(app).await;
        let room = ana.private("plans", &[&bo]).await;
        let name = stream(&room);
        for k in 0..150 {
            ana.say(&room, &format!("{k}")).await;
        }
        // The log is pruned at start.
        app.stop().await;
        app.restart().await;
        let gateway = bo.gateway().await;
        let now = gateway.head(&name);
        let answer = gateway.sync(json!({ name.clone(): 10 })).await;
        assert_eq!(answer, json!({"reset": { name.clone(): now }, "gone": []}));
        assert!(gateway.events(&name).is_empty());
        let kept = bo.gateway().await;
        assert_eq!(kept.sync(json!({ name.clone(): now - 100 })).await, json!({"reset": {}, "gone": []}));
        assert_eq!(kept.numbers(&name), range(now - 99, now));
        // Live goes on after the number that reset named.
        ana.say(&room, "live").await;
        gateway.reached(&name, now + 1).await;
        assert_eq!(gateway.numbers(&name), [now + 1]);
        // History is not the log.
        assert_eq!(bo.history(&room).await.len(), 152);
    }

    async fn a_replay_shows_messages_as_they_are_now(db: Database) {
        let World { ana, bo, .. } = World::new(db).await;
        let room = ana.private("plans", &[&bo]).await;
        let secret = ana.say(&room, "secret").await;
        let path = format!("messages/{}", secret["id"].as_str().unwrap());
        ana.patch(&path, json!({"body": "still secret"})).await.is(200);
        ana.delete(&path).await.is(204);
        let events = replayed(&bo, &room).await;
        assert!(!Value::from(events.clone()).to_string().contains("secret"));
        let of_it = events.iter().filter(|event| event["d"]["id"] == secret["id"]);
        let kinds: Vec<_> = of_it.map(|event| event["t"].as_str().unwrap()).collect();
        assert_eq!(kinds.last(), Some(&"message.deleted"), "{events:#?}");
    }

    async fn whoever_joins_hears_of_it_and_then_everything_after_the_head(db: Database) {
        let World { ana, bo, .. } = World::new(db).await;
        let room = ana.private("plans", &[]).await;
        let name = stream(&room);
        ana.say(&room, "before").await;
        let gateway = bo.live().await;
        ana.add(&room, &bo).await;
        let sent = ana.say(&room, "after").await;
        let joined = gateway.event("room.joined").await;
        assert_eq!(joined["s"], bo.stream());
        assert_eq!(joined["d"]["room"], room.as_str());
        let start = joined["d"]["head"].as_u64().unwrap();
        gateway.reached(&name, sent["n"].as_u64().unwrap()).await;
        assert_eq!(gateway.numbers(&name), range(start + 1, sent["n"].as_u64().unwrap()));
        // room.joined came before the room's first frame.
        let frames = gateway.received();
        let at = |wanted: &dyn Fn(&Value) -> bool| frames.iter().position(|received| wanted(&received.frame)).unwrap();
        assert!(at(&|frame| frame["t"] == "room.joined") < at(&|frame| frame["s"] == name.as_str()));
        assert!(!gateway.heard(|frame| frame["d"]["body"] == "before"));
    }

    async fn a_join_that_was_taken_back_since_brings_nothing(db: Database) {
        let World { ana, bo, .. } = World::new(db).await;
        let square = ana.public("square").await;
        let plans = ana.private("plans", &[&bo]).await;
        let since = bo.gateway().await.head(&bo.stream());
        bo.join(&square).await;
        bo.remove(&square, &bo).await;
        let late = bo.gateway().await;
        late.sync(json!({ bo.stream(): since })).await;
        // What follows the join was begun by now, if it was.
        late.quiet().await;
        let unheard = ana.say(&square, "not for bo").await;
        let heard = ana.say(&plans, "for bo").await;
        late.reached(&stream(&plans), heard["n"].as_u64().unwrap()).await;
        late.quiet().await;
        assert!(late.numbers(&stream(&square)).is_empty(), "{unheard}");
        let told = late.events(&bo.stream());
        assert!(told.iter().any(|event| event["t"] == "room.joined"), "the log has both: {told:?}");
    }

    async fn a_join_that_was_taken_back_since_keeps_no_watcher_in_a_room_that_hides_itself(db: Database) {
        let World { ana, bo, .. } = World::new(db).await;
        let square = ana.public("square").await;
        let plans = ana.private("plans", &[&bo]).await;
        let since = bo.gateway().await.head(&bo.stream());
        bo.join(&square).await;
        bo.remove(&square, &bo).await;
        let watcher = bo.live().await;
        watcher.ok("watch", json!({"stream": stream(&square)})).await;
        watcher.sync(json!({ bo.stream(): since })).await;
        watcher.quiet().await;
        let open = ana.say(&square, "for whoever watches").await["n"].as_u64().unwrap();
        watcher.reached(&stream(&square), open).await;
        ana.patch(&format!("rooms/{square}"), json!({"history": "since_join"})).await.is(200);
        ana.say(&square, "for members").await;
        let heard = ana.say(&plans, "for bo").await;
        watcher.reached(&stream(&plans), heard["n"].as_u64().unwrap()).await;
        watcher.quiet().await;
        assert!(!watcher.heard(|frame| frame["d"]["body"] == "for members"));
    }

    async fn the_maker_of_a_room_hears_it_from_its_first_number(db: Database) {
        let World { ana, bo, .. } = World::new(db).await;
        let (one, other) = (ana.live().await, bo.live().await);
        let room = ana.private("plans", &[&bo]).await;
        let sent = ana.say(&room, "hello").await;
        for gateway in [&one, &other] {
            assert_eq!(gateway.event("room.joined").await["d"], json!({"room": room, "head": 0}));
            gateway.reached(&stream(&room), sent["n"].as_u64().unwrap()).await;
            assert_eq!(gateway.numbers(&stream(&room)), range(1, sent["n"].as_u64().unwrap()));
        }
    }

    async fn a_removed_member_hears_nothing_after_the_cut(db: Database) {
        let World { ana, bo, .. } = World::new(db).await;
        let room = ana.private("plans", &[&bo]).await;
        let name = stream(&room);
        let (insider, removed) = (ana.live().await, bo.live().await);
        // Words before, at and after the removal, as fast as they come.
        let talk = {
            let (ana, room) = (ana.clone(), room.clone());
            tokio::spawn(async move {
                for k in 0..40 {
                    ana.say(&room, &format!("{k}")).await;
                }
            })
        };
        insider.until("ten messages", |frame| frame["d"]["body"] == "9").await;
        ana.remove(&room, &bo).await;
        talk.await.unwrap();
        let left = insider.event("member.left").await;
        let cut = left["n"].as_u64().unwrap();
        insider.reached(&name, head(&ana, &room).await).await;
        assert_eq!(removed.event("room.left").await["d"], json!({"room": room}));
        removed.quiet().await;
        let heard = removed.numbers(&name);
        // Up to the cut; their own leaving is told by their own stream.
        assert_eq!(heard, range(removed.head(&name) + 1, cut - 1));
        assert_eq!(insider.numbers(&name), range(insider.head(&name) + 1, head(&ana, &room).await));
        // Neither by asking again.
        let again = bo.gateway().await;
        assert_eq!(again.sync(json!({ name.clone(): cut })).await["gone"], json!([name]));
        removed.error("watch", json!({"stream": name}), "not_found").await;
    }

    async fn two_tabs_of_one_person_hear_the_same(db: Database) {
        let World { ana, bo, .. } = World::new(db).await;
        let room = ana.private("plans", &[&bo]).await;
        let name = stream(&room);
        let tabs: [Gateway; 2] = [bo.live().await, bo.live().await];
        let sent = tabs[0].ok("send", json!({"room": room, "body": "from one tab", "client_id": "tab"})).await;
        let again = tabs[1].ok("send", json!({"room": room, "body": "from one tab", "client_id": "tab"})).await;
        assert_eq!(sent, again);
        let last = ana.say(&room, "to both").await;
        for tab in &tabs {
            tab.reached(&name, last["n"].as_u64().unwrap()).await;
        }
        assert_eq!(tabs[0].events(&name), tabs[1].events(&name));
        assert_eq!(tabs[0].events(&name).len(), 2);
    }

    async fn a_second_sync_brings_a_stream_up_again(db: Database) {
        let World { ana, bo, .. } = World::new(db).await;
        let room = ana.private("plans", &[&bo]).await;
        let name = stream(&room);
        let gateway = bo.live().await;
        let start = gateway.head(&name);
        for k in 0..5 {
            ana.say(&room, &format!("{k}")).await;
        }
        gateway.reached(&name, start + 5).await;
        gateway.sync(json!({ name.clone(): start + 2 })).await;
        ana.say(&room, "live").await;
        gateway.reached(&name, start + 6).await;
        let mut expected = range(start + 1, start + 5);
        expected.extend(range(start + 3, start + 6));
        assert_eq!(gateway.numbers(&name), expected);
    }

    async fn an_answer_comes_before_what_follows_it_however_much_happens(db: Database) {
        let World { ana, bo, .. } = World::new(db).await;
        let room = ana.public("plans").await;
        let name = stream(&room);
        let talking = ana.live().await;
        let over = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
        let talk = {
            let (room, over) = (room.clone(), over.clone());
            tokio::spawn(async move {
                let mut k = 0;
                while !over.load(std::sync::atomic::Ordering::Relaxed) {
                    let ids = [(); 8].map(|()| { k += 1; format!("k{k}") });
                    let mut sent = Vec::new();
                    for id in ids {
                        let post = json!({"room": room, "body": "words", "client_id": id});
                        sent.push(talking.start("send", post).await);
                    }
                    for id in sent {
                        talking.answer(&id).await;
                    }
                }
            })
        };
        let epoch = "0198c5a4-7c1e-7d2a-9a51-2f6f0c1d9e77";
        for _ in 0..40 {
            let gateway = bo.gateway().await;
            let resync = json!({"epoch": epoch, "cursors": { name.clone(): 0 }});
            let reset = gateway.start("sync", resync).await;
            let reset = gateway.answer(&reset).await["d"]["reset"][&name].as_u64().unwrap();
            gateway.reached(&name, reset + 1).await;
            assert_follows(&gateway, &name, reset, 0);
            let heard = gateway.received().len();
            gateway.ok("unwatch", json!({"stream": name})).await;
            gateway.quiet().await;
            // Both of two that come at once are answered.
            let asked = [
                gateway.start("watch", json!({"stream": name})).await,
                gateway.start("watch", json!({"stream": name})).await,
            ];
            let mut head = 0;
            for id in &asked {
                head = gateway.answer(id).await["d"]["head"].as_u64().unwrap();
            }
            gateway.reached(&name, head + 1).await;
            assert!(gateway.received().len() > heard);
            gateway.hang_up().await;
        }
        over.store(true, std::sync::atomic::Ordering::Relaxed);
        talk.await.unwrap();
    }
}

/// Fails unless the first frame of a stream came after the answer that names `head`, and is the next one.
fn assert_follows(gateway: &Gateway, stream: &str, head: u64, from: usize) {
    let frames = gateway.received();
    let at = |wanted: &dyn Fn(&Value) -> bool| {
        let found = frames[from..]
            .iter()
            .position(|received| wanted(&received.frame));
        found.unwrap()
    };
    let answer = at(&|frame| frame["t"] == "ok");
    let first = at(&|frame| frame["s"] == stream);
    assert!(answer < first, "a frame came before the answer");
    assert_eq!(frames[from + first].frame["n"], head + 1);
}
