//! What became of a step of a row.

use chrono::{DateTime, Utc};
use csv_map::{About, CsvMap, MappedStep, Refusal};
use pathway::decide::{check_second_times, check_time};
use steps::OccurredAt;

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum Became {
    /// Of a dry run: it can be recorded, or is there already.
    Told,
    Recorded,
    AlreadyThere,
    /// An earlier file told it otherwise.
    Corrected,
    /// An earlier file told it, this one does not, and that was to be followed.
    Withdrawn,
    /// An earlier file told it, this one does not; it stands.
    NoLongerTold,
    /// An earlier file told it in a row that this file does not have; it stands.
    RowGone,
    Parked,
    Refused,
}

/// The answer to a step of a row, or to a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) line: u64,
    pub(super) step: Option<String>,
    pub(super) became: Became,
    pub(super) refusal: Option<Refusal>,
}

impl Answer {
    pub(super) fn of(line: u64, step: String, became: Became) -> Self {
        Self { line, step: Some(step), became, refusal: None }
    }

    pub(super) fn refused(refusal: Refusal) -> Self {
        let (line, step) = (refusal.line, refusal.step.clone());
        Self { line, step, became: Became::Refused, refusal: Some(refusal) }
    }
}

/// The refusal of a step by the record, with the columns that it is about.
pub(super) fn refusal(
    map: &CsvMap,
    line: u64,
    step: &str,
    (code, field, message): (&'static str, &str, String),
) -> Answer {
    Answer::refused(Refusal {
        line,
        step: Some(step.to_owned()),
        column: map.columns_of(step, field),
        field: Some(field.to_owned()),
        code,
        message,
    })
}

/// What the record would refuse of a step whatever it holds: times that cannot be, and a place where
/// the step does not go.
pub(super) fn checked(
    map: &CsvMap,
    line: u64,
    told: &MappedStep,
    now: DateTime<Utc>,
) -> Option<Answer> {
    let own = recorder::own_stream(&told.step).is_some();
    if own != (told.about == About::Itself) {
        let message = "the step does not go there: expected `about = \"itself\"` for a service, an organisation or a pack, and only for these";
        let why = ("WRONG_TARGET", "pathway", message.to_owned());
        return Some(refusal(map, line, &told.name, why));
    }
    let entered = told.entered_in_source_at.map(OccurredAt::Instant);
    let entered = entered.map_or(Ok(()), |at| check_time("enteredInSourceAt", at, now));
    let times = check_time("occurredAt", told.occurred_at, now).and(entered);
    let refused = times.and_then(|()| check_second_times(&told.step, now)).err()?;
    let why = (refused.code(), refused.field(), refused.to_string());
    Some(refusal(map, line, &told.name, why))
}
