//! What the tests begin with.

use serde_json::Value;
use testkit::{App, Database, Person, Setup};

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
    /// Dice whose seed is shown, so that a failure can be repeated.
    pub(crate) fn new(seed: u64) -> Self {
        println!("seed {seed}");
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
