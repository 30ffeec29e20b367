//! What happens to pathways, what becomes of their rows, and the figures over them.

mod drill_down;
mod figures;
mod rows;

use chrono::NaiveDate;
use pathway::History;
use projector::{Connection, View};
use steps::PathwayId;
use testkit::{Story, Value, json, story};
use uuid::Uuid;

use crate::CancerAndDiagnosticsView;

fn view() -> CancerAndDiagnosticsView {
    CancerAndDiagnosticsView::new(policy::shipped_standards())
}

fn date(raw: &str) -> NaiveDate {
    raw.parse().unwrap()
}

/// A suspected-cancer referral on 5 January, paid for by 72Q.
fn suspected(provider: &str) -> Story {
    let fields = json!({"cancerRoute": "URGENT_SUSPECTED_CANCER", "provider": provider});
    let referral = json!({"provider": provider, "commissioner": "72Q", "function": "C_100"});
    story().on("2026-01-05", "referralReceived", referral).on(
        "2026-01-05",
        "cancerPathwayOpened",
        fields,
    )
}

fn told(story: Story, on: &str) -> Story {
    story.on(on, "diagnosisCommunicated", json!({"diagnosisOutcome": "CANCER", "provider": null}))
}

fn asked_for(on: &str, test: Value, provider: &str) -> Story {
    let fields = json!({"testId": "T1", "modality": "IMAGING", "dm01": true, "dm01Test": test,
        "requester": "G85001", "provider": provider});
    story().on(on, "testRequested", fields)
}

/// The view's file as the projector makes it, with these stories in it.
fn file_of(stories: &[Story]) -> Connection {
    file_under(&view(), stories)
}

fn file_under(view: &CancerAndDiagnosticsView, stories: &[Story]) -> Connection {
    let rows = (1_u128..).zip(stories).map(|(n, story)| {
        let pathway = PathwayId(Uuid::from_u128(n));
        (pathway, view.rows(&History::of(pathway, story.told())))
    });
    views_for_tests::lay_out(view, rows)
}
