//! Coded values of group G.

codes! {
    /// A kind of work that one side passes to the other (Humberside LMCs interface guidance).
    pub enum WorkCategory {
        /// Prescribe, shared care and off-formulary included.
        Prescribe,
        /// Arrange investigations.
        ArrangeInvestigations,
        /// Follow up results.
        FollowUpResults,
        /// Monitoring or post-operative checks.
        MonitoringOrPostOperative,
        /// Issue a fit note (MED3).
        IssueFitNote,
        /// Refer on or refer back.
        ReferOnOrBack,
        /// Something else.
        Other,
    }

    /// Why work was returned (Humberside LMCs interface guidance).
    pub enum WorkReturnReason {
        /// Outside the core GMS or PMS contract.
        OutsideCoreContract,
        /// The provider's duty under the Standard Contract.
        ProvidersDuty,
        /// Not commissioned by the ICB.
        NotCommissioned,
        /// Not in a national or local enhanced service.
        NotInEnhancedService,
        /// Needs the expertise of secondary care.
        NeedsSecondaryCareExpertise,
        /// Another reason.
        Other,
    }

    /// How a contact point failed (docs/safety-net.md).
    pub enum ContactFailure {
        /// Messages came back.
        Bounced,
        /// Only an automatic reply.
        AutoReply,
        /// Nobody answered.
        NoAnswer,
        /// Nobody reads it.
        NotServiced,
        /// The number or address no longer works.
        OutOfUse,
        /// A test message did not come through.
        TestMessageLost,
    }

    /// What a query is about.
    pub enum QueryTopic {
        /// The next step.
        NextStep,
        /// How long the wait is.
        WaitingTime,
        /// An appointment.
        Appointment,
        /// A result.
        Result,
        /// A medicine.
        Medicine,
        /// A letter.
        Letter,
        /// A worsening condition.
        Deterioration,
        /// Something else.
        Other,
    }

    /// Who asks, raises or gives feedback.
    pub enum RaisedBy {
        /// The patient.
        Patient,
        /// A carer or proxy.
        Carer,
        /// A practice.
        Practice,
        /// A hospital.
        Hospital,
        /// Another organisation.
        Other,
    }

    /// What helps a patient to wait well (SEL 6.1).
    pub enum WaitingWellSupport {
        /// Written or online information.
        Information,
        /// Preparation for surgery.
        Prehabilitation,
        /// Management of pain.
        PainManagement,
        /// Help with smoking, weight or alcohol.
        HealthyLiving,
        /// Social prescribing.
        SocialPrescribing,
        /// Support for mental health.
        MentalHealth,
        /// A call to ask how the patient is.
        CheckInCall,
        /// Something else.
        Other,
    }

    /// What a concern about the interface is about.
    pub enum ConcernCategory {
        /// Onward referral.
        OnwardReferral,
        /// Complete care: fit notes, discharge letters.
        CompleteCare,
        /// Call and recall.
        CallAndRecall,
        /// Points of contact.
        PointsOfContact,
        /// Medicines.
        Medicines,
        /// Tests and results.
        Results,
        /// Work passed on.
        WorkTransfer,
        /// Referrals declined or returned.
        Referral,
        /// Conduct.
        Conduct,
        /// Something else.
        Other,
    }

    /// How much harm came of it; it routes the concern.
    pub enum HarmLevel {
        /// None: counted monthly.
        None,
        /// Low.
        Low,
        /// Moderate.
        Moderate,
        /// Severe.
        Severe,
        /// Death.
        Death,
    }

    /// To whom a concern was escalated.
    pub enum EscalationLevel {
        /// The interface leads of both sides.
        InterfaceLeads,
        /// The medical directors.
        MedicalDirector,
        /// The integrated care board.
        IntegratedCareBoard,
    }

    /// Who is told of an alarm beyond who should have acted (t1, t2, t3).
    pub enum AlarmTo {
        /// Who asked for the result.
        Requester,
        /// The deputy of who asked for it.
        Deputy,
        /// The medical director of the organisation that asked for it.
        MedicalDirector,
        /// The integrated care board.
        IntegratedCareBoard,
    }

    /// How an alarm was settled.
    pub enum AlarmOutcome {
        /// It turned out to have been in time, and was told late.
        InTime,
        /// What was missing came late.
        Late,
        /// It need not be: excused, not applicable, or ended.
        NoLongerDue,
    }

    /// What a concern led to.
    pub enum ConcernOutcome {
        /// Put right.
        PutRight,
        /// A process was changed.
        ProcessChanged,
        /// Explained.
        Explained,
        /// A safety investigation was opened.
        SafetyInvestigation,
        /// No action.
        NoAction,
    }

    /// Support with communication that a person needs (Accessible Information Standard).
    pub enum CommunicationSupport {
        /// A British Sign Language interpreter.
        SignLanguageInterpreter,
        /// A deafblind interpreter.
        DeafblindInterpreter,
        /// A lipspeaker.
        Lipspeaker,
        /// A speech-to-text reporter.
        SpeechToTextReporter,
        /// An advocate.
        Advocate,
        /// Another professional.
        Other,
    }

    /// Why a needed adjustment was not made.
    pub enum AdjustmentShortfall {
        /// Not available.
        NotAvailable,
        /// Not arranged in time.
        NotArranged,
        /// The need was not seen.
        NeedNotSeen,
        /// The patient did not want it.
        PatientDeclined,
        /// Another reason.
        Other,
    }

    /// How a practice answered a private provider (Humberside LMCs interface guidance, private providers).
    pub enum PrivateRequestAnswer {
        /// Not answered yet.
        NotAnswered,
        /// Accepted.
        Accepted,
        /// Declined.
        Declined,
    }

    /// Why activity could not be matched to a pathway.
    pub enum UnmatchedReason {
        /// No pathway has the identifier.
        NoPathway,
        /// More than one pathway has it.
        SeveralPathways,
        /// The message has no identifier.
        NoIdentifier,
        /// The identifiers contradict each other.
        Contradiction,
    }
}
