//! Work passed from one side to the other: asked for, accepted, returned; private providers apart
//! (Humberside LMCs interface guidance, workload returned and private providers).

use std::collections::BTreeMap;

use pathway::{Entry, History, Month};
use projector::{Cell, Column, Index, SqlRow, Table};
use serde::{Deserialize, Serialize};
use steps::{
    ActionId, EventId, OccurredAt, OdsCode, Step,
    interface_and_safety::{
        PrivateProviderRequestReceived, PrivateRequestAnswer, WorkCategory, WorkReturnReason,
        WorkTransferRequested, WorkloadReturned,
    },
};

use crate::{
    InterfaceError,
    cells::{coded, event, id, int, moment, moment_cells, parsed, text, word_cell, word_of},
};

/// What became of a piece of work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum WorkStanding {
    /// Nobody has said whether they take it.
    Unanswered,
    /// Taken.
    Accepted,
    /// Returned to who sent it, or declined; it is the sender's again from that moment.
    Returned,
}

/// A piece of work that one side asks of the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Work {
    /// It.
    pub action_id: ActionId,
    /// What kind of work.
    pub category: WorkCategory,
    /// Who sends it: a code, or the name of a private provider that has none.
    pub sender: String,
    /// Who is asked.
    pub asked: OdsCode,
    /// Whether it is a private provider who asks.
    pub private: bool,
    /// When it was asked for; of work that was returned and never recorded as asked for, the return.
    pub requested_at: OccurredAt,
    /// When it is due.
    pub due: Option<OccurredAt>,
    /// What became of it.
    pub standing: WorkStanding,
    /// When that was said.
    pub answered_at: Option<OccurredAt>,
    /// Why it was returned, coded.
    pub reasons: Vec<WorkReturnReason>,
    /// When the patient was told who does it now.
    pub patient_told_at: Option<OccurredAt>,
    /// The step that asks, or the only one there is.
    pub opened: EventId,
}

/// The work of a history, in the order in which it was asked for.
pub(crate) fn work_in(history: &History) -> Vec<Work> {
    let mut found: Vec<Work> = Vec::new();
    let mut places: BTreeMap<(bool, ActionId), usize> = BTreeMap::new();
    for entry in history.entries() {
        let Some(key) = passed(entry.step()) else { continue };
        let known = places.get(&key).and_then(|place| found.get_mut(*place));
        if let Some(new) = told(entry, known) {
            places.insert(key, found.len());
            found.push(new);
        }
    }
    found
}

/// Which work a step passes, asks for or gives back, and whether a private provider asked for it.
#[expect(clippy::wildcard_enum_match_arm, reason = "four steps pass work")]
fn passed(step: &Step) -> Option<(bool, ActionId)> {
    match step {
        Step::WorkTransferRequested(step) => Some((false, step.action_id.clone())),
        Step::WorkTransferAccepted(step) => Some((false, step.action_id.clone())),
        Step::WorkloadReturned(step) => Some((false, step.action_id.clone())),
        Step::PrivateProviderRequestReceived(step) => Some((true, step.action_id.clone())),
        _ => None,
    }
}

/// What a step says of work: it changes what is known, or is the first to tell of it.
#[expect(clippy::wildcard_enum_match_arm, reason = "four steps pass work")]
fn told(entry: &Entry, known: Option<&mut Work>) -> Option<Work> {
    match entry.step() {
        Step::WorkTransferRequested(step) => requested(entry, step, known),
        Step::WorkTransferAccepted(step) => accepted(entry, &step.organisation, known),
        Step::WorkloadReturned(step) => returned(entry, step, known),
        Step::PrivateProviderRequestReceived(step) => private_request(entry, step, known),
        _ => None,
    }
}

/// Asked for once more: what was said before it no longer stands.
fn requested(
    entry: &Entry,
    step: &WorkTransferRequested,
    known: Option<&mut Work>,
) -> Option<Work> {
    let new = Work {
        action_id: step.action_id.clone(),
        category: step.work_category,
        sender: step.from_organisation.to_string(),
        asked: step.to_organisation.clone(),
        private: false,
        requested_at: entry.occurred_at(),
        due: step.due,
        standing: WorkStanding::Unanswered,
        answered_at: None,
        reasons: Vec::new(),
        patient_told_at: step.patient_told_at,
        opened: entry.event_id(),
    };
    match known {
        None => Some(new),
        Some(known) => {
            known.standing = WorkStanding::Unanswered;
            known.answered_at = None;
            known.due = step.due.or(known.due);
            known.asked = new.asked;
            None
        }
    }
}

/// Only who was asked can take it: what another says of it changes nothing.
fn accepted(entry: &Entry, by: &OdsCode, known: Option<&mut Work>) -> Option<Work> {
    if let Some(known) = known.filter(|known| known.asked == *by) {
        known.standing = WorkStanding::Accepted;
        known.answered_at = Some(entry.occurred_at());
    }
    None
}

/// A return says by itself whose work it is, so it counts where no request was recorded.
fn returned(entry: &Entry, step: &WorkloadReturned, known: Option<&mut Work>) -> Option<Work> {
    let at = Some(entry.occurred_at());
    if let Some(known) = known {
        known.standing = WorkStanding::Returned;
        known.answered_at = at;
        known.reasons.clone_from(&step.work_return_reasons);
        known.patient_told_at = step.patient_told_at.or(known.patient_told_at);
        return None;
    }
    Some(Work {
        action_id: step.action_id.clone(),
        category: step.work_category,
        sender: step.to_organisation.to_string(),
        asked: step.from_organisation.clone(),
        private: false,
        requested_at: entry.occurred_at(),
        due: None,
        standing: WorkStanding::Returned,
        answered_at: at,
        reasons: step.work_return_reasons.clone(),
        patient_told_at: step.patient_told_at,
        opened: entry.event_id(),
    })
}

fn private_request(
    entry: &Entry,
    step: &PrivateProviderRequestReceived,
    known: Option<&mut Work>,
) -> Option<Work> {
    let standing = match step.private_request_answer {
        PrivateRequestAnswer::NotAnswered => WorkStanding::Unanswered,
        PrivateRequestAnswer::Accepted => WorkStanding::Accepted,
        PrivateRequestAnswer::Declined => WorkStanding::Returned,
    };
    let answered_at = (standing != WorkStanding::Unanswered).then(|| entry.occurred_at());
    if let Some(known) = known {
        known.standing = standing;
        known.answered_at = answered_at;
        return None;
    }
    let code = step.requester.as_ref().map(ToString::to_string);
    Some(Work {
        action_id: step.action_id.clone(),
        category: step.work_category,
        sender: code.unwrap_or_else(|| step.private_provider.to_string()),
        asked: step.organisation.clone(),
        private: true,
        requested_at: entry.occurred_at(),
        due: None,
        standing,
        answered_at,
        reasons: Vec::new(),
        patient_told_at: None,
        opened: entry.event_id(),
    })
}

/// Stands between two reasons; no code holds it.
const BETWEEN: &str = "|";

const COLUMNS: &[Column] = &[
    text("work"),
    text("category"),
    text("sender"),
    text("asked"),
    int("private"),
    int("requested"),
    int("requested_day"),
    int("month"),
    int("due"),
    int("due_day"),
    text("standing"),
    int("answered"),
    int("answered_day"),
    text("reasons"),
    int("told"),
    int("told_day"),
    id("opened_id"),
];

/// The table of work.
pub(crate) const TABLE: Table = Table {
    name: "work",
    columns: COLUMNS,
    indexes: &[Index {
        name: "work_by_requested",
        columns: &["requested", "opened_id"],
        only: None,
    }],
};

pub(crate) fn cells(one: &Work) -> Vec<Cell> {
    let [requested, requested_day] = moment_cells(Some(one.requested_at));
    let [due, due_day] = moment_cells(one.due);
    let [answered, answered_day] = moment_cells(one.answered_at);
    let [told, told_day] = moment_cells(one.patient_told_at);
    let reasons: Vec<String> = one.reasons.iter().map(word_of).collect();
    vec![
        one.action_id.as_str().into(),
        word_cell(one.category),
        one.sender.as_str().into(),
        one.asked.as_str().into(),
        one.private.into(),
        requested,
        requested_day,
        Month::of_step(one.requested_at).number().into(),
        due,
        due_day,
        word_cell(one.standing),
        answered,
        answered_day,
        reasons.join(BETWEEN).as_str().into(),
        told,
        told_day,
        one.opened.0.into(),
    ]
}

pub(crate) fn read(row: &SqlRow<'_>) -> Result<Work, InterfaceError> {
    let broken = || InterfaceError::Broken;
    let reasons: String = row.get("reasons")?;
    let reasons = reasons.split(BETWEEN).filter(|word| !word.is_empty()).map(|word| {
        serde_json::from_value(serde_json::Value::String(word.to_owned()))
            .map_err(|_other| broken())
    });
    Ok(Work {
        action_id: parsed(row, "work")?.ok_or_else(broken)?,
        category: coded(row, "category")?,
        sender: row.get("sender")?,
        asked: parsed(row, "asked")?.ok_or_else(broken)?,
        private: row.get("private")?,
        requested_at: moment(row, "requested", "requested_day")?.ok_or_else(broken)?,
        due: moment(row, "due", "due_day")?,
        standing: coded(row, "standing")?,
        answered_at: moment(row, "answered", "answered_day")?,
        reasons: reasons.collect::<Result<_, _>>()?,
        patient_told_at: moment(row, "told", "told_day")?,
        opened: event(row, "opened_id")?.ok_or_else(broken)?,
    })
}
