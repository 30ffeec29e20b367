//! What a verdict does to the periods, and the laws it keeps: no overlap, no stop before a start.

use chrono::NaiveDate;
use steps::{
    EventId, Step,
    clock_and_list::{ListType, TreatmentSetting},
    codes::RttStatus,
};

use super::{
    ClockState, Effect, End, Move, Period, Reason, Row, Start,
    machine::{Act, Machine, Stop, Verdict},
    monitoring,
    order::{self, Dated},
    planned, segments,
};

/// Does what `verdict` says, and keeps the move.
pub(super) fn apply(machine: &mut Machine<'_>, at: Dated<'_>, verdict: Verdict) {
    let from = machine.state();
    let row = verdict.row;
    let effect = match verdict.act {
        Act::Open { date, listed_from } => open(machine, at, row, (date, listed_from)),
        Act::Stop(stop) => end(machine, at, row, stop),
        Act::Retract => retract(machine),
        Act::Confirm => confirm(machine),
        Act::TakeOver { start } => take_over(machine, at, start),
        Act::Become(state) => become_state(machine, state),
        Act::Correct => Effect::Corrected,
        Act::Void(period) => void(machine, at, period),
        Act::Stay => Effect::Stayed,
        Act::Reject(reason) => Effect::Rejected(reason),
    };
    let (event_id, kind) = (at.entry.event_id(), at.entry.step().kind());
    let period = machine.clock.periods.len().checked_sub(1);
    let to = machine.state();
    let status = verdict.status;
    machine.clock.moves.push(Move {
        event_id,
        kind,
        on: at.on,
        row,
        from,
        to,
        effect,
        status,
        period,
    });
}

fn open(
    machine: &mut Machine<'_>,
    at: Dated<'_>,
    row: Row,
    (date, receipt): (Option<NaiveDate>, NaiveDate),
) -> Effect {
    let event_id = at.entry.event_id();
    let ended = machine.last().and_then(|period| period.end.as_ref()).map(|end| end.date);
    let overlaps = |start: NaiveDate| ended.is_some_and(|ended| start < ended);
    let corrected = machine.corrections.start(event_id).filter(|start| !overlaps(*start));
    let date = corrected.or(date);
    let listed_from = date.map_or(receipt, |date| planned::listed_from(row, date, receipt));
    if overlaps(date.unwrap_or(listed_from)) {
        return Effect::Rejected(Reason::StartBeforeLastEnd);
    }
    let queue_position = monitoring::kept_place(machine, row);
    let segments = segments::first(machine, at, listed_from);
    machine.clock.periods.push(Period {
        start: Start { date, row, event_id, listed_from },
        end: None,
        segments,
        decision_to_admit: None,
        queue_position,
        nullified: false,
    });
    machine.opened_at = machine.now;
    machine.clock.state = ClockState::Ticking;
    if machine.clock.periods.len() == 1 { Effect::Started } else { Effect::Restarted }
}

fn end(machine: &mut Machine<'_>, at: Dated<'_>, row: Row, stop: Stop) -> Effect {
    let Some(stop) = corrected(machine, stop) else {
        return Effect::Rejected(Reason::CorrectedAway);
    };
    let nullified = stop.status == RttStatus::DidNotAttendFirst;
    let Some(period) = machine.clock.periods.last_mut() else {
        return Effect::Rejected(Reason::NoOpenPeriod);
    };
    if stop.date < period.start.listed_from {
        return Effect::Rejected(Reason::StopBeforeStart);
    }
    let is_treatment = stop.status == RttStatus::FirstTreatment;
    period.end = Some(End {
        date: stop.date,
        status: stop.status,
        admitted: stop.admitted && is_treatment,
        provisional: stop.provisional && is_treatment,
        row,
        event_id: at.entry.event_id(),
    });
    period.nullified = nullified;
    segments::reported_as(period, at.entry.step(), stop.date);
    machine.clock.state = stop.to;
    if nullified { Effect::Nullified } else { Effect::Stopped }
}

/// The stop as validation has it; none where validation found that it was no stop.
fn corrected(machine: &Machine<'_>, stop: Stop) -> Option<Stop> {
    let Some(period) = machine.last() else { return Some(stop) };
    machine.corrections.stop(period.start.event_id, stop)
}

fn retract(machine: &mut Machine<'_>) -> Effect {
    if let Some(period) = machine.clock.periods.last_mut() {
        period.end = None;
    }
    machine.clock.state = ClockState::Ticking;
    Effect::Retracted
}

fn confirm(machine: &mut Machine<'_>) -> Effect {
    let period = machine.clock.periods.last_mut();
    if let Some(end) = period.and_then(|period| period.end.as_mut()) {
        end.provisional = false;
    }
    Effect::Stayed
}

fn take_over(machine: &mut Machine<'_>, at: Dated<'_>, start: Option<NaiveDate>) -> Effect {
    let before = machine.clock.periods.iter().rev().nth(1);
    let ended = before.and_then(|period| period.end.as_ref()).map(|end| end.date);
    let fits = |start: &NaiveDate| ended.is_none_or(|ended| *start >= ended);
    let reporter = machine.reporter.clone();
    if let Some(period) = machine.clock.periods.last_mut() {
        let is_corrected = machine.corrections.start(period.start.event_id).is_some();
        let is_earlier = |start: &NaiveDate| period.start.date.is_none_or(|known| *start < known);
        if let Some(start) = start.filter(fits).filter(is_earlier).filter(|_| !is_corrected) {
            period.start.date = Some(start);
            period.start.listed_from = start;
        }
        segments::hand_over(period, at, reporter);
        machine.reporter = period.segments.last().cloned();
    }
    become_state(machine, ClockState::Ticking)
}

fn become_state(machine: &mut Machine<'_>, state: ClockState) -> Effect {
    machine.clock.state = state;
    Effect::Stayed
}

/// Takes a period out of every count. An open one ends on the day it started.
fn void(machine: &mut Machine<'_>, at: Dated<'_>, period: EventId) -> Effect {
    let mut periods = machine.clock.periods.iter_mut();
    let Some(period) = periods.find(|each| each.start.event_id == period) else {
        return Effect::Rejected(Reason::NoSuchPeriod);
    };
    period.nullified = true;
    if period.end.is_none() {
        period.end = Some(End {
            date: period.start.listed_from,
            status: RttStatus::NotApplicable,
            admitted: false,
            provisional: false,
            row: Row::Corrected,
            event_id: at.entry.event_id(),
        });
        machine.clock.state = ClockState::None;
    }
    Effect::Nullified
}

/// Notes on each period what the lists say: the decision to admit, and the place kept.
pub(super) fn note_lists(machine: &mut Machine<'_>) {
    for step in &machine.steps {
        let holds = |period: &&mut Period| {
            period.start.listed_from <= step.on
                && period.end.as_ref().is_none_or(|end| step.on <= end.date)
        };
        let Some(period) = machine.clock.periods.iter_mut().rev().find(holds) else { continue };
        if let Some(decided) = decided_to_admit(*step) {
            period.decision_to_admit.get_or_insert(decided);
        }
        if let Step::AddedToWaitingList(listed) = step.entry.step() {
            period.queue_position = listed.queue_position_date.or(period.queue_position);
        }
    }
}

fn decided_to_admit(at: Dated<'_>) -> Option<NaiveDate> {
    #[expect(clippy::wildcard_enum_match_arm, reason = "two steps tell of a decision to admit")]
    match at.entry.step() {
        Step::AddedToWaitingList(listed) => {
            let admits =
                listed.list_type == ListType::Admitted && listed.admit_for_treatment != Some(false);
            admits.then(|| listed.decision_to_admit_date.unwrap_or(at.on))
        }
        Step::DecisionToTreatMade(made) => {
            let admits = made.treatment_setting == TreatmentSetting::Admitted;
            admits.then(|| order::day(made.decided_at).unwrap_or(at.on))
        }
        _ => None,
    }
}
