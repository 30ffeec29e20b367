//! Steps that are wrong in themselves: the field is named and what would be right, never the value.

use serde_json::{Value, json};

use crate::{
    house::{House, arrived, on},
    process::{RECORD, id},
};

/// A value that must never come back: a made-up NHS number with a wrong check digit, a name, a phrase.
const OFFENDING: [&str; 3] = ["9990000019", "Zebedee", "quinsy"];

fn refusal(code: &str, field: &str, message: &str) -> Value {
    json!({"__typename": "StepRefused", "code": code, "field": field, "message": message})
}

/// The answer to one step, which must not repeat what offended.
fn answered(house: &House, input: &Value) -> Value {
    let answer = house.staff.ask(RECORD, &json!({"input": input}));
    let text = answer.to_string();
    for value in OFFENDING {
        assert!(!text.contains(value), "an answer repeats a value: {text}");
    }
    answer
}

/// Sends all, then compares all.
fn all_are_answered(house: &House, cases: &[(Value, Value)]) {
    let answers: Vec<Value> = cases.iter().map(|(input, _)| answered(house, input)).collect();
    let expected = cases.iter().map(|(_, answer)| json!({"data": {"record": answer}}));
    assert_eq!(answers, expected.collect::<Vec<_>>());
}

#[test]
fn a_wrong_value_in_a_step_is_refused_by_its_field() {
    let house = House::new();
    let subject = |fields: Value| {
        let mut all = json!({"subjectRef": id(7)});
        all.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        json!({"pathwaySubject": all})
    };
    let cases = [
        (
            subject(json!({"nhsNumber": OFFENDING[0], "personName": OFFENDING[1]})),
            refusal(
                "MALFORMED",
                "step.pathwaySubject.nhsNumber",
                "expected a ten-digit NHS number with a right check digit",
            ),
        ),
        (
            json!({"patientArrived": {"appointmentId": 9_990_000_019_u64}}),
            refusal("MALFORMED", "step.patientArrived.appointmentId", "expected a string"),
        ),
        (
            json!({"patientArrived": OFFENDING[1]}),
            refusal("MALFORMED", "step.patientArrived", "expected struct PatientArrived"),
        ),
    ];
    let numbered = cases.into_iter().zip(10..);
    let cases: Vec<_> = numbered.map(|((step, answer), n)| (on(1, n, step), answer)).collect();
    all_are_answered(&house, &cases);
}

#[test]
fn a_wrong_field_of_a_command_is_refused_by_its_name() {
    let house = House::new();
    let with = |field: &str, value: Value| {
        let mut input = on(1, 1, arrived());
        input[field] = value;
        input
    };
    let cases = [
        (
            with("occurredAt", json!("2999-01-01")),
            refusal(
                "IN_FUTURE",
                "occurredAt",
                "`occurredAt` is in the future: expected a time no later than 5 minutes from now",
            ),
        ),
        (
            with("occurredAt", json!("1899-12-31")),
            refusal(
                "BEFORE_1900",
                "occurredAt",
                "`occurredAt` is before 1900: expected a time since 1900-01-01",
            ),
        ),
        (
            with("occurredAt", json!(OFFENDING[2])),
            refusal(
                "MALFORMED",
                "occurredAt",
                "expected a day (2026-01-31) or an instant with its zone (2026-01-31T09:30:00Z)",
            ),
        ),
        (
            with("enteredInSourceAt", json!(OFFENDING[2])),
            refusal(
                "MALFORMED",
                "enteredInSourceAt",
                "expected an instant with its zone, 2026-01-31T09:30:00Z",
            ),
        ),
        (
            with("commandId", json!(OFFENDING[0])),
            refusal("MALFORMED", "commandId", "expected a UUID"),
        ),
        (
            with("pathway", json!({"id": OFFENDING[0]})),
            refusal("MALFORMED", "pathway.id", "expected a UUID"),
        ),
        (
            with("pathway", json!({"ubrn": OFFENDING[0]})),
            refusal("MALFORMED", "pathway.ubrn", "expected a UBRN of twelve digits"),
        ),
        (
            with("pathway", Value::Null),
            refusal(
                "MALFORMED",
                "pathway",
                "expected the pathway this step belongs to, as {id}, {ubrn} or {ppid}",
            ),
        ),
        (
            with("patient", json!(id(7))),
            refusal("MALFORMED", "patient", "expected a pathway or a patient, not both"),
        ),
        (
            with("source", json!("")),
            refusal("MALFORMED", "source", "expected a label of 1 to 200 characters"),
        ),
    ];
    all_are_answered(&house, &cases);
}

#[test]
fn what_the_schema_does_not_know_is_no_request() {
    let house = House::new();
    let mut no_time = on(1, 1, arrived());
    no_time.as_object_mut().unwrap().remove("occurredAt");
    let mut own_actor = on(1, 1, arrived());
    own_actor["actor"] = json!(OFFENDING[1]);
    let cases = [
        (
            on(1, 1, json!({"patientTeleported": {"to": OFFENDING[1]}})),
            r#""input.step", unknown field "patientTeleported" of type "StepInput""#,
        ),
        (
            on(1, 1, json!({"patientArrived": {"appointmentId": "A1", "mood": OFFENDING[1]}})),
            r#""input.step.patientArrived", unknown field "mood" of type "PatientArrivedInput""#,
        ),
        (
            on(1, 1, json!({"patientArrived": {}})),
            r#""input.step.patientArrived", field "appointmentId" of type "AppointmentId!" is required but not provided"#,
        ),
        (
            on(1, 1, json!({"patientArrived": {"appointmentId": "A1"}, "patientDied": {}})),
            r#""input.step", Oneof input objects requires have exactly one field"#,
        ),
        (
            on(1, 1, json!({})),
            r#""input.step", Oneof input objects requires have exactly one field"#,
        ),
        (no_time, r#""input", field "occurredAt" of type "String!" is required but not provided"#),
        (own_actor, r#""input", unknown field "actor" of type "RecordInput""#),
    ];
    let answers: Vec<Value> = cases.iter().map(|(input, _)| answered(&house, input)).collect();
    let refused = cases.iter().map(|(_, message)| {
        json!({"errors": [{
            "message": format!("Invalid value for argument {message}"),
            "locations": [{"line": 1, "column": 42}],
            "extensions": {"code": "BAD_USER_INPUT"},
        }]})
    });
    assert_eq!(answers, refused.collect::<Vec<_>>());
}

#[test]
fn a_step_that_cannot_go_where_it_is_sent_says_where_it_goes() {
    let house = House::new();
    house.begin(1, 7);
    let contact = json!({"contactPointRetired": {"contactPoint": "C1"}});
    let withdrawal = json!({"stepEnteredInError": {"eventId": id(404), "reason": "Wrong person."}});
    let correction =
        json!({"stepCorrected": {"eventId": id(404), "reason": "Wrong.", "step": arrived()}});
    let cases = [
        (
            on(1, 1, contact),
            refusal(
                "WRONG_TARGET",
                "pathway",
                "`ContactPointRetired` does not go there: expected no pathway and no patient: it is about a service, an organisation or a pack",
            ),
        ),
        (
            on(1, 2, withdrawal),
            refusal(
                "UNKNOWN_EVENT",
                "eventId",
                "`eventId` names no event of this pathway: expected the id of a step recorded on it",
            ),
        ),
        (
            on(1, 3, correction),
            refusal(
                "UNKNOWN_EVENT",
                "eventId",
                "`eventId` names no event of this pathway: expected the id of a step recorded on it",
            ),
        ),
    ];
    all_are_answered(&house, &cases);
}
