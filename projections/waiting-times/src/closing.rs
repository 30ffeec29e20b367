//! The month's account: opening, what came, what left and why, closing; nothing left over.
//!
//! Everybody on a list is in it, unknown starts too. Nullified periods are nowhere, for the record as
//! it is now says that they never counted.

use pathway::Month;

use crate::{
    Ask, Count, Entered, Left,
    dividing::Groups,
    intervals::{Interval, Intervals, day_of},
    narrowing::Wanted,
    row::{WAYS_IN, WAYS_OUT, entered_of, left_of},
};

/// One line of the account: a way in or a way out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Line {
    /// A way in.
    Entered(Entered),
    /// A way out.
    Left(Left),
}

impl Line {
    /// What is counted for it in a month.
    pub const fn count(self, month: Month) -> Count {
        match self {
            Self::Entered(how) => Count::Entered(month, how),
            Self::Left(how) => Count::Left(month, how),
        }
    }
}

/// The account of a group in a month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closing {
    /// The group.
    pub key: String,
    /// On the list at the end of the month before.
    pub opening: u32,
    /// What came and what left, each line that is not nought.
    pub lines: Vec<(Line, u32)>,
    /// On the list at the end of the month.
    pub closing: u32,
}

impl Closing {
    /// Opening, and what came, less what left, less closing. Nought, or the account does not close.
    pub fn left_over(&self) -> i64 {
        let moved = self.lines.iter().map(|(line, count)| match line {
            Line::Entered(_) => i64::from(*count),
            Line::Left(_) => -i64::from(*count),
        });
        i64::from(self.opening) + moved.sum::<i64>() - i64::from(self.closing)
    }
}

/// The account of each group, sorted by key; an empty one is left out. `ask` says whom and by what.
pub(crate) fn close(intervals: &Intervals, ask: &Ask, month: Month) -> Vec<Closing> {
    let Some(wanted) = Wanted::of(ask, intervals) else { return Vec::new() };
    let span = Span::of(month);
    let mut groups = Groups::of(intervals, ask);
    let mut tallies = vec![Tally::default(); groups.keys().len()];
    for interval in intervals.iter().filter(|one| span.touches(one) && wanted.takes(one)) {
        let number = groups.number_of(interval);
        if tallies.len() <= number {
            tallies.resize(number + 1, Tally::default());
        }
        if let Some(tally) = tallies.get_mut(number) {
            tally.count(interval, span);
        }
    }
    let found = groups.keys().iter().zip(&tallies).filter(|(_, tally)| **tally != Tally::default());
    let mut closed: Vec<_> = found.map(|(key, tally)| tally.closing(key)).collect();
    closed.sort_by(|one, other| one.key.cmp(&other.key));
    closed
}

/// A month in days since 1970-01-01.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Span {
    pub(crate) before: u16,
    pub(crate) days: (u16, u16),
}

impl Span {
    pub(crate) fn of(month: Month) -> Self {
        let days = (day_of(month.first()), day_of(month.last()));
        Self { before: day_of(month.before().last()), days }
    }

    pub(crate) const fn touches(self, interval: &Interval) -> bool {
        interval.holds(self.before) || interval.came_within(self.days)
    }
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Tally {
    opening: u32,
    closing: u32,
    entered: [u32; WAYS_IN],
    left: [u32; WAYS_OUT + 1],
}

impl Tally {
    fn count(&mut self, interval: &Interval, span: Span) {
        self.opening += u32::from(interval.holds(span.before));
        self.closing += u32::from(interval.holds(span.days.1));
        if interval.came_within(span.days)
            && let Some(count) = self.entered.get_mut(usize::from(interval.entered()))
        {
            *count += 1;
        }
        if interval.went_within(span.days)
            && let Some(count) = self.left.get_mut(usize::from(interval.left()))
        {
            *count += 1;
        }
    }

    fn closing(&self, key: &str) -> Closing {
        let entered = (0..).zip(self.entered);
        let entered = entered.map(|(code, count)| (entered_of(code).map(Line::Entered), count));
        let left = (0..).zip(self.left);
        let left = left.map(|(code, count)| (left_of(code).map(Line::Left), count));
        let lines = entered.chain(left).filter_map(|(line, count)| Some((line?, count)));
        let lines = lines.filter(|(_, count)| *count > 0).collect();
        Closing { key: key.to_owned(), opening: self.opening, lines, closing: self.closing }
    }
}
