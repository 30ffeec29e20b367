//! Which parts of the national return a period counts in, as far as its clock tells (RTT guidance 10.1.1;
//! RTT guidance v5.0, section 10.1.1).

use chrono::NaiveDate;

use super::{ClockPolicy, ClockSettings, Period, Row};

/// A part of the national RTT return.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Part {
    /// Part 1A: completed by an admission for treatment, in the month of the stop.
    CompletedAdmitted,
    /// Part 1B: completed in any other way, in the month of the stop.
    CompletedNonAdmitted,
    /// Part 2: not completed at the end of the census day.
    Incomplete,
    /// Part 2A: not completed, with a decision to admit for treatment.
    IncompleteWithDecision,
    /// Part 3: a new period, in the month of its start.
    NewPeriod,
}

impl Part {
    /// Its name in the return: 1A, 1B, 2, 2A or 3.
    pub const fn name(self) -> &'static str {
        match self {
            Self::CompletedAdmitted => "1A",
            Self::CompletedNonAdmitted => "1B",
            Self::Incomplete => "2",
            Self::IncompleteWithDecision => "2A",
            Self::NewPeriod => "3",
        }
    }

    /// Whether it counts a list on a day; every other counts what happened in a month.
    pub const fn is_stock(self) -> bool {
        matches!(self, Self::Incomplete | Self::IncompleteWithDecision)
    }
}

/// A part that a period counts in, and the day that decides: of the stop, of the start, or the
/// census day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counted {
    /// The part.
    pub part: Part,
    /// The day.
    pub on: NaiveDate,
}

impl Period {
    /// The parts it counts in, with `census` as the census day. A nullified period counts in none;
    /// policy says whether its start stays in Part 3, and whether a transfer in counts there.
    pub fn counted(&self, census: NaiveDate, policy: &ClockPolicy) -> Vec<Counted> {
        let start = self.start.date.filter(|on| self.is_new(policy.on(*on)));
        let new = start.map(|on| Counted { part: Part::NewPeriod, on });
        if self.nullified {
            return new
                .into_iter()
                .filter(|one| !policy.on(one.on).part_3_takes_back_nullified)
                .collect();
        }
        let ended = self.end.as_ref().map(|end| {
            let part =
                if end.admitted { Part::CompletedAdmitted } else { Part::CompletedNonAdmitted };
            Counted { part, on: end.date }
        });
        ended.into_iter().chain(self.stock(census)).chain(new).collect()
    }

    /// Whether it waits at the end of that day.
    pub fn waits_on(&self, day: NaiveDate) -> bool {
        let is_past = self.end.as_ref().is_some_and(|end| end.date <= day);
        self.start.listed_from <= day && !is_past && !self.nullified
    }

    fn stock(&self, census: NaiveDate) -> impl Iterator<Item = Counted> + use<> {
        let waits = self.waits_on(census);
        let is_decided = self.decision_to_admit.is_some_and(|decided| decided <= census);
        let counted = move |part: Part| Counted { part, on: census };
        let incomplete = waits.then_some(Part::Incomplete);
        let with_decision = (waits && is_decided).then_some(Part::IncompleteWithDecision);
        incomplete.into_iter().chain(with_decision).map(counted)
    }

    /// A transfer in is the period of another provider, which counted its start.
    fn is_new(&self, settings: &ClockSettings) -> bool {
        self.start.row != Row::TransferReceived || settings.part_3_counts_transfers_in
    }
}
