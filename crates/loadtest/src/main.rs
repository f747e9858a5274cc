//! Many people at once against a server of its own, judged by the checker: what was acknowledged has to be there once,
//! in order, for every reader. Prints throughput, latencies and what a delivery costs the server.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a tool of developers that has nothing to go on with after a failure"
)]

mod report;

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use clap::Parser;
use serde_json::json;
use testkit::app::client_id;
use testkit::checker::Checker;
use testkit::{App, Database, Gateway, Person};
use tokio::time::MissedTickBehavior;

use crate::report::Report;

/// Many people at once, with the loss and order checker.
#[derive(Clone, Debug, Parser)]
struct Load {
    /// The server's program; the one built beside this by default
    #[arg(long)]
    parley: Option<PathBuf>,
    /// On a database of the PostgreSQL server that PARLEY_TEST_POSTGRES_URL names, instead of SQLite
    #[arg(long)]
    postgres: bool,
    /// How many people, each with one connection
    #[arg(long, default_value_t = 50)]
    users: usize,
    /// How many rooms they are spread over
    #[arg(long, default_value_t = 5)]
    rooms: usize,
    /// How many messages a second they send together
    #[arg(long, default_value_t = 100)]
    rate: u32,
    /// For how many seconds
    #[arg(long, default_value_t = 10)]
    seconds: u64,
}

/// Somebody in a room, connected.
struct Seat {
    name: String,
    room: String,
    gateway: Gateway,
    start: u64,
}

/// What the senders write down.
#[derive(Default)]
struct Desk {
    checker: Checker,
    sent_at: HashMap<String, Instant>,
    answered: Vec<Duration>,
}

#[tokio::main]
async fn main() -> Result<()> {
    let load = Load::parse();
    if load.users == 0 || load.rooms == 0 || load.rate == 0 {
        bail!("users, rooms and rate are at least 1");
    }
    let program = match &load.parley {
        Some(program) => program.clone(),
        None => std::env::current_exe()?.with_file_name("parley"),
    };
    let program = program.canonicalize().with_context(|| {
        format!(
            "{} isn't there: `cargo xtask build` makes it",
            program.display()
        )
    })?;
    let db = match load.postgres {
        true => Database::postgres().await,
        false => Database::sqlite(),
    };
    let app = App::start(program, db).await;
    let owner = app.setup().await;
    let seats = Arc::new(take_seats(&app, &owner, &load).await);

    let cpu_before = app.cpu_time();
    let began = Instant::now();
    let desk = Arc::new(Mutex::new(Desk::default()));
    let senders: Vec<_> = (0..seats.len())
        .map(|index| {
            let (seats, desk, load) = (Arc::clone(&seats), Arc::clone(&desk), load.clone());
            tokio::spawn(async move { send(&seats[index], &desk, &load).await })
        })
        .collect();
    for sender in senders {
        sender.await?;
    }
    let took = began.elapsed();
    let judged = judge(&owner, &seats, &desk).await;
    let mut report = Report::new(judged, took);
    report.cpu = app.cpu_time() - cpu_before;
    report.resident_bytes = app.resident_bytes();
    report.answered = std::mem::take(&mut desk.lock().unwrap().answered);
    let sent_at = std::mem::take(&mut desk.lock().unwrap().sent_at);
    for seat in seats.iter() {
        report.count(&seat.gateway.received(), &sent_at);
    }
    report.print()?;
    app.stop().await;
    if !report.verdict.faults.is_empty() {
        bail!("the promise was broken");
    }
    Ok(())
}

/// Makes the rooms and seats everybody in one.
async fn take_seats(app: &App, owner: &Person, load: &Load) -> Vec<Seat> {
    let mut rooms = Vec::new();
    for k in 0..load.rooms {
        rooms.push(owner.public(&format!("room {k}")).await);
    }
    let mut seats = Vec::new();
    for (k, room) in (0..load.users).zip(rooms.iter().cycle()) {
        let name = format!("person{k}");
        let person = app.person(&name).await;
        person.join(room).await;
        seats.push((name, room.clone(), person));
    }
    // Connected once everybody has joined, so that all begin at the same number.
    let mut connected = Vec::new();
    for (name, room, person) in seats {
        let gateway = person.live().await;
        connected.push(Seat {
            start: gateway.head(&format!("room:{room}")),
            name,
            room,
            gateway,
        });
    }
    connected
}

/// One person's messages, one after the other.
async fn send(seat: &Seat, desk: &Mutex<Desk>, load: &Load) {
    let each = f64::from(load.rate) / load.users as f64;
    let mut ticks = tokio::time::interval(Duration::from_secs_f64(1.0 / each));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
    let end = Instant::now() + Duration::from_secs(load.seconds);
    loop {
        ticks.tick().await;
        if Instant::now() >= end {
            return;
        }
        let id = client_id();
        let body = format!(
            "{} says something of a usual length, as people do",
            seat.name
        );
        let content = json!({"room": seat.room, "body": body, "client_id": id});
        let at = Instant::now();
        {
            let mut desk = desk.lock().unwrap();
            desk.checker.sending(&seat.room, &seat.name, &id);
            desk.sent_at.insert(id, at);
        }
        let message = seat.gateway.ok("send", content).await;
        let mut desk = desk.lock().unwrap();
        desk.answered.push(at.elapsed());
        desk.checker.acknowledged(&seat.room, &message);
    }
}

/// Waits until everybody has heard everything, and compares.
async fn judge(owner: &Person, seats: &[Seat], desk: &Mutex<Desk>) -> Checker {
    let mut checker = desk.lock().unwrap().checker.clone();
    let mut heads = HashMap::new();
    for seat in seats {
        let stream = format!("room:{}", seat.room);
        if !heads.contains_key(&seat.room) {
            let room = owner.get(&format!("rooms/{}", seat.room)).await.is(200);
            heads.insert(seat.room.clone(), room["head"].as_u64().expect("a head"));
            let history = owner.history(&seat.room).await;
            checker.saw(&seat.room, "the history", &history);
        }
        seat.gateway.reached(&stream, heads[&seat.room]).await;
        let events = seat.gateway.events(&stream);
        let numbers = seat.gateway.numbers(&stream);
        let expected: Vec<u64> = (seat.start + 1..=heads[&seat.room]).collect();
        assert!(numbers == expected, "{} heard a gap or a double", seat.name);
        let heard: Vec<_> = events
            .into_iter()
            .filter(|event| event["t"] == "message.created")
            .map(|event| event["d"].clone())
            .collect();
        checker.saw(&seat.room, &seat.name, &heard);
    }
    checker
}
