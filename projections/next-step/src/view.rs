//! The view: one row a pathway, enough to say whom to contact without reading the stream.

use pathway::{History, clock::ClockPolicy};
use projector::{Index, Row, Table, View};
use steps::StepKind;

use crate::{DuePolicy, advice, cells, facts::Facts, resolve};

const TABLES: &[Table] = &[NEXT_STEP, advice::TABLE];

const NEXT_STEP: Table = Table {
    name: "next_step",
    columns: cells::COLUMNS,
    indexes: &[
        Index { name: "next_step_by_owner", columns: &["organisation", "due_by"], only: None },
        Index {
            name: "next_step_by_role",
            columns: &["organisation", "role", "due_by"],
            only: None,
        },
        Index {
            name: "next_step_by_turned_role",
            columns: &["turned_organisation", "turned_role", "due_by"],
            only: Some("turned_organisation IS NOT NULL"),
        },
        Index {
            name: "next_step_by_turned_owner",
            columns: &["turned_organisation", "due_by"],
            only: Some("turned_organisation IS NOT NULL"),
        },
        Index { name: "next_step_alarmed", columns: &["due_by"], only: Some("alarm IS NOT NULL") },
        Index {
            name: "next_step_alarmed_of_provider",
            columns: &["provider", "due_by"],
            only: Some("alarm IS NOT NULL"),
        },
        Index {
            name: "next_step_by_subject",
            columns: &["subject_ref"],
            only: Some("subject_ref IS NOT NULL"),
        },
    ],
};

/// The view of next steps.
#[derive(Debug)]
pub struct NextStepView {
    policy: DuePolicy,
    clock: ClockPolicy,
}

impl NextStepView {
    /// The view under these settings.
    pub fn new(policy: DuePolicy, clock: ClockPolicy) -> Self {
        Self { policy, clock }
    }
}

impl View for NextStepView {
    fn name(&self) -> &'static str {
        "next-step"
    }

    fn version(&self) -> u32 {
        7
    }

    fn rules_digest(&self) -> String {
        format!("{} {}", self.policy.identity(), self.clock.digest())
    }

    fn tables(&self) -> &'static [Table] {
        TABLES
    }

    fn concerns(&self, kind: StepKind) -> bool {
        concerns(kind)
    }

    fn rows(&self, history: &History) -> Vec<Row> {
        if is_of_a_concern_alone(history) {
            return Vec::new();
        }
        let facts = Facts::of(history, &self.clock);
        let step = resolve::answer_of(&facts, &self.policy);
        let mut rows = vec![Row { table: 0, seq: 0, cells: cells::cells(&step) }];
        rows.extend(advice::rows(&facts, &self.policy));
        rows
    }
}

/// Whether it is the stream of a concern about no pathway (docs/adr/0010-concerns-about-no-pathway.md):
/// nobody is owed a next step there.
fn is_of_a_concern_alone(history: &History) -> bool {
    let is_about_one = |entry: &pathway::Entry| {
        matches!(
            entry.step().kind(),
            StepKind::InterfaceConcernRaised
                | StepKind::InterfaceConcernEscalated
                | StepKind::InterfaceConcernClosed
        )
    };
    !history.entries().is_empty() && history.entries().iter().all(is_about_one)
}

/// Whether the step can change who owns the next one, or what a patient is told of it.
#[expect(clippy::too_many_lines, reason = "one line a step of the catalogue")]
const fn concerns(kind: StepKind) -> bool {
    use StepKind as K;
    match kind {
        K::AdviceRequested
        | K::AdviceFurtherInformationRequested
        | K::AdviceGiven
        | K::AdviceConvertedToReferral
        | K::AdviceClosed
        | K::ReferralDrafted
        | K::ReferralSent
        | K::ReferralReceived
        | K::ReferralTriaged
        | K::ReferralAccepted
        | K::ReferralReturnedForInformation
        | K::ReferralDeclined
        | K::ReferralDeclineDisputed
        | K::ReturnToPrimaryCareCommunicated
        | K::ReferralRedirected
        | K::ReferralCancelled
        | K::OnwardReferralNeeded
        | K::OnwardReferralMade
        | K::AppointmentSlotUnavailable
        | K::AppointmentOffered
        | K::AppointmentOfferDeclined
        | K::AppointmentBooked
        | K::AppointmentCommunicated
        | K::AppointmentChangeRequested
        | K::AppointmentRescheduled
        | K::AppointmentCancelled
        | K::PatientUnavailabilityDeclared
        | K::OutpatientAttended
        | K::DnaRecorded
        | K::DnaClinicalDecisionMade
        | K::AppointmentOutcomeRecorded
        | K::PatientRebookRequested
        | K::NextStepAssigned
        | K::NextStepAccepted
        | K::NextStepReturned
        | K::RttClockCorrected
        | K::AddedToWaitingList
        | K::DecisionToTreatMade
        | K::ActiveMonitoringStarted
        | K::ActiveMonitoringReviewed
        | K::PathwayResumed
        | K::TreatmentStarted
        | K::ProcedureNotCarriedOut
        | K::DecisionNotToTreat
        | K::TreatmentDeclined
        | K::CareTransferredOut
        | K::TransferReceived
        | K::TransferRejected
        | K::PlacedOnPlannedList
        | K::PifuStarted
        | K::PifuActivated
        | K::PifuExpired
        | K::WaitingListValidated
        | K::AddedToTransplantList
        | K::SecondSideFitAndReady
        | K::ThinkingTimeAgreed
        | K::PatientTemporarilyUnfit
        | K::PlannedDatePassed
        | K::PatientChosePrivateTreatment
        | K::PatientMovedAbroad
        | K::PatientUntraceable
        | K::PathwayReclassified
        | K::TestRequested
        | K::TestPerformed
        | K::ResultReported
        | K::ResultReviewed
        | K::ResultCommunicatedToPatient
        | K::ClinicLetterSent
        | K::DischargeSummarySent
        | K::DocumentDelivered
        | K::DocumentOpened
        | K::DocumentFiled
        | K::DocumentBounced
        | K::ActionRequested
        | K::ActionAccepted
        | K::ActionReturned
        | K::PatientInformed
        | K::EpisodeConclusionSent
        | K::FitNoteNeeded
        | K::FitNoteIssued
        | K::FitNoteRequestedFromGp
        | K::PatientAdmitted
        | K::InpatientDischarged
        | K::PatientSelfDischarged
        | K::PatientLeftPathwayAgainstAdvice
        | K::SharedCareProposed
        | K::SharedCareAgreed
        | K::SharedCareDeclined
        | K::SharedCareEnded
        | K::MonitoringDone
        | K::WorkTransferRequested
        | K::WorkloadReturned
        | K::WorkTransferAccepted
        | K::PatientDied
        | K::ReferredToMedicalExaminer
        | K::MccdSentToRegistrar
        | K::MccdCompleted
        | K::CoronerNotified
        | K::GpOngoingPrescribingRequested
        | K::GpOngoingPrescribingAccepted
        | K::GpOngoingPrescribingDeclined
        | K::FutureActionPlanned
        | K::UnmatchedActivityReceived
        | K::TransferredFromPrivateCare
        | K::RemovedFromWaitingList
        | K::ResultActioned
        | K::MedicalExaminerScrutinyCompleted
        | K::PathwaySubject
        | K::StepEnteredInError
        | K::StepCorrected => true,
        K::ClinicalConversationHeld
        | K::GpAskedToRefer
        | K::PatientArrived
        | K::DnaCallAttempted
        | K::ResultNotificationSent
        | K::ResultNotificationDelivered
        | K::ResultNotificationAcknowledged
        | K::ResultFollowUpRequestedFromGp
        | K::LetterDrafted
        | K::LetterAuthorised
        | K::MedicationDecided
        | K::MedicationPrescribed
        | K::MedicationSupplied
        | K::PreTreatmentAssessmentDone
        | K::PatientCounselled
        | K::DischargeMedicinesReferralSent
        | K::DischargeMedicinesStage1Completed
        | K::ContactPointPublished
        | K::ContactPointServiced
        | K::ContactPointFailed
        | K::ContactPointRetired
        | K::QueryReceived
        | K::QueryAnswered
        | K::PatientRedirectedToGp
        | K::WaitingWellSupportOffered
        | K::WaitingTimesPublished
        | K::DirectoryEntryUpdated
        | K::InterfaceConcernRaised
        | K::InterfaceConcernEscalated
        | K::InterfaceConcernClosed
        | K::ExpectedEventMissed
        | K::ReconciliationCompleted
        | K::FeedSilent
        | K::TestMessageSent
        | K::TestMessageReturned
        | K::ResendRequested
        | K::ObligationBreached
        | K::AlarmResolved
        | K::AdjustmentNeedRecorded
        | K::AdjustmentApplied
        | K::AdjustmentNotMet
        | K::PrivateProviderRequestReceived
        | K::PolicyPackActivated
        | K::PolicyPackRetired
        | K::ExpectedTimeframeSet
        | K::HealthPromotionOffered
        | K::LtcReviewRecorded
        | K::FormularyStatusRecorded
        | K::SharedCareGuidanceGapRecorded
        | K::MessageSent
        | K::MessageAnswered
        | K::CancerPathwayOpened
        | K::CancerUpgraded
        | K::DiagnosisCommunicated
        | K::CancerTreatmentDecided
        | K::CancerTreatmentStarted
        | K::ConsentRecorded
        | K::ProxyAppointed
        | K::ProxyEnded
        | K::FeedbackReceived
        | K::LetterIssued
        | K::LetterSuppressed
        | K::PathwayIdentified
        | K::PathwayMerged
        | K::ParkedStepLinked
        | K::OrganisationRecorded => false,
    }
}
