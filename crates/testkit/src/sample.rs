//! Sample steps, read off the JSON Schema, so that a new step has one at once.

use std::{
    collections::BTreeMap,
    sync::{LazyLock, Mutex, PoisonError},
};

use serde_json::{Map, Value, json};
use steps::{Step, StepKind};

/// How much of a step to fill.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fill {
    /// What must be there.
    Required,
    /// Every field but the personal ones.
    AllButPersonal,
    /// Every field.
    All,
}

/// Samples that were made: a schema takes milliseconds, and a law asks for thousands of steps.
static MADE: LazyLock<Mutex<BTreeMap<(StepKind, Fill), Value>>> = LazyLock::new(Mutex::default);

/// The fields of a sample of `kind`.
pub fn sample(kind: StepKind, fill: Fill) -> Value {
    let mut made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
    let sample = made.entry((kind, fill)).or_insert_with(|| {
        let schema = kind.schema().to_value();
        filled(&schema, &schema, fill, 0)
    });
    sample.clone()
}

/// The practice that letters go to, unless a test says another: a letter to its own sender tells nobody.
const PRACTICE: &str = "G85001";
const LETTERS: [StepKind; 2] = [StepKind::ClinicLetterSent, StepKind::DischargeSummarySent];

/// A step called by its JSON name, with `overrides` on top of what must be there.
///
/// An override of `null` takes the field away.
pub fn step(name: &str, overrides: Value) -> Step {
    let kind = StepKind::ALL.iter().copied().find(|kind| kind.field_name() == name);
    let kind = kind.unwrap_or_else(|| panic!("`{name}` is not a step"));
    let Value::Object(mut fields) = sample(kind, Fill::Required) else { panic!("not an object") };
    let Value::Object(overrides) = overrides else { panic!("overrides are an object") };
    if LETTERS.contains(&kind) {
        fields.insert("toOrganisation".to_owned(), json!(PRACTICE));
    }
    for (field, value) in overrides {
        if value.is_null() {
            fields.remove(&field)
        } else {
            fields.insert(field, value)
        };
    }
    let input = json!({ name: fields }).to_string();
    steps::decode_input(input.as_bytes()).unwrap_or_else(|bad| panic!("{name}: {bad}"))
}

fn filled(schema: &Value, root: &Value, fill: Fill, depth: usize) -> Value {
    if let Some(target) = schema["$ref"].as_str() {
        return if target == "#" || target.ends_with("/Step") {
            json!({"patientArrived": {"appointmentId": "A1"}})
        } else {
            filled(
                root.pointer(target.trim_start_matches('#')).unwrap_or(&Value::Null),
                root,
                fill,
                depth + 1,
            )
        };
    }
    for choice in ["anyOf", "oneOf"] {
        if let Some(first) = schema[choice].as_array().and_then(|all| all.first()) {
            return filled(first, root, fill, depth);
        }
    }
    if let Some(constant) = schema.get("const") {
        return constant.clone();
    }
    if let Some(first) = schema["enum"].as_array().and_then(|all| all.first()) {
        return first.clone();
    }
    let kind = schema["type"].as_str().or_else(|| schema.pointer("/type/0")?.as_str());
    match kind {
        Some("object") => object(schema, root, fill, depth),
        Some("array") => json!([filled(&schema["items"], root, fill, depth + 1)]),
        Some("integer") => json!(14),
        Some("boolean") => json!(true),
        _ => json!(text_for(schema)),
    }
}

fn object(schema: &Value, root: &Value, fill: Fill, depth: usize) -> Value {
    let required: Vec<&str> =
        schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let mut fields = Map::new();
    for (name, field) in schema["properties"].as_object().into_iter().flatten() {
        let wanted = match fill {
            Fill::Required => required.contains(&name.as_str()),
            Fill::AllButPersonal => !is_personal(field, root),
            Fill::All => true,
        };
        if wanted {
            fields.insert(name.clone(), filled(field, root, fill, depth + 1));
        }
    }
    Value::Object(fields)
}

fn is_personal(field: &Value, root: &Value) -> bool {
    let direct = field["x-personal"].as_bool() == Some(true);
    let referred = field["$ref"].as_str().and_then(|to| root.pointer(to.trim_start_matches('#')));
    let nested = field["anyOf"].as_array().into_iter().flatten();
    direct
        || referred.is_some_and(|to| is_personal(to, root))
        || nested.into_iter().any(|one| is_personal(one, root))
}

fn text_for(schema: &Value) -> &'static str {
    let description = schema["description"].as_str().unwrap_or_default();
    match (schema["format"].as_str(), description) {
        (Some("date"), _) => "2026-01-05",
        (Some("date-time"), _) => "2026-01-05T09:00:00Z",
        (Some("uuid"), _) => "00000000-0000-4000-8000-000000000001",
        (_, text) if text.contains("NHS number") => "9990000018",
        (_, text) if text.contains("an ODS code") => "RJ1",
        (_, text) if text.contains("UBRN") => "000000000001",
        (_, text) if text.contains("PPID") => "00000000000000000001",
        (_, text) if text.contains("treatment function") => "100",
        (_, text) if text.contains("SNOMED") => "183545006",
        (_, text) if text.contains("telephone") => "020 7946 0001",
        (_, text) if text.contains("a day (") => "2026-01-05T09:00:00Z",
        (_, _) => "A1",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step_has_a_sample_that_reads_as_that_step() {
        for kind in StepKind::ALL {
            for fill in [Fill::Required, Fill::AllButPersonal, Fill::All] {
                let input = json!({ kind.field_name(): sample(*kind, fill) }).to_string();
                let read = steps::decode_input(input.as_bytes());
                assert_eq!(read.map(|step| step.kind()), Ok(*kind), "{input}");
            }
        }
    }
}
