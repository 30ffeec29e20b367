//! The answer: one owner, what follows, by when, and whom the patient contacts.

use chrono::{DateTime, NaiveDate, Utc};
use pathway::london;
use steps::{
    ContactPointId, EventId, FunctionCode, Label, OccurredAt, OdsCode, ServiceId, SubjectRef,
    codes::Role,
};

use crate::{State, state::ContactSide};

/// Who owns the next step: a role at an organisation, never a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner {
    /// The organisation; `None` only with [`Alarm::Unowned`], where none is known at all.
    pub organisation: Option<OdsCode>,
    /// The role.
    pub role: Role,
}

/// On what a due date rests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DueBasis {
    /// It was recorded with the step.
    Recorded,
    /// It is the time of the appointment.
    Appointment,
    /// A setting says so; the text names its source.
    Setting(String),
}

/// When the step is due, and why then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// The moment, or the day by whose end.
    pub at: OccurredAt,
    /// On what it rests.
    pub basis: DueBasis,
}

impl Due {
    /// The last moment at which it is not overdue.
    pub fn deadline(&self) -> DateTime<Utc> {
        london::bounds(self.at).1
    }
}

/// An appointment that is booked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appointment {
    /// When it starts.
    pub starts_at: DateTime<Utc>,
    /// Clinic and place, in words for the patient.
    pub place: Option<Label>,
    /// The provider.
    pub provider: Option<OdsCode>,
    /// The site.
    pub site: Option<OdsCode>,
}

/// What should be there and is not yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Missing {
    /// The receiver has not acknowledged it.
    Acknowledgement,
    /// The owner it was given to has not accepted it.
    Acceptance,
    /// Reason and alternative have not reached the referrer.
    Explanation,
    /// The document came back.
    Delivery,
    /// The report of a test that was done.
    Report,
    /// Nothing says that the patient was told.
    PatientTold,
    /// Nothing says that the practice was told.
    PracticeTold,
    /// The coroner's answer.
    Coroner,
    /// The registration of the death.
    Registration,
}

/// What is waited for, and from whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitingOn {
    /// What.
    pub missing: Missing,
    /// From whom, where known.
    pub by: Option<OdsCode>,
    /// By when, where that is another time than when the step itself is due.
    pub due: Option<OccurredAt>,
}

/// What needs a person's attention beside the step itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Alarm {
    /// Nobody owns the next step.
    Unowned,
    /// Activity arrived that fits no pathway, or more than one, and nobody has said where it belongs.
    Unmatched,
}

/// The step by which the pathway came to stand where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Since {
    /// The event.
    pub event: EventId,
    /// The local date on which it happened.
    pub on: NaiveDate,
}

/// What an explicit assignment adds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assignment {
    /// What is to be done.
    pub what: Label,
    /// Whom the patient contacts with questions.
    pub general_contact: Option<ContactPointId>,
    /// Whom the patient contacts about delay.
    pub delay_contact: Option<ContactPointId>,
}

/// Who owns the next step of a pathway. It holds no now: [`NextStep::at`] reads it at a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NextStep {
    /// Where the pathway stands.
    pub state: State,
    /// Who owns it.
    pub owner: Owner,
    /// When it is due.
    pub due: Option<Due>,
    /// When the passing of time turns the state into its pair, or hands the step over.
    pub turns_at: Option<DateTime<Utc>>,
    /// Who owns it from then on, where silence counts as acceptance; `None`: as the state says.
    pub turns_to: Option<Owner>,
    /// The service.
    pub service: Option<ServiceId>,
    /// The provider that has the patient.
    pub provider: Option<OdsCode>,
    /// The patient's practice.
    pub practice: Option<OdsCode>,
    /// The treatment function.
    pub function: Option<FunctionCode>,
    /// The person.
    pub subject: Option<SubjectRef>,
    /// The first appointment that is booked and not yet settled.
    pub next_appointment: Option<Appointment>,
    /// The last appointment that is booked, where that is another.
    pub later_appointment: Option<Appointment>,
    /// Whom the patient contacts.
    pub contact_at: ContactSide,
    /// What is not yet there.
    pub waiting_on: Option<WaitingOn>,
    /// When the patient was last told anything.
    pub told_patient_on: Option<NaiveDate>,
    /// The step that led here; `None` for a history without any.
    pub since: Option<Since>,
    /// What an explicit assignment adds; only in [`State::Assigned`].
    pub assignment: Option<Assignment>,
    /// What else is open, in the order of precedence.
    pub also_open: Vec<State>,
    /// What needs attention.
    pub alarm: Option<Alarm>,
}

/// A next step read at a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AsOf<'a> {
    /// Where the pathway stands at that moment.
    pub state: State,
    /// The organisation that owns it.
    pub organisation: Option<&'a OdsCode>,
    /// The role that owns it.
    pub role: Role,
    /// Whom the patient contacts.
    pub contact_at: ContactSide,
    /// What is not yet there.
    pub waiting_on: Option<&'a WaitingOn>,
    /// When it is due.
    pub due: Option<Due>,
    /// Whether that has passed.
    pub overdue: bool,
    /// The first known appointment that is still to come.
    pub next_appointment: Option<&'a Appointment>,
    /// What else is open.
    pub also_open: Vec<State>,
}

impl NextStep {
    /// The step as it stands at `now`: an appointment that has passed asks for its attendance.
    pub fn at(&self, now: DateTime<Utc>) -> AsOf<'_> {
        let state = self.state_at(now);
        let due = self.due_at(state);
        let overdue = due.as_ref().is_some_and(|due| due.deadline() < now);
        let both = [&self.next_appointment, &self.later_appointment];
        let next_appointment =
            both.into_iter().flatten().find(|appointment| appointment.starts_at > now);
        let passed = self.next_appointment.as_ref().is_some_and(|it| it.starts_at <= now);
        let also_open = self.also_open.iter().map(|open| match open {
            State::Booked if passed => State::TimePassed,
            other => *other,
        });
        let handed_over = self.turns_to.as_ref().filter(|_| self.has_turned(now));
        let owner = handed_over.unwrap_or(&self.owner);
        let changed = state != self.state;
        AsOf {
            state,
            organisation: owner.organisation.as_ref(),
            role: if changed { state.role() } else { owner.role },
            contact_at: match handed_over {
                Some(owner) if owner.organisation == self.practice => ContactSide::Practice,
                Some(_) | None if changed => state.ask(),
                Some(_) | None => self.contact_at,
            },
            waiting_on: self.waiting_on.as_ref().filter(|_| handed_over.is_none()),
            due,
            overdue,
            next_appointment,
            also_open: also_open.collect(),
        }
    }

    /// From when it counts as overdue: the last moment of its due date. Work lists stand in this
    /// order, so that what is overdue comes first at every moment.
    pub(crate) fn overdue_from(&self) -> Option<DateTime<Utc>> {
        let last = self.state.when_time_has_passed();
        self.due_at(last).map(|due| due.deadline())
    }

    fn has_turned(&self, now: DateTime<Utc>) -> bool {
        self.turns_at.is_some_and(|turns_at| turns_at <= now)
    }

    fn state_at(&self, now: DateTime<Utc>) -> State {
        if self.has_turned(now) { self.state.when_time_has_passed() } else { self.state }
    }

    /// An attendance is to be recorded in the same session: by the end of that day.
    fn due_at(&self, state: State) -> Option<Due> {
        let due = self.due.clone()?;
        let at =
            if state == State::TimePassed { OccurredAt::Day(london::date(due.at)) } else { due.at };
        Some(Due { at, basis: due.basis })
    }
}
