//! The date on which a step counts for the clock, and the order that makes.
//!
//! A decision counts from the day the patient was told, a DNA on the day of the appointment, a
//! referral on its receipt; everything else when it happened. Within a day, steps that count when
//! they happened keep the order of the history, and the others follow.

use chrono::NaiveDate;
use steps::{OccurredAt, Step, booking_and_attendance::DnaDecision, clock_and_list::ClockField};

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
        let on = found.or_else(|| counts_on(entry.step(), policy)).unwrap_or_else(|| entry.date());
        Dated { entry, on }
    };
    let mut steps: Vec<Dated<'_>> = history.entries().iter().map(dated).collect();
    steps.sort_by_key(|step| (step.on, step.on != step.entry.date()));
    steps
}

/// The date on which the step counts, where it says another than when it happened.
fn counts_on(step: &Step, policy: &ClockPolicy) -> Option<NaiveDate> {
    #[expect(clippy::wildcard_enum_match_arm, reason = "every other step counts when it happened")]
    match step {
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
        Step::PatientDied(step) => match policy.death_stop_basis {
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
