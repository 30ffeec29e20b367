//! Percentiles of the exact days waited: for running a list, and never to be taken for the published
//! ones, which know only week bands (`docs/waiting-list.md`).

/// The fewest days within which so many of a hundred lie, by nearest rank.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExactDays {
    /// Half of all.
    pub median: u32,
    /// 92 of 100.
    pub percentile_92: u32,
    /// 95 of 100.
    pub percentile_95: u32,
}

impl ExactDays {
    /// Of a count by days waited; `None` of nobody.
    pub(crate) fn of(by_days: &[u32]) -> Option<Self> {
        let count: u64 = by_days.iter().copied().map(u64::from).sum();
        let days = |percent: u64| nearest_rank(by_days, count, percent);
        (count > 0).then_some(())?;
        Some(Self { median: days(50)?, percentile_92: days(92)?, percentile_95: days(95)? })
    }
}

fn nearest_rank(by_days: &[u32], count: u64, percent: u64) -> Option<u32> {
    let mut up_to = 0_u64;
    let found = by_days.iter().position(|counted| {
        up_to += u64::from(*counted);
        // In integers, so that a rank on the border falls on the right side.
        100 * up_to >= percent * count
    });
    found.and_then(|days| u32::try_from(days).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exact_percentiles_are_days_that_somebody_waited() {
        let mut by_days = vec![0; 200];
        (1..=100).for_each(|days: usize| by_days[days] = 1);
        let found = ExactDays::of(&by_days).unwrap();
        assert_eq!((found.median, found.percentile_92, found.percentile_95), (50, 92, 95));
    }

    #[test]
    fn one_wait_is_every_percentile_and_nobody_has_none() {
        let one = ExactDays { median: 3, percentile_92: 3, percentile_95: 3 };
        assert_eq!(ExactDays::of(&[0, 0, 0, 1]), Some(one));
        assert_eq!(ExactDays::of(&[0, 0]), None);
        assert_eq!(ExactDays::of(&[]), None);
    }
}
