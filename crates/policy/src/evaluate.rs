//! What became of each promise: a pure function of a history and the packs.
//!
//! Read in this order: [`facts`] (the steps as rules look at them), `openings` (which step opens a
//! rule, and what speaks for it), `due`, then the forms: `promise`, `call`, `presence`, `standing`,
//! `coverage`, `wait`.

mod call;
mod case;
mod conditions;
mod coverage;
mod due;
mod facts;
mod openings;
mod presence;
mod probe;
mod promise;
mod schedule;
mod standing;
mod wait;

use pathway::{
    History,
    clock::{ClockPolicy, Effect},
};

use crate::{Obligation, Packs, Rule, Trigger, packs::Listed};
use case::Case;
use facts::{Fact, Facts};
use openings::Openings;

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
    let facts = Facts::of(history, clock);
    let mut openings: Vec<(usize, Openings<'_>)> = Vec::new();
    let mut obligations = Vec::new();
    for trigger in facts.iter() {
        let mut scope = None;
        for listed in packs.opened_by(trigger.kind()) {
            let Some(asked) = opened(listed, &facts, trigger, &mut scope) else { continue };
            let place = openings.iter().position(|(number, _)| *number == listed.number);
            let place = place.unwrap_or_else(|| {
                openings.push((listed.number, Openings::of(listed.rule, &facts)));
                openings.len() - 1
            });
            let Some((_, openings)) = openings.get(place) else { continue };
            let opening = (trigger, openings);
            let case = Case::of(&facts, listed, asked, opening, packs.calendar());
            obligations.push(case.obligation());
        }
    }
    obligations
}

/// The trigger by which a step opens a rule that is in force and in scope. `scope` remembers the
/// answer of the pack that was asked last.
fn opened<'a>(
    listed: Listed<'a>,
    facts: &Facts<'_>,
    trigger: &Fact<'_>,
    scope: &mut Option<(usize, bool)>,
) -> Option<&'a Trigger> {
    let days = [Some(listed.pack.effective), listed.rule.effective];
    if !days.into_iter().flatten().all(|days| days.holds_on(trigger.day)) {
        return None;
    }
    let asked = opened_by(listed.rule, facts, trigger)?;
    let known = scope.filter(|(pack, _)| *pack == listed.pack_place);
    let in_scope = match known {
        Some((_, in_scope)) => in_scope,
        None => facts.in_scope(&listed.pack.scope, trigger),
    };
    *scope = Some((listed.pack_place, in_scope));
    in_scope.then_some(asked)
}

/// The trigger of the rule that the step is, if it is one.
fn opened_by<'a>(rule: &'a Rule, facts: &Facts<'_>, fact: &Fact<'_>) -> Option<&'a Trigger> {
    let kind = fact.kind();
    let opens = |trigger: &&Trigger| {
        trigger.step == kind
            && facts.all_hold(fact, &trigger.only)
            && (!trigger.restarts || facts.clock_says(fact, Effect::Restarted))
            && (!trigger.starts_clock || wait::begun_by(facts.clock(), fact).is_some())
            && (!trigger.while_waiting || facts.was_waiting(fact))
            && (!trigger.alone || speaks_for_none(rule, facts, fact))
            && trigger.told_with.iter().all(|one| case::told(facts, fact, one).next().is_some())
    };
    rule.triggers.iter().find(opens)
}

/// Whether the step, which the rule forbids, breaks no promise that another kind of trigger opened
/// before: then it is judged by itself.
fn speaks_for_none(rule: &Rule, facts: &Facts<'_>, fact: &Fact<'_>) -> bool {
    let forbidden = rule.form.forbidden().iter().find(|one| one.step == fact.kind());
    let key = forbidden.and_then(|witness| witness.same.as_ref());
    let mut others = rule.triggers.iter().filter(|other| other.step != fact.kind());
    !others.any(|other| {
        facts.of_kind(other.step).take_while(|one| one.place < fact.place).any(|one| {
            facts.all_hold(one, &other.only)
                && key.is_none_or(|key| case::may_be_same(one, fact, key))
        })
    })
}

#[cfg(test)]
mod tests;
