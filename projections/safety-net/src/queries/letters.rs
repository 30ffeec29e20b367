//! The ledger of documents on their way, and what was sent against what arrived.

use chrono::{DateTime, NaiveDate, Utc};
use pathway::london;
use policy::NetPriority;
use projector::{Connection, SqlRow, named_params};
use steps::OdsCode;

use super::{Cursor, Listed, PAGE_MAX, SafetyNetError, pathway, select};
use crate::{Chain, STAGES, Stage, row};

const LETTERS: &str = include_str!("letters.sql");
const RECONCILE: &str = include_str!("reconcile.sql");
const ORPHANS: &str = include_str!("orphans.sql");

/// A document at the stage that it had reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StageOf {
    /// The test or letter, by its id; of a referral none.
    pub item: Option<String>,
    /// How urgent it is.
    pub priority: NetPriority,
    /// Who sends it.
    pub sender: Option<OdsCode>,
    /// Who receives it.
    pub addressed_to: Option<OdsCode>,
    /// The last stage that it had reached.
    pub stage: Stage,
    /// Since when.
    pub since: DateTime<Utc>,
    /// Since when something that should have followed is overdue; `None`: nothing is.
    pub overdue_since: Option<DateTime<Utc>>,
}

/// Which documents are listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LetterAsk {
    /// Of what kind.
    pub chain: Chain,
    /// Of this sender alone.
    pub sender: Option<OdsCode>,
    /// At this stage alone.
    pub stage: Option<Stage>,
    /// Only those of which something is overdue.
    pub overdue_only: bool,
    /// The moment that is asked.
    pub now: DateTime<Utc>,
    /// The last of the page before.
    pub after: Option<Cursor>,
    /// How many, at most [`PAGE_MAX`].
    pub first: u32,
}

/// Which documents are reconciled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReconcileAsk {
    /// Of what kind.
    pub chain: Chain,
    /// Of this sender alone.
    pub sender: Option<OdsCode>,
    /// First local day on which they began.
    pub from: NaiveDate,
    /// Last local day on which they began.
    pub to: NaiveDate,
    /// The moment that is asked.
    pub now: DateTime<Utc>,
}

/// What a sender's source counted, and how far it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reconciled {
    /// The sender; `None`: no step says it.
    pub sender: Option<OdsCode>,
    /// How many the source has.
    pub source_count: u32,
    /// How many were sent.
    pub sent_count: u32,
    /// How many arrived at the recipient's system.
    pub delivered_count: u32,
    /// How many the recipient filed.
    pub filed_count: u32,
    /// How many lack one of these and have not ended.
    pub orphan_count: u32,
    /// How many ended: held back, or the patient died.
    pub ended_count: u32,
}

/// Documents on their way at a moment, by when they began.
pub fn letters(conn: &Connection, ask: &LetterAsk) -> Result<Vec<Listed<StageOf>>, SafetyNetError> {
    let after = ask.after.clone().unwrap_or_else(Cursor::start);
    let asked = named_params! {
        ":chain": ask.chain.code(),
        ":sender": ask.sender.as_ref().map(OdsCode::as_str),
        ":stage": ask.stage.map(Stage::code),
        ":overdue_only": ask.overdue_only,
        ":now": ask.now.timestamp_micros(),
        ":after_started": after.at,
        ":after_pathway": after.id.as_bytes(),
        ":after_seq": after.level,
        ":first": ask.first.min(PAGE_MAX),
    };
    select(conn, LETTERS, asked, stage_of)
}

/// What each sender's source counted, and how far it came.
pub fn reconciled(
    conn: &Connection,
    ask: &ReconcileAsk,
) -> Result<Vec<Reconciled>, SafetyNetError> {
    let asked = named_params! {
        ":chain": ask.chain.code(),
        ":sender": ask.sender.as_ref().map(OdsCode::as_str),
        ":since": london::start_of(ask.from).timestamp_micros(),
        ":until": london::end_of(ask.to).timestamp_micros(),
        ":now": ask.now.timestamp_micros(),
    };
    select(conn, RECONCILE, asked, |row| {
        Ok(Reconciled {
            sender: row::organisation(row, "sender")?,
            source_count: row.get::<Option<u32>>("source_count")?.unwrap_or_default(),
            sent_count: row.get("sent_count")?,
            delivered_count: row.get("delivered_count")?,
            filed_count: row.get("filed_count")?,
            orphan_count: row.get("orphan_count")?,
            ended_count: row.get("ended_count")?,
        })
    })
}

/// The documents that lack a stage, by when they began.
pub fn orphans(
    conn: &Connection,
    ask: &ReconcileAsk,
    after: Option<&Cursor>,
    first: u32,
) -> Result<Vec<Listed<StageOf>>, SafetyNetError> {
    let after = after.cloned().unwrap_or_else(Cursor::start);
    let asked = named_params! {
        ":chain": ask.chain.code(),
        ":sender": ask.sender.as_ref().map(OdsCode::as_str),
        ":since": london::start_of(ask.from).timestamp_micros(),
        ":until": london::end_of(ask.to).timestamp_micros(),
        ":now": ask.now.timestamp_micros(),
        ":after_started": after.at,
        ":after_pathway": after.id.as_bytes(),
        ":after_seq": after.level,
        ":first": first.min(PAGE_MAX),
    };
    select(conn, ORPHANS, asked, stage_of)
}

fn stage_of(row: &SqlRow<'_>) -> Result<Listed<StageOf>, SafetyNetError> {
    let code = row::word(row, "stage")?;
    let stage = STAGES.into_iter().find(|stage| stage.code() == code);
    let pathway_id = pathway(row)?;
    let node = StageOf {
        item: row.get("item")?,
        priority: row::priority(row)?,
        sender: row::organisation(row, "sender")?,
        addressed_to: row::organisation(row, "addressed_to")?,
        stage: stage.ok_or(SafetyNetError::Broken)?,
        since: row::instant(row, "since")?.ok_or(SafetyNetError::Broken)?,
        overdue_since: row::instant(row, "overdue_since")?,
    };
    let (at, level) = (row.get("started")?, row.get("seq")?);
    let cursor = Cursor { at, id: pathway_id.0, rule: String::new(), level };
    Ok(Listed { pathway_id, node, cursor })
}
