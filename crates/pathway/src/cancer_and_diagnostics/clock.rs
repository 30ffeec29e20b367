//! A clock of a standard: from when it counts, what was taken off, and how it ended.

use chrono::NaiveDate;
use steps::{
    EventId, OdsCode, TestId,
    named_by_rules::{CancerModality, CancerRoute},
    tests_and_results::{Dm01Test, Modality},
};

use super::{Limit, Move, Rule, Standard, Standards};

/// Whether a treatment for cancer is the first or a later one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TreatmentPlace {
    /// The first definitive treatment.
    First,
    /// A later one.
    Subsequent,
}

/// What a clock waits for. Of one kind at most one clock is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// To be told, after a referral by this route.
    Diagnosis(CancerRoute),
    /// The first treatment, after a referral by this route; none: after a consultant's upgrade.
    FromReferral(Option<CancerRoute>),
    /// A treatment that was decided.
    FromDecision(TreatmentPlace, CancerModality),
    /// A test.
    Test {
        /// The request.
        test_id: TestId,
        /// Which test of the return; none: the request does not say.
        test: Option<Dm01Test>,
        /// What kind of test it is.
        modality: Modality,
    },
}

impl Kind {
    /// The standard that judges it.
    pub const fn standard(&self) -> Standard {
        match self {
            Self::Diagnosis(_) => Standard::Cancer28Day,
            Self::FromDecision(..) => Standard::Cancer31Day,
            Self::FromReferral(_) => Standard::Cancer62Day,
            Self::Test { .. } => Standard::Dm01,
        }
    }
}

/// The clock began to count from another day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reset {
    /// From which day it counts.
    pub on: NaiveDate,
    /// By which rule.
    pub rule: Rule,
    /// By which step.
    pub event_id: EventId,
}

/// Days that are not counted: from the day declined to the day the patient is available again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Away {
    /// The first day not counted.
    pub from: NaiveDate,
    /// The first day counted again.
    pub to: NaiveDate,
    /// By which step.
    pub event_id: EventId,
}

/// How a clock ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct End {
    /// On which day.
    pub date: NaiveDate,
    /// By which rule.
    pub rule: Rule,
    /// By which step.
    pub event_id: EventId,
    /// Whether what was waited for happened, so that it counts in the figures.
    pub counts: bool,
}

/// A clock of a cancer or diagnostic standard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StandardClock {
    /// What it waits for.
    pub kind: Kind,
    /// The day it first counted from.
    pub first_start: NaiveDate,
    /// By which rule it started.
    pub started_by: Rule,
    /// By which step.
    pub start_event: EventId,
    /// The days from which it began to count anew, in order.
    pub resets: Vec<Reset>,
    /// Days that are not counted.
    pub away: Vec<Away>,
    /// How it ended; none while it is open.
    pub end: Option<End>,
    /// Who reports it: who told, treated or tested, or else who has the referral or the request.
    pub provider: Option<OdsCode>,
    /// Whether the patient was seen since it started.
    pub(super) seen: bool,
    /// Whether a missed first appointment waits to be rebooked.
    pub(super) awaits_rebooking: bool,
}

impl StandardClock {
    /// The standard that judges it.
    pub const fn standard(&self) -> Standard {
        self.kind.standard()
    }

    /// Whether it has not ended.
    pub const fn is_open(&self) -> bool {
        self.end.is_none()
    }

    /// The day it counts from.
    pub fn start(&self) -> NaiveDate {
        self.resets.last().map_or(self.first_start, |reset| reset.on)
    }

    /// The day it counted from at the end of `day`.
    pub fn start_on(&self, day: NaiveDate) -> NaiveDate {
        let past = self.resets.iter().rfind(|reset| reset.on <= day);
        past.map_or(self.first_start, |reset| reset.on)
    }

    /// Days waited until it ended, or until `on` while it is open, without those taken off. None
    /// where that is before the day it counts from: no wait is negative, and none is made a nought.
    pub fn days(&self, on: NaiveDate) -> Option<u32> {
        let until = self.end.as_ref().map_or(on, |end| end.date.min(on));
        let start = self.start_on(until);
        let elapsed = u32::try_from((until - start).num_days()).ok()?;
        Some(elapsed.saturating_sub(self.days_away(start, until)))
    }

    /// Days between two that are not counted; those taken off twice are taken off once.
    pub fn days_away(&self, start: NaiveDate, until: NaiveDate) -> u32 {
        let mut spans: Vec<_> =
            self.away.iter().map(|away| (away.from.max(start), away.to.min(until))).collect();
        spans.sort_unstable();
        let (mut days, mut counted_to) = (0, start);
        for (from, to) in spans {
            days += (to - from.max(counted_to)).num_days().max(0);
            counted_to = counted_to.max(to);
        }
        u32::try_from(days).unwrap_or(u32::MAX)
    }

    /// What judges it: the standard in force on the day it counts from.
    pub fn limit<'a>(&self, standards: &'a Standards) -> Option<&'a Limit> {
        standards.limit(self.standard(), self.start())
    }
}

/// The clocks of a pathway, and what each step did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StandardClocks {
    /// The clocks, in the order in which they started.
    pub clocks: Vec<StandardClock>,
    /// What each step did, in the order in which they count.
    pub moves: Vec<Move>,
}
