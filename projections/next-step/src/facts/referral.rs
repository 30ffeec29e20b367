//! Advice, referral, triage, and referrals and transfers to others.

use steps::{
    OdsCode, ServiceId, Step,
    advice_and_referral::{
        OnwardReferralMade, ReferralDeclined, ReferralPurpose, ReferralReceived, ReferralRoute,
        TriageOutcome,
    },
    codes::{Role, Urgency},
};

use super::Facts;
use crate::{
    State, When,
    answer::Missing,
    state::{ContactSide, Side},
    thread::{Mark, Thread},
};
use steps::codes::ContactPurpose;

const TRANSFER: &[State] = &[State::TransferUnconfirmed, State::TransferRejected];

impl Facts {
    #[expect(clippy::wildcard_enum_match_arm, reason = "all other steps are not about a referral")]
    pub(super) fn referral(&mut self, step: &Step, mark: Mark) {
        match step {
            Step::AdviceRequested(_) => self.stage_at(State::AdviceAwaiting, mark),
            Step::AdviceFurtherInformationRequested(it) => {
                self.set_stage(Thread::new(State::AdviceNeedsInformation, mark).due(it.due));
            }
            Step::AdviceGiven(_) => self.stage_at(State::AdviceReturned, mark),
            Step::AdviceClosed(_) if self.stage_is(is_advice) => {
                self.stage_at(State::BackWithPractice, mark);
            }
            Step::ReferralDrafted(it) => {
                let when = it.priority.map(When::from);
                self.set_stage(
                    Thread::new(State::ReferralDrafted, mark)
                        .when(when)
                        .at_organisation(Some(it.referrer.clone())),
                );
            }
            Step::ReferralSent(it) => {
                let sent = Thread::new(State::SentNoReceipt, mark)
                    .at_organisation(Some(it.referrer.clone()))
                    .waiting(Missing::Acknowledgement, Some(it.provider.clone()));
                self.set_stage(sent);
            }
            Step::AdviceConvertedToReferral(_) | Step::TransferredFromPrivateCare(_) => {
                self.at_triage(mark);
            }
            Step::ReferralReceived(it) => self.received(it, mark),
            Step::ReferralTriaged(it) => self.triaged(it.triage_outcome, mark),
            Step::ReferralAccepted(_) => self.await_a_date(mark),
            Step::ReferralReturnedForInformation(it) => {
                self.set_stage(self.with_referrer(State::ReturnedForInformation, mark).due(it.due));
            }
            Step::ReferralDeclined(it) => self.declined(it, mark),
            Step::ReferralDeclineDisputed(_) => self.stage_at(State::DeclineDisputed, mark),
            Step::ReturnToPrimaryCareCommunicated(it) => {
                self.decided(it.communicated_at.is_some(), it.gp_told_at.is_some(), mark);
            }
            Step::ReferralCancelled(_) => self.stage_at(State::BackWithPractice, mark),
            other => self.onward(other, mark),
        }
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "all other steps are not about passing care on"
    )]
    fn onward(&mut self, step: &Step, mark: Mark) {
        match step {
            Step::ReferralRedirected(it) => {
                self.redirected(it.provider.as_ref(), &it.service, mark);
            }
            Step::OnwardReferralNeeded(it) => {
                let when = match it.urgency {
                    Urgency::Routine => When::Routine,
                    Urgency::Urgent => When::Urgent,
                    Urgency::SameDay | Urgency::Critical => When::Critical,
                };
                let needed = Thread::new(State::OnwardReferralNeeded, mark);
                let needed = needed.when(Some(when)).at_organisation(it.provider.clone());
                self.open_side(needed, &[State::OnwardReferralNeeded]);
            }
            Step::OnwardReferralMade(it) => self.referred_on(it, mark),
            Step::CareTransferredOut(it) => self.passed_on(&it.provider, &it.to_provider, mark),
            Step::TransferReceived(it) => {
                self.close_side(TRANSFER);
                self.stage_at(State::TransferReceived, mark);
                if it.clock_start.is_none() {
                    let unknown = Thread::new(State::StartDateUnknown, mark);
                    self.open_side(unknown, &[State::StartDateUnknown]);
                } else {
                    self.close_side(&[State::StartDateUnknown]);
                }
            }
            Step::TransferRejected(_) => {
                let sender =
                    self.side.iter().find(|thread| thread.state == State::TransferUnconfirmed);
                let sender = sender.and_then(|thread| thread.organisation.clone());
                let rejected = Thread::new(State::TransferRejected, mark).at_organisation(sender);
                self.open_side(rejected, TRANSFER);
            }
            Step::RttClockCorrected(_) => self.close_side(&[State::StartDateUnknown]),
            _ => {}
        }
    }

    pub(super) fn stage_at(&mut self, state: State, mark: Mark) {
        self.set_stage(Thread::new(state, mark));
    }

    /// An appointment is to be made, as soon as the referral's priority asks.
    pub(super) fn await_a_date(&mut self, mark: Mark) {
        let when = self.who.when();
        self.set_stage(Thread::new(State::AcceptedUnbooked, mark).when(when));
    }

    /// A decision that ends the provider's part: until the patient and then the practice are told it
    /// is the clinician's.
    pub(super) fn decided(&mut self, patient_told: bool, practice_told: bool, mark: Mark) {
        let back = if patient_told { State::BackWithPractice } else { State::DecidedNotTold };
        self.stage_at(back, mark);
        self.practice_untold = patient_told && !practice_told;
    }

    fn at_triage(&mut self, mark: Mark) {
        let when = self.who.when();
        self.close_side(TRANSFER);
        self.seen = false;
        self.set_stage(Thread::new(State::ReceivedUntriaged, mark).when(when));
    }

    fn with_referrer(&self, state: State, mark: Mark) -> Thread {
        Thread::new(state, mark).at_organisation(self.who.referrer.clone())
    }

    fn received(&mut self, it: &ReferralReceived, mark: Mark) {
        let only_asked =
            matches!(it.referral_purpose, ReferralPurpose::Opinion | ReferralPurpose::Test);
        if only_asked && self.who.provider.as_ref() != Some(&it.provider) {
            self.close_side(TRANSFER);
        } else if it.route == ReferralRoute::SelfReferral && it.ratified_at.is_none() {
            self.close_side(TRANSFER);
            self.seen = false;
            self.stage_at(State::SelfReferralUnratified, mark);
        } else {
            self.at_triage(mark);
        }
    }

    fn triaged(&mut self, outcome: TriageOutcome, mark: Mark) {
        match outcome {
            TriageOutcome::Accept | TriageOutcome::AcceptTestFirst => self.await_a_date(mark),
            TriageOutcome::Redirect | TriageOutcome::NeedsInformation => {
                let when = self.who.when();
                self.set_stage(Thread::new(State::ReceivedUntriaged, mark).when(when));
            }
            TriageOutcome::ReturnWithAdvice => self.stage_at(State::DecidedNotTold, mark),
            TriageOutcome::Decline => {
                let told = self.unexplained(mark);
                self.set_stage(told);
            }
        }
    }

    /// A decline is the referrer's only once reason and alternative have reached them.
    fn declined(&mut self, it: &ReferralDeclined, mark: Mark) {
        let reason = it.decline_reason.is_some() || it.reason_text.is_some();
        let explained = reason && it.alternative_pathway.is_some() && it.delivered_at.is_some();
        let declined = if explained {
            self.with_referrer(State::Declined, mark)
        } else {
            self.unexplained(mark).at_organisation(Some(it.provider.clone()))
        };
        self.set_stage(declined);
    }

    fn unexplained(&self, mark: Mark) -> Thread {
        let by = self.who.provider.clone();
        Thread::new(State::Declined, mark)
            .with(Side::Provider, ContactSide::Provider(ContactPurpose::Questions))
            .with_role(Role::TriageClinician)
            .waiting(Missing::Explanation, by)
    }

    fn redirected(&mut self, to: Option<&OdsCode>, service: &ServiceId, mark: Mark) {
        match (to, self.who.provider.clone()) {
            (Some(to), Some(from)) if *to != from => {
                self.stage = None;
                self.passed_on(&from, to, mark);
            }
            (to, _) => {
                self.who.provider = to.cloned().or(self.who.provider.take());
                self.who.service = Some(service.clone());
                let when = self.who.when();
                self.set_stage(Thread::new(State::ReceivedUntriaged, mark).when(when));
            }
        }
    }

    fn referred_on(&mut self, it: &OnwardReferralMade, mark: Mark) {
        self.close_side(&[State::OnwardReferralNeeded]);
        let another = it.new_ppid.is_some() || !it.same_condition;
        if it.to_provider == it.provider && !another {
            self.who.service = it.to_service.clone().or(self.who.service.take());
            let when = self.who.when();
            self.set_stage(Thread::new(State::ReceivedUntriaged, mark).when(when));
        } else if !another {
            self.passed_on(&it.provider, &it.to_provider, mark);
        }
    }

    fn passed_on(&mut self, from: &OdsCode, to: &OdsCode, mark: Mark) {
        let passed = Thread::new(State::TransferUnconfirmed, mark)
            .at_organisation(Some(from.clone()))
            .waiting(Missing::Acknowledgement, Some(to.clone()));
        self.open_side(passed, TRANSFER);
    }
}

fn is_advice(state: State) -> bool {
    matches!(state, State::AdviceAwaiting | State::AdviceNeedsInformation | State::AdviceReturned)
}
