//! Group D: tests and results.

use crate::{
    OccurredAt, Personal,
    codes::{Channel, Funding, Role, Urgency},
    identifiers::{
        ActionId, AppointmentId, ContactId, Endpoint, FunctionCode, Label, LetterId, OdsCode,
        RuleId, SnomedCode, TestId, Text,
    },
};

codes! {
    /// What kind of test it is.
    pub enum Modality {
        /// Imaging.
        Imaging,
        /// Physiological measurement.
        PhysiologicalMeasurement,
        /// Endoscopy.
        Endoscopy,
        /// Pathology.
        Pathology,
        /// Another kind.
        Other,
    }

    /// The fifteen tests of the monthly diagnostics return (NHS England, diagnostics return DM01).
    pub enum Dm01Test {
        /// Magnetic resonance imaging.
        MagneticResonanceImaging,
        /// Computed tomography.
        ComputedTomography,
        /// Non-obstetric ultrasound.
        NonObstetricUltrasound,
        /// Barium enema.
        BariumEnema,
        /// DEXA scan.
        DexaScan,
        /// Audiology assessment.
        AudiologyAssessment,
        /// Echocardiography.
        Echocardiography,
        /// Cardiac electrophysiology.
        CardiacElectrophysiology,
        /// Peripheral neurophysiology.
        PeripheralNeurophysiology,
        /// Sleep studies.
        SleepStudies,
        /// Urodynamics.
        Urodynamics,
        /// Colonoscopy.
        Colonoscopy,
        /// Flexible sigmoidoscopy.
        FlexibleSigmoidoscopy,
        /// Cystoscopy.
        Cystoscopy,
        /// Gastroscopy.
        Gastroscopy,
    }

    /// What a result shows; critical and unexpected ones need a person's acknowledgement.
    pub enum Abnormality {
        /// Normal.
        Normal,
        /// Abnormal, as might be expected.
        Abnormal,
        /// Needs action within hours.
        Critical,
        /// Serious and not what the test was for.
        Unexpected,
    }

    /// What kind of future action is planned (SEL GP6).
    pub enum FutureAction {
        /// A test.
        Test,
        /// A review or appointment.
        Review,
        /// A treatment.
        Treatment,
        /// Monitoring of a medicine.
        Monitoring,
        /// Something else.
        Other,
    }
}

words! {
    /// A test was requested (row 55; opens SEL 3.1 and DM01).
    pub struct TestRequested {
        /// The request.
        pub test_id: TestId,
        /// The test, as the department names it.
        pub test_name: Label,
        /// Its SNOMED CT code.
        pub test_code: Option<SnomedCode>,
        /// What kind of test it is.
        pub modality: Modality,
        /// Whether it counts in the diagnostics return.
        pub dm01: bool,
        /// Which test of the diagnostics return.
        pub dm01_test: Option<Dm01Test>,
        /// The organisation that requests it.
        pub requester: OdsCode,
        /// The role that requests it.
        pub by_role: Option<Role>,
        /// Who owns the result; absent: the requester.
        pub result_owner: Option<OdsCode>,
        /// The organisation that shall do it.
        pub provider: Option<OdsCode>,
        /// How soon it is needed.
        pub urgency: Urgency,
        /// When the result is expected: what the patient is told.
        pub result_expected_by: Option<OccurredAt>,
        /// The contact at which it was requested.
        pub contact_id: Option<ContactId>,
        /// Who pays for it; absent: the NHS.
        pub funding: Option<Funding>,
        /// When the patient first booked it through e-RS (start of the DM01 wait).
        pub ubrn_converted_at: Option<OccurredAt>,
        /// When it showed on the slot issues list (start of the DM01 wait).
        pub asi_at: Option<OccurredAt>,
        /// Planned or surveillance: outside DM01 until overdue.
        pub surveillance: Option<bool>,
        /// Part of a screening programme: outside DM01.
        pub screening: Option<bool>,
        /// For an admitted patient: outside DM01.
        pub inpatient: Option<bool>,
    }

    /// The test was done (row 56; DM01 stop).
    pub struct TestPerformed {
        /// The request.
        pub test_id: TestId,
        /// The organisation that did it.
        pub provider: Option<OdsCode>,
        /// Where.
        pub site: Option<OdsCode>,
        /// Its treatment function.
        pub function: Option<FunctionCode>,
        /// The appointment at which it was done.
        pub appointment_id: Option<AppointmentId>,
        /// Whether it was a care activity of this pathway's period; absent: yes.
        pub for_this_period: Option<bool>,
    }

    /// The department reported the result (row 57; opens the watchdogs of SEL 3.1).
    pub struct ResultReported {
        /// The request.
        pub test_id: TestId,
        /// What it shows.
        pub abnormality: Abnormality,
        /// The organisation that reports.
        pub provider: Option<OdsCode>,
        /// How soon somebody must act on it.
        pub urgency: Option<Urgency>,
        /// The report.
        pub finding: Option<Personal<Text>>,
    }

    /// Notice of the result left the department (row 58; docs/safety-net.md).
    pub struct ResultNotificationSent {
        /// The request.
        pub test_id: TestId,
        /// To which organisation.
        pub to_organisation: Option<OdsCode>,
        /// Whether the patient was notified.
        pub to_patient: bool,
        /// How.
        pub channel: Channel,
        /// The organisation's inbox, number or address; never the patient's.
        pub endpoint: Option<Endpoint>,
        /// Whether it is the separate alert for a serious or unexpected finding.
        pub alert: bool,
    }

    /// The notice reached its endpoint, by a technical receipt (row 58).
    pub struct ResultNotificationDelivered {
        /// The request.
        pub test_id: TestId,
        /// At which organisation.
        pub to_organisation: Option<OdsCode>,
        /// The organisation's inbox, number or address; never the patient's.
        pub endpoint: Option<Endpoint>,
        /// Whether it is the separate alert for a serious or unexpected finding.
        pub alert: bool,
    }

    /// Somebody acknowledged the notice (row 58).
    pub struct ResultNotificationAcknowledged {
        /// The request.
        pub test_id: TestId,
        /// At which organisation.
        pub organisation: OdsCode,
        /// By which role; `SYSTEM` is not a person's acknowledgement.
        pub by_role: Role,
        /// Whether it is the separate alert for a serious or unexpected finding.
        pub alert: bool,
    }

    /// The requester's team looked at the result (row 59; SEL 3.1).
    pub struct ResultReviewed {
        /// The request.
        pub test_id: TestId,
        /// The organisation of who reviewed it.
        pub organisation: OdsCode,
        /// By which role.
        pub by_role: Role,
        /// What follows.
        pub plan: Option<Personal<Text>>,
    }

    /// The patient was told the result (row 60; SEL 3.1).
    pub struct ResultCommunicatedToPatient {
        /// The request.
        pub test_id: TestId,
        /// The organisation that told.
        pub organisation: OdsCode,
        /// By which role.
        pub by_role: Option<Role>,
        /// How.
        pub channel: Channel,
        /// The letter, where it was one.
        pub letter_ref: Option<LetterId>,
    }

    /// The provider asked the GP to follow up a result it owns (row 61; breaches SEL 3.1).
    pub struct ResultFollowUpRequestedFromGp {
        /// The request.
        pub test_id: TestId,
        /// The organisation that asks.
        pub provider: OdsCode,
        /// The practice that is asked.
        pub to_organisation: Option<OdsCode>,
        /// The agreed local variation that allows it.
        pub local_variation_code: Option<RuleId>,
        /// Why.
        pub reason: Option<Personal<Text>>,
        /// The letter that asks.
        pub letter_ref: Option<LetterId>,
    }

    /// A future test or action was planned (row 62; SEL GP6).
    pub struct FutureActionPlanned {
        /// The action.
        pub action_id: ActionId,
        /// What kind of action.
        pub future_action: FutureAction,
        /// What is to be done, in plain words and not about the person.
        pub what: Label,
        /// When it is due.
        pub due: Option<OccurredAt>,
        /// The organisation that plans it.
        pub organisation: OdsCode,
        /// The organisation that shall do it.
        pub owner_organisation: OdsCode,
        /// The role that shall do it.
        pub owner_role: Option<Role>,
        /// The organisation that accepted it, where it is not the planner's.
        pub accepted_by: Option<OdsCode>,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_diagnostics_return_has_fifteen_tests() {
        assert_eq!(Dm01Test::ALL.len(), 15);
    }
}
