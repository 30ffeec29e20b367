//! What is refused says which field and what would be right, and never repeats the value.

use serde_json::{Value, json};
use steps::StepKind;
use testkit::{Fill, sample};

const NHS_NUMBER: &str = "9434765919";

/// Where the values of `value` stand, as JSON pointers.
fn leaves(value: &Value) -> Vec<String> {
    let inner: Vec<(String, &Value)> = match value {
        Value::Object(fields) => fields.iter().map(|(name, inner)| (name.clone(), inner)).collect(),
        Value::Array(items) => {
            items.iter().enumerate().map(|(place, item)| (place.to_string(), item)).collect()
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            return vec![String::new()];
        }
    };
    let below = |(name, inner): (String, &Value)| {
        leaves(inner).into_iter().map(move |rest| format!("/{name}{rest}")).collect::<Vec<_>>()
    };
    inner.into_iter().flat_map(below).collect()
}

/// An NHS number in every disguise in which a client could put it into a wrong field.
fn disguises() -> [Value; 5] {
    [
        json!(NHS_NUMBER),
        json!(9_434_765_919_u64),
        json!([NHS_NUMBER]),
        json!(format!("NHS number {NHS_NUMBER}, expected {NHS_NUMBER} at line {NHS_NUMBER}")),
        json!(format!("{NHS_NUMBER}{}", "x".repeat(5_000))),
    ]
}

#[test]
fn an_nhs_number_in_any_field_of_any_step_is_never_repeated() {
    let mut refused = 0;
    for kind in StepKind::ALL {
        let whole = sample(*kind, Fill::All);
        for place in leaves(&whole) {
            for disguise in disguises() {
                let mut fields = whole.clone();
                *fields.pointer_mut(&place).unwrap() = disguise;
                let clear = fields.to_string();
                let input = json!({ kind.field_name(): fields }).to_string();
                let stored = steps::decode(*kind, kind.version(), clear.as_bytes());
                for answer in [steps::decode_input(input.as_bytes()), stored] {
                    let Err(bad) = answer else { continue };
                    refused += 1;
                    let message = bad.to_string();
                    assert!(!message.contains(NHS_NUMBER), "{}{place}: {message}", kind.name());
                }
            }
        }
    }
    assert!(refused > 0, "nothing was refused: the test looks in the wrong place");
}

#[test]
fn an_nhs_number_in_place_of_a_step_is_never_repeated() {
    for input in [json!({ NHS_NUMBER: {} }), json!(NHS_NUMBER), json!([NHS_NUMBER])] {
        let message = steps::decode_input(input.to_string().as_bytes()).unwrap_err().to_string();
        assert!(!message.contains(NHS_NUMBER), "{message}");
    }
}

#[test]
fn every_filled_step_is_taken_apart_and_put_together_again() {
    for kind in StepKind::ALL {
        let input = json!({ kind.field_name(): sample(*kind, Fill::All) }).to_string();
        let step = steps::decode_input(input.as_bytes()).unwrap();
        let (clear, personal) = step.split_payload().unwrap();
        let read = steps::personal::join(personal, || steps::decode(*kind, kind.version(), &clear));
        assert_eq!(read.as_ref(), Ok(&step), "{}", kind.name());
    }
}
