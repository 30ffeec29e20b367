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
    let mut at = Value::Null;
    for (number, on) in [(1, "2026-01-05"), (2, "2026-01-12"), (3, "2026-01-12"), (4, "2026-02-01")]
    {
        let referral = json!({"referralReceived": {"provider": "RJ1", "service": "s1",
            "rttScope": "IN_SCOPE", "function": "110", "route": "OTHER",
            "referralPurpose": "TREATMENT"}});
        at = record(number, on, referral);
    }
    for (number, person) in [(2, PERSON), (4, OTHER)] {
        at = record(number, "2026-02-02", json!({"pathwaySubject": {"subjectRef": person}}));
    }
    let patient = server.token(Who::Patient(PERSON));
    let place = |number: u32| {
        let asked = json!({"id": pathway(number), "at": at});
        server.ask(patient.as_deref(), PLACE, asked)["data"]["queuePlace"].clone()
    };
    let own = json!({"provider": "RJ1", "treatmentFunction": "110", "countedFrom": "2026-01-12",
        "before": 1, "sameDay": 1, "of": 4, "undated": 0});
    assert_eq!(place(2), own);
    assert_eq!((place(4), place(9)), (Value::Null, Value::Null));
}
