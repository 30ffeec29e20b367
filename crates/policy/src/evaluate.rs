//! What became of each promise: a pure function of a history and the packs.

mod deadline;
mod facts;
mod openings;
mod precedence;
mod presence;
mod probe;
mod standing;

use std::collections::BTreeMap;

use pathway::{
    History,
    clock::{ClockPolicy, Effect},
    london,
};
use serde_json::Value;
use steps::{EventId, OdsCode};

use crate::{
    Accountable, Calendar, Due, EVIDENCE_MAX, Ends, Form, Obligation, Outcome, Pack, Packs, Rule,
    Trigger, Uncovered, Witness,
};
use facts::{Fact, Facts};
use openings::Openings;

/// The field by which a step names the side that answers.
pub(crate) const PROVIDER: &str = "provider";
/// As [`PROVIDER`], of the other side.
pub(crate) const REFERRER: &str = "referrer";

/// The obligations that a history opens, in the order of their triggers, then by precedence of the
/// pack, then as the pack lists them.
///
/// A rule attaches with the version of its pack in force on the local day of its trigger, and only
/// where the pack's scope is `*` or is known to match: by the commissioner, provider and function
/// that the pathway's own steps name. An ICB is known by its commissioners (see [`crate::Scope`]);
/// as long as the steps name no commissioner, a pack for one ICB does not apply. Whether a contact
/// point that a patient was told of is *live* is not asked here: it is joined from the directory
/// when the answer is read. A wait that the clock ends, ends as it does under `clock`.
pub fn evaluate(history: &History, packs: &Packs, clock: &ClockPolicy) -> Vec<Obligation> {
    let facts = Facts::of(history, packs, clock);
    let mut openings = BTreeMap::new();
    let mut obligations = Vec::new();
    for trigger in facts.iter() {
        for pack in packs.in_force_on(trigger.entry.date()) {
            let opened = pack
                .rules
                .iter()
                .filter_map(|rule| Some((rule, opened_by(rule, &facts, trigger)?)));
            let mut opened = opened.peekable();
            if opened.peek().is_none() || !facts.in_scope(&pack.scope, trigger) {
                continue;
            }
            let calendar = packs.calendar();
            obligations.extend(opened.map(|(rule, asked)| {
                let key = (&pack.id, pack.version, &rule.id);
                let openings = openings.entry(key).or_insert_with(|| Openings::of(rule, &facts));
                let case = Case { facts: &facts, rule, asked, trigger, openings, calendar };
                case.obligation(pack)
            }));
        }
    }
    obligations
}

/// The trigger of the rule that the step is, if it is one.
fn opened_by<'a>(rule: &'a Rule, facts: &Facts<'_>, fact: &Fact<'_>) -> Option<&'a Trigger> {
    let kind = fact.entry.step().kind();
    let opens = |trigger: &&Trigger| {
        trigger.step == kind
            && fact.holds_all(&trigger.only)
            && (!trigger.restarts || facts.clock_says(fact, Effect::Restarted))
    };
    rule.triggers.iter().find(opens)
}

/// One rule and one step that opens it.
struct Case<'a> {
    facts: &'a Facts<'a>,
    rule: &'a Rule,
    asked: &'a Trigger,
    trigger: &'a Fact<'a>,
    openings: &'a Openings,
    calendar: &'a Calendar,
}

/// What a form finds.
struct Finding {
    due: Option<Due>,
    outcome: Outcome,
    evidence: Vec<EventId>,
    uncovered: Option<Uncovered>,
}

impl Finding {
    fn of(due: Option<Due>, outcome: Outcome, evidence: Vec<EventId>) -> Self {
        Self { due, outcome, evidence, uncovered: None }
    }
}

impl Case<'_> {
    fn obligation(&self, pack: &Pack) -> Obligation {
        let mut found = self.finding();
        found.evidence.truncate(EVIDENCE_MAX);
        Obligation {
            rule: self.rule.id.clone(),
            pack: pack.id.clone(),
            pack_version: pack.version,
            trigger: self.trigger.entry.event_id(),
            triggered_on: self.trigger.entry.occurred_at(),
            due: found.due,
            outcome: found.outcome,
            evidence: found.evidence,
            accountable: self.accountable(),
            owner_role: self.rule.owner_role,
            uncovered: found.uncovered,
        }
    }

    fn finding(&self) -> Finding {
        let spared = &self.asked.spared;
        if !spared.is_empty() && self.trigger.holds_all(spared) {
            let since = self.trigger.entry.occurred_at();
            return Finding::of(None, Outcome::NotApplicable { since }, Vec::new());
        }
        match &self.rule.form {
            Form::Deadline { satisfied_by, ends, .. } => deadline::judge(self, satisfied_by, ends),
            Form::Precedence { first, grace_minutes, excused_by } => {
                precedence::judge(self, first, *grace_minutes, excused_by.as_ref())
            }
            Form::Presence { accepted } => presence::judge(self, accepted),
            Form::Standing { stands, ends } => standing::judge(self, stands, ends),
        }
    }

    /// The organisation named by the trigger, else the latest before it, else the first after it.
    fn accountable(&self) -> Option<OdsCode> {
        let (field, said): (_, fn(&Fact<'_>) -> Option<OdsCode>) = match self.rule.accountable {
            Accountable::Provider => (PROVIDER, |fact| fact.said().provider.cloned()),
            Accountable::Referrer => (REFERRER, |fact| fact.said().referrer.cloned()),
        };
        let named = self.trigger.field(field).and_then(Value::as_str);
        let named = named.and_then(|code| code.parse().ok());
        named.or_else(|| self.facts.nearest(self.trigger, said))
    }

    /// The steps that speak for this trigger as the n-th witness of the rule, in order.
    fn speaking(&self, n: usize, witness: &Witness) -> impl Iterator<Item = &Fact<'_>> {
        let places = self.openings.speaking(n, witness, self.trigger);
        places.into_iter().filter_map(|place| self.facts.at(place))
    }

    /// The first step after the trigger that ends the promise.
    fn end(&self, ends: &Ends) -> Option<&Fact<'_>> {
        let is_end = |fact: &&Fact<'_>| {
            let named = ends.steps.contains(&fact.entry.step().kind());
            named && !self.facts.was_sent_back(fact)
                || ends.nullified && self.facts.clock_says(fact, Effect::Nullified)
        };
        self.facts.after(self.trigger.place).find(is_end)
    }
}

/// The first and the last microsecond at which a step can have happened.
fn span(fact: &Fact<'_>) -> (chrono::DateTime<chrono::Utc>, chrono::DateTime<chrono::Utc>) {
    let (first, end) = london::bounds(fact.entry.occurred_at());
    if first == end { (first, end) } else { (first, end - chrono::Duration::microseconds(1)) }
}

#[cfg(test)]
mod tests;
