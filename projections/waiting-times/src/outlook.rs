//! What was seen of a list lately: how long the waits took that ended, and how the list moved. Each
//! question is one pass over the list, whatever the number of months.

use chrono::NaiveDate;
use pathway::{Month, clock::waiting};

use crate::{
    Ask, BANDS, Count, GroupBy, Narrow, WaitingTimesView,
    closing::Span,
    intervals::{Interval, Intervals, day_of},
    measures::WITHIN_18_WEEKS,
    narrowing::Wanted,
    row::left_of,
    stretch::Left,
};

/// The waits that ended in some months.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// The first day.
    pub from: NaiveDate,
    /// The last day.
    pub to: NaiveDate,
    /// How many took each week.
    pub bands: [u32; BANDS],
}

/// How a list stood and moved in a month.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MonthSeen {
    /// The month.
    pub month: Month,
    /// How many came.
    pub came: u32,
    /// How many left, for whatever reason.
    pub left: u32,
    /// On the list at its end.
    pub closing: u32,
    /// The share of these within 18 weeks, of those whose start is known; none of nobody.
    pub share: Option<f64>,
}

impl Ended {
    /// How many ended.
    pub fn count(&self) -> u32 {
        self.bands.iter().sum()
    }

    /// The share that ended within so many weeks, as the week bands have it (18 weeks are 126 days);
    /// `None` where fewer than `ended_min` ended.
    pub fn share_within(&self, weeks: usize, ended_min: u32) -> Option<f64> {
        let count = self.count();
        let within: u32 = self.bands.iter().take(weeks).sum();
        (count > 0 && count >= ended_min).then(|| f64::from(within) / f64::from(count))
    }
}

impl WaitingTimesView {
    /// The waits that ended with a stop of the clock from one day to another, of whom `narrow` names.
    pub fn ended(&self, narrow: &Narrow, from: NaiveDate, to: NaiveDate) -> Ended {
        let days = (day_of(from), day_of(to));
        let mut bands = [0; BANDS];
        self.with_intervals(|intervals| {
            let ended = of_everybody(narrow, intervals).filter(|one| one.went_within(days));
            for waited in ended.filter(|one| is_stopped(one)).filter_map(Interval::waited_in_all) {
                if let Some(band) = bands.get_mut(waiting::band(waited.into())) {
                    *band += 1;
                }
            }
        });
        Ended { from, to, bands }
    }

    /// The last months up to `last`, the oldest first, from the first on that had anybody on the list;
    /// at most `most` of them.
    pub fn months_seen(&self, narrow: &Narrow, last: Month, most: usize) -> Vec<MonthSeen> {
        let months = std::iter::successors(Some(last), |month| Some(month.before()));
        let mut tallies: Vec<Tally> = months.take(most).map(Tally::of).collect();
        tallies.reverse();
        self.with_intervals(|intervals| {
            for interval in of_everybody(narrow, intervals) {
                for tally in &mut tallies {
                    tally.count(interval);
                }
            }
        });
        let empty = tallies.iter().rposition(Tally::is_empty);
        tallies.iter().skip(empty.map_or(0, |empty| empty + 1)).map(Tally::seen).collect()
    }
}

/// The intervals of whom `narrow` names, whenever they were on a list.
fn of_everybody<'a>(
    narrow: &Narrow,
    intervals: &'a Intervals,
) -> impl Iterator<Item = &'a Interval> {
    let count = Count::Waiting(NaiveDate::default());
    let ask = Ask { narrow: narrow.clone(), english_only: false, ..Ask::of(count, GroupBy::Total) };
    let wanted = Wanted::of(&ask, intervals);
    wanted
        .into_iter()
        .flat_map(|wanted| intervals.iter().filter(move |interval| wanted.takes(interval)))
}

fn is_stopped(interval: &Interval) -> bool {
    let left = left_of(interval.left().into());
    matches!(left, Some(Left::StoppedAdmitted | Left::StoppedNonAdmitted))
}

/// What was counted of a month.
struct Tally {
    month: Month,
    span: Span,
    opening: u32,
    came: u32,
    left: u32,
    closing: u32,
    /// Of those at its end: whose start is known, and no later.
    known: u32,
    within: u32,
}

impl Tally {
    fn of(month: Month) -> Self {
        let span = Span::of(month);
        Self { month, span, opening: 0, came: 0, left: 0, closing: 0, known: 0, within: 0 }
    }

    fn count(&mut self, interval: &Interval) {
        if !self.span.touches(interval) {
            return;
        }
        let (days, last) = (self.span.days, self.span.days.1);
        self.opening += u32::from(interval.holds(self.span.before));
        self.came += u32::from(interval.came_within(days));
        let left = left_of(interval.left().into()).is_some() && interval.went_within(days);
        self.left += u32::from(left);
        if interval.holds(last) {
            self.closing += 1;
            let waited = interval.waited(last).map(|days| waiting::band(days.into()));
            self.known += u32::from(waited.is_some());
            self.within += u32::from(waited.is_some_and(|band| band < WITHIN_18_WEEKS));
        }
    }

    const fn is_empty(&self) -> bool {
        self.opening == 0 && self.came == 0 && self.left == 0 && self.closing == 0
    }

    fn seen(&self) -> MonthSeen {
        let share = (self.known > 0).then(|| f64::from(self.within) / f64::from(self.known));
        let (came, left, closing) = (self.came, self.left, self.closing);
        MonthSeen { month: self.month, came, left, closing, share }
    }
}
