//! The published measures of a group, from its week bands alone, and the one pass that fills these.

use pathway::clock::waiting;

use crate::{
    ask::{Ask, GroupBy},
    dividing::Groups,
    exact::ExactDays,
    intervals::Intervals,
    method::PercentileMethod,
    narrowing::{Counted, Wanted},
};

/// How many week bands there are: 0 to 1 week, … 104 weeks and more.
pub const BANDS: usize = waiting::BAND_MAX + 1;

/// Bands that lie within 18 weeks.
pub(crate) const WITHIN_18_WEEKS: usize = 18;

/// The measures of one group of people.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// Its code, or [`crate::TOTAL`], or [`crate::UNKNOWN`].
    pub key: String,
    /// How many there are whose start is known; of what has no bands, how many there are.
    pub total: u32,
    /// How many of them have waited 18 weeks or less.
    pub within_18_weeks: u32,
    /// Their share of the total, 0 to 1; none of nobody, and where there are no bands.
    pub share: Option<f64>,
    /// The median wait in weeks; none where too few wait.
    pub median_weeks: Option<f64>,
    /// Whether the median lies in the open last band: that long or longer.
    pub median_open: bool,
    /// The wait in weeks within which 92 of 100 lie; none where too few wait.
    pub percentile_92_weeks: Option<f64>,
    /// Whether that lies in the open last band: that long or longer.
    pub percentile_92_open: bool,
    /// The wait in weeks within which 95 of 100 lie; none where too few wait.
    pub percentile_95_weeks: Option<f64>,
    /// Whether that lies in the open last band: that long or longer.
    pub percentile_95_open: bool,
    /// How many wait over 52 weeks.
    pub over_52: u32,
    /// How many wait over 65 weeks.
    pub over_65: u32,
    /// How many wait over 78 weeks.
    pub over_78: u32,
    /// How many wait over 104 weeks.
    pub over_104: u32,
    /// How many have a start that is not known, or later than the day; they are in no other figure.
    pub unknown_start: u32,
    /// How many of those have a start later than the day: a finding about the data, never clamped.
    pub later_start: u32,
    /// How many wait in each week band.
    pub bands: [u32; BANDS],
    /// Percentiles of the exact days, where these were asked for.
    pub exact: Option<ExactDays>,
}

impl Group {
    fn of(key: &str, tally: &Tally, method: PercentileMethod) -> Self {
        let bands = tally.bands;
        let from = |first: usize| bands.iter().skip(first).sum();
        let (banded, within): (u32, u32) = (from(0), bands.iter().take(WITHIN_18_WEEKS).sum());
        let percentile = |percent| method.percentile(percent, &bands);
        let (median, p92, p95) = (percentile(50), percentile(92), percentile(95));
        Self {
            key: key.to_owned(),
            total: banded + tally.without_bands,
            within_18_weeks: within,
            share: (banded > 0).then(|| f64::from(within) / f64::from(banded)),
            median_weeks: median.map(|median| median.weeks),
            median_open: median.is_some_and(|median| median.open),
            percentile_92_weeks: p92.map(|p92| p92.weeks),
            percentile_92_open: p92.is_some_and(|p92| p92.open),
            percentile_95_weeks: p95.map(|p95| p95.weeks),
            percentile_95_open: p95.is_some_and(|p95| p95.open),
            over_52: from(52),
            over_65: from(65),
            over_78: from(78),
            over_104: from(104),
            unknown_start: tally.unknown_start,
            later_start: tally.later_start,
            bands,
            exact: ExactDays::of(&tally.days),
        }
    }
}

#[derive(Clone)]
struct Tally {
    bands: [u32; BANDS],
    unknown_start: u32,
    later_start: u32,
    without_bands: u32,
    /// How many waited each number of days, where that is wanted.
    days: Vec<u32>,
}

impl Tally {
    const NOTHING: Self = Self {
        bands: [0; BANDS],
        unknown_start: 0,
        later_start: 0,
        without_bands: 0,
        days: Vec::new(),
    };

    fn count(&mut self, counted: Counted, exact: bool) {
        match counted {
            Counted::Once => self.without_bands += 1,
            Counted::UnknownStart => self.unknown_start += 1,
            Counted::LaterStart => {
                self.unknown_start += 1;
                self.later_start += 1;
            }
            Counted::After(days) => {
                if let Some(band) = self.bands.get_mut(waiting::band(days.into())) {
                    *band += 1;
                }
                if exact {
                    self.count_exactly(days.into());
                }
            }
        }
    }

    fn count_exactly(&mut self, days: usize) {
        if self.days.len() <= days {
            self.days.resize(days + 1, 0);
        }
        if let Some(counted) = self.days.get_mut(days) {
            *counted += 1;
        }
    }

    fn is_empty(&self) -> bool {
        let counted = self.unknown_start + self.without_bands;
        counted == 0 && self.bands.iter().all(|count| *count == 0)
    }
}

/// The groups of a question, sorted by key. Empty groups are left out, save that of
/// [`GroupBy::Total`].
pub(crate) fn groups_of(intervals: &Intervals, ask: &Ask) -> Vec<Group> {
    let keep_empty = ask.group_by == GroupBy::Total;
    counted(intervals, ask, Groups::of(intervals, ask), keep_empty)
}

/// What a question counts by provider, commissioner and function, sorted by key; whatever the
/// question is divided by.
pub(crate) fn return_rows(intervals: &Intervals, ask: &Ask) -> Vec<Group> {
    counted(intervals, ask, Groups::of_return(intervals), false)
}

fn counted(
    intervals: &Intervals,
    ask: &Ask,
    mut groups: Groups<'_>,
    keep_empty: bool,
) -> Vec<Group> {
    let mut tallies = vec![Tally::NOTHING; groups.keys().len()];
    if let Some(wanted) = Wanted::of(ask, intervals) {
        for interval in intervals.iter() {
            let Some(counted) = wanted.counts(interval) else { continue };
            let number = groups.number_of(interval);
            if tallies.len() <= number {
                tallies.resize(number + 1, Tally::NOTHING);
            }
            if let Some(tally) = tallies.get_mut(number) {
                tally.count(counted, ask.exact);
            }
        }
    }
    let found = groups.keys().iter().zip(&tallies);
    let found = found.filter(|(_, tally)| keep_empty || !tally.is_empty());
    let mut groups: Vec<_> = found.map(|(key, tally)| Group::of(key, tally, ask.method)).collect();
    groups.sort_by(|one, other| one.key.cmp(&other.key));
    groups
}
