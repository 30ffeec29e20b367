//! Group F: admission, medicines and shared care.

use chrono::NaiveDate;

use crate::{
    OccurredAt, Personal,
    codes::{Funding, Role},
    identifiers::{
        AdmissionId, AppointmentId, ContactId, FunctionCode, Label, LetterId, MedicineId, OdsCode,
        SnomedCode, Text,
    },
};

mod codes;
pub use self::codes::*;

words! {
    /// The patient was admitted (row 71; RTT rows 21, 24, 57).
    pub struct PatientAdmitted {
        /// The admission.
        pub admission_id: AdmissionId,
        /// The provider.
        pub provider: OdsCode,
        /// The site.
        pub site: Option<OdsCode>,
        /// The treatment function.
        pub function: Option<FunctionCode>,
        /// What it is for.
        pub admission_intent: AdmissionIntent,
        /// How the patient was admitted.
        pub admission_method: Option<AdmissionMethod>,
        /// The ward.
        pub ward: Option<Label>,
        /// Whether it is a day case.
        pub day_case: Option<bool>,
        /// Whether it was a care activity of this pathway's period; absent: yes.
        pub for_this_period: Option<bool>,
        /// Who pays for it; absent: the NHS.
        pub funding: Option<Funding>,
    }

    /// The patient was discharged from hospital (row 71; opens SEL 2.5b).
    pub struct InpatientDischarged {
        /// The admission.
        pub admission_id: AdmissionId,
        /// The provider.
        pub provider: OdsCode,
        /// The site.
        pub site: Option<OdsCode>,
        /// The treatment function.
        pub function: Option<FunctionCode>,
        /// Where the patient goes.
        pub discharge_destination: Option<DischargeDestination>,
        /// How the admission ended.
        pub hospital_discharge_method: Option<HospitalDischargeMethod>,
        /// The ward.
        pub ward: Option<Label>,
        /// Whether it was a day case.
        pub day_case: Option<bool>,
        /// Who pays for it; absent: the NHS.
        pub funding: Option<Funding>,
    }

    /// The patient left hospital on their own decision (row 71; opens SEL 2.3).
    pub struct PatientSelfDischarged {
        /// The admission.
        pub admission_id: AdmissionId,
        /// The provider.
        pub provider: OdsCode,
        /// The treatment function.
        pub function: Option<FunctionCode>,
        /// The ward.
        pub ward: Option<Label>,
        /// Why, if the patient said.
        pub reason: Option<Personal<Text>>,
    }

    /// The patient left the pathway against advice (row 71; opens SEL 2.3).
    pub struct PatientLeftPathwayAgainstAdvice {
        /// The provider.
        pub provider: OdsCode,
        /// The treatment function.
        pub function: Option<FunctionCode>,
        /// The appointment at which it was.
        pub appointment_id: Option<AppointmentId>,
        /// The admission in which it was.
        pub admission_id: Option<AdmissionId>,
        /// The contact at which it was.
        pub contact_id: Option<ContactId>,
        /// Why, if the patient said.
        pub reason: Option<Personal<Text>>,
    }

    /// A medicine was decided on (row 72; opens SEL 8.2).
    pub struct MedicationDecided {
        /// The medicine order.
        pub medicine_id: MedicineId,
        /// The drug.
        pub drug: Label,
        /// Its code in the dictionary of medicines and devices.
        pub drug_code: Option<SnomedCode>,
        /// How soon it is needed.
        pub medicine_need: MedicineNeed,
        /// Whether it is new for the patient (opens SEL 8.1).
        pub new_medicine: bool,
        /// Whether it will be needed beyond the first supply.
        pub ongoing: Option<bool>,
        /// The encounter.
        pub contact_id: Option<ContactId>,
        /// The admission.
        pub admission_id: Option<AdmissionId>,
        /// The provider.
        pub provider: OdsCode,
    }

    /// The medicine was prescribed (row 72; SEL 8.2, opens 8.3).
    pub struct MedicationPrescribed {
        /// The medicine order.
        pub medicine_id: MedicineId,
        /// The drug.
        pub drug: Label,
        /// Its code in the dictionary of medicines and devices.
        pub drug_code: Option<SnomedCode>,
        /// For what.
        pub prescribed_for: PrescribedFor,
        /// Whether it is new for the patient.
        pub new_medicine: bool,
        /// How long the prescription lasts, in days.
        pub days_prescribed: Option<u32>,
        /// The encounter.
        pub contact_id: Option<ContactId>,
        /// The admission.
        pub admission_id: Option<AdmissionId>,
        /// The organisation that prescribed.
        pub provider: OdsCode,
    }

    /// The medicine was supplied (row 72; SEL 8.3).
    pub struct MedicationSupplied {
        /// The medicine order.
        pub medicine_id: MedicineId,
        /// The drug.
        pub drug: Label,
        /// How long the supply lasts, in days.
        pub days_supply: u32,
        /// Why it is shorter than asked for.
        pub supply_shortfall: Option<SupplyShortfall>,
        /// The encounter.
        pub contact_id: Option<ContactId>,
        /// The admission.
        pub admission_id: Option<AdmissionId>,
        /// The organisation that supplied.
        pub provider: OdsCode,
    }

    /// The assessment before a new medicine was done (row 73; SEL 8.1).
    pub struct PreTreatmentAssessmentDone {
        /// The medicine order.
        pub medicine_id: MedicineId,
        /// The drug.
        pub drug: Label,
        /// By which role.
        pub by_role: Role,
        /// The organisation that did it.
        pub provider: OdsCode,
    }

    /// The patient was counselled on a new medicine (row 73; SEL 8.1).
    pub struct PatientCounselled {
        /// The medicine order.
        pub medicine_id: MedicineId,
        /// The drug.
        pub drug: Label,
        /// By which role.
        pub by_role: Role,
        /// The organisation that did it.
        pub provider: OdsCode,
    }

    /// The provider asked the GP to go on prescribing (row 74; SEL 8.5).
    pub struct GpOngoingPrescribingRequested {
        /// The medicine order.
        pub medicine_id: MedicineId,
        /// The drug.
        pub drug: Label,
        /// The organisation that asks.
        pub provider: OdsCode,
        /// The practice that is asked.
        pub to_organisation: OdsCode,
        /// When the formulary was checked; absent: it was not.
        pub formulary_checked_at: Option<OccurredAt>,
        /// Who may prescribe it under the formulary.
        pub drug_category: Option<DrugCategory>,
        /// The shared care agreement or protocol.
        pub shared_care_ref: Option<Label>,
        /// How soon it is needed (an immediate need may not be passed on, SEL 8.2).
        pub medicine_need: Option<MedicineNeed>,
        /// The letter that asks.
        pub letter_ref: Option<LetterId>,
    }

    /// The practice took on prescribing (row 74).
    pub struct GpOngoingPrescribingAccepted {
        /// The medicine order.
        pub medicine_id: MedicineId,
        /// The practice.
        pub organisation: OdsCode,
        /// By which role.
        pub by_role: Option<Role>,
    }

    /// The practice did not take on prescribing (row 74).
    pub struct GpOngoingPrescribingDeclined {
        /// The medicine order.
        pub medicine_id: MedicineId,
        /// The practice.
        pub organisation: OdsCode,
        /// Why, coded.
        pub prescribing_decline_reason: PrescribingDeclineReason,
        /// Why, in words.
        pub reason: Option<Personal<Text>>,
    }

    /// One monitoring test of a shared care schedule.
    pub struct ScheduledMonitoring {
        /// Which test.
        pub monitoring_test: Label,
        /// The first day it is due.
        pub first_due: NaiveDate,
        /// How often, in days; absent: once.
        pub every_days: Option<u32>,
        /// How late it may be, in days; absent: not at all.
        pub tolerance_days: Option<u32>,
        /// The organisation that shall do it.
        pub owner_organisation: OdsCode,
    }

    /// Shared care was proposed to a practice (row 75; SEL 3.2).
    pub struct SharedCareProposed {
        /// The medicine order.
        pub medicine_id: MedicineId,
        /// The drug.
        pub drug: Label,
        /// The protocol; absent: there is none.
        pub protocol: Option<Label>,
        /// The specialist's organisation, which prescribes until it is agreed.
        pub provider: OdsCode,
        /// The practice.
        pub to_organisation: OdsCode,
        /// What kind of shared care.
        pub shared_care_category: Option<SharedCareCategory>,
        /// Where the request comes from; absent: an NHS specialist.
        pub prescribing_origin: Option<PrescribingOrigin>,
        /// The monitoring that is proposed.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub monitoring_schedule: Vec<ScheduledMonitoring>,
        /// The letter that proposes it.
        pub letter_ref: Option<LetterId>,
    }

    /// Shared care was agreed (row 75; opens the schedule of SEL 3.2).
    pub struct SharedCareAgreed {
        /// The medicine order.
        pub medicine_id: MedicineId,
        /// The drug.
        pub drug: Label,
        /// The protocol; absent: there is none.
        pub protocol: Option<Label>,
        /// The specialist's organisation.
        pub provider: OdsCode,
        /// The practice.
        pub gp_practice: OdsCode,
        /// What kind of shared care.
        pub shared_care_category: Option<SharedCareCategory>,
        /// The monitoring that is agreed, each part with its owner.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub monitoring_schedule: Vec<ScheduledMonitoring>,
    }

    /// The practice did not agree to shared care (row 75).
    pub struct SharedCareDeclined {
        /// The medicine order.
        pub medicine_id: MedicineId,
        /// The practice.
        pub organisation: OdsCode,
        /// Why, coded.
        pub prescribing_decline_reason: PrescribingDeclineReason,
        /// Why, in words.
        pub reason: Option<Personal<Text>>,
    }

    /// Shared care ended (row 75).
    pub struct SharedCareEnded {
        /// The medicine order.
        pub medicine_id: MedicineId,
        /// Why, coded.
        pub shared_care_end: SharedCareEnd,
        /// The organisation that ended it.
        pub organisation: OdsCode,
        /// Why, in words.
        pub reason: Option<Personal<Text>>,
    }

    /// A monitoring test of shared care was done (row 75; SEL 3.2).
    pub struct MonitoringDone {
        /// The medicine order.
        pub medicine_id: MedicineId,
        /// Which test.
        pub monitoring_test: Label,
        /// The organisation that did it.
        pub organisation: OdsCode,
        /// The day of the schedule it answers.
        pub monitoring_due: Option<NaiveDate>,
    }

    /// The trust referred the patient to a pharmacy at discharge (row 76; SEL 8.4).
    pub struct DischargeMedicinesReferralSent {
        /// The admission.
        pub admission_id: AdmissionId,
        /// The trust.
        pub provider: OdsCode,
        /// The pharmacy.
        pub pharmacy: OdsCode,
        /// How it went.
        pub medicines_referral_route: Option<MedicinesReferralRoute>,
        /// The medicines it names.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub medicines: Vec<MedicineId>,
    }

    /// The pharmacy finished stage 1 (row 76; within 72 hours of receipt without closed hours).
    pub struct DischargeMedicinesStage1Completed {
        /// The admission.
        pub admission_id: Option<AdmissionId>,
        /// The pharmacy.
        pub pharmacy: OdsCode,
        /// When the pharmacy received the referral.
        pub received_at: Option<OccurredAt>,
        /// Hours in between in which it was closed.
        pub closed_hours: Option<u32>,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_national_code_is_read_and_the_name_is_written() {
        let method: AdmissionMethod = serde_json::from_str("\"2B\"").unwrap();
        assert_eq!(method, AdmissionMethod::EmergencyTransfer);
        assert_eq!(serde_json::to_string(&method).unwrap(), "\"EMERGENCY_TRANSFER\"");
        assert_eq!(DischargeDestination::UsualResidence.code(), Some("19"));
    }
}
