//! What was seen of a list lately: how long the waits took that ended, and how the list moved.

use chrono::NaiveDate;
use pathway::{Month, clock::waiting};

use crate::{
    Ask, BANDS, Closing, Count, GroupBy, Line, Narrow, WaitingTimesView, intervals::day_of,
    narrowing::Wanted, row::left_of, stretch::Left,
};

/// The fewest waits of which a share is told.
pub const ENDED_MIN: u32 = 20;

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
    /// The share of these within 18 weeks; none of nobody.
    pub share: Option<f64>,
}

impl Ended {
    /// How many ended.
    pub fn count(&self) -> u32 {
        self.bands.iter().sum()
    }

    /// The share that ended within so many weeks, as the week bands have it (18 weeks are 126 days);
    /// `None` where too few ended to say.
    pub fn share_within(&self, weeks: usize) -> Option<f64> {
        let count = self.count();
        let within: u32 = self.bands.iter().take(weeks).sum();
        (count >= ENDED_MIN).then(|| f64::from(within) / f64::from(count))
    }
}

impl WaitingTimesView {
    /// The waits that ended with a stop of the clock from one day to another, of whom `narrow` names.
    pub fn ended(&self, narrow: &Narrow, from: NaiveDate, to: NaiveDate) -> Ended {
        let ask = of_everybody(narrow, Count::Waiting(to));
        let days = (day_of(from), day_of(to));
        let bands = self.with_intervals(|intervals| {
            let mut bands = [0; BANDS];
            let Some(wanted) = Wanted::of(&ask, intervals) else { return bands };
            let ended = intervals.iter().filter(|one| one.went_within(days) && wanted.takes(one));
            let stopped = ended.filter(|one| {
                let left = left_of(one.left().into());
                matches!(left, Some(Left::StoppedAdmitted | Left::StoppedNonAdmitted))
            });
            for waited in stopped.filter_map(crate::intervals::Interval::waited_in_all) {
                if let Some(band) = bands.get_mut(waiting::band(waited.into())) {
                    *band += 1;
                }
            }
            bands
        });
        Ended { from, to, bands }
    }

    /// The last months up to `last`, the oldest first, from the first on that had anybody on the list;
    /// at most `most` of them.
    pub fn months_seen(&self, narrow: &Narrow, last: Month, most: usize) -> Vec<MonthSeen> {
        let months = std::iter::successors(Some(last), |month| Some(month.before()));
        let seen = months.take(most).map(|month| {
            let ask = of_everybody(narrow, Count::Waiting(month.last()));
            let closing = self.closing(&ask, month).into_iter().next();
            let share = self.waiting_times(&ask).first().and_then(|group| group.share);
            closing.map(|closing| MonthSeen::of(month, &closing, share))
        });
        let mut seen: Vec<_> = seen.map_while(|seen| seen).collect();
        seen.reverse();
        seen
    }
}

impl MonthSeen {
    fn of(month: Month, closing: &Closing, share: Option<f64>) -> Self {
        let sum = |came: bool| {
            let lines = closing.lines.iter();
            let lines = lines.filter(|(line, _)| matches!(line, Line::Entered(_)) == came);
            lines.map(|(_, count)| *count).sum()
        };
        Self { month, came: sum(true), left: sum(false), closing: closing.closing, share }
    }
}

fn of_everybody(narrow: &Narrow, count: Count) -> Ask {
    Ask { narrow: narrow.clone(), english_only: false, ..Ask::of(count, GroupBy::Total) }
}
