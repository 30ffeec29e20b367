//! Which steps the rows are made of, whatever the rules name.

use steps::StepKind as Kind;

/// Whether the functions of this room read the step. A new step must be given an opinion.
#[rustfmt::skip]
pub(crate) fn is_read(kind: Kind) -> bool {
    match kind {
        Kind::TestRequested | Kind::TestPerformed | Kind::ResultReported | Kind::ResultNotificationSent
        | Kind::ResultNotificationDelivered | Kind::ResultNotificationAcknowledged | Kind::ResultReviewed
        | Kind::ResultCommunicatedToPatient | Kind::ResultActioned | Kind::LetterDrafted
        | Kind::LetterAuthorised | Kind::ClinicLetterSent | Kind::DischargeSummarySent
        | Kind::DocumentDelivered | Kind::DocumentOpened | Kind::DocumentFiled | Kind::DocumentBounced
        | Kind::EpisodeConclusionSent | Kind::LetterIssued | Kind::LetterSuppressed | Kind::ReferralSent
        | Kind::ReferralReceived | Kind::ReferralTriaged | Kind::ReferralAccepted | Kind::ReferralDeclined
        | Kind::ReferralCancelled | Kind::OutpatientAttended | Kind::ActionAccepted | Kind::ActionReturned
        | Kind::WorkTransferAccepted | Kind::WorkloadReturned | Kind::PatientDied | Kind::PathwayMerged
        | Kind::MessageSent | Kind::WorkTransferRequested | Kind::ActionRequested | Kind::ResendRequested
        | Kind::ExpectedEventMissed | Kind::ObligationBreached | Kind::AlarmResolved | Kind::StepCorrected
        | Kind::StepEnteredInError => true,
        Kind::AdviceConvertedToReferral | Kind::AppointmentBooked | Kind::AppointmentRescheduled
        | Kind::TransferReceived | Kind::TransferRejected | Kind::PathwayReclassified
        | Kind::AdviceRequested | Kind::AdviceFurtherInformationRequested | Kind::AdviceGiven
        | Kind::AdviceClosed | Kind::ClinicalConversationHeld | Kind::ReferralDrafted
        | Kind::ReferralReturnedForInformation | Kind::ReferralDeclineDisputed
        | Kind::ReturnToPrimaryCareCommunicated | Kind::ReferralRedirected | Kind::OnwardReferralNeeded
        | Kind::OnwardReferralMade | Kind::GpAskedToRefer | Kind::AppointmentSlotUnavailable
        | Kind::AppointmentOffered | Kind::AppointmentOfferDeclined | Kind::AppointmentCommunicated
        | Kind::AppointmentChangeRequested | Kind::AppointmentCancelled
        | Kind::PatientUnavailabilityDeclared | Kind::PatientArrived | Kind::DnaCallAttempted
        | Kind::DnaRecorded | Kind::DnaClinicalDecisionMade | Kind::AppointmentOutcomeRecorded
        | Kind::PatientRebookRequested | Kind::NextStepAssigned | Kind::NextStepAccepted
        | Kind::NextStepReturned | Kind::RttClockCorrected | Kind::AddedToWaitingList
        | Kind::DecisionToTreatMade | Kind::ActiveMonitoringStarted | Kind::ActiveMonitoringReviewed
        | Kind::PathwayResumed | Kind::TreatmentStarted | Kind::ProcedureNotCarriedOut
        | Kind::DecisionNotToTreat | Kind::TreatmentDeclined | Kind::CareTransferredOut
        | Kind::PlacedOnPlannedList | Kind::PifuStarted | Kind::PifuActivated | Kind::PifuExpired
        | Kind::WaitingListValidated | Kind::AddedToTransplantList | Kind::SecondSideFitAndReady
        | Kind::ThinkingTimeAgreed | Kind::PatientTemporarilyUnfit | Kind::PlannedDatePassed
        | Kind::PatientChosePrivateTreatment | Kind::PatientMovedAbroad | Kind::PatientUntraceable
        | Kind::ResultFollowUpRequestedFromGp | Kind::FutureActionPlanned
        | Kind::PatientInformed | Kind::FitNoteNeeded | Kind::FitNoteIssued | Kind::FitNoteRequestedFromGp
        | Kind::PatientAdmitted | Kind::InpatientDischarged | Kind::PatientSelfDischarged
        | Kind::PatientLeftPathwayAgainstAdvice | Kind::MedicationDecided | Kind::MedicationPrescribed
        | Kind::MedicationSupplied | Kind::PreTreatmentAssessmentDone | Kind::PatientCounselled
        | Kind::GpOngoingPrescribingRequested | Kind::GpOngoingPrescribingAccepted
        | Kind::GpOngoingPrescribingDeclined | Kind::SharedCareProposed | Kind::SharedCareAgreed
        | Kind::SharedCareDeclined | Kind::SharedCareEnded | Kind::MonitoringDone
        | Kind::DischargeMedicinesReferralSent | Kind::DischargeMedicinesStage1Completed
        | Kind::TestMessageSent | Kind::TestMessageReturned | Kind::ContactPointPublished | Kind::ContactPointServiced
        | Kind::ContactPointFailed | Kind::ContactPointRetired | Kind::QueryReceived | Kind::QueryAnswered
        | Kind::PatientRedirectedToGp | Kind::WaitingWellSupportOffered | Kind::WaitingTimesPublished
        | Kind::DirectoryEntryUpdated | Kind::InterfaceConcernRaised | Kind::InterfaceConcernEscalated
        | Kind::InterfaceConcernClosed | Kind::ReconciliationCompleted | Kind::FeedSilent
        | Kind::AdjustmentNeedRecorded | Kind::AdjustmentApplied | Kind::AdjustmentNotMet
        | Kind::MccdCompleted | Kind::ReferredToMedicalExaminer | Kind::CoronerNotified
        | Kind::MccdSentToRegistrar | Kind::PrivateProviderRequestReceived
        | Kind::TransferredFromPrivateCare | Kind::PolicyPackActivated | Kind::PolicyPackRetired
        | Kind::UnmatchedActivityReceived | Kind::RemovedFromWaitingList | Kind::ExpectedTimeframeSet
        | Kind::HealthPromotionOffered | Kind::LtcReviewRecorded | Kind::FormularyStatusRecorded
        | Kind::SharedCareGuidanceGapRecorded | Kind::MessageAnswered
        | Kind::CancerPathwayOpened | Kind::CancerUpgraded | Kind::DiagnosisCommunicated
        | Kind::CancerTreatmentDecided | Kind::CancerTreatmentStarted
        | Kind::MedicalExaminerScrutinyCompleted | Kind::ConsentRecorded | Kind::ProxyAppointed
        | Kind::ProxyEnded | Kind::FeedbackReceived | Kind::PathwayIdentified | Kind::PathwaySubject
        | Kind::ParkedStepLinked | Kind::OrganisationRecorded => false,
    }
}
