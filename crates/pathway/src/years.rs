//! The years that a question may name.
//!
//! Before the first step of the log a list is truly empty, and that is an answer; but a year before
//! 1900 or after 2200 is a typing error, and to answer it with noughts would hide that.

use std::ops::RangeInclusive;

use chrono::{Datelike, NaiveDate};

/// The years in which anybody may have waited, or may yet.
const YEARS: RangeInclusive<i32> = 1900..=2200;

/// A day of a year in which nobody waits. It reads on from the name of what was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is in the year {}: expected a year from {} to {}", .0.format("%Y"), YEARS.start(), YEARS.end())]
pub struct NotOurYear(NaiveDate);

/// The day, if it is of a year in which anybody may wait.
pub fn of_our_years(day: NaiveDate) -> Result<NaiveDate, NotOurYear> {
    if YEARS.contains(&day.year()) { Ok(day) } else { Err(NotOurYear(day)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_and_last_year_are_ours_and_those_beside_them_are_not() {
        let said = |raw: &str| of_our_years(raw.parse().unwrap()).map_err(|bad| bad.to_string());
        for ours in ["1900-01-01", "2200-12-31"] {
            assert_eq!(said(ours), Ok(ours.parse().unwrap()));
        }
        let expected =
            |year| Err(format!("is in the year {year}: expected a year from 1900 to 2200"));
        assert_eq!(said("1899-12-31"), expected("1899"));
        assert_eq!(said("2201-01-01"), expected("2201"));
        assert_eq!(said("0026-01-01"), expected("0026"));
    }
}
