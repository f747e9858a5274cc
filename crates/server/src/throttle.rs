//! A bound on what one address may send that costs little and changes nothing, kept in the memory of this process.

use std::hash::{BuildHasher, RandomState};
use std::net::IpAddr;
use std::time::Duration;

use live::limits::Bucket;
use parking_lot::Mutex;
use tokio::time::Instant;

/// How many counts there are; addresses share them by chance, so that no number of addresses takes more memory.
const SLOTS: usize = 1024;

/// So many at once and so many a second for each address, IPv6 by its network.
pub struct Throttle {
    slots: Mutex<Box<[Bucket]>>,
    // Random, so that nobody can choose whose count they share.
    hasher: RandomState,
}

impl Throttle {
    /// Allows each address `burst` at once and `per_second` in the long run.
    pub fn new(burst: u32, per_second: u32) -> Self {
        let now = Instant::now();
        let slots = (0..SLOTS).map(|_| Bucket::new(burst, per_second, now));
        Self {
            slots: Mutex::new(slots.collect()),
            hasher: RandomState::new(),
        }
    }

    /// Counts one; an error says how long to wait.
    pub fn take(&self, address: Option<IpAddr>, now: Instant) -> Result<(), Duration> {
        let slot = self.hasher.hash_one(network(address)) % SLOTS as u64;
        let mut slots = self.slots.lock();
        let bucket = usize::try_from(slot)
            .ok()
            .and_then(|slot| slots.get_mut(slot));
        bucket.map_or(Ok(()), |bucket| bucket.take(now))
    }
}

/// What one subscriber has: an address of IPv4, a network of IPv6.
fn network(address: Option<IpAddr>) -> u128 {
    match address.map(|address| address.to_canonical()) {
        Some(IpAddr::V4(address)) => u128::from(address.to_bits()),
        Some(IpAddr::V6(address)) => address.to_bits() >> 64 << 64,
        None => u128::MAX,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_bounded_and_others_are_not_by_it() {
        let throttle = Throttle::new(3, 1);
        let now = Instant::now();
        let address = |text: &str| text.parse().ok();
        for _ in 0..3 {
            assert_eq!(throttle.take(address("2001:db8::1"), now), Ok(()));
        }
        assert!(throttle.take(address("2001:db8::2"), now).is_err());
        // Of many others hardly any shares the count.
        let free = (0..200u8)
            .filter(|n| throttle.take(address(&format!("192.0.2.{n}")), now).is_ok())
            .count();
        assert!(free > 190, "{free}");
    }
}
