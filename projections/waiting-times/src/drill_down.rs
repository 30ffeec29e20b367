//! From a figure to the pathways it counts, read from the view's own file.

use chrono::{NaiveDate, TimeDelta};
use rusqlite::{Connection, Row, named_params};
use steps::PathwayId;
use uuid::Uuid;

use crate::{Ask, ask::Filter};

/// Most pathways in one page.
const PAGE_MAX: u32 = 1_000;

/// A pathway of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedPathway {
    /// The pathway; also the cursor after which the next page begins.
    pub pathway_id: PathwayId,
    /// The date its wait counts from.
    pub clock_start: NaiveDate,
    /// Days waited on the day that was asked.
    pub days_waited: u32,
    /// Who reports it.
    pub provider: Option<String>,
    /// The site, where known.
    pub site: Option<String>,
    /// Who pays.
    pub commissioner: Option<String>,
    /// The treatment function.
    pub function: Option<String>,
    /// The priority, as GraphQL writes it.
    pub priority: Option<String>,
    /// The day of the decision to admit.
    pub decision_to_admit: Option<NaiveDate>,
}

/// Why a list could not be read.
#[derive(Debug, thiserror::Error)]
pub enum DrillDownError {
    /// The view's file could not be read.
    #[error("the waiting list cannot be read")]
    Unreadable(#[from] rusqlite::Error),
    /// A row of it is no listing.
    #[error("the waiting list holds a row that is no listing: rebuild the view")]
    Broken,
}

/// The pathways that a group of [`crate::WaitingTimesView::waiting_times`] counts, `first` (at most
/// 1,000) at a time.
///
/// `conn` reads the view's file. `after` is the last pathway of the page before; one that the view
/// does not hold gives an empty page.
pub fn pathways_of(
    conn: &Connection,
    ask: &Ask,
    key: &str,
    after: Option<PathwayId>,
    first: u32,
) -> Result<Vec<ListedPathway>, DrillDownError> {
    let Some(filter) = ask.filter_of(key) else {
        return Ok(Vec::new());
    };
    let day = ask.on.signed_duration_since(NaiveDate::default()).num_days();
    let mut query = conn.prepare_cached(include_str!("queries/find_pathways.sql"))?;
    let mut rows = query.query(named_params! {
        ":after": after.map(|id| id.0.into_bytes()),
        ":day": day,
        ":provider": filter.provider.as_deref(),
        ":function": filter.function.as_deref(),
        ":priority": filter.priority.as_deref(),
        ":not_commissioner": filter.not_commissioner.as_deref(),
        ":commissioners": commissioners_json(&filter),
        ":first": first.min(PAGE_MAX),
    })?;
    let mut listed = Vec::new();
    while let Some(row) = rows.next()? {
        listed.push(listed_of(row, day)?);
    }
    Ok(listed)
}

/// The named commissioners as a JSON list: codes are letters and digits, so nothing needs escaping.
fn commissioners_json(filter: &Filter) -> Option<String> {
    let named = filter.commissioners.as_ref()?;
    let quoted: Vec<_> = named.iter().map(|code| format!("\"{code}\"")).collect();
    Some(format!("[{}]", quoted.join(",")))
}

fn listed_of(row: &Row<'_>, day: i64) -> Result<ListedPathway, DrillDownError> {
    let start: i64 = row.get(1)?;
    let decided: Option<i64> = row.get(7)?;
    Ok(ListedPathway {
        pathway_id: PathwayId(Uuid::from_bytes(row.get(0)?)),
        clock_start: date_of(start)?,
        days_waited: u32::try_from(day - start).map_err(|_negative| DrillDownError::Broken)?,
        provider: row.get(2)?,
        site: row.get(3)?,
        commissioner: row.get(4)?,
        function: row.get(5)?,
        priority: row.get(6)?,
        decision_to_admit: decided.map(date_of).transpose()?,
    })
}

fn date_of(days: i64) -> Result<NaiveDate, DrillDownError> {
    let since = TimeDelta::try_days(days).ok_or(DrillDownError::Broken)?;
    NaiveDate::default().checked_add_signed(since).ok_or(DrillDownError::Broken)
}
