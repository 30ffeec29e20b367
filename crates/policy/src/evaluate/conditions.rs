//! Whether what a rule asks of a step's fields holds.

use chrono::{Days, NaiveDate};
use pathway::london;
use serde_json::Value;
use steps::OccurredAt;

use super::{
    facts::{Fact, Facts},
    matching::Ask,
    probe,
};
use crate::{Condition, Test};

impl Facts<'_> {
    /// Whether all conditions hold.
    pub(super) fn all_hold(&self, fact: &Fact<'_>, conditions: &[Condition]) -> bool {
        conditions.iter().all(|condition| self.holds(fact, condition))
    }

    /// Whether the condition holds.
    pub(super) fn holds(&self, fact: &Fact<'_>, condition: &Condition) -> bool {
        let unsaid = || condition.or_absent || condition.test == Test::Absent;
        if let Some(ask) = Ask::of(&condition.test) {
            let said = probe::matches(fact.entry.step(), &condition.field, ask);
            return said.unwrap_or_else(unsaid);
        }
        let Some(value) = fact.field(&condition.field) else { return unsaid() };
        match &condition.test {
            Test::NotAfterStep => {
                time(&value).is_some_and(|at| london::bounds(at).0 <= fact.span.1)
            }
            Test::NotBeforeStep => {
                time(&value).is_some_and(|at| fact.span.0 <= super::due::bounds(at).1)
            }
            Test::SameAs(other) => fact.field(other).as_ref() == Some(&value),
            Test::DiffersFrom(other) => fact.field(other).as_ref() != Some(&value),
            Test::WithinDaysOf(other, days) => {
                let Some(from) = fact.field(other).as_ref().and_then(day) else {
                    return condition.or_absent;
                };
                let latest = from.checked_add_days(Days::new((*days).into()));
                latest.zip(day(&value)).is_some_and(|(latest, on)| on <= latest)
            }
            Test::AsLastTold(kind, field) => {
                let mut before = self.of_kind(*kind).rev().filter(|one| one.place < fact.place);
                let told = before.find_map(|one| one.field(field));
                told.is_none_or(|told| told == value)
            }
            // These are asked above.
            Test::Present
            | Test::Absent
            | Test::OneOf(_)
            | Test::NoneOf(_)
            | Test::Holds(_)
            | Test::HoldsAll(_) => false,
        }
    }
}

/// What a condition that does not hold lacks: its field, and of a list the words.
pub(super) fn lacks(fact: &Fact<'_>, condition: &Condition) -> Vec<String> {
    let field = &condition.field;
    let Test::HoldsAll(words) = &condition.test else { return vec![field.to_string()] };
    let value = fact.field(field).unwrap_or_default();
    let missing = words.iter().filter(|word| !items(&value).any(|item| item == *word));
    missing.map(|word| format!("{field} {}", word.as_str().unwrap_or_default())).collect()
}

fn items(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

/// The time that a value writes.
pub(super) fn time(value: &Value) -> Option<OccurredAt> {
    value.as_str().and_then(|raw| raw.parse().ok())
}

/// The local day that a value writes.
pub(super) fn day(value: &Value) -> Option<NaiveDate> {
    time(value).map(london::date)
}
