//! Coded values of group E.

codes! {
    /// What a letter is.
    pub enum LetterType {
        /// A clinic letter.
        ClinicLetter,
        /// A discharge summary.
        DischargeSummary,
        /// A letter to the patient.
        PatientLetter,
        /// A closing letter of an episode.
        EpisodeConclusion,
        /// A letter of referral.
        Referral,
        /// Another letter.
        Other,
    }

    /// A heading of the PRSB standards, by its UK Core section code.
    pub enum Heading {
        /// Referral details.
        ReferralDetails,
        /// Referrer details.
        ReferrerDetails,
        /// Reason for referral.
        ReasonForReferral,
        /// Expectation of referral.
        ExpectationOfReferral,
        /// Patient's reason for referral.
        PatientsReasonForReferral,
        /// Patient's expectation of referral.
        PatientsExpectationOfReferral,
        /// Individual requirements.
        IndividualRequirements,
        /// Reasonable adjustments for health and care access.
        ReasonableAdjustments,
        /// Red flags.
        RedFlags,
        /// Patient demographics.
        PatientDemographics,
        /// GP practice.
        GpPractice,
        /// Outpatient or attendance details.
        AttendanceDetails,
        /// Diagnoses.
        Diagnoses,
        /// Procedures.
        Procedures,
        /// Clinical summary.
        ClinicalSummary,
        /// Investigation results.
        InvestigationResults,
        /// Medications and medical devices.
        MedicationsAndMedicalDevices,
        /// Allergies.
        Allergies,
        /// Safety alerts.
        SafetyAlerts,
        /// Social context.
        SocialContext,
        /// Information and advice given.
        InformationAndAdviceGiven,
        /// Patient and carer concerns, expectations and wishes.
        PatientAndCarerConcerns,
        /// Plan and requested actions.
        PlanAndRequestedActions,
        /// Person completing record.
        PersonCompletingRecord,
        /// Distribution list.
        DistributionList,
        /// Admission details.
        AdmissionDetails,
        /// Discharge details.
        DischargeDetails,
        /// Outstanding issues.
        OutstandingIssues,
        /// Investigations requested.
        InvestigationsRequested,
    }

    /// Whom an action of a letter is for.
    pub enum ActionFor {
        /// The general practice.
        GeneralPractice,
        /// The hospital.
        Hospital,
        /// The patient.
        Patient,
    }

    /// A format in which information was given (Accessible Information Standard).
    pub enum InformationFormat {
        /// Ordinary print.
        Standard,
        /// Large print.
        LargePrint,
        /// Easy read.
        EasyRead,
        /// Braille.
        Braille,
        /// Audio.
        Audio,
        /// E-mail or text a screen reader can read.
        AccessibleElectronic,
        /// British Sign Language.
        BritishSignLanguage,
        /// In another language.
        Translated,
        /// Spoken.
        Spoken,
    }

    /// Why a document did not arrive.
    pub enum BounceReason {
        /// The address is unknown or closed.
        UnknownAddress,
        /// The organisation closed, or the ODS code is not open.
        OrganisationClosed,
        /// The patient is not registered there.
        NotRegisteredThere,
        /// The recipient rejected it.
        Rejected,
        /// A technical failure.
        TechnicalFailure,
        /// Another reason.
        Other,
    }

    /// What a patient was told (SEL GP4, 6.2, 6.3).
    pub enum InformedOf {
        /// Who is responsible now.
        WhoIsResponsible,
        /// When the next appointment is, or is expected by.
        WhenNext,
        /// Whom to contact about a delay.
        WhomToContactAboutDelay,
        /// Whom to contact with questions.
        GeneralContact,
        /// Whom to contact if the condition worsens.
        DeteriorationContact,
        /// How long the wait is likely to be.
        WaitEstimate,
        /// What happens next.
        NextStep,
        /// How to change an appointment.
        HowToChange,
        /// The result of a test.
        Result,
        /// That a result is expected, and by when.
        ResultExpectedBy,
        /// That care moved or returned to somebody else.
        ResponsibilityMoved,
        /// The right to choose another provider.
        ChoiceOfProvider,
    }

    /// Who was told.
    pub enum ToldPerson {
        /// The patient.
        Patient,
        /// A carer or proxy.
        Carer,
        /// Both.
        PatientAndCarer,
    }

    /// Why an episode was closed with a letter (SEL 2.3).
    pub enum ConclusionReason {
        /// The patient discharged themselves.
        SelfDischarge,
        /// The patient left against advice.
        LeftAgainstAdvice,
        /// The patient did not attend.
        DidNotAttend,
        /// Care is complete.
        Complete,
        /// Another reason.
        Other,
    }

    /// What a fit note says of work.
    pub enum WorkStatus {
        /// Not fit for work.
        NotFit,
        /// May be fit for work, with the advice given.
        MayBeFitWithAdvice,
    }
}
