//! The steps that open a rule, and the steps that speak for each of them.
//!
//! Laid out once a rule and history: to hold each witness against each trigger is quadratic, and a
//! history that grew to thousands of steps would hold up all others.

use serde_json::Value;

use super::{
    facts::{Fact, Facts},
    opened_by,
};
use crate::{Coverage, Form, Needed, Rule, Trigger, Witness};

/// What opens a rule, in the order of the history, and what speaks for it.
pub(super) struct Openings<'a> {
    places: Vec<usize>,
    /// By which trigger, in the same order.
    asked: Vec<&'a Trigger>,
    witnesses: Vec<Spoken<'a>>,
}

/// What counts besides what comes after an opening.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Counts {
    /// Nothing.
    After,
    /// For the first opening, what came before it too.
    BeforeToo,
    /// The opening itself: what is forbidden is broken by the step that opens it.
    ItselfToo,
}

/// Where one kind of witness stands: by the value that it names, and by the opening before it. Sorted.
struct Spoken<'a> {
    witness: &'a Witness,
    by_value: Vec<(String, usize)>,
    /// The opening, whether the witness names a value, the witness.
    by_latest: Vec<(usize, bool, usize)>,
}

impl<'a> Openings<'a> {
    pub(super) fn of(rule: &'a Rule, facts: &Facts<'_>) -> Self {
        let mut openings = Self { places: Vec::new(), asked: Vec::new(), witnesses: Vec::new() };
        let mut opened: Vec<(usize, &Trigger)> = Vec::new();
        for (n, trigger) in rule.triggers.iter().enumerate() {
            if rule.triggers.iter().take(n).any(|earlier| earlier.step == trigger.step) {
                continue;
            }
            let of_kind = facts.of_kind(trigger.step);
            opened.extend(
                of_kind.filter_map(|fact| Some((fact.place, opened_by(rule, facts, fact)?))),
            );
        }
        opened.sort_unstable_by_key(|(place, _)| *place);
        (openings.places, openings.asked) = opened.into_iter().unzip();
        if openings.places.is_empty() {
            return openings;
        }
        let (witnesses, counts) = witnesses_of(rule);
        let spoken = witnesses.into_iter().map(|one| openings.spoken(one, facts, counts));
        let forbidden = rule.form.forbidden().iter();
        let broken = forbidden.map(|one| openings.spoken(one, facts, Counts::ItselfToo));
        openings.witnesses = spoken.chain(broken).collect();
        openings
    }

    /// The trigger of the rule that the step is, if it opens it.
    pub(super) fn asked(&self, fact: &Fact<'_>) -> Option<&'a Trigger> {
        let place = self.places.binary_search(&fact.place).ok()?;
        self.asked.get(place).copied()
    }

    fn spoken(&self, witness: &'a Witness, facts: &Facts<'_>, counts: Counts) -> Spoken<'a> {
        let mut spoken = Spoken { witness, by_value: Vec::new(), by_latest: Vec::new() };
        let stands = |fact: &&Fact<'_>| facts.all_hold(fact, &witness.only);
        for fact in facts.of_kind(witness.step).filter(stands) {
            let named = witness.same.as_ref().and_then(|key| fact.field(key));
            let is_named = named.is_some();
            if let Some(value) = named {
                spoken.by_value.push((text(value), fact.place));
            }
            if let Some(latest) = self.latest_before(facts, fact, counts) {
                spoken.by_latest.push((latest, is_named, fact.place));
            }
        }
        spoken.by_value.sort_unstable();
        spoken.by_latest.sort_unstable();
        spoken
    }

    /// The latest opening before the step.
    fn latest_before(&self, facts: &Facts<'_>, fact: &Fact<'_>, counts: Counts) -> Option<usize> {
        let (place, last) = (fact.place, fact.span.1);
        let may_be = |other: &&usize| **other != place || counts == Counts::ItselfToo;
        let is_before = |other: &&usize| facts.at(**other).is_some_and(|one| one.span.0 <= last);
        let openings = || self.places.iter().filter(may_be);
        let latest = openings().rev().find(is_before);
        let first = || openings().next().filter(|_| counts == Counts::BeforeToo);
        latest.or_else(first).copied()
    }

    /// Where the steps stand that speak for a trigger as that witness of the rule, in order. A trigger
    /// that has no such field as the witness must share is never spoken for, unless the witness says
    /// otherwise; a value left out on either side speaks for the latest trigger before.
    pub(super) fn speaking(&self, witness: &Witness, trigger: &Fact<'_>) -> Vec<usize> {
        let found = self.witnesses.iter().find(|one| std::ptr::eq(one.witness, witness));
        let Some(spoken) = found.filter(|one| !one.is_silent()) else { return Vec::new() };
        let Some(key) = &witness.same else { return spoken.latest(trigger, None) };
        if !witness.keyed.contains(&trigger.kind()) {
            let by_latest = witness.or_unkeyed.then(|| spoken.latest(trigger, None));
            return by_latest.unwrap_or_default();
        }
        let Some(ours) = trigger.field(key) else { return spoken.latest(trigger, None) };
        let mut places = spoken.latest(trigger, Some(false));
        let ours = text(ours);
        let from = spoken.by_value.partition_point(|(value, _)| *value < ours);
        let same = spoken.by_value.iter().skip(from).take_while(|(value, _)| *value == ours);
        places.extend(same.map(|(_, place)| *place));
        places.sort_unstable();
        places
    }
}

impl Spoken<'_> {
    fn is_silent(&self) -> bool {
        self.by_value.is_empty() && self.by_latest.is_empty()
    }

    /// The witnesses after a trigger and before the next: all, or those that name a value or do not.
    fn latest(&self, trigger: &Fact<'_>, named: Option<bool>) -> Vec<usize> {
        let from = self.by_latest.partition_point(|(opening, ..)| *opening < trigger.place);
        let ours = self.by_latest.iter().skip(from);
        let ours = ours.take_while(|(opening, ..)| *opening == trigger.place);
        let wanted = ours.filter(|(_, is_named, _)| named.is_none_or(|named| named == *is_named));
        let mut places: Vec<_> = wanted.map(|(.., place)| *place).collect();
        places.sort_unstable();
        places
    }
}

/// The witnesses that keep a rule, and which of them count.
fn witnesses_of(rule: &Rule) -> (Vec<&Witness>, Counts) {
    match &rule.form {
        Form::Deadline(promise) | Form::Precedence(promise) | Form::Prohibition(promise) => {
            let kept_by = promise.parts.iter().flat_map(|part| &part.kept_by).collect();
            let before = promise.counts_before;
            (kept_by, if before { Counts::BeforeToo } else { Counts::After })
        }
        Form::Call(call) => {
            let excuse = call.excused_by.iter().map(|(witness, _)| witness);
            (std::iter::once(&call.first).chain(excuse).collect(), Counts::BeforeToo)
        }
        Form::Coverage(coverage) => (of_coverage(coverage), Counts::After),
        Form::Presence
        | Form::Standing { .. }
        | Form::Wait { .. }
        | Form::OfServices(_)
        | Form::RecordOnly { .. } => (Vec::new(), Counts::After),
    }
}

fn of_coverage(coverage: &Coverage) -> Vec<&Witness> {
    let until = match &coverage.needed {
        Needed::Until { steps, .. } => steps.as_slice(),
        Needed::Window { .. } | Needed::Days { .. } | Needed::Schedule { .. } => &[],
    };
    coverage.given_by.iter().chain(until).collect()
}

/// A value as a key: a string bare, anything else as JSON.
fn text(value: Value) -> String {
    match value {
        Value::String(text) => text,
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
            value.to_string()
        }
    }
}
