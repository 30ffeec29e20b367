//! What may be recorded: anything that is not wrong in itself.
//!
//! Steps that break a rule are facts and are recorded; the views judge them. Refused is a time that
//! cannot be, and a correction of something this pathway does not hold.

use chrono::{DateTime, Duration, NaiveDate, Utc};
use serde_json::Value;
use steps::{EventId, OccurredAt, Step, StepKind};

use crate::{History, london};

/// How far ahead of us the clock of another system may be.
pub const AHEAD_MINUTES_MAX: i64 = 5;

/// Why a step is not recorded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It says it happened in the future.
    #[error(
        "`{field}` is in the future: expected a time no later than {AHEAD_MINUTES_MAX} minutes from now"
    )]
    InFuture {
        /// The field.
        field: &'static str,
    },
    /// It says it happened before 1900.
    #[error("`{field}` is before 1900: expected a time since 1900-01-01")]
    Before1900 {
        /// The field.
        field: &'static str,
    },
    /// It corrects an event that is not on this pathway.
    #[error("`{field}` names no event of this pathway: expected the id of a step recorded on it")]
    UnknownEvent {
        /// The field.
        field: &'static str,
        /// The event.
        event_id: EventId,
    },
    /// It replaces a step by one of another type.
    #[error("`step` is another type than the step it corrects: expected `{expected}`")]
    OtherType {
        /// The type of the step that is corrected.
        expected: &'static str,
    },
    /// It accepts or returns a next step that was never assigned.
    #[error("`nextStepVersion` names no assignment of this pathway: expected one that was made")]
    NothingToAccept,
    /// It corrects a correction by a record-keeping step that cannot be corrected so.
    #[error("`step` cannot be `{kind}`: correct the step itself")]
    NotCorrectable {
        /// The type given.
        kind: &'static str,
    },
}

impl Refusal {
    /// Stable code for machines.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::InFuture { .. } => "IN_FUTURE",
            Self::Before1900 { .. } => "BEFORE_1900",
            Self::UnknownEvent { .. } => "UNKNOWN_EVENT",
            Self::OtherType { .. } => "OTHER_TYPE",
            Self::NothingToAccept => "NOTHING_TO_ACCEPT",
            Self::NotCorrectable { .. } => "NOT_CORRECTABLE",
        }
    }

    /// The field that is wrong.
    pub const fn field(&self) -> &'static str {
        match self {
            Self::InFuture { field }
            | Self::Before1900 { field }
            | Self::UnknownEvent { field, .. } => field,
            Self::OtherType { .. } | Self::NotCorrectable { .. } => "step",
            Self::NothingToAccept => "nextStepVersion",
        }
    }
}

/// Whether deciding on the step takes the history: corrections and acceptances do.
pub fn needs_history(kind: StepKind) -> bool {
    matches!(
        kind,
        StepKind::StepCorrected
            | StepKind::StepEnteredInError
            | StepKind::NextStepAccepted
            | StepKind::NextStepReturned
    )
}

/// Whether `step` may be recorded as having happened at `occurred_at`, asked at `now`.
pub fn decide(
    history: &History,
    step: &Step,
    occurred_at: OccurredAt,
    now: DateTime<Utc>,
) -> Result<(), Refusal> {
    check_time("occurredAt", occurred_at, now)?;
    #[expect(clippy::wildcard_enum_match_arm, reason = "every other step is a fact by itself")]
    match step {
        Step::StepEnteredInError(withdrawal) => known(history, withdrawal.event_id).map(|_| ()),
        Step::StepCorrected(correction) => {
            if let Some(corrected) = correction.corrected_occurred_at {
                check_time("correctedOccurredAt", corrected, now)?;
            }
            same_type(history, correction.event_id, &correction.step)
        }
        Step::NextStepAccepted(accepted) => assigned(history, accepted.next_step_version),
        Step::NextStepReturned(returned) => assigned(history, returned.next_step_version),
        _ => Ok(()),
    }
}

/// Refuses a time more than five minutes ahead of `now`, or before 1900.
pub fn check_time(field: &'static str, at: OccurredAt, now: DateTime<Utc>) -> Result<(), Refusal> {
    let (earliest, _) = london::bounds(at);
    if earliest > now + Duration::minutes(AHEAD_MINUTES_MAX) {
        return Err(Refusal::InFuture { field });
    }
    let since = NaiveDate::from_ymd_opt(1900, 1, 1);
    if since.is_some_and(|since| london::date(at) < since) {
        return Err(Refusal::Before1900 { field });
    }
    Ok(())
}

/// The fields that tell when something else had happened by then: they cannot be in the future.
///
/// Times that may be to come (`due`, `startsAt`, `expectedBy`) are not here.
const SECOND_TIMES: [&str; 25] = [
    "agreedAt",
    "asiAt",
    "attempts",
    "checkedAt",
    "communicatedAt",
    "confirmedInWritingAt",
    "consentedAt",
    "contactedAt",
    "conversationAt",
    "decidedAt",
    "deliveredAt",
    "doneOn",
    "earlierActivityAt",
    "endedAt",
    "formularyCheckedAt",
    "gpToldAt",
    "interfaceReceivedAt",
    "notifiedAt",
    "patientToldAt",
    "ratifiedAt",
    "receivedAt",
    "slotsUnavailableSince",
    "spoaAt",
    "toldAt",
    "ubrnConvertedAt",
];

/// Refuses a step that tells of something else that is in the future, or before 1900.
pub fn check_second_times(step: &Step, now: DateTime<Utc>) -> Result<(), Refusal> {
    match step.payload() {
        Ok(payload) => check_inside(&payload, now),
        // A step that cannot be written as JSON is refused where it is written.
        Err(_) => Ok(()),
    }
}

fn check_inside(value: &Value, now: DateTime<Utc>) -> Result<(), Refusal> {
    for (name, inner) in value.as_object().into_iter().flatten() {
        let known = SECOND_TIMES.iter().find(|known| *known == name);
        for told in known.into_iter().flat_map(|_| strings(inner)) {
            if let (Some(field), Ok(at)) = (known, told.parse()) {
                check_time(field, at, now)?;
            }
        }
        check_inside(inner, now)?;
    }
    value.as_array().into_iter().flatten().try_for_each(|inner| check_inside(inner, now))
}

fn strings(value: &Value) -> impl Iterator<Item = &str> {
    let many = value.as_array().into_iter().flatten().filter_map(Value::as_str);
    value.as_str().into_iter().chain(many)
}

fn known(history: &History, event_id: EventId) -> Result<&Step, Refusal> {
    let told = history.told(event_id).map(|told| &told.step);
    told.ok_or(Refusal::UnknownEvent { field: "eventId", event_id })
}

fn same_type(history: &History, event_id: EventId, replacement: &Step) -> Result<(), Refusal> {
    let kind = replacement.kind();
    if matches!(kind, StepKind::StepCorrected | StepKind::StepEnteredInError) {
        return Err(Refusal::NotCorrectable { kind: kind.name() });
    }
    let target = match known(history, event_id)? {
        Step::StepCorrected(earlier) => earlier.step.kind(),
        other => other.kind(),
    };
    if target == kind { Ok(()) } else { Err(Refusal::OtherType { expected: target.name() }) }
}

fn assigned(history: &History, version: u32) -> Result<(), Refusal> {
    let is_that =
        |step: &Step| matches!(step, Step::NextStepAssigned(a) if a.next_step_version == version);
    let found = history.entries().iter().any(|entry| is_that(entry.step()));
    if found { Ok(()) } else { Err(Refusal::NothingToAccept) }
}

#[cfg(test)]
mod tests;
