//! Questions to the rows of the view. Every statement is kept prepared by its connection.

use chrono::{DateTime, Utc};
use projector::{Connection, SqlError, SqlRow, params};
use steps::{OdsCode, PathwayId, SubjectRef, codes::Role};

use crate::{NextStep, cells::Cells, roles::role_code};

const BY_PATHWAY: &str = include_str!("queries/by_pathway.sql");
const BY_SUBJECT: &str = include_str!("queries/by_subject.sql");
const PATHWAYS_OF: &str = include_str!("queries/pathways_of.sql");
const BY_ORGANISATION: &str = include_str!("queries/by_organisation.sql");
const BY_ROLE: &str = include_str!("queries/by_role.sql");
const ALARMED: &str = include_str!("queries/alarmed.sql");
const ALARMED_OF_PROVIDER: &str = include_str!("queries/alarmed_of_provider.sql");

/// The next step of a pathway; `None` where the view does not know the pathway.
pub fn by_pathway(conn: &Connection, pathway_id: PathwayId) -> Result<Option<NextStep>, SqlError> {
    conn.first(BY_PATHWAY, params![pathway_id.0], |row| Cells::of(row, 0).next_step())
}

/// The next steps of a person's pathways, the most pressing first.
pub fn by_subject(
    conn: &Connection,
    subject: SubjectRef,
) -> Result<Vec<(PathwayId, NextStep)>, SqlError> {
    conn.all(BY_SUBJECT, params![subject.0], |row| {
        Ok((pathway_id(row)?, Cells::of(row, 1).next_step()?))
    })
}

/// Every pathway of a person, however many.
pub fn pathways_of(conn: &Connection, subject: SubjectRef) -> Result<Vec<PathwayId>, SqlError> {
    conn.all(PATHWAYS_OF, params![subject.0], pathway_id)
}

/// Where a page of a work list ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cursor {
    /// From when the last row is overdue, in microseconds since 1970; the greatest where nothing is due.
    pub due_by: i64,
    /// The number of its pathway in the view.
    pub no: i64,
}

/// Whose work list is asked for.
#[derive(Debug, Clone, Copy)]
pub struct OwnedBy<'a> {
    /// The organisation.
    pub organisation: &'a OdsCode,
    /// One role; `None`: all.
    pub role: Option<Role>,
    /// The moment at which it is asked.
    pub now: DateTime<Utc>,
    /// After this row.
    pub after: Option<Cursor>,
    /// At most so many.
    pub first: u32,
}

/// A row of a work list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnedRow {
    /// The pathway.
    pub pathway_id: PathwayId,
    /// Its next step.
    pub step: NextStep,
    /// Its place in the list.
    pub cursor: Cursor,
}

/// The steps that an organisation owns, by when they become overdue: what is overdue comes first, what
/// has no date last.
pub fn by_owner(conn: &Connection, asked: &OwnedBy<'_>) -> Result<Vec<OwnedRow>, SqlError> {
    let after = asked.after.unwrap_or(Cursor { due_by: i64::MIN, no: i64::MIN });
    let organisation = asked.organisation.as_str();
    let now = asked.now.timestamp_micros();
    if let Some(role) = asked.role {
        let given =
            params![organisation, after.due_by, after.no, asked.first, role_code(role), now];
        return conn.all(BY_ROLE, given, owned);
    }
    let given = params![organisation, after.due_by, after.no, asked.first, now];
    conn.all(BY_ORGANISATION, given, owned)
}

/// The same of several organisations in one list: one and those whose work it has taken over.
pub fn by_owners(
    conn: &Connection,
    organisations: &[OdsCode],
    asked: &OwnedBy<'_>,
) -> Result<Vec<OwnedRow>, SqlError> {
    let mut rows = Vec::new();
    for organisation in organisations {
        rows.extend(by_owner(conn, &OwnedBy { organisation, ..*asked })?);
    }
    rows.sort_by_key(|row| row.cursor);
    rows.truncate(asked.first as usize);
    Ok(rows)
}

/// Which pathways with an alarm are asked for.
#[derive(Debug, Clone, Copy)]
pub struct AlarmedAt<'a> {
    /// The provider whose coordinator is to act; `None`: all, and those of no provider.
    pub provider: Option<&'a OdsCode>,
    /// After this row.
    pub after: Option<Cursor>,
    /// At most so many.
    pub first: u32,
}

/// The pathways whose next step nobody owns, or that have activity nobody could place; the longest
/// overdue first.
pub fn alarmed(conn: &Connection, asked: &AlarmedAt<'_>) -> Result<Vec<OwnedRow>, SqlError> {
    let after = asked.after.unwrap_or(Cursor { due_by: i64::MIN, no: i64::MIN });
    if let Some(provider) = asked.provider {
        let given = params![after.due_by, after.no, asked.first, provider.as_str()];
        return conn.all(ALARMED_OF_PROVIDER, given, owned);
    }
    conn.all(ALARMED, params![after.due_by, after.no, asked.first], owned)
}

fn owned(row: &SqlRow<'_>) -> Result<OwnedRow, SqlError> {
    let (pathway_id, no) = (pathway_id(row)?, row.get(1)?);
    let step = Cells::of(row, 2).next_step()?;
    let due_by = step.overdue_from().map_or(i64::MAX, |from| from.timestamp_micros());
    Ok(OwnedRow { pathway_id, step, cursor: Cursor { due_by, no } })
}

pub(crate) fn pathway_id(row: &SqlRow<'_>) -> Result<PathwayId, SqlError> {
    row.get(0).map(PathwayId)
}
