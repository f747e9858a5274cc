//! The judge of the promise: what was acknowledged is there once, in order, for every reader.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt;

use serde_json::Value;

/// A message that a client tried to send, in one room.
#[derive(Clone, Debug)]
struct Sent {
    author: String,
    client_id: String,
    acknowledged: Option<Place>,
}

/// Where an answer said that a message is.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Place {
    id: String,
    ts: i64,
    n: u64,
}

/// What one reader saw of one room, in the order in which it came.
#[derive(Clone, Debug)]
struct View {
    reader: String,
    seen: Vec<(Place, Option<String>)>,
}

/// Collects what was sent, acknowledged and seen, and compares.
#[derive(Clone, Debug, Default)]
pub struct Checker {
    rooms: BTreeMap<String, Room>,
}

#[derive(Clone, Debug, Default)]
struct Room {
    sent: Vec<Sent>,
    by_client_id: HashMap<String, usize>,
    views: Vec<View>,
}

/// What the comparison found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// Messages that clients tried to send.
    pub sent: usize,
    /// Of these, the acknowledged ones.
    pub acknowledged: usize,
    /// Messages that readers saw, all readers together.
    pub seen: usize,
    /// Everything that breaks the promise, in words.
    pub faults: Vec<String>,
}

impl Checker {
    /// A client begins to send a message. Each author sends one after the other in a room.
    pub fn sending(&mut self, room: &str, author: &str, client_id: &str) {
        let room = self.rooms.entry(room.to_owned()).or_default();
        let index = room.sent.len();
        if room
            .by_client_id
            .insert(client_id.to_owned(), index)
            .is_none()
        {
            room.sent.push(Sent {
                author: author.to_owned(),
                client_id: client_id.to_owned(),
                acknowledged: None,
            });
        }
    }

    /// The server answered with this message.
    pub fn acknowledged(&mut self, room: &str, message: &Value) {
        let place = place(message);
        let client_id = message["client_id"].as_str().expect("a client_id");
        let room = self.rooms.get_mut(room).expect("it was sent there");
        let index = room.by_client_id[client_id];
        room.sent[index].acknowledged = Some(place);
    }

    /// What a reader saw of a room: messages in the order in which they came or stand.
    pub fn saw<'a>(
        &mut self,
        room: &str,
        reader: &str,
        messages: impl IntoIterator<Item = &'a Value>,
    ) {
        let seen = messages
            .into_iter()
            .filter(|message| message["kind"] == "message")
            .map(|message| {
                (
                    place(message),
                    message["client_id"].as_str().map(str::to_owned),
                )
            })
            .collect();
        let view = View {
            reader: reader.to_owned(),
            seen,
        };
        self.rooms
            .entry(room.to_owned())
            .or_default()
            .views
            .push(view);
    }

    /// Compares everything with everything.
    pub fn verdict(&self) -> Verdict {
        let mut verdict = Verdict::default();
        for (name, room) in &self.rooms {
            verdict.sent += room.sent.len();
            let acknowledged = room.sent.iter().filter(|sent| sent.acknowledged.is_some());
            verdict.acknowledged += acknowledged.count();
            for view in &room.views {
                verdict.seen += view.seen.len();
                let mut fault = |text: String| {
                    verdict
                        .faults
                        .push(format!("{} in {name}: {text}", view.reader));
                };
                room.check_view(view, &mut fault);
            }
            if let [first, rest @ ..] = room.views.as_slice() {
                let ids = |view: &View| -> Vec<String> {
                    view.seen
                        .iter()
                        .map(|(place, _)| place.id.clone())
                        .collect()
                };
                for view in rest.iter().filter(|view| ids(view) != ids(first)) {
                    let (a, b) = (&first.reader, &view.reader);
                    let text = format!("{a} and {b} saw different things in {name}");
                    verdict.faults.push(text);
                }
            }
        }
        verdict
    }

    /// Fails the test unless the promise was kept and something was promised at all.
    #[track_caller]
    pub fn assert_kept(&self) -> Verdict {
        let verdict = self.verdict();
        assert!(verdict.faults.is_empty(), "{verdict}");
        assert!(verdict.acknowledged > 0 && verdict.seen > 0, "{verdict}");
        verdict
    }
}

impl Room {
    fn check_view(&self, view: &View, fault: &mut impl FnMut(String)) {
        let mut ids = HashSet::new();
        let mut client_ids = HashSet::new();
        let mut last: Option<&Place> = None;
        // Each author sends one after the other, so their messages stand in the order of sending.
        let mut newest = HashMap::<&str, usize>::new();
        let mut by_client_id = HashMap::new();
        for (place, client_id) in &view.seen {
            if !ids.insert(&place.id) {
                fault(format!("{} came twice", place.id));
            }
            if let Some(last) = last
                && (place.ts <= last.ts || place.n <= last.n)
            {
                fault(format!("{place:?} came after {last:?}"));
            }
            last = Some(place);
            let Some(client_id) = client_id else { continue };
            if !client_ids.insert(client_id) {
                fault(format!("{client_id} is there twice"));
            }
            by_client_id.insert(client_id.as_str(), place);
            let Some(&index) = self.by_client_id.get(client_id) else {
                fault(format!("nobody sent {client_id}"));
                continue;
            };
            let author = self.sent[index].author.as_str();
            if newest
                .insert(author, index)
                .is_some_and(|newest| newest > index)
            {
                fault(format!("{author}'s {client_id} came after a later one"));
            }
        }
        for sent in &self.sent {
            let Some(place) = &sent.acknowledged else {
                continue;
            };
            match by_client_id.get(sent.client_id.as_str()) {
                None => fault(format!(
                    "{}'s {} was acknowledged and is lost",
                    sent.author, sent.client_id
                )),
                Some(found) if *found != place => fault(format!(
                    "{} was acknowledged as {place:?} and came as {found:?}",
                    sent.client_id
                )),
                Some(_) => {}
            }
        }
    }
}

fn place(message: &Value) -> Place {
    Place {
        id: message["id"].as_str().expect("an id").to_owned(),
        ts: message["ts"].as_i64().expect("a ts"),
        n: message["n"].as_u64().expect("an n"),
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            sent,
            acknowledged,
            seen,
            faults,
        } = self;
        write!(
            f,
            "{sent} sent, {acknowledged} acknowledged, {seen} seen, {} faults",
            faults.len()
        )?;
        for fault in faults.iter().take(20) {
            write!(f, "\n  {fault}")?;
        }
        if faults.len() > 20 {
            write!(f, "\n  … and {} more", faults.len() - 20)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn message(k: u64) -> Value {
        json!({"id": format!("m{k}"), "ts": k, "n": k, "kind": "message", "client_id": format!("c{k}")})
    }

    fn checked(seen: &[u64]) -> Verdict {
        let mut checker = Checker::default();
        for k in 1..=3 {
            checker.sending("r", "ana", &format!("c{k}"));
            if k < 3 {
                checker.acknowledged("r", &message(k));
            }
        }
        let all: Vec<_> = [1, 2, 3].map(message).into();
        checker.saw("r", "history", &all[..seen.len().max(2)]);
        let seen: Vec<_> = seen.iter().map(|k| message(*k)).collect();
        checker.saw("r", "bo", &seen);
        checker.verdict()
    }

    #[test]
    fn what_was_not_acknowledged_may_be_there_or_not() {
        assert_eq!(checked(&[1, 2]).faults, Vec::<String>::new());
        assert_eq!(checked(&[1, 2, 3]).faults, Vec::<String>::new());
    }

    #[test]
    fn loss_doubles_disorder_and_strangers_are_noticed() {
        for seen in [&[1][..], &[1, 2, 2], &[2, 1], &[1, 2, 4]] {
            assert!(!checked(seen).faults.is_empty(), "{seen:?}");
        }
    }
}
