//! Group E: letters and patient information.

use chrono::NaiveDate;

use crate::{
    OccurredAt, Personal,
    codes::{Channel, Role},
    identifiers::{
        ActionId, AdmissionId, AppointmentId, ContactId, ContactPointId, Endpoint, Label, LetterId,
        OdsCode, RuleId, Text,
    },
    interface_and_safety::{WorkCategory, WorkReturnReason},
};

mod codes;
pub use self::codes::*;

words! {
    /// An action that a letter asks of somebody (PRSB heading: plan and requested actions).
    pub struct LetterAction {
        /// The action, where it is tracked by itself.
        pub action_id: Option<ActionId>,
        /// Whom it is for.
        pub action_for: ActionFor,
        /// What kind of work it is.
        pub work_category: Option<WorkCategory>,
        /// The organisation that shall do it.
        pub owner_organisation: Option<OdsCode>,
        /// The role that shall do it.
        pub owner_role: Option<Role>,
        /// When it is due.
        pub due: Option<OccurredAt>,
        /// What is asked.
        pub action_text: Option<Personal<Text>>,
    }

    /// A letter was drafted and not yet authorised (row 63).
    pub struct LetterDrafted {
        /// The letter.
        pub letter_id: LetterId,
        /// What it is.
        pub letter_type: LetterType,
        /// The organisation that writes.
        pub provider: Option<OdsCode>,
        /// The attendance, admission or conversation it speaks of.
        pub contact_id: Option<ContactId>,
        /// Headings that are filled.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub headings: Vec<Heading>,
    }

    /// A clinician authorised the letter (row 63; SEL 2.1).
    pub struct LetterAuthorised {
        /// The letter.
        pub letter_id: LetterId,
        /// What it is.
        pub letter_type: LetterType,
        /// By which role.
        pub by_role: Option<Role>,
        /// Headings that are filled.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub headings: Vec<Heading>,
    }

    /// The clinic letter was sent (row 64; SEL 2.1, 2.5c, contract 7 days).
    pub struct ClinicLetterSent {
        /// The letter.
        pub letter_id: LetterId,
        /// The organisation that sends.
        pub provider: Option<OdsCode>,
        /// The attendance or conversation it speaks of.
        pub contact_id: Option<ContactId>,
        /// The appointment it speaks of.
        pub appointment_id: Option<AppointmentId>,
        /// The practice or other organisation it goes to.
        pub to_organisation: OdsCode,
        /// Whether the patient has a copy.
        pub to_patient: bool,
        /// How it went.
        pub channel: Channel,
        /// The pack's template it was checked against.
        pub template: Option<RuleId>,
        /// The format of the patient's copy.
        pub format: Option<InformationFormat>,
        /// Headings that are filled.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub headings: Vec<Heading>,
        /// Actions it asks for.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub actions: Vec<LetterAction>,
        /// Whether it says what a new medicine needs from now on (SEL 8.1).
        pub ongoing_need_stated: Option<bool>,
    }

    /// The discharge summary was sent (row 65; SEL 2.1, 2.5b).
    pub struct DischargeSummarySent {
        /// The letter.
        pub letter_id: LetterId,
        /// The admission it speaks of.
        pub admission_id: AdmissionId,
        /// The organisation that sends.
        pub provider: Option<OdsCode>,
        /// The practice or other organisation it goes to.
        pub to_organisation: OdsCode,
        /// Whether the patient has a copy.
        pub to_patient: bool,
        /// How it went.
        pub channel: Channel,
        /// The pack's template it was checked against.
        pub template: Option<RuleId>,
        /// The format of the patient's copy.
        pub format: Option<InformationFormat>,
        /// Headings that are filled.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub headings: Vec<Heading>,
        /// Actions it asks for.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub actions: Vec<LetterAction>,
        /// Whether it says what a new medicine needs from now on (SEL 8.1).
        pub ongoing_need_stated: Option<bool>,
    }

    /// A document reached its recipient's system (row 66; docs/safety-net.md).
    pub struct DocumentDelivered {
        /// The document.
        pub letter_id: LetterId,
        /// The organisation it reached.
        pub to_organisation: Option<OdsCode>,
        /// Whether it reached the patient.
        pub to_patient: bool,
        /// By which channel.
        pub channel: Option<Channel>,
        /// The organisation's inbox or address; never the patient's.
        pub endpoint: Option<Endpoint>,
    }

    /// Somebody opened a document (row 66).
    pub struct DocumentOpened {
        /// The document.
        pub letter_id: LetterId,
        /// The organisation where it was opened; absent: the patient did.
        pub organisation: Option<OdsCode>,
        /// By which role.
        pub by_role: Option<Role>,
    }

    /// A document was filed in the recipient's record (row 66).
    pub struct DocumentFiled {
        /// The document.
        pub letter_id: LetterId,
        /// The organisation that filed it.
        pub organisation: OdsCode,
        /// By which role.
        pub by_role: Option<Role>,
    }

    /// A document came back or did not arrive (row 66).
    pub struct DocumentBounced {
        /// The document.
        pub letter_id: LetterId,
        /// The organisation it was for.
        pub to_organisation: Option<OdsCode>,
        /// Whether it was for the patient.
        pub to_patient: bool,
        /// The organisation's inbox or address; never the patient's.
        pub endpoint: Option<Endpoint>,
        /// Why.
        pub bounce_reason: BounceReason,
    }

    /// One side asked the other for an action (row 67; SEL GP3).
    pub struct ActionRequested {
        /// The action.
        pub action_id: ActionId,
        /// What kind of work it is.
        pub work_category: WorkCategory,
        /// The organisation that asks.
        pub requester: OdsCode,
        /// The organisation that is asked.
        pub owner_organisation: OdsCode,
        /// The role that is asked.
        pub owner_role: Option<Role>,
        /// When it is due.
        pub due: Option<OccurredAt>,
        /// How it was asked.
        pub channel: Option<Channel>,
        /// The letter that asks.
        pub letter_ref: Option<LetterId>,
        /// What is asked.
        pub action_text: Option<Personal<Text>>,
    }

    /// The action was accepted (row 67).
    pub struct ActionAccepted {
        /// The action.
        pub action_id: ActionId,
        /// The organisation that accepts.
        pub organisation: OdsCode,
        /// By which role.
        pub by_role: Option<Role>,
        /// When it will be done.
        pub due: Option<OccurredAt>,
    }

    /// The action was given back to who asked (row 67; Humberside LMCs interface guidance).
    pub struct ActionReturned {
        /// The action.
        pub action_id: ActionId,
        /// The organisation that gives it back.
        pub organisation: OdsCode,
        /// By which role.
        pub by_role: Option<Role>,
        /// Why, coded.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub work_return_reasons: Vec<WorkReturnReason>,
        /// Why, in words.
        pub reason: Option<Personal<Text>>,
        /// When the patient was told.
        pub patient_told_at: Option<OccurredAt>,
    }

    /// The patient was told what happens (row 68; SEL GP4, 6.2, 6.3).
    pub struct PatientInformed {
        /// What was told.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub content: Vec<InformedOf>,
        /// The version of the next step that was told.
        pub next_step_version: Option<u32>,
        /// How.
        pub channel: Channel,
        /// The organisation that told.
        pub organisation: Option<OdsCode>,
        /// By which role.
        pub told_by_role: Option<Role>,
        /// Who was told; absent: the patient.
        pub told_person: Option<ToldPerson>,
        /// When the next step is expected by.
        pub expected_by: Option<OccurredAt>,
        /// The mean wait that was told, in weeks.
        pub wait_estimate_weeks: Option<u32>,
        /// The wait within which eight in ten are seen, in weeks.
        pub wait_eight_in_ten_weeks: Option<u32>,
        /// Whom to contact with questions.
        pub general_contact: Option<ContactPointId>,
        /// Whom to contact about a delay.
        pub delay_contact: Option<ContactPointId>,
        /// Whom to contact if the condition worsens.
        pub deterioration_contact: Option<ContactPointId>,
        /// The language, by its name.
        pub language: Option<Label>,
        /// The format.
        pub format: Option<InformationFormat>,
        /// Adjustments were considered before the channel was chosen.
        pub adjustment_considered: Option<bool>,
        /// The letter, where it was one.
        pub letter_ref: Option<LetterId>,
    }

    /// A closing communication was sent for an episode (row 69; SEL 2.3).
    pub struct EpisodeConclusionSent {
        /// Why the episode ended.
        pub conclusion_reason: ConclusionReason,
        /// The letter.
        pub letter_id: Option<LetterId>,
        /// The organisation that sends.
        pub provider: OdsCode,
        /// The admission it closes.
        pub admission_id: Option<AdmissionId>,
        /// The appointment it closes.
        pub appointment_id: Option<AppointmentId>,
        /// The contact it closes.
        pub contact_id: Option<ContactId>,
        /// The practice it goes to; absent: it did not go to one.
        pub to_organisation: Option<OdsCode>,
        /// Whether it went to the patient.
        pub to_patient: bool,
        /// How it went.
        pub channel: Channel,
    }

    /// The patient needs a fit note (row 70; opens SEL 2.2).
    pub struct FitNoteNeeded {
        /// What it must say of work.
        pub work_status: WorkStatus,
        /// First day to cover.
        pub from_date: NaiveDate,
        /// Last day to cover.
        pub to_date: NaiveDate,
        /// The provider that treats.
        pub provider: Option<OdsCode>,
        /// The attendance or admission.
        pub contact_id: Option<ContactId>,
        /// Whether it reaches beyond the episode: then the practice owns it.
        pub extension: Option<bool>,
    }

    /// A fit note was issued (row 70; SEL 2.2).
    pub struct FitNoteIssued {
        /// What it says of work.
        pub work_status: WorkStatus,
        /// First day covered.
        pub from_date: NaiveDate,
        /// Last day covered.
        pub to_date: NaiveDate,
        /// The organisation that issued it.
        pub issuer: OdsCode,
        /// The attendance or admission.
        pub contact_id: Option<ContactId>,
    }

    /// The provider asked the GP for a fit note (row 70; breaches SEL 2.2 within the episode).
    pub struct FitNoteRequestedFromGp {
        /// First day to cover.
        pub from_date: NaiveDate,
        /// Last day to cover.
        pub to_date: NaiveDate,
        /// The provider that asks.
        pub provider: OdsCode,
        /// The practice that is asked.
        pub to_organisation: Option<OdsCode>,
        /// The attendance or admission.
        pub contact_id: Option<ContactId>,
        /// Whether it is an extension beyond the episode.
        pub extension: Option<bool>,
        /// The letter that asks.
        pub letter_ref: Option<LetterId>,
    }
}
