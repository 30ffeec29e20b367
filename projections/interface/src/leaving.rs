//! Referrals declined and removals from a list, with or without a reason (Humberside LMCs interface guidance; SEL 7.2).

use pathway::{History, Month};
use projector::{Cell, Column, Table};
use serde::{Deserialize, Serialize};
use steps::{EventId, OccurredAt, OdsCode, Step, named_by_rules::RemovalReason};

use crate::cells::{id, int, moment_cells, text, word_cell};

/// How a referral or a patient was turned away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum LeavingKind {
    /// A referral was declined.
    Declined,
    /// A patient was taken off a waiting list.
    Removed,
}

/// A referral declined, or a patient taken off a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaving {
    /// Which.
    pub kind: LeavingKind,
    /// The provider.
    pub provider: OdsCode,
    /// When.
    pub at: OccurredAt,
    /// Whether a reason was given, coded or in words.
    pub reason: bool,
    /// Of a decline: whether it says what should be done instead.
    pub alternative: Option<bool>,
    /// The step.
    pub step: EventId,
}

/// Every decline and removal of a history.
pub(crate) fn leavings_in(history: &History) -> Vec<Leaving> {
    let found = history.entries().iter().filter_map(|entry| {
        #[expect(clippy::wildcard_enum_match_arm, reason = "two steps turn somebody away")]
        let (kind, provider, reason, alternative) = match entry.step() {
            Step::ReferralDeclined(step) => {
                let reason = step.decline_reason.is_some() || step.reason_text.is_some();
                let alternative = Some(step.alternative_pathway.is_some());
                (LeavingKind::Declined, &step.provider, reason, alternative)
            }
            Step::RemovedFromWaitingList(step) => {
                let reason = step.removal_reason != RemovalReason::NotGiven;
                (LeavingKind::Removed, &step.provider, reason, None)
            }
            _ => return None,
        };
        let (at, step) = (entry.occurred_at(), entry.event_id());
        Some(Leaving { kind, provider: provider.clone(), at, reason, alternative, step })
    });
    found.collect()
}

const COLUMNS: &[Column] = &[
    text("kind"),
    text("provider"),
    int("at"),
    int("at_day"),
    int("month"),
    int("reason"),
    int("alternative"),
    id("step"),
];

/// The table of declines and removals.
pub(crate) const TABLE: Table = Table { name: "leaving", columns: COLUMNS, indexes: &[] };

pub(crate) fn cells(one: &Leaving) -> Vec<Cell> {
    let [at, at_day] = moment_cells(Some(one.at));
    vec![
        word_cell(one.kind),
        one.provider.as_str().into(),
        at,
        at_day,
        Month::of_step(one.at).number().into(),
        one.reason.into(),
        one.alternative.into(),
        one.step.0.into(),
    ]
}
