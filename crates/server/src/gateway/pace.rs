//! How much one connection may want, and how fast.

use std::time::Duration;

use live::limits::Bucket;
use tokio::time::Instant;

/// Operations at once, and a second in the long run: far above what a person or a bot needs.
const BURST: u32 = 200;
const PER_SECOND: u32 = 100;

/// Operations over the limit after which the connection ends.
const ABUSE: u32 = 1_000;

/// What a connection has wanted lately.
pub(super) struct Pace {
    limited: bool,
    bucket: Bucket,
    over_limit: u32,
}

/// Why something isn't done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TooFast {
    /// It may be after this time.
    Wait(Duration),
    /// Being told so didn't help.
    Abuse,
}

impl Pace {
    /// Of a new connection; where nothing is `limited`, nothing is ever too fast.
    pub(super) fn new(limited: bool, now: Instant) -> Self {
        Self {
            limited,
            bucket: Bucket::new(BURST, PER_SECOND, now),
            over_limit: 0,
        }
    }

    /// Counts one thing that the client wants.
    pub(super) fn take(&mut self, now: Instant) -> Result<(), TooFast> {
        if !self.limited {
            return Ok(());
        }
        self.bucket.take(now).map_err(|wait| {
            self.over_limit += 1;
            if self.over_limit > ABUSE {
                TooFast::Abuse
            } else {
                TooFast::Wait(wait)
            }
        })
    }

    /// Counts that what was let in is as much work as so many operations more.
    pub(super) fn owe(&mut self, operations: u32, now: Instant) {
        self.bucket.owe(operations, now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn what_is_much_work_is_paid_for_afterwards() {
        let now = Instant::now();
        let mut pace = Pace::new(true, now);
        assert_eq!(pace.take(now), Ok(()));
        pace.owe(BURST + PER_SECOND - 1, now);
        let second = Duration::from_secs(1) + Duration::from_secs(1) / PER_SECOND;
        assert_eq!(pace.take(now), Err(TooFast::Wait(second)));
        assert_eq!(pace.take(now + second), Ok(()));
        for _ in 1..ABUSE {
            assert!(matches!(pace.take(now), Err(TooFast::Wait(_))));
        }
        assert_eq!(pace.take(now), Err(TooFast::Abuse));
    }
}
