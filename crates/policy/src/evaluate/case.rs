//! One rule and one step that opens it.

use steps::{EventId, OdsCode};

use super::{
    call, coverage,
    due::times_of_day,
    facts::{Fact, Facts},
    openings::{Doubt, Openings},
    presence, promise, standing, wait,
};
use crate::{
    Accountable, Before, Calendar, Condition, Due, EVIDENCE_MAX, Ends, Field, Form, Obligation,
    Outcome, Rule, Trigger, Uncovered, Witness, packs::Listed,
};

/// One rule and one step that opens it.
pub(super) struct Case<'a> {
    pub(super) facts: &'a Facts<'a>,
    pub(super) rule: &'a Rule,
    pub(super) asked: &'a Trigger,
    pub(super) trigger: &'a Fact<'a>,
    pub(super) calendar: &'a Calendar,
    /// Who answers for the promise, where the steps name them.
    pub(super) accountable: Option<OdsCode>,
    listed: Listed<'a>,
    openings: &'a Openings<'a>,
}

/// Where something went that must go to the patient's practice.
enum To {
    Practice,
    /// No step names the practice.
    Untold,
    Elsewhere,
}

/// A step that speaks for a trigger.
#[derive(Clone, Copy)]
pub(super) struct Voice<'a> {
    pub(super) fact: &'a Fact<'a>,
    /// Why it may not.
    pub(super) doubt: Option<Doubt>,
}

impl Voice<'_> {
    /// What would tell whether it does; nothing where it does without a doubt.
    pub(super) fn untold(&self, witness: &Witness, trigger: &Fact<'_>) -> Vec<String> {
        match self.doubt {
            None => Vec::new(),
            Some(Doubt::Which) => {
                let key = witness.same.iter();
                key.map(|key| format!("{key} of {}", self.fact.kind().name())).collect()
            }
            Some(Doubt::Order) => times_of_day(&[trigger, self.fact]),
            Some(Doubt::Practice) => vec!["gpPractice".to_owned()],
        }
    }
}

/// What a form finds.
pub(super) struct Finding {
    pub(super) due: Option<Due>,
    pub(super) outcome: Outcome,
    pub(super) evidence: Vec<EventId>,
    pub(super) uncovered: Option<Uncovered>,
    pub(super) short_days: Option<u32>,
}

impl Finding {
    pub(super) fn of(due: Option<Due>, outcome: Outcome, evidence: Vec<EventId>) -> Self {
        Self { due, outcome, evidence, uncovered: None, short_days: None }
    }
}

impl<'a> Case<'a> {
    pub(super) fn of(
        facts: &'a Facts<'a>,
        listed: Listed<'a>,
        asked: &'a Trigger,
        (trigger, openings): (&'a Fact<'a>, &'a Openings<'a>),
        calendar: &'a Calendar,
    ) -> Self {
        let rule = listed.rule;
        let accountable = accountable(facts, rule, trigger);
        Self { facts, rule, asked, trigger, calendar, accountable, listed, openings }
    }

    pub(super) fn obligation(self) -> Obligation {
        let mut found = self.finding();
        if found.evidence.is_empty() {
            found.evidence.push(self.trigger.entry.event_id());
        }
        found.evidence.dedup();
        found.evidence.truncate(EVIDENCE_MAX);
        Obligation {
            rule: self.rule.id.clone(),
            pack: self.listed.pack.id.clone(),
            pack_version: self.listed.pack.version,
            trigger: self.trigger.entry.event_id(),
            triggered_on: self.trigger.entry.occurred_at(),
            due: found.due,
            outcome: found.outcome,
            evidence: found.evidence,
            accountable: self.accountable,
            owner_role: self.rule.owner_role,
            uncovered: found.uncovered,
            short_days: found.short_days,
        }
    }

    fn finding(&self) -> Finding {
        let since = self.trigger.entry.occurred_at();
        let itself = || vec![self.trigger.entry.event_id()];
        let spared = &self.asked.spared;
        if !spared.is_empty() && self.facts.all_hold(self.trigger, spared) {
            return Finding::of(None, Outcome::NotApplicable { since }, itself());
        }
        let untold = self.asked.unknown.iter();
        if let Some(list) = untold.into_iter().find(|list| self.facts.all_hold(self.trigger, list))
        {
            let missing = list.iter().map(|one| one.field.to_string()).collect();
            return Finding::of(None, Outcome::Unknown { missing, since }, itself());
        }
        match &self.rule.form {
            Form::Deadline(promise) | Form::Precedence(promise) | Form::Prohibition(promise) => {
                promise::judge(self, promise)
            }
            Form::Wait { days } => wait::judge(self, *days),
            Form::Call(call) => call::judge(self, call),
            Form::Presence => presence::judge(self),
            Form::Standing { stands, ends } => standing::judge(self, stands, ends),
            Form::Coverage(coverage) => coverage::judge(self, coverage),
            Form::RecordOnly { note } => {
                let note = note.as_ref().and_then(|field| self.trigger.field(field));
                let note = note.and_then(|code| code.as_str().map(str::to_owned));
                Finding::of(None, Outcome::Recorded { at: since, note }, itself())
            }
            // No step opens it.
            Form::OfServices(_) => Finding::of(None, Outcome::NotApplicable { since }, itself()),
        }
    }

    /// The steps that speak for this trigger as that witness of the rule, in order.
    pub(super) fn speaking(&self, witness: &'a Witness) -> impl Iterator<Item = Voice<'a>> {
        let spoken = self.openings.speaking(self.facts, witness, self.trigger);
        spoken.filter_map(|(place, doubt)| {
            let fact = self.facts.at(place).filter(|fact| self.is_ours(witness, fact))?;
            let doubt = match self.went_to(witness, fact) {
                To::Practice => doubt,
                To::Untold => doubt.or(Some(Doubt::Practice)),
                To::Elsewhere => return None,
            };
            Some(Voice { fact, doubt })
        })
    }

    /// Whether the step is of the organisation that answers, of the same matter as the trigger, and not
    /// before it where that does not count.
    fn is_ours(&self, witness: &Witness, fact: &Fact<'_>) -> bool {
        let named = witness.by.as_ref().and_then(|field| fact.organisation(field));
        let by_us = named.zip(self.accountable.as_ref()).is_none_or(|(named, us)| named == *us);
        by_us
            && counts(witness, self.trigger, fact)
            && speaks_of(witness, self.trigger, fact)
            && witness.told_with.iter().all(|one| told(self.facts, fact, one).next().is_some())
    }

    /// Where what must go to the patient's practice went. Who referred counts as the practice; who answers
    /// for the promise never does.
    fn went_to(&self, witness: &Witness, fact: &Fact<'_>) -> To {
        let Some(field) = &witness.to_practice else { return To::Practice };
        let Some(to) = fact.organisation(field) else { return To::Elsewhere };
        let practice = self.facts.nearest(fact, |said| said.practice);
        let referrer = self.facts.nearest(fact, |said| said.referrer);
        let mut known = practice.into_iter().chain(referrer).peekable();
        let is_untold = known.peek().is_none() && self.accountable.as_ref() != Some(&to);
        if known.any(|one| *one == to) {
            To::Practice
        } else if is_untold {
            To::Untold
        } else {
            To::Elsewhere
        }
    }

    /// The first step after the trigger that ends the promise.
    pub(super) fn end(&self, ends: &Ends) -> Option<&'a Fact<'a>> {
        let place = self.trigger.place;
        let told = ends.steps.iter().filter_map(|end| {
            let same = |fact: &&Fact<'_>| {
                let key = end.same.as_ref();
                key.is_none_or(|key| may_be_same(self.trigger, fact, key))
                    && self.facts.all_hold(fact, &end.only)
                    && !self.facts.was_sent_back(fact)
            };
            self.facts.of_kind_after(end.step, place).find(same)
        });
        let nullified = ends.nullified.then(|| self.facts.first_nullifying_after(place)).flatten();
        told.chain(nullified).min_by_key(|fact| fact.place)
    }

    /// Whether the step is of the kind that opened this, and not the one that did.
    pub(super) fn is_another_trigger(&self, fact: &Fact<'_>) -> bool {
        fact.kind() == self.trigger.kind() && fact.place != self.trigger.place
    }

    /// Whether all conditions hold of the trigger.
    pub(super) fn holds(&self, conditions: &[Condition]) -> bool {
        self.facts.all_hold(self.trigger, conditions)
    }
}

/// Whether two steps say the same in a field; what one of them leaves out may be the same.
pub(super) fn may_be_same(trigger: &Fact<'_>, fact: &Fact<'_>, field: &Field) -> bool {
    trigger.field(field).zip(fact.field(field)).is_none_or(|(ours, theirs)| ours == theirs)
}

/// Whether the step speaks of the same as the trigger in all that must not differ.
fn speaks_of(witness: &Witness, trigger: &Fact<'_>, fact: &Fact<'_>) -> bool {
    let like = |(ours, theirs): &(Field, Field)| {
        fact.field(ours).zip(trigger.field(theirs)).is_none_or(|(ours, theirs)| ours == theirs)
    };
    witness.also.iter().all(|field| may_be_same(trigger, fact, field))
        && witness.like.iter().all(like)
}

/// Whether the step was not before the trigger, or counts from before.
fn counts(witness: &Witness, trigger: &Fact<'_>, fact: &Fact<'_>) -> bool {
    match witness.before {
        Before::Never => trigger.span.0 <= fact.span.1,
        Before::SameDay => trigger.day <= fact.day,
        Before::Ever => true,
    }
}

/// Every step of that witness about the same as `trigger`, in order.
pub(super) fn told<'a>(
    facts: &'a Facts<'a>,
    trigger: &Fact<'_>,
    witness: &Witness,
) -> impl DoubleEndedIterator<Item = &'a Fact<'a>> {
    facts.of_kind(witness.step).filter(|fact| {
        let key = witness.same.as_ref();
        counts(witness, trigger, fact)
            && facts.all_hold(fact, &witness.only)
            && key.is_none_or(|key| may_be_same(trigger, fact, key))
            && speaks_of(witness, trigger, fact)
    })
}

/// The organisation named by the trigger, else the latest before it, else the first after it. Where
/// no practice is named the provider has to find out whose it is.
fn accountable(facts: &Facts<'_>, rule: &Rule, trigger: &Fact<'_>) -> Option<OdsCode> {
    let referrer = || facts.nearest(trigger, |said| said.referrer).cloned();
    let providers = || facts.nearest(trigger, |said| said.provider).cloned();
    let provider = || trigger.named_provider().cloned().or_else(providers);
    match &rule.accountable {
        Accountable::Provider => provider(),
        Accountable::Referrer => referrer().or_else(providers),
        Accountable::Named(field) => trigger.organisation(field).or_else(providers),
        Accountable::Asked { step, same, field } => {
            let mut asked = facts.of_kind(*step).filter(|fact| may_be_same(trigger, fact, same));
            asked.find_map(|fact| fact.organisation(field)).or_else(provider)
        }
    }
}
