//! Which ids are surely not among many: a Bloom filter, whose bits for an id are all in one block.

use uuid::Uuid;

/// 512 bits: a line of the processor's cache.
const WORDS_A_BLOCK: usize = 8;
/// Ten bits an id when it is full: one unknown id in a hundred or so is taken for a known one.
const IDS_A_BLOCK: usize = 51;
/// Bits set for an id.
const BITS_AN_ID: u32 = 6;
/// Room that the smallest has.
const IDS_MIN: usize = 1_024;

type Block = [u64; WORDS_A_BLOCK];

/// Ids that were put in are found; others mostly are not.
pub(super) struct Filter {
    blocks: Vec<Block>,
    /// How many ids it still takes.
    room: usize,
}

impl Filter {
    /// Holds these, and takes half as many again.
    pub(super) fn of(ids: &[Uuid]) -> Self {
        let most = (ids.len() + ids.len() / 2).max(IDS_MIN);
        let blocks = vec![Block::default(); most.div_ceil(IDS_A_BLOCK)];
        let mut filter = Self { blocks, room: most };
        for id in ids {
            filter.put(*id);
        }
        filter
    }

    /// Whether it can take so many more and still tell them from others.
    pub(super) const fn has_room(&self, ids: usize) -> bool {
        self.room >= ids
    }

    /// Takes one more.
    pub(super) fn put(&mut self, id: Uuid) {
        let (place, bits) = self.place(id);
        if let Some(block) = self.blocks.get_mut(place) {
            block.iter_mut().zip(bits).for_each(|(word, bits)| *word |= bits);
        }
        self.room = self.room.saturating_sub(1);
    }

    /// False: it was never put in.
    pub(super) fn may_hold(&self, id: Uuid) -> bool {
        let (place, bits) = self.place(id);
        let block = self.blocks.get(place);
        block.is_none_or(|block| block.iter().zip(bits).all(|(word, bits)| word & bits == bits))
    }

    /// The block that an id belongs to, and its bits there.
    fn place(&self, id: Uuid) -> (usize, Block) {
        let (high, low) = id.as_u64_pair();
        let mixed = mixed(high ^ mixed(low));
        let place = (u128::from(mixed) * self.blocks.len() as u128) >> u64::BITS;
        (usize::try_from(place).unwrap_or(0), bits(mixed))
    }
}

fn bits(mixed_id: u64) -> Block {
    let mut block = Block::default();
    let mut left = mixed(mixed_id);
    for _bit in 0..BITS_AN_ID {
        let word = usize::try_from((left >> 6) % 8).unwrap_or(0);
        if let Some(word) = block.get_mut(word) {
            *word |= 1 << (left % 64);
        }
        left >>= 9;
    }
    block
}

/// Every bit of the answer depends on every bit of the number (the finish of `SplitMix64`).
const fn mixed(number: u64) -> u64 {
    let number = (number ^ (number >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    number ^ (number >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(number: u128) -> Uuid {
        Uuid::from_u128(number)
    }

    fn digest(number: u128) -> Uuid {
        Uuid::new_v5(&Uuid::NAMESPACE_OID, &number.to_be_bytes())
    }

    /// How many of 100,000 others are taken for known.
    fn mistaken(filter: &Filter, id: impl Fn(u128) -> Uuid) -> usize {
        (1_000_000..1_100_000).filter(|number| filter.may_hold(id(*number))).count()
    }

    #[test]
    fn what_was_put_in_is_found_and_others_mostly_are_not_even_when_it_is_full() {
        for id in [id as fn(u128) -> Uuid, digest] {
            let first: Vec<Uuid> = (0..20_000).map(id).collect();
            let mut filter = Filter::of(&first);
            assert!(filter.has_room(10_000) && !filter.has_room(10_001));
            (20_000..30_000).for_each(|number| filter.put(id(number)));
            assert!(!filter.has_room(1));
            assert!((0..30_000).all(|number| filter.may_hold(id(number))));
            let mistaken = mistaken(&filter, id);
            assert!((100..2_500).contains(&mistaken), "{mistaken} of 100,000");
        }
    }

    #[test]
    fn the_smallest_holds_nothing_and_takes_a_thousand() {
        let filter = Filter::of(&[]);
        assert_eq!(mistaken(&filter, digest), 0);
        assert!(filter.has_room(1_024) && !filter.has_room(1_025));
    }
}
