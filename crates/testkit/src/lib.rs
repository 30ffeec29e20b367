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

/// The told stories of every promise (`tests/stories`): all files as one text of TOML, in the order of
/// their names.
///
/// # Panics
/// Where the folder or a file cannot be read.
#[must_use]
pub fn told_promises() -> String {
    told(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/stories"))
}

/// The stories of the states beside kept and broken (`tests/stories/states`), which the rules alone read.
///
/// # Panics
/// Where the folder or a file cannot be read.
#[must_use]
pub fn told_states() -> String {
    told(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/stories/states"))
}

fn told(folder: &str) -> String {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{folder}: {error}"));
    let mut paths: Vec<_> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "toml"));
    paths.sort();
    let read = |path: &std::path::PathBuf| {
        std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    };
    paths.iter().map(read).collect::<Vec<String>>().join("\n")
}
