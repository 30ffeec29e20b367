//! The wait itself: from clock start to clock stop, as the RTT clock has it.

use chrono::Days;
use pathway::{Clock, clock::Period};
use steps::OccurredAt;

use super::{
    case::{Case, Finding},
    facts::Fact,
};
use crate::{Due, Outcome};

/// Whether the waiting period that the trigger began ended within `days` days. A period that was
/// nullified counts nowhere; one whose start nobody knows cannot be told.
pub(super) fn judge(case: &Case<'_>, days: u32) -> Finding {
    let trigger = case.trigger.entry.event_id();
    let since = case.trigger.entry.occurred_at();
    let Some(period) = begun_by(case.facts.clock(), case.trigger) else {
        return Finding::of(None, Outcome::NotApplicable { since }, vec![trigger]);
    };
    let ended_by: Vec<_> = period.end.iter().map(|end| end.event_id).collect();
    let last = period.start.date.and_then(|start| start.checked_add_days(Days::new(days.into())));
    let outcome = match (&period.end, last) {
        (Some(end), _) if period.nullified => {
            Outcome::NotApplicable { since: OccurredAt::Day(end.date) }
        }
        (_, None) => {
            Outcome::Unknown { missing: vec!["date of the clock start".to_owned()], since }
        }
        (Some(end), Some(last)) => {
            Outcome::Met { at: OccurredAt::Day(end.date), late: last < end.date }
        }
        (None, Some(_)) => Outcome::Open { missing: vec!["clock stop".to_owned()] },
    };
    Finding::of(last.map(Due::EndOf), outcome, ended_by)
}

/// The period that the step began.
pub(super) fn begun_by<'a>(clock: &'a Clock, step: &Fact<'_>) -> Option<&'a Period> {
    let step = step.entry.event_id();
    clock.periods.iter().find(|period| period.start.event_id == step)
}
