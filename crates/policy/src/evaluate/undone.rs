//! Whether something was taken back again: an appointment that the hospital cancelled, work that was
//! returned, a consent that was withdrawn.

use chrono::{DateTime, Utc};

use super::{
    case::told,
    due::times_of_day,
    facts::{Fact, Facts},
};
use crate::Witness;

/// Whether a step was taken back.
pub(super) enum Undone {
    /// It stands.
    No,
    /// It was.
    Yes,
    /// Nothing tells which of two steps was the later; what would tell.
    Perhaps(Vec<String>),
}

/// Whether a step after it took `fact` back, no later than `until` and before the place `before`.
pub(super) fn undone(
    facts: &Facts<'_>,
    witness: &Witness,
    fact: &Fact<'_>,
    (until, before): (Option<DateTime<Utc>>, Option<usize>),
) -> Undone {
    let mut stands = Undone::No;
    for one in &witness.undone_by {
        let in_reach = |other: &&Fact<'_>| {
            other.place != fact.place
                && until.is_none_or(|until| other.span.0 <= until)
                && before.is_none_or(|before| other.place < before)
        };
        for other in told(facts, fact, one).filter(in_reach) {
            let overlap = fact.span.0 <= other.span.1 && other.span.0 <= fact.span.1;
            if overlap && other.kind() == fact.kind() {
                stands = Undone::Perhaps(times_of_day(&[fact]));
            } else if fact.place < other.place {
                return Undone::Yes;
            }
        }
    }
    stands
}
