//! What is asked of the ledger: a pathway's obligations, what fell due; in `list` its pages, in
//! `card` the scorecards.
//!
//! Every function reads the view's own file through `conn`. How an obligation stands is worked out
//! in SQL from its dates and `now`, by the same reading as [`policy::Obligation::state`]; a test
//! compares the two.

mod card;
mod figures;
mod list;

use chrono::{DateTime, Utc};
use policy::Obligation;
use projector::{Ask, Connection, SqlError, SqlRow, named_params};
use steps::PathwayId;
use uuid::Uuid;

use self::list::listed;
use crate::{ComplianceView, row};

pub use self::{
    card::{CardAsk, CardGroup, CardLine},
    figures::Figures,
    list::{BadCursor, Cursor, Days, LedgerAsk, Listed},
};

const OBLIGATIONS_OF_PATHWAY: &str = include_str!("queries/obligations_of_pathway.sql");
const FELL_DUE: &str = include_str!("queries/fell_due.sql");

/// Most obligations in one page.
pub const PAGE_MAX: u32 = 1_000;

/// Why the ledger could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ComplianceError {
    /// The view's file could not be read.
    #[error("the obligation ledger cannot be read")]
    Unreadable(#[from] SqlError),
    /// A row of it is no obligation under these packs.
    #[error("the obligation ledger holds a row that is no obligation: rebuild the view")]
    Broken,
}

/// Which obligations fell due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FellDueAsk {
    /// The first last moment.
    pub since: DateTime<Utc>,
    /// Before this last moment.
    pub until: DateTime<Utc>,
    /// The last of the page before.
    pub after: Option<Listed>,
    /// How many, at most [`PAGE_MAX`].
    pub first: u32,
}

impl ComplianceView {
    /// The obligations of a pathway, in the order of their triggers.
    pub fn obligations_of(
        &self,
        conn: &Connection,
        pathway_id: PathwayId,
    ) -> Result<Vec<Obligation>, ComplianceError> {
        let asked = named_params! {":pathway": pathway_id.0.as_bytes()};
        self.select(conn, OBLIGATIONS_OF_PATHWAY, asked, |row, packs| row::read(row, packs.packs()))
    }

    /// The open obligations whose last moment lies in a span, soonest first.
    pub fn fell_due(
        &self,
        conn: &Connection,
        ask: &FellDueAsk,
    ) -> Result<Vec<Listed>, ComplianceError> {
        let after = ask.after.as_ref().map(|listed| &listed.obligation);
        let due = after.and_then(|last| last.due).map(policy::Due::last_moment);
        let trigger = after.map_or(Uuid::nil(), |last| last.trigger.0);
        let asked = named_params! {
            ":since": ask.since.timestamp_micros(),
            ":until": ask.until.timestamp_micros(),
            ":after_due": due.map_or(i64::MIN, |due| due.timestamp_micros()),
            ":after_rule": after.map_or("", |last| last.rule.as_str()),
            ":after_trigger": trigger.as_bytes(),
            ":first": ask.first.min(PAGE_MAX),
        };
        self.select(conn, FELL_DUE, asked, listed)
    }

    fn select<T>(
        &self,
        conn: &Connection,
        sql: &str,
        asked: &[(&str, &dyn Ask)],
        read: impl Fn(&SqlRow<'_>, &Self) -> Result<T, ComplianceError>,
    ) -> Result<Vec<T>, ComplianceError> {
        conn.all(sql, asked, |row| read(row, self))
    }
}
