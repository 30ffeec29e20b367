//! Each rule of the shipped packs, kept, broken and at its borders.

mod attachment;
mod channels;
mod dna;
mod letters;
mod referral;
mod stories;
mod waiting;

use chrono::{DateTime, Utc};
use pathway::clock::ClockPolicy;
use testkit::{Story, json, story};

use crate::{Obligation, Packs, State, evaluate};

/// A pathway of a South East London patient.
fn referred(on: &str) -> Story {
    story().on(on, "referralReceived", json!({"commissioner": "72Q", "provider": "RJ1"}))
}

fn at(raw: &str) -> DateTime<Utc> {
    raw.parse().unwrap()
}

/// The obligations of one rule, in the order of their triggers.
fn of_rule(story: &Story, rule: &str) -> Vec<Obligation> {
    let all = evaluate(&story.history(), &Packs::shipped(), &ClockPolicy::default());
    all.into_iter().filter(|one| one.rule.as_str() == rule).collect()
}

/// The one obligation of a rule.
fn only(story: &Story, rule: &str) -> Obligation {
    let mut found = of_rule(story, rule);
    assert_eq!(found.len(), 1, "{found:#?}");
    found.remove(0)
}

fn state(story: &Story, rule: &str, now: &str) -> State {
    only(story, rule).state(at(now))
}
