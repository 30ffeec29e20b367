//! The view against the published figures, against plain SQL, and against what happens to a pathway.

mod extract;
mod laws;
mod month;
mod oracle;
mod outlook;
mod stretches;

use chrono::NaiveDate;
use pathway::{History, Told, london};
use projector::{Change, Row, View};
use rtt_extract::LaidPathway;
use steps::{EventId, PathwayId};
use uuid::Uuid;

use crate::WaitingTimesView;

fn date(raw: &str) -> NaiveDate {
    raw.parse().unwrap()
}

/// The history of a laid-down pathway, recorded the day after each step.
fn history_of(laid: &LaidPathway) -> History {
    let told = laid.steps.iter().enumerate().map(|(index, (occurred_at, step))| Told {
        event_id: EventId(Uuid::from_u128(laid.command_id.0.as_u128() ^ index as u128)),
        occurred_at: *occurred_at,
        entered_in_source_at: None,
        recorded_at: london::bounds(*occurred_at).1,
        actor: None,
        source: None,
        step: step.clone(),
    });
    History::of(laid.pathway_id, told.collect())
}

/// Tells the view that the rows of a pathway changed.
fn commit(view: &WaitingTimesView, no: i64, old: &[Row], new: &[Row]) {
    let pathway_id = PathwayId(Uuid::from_u128(u128::try_from(no).unwrap()));
    view.committed(&[Change { pathway_id, no, old: Some(old), new }]);
}
