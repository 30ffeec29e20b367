//! The waiting list and what ends or interrupts the wait.

use steps::{
    OccurredAt, Step,
    clock_and_list::{
        ActiveMonitoringStarted, ListType, MonitoringOutcome, MonitoringReason, PifuType,
        PlacedOnPlannedList, TreatmentSetting, TreatmentStarted, ValidationWish,
    },
};

use pathway::london;

use super::Facts;
use crate::{
    State, When,
    thread::{Mark, Thread},
};

impl Facts {
    #[expect(clippy::wildcard_enum_match_arm, reason = "all other steps are not about the list")]
    pub(super) fn list(&mut self, step: &Step, mark: Mark) {
        match step {
            Step::AddedToWaitingList(it) => match it.list_type {
                ListType::Admitted => {
                    let when = it.clinical_priority.and_then(When::of_surgery);
                    let listed = Thread::new(State::OnAdmittedList, mark).when(when);
                    self.set_stage(listed.at_organisation(Some(it.provider.clone())));
                }
                ListType::Outpatient => self.await_a_date(mark),
                ListType::Diagnostic => {}
            },
            Step::DecisionToTreatMade(it) => {
                let told = it.communicated_at.is_some();
                self.decided_to_treat(it.treatment_setting, told, mark);
            }
            Step::ActiveMonitoringStarted(it) => self.monitoring(it, mark),
            Step::ActiveMonitoringReviewed(it) => match it.monitoring_outcome {
                MonitoringOutcome::Continue => {
                    let due = it.review_due.map(OccurredAt::Day);
                    self.set_stage(Thread::new(State::ActiveMonitoring, mark).due(due));
                }
                MonitoringOutcome::Treat => self.await_a_date(mark),
                MonitoringOutcome::Discharge => self.stage_at(State::BackWithPractice, mark),
            },
            Step::SecondSideFitAndReady(_) | Step::AddedToTransplantList(_) => {
                self.stage_at(State::OnAdmittedList, mark);
            }
            Step::PlacedOnPlannedList(it) => self.planned(it, mark),
            Step::PlannedDatePassed(_) => self.stage_at(State::PlannedDatePassed, mark),
            Step::PifuStarted(it) => {
                let due = OccurredAt::Day(it.window_end);
                let open = Thread::new(State::PifuOpen, mark).due(Some(due));
                let open = open.at_organisation(it.provider.clone());
                self.discharged_to_pifu = it.pifu_type == PifuType::Discharged;
                self.set_stage(open);
            }
            Step::PathwayResumed(_) | Step::PifuActivated(_) => self.await_a_date(mark),
            Step::PifuExpired(it) if !self.discharged_to_pifu => {
                let due = OccurredAt::Day(it.window_end);
                self.set_stage(Thread::new(State::PifuOpen, mark).due(Some(due)));
            }
            Step::PifuExpired(_) => self.stage_at(State::BackWithPractice, mark),
            other => self.interruption(other, mark),
        }
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "all other steps do not interrupt a wait")]
    fn interruption(&mut self, step: &Step, mark: Mark) {
        match step {
            Step::TreatmentStarted(it) => self.treatment_started(it, mark),
            Step::UnmatchedActivityReceived(it) => {
                let unmatched = Thread::new(State::Unmatched, mark);
                let unmatched = unmatched.at_organisation(it.provider.clone());
                self.open_side(unmatched, &[State::Unmatched]);
            }
            Step::DecisionNotToTreat(it) => {
                self.decided(it.communicated_at.is_some(), it.gp_told_at.is_some(), mark);
            }
            Step::TreatmentDeclined(it) if it.all_treatment => {
                self.decided(true, it.gp_told_at.is_some(), mark);
            }
            Step::TreatmentDeclined(_) => self.stage_at(State::ClinicalReview, mark),
            Step::ThinkingTimeAgreed(it) => {
                let due = it.review_due.map(OccurredAt::Day);
                self.set_stage(Thread::new(State::ThinkingTime, mark).due(due));
            }
            Step::PatientTemporarilyUnfit(it) => {
                let due = it.review_due.map(OccurredAt::Day);
                self.set_stage(Thread::new(State::TemporarilyUnfit, mark).due(due));
            }
            Step::WaitingListValidated(it) if it.validation_wish == ValidationWish::Leave => {
                self.stage_at(State::ClinicalReview, mark);
            }
            Step::PatientChosePrivateTreatment(_) | Step::PatientMovedAbroad(_) => {
                self.stage_at(State::BackWithPractice, mark);
            }
            Step::PatientUntraceable(it) => {
                let state = if it.decided_by.is_some() {
                    State::BackWithPractice
                } else {
                    State::ClinicalReview
                };
                self.stage_at(state, mark);
            }
            Step::RemovedFromWaitingList(it) => {
                self.decided(it.patient_told_at.is_some(), true, mark);
            }
            _ => {}
        }
    }

    /// Treatment answers the wait. With a second side to do, its readiness is the consultant's to see.
    fn treatment_started(&mut self, it: &TreatmentStarted, mark: Mark) {
        let admitted = self.stage_is(|state| state == State::Admitted);
        let waiting = self.stage_is(|state| {
            state.is_on_the_list()
                || matches!(state, State::ReceivedUntriaged | State::SentNoReceipt)
        });
        let second_side = it.second_side.map(|_side| {
            let due = it.review_due.map(OccurredAt::Day);
            let review = Thread::new(State::SecondSideNotReady, mark).due(due);
            review.at_organisation(Some(it.provider.clone()))
        });
        match second_side {
            Some(review) if admitted => self.after_admission = Some(review),
            Some(review) => self.set_stage(review),
            None if it.first_definitive && admitted => {
                self.after_admission = Some(Thread::new(State::BackWithPractice, mark));
            }
            None if waiting => self.stage_at(State::AttendedNoOutcome, mark),
            None => {}
        }
    }

    /// The clock ticks and the clinician owns it until the patient is told; who is already listed is
    /// waiting for a date.
    fn decided_to_treat(&mut self, setting: TreatmentSetting, told: bool, mark: Mark) {
        if self.stage_is(|state| state.is_on_the_list() || state == State::Admitted) {
            return;
        }
        match (told, setting) {
            (false, _) => self.stage_at(State::DecidedNotTold, mark),
            (true, TreatmentSetting::Admitted) => self.stage_at(State::OnAdmittedList, mark),
            (
                true,
                TreatmentSetting::Outpatient
                | TreatmentSetting::Interface
                | TreatmentSetting::Therapy,
            ) => {
                self.await_a_date(mark);
            }
        }
    }

    fn monitoring(&mut self, it: &ActiveMonitoringStarted, mark: Mark) {
        if it.agreed_at.is_none() && !it.patient_agreed {
            self.stage_at(State::DecidedNotTold, mark);
            return;
        }
        let delay = matches!(it.monitoring_reason, MonitoringReason::Delay);
        let watched = Thread::new(State::ActiveMonitoring, mark).when(delay.then_some(When::Delay));
        let watched = watched.due(it.review_due.map(OccurredAt::Day));
        self.set_stage(watched.at_organisation(it.provider.clone()));
    }

    fn planned(&mut self, it: &PlacedOnPlannedList, mark: Mark) {
        let mut planned = Thread::new(State::Planned, mark).due(Some(OccurredAt::Day(it.due_date)));
        planned.turns_at = Some(london::end_of(it.due_date));
        self.set_stage(planned.at_organisation(it.provider.clone()));
    }
}
