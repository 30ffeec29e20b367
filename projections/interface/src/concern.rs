//! Concerns: raised, routed by harm, and closed with an answer told to who raised it (the interface report of January 2024).

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use pathway::{Entry, History, Month, london};
use policy::{ConcernRoute, InterfaceRules, Routed};
use projector::{Cell, Column, Index, SqlRow, Table};
use serde::{Deserialize, Serialize};
use steps::{
    ConcernId, EventId, OccurredAt, OdsCode, PathwayId, Step,
    interface_and_safety::{ConcernCategory, ConcernOutcome, EscalationLevel, HarmLevel, RaisedBy},
};

use crate::{
    InterfaceError,
    cells::{
        coded, coded_or_none, event, id, int, moment, moment_cells, parsed, text, uuid, word_cell,
    },
};

/// How far a concern has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Standing {
    /// Raised and not closed.
    Open,
    /// Closed, and who raised it has not been told.
    NotToldYet,
    /// Closed, with the answer told to who raised it.
    Answered,
}

/// A concern about the interface.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Concern {
    /// It.
    pub concern_id: ConcernId,
    /// What it is about.
    pub category: ConcernCategory,
    /// How much harm came of it.
    pub harm: HarmLevel,
    /// Who raised it.
    pub raised_by: RaisedBy,
    /// The organisation that raised it.
    pub from_organisation: OdsCode,
    /// The organisation it is about.
    pub to_organisation: Option<OdsCode>,
    /// The pathway that it says it is about.
    pub about: Option<PathwayId>,
    /// When it was raised.
    pub raised_at: OccurredAt,
    /// The step that raised it.
    pub raised: EventId,
    /// Where its harm sends it, and by when, by the rules of the day on which it was raised.
    pub routed: Option<Routed>,
    /// When it first went on from who received it, to whom.
    pub escalated: Option<(OccurredAt, EscalationLevel)>,
    /// When it was closed, what it led to, and the step that says so.
    pub closed: Option<(OccurredAt, ConcernOutcome, EventId)>,
    /// When who raised it was told the answer.
    pub told_at: Option<OccurredAt>,
}

impl Concern {
    /// How far it has come.
    pub fn standing(&self) -> Standing {
        match (&self.closed, self.told_at) {
            (None, _) => Standing::Open,
            (Some(_), None) => Standing::NotToldYet,
            (Some(_), Some(_)) => Standing::Answered,
        }
    }

    /// Whether the leads should have had it by `now` and, for all that was recorded, have not.
    pub fn is_late_with_leads(&self, now: DateTime<Utc>) -> bool {
        let Some(by) = self.routed.and_then(|routed| routed.by) else { return false };
        let end = london::end_of(by);
        match self.escalated {
            Some((at, _)) => end <= london::bounds(at).0,
            None => self.closed.is_none() && end <= now,
        }
    }

    /// What became of it, by a step that escalates or closes it.
    fn follow(&mut self, entry: &Entry) {
        #[expect(clippy::wildcard_enum_match_arm, reason = "two steps follow up a concern")]
        match entry.step() {
            Step::InterfaceConcernEscalated(step) => {
                self.escalated.get_or_insert((entry.occurred_at(), step.escalation_level));
            }
            Step::InterfaceConcernClosed(step) => {
                self.closed = Some((entry.occurred_at(), step.concern_outcome, entry.event_id()));
                self.told_at = step.told_at.or(self.told_at);
            }
            _ => {}
        }
    }

    /// For how many whole days it has been open at `now`; `None` once it is closed.
    pub fn open_days(&self, now: DateTime<Utc>) -> Option<i64> {
        let days = london::date_of(now).signed_duration_since(london::date(self.raised_at));
        self.closed.is_none().then(|| days.num_days().max(0))
    }
}

/// The concerns of a history, in the order in which they were raised. What escalates or closes a concern
/// counts also where its own time is before the raising: two systems, two clocks. Of a concern that was
/// never raised there it is a finding of the record.
pub(crate) fn concerns_in(history: &History, rules: &InterfaceRules) -> Vec<Concern> {
    let mut found: Vec<Concern> = Vec::new();
    let mut places: BTreeMap<ConcernId, usize> = BTreeMap::new();
    for entry in history.entries() {
        if let Step::InterfaceConcernRaised(step) = entry.step()
            && !places.contains_key(&step.concern_id)
        {
            places.insert(step.concern_id.clone(), found.len());
            found.push(raised(entry, step, rules));
        }
    }
    for entry in history.entries() {
        let place = followed(entry.step()).and_then(|id| places.get(id));
        if let Some(concern) = place.and_then(|place| found.get_mut(*place)) {
            concern.follow(entry);
        }
    }
    found
}

/// Which concern a step escalates or closes.
#[expect(clippy::wildcard_enum_match_arm, reason = "two steps follow up a concern")]
fn followed(step: &Step) -> Option<&ConcernId> {
    match step {
        Step::InterfaceConcernEscalated(step) => Some(&step.concern_id),
        Step::InterfaceConcernClosed(step) => Some(&step.concern_id),
        _ => None,
    }
}

fn raised(
    entry: &Entry,
    step: &steps::interface_and_safety::InterfaceConcernRaised,
    rules: &InterfaceRules,
) -> Concern {
    Concern {
        concern_id: step.concern_id.clone(),
        category: step.concern_category,
        harm: step.harm_level,
        raised_by: step.raised_by,
        from_organisation: step.from_organisation.clone(),
        to_organisation: step.to_organisation.clone(),
        about: step.pathway_id,
        raised_at: entry.occurred_at(),
        raised: entry.event_id(),
        routed: rules.route(step.harm_level, entry.date()),
        escalated: None,
        closed: None,
        told_at: None,
    }
}

const COLUMNS: &[Column] = &[
    text("concern"),
    text("category"),
    text("harm"),
    text("raised_by"),
    text("from_organisation"),
    text("to_organisation"),
    id("about"),
    int("raised"),
    int("raised_day"),
    int("month"),
    id("raised_id"),
    text("route"),
    int("route_by"),
    int("escalated"),
    int("escalated_day"),
    text("escalated_to"),
    int("closed"),
    int("closed_day"),
    id("closed_id"),
    text("outcome"),
    int("told"),
    int("told_day"),
    text("standing"),
];

/// The table of concerns.
pub(crate) const TABLE: Table = Table {
    name: "concern",
    columns: COLUMNS,
    indexes: &[
        Index { name: "concern_by_raised", columns: &["raised", "raised_id"], only: None },
        Index {
            name: "concern_open",
            columns: &["raised", "raised_id"],
            only: Some("standing = 'OPEN'"),
        },
    ],
};

pub(crate) fn cells(one: &Concern) -> Vec<Cell> {
    let [raised, raised_day] = moment_cells(Some(one.raised_at));
    let [escalated, escalated_day] = moment_cells(one.escalated.map(|(at, _)| at));
    let [closed, closed_day] = moment_cells(one.closed.map(|(at, ..)| at));
    let [told, told_day] = moment_cells(one.told_at);
    vec![
        one.concern_id.as_str().into(),
        word_cell(one.category),
        word_cell(one.harm),
        word_cell(one.raised_by),
        one.from_organisation.as_str().into(),
        one.to_organisation.as_ref().map(OdsCode::as_str).into(),
        one.about.map(|pathway| pathway.0).into(),
        raised,
        raised_day,
        Month::of_step(one.raised_at).number().into(),
        one.raised.0.into(),
        one.routed.map(|routed| routed.to.code()).into(),
        one.routed.and_then(|routed| routed.by).into(),
        escalated,
        escalated_day,
        one.escalated.map_or(Cell::Null, |(_, level)| word_cell(level)),
        closed,
        closed_day,
        one.closed.map(|(.., event)| event.0).into(),
        one.closed.map_or(Cell::Null, |(_, outcome, _)| word_cell(outcome)),
        told,
        told_day,
        word_cell(one.standing()),
    ]
}

pub(crate) fn read(row: &SqlRow<'_>) -> Result<Concern, InterfaceError> {
    let broken = || InterfaceError::Broken;
    let escalated_at = moment(row, "escalated", "escalated_day")?;
    let closed_at = moment(row, "closed", "closed_day")?;
    let outcome = coded_or_none(row, "outcome")?;
    let closed_id = event(row, "closed_id")?;
    Ok(Concern {
        concern_id: parsed(row, "concern")?.ok_or_else(broken)?,
        category: coded(row, "category")?,
        harm: coded(row, "harm")?,
        raised_by: coded(row, "raised_by")?,
        from_organisation: parsed(row, "from_organisation")?.ok_or_else(broken)?,
        to_organisation: parsed(row, "to_organisation")?,
        about: uuid(row, "about")?.map(PathwayId),
        raised_at: moment(row, "raised", "raised_day")?.ok_or_else(broken)?,
        raised: event(row, "raised_id")?.ok_or_else(broken)?,
        routed: routed(row)?,
        escalated: escalated_at.zip(coded_or_none(row, "escalated_to")?),
        closed: closed_at.zip(outcome).zip(closed_id).map(|((at, outcome), id)| (at, outcome, id)),
        told_at: moment(row, "told", "told_day")?,
    })
}

fn routed(row: &SqlRow<'_>) -> Result<Option<Routed>, InterfaceError> {
    let Some(to) = coded_or_none::<ConcernRoute>(row, "route")? else { return Ok(None) };
    let days = row.get::<Option<i64>>("route_by")?;
    let day =
        |days: i64| chrono::NaiveDate::default().checked_add_signed(chrono::Duration::days(days));
    Ok(Some(Routed { to, by: days.and_then(day) }))
}
