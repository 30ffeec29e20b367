//! What may be recorded: anything that is not wrong in itself.
//!
//! Steps that break a rule are facts and are recorded; the views judge them. Refused is a time that
//! cannot be, and a correction of something this pathway does not hold.

use chrono::{DateTime, Duration, NaiveDate, Utc};
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
