//! Percentiles by the published methods (`docs/waiting-list.md`). A method is dated data: the rule
//! changed between 2015 and 2025.

use crate::BANDS;

/// A published way to read a percentile off the week bands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PercentileMethod {
    /// 2025-26: rank `p·N`, linear inside the band, shown from 20 waits; open from 104 weeks.
    Rtt2025,
    /// 2014-15: the median has rank `(N+1)/2`, shown from 50 waits; open from 52 weeks.
    Rtt2015,
}

/// A percentile in weeks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Weeks {
    /// The weeks; where `open`, the bare beginning of the open band.
    pub weeks: f64,
    /// Whether it lies in the open last band, so that it is this long or longer.
    pub open: bool,
}

impl PercentileMethod {
    /// Its name in answers.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Rtt2025 => "rtt-2025",
            Self::Rtt2015 => "rtt-2015",
        }
    }

    /// The fewest waits from which a percentile is shown.
    pub const fn shown_from(self) -> u64 {
        match self {
            Self::Rtt2025 => 20,
            Self::Rtt2015 => 50,
        }
    }

    /// The percentile of waits counted in week bands; `None` where they are too few to show.
    pub fn percentile(self, percent: u64, bands: &[u32; BANDS]) -> Option<Weeks> {
        let count: u64 = bands.iter().copied().map(u64::from).sum();
        if count < self.shown_from() {
            return None;
        }
        self.of_bands(percent, count, bands)
    }

    /// The percentile, however few.
    fn of_bands(self, percent: u64, count: u64, bands: &[u32; BANDS]) -> Option<Weeks> {
        let (rank, of) = self.rank(percent, count);
        let open_from = self.open_from();
        let mut below = 0_u64;
        for (band, in_band) in bands.iter().copied().enumerate() {
            let up_to = below + u64::from(in_band);
            // In integers, so that a rank on the very border of a band falls on the right side.
            if in_band > 0 && of * up_to >= rank {
                if band >= open_from {
                    return Some(Weeks { weeks: as_f64(open_from as u64), open: true });
                }
                let inside = as_f64(rank - of * below) / as_f64(of * u64::from(in_band));
                return Some(Weeks { weeks: as_f64(band as u64) + inside, open: false });
            }
            below = up_to;
        }
        None
    }

    /// The rank looked for, as a fraction.
    const fn rank(self, percent: u64, count: u64) -> (u64, u64) {
        match (self, percent) {
            (Self::Rtt2015, 50) => (count + 1, 2),
            (Self::Rtt2015 | Self::Rtt2025, _) => (percent * count, 100),
        }
    }

    /// The first band that has no upper end.
    const fn open_from(self) -> usize {
        match self {
            Self::Rtt2025 => BANDS - 1,
            Self::Rtt2015 => 52,
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of people are far below 2^53")]
const fn as_f64(number: u64) -> f64 {
    number as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bands(counts: &[(usize, u32)]) -> [u32; BANDS] {
        let mut bands = [0; BANDS];
        for (band, count) in counts {
            bands[*band] = *count;
        }
        bands
    }

    fn weeks(found: Option<Weeks>) -> f64 {
        let found = found.unwrap();
        assert!(!found.open, "{found:?}");
        found.weeks
    }

    #[test]
    fn the_vectors_of_the_domain_page_hold() {
        let hundred = bands(&[(0, 10), (1, 20), (2, 30), (3, 40)]);
        let method = PercentileMethod::Rtt2025;
        assert!((weeks(method.percentile(50, &hundred)) - 8.0 / 3.0).abs() < 1e-12);
        assert!((weeks(method.percentile(92, &hundred)) - 3.8).abs() < 1e-12);
        let one = bands(&[(2, 1)]);
        assert!((weeks(method.of_bands(50, 1, &one)) - 2.5).abs() < 1e-12);
        assert_eq!(method.percentile(50, &one), None);
    }

    #[test]
    fn nineteen_waits_are_too_few_and_twenty_are_enough() {
        let method = PercentileMethod::Rtt2025;
        assert_eq!(method.percentile(50, &bands(&[(3, 19)])), None);
        assert!((weeks(method.percentile(50, &bands(&[(3, 20)]))) - 3.5).abs() < 1e-12);
        assert_eq!(method.percentile(50, &[0; BANDS]), None);
    }

    #[test]
    fn a_rank_on_the_border_of_a_band_is_the_end_of_that_band() {
        let method = PercentileMethod::Rtt2025;
        let half_and_half = bands(&[(4, 25), (9, 25)]);
        assert!((weeks(method.percentile(50, &half_and_half)) - 5.0).abs() < 1e-12);
    }

    #[test]
    fn the_open_band_is_its_bare_beginning_and_flagged() {
        let open = bands(&[(3, 10), (104, 90)]);
        let found = PercentileMethod::Rtt2025.percentile(92, &open);
        assert_eq!(found, Some(Weeks { weeks: 104.0, open: true }));
    }

    #[test]
    fn the_method_of_2015_ranks_the_median_otherwise_and_opens_at_52() {
        let method = PercentileMethod::Rtt2015;
        let fifty = bands(&[(0, 20), (1, 30)]);
        assert!((weeks(method.percentile(50, &fifty)) - (1.0 + 5.5 / 30.0)).abs() < 1e-12);
        assert!((weeks(method.percentile(92, &fifty)) - (1.0 + 26.0 / 30.0)).abs() < 1e-12);
        assert_eq!(method.percentile(50, &bands(&[(0, 49)])), None);
        let long = bands(&[(0, 10), (60, 90)]);
        assert_eq!(method.percentile(50, &long), Some(Weeks { weeks: 52.0, open: true }));
    }
}
