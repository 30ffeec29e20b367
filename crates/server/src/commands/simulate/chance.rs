//! Chance that is always the same: numbers mixed from a seed and a place.

/// `SplitMix64`: a number whose bits look like chance and are always the same.
pub(in crate::commands) const fn mixed(number: u64) -> u64 {
    let mut z = number.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// The draws of one pathway.
pub(super) struct Chance(u64);

impl Chance {
    /// The draws of the pathway at a place, under a seed.
    pub(super) const fn of(seed: u64, place: u64) -> Self {
        Self(mixed(mixed(seed) ^ place))
    }

    /// The next number below `bound`.
    pub(super) fn below(&mut self, bound: u32) -> u32 {
        self.0 = mixed(self.0);
        let scaled = (self.0 >> 32) * u64::from(bound);
        u32::try_from(scaled >> 32).unwrap_or(0)
    }

    /// The next place, each as likely as its share.
    pub(super) fn place(&mut self, shares: &Shares) -> usize {
        shares.place_of(self.below(shares.whole()))
    }
}

/// How a whole divides over places.
pub(super) struct Shares {
    /// Where the share of each place ends.
    ends: Vec<u32>,
}

impl Shares {
    /// From the count at each place.
    pub(super) fn of(counts: impl IntoIterator<Item = u32>) -> Self {
        let ends = counts.into_iter().scan(0, |sum, count| {
            *sum += count;
            Some(*sum)
        });
        Self { ends: ends.collect() }
    }

    /// All counts together.
    pub(super) fn whole(&self) -> u32 {
        self.ends.last().copied().unwrap_or(0)
    }

    /// The place in whose share a number below the whole lies.
    fn place_of(&self, number: u32) -> usize {
        self.ends.partition_point(|end| *end <= number)
    }

    #[cfg(test)]
    pub(super) fn places(&self) -> usize {
        self.ends.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_drawn_as_often_as_its_share_and_never_without_one() {
        let shares = Shares::of([1, 0, 3]);
        assert_eq!((0..4).map(|number| shares.place_of(number)).collect::<Vec<_>>(), [0, 2, 2, 2]);
        let mut drawn = [0; 3];
        for place in 0..4_000 {
            drawn[Chance::of(7, place).place(&shares)] += 1;
        }
        assert_eq!(drawn[1], 0);
        assert!((900..1_100).contains(&drawn[0]), "{drawn:?}");
    }

    #[test]
    fn the_draws_follow_from_seed_and_place() {
        let draws = |seed, place| {
            let mut chance = Chance::of(seed, place);
            [chance.below(1_000), chance.below(1_000), chance.below(1_000)]
        };
        assert_eq!(draws(1, 2), draws(1, 2));
        assert_ne!(draws(1, 2), draws(2, 2));
        assert_ne!(draws(1, 2), draws(1, 3));
    }
}
