//! The rows: their columns, and the way there and back.

use chrono::{DateTime, Duration, NaiveDate, Utc};
use pathway::{History, london};
use policy::{NetPriority, SafetyNet};
use projector::{Cell, Column, ColumnKind, Index, Row, SqlError, SqlRow, Table, Tally};
use steps::{
    EventId, OccurredAt, OdsCode,
    interface_and_safety::{AlarmOutcome, AlarmTo},
};

use crate::{
    Chain, Expected, Passage, Raised, RaisedKind, Settled, Volume, expected::expectations_of,
    passage::passages_of, queries::SafetyNetError, raised, things::Things, volume::volumes_of,
};

const fn int(name: &'static str) -> Column {
    Column { name, kind: ColumnKind::Int }
}

const fn text(name: &'static str) -> Column {
    Column { name, kind: ColumnKind::Text }
}

const fn id(name: &'static str) -> Column {
    Column { name, kind: ColumnKind::Id }
}

/// Which rows were ever overdue, or may yet be.
const EVER_MISSING: &str = "settled IS NULL OR settled > due";

/// The tables of the view. Instants are microseconds, days are days.
pub(crate) const TABLES: &[Table] = &[
    Table {
        name: "expected",
        columns: &[
            text("rule"),
            int("version"),
            int("level"),
            text("alarm_to"),
            text("chain"),
            text("item"),
            int("priority"),
            id("trigger_id"),
            int("triggered"),
            int("triggered_day"),
            int("due"),
            int("settled"),
            id("settled_by"),
            int("ended"),
            text("sender"),
            text("owner"),
            text("addressed_to"),
        ],
        indexes: &[
            Index {
                name: "expected_by_due",
                columns: &["due", "rule", "trigger_id", "level"],
                only: Some(EVER_MISSING),
            },
            Index {
                name: "expected_by_owner",
                columns: &["owner", "due", "rule", "trigger_id", "level"],
                only: Some(EVER_MISSING),
            },
            Index {
                name: "expected_by_trigger",
                columns: &["rule", "triggered", "trigger_id", "level"],
                only: None,
            },
            Index {
                name: "expected_by_recipient",
                columns: &["addressed_to", "due", "rule", "trigger_id", "level"],
                only: None,
            },
        ],
    },
    Table {
        name: "passage",
        columns: &[
            text("chain"),
            text("item"),
            int("priority"),
            text("sender"),
            text("addressed_to"),
            int("started"),
            int("drafted"),
            int("authorised"),
            int("sent"),
            int("delivered"),
            int("opened"),
            int("filed"),
            int("actioned"),
            int("ended"),
            int("closed"),
        ],
        indexes: &[
            Index {
                name: "passage_by_sender",
                columns: &["chain", "sender", "closed"],
                only: None,
            },
            Index { name: "passage_by_start", columns: &["chain", "started"], only: None },
        ],
    },
    Table {
        name: "volume",
        columns: &[text("feed"), text("organisation"), int("day")],
        indexes: &[],
    },
    Table {
        name: "alarm",
        columns: &[
            id("event_id"),
            text("kind"),
            text("rule"),
            text("version"),
            id("trigger_id"),
            text("alarm_to"),
            text("organisation"),
            int("since"),
            int("resolved"),
            text("outcome"),
            id("resolved_by"),
        ],
        indexes: &[Index { name: "alarm_by_since", columns: &["since", "event_id"], only: None }],
    },
];

/// How much of each feed came on each day: every row of `volume` is one step.
pub(crate) const TALLIES: &[Tally] =
    &[Tally { name: "feed_day", of: "volume", columns: &["feed", "organisation", "day"] }];

/// A moment after all others: what is open is closed then.
pub(crate) const NEVER: i64 = i64::MAX;

/// The rows of a history, by table.
pub(crate) fn rows(history: &History, net: &SafetyNet) -> Vec<Row> {
    let things = Things::of(history);
    let expected = expectations_of(history, net, &things).iter().map(expected_cells).collect();
    let passages = passages_of(history, &things).iter().map(passage_cells).collect();
    let volumes = volumes_of(history, net, &things);
    let volumes = volumes.iter().flat_map(volume_cells).collect();
    let raised = raised(history).iter().map(raised_cells).collect();
    let tables: [Vec<Vec<Cell>>; 4] = [expected, passages, volumes, raised];
    let numbered = tables.into_iter().enumerate().flat_map(|(table, rows)| {
        rows.into_iter().zip(0_u32..).map(move |(cells, seq)| Row { table, seq, cells })
    });
    numbered.collect()
}

fn expected_cells(one: &Expected) -> Vec<Cell> {
    vec![
        one.rule.as_str().into(),
        i64::from(one.version).into(),
        i64::from(one.level).into(),
        one.alarm_to.map(to_code).into(),
        one.chain.code().into(),
        one.item.as_deref().into(),
        (one.priority as i64).into(),
        one.trigger.0.into(),
        london::bounds(one.triggered_on).0.into(),
        matches!(one.triggered_on, OccurredAt::Day(_)).into(),
        one.due.into(),
        one.settled.map(|settled| settled.at).into(),
        one.settled.map(|settled| settled.by.0).into(),
        one.settled.map(|settled| settled.ended).into(),
        code(one.sender.as_ref()),
        code(one.owner.as_ref()),
        code(one.addressed_to.as_ref()),
    ]
}

fn passage_cells(one: &Passage) -> Vec<Cell> {
    let mut cells = vec![
        one.chain.code().into(),
        one.item.as_deref().into(),
        (one.priority as i64).into(),
        code(one.sender.as_ref()),
        code(one.addressed_to.as_ref()),
        one.started().into(),
    ];
    cells.extend(one.reached.map(Cell::from));
    cells.push(one.ended.into());
    cells.push(one.closed().map_or(NEVER, |closed| closed.timestamp_micros()).into());
    cells
}

/// A row for each step. Who sends is part of the key of a feed: where nobody says it, an empty word
/// stands for that.
fn volume_cells(one: &Volume) -> impl Iterator<Item = Vec<Cell>> + use<> {
    let cells: Vec<Cell> = vec![
        one.feed.as_str().into(),
        one.organisation.as_ref().map_or("", OdsCode::as_str).into(),
        one.day.into(),
    ];
    (0..one.count).map(move |_| cells.clone())
}

fn raised_cells(one: &Raised) -> Vec<Cell> {
    vec![
        one.event_id.0.into(),
        one.kind.code().into(),
        one.rule.as_str().into(),
        one.version.as_deref().into(),
        one.trigger.map(|trigger| trigger.0).into(),
        one.alarm_to.map(to_code).into(),
        code(one.organisation.as_ref()),
        one.since.into(),
        one.resolved.map(|(at, ..)| at).into(),
        one.resolved.map(|(_, outcome, _)| outcome_code(outcome)).into(),
        one.resolved.and_then(|(.., by)| by).map(|by| by.0).into(),
    ]
}

fn code(organisation: Option<&OdsCode>) -> Cell {
    organisation.map(OdsCode::as_str).into()
}

/// The stable code of who is told.
pub const fn to_code(to: AlarmTo) -> &'static str {
    match to {
        AlarmTo::Requester => "REQUESTER",
        AlarmTo::Deputy => "DEPUTY",
        AlarmTo::MedicalDirector => "MEDICAL_DIRECTOR",
        AlarmTo::IntegratedCareBoard => "INTEGRATED_CARE_BOARD",
    }
}

/// The stable code of how an alarm was settled.
pub const fn outcome_code(outcome: AlarmOutcome) -> &'static str {
    match outcome {
        AlarmOutcome::InTime => "IN_TIME",
        AlarmOutcome::Late => "LATE",
        AlarmOutcome::NoLongerDue => "NO_LONGER_DUE",
    }
}

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
    let kinds = [RaisedKind::Obligation, RaisedKind::Expected];
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

pub(crate) fn event(row: &SqlRow<'_>, column: &str) -> Result<Option<EventId>, SafetyNetError> {
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

/// So many days since 1970.
pub(crate) fn days(day: NaiveDate) -> i64 {
    day.signed_duration_since(NaiveDate::default()).num_days()
}
