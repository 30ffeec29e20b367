//! Standing promises: from the trigger until an end, each part has been told and stands.

use chrono::Days;

use super::{Case, Fact, Finding, deadline::ended, span};
use crate::{Ends, Outcome, Uncovered, Witness};

/// When all parts had been told, and the days before that.
///
/// What is told late repairs the days after it, never those before. A part told before the trigger
/// stands from the first day.
pub(super) fn judge(case: &Case<'_>, stands: &[(String, Vec<Witness>)], ends: &Ends) -> Finding {
    let due = case.deadline().due();
    let end = case.end(ends);
    let in_reach = |fact: &&Fact<'_>| end.is_none_or(|end| fact.place < end.place);
    let told: Option<Vec<_>> = stands
        .iter()
        .map(|(_, told_by)| {
            let speaks = |fact: &&Fact<'_>| told_by.iter().any(|one| tells(one, fact));
            case.facts.iter().filter(in_reach).find(speaks)
        })
        .collect();
    let from = case.trigger.entry.date();
    let before =
        |last: &Fact<'_>| Uncovered { from, to: last.entry.date().checked_sub_days(Days::new(1)) };
    let mut found = match (&told, end) {
        (Some(parts), _) => kept(due, parts),
        (None, Some(end)) => Finding::of(due, ended(due, end), vec![end.entry.event_id()]),
        (None, None) => Finding::of(due, Outcome::Open, Vec::new()),
    };
    let last = told.as_ref().map_or(end, |parts| parts.iter().copied().max_by_key(|one| one.place));
    let uncovered = last.map_or(Uncovered { from, to: None }, before);
    found.uncovered = Some(uncovered).filter(|days| days.to.is_none_or(|to| from <= to));
    found
}

fn kept(due: Option<crate::Due>, parts: &[&Fact<'_>]) -> Finding {
    let Some(last) = parts.iter().max_by_key(|part| part.place) else {
        return Finding::of(due, Outcome::Open, Vec::new());
    };
    let late = due.is_some_and(|due| due.last_moment() < span(last).0);
    let mut evidence: Vec<_> = parts.iter().map(|part| part.entry.event_id()).collect();
    evidence.dedup();
    Finding::of(due, Outcome::Met { at: last.entry.occurred_at(), late }, evidence)
}

fn tells(witness: &Witness, fact: &Fact<'_>) -> bool {
    fact.entry.step().kind() == witness.step && fact.holds_all(&witness.only)
}
