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
    /// The place of each opening, and by which trigger it is one.
    opened: Vec<(usize, &'a Trigger)>,
    /// The witnesses that stand somewhere in the history.
    heard: Vec<Spoken<'a>>,
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

/// Where one kind of witness stands: by the value that it names, and by the opening before it.
struct Spoken<'a> {
    witness: &'a Witness,
    /// Sorted by value, then by place.
    by_value: Vec<(String, usize)>,
    /// Sorted by opening, then by place.
    by_latest: Vec<Latest>,
}

/// A witness after an opening.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Latest {
    opening: usize,
    place: usize,
    /// Whether it names a value.
    is_named: bool,
}

impl<'a> Openings<'a> {
    pub(super) fn of(rule: &'a Rule, facts: &Facts<'_>) -> Self {
        let mut opened: Vec<(usize, &Trigger)> = Vec::new();
        for (n, trigger) in rule.triggers.iter().enumerate() {
            if rule.triggers.iter().take(n).any(|earlier| earlier.step == trigger.step) {
                continue;
            }
            for fact in facts.of_kind(trigger.step) {
                opened.extend(opened_by(rule, facts, fact).map(|by| (fact.place, by)));
            }
        }
        opened.sort_unstable_by_key(|(place, _)| *place);
        let mut openings = Self { opened, heard: Vec::new() };
        if !openings.opened.is_empty() {
            each_witness(rule, |witness, counts| openings.hear(witness, facts, counts));
        }
        openings
    }

    /// The trigger of the rule that the step is, if it opens it.
    pub(super) fn asked(&self, fact: &Fact<'_>) -> Option<&'a Trigger> {
        let found = self.opened.binary_search_by_key(&fact.place, |(place, _)| *place).ok()?;
        self.opened.get(found).map(|(_, trigger)| *trigger)
    }

    /// Lays out where a witness stands, if it does.
    fn hear(&mut self, witness: &'a Witness, facts: &Facts<'_>, counts: Counts) {
        let mut spoken = Spoken { witness, by_value: Vec::new(), by_latest: Vec::new() };
        let stands = |fact: &&Fact<'_>| facts.all_hold(fact, &witness.only);
        for fact in facts.of_kind(witness.step).filter(stands) {
            let named = witness.same.as_ref().and_then(|key| fact.field(key));
            if let Some(opening) = self.latest_before(facts, fact, counts) {
                let is_named = named.is_some();
                spoken.by_latest.push(Latest { opening, place: fact.place, is_named });
            }
            spoken.by_value.extend(named.map(|value| (text(value), fact.place)));
        }
        if !spoken.by_value.is_empty() || !spoken.by_latest.is_empty() {
            spoken.by_value.sort_unstable();
            spoken.by_latest.sort_unstable();
            self.heard.push(spoken);
        }
    }

    /// The latest opening before the step.
    fn latest_before(&self, facts: &Facts<'_>, fact: &Fact<'_>, counts: Counts) -> Option<usize> {
        let (place, last) = (fact.place, fact.span.1);
        let may_be = |other: &usize| *other != place || counts == Counts::ItselfToo;
        let is_before = |other: &usize| facts.at(*other).is_some_and(|one| one.span.0 <= last);
        let openings = || self.opened.iter().map(|(place, _)| *place).filter(may_be);
        let latest = openings().rev().find(is_before);
        let first = || openings().next().filter(|_| counts == Counts::BeforeToo);
        latest.or_else(first)
    }

    /// Where the steps stand that speak for a trigger as that witness of the rule, in order.
    pub(super) fn speaking(
        &self,
        witness: &Witness,
        trigger: &Fact<'_>,
    ) -> impl Iterator<Item = usize> {
        let found = self.heard.iter().find(|one| std::ptr::eq(one.witness, witness));
        let (latest, same) = found.map_or((None, [].as_slice()), |one| one.speaking(trigger));
        in_order(latest.into_iter().flatten(), same.iter().map(|(_, place)| *place))
    }
}

impl Spoken<'_> {
    /// The witnesses after a trigger and before the next, and those that share its value. A trigger
    /// that has no such field as the witness must share is never spoken for, unless the witness says
    /// otherwise; a value left out on either side speaks for the latest trigger before.
    fn speaking(
        &self,
        trigger: &Fact<'_>,
    ) -> (Option<impl Iterator<Item = usize>>, &[(String, usize)]) {
        let latest = |unnamed_only| Some(self.latest(trigger, unnamed_only));
        let Some(key) = &self.witness.same else { return (latest(false), &[]) };
        if !self.witness.keyed.contains(&trigger.kind()) {
            return (latest(false).filter(|_| self.witness.or_unkeyed), &[]);
        }
        let Some(ours) = trigger.field(key) else { return (latest(false), &[]) };
        (latest(true), self.of_value(&text(ours)))
    }

    /// The witnesses after a trigger and before the next: all, or those that name no value.
    fn latest(&self, trigger: &Fact<'_>, unnamed_only: bool) -> impl Iterator<Item = usize> {
        let opening = trigger.place;
        let from = self.by_latest.partition_point(|one| one.opening < opening);
        let ours = self.by_latest.iter().skip(from).take_while(move |one| one.opening == opening);
        ours.filter(move |one| !(unnamed_only && one.is_named)).map(|one| one.place)
    }

    fn of_value(&self, ours: &str) -> &[(String, usize)] {
        let from = self.by_value.partition_point(|(value, _)| value.as_str() < ours);
        let to = self.by_value.partition_point(|(value, _)| value.as_str() <= ours);
        self.by_value.get(from..to).unwrap_or_default()
    }
}

/// Two lists of places, each in order, as one.
fn in_order(
    some: impl Iterator<Item = usize>,
    others: impl Iterator<Item = usize>,
) -> impl Iterator<Item = usize> {
    let (mut some, mut others) = (some.peekable(), others.peekable());
    std::iter::from_fn(move || match (some.peek(), others.peek()) {
        (Some(one), Some(other)) if other < one => others.next(),
        (None, _) => others.next(),
        (Some(_), _) => some.next(),
    })
}

/// The witnesses that keep or break a rule, and what counts of them.
fn each_witness<'a>(rule: &'a Rule, mut hear: impl FnMut(&'a Witness, Counts)) {
    match &rule.form {
        Form::Deadline(promise) | Form::Precedence(promise) | Form::Prohibition(promise) => {
            let counts = if promise.counts_before { Counts::BeforeToo } else { Counts::After };
            let kept_by = promise.parts.iter().flat_map(|part| &part.kept_by);
            kept_by.for_each(|one| hear(one, counts));
        }
        Form::Call(call) => {
            hear(&call.first, Counts::BeforeToo);
            call.excused_by.iter().for_each(|(witness, _)| hear(witness, Counts::BeforeToo));
        }
        Form::Coverage(coverage) => {
            let witnesses = coverage.given_by.iter().chain(reached(coverage));
            witnesses.for_each(|one| hear(one, Counts::After));
        }
        Form::Presence
        | Form::Standing { .. }
        | Form::Wait { .. }
        | Form::OfServices(_)
        | Form::RecordOnly { .. } => {}
    }
    rule.form.forbidden().iter().for_each(|one| hear(one, Counts::ItselfToo));
}

/// What a supply is to last until.
fn reached(coverage: &Coverage) -> &[Witness] {
    match &coverage.needed {
        Needed::Until { steps, .. } => steps.as_slice(),
        Needed::Window { .. } | Needed::Days { .. } | Needed::Schedule { .. } => &[],
    }
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
