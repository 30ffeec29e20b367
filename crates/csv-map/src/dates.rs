//! Dates and times as a source writes them, by a format that the map gives.

use std::fmt::Write;

use chrono::{
    DateTime, NaiveDate, NaiveDateTime, SecondsFormat, TimeZone, Utc,
    format::{Item, Parsed, StrftimeItems, parse},
    offset::LocalResult,
};
use chrono_tz::Europe::London;
use steps::OccurredAt;

/// A form in which a source writes days or times.
#[derive(Debug, Clone)]
pub(crate) struct DateFormat {
    raw: String,
    items: Vec<Item<'static>>,
    has_time: bool,
}

impl DateFormat {
    /// Reads a format; says what would be right where it is none.
    pub(crate) fn parse(raw: &str) -> Result<Self, String> {
        const EXAMPLE: &str = "a format such as `%d/%m/%Y`, or `%d/%m/%Y %H:%M`";
        if !raw.contains('%') {
            return Err(EXAMPLE.to_owned());
        }
        let items = StrftimeItems::new(raw).parse_to_owned().map_err(|_bad| EXAMPLE.to_owned())?;
        let parsed = sample(&items).ok_or(EXAMPLE)?;
        if parsed.to_naive_date().is_err() {
            return Err("a format that says day, month and year (`%d`, `%m`, `%Y`)".to_owned());
        }
        let said_in_part = parsed.hour_mod_12().is_some() || parsed.minute().is_some();
        let has_time = parsed.to_naive_time().is_ok();
        if said_in_part && !has_time {
            return Err("a format that says hour and minute, or neither (`%H`, `%M`)".to_owned());
        }
        Ok(Self { raw: raw.to_owned(), items, has_time })
    }

    /// Whether it says a time of day.
    pub(crate) fn has_time(&self) -> bool {
        self.has_time
    }

    /// The moment that a cell tells; a time without a zone is one in Europe/London.
    pub(crate) fn read(&self, cell: &str) -> Result<OccurredAt, String> {
        let malformed = || self.expected();
        let mut parsed = Parsed::new();
        parse(&mut parsed, cell, self.items.iter()).map_err(|_bad| malformed())?;
        let day = parsed.to_naive_date().map_err(|_bad| malformed())?;
        if !self.has_time {
            return Ok(OccurredAt::Day(day));
        }
        if parsed.offset().is_some() {
            let zoned = parsed.to_datetime().map_err(|_bad| malformed())?;
            return Ok(OccurredAt::Instant(zoned.with_timezone(&Utc)));
        }
        let time = parsed.to_naive_time().map_err(|_bad| malformed())?;
        in_london(day.and_time(time)).map(OccurredAt::Instant)
    }

    /// What a cell must look like.
    fn expected(&self) -> String {
        let what = if self.has_time { "a date and time" } else { "a date" };
        format!("expected {what} of the format `{}`", self.raw)
    }
}

/// The local date of an instant.
pub(crate) fn london_day(at: DateTime<Utc>) -> NaiveDate {
    at.with_timezone(&London).date_naive()
}

/// An instant as steps write it.
pub(crate) fn written(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

fn in_london(local: NaiveDateTime) -> Result<DateTime<Utc>, String> {
    match London.from_local_datetime(&local) {
        LocalResult::Single(zoned) => Ok(zoned.with_timezone(&Utc)),
        LocalResult::Ambiguous(..) => {
            Err("this time was there twice, for the clocks went back: expected a time with its zone, or the day alone".to_owned())
        }
        LocalResult::None => {
            Err("this time was not there, for the clocks went forward: expected a time of that day in Europe/London".to_owned())
        }
    }
}

/// What the format keeps of an afternoon in November.
fn sample(items: &[Item<'static>]) -> Option<Parsed> {
    let day = NaiveDate::from_ymd_opt(2021, 11, 23)?;
    let at = day.and_hms_opt(14, 35, 47)?.and_utc();
    let mut text = String::new();
    write!(text, "{}", at.format_with_items(items.iter())).ok()?;
    let mut parsed = Parsed::new();
    parse(&mut parsed, &text, items.iter()).ok()?;
    Some(parsed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(format: &str, cell: &str) -> Result<String, String> {
        DateFormat::parse(format).unwrap().read(cell).map(|at| at.to_string())
    }

    #[test]
    fn a_day_stays_a_day_and_a_time_is_one_in_london() {
        for (format, cell, expected) in [
            ("%d/%m/%Y", "31/01/2026", "2026-01-31"),
            ("%d-%b-%y", "05-JAN-26", "2026-01-05"),
            ("%Y%m%d", "20260131", "2026-01-31"),
            ("%d/%m/%Y 00:00:00", "31/01/2026 00:00:00", "2026-01-31"),
            ("%d/%m/%Y %H:%M", "31/01/2026 09:30", "2026-01-31T09:30:00Z"),
            ("%d/%m/%Y %H:%M", "01/07/2026 09:30", "2026-07-01T08:30:00Z"),
            ("%Y-%m-%dT%H:%M:%S%:z", "2026-07-01T09:30:05+02:00", "2026-07-01T07:30:05Z"),
        ] {
            assert_eq!(read(format, cell).as_deref(), Ok(expected), "{format} {cell}");
        }
    }

    #[test]
    fn what_is_not_of_the_format_is_refused_with_the_format_and_without_the_cell() {
        for cell in ["2026-01-31", "31/02/2026", "31/01/2026 09:30", "31/01", "", "x"] {
            let refused = read("%d/%m/%Y", cell).unwrap_err();
            assert_eq!(refused, "expected a date of the format `%d/%m/%Y`", "{cell}");
        }
    }

    #[test]
    fn a_time_that_was_there_twice_or_never_is_not_guessed() {
        let twice = read("%d/%m/%Y %H:%M", "25/10/2026 01:30").unwrap_err();
        assert!(twice.contains("there twice"), "{twice}");
        let never = read("%d/%m/%Y %H:%M", "29/03/2026 01:30").unwrap_err();
        assert!(never.contains("not there"), "{never}");
    }

    #[test]
    fn a_format_that_says_too_little_is_refused() {
        for format in ["DD/MM/YYYY", "%d/%m", "%H:%M", "%d/%m/%Y %H", "%Q", "%", ""] {
            assert!(DateFormat::parse(format).is_err(), "{format}");
        }
    }
}
