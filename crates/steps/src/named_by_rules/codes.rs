//! Coded values of group H.

codes! {
    /// Why a patient left a waiting list (row 96).
    pub enum RemovalReason {
        /// Treated elsewhere.
        TreatedElsewhere,
        /// The patient's wish.
        PatientsWish,
        /// Found at validation.
        Validation,
        /// The patient died.
        Died,
        /// A duplicate entry.
        Duplicate,
        /// No reason given.
        NotGiven,
    }

    /// On what an expected time rests.
    pub enum TimeframeBasis {
        /// A clinical decision.
        Clinical,
        /// The mean wait of the service.
        ServiceMean,
        /// The wait within which eight in ten are seen.
        ServiceEightInTen,
        /// What the booking team promised.
        BookingTeam,
        /// A planned interval.
        PlannedInterval,
    }

    /// On what health advice was offered.
    pub enum HealthTopic {
        /// Smoking.
        Smoking,
        /// Alcohol.
        Alcohol,
        /// Weight and diet.
        WeightAndDiet,
        /// Physical activity.
        PhysicalActivity,
        /// Mental wellbeing.
        MentalWellbeing,
        /// Vaccination.
        Vaccination,
        /// Screening.
        Screening,
        /// Something else.
        Other,
    }

    /// What a formulary says of a drug.
    pub enum FormularyStatus {
        /// On the formulary.
        OnFormulary,
        /// On it with restrictions.
        Restricted,
        /// Not on it.
        NotOnFormulary,
        /// Not assessed yet.
        NotAssessed,
    }

    /// What a message between organisations is for.
    pub enum MessagePurpose {
        /// A clinical question.
        ClinicalQuestion,
        /// An administrative question.
        AdministrativeQuestion,
        /// A request for work.
        WorkRequest,
        /// Information only.
        Information,
        /// A result.
        Result,
        /// Safety information.
        Safety,
    }

    /// What was done about a result.
    pub enum ResultAction {
        /// Treatment was started or changed.
        TreatmentChanged,
        /// A further test was requested.
        FurtherTest,
        /// A referral was made.
        Referred,
        /// A review was arranged.
        ReviewArranged,
        /// The patient was called in.
        PatientRecalled,
        /// No action is needed.
        NoActionNeeded,
    }

    /// How a cancer pathway opened (NHS England, cancer waiting times guidance v12.1).
    pub enum CancerRoute {
        /// Urgent suspected cancer referral.
        UrgentSuspectedCancer,
        /// Breast symptomatic referral.
        BreastSymptomatic,
        /// Urgent screening referral.
        UrgentScreening,
    }

    /// What a patient was told of the diagnosis.
    pub enum DiagnosisOutcome {
        /// It is cancer.
        Cancer,
        /// Cancer is ruled out.
        RuledOut,
    }

    /// A kind of treatment for cancer.
    pub enum CancerModality {
        /// Surgery.
        Surgery,
        /// Anti-cancer drugs.
        DrugTherapy,
        /// Radiotherapy.
        Radiotherapy,
        /// Chemotherapy and radiotherapy together.
        Chemoradiotherapy,
        /// Specialist palliative care.
        PalliativeCare,
        /// Active monitoring of the cancer.
        ActiveMonitoring,
        /// Another kind.
        Other,
    }

    /// Whether a treatment for cancer is the first.
    pub enum CancerTreatmentEvent {
        /// The first definitive treatment.
        First,
        /// A later one.
        Subsequent,
    }

    /// How the scrutiny of a medical examiner ended.
    pub enum ScrutinyOutcome {
        /// The certificate is agreed.
        Agreed,
        /// It is amended; the doctor issues it again.
        Amended,
        /// The death goes to the coroner.
        ToCoroner,
    }

    /// What a consent is for.
    pub enum ConsentFor {
        /// A referral.
        Referral,
        /// Sharing the record.
        RecordSharing,
        /// Access for a proxy.
        ProxyAccess,
        /// Being contacted by a channel.
        Contact,
        /// Treatment.
        Treatment,
        /// Letters to the GP.
        LettersToPractice,
    }

    /// On what ground somebody acts for a patient.
    pub enum ProxyBasis {
        /// The patient's consent.
        PatientsConsent,
        /// Parental responsibility.
        ParentalResponsibility,
        /// A lasting power of attorney for health and welfare.
        LastingPowerOfAttorney,
        /// A deputy appointed by the Court of Protection.
        CourtAppointedDeputy,
        /// A decision in the best interests of a person without capacity.
        BestInterests,
    }

    /// Why somebody acts for a patient no longer.
    pub enum ProxyEndReason {
        /// The patient withdrew it.
        PatientWithdrew,
        /// The proxy gave it up.
        ProxyWithdrew,
        /// The child came of age or can decide.
        ChildCanDecide,
        /// It ran out.
        Expired,
        /// It was a risk to the patient.
        Safeguarding,
        /// The patient died.
        PatientDied,
    }

    /// What feedback is about.
    pub enum FeedbackAbout {
        /// Communication.
        Communication,
        /// The wait.
        Waiting,
        /// Respect and conduct.
        Respect,
        /// Clinical care.
        Care,
        /// Whether a contact was worth it.
        ContactValue,
        /// Access and adjustments.
        Access,
        /// Something else.
        Other,
    }

    /// Why a letter was held back.
    pub enum SuppressionReason {
        /// The patient died.
        PatientDied,
        /// The patient does not want it.
        PatientOptedOut,
        /// It is not safe to write to the patient there.
        ContactNotSafe,
        /// The address is not known.
        AddressUnknown,
        /// A later letter takes its place.
        Superseded,
        /// It was sent already.
        Duplicate,
        /// What it tells is no longer so.
        NoLongerTrue,
    }
}
