//! Working days: Monday to Friday but for the bank holidays of England and Wales, as dated data.

use std::collections::BTreeSet;

use chrono::{Datelike, Days, NaiveDate, Weekday};
use serde::Deserialize;
use toml::Spanned;

use crate::pack::{PackError, line_of};

/// The bank holidays of a span of days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    from: NaiveDate,
    to: NaiveDate,
    holidays: BTreeSet<NaiveDate>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    calendar: Header,
    holiday: Vec<HolidayText>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    from: NaiveDate,
    to: NaiveDate,
    #[serde(rename = "title")]
    _title: String,
    #[serde(rename = "source")]
    _source: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct HolidayText {
    day: Spanned<NaiveDate>,
    #[serde(rename = "name")]
    _name: String,
}

impl Calendar {
    /// Reads a calendar, or says in which line a mistake is.
    pub fn parse(file_name: &str, text: &str) -> Result<Self, Vec<PackError>> {
        let refuse = |at: usize, problem: &str, expected: &str| {
            let (file, line) = (file_name.to_owned(), line_of(text, at));
            vec![PackError { file, line, problem: problem.into(), expected: expected.into() }]
        };
        let raw: File = toml::from_str(text).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start);
            refuse(at, error.message().trim(), "a calendar with `from`, `to` and its holidays")
        })?;
        let (from, to) = (raw.calendar.from, raw.calendar.to);
        let mut holidays = BTreeSet::new();
        for text in &raw.holiday {
            let (day, at) = (*text.day.get_ref(), text.day.span().start);
            if day < from || to < day {
                return Err(refuse(at, "the holiday is outside the calendar", "a day of it"));
            }
            if !holidays.insert(day) {
                return Err(refuse(at, "the holiday stands twice", "each day once"));
            }
        }
        Ok(Self { from, to, holidays })
    }

    /// Whether the day is a working day; `None` outside the calendar, where nobody can tell.
    pub fn is_working_day(&self, day: NaiveDate) -> Option<bool> {
        let known = self.from <= day && day <= self.to;
        let weekend = matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
        known.then(|| !weekend && !self.holidays.contains(&day))
    }

    /// Whether the day is a bank holiday; `None` outside the calendar, where nobody can tell.
    pub fn is_holiday(&self, day: NaiveDate) -> Option<bool> {
        let known = self.from <= day && day <= self.to;
        known.then(|| self.holidays.contains(&day))
    }

    /// The `count`-th working day after `day`; with a count of nought `day` itself. `None` where
    /// the count leaves the calendar.
    pub fn working_days_after(&self, day: NaiveDate, count: u32) -> Option<NaiveDate> {
        let (mut at, mut left) = (day, count);
        while left > 0 {
            at = at.checked_add_days(Days::new(1))?;
            if self.is_working_day(at)? {
                left -= 1;
            }
        }
        Some(at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Packs;

    fn day(raw: &str) -> NaiveDate {
        raw.parse().unwrap()
    }

    #[test]
    fn a_working_day_after_maundy_thursday_is_the_tuesday_after_easter() {
        let calendar = Packs::shipped().calendar().clone();
        assert_eq!(calendar.working_days_after(day("2026-04-02"), 1), Some(day("2026-04-07")));
        assert_eq!(calendar.working_days_after(day("2026-04-02"), 0), Some(day("2026-04-02")));
    }

    #[test]
    fn boxing_day_on_a_saturday_is_made_up_for_on_the_monday() {
        let calendar = Packs::shipped().calendar().clone();
        assert_eq!(calendar.is_working_day(day("2026-12-28")), Some(false));
        assert_eq!(calendar.working_days_after(day("2026-12-24"), 1), Some(day("2026-12-29")));
    }

    #[test]
    fn a_bank_holiday_is_told_from_a_weekend() {
        let calendar = Packs::shipped().calendar().clone();
        assert_eq!(calendar.is_holiday(day("2026-12-28")), Some(true));
        assert_eq!(calendar.is_holiday(day("2026-12-27")), Some(false), "a Sunday");
    }

    #[test]
    fn outside_the_calendar_nobody_can_tell() {
        let calendar = Packs::shipped().calendar().clone();
        assert_eq!(calendar.is_holiday(day("2028-01-03")), None);
        assert_eq!(calendar.is_working_day(day("2023-12-29")), None);
        assert_eq!(calendar.working_days_after(day("2027-12-31"), 1), None);
        assert_eq!(calendar.working_days_after(day("2027-12-30"), 1), Some(day("2027-12-31")));
    }

    #[test]
    fn a_holiday_that_stands_twice_is_refused_with_its_line() {
        let text = "[calendar]\ntitle = \"t\"\nsource = \"s\"\nfrom = \"2026-01-01\"\nto = \"2026-12-31\"\n\
                    [[holiday]]\nday = \"2026-01-01\"\nname = \"a\"\n[[holiday]]\nday = \"2026-01-01\"\nname = \"b\"\n";
        let errors = Calendar::parse("c.toml", text).unwrap_err();
        assert_eq!(
            errors[0].to_string(),
            "c.toml:10: the holiday stands twice: expected each day once"
        );
    }
}
