//! Catching up against live: whatever the network does, a reader hears everything once, in order.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use testkit::app::client_id;
use testkit::proxy::Mode;
use testkit::{Person, Proxy};
use tokio::sync::watch;

use crate::support::{Dice, World, assert_gapless, bodies, created, follow, stream};

const STEPS: usize = 250;

/// Does something to the room, chosen by the dice.
async fn act(person: &Person, room: &str, guest: &Person, own: &mut Vec<String>, dice: &mut Dice) {
    match dice.roll(10) {
        0 if !own.is_empty() => {
            let index = dice.roll(own.len() as u64);
            let id = own.swap_remove(usize::try_from(index).unwrap());
            person.delete(&format!("messages/{id}")).await.is(204);
        }
        1 | 2 if !own.is_empty() => {
            let index = usize::try_from(dice.roll(own.len() as u64)).unwrap();
            let words = json!({"body": format!("edited {}", dice.roll(1000))});
            person
                .patch(&format!("messages/{}", own[index]), words)
                .await
                .is(200);
        }
        3 => {
            person
                .put(&format!("rooms/{room}/members/{}", guest.id), json!({}))
                .await
                .is(200);
        }
        4 => {
            let answer = person
                .delete(&format!("rooms/{room}/members/{}", guest.id))
                .await;
            assert!(matches!(answer.status, 204 | 404), "{answer:?}");
        }
        _ => {
            let sent = person
                .say(room, &format!("words {}", dice.roll(1000)))
                .await;
            own.push(sent["id"].as_str().unwrap().to_owned());
        }
    }
}

/// What history shows after these events: "state + events = fresh state", as far as messages go.
fn applied(events: &[Value]) -> Vec<Value> {
    let mut messages: Vec<Value> = Vec::new();
    for event in events {
        match event["t"].as_str().unwrap() {
            "message.created" => messages.push(event["d"].clone()),
            "message.updated" | "message.deleted" => {
                let id = &event["d"]["id"];
                let found = messages.iter_mut().find(|message| message["id"] == *id);
                *found.expect("it was created before") = event["d"].clone();
            }
            _ => {}
        }
    }
    messages
}

testkit::on_both_databases! {
    async fn a_reader_with_a_bad_network_hears_everything_once_and_in_order(db: Database) {
        let World { app, olga, ana, bo } = World::new(db).await;
        let room = ana.private("plans", &[&bo]).await;
        let proxy = Arc::new(Proxy::before(&app.address()).await);
        let (last, until) = watch::channel(None);
        let readers: Vec<_> = [app.address(), proxy.address(), proxy.address()]
            .into_iter()
            .map(|address| tokio::spawn(follow(bo.clone(), address, room.clone(), 0, until.clone())))
            .collect();

        let acting = {
            let (ana, olga, room) = (ana.clone(), olga.clone(), room.clone());
            tokio::spawn(async move {
                let (mut dice, mut own) = (Dice::new(7), Vec::new());
                for _ in 0..STEPS {
                    act(&ana, &room, &olga, &mut own, &mut dice).await;
                }
            })
        };
        let mut dice = Dice::new(8);
        while !acting.is_finished() {
            match dice.roll(4) {
                0 => proxy.set(Mode::Swallow),
                1 => proxy.set(Mode::Delay(Duration::from_millis(dice.roll(20)))),
                _ => proxy.cut_once(),
            }
            // Weather lasts a while; nothing waits for it.
            tokio::time::sleep(Duration::from_millis(30 + dice.roll(120))).await;
        }
        acting.await.unwrap();
        proxy.cut_once();
        let head = ana.get(&format!("rooms/{room}")).await.is(200)["head"].as_u64().unwrap();
        last.send_replace(Some(head));

        let history = ana.history(&room).await;
        for reader in readers {
            let events = reader.await.unwrap();
            assert_gapless(0, &events);
            assert_eq!(events.len() as u64, head);
            assert_eq!(applied(&events), history);
        }
    }

    async fn many_clients_that_connect_while_others_write_miss_nothing(db: Database) {
        let World { ana, bo, .. } = World::new(db).await;
        let room = ana.private("plans", &[&bo]).await;
        let name = stream(&room);
        let writers: Vec<_> = (0..4)
            .map(|k| {
                let (ana, room) = (ana.clone(), room.clone());
                tokio::spawn(async move {
                    for j in 0..50 {
                        let send = ana.say_as(&room, &format!("{k}.{j}"), &client_id()).await;
                        send.is(201);
                    }
                })
            })
            .collect();
        let mut readers = Vec::new();
        while writers.iter().any(|writer| !writer.is_finished()) && readers.len() < 16 {
            let gateway = bo.gateway().await;
            // Half of them from the start, half from hello.
            let cursors = match readers.len() % 2 {
                0 => json!({ name.clone(): 0 }),
                _ => json!({}),
            };
            let from = match readers.len() % 2 {
                0 => 0,
                _ => gateway.head(&name),
            };
            gateway.start("sync", json!({"cursors": cursors})).await;
            readers.push((from, gateway));
        }
        for writer in writers {
            writer.await.unwrap();
        }
        let head = ana.get(&format!("rooms/{room}")).await.is(200)["head"].as_u64().unwrap();
        assert!(readers.len() > 3, "{}", readers.len());
        for (from, reader) in &readers {
            reader.reached(&name, head).await;
            let events = reader.events(&name);
            assert_gapless(*from, &events);
            assert_eq!(events.len() as u64, head - from);
        }
        let events = readers[0].1.events(&name);
        assert_eq!(bodies(&created(&events)), bodies(&ana.history(&room).await));
    }
}
