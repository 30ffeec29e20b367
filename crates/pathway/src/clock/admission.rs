//! Care activities, admissions and treatment: rows 19 to 25, 32 and 57.

use chrono::NaiveDate;
use steps::{
    Step,
    admission_and_medicines::{AdmissionIntent, PatientAdmitted},
    booking_and_attendance::{
        AppointmentOutcomeRecorded, AttendanceCode, AttendanceOutcome, OutpatientAttended,
    },
    clock_and_list::{ProcedureNotCarriedOut, TreatmentSetting, TreatmentStarted},
    codes::RttStatus,
    tests_and_results::TestPerformed,
};

use super::{
    ClockState, Row,
    machine::{Act, Machine, Stop, Verdict},
    monitoring,
    order::Dated,
};

/// Whether the step is a care activity of the period: the patient was seen, tested or admitted.
pub(super) fn is_care_activity(step: &Step) -> bool {
    #[expect(clippy::wildcard_enum_match_arm, reason = "only three steps are care activities")]
    match step {
        Step::OutpatientAttended(step) => was_seen(step) && step.for_this_period != Some(false),
        Step::TestPerformed(step) => step.for_this_period != Some(false),
        Step::PatientAdmitted(step) => !is_outside_period(step),
        _ => false,
    }
}

/// The patient was seen as an outpatient.
pub(super) fn attended(machine: &Machine<'_>, step: &OutpatientAttended) -> Verdict {
    if !was_seen(step) || step.for_this_period == Some(false) {
        return Verdict::stay(Row::Unlisted);
    }
    activity(machine)
}

/// The outcome of an attendance; discharge ends active monitoring and stops nothing else.
pub(super) fn outcome(machine: &Machine<'_>, step: &AppointmentOutcomeRecorded) -> Verdict {
    let is_discharged = step.attendance_outcome == AttendanceOutcome::Discharged;
    if is_discharged && machine.state() == ClockState::Monitoring {
        return monitoring::discharged();
    }
    if machine.state() == ClockState::Ticking {
        return Verdict::stay(Row::Attended).coded(RttStatus::SubsequentActivity);
    }
    activity(machine)
}

/// A test was done.
pub(super) fn tested(machine: &Machine<'_>, step: &TestPerformed) -> Verdict {
    if step.for_this_period == Some(false) {
        return Verdict::stay(Row::Unlisted);
    }
    activity(machine)
}

/// The patient was admitted.
pub(super) fn admitted(machine: &Machine<'_>, at: Dated<'_>, step: &PatientAdmitted) -> Verdict {
    let is_treatment = step.admission_intent == AdmissionIntent::FirstDefinitiveTreatment;
    let is_regular = step.admission_intent == AdmissionIntent::RegularPlanned;
    let is_ours = step.for_this_period != Some(false);
    match machine.state() {
        ClockState::Planned if is_ours && (is_treatment || is_regular) => {
            Verdict::new(Row::AdmittedOutsidePeriod, Act::Become(ClockState::Treated))
                .coded(RttStatus::AfterTreatment)
        }
        _ if is_outside_period(step) => {
            Verdict::stay(Row::AdmittedOutsidePeriod).coded(machine.status_outside())
        }
        ClockState::Ticking if is_treatment => {
            let first = RttStatus::FirstTreatment;
            let end = Stop::new(ClockState::Treated, at.on, first);
            let end = Stop { admitted: true, provisional: true, ..end };
            Verdict::stop(Row::AdmittedForTreatment, end)
        }
        ClockState::Ticking => {
            Verdict::stay(Row::AdmittedForOther).coded(RttStatus::SubsequentActivity)
        }
        ClockState::None
        | ClockState::Nullified
        | ClockState::Treated
        | ClockState::Monitoring
        | ClockState::Stopped
        | ClockState::Transferred
        | ClockState::Deceased
        | ClockState::Planned => elsewhere(machine, is_treatment),
    }
}

/// Treatment started.
pub(super) fn treatment(machine: &Machine<'_>, at: Dated<'_>, step: &TreatmentStarted) -> Verdict {
    let first = RttStatus::FirstTreatment;
    if !step.first_definitive {
        return activity(machine);
    }
    let is_admitted = step.treatment_setting == TreatmentSetting::Admitted;
    if is_admitted && machine.is_provisional() && is_of_the_provisional(machine, step) {
        return Verdict::new(Row::AdmittedForTreatment, Act::Confirm).coded(first);
    }
    if !is_admitted {
        return machine.stop(Row::Treated, Stop::new(ClockState::Treated, at.on, first));
    }
    let end = Stop::new(ClockState::Treated, admitted_on(machine, at, step), first);
    machine.stop(Row::TreatedWhileAdmitted, Stop { admitted: true, ..end })
}

/// The intended procedure was not carried out.
pub(super) fn not_done(machine: &Machine<'_>, step: &ProcedureNotCarriedOut) -> Verdict {
    let ended_by = provisional_admission(machine);
    let is_of_it = ended_by.is_some_and(|admission| {
        step.admission_id.as_ref().is_none_or(|id| *id == admission.admission_id)
    });
    let row = if step.still_needed { Row::ProcedureNotDone } else { Row::ProcedureAbandoned };
    if is_of_it {
        return Verdict::new(row, Act::Retract).coded(RttStatus::SubsequentActivity);
    }
    machine.if_ticking(Verdict::stay(Row::Unlisted).coded(RttStatus::SubsequentActivity))
}

/// An activity: it keeps a ticking clock ticking, and touches no other.
fn activity(machine: &Machine<'_>) -> Verdict {
    match machine.state() {
        ClockState::Ticking => Verdict::stay(Row::Attended).coded(status_of_activity(machine)),
        ClockState::Transferred => {
            Verdict::stay(Row::Unlisted).coded(RttStatus::ExpectedAtOtherProvider)
        }
        ClockState::None
        | ClockState::Nullified
        | ClockState::Treated
        | ClockState::Monitoring
        | ClockState::Stopped
        | ClockState::Deceased
        | ClockState::Planned => monitoring::activity(machine),
    }
}

/// An admission while no clock ticks; one for treatment claims a stop.
fn elsewhere(machine: &Machine<'_>, is_treatment: bool) -> Verdict {
    match machine.stop_refused() {
        Some(refused) if is_treatment => refused,
        Some(_) | None if machine.state() == ClockState::Monitoring => {
            monitoring::activity(machine)
        }
        Some(_) | None => Verdict::stay(Row::AdmittedOutsidePeriod).coded(machine.status_outside()),
    }
}

/// 20, or for the first care activity of the period 10, 11 or 12.
fn status_of_activity(machine: &Machine<'_>) -> RttStatus {
    if machine.since_start().any(|step| is_care_activity(step.entry.step())) {
        return RttStatus::SubsequentActivity;
    }
    match machine.last().map(|period| period.start.row) {
        Some(Row::ResumedAfterMonitoring) => RttStatus::FirstActivityAfterActiveMonitoring,
        Some(Row::SeparateCondition) => RttStatus::FirstActivitySeparateCondition,
        Some(Row::TransferReceived | Row::TransferStartUnknown) => RttStatus::SubsequentActivity,
        Some(_) | None => RttStatus::FirstActivity,
    }
}

/// Whether the patient was seen, on time or late.
pub(super) fn was_seen(step: &OutpatientAttended) -> bool {
    matches!(step.attendance_code, AttendanceCode::AttendedOnTime | AttendanceCode::AttendedLate)
}

fn is_outside_period(step: &PatientAdmitted) -> bool {
    step.for_this_period == Some(false)
        || matches!(
            step.admission_intent,
            AdmissionIntent::Emergency | AdmissionIntent::RegularPlanned
        )
}

/// The admission that ended the period provisionally.
fn provisional_admission<'a>(machine: &Machine<'a>) -> Option<&'a PatientAdmitted> {
    let end = machine.last().and_then(|period| period.end.as_ref());
    let ended_by = end.filter(|_| machine.is_provisional()).map(|end| end.event_id)?;
    match machine.step_of(ended_by) {
        Some(Step::PatientAdmitted(admission)) => Some(admission),
        Some(_) | None => None,
    }
}

fn is_of_the_provisional(machine: &Machine<'_>, step: &TreatmentStarted) -> bool {
    provisional_admission(machine).is_some_and(|admission| {
        step.admission_id.as_ref().is_none_or(|id| *id == admission.admission_id)
    })
}

/// The day of the admission in which treatment was given, or of the treatment where the admission
/// is not known or began before this wait did.
fn admitted_on(machine: &Machine<'_>, at: Dated<'_>, step: &TreatmentStarted) -> NaiveDate {
    let listed_from = machine.last().map(|period| period.start.listed_from);
    let same = |admission: &PatientAdmitted| {
        step.admission_id.as_ref().is_some_and(|id| *id == admission.admission_id)
    };
    let admission = machine.past().iter().rev().find(
        |past| matches!(past.entry.step(), Step::PatientAdmitted(admission) if same(admission)),
    );
    let on = admission.map(|admission| admission.on);
    on.filter(|on| listed_from.is_none_or(|from| *on >= from)).unwrap_or(at.on)
}
