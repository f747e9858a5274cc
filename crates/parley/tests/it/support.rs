//! What the tests begin with.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use testkit::{App, Database, Gateway, Person, Setup, wait};
use tokio::sync::watch;

/// How long a handshake may take before another one is tried.
const HANDSHAKE: Duration = Duration::from_secs(2);

/// How long a connection may be silent before it is given up for dead.
const SILENCE: Duration = Duration::from_secs(2);

/// How the server under test is started.
pub(crate) fn setup(db: Database) -> Setup {
    Setup::new(env!("CARGO_BIN_EXE_parley"), db)
}

/// A server with three people: olga, who owns the workspace, ana and bo.
pub(crate) struct World {
    pub(crate) app: App,
    pub(crate) olga: Person,
    pub(crate) ana: Person,
    pub(crate) bo: Person,
}

impl World {
    /// On a server as it comes.
    pub(crate) async fn new(db: Database) -> Self {
        Self::on(setup(db).start().await).await
    }

    /// On a server that wasn't set up yet.
    pub(crate) async fn on(app: App) -> Self {
        Self {
            olga: app.setup().await,
            ana: app.person("ana").await,
            bo: app.person("bo").await,
            app,
        }
    }
}

/// The name of a room's stream.
pub(crate) fn stream(room: &str) -> String {
    format!("room:{room}")
}

/// A field of each value.
pub(crate) fn pluck<'a>(values: &'a [Value], field: &str) -> Vec<&'a Value> {
    values.iter().map(|value| &value[field]).collect()
}

/// The bodies of messages.
pub(crate) fn bodies(messages: &[Value]) -> Vec<String> {
    let words = messages
        .iter()
        .filter(|message| message["kind"] == "message");
    words
        .map(|message| message["body"].as_str().unwrap().to_owned())
        .collect()
}

/// Numbers that look random and are the same again for the same seed.
pub(crate) struct Dice(u64);

impl Dice {
    /// Dice that fall in the same way every time.
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number below `sides`.
    pub(crate) fn roll(&mut self, sides: u64) -> u64 {
        // Steele and Vigna's SplitMix64.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % sides
    }
}

/// Follows a room as a client does whose connection may break at any time: back with its cursor, again and again. Gives
/// every numbered frame in the order in which it came, up to the number that `until` says at last.
pub(crate) async fn follow(
    person: Person,
    address: String,
    room: String,
    start: u64,
    until: watch::Receiver<Option<u64>>,
) -> Vec<Value> {
    let name = stream(&room);
    let mut heard: Vec<Value> = Vec::new();
    loop {
        let cursor = heard
            .last()
            .map_or(start, |event| event["n"].as_u64().unwrap());
        let reached = |cursor: u64| until.borrow().is_some_and(|last| cursor >= last);
        if reached(cursor) {
            return heard;
        }
        let connected = Gateway::try_connect(&person, &address);
        let Ok(Ok(gateway)) = tokio::time::timeout(HANDSHAKE, connected).await else {
            tokio::task::yield_now().await;
            continue;
        };
        let sync = json!({"cursors": { name.clone(): cursor }});
        if gateway.try_start("sync", sync).await.is_err() {
            continue;
        }
        let began = Instant::now();
        let seen = AtomicUsize::new(0);
        wait::within(
            Duration::from_secs(120),
            "the end of a connection",
            async || {
                let numbers = gateway.numbers(&name);
                let now = numbers.last().copied().unwrap_or(cursor);
                // A connection that brings nothing more is given up, as a client's heartbeat would.
                let before = seen.swap(numbers.len(), Ordering::Relaxed);
                let stuck = numbers.len() == before && began.elapsed() > SILENCE && !reached(now);
                (gateway.close().is_some() || reached(now) || stuck).then_some(())
            },
        )
        .await;
        heard.extend(gateway.events(&name));
    }
}

/// Fails unless the numbers are `start + 1, start + 2, …`, each once.
#[track_caller]
pub(crate) fn assert_gapless(start: u64, events: &[Value]) {
    for (expected, event) in (start + 1..).zip(events) {
        assert_eq!(event["n"], expected, "{event}");
    }
}

/// The messages that the events of a room's stream made.
pub(crate) fn created(events: &[Value]) -> Vec<Value> {
    let created = events
        .iter()
        .filter(|event| event["t"] == "message.created");
    created.map(|event| event["d"].clone()).collect()
}
