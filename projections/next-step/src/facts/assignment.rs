//! Explicit assignments of the next step.

use steps::{
    ContactPointId, Label, OccurredAt, OdsCode, Step, booking_and_attendance::NextStepAssigned,
    codes::Role,
};

use super::Facts;
use crate::thread::Mark;

/// An explicit assignment of the next step.
#[derive(Debug)]
pub(crate) struct Assigned {
    pub(crate) version: u32,
    pub(crate) what: Label,
    pub(crate) organisation: OdsCode,
    pub(crate) role: Role,
    pub(crate) due: Option<OccurredAt>,
    pub(crate) general_contact: Option<ContactPointId>,
    pub(crate) delay_contact: Option<ContactPointId>,
    pub(crate) mark: Mark,
    pub(crate) accepted: bool,
    pub(super) returned: bool,
    pub(super) place: usize,
}

impl Facts {
    #[expect(clippy::wildcard_enum_match_arm, reason = "all other steps assign nothing")]
    pub(super) fn assignment(&mut self, step: &Step, mark: Mark, place: usize) {
        match step {
            Step::NextStepAssigned(it) => self.assigned.push(Assigned::of(it, mark, place)),
            Step::NextStepAccepted(it) => {
                for one in
                    self.assigned.iter_mut().filter(|one| one.version == it.next_step_version)
                {
                    one.accepted = one.organisation == it.organisation;
                    one.place = place;
                }
            }
            Step::NextStepReturned(it) => {
                for one in
                    self.assigned.iter_mut().filter(|one| one.version == it.next_step_version)
                {
                    one.returned = true;
                }
            }
            _ => {}
        }
    }
}

impl Assigned {
    fn of(it: &NextStepAssigned, mark: Mark, place: usize) -> Self {
        Self {
            version: it.next_step_version,
            what: it.what.clone(),
            organisation: it.owner_organisation.clone(),
            role: it.owner_role,
            due: it.due,
            general_contact: it.general_contact.clone(),
            delay_contact: it.delay_contact.clone(),
            mark,
            accepted: false,
            returned: false,
            place,
        }
    }
}
