//! The ledger in SQLite answers as the pure rules do.

mod cards;
mod ledger;
mod questions;

use chrono::{DateTime, Utc};
use pathway::{History, clock::ClockPolicy};
use policy::Packs;
use projector::{Connection, View};
use steps::{OdsCode, PathwayId};
use testkit::{Story, json, story};
use uuid::Uuid;

use crate::ComplianceView;

fn view() -> ComplianceView {
    ComplianceView::new(Packs::shipped(), ClockPolicy::default())
}

pub(crate) fn at(raw: &str) -> DateTime<Utc> {
    raw.parse().unwrap()
}

fn trust(code: &str) -> OdsCode {
    code.parse().unwrap()
}

/// A pathway with its own event ids: `n` in front of the place in the story.
pub(crate) fn pathway(n: u128, story: &Story) -> History {
    let mut told = story.told();
    for one in &mut told {
        one.event_id.0 = Uuid::from_u128(n * 1_000 + one.event_id.0.as_u128());
    }
    History::of(PathwayId(Uuid::from_u128(n)), told)
}

/// A visit on `on`, at trust `provider`, with the letter on `sent`.
pub(crate) fn visit(provider: &str, on: &str, sent: Option<&str>) -> Story {
    let story = story()
        .on(
            "2026-01-05",
            "referralReceived",
            json!({"commissioner": "72Q", "provider": provider, "referrer": "G85001"}),
        )
        .on(on, "outpatientAttended", json!({"appointmentId": "A1", "provider": provider}));
    match sent {
        Some(sent) => story.on(sent, "clinicLetterSent", json!({"appointmentId": "A1"})),
        None => story,
    }
}

/// The view's file as the projector makes it, with these pathways in it.
pub(crate) fn ledger(histories: &[History]) -> Connection {
    let view = view();
    let rows = histories.iter().map(|history| (history.pathway_id(), view.rows(history)));
    views_for_tests::lay_out(&view, rows)
}
