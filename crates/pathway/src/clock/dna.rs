//! Missed appointments: rows 12 to 18.

use steps::{
    Step, StepKind,
    advice_and_referral::{ReferralReceived, ReferralRoute},
    booking_and_attendance::{
        AttendanceCode, DnaClinicalDecisionMade, DnaDecision, DnaDischargeGuards, DnaRecorded,
    },
    codes::RttStatus,
};

use super::{
    ClockState, DnaStopBasis, Effect, Reason, Row, admission,
    machine::{Machine, Stop, Verdict},
    missed,
    order::Dated,
};

/// The patient did not attend, or came too late to be seen.
pub(super) fn recorded(machine: &Machine<'_>, at: Dated<'_>, step: &DnaRecorded) -> Verdict {
    if let Some(reason) = missed::why_none(machine, step) {
        return machine.if_ticking(Verdict::reject(Row::Unlisted, reason));
    }
    let is_late = step.attendance_code == AttendanceCode::ArrivedLateNotSeen;
    let nullifies = !is_late || machine.policy.on(at.on).arrived_late_nullifies;
    let going_on = RttStatus::SubsequentActivity;
    let verdict = if !nullifies || !is_first(machine, at) {
        Verdict::stay(Row::LaterDna).coded(going_on)
    } else if missed::was_communicated(machine, step) {
        let code = RttStatus::DidNotAttendFirst;
        Verdict::stop(Row::FirstDna, Stop::new(ClockState::Nullified, at.on, code))
    } else {
        Verdict::reject(Row::FirstDnaUnproven, Reason::CommunicationNotProven).coded(going_on)
    };
    machine.if_ticking(verdict)
}

/// A clinician decided to offer again, or to discharge.
pub(super) fn decided(
    machine: &Machine<'_>,
    at: Dated<'_>,
    step: &DnaClinicalDecisionMade,
) -> Verdict {
    let state = machine.state();
    match step.dna_decision {
        DnaDecision::Reoffer if state == ClockState::Nullified => {
            Verdict::open(Row::Rebooked, at.on)
        }
        DnaDecision::Reoffer => {
            machine.if_ticking(Verdict::stay(Row::LaterDna).coded(RttStatus::SubsequentActivity))
        }
        DnaDecision::Discharge if state == ClockState::Nullified => {
            Verdict::stay(Row::DischargedAfterFirstDna)
        }
        DnaDecision::Discharge => discharged(machine, at, step),
    }
}

/// The patient asked for another appointment.
pub(super) fn rebook_requested(machine: &Machine<'_>, at: Dated<'_>) -> Verdict {
    if machine.state() != ClockState::Nullified {
        return Verdict::stay(Row::Unlisted);
    }
    let since = machine.clock.moves.iter().rev();
    let was_discharged = since
        .take_while(|made| made.effect != Effect::Nullified)
        .any(|made| made.row == Row::DischargedAfterFirstDna);
    if was_discharged {
        return Verdict::reject(Row::Rebooked, Reason::DischargedAfterDna);
    }
    Verdict::open(Row::Rebooked, at.on)
}

fn discharged(machine: &Machine<'_>, at: Dated<'_>, step: &DnaClinicalDecisionMade) -> Verdict {
    if let Some(refused) = machine.stop_refused() {
        return refused;
    }
    let refuse = |reason: Reason| {
        Verdict::reject(Row::DischargeUnguarded, reason).coded(RttStatus::SubsequentActivity)
    };
    let Some(missed_on) = last_missed(machine) else { return refuse(Reason::NothingWasMissed) };
    if !step.guards.as_ref().is_some_and(all_met) {
        return refuse(Reason::SafeguardMissing);
    }
    let date = match machine.policy.on(at.on).dna_discharge_stop_basis {
        DnaStopBasis::DischargeDate => at.on,
        DnaStopBasis::DnaDate => missed_on,
    };
    let end = Stop::new(ClockState::Stopped, date, RttStatus::DecisionNotToTreat);
    machine.stop(Row::DischargedAfterLaterDna, end)
}

fn all_met(guards: &DnaDischargeGuards) -> bool {
    guards.clearly_communicated
        && guards.not_against_interest
        && guards.published_policy
        && guards.policy_protects_vulnerable
}

fn last_missed(machine: &Machine<'_>) -> Option<chrono::NaiveDate> {
    machine.since_start().rev().find_map(|step| {
        let Step::DnaRecorded(missed) = step.entry.step() else { return None };
        missed::why_none(machine, missed).is_none().then_some(missed.appointment_date)
    })
}

/// Whether a DNA now is of the first appointment after the referral that started the clock.
fn is_first(machine: &Machine<'_>, at: Dated<'_>) -> bool {
    let Some(period) = machine.last() else { return false };
    let was_seen = |step: &Dated<'_>| admission::is_care_activity(step.entry.step());
    let is_start = |step: &Dated<'_>| step.entry.event_id() == period.start.event_id;
    let was_elsewhere = |step: &Dated<'_>| match step.entry.step() {
        Step::ReferralReceived(referral) => came_by_interface(referral),
        other => other.kind() == StepKind::TransferReceived && !is_start(step),
    };
    let rebooked_counts = machine.policy.on(at.on).rebooked_first_dna_nullifies;
    starts_by_referral(period.start.row, rebooked_counts)
        && !machine.since_start().any(|step| was_seen(step) || was_elsewhere(step))
}

/// The starts after which a missed first appointment nullifies: rules 1, 2, 3c, and 3b elsewhere.
fn starts_by_referral(row: Row, rebooked_counts: bool) -> bool {
    let is_referral = matches!(
        row,
        Row::Referred
            | Row::AdviceAtSinglePoint
            | Row::AdviceBecameReferral
            | Row::SelfReferralRatified
            | Row::ReReferred
            | Row::SeparateCondition
            | Row::NewTreatmentElsewhere
            | Row::BecameEnglish
    );
    is_referral || row == Row::Rebooked && rebooked_counts
}

/// After an interface service or earlier activity on the UBRN the next appointment is not the first.
fn came_by_interface(referral: &ReferralReceived) -> bool {
    referral.route == ReferralRoute::Interface
        || referral.interface_received_at.is_some()
        || referral.earlier_activity_at.is_some()
}
