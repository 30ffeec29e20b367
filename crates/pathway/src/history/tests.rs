//! Laws of a history.

mod corrections;
mod laws;
mod order;

use chrono::{DateTime, Utc};
use steps::{EventId, OccurredAt, PathwayId, Step};
use testkit::{Value, json};
use uuid::Uuid;

use super::*;

fn id(n: u128) -> EventId {
    EventId(Uuid::from_u128(n))
}

fn at(when: &str) -> OccurredAt {
    when.parse().unwrap()
}

fn recorded_at() -> DateTime<Utc> {
    "2026-06-30T12:00:00Z".parse().unwrap()
}

/// Event `n`: `step` happened at `when`.
fn told_step(n: u128, when: &str, step: Step) -> Told {
    Told {
        event_id: id(n),
        occurred_at: at(when),
        entered_in_source_at: None,
        recorded_at: recorded_at(),
        actor: None,
        source: None,
        step,
    }
}

fn told(n: u128, when: &str, name: &str, fields: Value) -> Told {
    told_step(n, when, testkit::step(name, fields))
}

fn arrived(n: u128, when: &str) -> Told {
    arrived_for(n, when, "A1")
}

fn arrived_for(n: u128, when: &str, appointment: &str) -> Told {
    told(n, when, "patientArrived", json!({ "appointmentId": appointment }))
}

/// Event `n`: event `target` should read as an arrival for `appointment`.
fn corrected(n: u128, when: &str, target: u128, appointment: &str) -> Told {
    let step = json!({"patientArrived": {"appointmentId": appointment}});
    told(n, when, "stepCorrected", json!({"eventId": id(target), "step": step}))
}

/// Event `n`: event `target` should never have been recorded.
fn withdrawn(n: u128, when: &str, target: u128) -> Told {
    told(n, when, "stepEnteredInError", json!({ "eventId": id(target) }))
}

fn history(told: Vec<Told>) -> History {
    History::of(PathwayId(Uuid::from_u128(0xA)), told)
}

fn ids(history: &History) -> Vec<u128> {
    history.entries().iter().map(|entry| entry.event_id().0.as_u128()).collect()
}

/// The appointments for which the patient arrived, in order.
fn appointments(history: &History) -> Vec<&str> {
    let mut found = Vec::new();
    for entry in history.entries() {
        if let Step::PatientArrived(step) = entry.step() {
            found.push(step.appointment_id.as_str());
        }
    }
    found
}
