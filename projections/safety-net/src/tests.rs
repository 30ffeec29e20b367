//! What is missing, how far things came, and what is silent, told as stories.

mod dispatches;
mod documents;
mod escalation;
mod feeds;
mod holidays;
mod huge;
mod hull;
mod kept;
mod laws;
mod resends;
mod streams;

use std::sync::LazyLock;

use chrono::{DateTime, Utc};
use pathway::History;
use policy::SafetyNet;
use projector::{Connection, View};
use steps::{OdsCode, PathwayId, RuleId};
use testkit::{Story, json, story};
use uuid::Uuid;

use crate::{Expected, Listed, MissingAsk, SafetyNetView, missing};

/// Read once: the rules are checked against the schemas of the steps.
static VIEW: LazyLock<SafetyNetView> = LazyLock::new(|| SafetyNetView::new(SafetyNet::shipped()));

fn view() -> &'static SafetyNetView {
    &VIEW
}

fn at(raw: &str) -> DateTime<Utc> {
    raw.parse().unwrap()
}

fn trust(code: &str) -> OdsCode {
    code.parse().unwrap()
}

fn rule(id: &str) -> RuleId {
    id.parse().unwrap()
}

/// A pathway with its own event ids: `n` in front of the place in the story.
fn pathway(n: u128, story: &Story) -> History {
    let mut told = story.told();
    for one in &mut told {
        one.event_id.0 = Uuid::from_u128(n * 1_000 + one.event_id.0.as_u128());
    }
    History::of(PathwayId(Uuid::from_u128(n)), told)
}

/// A test asked for by RJ1 that RWA reports at a moment.
fn reported(at: &str, abnormality: &str) -> Story {
    let asked = json!({"testId": "T1", "requester": "G85001", "urgency": "ROUTINE"});
    let found = json!({"testId": "T1", "abnormality": abnormality, "provider": "RWA"});
    story().on("2023-05-01", "testRequested", asked).on(at, "resultReported", found)
}

/// The notice of its result to the practice.
fn notice(alert: bool) -> testkit::Value {
    json!({"testId": "T1", "toOrganisation": "G85001", "toPatient": false, "alert": alert})
}

/// The receipt for it.
fn receipt(alert: bool) -> testkit::Value {
    json!({"testId": "T1", "toOrganisation": "G85001", "alert": alert})
}

/// What is missing of a rule at a moment.
fn missing_of(conn: &Connection, id: &str, now: &str) -> Vec<Listed<Expected>> {
    let ask = MissingAsk {
        owner: None,
        rule: Some(rule(id)),
        sender: None,
        escalated: None,
        now: at(now),
        after: None,
        first: 1_000,
    };
    missing(conn, &ask).unwrap()
}

/// The pathways of a list, by number.
fn pathways<T>(listed: &[Listed<T>]) -> Vec<u128> {
    let mut numbers: Vec<u128> = listed.iter().map(|one| one.pathway_id.0.as_u128()).collect();
    numbers.sort_unstable();
    numbers
}

/// The view's file as the projector makes it, with these pathways in it.
fn file(histories: &[History]) -> Connection {
    let rows = histories.iter().map(|history| (history.pathway_id(), view().rows(history)));
    views_for_tests::lay_out(view(), rows)
}
