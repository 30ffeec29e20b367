//! A calendar month.

use std::str::FromStr;

use chrono::{Datelike, Months, NaiveDate};

/// A calendar month, 2026-01.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month {
    first: NaiveDate,
}

impl Month {
    /// The month of a day.
    pub fn of(day: NaiveDate) -> Self {
        Self { first: day.with_day(1).unwrap_or(day) }
    }

    /// Its first day.
    pub const fn first(self) -> NaiveDate {
        self.first
    }

    /// Its last day.
    pub fn last(self) -> NaiveDate {
        self.next().first.pred_opt().unwrap_or(self.first)
    }

    /// The month before.
    #[must_use]
    pub fn before(self) -> Self {
        let first = self.first.checked_sub_months(Months::new(1));
        Self { first: first.unwrap_or(self.first) }
    }

    /// The month after.
    #[must_use]
    pub fn next(self) -> Self {
        let first = self.first.checked_add_months(Months::new(1));
        Self { first: first.unwrap_or(self.first) }
    }
}

impl FromStr for Month {
    type Err = steps::BadValue;

    fn from_str(raw: &str) -> Result<Self, Self::Err> {
        let bad = steps::BadValue { expected: "a month, 2026-01" };
        let is_of_it = |(place, byte): (usize, u8)| match place {
            4 => byte == b'-',
            _ => byte.is_ascii_digit(),
        };
        if raw.len() != 7 || !raw.bytes().enumerate().all(is_of_it) {
            return Err(bad);
        }
        format!("{raw}-01").parse().map(|first| Self { first }).map_err(|_malformed| bad)
    }
}

impl std::fmt::Display for Month {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.first.format("%Y-%m"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_is_read_as_a_month_and_nothing_else() {
        let month: Month = "2024-02".parse().unwrap();
        let days = (month.first().to_string(), month.last().to_string());
        assert_eq!(days, ("2024-02-01".to_owned(), "2024-02-29".to_owned()));
        assert_eq!(month.to_string(), "2024-02");
        for raw in ["2026-13", "2026-1", "2026-01-05", "January", "+026-01"] {
            assert!(raw.parse::<Month>().is_err(), "{raw}");
        }
    }

    #[test]
    fn a_month_lies_between_the_one_before_and_the_next() {
        let month = Month::of("2025-12-31".parse().unwrap());
        assert_eq!(
            (month.before().to_string(), month.next().to_string()),
            ("2025-11".into(), "2026-01".into())
        );
        assert_eq!((month.next().before(), month.before().next()), (month, month));
    }
}
