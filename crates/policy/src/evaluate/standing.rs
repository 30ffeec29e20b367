//! Standing promises: from the trigger until an end, each part has been told and stands.

use chrono::Days;

use super::{
    case::{Case, Finding},
    due::ended,
    facts::{Fact, Facts},
};
use crate::{Ends, Outcome, Uncovered, Witness};

/// When all parts had been told, and the days before that.
///
/// What is told late repairs the days after it, never those before. A part told before the trigger
/// stands from the first day.
pub(super) fn judge(case: &Case<'_>, stands: &[(String, Vec<Witness>)], ends: &Ends) -> Finding {
    let due = case.deadline().due();
    let end = case.end(ends);
    let in_reach = |fact: &&Fact<'_>| end.is_none_or(|end| fact.place < end.place);
    let told = |told_by: &[Witness]| {
        let first = |one| telling(case.facts, one).find(in_reach);
        told_by.iter().filter_map(first).min_by_key(|fact| fact.place)
    };
    let parts: Vec<_> = stands.iter().map(|(name, told_by)| (name, told(told_by))).collect();
    let untold = parts.iter().filter(|(_, fact)| fact.is_none());
    let missing: Vec<String> = untold.map(|(name, _)| (*name).clone()).collect();
    let told: Option<Vec<_>> = parts.iter().map(|(_, fact)| *fact).collect();
    let from = case.trigger.day;
    let before = |last: &Fact<'_>| Uncovered { from, to: last.day.checked_sub_days(Days::new(1)) };
    let mut found = match (&told, end) {
        (Some(parts), _) => kept(due, parts),
        (None, Some(end)) => Finding::of(due, ended(due, end, missing), vec![end.entry.event_id()]),
        (None, None) => {
            let told = parts.iter().filter_map(|(_, fact)| *fact);
            let evidence = told.map(|fact| fact.entry.event_id()).collect();
            Finding::of(due, Outcome::Open { missing }, evidence)
        }
    };
    let last = told.as_ref().map_or(end, |parts| parts.iter().copied().max_by_key(|one| one.place));
    let uncovered = last.map_or(Uncovered { from, to: None }, before);
    found.uncovered = Some(uncovered).filter(|days| days.to.is_none_or(|to| from <= to));
    found
}

fn kept(due: Option<crate::Due>, parts: &[&Fact<'_>]) -> Finding {
    let Some(last) = parts.iter().max_by_key(|part| part.place) else {
        return Finding::of(due, Outcome::Open { missing: Vec::new() }, Vec::new());
    };
    let late = due.is_some_and(|due| due.last_moment() < last.span.0);
    let mut evidence: Vec<_> = parts.iter().map(|part| part.entry.event_id()).collect();
    evidence.dedup();
    Finding::of(due, Outcome::Met { at: last.entry.occurred_at(), late }, evidence)
}

/// The steps by which something was told, whenever it was, in order.
fn telling<'a>(facts: &'a Facts<'a>, witness: &Witness) -> impl Iterator<Item = &'a Fact<'a>> {
    facts.of_kind(witness.step).filter(|fact| facts.all_hold(fact, &witness.only))
}
