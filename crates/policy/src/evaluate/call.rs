//! The call before a did-not-attend: it comes after the appointment's start, and before the DNA was entered in the
//! source system.
//!
//! Not before we received it: a nightly feed would excuse every late call. Not before `occurred_at`,
//! where many systems put the slot: that would condemn every honest one. A source that does not say
//! when it was told leaves the answer unknown.

use chrono::{DateTime, Duration, Utc};
use steps::{OccurredAt, Step};

use super::{
    case::{Case, Finding},
    facts::Fact,
};
use crate::{Call, Outcome, Witness};

/// Where a call can lie between start and entry.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lies {
    Inside,
    Perhaps,
    Outside,
}

/// Whether the trigger was entered only after the call.
pub(super) fn judge<'a>(case: &Case<'a>, call: &'a Call) -> Finding {
    let entered = case.trigger.entry.told.entered_in_source_at;
    let excuse = call.excused_by.as_ref();
    if let Some(found) = excuse.and_then(|excuse| excused(case, excuse, entered)) {
        return found;
    }
    let at = case.trigger.entry.occurred_at();
    let Some(entered) = entered else {
        return unknown("enteredInSourceAt", at, Vec::new());
    };
    let calls: Vec<&Fact<'_>> = case.speaking(&call.first).map(|voice| voice.fact).collect();
    let start = start(case);
    if let (None, Some(call)) = (start, calls.first()) {
        return unknown("startsAt of the appointment", at, vec![call.entry.event_id()]);
    }
    let opens = start.unwrap_or(entered) - Duration::minutes(i64::from(call.grace_minutes));
    let find = |wanted| calls.iter().find(|call| lies(call, opens, entered) == wanted);
    if let Some(call) = find(Lies::Inside) {
        let outcome = Outcome::Met { at: OccurredAt::Instant(entered), late: false };
        return Finding::of(None, outcome, vec![call.entry.event_id()]);
    }
    if let Some(call) = find(Lies::Perhaps) {
        return unknown("time of day of DnaCallAttempted", at, vec![call.entry.event_id()]);
    }
    let late_calls = calls.iter().map(|call| call.entry.event_id()).collect();
    let since = OccurredAt::Instant(entered);
    let missing = vec![call.first.step.title()];
    Finding::of(None, Outcome::Breached { since, missing }, late_calls)
}

fn unknown(missing: &str, since: OccurredAt, evidence: Vec<steps::EventId>) -> Finding {
    Finding::of(None, Outcome::Unknown { missing: vec![missing.to_owned()], since }, evidence)
}

/// An excuse counts unless it certainly came after the entry.
fn excused<'a>(
    case: &Case<'a>,
    (witness, reason): &'a (Witness, String),
    entered: Option<DateTime<Utc>>,
) -> Option<Finding> {
    let in_time = |fact: &&Fact<'_>| entered.is_none_or(|entered| fact.span.0 < entered);
    let fact = case.speaking(witness).map(|voice| voice.fact).find(in_time)?;
    let since = case.trigger.entry.occurred_at();
    let outcome = Outcome::Excused { reason: reason.clone(), since };
    Some(Finding::of(None, outcome, vec![fact.entry.event_id()]))
}

fn lies(call: &Fact<'_>, opens: DateTime<Utc>, entered: DateTime<Utc>) -> Lies {
    let (first, last) = call.span;
    match (opens <= first && last < entered, opens <= last && first < entered) {
        (true, _) => Lies::Inside,
        (false, true) => Lies::Perhaps,
        (false, false) => Lies::Outside,
    }
}

/// The start of the appointment that was missed: as last booked or moved, on the day the DNA names.
fn start(case: &Case<'_>) -> Option<DateTime<Utc>> {
    let Step::DnaRecorded(missed) = case.trigger.entry.step() else { return None };
    #[expect(clippy::wildcard_enum_match_arm, reason = "only a booking or a move names a start")]
    let mut starts = case.facts.iter().filter_map(|fact| match fact.entry.step() {
        Step::AppointmentBooked(step) if step.appointment_id == missed.appointment_id => {
            Some(step.starts_at)
        }
        Step::AppointmentRescheduled(step) if step.appointment_id == missed.appointment_id => {
            Some(step.starts_at)
        }
        _ => None,
    });
    starts.rfind(|start| pathway::london::date_of(*start) == missed.appointment_date)
}
