//! Coded values of group B.

codes! {
    /// What an offered or booked date is for.
    pub enum BookingKind {
        /// An outpatient appointment.
        Appointment,
        /// A date to come in for admission (TCI).
        ToComeIn,
        /// A diagnostic test.
        Test,
        /// A pre-operative assessment.
        PreOperativeAssessment,
    }

    /// Who moved or cancelled something.
    pub enum Initiator {
        /// The patient or somebody for them.
        Patient,
        /// The provider.
        Provider,
    }

    /// Why a patient did not take an offered date.
    pub enum OfferDeclineReason {
        /// Not available then.
        Unavailable,
        /// Wants a later date.
        PrefersLater,
        /// Wants this provider and not the alternative.
        PrefersOwnProvider,
        /// Too far.
        Travel,
        /// Not told.
        NotGiven,
    }

    /// Why an appointment was cancelled (e-RS).
    pub enum AppointmentCancelReason {
        /// The patient is ill.
        PatientIll,
        /// The patient is away.
        PatientHoliday,
        /// The patient has another engagement.
        PatientOtherEngagement,
        /// The patient does not want it.
        PatientNotRequired,
        /// The clinic was cancelled.
        ClinicCancelled,
        /// Staff are not available.
        StaffUnavailable,
        /// Equipment or rooms are not available.
        FacilityUnavailable,
        /// No reason given.
        NotSpecified,
    }

    /// ATTENDED OR DID NOT ATTEND (NHS Data Dictionary).
    pub enum AttendanceCode {
        /// Attended on time, or late but before the professional was ready.
        AttendedOnTime = "5",
        /// Arrived late, still seen.
        AttendedLate = "6",
        /// Arrived late, could not be seen.
        ArrivedLateNotSeen = "7",
        /// Cancelled by or for the patient.
        CancelledByPatient = "2",
        /// Did not attend, no warning.
        DidNotAttend = "3",
        /// Cancelled or postponed by the provider.
        CancelledByProvider = "4",
        /// Still to come.
        Future = "0",
    }

    /// How a call before a DNA ended (SEL 2.4).
    pub enum CallOutcome {
        /// Nobody answered.
        NoAnswer,
        /// The patient was reached.
        Reached,
        /// The appointment was moved in the call.
        Rebooked,
        /// The patient was seen by telephone.
        SeenByPhone,
        /// No number is held.
        NoNumberHeld,
    }

    /// OUTCOME OF ATTENDANCE (NHS Data Dictionary).
    pub enum AttendanceOutcome {
        /// Discharged from the consultant's care.
        Discharged = "1",
        /// Another appointment was given.
        AnotherAppointmentGiven = "2",
        /// An appointment is to be made later.
        AppointmentToBeMade = "3",
    }

    /// What a clinician decided after a DNA.
    pub enum DnaDecision {
        /// Another appointment is offered.
        Reoffer,
        /// The patient is discharged to the GP.
        Discharge,
    }

    /// What an attendance held for the patient (SEL GP1).
    pub enum ContactValue {
        /// A decision was made.
        Decision,
        /// Treatment was given.
        Treatment,
        /// Information was given.
        Information,
        /// None of these.
        None,
    }
}
