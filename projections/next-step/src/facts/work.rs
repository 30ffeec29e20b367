//! Work passed between the sides: asked, accepted, returned; by when it counts as handed over.

use chrono::NaiveDate;
use pathway::london;
use steps::{
    ActionId, LetterId, MedicineId, OccurredAt, OdsCode, Step,
    codes::Role,
    interface_and_safety::WorkCategory,
    letters_and_information::{ActionFor, LetterAction},
    tests_and_results::FutureActionPlanned,
};

use super::Facts;
use crate::{
    DuePolicy, State,
    answer::{Missing, Owner},
    hand_over::Counts,
    state::{ContactSide, Side},
    thread::{Mark, Thread},
};

/// How a piece of work stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    Asked,
    Accepted,
    Returned { patient_told: bool },
}

/// What a piece of work is known by.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Key {
    Action(ActionId),
    /// Ongoing prescribing of a medicine.
    Medicine(MedicineId),
}

/// A piece of work that one side asked of the other.
#[derive(Debug)]
pub(super) struct Work {
    key: Key,
    category: Option<WorkCategory>,
    from: Option<OdsCode>,
    to: Option<OdsCode>,
    role: Option<Role>,
    due: Option<OccurredAt>,
    letter: Option<LetterId>,
    asked: Mark,
    mark: Mark,
    standing: Standing,
}

/// A letter that asks for something: from whom, to whom, and the step that sent it.
pub(super) struct ByLetter<'a> {
    pub(super) letter: &'a LetterId,
    pub(super) from: Option<&'a OdsCode>,
    pub(super) to: &'a OdsCode,
    pub(super) mark: Mark,
}

impl Facts {
    #[expect(clippy::wildcard_enum_match_arm, reason = "all other steps pass no work on")]
    pub(super) fn piece_of_work(&mut self, step: &Step, mark: Mark) {
        match step {
            Step::ActionRequested(it) => {
                let key = Key::Action(it.action_id.clone());
                let asked = Work::asked(key, &it.requester, &it.owner_organisation, mark);
                let letter = it.letter_ref.clone();
                let category = Some(it.work_category);
                self.ask(Work { role: it.owner_role, due: it.due, letter, category, ..asked });
            }
            Step::WorkTransferRequested(it) => {
                let key = Key::Action(it.action_id.clone());
                let asked = Work::asked(key, &it.from_organisation, &it.to_organisation, mark);
                let letter = it.letter_ref.clone();
                self.ask(Work { due: it.due, letter, category: Some(it.work_category), ..asked });
            }
            Step::ActionAccepted(it) => {
                self.accept(Key::Action(it.action_id.clone()), &it.organisation, it.due, mark);
            }
            Step::WorkTransferAccepted(it) => {
                self.accept(Key::Action(it.action_id.clone()), &it.organisation, it.due, mark);
            }
            Step::ActionReturned(it) => {
                let key = Key::Action(it.action_id.clone());
                self.give_back(key, &it.organisation, it.patient_told_at.is_some(), mark);
            }
            Step::WorkloadReturned(it) => {
                let key = Key::Action(it.action_id.clone());
                let told = it.patient_told_at.is_some();
                let work = self.give_back(key, &it.from_organisation, told, mark);
                work.from = Some(it.to_organisation.clone());
            }
            Step::FutureActionPlanned(it) => self.planned_for_another(it, mark),
            other => self.prescribing(other, mark),
        }
    }

    /// Ongoing prescribing is work as any other: the specialist's until the practice takes it on.
    #[expect(clippy::wildcard_enum_match_arm, reason = "all other steps pass no work on")]
    fn prescribing(&mut self, step: &Step, mark: Mark) {
        match step {
            Step::GpOngoingPrescribingRequested(it) => {
                let key = Key::Medicine(it.medicine_id.clone());
                let asked = Work::asked(key, &it.provider, &it.to_organisation, mark);
                let (letter, category) = (it.letter_ref.clone(), Some(WorkCategory::Prescribe));
                self.ask(Work { category, letter, ..asked });
            }
            Step::GpOngoingPrescribingAccepted(it) => {
                let key = Key::Medicine(it.medicine_id.clone());
                self.accept(key, &it.organisation, None, mark);
            }
            Step::GpOngoingPrescribingDeclined(it) => {
                let key = Key::Medicine(it.medicine_id.clone());
                self.give_back(key, &it.organisation, false, mark);
            }
            other => self.fit_note(other, mark),
        }
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "all other steps are not about a fit note")]
    fn fit_note(&mut self, step: &Step, mark: Mark) {
        match step {
            Step::FitNoteNeeded(it) if it.extension == Some(true) => {
                self.extend_fit_note(it.to_date, mark);
            }
            Step::FitNoteRequestedFromGp(it) if it.extension == Some(true) => {
                self.extend_fit_note(it.to_date, mark);
            }
            Step::FitNoteIssued(it) => {
                self.side.retain(|thread| {
                    thread.state != State::FitNoteExtension
                        || thread.due.map(london::date) > Some(it.to_date)
                });
            }
            _ => {}
        }
    }

    /// The actions of a letter that are tracked by themselves, unless they were asked before.
    pub(super) fn ask_by_letter(&mut self, by: ByLetter<'_>, actions: &[LetterAction]) {
        let ByLetter { letter, from, to, mark } = by;
        let for_practice =
            actions.iter().filter(|one| one.action_for == ActionFor::GeneralPractice);
        for action in for_practice {
            let Some(id) = action.action_id.clone() else { continue };
            let key = Key::Action(id);
            let provider = from.or(self.who.provider.as_ref()).cloned();
            let Some(from) = provider.filter(|_| !self.is_known(&key)) else { continue };
            let to = action.owner_organisation.as_ref().unwrap_or(to);
            let asked = Work::asked(key, &from, to, mark);
            let (category, letter) = (action.work_category, Some(letter.clone()));
            self.ask(Work { category, letter, role: action.owner_role, due: action.due, ..asked });
        }
    }

    pub(super) fn work_threads(&self, policy: &DuePolicy) -> Vec<Thread> {
        self.work.iter().map(|work| self.thread_of(work, policy)).collect()
    }

    /// A test or action planned for another organisation is the planner's until it is accepted (GP6).
    fn planned_for_another(&mut self, it: &FutureActionPlanned, mark: Mark) {
        if it.owner_organisation == it.organisation {
            return;
        }
        let key = Key::Action(it.action_id.clone());
        let planned = Work::asked(key.clone(), &it.organisation, &it.owner_organisation, mark);
        self.ask(Work { role: it.owner_role, due: it.due, ..planned });
        if it.accepted_by.as_ref() == Some(&it.owner_organisation) {
            self.accept(key, &it.owner_organisation, it.due, mark);
        }
    }

    fn is_known(&self, key: &Key) -> bool {
        self.work.iter().any(|work| work.key == *key)
    }

    fn ask(&mut self, work: Work) {
        self.work.retain(|other| other.key != work.key);
        self.work.push(work);
    }

    fn accept(&mut self, key: Key, by: &OdsCode, due: Option<OccurredAt>, mark: Mark) {
        let work = self.work_of(key, mark);
        work.standing = Standing::Accepted;
        work.to = Some(by.clone());
        work.due = due.or(work.due);
        work.mark = mark;
    }

    fn give_back(&mut self, key: Key, by: &OdsCode, patient_told: bool, mark: Mark) -> &mut Work {
        let work = self.work_of(key, mark);
        work.standing = Standing::Returned { patient_told };
        work.to = Some(by.clone());
        work.due = None;
        work.mark = mark;
        work
    }

    /// The piece of work of that key; one that nobody recorded is the provider's.
    fn work_of(&mut self, key: Key, mark: Mark) -> &mut Work {
        let known = self.work.iter().position(|work| work.key == key);
        let place = known.unwrap_or(self.work.len());
        if known.is_none() {
            let from = self.who.provider.clone();
            self.work.push(Work { from, ..Work::new(key, mark) });
        }
        #[expect(clippy::indexing_slicing, reason = "found or pushed just now")]
        &mut self.work[place]
    }

    fn extend_fit_note(&mut self, until: NaiveDate, mark: Mark) {
        let needed = Thread::new(State::FitNoteExtension, mark).due(Some(OccurredAt::Day(until)));
        self.open_side(needed, &[State::FitNoteExtension]);
    }

    /// Work that is asked and not accepted stays with the sender, unless a setting says that it counts
    /// as handed over; returned work is the sender's again.
    fn thread_of(&self, work: &Work, policy: &DuePolicy) -> Thread {
        match work.standing {
            Standing::Accepted => self.receivers(work, work.mark),
            Standing::Returned { patient_told: true } => {
                self.senders(State::WorkloadReturned, work)
            }
            Standing::Returned { patient_told: false } => {
                self.senders(State::WorkloadReturned, work).waiting(Missing::PatientTold, None)
            }
            Standing::Asked => self.asked(work, policy),
        }
    }

    fn asked(&self, work: &Work, policy: &DuePolicy) -> Thread {
        let arrived = work.letter.as_ref();
        let arrived = arrived.and_then(|letter| self.reached(letter, work.to.as_ref()));
        let senders = || self.senders(State::ActionAsked, work);
        let to = work.to.clone();
        match (policy.hand_over(work.category, london::date(work.asked.at)), arrived) {
            (Counts::Delivered, Some(arrived)) => self.receivers(work, arrived),
            (Counts::Delivered, None) => senders().waiting(Missing::Acknowledgement, to),
            (Counts::NotReturned { amount, unit }, Some(arrived)) => {
                let mut asked = senders().waiting(Missing::Acceptance, to);
                let silent_until = policy.after(arrived.at, amount, unit);
                asked.turns_at = Some(london::bounds(silent_until).1);
                let role = self.receivers(work, arrived).role;
                asked.turns_to = Some(Owner { organisation: work.to.clone(), role });
                asked
            }
            (Counts::Accepted | Counts::NotReturned { .. }, _) => {
                senders().waiting(Missing::Acceptance, to)
            }
        }
    }

    fn senders(&self, state: State, work: &Work) -> Thread {
        let thread = Thread::new(state, work.mark).due(work.due).at_organisation(work.from.clone());
        self.at_its_side(thread, work.from.as_ref(), None)
    }

    fn receivers(&self, work: &Work, since: Mark) -> Thread {
        let thread =
            Thread::new(State::ActionAsked, since).due(work.due).at_organisation(work.to.clone());
        self.at_its_side(thread, work.to.as_ref(), work.role)
    }

    fn at_its_side(&self, thread: Thread, owner: Option<&OdsCode>, role: Option<Role>) -> Thread {
        let practices = owner.is_some() && owner == self.who.practice();
        let thread =
            if practices { thread.with(Side::Practice, ContactSide::Practice) } else { thread };
        match role.or(practices.then_some(Role::PracticeStaff)) {
            Some(role) => thread.with_role(role),
            None => thread,
        }
    }
}

impl Work {
    fn new(key: Key, mark: Mark) -> Self {
        Self {
            key,
            category: None,
            from: None,
            to: None,
            role: None,
            due: None,
            letter: None,
            asked: mark,
            mark,
            standing: Standing::Asked,
        }
    }

    fn asked(key: Key, from: &OdsCode, to: &OdsCode, mark: Mark) -> Self {
        let (from, to) = (Some(from.clone()), Some(to.clone()));
        Self { from, to, ..Self::new(key, mark) }
    }
}
