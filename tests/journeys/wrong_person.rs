//! A pathway that was linked to the wrong person at first, and put right.

use serde_json::{Value, json};
use waymark_tests::{Server, Who};

const FIRST: &str = "00000000-0000-4000-8000-0000000000aa";
const RIGHT: &str = "00000000-0000-4000-8000-0000000000bb";
const PATHWAY: &str = "00000000-0000-4000-8000-000000000001";

const RECORD: &str = "mutation($input: RecordInput!) { record(input: $input) { __typename
    ... on StepRecorded { eventId position } ... on StepRefused { code field message } } }";

struct Office {
    server: Server,
    staff: Option<String>,
    commands: u32,
}

impl Office {
    fn record(&mut self, step: Value) -> Value {
        self.commands += 1;
        let command = format!("00000000-0000-4000-8000-{:012}", 100 + self.commands);
        let input = json!({"pathway": {"id": PATHWAY}, "occurredAt": "2026-01-05",
            "commandId": command, "step": step});
        let answer = self.server.ask(self.staff.as_deref(), RECORD, json!({"input": input}));
        assert_eq!(answer["data"]["record"]["__typename"], "StepRecorded", "{answer:#}");
        answer["data"]["record"].clone()
    }

    fn seen_by(&self, person: &str) -> Value {
        let token = self.server.token(Who::Patient(person));
        let query = "query($id: ID!) { history(pathwayId: $id) { nodes { typeName payload } } }";
        self.server.ask(token.as_deref(), query, json!({"id": PATHWAY}))["data"]["history"].clone()
    }
}

fn subject(person: &str, number: &str, name: &str) -> Value {
    json!({"pathwaySubject": {"subjectRef": person, "nhsNumber": number, "personName": name}})
}

#[test]
fn the_first_person_loses_sight_of_it_and_the_right_one_learns_nothing_of_the_first() {
    let server = Server::fresh();
    let staff = server.token(Who::Staff("BOOKING_TEAM", "RJ1"));
    let mut office = Office { server, staff, commands: 0 };
    let wrong = office.record(subject(FIRST, "9990000018", "Alpha Wrongly"));
    office.record(json!({"referralSent": {"referrer": "G85001", "service": "RJ1.dermatology",
        "provider": "RJ1", "priority": "ROUTINE", "reason": "a changing mole"}}));
    assert!(office.seen_by(FIRST).to_string().contains("a changing mole"));
    office.record(json!({"stepCorrected": {"eventId": wrong["eventId"],
        "step": subject(RIGHT, "9912003888", "Beta Rightly")}}));
    assert_eq!(office.seen_by(FIRST), Value::Null);
    let seen = office.seen_by(RIGHT).to_string();
    assert!(seen.contains("referralSent"), "{seen}");
    for text in ["Alpha Wrongly", "9990000018", FIRST] {
        assert!(!seen.contains(text), "{text} in {seen}");
    }
}
