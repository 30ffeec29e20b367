//! The Hull story against a real server: notices of results stop, the alarm is raised on the first day
//! and lists exactly the patients affected; the patient is told that a result is overdue and whom to ask.

use serde_json::{Value, json};
use waymark_tests::{Server, Who};

const RECORD: &str = "mutation($input: RecordInput!) { record(input: $input) { __typename
    ... on StepRecorded { pathwayId position } ... on StepRefused { code field message } } }";

/// Weeks of which the notices were sent, then two in which they were not: Mondays.
const WELL: [&str; 6] =
    ["2023-05-22", "2023-05-29", "2023-06-05", "2023-06-12", "2023-06-19", "2023-06-26"];
const SILENT: [&str; 2] = ["2023-07-03", "2023-07-10"];

struct Department {
    server: Server,
    token: Option<String>,
    commands: u32,
    position: Value,
}

fn id(number: usize) -> String {
    format!("00000000-0000-4000-9000-{number:012}")
}

impl Department {
    fn open() -> Self {
        let server = Server::fresh();
        let token = server.token(Who::Staff("CLINICIAN", "RWA"));
        Self { server, token, commands: 0, position: Value::Null }
    }

    fn record(&mut self, pathway: Option<usize>, at: &str, step: Value) {
        self.commands += 1;
        let mut input = json!({
            "commandId": format!("00000000-0000-4000-8000-{:012}", self.commands),
            "occurredAt": at,
            "step": step,
        });
        if let Some(number) = pathway {
            input["pathway"] = json!({"id": id(number)});
        }
        let answer = self.server.ask(self.token.as_deref(), RECORD, json!({"input": input}));
        let recorded = &answer["data"]["record"];
        assert_eq!(recorded["__typename"], "StepRecorded", "{answer:#}");
        self.position = recorded["position"].clone();
    }

    fn ask(&self, query: &str, variables: Value) -> Value {
        let mut variables = variables;
        variables["at"] = self.position.clone();
        let answer = self.server.ask(self.token.as_deref(), query, variables);
        assert!(answer.get("errors").is_none(), "{answer:#}");
        answer["data"].clone()
    }

    /// Three results on each Monday; those of the weeks that went well are notified in the hour.
    fn tell(&mut self) -> Vec<String> {
        let mut affected = Vec::new();
        let days = WELL.iter().map(|day| (day, true)).chain(SILENT.iter().map(|day| (day, false)));
        for (place, (day, sent)) in days.enumerate() {
            for patient in 0..3 {
                let number = place * 3 + patient + 1;
                self.record(Some(number), &format!("{day}T08:0{patient}:00Z"), reported());
                if sent {
                    self.record(Some(number), &format!("{day}T09:00:00Z"), notice());
                } else {
                    affected.push(id(number));
                }
            }
        }
        affected
    }

    fn missing(&self, on: &str) -> Vec<String> {
        let answer = self.ask(MISSING, json!({"on": on}));
        let nodes = answer["safetyNet"]["missing"]["nodes"].as_array().unwrap();
        nodes.iter().map(|node| node["pathwayId"].as_str().unwrap().to_owned()).collect()
    }
}

fn reported() -> Value {
    json!({"resultReported": {"testId": "T1", "abnormality": "NORMAL", "provider": "RWA"}})
}

fn notice() -> Value {
    json!({"resultNotificationSent": {"testId": "T1", "toOrganisation": "B81001", "toPatient": false,
        "channel": "ELECTRONIC_DOCUMENT", "alert": false}})
}

const MISSING: &str = "query($on: DateTime!, $at: Position) { safetyNet(on: $on, atLeast: $at) {
    missing(owner: \"RWA\", rule: \"NET-RESULT-NOTIFIED\", first: 100) {
        nodes { pathwayId dueBy overdue title sender } } } }";

const FEEDS: &str = "query($on: DateTime!, $day: Date!, $at: Position) {
    safetyNet(on: $on, atLeast: $at) { feeds(day: $day) { feed pulse alarm received usual } } }";

const LOOK_BACK: &str = "query($on: DateTime!, $at: Position) { safetyNet(on: $on, atLeast: $at) {
    lookBack(rule: \"NET-RESULT-NOTIFIED\", sender: \"RWA\", from: \"2023-07-01\", to: \"2023-07-31\",
        first: 100) { nodes { pathwayId triggeredOn } } } }";

#[test]
fn notices_that_were_never_sent_raise_the_alarm_on_the_first_day_for_exactly_those_patients() {
    let mut department = Department::open();
    let affected = department.tell();
    assert_eq!(department.missing("2023-07-03T15:00:00Z"), [""; 0]);
    assert_eq!(department.missing("2023-07-03T17:00:00Z"), affected[..3], "the first day");
    assert_eq!(department.missing("2023-07-31T12:00:00Z"), affected);
    let feeds = department.ask(FEEDS, json!({"on": "2023-07-04T07:00:00Z", "day": "2023-07-03"}));
    let expected = json!([
        {"feed": "RWA/result-notices", "pulse": "SILENT", "alarm": true, "received": 0, "usual": 3},
        {"feed": "RWA/results", "pulse": "USUAL", "alarm": false, "received": 3, "usual": 3},
    ]);
    assert_eq!(feeds["safetyNet"]["feeds"], expected);
    // Found on 22 September: the notices go out, and who was affected is still told.
    for place in 0..affected.len() {
        let number = WELL.len() * 3 + place + 1;
        department.record(Some(number), "2023-09-22T12:00:00Z", notice());
    }
    assert_eq!(department.missing("2023-09-23T00:00:00Z"), [""; 0]);
    let answer = department.ask(LOOK_BACK, json!({"on": "2023-09-22T11:00:00Z"}));
    let nodes = answer["safetyNet"]["lookBack"]["nodes"].as_array().unwrap();
    let listed: Vec<&str> = nodes.iter().map(|node| node["pathwayId"].as_str().unwrap()).collect();
    assert_eq!(listed, affected);
}

const EXPECTED: &str = "query($id: ID!, $at: Position) { pathway(id: $id, atLeast: $at) {
    resultsExpected { testName expectedBy overdue organisation { name }
        contact { name channel value } } } }";

#[test]
fn a_patient_sees_by_when_a_result_is_expected_that_it_is_overdue_and_whom_to_contact() {
    let mut department = Department::open();
    let subject = "00000000-0000-4000-a000-000000000001";
    department.record(
        None,
        "2023-01-01",
        json!({"organisationRecorded": {
        "organisation": "RWA", "name": "Humber Hospital", "organisationKind": "PROVIDER"}}),
    );
    department.record(
        None,
        "2023-01-01",
        json!({"contactPointPublished": {
        "contactPoint": "RWA-results", "organisation": "RWA", "audience": "PATIENT",
        "contactPurpose": "RESULTS", "name": "Results line", "channel": "TELEPHONE",
        "endpoint": "01632 960001", "hours": "Monday to Friday, 9 to 5", "interpreter": true,
        "textRelay": true, "ownerRole": "CLINICIAN"}}),
    );
    department.record(Some(1), "2023-07-01", json!({"pathwaySubject": {"subjectRef": subject}}));
    department.record(
        Some(1),
        "2023-07-01",
        json!({"testRequested": {
        "testId": "T1", "testName": "Chest X-ray", "modality": "IMAGING", "dm01": false,
        "requester": "RWA", "urgency": "ROUTINE", "resultExpectedBy": "2023-07-20"}}),
    );
    department.record(Some(1), "2023-07-03T08:00:00Z", reported());
    let patient = department.server.token(Who::Patient(subject));
    let asked = json!({"id": id(1), "at": department.position});
    let answer = department.server.ask(patient.as_deref(), EXPECTED, asked.clone());
    let expected = json!([{
        "testName": "Chest X-ray", "expectedBy": "2023-07-20", "overdue": true,
        "organisation": {"name": "Humber Hospital"},
        "contact": {"name": "Results line", "channel": "TELEPHONE", "value": "01632 960001"},
    }]);
    assert_eq!(answer["data"]["pathway"]["resultsExpected"], expected, "{answer:#}");
    let stranger = department.server.token(Who::Patient("00000000-0000-4000-a000-000000000002"));
    let answer = department.server.ask(stranger.as_deref(), EXPECTED, asked);
    assert_eq!(answer["data"]["pathway"], Value::Null, "{answer:#}");
}

#[test]
fn the_safety_net_is_for_staff_and_auditors_and_says_what_is_wrong_with_a_question() {
    let department = Department::open();
    let asked = json!({"on": "2023-07-03T17:00:00Z"});
    let auditor = department.server.token(Who::Auditor);
    let answer = department.server.ask(auditor.as_deref(), MISSING, asked.clone());
    assert_eq!(answer["data"]["safetyNet"]["missing"]["nodes"], json!([]), "{answer:#}");
    let patient = department.server.token(Who::Patient("00000000-0000-4000-a000-000000000001"));
    for token in [patient, None] {
        let answer = department.server.ask(token.as_deref(), MISSING, asked.clone());
        assert!(answer["errors"].is_array() && answer["data"].is_null(), "{answer:#}");
    }
    let wrong = |query: &str| {
        let answer = department.server.ask(department.token.as_deref(), query, json!({}));
        answer["errors"][0]["message"].as_str().unwrap_or_default().to_owned()
    };
    let rule = wrong("{ safetyNet { missing(rule: \"NET-NONE\") { nodes { rule } } } }");
    assert!(rule.contains("NET-RESULT-NOTIFIED"), "{rule}");
    let day = wrong(
        "{ safetyNet(on: \"2023-07-03T17:00:00Z\") { feeds(day: \"2023-07-03\") { feed } } }",
    );
    assert!(day.contains("`day` is not over"), "{day}");
    let days = wrong(
        "{ safetyNet { orphans(chain: RESULT, from: \"2023-07-03\", to: \"2023-07-02\") { nodes { stage } } } }",
    );
    assert!(days.contains("`to` is before `from`"), "{days}");
    let cursor = wrong("{ safetyNet { missing(after: \"x\") { nodes { rule } } } }");
    assert!(cursor.contains("cursor"), "{cursor}");
}

/// A contact point of RWA that practices use, published on a day.
fn line(id: &str, channel: &str) -> Value {
    let endpoint = if channel == "EMAIL" { "radiology@example.nhs.uk" } else { "01632 960002" };
    json!({"contactPointPublished": {"contactPoint": id, "organisation": "RWA",
        "audience": "PRACTICE", "contactPurpose": "RESULTS", "name": id, "channel": channel,
        "endpoint": endpoint, "hours": "Monday to Friday, 9 to 5",
        "interpreter": false, "textRelay": false, "ownerRole": "CLINICIAN"}})
}

#[test]
fn the_health_of_contact_points_and_the_list_of_unserviced_inboxes_agree() {
    let mut department = Department::open();
    department.record(None, "2026-01-05", line("neglected", "EMAIL"));
    // Read within the week and not within two working days.
    department.record(None, "2026-01-14", line("six-days", "EMAIL"));
    department.record(None, "2026-01-05", line("read", "EMAIL"));
    department.record(None, "2026-01-05", line("telephone", "TELEPHONE"));
    department.record(None, "2026-01-05", line("broken", "TELEPHONE"));
    let read = json!({"contactPointServiced": {"contactPoint": "read"}});
    department.record(None, "2026-01-19", read);
    let broken = json!({"contactPointFailed": {"contactPoint": "broken",
        "contactFailure": "NO_ANSWER"}});
    department.record(None, "2026-01-18", broken);
    let query = "query($on: DateTime!, $at: Position) {
        contactPointHealth(on: $on) { nodes { contactPoint { id } faults } }
        safetyNet(on: $on, atLeast: $at) { unservicedInboxes { nodes { contactPoint } } } }";
    let asked = json!({"on": "2026-01-20T12:00:00Z"});
    // The first waits until what was recorded is known; the fields of one question do not wait for each other.
    department.ask(query, asked.clone());
    let answer = department.ask(query, asked);
    let sorted = |mut ids: Vec<String>| {
        ids.sort();
        ids
    };
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let health = answer["contactPointHealth"]["nodes"].as_array().unwrap().iter();
    let unread = |node: &&Value| {
        let faults = node["faults"].as_array().unwrap();
        faults.iter().any(|fault| fault == "FAILED" || fault == "NOT_SERVICED")
    };
    let faulty = health.filter(unread).map(|node| text(&node["contactPoint"]["id"])).collect();
    let listed = answer["safetyNet"]["unservicedInboxes"]["nodes"].as_array().unwrap().iter();
    let listed = sorted(listed.map(|node| text(&node["contactPoint"])).collect());
    assert_eq!(listed, sorted(faulty));
    assert_eq!(listed, ["broken", "neglected", "six-days"]);
}

#[test]
fn letters_inboxes_and_closed_organisations_are_listed() {
    let mut department = Department::open();
    department.record(
        None,
        "2023-01-01",
        json!({"organisationRecorded": {
        "organisation": "RXX", "name": "Old trust", "organisationKind": "PROVIDER",
        "endsOn": "2023-06-30", "replacedByOrganisation": "RWA"}}),
    );
    department.record(
        None,
        "2023-01-02",
        json!({"contactPointPublished": {
        "contactPoint": "RWA-inbox", "organisation": "RWA", "audience": "PRACTICE",
        "contactPurpose": "RESULTS", "name": "Radiology inbox", "channel": "EMAIL",
        "endpoint": "radiology@example.nhs.uk", "hours": "Monday to Friday, 9 to 5",
        "interpreter": false, "textRelay": false, "ownerRole": "CLINICIAN"}}),
    );
    department.record(
        Some(1),
        "2023-07-03T09:00:00Z",
        json!({"letterDrafted": {
        "letterId": "L1", "letterType": "CLINIC_LETTER", "provider": "RWA"}}),
    );
    department.record(Some(2), "2023-07-03T09:00:00Z", json!({"referralSent": {
        "referrer": "B81001", "service": "RXX.cardiology", "provider": "RXX", "priority": "ROUTINE"}}));
    let query = "query($on: DateTime!, $at: Position) { safetyNet(on: $on, atLeast: $at) {
        documents(overdueOnly: true) { nodes { pathwayId stage ageHours overdueSince sender } }
        unservicedInboxes(organisation: \"RWA\") { nodes { contactPoint servicedAt failure } }
        closedOrganisations { nodes { code replacedBy openItems { nodes { pathwayId rule } } } }
        reconciliation(chain: REFERRAL, from: \"2023-07-01\", to: \"2023-07-31\") {
            sender sourceCount sentCount deliveredCount orphanCount }
        orphans(chain: REFERRAL, from: \"2023-07-01\", to: \"2023-07-31\") { nodes { pathwayId stage } } } }";
    let answer = department.ask(query, json!({"on": "2023-07-10T09:00:00Z"}));
    let net = &answer["safetyNet"];
    assert_eq!(
        net["documents"]["nodes"],
        json!([{"pathwayId": id(1), "stage": "DRAFTED",
        "ageHours": 168, "overdueSince": "2023-07-06T09:00:00+00:00", "sender": "RWA"}])
    );
    assert_eq!(
        net["unservicedInboxes"]["nodes"],
        json!([{"contactPoint": "RWA-inbox",
        "servicedAt": "2023-01-02T00:00:00+00:00", "failure": null}])
    );
    assert_eq!(
        net["closedOrganisations"]["nodes"],
        json!([{"code": "RXX", "replacedBy": "RWA",
        "openItems": {"nodes": [{"pathwayId": id(2), "rule": "NET-REFERRAL-RECEIVED"}]}}])
    );
    assert_eq!(
        net["reconciliation"],
        json!([{"sender": "B81001", "sourceCount": 1, "sentCount": 1,
        "deliveredCount": 0, "orphanCount": 1}])
    );
    assert_eq!(net["orphans"]["nodes"], json!([{"pathwayId": id(2), "stage": "SENT"}]));
}
