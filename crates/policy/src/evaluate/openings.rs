//! The steps that open a rule, and the steps that speak for each of them.
//!
//! Laid out once a rule and history: to hold each witness against each trigger is quadratic, and a
//! history that grew to thousands of steps would hold up all others.

use std::{
    cell::OnceCell,
    collections::{BTreeMap, BTreeSet},
};

use serde_json::Value;

use super::{
    facts::{Fact, Facts},
    opened_by,
};
use crate::{Before, Coverage, Form, Needed, Rule, Trigger, Witness};

/// What opens a rule, in the order of the history, and what speaks for it.
pub(super) struct Openings<'a> {
    /// The place of each opening, and by which trigger it is one.
    opened: Vec<(usize, &'a Trigger)>,
    /// The witnesses that stand somewhere in the history.
    heard: Vec<Spoken<'a>>,
}

/// Why it cannot be told whether a step speaks for an opening.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Doubt {
    /// It names no value, and speaks for one of several.
    Which,
    /// It may lie before, and speak for an earlier opening of the same value.
    Order,
    /// Nobody told whose practice it is.
    Practice,
}

/// Where a step stands that speaks for an opening, and whether that is in doubt.
pub(super) type Spoke = (usize, Option<Doubt>);

/// Where one kind of witness stands: by the value that it names, and by the opening before it.
struct Spoken<'a> {
    witness: &'a Witness,
    /// Sorted by value, then by place.
    by_value: Vec<(String, usize)>,
    /// Sorted by opening, then by place.
    by_latest: Vec<Latest>,
    /// Each value that openings name, with the first of them; once it is asked for.
    first_of: OnceCell<BTreeMap<String, usize>>,
}

/// A witness after an opening.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Latest {
    opening: usize,
    place: usize,
    /// Whether it names a value.
    is_named: bool,
    doubt: Option<Doubt>,
}

impl<'a> Openings<'a> {
    pub(super) fn of(rule: &'a Rule, facts: &Facts<'_>) -> Self {
        let mut opened: Vec<(usize, &Trigger)> = Vec::new();
        for (n, trigger) in rule.triggers.iter().enumerate() {
            if rule.triggers.iter().take(n).any(|earlier| earlier.step == trigger.step) {
                continue;
            }
            let mut told = BTreeSet::new();
            for fact in facts.of_kind(trigger.step) {
                let by = opened_by(rule, facts, fact).filter(|by| is_new(by, fact, &mut told));
                opened.extend(by.map(|by| (fact.place, by)));
            }
        }
        opened.sort_unstable_by_key(|(place, _)| *place);
        let mut openings = Self { opened, heard: Vec::new() };
        if !openings.opened.is_empty() {
            each_witness(rule, |witness, is_forbidden| openings.hear(witness, facts, is_forbidden));
        }
        openings
    }

    /// The trigger of the rule that the step is, if it opens it.
    pub(super) fn asked(&self, fact: &Fact<'_>) -> Option<&'a Trigger> {
        let found = self.opened.binary_search_by_key(&fact.place, |(place, _)| *place).ok()?;
        self.opened.get(found).map(|(_, trigger)| *trigger)
    }

    /// Lays out where a witness stands, if it does.
    fn hear(&mut self, witness: &'a Witness, facts: &Facts<'_>, is_forbidden: bool) {
        let (by_value, by_latest, first_of) = (Vec::new(), Vec::new(), OnceCell::new());
        let mut spoken = Spoken { witness, by_value, by_latest, first_of };
        let stands = |fact: &&Fact<'_>| facts.all_hold(fact, &witness.only);
        for fact in facts.of_kind(witness.step).filter(stands) {
            let named = witness.same.as_ref().and_then(|key| fact.field(key));
            let (place, is_named) = (fact.place, named.is_some());
            let before = spoken.by_latest.len();
            let of = |opening| Latest { opening, place, is_named, doubt: None };
            let latest = self.latest_before(facts, fact, (witness.before, is_forbidden));
            spoken.by_latest.extend(latest.map(of));
            let added = spoken.by_latest.get_mut(before..).unwrap_or_default();
            if witness.same.is_some() && added.len() > 1 {
                for one in added {
                    one.doubt = Some(Doubt::Which);
                }
            }
            spoken.by_value.extend(named.map(|value| (text(value), place)));
        }
        if !spoken.by_value.is_empty() || !spoken.by_latest.is_empty() {
            spoken.by_value.sort_unstable();
            spoken.by_latest.sort_unstable();
            self.heard.push(spoken);
        }
    }

    /// The latest opening before the step; several where nothing tells which of them was the latest. For
    /// what counts before the first opening as well, that one. A step that is forbidden breaks the rule
    /// that it opens itself.
    fn latest_before<'b>(
        &'b self,
        facts: &'b Facts<'_>,
        fact: &'b Fact<'_>,
        (before, is_forbidden): (Before, bool),
    ) -> impl Iterator<Item = usize> + 'b {
        let openings = move || {
            let others = self.opened.iter().filter_map(|(place, _)| facts.at(*place));
            others.filter(move |one| one.place != fact.place || is_forbidden)
        };
        let latest = openings().rev().find(|one| one.span.0 <= fact.span.1);
        let first = openings().next().filter(|first| match before {
            Before::Never => false,
            Before::SameDay => first.day == fact.day,
            Before::Ever => !is_forbidden,
        });
        let as_late = latest.into_iter().flat_map(move |latest| {
            let until = openings().rev().skip_while(|one| latest.place < one.place);
            let that_day = until.take_while(|one| latest.day <= one.day);
            that_day.filter(|one| latest.span.0 <= one.span.1)
        });
        let as_early = first.filter(|_| latest.is_none()).into_iter().flat_map(move |first| {
            let that_day = openings().take_while(|one| one.day <= first.day);
            that_day.filter(|one| one.span.0 <= first.span.1)
        });
        as_late.chain(as_early).map(|one| one.place)
    }

    /// Where the steps stand that speak for a trigger as that witness of the rule, in order.
    pub(super) fn speaking<'b>(
        &'b self,
        facts: &'b Facts<'_>,
        witness: &Witness,
        trigger: &'b Fact<'_>,
    ) -> impl Iterator<Item = Spoke> + 'b {
        let found = self.heard.iter().find(|one| std::ptr::eq(one.witness, witness));
        let (latest, same) = found.map_or((None, [].as_slice()), |one| one.speaking(trigger));
        let same = same.iter().map(move |(value, place)| {
            (*place, found.and_then(|one| self.doubt(facts, one, trigger, (value, *place))))
        });
        in_order(latest.into_iter().flatten(), same)
    }

    /// Whether a step that shares the value of a trigger may lie before it, and speak for an earlier one.
    fn doubt(
        &self,
        facts: &Facts<'_>,
        spoken: &Spoken<'_>,
        trigger: &Fact<'_>,
        (value, place): (&str, usize),
    ) -> Option<Doubt> {
        let fact = facts.at(place).filter(|_| spoken.witness.before == Before::Never)?;
        let overlaps = fact.span.0 < trigger.span.1 && trigger.span.0 <= fact.span.1;
        let all = || {
            let key = spoken.witness.same.as_ref();
            let openings = self.opened.iter().rev().filter_map(|(place, _)| facts.at(*place));
            openings.filter_map(|one| Some((text(one.field(key?)?), one.place))).collect()
        };
        let first = || spoken.first_of.get_or_init(all).get(value).copied();
        let earlier = overlaps.then(first).flatten().filter(|one| *one < trigger.place);
        earlier.map(|_| Doubt::Order)
    }
}

/// Whether what the trigger is about was not told before: an opening told twice is one, the first.
fn is_new(by: &Trigger, fact: &Fact<'_>, told: &mut BTreeSet<Vec<String>>) -> bool {
    let values = by.once_per.iter().map(|field| fact.field(field).map(text));
    let values: Option<Vec<String>> = values.collect();
    values.filter(|all| !all.is_empty()).is_none_or(|values| told.insert(values))
}

impl Spoken<'_> {
    /// The witnesses after a trigger and before the next, and those that share its value. A trigger
    /// that has no such field as the witness must share is never spoken for, unless the witness says
    /// otherwise; a value left out on either side speaks for the latest trigger before.
    fn speaking(
        &self,
        trigger: &Fact<'_>,
    ) -> (Option<impl Iterator<Item = Spoke>>, &[(String, usize)]) {
        let latest = |unnamed_only| Some(self.latest(trigger, unnamed_only));
        let Some(key) = &self.witness.same else { return (latest(false), &[]) };
        if !self.witness.keyed.contains(&trigger.kind()) {
            return (latest(false).filter(|_| self.witness.or_unkeyed), &[]);
        }
        let Some(ours) = trigger.field(key) else { return (latest(false), &[]) };
        (latest(true), self.of_value(&text(ours)))
    }

    /// The witnesses after a trigger and before the next: all, or those that name no value.
    fn latest(&self, trigger: &Fact<'_>, unnamed_only: bool) -> impl Iterator<Item = Spoke> {
        let opening = trigger.place;
        let from = self.by_latest.partition_point(|one| one.opening < opening);
        let ours = self.by_latest.iter().skip(from).take_while(move |one| one.opening == opening);
        ours.filter(move |one| !(unnamed_only && one.is_named)).map(|one| (one.place, one.doubt))
    }

    fn of_value(&self, ours: &str) -> &[(String, usize)] {
        let from = self.by_value.partition_point(|(value, _)| value.as_str() < ours);
        let to = self.by_value.partition_point(|(value, _)| value.as_str() <= ours);
        self.by_value.get(from..to).unwrap_or_default()
    }
}

/// Two lists of places, each in order, as one.
fn in_order(
    some: impl Iterator<Item = Spoke>,
    others: impl Iterator<Item = Spoke>,
) -> impl Iterator<Item = Spoke> {
    let (mut some, mut others) = (some.peekable(), others.peekable());
    std::iter::from_fn(move || match (some.peek(), others.peek()) {
        (Some(one), Some(other)) if other < one => others.next(),
        (None, _) => others.next(),
        (Some(_), _) => some.next(),
    })
}

/// The witnesses that keep or break a rule, and whether they break it.
fn each_witness<'a>(rule: &'a Rule, mut hear: impl FnMut(&'a Witness, bool)) {
    match &rule.form {
        Form::Deadline(promise) | Form::Precedence(promise) | Form::Prohibition(promise) => {
            let kept_by = promise.parts.iter().flat_map(|part| &part.kept_by);
            kept_by.for_each(|one| hear(one, false));
        }
        Form::Call(call) => {
            hear(&call.first, false);
            call.excused_by.iter().for_each(|(witness, _)| hear(witness, false));
        }
        Form::Coverage(coverage) => {
            let witnesses = coverage.given_by.iter().chain(reached(coverage));
            witnesses.for_each(|one| hear(one, false));
        }
        Form::Presence
        | Form::Standing { .. }
        | Form::Wait { .. }
        | Form::OfServices(_)
        | Form::RecordOnly { .. } => {}
    }
    rule.form.forbidden().iter().for_each(|one| hear(one, true));
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
