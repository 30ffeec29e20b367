//! What each step of a history lets expect, by when, and what came.
//!
//! A trigger known only to its day is counted from the end of that day, and evidence known only to
//! its day from its beginning: what cannot be told raises no alarm.

use chrono::{DateTime, Utc};
use pathway::{Entry, History, london};
use policy::{Expectation, NetDeadline, NetEdition, NetOwner, NetPriority, SafetyNet};
use steps::{
    EventId, OccurredAt, OdsCode, RuleId, Step, StepKind, codes::Role,
    interface_and_safety::AlarmTo,
};

use crate::{
    Chain,
    things::{Parties, Thing, Things, is_serious, thing_of},
};

/// Something that a step lets expect by a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expected {
    /// The rule.
    pub rule: RuleId,
    /// The version of the rules that was in force at the trigger.
    pub version: u32,
    /// 0: the owner's own deadline; from 1 on: who else is told.
    pub level: u8,
    /// Who is told beyond the owner.
    pub alarm_to: Option<AlarmTo>,
    /// What it is about: tests and letters have numbers of their own.
    pub chain: Chain,
    /// The test or letter, by its id; of the pathway itself none.
    pub item: Option<String>,
    /// How urgent it is.
    pub priority: NetPriority,
    /// The step that opened it.
    pub trigger: EventId,
    /// When that happened.
    pub triggered_on: OccurredAt,
    /// The last moment in time.
    pub due: DateTime<Utc>,
    /// What became of it.
    pub settled: Option<Settled>,
    /// Who sends.
    pub sender: Option<OdsCode>,
    /// Whose turn it is, or who is told.
    pub owner: Option<OdsCode>,
    /// The organisation it is addressed to.
    pub addressed_to: Option<OdsCode>,
}

/// How an expectation was settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settled {
    /// When.
    pub at: DateTime<Utc>,
    /// By which event.
    pub by: EventId,
    /// Whether it ended (a death, a merger) without what was expected.
    pub ended: bool,
}

impl Expected {
    /// Whether it was overdue at a moment, as the steps known now tell it.
    pub fn is_missing(&self, now: DateTime<Utc>) -> bool {
        self.due < now && self.settled.is_none_or(|settled| settled.at > now)
    }
}

/// Everything that the steps of a history let expect: by rule, then by trigger, then by level.
pub fn expectations(history: &History, net: &SafetyNet) -> Vec<Expected> {
    expectations_of(history, net, &Things::of(history))
}

/// The same, of a history whose things are known.
pub(crate) fn expectations_of(
    history: &History,
    net: &SafetyNet,
    things: &Things<'_>,
) -> Vec<Expected> {
    let mut all = Vec::new();
    for (place, trigger) in history.entries().iter().enumerate() {
        let Some(edition) = net.on(trigger.date()) else { continue };
        for rule in edition.expectations.iter().filter(|rule| opens(rule, trigger.step())) {
            let seen = Seen { history, things, edition };
            all.extend(rule.deadlines.iter().map(|one| (place, seen.expected(rule, trigger, one))));
        }
    }
    all.sort_by(|(a_place, a), (b_place, b)| {
        a.rule.cmp(&b.rule).then(a_place.cmp(b_place)).then(a.level.cmp(&b.level))
    });
    all.into_iter().map(|(_, expected)| expected).collect()
}

/// What is seen of one expectation.
struct Seen<'h> {
    history: &'h History,
    things: &'h Things<'h>,
    edition: &'h NetEdition,
}

impl Seen<'_> {
    fn expected(&self, rule: &Expectation, trigger: &Entry, deadline: &NetDeadline) -> Expected {
        let thing = thing_of(trigger.step());
        let (parties, priority) = (self.things.parties(thing), self.things.priority(thing));
        let addressed_to = recipient_of(trigger.step()).or_else(|| parties.recipient.clone());
        let from = london::bounds(trigger.occurred_at()).1;
        Expected {
            rule: rule.id.clone(),
            version: self.edition.version,
            level: deadline.level,
            alarm_to: deadline.to,
            chain: Chain::about(thing.0),
            item: Some(thing.1).filter(|item| !item.is_empty()).map(str::to_owned),
            priority,
            trigger: trigger.event_id(),
            triggered_on: trigger.occurred_at(),
            due: from + deadline.hours.of(priority),
            settled: self.settled(rule, trigger, thing),
            owner: self.owner(rule, deadline, &parties, addressed_to.as_ref()),
            sender: parties.sender,
            addressed_to,
        }
    }

    fn owner(
        &self,
        rule: &Expectation,
        deadline: &NetDeadline,
        parties: &Parties,
        addressed_to: Option<&OdsCode>,
    ) -> Option<OdsCode> {
        if deadline.to == Some(AlarmTo::IntegratedCareBoard) {
            // Where no commissioner is named, who asked for it is told once more.
            return self.things.commissioner.clone().or_else(|| parties.requester.clone());
        }
        match rule.owner {
            NetOwner::Sender => parties.sender.clone(),
            NetOwner::Recipient => addressed_to.cloned(),
            NetOwner::Requester => parties.requester.clone(),
        }
    }

    /// The first step that settles it: what was expected, or what ends it.
    fn settled(&self, rule: &Expectation, trigger: &Entry, thing: Thing<'_>) -> Option<Settled> {
        let begun = london::bounds(trigger.occurred_at()).0;
        let after = |entry: &&Entry| {
            london::bounds(entry.occurred_at()).1 >= begun && entry.event_id() != trigger.event_id()
        };
        let settles = |entry: &Entry| {
            let met =
                thing_of_same(entry.step(), thing) && satisfies(rule, trigger.step(), entry.step());
            let met = met && self.things.may_acknowledge(entry.step());
            let ended = rule.ended_by.contains(&entry.step().kind());
            (met || ended).then(|| Settled {
                at: london::bounds(entry.occurred_at()).0.max(begun),
                by: entry.event_id(),
                ended: !met,
            })
        };
        let found = self.history.entries().iter().filter(after).filter_map(settles);
        found.min_by_key(|settled| (settled.at, settled.ended, settled.by))
    }
}

/// A rule about the pathway is answered by steps of any thing.
fn thing_of_same(step: &Step, thing: Thing<'_>) -> bool {
    thing.0 == policy::About::Pathway || thing_of(step) == thing
}

fn opens(rule: &Expectation, step: &Step) -> bool {
    if !rule.triggers.contains(&step.kind()) || is_to_patient_only(step) {
        return false;
    }
    #[expect(clippy::wildcard_enum_match_arm, reason = "only a result is serious")]
    match step {
        Step::ResultReported(reported) => !rule.serious_only || is_serious(reported.abnormality),
        _ => !rule.serious_only,
    }
}

fn satisfies(rule: &Expectation, trigger: &Step, step: &Step) -> bool {
    let is_expected = rule.expected.contains(&step.kind()) && !is_to_patient_only(step);
    // A notice of one kind is no answer to a notice of the other.
    let wanted = rule.alert.or_else(|| alert_of(trigger));
    let same_kind = wanted.is_none_or(|wanted| alert_of(step).is_none_or(|is| is == wanted));
    let arrived = step.kind() != StepKind::ResultNotificationDelivered
        || recipient_of(trigger).is_none()
        || recipient_of(step).is_none_or(|to| recipient_of(trigger).as_ref() == Some(&to));
    let person = !rule.by_person || role_of(step).is_none_or(is_a_professional);
    is_expected && same_kind && arrived && person
}

/// A result is seen to by a person who has to do with it by profession.
const fn is_a_professional(role: Role) -> bool {
    !matches!(role, Role::System | Role::Patient | Role::Carer)
}

/// Whether a notice or document goes to nobody but the patient.
#[expect(clippy::wildcard_enum_match_arm, reason = "no other step may go to the patient alone")]
pub(crate) fn is_to_patient_only(step: &Step) -> bool {
    match step {
        Step::ResultNotificationSent(s) => s.to_patient && s.to_organisation.is_none(),
        Step::DocumentDelivered(s) => s.to_patient && s.to_organisation.is_none(),
        Step::DocumentBounced(s) => s.to_patient && s.to_organisation.is_none(),
        Step::DocumentOpened(s) => s.organisation.is_none(),
        _ => false,
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "only notices of results may be alerts")]
fn alert_of(step: &Step) -> Option<bool> {
    match step {
        Step::ResultNotificationSent(s) => Some(s.alert),
        Step::ResultNotificationDelivered(s) => Some(s.alert),
        Step::ResultNotificationAcknowledged(s) => Some(s.alert),
        _ => None,
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "no other step names a recipient")]
fn recipient_of(step: &Step) -> Option<OdsCode> {
    match step {
        Step::ResultNotificationSent(s) => s.to_organisation.clone(),
        Step::ResultNotificationDelivered(s) => s.to_organisation.clone(),
        Step::DocumentDelivered(s) => s.to_organisation.clone(),
        Step::DocumentBounced(s) => s.to_organisation.clone(),
        Step::ReferralSent(s) => Some(s.provider.clone()),
        _ => None,
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "no other step says who acknowledges")]
fn role_of(step: &Step) -> Option<Role> {
    match step {
        Step::ResultNotificationAcknowledged(s) => Some(s.by_role),
        Step::ResultReviewed(s) => Some(s.by_role),
        Step::ResultActioned(s) => Some(s.by_role),
        _ => None,
    }
}
