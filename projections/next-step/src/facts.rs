//! What a history amounts to: who is involved, and which threads are open.
//!
//! The main line of a pathway (referral, booking, attendance, list) is one stage that later steps
//! replace. Appointments, tests, letters, pieces of work, transfers and shared care run beside it,
//! each by its own id.

mod advice;
mod assignment;
mod attendance;
mod booking;
mod care;
mod death;
mod letters;
mod list;
mod referral;
mod results;
mod who;
mod work;

use chrono::NaiveDate;
use pathway::{
    Entry, History,
    clock::{Clock, ClockPolicy, Row},
};
use steps::{
    AppointmentId, EventId, OdsCode, OfferId, Step, StepKind, booking_and_attendance::DnaDecision,
};

use crate::{
    DuePolicy, State,
    answer::Missing,
    thread::{Mark, Thread},
};
pub(crate) use advice::Advice;
pub use advice::Standing as AdviceStanding;
pub(crate) use assignment::Assigned;
pub(crate) use booking::Booking;
pub(crate) use who::Who;

/// An offer of a date, and whether it was declined.
#[derive(Debug)]
pub(crate) struct Offer {
    id: OfferId,
    date: NaiveDate,
    to_come_in: bool,
    declined: bool,
}

/// What the steps so far amount to.
#[derive(Debug, Default)]
pub(crate) struct Facts {
    pub(crate) who: Who,
    pub(crate) stage: Option<Thread>,
    pub(crate) bookings: Vec<Booking>,
    pub(crate) assigned: Vec<Assigned>,
    pub(crate) last: Option<Mark>,
    pub(crate) advice: Vec<Advice>,
    offers: Vec<Offer>,
    outcomes: Vec<AppointmentId>,
    /// The appointments cancelled before they began, with the day of the notice.
    cancelled: Vec<(AppointmentId, NaiveDate)>,
    /// The appointments at which the patient was seen, with the day.
    attended: Vec<(AppointmentId, NaiveDate)>,
    /// Discharges after a DNA that the clock did not accept: a safeguard is missing.
    refused: Vec<EventId>,
    seen: bool,
    discharged_to_pifu: bool,
    missed: Option<attendance::Missed>,
    /// What follows an admission, once it ends.
    after_admission: Option<Thread>,
    side: Vec<Thread>,
    tests: Vec<results::Test>,
    contacts: Vec<letters::Contact>,
    letters: Vec<letters::Letter>,
    /// The documents that reached an organisation.
    arrivals: Vec<letters::Arrival>,
    /// The medical examiner's office that has the certificate.
    examiner: Option<OdsCode>,
    work: Vec<work::Work>,
    shared_care: Vec<care::SharedCare>,
    /// The place in the history of the last step that moved the pathway on.
    moved_at: usize,
    /// The place in the history of the step that is being taken.
    place: usize,
    /// Where the stage was set.
    stage_place: usize,
    /// The patient was told that care goes back to the practice, and the practice was not.
    practice_untold: bool,
}

impl Facts {
    /// The facts of a whole history.
    pub(crate) fn of(history: &History, clock: &ClockPolicy) -> Self {
        let mut facts = Self { refused: refused_discharges(history, clock), ..Self::default() };
        for (place, entry) in history.entries().iter().enumerate() {
            facts.take(place, entry);
        }
        facts
    }

    fn take(&mut self, place: usize, entry: &Entry) {
        let mark = Mark { event: entry.event_id(), at: entry.occurred_at() };
        self.place = place;
        let before = self.stage.as_ref().map(|stage| (stage.mark, stage.state));
        let step = entry.step();
        self.who.take(step, mark);
        self.advice(step, mark);
        self.referral(step, mark);
        self.booking(step, mark);
        self.list(step, mark);
        self.admission(step, mark);
        self.shared_care(step, mark);
        self.death(step, mark);
        self.result(step, mark);
        self.letter(step, mark);
        self.piece_of_work(step, mark);
        self.assignment(step, mark, place);
        let after = self.stage.as_ref().map(|stage| (stage.mark, stage.state));
        if before != after || moves(step.kind()) {
            self.moved_at = place;
        }
        self.last = Some(mark);
    }

    /// Every open thread, in no order.
    pub(crate) fn threads(&self, policy: &DuePolicy) -> Vec<Thread> {
        let mut open: Vec<Thread> = self.side.clone();
        open.extend(self.stage_if_unanswered());
        open.extend(self.appointment_threads());
        open.extend(self.test_threads());
        open.extend(self.letter_threads());
        open.extend(self.work_threads(policy));
        open.extend(self.shared_care.iter().map(|care| care.thread.clone()));
        open
    }

    /// The explicit assignment that stands: the last one, unless it was given back or the pathway
    /// has moved on since.
    pub(crate) fn assignment_in_force(&self) -> Option<&Assigned> {
        let last = self.assigned.iter().max_by_key(|one| (one.version, one.place))?;
        (!last.returned && last.place >= self.moved_at).then_some(last)
    }

    /// A stage that asks for a date is answered by one that is booked.
    fn stage_if_unanswered(&self) -> Option<Thread> {
        let stage = self.stage.clone()?;
        let answered = (stage.state.is_answered_by_an_appointment() && self.has_live(false))
            || (stage.state.is_answered_by_a_date_to_come_in() && self.has_live(true));
        #[expect(clippy::wildcard_enum_match_arm, reason = "every other stage stands as it is")]
        match stage.state {
            _ if answered => None,
            State::BackWithPractice if self.practice_is_to_be_told() => {
                Some(self.practice_to_be_told(stage.mark))
            }
            State::BackWithPractice => Some(stage.due(self.plan_due())),
            _ => Some(stage),
        }
    }

    /// Care is not the practice's before the practice knows: by word or by a letter that arrived.
    fn practice_is_to_be_told(&self) -> bool {
        self.practice_untold && !self.reached_the_practice_since(self.stage_place)
    }

    fn practice_to_be_told(&self, mark: Mark) -> Thread {
        let practice = self.who.practice().cloned();
        Thread::new(State::DecidedNotTold, mark).waiting(Missing::PracticeTold, practice)
    }

    fn set_stage(&mut self, stage: Thread) {
        self.stage = Some(stage);
        self.stage_place = self.place;
        self.practice_untold = false;
    }

    fn stage_is(&self, of: impl Fn(State) -> bool) -> bool {
        self.stage.as_ref().is_some_and(|stage| of(stage.state))
    }

    /// Opens a side thread in the place of any other of `instead_of`.
    fn open_side(&mut self, thread: Thread, instead_of: &[State]) {
        self.close_side(instead_of);
        self.side.push(thread);
    }

    fn close_side(&mut self, states: &[State]) {
        self.side.retain(|thread| !states.contains(&thread.state));
    }
}

/// The discharges after a DNA that row 18 of the clock refuses. The clock is worked out only for a
/// history that has such a discharge.
fn refused_discharges(history: &History, clock: &ClockPolicy) -> Vec<EventId> {
    let discharges = |entry: &Entry| matches!(entry.step(), Step::DnaClinicalDecisionMade(it) if it.dna_decision == DnaDecision::Discharge);
    if !history.entries().iter().any(discharges) {
        return Vec::new();
    }
    let clock = Clock::of(history, clock);
    let refused = clock.moves.iter().filter(|made| made.row == Row::DischargeUnguarded);
    refused.map(|made| made.event_id).collect()
}

/// Steps that move the pathway on beside those that change its stage: an explicit assignment made
/// before them has served its turn.
fn moves(kind: StepKind) -> bool {
    matches!(
        kind,
        StepKind::ResultReported
            | StepKind::AppointmentBooked
            | StepKind::AppointmentRescheduled
            | StepKind::ActionReturned
            | StepKind::WorkloadReturned
            | StepKind::OnwardReferralNeeded
            | StepKind::TransferRejected
            | StepKind::PatientDied
    )
}
