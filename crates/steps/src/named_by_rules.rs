//! Group H: steps that only the rules name.

use chrono::NaiveDate;

use crate::{
    OccurredAt, Personal,
    advice_and_referral::ConsentBasis,
    clock_and_list::ListType,
    codes::{Channel, Medium, Role},
    identifiers::{
        ActionId, Document, Label, LetterId, MedicineId, OdsCode, QueryId, RuleId, SnomedCode,
        SubjectRef, TestId, Text, UserRef,
    },
    interface_and_safety::RaisedBy,
    letters_and_information::{InformationFormat, LetterType},
};

mod codes;
pub use self::codes::*;

words! {
    /// The patient left a waiting list without treatment there (row 96).
    pub struct RemovedFromWaitingList {
        /// Why.
        pub removal_reason: RemovalReason,
        /// Which list.
        pub list_type: Option<ListType>,
        /// The provider.
        pub provider: OdsCode,
        /// Who approved it.
        pub approver: Option<UserRef>,
        /// When the patient was told; absent: not yet.
        pub patient_told_at: Option<OccurredAt>,
    }

    /// It was set when the next appointment is expected (row 97; SEL GP4, 6.2).
    pub struct ExpectedTimeframeSet {
        /// Not before.
        pub from_date: NaiveDate,
        /// Not after.
        pub to_date: NaiveDate,
        /// On what the expectation rests.
        pub timeframe_basis: TimeframeBasis,
        /// The provider.
        pub provider: Option<OdsCode>,
        /// The next step it belongs to.
        pub next_step_version: Option<u32>,
    }

    /// Advice on health was offered (row 98; SEL GP7).
    pub struct HealthPromotionOffered {
        /// On what.
        pub health_topic: HealthTopic,
        /// Who offered it.
        pub organisation: OdsCode,
    }

    /// Long-term conditions were reviewed (row 99; SEL 5.4).
    pub struct LtcReviewRecorded {
        /// Which conditions.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub conditions: Vec<SnomedCode>,
        /// Whether they are as well controlled as can be.
        pub optimised: bool,
        /// The practice.
        pub organisation: Option<OdsCode>,
    }

    /// A drug was looked up in the formulary (row 100; SEL 8.4).
    pub struct FormularyStatusRecorded {
        /// The drug.
        pub drug: Label,
        /// The medicine order.
        pub medicine_id: Option<MedicineId>,
        /// What the formulary says.
        pub formulary_status: FormularyStatus,
        /// When it was checked, where that is not when this happened.
        pub checked_at: Option<OccurredAt>,
        /// Who checked.
        pub organisation: Option<OdsCode>,
    }

    /// Guidance on shared care is missing (row 101; SEL 3.2).
    pub struct SharedCareGuidanceGapRecorded {
        /// The drug.
        pub drug: Label,
        /// What is missing.
        pub guidance_gap: Label,
        /// Who says so.
        pub organisation: OdsCode,
    }

    /// One organisation wrote to another (row 102; Humberside LMCs interface guidance, tasks).
    pub struct MessageSent {
        /// The message.
        pub query_id: QueryId,
        /// From whom.
        pub from_organisation: OdsCode,
        /// To whom.
        pub to_organisation: OdsCode,
        /// By which channel.
        pub channel: Channel,
        /// What for.
        pub message_purpose: MessagePurpose,
        /// Whether both sides agreed that channel; absent: not known.
        pub approved_channel: Option<bool>,
        /// The action it asks for.
        pub action_id: Option<ActionId>,
        /// When an answer is due.
        pub due: Option<OccurredAt>,
        /// The message.
        pub message_text: Option<Personal<Text>>,
    }

    /// The message was answered (row 102).
    pub struct MessageAnswered {
        /// The message.
        pub query_id: QueryId,
        /// Who answered.
        pub from_organisation: OdsCode,
        /// Whom.
        pub to_organisation: OdsCode,
        /// By which channel.
        pub channel: Channel,
        /// The answer.
        pub answer: Option<Personal<Text>>,
    }

    /// Somebody acted on a result (row 103; SEL 3.1).
    pub struct ResultActioned {
        /// The request.
        pub test_id: TestId,
        /// What was done.
        pub result_action: ResultAction,
        /// The organisation that acted.
        pub organisation: OdsCode,
        /// By which role.
        pub by_role: Role,
        /// What was done, in words.
        pub plan: Option<Personal<Text>>,
    }

    /// A cancer pathway opened (row 104; NHS England, cancer waiting times guidance v12.1).
    pub struct CancerPathwayOpened {
        /// How it opened.
        pub cancer_route: CancerRoute,
        /// The provider.
        pub provider: OdsCode,
        /// The site.
        pub site: Option<OdsCode>,
        /// The tumour group suspected, as the provider names it.
        pub tumour_group: Option<Label>,
        /// When the referral was received (day 0), where that is not when this happened.
        pub received_at: Option<OccurredAt>,
    }

    /// A consultant upgraded the pathway to suspected cancer (row 104).
    pub struct CancerUpgraded {
        /// The provider.
        pub provider: OdsCode,
        /// The site.
        pub site: Option<OdsCode>,
        /// By which role.
        pub by_role: Option<Role>,
        /// The tumour group suspected, as the provider names it.
        pub tumour_group: Option<Label>,
    }

    /// The patient was told whether it is cancer (row 105; stops the 28 days).
    pub struct DiagnosisCommunicated {
        /// What was told.
        pub diagnosis_outcome: DiagnosisOutcome,
        /// The provider.
        pub provider: Option<OdsCode>,
        /// By which role.
        pub by_role: Option<Role>,
        /// In a meeting of this kind.
        pub medium: Option<Medium>,
        /// Or by this channel.
        pub channel: Option<Channel>,
    }

    /// A treatment for cancer was decided and agreed (row 106; starts the 31 days).
    pub struct CancerTreatmentDecided {
        /// What kind.
        pub cancer_modality: CancerModality,
        /// First or later.
        pub cancer_treatment_event: CancerTreatmentEvent,
        /// The provider.
        pub provider: OdsCode,
        /// The earliest clinically appropriate day of a later treatment, which starts its 31 days.
        pub earliest_appropriate: Option<NaiveDate>,
    }

    /// A treatment for cancer started (row 106; stops the 31 and 62 days).
    pub struct CancerTreatmentStarted {
        /// What kind.
        pub cancer_modality: CancerModality,
        /// First or later.
        pub cancer_treatment_event: CancerTreatmentEvent,
        /// The provider.
        pub provider: OdsCode,
        /// The site.
        pub site: Option<OdsCode>,
    }

    /// The medical examiner finished (row 107; in law from 9 September 2024).
    pub struct MedicalExaminerScrutinyCompleted {
        /// With what outcome.
        pub scrutiny_outcome: ScrutinyOutcome,
        /// The office.
        pub organisation: OdsCode,
        /// Whether the bereaved were offered a conversation.
        pub bereaved_offered_conversation: Option<bool>,
    }

    /// Consent was given, refused or withdrawn (row 108; SEL 5.3).
    pub struct ConsentRecorded {
        /// What for.
        pub consent_for: ConsentFor,
        /// Whether it stands from now on.
        pub consent_given: bool,
        /// On what ground.
        pub consent_basis: ConsentBasis,
        /// Who took it.
        pub by_role: Option<Role>,
        /// The organisation it is given to.
        pub organisation: Option<OdsCode>,
        /// Until when it stands.
        pub ends_on: Option<NaiveDate>,
    }

    /// Somebody may act for the patient (row 108).
    pub struct ProxyAppointed {
        /// Random reference to the proxy.
        pub proxy_ref: SubjectRef,
        /// The proxy's name.
        pub proxy_name: Option<Personal<Text>>,
        /// On what ground.
        pub proxy_basis: ProxyBasis,
        /// Until when.
        pub ends_on: Option<NaiveDate>,
        /// Who checked the ground.
        pub by_role: Option<Role>,
    }

    /// The proxy may act no longer (row 108).
    pub struct ProxyEnded {
        /// Random reference to the proxy.
        pub proxy_ref: SubjectRef,
        /// Why.
        pub proxy_end_reason: ProxyEndReason,
    }

    /// Somebody gave feedback (row 109; SEL GP1, GP2).
    pub struct FeedbackReceived {
        /// From whom.
        pub raised_by: RaisedBy,
        /// On what.
        pub feedback_about: FeedbackAbout,
        /// On which organisation.
        pub organisation: Option<OdsCode>,
        /// By which channel.
        pub channel: Option<Channel>,
        /// In their words.
        pub feedback: Option<Personal<Text>>,
    }

    /// A letter was made from a template and sent (row 110; Humberside LMCs interface guidance).
    pub struct LetterIssued {
        /// The letter.
        pub letter_id: LetterId,
        /// The template.
        pub template: RuleId,
        /// Its edition.
        pub edition: Label,
        /// What it is.
        pub letter_type: Option<LetterType>,
        /// The organisation it goes to; absent: none.
        pub to_organisation: Option<OdsCode>,
        /// Whether it goes to the patient.
        pub to_patient: bool,
        /// The reasons it gives, as the template names them.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub letter_reasons: Vec<Label>,
        /// How it went.
        pub channel: Channel,
        /// The format.
        pub format: Option<InformationFormat>,
        /// The language, by its name.
        pub language: Option<Label>,
        /// Digest of what was sent.
        pub content_hash: Option<Label>,
        /// The work or request it answers.
        pub action_id: Option<ActionId>,
        /// The letter as plain text, as it was sent.
        pub letter_text: Option<Personal<Document>>,
        /// The letter as HTML, as it was sent.
        pub letter_html: Option<Personal<Document>>,
    }

    /// A letter was held back (row 110; a death stops letters at once).
    pub struct LetterSuppressed {
        /// The letter.
        pub letter_id: LetterId,
        /// The template.
        pub template: Option<RuleId>,
        /// Its edition.
        pub edition: Option<Label>,
        /// The organisation that would have sent it.
        pub from_organisation: Option<OdsCode>,
        /// Whether it was for the patient.
        pub to_patient: bool,
        /// Why it was held back.
        pub suppression_reason: SuppressionReason,
    }
}
