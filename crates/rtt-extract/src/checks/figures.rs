//! The figures that the checks compare: of a provider by part, and of one row of the waiting list.

use std::collections::BTreeMap;

use steps::{FunctionCode, OdsCode};

use super::{Check, Query, of_row, plain};
use crate::extract::{Extract, ExtractRow, Part};

/// The name of the figure of those who wait over 52 weeks.
pub(super) const OVER_52: &str = "Part_2 over 52 weeks";

/// The bands of four weeks or less.
const FOUR_WEEKS: usize = 4;
/// The first band that is over 52 weeks.
const FIRST_OVER_52: usize = 52;

/// The figures of one provider in a month.
#[derive(Debug, Clone, Default)]
pub(super) struct Figures {
    totals: BTreeMap<Part, u32>,
    first_week: BTreeMap<Part, u32>,
    unknown: BTreeMap<Part, u32>,
    over_52: u32,
}

impl Figures {
    /// Of every provider of an extract; rows of totals are left out.
    pub(super) fn by_provider(extract: &Extract) -> BTreeMap<OdsCode, Self> {
        let mut all: BTreeMap<OdsCode, Self> = BTreeMap::new();
        for row in extract.rows.iter().filter(|row| !row.is_total()) {
            all.entry(row.provider.clone()).or_default().add(row);
        }
        all
    }

    fn add(&mut self, row: &ExtractRow) {
        *self.totals.entry(row.part).or_default() += row.total_all;
        *self.first_week.entry(row.part).or_default() += row.in_band(0);
        *self.unknown.entry(row.part).or_default() += row.unknown_start;
        if row.part == Part::Incomplete {
            self.over_52 += row.bands.iter().skip(FIRST_OVER_52).sum::<u32>();
        }
    }

    pub(super) fn of(&self, part: Part) -> u32 {
        self.totals.get(&part).copied().unwrap_or(0)
    }

    pub(super) fn completed(&self) -> u32 {
        self.of(Part::CompletedAdmitted) + self.of(Part::CompletedNonAdmitted)
    }

    pub(super) fn first_week(&self, part: Part) -> u32 {
        self.first_week.get(&part).copied().unwrap_or(0)
    }

    pub(super) fn unknown(&self, part: Part) -> u32 {
        self.unknown.get(&part).copied().unwrap_or(0)
    }

    /// Each figure with its name, now and then.
    pub(super) fn beside(&self, then: &Self) -> Vec<(&'static str, u32, u32)> {
        let parts = Part::ALL.map(|part| (part.name(), self.of(part), then.of(part)));
        parts.into_iter().chain([(OVER_52, self.over_52, then.over_52)]).collect()
    }
}

/// The parts of the waiting list for one provider, commissioner and function.
#[derive(Debug, Clone, Default)]
pub(super) struct Part2Rows {
    waiting: u32,
    up_to_four_weeks: u32,
    admitted: u32,
    started: u32,
}

type Place<'a> = (&'a OdsCode, &'a OdsCode, &'a FunctionCode);

impl Part2Rows {
    pub(super) fn of(extract: &Extract) -> BTreeMap<Place<'_>, Self> {
        let mut all: BTreeMap<Place<'_>, Self> = BTreeMap::new();
        for row in extract.rows.iter().filter(|row| !row.is_total()) {
            let place = (&row.provider, &row.commissioner, &row.function);
            let found = all.entry(place).or_default();
            match row.part {
                Part::Incomplete => {
                    found.waiting += row.total_all;
                    found.up_to_four_weeks += row.bands.iter().take(FOUR_WEEKS).sum::<u32>();
                }
                Part::IncompleteWithDecisionToAdmit => found.admitted += row.total_all,
                Part::NewPeriods => found.started += row.total_all,
                Part::CompletedAdmitted | Part::CompletedNonAdmitted => {}
            }
        }
        all
    }

    pub(super) fn check(
        &self,
        (provider, commissioner, function): Place<'_>,
        found: &mut Vec<Query>,
    ) {
        let row = Some((commissioner.clone(), function.to_string()));
        let mut ask = |check, (part, figure): (Part, u32), against, words| {
            let query = plain(check, provider, (part.name(), figure), words);
            found.push(Query { row: row.clone(), against: Some(against), ..query });
        };
        if self.admitted > self.waiting {
            let figure = (Part::IncompleteWithDecisionToAdmit, self.admitted);
            let words = "more with a decision to admit than wait";
            ask(Check::AdmittedOverWaiting, figure, self.waiting, words);
        }
        if self.started < self.up_to_four_weeks {
            let figure = (Part::NewPeriods, self.started);
            let words = "fewer clock starts than have waited four weeks or less";
            ask(Check::StartsUnderWaiting, figure, self.up_to_four_weeks, words);
        }
    }
}

/// Totals (`C_999`) that are not the sum of their functions, in a count or in a band.
pub(super) fn totals_that_do_not_foot(extract: &Extract, found: &mut Vec<Query>) {
    let key = |row: &ExtractRow| (row.provider.clone(), row.commissioner.clone(), row.part);
    let mut sums: BTreeMap<_, (u32, u32, Vec<u32>)> = BTreeMap::new();
    for row in extract.rows.iter().filter(|row| !row.is_total()) {
        let (total, unknown, bands) = sums.entry(key(row)).or_default();
        *total += row.total_all;
        *unknown += row.unknown_start;
        bands.resize(bands.len().max(row.bands.len()), 0);
        bands.iter_mut().zip(&row.bands).for_each(|(sum, count)| *sum += count);
    }
    for row in extract.rows.iter().filter(|row| row.is_total()) {
        let none = (0, 0, Vec::new());
        let (total, unknown, bands) = sums.get(&key(row)).unwrap_or(&none);
        let foots = *total == row.total_all && *unknown == row.unknown_start && *bands == row.bands;
        if !foots {
            let ask = "the functions do not make the total";
            let query = of_row(Check::DoesNotFoot, row, row.total_all, ask);
            found.push(Query { against: Some(*total), ..query });
        }
    }
}
