//! Who is involved: provider, practice, service, function, person.

use chrono::NaiveDate;
use pathway::london;
use steps::{
    FunctionCode, OccurredAt, OdsCode, ServiceId, Step, SubjectRef,
    advice_and_referral::ReferralPurpose, codes::Priority,
};

use crate::{When, thread::Mark};

/// Who is involved so far.
#[derive(Debug, Default)]
pub(crate) struct Who {
    pub(crate) provider: Option<OdsCode>,
    pub(crate) referrer: Option<OdsCode>,
    pub(crate) registered: Option<OdsCode>,
    pub(crate) service: Option<ServiceId>,
    pub(crate) function: Option<FunctionCode>,
    pub(crate) subject: Option<SubjectRef>,
    pub(crate) priority: Option<Priority>,
    pub(crate) received: Option<OccurredAt>,
    pub(crate) told_patient_on: Option<NaiveDate>,
}

impl Who {
    /// The practice the patient is registered with, else the one that referred.
    pub(crate) fn practice(&self) -> Option<&OdsCode> {
        self.registered.as_ref().or(self.referrer.as_ref())
    }

    /// The kind of thread that the referral's priority makes.
    pub(crate) fn when(&self) -> Option<When> {
        self.priority.map(When::from)
    }

    fn care(&mut self, provider: Option<&OdsCode>, function: Option<&FunctionCode>) {
        put(&mut self.provider, provider);
        put(&mut self.function, function);
    }

    fn first_known(&mut self, provider: Option<&OdsCode>, service: Option<&ServiceId>) {
        if self.provider.is_none() {
            put(&mut self.provider, provider);
        }
        if self.service.is_none() {
            put(&mut self.service, service);
        }
    }

    fn referral(
        &mut self,
        service: Option<&ServiceId>,
        referrer: Option<&OdsCode>,
        priority: Option<Priority>,
    ) {
        put(&mut self.service, service);
        put(&mut self.referrer, referrer);
        self.priority = priority.or(self.priority);
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "all other steps name nobody new")]
    pub(super) fn take(&mut self, step: &Step, mark: Mark) {
        match step {
            Step::AdviceRequested(it) => {
                self.care(it.provider.as_ref(), None);
                self.referral(Some(&it.service), it.referrer.as_ref(), Some(it.priority));
            }
            Step::AdviceConvertedToReferral(it) => {
                self.care(it.provider.as_ref(), it.function.as_ref());
                self.referral(it.service.as_ref(), it.authorised_by.as_ref(), None);
                self.received = Some(mark.at);
            }
            Step::ReferralDrafted(it) => {
                self.referral(Some(&it.service), Some(&it.referrer), it.priority);
            }
            Step::ReferralSent(it) => {
                self.care(Some(&it.provider), it.function.as_ref());
                self.referral(Some(&it.service), Some(&it.referrer), Some(it.priority));
            }
            Step::ReferralReceived(it) => {
                let elsewhere =
                    matches!(it.referral_purpose, ReferralPurpose::Opinion | ReferralPurpose::Test)
                        && self.provider.as_ref().is_some_and(|ours| *ours != it.provider);
                if !elsewhere {
                    self.care(Some(&it.provider), Some(&it.function));
                    self.referral(Some(&it.service), it.referrer.as_ref(), it.priority);
                    self.received = Some(it.received_at.unwrap_or(mark.at));
                }
            }
            Step::ReferralTriaged(it) => self.priority = it.priority.or(self.priority),
            Step::ReferralAccepted(it) => {
                self.care(it.provider.as_ref(), None);
                put(&mut self.service, Some(&it.service));
            }
            Step::TransferReceived(it) => {
                self.care(Some(&it.provider), Some(&it.function));
                put(&mut self.service, it.service.as_ref());
            }
            Step::TransferredFromPrivateCare(it) => {
                self.care(Some(&it.provider), Some(&it.function));
                put(&mut self.service, it.service.as_ref());
                self.received = Some(it.received_at.unwrap_or(mark.at));
            }
            other => self.take_later(other, mark),
        }
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "all other steps name nobody new")]
    fn take_later(&mut self, step: &Step, mark: Mark) {
        match step {
            Step::AppointmentBooked(it) => {
                self.first_known(Some(&it.provider), it.service.as_ref());
            }
            Step::OutpatientAttended(it) => self.attended(&it.provider, it.function.as_ref()),
            Step::PatientAdmitted(it) => self.attended(&it.provider, it.function.as_ref()),
            Step::AddedToWaitingList(it) => self.attended(&it.provider, it.function.as_ref()),
            Step::DnaRecorded(it) => self.attended(&it.provider, it.function.as_ref()),
            Step::DecisionToTreatMade(it) => self.first_known(it.provider.as_ref(), None),
            Step::ActiveMonitoringStarted(it) => self.first_known(it.provider.as_ref(), None),
            Step::UnmatchedActivityReceived(it) => self.first_known(it.provider.as_ref(), None),
            Step::PathwaySubject(it) => {
                self.subject = Some(it.subject_ref);
                put(&mut self.registered, it.gp_practice.as_ref());
            }
            Step::PathwayReclassified(it) => {
                put(&mut self.function, it.function.as_ref());
                put(&mut self.registered, it.gp_practice.as_ref());
            }
            Step::PatientInformed(_)
            | Step::AppointmentCommunicated(_)
            | Step::ResultCommunicatedToPatient(_) => {
                self.told_patient_on = self.told_patient_on.max(Some(london::date(mark.at)));
            }
            _ => {}
        }
    }

    /// A visit elsewhere does not move the pathway: only a transfer does.
    fn attended(&mut self, provider: &OdsCode, function: Option<&FunctionCode>) {
        self.first_known(Some(provider), None);
        if self.function.is_none() {
            put(&mut self.function, function);
        }
    }
}

fn put<T: Clone>(place: &mut Option<T>, value: Option<&T>) {
    if let Some(value) = value {
        *place = Some(value.clone());
    }
}
