//! What a letter rests on: the step of a history that it tells of or answers, and the facts of it.

use chrono::NaiveDate;
use pathway::{Entry, History, london};
use serde::Serialize;
use steps::{
    ActionId, Label, OccurredAt, OdsCode, Personal, ServiceId, Step, Text,
    booking_and_attendance::DnaDecision, codes::Channel, interface_and_safety::WorkCategory,
};

use crate::{Facts, Topic};

mod work;

/// What a history says of a topic.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Basis {
    /// The facts that the history holds. Names of organisations are not among them.
    pub facts: Facts,
    /// The GP practice; of work, of a task and of a private request the one that was asked.
    pub practice: Option<OdsCode>,
    /// The provider of what is told of.
    pub provider: Option<OdsCode>,
    /// The service referred to.
    pub service: Option<ServiceId>,
    /// The piece of work.
    pub action: Option<ActionId>,
    /// What kind of work it is.
    pub category: Option<WorkCategory>,
    /// A private provider, by name: it may have no code.
    pub private_provider: Option<Label>,
    /// The codes of the reasons that the step itself gives.
    pub reasons: Vec<String>,
    /// The last day of the expected time.
    pub expected_by: Option<NaiveDate>,
    /// The last version of an assigned next step.
    pub next_step_version: Option<u32>,
    /// When what the letter is about happened; none where the history does not tell of it.
    pub about_at: Option<OccurredAt>,
    /// Who has given the work back since it was last asked for, and when.
    pub returned: Option<(OdsCode, OccurredAt)>,
}

impl Basis {
    /// Whether a letter of that moment would tell of what had not happened yet.
    pub fn is_before(&self, letter: OccurredAt) -> bool {
        self.about_at.is_some_and(|about| {
            london::date(letter) < london::date(about)
                || london::bounds(letter).1 < london::bounds(about).0
        })
    }
}

/// A day as letters say it: "5 January 2026".
pub fn day_in_words(day: NaiveDate) -> String {
    day.format("%-d %B %Y").to_string()
}

/// What the history says of a topic; of several such steps the one that `about` names, else the last.
pub fn basis(history: &History, topic: Topic, about: Option<&str>) -> Basis {
    let mut basis = Basis::default();
    basis.who_and_referral(history);
    if !matches!(topic, Topic::Referral | Topic::Wait) {
        basis.about_at = None;
    }
    let told = |found: &dyn Fn(&Step) -> bool| {
        history.entries().iter().rev().find(|entry| found(entry.step()))
    };
    match topic {
        Topic::Referral | Topic::Wait => {}
        Topic::Decline => basis.decline(told(&|step| matches!(step, Step::ReferralDeclined(_)))),
        Topic::Work => {
            let practices = work::practices(history);
            basis.work(history, told(&|step| work::is_asked(step, about, &practices)));
        }
        Topic::Dna => basis.missed(history, about),
        Topic::Message => basis.message(told(&|step| is_task(step, about))),
        Topic::PrivateRequest => basis.private(told(&|step| is_private(step, about))),
    }
    basis.wait(history);
    basis
}

fn names(about: Option<&str>, id: &str) -> bool {
    about.is_none_or(|about| about == id)
}

/// A task in a shared clinical system is not an approved channel (Humberside LMCs interface guidance, tasks).
fn is_task(step: &Step, about: Option<&str>) -> bool {
    matches!(step, Step::MessageSent(sent)
        if sent.channel == Channel::ClinicalSystemTask && names(about, sent.query_id.as_str()))
}

fn is_private(step: &Step, about: Option<&str>) -> bool {
    matches!(step, Step::PrivateProviderRequestReceived(asked)
        if names(about, asked.action_id.as_str()))
}

impl Basis {
    /// The person, the practice and the referral; the last word on each counts.
    fn who_and_referral(&mut self, history: &History) {
        let (mut sent_at, mut received) = (None, None);
        for entry in history.entries() {
            #[expect(clippy::wildcard_enum_match_arm, reason = "the rest names no side")]
            match entry.step() {
                Step::PathwaySubject(subject) => {
                    self.facts.set_some("patient.name", open(subject.person_name.as_ref()));
                    let number = subject.nhs_number.as_ref().and_then(Personal::open);
                    self.facts
                        .set_some("patient.nhs_number", number.map(|it| grouped(it.as_str())));
                    self.practice = subject.gp_practice.clone().or(self.practice.take());
                }
                Step::NextStepAssigned(assigned) => {
                    self.next_step_version = Some(assigned.next_step_version);
                }
                Step::ReferralSent(sent) => {
                    self.practice.get_or_insert_with(|| sent.referrer.clone());
                    self.provider = Some(sent.provider.clone());
                    self.service = Some(sent.service.clone());
                    self.facts.set("referral.sent_on", &day_of(entry));
                    sent_at = Some(entry.occurred_at());
                }
                Step::ReferralReceived(it) => {
                    self.practice = self.practice.take().or_else(|| it.referrer.clone());
                    self.provider = Some(it.provider.clone());
                    self.service = Some(it.service.clone());
                    received = Some(it.received_at.unwrap_or_else(|| entry.occurred_at()));
                }
                _ => {}
            }
        }
        self.about_at = received.or(sent_at);
        if let Some(day) = received.map(|at| day_in_words(london::date(at))) {
            self.facts.set("referral.received_on", &day);
            if !self.facts.has("referral.sent_on") {
                self.facts.set("referral.sent_on", &day);
            }
        }
    }

    fn decline(&mut self, entry: Option<&Entry>) {
        let Some((entry, Step::ReferralDeclined(declined))) = told(entry) else { return };
        self.provider = Some(declined.provider.clone());
        self.about_at = Some(entry.occurred_at());
        self.facts.set("decline.on", &day_of(entry));
        self.facts.set_some("decline.text", open(declined.reason_text.as_ref()));
        self.facts.set_some("decline.alternative", open(declined.alternative_pathway.as_ref()));
        self.facts.set_some("decline.advice", open(declined.advice.as_ref()));
        self.reasons = declined.decline_reason.as_ref().and_then(code).into_iter().collect();
    }

    fn missed(&mut self, history: &History, about: Option<&str>) {
        let entries = history.entries();
        let missed = entries.iter().rposition(|entry| {
            matches!(entry.step(), Step::DnaRecorded(it) if names(about, it.appointment_id.as_str()))
        });
        let Some((place, entry)) = missed.and_then(|place| Some((place, entries.get(place)?)))
        else {
            return;
        };
        let Step::DnaRecorded(missed) = entry.step() else { return };
        self.provider = Some(missed.provider.clone());
        self.about_at = Some(entry.occurred_at());
        self.facts.set("missed.on", &day_in_words(missed.appointment_date));
        let after = entries.iter().skip(place + 1);
        let decided = after.take_while(|entry| !matches!(entry.step(), Step::DnaRecorded(_)));
        let decided = decided.filter_map(|entry| match entry.step() {
            Step::DnaClinicalDecisionMade(decided) => {
                Some((entry.occurred_at(), decided.dna_decision))
            }
            _ => None,
        });
        let Some((decided_at, decided)) = decided.last() else { return };
        self.about_at = Some(decided_at);
        let words = match decided {
            DnaDecision::Reoffer => ("dna.offered_again", "We will offer you another appointment."),
            DnaDecision::Discharge => {
                ("dna.discharged", "Your care goes back to your GP practice.")
            }
        };
        self.facts.set(words.0, words.1);
        self.facts.set("dna.outcome", words.1);
    }

    fn message(&mut self, entry: Option<&Entry>) {
        let Some((entry, Step::MessageSent(sent))) = told(entry) else { return };
        self.provider = Some(sent.from_organisation.clone());
        self.practice = Some(sent.to_organisation.clone());
        self.about_at = Some(entry.occurred_at());
        self.action.clone_from(&sent.action_id);
        self.facts.set("message.sent_on", &day_of(entry));
    }

    fn private(&mut self, entry: Option<&Entry>) {
        let Some((entry, Step::PrivateProviderRequestReceived(asked))) = told(entry) else {
            return;
        };
        self.practice = Some(asked.organisation.clone());
        self.provider.clone_from(&asked.requester);
        self.about_at = Some(entry.occurred_at());
        self.private_provider = Some(asked.private_provider.clone());
        (self.action, self.category) = (Some(asked.action_id.clone()), Some(asked.work_category));
        self.facts.set("private.provider", asked.private_provider.as_str());
        self.facts.set("private.asked_on", &day_of(entry));
    }

    fn wait(&mut self, history: &History) {
        let set = history.entries().iter().rev().find_map(|entry| match entry.step() {
            Step::ExpectedTimeframeSet(set) => Some((set.from_date, set.to_date)),
            _ => None,
        });
        let Some((from, last)) = set else { return };
        let (from, to) = (day_in_words(from), day_in_words(last));
        let words =
            if from == to { format!("on {to}") } else { format!("between {from} and {to}") };
        self.facts.set("wait.expected", &words);
        self.expected_by = Some(last);
    }
}

fn told(entry: Option<&Entry>) -> Option<(&Entry, &Step)> {
    entry.map(|entry| (entry, entry.step()))
}

fn day_of(entry: &Entry) -> String {
    day_in_words(entry.date())
}

fn open(text: Option<&Personal<Text>>) -> Option<&str> {
    text.and_then(Personal::open).map(Text::as_str)
}

/// An NHS number as it is read out: 999 000 0018.
fn grouped(number: &str) -> String {
    match (number.get(..3), number.get(3..6), number.get(6..)) {
        (Some(first), Some(second), Some(third)) => format!("{first} {second} {third}"),
        _ => number.to_owned(),
    }
}

/// The name of a coded value, as JSON has it.
fn code<T: Serialize>(value: &T) -> Option<String> {
    toml::Value::try_from(value).ok()?.as_str().map(str::to_owned)
}

#[cfg(test)]
mod tests;
