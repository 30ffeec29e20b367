//! Clock starts in the month (`Part_3`), as far as stock and stops of the file account for them.
//!
//! The days of those who wait are fixed. A completed wait of a short band may have begun in the month
//! or before it, as its stop day is ours to choose: as many begin in the month as bring the sum
//! nearest to the published figure. What is left is told, and nobody is invented to close it.

use std::collections::BTreeMap;

use chrono::Datelike;
use steps::{FunctionCode, OdsCode};

use super::{Course, Key, Place, key, waiting_id};
use crate::{
    bands::days_of_band,
    extract::{Extract, ExtractRow, Part},
};

/// The clock starts of one provider, commissioner and function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Starts {
    /// The provider.
    pub provider: OdsCode,
    /// The commissioner.
    pub commissioner: OdsCode,
    /// The reporting function.
    pub function: FunctionCode,
    /// What `Part_3` says.
    pub published: u32,
    /// How many of the laid-down pathways began in the month.
    pub laid_down: u32,
}

/// The clock starts of every provider, commissioner and function, published and laid down.
pub fn starts_of(extract: &Extract) -> Vec<Starts> {
    let tallies = tallies(extract);
    let parsed = tallies.into_iter().filter_map(|((provider, commissioner, function), tally)| {
        Some(Starts {
            provider: provider.parse().ok()?,
            commissioner: commissioner.parse().ok()?,
            function: function.parse().ok()?,
            published: tally.published,
            laid_down: tally.waiting + tally.wanted(),
        })
    });
    parsed.collect()
}

/// How many of each completed row begin in the month, the shortest bands first.
pub(super) struct Plan<'a> {
    wanted: BTreeMap<Key<'a>, u32>,
    days: u32,
}

impl<'a> Plan<'a> {
    pub(super) fn of(extract: &'a Extract) -> Self {
        let wanted = tallies(extract).into_iter().map(|(key, tally)| (key, tally.wanted()));
        Self { wanted: wanted.collect(), days: extract.census.day() }
    }

    /// How many of each band of the row begin in the month; taken from what is still wanted of its
    /// provider, commissioner and function. Rows of `Part_1A` come before those of `Part_1B`.
    pub(super) fn take(&mut self, row: &'a ExtractRow) -> Vec<u32> {
        let wanted = self.wanted.entry(key(row)).or_default();
        let days = self.days;
        let bands = row.bands.iter().enumerate().map(|(band, count)| {
            let taken = if is_movable(band, days) { (*count).min(*wanted) } else { 0 };
            *wanted -= taken;
            taken
        });
        bands.collect()
    }
}

/// Whether a completed wait of this band can have begun in a month of so many days.
fn is_movable(band: usize, days_of_month: u32) -> bool {
    *days_of_band(band).start() < days_of_month
}

#[derive(Debug, Clone, Copy, Default)]
struct Tally {
    published: u32,
    /// Those who wait and began in the month.
    waiting: u32,
    /// Completed waits that can have begun in it.
    movable: u32,
}

impl Tally {
    /// How many of the movable ones bring the sum nearest to the published figure.
    fn wanted(self) -> u32 {
        self.published.saturating_sub(self.waiting).min(self.movable)
    }
}

fn tallies(extract: &Extract) -> BTreeMap<Key<'_>, Tally> {
    let days = extract.census.day();
    let mut tallies: BTreeMap<Key<'_>, Tally> = BTreeMap::new();
    for row in extract.rows.iter().filter(|row| !row.is_total()) {
        let tally = tallies.entry(key(row)).or_default();
        match row.part {
            Part::NewPeriods => tally.published += row.total_all,
            Part::Incomplete => tally.waiting += began_in_month(extract, row, days),
            Part::CompletedAdmitted | Part::CompletedNonAdmitted => {
                let movable = (0..row.bands.len()).filter(|band| is_movable(*band, days));
                tally.movable += movable.map(|band| row.in_band(band)).sum::<u32>();
            }
            Part::IncompleteWithDecisionToAdmit => {}
        }
    }
    tallies
}

/// How many of those who wait began in the month.
fn began_in_month(extract: &Extract, row: &ExtractRow, days: u32) -> u32 {
    let bands = (0..row.bands.len()).take_while(|band| is_movable(*band, days));
    let of_band = |band: usize| -> u32 {
        let count = row.in_band(band);
        if *days_of_band(band).end() < days {
            return count;
        }
        let began = (0..count).filter(|index| {
            let id = waiting_id(extract, row, Place { band, index: *index });
            Course::of(id, extract.census, band, false).days_waited < days
        });
        u32::try_from(began.count()).unwrap_or(count)
    };
    bands.map(of_band).sum()
}
