//! The encodings of texts that were asked for of late, in the memory of one node: a guess takes a reading and a moment,
//! and of the same bytes it is always the same.

use std::collections::{HashMap, VecDeque};

use parking_lot::Mutex;
use store::files::Hash;

/// Texts whose encoding is kept; that of others is guessed again.
const KEPT: usize = 4096;

/// What was guessed, by the content's hash; none of what is no text.
#[derive(Default)]
pub(crate) struct Charsets(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    guesses: HashMap<Hash, Option<&'static str>>,
    /// The hashes, the oldest first.
    order: VecDeque<Hash>,
}

impl Charsets {
    /// What was guessed of this content.
    pub(super) fn get(&self, hash: &Hash) -> Option<Option<&'static str>> {
        self.0.lock().guesses.get(hash).copied()
    }

    /// Keeps a guess in place of the oldest one.
    pub(super) fn keep(&self, hash: Hash, guess: Option<&'static str>) {
        let mut kept = self.0.lock();
        if kept.guesses.insert(hash, guess).is_some() {
            return;
        }
        kept.order.push_back(hash);
        if kept.order.len() > KEPT
            && let Some(oldest) = kept.order.pop_front()
        {
            kept.guesses.remove(&oldest);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_guesses_are_kept_and_no_more() {
        let hash = |n: usize| {
            let mut hash = Hash::default();
            hash[..8].copy_from_slice(&n.to_be_bytes());
            hash
        };
        let charsets = Charsets::default();
        for n in 0..KEPT {
            charsets.keep(hash(n), Some("UTF-8"));
        }
        // Twice at once is once.
        charsets.keep(hash(0), Some("UTF-8"));
        assert_eq!(charsets.get(&hash(0)), Some(Some("UTF-8")));
        charsets.keep(hash(KEPT), None);
        assert_eq!(charsets.get(&hash(0)), None);
        assert_eq!(charsets.get(&hash(1)), Some(Some("UTF-8")));
        assert_eq!(charsets.get(&hash(KEPT)), Some(None));
        let kept = charsets.0.lock();
        assert_eq!((kept.guesses.len(), kept.order.len()), (KEPT, KEPT));
    }
}
