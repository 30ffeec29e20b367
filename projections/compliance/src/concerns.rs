//! Which steps can move an obligation whatever the packs name.
//!
//! A pack names its own triggers, witnesses and ends, and those concern the view because it names
//! them. Here are the steps that every rule looks at: who is responsible, in which scope, when an
//! appointment starts, from when to when a stay in hospital is, whether a transfer was rejected, and what
//! corrects a step.

use steps::StepKind as Kind;

/// Whether rules look at the step although no pack names it. A new step must be given an opinion.
#[rustfmt::skip]
pub(crate) fn moves_any_rule(kind: Kind) -> bool {
    match kind {
        Kind::ReferralSent | Kind::ReferralReceived | Kind::AdviceConvertedToReferral
        | Kind::PatientAdmitted | Kind::InpatientDischarged | Kind::PatientSelfDischarged | Kind::PatientDied
        | Kind::AppointmentBooked | Kind::AppointmentRescheduled | Kind::TransferReceived
        | Kind::TransferredFromPrivateCare | Kind::TransferRejected | Kind::PathwayReclassified
        | Kind::StepCorrected | Kind::StepEnteredInError => true,
        Kind::AdviceRequested | Kind::AdviceFurtherInformationRequested | Kind::AdviceGiven
        | Kind::AdviceClosed | Kind::ClinicalConversationHeld | Kind::ReferralDrafted
        | Kind::ReferralTriaged | Kind::ReferralAccepted | Kind::ReferralReturnedForInformation
        | Kind::ReferralDeclined | Kind::ReferralDeclineDisputed | Kind::ReturnToPrimaryCareCommunicated
        | Kind::ReferralRedirected | Kind::ReferralCancelled | Kind::OnwardReferralNeeded
        | Kind::OnwardReferralMade | Kind::GpAskedToRefer | Kind::AppointmentSlotUnavailable
        | Kind::AppointmentOffered | Kind::AppointmentOfferDeclined | Kind::AppointmentCommunicated
        | Kind::AppointmentChangeRequested | Kind::AppointmentCancelled
        | Kind::PatientUnavailabilityDeclared | Kind::PatientArrived | Kind::OutpatientAttended
        | Kind::DnaCallAttempted | Kind::DnaRecorded | Kind::DnaClinicalDecisionMade
        | Kind::AppointmentOutcomeRecorded | Kind::PatientRebookRequested | Kind::NextStepAssigned
        | Kind::NextStepAccepted | Kind::NextStepReturned | Kind::RttClockCorrected
        | Kind::AddedToWaitingList | Kind::DecisionToTreatMade | Kind::ActiveMonitoringStarted
        | Kind::ActiveMonitoringReviewed | Kind::PathwayResumed | Kind::TreatmentStarted
        | Kind::ProcedureNotCarriedOut | Kind::DecisionNotToTreat | Kind::TreatmentDeclined
        | Kind::CareTransferredOut | Kind::PlacedOnPlannedList
        | Kind::PifuStarted | Kind::PifuActivated | Kind::PifuExpired | Kind::WaitingListValidated
        | Kind::AddedToTransplantList | Kind::SecondSideFitAndReady | Kind::ThinkingTimeAgreed
        | Kind::PatientTemporarilyUnfit | Kind::PlannedDatePassed | Kind::PatientChosePrivateTreatment
        | Kind::PatientMovedAbroad | Kind::PatientUntraceable | Kind::TestRequested | Kind::TestPerformed
        | Kind::ResultReported | Kind::ResultNotificationSent | Kind::ResultNotificationDelivered
        | Kind::ResultNotificationAcknowledged | Kind::ResultReviewed | Kind::ResultCommunicatedToPatient
        | Kind::ResultFollowUpRequestedFromGp | Kind::FutureActionPlanned | Kind::LetterDrafted
        | Kind::LetterAuthorised | Kind::ClinicLetterSent | Kind::DischargeSummarySent
        | Kind::DocumentDelivered | Kind::DocumentOpened | Kind::DocumentFiled | Kind::DocumentBounced
        | Kind::ActionRequested | Kind::ActionAccepted | Kind::ActionReturned | Kind::PatientInformed
        | Kind::EpisodeConclusionSent | Kind::FitNoteNeeded | Kind::FitNoteIssued
        | Kind::FitNoteRequestedFromGp | Kind::PatientLeftPathwayAgainstAdvice | Kind::MedicationDecided
        | Kind::MedicationPrescribed | Kind::MedicationSupplied | Kind::PreTreatmentAssessmentDone
        | Kind::PatientCounselled | Kind::GpOngoingPrescribingRequested
        | Kind::GpOngoingPrescribingAccepted | Kind::GpOngoingPrescribingDeclined
        | Kind::SharedCareProposed | Kind::SharedCareAgreed | Kind::SharedCareDeclined
        | Kind::SharedCareEnded | Kind::MonitoringDone | Kind::DischargeMedicinesReferralSent
        | Kind::DischargeMedicinesStage1Completed | Kind::WorkTransferRequested | Kind::WorkloadReturned
        | Kind::WorkTransferAccepted | Kind::ContactPointPublished | Kind::ContactPointServiced
        | Kind::ContactPointFailed | Kind::ContactPointRetired | Kind::QueryReceived | Kind::QueryAnswered
        | Kind::PatientRedirectedToGp | Kind::WaitingWellSupportOffered | Kind::WaitingTimesPublished
        | Kind::DirectoryEntryUpdated | Kind::InterfaceConcernRaised | Kind::InterfaceConcernEscalated
        | Kind::InterfaceConcernClosed | Kind::ExpectedEventMissed | Kind::ReconciliationCompleted
        | Kind::TestMessageSent | Kind::TestMessageReturned | Kind::ResendRequested
        | Kind::FeedSilent | Kind::ObligationBreached | Kind::AlarmResolved
        | Kind::AdjustmentNeedRecorded | Kind::AdjustmentApplied
        | Kind::AdjustmentNotMet | Kind::MccdCompleted
        | Kind::ReferredToMedicalExaminer | Kind::CoronerNotified | Kind::MccdSentToRegistrar
        | Kind::PrivateProviderRequestReceived
        | Kind::PolicyPackActivated | Kind::PolicyPackRetired | Kind::UnmatchedActivityReceived
        | Kind::RemovedFromWaitingList | Kind::ExpectedTimeframeSet | Kind::HealthPromotionOffered
        | Kind::LtcReviewRecorded | Kind::FormularyStatusRecorded | Kind::SharedCareGuidanceGapRecorded
        | Kind::MessageSent | Kind::MessageAnswered | Kind::ResultActioned | Kind::CancerPathwayOpened
        | Kind::CancerUpgraded | Kind::DiagnosisCommunicated | Kind::CancerTreatmentDecided
        | Kind::CancerTreatmentStarted | Kind::MedicalExaminerScrutinyCompleted | Kind::ConsentRecorded
        | Kind::ProxyAppointed | Kind::ProxyEnded | Kind::FeedbackReceived | Kind::LetterIssued
        | Kind::LetterSuppressed | Kind::PathwayIdentified | Kind::PathwaySubject | Kind::PathwayMerged
        | Kind::ParkedStepLinked | Kind::OrganisationRecorded => false,
    }
}
