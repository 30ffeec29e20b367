//! What follows a death (medical examiner, in law from 9 September 2024): the attending practitioner, the medical examiner's office,
//! then the registrar or the coroner.
//!
//! Registrar and coroner are no organisations of this record and accept nothing in it. So the office
//! that passed the death on to them keeps the step, and what is waited for is said.

use steps::{
    OdsCode, Step, codes::Role, interface_and_safety::MccdCompleted,
    named_by_rules::ScrutinyOutcome,
};

use super::Facts;
use crate::{
    State,
    answer::Missing,
    thread::{Mark, Thread},
};

impl Facts {
    #[expect(clippy::wildcard_enum_match_arm, reason = "all other steps do not follow a death")]
    pub(super) fn death(&mut self, step: &Step, mark: Mark) {
        let after = match step {
            Step::PatientDied(it) => self.after(State::Deceased, it.organisation.as_ref(), mark),
            Step::MccdCompleted(it) => self.certified(it, mark),
            Step::ReferredToMedicalExaminer(it) => {
                self.with_examiner(State::WithMedicalExaminer, &it.to_organisation, mark)
            }
            Step::MedicalExaminerScrutinyCompleted(it) => match it.scrutiny_outcome {
                ScrutinyOutcome::Agreed => {
                    self.with_examiner(State::WithMedicalExaminer, &it.organisation, mark)
                }
                ScrutinyOutcome::Amended => self.issued_again(&it.organisation, mark),
                ScrutinyOutcome::ToCoroner => {
                    let told = self.with_examiner(State::WithCoroner, &it.organisation, mark);
                    told.with_role(Role::MedicalExaminer).waiting(Missing::Coroner, None)
                }
            },
            Step::MccdSentToRegistrar(it) => {
                let sent = self.with_examiner(State::WithRegistrar, &it.organisation, mark);
                sent.waiting(Missing::Registration, None)
            }
            Step::CoronerNotified(it) => {
                let told = self.after(State::WithCoroner, it.organisation.as_ref(), mark);
                told.with_role(office(it.by_role)).waiting(Missing::Coroner, None)
            }
            _ => return,
        };
        self.end_care();
        self.open_side(after, DEATH);
    }

    fn certified(&mut self, it: &MccdCompleted, mark: Mark) -> Thread {
        match self.examiner.clone().filter(|_| it.reissued == Some(true)) {
            Some(office) => self.with_examiner(State::WithMedicalExaminer, &office, mark),
            None => self.after(State::Deceased, it.organisation.as_ref(), mark),
        }
    }

    /// The doctor who gave care is where the death was known before, not at the examiner's office.
    fn issued_again(&mut self, office: &OdsCode, mark: Mark) -> Thread {
        self.examiner = Some(office.clone());
        self.after(State::Deceased, None, mark)
    }

    fn with_examiner(&mut self, state: State, office: &OdsCode, mark: Mark) -> Thread {
        self.examiner = Some(office.clone());
        self.after(state, Some(office), mark)
    }

    /// A person who was with nobody but a practice died in its care.
    fn after(&self, state: State, organisation: Option<&OdsCode>, mark: Mark) -> Thread {
        let practice = self.who.practice().filter(|_| self.who.provider.is_none());
        Thread::new(state, mark).at_organisation(organisation.or(practice).cloned())
    }

    fn end_care(&mut self) {
        for booking in &mut self.bookings {
            booking.settle();
        }
    }
}

const DEATH: &[State] =
    &[State::Deceased, State::WithCoroner, State::WithMedicalExaminer, State::WithRegistrar];

/// Who notifies a coroner is an office; a notice entered under another role is the doctor's.
const fn office(by: Role) -> Role {
    if matches!(by, Role::MedicalExaminer) { by } else { Role::AttendingPractitioner }
}
