//! Laying down: each count of `Part_2`, `Part_1A` and `Part_1B` becomes that many pathways, one at a
//! time.
//!
//! What a pathway varies in (the day inside its band, its priority, its delays) is read off the
//! digits of its id, which is a digest of its place in the file: no chance, and no memory.

mod completed;
mod starts;
mod steps_of;
mod stops;

use std::{collections::HashMap, ops::RangeInclusive};

use chrono::{Days, NaiveDate};
use steps::{CommandId, OccurredAt, PathwayId, Step};
use uuid::Uuid;

use crate::{
    bands::days_of_band,
    extract::{Extract, ExtractRow, Part},
};

pub use self::{
    completed::lay_down_completed,
    starts::{Starts, starts_of},
};

/// Every id of this room is made below this one.
pub(crate) const NAMESPACE: Uuid = Uuid::from_u128(0x6d8f_0f4e_52a1_5b0c_9b1e_77a5_1c3d_2e90);

/// A pathway as it stands on the census date, ready to be recorded as one command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LaidPathway {
    /// Its id, the same whenever the file is read.
    pub pathway_id: PathwayId,
    /// The id of the command that records it.
    pub command_id: CommandId,
    /// What happened and when, in order; nothing after the census date.
    pub steps: Vec<(OccurredAt, Step)>,
}

/// The pathways that wait on the census date: one for every one counted in `Part_2`.
pub fn lay_down(extract: &Extract) -> impl Iterator<Item = LaidPathway> {
    let admitted = admitted_rows(extract);
    extract.rows_of(Part::Incomplete).flat_map(move |row| {
        let admitted = admitted.get(&key(row)).copied();
        places(row).map(move |place| laid(extract, row, admitted, place))
    })
}

type Key<'a> = (&'a str, &'a str, &'a str);

fn key(row: &ExtractRow) -> Key<'_> {
    (row.provider.as_str(), row.commissioner.as_str(), row.function.as_str())
}

fn admitted_rows(extract: &Extract) -> HashMap<Key<'_>, &ExtractRow> {
    extract.rows_of(Part::IncompleteWithDecisionToAdmit).map(|row| (key(row), row)).collect()
}

/// The place of a pathway in its row: which band, and which one of it.
#[derive(Debug, Clone, Copy)]
struct Place {
    band: usize,
    index: u32,
}

fn places(row: &ExtractRow) -> impl Iterator<Item = Place> + '_ {
    let bands = row.bands.iter().enumerate();
    bands.flat_map(|(band, count)| (0..*count).map(move |index| Place { band, index }))
}

/// The id of a pathway that waits on the census date.
fn waiting_id(extract: &Extract, row: &ExtractRow, place: Place) -> Uuid {
    let name = format!(
        "{}/{}/{}/{}/{}/{}",
        extract.period, row.provider, row.commissioner, row.function, place.band, place.index
    );
    Uuid::new_v5(&NAMESPACE, name.as_bytes())
}

fn laid(
    extract: &Extract,
    row: &ExtractRow,
    admitted: Option<&ExtractRow>,
    place: Place,
) -> LaidPathway {
    let id = waiting_id(extract, row, place);
    let decided = admitted.is_some_and(|admitted| place.index < admitted.in_band(place.band));
    let course = Course::of(id, extract.census, place.band, decided);
    LaidPathway {
        pathway_id: PathwayId(id),
        command_id: CommandId(Uuid::new_v5(&id, b"laid down")),
        steps: steps_of::steps_of(row, &course),
    }
}

/// The dates and choices of one pathway.
#[derive(Debug, Clone, Copy)]
struct Course {
    digits: Digits,
    received: NaiveDate,
    days_waited: u32,
    /// Days after receipt; `None`: nobody has looked at it yet.
    triaged_after: Option<u32>,
    decision_to_admit: Option<NaiveDate>,
}

impl Course {
    fn of(id: Uuid, census: NaiveDate, band: usize, decided: bool) -> Self {
        let digits = Digits(id.as_u128());
        Self::until(census, digits.day_in(days_of_band(band)), digits, decided)
    }

    /// The course that ends, or is looked at, on `last` after so many days.
    fn until(last: NaiveDate, days_waited: u32, digits: Digits, decided: bool) -> Self {
        let received = days_before(last, days_waited);
        let delay = 1 + digits.below(1, 10);
        let triaged_after = match (delay <= days_waited, decided) {
            (true, _) => Some(delay),
            (false, true) => Some(days_waited),
            (false, false) => None,
        };
        let decided_before_last =
            digits.below(2, (days_waited - triaged_after.unwrap_or(0)) / 2 + 1);
        let decision_to_admit = decided.then(|| days_before(last, decided_before_last));
        Self { digits, received, days_waited, triaged_after, decision_to_admit }
    }
}

fn days_before(date: NaiveDate, days: u32) -> NaiveDate {
    date.checked_sub_days(Days::new(days.into())).unwrap_or(date)
}

/// The digits of an id, as a source of variety that is always the same.
#[derive(Debug, Clone, Copy)]
struct Digits(u128);

impl Digits {
    /// A number below `bound`, from the part of the digits that belongs to `choice` (0 to 6).
    #[expect(clippy::cast_possible_truncation, reason = "sixteen bits of the digits are wanted")]
    fn below(self, choice: u32, bound: u32) -> u32 {
        let sixteen_bits = (self.0 >> (choice * 16)) as u16;
        u32::from(sixteen_bits) % bound.max(1)
    }

    /// A day of the band.
    fn day_in(self, band: RangeInclusive<u32>) -> u32 {
        band.start() + self.below(0, band.end() - band.start() + 1)
    }

    /// Whether this one is among `percent` of a hundred.
    fn share(self, choice: u32, percent: u32) -> bool {
        self.below(choice, 100) < percent
    }
}

#[cfg(test)]
mod tests;
