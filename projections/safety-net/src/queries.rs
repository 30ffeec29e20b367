//! What is asked of the safety net: lists, counts and feeds, as of a moment.
//!
//! Every function reads the view's own file through `conn`. A list asked `now` in the past leaves out
//! what came later; what has been corrected since is told as it is known today.

mod dispatched;
mod feeds;
mod letters;

use std::{fmt, str::FromStr};

use chrono::{DateTime, NaiveDate, Utc};
use pathway::london;
use projector::{Ask, Cell, Connection, SqlError, SqlRow, named_params};
use steps::{EventId, OdsCode, PathwayId, RuleId};
use uuid::Uuid;

pub use self::{
    dispatched::{DispatchedAsk, dispatched},
    feeds::pulses,
    letters::{LetterAsk, ReconcileAsk, Reconciled, StageOf, letters, orphans, reconciled},
};
use crate::{Expected, Raised, row};

const MISSING: &str = include_str!("queries/missing.sql");
const MISSING_OF_OWNER: &str = include_str!("queries/missing_of_owner.sql");
const CLOSED_ITEMS: &str = include_str!("queries/closed_items.sql");
const FELL_DUE: &str = include_str!("queries/fell_due.sql");
const LOOK_BACK: &str = include_str!("queries/look_back.sql");
const EXPECTED_OF_PATHWAY: &str = include_str!("queries/expected_of_pathway.sql");
const ALARMS_OF_PATHWAY: &str = include_str!("queries/alarms_of_pathway.sql");
const ALARMS: &str = include_str!("queries/alarms.sql");

/// Most rows in one page.
pub const PAGE_MAX: u32 = 1_000;

/// Why the safety net could not be read.
#[derive(Debug, thiserror::Error)]
pub enum SafetyNetError {
    /// The view's file could not be read.
    #[error("the safety net cannot be read")]
    Unreadable(#[from] SqlError),
    /// A row of it is none that this room writes.
    #[error("the safety net holds a row that cannot be read: rebuild the view")]
    Broken,
}

/// Something in a list, with its pathway and its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed<T> {
    /// The pathway it stands on.
    pub pathway_id: PathwayId,
    /// It.
    pub node: T,
    /// Its place.
    pub cursor: Cursor,
}

/// A place in a list, which survives inserts and rebuilds: a number, an id, a word and a small number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    at: i64,
    id: Uuid,
    rule: String,
    level: i64,
}

/// A cursor that none of our lists gave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected a cursor from a list of the safety net")]
pub struct BadCursor;

/// What is missing, and of whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissingAsk {
    /// Whose turn it is; `None`: everybody's.
    pub owner: Option<OdsCode>,
    /// Of this rule alone.
    pub rule: Option<RuleId>,
    /// Of what this organisation sends alone.
    pub sender: Option<OdsCode>,
    /// Only what was escalated beyond its owner; else only the owners' own.
    pub escalated: Option<bool>,
    /// The moment that is asked.
    pub now: DateTime<Utc>,
    /// The last of the page before.
    pub after: Option<Cursor>,
    /// How many, at most [`PAGE_MAX`].
    pub first: u32,
}

/// Which triggers of a rule are looked back at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LookBackAsk {
    /// The rule.
    pub rule: RuleId,
    /// First local day of the triggers.
    pub from: NaiveDate,
    /// Last local day of the triggers.
    pub to: NaiveDate,
    /// Of what this organisation sends alone.
    pub sender: Option<OdsCode>,
    /// What came after this moment is left out.
    pub now: DateTime<Utc>,
    /// The last of the page before.
    pub after: Option<Cursor>,
    /// How many, at most [`PAGE_MAX`].
    pub first: u32,
}

/// Which expectations fell due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FellDueAsk {
    /// The first last moment.
    pub since: DateTime<Utc>,
    /// Before this last moment.
    pub until: DateTime<Utc>,
    /// The last of the page before.
    pub after: Option<Cursor>,
    /// How many, at most [`PAGE_MAX`].
    pub first: u32,
}

/// Which alarms are listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlarmAsk {
    /// Of this organisation alone.
    pub organisation: Option<OdsCode>,
    /// The requests to send something again, and nothing else; false: everything else.
    pub resends: bool,
    /// Only those that are not settled.
    pub open_only: bool,
    /// The first moment at which they became overdue.
    pub since: DateTime<Utc>,
    /// Before this moment.
    pub until: DateTime<Utc>,
    /// The last of the page before.
    pub after: Option<Cursor>,
    /// How many, at most [`PAGE_MAX`].
    pub first: u32,
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{},{},{},{}", self.at, self.id, self.level, self.rule)
    }
}

impl FromStr for Cursor {
    type Err = BadCursor;
    fn from_str(raw: &str) -> Result<Self, BadCursor> {
        let mut parts = raw.splitn(4, ',');
        let mut part = || parts.next().ok_or(BadCursor);
        let at = part()?.parse().map_err(|_no_number| BadCursor)?;
        let id = part()?.parse().map_err(|_no_id| BadCursor)?;
        let level = part()?.parse().map_err(|_no_number| BadCursor)?;
        Ok(Self { at, id, level, rule: part()?.to_owned() })
    }
}

impl Cursor {
    /// Before everything.
    fn start() -> Self {
        Self { at: i64::MIN, id: Uuid::nil(), rule: String::new(), level: i64::MIN }
    }

    /// What the lists by due moment are ordered by.
    fn place(&self) -> (i64, &str, Uuid, i64) {
        (self.at, &self.rule, self.id, self.level)
    }

    fn of(expected: &Expected, at: DateTime<Utc>) -> Self {
        Self {
            at: at.timestamp_micros(),
            id: expected.trigger.0,
            rule: expected.rule.to_string(),
            level: i64::from(expected.level),
        }
    }
}

/// What is missing at a moment, the longest overdue first.
pub fn missing(
    conn: &Connection,
    ask: &MissingAsk,
) -> Result<Vec<Listed<Expected>>, SafetyNetError> {
    let after = ask.after.clone().unwrap_or_else(Cursor::start);
    let (least, most) = match ask.escalated {
        None => (0_i64, 255_i64),
        Some(false) => (0, 0),
        Some(true) => (1, 255),
    };
    let owner = ask.owner.as_ref().map(OdsCode::as_str);
    let asked = named_params! {
        ":rule": ask.rule.as_ref().map(RuleId::as_str),
        ":sender": ask.sender.as_ref().map(OdsCode::as_str),
        ":level_least": least,
        ":level_most": most,
        ":now": ask.now.timestamp_micros(),
        ":after_due": after.at,
        ":after_rule": after.rule,
        ":after_trigger": after.id.as_bytes(),
        ":after_level": after.level,
        ":first": ask.first.min(PAGE_MAX),
    };
    let Some(owner) = owner else { return select(conn, MISSING, asked, by_due) };
    let of_owner: Vec<(&str, &dyn Ask)> =
        asked.iter().copied().chain([(":owner", &owner as &dyn Ask)]).collect();
    select(conn, MISSING_OF_OWNER, &of_owner, by_due)
}

/// The same, of several owners in one list: an organisation and those whose work it has taken over.
pub fn missing_of_all(
    conn: &Connection,
    owners: &[OdsCode],
    ask: &MissingAsk,
) -> Result<Vec<Listed<Expected>>, SafetyNetError> {
    let mut found = Vec::new();
    for owner in owners {
        found.extend(missing(conn, &MissingAsk { owner: Some(owner.clone()), ..ask.clone() })?);
    }
    found.sort_by(|a, b| a.cursor.place().cmp(&b.cursor.place()));
    found.truncate(ask.first.min(PAGE_MAX) as usize);
    Ok(found)
}

/// What is open at a moment and addressed to an organisation, the soonest due first.
pub fn closed_items(
    conn: &Connection,
    addressed_to: &OdsCode,
    now: DateTime<Utc>,
    after: Option<&Cursor>,
    first: u32,
) -> Result<Vec<Listed<Expected>>, SafetyNetError> {
    let after = after.cloned().unwrap_or_else(Cursor::start);
    let asked = named_params! {
        ":addressed_to": addressed_to.as_str(),
        ":now": now.timestamp_micros(),
        ":after_due": after.at,
        ":after_rule": after.rule,
        ":after_trigger": after.id.as_bytes(),
        ":after_level": after.level,
        ":first": first.min(PAGE_MAX),
    };
    select(conn, CLOSED_ITEMS, asked, by_due)
}

/// What became overdue in a span and was open at its end, soonest first.
pub fn fell_due(
    conn: &Connection,
    ask: &FellDueAsk,
) -> Result<Vec<Listed<Expected>>, SafetyNetError> {
    let after = ask.after.clone().unwrap_or_else(Cursor::start);
    let asked = named_params! {
        ":since": ask.since.timestamp_micros(),
        ":until": ask.until.timestamp_micros(),
        ":after_due": after.at,
        ":after_rule": after.rule,
        ":after_trigger": after.id.as_bytes(),
        ":after_level": after.level,
        ":first": ask.first.min(PAGE_MAX),
    };
    select(conn, FELL_DUE, asked, by_due)
}

/// Triggers of a rule between two days that nothing had answered, in the order in which they happened.
pub fn look_back(
    conn: &Connection,
    ask: &LookBackAsk,
) -> Result<Vec<Listed<Expected>>, SafetyNetError> {
    let after = ask.after.clone().unwrap_or_else(Cursor::start);
    let asked = named_params! {
        ":rule": ask.rule.as_str(),
        ":since": london::start_of(ask.from).timestamp_micros(),
        ":until": london::end_of(ask.to).timestamp_micros(),
        ":sender": ask.sender.as_ref().map(OdsCode::as_str),
        ":now": ask.now.timestamp_micros(),
        ":after_due": after.at,
        ":after_trigger": after.id.as_bytes(),
        ":first": ask.first.min(PAGE_MAX),
    };
    select(conn, LOOK_BACK, asked, |row| {
        let node = row::expected(row)?;
        let cursor = Cursor::of(&node, london::bounds(node.triggered_on).0);
        Ok(Listed { pathway_id: pathway(row)?, node, cursor })
    })
}

/// Everything that the steps of a pathway let expect.
pub fn expected_of(
    conn: &Connection,
    pathway_id: PathwayId,
) -> Result<Vec<Expected>, SafetyNetError> {
    let asked = named_params! {":pathway": pathway_id.0.as_bytes()};
    select(conn, EXPECTED_OF_PATHWAY, asked, row::expected)
}

/// The alarms that were raised on a pathway.
pub fn alarms_of(conn: &Connection, pathway_id: PathwayId) -> Result<Vec<Raised>, SafetyNetError> {
    let asked = named_params! {":pathway": pathway_id.0.as_bytes()};
    select(conn, ALARMS_OF_PATHWAY, asked, row::alarm)
}

/// The alarms of a span, in the order in which they became overdue.
pub fn alarms(conn: &Connection, ask: &AlarmAsk) -> Result<Vec<Listed<Raised>>, SafetyNetError> {
    let after = ask.after.clone().unwrap_or_else(Cursor::start);
    let asked = named_params! {
        ":since": ask.since.timestamp_micros(),
        ":until": ask.until.timestamp_micros(),
        ":organisation": ask.organisation.as_ref().map(OdsCode::as_str),
        ":resends": ask.resends,
        ":open_only": ask.open_only,
        ":after_since": after.at,
        ":after_event": after.id.as_bytes(),
        ":first": ask.first.min(PAGE_MAX),
    };
    select(conn, ALARMS, asked, |row| {
        let node = row::alarm(row)?;
        let EventId(id) = node.event_id;
        let at = node.since.timestamp_micros();
        let cursor = Cursor { at, id, rule: String::new(), level: 0 };
        Ok(Listed { pathway_id: pathway(row)?, node, cursor })
    })
}

fn by_due(row: &SqlRow<'_>) -> Result<Listed<Expected>, SafetyNetError> {
    let node = row::expected(row)?;
    let cursor = Cursor::of(&node, node.due);
    Ok(Listed { pathway_id: pathway(row)?, node, cursor })
}

fn pathway(row: &SqlRow<'_>) -> Result<PathwayId, SafetyNetError> {
    match row.get::<Cell>("pathway_id")? {
        Cell::Id(id) => Ok(PathwayId(id)),
        Cell::Null | Cell::Int(_) | Cell::Text(_) => Err(SafetyNetError::Broken),
    }
}

fn select<T>(
    conn: &Connection,
    sql: &str,
    asked: &[(&str, &dyn Ask)],
    read: impl Fn(&SqlRow<'_>) -> Result<T, SafetyNetError>,
) -> Result<Vec<T>, SafetyNetError> {
    conn.all(sql, asked, read)
}
