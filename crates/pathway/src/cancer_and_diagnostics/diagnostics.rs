//! The clocks of the monthly diagnostics return, one for each test that is waited for
//! (NHS England, diagnostics return DM01). They run beside the RTT clock and move nothing of it.

mod appointment;
mod request;

use steps::{AppointmentId, OccurredAt, Step, TestId, booking_and_attendance::Initiator};

use super::{
    Effect, Reason, ResetDay, Rule, Standard, StandardClocks, Standards, appointments,
    book::Book,
    order::{Dated, LATE, Place, in_order, missed_at},
};
use crate::{Entry, History, london};

/// The clocks of the tests that `history` asks for, under `standards`.
pub fn clocks(history: &History, standards: &Standards) -> StandardClocks {
    let is_about_tests =
        |entry: &Entry| matches!(entry.step(), Step::TestRequested(_) | Step::TestPerformed(_));
    if !history.entries().iter().any(is_about_tests) {
        return StandardClocks::default();
    }
    let (tests, book) = (Vec::new(), Book::new(standards));
    let mut diagnostics = Diagnostics { history, book, tests };
    for at in in_order(history, |entry| place(history, standards, entry)) {
        diagnostics.take(at);
    }
    diagnostics.book.made
}

/// When a step counts; none where the diagnostic clocks do not read it.
fn place(history: &History, standards: &Standards, entry: &Entry) -> Option<Place> {
    let happened = |rank| Some(Place::new(entry.occurred_at(), rank));
    #[expect(clippy::wildcard_enum_match_arm, reason = "`concerns` is the exhaustive list")]
    match entry.step() {
        Step::TestRequested(step) => Some(Place::new(request::waits_from(entry, step), 0)),
        Step::PlannedDatePassed(step) => Some(Place::new(OccurredAt::Day(step.due_date), 1)),
        Step::AppointmentBooked(_) | Step::AppointmentRescheduled(_) => happened(2),
        Step::DnaRecorded(step) => {
            Some(Place::new(missed_at(entry, step.appointment_date), LATE - 1))
        }
        Step::AppointmentCancelled(step) => {
            let day = standards.setting(Rule::TestCancelledByPatient, entry.date());
            let start = appointments::start_before(history, &step.appointment_id, entry);
            match (day.map(|setting| setting.options.reset_day), start) {
                (Some(ResetDay::Appointment), Some(start)) => {
                    Some(Place::new(OccurredAt::Day(london::date_of(start)), LATE))
                }
                _ => happened(LATE),
            }
        }
        Step::TestPerformed(_) => happened(LATE + 1),
        Step::PatientChosePrivateTreatment(step) => {
            Some(Place::new(step.communicated_at.unwrap_or(entry.occurred_at()), LATE + 2))
        }
        Step::PatientDied(_) => happened(LATE + 3),
        _ => None,
    }
}

/// A test that was asked for.
struct Asked {
    test_id: TestId,
    provider: Option<steps::OdsCode>,
    /// Why it has no clock.
    outside: Option<Reason>,
    clock: Option<usize>,
    done: bool,
    /// Its appointments, of which the last may be still to come.
    appointments: Vec<AppointmentId>,
    has_appointment: bool,
}

struct Diagnostics<'a> {
    history: &'a History,
    book: Book<'a>,
    tests: Vec<Asked>,
}

impl Diagnostics<'_> {
    /// What one step does.
    fn take(&mut self, at: Dated<'_>) {
        #[expect(clippy::wildcard_enum_match_arm, reason = "`place` gives the same steps a place")]
        match at.entry.step() {
            Step::TestRequested(step) => request::requested(self, at, step),
            Step::PlannedDatePassed(step) => request::planned_date_passed(self, at, step.due_date),
            Step::AppointmentBooked(step) => appointment::booked(self, step),
            Step::AppointmentRescheduled(step) => {
                let (rule, reason) = (Rule::TestAppointmentChanged, Reason::OnlyMoved);
                appointment::stays(self, at, &step.appointment_id, (rule, reason));
            }
            Step::DnaRecorded(step) => appointment::missed(self, at, step),
            Step::AppointmentCancelled(step) => match step.initiator {
                Initiator::Patient => appointment::cancelled(self, at, &step.appointment_id),
                Initiator::Provider => {
                    let why = (Rule::TestAppointmentChanged, Reason::ByTheProvider);
                    appointment::stays(self, at, &step.appointment_id, why);
                    appointment::is_off(self, &step.appointment_id);
                }
            },
            Step::TestPerformed(step) => self.performed(at, &step.test_id, step.provider.as_ref()),
            Step::PatientChosePrivateTreatment(_) => self.close(at, Rule::PrivateTreatment),
            Step::PatientDied(_) => self.close(at, Rule::PatientDied),
            _ => {}
        }
    }

    fn performed(&mut self, at: Dated<'_>, id: &TestId, by: Option<&steps::OdsCode>) {
        let rule = Rule::TestPerformed;
        let Some(test) = self.tests.iter_mut().find(|test| test.test_id == *id) else {
            return self.note(at, rule, None, Effect::Rejected(Reason::TestUnknown));
        };
        let (clock, outside, was_done) = (test.clock, test.outside, test.done);
        test.done = true;
        match (was_done, clock, outside) {
            (true, ..) => self.note(at, rule, clock, Effect::Rejected(Reason::AlreadyDone)),
            (false, Some(open), _) if self.is_open(open) => self.book.stop(at, rule, open, by),
            (false, None, Some(reason)) => self.note(at, rule, None, Effect::Stayed(reason)),
            (false, ..) => self.note(at, rule, clock, Effect::Rejected(Reason::NoOpenClock)),
        }
    }

    fn is_open(&self, clock: usize) -> bool {
        self.book.made.clocks.get(clock).is_some_and(super::StandardClock::is_open)
    }

    fn note(&mut self, at: Dated<'_>, rule: Rule, clock: Option<usize>, effect: Effect) {
        self.book.note(at, rule, (Standard::Dm01, clock), effect);
    }

    /// Ends what is open and waits for nothing any more.
    fn close(&mut self, at: Dated<'_>, rule: Rule) {
        for open in self.book.open() {
            self.book.close(at, rule, open);
        }
    }
}
