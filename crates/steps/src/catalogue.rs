//! The one list of steps: it writes the enum, names, ranks, decoding and schemas.

#[cfg_attr(
    not(test),
    expect(clippy::wildcard_imports, reason = "the list below names every step of these groups")
)]
use crate::{
    admission_and_medicines::*, advice_and_referral::*, booking_and_attendance::*,
    clock_and_list::*, interface_and_safety::*, letters_and_information::*, named_by_rules::*,
    record_keeping::*, tests_and_results::*,
};

macro_rules! steps {
    ($( $group:ident { $( $name:ident ),+ $(,)? } )+) => {
        /// A group of the catalogue.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Group { $( #[doc = concat!("Group ", stringify!($group), ".")] $group ),+ }

        /// Which step it is.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(u16)]
        pub enum StepKind { $($( #[doc = concat!("See [`", stringify!($name), "`].")] $name ),+),+ }

        /// Something that happened on a pathway.
        ///
        /// In JSON one field of an object names the step: `{"referralSent": {…}}`.
        #[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
        #[serde(rename_all = "camelCase")]
        pub enum Step { $($( #[doc = concat!("See [`", stringify!($name), "`].")] $name(Box<$name>) ),+),+ }

        impl StepKind {
            /// Every step, in the order of the catalogue.
            pub const ALL: &'static [Self] = &[ $($( Self::$name ),+),+ ];

            /// The stored name of the step, `ReferralSent`.
            pub const fn name(self) -> &'static str {
                match self { $($( Self::$name => stringify!($name) ),+),+ }
            }

            /// The group of the catalogue that the step stands in.
            pub const fn group(self) -> Group {
                match self { $($( Self::$name => Group::$group ),+),+ }
            }

            /// The step of that stored name.
            pub fn from_name(name: &str) -> Option<Self> {
                match name { $($( stringify!($name) => Some(Self::$name), )+)+ _ => None }
            }

            /// The JSON Schema of the step's clear and personal fields together.
            pub fn schema(self) -> schemars::Schema {
                match self { $($( Self::$name => schemars::schema_for!($name) ),+),+ }
            }
        }

        impl Step {
            /// Which step it is.
            pub const fn kind(&self) -> StepKind {
                match self { $($( Self::$name(_) => StepKind::$name ),+),+ }
            }

            pub(crate) fn decode_newest(kind: StepKind, clear: &[u8]) -> serde_json::Result<Self> {
                Ok(match kind { $($( StepKind::$name => Self::$name(serde_json::from_slice(clear)?) ),+),+ })
            }

            /// The fields alone, without the name of the step: what is stored.
            pub fn split_payload(&self) -> serde_json::Result<(Vec<u8>, Vec<String>)> {
                match self { $($( Self::$name(step) => crate::personal::split(step) ),+),+ }
            }

            /// The fields as JSON, with whatever is open of the personal ones.
            pub fn payload(&self) -> serde_json::Result<serde_json::Value> {
                match self { $($( Self::$name(step) => serde_json::to_value(step) ),+),+ }
            }
        }

        $($( impl From<$name> for Step {
            fn from(step: $name) -> Self { Self::$name(Box::new(step)) }
        } )+)+
    };
}

steps! {
    AdviceAndReferral {
        AdviceRequested, AdviceFurtherInformationRequested, AdviceGiven, AdviceConvertedToReferral,
        AdviceClosed, ClinicalConversationHeld, ReferralDrafted, ReferralSent, ReferralReceived,
        ReferralTriaged, ReferralAccepted, ReferralReturnedForInformation, ReferralDeclined,
        ReferralDeclineDisputed, ReturnToPrimaryCareCommunicated, ReferralRedirected,
        ReferralCancelled, OnwardReferralNeeded, OnwardReferralMade, GpAskedToRefer,
    }
    BookingAndAttendance {
        AppointmentSlotUnavailable, AppointmentOffered, AppointmentOfferDeclined, AppointmentBooked,
        AppointmentCommunicated, AppointmentChangeRequested, AppointmentRescheduled,
        AppointmentCancelled, PatientUnavailabilityDeclared, PatientArrived, OutpatientAttended,
        DnaCallAttempted, DnaRecorded, DnaClinicalDecisionMade, AppointmentOutcomeRecorded,
        PatientRebookRequested, NextStepAssigned, NextStepAccepted, NextStepReturned,
    }
    ClockAndList {
        RttClockCorrected, AddedToWaitingList, DecisionToTreatMade, ActiveMonitoringStarted,
        ActiveMonitoringReviewed, PathwayResumed, TreatmentStarted, ProcedureNotCarriedOut,
        DecisionNotToTreat, TreatmentDeclined, CareTransferredOut, TransferReceived,
        TransferRejected, PlacedOnPlannedList, PifuStarted, PifuActivated, PifuExpired,
        WaitingListValidated, AddedToTransplantList, SecondSideFitAndReady, ThinkingTimeAgreed,
        PatientTemporarilyUnfit, PlannedDatePassed, PatientChosePrivateTreatment,
        PatientMovedAbroad, PatientUntraceable, PathwayReclassified,
    }
    TestsAndResults {
        TestRequested, TestPerformed, ResultReported, ResultNotificationSent,
        ResultNotificationDelivered, ResultNotificationAcknowledged, ResultReviewed,
        ResultCommunicatedToPatient, ResultFollowUpRequestedFromGp, FutureActionPlanned,
    }
    LettersAndInformation {
        LetterDrafted, LetterAuthorised, ClinicLetterSent, DischargeSummarySent, DocumentDelivered,
        DocumentOpened, DocumentFiled, DocumentBounced, ActionRequested, ActionAccepted,
        ActionReturned, PatientInformed, EpisodeConclusionSent, FitNoteNeeded, FitNoteIssued,
        FitNoteRequestedFromGp,
    }
    AdmissionAndMedicines {
        PatientAdmitted, InpatientDischarged, PatientSelfDischarged, PatientLeftPathwayAgainstAdvice,
        MedicationDecided, MedicationPrescribed, MedicationSupplied, PreTreatmentAssessmentDone,
        PatientCounselled, GpOngoingPrescribingRequested, GpOngoingPrescribingAccepted,
        GpOngoingPrescribingDeclined, SharedCareProposed, SharedCareAgreed, SharedCareDeclined,
        SharedCareEnded, MonitoringDone, DischargeMedicinesReferralSent,
        DischargeMedicinesStage1Completed,
    }
    InterfaceAndSafety {
        WorkTransferRequested, WorkloadReturned, WorkTransferAccepted, ContactPointPublished,
        ContactPointServiced, ContactPointFailed, ContactPointRetired, QueryReceived,
        QueryAnswered, PatientRedirectedToGp, WaitingWellSupportOffered, WaitingTimesPublished,
        DirectoryEntryUpdated, InterfaceConcernRaised, InterfaceConcernEscalated,
        InterfaceConcernClosed, ExpectedEventMissed, ReconciliationCompleted, FeedSilent,
        TestMessageSent, TestMessageReturned, ObligationBreached, ResendRequested, AlarmResolved,
        AdjustmentNeedRecorded, AdjustmentApplied, AdjustmentNotMet, PatientDied, MccdCompleted,
        ReferredToMedicalExaminer, CoronerNotified, MccdSentToRegistrar,
        PrivateProviderRequestReceived, TransferredFromPrivateCare, PolicyPackActivated,
        PolicyPackRetired, UnmatchedActivityReceived,
    }
    NamedByRules {
        RemovedFromWaitingList, ExpectedTimeframeSet, HealthPromotionOffered, LtcReviewRecorded,
        FormularyStatusRecorded, SharedCareGuidanceGapRecorded, MessageSent, MessageAnswered,
        ResultActioned, CancerPathwayOpened, CancerUpgraded, DiagnosisCommunicated,
        CancerTreatmentDecided, CancerTreatmentStarted, MedicalExaminerScrutinyCompleted,
        ConsentRecorded, ProxyAppointed, ProxyEnded, FeedbackReceived, LetterIssued,
        LetterSuppressed,
    }
    RecordKeeping {
        PathwayIdentified, PathwaySubject, PathwayMerged, ParkedStepLinked, StepEnteredInError,
        StepCorrected, OrganisationRecorded,
    }
}

impl StepKind {
    /// Place of the step in the catalogue; it orders what happened at the same moment.
    pub const fn rank(self) -> u16 {
        self as u16
    }

    /// The version that is written now.
    pub const fn version(self) -> u16 {
        1
    }

    /// The name as JSON and GraphQL write it, `referralSent`.
    pub fn field_name(self) -> String {
        let mut letters = self.name().chars();
        letters
            .next()
            .map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
    }

    /// The name in plain English, `Referral sent`.
    pub fn title(self) -> String {
        const KEPT: [&str; 8] = ["DNA", "RTT", "GP", "PIFU", "MCCD", "ASI", "LTC", "NHS"];
        let mut title = String::new();
        for letter in self.name().chars() {
            if letter.is_ascii_uppercase() && !title.is_empty() {
                title.push(' ');
            }
            title.push(if title.is_empty() { letter } else { letter.to_ascii_lowercase() });
        }
        let words = title.split(' ').map(|word| {
            KEPT.iter().find(|kept| kept.eq_ignore_ascii_case(word)).map_or(word, |kept| kept)
        });
        words.collect::<Vec<_>>().join(" ")
    }
}

#[cfg(test)]
mod tests;
