//! Counts of concerns, work and leavings, by month and organisation.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use pathway::Month;
use projector::{Connection, SqlRow, named_params};
use steps::{
    OdsCode,
    interface_and_safety::{ConcernCategory, ConcernOutcome, HarmLevel, WorkCategory},
};

use super::{InterfaceError, Months, select};
use crate::{
    LeavingKind, Standing, WorkStanding,
    cells::{coded, coded_or_none, parsed},
    concern,
};

const COUNT_CONCERNS: &str = include_str!("count_concerns.sql");
const ROUTED_CONCERNS: &str = include_str!("routed_concerns.sql");
const COUNT_WORK: &str = include_str!("count_work.sql");
const COUNT_LEAVINGS: &str = include_str!("count_leavings.sql");

/// The concerns about one thing and one organisation that were raised in a month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConcernCount {
    /// The month.
    pub month: Month,
    /// What they are about.
    pub category: ConcernCategory,
    /// The organisation they are about; `None`: none was named.
    pub organisation: Option<OdsCode>,
    /// How many were raised.
    pub raised: u64,
    /// How many of them with harm of any level.
    pub with_harm: u64,
    /// How many of them the leads of both sides were to have by a day.
    pub for_leads: u64,
    /// How many of those the leads had not in time, by what was recorded.
    pub late_with_leads: u64,
    /// How many have come how far.
    pub standing: BTreeMap<Standing, u64>,
    /// What those that are closed led to.
    pub outcomes: BTreeMap<ConcernOutcome, u64>,
}

/// The concerns of some months, on a pathway or about none, by month, category and the organisation they
/// are about; with an organisation those that it raised or that are about it. What is late is late at
/// `now`.
pub fn concern_counts(
    conn: &Connection,
    months: Months,
    organisation: Option<&OdsCode>,
    now: DateTime<Utc>,
) -> Result<Vec<ConcernCount>, InterfaceError> {
    let cells = tallied(conn, COUNT_CONCERNS, months, organisation, |row| {
        let key: (Month, ConcernCategory, Option<OdsCode>) =
            (month(row)?, coded(row, "category")?, parsed(row, "to_organisation")?);
        let harm: HarmLevel = coded(row, "harm")?;
        let outcome: Option<ConcernOutcome> = coded_or_none(row, "outcome")?;
        Ok((key, (harm, coded::<Standing>(row, "standing")?, outcome, count(row)?)))
    })?;
    let mut lines = BTreeMap::new();
    for (key, (harm, standing, outcome, count)) in cells {
        let line = lines.entry(key.clone()).or_insert_with(|| ConcernCount {
            month: key.0,
            category: key.1,
            organisation: key.2,
            raised: 0,
            with_harm: 0,
            for_leads: 0,
            late_with_leads: 0,
            standing: BTreeMap::new(),
            outcomes: BTreeMap::new(),
        });
        line.raised += count;
        line.with_harm += if harm == HarmLevel::None { 0 } else { count };
        *line.standing.entry(standing).or_default() += count;
        if let Some(outcome) = outcome {
            *line.outcomes.entry(outcome).or_default() += count;
        }
    }
    // Whether one is late depends on the moment asked about, so no tally knows it; harm is rare.
    for one in tallied(conn, ROUTED_CONCERNS, months, organisation, concern::read)? {
        let key = (Month::of_step(one.raised_at), one.category, one.to_organisation.clone());
        let Some(line) = lines.get_mut(&key) else { continue };
        line.for_leads += 1;
        line.late_with_leads += u64::from(one.is_late_with_leads(now));
    }
    Ok(lines.into_values().collect())
}

/// The work of one kind that a sender asked for in a month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkCount {
    /// The month.
    pub month: Month,
    /// Whether a private provider asked.
    pub private: bool,
    /// What kind of work.
    pub category: WorkCategory,
    /// Who asked: a code, or the name of a private provider without one.
    pub sender: String,
    /// How many pieces were asked for.
    pub requested: u64,
    /// What became of how many.
    pub standing: BTreeMap<WorkStanding, u64>,
}

/// The work of some months by month, kind and sender; with an organisation what it asked for or was
/// asked.
pub fn work_counts(
    conn: &Connection,
    months: Months,
    organisation: Option<&OdsCode>,
) -> Result<Vec<WorkCount>, InterfaceError> {
    let cells = tallied(conn, COUNT_WORK, months, organisation, |row| {
        let key: (Month, bool, WorkCategory, String) =
            (month(row)?, row.get("private")?, coded(row, "category")?, row.get("sender")?);
        Ok((key, (coded::<WorkStanding>(row, "standing")?, count(row)?)))
    })?;
    let mut lines = BTreeMap::new();
    for (key, (standing, count)) in cells {
        let line = lines.entry(key.clone()).or_insert_with(|| WorkCount {
            month: key.0,
            private: key.1,
            category: key.2,
            sender: key.3,
            requested: 0,
            standing: BTreeMap::new(),
        });
        line.requested += count;
        *line.standing.entry(standing).or_default() += count;
    }
    Ok(lines.into_values().collect())
}

/// The referrals that a provider declined in a month, and its removals from lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeavingCount {
    /// The month.
    pub month: Month,
    /// The provider.
    pub provider: OdsCode,
    /// Referrals declined.
    pub declined: u64,
    /// Of them, without a reason, coded or in words.
    pub declined_without_reason: u64,
    /// Of them, without saying what should be done instead.
    pub declined_without_alternative: u64,
    /// Patients taken off a list.
    pub removed: u64,
    /// Of them, without a reason.
    pub removed_without_reason: u64,
}

/// Declines and removals of some months, by month and provider.
pub fn leaving_counts(
    conn: &Connection,
    months: Months,
    provider: Option<&OdsCode>,
) -> Result<Vec<LeavingCount>, InterfaceError> {
    let cells = tallied(conn, COUNT_LEAVINGS, months, provider, |row| {
        let provider: OdsCode = parsed(row, "provider")?.ok_or(InterfaceError::Broken)?;
        let told: (LeavingKind, bool, Option<bool>) =
            (coded(row, "kind")?, row.get("reason")?, row.get("alternative")?);
        Ok(((month(row)?, provider), (told, count(row)?)))
    })?;
    let mut lines = BTreeMap::new();
    for (key, ((kind, reason, alternative), count)) in cells {
        let line = lines.entry(key.clone()).or_insert_with(|| LeavingCount {
            month: key.0,
            provider: key.1,
            declined: 0,
            declined_without_reason: 0,
            declined_without_alternative: 0,
            removed: 0,
            removed_without_reason: 0,
        });
        match kind {
            LeavingKind::Declined => {
                line.declined += count;
                line.declined_without_reason += if reason { 0 } else { count };
                line.declined_without_alternative +=
                    if alternative == Some(true) { 0 } else { count };
            }
            LeavingKind::Removed => {
                line.removed += count;
                line.removed_without_reason += if reason { 0 } else { count };
            }
        }
    }
    Ok(lines.into_values().collect())
}

fn tallied<T>(
    conn: &Connection,
    sql: &str,
    months: Months,
    organisation: Option<&OdsCode>,
    read: impl Fn(&SqlRow<'_>) -> Result<T, InterfaceError>,
) -> Result<Vec<T>, InterfaceError> {
    let asked = named_params! {
        ":first_month": months.first.number(),
        ":last_month": months.last.number(),
        ":organisation": organisation.map(OdsCode::as_str),
    };
    select(conn, sql, asked, read)
}

fn month(row: &SqlRow<'_>) -> Result<Month, InterfaceError> {
    Month::of_number(row.get("month")?).ok_or(InterfaceError::Broken)
}

fn count(row: &SqlRow<'_>) -> Result<u64, InterfaceError> {
    Ok(u64::from(row.get::<u32>("count")?))
}
