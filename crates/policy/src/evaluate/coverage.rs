//! Coverage: what is given covers every day that is needed.

use chrono::{Days, NaiveDate};
use serde_json::Value;
use steps::EventId;

use super::{
    case::{Case, Finding, Voice},
    conditions::day,
    due::{Deadline, InTime, ended},
    facts::Fact,
    schedule,
};
use crate::{Coverage, Due, Field, Needed, Outcome};

/// First and last day, both included.
type Span = (NaiveDate, NaiveDate);

/// What became of a promise to cover days.
pub(super) fn judge<'a>(case: &Case<'a>, coverage: &'a Coverage) -> Finding {
    match &coverage.needed {
        Needed::Window { from, to } => window(case, coverage, (from, to)),
        Needed::Days { min, field } => days(case, coverage, *min, field),
        Needed::Until { .. } => until(case, coverage),
        Needed::Schedule { item, .. } => schedule::judge(case, coverage, item),
    }
}

/// What was given for the trigger before the promise ended, in order.
pub(super) fn given<'a>(case: &Case<'a>, coverage: &'a Coverage) -> Vec<&'a Fact<'a>> {
    voices(case, coverage).into_iter().map(|voice| voice.fact).collect()
}

fn voices<'a>(case: &Case<'a>, coverage: &'a Coverage) -> Vec<Voice<'a>> {
    let end = case.end(&coverage.ends);
    let in_reach = |voice: &Voice<'_>| end.is_none_or(|end| voice.fact.place < end.place);
    let speaking = coverage.given_by.iter().flat_map(|witness| case.speaking(witness));
    let mut given: Vec<_> = speaking.filter(in_reach).collect();
    given.sort_by_key(|voice| voice.fact.place);
    given.dedup_by_key(|voice| voice.fact.place);
    given
}

/// What would tell whether each of these was given for this trigger.
fn untold<'a>(case: &Case<'a>, coverage: &'a Coverage, used: &[&Fact<'_>]) -> Vec<String> {
    let mut untold = Vec::new();
    for witness in &coverage.given_by {
        let ours = |voice: &Voice<'_>| used.iter().any(|fact| fact.place == voice.fact.place);
        for voice in case.speaking(witness).filter(ours).filter(|voice| voice.doubt.is_some()) {
            untold.extend(voice.untold(witness, case.trigger));
        }
    }
    untold.dedup();
    untold
}

fn ids(facts: &[&Fact<'_>]) -> Vec<EventId> {
    facts.iter().map(|fact| fact.entry.event_id()).collect()
}

/// Every day of a window. The last piece that fills it decides whether it was in time.
fn window<'a>(case: &Case<'a>, coverage: &'a Coverage, fields: (&Field, &Field)) -> Finding {
    let Some(needed) = span_of(case.trigger, fields) else {
        let missing = vec![fields.0.to_string(), fields.1.to_string()];
        let since = case.trigger.entry.occurred_at();
        return Finding::of(None, Outcome::Unknown { missing, since }, Vec::new());
    };
    if let Some(found) = asked_elsewhere(case, coverage, needed, fields) {
        return found;
    }
    let mut gaps = vec![needed];
    let mut used = Vec::new();
    for fact in given(case, coverage) {
        let Some(span) = span_of(fact, fields).filter(|_| !gaps.is_empty()) else { continue };
        let left: Vec<Span> = gaps.iter().flat_map(|gap| without(*gap, span)).collect();
        if left != gaps {
            used.push(fact);
            gaps = left;
        }
    }
    let missing = gaps.iter().map(|(from, to)| format!("{from} to {to}")).collect();
    let short = gaps.iter().map(|gap| length(*gap)).sum();
    covered(case, coverage, &used, (short, missing))
}

/// What was asked of the other side instead, for days that are needed: a breach at once.
fn asked_elsewhere<'a>(
    case: &Case<'a>,
    coverage: &'a Coverage,
    needed: Span,
    fields: (&Field, &Field),
) -> Option<Finding> {
    let overlaps = |fact: &&Fact<'_>| {
        let span = span_of(fact, fields);
        span.is_some_and(|span| span.0 <= needed.1 && needed.0 <= span.1)
    };
    let speaking = |witness| case.speaking(witness).map(|voice| voice.fact);
    let ours = |fact: &&Fact<'_>| !case.is_another_trigger(fact) && overlaps(fact);
    let first = |witness| speaking(witness).find(ours);
    let fact = coverage.forbidden.iter().filter_map(first).min_by_key(|fact| fact.place)?;
    let due = case.deadline().due();
    let since = fact.entry.occurred_at();
    let outcome = Outcome::Breached { since, missing: Vec::new() };
    Some(Finding::of(due, outcome, vec![fact.entry.event_id()]))
}

/// So many days in all. A shortfall that was given a reason is excused.
fn days<'a>(case: &Case<'a>, coverage: &'a Coverage, min: u32, field: &Field) -> Finding {
    let given = given(case, coverage);
    let (mut total, mut used) = (0_u32, Vec::new());
    for fact in given.iter().copied() {
        if total < min {
            total = total.saturating_add(number(fact, field));
            used.push(fact);
        }
    }
    let short = min.saturating_sub(total);
    let reason = |fact: &&Fact<'_>| coverage.excuse_field.as_ref().and_then(|one| fact.field(one));
    let reason = given.iter().find_map(|fact| Some((reason(fact)?, *fact)));
    if let Some((reason, fact)) = reason.filter(|_| short > 0) {
        let due = case.deadline().due();
        let reason = reason.as_str().unwrap_or_default().to_owned();
        let outcome = Outcome::Excused { reason, since: fact.entry.occurred_at() };
        let found = Finding::of(due, outcome, vec![fact.entry.event_id()]);
        return Finding { short_days: Some(short), ..found };
    }
    let missing = (short > 0).then(|| format!("{short} of {min} days"));
    covered(case, coverage, &used, (short, missing.into_iter().collect()))
}

/// The finding once the days that are not covered are known: how many, and which.
fn covered<'a>(
    case: &Case<'a>,
    coverage: &'a Coverage,
    used: &[&Fact<'_>],
    (short, missing): (u32, Vec<String>),
) -> Finding {
    let deadline = case.deadline();
    let mut evidence = ids(used);
    let untold = untold(case, coverage, used);
    let last = used.last().filter(|_| short == 0);
    let outcome = match (last, &deadline, case.end(&coverage.ends)) {
        (Some(last), ..) if !untold.is_empty() => {
            let missing = case.in_time(&deadline, last).untold(untold);
            Outcome::Unknown { missing, since: last.entry.occurred_at() }
        }
        (Some(last), ..) => covered_by(case, &deadline, last),
        (None, Deadline::Untold(what), _) => {
            let since = case.trigger.entry.occurred_at();
            Outcome::Unknown { missing: vec![what.clone()], since }
        }
        (None, _, Some(end)) => {
            evidence.push(end.entry.event_id());
            ended(deadline.due(), end, missing)
        }
        (None, _, None) => Outcome::Open { missing },
    };
    let found = Finding::of(deadline.due(), outcome, evidence);
    Finding { short_days: Some(short).filter(|days| *days > 0), ..found }
}

/// Covered by the last piece, in time or late.
fn covered_by(case: &Case<'_>, deadline: &Deadline, last: &Fact<'_>) -> Outcome {
    let at = last.entry.occurred_at();
    match case.in_time(deadline, last) {
        InTime::Yes => Outcome::Met { at, late: false },
        InTime::No => Outcome::Met { at, late: true },
        InTime::Perhaps(missing) => Outcome::Unknown { missing, since: at },
    }
}

/// The supply lasts until what it is to last until: due on its last day.
fn until<'a>(case: &Case<'a>, coverage: &'a Coverage) -> Finding {
    let Needed::Until { steps, field, planned } = &coverage.needed else {
        return Finding::of(None, Outcome::Open { missing: Vec::new() }, Vec::new());
    };
    let (given, end) = (given(case, coverage), case.end(&coverage.ends));
    let last_day = lasts_until(case, &given, (field, planned.as_ref()));
    let due = last_day.map(Due::EndOf);
    let in_reach = |voice: &Voice<'_>| {
        let place = voice.fact.place;
        case.trigger.place <= place && end.is_none_or(|end| place < end.place)
    };
    let first = |witness| case.speaking(witness).find(in_reach).zip(Some(witness));
    let reached = steps.iter().filter_map(first).min_by_key(|(voice, _)| voice.fact.place);
    let untold = reached.map(|(voice, witness)| voice.untold(witness, case.trigger));
    let (reached, untold) = (reached.map(|(voice, _)| voice.fact), untold.unwrap_or_default());
    let wanted: Vec<String> = steps.iter().map(|one| one.step.title()).collect();
    let mut evidence = ids(&given);
    evidence.extend(reached.or(end).map(|fact| fact.entry.event_id()));
    let outcome = match (reached, due, end) {
        (Some(fact), ..) if !untold.is_empty() => {
            Outcome::Unknown { missing: untold, since: fact.entry.occurred_at() }
        }
        (Some(fact), Some(due), _) => {
            Outcome::Met { at: fact.entry.occurred_at(), late: due.last_moment() < fact.span.0 }
        }
        (Some(fact), None, _) => {
            Outcome::Unknown { missing: vec![field.to_string()], since: fact.entry.occurred_at() }
        }
        (None, _, Some(end)) => ended(due, end, wanted),
        (None, _, None) => Outcome::Open { missing: wanted },
    };
    Finding::of(due, outcome, evidence)
}

/// The last day that the supply lasts, or where nothing given was recorded what was planned.
fn lasts_until(
    case: &Case<'_>,
    given: &[&Fact<'_>],
    (field, planned): (&Field, Option<&Field>),
) -> Option<NaiveDate> {
    let from = given.first().map_or(case.trigger.day, |fact| fact.day);
    let supplied: u32 = given.iter().map(|fact| number(fact, field)).sum();
    let planned = planned.map_or(0, |field| number(case.trigger, field));
    let lasts = if given.is_empty() { planned } else { supplied };
    lasts.checked_sub(1).and_then(|more| from.checked_add_days(Days::new(more.into())))
}

fn number(fact: &Fact<'_>, field: &Field) -> u32 {
    let number = fact.field(field).as_ref().and_then(Value::as_u64);
    number.map_or(0, |number| u32::try_from(number).unwrap_or(u32::MAX))
}

fn span_of(fact: &Fact<'_>, (from, to): (&Field, &Field)) -> Option<Span> {
    let day = |field| fact.field(field).as_ref().and_then(day);
    day(from).zip(day(to)).filter(|(from, to)| from <= to)
}

/// What is left of a span without another.
fn without(gap: Span, taken: Span) -> Vec<Span> {
    if taken.1 < gap.0 || gap.1 < taken.0 {
        return vec![gap];
    }
    let before = taken.0.pred_opt().filter(|last| gap.0 <= *last).map(|last| (gap.0, last));
    let after = taken.1.succ_opt().filter(|first| *first <= gap.1).map(|first| (first, gap.1));
    before.into_iter().chain(after).collect()
}

/// Its days, both ends included.
fn length((from, to): Span) -> u32 {
    let days = to.signed_duration_since(from).num_days() + 1;
    u32::try_from(days).unwrap_or(0)
}
