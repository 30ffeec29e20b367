//! What is asked of the interface: lists, the counts above them, and the rows of one stream.
//!
//! A count is read off a tally that the projector keeps of the rows that the list reads.

mod counts;
mod deaths;
mod held;

use std::{fmt, str::FromStr};

use chrono::{DateTime, Utc};
use pathway::{Month, london};
use policy::ConcernRoute;
use projector::{Ask, Cell, Connection, SqlError, SqlRow, named_params};
use steps::{
    OccurredAt, OdsCode, PathwayId,
    interface_and_safety::{ConcernCategory, WorkCategory},
};
use uuid::Uuid;

use crate::{Concern, Standing, Work, WorkStanding, cells::word_of, concern, work as works};

pub use self::{
    counts::{ConcernCount, LeavingCount, WorkCount, concern_counts, leaving_counts, work_counts},
    deaths::{CaseCount, case_counts, cases, cases_of},
    held::{HeldAsk, held},
};

const LIST_CONCERNS: &str = include_str!("queries/list_concerns.sql");
const LIST_WORK: &str = include_str!("queries/list_work.sql");
const OF_STREAM: &str = include_str!("queries/of_stream.sql");

/// Most rows in one page.
pub const PAGE_MAX: u32 = 1_000;

/// Why the view could not be read.
#[derive(Debug, thiserror::Error)]
pub enum InterfaceError {
    /// The view's file could not be read.
    #[error("the view of the interface cannot be read")]
    Unreadable(#[from] SqlError),
    /// A row of it is none of ours.
    #[error("the view of the interface holds a row that cannot be read: rebuild the view")]
    Broken,
}

/// Some months, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Months {
    /// The first.
    pub first: Month,
    /// The last.
    pub last: Month,
}

impl Months {
    fn micros(self) -> (i64, i64) {
        let from = london::start_of(self.first.first());
        (from.timestamp_micros(), london::end_of(self.last.last()).timestamp_micros())
    }
}

/// A place in a list, which survives inserts and rebuilds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cursor {
    at: i64,
    step: Uuid,
}

impl Cursor {
    const BEFORE_ALL: Self = Self { at: i64::MIN, step: Uuid::nil() };

    fn of(at: OccurredAt, step: Uuid) -> Self {
        Self { at: micros(london::bounds(at).0), step }
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{},{}", self.at, self.step)
    }
}

impl FromStr for Cursor {
    type Err = ();

    fn from_str(raw: &str) -> Result<Self, ()> {
        let (at, step) = raw.split_once(',').ok_or(())?;
        let at = at.parse().map_err(|_other| ())?;
        let step = step.parse().map_err(|_other| ())?;
        Ok(Self { at, step })
    }
}

/// A row in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed<T> {
    /// The stream that tells of it: a pathway, or a stream of its own.
    pub stream: PathwayId,
    /// It.
    pub item: T,
    /// Its place.
    pub cursor: Cursor,
}

/// Which concerns are asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConcernAsk {
    /// Raised in these months.
    pub months: Months,
    /// Raised by this organisation or about it.
    pub organisation: Option<OdsCode>,
    /// About this.
    pub category: Option<ConcernCategory>,
    /// Routed there.
    pub route: Option<ConcernRoute>,
    /// That have come so far.
    pub standing: Option<Standing>,
    /// The last of the page before.
    pub after: Option<Cursor>,
    /// How many, at most [`PAGE_MAX`].
    pub first: u32,
}

/// Which work is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkAsk {
    /// Asked for in these months.
    pub months: Months,
    /// By this sender: a code, or the name of a private provider without one.
    pub sender: Option<String>,
    /// Asked of this organisation.
    pub asked: Option<OdsCode>,
    /// Of this kind.
    pub category: Option<WorkCategory>,
    /// By a private provider, or not.
    pub private: Option<bool>,
    /// Of which that became.
    pub standing: Option<WorkStanding>,
    /// The last of the page before.
    pub after: Option<Cursor>,
    /// How many, at most [`PAGE_MAX`].
    pub first: u32,
}

/// A page of concerns, by when they were raised.
pub fn concerns(
    conn: &Connection,
    ask: &ConcernAsk,
) -> Result<Vec<Listed<Concern>>, InterfaceError> {
    let (from, until) = ask.months.micros();
    let after = ask.after.unwrap_or(Cursor::BEFORE_ALL);
    let asked = named_params! {
        ":from": from,
        ":until": until,
        ":after_at": after.at,
        ":after_id": after.step.as_bytes(),
        ":organisation": ask.organisation.as_ref().map(OdsCode::as_str),
        ":category": ask.category.map(word_of),
        ":route": ask.route.map(ConcernRoute::code),
        ":standing": ask.standing.map(word_of),
        ":first": ask.first.min(PAGE_MAX),
    };
    select(conn, LIST_CONCERNS, asked, listed_concern)
}

/// The concerns that one stream tells of.
pub fn concerns_of(
    conn: &Connection,
    stream: PathwayId,
) -> Result<Vec<Listed<Concern>>, InterfaceError> {
    of_stream(conn, "concern", stream, listed_concern)
}

/// A page of work, by when it was asked for.
pub fn work(conn: &Connection, ask: &WorkAsk) -> Result<Vec<Listed<Work>>, InterfaceError> {
    let (from, until) = ask.months.micros();
    let after = ask.after.unwrap_or(Cursor::BEFORE_ALL);
    let asked = named_params! {
        ":from": from,
        ":until": until,
        ":after_at": after.at,
        ":after_id": after.step.as_bytes(),
        ":sender": ask.sender,
        ":asked": ask.asked.as_ref().map(OdsCode::as_str),
        ":category": ask.category.map(word_of),
        ":private": ask.private,
        ":standing": ask.standing.map(word_of),
        ":first": ask.first.min(PAGE_MAX),
    };
    select(conn, LIST_WORK, asked, listed_work)
}

/// The work that one stream tells of.
pub fn work_of(conn: &Connection, stream: PathwayId) -> Result<Vec<Listed<Work>>, InterfaceError> {
    of_stream(conn, "work", stream, listed_work)
}

fn listed_concern(row: &SqlRow<'_>) -> Result<Listed<Concern>, InterfaceError> {
    let item = concern::read(row)?;
    let cursor = Cursor::of(item.raised_at, item.raised.0);
    Ok(Listed { stream: stream_of(row)?, item, cursor })
}

fn listed_work(row: &SqlRow<'_>) -> Result<Listed<Work>, InterfaceError> {
    let item = works::read(row)?;
    let cursor = Cursor::of(item.requested_at, item.opened.0);
    Ok(Listed { stream: stream_of(row)?, item, cursor })
}

fn stream_of(row: &SqlRow<'_>) -> Result<PathwayId, InterfaceError> {
    match row.get::<Cell>("stream")? {
        Cell::Id(id) => Ok(PathwayId(id)),
        Cell::Null | Cell::Int(_) | Cell::Text(_) => Err(InterfaceError::Broken),
    }
}

fn of_stream<T>(
    conn: &Connection,
    table: &'static str,
    stream: PathwayId,
    read: impl Fn(&SqlRow<'_>) -> Result<T, InterfaceError>,
) -> Result<Vec<T>, InterfaceError> {
    let asked = named_params! {":stream": stream.0.as_bytes()};
    select(conn, &OF_STREAM.replace("{table}", table), asked, read)
}

fn select<T>(
    conn: &Connection,
    sql: &str,
    asked: &[(&str, &dyn Ask)],
    read: impl Fn(&SqlRow<'_>) -> Result<T, InterfaceError>,
) -> Result<Vec<T>, InterfaceError> {
    conn.all(sql, asked, read)
}

fn micros(at: DateTime<Utc>) -> i64 {
    at.timestamp_micros()
}
