//! Days in Europe/London: instants are kept in UTC, day arithmetic is done on local dates.
//!
//! Every view asks for days and their bounds, for each step again. Most answers are plain: since 1972
//! London is at UTC or an hour ahead, and its clocks change late in March and October. Only what is left is
//! looked up in the table of the time zone; a test holds the plain answers against that table.

use chrono::{DateTime, Datelike, Days, Duration, NaiveDate, NaiveTime, TimeZone, Timelike, Utc};
use chrono_tz::Europe::London;
use steps::OccurredAt;

/// The years whose plain answers are held against the table.
const PLAIN_YEARS: std::ops::Range<i32> = 1972..2100;

/// The local date of an instant.
pub fn date_of(instant: DateTime<Utc>) -> NaiveDate {
    let day = instant.date_naive();
    let is_plain = PLAIN_YEARS.contains(&day.year()) && instant.hour() < 23;
    if is_plain { day } else { instant.with_timezone(&London).date_naive() }
}

/// The local date of something that happened.
pub fn date(occurred_at: OccurredAt) -> NaiveDate {
    match occurred_at {
        OccurredAt::Day(day) => day,
        OccurredAt::Instant(at) => date_of(at),
    }
}

/// The first instant of a local day.
pub fn start_of(day: NaiveDate) -> DateTime<Utc> {
    let midnight = day.and_time(NaiveTime::MIN).and_utc();
    match (day.month(), day.day()) {
        _ if !PLAIN_YEARS.contains(&day.year()) => looked_up(day),
        (4..=9, _) | (10, ..=22) => midnight - Duration::hours(1),
        (3, 16..) | (10, _) => looked_up(day),
        _ => midnight,
    }
}

/// The first instant after a local day.
pub fn end_of(day: NaiveDate) -> DateTime<Utc> {
    start_of(day.checked_add_days(Days::new(1)).unwrap_or(day))
}

/// The first and the last moment at which something can have happened.
pub fn bounds(occurred_at: OccurredAt) -> (DateTime<Utc>, DateTime<Utc>) {
    match occurred_at {
        OccurredAt::Day(day) => (start_of(day), end_of(day)),
        OccurredAt::Instant(at) => (at, at),
    }
}

/// The first instant of a local day, by the table of the time zone.
fn looked_up(day: NaiveDate) -> DateTime<Utc> {
    let midnight = day.and_time(NaiveTime::MIN);
    let zoned = London.from_local_datetime(&midnight).earliest();
    zoned.map_or_else(|| midnight.and_utc(), |zoned| zoned.with_timezone(&Utc))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_past_eleven_at_night_in_june_is_already_the_next_day_in_london() {
        let instant = "2026-06-30T23:30:00Z".parse().unwrap();
        assert_eq!(date_of(instant), "2026-07-01".parse().unwrap());
    }

    #[test]
    fn the_day_the_clocks_go_back_has_twenty_five_hours() {
        let day = "2026-10-25".parse().unwrap();
        assert_eq!((end_of(day) - start_of(day)).num_hours(), 25);
    }

    #[test]
    fn plain_days_are_those_of_the_time_zone() {
        let mut day: NaiveDate = "1960-01-01".parse().unwrap();
        while day.year() < 2110 {
            assert_eq!(start_of(day), looked_up(day), "the start of {day}");
            for minute in [0, 59, 60, 61, 12 * 60, 22 * 60 + 59, 23 * 60, 23 * 60 + 1, 24 * 60 - 1]
            {
                let instant = day.and_time(NaiveTime::MIN).and_utc() + Duration::minutes(minute);
                let zoned = instant.with_timezone(&London).date_naive();
                assert_eq!(date_of(instant), zoned, "{instant}");
            }
            day = day.succ_opt().unwrap();
        }
    }
}
