//! Where somebody stands in the queue: a patient asks for their own place and learns of no other's.

use serde_json::{Value, json};
use waymark_tests::{Server, Who};

const PERSON: &str = "00000000-0000-4000-8000-0000000000aa";
const OTHER: &str = "00000000-0000-4000-8000-0000000000bb";

const RECORD: &str =
    "mutation($input: RecordInput!) { record(input: $input) { ... on StepRecorded { position } } }";
const PLACE: &str = "query($id: ID!, $at: Position) { queuePlace(pathwayId: $id, atLeast: $at) {
    provider treatmentFunction countedFrom before sameDay of undated } }";

fn pathway(number: u32) -> String {
    format!("00000000-0000-4000-8000-{number:012}")
}

#[test]
fn a_patient_sees_how_many_stand_before_them_and_nothing_of_anothers_place() {
    let server = Server::fresh();
    let staff = server.token(Who::Staff("BOOKING_TEAM", "RJ1"));
    let mut commands = 100;
    let mut record = |number: u32, on: &str, step: Value| {
        commands += 1;
        let input = json!({"pathway": {"id": pathway(number)}, "occurredAt": on,
            "commandId": pathway(commands), "step": step});
        let answer = server.ask(staff.as_deref(), RECORD, json!({"input": input}));
        answer["data"]["record"]["position"].clone()
    };
    let referral = || {
        json!({"referralReceived": {"provider": "RJ1", "service": "s1", "rttScope": "IN_SCOPE",
            "function": "110", "route": "OTHER", "referralPurpose": "TREATMENT"}})
    };
    for (number, on) in [(1, "2026-01-05"), (2, "2026-01-12"), (3, "2026-01-12"), (4, "2026-02-01")]
    {
        record(number, on, referral());
    }
    record(2, "2026-02-02", json!({"pathwaySubject": {"subjectRef": PERSON}}));
    let at = record(4, "2026-02-02", json!({"pathwaySubject": {"subjectRef": OTHER}}));
    let patient = server.token(Who::Patient(PERSON));
    let place = |token: Option<&str>, number: u32, at: &Value| {
        let asked = json!({"id": pathway(number), "at": at});
        server.ask(token, PLACE, asked)["data"]["queuePlace"].clone()
    };
    let of = |of: u32| {
        json!({"provider": "RJ1", "treatmentFunction": "110", "countedFrom": "2026-01-12",
            "before": 1, "sameDay": 1, "of": of, "undated": 0})
    };
    let withheld = json!({"provider": "RJ1", "treatmentFunction": "110",
        "countedFrom": "2026-01-12", "before": null, "sameDay": null, "of": null, "undated": null});
    assert_eq!(
        place(patient.as_deref(), 2, &at),
        withheld,
        "of a list of four a patient is told no numbers"
    );
    assert_eq!(place(staff.as_deref(), 2, &at), of(4));
    let later = (5..=20).map(|number| record(number, "2026-03-01", referral()));
    let at = later.last().unwrap();
    assert_eq!(place(patient.as_deref(), 2, &at), of(20));
    assert_eq!(
        (place(patient.as_deref(), 4, &at), place(patient.as_deref(), 9, &at)),
        (Value::Null, Value::Null)
    );
}
