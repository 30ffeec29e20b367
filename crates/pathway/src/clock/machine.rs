//! The clock being worked out: the steps in order, and what has been decided so far.

use chrono::NaiveDate;
use steps::{EventId, Step, codes::RttStatus};

use super::{
    Clock, ClockPolicy, ClockState, Period, Reason, Row, Segment,
    correction::Corrections,
    engine,
    order::{self, Dated},
    periods, planned, segments,
};
use crate::History;

/// What a step does to the clock, by which row.
#[derive(Debug, Clone)]
pub(super) struct Verdict {
    pub(super) row: Row,
    pub(super) act: Act,
    pub(super) status: Option<RttStatus>,
}

/// The ways in which a clock can move.
#[derive(Debug, Clone)]
pub(super) enum Act {
    /// A period starts; without a date its start is unknown, and it counts from `listed_from`.
    Open { date: Option<NaiveDate>, listed_from: NaiveDate },
    /// The open (or provisionally ended) period ends.
    Stop(Stop),
    /// The provisional end is taken back.
    Retract,
    /// The provisional end is confirmed.
    Confirm,
    /// The step's provider reports the open period from now on; the start may prove earlier.
    TakeOver { start: Option<NaiveDate> },
    /// The state changes and no period does.
    Become(ClockState),
    /// Validation changed a period that stands elsewhere in the list.
    Correct,
    /// Validation found that the period should not be there.
    Void(EventId),
    /// Nothing changes.
    Stay,
    /// Nothing changes, though the step claims otherwise.
    Reject(Reason),
}

/// How a period ends.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stop {
    pub(super) to: ClockState,
    pub(super) date: NaiveDate,
    pub(super) status: RttStatus,
    pub(super) admitted: bool,
    pub(super) provisional: bool,
}

impl Stop {
    pub(super) const fn new(to: ClockState, date: NaiveDate, status: RttStatus) -> Self {
        Self { to, date, status, admitted: false, provisional: false }
    }
}

impl Verdict {
    pub(super) const fn new(row: Row, act: Act) -> Self {
        Self { row, act, status: None }
    }

    pub(super) const fn stay(row: Row) -> Self {
        Self::new(row, Act::Stay)
    }

    pub(super) const fn reject(row: Row, reason: Reason) -> Self {
        Self::new(row, Act::Reject(reason))
    }

    pub(super) const fn open(row: Row, date: NaiveDate) -> Self {
        Self::new(row, Act::Open { date: Some(date), listed_from: date })
    }

    pub(super) const fn stop(row: Row, stop: Stop) -> Self {
        Self { row, act: Act::Stop(stop), status: Some(stop.status) }
    }

    pub(super) const fn coded(mut self, status: RttStatus) -> Self {
        self.status = Some(status);
        self
    }
}

/// A clock half way through its history.
pub(super) struct Machine<'a> {
    pub(super) policy: &'a ClockPolicy,
    pub(super) corrections: &'a Corrections,
    pub(super) steps: Vec<Dated<'a>>,
    /// Index of the step that is being judged.
    pub(super) now: usize,
    /// Index of the step that opened the last period.
    pub(super) opened_at: usize,
    /// The latest that is known of who reports.
    pub(super) reporter: Option<Segment>,
    pub(super) clock: Clock,
}

/// Works out the clock of `history`.
pub(super) fn run(history: &History, policy: &ClockPolicy, corrections: &Corrections) -> Clock {
    let steps = order::in_order(history, policy, corrections);
    let clock = Clock { state: ClockState::None, periods: Vec::new(), moves: Vec::new() };
    let mut machine =
        Machine { policy, corrections, steps, now: 0, opened_at: 0, reporter: None, clock };
    while let Some(at) = machine.steps.get(machine.now).copied() {
        planned::fall_due(&mut machine, Some(at.on));
        segments::note(&mut machine, at);
        if let Some(verdict) = engine::judge(&machine, at) {
            periods::apply(&mut machine, at, verdict);
        }
        machine.now += 1;
    }
    planned::fall_due(&mut machine, None);
    periods::note_lists(&mut machine);
    machine.clock
}

impl<'a> Machine<'a> {
    pub(super) fn state(&self) -> ClockState {
        self.clock.state
    }

    /// The steps before the one that is being judged.
    pub(super) fn past(&self) -> &[Dated<'a>] {
        self.steps.get(..self.now).unwrap_or_default()
    }

    /// The latest period, open or not.
    pub(super) fn last(&self) -> Option<&Period> {
        self.clock.periods.last()
    }

    /// The earlier steps of the latest period: from its start date, which may lie before the step
    /// that told of it, but not of the period before.
    pub(super) fn since_start(&self) -> impl DoubleEndedIterator<Item = &Dated<'a>> {
        let from = self.last().map(|period| period.start.listed_from);
        let before = self.clock.periods.iter().rev().nth(1);
        let ended = before.and_then(|period| period.end.as_ref()).map(|end| end.date);
        let belongs = move |index: usize, on: NaiveDate| {
            index >= self.opened_at
                || from.is_some_and(|from| on >= from) && ended.is_none_or(|ended| on > ended)
        };
        let past = self.past().iter().enumerate();
        past.filter(move |(index, step)| belongs(*index, step.on)).map(|(_, step)| step)
    }

    /// The step of that event.
    pub(super) fn step_of(&self, event_id: EventId) -> Option<&'a Step> {
        let found = self.steps.iter().find(|step| step.entry.event_id() == event_id);
        found.map(|step| step.entry.step())
    }

    /// Whether the latest period ended by an admission whose treatment is not confirmed.
    pub(super) fn is_provisional(&self) -> bool {
        let end = self.last().and_then(|period| period.end.as_ref());
        self.state() == ClockState::Treated && end.is_some_and(|end| end.provisional)
    }

    /// `verdict` where the clock ticks; otherwise the table lists nothing.
    pub(super) fn if_ticking(&self, verdict: Verdict) -> Verdict {
        if self.state() == ClockState::Ticking { verdict } else { Verdict::stay(Row::Unlisted) }
    }

    /// A stop where the clock ticks; otherwise it is not applied, with the reason.
    pub(super) fn stop(&self, row: Row, stop: Stop) -> Verdict {
        self.stop_refused().unwrap_or_else(|| Verdict::stop(row, stop))
    }

    /// Why nothing can be stopped now, if nothing can.
    pub(super) fn stop_refused(&self) -> Option<Verdict> {
        match self.state() {
            ClockState::Ticking => None,
            ClockState::Transferred => {
                Some(Verdict::reject(Row::Unlisted, Reason::TransferNotReceived))
            }
            ClockState::Deceased => {
                Some(Verdict::reject(Row::StopNotApplied, Reason::PatientHasDied))
            }
            ClockState::None
            | ClockState::Nullified
            | ClockState::Treated
            | ClockState::Monitoring
            | ClockState::Stopped
            | ClockState::Planned => {
                Some(Verdict::reject(Row::StopNotApplied, Reason::NoOpenPeriod))
            }
        }
    }

    /// The status of an activity that belongs to no open period.
    pub(super) fn status_outside(&self) -> RttStatus {
        match self.state() {
            ClockState::Treated | ClockState::Stopped => RttStatus::AfterTreatment,
            ClockState::Monitoring => RttStatus::DuringActiveMonitoring,
            ClockState::None
            | ClockState::Ticking
            | ClockState::Nullified
            | ClockState::Transferred
            | ClockState::Deceased
            | ClockState::Planned => RttStatus::NotApplicable,
        }
    }
}
