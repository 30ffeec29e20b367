//! What became of each promise: a pure function of a history and the packs.
//!
//! Read in this order: [`facts`] (the steps as rules look at them), `openings` (which step opens a
//! rule, and what speaks for it), `due`, then the forms: `promise`, `call`, `presence`, `standing`,
//! `coverage`, `wait`.

mod by_kind;
mod call;
mod case;
mod conditions;
mod coverage;
mod due;
mod facts;
mod funding;
mod matching;
mod openings;
mod part;
mod presence;
mod probe;
mod promise;
mod schedule;
mod standing;
mod undone;
mod wait;

use pathway::{
    History,
    clock::{ClockPolicy, Effect},
};

use crate::{ClockAsk, Obligation, Packs, Rule, Trigger, packs::Listed};
use case::Case;
use facts::{Fact, Facts};
use openings::Openings;

/// The obligations that a history opens, in the order of their triggers, then by precedence of the
/// pack, then as the pack lists them.
///
/// A rule attaches with the version of its pack in force on the local day of its trigger, and only
/// where the pack's scope is `*` or is known to match: by the commissioner, provider and function
/// that the pathway's own steps name. An ICB is known by its commissioners (see [`crate::Scope`]);
/// as long as the steps name no commissioner, a pack for one ICB does not apply. A contact, a stay or
/// a test that is paid for privately opens only the rules that name such funding. The directory of
/// services is not read: neither whether a contact point that a patient was told of still works, nor
/// which assessments a service asks for, is known here. A wait that the clock ends, ends as it does
/// under `clock`.
pub fn evaluate(history: &History, packs: &Packs, clock: &ClockPolicy) -> Vec<Obligation> {
    let facts = Facts::of(history, clock);
    let mut scopes = Scopes::of(&facts, packs.all().len());
    let mut openings: Vec<(usize, Openings<'_>)> = Vec::with_capacity(history.entries().len());
    let mut obligations = Vec::with_capacity(history.entries().len());
    for trigger in facts.iter() {
        for listed in packs.opened_by(trigger.kind()) {
            if !in_force(listed, trigger) || !scopes.hold(listed, &facts, trigger) {
                continue;
            }
            let place = openings.iter().position(|(number, _)| *number == listed.number);
            let place = place.unwrap_or_else(|| {
                openings.push((listed.number, Openings::of(listed.rule, &facts)));
                openings.len() - 1
            });
            let Some((_, openings)) = openings.get(place) else { continue };
            let Some(asked) = openings.asked(trigger) else { continue };
            let opening = (trigger, openings);
            let case = Case::of(&facts, listed, asked, opening, packs.calendar());
            obligations.push(case.obligation());
        }
    }
    obligations
}

/// Whether pack and rule are in force on the day of the trigger.
fn in_force(listed: Listed<'_>, trigger: &Fact<'_>) -> bool {
    let days = [Some(listed.pack.effective), listed.rule.effective];
    days.into_iter().flatten().all(|days| days.holds_on(trigger.day))
}

/// Whether the scope of each pack holds: asked once a trigger, and once a history where no step says
/// another side than the others.
struct Scopes {
    known: Vec<Option<(usize, bool)>>,
    is_steady: bool,
}

impl Scopes {
    fn of(facts: &Facts<'_>, packs: usize) -> Self {
        Self { known: vec![None; packs], is_steady: facts.is_steady() }
    }

    fn hold(&mut self, listed: Listed<'_>, facts: &Facts<'_>, trigger: &Fact<'_>) -> bool {
        let Some(known) = self.known.get_mut(listed.pack_place) else { return false };
        let of_this = known.filter(|(place, _)| self.is_steady || *place == trigger.place);
        if let Some((_, holds)) = of_this {
            return holds;
        }
        let holds = facts.in_scope(&listed.pack.scope, trigger);
        *known = Some((trigger.place, holds));
        holds
    }
}

/// The trigger of the rule that the step is, if it is one.
fn opened_by<'a>(rule: &'a Rule, facts: &Facts<'_>, fact: &Fact<'_>) -> Option<&'a Trigger> {
    let kind = fact.kind();
    if !rule.funding.contains(&facts.funding(fact)) {
        return None;
    }
    let opens = |trigger: &&Trigger| {
        trigger.step == kind
            && facts.all_hold(fact, &trigger.only)
            && trigger.clock.is_none_or(|asked| clock_says(asked, facts, fact))
            && (!trigger.alone || speaks_for_none(rule, facts, fact))
            && trigger.told_with.iter().all(|one| case::told(facts, fact, one).next().is_some())
    };
    rule.triggers.iter().find(opens)
}

fn clock_says(asked: ClockAsk, facts: &Facts<'_>, fact: &Fact<'_>) -> bool {
    match asked {
        ClockAsk::Starts => wait::begun_by(facts.clock(), fact).is_some(),
        ClockAsk::Restarts => facts.clock_says(fact, Effect::Restarted),
        ClockAsk::Runs => facts.was_waiting(fact),
    }
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
                && rule.funding.contains(&facts.funding(one))
                && key.is_none_or(|key| case::may_be_same(one, fact, key))
        })
    })
}

#[cfg(test)]
mod tests;
