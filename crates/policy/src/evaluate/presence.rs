//! Presence: the trigger itself holds what it should.

use super::{Case, Finding};
use crate::{Condition, Outcome};

/// Whether one of the lists holds whole; a breach names what the nearest list lacks.
pub(super) fn judge(case: &Case<'_>, accepted: &[Vec<Condition>]) -> Finding {
    let at = case.trigger.entry.occurred_at();
    let lacking = |list: &Vec<Condition>| {
        let failed = list.iter().filter(|condition| !case.trigger.holds(condition));
        failed.map(|condition| condition.field.clone()).collect::<Vec<_>>()
    };
    let nearest = accepted.iter().map(lacking).min_by_key(Vec::len).unwrap_or_default();
    let outcome = if nearest.is_empty() {
        Outcome::Met { at, late: false }
    } else {
        Outcome::Breached { since: at, missing: nearest }
    };
    Finding::of(None, outcome, Vec::new())
}
