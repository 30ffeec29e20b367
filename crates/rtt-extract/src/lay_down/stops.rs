//! How a completed wait stopped: by admission for treatment (RTT row 21), or in one of the ways that
//! are not admitted (rows 8, 20, 27 to 30).

use chrono::NaiveDate;
use steps::{
    AdmissionId, OccurredAt, Step,
    admission_and_medicines::{AdmissionIntent, AdmissionMethod, PatientAdmitted},
    advice_and_referral::ReturnToPrimaryCareCommunicated,
    clock_and_list::{
        ActiveMonitoringStarted, DecisionNotToTreat, MonitoringInitiator, MonitoringReason,
        TransferReceived, TreatmentDeclined, TreatmentSetting, TreatmentStarted,
    },
};
use uuid::Uuid;

use super::{
    Digits,
    steps_of::{Happened, at},
};
use crate::{
    directory::service_id,
    extract::{ExtractRow, Part},
};

/// The hours of a stop: behind all that came before it on that day.
const STOP_HOUR: u32 = 16;
const CONFIRMED_HOUR: u32 = 17;

/// The steps that stop the wait of a completed row on a day.
pub(super) fn stops_of(row: &ExtractRow, id: Uuid, on: NaiveDate, digits: Digits) -> Vec<Happened> {
    let when = at(on, STOP_HOUR, digits);
    if row.part == Part::CompletedAdmitted {
        let admission = id.to_string().parse().ok();
        return admission.map_or_else(Vec::new, |admission| admitted(row, admission, on, digits));
    }
    let step = match digits.below(2, 100) {
        0..=51 => treated(row, TreatmentSetting::Outpatient, None),
        52..=71 => returned(when),
        72..=83 => not_to_treat(row, when),
        84..=91 => monitored(row, MonitoringInitiator::CareProfessional, when),
        92..=95 => monitored(row, MonitoringInitiator::Patient, when),
        _ => declined(row, when),
    };
    vec![(when, step)]
}

/// A transfer that came without a clock start (RTT row 58).
pub(super) fn transferred_in(row: &ExtractRow, on: NaiveDate, digits: Digits) -> Happened {
    let step = TransferReceived {
        provider: row.provider.clone(),
        from_provider: None,
        clock_start: None,
        received_at: None,
        commissioner: Some(row.commissioner.clone()),
        prior_commissioner_english: None,
        function: row.function.clone(),
        service: service_id(&row.provider, &row.function),
    };
    (at(on, 10, digits), step.into())
}

/// The admission, and that the treatment was given.
fn admitted(
    row: &ExtractRow,
    admission: AdmissionId,
    on: NaiveDate,
    digits: Digits,
) -> Vec<Happened> {
    let step = PatientAdmitted {
        admission_id: admission.clone(),
        provider: row.provider.clone(),
        site: None,
        function: Some(row.function.clone()),
        admission_intent: AdmissionIntent::FirstDefinitiveTreatment,
        admission_method: Some(AdmissionMethod::WaitingList),
        ward: None,
        day_case: Some(digits.share(3, 70)),
        for_this_period: None,
        funding: None,
    };
    let treated = treated(row, TreatmentSetting::Admitted, Some(admission));
    vec![(at(on, STOP_HOUR, digits), step.into()), (at(on, CONFIRMED_HOUR, digits), treated)]
}

fn treated(
    row: &ExtractRow,
    treatment_setting: TreatmentSetting,
    admission_id: Option<AdmissionId>,
) -> Step {
    let step = TreatmentStarted {
        first_definitive: true,
        treatment_setting,
        admission_id,
        provider: row.provider.clone(),
        function: Some(row.function.clone()),
        second_side: None,
        review_due: None,
    };
    step.into()
}

fn returned(told: OccurredAt) -> Step {
    let step = ReturnToPrimaryCareCommunicated {
        no_treatment_needed: true,
        decided_at: Some(told),
        communicated_at: Some(told),
        gp_told_at: Some(told),
        reason: None,
        plan: None,
    };
    step.into()
}

fn not_to_treat(row: &ExtractRow, told: OccurredAt) -> Step {
    let step = DecisionNotToTreat {
        decided_at: Some(told),
        communicated_at: Some(told),
        gp_told_at: Some(told),
        administrative: None,
        provider: Some(row.provider.clone()),
        function: Some(row.function.clone()),
    };
    step.into()
}

fn declined(row: &ExtractRow, told: OccurredAt) -> Step {
    let step = TreatmentDeclined {
        all_treatment: true,
        communicated_at: Some(told),
        gp_told_at: Some(told),
        administrative: None,
        provider: Some(row.provider.clone()),
        function: Some(row.function.clone()),
    };
    step.into()
}

fn monitored(
    row: &ExtractRow,
    monitoring_initiator: MonitoringInitiator,
    agreed: OccurredAt,
) -> Step {
    let step = ActiveMonitoringStarted {
        monitoring_initiator,
        monitoring_reason: MonitoringReason::Clinical,
        agreed_at: Some(agreed),
        conversation_at: None,
        offers: Vec::new(),
        unavailable_from: None,
        unavailable_to: None,
        patient_agreed: true,
        queue_position_date: None,
        review_due: None,
        provider: Some(row.provider.clone()),
        function: Some(row.function.clone()),
    };
    step.into()
}
