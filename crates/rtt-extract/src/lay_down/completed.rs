//! Completed waits: one pathway for each person of `Part_1A` and `Part_1B`, stopped in the month after
//! as many days as the week band says.

use std::ops::RangeInclusive;

use chrono::{Datelike, NaiveDate};
use steps::{CommandId, PathwayId};
use uuid::Uuid;

use super::{
    Course, Digits, LaidPathway, NAMESPACE, Place, days_before, starts::Plan, steps_of, stops,
};
use crate::{
    bands::days_of_band,
    extract::{Extract, ExtractRow, Part},
};

/// How long before its stop a transfer without a start was received: 1 to 84 days.
const RECEIVED_DAYS_BEFORE_MAX: u32 = 84;

/// The pathways whose wait was completed in the month: one for each counted in `Part_1A` and
/// `Part_1B`. All have stopped by the census date. Those of an unknown start come as a transfer
/// without one (RTT row 58).
pub fn lay_down_completed(extract: &Extract) -> impl Iterator<Item = LaidPathway> {
    let mut plan = Plan::of(extract);
    let parts = [Part::CompletedAdmitted, Part::CompletedNonAdmitted];
    let rows = parts.into_iter().flat_map(|part| extract.rows_of(part));
    rows.flat_map(move |row| {
        let begin_in_month = plan.take(row);
        let known = super::places(row).map(move |place| {
            let begins = begin_in_month.get(place.band).is_some_and(|count| place.index < *count);
            completed(extract, row, place, begins)
        });
        known.chain((0..row.unknown_start).map(|index| without_start(extract, row, index)))
    })
}

fn completed(extract: &Extract, row: &ExtractRow, place: Place, begins: bool) -> LaidPathway {
    let id = id_of(extract, row, &place.band.to_string(), place.index);
    let stop_digits = stop_digits(id);
    let (stop, days) = stop_of(extract.census, days_of_band(place.band), begins, stop_digits);
    let admitted = row.part == Part::CompletedAdmitted;
    let course = Course::until(stop, days, Digits(id.as_u128()), admitted);
    let mut steps = steps_of::steps_of(row, &course);
    steps.extend(stops::stops_of(row, id, stop, stop_digits));
    laid(id, steps)
}

fn without_start(extract: &Extract, row: &ExtractRow, index: u32) -> LaidPathway {
    let id = id_of(extract, row, "unknown", index);
    let digits = stop_digits(id);
    let stop = day_of_month(extract.census, 1 + digits.below(1, extract.census.day()));
    let received = days_before(stop, 1 + digits.below(0, RECEIVED_DAYS_BEFORE_MAX));
    let mut steps = vec![stops::transferred_in(row, received, digits)];
    steps.extend(stops::stops_of(row, id, stop, digits));
    laid(id, steps)
}

/// The stop and the days waited until then: a day of the month, and a wait of the band that begins in
/// the month or before it.
fn stop_of(
    census: NaiveDate,
    band: RangeInclusive<u32>,
    begins_in_month: bool,
    digits: Digits,
) -> (NaiveDate, u32) {
    let last = census.day();
    let (shortest, longest) = (*band.start(), *band.end());
    if begins_in_month {
        let days = digits.day_in(shortest..=longest.min(last - 1));
        let day = days + 1 + digits.below(1, last - days);
        return (day_of_month(census, day), days);
    }
    let days = digits.day_in(shortest.max(1)..=longest);
    (day_of_month(census, 1 + digits.below(1, days.min(last))), days)
}

fn day_of_month(census: NaiveDate, day: u32) -> NaiveDate {
    census.with_day(day).unwrap_or(census)
}

fn id_of(extract: &Extract, row: &ExtractRow, band: &str, index: u32) -> Uuid {
    let ExtractRow { provider, commissioner, function, part, .. } = row;
    let name = format!(
        "{}/{provider}/{commissioner}/{function}/{}/{band}/{index}",
        extract.period,
        part.name()
    );
    Uuid::new_v5(&NAMESPACE, name.as_bytes())
}

/// The digits that choose how and when the wait stops.
fn stop_digits(id: Uuid) -> Digits {
    Digits(Uuid::new_v5(&id, b"stop").as_u128())
}

fn laid(id: Uuid, steps: Vec<(steps::OccurredAt, steps::Step)>) -> LaidPathway {
    let command_id = CommandId(Uuid::new_v5(&id, b"laid down"));
    LaidPathway { pathway_id: PathwayId(id), command_id, steps }
}
