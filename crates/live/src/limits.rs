//! Bounds on what one connection and one person may take.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;
use std::time::Duration;

use model::id::UserId;
use parking_lot::Mutex;
use tokio::time::Instant;

/// A token bucket: so many operations at once, so many a second in the long run.
#[derive(Clone, Copy, Debug)]
pub struct Bucket {
    /// What one operation costs in time.
    each: Duration,
    /// How far ahead of the clock a client may get.
    ahead: Duration,
    /// When the bucket will be full again.
    full_at: Instant,
}

impl Bucket {
    /// A full bucket of `burst` tokens that gains `per_second` a second; zero counts as one.
    pub fn new(burst: u32, per_second: u32, now: Instant) -> Self {
        let each = Duration::from_secs(1) / per_second.max(1);
        Self {
            each,
            ahead: each * burst.max(1),
            full_at: now,
        }
    }

    /// Takes a token; an error says how long to wait for the next one.
    pub fn take(&mut self, now: Instant) -> Result<(), Duration> {
        let after = self.full_at.max(now) + self.each;
        let ahead = after.duration_since(now);
        if ahead > self.ahead {
            return Err(ahead - self.ahead);
        }
        self.full_at = after;
        Ok(())
    }

    /// Takes tokens for what was let in already, even more than there are: whoever comes next waits for them.
    pub fn owe(&mut self, tokens: u32, now: Instant) {
        self.full_at = self.full_at.max(now) + self.each * tokens;
    }
}

/// A person has as many connections open as they may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{limit} connections are open already")]
pub struct TooManyConnections {
    /// How many are allowed.
    pub limit: u32,
}

/// Counts the open connections of each person.
#[derive(Clone, Debug)]
pub struct Connections {
    limit: u32,
    open: Arc<Mutex<HashMap<UserId, u32>>>,
}

impl Connections {
    /// Allows `limit` connections a person.
    pub fn new(limit: u32) -> Self {
        Self {
            limit,
            open: Arc::default(),
        }
    }

    /// Counts one more connection until the guard is dropped.
    pub fn enter(&self, user: UserId) -> Result<Connected, TooManyConnections> {
        let mut open = self.open.lock();
        let count = open.get(&user).copied().unwrap_or(0);
        if count >= self.limit {
            return Err(TooManyConnections { limit: self.limit });
        }
        open.insert(user, count + 1);
        Ok(Connected {
            user,
            open: Arc::clone(&self.open),
        })
    }

    /// How many connections are open, of all people.
    pub fn total(&self) -> u64 {
        self.open
            .lock()
            .values()
            .map(|count| u64::from(*count))
            .sum()
    }
}

/// One counted connection.
#[derive(Debug)]
pub struct Connected {
    user: UserId,
    open: Arc<Mutex<HashMap<UserId, u32>>>,
}

impl Drop for Connected {
    fn drop(&mut self) {
        if let Entry::Occupied(mut entry) = self.open.lock().entry(self.user) {
            *entry.get_mut() -= 1;
            if *entry.get() == 0 {
                entry.remove();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::user;

    #[test]
    fn a_bucket_allows_a_burst_and_then_its_rate() {
        let start = Instant::now();
        let mut bucket = Bucket::new(5, 10, start);
        for _ in 0..5 {
            assert_eq!(bucket.take(start), Ok(()));
        }
        let wait = bucket.take(start).unwrap_err();
        assert_eq!(wait, Duration::from_millis(100));
        assert!(bucket.take(start + Duration::from_millis(99)).is_err());
        assert_eq!(bucket.take(start + wait), Ok(()));
        assert!(bucket.take(start + wait).is_err());
    }

    #[test]
    fn a_bucket_at_rest_fills_up_and_no_further() {
        let start = Instant::now();
        let mut bucket = Bucket::new(3, 1, start);
        let later = start + Duration::from_secs(3600);
        let taken = (0..10).filter(|_| bucket.take(later).is_ok()).count();
        assert_eq!(taken, 3);
    }

    #[test]
    fn connections_are_counted_for_each_person_until_they_end() {
        let connections = Connections::new(2);
        let first = connections.enter(user(1)).unwrap();
        let _second = connections.enter(user(1)).unwrap();
        assert_eq!(
            connections.enter(user(1)).unwrap_err(),
            TooManyConnections { limit: 2 }
        );
        let _other = connections.enter(user(2)).unwrap();
        assert_eq!(connections.total(), 3);
        drop(first);
        let _again = connections.enter(user(1)).unwrap();
        assert_eq!(connections.total(), 3);
    }
}
