//! Whom to contact: the row of a pathway joined with the directory, in words for the patient.
//!
//! Never an empty string and never silence. Where a contact is missing, failed or long unchecked, the
//! answer says so in a plain sentence and gives the nearest other one; where nothing at all is recorded
//! it names who can be asked.

use std::borrow::Cow;

use chrono::{DateTime, NaiveDate, Utc};
use directory::{Directory, Freshness};
use pathway::london;
use steps::{
    OccurredAt, OdsCode,
    codes::{ContactPurpose, Role},
};

use crate::{
    State,
    answer::{Appointment, AsOf, Due, DueBasis, Missing, NextStep, WaitingOn},
    roles::role_in_words,
    state::ContactSide,
};

mod line;
mod place;

pub use line::{ContactLine, Given, line_between};
use place::Places;

/// An organisation as it was called on the day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnerName<'a> {
    /// Its code; `None` where no organisation is known.
    pub code: Option<&'a OdsCode>,
    /// Its name; its code where the directory does not know it.
    pub name: Cow<'a, str>,
}

/// Who owns the next step, what follows, and whom the patient contacts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WhoToContact<'a> {
    /// Who is responsible now, in plain words: "the booking team at Hull Royal Infirmary".
    pub owner_plain: String,
    /// The organisation of the owner.
    pub owner_organisation: OwnerName<'a>,
    /// The state on the day.
    pub state: State,
    /// The role that owns the step on the day.
    pub role: Role,
    /// What happens next.
    pub what_next: Cow<'a, str>,
    /// By when, and on what that rests.
    pub due_by: Option<Due>,
    /// The same in words; where no day is set, that none is.
    pub due_in_words: String,
    /// Whether that has passed.
    pub overdue: bool,
    /// The first known appointment to come.
    pub next_appointment: Option<&'a Appointment>,
    /// For questions about the step.
    pub for_questions: ContactLine<'a>,
    /// About a delay; after a death, as all three, the family's line.
    pub for_delay: ContactLine<'a>,
    /// If the condition becomes worse; after a death the family's line.
    pub if_worse: ContactLine<'a>,
    /// When the patient was last told anything.
    pub told_patient_on: Option<NaiveDate>,
    /// What is not yet there: "not yet acknowledged by Hull Royal Infirmary, due 7 January 2026".
    pub not_yet: Option<String>,
}

/// As of when somebody asks, and how old a check of a line may be.
#[derive(Debug, Clone, Copy)]
pub struct Asking {
    /// The moment in the world.
    pub on: DateTime<Utc>,
    /// As it was known at this moment; `None`: as it is known now.
    pub known: Option<DateTime<Utc>>,
    /// How old a check may be.
    pub freshness: Freshness,
}

/// Whom the patient contacts about the step.
pub fn who_to_contact<'a>(
    step: &'a NextStep,
    directory: &'a Directory,
    asking: Asking,
) -> WhoToContact<'a> {
    let as_of = step.at(asking.on);
    let desk = Desk {
        step,
        directory,
        asking,
        organisation: as_of.organisation,
        state: as_of.state,
        side: as_of.contact_at,
        places: Places::of(step, as_of.organisation, directory, asking),
    };
    let [for_questions, for_delay, if_worse] = desk.lines();
    WhoToContact {
        owner_plain: desk.owner_plain(&as_of),
        owner_organisation: desk.owner_organisation(),
        state: as_of.state,
        role: as_of.role,
        what_next: desk.what_next(&as_of),
        not_yet: desk.not_yet(&as_of),
        due_in_words: due_in_words(as_of.due.as_ref(), as_of.overdue),
        for_questions,
        for_delay,
        if_worse,
        due_by: as_of.due,
        overdue: as_of.overdue,
        next_appointment: as_of.next_appointment,
        told_patient_on: step.told_patient_on,
    }
}

/// What is needed to look something up, as of the moment asked about.
struct Desk<'a> {
    step: &'a NextStep,
    directory: &'a Directory,
    asking: Asking,
    organisation: Option<&'a OdsCode>,
    state: State,
    side: ContactSide,
    places: Places<'a>,
}

impl<'a> Desk<'a> {
    /// The lines for questions, about a delay, and if it gets worse.
    fn lines(&self) -> [ContactLine<'a>; 3] {
        if self.is_of_the_dead() {
            // Nobody waits and nobody gets worse: whatever the family asks, it is the same office.
            return std::array::from_fn(|_line| self.line(ContactPurpose::Bereavement, None));
        }
        let questions = match self.side {
            ContactSide::Practice => ContactPurpose::Questions,
            ContactSide::Provider(purpose) => purpose,
        };
        let given = self.step.assignment.as_ref();
        let general = given.and_then(|it| it.general_contact.as_ref());
        let delay = given.and_then(|it| it.delay_contact.as_ref());
        [
            self.line(questions, general),
            self.line(ContactPurpose::Delay, delay),
            self.line(ContactPurpose::Deterioration, None),
        ]
    }

    fn name(&self, code: &'a OdsCode) -> &'a str {
        let known = self.directory.organisation(code, self.asking.on, self.asking.known);
        known.map_or(code.as_str(), |organisation| organisation.name.as_str())
    }

    /// Who has the work of an organisation that has closed.
    fn now_with(&self, code: &'a OdsCode) -> String {
        let present = self.present(code);
        if present == code { String::new() } else { format!(", now {}", self.name(present)) }
    }

    fn present(&self, code: &'a OdsCode) -> &'a OdsCode {
        self.directory.successor(code, self.asking.on, self.asking.known)
    }

    fn owner_organisation(&self) -> OwnerName<'a> {
        match self.organisation {
            Some(code) => OwnerName { code: Some(code), name: self.name(code).into() },
            None => OwnerName { code: None, name: "not yet known".into() },
        }
    }

    fn owner_plain(&self, as_of: &AsOf<'_>) -> String {
        let role = self.role(as_of);
        match self.organisation {
            Some(code) => format!("{role} at {}{}", self.name(code), self.now_with(code)),
            None => format!("nobody yet: {role} has to find out who is responsible"),
        }
    }

    /// Nobody is addressed as "you" on the pathway of somebody who has died.
    fn role(&self, as_of: &AsOf<'_>) -> &'static str {
        match (self.is_of_the_dead(), as_of.role) {
            (true, Role::GeneralPractitioner) => "the GP",
            (true, Role::Patient) => "the family",
            (true, Role::Carer) => "the carer",
            (_, role) => role_in_words(role),
        }
    }

    fn what_next(&self, as_of: &AsOf<'_>) -> Cow<'a, str> {
        match &self.step.assignment {
            Some(assignment) => assignment.what.as_str().into(),
            None => self.after_death().unwrap_or(as_of.state).what_next().into(),
        }
    }

    fn is_of_the_dead(&self) -> bool {
        self.after_death().is_some()
    }

    /// Whom a line is for, where it is not the patient.
    fn for_whom(&self) -> Option<String> {
        let family = "for the family, about the certificate and what follows";
        self.is_of_the_dead().then(|| family.to_owned())
    }

    fn after_death(&self) -> Option<State> {
        let states = std::iter::once(&self.step.state).chain(&self.step.also_open);
        states.copied().find(|state| state.is_after_death())
    }

    /// What is waited for, with its own day where it has one, and that the step itself is late.
    fn not_yet(&self, as_of: &AsOf<'_>) -> Option<String> {
        let late = as_of.due.as_ref().filter(|_| as_of.overdue);
        let late = late.map(|due| {
            let owner = match self.organisation {
                Some(_) => self.owner_plain(as_of),
                None => self.role(as_of).to_owned(),
            };
            format!("was due {} and is not recorded as done by {owner}", in_words(due.at))
        });
        let Some(waiting) = as_of.waiting_on else { return late };
        let missing = self.missing(waiting);
        let Some(own) = waiting.due else {
            let due = as_of.due.as_ref().map(|due| in_words_of_due(due.at, as_of.overdue));
            return Some(due.map_or_else(|| missing.clone(), |due| format!("{missing}, {due}")));
        };
        let own = in_words_of_due(own, london::bounds(own).1 < self.asking.on);
        let late = late.map_or_else(String::new, |late| format!("; until then the step {late}"));
        Some(format!("{missing}, {own}{late}"))
    }

    fn missing(&self, WaitingOn { missing, by, .. }: &WaitingOn) -> String {
        let by = by.as_ref().map(|code| self.name(code));
        let what = match missing {
            Missing::Acknowledgement => "not yet acknowledged",
            Missing::Acceptance => "not yet accepted",
            Missing::Explanation => "no reason and alternative yet given",
            Missing::Delivery => "came back and has not yet reached its recipient",
            Missing::Report => "no result yet reported",
            Missing::PatientTold => "nothing says that the patient was told of this",
            Missing::PracticeTold => "not yet told to the practice",
            Missing::Coroner => "not yet decided by the coroner",
            Missing::Registration => "not yet registered",
        };
        let by = match (missing, by) {
            (Missing::Delivery | Missing::PracticeTold, Some(by)) => format!(", {by}"),
            (_, Some(by)) => format!(" by {by}"),
            (_, None) => String::new(),
        };
        format!("{what}{by}")
    }
}

/// When a step is due, in words, with what that rests on.
pub fn due_in_words(due: Option<&Due>, overdue: bool) -> String {
    let Some(due) = due else { return "no day is set for this step".to_owned() };
    let when = match (&due.basis, overdue) {
        (_, true) => format!("was due by {}", in_words(due.at)),
        (DueBasis::Appointment, false) => format!("on {}", in_words(due.at)),
        (DueBasis::Recorded | DueBasis::Setting(_), false) => format!("by {}", in_words(due.at)),
    };
    let source = match &due.basis {
        DueBasis::Recorded => "set with the step",
        DueBasis::Appointment => "the appointment",
        DueBasis::Setting(source) => source,
    };
    format!("{when} ({source})")
}

fn in_words_of_due(at: OccurredAt, passed: bool) -> String {
    let word = if passed { "was due" } else { "due" };
    format!("{word} {}", in_words(at))
}

fn in_words(at: OccurredAt) -> String {
    day_in_words(london::date(at))
}

fn day_in_words(day: NaiveDate) -> String {
    day.format("%-d %B %Y").to_string()
}
