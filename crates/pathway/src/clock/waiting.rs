//! Waiting-time arithmetic (RTT guidance v5.0, 10.1.7): days, week bands and long waits.

use chrono::NaiveDate;

/// The last day on which a patient has waited within 18 weeks.
pub const WITHIN_18_WEEKS_DAYS_MAX: u32 = 126;
/// The first day of a wait of over 52 weeks: the band 51 to 52 ends at 364.
pub const OVER_52_WEEKS_DAYS_MIN: u32 = 365;
/// The first day of a wait of over 65 weeks.
pub const OVER_65_WEEKS_DAYS_MIN: u32 = 456;
/// The first day of a wait of over 78 weeks.
pub const OVER_78_WEEKS_DAYS_MIN: u32 = 547;
/// The first day of a wait of over 104 weeks.
pub const OVER_104_WEEKS_DAYS_MIN: u32 = 729;
/// The last band, over 104 weeks.
pub const BAND_MAX: usize = 104;

/// Days waited from `start` to a stop or census date; nothing where that lies before the start, for
/// a negative wait is a fault in the data and never a zero.
pub fn days(start: NaiveDate, on: NaiveDate) -> Option<u32> {
    u32::try_from((on - start).num_days()).ok()
}

/// The week band: index 0 to 103 is over k to k+1 weeks, 104 is over 104 weeks. The first has eight
/// days, 0 to 7.
pub fn band(days: u32) -> usize {
    let weeks = days.saturating_sub(1) / 7;
    usize::try_from(weeks).unwrap_or(BAND_MAX).min(BAND_MAX)
}

/// The band in words: `0 to 1 weeks`, `over 17 to 18 weeks`, `over 104 weeks`.
pub fn band_label(band: usize) -> String {
    match band {
        0 => "0 to 1 weeks".to_owned(),
        1..BAND_MAX => format!("over {band} to {} weeks", band + 1),
        _ => format!("over {BAND_MAX} weeks"),
    }
}

/// Whether the wait is within 18 weeks.
pub const fn within_18_weeks(days: u32) -> bool {
    days <= WITHIN_18_WEEKS_DAYS_MAX
}

/// Whether the wait is over 52 weeks.
pub const fn over_52_weeks(days: u32) -> bool {
    days >= OVER_52_WEEKS_DAYS_MIN
}

/// Whether the wait is over 65 weeks.
pub const fn over_65_weeks(days: u32) -> bool {
    days >= OVER_65_WEEKS_DAYS_MIN
}

/// Whether the wait is over 78 weeks.
pub const fn over_78_weeks(days: u32) -> bool {
    days >= OVER_78_WEEKS_DAYS_MIN
}

/// Whether the wait is over 104 weeks.
pub const fn over_104_weeks(days: u32) -> bool {
    days >= OVER_104_WEEKS_DAYS_MIN
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_vector_of_the_guidance_falls_in_its_band() {
        let vectors = [
            (0, 0),
            (7, 0),
            (8, 1),
            (14, 1),
            (120, 17),
            (126, 17),
            (127, 18),
            (358, 51),
            (364, 51),
            (365, 52),
            (728, 103),
            (729, 104),
            (5_000, 104),
        ];
        for (days, expected) in vectors {
            assert_eq!(band(days), expected, "{days} days");
        }
    }

    #[test]
    fn a_band_says_where_it_begins_and_ends() {
        let labels = [0, 1, 17, 103, 104].map(band_label);
        let expected = [
            "0 to 1 weeks",
            "over 1 to 2 weeks",
            "over 17 to 18 weeks",
            "over 103 to 104 weeks",
            "over 104 weeks",
        ];
        assert_eq!(labels, expected);
    }

    #[test]
    fn day_126_is_within_eighteen_weeks_and_day_127_is_the_breach() {
        assert!(within_18_weeks(126) && !within_18_weeks(127));
    }

    #[test]
    fn the_long_waits_begin_where_their_bands_begin() {
        assert!(!over_52_weeks(364) && over_52_weeks(365));
        assert!(!over_65_weeks(455) && over_65_weeks(456));
        assert!(!over_78_weeks(546) && over_78_weeks(547));
        assert!(!over_104_weeks(728) && over_104_weeks(729));
    }

    #[test]
    fn a_census_before_the_start_is_no_wait_at_all() {
        let day = |raw: &str| raw.parse().unwrap();
        assert_eq!(days(day("2026-01-05"), day("2026-01-05")), Some(0));
        assert_eq!(days(day("2026-01-05"), day("2026-01-04")), None);
    }

    proptest! {
        #[test]
        fn a_longer_wait_is_never_in_an_earlier_band(days in 0_u32..2_000) {
            prop_assert!(band(days) <= band(days + 1));
            prop_assert_eq!(over_52_weeks(days), band(days) >= 52);
            prop_assert_eq!(over_65_weeks(days), band(days) >= 65);
            prop_assert_eq!(over_78_weeks(days), band(days) >= 78);
            prop_assert_eq!(over_104_weeks(days), band(days) >= 104);
            prop_assert_eq!(within_18_weeks(days), band(days) <= 17);
        }
    }
}
