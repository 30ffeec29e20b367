//! What does not add up in a record, and how it heals: a DNA told before its booking, and a booking
//! reference that was put on the wrong pathway.

use serde_json::{Value, json};
use waymark_tests::{Server, Who};

const WRONG: &str = "00000000-0000-4000-8000-000000000001";
const RIGHT: &str = "00000000-0000-4000-8000-000000000002";
const PERSON: &str = "00000000-0000-4000-8000-0000000000aa";

const RECORD: &str = "mutation($input: RecordInput!) { record(input: $input) { __typename
    ... on StepRecorded { pathwayId eventId position recordedAt } ... on StepParked { eventId }
    ... on StepRefused { code field message } } }";

const FINDINGS: &str = "query($id: ID!, $at: DateTime) { pathway(id: $id, asKnownAt: $at) {
    findings { code field message eventId since } } }";

struct Office {
    server: Server,
    staff: Option<String>,
    commands: u32,
}

impl Office {
    fn open() -> Self {
        let server = Server::fresh();
        let staff = server.token(Who::Staff("BOOKING_TEAM", "RJ1"));
        Self { server, staff, commands: 0 }
    }

    fn send(&mut self, pathway: Value, on: &str, step: Value) -> Value {
        self.commands += 1;
        let command = format!("00000000-0000-4000-8000-{:012}", 100 + self.commands);
        let input = json!({"pathway": pathway, "occurredAt": on, "commandId": command,
            "step": step});
        let answer = self.server.ask(self.staff.as_deref(), RECORD, json!({"input": input}));
        answer["data"]["record"].clone()
    }

    fn record(&mut self, on_pathway: &str, on: &str, step: Value) -> Value {
        let answer = self.send(json!({"id": on_pathway}), on, step);
        assert_eq!(answer["__typename"], "StepRecorded", "{answer:#}");
        answer
    }

    /// Each finding as its code and field.
    fn findings(&self, pathway: &str, as_known_at: Option<&Value>) -> Vec<String> {
        let variables = json!({"id": pathway, "at": as_known_at});
        let answer = self.server.ask(self.staff.as_deref(), FINDINGS, variables);
        let found = answer["data"]["pathway"]["findings"].as_array();
        let found = found.unwrap_or_else(|| panic!("{answer:#}"));
        let line = |one: &Value| format!("{} {}", one["code"], one["field"]).replace('"', "");
        found.iter().map(line).collect()
    }
}

#[test]
fn a_dna_told_before_its_booking_is_a_finding_until_the_booking_comes() {
    let mut office = Office::open();
    let subject = json!({"pathwaySubject": {"subjectRef": PERSON, "nhsNumber": "9990000018"}});
    office.record(WRONG, "2026-01-05", subject);
    let missed = json!({"dnaRecorded": {"appointmentId": "APPT-77", "provider": "RJ1",
        "attendanceCode": "DID_NOT_ATTEND", "byRole": "RECEPTIONIST", "function": "C_130",
        "appointmentDate": "2026-02-03"}});
    let told = office.record(WRONG, "2026-02-03T10:00:00Z", missed);
    let query = json!({"id": WRONG});
    let answer = office.server.ask(office.staff.as_deref(), FINDINGS, query.clone());
    let found = &answer["data"]["pathway"]["findings"];
    assert_eq!(found[0]["code"], "APPOINTMENT_NOT_BOOKED", "{answer:#}");
    assert_eq!(
        (&found[0]["eventId"], &found[0]["field"]),
        (&told["eventId"], &json!("appointmentId"))
    );
    assert_eq!(found[0]["since"], told["recordedAt"]);
    assert!(!answer.to_string().contains("APPT-77"), "no value is repeated: {answer:#}");

    let patient = office.server.token(Who::Patient(PERSON));
    let theirs = office.server.ask(patient.as_deref(), FINDINGS, query.clone());
    assert_eq!(theirs["data"]["pathway"], json!({"findings": null}), "{theirs:#}");
    let auditor = office.server.token(Who::Auditor);
    let theirs = office.server.ask(auditor.as_deref(), FINDINGS, query);
    assert_eq!(theirs["data"]["pathway"]["findings"], *found, "{theirs:#}");

    let booked = json!({"appointmentBooked": {"appointmentId": "APPT-77", "provider": "RJ1",
        "startsAt": "2026-02-03T10:00:00Z", "bookingKind": "APPOINTMENT"}});
    office.record(WRONG, "2026-01-20T09:00:00Z", booked);
    assert_eq!(office.findings(WRONG, None), [""; 0]);
    let before = ["APPOINTMENT_NOT_BOOKED appointmentId"];
    assert_eq!(office.findings(WRONG, Some(&told["recordedAt"])), before);
}

#[test]
fn a_step_sent_by_a_booking_reference_taken_off_the_wrong_pathway_goes_to_the_right_one() {
    let mut office = Office::open();
    let ubrn = || json!({"ubrn": "000000000042"});
    let known = || {
        json!({"pathwayIdentified": {"identifierSystem": "UBRN",
            "identifierValue": "000000000042"}})
    };
    let arrived = || json!({"patientArrived": {"appointmentId": "A1"}});
    let wrong = office.record(WRONG, "2026-01-05", known());
    let astray = office.send(ubrn(), "2026-01-06", arrived());
    assert_eq!(astray["pathwayId"], WRONG, "{astray:#}");
    let taken = office.send(json!({"id": RIGHT}), "2026-01-07", known());
    assert_eq!(taken["code"], "IDENTIFIER_TAKEN", "{taken:#}");

    let event = json!({"stepEnteredInError": {"eventId": wrong["eventId"]}});
    office.record(WRONG, "2026-01-08", event);
    let found = ["APPOINTMENT_NOT_BOOKED appointmentId", "CAME_BY_OTHERS_IDENTIFIER pathway"];
    assert_eq!(office.findings(WRONG, None), found);
    let waits = office.send(ubrn(), "2026-01-09", arrived());
    assert_eq!(waits["__typename"], "StepParked", "{waits:#}");

    office.record(RIGHT, "2026-01-10", known());
    let later = office.send(ubrn(), "2026-01-11", arrived());
    assert_eq!(later["pathwayId"], RIGHT, "{later:#}");
    let query = "query($id: ID!) { history(pathwayId: $id) { nodes { typeName } } }";
    let right = office.server.ask(office.staff.as_deref(), query, json!({"id": RIGHT}));
    let steps = right["data"]["history"]["nodes"].as_array().unwrap().len();
    assert_eq!(steps, 3, "the step that waited has joined: {right:#}");

    let event = json!({"stepEnteredInError": {"eventId": astray["eventId"]}});
    office.record(WRONG, "2026-01-12", event);
    assert_eq!(office.findings(WRONG, None), [""; 0]);
}

#[test]
fn a_clock_that_starts_after_the_day_that_is_asked_is_a_finding_and_no_wait() {
    let mut office = Office::open();
    let referral = json!({"referralReceived": {"provider": "RJ1", "service": "2000001",
        "rttScope": "IN_SCOPE", "function": "110", "route": "OTHER", "referralPurpose": "TREATMENT"}});
    office.record(WRONG, "2026-01-05", referral);
    assert_eq!(office.findings(WRONG, None), [""; 0]);
    let fix = json!({"rttClockCorrected": {"clockField": "CLOCK_START", "newDate": "2099-01-05"}});
    let told = office.record(WRONG, "2026-01-20", fix);
    assert_eq!(office.findings(WRONG, None), ["START_AFTER_CENSUS newDate"]);
    let query = "query($on: Date!, $at: Position) { waitingTimes(on: $on, atLeast: $at) {
        groups { total } } }";
    let on = |day: &str| {
        let variables = json!({"on": day, "at": told["position"]});
        let answer = office.server.ask(office.staff.as_deref(), query, variables);
        let groups = answer["data"]["waitingTimes"]["groups"].as_array();
        groups.unwrap_or_else(|| panic!("{answer:#}")).clone()
    };
    assert!(on("2026-06-30").iter().all(|group| group["total"] == 0));
}
