//! The days and months that a question may name.

use chrono::NaiveDate;
use pathway::{Month, london};

use super::scalars::{Date, bad_input};
use crate::World;

/// The day asked about: today, where none is named.
pub(super) fn day_of(world: &World, on: Option<Date>) -> async_graphql::Result<NaiveDate> {
    past_day(london::date_of(world.now()), on)
}

fn past_day(today: NaiveDate, on: Option<Date>) -> async_graphql::Result<NaiveDate> {
    let on = on.map_or(today, |on| on.0);
    if on > today {
        return Err(bad_input("`on` is in the future: expected today or a day before"));
    }
    of_our_years("on", on)
}

/// The month of 2026-01: one that has begun.
pub(super) fn month_of(world: &World, raw: &str) -> async_graphql::Result<Month> {
    past_month(london::date_of(world.now()), raw)
}

fn past_month(today: NaiveDate, raw: &str) -> async_graphql::Result<Month> {
    let month: Month = raw.parse().map_err(|bad| bad_input(format!("`month`: {bad}")))?;
    if month > Month::of(today) {
        return Err(bad_input("`month` is in the future: expected this month or one before"));
    }
    of_our_years("month", month.first()).map(|_| month)
}

fn of_our_years(field: &str, day: NaiveDate) -> async_graphql::Result<NaiveDate> {
    pathway::of_our_years(day).map_err(|bad| bad_input(format!("`{field}` {bad}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(raw: &str) -> NaiveDate {
        raw.parse().unwrap()
    }

    fn today() -> NaiveDate {
        day("2026-03-01")
    }

    fn said<T: std::fmt::Debug>(refused: async_graphql::Result<T>) -> String {
        refused.unwrap_err().message
    }

    #[test]
    fn a_day_is_today_or_before_and_no_typing_error() {
        assert_eq!(past_day(today(), None).unwrap(), today());
        assert_eq!(past_day(today(), Some(Date(day("1900-01-01")))).unwrap(), day("1900-01-01"));
        let of = |raw| said(past_day(today(), Some(Date(day(raw)))));
        assert_eq!(of("0001-01-01"), "`on` is in the year 0001: expected a year from 1900 to 2200");
        assert_eq!(of("1899-12-31"), "`on` is in the year 1899: expected a year from 1900 to 2200");
        assert_eq!(of("2026-03-02"), "`on` is in the future: expected today or a day before");
    }

    #[test]
    fn a_month_has_begun_and_is_no_typing_error() {
        assert_eq!(past_month(today(), "2026-03").unwrap().to_string(), "2026-03");
        let of = |raw| said(past_month(today(), raw));
        assert_eq!(of("0026-01"), "`month` is in the year 0026: expected a year from 1900 to 2200");
        assert_eq!(of("2026-04"), "`month` is in the future: expected this month or one before");
        assert_eq!(of("2026-1"), "`month`: expected a month, such as 2026-01");
    }
}
