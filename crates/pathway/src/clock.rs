//! The RTT clock of a pathway: its waiting periods, and the rule and step that made each move
//! (RTT guidance v5.0).
//!
//! Laws, each with a test: at most one period is open and no two overlap; no period ends before it
//! starts; a nullified period counts nowhere; there are no pauses; a later period never takes an
//! earlier start; the order of telling does not matter.
//! Read `table` (the rows), `engine` (which row a step is), `periods` (what a row does).

mod admission;
mod concern;
mod correction;
mod decision;
mod dna;
mod engine;
mod machine;
mod missed;
mod monitoring;
mod moves;
mod order;
mod parts;
mod periods;
mod planned;
mod policy;
mod referral;
mod segments;
mod silence;
mod start;
mod table;
mod transfer;
pub mod waiting;

use chrono::NaiveDate;
use steps::{
    EventId, FunctionCode, OdsCode, ServiceId,
    codes::{Priority, RttStatus},
};

pub use concern::concerns;
pub use moves::{Effect, Move, Reason};
pub use parts::{Counted, Part};
pub use policy::{
    ClockPolicy, ClockSettings, ClockVersion, DeathStopBasis, DnaStopBasis, SinglePoint,
};
pub use silence::{Silence, Silent};
pub use table::Row;

use crate::History;

/// The state of a pathway's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ClockState {
    /// No clock has started.
    None,
    /// The clock is running.
    Ticking,
    /// The first appointment was missed: the period counts nowhere.
    Nullified,
    /// First definitive treatment started.
    Treated,
    /// Active monitoring.
    Monitoring,
    /// Stopped without treatment.
    Stopped,
    /// Running, and reported by another provider.
    Transferred,
    /// The patient has died.
    Deceased,
    /// On a planned list, outside RTT.
    Planned,
}

/// The RTT clock of one pathway.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clock {
    /// Its state now, as far as the history goes.
    pub state: ClockState,
    /// Its waiting periods, the earliest first. Only the last can be open.
    pub periods: Vec<Period>,
    /// What each step did, in the order in which they count.
    pub moves: Vec<Move>,
}

/// One waiting period, from clock start to clock stop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Period {
    /// How it started.
    pub start: Start,
    /// How it ended; none while it is open.
    pub end: Option<End>,
    /// Who reports it and as what, in order of date. Empty while no step has named a provider and
    /// a function (advice converted without them).
    pub segments: Vec<Segment>,
    /// The day of the decision to admit for treatment (Part 2A).
    pub decision_to_admit: Option<NaiveDate>,
    /// The place on the list, where that is kept apart from the start.
    pub queue_position: Option<NaiveDate>,
    /// Whether it counts nowhere.
    pub nullified: bool,
}

/// How a period started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Start {
    /// The date the wait counts from. None: unknown, and still reported.
    pub date: Option<NaiveDate>,
    /// By which row.
    pub row: Row,
    /// By which step.
    pub event_id: EventId,
    /// The date from which the pathway is on a list: its start, or the receipt where that is unknown.
    pub listed_from: NaiveDate,
}

/// How a period ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct End {
    /// The stop date.
    pub date: NaiveDate,
    /// The RTT period status.
    pub status: RttStatus,
    /// Whether it is an admitted stop (Part 1A) or not (Part 1B).
    pub admitted: bool,
    /// Admitted for treatment, and the treatment itself not confirmed yet.
    pub provisional: bool,
    /// By which row.
    pub row: Row,
    /// By which step.
    pub event_id: EventId,
}

/// Who reports a period, and as what, from a date on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segment {
    /// From when.
    pub from: NaiveDate,
    /// The provider that reports.
    pub provider: OdsCode,
    /// The site, where known.
    pub site: Option<OdsCode>,
    /// The service, where known.
    pub service: Option<ServiceId>,
    /// Who pays.
    pub commissioner: Option<OdsCode>,
    /// The treatment function.
    pub function: FunctionCode,
    /// How urgent the referral is.
    pub priority: Option<Priority>,
}

impl ClockState {
    /// Its name, for machines.
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "NONE",
            Self::Ticking => "TICKING",
            Self::Nullified => "NULLIFIED",
            Self::Treated => "TREATED",
            Self::Monitoring => "MONITORING",
            Self::Stopped => "STOPPED",
            Self::Transferred => "TRANSFERRED",
            Self::Deceased => "DECEASED",
            Self::Planned => "PLANNED",
        }
    }
}

impl Clock {
    /// The clock that `history` makes under `policy`.
    pub fn of(history: &History, policy: &ClockPolicy) -> Self {
        let corrections = correction::resolve(history, policy);
        machine::run(history, policy, &corrections)
    }

    /// Its state at the end of `day`, as far as the steps that count by then go.
    pub fn state_on(&self, day: NaiveDate) -> ClockState {
        let by_then = self.moves.iter().rev().find(|made| made.on <= day);
        by_then.map_or(ClockState::None, |made| made.to)
    }

    /// The open period, ticking here or at another provider.
    pub fn open(&self) -> Option<&Period> {
        self.periods.last().filter(|period| period.is_open())
    }
}

impl Period {
    /// Whether it has not ended.
    pub fn is_open(&self) -> bool {
        self.end.is_none()
    }

    /// Who reports it on a day, and as what; before its first day whoever reports it first.
    pub fn reported_on(&self, day: NaiveDate) -> Option<&Segment> {
        let on_day = self.segments.iter().rfind(|segment| segment.from <= day);
        on_day.or_else(|| self.segments.first())
    }
}

#[cfg(test)]
mod tests;
