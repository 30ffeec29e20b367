//! Work passed between the sides, explicit assignments, and fit notes beyond the episode.

use steps::{
    ActionId, ContactPointId, Label, OccurredAt, OdsCode, Step,
    booking_and_attendance::NextStepAssigned, codes::Role,
};

use super::Facts;
use crate::{
    State,
    answer::Missing,
    state::{ContactSide, Side},
    thread::{Mark, Thread},
};

/// How a piece of work stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    Asked,
    Accepted,
    Returned,
}

/// A piece of work that one side asked of the other.
#[derive(Debug)]
pub(super) struct Work {
    id: ActionId,
    from: Option<OdsCode>,
    to: Option<OdsCode>,
    role: Option<Role>,
    due: Option<OccurredAt>,
    mark: Mark,
    standing: Standing,
}

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
    #[expect(clippy::wildcard_enum_match_arm, reason = "all other steps pass no work on")]
    pub(super) fn piece_of_work(&mut self, step: &Step, mark: Mark) {
        match step {
            Step::ActionRequested(it) => {
                let asked = Work::asked(&it.action_id, &it.requester, &it.owner_organisation, mark);
                self.ask(Work { role: it.owner_role, due: it.due, ..asked });
            }
            Step::WorkTransferRequested(it) => {
                let asked =
                    Work::asked(&it.action_id, &it.from_organisation, &it.to_organisation, mark);
                self.ask(Work { due: it.due, ..asked });
            }
            Step::ActionAccepted(it) => self.accept(&it.action_id, &it.organisation, it.due, mark),
            Step::WorkTransferAccepted(it) => {
                self.accept(&it.action_id, &it.organisation, it.due, mark);
            }
            Step::ActionReturned(it) => self.give_back(&it.action_id, &it.organisation, None, mark),
            Step::WorkloadReturned(it) => {
                self.give_back(
                    &it.action_id,
                    &it.from_organisation,
                    Some(&it.to_organisation),
                    mark,
                );
            }
            Step::FitNoteNeeded(it) if it.extension == Some(true) => {
                self.extend_fit_note(it.to_date, mark);
            }
            Step::FitNoteRequestedFromGp(it) if it.extension == Some(true) => {
                self.extend_fit_note(it.to_date, mark);
            }
            Step::FitNoteIssued(it) => {
                let until = OccurredAt::Day(it.to_date);
                self.side.retain(|thread| {
                    thread.state != State::FitNoteExtension
                        || thread.due.map(pathway::london::date)
                            > Some(pathway::london::date(until))
                });
            }
            _ => {}
        }
    }

    pub(super) fn work_threads(&self) -> Vec<Thread> {
        self.work.iter().map(|work| work.thread(self.who.practice())).collect()
    }

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

    fn ask(&mut self, work: Work) {
        self.work.retain(|other| other.id != work.id);
        self.work.push(work);
    }

    fn accept(&mut self, id: &ActionId, by: &OdsCode, due: Option<OccurredAt>, mark: Mark) {
        let sender = self.who.provider.clone();
        let work = self.work_of(id, sender, mark);
        work.standing = Standing::Accepted;
        work.to = Some(by.clone());
        work.due = due.or(work.due);
        work.mark = mark;
    }

    fn give_back(&mut self, id: &ActionId, by: &OdsCode, to: Option<&OdsCode>, mark: Mark) {
        let sender = self.who.provider.clone();
        let work = self.work_of(id, sender, mark);
        work.standing = Standing::Returned;
        work.from = to.cloned().or(work.from.take());
        work.to = Some(by.clone());
        work.due = None;
        work.mark = mark;
    }

    /// The piece of work of that id; one that nobody recorded is the provider's.
    fn work_of(&mut self, id: &ActionId, from: Option<OdsCode>, mark: Mark) -> &mut Work {
        let known = self.work.iter().position(|work| work.id == *id);
        let place = known.unwrap_or(self.work.len());
        if known.is_none() {
            let standing = Standing::Asked;
            self.work.push(Work {
                id: id.clone(),
                from,
                to: None,
                role: None,
                due: None,
                mark,
                standing,
            });
        }
        #[expect(clippy::indexing_slicing, reason = "found or pushed just now")]
        &mut self.work[place]
    }

    fn extend_fit_note(&mut self, until: chrono::NaiveDate, mark: Mark) {
        let needed = Thread::new(State::FitNoteExtension, mark).due(Some(OccurredAt::Day(until)));
        self.open_side(needed, &[State::FitNoteExtension]);
    }
}

impl Work {
    fn asked(id: &ActionId, from: &OdsCode, to: &OdsCode, mark: Mark) -> Self {
        let (from, to) = (Some(from.clone()), Some(to.clone()));
        Self { id: id.clone(), from, to, role: None, due: None, mark, standing: Standing::Asked }
    }

    /// Work that is asked and not accepted stays with the sender; returned work is the sender's again.
    fn thread(&self, practice: Option<&OdsCode>) -> Thread {
        let state = match self.standing {
            Standing::Returned => State::WorkloadReturned,
            Standing::Asked | Standing::Accepted => State::ActionAsked,
        };
        let owner = if self.standing == Standing::Accepted { &self.to } else { &self.from };
        let thread = Thread::new(state, self.mark).due(self.due).at_organisation(owner.clone());
        let thread = match self.standing {
            Standing::Asked => thread.waiting(Missing::Acceptance, self.to.clone()),
            Standing::Accepted => match self.role {
                Some(role) => thread.with_role(role),
                None => thread,
            },
            Standing::Returned => thread,
        };
        if owner.is_some() && owner.as_ref() == practice {
            let role = if self.standing == Standing::Accepted { self.role } else { None };
            let role = role.unwrap_or(Role::PracticeStaff);
            return thread.with(Side::Practice, ContactSide::Practice).with_role(role);
        }
        thread
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
