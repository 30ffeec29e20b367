//! Group A: advice and referral (DOMAIN.md section 9, rows 1 to 20).

use crate::{
    OccurredAt, Personal,
    codes::{Priority, Role, Urgency},
    identifiers::{
        FunctionCode, Label, LetterId, OdsCode, Ppid, ServiceId, SnomedCode, Text, Ubrn, UserRef,
    },
};

codes! {
    /// What a specialist recommends in answer to an advice request (DOMAIN 7.4).
    pub enum Recommendation {
        /// Advice only; no referral recommended.
        AdviceOnlyNoReferralRecommended,
        /// Advice, then a referral if it is required.
        AdviceFollowedByReferralIfRequired,
        /// A referral is recommended.
        ReferralRecommended,
        /// Something else.
        Other,
    }

    /// Why an advice conversation ended (DOMAIN 7.4).
    pub enum AdviceEnd {
        /// Ended with an answer.
        ConversationEndedClosed,
        /// Cancelled.
        ConversationEndedCancelled,
    }

    /// What a conversation between clinicians led to.
    pub enum ConversationOutcome {
        /// No referral was needed.
        AvoidedReferral,
        /// The patient is referred.
        ReferralAgreed,
        /// The plan was changed.
        PlanChanged,
        /// Information was given.
        InformationGiven,
    }

    /// What a referrer considered before referring (SEL 7.1).
    pub enum Considered {
        /// A guideline or pathway.
        Guideline,
        /// Written advice and guidance.
        WrittenAdvice,
        /// A telephone conversation.
        Telephone,
        /// None applied, and the referrer says why.
        NotApplicable,
    }

    /// On what ground a referral was made without the patient's own consent.
    pub enum ConsentBasis {
        /// The patient consented.
        PatientConsented,
        /// A decision in the best interests of a person without capacity.
        BestInterests,
        /// Another basis in law.
        LegalBasis,
        /// The patient did not consent.
        NotConsented,
    }

    /// How a referral reached the provider.
    pub enum ReferralRoute {
        /// The e-Referral Service.
        EReferralService,
        /// Paper, e-mail or another route.
        Other,
        /// The patient's own referral to a service that takes them.
        SelfReferral,
        /// An interface service.
        Interface,
        /// A transfer from another provider.
        Transfer,
        /// From a Welsh, Scottish or Northern Irish provider.
        OtherNation,
    }

    /// Whether a service is inside the RTT return (DOMAIN 1.1).
    pub enum RttScope {
        /// Consultant-led or interface service: the clock applies.
        InScope,
        /// Not consultant-led.
        NotConsultantLed,
        /// Direct-access diagnostics.
        DirectAccessDiagnostics,
        /// Consultant-led community service, reported elsewhere.
        CommunityService,
        /// Planned care.
        PlannedCare,
    }

    /// What a referral is for.
    pub enum ReferralPurpose {
        /// Treatment, or assessment with a view to it.
        Treatment,
        /// An opinion only; the sender keeps responsibility.
        Opinion,
        /// A test only; the sender keeps responsibility.
        Test,
        /// A substantively new or different treatment.
        NewTreatment,
        /// A separate condition.
        SeparateCondition,
    }

    /// Which referral a receipt is, seen from the pathway.
    pub enum ReferralRelation {
        /// The first of the pathway.
        First,
        /// The same period: a linked UBRN, a re-referral after a rejection, or onward from an interface service.
        SamePeriod,
        /// A re-referral after a completed period (rule 3c).
        ReReferral,
    }

    /// What triage decided.
    pub enum TriageOutcome {
        /// Accepted.
        Accept,
        /// Accepted; a test comes first.
        AcceptTestFirst,
        /// To be redirected to another service.
        Redirect,
        /// To be returned with advice.
        ReturnWithAdvice,
        /// More information is needed.
        NeedsInformation,
        /// To be declined.
        Decline,
    }

    /// Why a provider declined a referral (e-RS provider-reject reasons, DOMAIN 7.4).
    pub enum DeclineReason {
        /// Further information is required.
        FurtherInformationRequired,
        /// An outpatient appointment is not required.
        OutpatientApptNotRequired,
        /// The service is not the right one.
        ServiceInappropriate,
        /// What the service asks for beforehand was not done.
        ServicePrerequisitesNotComplete,
        /// No capacity.
        NoCapacity,
        /// Another reason.
        Other,
    }

    /// Why a referral was cancelled.
    pub enum ReferralCancelReason {
        /// The patient does not want it any more.
        PatientWithdrew,
        /// It was made in error.
        MadeInError,
        /// It is a duplicate.
        Duplicate,
        /// The problem resolved.
        NoLongerNeeded,
        /// Another reason.
        Other,
    }

    /// Why an onward referral is needed (SEL 1.1).
    pub enum OnwardReason {
        /// The same condition.
        SameCondition,
        /// A diagnostic question that is still open.
        UnresolvedDiagnostic,
        /// Urgent advice.
        UrgentAdvice,
        /// An unrelated condition that is not urgent.
        UnrelatedNotUrgent,
    }
}

words! {
    /// A referrer asked a specialist for advice and guidance; no clock starts (DOMAIN 9 row 1).
    pub struct AdviceRequested {
        /// The service that is asked.
        pub service: ServiceId,
        /// The organisation of that service.
        pub provider: Option<OdsCode>,
        /// The practice that asks.
        pub referrer: Option<OdsCode>,
        /// The question.
        pub question: Option<Personal<Text>>,
        /// How urgent it is.
        pub priority: Priority,
        /// Whether the specialist may turn it into a referral.
        pub conversion_authorised: bool,
        /// Whether it went to an elective single point of access.
        pub spoa: bool,
    }

    /// The specialist needs to know more before advising (row 2).
    pub struct AdviceFurtherInformationRequested {
        /// What is missing.
        pub missing_information: Option<Personal<Text>>,
        /// When an answer is due.
        pub due: Option<OccurredAt>,
    }

    /// The specialist answered (row 3).
    pub struct AdviceGiven {
        /// What is recommended.
        pub recommendation: Recommendation,
        /// The advice.
        pub advice: Option<Personal<Text>>,
        /// Documents that came with it.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub attachments: Vec<LetterId>,
    }

    /// The specialist turned the advice request into a referral (row 4; RTT rows 4 and 5).
    pub struct AdviceConvertedToReferral {
        /// The booking reference of the referral.
        pub ubrn: Option<Ubrn>,
        /// The practice whose authority allows it.
        pub authorised_by: Option<OdsCode>,
        /// The service that now has the referral.
        pub service: Option<ServiceId>,
        /// The provider that now has the referral.
        pub provider: Option<OdsCode>,
        /// Its treatment function.
        pub function: Option<FunctionCode>,
        /// Who pays.
        pub commissioner: Option<OdsCode>,
        /// When a single point of access received the request, where it runs one.
        pub spoa_at: Option<OccurredAt>,
    }

    /// The advice conversation ended (row 5).
    pub struct AdviceClosed {
        /// How it ended.
        pub advice_end: AdviceEnd,
    }

    /// Clinicians of both sides talked (row 6).
    pub struct ClinicalConversationHeld {
        /// The organisations that took part.
        pub participants: Vec<OdsCode>,
        /// What it led to.
        pub conversation_outcome: ConversationOutcome,
    }

    /// A referral was drafted and not yet sent (row 7).
    pub struct ReferralDrafted {
        /// The service it is for.
        pub service: ServiceId,
        /// The practice that drafts it.
        pub referrer: OdsCode,
        /// How urgent it is.
        pub priority: Option<Priority>,
        /// Why.
        pub reason: Option<Personal<Text>>,
    }

    /// The referral left the referrer (row 8; SEL 5.1, 5.2, 5.3, 7.1).
    pub struct ReferralSent {
        /// The practice that refers.
        pub referrer: OdsCode,
        /// The service it is for.
        pub service: ServiceId,
        /// The organisation of that service.
        pub provider: OdsCode,
        /// The treatment function asked for.
        pub function: Option<FunctionCode>,
        /// The booking reference.
        pub ubrn: Option<Ubrn>,
        /// How urgent it is.
        pub priority: Priority,
        /// Why the patient is referred.
        pub reason: Option<Personal<Text>>,
        /// What the referrer hopes for (SEL 5.1).
        pub intended_outcome: Option<Personal<Text>>,
        /// What the patient expects (SEL 5.1).
        pub patient_expectations: Option<Personal<Text>>,
        /// Assessments that were done first.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub assessments: Vec<Assessment>,
        /// Consent, and whether the reason was explained (SEL 5.3).
        pub consent: Option<ReferralConsent>,
        /// What was considered before referring (SEL 7.1).
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub pre_referral_considered: Vec<Considered>,
        /// Adjustments the patient needs.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub adjustments: Vec<SnomedCode>,
    }

    /// An assessment done before a referral.
    pub struct Assessment {
        /// Which.
        pub assessment_name: Label,
        /// When it was done.
        pub done_on: Option<OccurredAt>,
    }

    /// Consent to a referral.
    pub struct ReferralConsent {
        /// On what ground.
        pub consent_basis: ConsentBasis,
        /// Whether the reason was explained to the patient.
        pub reason_explained: bool,
        /// When.
        pub consented_at: Option<OccurredAt>,
        /// By whom.
        pub by_role: Option<Role>,
    }

    /// The provider has notice of the referral (row 9; RTT rows 1 to 6, 37, 51, 52, 59).
    pub struct ReferralReceived {
        /// The provider that received it.
        pub provider: OdsCode,
        /// The site, where known.
        pub site: Option<OdsCode>,
        /// The service.
        pub service: ServiceId,
        /// Whether the service is inside the RTT return.
        pub rtt_scope: RttScope,
        /// Its treatment function.
        pub function: FunctionCode,
        /// Who pays.
        pub commissioner: Option<OdsCode>,
        /// The referring practice or organisation.
        pub referrer: Option<OdsCode>,
        /// How it came.
        pub route: ReferralRoute,
        /// What it is for.
        pub referral_purpose: ReferralPurpose,
        /// Which referral of the pathway it is; absent: told from the history.
        pub referral_relation: Option<ReferralRelation>,
        /// How urgent it is.
        pub priority: Option<Priority>,
        /// When the provider had notice, where that is not when this happened.
        pub received_at: Option<OccurredAt>,
        /// The booking reference.
        pub ubrn: Option<Ubrn>,
        /// The first booking reference of the pathway.
        pub first_ubrn: Option<Ubrn>,
        /// When the patient converted the UBRN (e-RS).
        pub ubrn_converted_at: Option<OccurredAt>,
        /// When the UBRN showed on the provider's worklist for want of slots.
        pub asi_at: Option<OccurredAt>,
        /// Earlier activity on the same UBRN, such as a clinical assessment service.
        pub earlier_activity_at: Option<OccurredAt>,
        /// When an interface service received the referral.
        pub interface_received_at: Option<OccurredAt>,
        /// When a single point of access received the request that led here.
        pub spoa_at: Option<OccurredAt>,
        /// When a self-referral was ratified.
        pub ratified_at: Option<OccurredAt>,
        /// Who ratified it.
        pub ratified_by: Option<Role>,
        /// Whether the commissioner before was English; absent: yes.
        pub prior_commissioner_english: Option<bool>,
    }

    /// A clinician of the provider looked at the referral and decided (row 10).
    pub struct ReferralTriaged {
        /// What was decided.
        pub triage_outcome: TriageOutcome,
        /// How urgent it is now.
        pub priority: Option<Priority>,
        /// By whom.
        pub by_role: Role,
    }

    /// The provider accepted the referral (row 11).
    pub struct ReferralAccepted {
        /// The service that takes it.
        pub service: ServiceId,
        /// The provider.
        pub provider: Option<OdsCode>,
        /// The consultant, by user reference.
        pub consultant: Option<UserRef>,
        /// The list the patient joins.
        pub list_name: Option<Label>,
    }

    /// The provider sent the referral back for more information (row 12).
    pub struct ReferralReturnedForInformation {
        /// What is missing.
        pub missing_information: Option<Personal<Text>>,
        /// When an answer is due.
        pub due: Option<OccurredAt>,
    }

    /// The provider declined the referral (row 13; SEL 7.2, RTT row 7).
    pub struct ReferralDeclined {
        /// The provider.
        pub provider: OdsCode,
        /// The coded reason.
        pub decline_reason: Option<DeclineReason>,
        /// The reason in words.
        pub reason_text: Option<Personal<Text>>,
        /// What should be done instead.
        pub alternative_pathway: Option<Personal<Text>>,
        /// Advice to the referrer.
        pub advice: Option<Personal<Text>>,
        /// When reason and alternative reached the referrer.
        pub delivered_at: Option<OccurredAt>,
    }

    /// The referrer disputes the decline (row 14).
    pub struct ReferralDeclineDisputed {
        /// Why.
        pub grounds: Option<Personal<Text>>,
        /// The letter that says so.
        pub letter_ref: Option<LetterId>,
    }

    /// The patient was told that care returns to primary care (row 15; RTT rows 8, 34, 53).
    pub struct ReturnToPrimaryCareCommunicated {
        /// Whether it is a clinical decision that no consultant-led treatment is needed.
        pub no_treatment_needed: bool,
        /// When it was decided.
        pub decided_at: Option<OccurredAt>,
        /// When the patient was told; absent: not yet.
        pub communicated_at: Option<OccurredAt>,
        /// When the referrer was told.
        pub gp_told_at: Option<OccurredAt>,
        /// Why.
        pub reason: Option<Personal<Text>>,
        /// What is planned.
        pub plan: Option<Personal<Text>>,
    }

    /// The referral was sent on to another service (row 16; RTT rows 7 and 51).
    pub struct ReferralRedirected {
        /// The service it goes to.
        pub service: ServiceId,
        /// The organisation of that service.
        pub provider: Option<OdsCode>,
        /// Why.
        pub reason: Option<Personal<Text>>,
    }

    /// The referral was cancelled (row 17; RTT row 60).
    pub struct ReferralCancelled {
        /// Why.
        pub cancel_reason: ReferralCancelReason,
        /// By whom.
        pub by_role: Role,
        /// Whether it should never have been there.
        pub in_error: bool,
    }

    /// A referral to somebody else turned out to be needed (row 18; SEL 1.1).
    pub struct OnwardReferralNeeded {
        /// Why.
        pub onward_reason: OnwardReason,
        /// How urgent it is.
        pub urgency: Urgency,
        /// The provider that found it.
        pub provider: Option<OdsCode>,
    }

    /// The provider referred the patient on (row 19; RTT rows 33, 35, 38, 42, 52).
    pub struct OnwardReferralMade {
        /// The provider that refers.
        pub provider: OdsCode,
        /// Its treatment function.
        pub function: Option<FunctionCode>,
        /// The provider referred to.
        pub to_provider: OdsCode,
        /// The service referred to.
        pub to_service: Option<ServiceId>,
        /// What it is for.
        pub referral_purpose: ReferralPurpose,
        /// Whether clinical responsibility moves with it.
        pub responsibility_transferred: bool,
        /// Whether it is for the same condition.
        pub same_condition: bool,
        /// The new pathway, for a separate condition.
        pub new_ppid: Option<Ppid>,
    }

    /// The provider asked the GP to refer (row 20; against SEL 1.1).
    pub struct GpAskedToRefer {
        /// Why the patient needs it.
        pub onward_reason: OnwardReason,
        /// The provider that asked.
        pub provider: Option<OdsCode>,
        /// The letter that asks.
        pub letter_ref: Option<LetterId>,
    }
}
