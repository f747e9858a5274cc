//! Connections that have not asked for anything yet: handshakes half done, heads that trickle in, silence. They cost
//! their sender nothing, so they may hold up nobody: when too many wait, the longest waiting gives way.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use tokio::sync::Notify;
use tokio::time::Instant;

/// The places for connections that haven't asked yet; a clone is another handle.
#[derive(Clone, Debug)]
pub(super) struct Waiting(Arc<Parts>);

#[derive(Debug)]
struct Parts {
    most: usize,
    /// How long a connection has in any case, however many wait.
    grace: Duration,
    /// The longest waiting first.
    line: Mutex<Line>,
    left: Notify,
}

#[derive(Debug, Default)]
struct Line {
    last: u64,
    places: VecDeque<(u64, Instant, Arc<Notify>)>,
}

/// A connection's place while it hasn't asked; dropped with its first request.
#[derive(Debug)]
pub(super) struct Place {
    number: u64,
    give_way: Arc<Notify>,
    waiting: Waiting,
}

impl Waiting {
    /// At most so many, each with so much time in any case.
    pub(super) fn new(most: usize, grace: Duration) -> Self {
        Self(Arc::new(Parts {
            most: most.max(1),
            grace,
            line: Mutex::default(),
            left: Notify::new(),
        }))
    }

    /// A place; if all are taken, that of the longest waiting as soon as it had its time.
    pub(super) async fn enter(&self) -> Place {
        loop {
            let patience = match self.try_enter() {
                Ok(place) => return place,
                Err(patience) => patience,
            };
            tokio::select! {
                () = tokio::time::sleep(patience) => {}
                () = self.0.left.notified() => {}
            }
        }
    }

    /// A place, or how long the longest waiting still has.
    fn try_enter(&self) -> Result<Place, Duration> {
        let mut line = self.0.line.lock();
        if line.places.len() >= self.0.most
            && let Some((_, since, oldest)) = line.places.front()
        {
            let waited = since.elapsed();
            if waited < self.0.grace {
                return Err(self.0.grace - waited);
            }
            oldest.notify_one();
            line.places.pop_front();
        }
        line.last += 1;
        let (number, give_way) = (line.last, Arc::new(Notify::new()));
        line.places
            .push_back((number, Instant::now(), Arc::clone(&give_way)));
        Ok(Place {
            number,
            give_way,
            waiting: self.clone(),
        })
    }
}

impl Place {
    /// What tells the connection to end, as long as the place isn't dropped.
    pub(super) fn give_way(&self) -> Arc<Notify> {
        Arc::clone(&self.give_way)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut line = self.waiting.0.line.lock();
        let here = line
            .places
            .binary_search_by_key(&self.number, |(number, ..)| *number);
        if let Ok(here) = here {
            line.places.remove(here);
            drop(line);
            self.waiting.0.left.notify_one();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_longest_waiting_gives_way_once_it_had_its_time() {
        let grace = Duration::from_millis(50);
        let waiting = Waiting::new(2, grace);
        let first = waiting.enter().await;
        let _second = waiting.enter().await;
        let began = Instant::now();
        let _third = waiting.enter().await;
        first.give_way().notified().await;
        assert!(began.elapsed() >= grace / 2, "{:?}", began.elapsed());
    }

    #[tokio::test]
    async fn one_that_has_asked_makes_room_at_once() {
        let waiting = Waiting::new(1, Duration::from_secs(3600));
        let asked = waiting.enter().await;
        assert!(waiting.try_enter().is_err());
        let next = tokio::spawn(async move { drop(waiting.enter().await) });
        drop(asked);
        next.await.unwrap();
    }
}
