//! The date on which a step counts for the clock, and the order that makes.
//!
//! A decision counts from the day the patient was told, a DNA on the day of the appointment, a
//! referral on its receipt; everything else when it happened. Within a day, steps that count when
//! they happened keep the order of the history; of the others referrals go before and the rest after.
//! What follows a missed appointment goes last.
//! An admission known only to the day goes before what is said to have happened in it.

use chrono::NaiveDate;
use steps::{
    AdmissionId, OccurredAt, Step, StepKind, booking_and_attendance::DnaDecision,
    clock_and_list::ClockField,
};

use super::{ClockPolicy, DeathStopBasis, correction::Corrections};
use crate::{Entry, History, london};

/// A step and the date on which it counts.
#[derive(Debug, Clone, Copy)]
pub(super) struct Dated<'a> {
    pub(super) entry: &'a Entry,
    pub(super) on: NaiveDate,
}

/// The steps of `history` in the order in which they count.
pub(super) fn in_order<'a>(
    history: &'a History,
    policy: &ClockPolicy,
    corrections: &Corrections,
) -> Vec<Dated<'a>> {
    let dated = |entry: &'a Entry| {
        let found = corrections.supplied_stop(entry.event_id());
        let on = found.or_else(|| counts_on(entry, policy)).unwrap_or_else(|| entry.date());
        Dated { entry, on }
    };
    let mut steps: Vec<Dated<'_>> = history.entries().iter().map(dated).collect();
    steps.sort_by_key(|step| (step.on, place_in_the_day(*step)));
    admissions_first(&mut steps);
    steps
}

fn place_in_the_day(step: Dated<'_>) -> u8 {
    let kind = step.entry.step().kind();
    // What follows a missed appointment comes after it, also where one of them has no hour.
    if matches!(kind, StepKind::PatientRebookRequested | StepKind::DnaClinicalDecisionMade) {
        return 3;
    }
    match (step.on == step.entry.date(), kind == StepKind::ReferralReceived) {
        (true, _) => 1,
        (false, true) => 0,
        (false, false) => 2,
    }
}

/// Moves an admission known to the day before the steps of that day that happened in it.
fn admissions_first(steps: &mut [Dated<'_>]) {
    for index in 0..steps.len() {
        let earlier = steps.get(index).and_then(|step| {
            let Step::PatientAdmitted(admission) = step.entry.step() else { return None };
            let mut before = steps.iter().take(index).enumerate();
            let first = before.find(|(_, other)| {
                other.on == step.on && is_inside(other.entry.step(), &admission.admission_id)
            });
            matches!(step.entry.occurred_at(), OccurredAt::Day(_)).then_some(first?.0)
        });
        let span = earlier.and_then(|earlier| steps.get_mut(earlier..=index));
        if let Some(span) = span {
            span.rotate_right(1);
        }
    }
}

/// Whether the step says that it happened in that admission.
fn is_inside(step: &Step, admission: &AdmissionId) -> bool {
    #[expect(clippy::wildcard_enum_match_arm, reason = "two steps happen in an admission")]
    match step {
        Step::ProcedureNotCarriedOut(step) => {
            step.admission_id.as_ref().is_none_or(|id| id == admission)
        }
        Step::TreatmentStarted(step) => step.admission_id.as_ref() == Some(admission),
        _ => false,
    }
}

/// The date on which the step counts, where it says another than when it happened.
fn counts_on(entry: &Entry, policy: &ClockPolicy) -> Option<NaiveDate> {
    #[expect(clippy::wildcard_enum_match_arm, reason = "every other step counts when it happened")]
    match entry.step() {
        Step::ReferralReceived(step) => day(step.received_at),
        Step::TransferReceived(step) => day(step.received_at),
        Step::ReturnToPrimaryCareCommunicated(step) => day(step.communicated_at),
        Step::DecisionNotToTreat(step) => day(step.communicated_at),
        Step::TreatmentDeclined(step) => day(step.communicated_at),
        Step::AddedToTransplantList(step) => day(step.communicated_at),
        Step::DecisionToTreatMade(step) => day(step.communicated_at),
        Step::PatientChosePrivateTreatment(step) => day(step.communicated_at),
        Step::PatientMovedAbroad(step) => day(step.communicated_at),
        Step::ActiveMonitoringStarted(step) => day(step.agreed_at),
        Step::PathwayResumed(step) => day(step.decided_at),
        Step::DnaRecorded(step) => Some(step.appointment_date),
        Step::DnaClinicalDecisionMade(step) => match step.dna_decision {
            DnaDecision::Reoffer => day(step.decided_at),
            DnaDecision::Discharge => step.discharge_date,
        },
        Step::SecondSideFitAndReady(step) => step.appropriate_from.max(step.patient_available_from),
        Step::PatientDied(step) => match policy.on(entry.date()).death_stop_basis {
            DeathStopBasis::DateOfDeath => None,
            DeathStopBasis::DateNotified => day(step.notified_at),
        },
        _ => None,
    }
}

/// The local date of a time that may be missing.
pub(super) fn day(at: Option<OccurredAt>) -> Option<NaiveDate> {
    at.map(london::date)
}

/// Whether the correction speaks of a stop.
pub(super) fn is_about_a_stop(field: ClockField) -> bool {
    matches!(field, ClockField::ClockStop | ClockField::StopStatus)
}
