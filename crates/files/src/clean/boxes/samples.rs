//! Where the samples of a track lie.

use std::ops::Range;

use super::Numbers;

/// The tables of a track that say where its samples lie.
pub(super) struct Tables {
    /// `stsz`: how long samples are.
    pub(super) sizes: Vec<u8>,
    /// `stsc`: how many a chunk has.
    pub(super) counts: Vec<u8>,
    /// `stco` or `co64`: where chunks begin.
    pub(super) places: Vec<u8>,
    /// How many bytes such a place has.
    pub(super) width: usize,
}

impl Tables {
    /// The chunks, as far as the tables tell them, at most `most`.
    pub(super) fn chunks(&self, most: usize) -> Vec<Range<u64>> {
        let mut chunks = Vec::new();
        let _ = self.collect(&mut chunks, most);
        chunks
    }

    /// Ends early where a table does.
    fn collect(&self, chunks: &mut Vec<Range<u64>>, most: usize) -> Option<()> {
        let mut sizes = Numbers(self.sizes.get(4..)?);
        let (same, mut samples) = (sizes.next(4)?, sizes.next(4)?);
        let mut counts = Numbers(self.counts.get(8..)?);
        let mut run = |first: &mut u64| {
            *first = counts.next(4)?;
            let count = counts.next(4)?;
            counts.next(4)?;
            Some(count)
        };
        let mut first = 0;
        let mut count = run(&mut first)?;
        let mut coming = run(&mut first);
        let mut places = Numbers(self.places.get(8..)?);
        let mut number = 0;
        while chunks.len() < most && samples > 0 {
            let start = places.next(self.width)?;
            number += 1;
            while let Some(next) = coming.filter(|_| first <= number) {
                count = next;
                coming = run(&mut first);
            }
            let here = count.min(samples);
            samples -= here;
            let mut size = here.saturating_mul(same);
            if same == 0 {
                for _ in 0..here {
                    size = size.saturating_add(sizes.next(4)?);
                }
            }
            chunks.push(start..start.saturating_add(size));
        }
        Some(())
    }
}
