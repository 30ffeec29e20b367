//! Coded values of group A.

codes! {
    /// What a specialist recommends in answer to an advice request (e-RS).
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

    /// Why an advice conversation ended (e-RS).
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

    /// Whether a service is inside the RTT return (RTT guidance v5.0, section 3).
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

    /// Why a provider declined a referral (e-RS provider-reject reasons).
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
