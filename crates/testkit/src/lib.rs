//! given/when/then for histories: steps made from their own schema, and stories told in dates.
//!
//! A test says only what matters: `story().on("2026-01-05", "referralReceived", json!({"route": "OTHER"}))`.
//! Every other required field is filled from the step's JSON Schema ([`sample`]).

#![expect(clippy::panic, reason = "it is for tests: a bad story shall stop the test that tells it")]

mod sample;
mod story;

pub use sample::{Fill, sample, step};
pub use serde_json::{Value, json};
pub use story::{Story, pathway_id, story};
