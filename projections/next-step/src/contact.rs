//! Whom to contact: the row of a pathway joined with the directory, in words for the patient.
//!
//! Never an empty string and never silence. Where a contact is missing the nearest other one is
//! given, and where nothing at all is recorded the answer says so and names who can be asked.

use std::borrow::Cow;

use chrono::{DateTime, NaiveDate, Utc};
use directory::{ContactAsk, Directory, Reach};
use pathway::london;
use steps::{
    ContactPointId, OccurredAt, OdsCode, ServiceId,
    codes::{Audience, ContactPurpose, Role},
};

use crate::{
    State,
    answer::{Appointment, AsOf, Due, Missing, NextStep, WaitingOn},
    roles::role_in_words,
    state::ContactSide,
};

/// What a patient whose condition worsens can do wherever nobody's number is recorded.
const IF_WORSE: &str =
    "If you get worse and cannot reach anybody there, ring NHS 111; in an emergency ring 999";

/// An organisation as it was called on the day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnerName<'a> {
    /// Its code; `None` where no organisation is known.
    pub code: Option<&'a OdsCode>,
    /// Its name; its code where the directory does not know it.
    pub name: Cow<'a, str>,
}

/// A contact to give to a patient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ContactLine<'a> {
    /// A contact point.
    Point(Reach<'a>),
    /// Nothing is recorded: what to do instead, in words.
    Advice(String),
}

impl<'a> ContactLine<'a> {
    /// The contact point, where there is one.
    pub fn reach(&self) -> Option<Reach<'a>> {
        match self {
            Self::Point(reach) => Some(*reach),
            Self::Advice(_) => None,
        }
    }
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
    /// Whether that has passed.
    pub overdue: bool,
    /// The first known appointment to come.
    pub next_appointment: Option<&'a Appointment>,
    /// For questions about the step.
    pub for_questions: ContactLine<'a>,
    /// About a delay.
    pub for_delay: ContactLine<'a>,
    /// If the condition becomes worse.
    pub if_worse: ContactLine<'a>,
    /// When the patient was last told anything.
    pub told_patient_on: Option<NaiveDate>,
    /// What is not yet there: "not yet acknowledged by Hull Royal Infirmary, due 7 January 2026".
    pub not_yet: Option<String>,
}

/// Whom the patient contacts `on` that moment, as it was `known` then (`None`: as it is known now).
pub fn who_to_contact<'a>(
    step: &'a NextStep,
    directory: &'a Directory,
    on: DateTime<Utc>,
    known: Option<DateTime<Utc>>,
) -> WhoToContact<'a> {
    let as_of = step.at(on);
    let desk = Desk { step, directory, on, known };
    let given = step.assignment.as_ref();
    let turned = as_of.state != step.state;
    let questions = match if turned { as_of.state.ask() } else { step.contact_at } {
        ContactSide::Practice => ContactPurpose::Questions,
        ContactSide::Provider(purpose) => purpose,
    };
    let general = given.and_then(|it| it.general_contact.as_ref());
    let delay = given.and_then(|it| it.delay_contact.as_ref());
    WhoToContact {
        owner_plain: desk.owner_plain(&as_of),
        owner_organisation: desk.owner_organisation(),
        state: as_of.state,
        role: as_of.role,
        what_next: desk.what_next(&as_of),
        not_yet: desk.not_yet(&as_of),
        due_by: as_of.due,
        overdue: as_of.overdue,
        next_appointment: as_of.next_appointment,
        for_questions: desk.line(questions, general),
        for_delay: desk.line(ContactPurpose::Delay, delay),
        if_worse: desk.if_worse(),
        told_patient_on: step.told_patient_on,
    }
}

/// What is needed to look something up.
struct Desk<'a> {
    step: &'a NextStep,
    directory: &'a Directory,
    on: DateTime<Utc>,
    known: Option<DateTime<Utc>>,
}

impl<'a> Desk<'a> {
    fn name(&self, code: &'a OdsCode) -> &'a str {
        let known = self.directory.organisation(code, self.on, self.known);
        known.map_or(code.as_str(), |organisation| organisation.name.as_str())
    }

    fn owner_organisation(&self) -> OwnerName<'a> {
        match &self.step.owner.organisation {
            Some(code) => OwnerName { code: Some(code), name: self.name(code).into() },
            None => OwnerName { code: None, name: "not yet known".into() },
        }
    }

    fn owner_plain(&self, as_of: &AsOf<'_>) -> String {
        let role = self.role(as_of);
        match &self.step.owner.organisation {
            Some(code) => format!("{role} at {}", self.name(code)),
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
            None if self.is_of_the_dead() => State::Deceased.what_next().into(),
            None => as_of.state.what_next().into(),
        }
    }

    fn is_of_the_dead(&self) -> bool {
        let died = State::Deceased;
        self.step.state == died || self.step.also_open.contains(&died)
    }

    /// What is waited for, with its own day where it has one, and that the step itself is late.
    fn not_yet(&self, as_of: &AsOf<'_>) -> Option<String> {
        let late = as_of.due.as_ref().filter(|_| as_of.overdue);
        let late = late.map(|due| {
            let owner = match &self.step.owner.organisation {
                Some(_) => self.owner_plain(as_of),
                None => self.role(as_of).to_owned(),
            };
            format!("was due {} and is not recorded as done by {owner}", in_words(due.at))
        });
        let Some(waiting) = &self.step.waiting_on else { return late };
        let missing = self.missing(waiting);
        let Some(own) = waiting.due else {
            let due = as_of.due.as_ref().map(|due| in_words_of_due(due.at, as_of.overdue));
            return Some(due.map_or_else(|| missing.clone(), |due| format!("{missing}, {due}")));
        };
        let own = in_words_of_due(own, london::bounds(own).1 < self.on);
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
        };
        let by = match (missing, by) {
            (Missing::Delivery, Some(by)) => format!(", {by}"),
            (_, Some(by)) => format!(" by {by}"),
            (_, None) => String::new(),
        };
        format!("{what}{by}")
    }

    /// Where no line is recorded, what to do is said with it; not to those whom nothing can help.
    fn if_worse(&self) -> ContactLine<'a> {
        match self.line(ContactPurpose::Deterioration, None) {
            ContactLine::Advice(words) if !self.is_of_the_dead() => {
                ContactLine::Advice(format!("{words}. {IF_WORSE}"))
            }
            line => line,
        }
    }

    /// The contact that an assignment names, the owner's side, then the provider's own lines.
    fn line(&self, purpose: ContactPurpose, named: Option<&ContactPointId>) -> ContactLine<'a> {
        let named = named.and_then(|id| self.directory.contact_point(id, self.on, self.known));
        let named = named.filter(|reach| reach.working);
        let found = named.or_else(|| self.first_working(purpose));
        found.map_or_else(|| ContactLine::Advice(self.advice()), ContactLine::Point)
    }

    /// One that works stands before one that is said to have failed, wherever it is.
    fn first_working(&self, purpose: ContactPurpose) -> Option<Reach<'a>> {
        let mut failed = None;
        for (organisation, service) in self.places() {
            match self.ask(organisation, service, purpose) {
                Some(reach) if reach.working => return Some(reach),
                other => failed = failed.or(other),
            }
        }
        failed
    }

    /// Where to ask, the nearest first.
    fn places(&self) -> impl Iterator<Item = (&'a OdsCode, Option<&'a ServiceId>)> {
        let step = self.step;
        let service = step.service.as_ref();
        let provider = step.provider.as_ref().map(|provider| (provider, service));
        let practice = step.practice.as_ref().map(|practice| (practice, None));
        let owner = step
            .owner
            .organisation
            .as_ref()
            .map(|owner| (owner, service.filter(|_| step.provider.as_ref() == Some(owner))));
        let places = match step.contact_at {
            ContactSide::Practice => [practice, owner, provider],
            ContactSide::Provider(_) => [owner, provider, None],
        };
        places.into_iter().flatten()
    }

    fn ask(
        &self,
        organisation: &OdsCode,
        service: Option<&ServiceId>,
        purpose: ContactPurpose,
    ) -> Option<Reach<'a>> {
        let (audience, on, known) = (Audience::Patient, self.on, self.known);
        self.directory.contact(&ContactAsk { organisation, service, audience, purpose, on, known })
    }

    fn advice(&self) -> String {
        let gp = if self.is_of_the_dead() { "the GP practice" } else { "your GP practice" };
        let whose =
            match (&self.step.contact_at, &self.step.owner.organisation, &self.step.practice) {
                (ContactSide::Practice, _, Some(practice)) => self.name(practice),
                (_, Some(owner), _) => self.name(owner),
                (_, None, _) => "this pathway",
            };
        match &self.step.practice {
            Some(practice) if self.name(practice) != whose => {
                format!("no contact is recorded for {whose}; ask {gp}, {}", self.name(practice))
            }
            Some(_) => format!("no contact is recorded for {whose}; please ask there in person"),
            None => format!("no contact is recorded for {whose}; ask {gp}"),
        }
    }
}

fn in_words_of_due(at: OccurredAt, passed: bool) -> String {
    let word = if passed { "was due" } else { "due" };
    format!("{word} {}", in_words(at))
}

fn in_words(at: OccurredAt) -> String {
    london::date(at).format("%-d %B %Y").to_string()
}
