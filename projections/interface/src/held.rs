//! Letters to a patient that were held back, by the organisation that would have sent them. When that was
//! recorded stands in the history alone: another log tells the same at other moments.

use pathway::History;
use projector::{Column, Index, SqlRow, Table};
use steps::{
    EventId, Label, LetterId, OccurredAt, OdsCode, RuleId, Step, named_by_rules::SuppressionReason,
};

use crate::{
    InterfaceError,
    cells::{coded, event, id, int, moment, moment_cells, parsed, text, word_cell},
};

/// A letter that was held back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// The id that it would have had.
    pub letter_id: LetterId,
    /// The template.
    pub template: Option<RuleId>,
    /// Its edition.
    pub edition: Option<Label>,
    /// The organisation that would have sent it; `None`: it was not told.
    pub sender: Option<OdsCode>,
    /// Why.
    pub reason: SuppressionReason,
    /// When.
    pub at: OccurredAt,
    /// The step that says so.
    pub step: EventId,
}

/// What was held back on a pathway, in the order in which it happened.
pub(crate) fn held_in(history: &History) -> Vec<Held> {
    let all = history.entries().iter().filter_map(|entry| match entry.step() {
        Step::LetterSuppressed(step) => Some(Held {
            letter_id: step.letter_id.clone(),
            template: step.template.clone(),
            edition: step.edition.clone(),
            sender: step.from_organisation.clone(),
            reason: step.suppression_reason,
            at: entry.occurred_at(),
            step: entry.event_id(),
        }),
        _ => None,
    });
    all.collect()
}

const COLUMNS: &[Column] = &[
    text("letter"),
    text("template"),
    text("edition"),
    text("sender"),
    text("reason"),
    int("at"),
    int("at_day"),
    id("step"),
];

/// The table of letters that were held back.
pub(crate) const TABLE: Table = Table {
    name: "held",
    columns: COLUMNS,
    indexes: &[Index { name: "held_by_sender", columns: &["sender", "at", "step"], only: None }],
};

pub(crate) fn cells(one: &Held) -> Vec<projector::Cell> {
    let [at, at_day] = moment_cells(Some(one.at));
    vec![
        one.letter_id.as_str().into(),
        one.template.as_ref().map(RuleId::as_str).into(),
        one.edition.as_ref().map(Label::as_str).into(),
        one.sender.as_ref().map(OdsCode::as_str).into(),
        word_cell(one.reason),
        at,
        at_day,
        one.step.0.into(),
    ]
}

pub(crate) fn read(row: &SqlRow<'_>) -> Result<Held, InterfaceError> {
    let broken = || InterfaceError::Broken;
    Ok(Held {
        letter_id: parsed(row, "letter")?.ok_or_else(broken)?,
        template: parsed(row, "template")?,
        edition: parsed(row, "edition")?,
        sender: parsed(row, "sender")?,
        reason: coded(row, "reason")?,
        at: moment(row, "at", "at_day")?.ok_or_else(broken)?,
        step: event(row, "step")?.ok_or_else(broken)?,
    })
}
