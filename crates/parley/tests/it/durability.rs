//! What was acknowledged is there, once, in order, whatever happens to the process; and nothing leaves before the disk
//! has it.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use testkit::app::client_id;
use testkit::checker::Checker;
use testkit::{Database, Gateway, Person, children, preload, wait};
use tokio::sync::watch;

use crate::support::{World, assert_gapless, created, follow, setup, stream};

const KILLS: usize = 20;

/// How many messages are acknowledged between two kills.
const BETWEEN: usize = 15;

/// What a slow disk takes for each sync.
const DISK: Duration = Duration::from_millis(300);

/// What the writers share: the judge, and whether to go on.
#[derive(Clone)]
struct Desk {
    checker: Arc<Mutex<Checker>>,
    room: String,
    go_on: watch::Receiver<bool>,
}

impl Desk {
    fn acknowledged(&self) -> usize {
        self.checker.lock().unwrap().verdict().acknowledged
    }
}

/// Posts one message after the other over HTTP, each again until it is answered.
async fn write_by_http(person: Person, author: String, desk: Desk) {
    while *desk.go_on.borrow() {
        let id = client_id();
        desk.checker
            .lock()
            .unwrap()
            .sending(&desk.room, &author, &id);
        let path = format!("rooms/{}/messages", desk.room);
        let body = json!({"body": format!("{author} over HTTP"), "client_id": id});
        loop {
            match person.post(&path, body.clone()).attempt().await {
                Ok(answer) if matches!(answer.status, 200 | 201) => {
                    let message = answer.json();
                    desk.checker
                        .lock()
                        .unwrap()
                        .acknowledged(&desk.room, &message);
                    break;
                }
                Ok(answer) => assert_eq!(answer.status, 503, "{answer:?}"),
                Err(_) => tokio::task::yield_now().await,
            }
        }
    }
}

/// The same over the gateway.
async fn write_by_gateway(person: Person, author: String, desk: Desk) {
    let address = person.app().address();
    let mut gateway: Option<Gateway> = None;
    while *desk.go_on.borrow() {
        let id = client_id();
        desk.checker
            .lock()
            .unwrap()
            .sending(&desk.room, &author, &id);
        let send = json!({"room": desk.room, "body": format!("{author} over the gateway"), "client_id": id});
        loop {
            let connected = match gateway.take() {
                Some(connected) => connected,
                None => match Gateway::try_connect(&person, &address).await {
                    Ok(connected) => connected,
                    Err(_) => {
                        tokio::task::yield_now().await;
                        continue;
                    }
                },
            };
            let Ok(re) = connected.try_start("send", send.clone()).await else {
                continue;
            };
            let Some(answer) = connected.try_answer(&re).await else {
                continue;
            };
            gateway = Some(connected);
            if answer["t"] == "ok" {
                desk.checker
                    .lock()
                    .unwrap()
                    .acknowledged(&desk.room, &answer["d"]);
                break;
            }
            assert_eq!(answer["d"]["status"], 503, "{answer}");
        }
    }
}

testkit::on_both_databases! {
    async fn what_was_acknowledged_survives_twenty_kills(db: Database) {
        let World { app, olga, ana, bo } = World::new(db).await;
        let room = ana.private("plans", &[&bo, &olga]).await;
        let start = ana.get(&format!("rooms/{room}")).await.is(200)["head"].as_u64().unwrap();
        let (stop, go_on) = watch::channel(true);
        let (last, until) = watch::channel(None);
        let desk = Desk { checker: Arc::default(), room: room.clone(), go_on };
        let mut writers = Vec::new();
        for (name, person) in [("ana", &ana), ("bo", &bo)] {
            writers.push(tokio::spawn(write_by_http(person.clone(), format!("{name} 1"), desk.clone())));
            writers.push(tokio::spawn(write_by_gateway(person.clone(), format!("{name} 2"), desk.clone())));
        }
        let readers: Vec<_> = [&ana, &bo, &olga]
            .into_iter()
            .map(|person| tokio::spawn(follow(person.clone(), app.address(), room.clone(), start, until.clone())))
            .collect();

        for _ in 0..KILLS {
            let wanted = desk.acknowledged() + BETWEEN;
            wait::within(Duration::from_secs(60), "more messages", async || (desk.acknowledged() >= wanted).then_some(())).await;
            app.kill();
            app.restart().await;
        }
        stop.send_replace(false);
        for writer in writers {
            writer.await.unwrap();
        }
        let head = ana.get(&format!("rooms/{room}")).await.is(200)["head"].as_u64().unwrap();
        last.send_replace(Some(head));

        let mut checker = desk.checker.lock().unwrap().clone();
        let history = bo.history(&room).await;
        checker.saw(&room, "the history", &history);
        for (k, reader) in readers.into_iter().enumerate() {
            let events = reader.await.unwrap();
            assert_gapless(start, &events);
            assert_eq!(events.len() as u64, head - start);
            checker.saw(&room, &format!("reader {k}"), &created(&events));
        }
        let verdict = checker.assert_kept();
        assert_eq!(verdict.sent, verdict.acknowledged);
        assert!(verdict.acknowledged >= KILLS * BETWEEN, "{verdict}");
    }

    async fn nothing_leaves_before_the_disk_has_it(db: Database) {
        let folder = children::folder();
        let slow = preload::slow_disk(folder.path(), DISK);
        let setup = match db {
            Database::Sqlite { .. } => setup(db).env("LD_PRELOAD", slow),
            // Not the server that all share: another test's sync would cover this one's commits.
            _ => setup(Database::on_slow_disk(&slow).await),
        };
        let World { ana, bo, .. } = World::on(setup.start().await).await;
        let room = ana.private("plans", &[&bo]).await;
        let (sender, reader) = (ana.live().await, bo.live().await);
        for round in 0..6 {
            let id = client_id();
            let sent = Instant::now();
            let message = if round % 2 == 0 {
                ana.say_as(&room, "over HTTP", &id).await.is(201)
            } else {
                sender.ok("send", json!({"room": room, "body": "over the gateway", "client_id": id})).await
            };
            assert!(sent.elapsed() >= DISK, "answered after {:?}", sent.elapsed());
            for gateway in [&sender, &reader] {
                gateway.reached(&stream(&room), message["n"].as_u64().unwrap()).await;
                let frames = gateway.received();
                let came = frames.iter().find(|received| received.frame["d"]["id"] == message["id"]).unwrap();
                assert!(came.at >= sent + DISK, "heard after {:?}", came.at - sent);
            }
        }
        // Another change than a post is no faster.
        let message: Value = ana.say(&room, "words").await;
        let sent = Instant::now();
        ana.delete(&format!("messages/{}", message["id"].as_str().unwrap())).await.is(204);
        assert!(sent.elapsed() >= DISK, "answered after {:?}", sent.elapsed());
    }
}
