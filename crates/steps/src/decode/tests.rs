//! Nothing that comes in makes the reader fall over or repeat a value.

use proptest::prelude::*;

use super::*;

/// Some JSON, up to three levels deep.
fn any_json() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(serde_json::Value::from),
        any::<i64>().prop_map(serde_json::Value::from),
        any::<String>().prop_map(serde_json::Value::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        let fields = prop::collection::vec((any::<String>(), inner.clone()), 0..4);
        prop_oneof![
            prop::collection::vec(inner, 0..4).prop_map(serde_json::Value::from),
            fields.prop_map(|fields| serde_json::Value::Object(fields.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _answer = decode_input(&bytes);
    }

    #[test]
    fn any_json_in_place_of_a_step_is_read_or_refused(
        at in 0..StepKind::ALL.len(),
        fields in any_json(),
    ) {
        let kind = StepKind::ALL[at];
        let input = serde_json::json!({ kind.field_name(): fields.clone() }).to_string();
        let _answer = decode_input(input.as_bytes());
        let _answer = decode(kind, kind.version(), fields.to_string().as_bytes());
    }

    #[test]
    fn a_code_that_is_not_one_is_never_repeated(before in ".{0,20}", after in ".{0,20}") {
        for middle in ["", ", expected ", " at line ", "`, expected one of ", "\", expected "] {
            let code = format!("{before}{middle}9434765919{after}");
            let fields = serde_json::json!({"letterId": "L1", "letterType": code});
            let input = serde_json::json!({ "letterDrafted": fields }).to_string();
            let message = decode_input(input.as_bytes()).unwrap_err().to_string();
            prop_assert!(!message.contains("9434765919"), "{}", message);
        }
    }
}

#[test]
fn a_refusal_names_the_field_and_what_would_be_right() {
    let refused = decode_input(br#"{"pathwaySubject": {"subjectRef": 7}}"#).unwrap_err();
    assert_eq!(refused.to_string(), "pathwaySubject.subjectRef: expected a formatted UUID string");
}

#[test]
fn what_follows_a_step_is_refused() {
    let input = br#"{"patientArrived": {"appointmentId": "A1"}} {}"#;
    assert!(
        matches!(decode_input(input), Err(BadStep::Malformed { field, .. }) if field == "step")
    );
}

#[test]
fn a_version_that_was_never_written_is_unknown() {
    let answer = decode(StepKind::PatientArrived, 2, br#"{"appointmentId": "A1"}"#);
    assert_eq!(answer, Err(BadStep::Unknown { name: "PatientArrived".to_owned(), version: 2 }));
}
