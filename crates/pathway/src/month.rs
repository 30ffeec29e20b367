//! A calendar month by local dates, as figures are counted by.

use std::{fmt, str::FromStr};

use chrono::{Datelike, Days, Months, NaiveDate};
use steps::{BadValue, OccurredAt};

use crate::london;

/// A calendar month, written 2026-01.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month {
    first: NaiveDate,
}

impl Month {
    /// What a month is written as.
    pub const EXPECTED: &'static str = "a month, such as 2026-01";

    /// The month of a day.
    pub fn of(day: NaiveDate) -> Self {
        Self { first: day.with_day(1).unwrap_or(day) }
    }

    /// The month of the local day on which something happened.
    pub fn of_step(at: OccurredAt) -> Self {
        Self::of(london::date(at))
    }

    /// Its first day.
    pub const fn first(self) -> NaiveDate {
        self.first
    }

    /// Its last day.
    pub fn last(self) -> NaiveDate {
        self.next().first.checked_sub_days(Days::new(1)).unwrap_or(self.first)
    }

    /// The month after.
    #[must_use]
    pub fn next(self) -> Self {
        let first = self.first.checked_add_months(Months::new(1));
        Self { first: first.unwrap_or(self.first) }
    }

    /// The month before.
    #[must_use]
    pub fn before(self) -> Self {
        let first = self.first.checked_sub_months(Months::new(1));
        Self { first: first.unwrap_or(self.first) }
    }

    /// Its number: months since the year 0, so that months next to each other differ by one.
    pub fn number(self) -> i64 {
        i64::from(self.first.year()) * 12 + i64::from(self.first.month0())
    }

    /// The month of that number; `None` where the calendar has none.
    pub fn of_number(number: i64) -> Option<Self> {
        let year = i32::try_from(number.div_euclid(12)).ok()?;
        let month = u32::try_from(number.rem_euclid(12)).ok()?;
        NaiveDate::from_ymd_opt(year, month + 1, 1).map(|first| Self { first })
    }
}

impl FromStr for Month {
    type Err = BadValue;

    fn from_str(raw: &str) -> Result<Self, BadValue> {
        let bad = BadValue { expected: Self::EXPECTED };
        let fits = |(place, byte): (usize, u8)| match place {
            4 => byte == b'-',
            _ => byte.is_ascii_digit(),
        };
        if raw.len() != 7 || !raw.bytes().enumerate().all(fits) {
            return Err(bad);
        }
        format!("{raw}-01").parse().map(|first| Self { first }).map_err(|_malformed| bad)
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.first.format("%Y-%m"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn month(raw: &str) -> Month {
        raw.parse().unwrap()
    }

    #[test]
    fn a_month_is_read_as_it_is_written_and_nothing_else_is_one() {
        assert_eq!(month("2026-01").to_string(), "2026-01");
        for bad in ["2026-13", "2026-1", "2026-01-01", "26-01", "2026/01", ""] {
            assert_eq!(bad.parse::<Month>(), Err(BadValue { expected: Month::EXPECTED }), "{bad}");
        }
    }

    #[test]
    fn months_follow_each_other_over_the_turn_of_the_year() {
        assert_eq!(month("2025-12").next(), month("2026-01"));
        assert_eq!(month("2026-01").before(), month("2025-12"));
        assert_eq!(month("2026-01").number() - month("2025-12").number(), 1);
        assert_eq!(Month::of_number(month("2024-02").number()), Some(month("2024-02")));
        assert_eq!(month("2024-02").last().to_string(), "2024-02-29");
    }

    #[test]
    fn a_moment_is_of_the_month_that_it_has_in_london() {
        let late = OccurredAt::Instant("2026-06-30T23:30:00Z".parse().unwrap());
        assert_eq!(Month::of_step(late), month("2026-07"), "00:30 on the first, in summer time");
        let day = OccurredAt::Day("2026-06-30".parse().unwrap());
        assert_eq!(Month::of_step(day), month("2026-06"));
    }
}
