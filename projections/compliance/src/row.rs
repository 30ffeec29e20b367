//! A row of the ledger: its columns, and the way there and back.

use chrono::{DateTime, Duration, NaiveDate, Utc};
use pathway::{Month, london};
use policy::{Due, Obligation, Outcome, Packs, State, Uncovered};
use projector::{Cell, Column, ColumnKind, Index, SqlError, SqlRow, Table, Tally};
use steps::{EventId, OccurredAt};
use uuid::Uuid;

use crate::{lateness, queries::ComplianceError};

const fn int(name: &'static str) -> Column {
    Column { name, kind: ColumnKind::Int }
}

const fn text(name: &'static str) -> Column {
    Column { name, kind: ColumnKind::Text }
}

const fn id(name: &'static str) -> Column {
    Column { name, kind: ColumnKind::Id }
}

/// Instants are microseconds; `…_day` says that only their day is known (or meant, for `due`).
/// `triggered_month` is the number of the local month, `late_hours` how late a promise was kept.
const COLUMNS: &[Column] = &[
    text("rule"),
    text("pack"),
    int("pack_version"),
    id("trigger_id"),
    int("triggered"),
    int("triggered_day"),
    int("due"),
    int("due_day"),
    text("outcome"),
    int("settled"),
    int("settled_day"),
    text("detail"),
    id("evidence_1"),
    id("evidence_2"),
    id("evidence_3"),
    id("evidence_4"),
    text("accountable"),
    int("uncovered_from"),
    int("uncovered_to"),
    int("triggered_month"),
    int("late_hours"),
    int("short_days"),
];

/// The tables of the view.
pub(crate) const TABLES: &[Table] = &[Table {
    name: "obligation",
    columns: COLUMNS,
    indexes: &[
        Index {
            name: "obligation_by_accountable",
            columns: &["accountable", "rule", "triggered", "trigger_id"],
            only: None,
        },
        Index {
            name: "obligation_by_due",
            columns: &["due", "rule", "trigger_id", "accountable", "triggered_month"],
            only: Some("outcome = 'OPEN'"),
        },
        Index {
            name: "obligation_by_settled",
            columns: &["settled"],
            only: Some("outcome <> 'OPEN' AND settled > triggered"),
        },
    ],
}];

/// What scorecards are made of: a year of it is small, whatever the ledger is.
pub(crate) const TALLIES: &[Tally] = &[Tally {
    name: "obligation_tally",
    of: "obligation",
    columns: &["triggered_month", "rule", "accountable", "outcome", "due_day", "late_hours"],
}];

/// What an open obligation's outcome is written as.
const OPEN: &str = "OPEN";

/// Stands between the parts of `detail`; no field name holds it.
const BETWEEN: &str = "|";

/// The cells of an obligation, in the order of the columns.
pub(crate) fn cells(one: &Obligation) -> Vec<Cell> {
    let settled = one.outcome.since();
    let evidence = |at: usize| Cell::from(one.evidence.get(at).map(|event| event.0));
    vec![
        one.rule.as_str().into(),
        one.pack.as_str().into(),
        i64::from(one.pack_version).into(),
        one.trigger.0.into(),
        moment(one.triggered_on).into(),
        is_day(one.triggered_on).into(),
        one.due.map(Due::last_moment).into(),
        one.due.map(|due| matches!(due, Due::EndOf(_))).into(),
        one.outcome.settled().map_or(OPEN, State::code).into(),
        settled.map(moment).into(),
        settled.map(is_day).into(),
        detail(&one.outcome).as_deref().into(),
        evidence(0),
        evidence(1),
        evidence(2),
        evidence(3),
        one.accountable.as_ref().map(steps::OdsCode::as_str).into(),
        one.uncovered.map(|days| days.from).into(),
        one.uncovered.and_then(|days| days.to).into(),
        Month::of_step(one.triggered_on).number().into(),
        lateness::hours_late(one).into(),
        one.short_days.map(i64::from).into(),
    ]
}

fn moment(at: OccurredAt) -> DateTime<Utc> {
    london::bounds(at).0
}

fn is_day(at: OccurredAt) -> bool {
    matches!(at, OccurredAt::Day(_))
}

/// What is missing, the reason of an excuse, or the code that is counted by.
fn detail(outcome: &Outcome) -> Option<String> {
    match outcome {
        Outcome::Unknown { missing, .. }
        | Outcome::Breached { missing, .. }
        | Outcome::Open { missing } => (!missing.is_empty()).then(|| missing.join(BETWEEN)),
        Outcome::Excused { reason, .. } => Some(reason.clone()),
        Outcome::Recorded { note, .. } => note.clone(),
        Outcome::Met { .. } | Outcome::NotApplicable { .. } => None,
    }
}

/// Reads a row whose columns have their names. The owner's role is the rule's, from the packs.
pub(crate) fn read(row: &SqlRow<'_>, packs: &Packs) -> Result<Obligation, ComplianceError> {
    let broken = || ComplianceError::Broken;
    let rule = word(row, "rule")?.parse().map_err(|_unreadable| broken())?;
    let pack = word(row, "pack")?.parse().map_err(|_unreadable| broken())?;
    let pack_version = row.get("pack_version")?;
    let owner_role = packs.rule(&pack, pack_version, &rule).ok_or_else(broken)?.owner_role;
    let triggered_on = when(row, "triggered", "triggered_day")?.ok_or_else(broken)?;
    let accountable = row.get::<Option<String>>("accountable")?;
    let accountable = accountable.map(|code| code.parse()).transpose();
    Ok(Obligation {
        rule,
        pack,
        pack_version,
        trigger: EventId(uuid(row, "trigger_id")?.ok_or_else(broken)?),
        triggered_on,
        due: due(row)?,
        outcome: outcome(row)?,
        evidence: evidence(row)?,
        accountable: accountable.map_err(|_unreadable| broken())?,
        owner_role,
        uncovered: uncovered(row)?,
        short_days: row.get("short_days")?,
    })
}

fn word(row: &SqlRow<'_>, column: &str) -> Result<String, SqlError> {
    row.get(column)
}

fn uuid(row: &SqlRow<'_>, column: &str) -> Result<Option<Uuid>, ComplianceError> {
    match row.get::<Cell>(column)? {
        Cell::Id(id) => Ok(Some(id)),
        Cell::Null => Ok(None),
        Cell::Int(_) | Cell::Text(_) => Err(ComplianceError::Broken),
    }
}

fn instant(row: &SqlRow<'_>, column: &str) -> Result<Option<DateTime<Utc>>, ComplianceError> {
    let micros: Option<i64> = row.get(column)?;
    let Some(micros) = micros else { return Ok(None) };
    DateTime::from_timestamp_micros(micros).map(Some).ok_or(ComplianceError::Broken)
}

fn when(row: &SqlRow<'_>, at: &str, day: &str) -> Result<Option<OccurredAt>, ComplianceError> {
    let instant = instant(row, at)?;
    let to_the_day = row.get::<Option<bool>>(day)?.unwrap_or_default();
    let day = |at: DateTime<Utc>| OccurredAt::Day(london::date_of(at));
    Ok(if to_the_day { instant.map(day) } else { instant.map(OccurredAt::Instant) })
}

fn due(row: &SqlRow<'_>) -> Result<Option<Due>, ComplianceError> {
    let to_the_day = row.get::<Option<bool>>("due_day")?.unwrap_or_default();
    let due = instant(row, "due")?;
    let end_of = |due: DateTime<Utc>| Due::EndOf(london::date_of(due));
    Ok(if to_the_day { due.map(end_of) } else { due.map(Due::At) })
}

fn outcome(row: &SqlRow<'_>) -> Result<Outcome, ComplianceError> {
    let code = word(row, "outcome")?;
    let detail: Option<String> = row.get("detail")?;
    let parts = || {
        let parts = detail.iter().flat_map(|text| text.split(BETWEEN));
        parts.map(str::to_owned).collect()
    };
    if code == OPEN {
        return Ok(Outcome::Open { missing: parts() });
    }
    let since = when(row, "settled", "settled_day")?.ok_or(ComplianceError::Broken)?;
    Ok(match State::from_code(&code).ok_or(ComplianceError::Broken)? {
        State::Met => Outcome::Met { at: since, late: false },
        State::MetLate => Outcome::Met { at: since, late: true },
        State::Breached => Outcome::Breached { since, missing: parts() },
        State::Excused => Outcome::Excused { reason: detail.unwrap_or_default(), since },
        State::NotApplicable => Outcome::NotApplicable { since },
        State::Unknown => Outcome::Unknown { missing: parts(), since },
        State::Recorded => Outcome::Recorded { at: since, note: detail },
        State::NotDue | State::Pending => return Err(ComplianceError::Broken),
    })
}

fn evidence(row: &SqlRow<'_>) -> Result<Vec<EventId>, ComplianceError> {
    let mut events = Vec::new();
    for column in ["evidence_1", "evidence_2", "evidence_3", "evidence_4"] {
        events.extend(uuid(row, column)?.map(EventId));
    }
    Ok(events)
}

fn uncovered(row: &SqlRow<'_>) -> Result<Option<Uncovered>, ComplianceError> {
    let day = |column: &str| -> Result<Option<NaiveDate>, ComplianceError> {
        let days: Option<i64> = row.get(column)?;
        let day = days.map(|days| NaiveDate::default().checked_add_signed(Duration::days(days)));
        day.map(|day| day.ok_or(ComplianceError::Broken)).transpose()
    };
    let to = day("uncovered_to")?;
    Ok(day("uncovered_from")?.map(|from| Uncovered { from, to }))
}
