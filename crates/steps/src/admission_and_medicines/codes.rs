//! Coded values of group F.

codes! {
    /// What an admission is for (RTT rows 21, 24, 57).
    pub enum AdmissionIntent {
        /// First definitive treatment.
        FirstDefinitiveTreatment,
        /// Diagnosis only.
        Diagnostic,
        /// Preparation for an operation.
        PreOperative,
        /// Preparation for another treatment.
        PreTreatment,
        /// An emergency.
        Emergency,
        /// A regular or planned admission.
        RegularPlanned,
    }

    /// ADMISSION METHOD of the NHS Data Dictionary.
    pub enum AdmissionMethod {
        /// Elective: from a waiting list.
        WaitingList = "11",
        /// Elective: booked.
        Booked = "12",
        /// Elective: planned.
        Planned = "13",
        /// Emergency: the provider's own emergency department.
        EmergencyDepartment = "21",
        /// Emergency: a general practitioner.
        EmergencyGeneralPractitioner = "22",
        /// Emergency: a bed bureau.
        EmergencyBedBureau = "23",
        /// Emergency: a consultant clinic.
        EmergencyConsultantClinic = "24",
        /// Emergency: a mental health crisis resolution team.
        EmergencyMentalHealthCrisisTeam = "25",
        /// Emergency: another provider's emergency department.
        EmergencyOtherProviderDepartment = "2A",
        /// Emergency: transfer of an admitted patient from another provider.
        EmergencyTransfer = "2B",
        /// Baby born at home as intended.
        BornAtHomeAsIntended = "2C",
        /// Another emergency admission.
        EmergencyOther = "2D",
        /// Emergency: other means (older records).
        EmergencyOtherMeans = "28",
        /// Maternity: before birth.
        MaternityAntePartum = "31",
        /// Maternity: after birth.
        MaternityPostPartum = "32",
        /// Transfer from another provider, not in an emergency.
        TransferNotEmergency = "81",
        /// Birth in this provider.
        BirthInProvider = "82",
        /// Baby born outside the provider, not at home as intended.
        BirthOutsideProvider = "83",
    }

    /// How an admission ended.
    pub enum HospitalDischargeMethod {
        /// On clinical advice or with clinical consent.
        ClinicalAdvice = "1",
        /// By the patient, a relative or an advocate.
        SelfOrRelative = "2",
        /// By a tribunal, the Home Secretary or a court.
        TribunalOrCourt = "3",
        /// The patient died.
        Died = "4",
        /// Stillbirth.
        Stillbirth = "5",
    }

    /// DISCHARGE DESTINATION of the NHS Data Dictionary.
    pub enum DischargeDestination {
        /// Usual place of residence.
        UsualResidence = "19",
        /// Temporary place of residence.
        TemporaryResidence = "29",
        /// Repatriation from high security psychiatric accommodation.
        Repatriation = "30",
        /// Court.
        Court = "37",
        /// Penal establishment or police station.
        PenalOrPolice = "38",
        /// High security psychiatric hospital, Scotland.
        HighSecurityScotland = "48",
        /// Another NHS provider: high security psychiatric accommodation.
        NhsHighSecurity = "49",
        /// Another NHS provider: medium secure unit.
        NhsMediumSecure = "50",
        /// Another NHS provider: general ward.
        NhsGeneralWard = "51",
        /// Another NHS provider: maternity or neonatal ward.
        NhsMaternityWard = "52",
        /// Another NHS provider: ward for mental illness or learning disability.
        NhsMentalHealthWard = "53",
        /// NHS care home.
        NhsCareHome = "54",
        /// Local authority residential accommodation.
        LocalAuthorityResidential = "65",
        /// Local authority foster care.
        FosterCare = "66",
        /// Not applicable: died or stillborn.
        DiedOrStillborn = "79",
        /// Non-NHS medium secure unit.
        NonNhsMediumSecure = "84",
        /// Non-NHS care home.
        NonNhsCareHome = "85",
        /// Non-NHS hospital.
        NonNhsHospital = "87",
        /// Non-NHS hospice.
        Hospice = "88",
        /// Not applicable: still admitted.
        NotApplicable = "98",
        /// Not known.
        NotKnown = "99",
    }

    /// How soon a medicine is needed (SEL 8.2).
    pub enum MedicineNeed {
        /// At once.
        Immediate,
        /// In the ordinary course.
        Routine,
    }

    /// For what a medicine was prescribed (SEL 8.3).
    pub enum PrescribedFor {
        /// At a clinic.
        Clinic,
        /// To take home at discharge.
        Discharge,
        /// During an admission.
        Inpatient,
    }

    /// Why a supply is shorter than asked for (SEL 8.3).
    pub enum SupplyShortfall {
        /// The course is shorter.
        ShorterCourse,
        /// The patient has stock already.
        AlreadyHasStock,
        /// The patient's own medicine.
        PatientsOwn,
        /// A safety limit.
        SafetyLimit,
    }

    /// Who may prescribe a drug under the local formulary (SEL 8.5).
    pub enum DrugCategory {
        /// General practice may start and continue it.
        GeneralPractice,
        /// A specialist starts it, general practice continues.
        SpecialistInitiated,
        /// Only under a shared care agreement.
        SharedCare,
        /// Specialists only.
        SpecialistOnly,
        /// Not recommended.
        NotRecommended,
    }

    /// Why a practice does not take on prescribing or shared care.
    pub enum PrescribingDeclineReason {
        /// The formulary does not allow it.
        NotOnFormulary,
        /// No shared care protocol, or it is not complete.
        NoSharedCareProtocol,
        /// Outside the practice's competence.
        OutsideCompetence,
        /// Not commissioned.
        NotCommissioned,
        /// The patient is not stable on it yet.
        NotStable,
        /// Another reason.
        Other,
    }

    /// A kind of shared care with its own sensitivity (Humberside LMCs interface guidance).
    pub enum SharedCareCategory {
        /// Ordinary.
        Ordinary,
        /// Prescribing in gender incongruence: restricted by default.
        GenderIncongruence,
    }

    /// Where a request to prescribe comes from.
    pub enum PrescribingOrigin {
        /// An NHS specialist.
        NhsSpecialist,
        /// A private provider.
        Private,
        /// An unregulated source.
        Unregulated,
    }

    /// Why shared care ended.
    pub enum SharedCareEnd {
        /// The medicine was stopped.
        MedicineStopped,
        /// The practice gave it back.
        ReturnedByPractice,
        /// The specialist took it back.
        TakenBackBySpecialist,
        /// Monitoring was not done.
        MonitoringNotDone,
        /// The patient moved practice.
        PatientMoved,
        /// Another reason.
        Other,
    }

    /// How a discharge medicines referral went to the pharmacy (discharge medicines service).
    pub enum MedicinesReferralRoute {
        /// The `PharmOutcomes` service.
        #[serde(rename = "PHARMOUTCOMES")]
        PharmOutcomes,
        /// Refer-to-Pharmacy.
        ReferToPharmacy,
        /// `NHSmail`.
        #[serde(rename = "NHSMAIL")]
        NhsMail,
    }
}
