//! Chance that is the same in every run with the same seed.

use std::time::Duration;

/// Numbers that look random and follow from a seed.
#[derive(Debug, Clone)]
pub struct Chance(pub u64);

impl Chance {
    /// A number below `limit`, which is not 0.
    pub fn below(&mut self, limit: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }

    /// A stretch of time shorter than `limit`, to the microsecond.
    pub fn shorter_than(&mut self, limit: Duration) -> Duration {
        let micros = u64::try_from(limit.as_micros()).unwrap_or(u64::MAX);
        Duration::from_micros(self.below(micros.max(1)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_seed_gives_one_row_of_numbers_and_another_seed_another() {
        let row = |seed| {
            let mut chance = Chance(seed);
            (0..8).map(|_| chance.below(1_000)).collect::<Vec<u64>>()
        };
        assert_eq!(row(1), row(1));
        assert_ne!(row(1), row(2));
        assert!(row(3).iter().all(|number| *number < 1_000));
    }
}
