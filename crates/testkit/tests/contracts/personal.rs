//! Nothing about a person stands in what is published of the log.

use std::fs;

use serde_json::Value;
use steps::{NhsNumber, StepKind};

use crate::files::folder;

/// Every value of `value` that its schema marks as personal.
fn personal_values<'v>(value: &'v Value, schema: &Value, root: &Value) -> Vec<&'v Value> {
    if schema["x-personal"].as_bool() == Some(true) {
        return vec![value];
    }
    if let Some(reference) = schema["$ref"].as_str() {
        let pointer = reference.trim_start_matches('#');
        return personal_values(value, root.pointer(pointer).unwrap(), root);
    }
    let choices = ["anyOf", "oneOf"].into_iter().filter_map(|word| schema[word].as_array());
    let chosen = choices.flatten().flat_map(|choice| personal_values(value, choice, root));
    let fields = schema["properties"].as_object().into_iter().flatten();
    let fields = fields.filter_map(|(name, field)| Some((value.get(name)?, field)));
    let fields = fields.flat_map(|(inner, field)| personal_values(inner, field, root));
    let items = value.as_array().into_iter().flatten();
    let items = items.flat_map(|item| personal_values(item, &schema["items"], root));
    chosen.chain(fields).chain(items).collect()
}

fn is_marker(value: &Value) -> bool {
    let alone = value.as_object().is_some_and(|marker| marker.len() == 1);
    alone && value["sealed"].is_u64()
}

/// Every schema within `schema`, itself included.
fn within(schema: &Value) -> Vec<&Value> {
    let inner: Vec<&Value> = match schema {
        Value::Object(fields) => fields.values().collect(),
        Value::Array(items) => items.iter().collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
    };
    std::iter::once(schema).chain(inner.into_iter().flat_map(within)).collect()
}

fn read(name: &str) -> Value {
    serde_json::from_str(&fs::read_to_string(folder().join(name)).unwrap()).unwrap()
}

#[test]
fn a_personal_field_of_a_golden_event_holds_its_marker_and_no_value() {
    let mut markers = 0;
    for kind in StepKind::ALL {
        let name = format!("{}.v{}.json", kind.field_name(), kind.version());
        let schema = kind.schema().to_value();
        let golden = read(&name);
        for value in personal_values(&golden, &schema, &schema) {
            assert!(is_marker(value), "schema/events/{name} shows a personal value");
            markers += 1;
        }
    }
    assert!(markers > 0, "no personal field was found: the test looks in the wrong place");
}

#[test]
fn a_schema_gives_no_example_of_a_personal_field() {
    for kind in StepKind::ALL {
        let name = format!("{}.v{}.schema.json", kind.field_name(), kind.version());
        let schema = read(&name);
        for part in within(&schema) {
            if part["x-personal"].as_bool() == Some(true) {
                for word in ["example", "examples", "default", "const", "enum"] {
                    assert!(part.get(word).is_none(), "schema/events/{name}: `{word}`");
                }
            }
        }
    }
}

#[test]
fn no_contract_holds_an_nhs_number() {
    for entry in fs::read_dir(folder()).unwrap() {
        let path = entry.unwrap().path();
        let written = fs::read_to_string(&path).unwrap();
        for run in written.split(|letter: char| !letter.is_ascii_digit()) {
            assert!(run.parse::<NhsNumber>().is_err(), "{}", path.display());
        }
    }
}
