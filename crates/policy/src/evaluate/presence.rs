//! Presence: the trigger itself holds what it should.

use super::{
    case::{Case, Finding},
    conditions::lacks,
};
use crate::{Condition, Outcome};

/// Whether one of the lists holds whole; a breach names what the nearest list lacks.
pub(super) fn judge(case: &Case<'_>) -> Finding {
    let at = case.trigger.entry.occurred_at();
    let lacking = |list: &Vec<Condition>| {
        let failed = list.iter().filter(|one| !case.facts.holds(case.trigger, one));
        failed.flat_map(|one| lacks(case.trigger, one)).collect::<Vec<_>>()
    };
    let nearest = case.asked.accepted.iter().map(lacking).min_by_key(Vec::len).unwrap_or_default();
    let outcome = if nearest.is_empty() {
        Outcome::Met { at, late: false }
    } else {
        Outcome::Breached { since: at, missing: nearest }
    };
    Finding::of(None, outcome, vec![case.trigger.entry.event_id()])
}
