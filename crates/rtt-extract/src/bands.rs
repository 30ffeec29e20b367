//! Week bands of the return (RTT guidance v5.0, 10.1.7).

use std::ops::RangeInclusive;

/// How many week bands the return has: 0 to 1 week, 1 to 2 weeks, … 104 weeks and more.
pub const BANDS: usize = 105;

/// How many weeks the open last band is spread over.
const OPEN_BAND_WEEKS: u32 = 8;

/// The days waited that a band holds: the first holds eight (0 to 7), the others seven.
///
/// The last band is open; eight weeks of it are given.
pub const fn days_of_band(band: usize) -> RangeInclusive<u32> {
    if band == 0 {
        return 0..=7;
    }
    let last = if band < BANDS { band } else { BANDS - 1 };
    #[expect(clippy::cast_possible_truncation, reason = "at most 104")]
    let first_day = last as u32 * 7 + 1;
    let weeks = if last == BANDS - 1 { OPEN_BAND_WEEKS } else { 1 };
    first_day..=first_day + weeks * 7 - 1
}

/// The column that holds a band.
pub(crate) fn column_of_band(band: usize) -> String {
    if band + 1 >= BANDS {
        return format!("Gt {} Weeks SUM 1", BANDS - 1);
    }
    format!("Gt {band:02} To {:02} Weeks SUM 1", band + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bands_meet_without_gap_or_overlap_and_the_open_one_begins_at_729_days() {
        for band in 1..BANDS {
            assert_eq!(*days_of_band(band).start(), days_of_band(band - 1).end() + 1, "{band}");
        }
        assert_eq!((days_of_band(0), days_of_band(17)), (0..=7, 120..=126));
        assert_eq!(*days_of_band(104).start(), 729);
    }

    #[test]
    fn the_columns_are_named_as_the_extract_names_them() {
        assert_eq!(column_of_band(0), "Gt 00 To 01 Weeks SUM 1");
        assert_eq!(column_of_band(103), "Gt 103 To 104 Weeks SUM 1");
        assert_eq!(column_of_band(104), "Gt 104 Weeks SUM 1");
    }
}
