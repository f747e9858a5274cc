//! Lists that are read in stretches.

use model::stream::StreamId;

/// A stretch of a list, with the heads of the streams that it was read from in the same snapshot.
#[derive(Clone, Debug)]
pub struct Listing<T, P> {
    /// The items.
    pub items: Vec<T>,
    /// The place after which the list goes on, if it does.
    pub next: Option<P>,
    /// The last event's number of each stream.
    pub heads: Vec<(StreamId, u64)>,
}

impl<T, P> Listing<T, P> {
    /// From one item more than `limit`, if there is more.
    pub(crate) fn cut(mut items: Vec<T>, limit: u32, place: impl Fn(&T) -> P) -> Self {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let more = items.len() > limit;
        items.truncate(limit);
        let next = items.last().filter(|_| more).map(place);
        Self {
            items,
            next,
            heads: Vec::new(),
        }
    }
}
