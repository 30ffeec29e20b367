//! The order in which steps count for a clock: by the time that counts, then by what opens before
//! what ends, then by event id; never by the order of telling.

use chrono::NaiveDate;
use steps::OccurredAt;

use crate::{Entry, History, london};

/// A step, and the date on which it counts.
#[derive(Debug, Clone, Copy)]
pub(super) struct Dated<'a> {
    pub(super) entry: &'a Entry,
    pub(super) on: NaiveDate,
}

/// When a step counts, and its place among steps of one moment. Of a step known only to the day, a
/// place under [`LATE`] is at the day's beginning and every other at its end.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub(super) at: OccurredAt,
    pub(super) rank: u8,
}

/// The first place at the end of a day.
pub(super) const LATE: u8 = 10;

impl Place {
    pub(super) const fn new(at: OccurredAt, rank: u8) -> Self {
        Self { at, rank }
    }

    fn micros(self) -> i64 {
        match self.at {
            OccurredAt::Instant(at) => at.timestamp_micros(),
            OccurredAt::Day(day) if self.rank < LATE => london::start_of(day).timestamp_micros(),
            OccurredAt::Day(day) => london::end_of(day).timestamp_micros() - 1,
        }
    }
}

/// The steps to which `place` gives a place, in their order.
pub(super) fn in_order(
    history: &History,
    place: impl Fn(&Entry) -> Option<Place>,
) -> Vec<Dated<'_>> {
    let placed = history.entries().iter().filter_map(|entry| Some((place(entry)?, entry)));
    let mut placed: Vec<_> = placed.collect();
    placed.sort_by_key(|(place, entry)| (place.micros(), place.rank, entry.event_id()));
    let dated = placed.into_iter();
    dated.map(|(place, entry)| Dated { entry, on: london::date(place.at) }).collect()
}

/// When an appointment was missed: on its day, at the time of recording only where that is the same.
pub(super) fn missed_at(entry: &Entry, appointment_date: NaiveDate) -> OccurredAt {
    if entry.date() == appointment_date {
        entry.occurred_at()
    } else {
        OccurredAt::Day(appointment_date)
    }
}
