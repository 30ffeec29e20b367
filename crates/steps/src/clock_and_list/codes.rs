//! Coded values of group C.

codes! {
    /// Which list a patient joins.
    pub enum ListType {
        /// Outpatient list (non-admitted).
        Outpatient = "ORTT",
        /// Admitted list.
        Admitted = "IRTT",
        /// Diagnostic list.
        Diagnostic,
    }

    /// Surgical clinical priority.
    pub enum ClinicalPriority {
        /// Emergency, within 24 hours.
        P1a = "P1a",
        /// Urgent, within 72 hours.
        P1b = "P1b",
        /// Within four weeks.
        P2 = "P2",
        /// Within three months.
        P3 = "P3",
        /// More than three months.
        P4 = "P4",
        /// Deferred by the patient.
        P5 = "P5",
        /// Deferred for another reason.
        P6 = "P6",
    }

    /// Where treatment takes place.
    pub enum TreatmentSetting {
        /// Outpatients.
        Outpatient,
        /// As an admitted patient.
        Admitted,
        /// In an interface service.
        Interface,
        /// Therapy or healthcare science chosen as the treatment.
        Therapy,
    }

    /// Who starts active monitoring.
    pub enum MonitoringInitiator {
        /// The patient.
        Patient,
        /// A care professional.
        CareProfessional,
    }

    /// Why active monitoring starts.
    pub enum MonitoringReason {
        /// A clinical reason.
        Clinical,
        /// The patient wants to delay.
        Delay,
        /// The patient needs months to think.
        Thinking,
    }

    /// What a review of active monitoring found.
    pub enum MonitoringOutcome {
        /// It goes on.
        Continue,
        /// Treatment is wanted now.
        Treat,
        /// The patient is discharged.
        Discharge,
    }

    /// Why a procedure did not happen.
    pub enum NotDoneReason {
        /// A clinical reason.
        Clinical,
        /// A reason of the provider, on the day.
        NonClinical,
        /// The patient.
        Patient,
    }

    /// Why clinical responsibility moves.
    pub enum TransferReason {
        /// Treatment.
        Treatment,
        /// An opinion.
        Opinion,
        /// Diagnostics.
        Diagnostic,
        /// The patient's choice or shorter wait elsewhere.
        Choice,
    }

    /// Why a receiver rejected a transfer.
    pub enum TransferRejectReason {
        /// No capacity.
        NoCapacity,
        /// Not the right service.
        ServiceInappropriate,
        /// The minimum data set is missing or incomplete.
        DataIncomplete,
        /// Another reason.
        Other,
    }

    /// What planned care is for.
    pub enum PlannedKind {
        /// An admission for treatment.
        TreatmentAdmission,
        /// A diagnostic or surveillance test.
        Diagnostic,
        /// An outpatient follow-up.
        OutpatientFollowUp,
    }

    /// Patient-initiated follow-up: moved to it, or discharged to it.
    pub enum PifuType {
        /// Stays under the consultant's care.
        Moved,
        /// Discharged, with a way back.
        Discharged,
    }

    /// What the patient wishes, asked at validation.
    pub enum ValidationWish {
        /// To stay on the list.
        Remain,
        /// To leave it.
        Leave,
        /// No reply: stays on the list.
        NoReply,
    }

    /// A side of the body.
    pub enum Side {
        /// Left.
        Left,
        /// Right.
        Right,
    }

    /// A field of a period that validation corrects.
    pub enum ClockField {
        /// The date the clock started.
        ClockStart,
        /// The date the clock stopped.
        ClockStop,
        /// The status that ended the period.
        StopStatus,
        /// The period should not be there.
        Nullified,
    }
}
