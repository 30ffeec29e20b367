//! The steps that open a rule, and the steps that speak for each of them.
//!
//! Laid out once a rule and history: to hold each witness against each trigger is quadratic, and a
//! history that grew to thousands of steps would hold up all others.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{
    facts::{Fact, Facts},
    opened_by, span,
};
use crate::{Form, Rule, Witness};

/// What opens a rule, in the order of the history, and what speaks for it.
pub(super) struct Openings {
    places: Vec<usize>,
    witnesses: Vec<Spoken>,
}

/// Where one kind of witness stands: by the value that it names, and by the opening before it.
#[derive(Default)]
struct Spoken {
    by_value: BTreeMap<String, Vec<usize>>,
    by_latest: BTreeMap<usize, Vec<usize>>,
    unnamed_by_latest: BTreeMap<usize, Vec<usize>>,
}

impl Openings {
    pub(super) fn of(rule: &Rule, facts: &Facts<'_>) -> Self {
        let opens = |fact: &&Fact<'_>| opened_by(rule, facts, fact).is_some();
        let places = facts.iter().filter(opens).map(|fact| fact.place).collect();
        let mut openings = Self { places, witnesses: Vec::new() };
        let (witnesses, counts_before) = witnesses_of(rule);
        let spoken = witnesses.into_iter().map(|one| openings.spoken(one, facts, counts_before));
        openings.witnesses = spoken.collect();
        openings
    }

    fn spoken(&self, witness: &Witness, facts: &Facts<'_>, counts_before: bool) -> Spoken {
        let mut spoken = Spoken::default();
        let stands = |fact: &&Fact<'_>| {
            fact.entry.step().kind() == witness.step && fact.holds_all(&witness.only)
        };
        for fact in facts.iter().filter(stands) {
            let named = witness.same.as_ref().and_then(|key| fact.field(key));
            if let Some(value) = named {
                spoken.by_value.entry(text(value)).or_default().push(fact.place);
            }
            let Some(latest) = self.latest_before(facts, fact, counts_before) else { continue };
            spoken.by_latest.entry(latest).or_default().push(fact.place);
            if named.is_none() {
                spoken.unnamed_by_latest.entry(latest).or_default().push(fact.place);
            }
        }
        spoken
    }

    /// The latest opening before the step; with `counts_before` the first opening has what came
    /// before all of them too.
    fn latest_before(
        &self,
        facts: &Facts<'_>,
        fact: &Fact<'_>,
        counts_before: bool,
    ) -> Option<usize> {
        let last = span(fact).1;
        let is_before = |place: &&usize| facts.at(**place).is_some_and(|one| span(one).0 <= last);
        let latest = self.places.iter().rev().find(is_before).copied();
        latest.or_else(|| self.places.first().copied().filter(|_| counts_before))
    }

    /// Where the steps stand that speak for a trigger as the n-th witness of the rule, in order. A
    /// trigger that has no such field as the witness must share is never spoken for; a value left
    /// out on either side speaks for the latest trigger before.
    pub(super) fn speaking(&self, n: usize, witness: &Witness, trigger: &Fact<'_>) -> Vec<usize> {
        let Some(spoken) = self.witnesses.get(n) else { return Vec::new() };
        let at = |lists: &BTreeMap<usize, Vec<usize>>| {
            lists.get(&trigger.place).cloned().unwrap_or_default()
        };
        let Some(key) = &witness.same else { return at(&spoken.by_latest) };
        if !witness.keyed.contains(&trigger.entry.step().kind()) {
            return Vec::new();
        }
        let Some(ours) = trigger.field(key) else { return at(&spoken.by_latest) };
        let mut places = at(&spoken.unnamed_by_latest);
        places.extend(spoken.by_value.get(&text(ours)).into_iter().flatten());
        places.sort_unstable();
        places
    }
}

/// The witnesses of a rule's form, in the order in which it asks for them.
fn witnesses_of(rule: &Rule) -> (Vec<&Witness>, bool) {
    match &rule.form {
        Form::Deadline { satisfied_by, counts_before, .. } => {
            (satisfied_by.iter().collect(), *counts_before)
        }
        Form::Precedence { first, excused_by, .. } => {
            let excuse = excused_by.iter().map(|(witness, _)| witness);
            (std::iter::once(first).chain(excuse).collect(), true)
        }
        Form::Presence { .. } | Form::Standing { .. } => (Vec::new(), false),
    }
}

/// A value as a key: a string bare, anything else as JSON.
fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
