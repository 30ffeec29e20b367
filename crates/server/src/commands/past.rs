//! The days and months that an argument may name: what has begun, in years in which anybody waits.

use anyhow::{anyhow, bail};
use chrono::NaiveDate;
use pathway::{Month, of_our_years};

/// The month of `--month`, which was written `raw`; it has begun.
pub(super) fn begun(raw: &str, month: Month, today: NaiveDate) -> anyhow::Result<Month> {
    if month > Month::of(today) {
        bail!("--month {raw} is in the future: expected this month or one before");
    }
    of_our_years(month.first()).map_err(|bad| anyhow!("--month {bad}"))?;
    Ok(month)
}

/// The day of `--on`: today, or a day before.
pub(super) fn day_on(on: NaiveDate, today: NaiveDate) -> anyhow::Result<NaiveDate> {
    if on > today {
        bail!("--on is {on}, which is in the future: expected today or a day before");
    }
    of_our_years(on).map_err(|bad| anyhow!("--on {bad}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(raw: &str) -> NaiveDate {
        raw.parse().unwrap()
    }

    #[test]
    fn a_month_has_begun_and_is_no_typing_error() {
        let asked = |raw: &str| begun(raw, raw.parse().unwrap(), day("2026-03-01"));
        let said = |raw| asked(raw).unwrap_err().to_string();
        assert_eq!(asked("2026-03").unwrap().to_string(), "2026-03");
        assert_eq!(asked("1900-01").unwrap().to_string(), "1900-01");
        assert_eq!(
            said("2026-04"),
            "--month 2026-04 is in the future: expected this month or one before"
        );
        assert_eq!(
            said("0026-01"),
            "--month is in the year 0026: expected a year from 1900 to 2200"
        );
    }

    #[test]
    fn a_day_is_today_or_before_and_no_typing_error() {
        let asked = |raw| day_on(day(raw), day("2026-03-01"));
        let said = |raw| asked(raw).unwrap_err().to_string();
        assert_eq!(asked("2026-03-01").unwrap(), day("2026-03-01"));
        assert_eq!(
            said("2026-03-02"),
            "--on is 2026-03-02, which is in the future: expected today or a day before"
        );
        assert_eq!(
            said("0001-01-01"),
            "--on is in the year 0001: expected a year from 1900 to 2200"
        );
        assert_eq!(
            said("1899-12-31"),
            "--on is in the year 1899: expected a year from 1900 to 2200"
        );
    }
}
