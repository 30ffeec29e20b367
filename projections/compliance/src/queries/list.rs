//! Pages of the ledger of one organisation: by rule, then by when they were opened.
//!
//! One rule after the other, so that each is one seek in the index, however much lies between.

use std::{fmt, str::FromStr};

use chrono::{DateTime, NaiveDate, Utc};
use pathway::{Month, london};
use policy::{Obligation, State};
use projector::{Cell, Connection, SqlRow, named_params};
use steps::{EventId, OdsCode, PathwayId, RuleId};
use uuid::Uuid;

use super::{ComplianceError, PAGE_MAX};
use crate::{ComplianceView, row};

const LIST_OF_RULE: &str = include_str!("list_of_rule.sql");

/// A place in a list, which survives inserts and rebuilds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    rule: RuleId,
    triggered: i64,
    trigger: EventId,
}

/// A cursor that none of our lists gave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected a cursor from a list of obligations")]
pub struct BadCursor;

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{},{},{}", self.triggered, self.trigger, self.rule)
    }
}

impl FromStr for Cursor {
    type Err = BadCursor;
    fn from_str(raw: &str) -> Result<Self, BadCursor> {
        let mut parts = raw.splitn(3, ',');
        let triggered = parts.next().and_then(|part| part.parse().ok()).ok_or(BadCursor)?;
        let trigger = parts.next().and_then(|part| part.parse().ok()).ok_or(BadCursor)?;
        let rule = parts.next().and_then(|part| part.parse().ok()).ok_or(BadCursor)?;
        Ok(Self { rule, triggered, trigger })
    }
}

/// An obligation in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The pathway it stands on.
    pub pathway_id: PathwayId,
    /// It.
    pub obligation: Obligation,
    /// Its place.
    pub cursor: Cursor,
}

/// Which obligations a list asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerAsk {
    /// Who answers for them; `None`: those of which the steps name nobody.
    pub accountable: Option<OdsCode>,
    /// Of this rule alone.
    pub rule: Option<RuleId>,
    /// Of the rules of this pack alone.
    pub pack: Option<RuleId>,
    /// Opened on these local days alone.
    pub opened: Days,
    /// In this state alone at `now`.
    pub state: Option<State>,
    /// The moment that is asked.
    pub now: DateTime<Utc>,
    /// The last of the page before.
    pub after: Option<Cursor>,
    /// How many, at most [`PAGE_MAX`].
    pub first: u32,
}

/// Local days, both included; a side that is not said is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Days {
    /// The first.
    pub from: Option<NaiveDate>,
    /// The last.
    pub to: Option<NaiveDate>,
}

impl Days {
    /// The days of some months, both included.
    pub fn of_months(first: Month, last: Month) -> Self {
        Self { from: Some(first.first()), to: Some(last.last()) }
    }
}

impl ComplianceView {
    /// A page of the ledger, by rule, then by when they were opened.
    pub fn list(&self, conn: &Connection, ask: &LedgerAsk) -> Result<Vec<Listed>, ComplianceError> {
        let most = ask.first.min(PAGE_MAX);
        let mut found = Vec::new();
        for rule in self.rules_listed(ask) {
            let more = most.saturating_sub(u32::try_from(found.len()).unwrap_or(most));
            if more == 0 {
                break;
            }
            found.extend(self.list_of_rule(conn, ask, rule, more)?);
        }
        Ok(found)
    }

    /// The rules from where the page begins, in the order of their names, each once.
    fn rules_listed(&self, ask: &LedgerAsk) -> Vec<&RuleId> {
        let packs = self.packs().all().iter();
        let packs = packs.filter(|pack| ask.pack.as_ref().is_none_or(|id| *id == pack.id));
        let rules = packs.flat_map(|pack| &pack.rules).map(|rule| &rule.id);
        let from = ask.after.as_ref().map(|cursor| &cursor.rule);
        let mut rules: Vec<_> = rules
            .filter(|id| ask.rule.as_ref().is_none_or(|rule| rule == *id))
            .filter(|id| from.is_none_or(|from| from.as_str() <= id.as_str()))
            .collect();
        rules.sort_unstable_by_key(|id| id.as_str());
        rules.dedup();
        rules
    }

    fn list_of_rule(
        &self,
        conn: &Connection,
        ask: &LedgerAsk,
        rule: &RuleId,
        first: u32,
    ) -> Result<Vec<Listed>, ComplianceError> {
        let begins = ask.opened.from.map_or(i64::MIN, |day| micros(london::start_of(day)));
        let until = ask.opened.to.map_or(i64::MAX, |day| micros(london::end_of(day)));
        let after = ask.after.as_ref().filter(|cursor| cursor.rule == *rule);
        let after = after.map(|cursor| (cursor.triggered, cursor.trigger.0));
        let (triggered, trigger) =
            after.unwrap_or((begins, Uuid::nil())).max((begins, Uuid::nil()));
        let asked = named_params! {
            ":accountable": ask.accountable.as_ref().map(OdsCode::as_str),
            ":rule": rule.as_str(),
            ":state": ask.state.map(State::code),
            ":now": micros(ask.now),
            ":after_triggered": triggered,
            ":after_trigger": trigger.as_bytes(),
            ":until": until,
            ":first": first,
        };
        self.select(conn, LIST_OF_RULE, asked, listed)
    }
}

fn micros(at: DateTime<Utc>) -> i64 {
    at.timestamp_micros()
}

pub(super) fn listed(row: &SqlRow<'_>, view: &ComplianceView) -> Result<Listed, ComplianceError> {
    let Cell::Id(pathway) = row.get::<Cell>("pathway_id")? else {
        return Err(ComplianceError::Broken);
    };
    let obligation = row::read(row, view.packs())?;
    let cursor = Cursor {
        rule: obligation.rule.clone(),
        triggered: row.get("triggered")?,
        trigger: obligation.trigger,
    };
    Ok(Listed { pathway_id: PathwayId(pathway), obligation, cursor })
}
