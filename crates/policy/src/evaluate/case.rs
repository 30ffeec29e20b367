//! One rule and one step that opens it.

use steps::{EventId, OdsCode};

use super::{
    call, coverage,
    facts::{Fact, Facts},
    openings::Openings,
    presence, promise, standing, wait,
};
use crate::{
    Accountable, Calendar, Condition, Due, EVIDENCE_MAX, Ends, Field, Form, Obligation, Outcome,
    Rule, Trigger, Uncovered, Witness, packs::Listed,
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
    pub(super) fn speaking(&self, witness: &'a Witness) -> impl Iterator<Item = &'a Fact<'a>> {
        let places = self.openings.speaking(witness, self.trigger);
        let facts = places.filter_map(|place| self.facts.at(place));
        facts.filter(|fact| self.is_ours(witness, fact))
    }

    /// Whether the step is of the organisation that answers, and of the same matter as the trigger.
    fn is_ours(&self, witness: &Witness, fact: &Fact<'_>) -> bool {
        let named = witness.by.as_ref().and_then(|field| fact.organisation(field));
        let by_us = named.zip(self.accountable.as_ref()).is_none_or(|(named, us)| named == *us);
        by_us && witness.also.iter().all(|field| may_be_same(self.trigger, fact, field))
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

    /// Whether all conditions hold of the trigger.
    pub(super) fn holds(&self, conditions: &[Condition]) -> bool {
        self.facts.all_hold(self.trigger, conditions)
    }
}

/// Whether two steps say the same in a field; what one of them leaves out may be the same.
pub(super) fn may_be_same(trigger: &Fact<'_>, fact: &Fact<'_>, field: &Field) -> bool {
    trigger.field(field).zip(fact.field(field)).is_none_or(|(ours, theirs)| ours == theirs)
}

/// Every step of that witness about the same as `trigger`, whenever it was, in order.
pub(super) fn told<'a>(
    facts: &'a Facts<'a>,
    trigger: &Fact<'_>,
    witness: &Witness,
) -> impl DoubleEndedIterator<Item = &'a Fact<'a>> {
    facts.of_kind(witness.step).filter(|fact| {
        let key = witness.same.as_ref();
        facts.all_hold(fact, &witness.only)
            && key.is_none_or(|key| may_be_same(trigger, fact, key))
            && witness.also.iter().all(|field| may_be_same(trigger, fact, field))
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
