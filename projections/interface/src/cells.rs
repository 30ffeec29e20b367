//! Values of rows: coded words, moments, and columns.

use chrono::{DateTime, Utc};
use pathway::london;
use projector::{Cell, Column, ColumnKind, SqlRow};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use steps::{EventId, OccurredAt};
use uuid::Uuid;

use crate::InterfaceError;

pub(crate) const fn int(name: &'static str) -> Column {
    Column { name, kind: ColumnKind::Int }
}

pub(crate) const fn text(name: &'static str) -> Column {
    Column { name, kind: ColumnKind::Text }
}

pub(crate) const fn id(name: &'static str) -> Column {
    Column { name, kind: ColumnKind::Id }
}

/// A coded value as it is written in steps and answers: `ONWARD_REFERRAL`.
pub fn word_of<T: Serialize>(value: T) -> String {
    match serde_json::to_value(value) {
        Ok(Value::String(word)) => word,
        Ok(_) | Err(_) => String::new(),
    }
}

pub(crate) fn word_cell<T: Serialize>(value: T) -> Cell {
    word_of(value).as_str().into()
}

/// The first instant of a moment, and whether only its day is known: two cells.
pub(crate) fn moment_cells(at: Option<OccurredAt>) -> [Cell; 2] {
    [at.map(|at| london::bounds(at).0).into(), at.map(|at| matches!(at, OccurredAt::Day(_))).into()]
}

/// A column as a word that is one of a code list.
pub(crate) fn coded<T: DeserializeOwned>(
    row: &SqlRow<'_>,
    column: &str,
) -> Result<T, InterfaceError> {
    coded_or_none(row, column)?.ok_or(InterfaceError::Broken)
}

pub(crate) fn coded_or_none<T: DeserializeOwned>(
    row: &SqlRow<'_>,
    column: &str,
) -> Result<Option<T>, InterfaceError> {
    let Some(word) = row.get::<Option<String>>(column)? else { return Ok(None) };
    serde_json::from_value(Value::String(word)).map(Some).map_err(|_other| InterfaceError::Broken)
}

pub(crate) fn parsed<T: std::str::FromStr>(
    row: &SqlRow<'_>,
    column: &str,
) -> Result<Option<T>, InterfaceError> {
    let Some(word) = row.get::<Option<String>>(column)? else { return Ok(None) };
    word.parse().map(Some).map_err(|_other| InterfaceError::Broken)
}

pub(crate) fn moment(
    row: &SqlRow<'_>,
    at: &str,
    day: &str,
) -> Result<Option<OccurredAt>, InterfaceError> {
    let Some(micros) = row.get::<Option<i64>>(at)? else { return Ok(None) };
    let instant: DateTime<Utc> =
        DateTime::from_timestamp_micros(micros).ok_or(InterfaceError::Broken)?;
    let to_the_day = row.get::<Option<bool>>(day)?.unwrap_or_default();
    Ok(Some(if to_the_day {
        OccurredAt::Day(london::date_of(instant))
    } else {
        OccurredAt::Instant(instant)
    }))
}

pub(crate) fn uuid(row: &SqlRow<'_>, column: &str) -> Result<Option<Uuid>, InterfaceError> {
    match row.get::<Cell>(column)? {
        Cell::Id(id) => Ok(Some(id)),
        Cell::Null => Ok(None),
        Cell::Int(_) | Cell::Text(_) => Err(InterfaceError::Broken),
    }
}

pub(crate) fn event(row: &SqlRow<'_>, column: &str) -> Result<Option<EventId>, InterfaceError> {
    Ok(uuid(row, column)?.map(EventId))
}
