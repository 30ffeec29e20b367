//! One word, one meaning, in the whole catalogue.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use steps::StepKind;

/// The type of a field, whether it may be left out or given several times.
fn type_of(field: &Value) -> String {
    if let Some(reference) = field["$ref"].as_str() {
        return reference.trim_start_matches("#/$defs/").to_owned();
    }
    if let Some(first) = field["anyOf"].as_array().and_then(|choices| choices.first()) {
        return type_of(first);
    }
    let written = field["type"].as_str().or_else(|| field["type"][0].as_str());
    match (written, field["format"].as_str()) {
        (Some("array"), _) => type_of(&field["items"]),
        (Some(written), Some(format)) => format!("{written} ({format})"),
        (Some(written), None) => written.to_owned(),
        (None, _) => panic!("a field without a type: {field}"),
    }
}

/// The steps, and the records inside them, by name: a record stands in the schemas of its steps.
fn records() -> BTreeMap<String, Value> {
    let mut records = BTreeMap::new();
    for kind in StepKind::ALL {
        let schema = kind.schema().to_value();
        for (name, definition) in definitions(&schema) {
            records.insert(name.to_owned(), definition.clone());
        }
        records.insert(kind.name().to_owned(), schema);
    }
    records
}

fn definitions(schema: &Value) -> impl Iterator<Item = (&str, &Value)> {
    let definitions = schema["$defs"].as_object().into_iter().flatten();
    definitions.map(|(name, definition)| (name.as_str(), definition))
}

#[test]
fn one_field_name_has_one_type() {
    let mut types: BTreeMap<String, BTreeMap<String, Vec<String>>> = BTreeMap::new();
    for (record, schema) in records() {
        for (field, written) in schema["properties"].as_object().into_iter().flatten() {
            let places = types.entry(field.clone()).or_default();
            places.entry(type_of(written)).or_default().push(record.clone());
        }
    }
    assert!(
        types.contains_key("provider"),
        "no fields were found: the test looks in the wrong place"
    );
    let torn: Vec<_> = types.into_iter().filter(|(_, places)| places.len() > 1).collect();
    assert!(torn.is_empty(), "fields with more than one type: {torn:#?}");
}

#[test]
fn one_definition_name_means_one_thing() {
    let mut meanings: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for kind in StepKind::ALL {
        for (name, definition) in definitions(&kind.schema().to_value()) {
            meanings.entry(name.to_owned()).or_default().insert(definition.to_string());
        }
    }
    for (name, ways) in &meanings {
        assert_eq!(ways.len(), 1, "`{name}` means more than one thing: {ways:#?}");
        // Where two types of one schema share a name, the second is written with a number.
        let plain = name.trim_end_matches(|last: char| last.is_ascii_digit());
        let twin = plain != name && meanings.contains_key(plain);
        assert!(!twin, "`{name}` is a second `{plain}`: two types share a name");
    }
}
