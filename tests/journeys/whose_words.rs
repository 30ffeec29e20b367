//! Whose words a step is: Waymark's own, or those of professionals among themselves.

use serde_json::{Value, json};
use waymark_tests::{Server, Who};

use crate::office::{Office, id};

const RECORD: &str = "mutation($input: RecordInput!) { record(input: $input) { __typename
    ... on StepRefused { code field message } } }";

const PERSON: &str = "00000000-0000-4000-8000-0000000000aa";

/// Alarms go out, signed, in Waymark's name: only the clock and a letter written by it make one.
#[test]
fn nobody_records_in_the_systems_name() {
    let mut office = Office::over(Server::fresh());
    let told = office.on(1, "2026-01-05", json!({"patientArrived": {"appointmentId": "A1"}}));
    let trigger = told["eventId"].clone();
    let breached = json!({"obligationBreached": {"rule": "FORGED-RULE",
        "pack": "forged", "packVersion": "1", "eventId": trigger, "due": "2026-01-06"}});
    let corrected = json!({"stepCorrected": {"eventId": trigger, "step": breached}});
    let silent = json!({"feedSilent": {"feed": "letters", "receivedCount": 0, "usualCount": 9}});
    for (n, step) in (500..).zip([breached, corrected, silent]) {
        let mut input = json!({"occurredAt": "2026-01-06", "commandId": id(n), "step": step});
        if input["step"].get("feedSilent").is_none() {
            input["pathway"] = json!({"id": id(1)});
        }
        let answer = office.server.ask(office.staff.as_deref(), RECORD, json!({"input": input}));
        assert_eq!(answer["data"]["record"]["code"], "NOT_ALLOWED", "{answer:#}");
        assert_eq!(answer["data"]["record"]["field"], "step");
    }
}

/// What organisations raise with each other about their work is for staff and auditors.
#[test]
fn a_patient_reads_no_concern_and_not_why_work_was_passed_on() {
    let mut office = Office::fresh();
    office.on(1, "2026-01-05", json!({"pathwaySubject": {"subjectRef": PERSON}}));
    office.on(
        1,
        "2026-01-06",
        json!({"interfaceConcernRaised": {"concernId": "C1", "concernCategory": "POINTS_OF_CONTACT",
            "harmLevel": "NONE", "raisedBy": "PRACTICE", "fromOrganisation": "G85001",
            "toOrganisation": "RJ1", "details": "among professionals"}}),
    );
    office.on(
        1,
        "2026-01-07",
        json!({"workTransferRequested": {"actionId": "W1", "workCategory": "PRESCRIBE",
            "fromOrganisation": "RJ1", "toOrganisation": "G85001", "reason": "no time for it"}}),
    );
    let patient = office.server.token(Who::Patient(PERSON));
    let query = "query($id: ID!) { history(pathwayId: $id) { nodes { typeName payload } } }";
    let read = |token: Option<&str>| office.server.ask(token, query, json!({"id": id(1)}));
    let seen = read(patient.as_deref());
    let names: Vec<&Value> = seen["data"]["history"]["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|node| &node["typeName"])
        .collect();
    assert_eq!(names, ["pathwaySubject", "workTransferRequested"], "{seen:#}");
    assert!(!seen.to_string().contains("no time for it"), "{seen:#}");
    let staff = read(office.staff.as_deref()).to_string();
    assert!(staff.contains("among professionals") && staff.contains("no time for it"), "{staff}");
}
