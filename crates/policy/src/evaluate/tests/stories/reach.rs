//! Which states a rule can reach, read off the rule itself: its form, triggers, dues, excuses and ends.

use std::collections::BTreeSet;

use steps::StepKind;

use crate::{
    Anchor, Basis, Condition, Coverage, Ends, Field, Form, Needed, Pack, Part, Promise, Rule,
    ServiceAsk, State, Term, Test, Trigger, Unit, Witness,
};

/// The states in which a rule of the pack can end: of the six those that it can reach, or that it is
/// counted.
pub(super) fn reachable(pack: &Pack, rule: &Rule) -> BTreeSet<State> {
    let mut states = match &rule.form {
        Form::Deadline(promise) | Form::Precedence(promise) | Form::Prohibition(promise) => {
            of_promise(rule, promise)
        }
        // A first missed appointment may nullify a wait, and a transfer may come without its start.
        Form::Wait { .. } => vec![
            (State::MetLate, true),
            (State::Breached, true),
            (State::NotApplicable, true),
            (State::Unknown, passes_on_a_start(rule)),
        ],
        Form::Call(call) => vec![
            (State::Breached, true),
            (State::Excused, call.excused_by.is_some()),
            (State::Unknown, true),
        ],
        Form::Presence => vec![(State::Breached, rule.triggers.iter().any(may_lack))],
        Form::Standing { ends, .. } => vec![
            (State::MetLate, has_due(rule)),
            (State::Breached, has_due(rule)),
            (State::NotApplicable, ends_at_all(ends)),
        ],
        Form::OfServices(asked) => {
            let is_local = !pack.scope.icb.is_empty();
            vec![
                (State::Breached, true),
                (State::NotApplicable, is_local),
                (State::Unknown, is_local || asked.asks == ServiceAsk::WaitingTimes),
            ]
        }
        Form::Coverage(coverage) => of_coverage(rule, coverage),
        Form::RecordOnly { .. } => return BTreeSet::from([State::Recorded]),
    };
    states.push((State::Met, true));
    states.push((State::NotApplicable, rule.triggers.iter().any(|one| !one.spared.is_empty())));
    states.push((State::Unknown, rule.triggers.iter().any(|one| !one.unknown.is_empty())));
    states.into_iter().filter_map(|(state, can)| can.then_some(state)).collect()
}

type Can = Vec<(State, bool)>;

fn of_promise(rule: &Rule, promise: &Promise) -> Can {
    let is_before = |part: &Part| part.before;
    let after = || promise.parts.iter().filter(|part| !part.before);
    let timed = after().filter(|part| dues(rule, part).next().is_some());
    let late = timed.clone().any(|part| !part.kept_by.is_empty());
    let untold = after().any(|part| dues(rule, part).any(|due| may_be_untold(due, part)));
    let same_day = promise.parts.iter().any(|part| part.before && !part.kept_by.is_empty());
    let broken = !promise.forbidden.is_empty() || promise.parts.iter().any(is_before);
    vec![
        (State::MetLate, late),
        (State::Breached, broken || timed.count() > 0),
        (State::Excused, !promise.excuses.is_empty()),
        (State::NotApplicable, ends_at_all(&promise.ends) && after().next().is_some()),
        (State::Unknown, untold || same_day || may_miss_the_practice(promise)),
    ]
}

fn of_coverage(rule: &Rule, coverage: &Coverage) -> Can {
    let untold = triggers_and_terms(rule).any(|(trigger, _, term)| {
        term.basis == Basis::Working
            || term.unit == Unit::Hour
            || may_lack_anchor(trigger, &[], term)
    });
    let needs_a_due = !matches!(coverage.needed, Needed::Until { .. } | Needed::Schedule { .. });
    let late = !needs_a_due || has_due(rule);
    // A window may end before it begins, a supply may be of no days and a schedule of no tests.
    let is_empty = !matches!(coverage.needed, Needed::Days { .. });
    vec![
        (State::MetLate, late),
        (State::Breached, late || !coverage.forbidden.is_empty()),
        (State::Excused, coverage.excuse_field.is_some()),
        (State::NotApplicable, ends_at_all(&coverage.ends)),
        (State::Unknown, untold || is_empty),
    ]
}

/// Whether something must go to the patient's practice, and no step may name that.
fn may_miss_the_practice(promise: &Promise) -> bool {
    promise.parts.iter().flat_map(|part| &part.kept_by).any(|one| one.to_practice.is_some())
}

/// Whether what speaks for one opening of the rule may as well speak for another of the same day, or have
/// been taken back on that day: then no story of a single opening tells it.
pub(super) fn may_be_in_doubt(rule: &Rule) -> bool {
    let doubtful = |one: &Witness| one.same.is_some() || !one.undone_by.is_empty();
    let kept_by = match &rule.form {
        Form::Deadline(promise) | Form::Precedence(promise) | Form::Prohibition(promise) => {
            let excused = promise.excuses.iter().map(|one| &one.witness);
            let kept = promise.parts.iter().flat_map(|part| &part.kept_by);
            kept.chain(excused).any(doubtful)
        }
        Form::Coverage(coverage) => coverage.given_by.iter().any(doubtful),
        Form::Wait { .. }
        | Form::Call(_)
        | Form::Presence
        | Form::Standing { .. }
        | Form::OfServices(_)
        | Form::RecordOnly { .. } => false,
    };
    kept_by || rule.form.forbidden().iter().any(doubtful)
}

fn ends_at_all(ends: &Ends) -> bool {
    ends.nullified || !ends.steps.is_empty()
}

fn has_due(rule: &Rule) -> bool {
    triggers_and_terms(rule).next().is_some()
}

/// Each term of each trigger, with the conditions under which it counts.
fn triggers_and_terms(rule: &Rule) -> impl Iterator<Item = (&Trigger, &[Condition], &Term)> {
    rule.triggers.iter().flat_map(|trigger| {
        trigger.due.iter().map(move |(when, term)| (trigger, when.as_slice(), term))
    })
}

/// The terms by which a part may be due: its own, and those of each trigger.
fn dues<'a>(
    rule: &'a Rule,
    part: &'a Part,
) -> impl Iterator<Item = (&'a Trigger, &'a [Condition], &'a Term)> {
    let own = rule.triggers.iter().flat_map(|trigger| {
        part.due.iter().map(move |(when, term)| (trigger, when.as_slice(), term))
    });
    own.chain(triggers_and_terms(rule))
}

/// Whether it cannot be told when the part is due, or whether it was done by then: hours where one of
/// the two is known only to the day, working days beyond the calendar, a day that was left out.
fn may_be_untold((trigger, when, term): (&Trigger, &[Condition], &Term), part: &Part) -> bool {
    let by_hours = term.unit == Unit::Hour && !part.kept_by.is_empty();
    by_hours || term.basis == Basis::Working || may_lack_anchor(trigger, when, term)
}

fn may_lack_anchor(trigger: &Trigger, when: &[Condition], term: &Term) -> bool {
    let Anchor::Field(field) = &term.anchor else { return false };
    let asked = |one: &Condition| one.field == *field && one.test == Test::Present;
    !is_required(trigger.step, field) && !trigger.only.iter().chain(when).any(asked)
}

/// Whether a step of that kind cannot be told without the field.
fn is_required(step: StepKind, field: &Field) -> bool {
    let schema = step.schema().to_value();
    let required = schema["required"].as_array();
    required.is_some_and(|names| names.iter().any(|name| name == field.as_str()))
}

/// Whether a trigger may come without the day on which the clock started.
fn passes_on_a_start(rule: &Rule) -> bool {
    rule.triggers.iter().any(|one| one.step == StepKind::TransferReceived)
}

/// Whether a trigger may lack what it should hold, and it be told: not where each list asks only that
/// fields are there, and a field that is not leaves it unknown.
fn may_lack(trigger: &Trigger) -> bool {
    let is_unknown = |one: &Condition| {
        let absent = |list: &Vec<Condition>| matches!(list.as_slice(), [only] if only.field == one.field && only.test == Test::Absent);
        one.test == Test::Present && trigger.unknown.iter().any(absent)
    };
    !trigger.accepted.iter().any(|list| list.iter().all(is_unknown))
}
