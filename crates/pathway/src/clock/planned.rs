//! Planned care, outside RTT until it is overdue: rows 44 to 46 and 56.
//!
//! A plan for an admission becomes a wait by its own dates where it says when the patient is ready:
//! no calendar has to tick, for the wait counts only from the day on which those dates are past.
//! Where a step tells what came of the planned date, that step decides.

use chrono::{Days, NaiveDate};
use steps::{
    Step,
    clock_and_list::{PlacedOnPlannedList, PlannedDatePassed, PlannedKind},
    codes::RttStatus,
};

use super::{
    ClockState, Reason, Row,
    machine::{Act, Machine, Verdict},
    order::{self, Dated},
    periods,
};

/// The patient was placed on a planned list.
pub(super) fn placed(machine: &Machine<'_>) -> Verdict {
    let planned = Verdict::new(Row::Planned, Act::Become(ClockState::Planned));
    match machine.state() {
        ClockState::Treated | ClockState::Stopped => planned.coded(RttStatus::AfterTreatment),
        ClockState::None => planned.coded(RttStatus::NotApplicable),
        ClockState::Ticking => Verdict::reject(Row::PlannedWhileTicking, Reason::ClockIsTicking),
        ClockState::Nullified
        | ClockState::Monitoring
        | ClockState::Transferred
        | ClockState::Deceased
        | ClockState::Planned => Verdict::stay(Row::Unlisted),
    }
}

/// A planned date passed: an overdue admission for treatment starts a clock on its due date.
pub(super) fn passed(machine: &Machine<'_>, at: Dated<'_>, step: &PlannedDatePassed) -> Verdict {
    if machine.state() != ClockState::Planned {
        return Verdict::stay(Row::Unlisted);
    }
    let plan = latest_plan(machine).map(|(_, plan)| plan).filter(|_| step.clinically_ready);
    let overdue = plan.and_then(|plan| overdue_from(machine, plan, step.due_date, at.on));
    match overdue.filter(|from| *from <= at.on) {
        Some(from) => start(machine, step.due_date, from),
        None => Verdict::stay(Row::PlannedNoClock),
    }
}

/// Starts the clock of a plan whose own dates are past before `next`, the day of the next step; at
/// the end of the history, whenever that will be.
pub(super) fn fall_due(machine: &mut Machine<'_>, next: Option<NaiveDate>) {
    if machine.state() != ClockState::Planned {
        return;
    }
    let Some((placed, plan)) = latest_plan(machine) else { return };
    let Some(on) = due_by_itself(machine, placed, plan) else { return };
    if next.is_none_or(|next| on < next) {
        let at = Dated { entry: placed.entry, on };
        let verdict = start(machine, plan.due_date, on);
        periods::apply(machine, at, verdict);
    }
}

/// The day from which a period counts that `row` starts on `date`: an overdue admission only once it
/// is overdue, every other from its start.
pub(super) fn listed_from(row: Row, date: NaiveDate, from: NaiveDate) -> NaiveDate {
    if row == Row::PlannedOverdue { date.max(from) } else { date }
}

/// The start on the due date; where that lies in the wait before, on the day it is overdue.
fn start(machine: &Machine<'_>, due: NaiveDate, from: NaiveDate) -> Verdict {
    let ended = machine.last().and_then(|period| period.end.as_ref()).map(|end| end.date);
    let date = if ended.is_some_and(|ended| due < ended) { from } else { due };
    Verdict::new(Row::PlannedOverdue, Act::Open { date: Some(date), listed_from: from })
}

/// The plan in force, and the step that made it.
fn latest_plan<'a>(machine: &Machine<'a>) -> Option<(Dated<'a>, &'a PlacedOnPlannedList)> {
    machine.past().iter().rev().find_map(|past| {
        let Step::PlacedOnPlannedList(plan) = past.entry.step() else { return None };
        Some((*past, plan.as_ref()))
    })
}

/// The day on which the plan is overdue by what it says itself: the patient ready, the date past.
fn due_by_itself(
    machine: &Machine<'_>,
    placed: Dated<'_>,
    plan: &PlacedOnPlannedList,
) -> Option<NaiveDate> {
    let ready = order::day(plan.clinically_ready_at)?;
    let from = overdue_from(machine, plan, plan.due_date, plan.due_date)?;
    let on = from.max(ready).max(placed.on);
    let decides = |step: &Dated<'_>| matches!(step.entry.step(), Step::PlannedDatePassed(passed) if passed.due_date == plan.due_date);
    let withdraws = |step: &Dated<'_>| {
        matches!(step.entry.step(), Step::PatientTemporarilyUnfit(_))
            && placed.on <= step.on
            && step.on <= on
    };
    let is_open = !machine.steps.iter().any(|step| decides(step) || withdraws(step));
    is_open.then_some(on)
}

/// The first day on which an admission for treatment due on `due` is overdue: past the grace in
/// force on `judged`, and past the latest clinically appropriate day.
fn overdue_from(
    machine: &Machine<'_>,
    plan: &PlacedOnPlannedList,
    due: NaiveDate,
    judged: NaiveDate,
) -> Option<NaiveDate> {
    if plan.planned_kind != PlannedKind::TreatmentAdmission {
        return None;
    }
    let grace = machine.policy.on(judged).planned_grace_days;
    let past_grace = due.checked_add_days(Days::new(u64::from(grace)))?;
    let past_latest = match plan.latest_clinically_appropriate {
        Some(latest) => latest.checked_add_days(Days::new(1))?,
        None => past_grace,
    };
    Some(past_grace.max(past_latest))
}
