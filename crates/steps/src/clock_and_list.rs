//! Group C: clock and list.
//!
//! Rows 38 to 41 and 83 are derived by the clock and are not steps; row 93 is told by the calendar and
//! is a step only where a system records that it acted on it.

use chrono::NaiveDate;

use crate::{
    OccurredAt, Personal,
    advice_and_referral::ReferralPurpose,
    codes::{Channel, Role, RttStatus},
    identifiers::{
        AdmissionId, ContactPointId, FunctionCode, Label, OdsCode, OfferId, ServiceId, SnomedCode,
        Text, UserRef,
    },
};

mod codes;
pub use self::codes::*;

words! {
    /// Validation corrected a field of an RTT period (row 42; RTT row 49).
    pub struct RttClockCorrected {
        /// The start date of the period that is corrected.
        pub period_start: Option<NaiveDate>,
        /// Which field.
        pub clock_field: ClockField,
        /// The date before.
        pub old_date: Option<NaiveDate>,
        /// The date now.
        pub new_date: Option<NaiveDate>,
        /// The status now.
        pub new_status: Option<RttStatus>,
        /// Why.
        pub reason: Option<Personal<Text>>,
        /// Where the evidence is kept.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub evidence: Vec<Label>,
        /// Who validated.
        pub validator: Option<UserRef>,
    }

    /// The patient joined a waiting list (row 43; Part 2A for the admitted list).
    pub struct AddedToWaitingList {
        /// Which list.
        pub list_type: ListType,
        /// The provider.
        pub provider: OdsCode,
        /// The treatment function.
        pub function: Option<FunctionCode>,
        /// What is planned.
        pub procedure: Option<SnomedCode>,
        /// Whether the admission is for treatment.
        pub admit_for_treatment: Option<bool>,
        /// Clinical priority.
        pub clinical_priority: Option<ClinicalPriority>,
        /// The day of the decision to admit.
        pub decision_to_admit_date: Option<NaiveDate>,
        /// The place on the list, kept apart from the clock start.
        pub queue_position_date: Option<NaiveDate>,
    }

    /// A decision to treat was made (row 44; RTT rows 33, 35, 52).
    pub struct DecisionToTreatMade {
        /// Where.
        pub treatment_setting: TreatmentSetting,
        /// What is planned.
        pub procedure: Option<SnomedCode>,
        /// When it was decided.
        pub decided_at: Option<OccurredAt>,
        /// When the patient was told.
        pub communicated_at: Option<OccurredAt>,
        /// Whether it is new or different, outside the agreed plan.
        pub new_or_different: bool,
        /// The other provider that shall do it.
        pub to_provider: Option<OdsCode>,
        /// The provider.
        pub provider: Option<OdsCode>,
        /// The treatment function.
        pub function: Option<FunctionCode>,
    }

    /// Active monitoring started (row 45; RTT rows 29 to 31).
    pub struct ActiveMonitoringStarted {
        /// Who started it.
        pub monitoring_initiator: MonitoringInitiator,
        /// Why.
        pub monitoring_reason: MonitoringReason,
        /// When it was agreed with, or told to, the patient.
        pub agreed_at: Option<OccurredAt>,
        /// When clinician and patient talked (needed for a delay).
        pub conversation_at: Option<OccurredAt>,
        /// The reasonable offers that were declined.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub offers: Vec<OfferId>,
        /// First day of a declared unavailability.
        pub unavailable_from: Option<NaiveDate>,
        /// Last day of a declared unavailability.
        pub unavailable_to: Option<NaiveDate>,
        /// Whether the patient agreed.
        pub patient_agreed: bool,
        /// The place on the list that is kept.
        pub queue_position_date: Option<NaiveDate>,
        /// When it is reviewed: 12 weeks for a delay.
        pub review_due: Option<NaiveDate>,
        /// The provider.
        pub provider: Option<OdsCode>,
        /// The treatment function.
        pub function: Option<FunctionCode>,
    }

    /// Active monitoring was reviewed (row 46).
    pub struct ActiveMonitoringReviewed {
        /// What it found.
        pub monitoring_outcome: MonitoringOutcome,
        /// The next review.
        pub review_due: Option<NaiveDate>,
    }

    /// The patient resumes after active monitoring (row 47; RTT row 33).
    pub struct PathwayResumed {
        /// When the patient decided.
        pub decided_at: Option<OccurredAt>,
        /// Who was told.
        pub told_role: Option<Role>,
    }

    /// Treatment started (row 48; RTT rows 20 and 25, confirms 21).
    pub struct TreatmentStarted {
        /// Whether it is the first definitive treatment of the period.
        pub first_definitive: bool,
        /// Where.
        pub treatment_setting: TreatmentSetting,
        /// The admission, for an admitted patient.
        pub admission_id: Option<AdmissionId>,
        /// The provider.
        pub provider: OdsCode,
        /// The treatment function.
        pub function: Option<FunctionCode>,
        /// The side that is still to be done, in a bilateral procedure (RTT row 36).
        pub second_side: Option<Side>,
        /// When fitness for the second side is reviewed.
        pub review_due: Option<NaiveDate>,
    }

    /// The intended procedure was not carried out (row 49; RTT rows 22 and 23).
    pub struct ProcedureNotCarriedOut {
        /// The admission.
        pub admission_id: Option<AdmissionId>,
        /// Whether it is still needed.
        pub still_needed: bool,
        /// Why it did not happen.
        pub not_done_reason: NotDoneReason,
        /// When a new date is owed: 28 days after a non-clinical cancellation.
        pub rebook_by: Option<NaiveDate>,
    }

    /// A decision not to treat (row 50; RTT rows 23, 27, 53).
    pub struct DecisionNotToTreat {
        /// When it was decided.
        pub decided_at: Option<OccurredAt>,
        /// When the patient was told; absent: not yet, and the clock ticks.
        pub communicated_at: Option<OccurredAt>,
        /// When the referrer was told.
        pub gp_told_at: Option<OccurredAt>,
        /// Whether it was recorded outside an attendance (First Attendance 5).
        pub administrative: Option<bool>,
        /// The provider.
        pub provider: Option<OdsCode>,
        /// The treatment function.
        pub function: Option<FunctionCode>,
    }

    /// The patient declined treatment (row 50; RTT rows 28 and 54).
    pub struct TreatmentDeclined {
        /// Whether all treatment is declined, or this offer only.
        pub all_treatment: bool,
        /// When the patient told the provider.
        pub communicated_at: Option<OccurredAt>,
        /// When the referrer was told.
        pub gp_told_at: Option<OccurredAt>,
        /// Whether it was recorded outside an attendance (First Attendance 5).
        pub administrative: Option<bool>,
        /// The provider.
        pub provider: Option<OdsCode>,
        /// The treatment function.
        pub function: Option<FunctionCode>,
    }

    /// Care moved to another provider (row 51; RTT rows 39 and 42).
    pub struct CareTransferredOut {
        /// The provider that hands over.
        pub provider: OdsCode,
        /// The provider that shall take over.
        pub to_provider: OdsCode,
        /// Whether clinical responsibility moves.
        pub responsibility_transferred: bool,
        /// Why.
        pub transfer_reason: Option<TransferReason>,
        /// The clock start that travels.
        pub clock_start: Option<NaiveDate>,
        /// The treatment function.
        pub function: Option<FunctionCode>,
    }

    /// The other provider has the patient and the data (row 51; RTT rows 40, 58, 59).
    pub struct TransferReceived {
        /// The provider that takes over.
        pub provider: OdsCode,
        /// The provider that hands over.
        pub from_provider: Option<OdsCode>,
        /// The clock start it was given; absent: unknown, to be chased.
        pub clock_start: Option<NaiveDate>,
        /// When it was received, where that is not when this happened.
        pub received_at: Option<OccurredAt>,
        /// Who pays.
        pub commissioner: Option<OdsCode>,
        /// Whether the commissioner before was English; absent: yes.
        pub prior_commissioner_english: Option<bool>,
        /// The treatment function.
        pub function: FunctionCode,
        /// The service.
        pub service: Option<ServiceId>,
    }

    /// The other provider did not take the patient (row 51; RTT row 41).
    pub struct TransferRejected {
        /// The provider that rejects.
        pub provider: OdsCode,
        /// Why.
        pub transfer_reject_reason: TransferRejectReason,
    }

    /// The patient was placed on a planned list (row 52; RTT rows 44 and 56).
    pub struct PlacedOnPlannedList {
        /// When it is due.
        pub due_date: NaiveDate,
        /// The latest clinically appropriate date.
        pub latest_clinically_appropriate: Option<NaiveDate>,
        /// What it is for.
        pub planned_kind: PlannedKind,
        /// When the patient is clinically ready.
        pub clinically_ready_at: Option<OccurredAt>,
        /// When the patient had it in writing.
        pub confirmed_in_writing_at: Option<OccurredAt>,
        /// The provider.
        pub provider: Option<OdsCode>,
        /// The treatment function.
        pub function: Option<FunctionCode>,
    }

    /// Patient-initiated follow-up started (row 53).
    pub struct PifuStarted {
        /// Moved or discharged to it.
        pub pifu_type: PifuType,
        /// When the window ends.
        pub window_end: NaiveDate,
        /// The line to ring.
        pub general_contact: Option<ContactPointId>,
        /// The provider.
        pub provider: Option<OdsCode>,
    }

    /// The patient used it (row 53).
    pub struct PifuActivated {
        /// How.
        pub channel: Option<Channel>,
    }

    /// The window ended unused (row 53).
    pub struct PifuExpired {
        /// When the window ended.
        pub window_end: NaiveDate,
    }

    /// The provider asked whether the patient still waits (row 54).
    pub struct WaitingListValidated {
        /// When the patient was asked.
        pub contacted_at: Option<OccurredAt>,
        /// What the patient wishes.
        pub validation_wish: ValidationWish,
        /// Whether the patient's health changed.
        pub health_changed: Option<bool>,
        /// A stop found now that happened in an earlier month.
        pub stop_found_on: Option<NaiveDate>,
    }

    /// The patient joined a transplant list (row 89; RTT row 26).
    pub struct AddedToTransplantList {
        /// Whether a match is there.
        pub matched: bool,
        /// When it was decided.
        pub decided_at: Option<OccurredAt>,
        /// When the patient was told.
        pub communicated_at: Option<OccurredAt>,
        /// The provider.
        pub provider: Option<OdsCode>,
        /// The treatment function.
        pub function: Option<FunctionCode>,
    }

    /// The patient is fit and ready for the second side of a bilateral procedure (row 90; RTT row 36).
    pub struct SecondSideFitAndReady {
        /// Which side.
        pub side: Side,
        /// From when it is clinically appropriate.
        pub appropriate_from: Option<NaiveDate>,
        /// From when the patient is available.
        pub patient_available_from: Option<NaiveDate>,
    }

    /// The patient takes time to think (row 91; RTT row 55).
    pub struct ThinkingTimeAgreed {
        /// From when.
        pub from_date: NaiveDate,
        /// When it is reviewed.
        pub review_due: Option<NaiveDate>,
    }

    /// The patient is not fit for now (row 92; RTT row 43).
    pub struct PatientTemporarilyUnfit {
        /// From when.
        pub from_date: NaiveDate,
        /// When it is reviewed.
        pub review_due: Option<NaiveDate>,
    }

    /// A planned date passed and somebody acted on it (row 93; RTT rows 45 and 46).
    pub struct PlannedDatePassed {
        /// The date that passed.
        pub due_date: NaiveDate,
        /// Whether the patient is clinically ready.
        pub clinically_ready: bool,
    }

    /// The patient chose private treatment (row 94; RTT row 48).
    pub struct PatientChosePrivateTreatment {
        /// When the provider was told.
        pub communicated_at: Option<OccurredAt>,
    }

    /// The patient moved abroad (row 94; RTT row 50).
    pub struct PatientMovedAbroad {
        /// When the provider was told.
        pub communicated_at: Option<OccurredAt>,
        /// Who decided what follows.
        pub decided_by: Option<Role>,
    }

    /// The patient cannot be traced (row 94; RTT row 50).
    pub struct PatientUntraceable {
        /// When it was tried.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub attempts: Vec<OccurredAt>,
        /// Who decided what follows.
        pub decided_by: Option<Role>,
    }

    /// Function, commissioner or practice of the pathway changed (row 95).
    pub struct PathwayReclassified {
        /// The treatment function now.
        pub function: Option<FunctionCode>,
        /// The commissioner now.
        pub commissioner: Option<OdsCode>,
        /// The GP practice now.
        pub gp_practice: Option<OdsCode>,
        /// From when.
        pub effective_date: NaiveDate,
        /// What the pathway is for now, where that changed.
        pub referral_purpose: Option<ReferralPurpose>,
    }
}
