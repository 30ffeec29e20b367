//! Coded values shared by several groups of steps (RTT guidance v5.0, Annex D; NHS Data Dictionary; e-RS).

codes! {
    /// A role that acts for an organisation; owners are roles at organisations, never names.
    pub enum Role {
        /// A general practitioner, who refers.
        GeneralPractitioner,
        /// Staff of a general practice other than the referrer.
        PracticeStaff,
        /// The responsible consultant.
        Consultant,
        /// A clinician of the clinic.
        Clinician,
        /// A nurse or other registered professional.
        Nurse,
        /// Who triages referrals.
        TriageClinician,
        /// Who answers advice and guidance requests.
        AdviceResponder,
        /// The booking team or booking office.
        BookingTeam,
        /// The reception desk.
        Receptionist,
        /// The team of a ward.
        WardTeam,
        /// Who gives dates of admission.
        SchedulingTeam,
        /// Who sends letters and chases their delivery.
        CorrespondenceTeam,
        /// The pathway coordinator: who is asked when nobody else owns the step.
        PathwayCoordinator,
        /// The medical examiner's office.
        MedicalExaminer,
        /// The doctor who attended the person in life.
        AttendingPractitioner,
        /// A pharmacist.
        Pharmacist,
        /// Who manages a service and its points of contact.
        ServiceManager,
        /// Who validates waiting lists.
        ValidationTeam,
        /// The patient.
        Patient,
        /// A carer or proxy of the patient.
        Carer,
        /// An auditor.
        Auditor,
        /// A system acting by itself.
        System,
    }

    /// How something was told or sent.
    pub enum Channel {
        /// A letter on paper handed over or sent within a site.
        Letter,
        /// E-mail.
        Email,
        /// Telephone.
        Telephone,
        /// Text message.
        TextMessage,
        /// The NHS App.
        NhsApp,
        /// In person.
        InPerson,
        /// Video.
        Video,
        /// A structured electronic document between systems.
        ElectronicDocument,
        /// An advice and guidance service.
        AdviceService,
        /// A task inside a shared clinical system (Humberside LMCs interface guidance, tasks: not an approved channel).
        ClinicalSystemTask,
        /// The post.
        Post,
        /// A patient portal.
        Portal,
        /// The e-Referral Service.
        EReferralService,
        /// The source does not say.
        NotRecorded,
    }

    /// How urgent a referral is (SERVICE REQUEST PRIORITY TYPE).
    pub enum Priority {
        /// Routine.
        Routine = "1",
        /// Urgent.
        Urgent = "2",
        /// Urgent suspected cancer or breast symptomatic; formerly two week wait.
        UrgentSuspectedCancer = "3",
    }

    /// How soon an action is needed.
    pub enum Urgency {
        /// In the ordinary course.
        Routine,
        /// Within days.
        Urgent,
        /// On the same day.
        SameDay,
        /// Within hours.
        Critical,
    }

    /// Who pays for a contact, a stay or a test.
    pub enum Funding {
        /// The NHS.
        Nhs,
        /// The patient, an insurer or an employer.
        Private,
    }

    /// How patient and clinician met.
    pub enum Medium {
        /// Face to face.
        FaceToFace,
        /// Video.
        Video,
        /// Telephone.
        Telephone,
    }

    /// Whom a point of contact is for.
    pub enum Audience {
        /// Patients and carers.
        Patient,
        /// Hospitals.
        Hospital,
        /// General practices.
        Practice,
        /// Primary care networks.
        PrimaryCareNetwork,
        /// Community services.
        Community,
    }

    /// What a point of contact is for.
    pub enum ContactPurpose {
        /// Questions about the next step.
        Questions,
        /// A delay.
        Delay,
        /// A worsening condition while waiting.
        Deterioration,
        /// Anything else.
        General,
        /// Booking and changing appointments.
        Booking,
        /// Test results.
        Results,
        /// After a death, for the family: the certificate and what follows.
        Bereavement,
    }

    /// RTT period status (RTT guidance v5.0, Annex D).
    pub enum RttStatus {
        /// First activity of a period.
        FirstActivity = "10",
        /// First activity after active monitoring.
        FirstActivityAfterActiveMonitoring = "11",
        /// First activity after a consultant's referral for a separate condition.
        FirstActivitySeparateCondition = "12",
        /// Subsequent activity, more expected.
        SubsequentActivity = "20",
        /// Further activity expected at another provider.
        ExpectedAtOtherProvider = "21",
        /// First treatment: stop.
        FirstTreatment = "30",
        /// Active monitoring started by the patient: stop.
        ActiveMonitoringByPatient = "31",
        /// Active monitoring started by a care professional: stop.
        ActiveMonitoringByProfessional = "32",
        /// Did not attend the first care activity: stop and nullify.
        DidNotAttendFirst = "33",
        /// Decision not to treat or no further contact: stop.
        DecisionNotToTreat = "34",
        /// Patient declined offered treatment: stop.
        PatientDeclined = "35",
        /// Died before treatment: stop.
        Died = "36",
        /// Activity after treatment.
        AfterTreatment = "90",
        /// Activity during active monitoring.
        DuringActiveMonitoring = "91",
        /// GP diagnostics before referral.
        BeforeReferral = "92",
        /// Not applicable to RTT.
        NotApplicable = "98",
        /// Not yet known.
        NotYetKnown = "99",
    }
}
