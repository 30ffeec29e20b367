//! The contracts of the log in `schema/events/`: for each step a golden event and a JSON Schema.
//!
//! `referralSent.v1.json` is the clear payload as the log keeps it, every field filled, personal
//! values already replaced by their markers. `referralSent.v1.schema.json` describes what may be
//! sent. From release 0.1.0 on a file is added to and never changed: a change of shape is a new
//! version beside the old. Until then, and for a new step:
//!
//! `UPDATE_CONTRACTS=1 cargo test -p testkit --test contracts every_step_is_written`

use std::{collections::BTreeSet, fs, path::PathBuf};

use serde_json::{Value, json};
use steps::StepKind;
use testkit::{Fill, sample};

const UPDATE: &str =
    "UPDATE_CONTRACTS=1 cargo test -p testkit --test contracts every_step_is_written";

/// Where the contracts are kept.
pub(crate) fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../schema/events")
}

fn golden_name(kind: StepKind) -> String {
    format!("{}.v{}.json", kind.field_name(), kind.version())
}

fn schema_name(kind: StepKind) -> String {
    format!("{}.v{}.schema.json", kind.field_name(), kind.version())
}

/// The clear payload of a filled step, as the log keeps it.
fn golden(kind: StepKind) -> Value {
    let input = json!({ kind.field_name(): sample(kind, Fill::All) }).to_string();
    let step = steps::decode_input(input.as_bytes()).unwrap();
    let (clear, _personal) = step.split_payload().unwrap();
    serde_json::from_slice(&clear).unwrap()
}

/// The schema of a step. A step within a step is described in its own file, not once more.
fn schema(kind: StepKind) -> Value {
    let mut schema = kind.schema().to_value();
    if let Some(definitions) = schema["$defs"].as_object_mut() {
        for inner in StepKind::ALL {
            if let Some(definition) = definitions.get_mut(inner.name()) {
                *definition = json!({ "$ref": schema_name(*inner) });
            }
        }
    }
    while forget_unused(&mut schema) {}
    schema
}

/// Takes definitions away that nothing refers to, and says whether there were any.
fn forget_unused(schema: &mut Value) -> bool {
    let written = schema.to_string();
    let Some(definitions) = schema["$defs"].as_object_mut() else { return false };
    let before = definitions.len();
    definitions.retain(|name, _| written.contains(&format!("\"#/$defs/{name}\"")));
    definitions.len() < before
}

/// Every contract: its file and what stands in it.
fn contracts() -> Vec<(String, String)> {
    let both = |kind: &StepKind| {
        [(golden_name(*kind), golden(*kind)), (schema_name(*kind), schema(*kind))]
    };
    let pretty = |value: Value| format!("{}\n", serde_json::to_string_pretty(&value).unwrap());
    StepKind::ALL.iter().flat_map(both).map(|(name, value)| (name, pretty(value))).collect()
}

#[expect(clippy::disallowed_methods, reason = "a switch of this test, not configuration")]
fn updating() -> bool {
    std::env::var("UPDATE_CONTRACTS").is_ok_and(|value| value == "1")
}

#[test]
fn every_step_is_written_and_described_as_its_files_say() {
    fs::create_dir_all(folder()).unwrap();
    for (name, expected) in contracts() {
        let path = folder().join(&name);
        if updating() {
            fs::write(&path, &expected).unwrap();
        }
        let found = fs::read_to_string(&path).unwrap_or_default();
        assert!(
            found == expected,
            "schema/events/{name} differs from the code. What is released is frozen: add a new \
             version of the step. Of a step that is not released, write the file: {UPDATE}"
        );
    }
}

#[test]
fn every_file_is_the_contract_of_a_step() {
    let expected: BTreeSet<String> = contracts().into_iter().map(|(name, _)| name).collect();
    for entry in fs::read_dir(folder()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(expected.contains(&name), "schema/events/{name} belongs to no step");
    }
}

#[test]
fn every_golden_event_is_still_read_as_its_step_and_written_as_it_was() {
    for kind in StepKind::ALL {
        let name = golden_name(*kind);
        let written = fs::read(folder().join(&name)).unwrap();
        let step = steps::decode(*kind, kind.version(), &written);
        let step = step.unwrap_or_else(|bad| panic!("schema/events/{name} is not read: {bad}"));
        assert_eq!(step.kind(), *kind, "schema/events/{name}");
        let as_it_was: Value = serde_json::from_slice(&written).unwrap();
        assert_eq!(step.payload().unwrap(), as_it_was, "schema/events/{name}");
    }
}

#[test]
fn every_golden_event_has_every_field_of_its_schema() {
    for kind in StepKind::ALL {
        let schema = kind.schema().to_value();
        let golden = golden(*kind);
        for field in schema["properties"].as_object().into_iter().flatten().map(|(name, _)| name) {
            assert!(golden.get(field).is_some(), "{} lacks `{field}`", golden_name(*kind));
        }
    }
}
