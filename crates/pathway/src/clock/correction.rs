//! Validation's corrections of periods (row 49): the clock is worked out again with corrected facts.

use chrono::NaiveDate;
use steps::{
    EventId, Step,
    clock_and_list::{ClockField, RttClockCorrected},
    codes::RttStatus,
};

use super::{
    Clock, ClockPolicy, ClockState, Period, Reason, Row,
    machine::{self, Act, Machine, Stop, Verdict},
    order::{self, Dated},
};
use crate::History;

/// Corrections of one pathway that are followed; more is a loop in the source.
const CORRECTIONS_MAX: usize = 64;

/// The corrections of a history, each with the period it is about.
#[derive(Debug, Clone, Default)]
pub(super) struct Corrections {
    fixes: Vec<Fix>,
}

#[derive(Debug, Clone)]
struct Fix {
    /// The correcting step.
    event_id: EventId,
    /// The step that started the period.
    period: EventId,
    field: ClockField,
    date: Option<NaiveDate>,
    status: Option<RttStatus>,
    /// Whether it tells of a stop that no other step tells of.
    supplies_stop: bool,
}

/// Finds the period of each correction, in the clock as the corrections before it leave it.
pub(super) fn resolve(history: &History, policy: &ClockPolicy) -> Corrections {
    let mut corrections = Corrections::default();
    for entry in history.entries() {
        let Step::RttClockCorrected(step) = entry.step() else { continue };
        if corrections.fixes.len() == CORRECTIONS_MAX {
            break;
        }
        let clock = machine::run(history, policy, &corrections);
        let Some(period) = target(&clock, step, entry.date()) else { continue };
        let is_new_stop = order::is_about_a_stop(step.clock_field) && period.is_open();
        corrections.fixes.push(Fix {
            event_id: entry.event_id(),
            period: period.start.event_id,
            field: step.clock_field,
            date: step.new_date,
            status: step.new_status,
            supplies_stop: is_new_stop && step.new_date.is_some(),
        });
    }
    corrections
}

/// The period a correction is about: by its start, by the date that was wrong, or the latest.
fn target<'a>(clock: &'a Clock, step: &RttClockCorrected, on: NaiveDate) -> Option<&'a Period> {
    let old = |period: &Period| match step.clock_field {
        ClockField::ClockStart => period.start.date,
        ClockField::ClockStop | ClockField::StopStatus | ClockField::Nullified => {
            period.end.as_ref().map(|end| end.date)
        }
    };
    let mut latest_first = clock.periods.iter().rev();
    match (step.period_start, step.old_date) {
        (Some(start), _) => latest_first.find(|period| period.start.date == Some(start)),
        (None, Some(date)) => latest_first.find(|period| old(period) == Some(date)),
        (None, None) => latest_first.find(|period| period.start.listed_from <= on),
    }
}

/// What the correcting step itself does.
pub(super) fn judge(machine: &Machine<'_>, at: Dated<'_>, step: &RttClockCorrected) -> Verdict {
    let Some(fix) = machine.corrections.by(at.entry.event_id()) else {
        return Verdict::reject(Row::Corrected, Reason::NoSuchPeriod);
    };
    if step.clock_field == ClockField::Nullified {
        return Verdict::new(Row::Corrected, Act::Void(fix.period));
    }
    if !fix.supplies_stop {
        return Verdict::new(Row::Corrected, Act::Correct);
    }
    let ending = fix.status.and_then(|status| Some((state_after(status)?, status)));
    let is_open = machine.last().is_some_and(Period::is_open);
    match (ending, fix.date) {
        (Some((to, status)), Some(date)) if is_open => {
            Verdict::stop(Row::Corrected, Stop::new(to, date, status))
        }
        (Some(_), Some(_)) => Verdict::new(Row::Corrected, Act::Correct),
        (None, _) | (_, None) => Verdict::reject(Row::StopNotApplied, Reason::StatusMissing),
    }
}

/// The state a clock is in after a stop of that status; none where it is no stop.
fn state_after(status: RttStatus) -> Option<ClockState> {
    match status {
        RttStatus::FirstTreatment => Some(ClockState::Treated),
        RttStatus::ActiveMonitoringByPatient | RttStatus::ActiveMonitoringByProfessional => {
            Some(ClockState::Monitoring)
        }
        RttStatus::DidNotAttendFirst => Some(ClockState::Nullified),
        RttStatus::DecisionNotToTreat | RttStatus::PatientDeclined => Some(ClockState::Stopped),
        RttStatus::Died => Some(ClockState::Deceased),
        RttStatus::FirstActivity
        | RttStatus::FirstActivityAfterActiveMonitoring
        | RttStatus::FirstActivitySeparateCondition
        | RttStatus::SubsequentActivity
        | RttStatus::ExpectedAtOtherProvider
        | RttStatus::AfterTreatment
        | RttStatus::DuringActiveMonitoring
        | RttStatus::BeforeReferral
        | RttStatus::NotApplicable
        | RttStatus::NotYetKnown => None,
    }
}

impl Corrections {
    fn by(&self, event_id: EventId) -> Option<&Fix> {
        self.fixes.iter().find(|fix| fix.event_id == event_id)
    }

    /// The date of a stop that only this correction tells of.
    pub(super) fn supplied_stop(&self, event_id: EventId) -> Option<NaiveDate> {
        self.by(event_id).filter(|fix| fix.supplies_stop).and_then(|fix| fix.date)
    }

    /// The corrected start of the period that `event_id` started.
    pub(super) fn start(&self, event_id: EventId) -> Option<NaiveDate> {
        let mut fixes = self.fixes.iter().rev();
        fixes
            .find(|fix| fix.period == event_id && fix.field == ClockField::ClockStart)
            .and_then(|fix| fix.date)
    }

    /// The stop of the period that `event_id` started, as corrected; none where it is no stop.
    pub(super) fn stop(&self, event_id: EventId, stop: Stop) -> Option<Stop> {
        let ours = |fix: &&Fix| {
            fix.period == event_id && order::is_about_a_stop(fix.field) && !fix.supplies_stop
        };
        self.fixes.iter().filter(ours).try_fold(stop, |stop, fix| {
            if fix.field == ClockField::ClockStop && fix.date.is_none() && fix.status.is_none() {
                return None;
            }
            let status = fix.status.unwrap_or(stop.status);
            let to = state_after(status).unwrap_or(stop.to);
            Some(Stop { to, status, date: fix.date.unwrap_or(stop.date), ..stop })
        })
    }
}
