//! The way back: a row as it was written. A row that nobody could have written is an error.

use chrono::{DateTime, Duration, NaiveDate, Utc};
use pathway::london;
use policy::NetPriority;
use projector::{Cell, SqlError, SqlRow};
use steps::{
    EventId, OccurredAt, OdsCode, StepKind,
    codes::Channel,
    interface_and_safety::{AlarmOutcome, AlarmTo},
};

use super::{channel_code, outcome_code, to_code};
use crate::{Chain, Dispatch, Expected, Raised, RaisedKind, Settled, queries::SafetyNetError};

/// An expectation as it was written.
pub(crate) fn expected(row: &SqlRow<'_>) -> Result<Expected, SafetyNetError> {
    let triggered = instant(row, "triggered")?.ok_or(SafetyNetError::Broken)?;
    let triggered_on = if row.get::<bool>("triggered_day")? {
        OccurredAt::Day(london::date_of(triggered))
    } else {
        OccurredAt::Instant(triggered)
    };
    let level = row.get("level")?;
    Ok(Expected {
        rule: word(row, "rule")?.parse().map_err(|_unreadable| SafetyNetError::Broken)?,
        version: row.get("version")?,
        level,
        alarm_to: one_of(row, "alarm_to", AlarmTo::ALL, to_code)?,
        chain: one_of(row, "chain", Chain::ALL, Chain::code)?.ok_or(SafetyNetError::Broken)?,
        item: row.get("item")?,
        priority: priority(row)?,
        trigger: event(row, "trigger_id")?.ok_or(SafetyNetError::Broken)?,
        triggered_on,
        due: instant(row, "due")?.ok_or(SafetyNetError::Broken)?,
        settled: settled(row)?,
        sender: organisation(row, "sender")?,
        owner: organisation(row, "owner")?,
        addressed_to: organisation(row, "addressed_to")?,
    })
}

fn settled(row: &SqlRow<'_>) -> Result<Option<Settled>, SafetyNetError> {
    let Some(at) = instant(row, "settled")? else { return Ok(None) };
    let by = event(row, "settled_by")?.ok_or(SafetyNetError::Broken)?;
    Ok(Some(Settled { at, by, ended: row.get("ended")? }))
}

/// An alarm as it was written.
pub(crate) fn alarm(row: &SqlRow<'_>) -> Result<Raised, SafetyNetError> {
    let broken = || SafetyNetError::Broken;
    let kinds = [RaisedKind::Obligation, RaisedKind::Expected, RaisedKind::Resend];
    let outcome = one_of(row, "outcome", AlarmOutcome::ALL, outcome_code)?;
    let resolved_by = event(row, "resolved_by")?;
    Ok(Raised {
        event_id: event(row, "event_id")?.ok_or_else(broken)?,
        kind: one_of(row, "kind", &kinds, RaisedKind::code)?.ok_or_else(broken)?,
        rule: word(row, "rule")?.parse().map_err(|_unreadable| broken())?,
        version: row.get("version")?,
        trigger: event(row, "trigger_id")?,
        alarm_to: one_of(row, "alarm_to", AlarmTo::ALL, to_code)?,
        organisation: organisation(row, "organisation")?,
        since: instant(row, "since")?.ok_or_else(broken)?,
        resolved: instant(row, "resolved")?
            .zip(outcome)
            .map(|(at, outcome)| (at, outcome, resolved_by)),
    })
}

/// What was sent, as it was written.
pub(crate) fn dispatch(row: &SqlRow<'_>) -> Result<Dispatch, SafetyNetError> {
    let broken = || SafetyNetError::Broken;
    let endpoint: Option<String> = row.get("endpoint")?;
    Ok(Dispatch {
        event_id: event(row, "event_id")?.ok_or_else(broken)?,
        kind: StepKind::from_name(&word(row, "kind")?).ok_or_else(broken)?,
        at: instant(row, "at")?.ok_or_else(broken)?,
        sender: organisation(row, "sender")?,
        recipient: organisation(row, "recipient")?.ok_or_else(broken)?,
        channel: one_of(row, "channel", Channel::ALL, channel_code)?,
        endpoint: endpoint.map(|raw| raw.parse()).transpose().map_err(|_unreadable| broken())?,
        settled: instant(row, "settled")?,
    })
}

/// How urgent a row's thing is.
pub(crate) fn priority(row: &SqlRow<'_>) -> Result<NetPriority, SafetyNetError> {
    let place: u32 = row.get("priority")?;
    let found = NetPriority::ALL.into_iter().find(|one| *one as u32 == place);
    found.ok_or(SafetyNetError::Broken)
}

pub(crate) fn word(row: &SqlRow<'_>, column: &str) -> Result<String, SqlError> {
    row.get(column)
}

/// A coded value by its code.
fn one_of<T: Copy>(
    row: &SqlRow<'_>,
    column: &str,
    all: &[T],
    code: impl Fn(T) -> &'static str,
) -> Result<Option<T>, SafetyNetError> {
    let Some(raw) = row.get::<Option<String>>(column)? else { return Ok(None) };
    let found = all.iter().copied().find(|one| code(*one) == raw);
    found.map(Some).ok_or(SafetyNetError::Broken)
}

fn event(row: &SqlRow<'_>, column: &str) -> Result<Option<EventId>, SafetyNetError> {
    match row.get::<Cell>(column)? {
        Cell::Id(id) => Ok(Some(EventId(id))),
        Cell::Null => Ok(None),
        Cell::Int(_) | Cell::Text(_) => Err(SafetyNetError::Broken),
    }
}

pub(crate) fn instant(
    row: &SqlRow<'_>,
    column: &str,
) -> Result<Option<DateTime<Utc>>, SafetyNetError> {
    let micros: Option<i64> = row.get(column)?;
    let Some(micros) = micros else { return Ok(None) };
    DateTime::from_timestamp_micros(micros).map(Some).ok_or(SafetyNetError::Broken)
}

pub(crate) fn organisation(
    row: &SqlRow<'_>,
    column: &str,
) -> Result<Option<OdsCode>, SafetyNetError> {
    let raw: Option<String> = row.get(column)?;
    let parsed = raw.filter(|raw| !raw.is_empty()).map(|raw| raw.parse()).transpose();
    parsed.map_err(|_unreadable| SafetyNetError::Broken)
}

/// A day of so many days since 1970.
pub(crate) fn day(days: i64) -> Result<NaiveDate, SafetyNetError> {
    let day = NaiveDate::default().checked_add_signed(Duration::days(days));
    day.ok_or(SafetyNetError::Broken)
}
