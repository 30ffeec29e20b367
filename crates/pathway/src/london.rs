//! Days in Europe/London: instants are kept in UTC, day arithmetic is done on local dates.

use chrono::{DateTime, Days, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Utc};
use chrono_tz::Europe::London;
use steps::OccurredAt;

/// The local date of an instant.
pub fn date_of(instant: DateTime<Utc>) -> NaiveDate {
    instant.with_timezone(&London).date_naive()
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
    to_utc(day.and_time(NaiveTime::MIN))
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

fn to_utc(local: NaiveDateTime) -> DateTime<Utc> {
    London
        .from_local_datetime(&local)
        .earliest()
        .map_or_else(|| local.and_utc(), |zoned| zoned.with_timezone(&Utc))
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
}
