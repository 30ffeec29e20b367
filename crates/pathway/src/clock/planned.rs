//! Planned care, outside RTT until it is overdue: rows 44 to 46 and 56.

use chrono::Days;
use steps::{
    Step,
    clock_and_list::{PlacedOnPlannedList, PlannedDatePassed, PlannedKind},
    codes::RttStatus,
};

use super::{
    ClockState, Reason, Row,
    machine::{Act, Machine, Verdict},
    order::Dated,
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
    let plan = machine.past().iter().rev().find_map(|past| {
        let Step::PlacedOnPlannedList(plan) = past.entry.step() else { return None };
        Some(plan.as_ref())
    });
    match plan.filter(|_| step.clinically_ready) {
        Some(plan) if is_overdue(machine, at, step, plan) => {
            Verdict::open(Row::PlannedOverdue, step.due_date)
        }
        Some(_) | None => Verdict::stay(Row::PlannedNoClock),
    }
}

/// Whether an admission for treatment was not given within the clinically appropriate time.
fn is_overdue(
    machine: &Machine<'_>,
    at: Dated<'_>,
    step: &PlannedDatePassed,
    plan: &PlacedOnPlannedList,
) -> bool {
    let grace = Days::new(u64::from(machine.policy.on(at.on).planned_grace_days));
    let is_past_grace = step.due_date.checked_add_days(grace).is_some_and(|last| at.on >= last);
    let is_past_latest = plan.latest_clinically_appropriate.is_none_or(|latest| at.on > latest);
    plan.planned_kind == PlannedKind::TreatmentAdmission && is_past_grace && is_past_latest
}
