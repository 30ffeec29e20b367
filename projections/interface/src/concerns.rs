//! Which steps can move a row of the interface.

use steps::StepKind as Kind;

/// Whether the step is about a concern, passed work, a leaving, a death or a letter held back. A new step must be given an
/// opinion.
#[rustfmt::skip]
pub(crate) fn concerns(kind: Kind) -> bool {
    match kind {
        Kind::InterfaceConcernRaised | Kind::InterfaceConcernEscalated
        | Kind::InterfaceConcernClosed | Kind::WorkTransferRequested
        | Kind::WorkTransferAccepted | Kind::WorkloadReturned
        | Kind::PrivateProviderRequestReceived | Kind::ReferralDeclined
        | Kind::RemovedFromWaitingList | Kind::PatientDied | Kind::MccdCompleted
        | Kind::ReferredToMedicalExaminer | Kind::MedicalExaminerScrutinyCompleted
        | Kind::CoronerNotified | Kind::MccdSentToRegistrar | Kind::PathwaySubject
        | Kind::LetterSuppressed | Kind::StepCorrected | Kind::StepEnteredInError => true,
        Kind::ReferralSent | Kind::ReferralReceived | Kind::AdviceConvertedToReferral
        | Kind::AppointmentBooked | Kind::AppointmentRescheduled | Kind::TransferReceived
        | Kind::TransferRejected | Kind::PathwayReclassified | Kind::AdviceRequested
        | Kind::AdviceFurtherInformationRequested | Kind::AdviceGiven | Kind::AdviceClosed
        | Kind::ClinicalConversationHeld | Kind::ReferralDrafted | Kind::ReferralTriaged
        | Kind::ReferralAccepted | Kind::ReferralReturnedForInformation
        | Kind::ReferralDeclineDisputed | Kind::ReturnToPrimaryCareCommunicated
        | Kind::ReferralRedirected | Kind::ReferralCancelled | Kind::OnwardReferralNeeded
        | Kind::OnwardReferralMade | Kind::GpAskedToRefer | Kind::AppointmentSlotUnavailable
        | Kind::AppointmentOffered | Kind::AppointmentOfferDeclined
        | Kind::AppointmentCommunicated | Kind::AppointmentChangeRequested
        | Kind::AppointmentCancelled | Kind::PatientUnavailabilityDeclared
        | Kind::PatientArrived | Kind::OutpatientAttended | Kind::DnaCallAttempted
        | Kind::DnaRecorded | Kind::DnaClinicalDecisionMade
        | Kind::AppointmentOutcomeRecorded | Kind::PatientRebookRequested
        | Kind::NextStepAssigned | Kind::NextStepAccepted | Kind::NextStepReturned
        | Kind::RttClockCorrected | Kind::AddedToWaitingList | Kind::DecisionToTreatMade
        | Kind::ActiveMonitoringStarted | Kind::ActiveMonitoringReviewed
        | Kind::PathwayResumed | Kind::TreatmentStarted | Kind::ProcedureNotCarriedOut
        | Kind::DecisionNotToTreat | Kind::TreatmentDeclined | Kind::CareTransferredOut
        | Kind::PlacedOnPlannedList | Kind::PifuStarted | Kind::PifuActivated
        | Kind::PifuExpired | Kind::WaitingListValidated | Kind::AddedToTransplantList
        | Kind::SecondSideFitAndReady | Kind::ThinkingTimeAgreed
        | Kind::PatientTemporarilyUnfit | Kind::PlannedDatePassed
        | Kind::PatientChosePrivateTreatment | Kind::PatientMovedAbroad
        | Kind::PatientUntraceable | Kind::TestRequested | Kind::TestPerformed
        | Kind::ResultReported | Kind::ResultNotificationSent
        | Kind::ResultNotificationDelivered | Kind::ResultNotificationAcknowledged
        | Kind::ResultReviewed | Kind::ResultCommunicatedToPatient
        | Kind::ResultFollowUpRequestedFromGp | Kind::FutureActionPlanned
        | Kind::LetterDrafted | Kind::LetterAuthorised | Kind::ClinicLetterSent
        | Kind::DischargeSummarySent | Kind::DocumentDelivered | Kind::DocumentOpened
        | Kind::DocumentFiled | Kind::DocumentBounced | Kind::ActionRequested
        | Kind::ActionAccepted | Kind::ActionReturned | Kind::PatientInformed
        | Kind::EpisodeConclusionSent | Kind::FitNoteNeeded | Kind::FitNoteIssued
        | Kind::FitNoteRequestedFromGp | Kind::PatientAdmitted | Kind::InpatientDischarged
        | Kind::PatientSelfDischarged | Kind::PatientLeftPathwayAgainstAdvice
        | Kind::MedicationDecided | Kind::MedicationPrescribed | Kind::MedicationSupplied
        | Kind::PreTreatmentAssessmentDone | Kind::PatientCounselled
        | Kind::GpOngoingPrescribingRequested | Kind::GpOngoingPrescribingAccepted
        | Kind::GpOngoingPrescribingDeclined | Kind::SharedCareProposed
        | Kind::SharedCareAgreed | Kind::SharedCareDeclined | Kind::SharedCareEnded
        | Kind::MonitoringDone | Kind::DischargeMedicinesReferralSent
        | Kind::DischargeMedicinesStage1Completed | Kind::ContactPointPublished
        | Kind::ContactPointServiced | Kind::ContactPointFailed | Kind::ContactPointRetired
        | Kind::QueryReceived | Kind::QueryAnswered | Kind::PatientRedirectedToGp
        | Kind::WaitingWellSupportOffered | Kind::WaitingTimesPublished | Kind::DirectoryEntryUpdated
        | Kind::ExpectedEventMissed | Kind::ReconciliationCompleted | Kind::FeedSilent
        | Kind::AdjustmentNeedRecorded | Kind::AdjustmentApplied | Kind::AdjustmentNotMet
        | Kind::TransferredFromPrivateCare | Kind::PolicyPackActivated
        | Kind::PolicyPackRetired | Kind::UnmatchedActivityReceived
        | Kind::ExpectedTimeframeSet | Kind::HealthPromotionOffered
        | Kind::LtcReviewRecorded | Kind::FormularyStatusRecorded | Kind::SharedCareGuidanceGapRecorded
        | Kind::MessageSent | Kind::MessageAnswered | Kind::ResultActioned | Kind::CancerPathwayOpened
        | Kind::CancerUpgraded | Kind::DiagnosisCommunicated | Kind::CancerTreatmentDecided
        | Kind::CancerTreatmentStarted | Kind::ConsentRecorded | Kind::ProxyAppointed | Kind::ProxyEnded
        | Kind::FeedbackReceived | Kind::LetterIssued | Kind::PathwayIdentified | Kind::PathwayMerged
        | Kind::TestMessageSent | Kind::TestMessageReturned | Kind::ResendRequested | Kind::AlarmResolved
        | Kind::ParkedStepLinked | Kind::OrganisationRecorded | Kind::ObligationBreached => false,
    }
}
