//! Letters: work is returned and is the sender's again, the patient is told whom to contact, a missing
//! fact is named, and after a death nothing goes out.

use serde_json::{Value, json};
use waymark_tests::{Server, Who};

mod after_a_death;
mod issued;
mod rights;
mod routed;

pub(crate) const PERSON: &str = "00000000-0000-4000-8000-0000000000aa";

const RECORD: &str = "mutation($input: RecordInput!) { record(input: $input) { __typename
    ... on StepRecorded { pathwayId eventId position } ... on StepRefused { code field message } } }";

const ISSUE: &str = "mutation($input: IssueLetterInput!) { issueLetter(input: $input) { __typename
    ... on IssuedLetter { eventId actEventId position duplicate
        letter { id template version title text html reasons toPatient toOrganisation format needs } }
    ... on LetterHeldBack { letterId template message eventId position duplicate }
    ... on StepRefused { code field message } } }";

const PREVIEW: &str = "query($input: IssueLetterInput!) { letterPreview(input: $input) { __typename
    ... on Letter { title text html format needs } ... on StepRefused { code field message } } }";

/// A town with one hospital and one surgery.
pub(crate) struct Town {
    server: Server,
    hospital: Option<String>,
    surgery: Option<String>,
    commands: u32,
}

impl Town {
    fn open() -> Self {
        let server = Server::fresh();
        let hospital = server.token(Who::Staff("BOOKING_TEAM", "RJ1"));
        let surgery = server.token(Who::Staff("GENERAL_PRACTITIONER", "G85001"));
        let mut town = Self { server, hospital, surgery, commands: 0 };
        for step in directory() {
            town.record(None, "2025-12-01", step);
        }
        town
    }

    fn ask(&self, token: Option<&String>, query: &str, variables: Value) -> Value {
        let answer = self.server.ask(token.map(String::as_str), query, variables);
        assert!(answer.get("errors").is_none(), "{answer:#}");
        answer["data"].clone()
    }

    fn command_id(&mut self) -> String {
        self.commands += 1;
        format!("00000000-0000-4000-8000-{:012}", self.commands)
    }

    fn record(&mut self, pathway: Option<&str>, occurred_at: &str, step: Value) -> Value {
        let command = self.command_id();
        let mut input = json!({"commandId": command, "occurredAt": occurred_at, "step": step});
        if let Some(id) = pathway {
            input["pathway"] = json!({"id": id});
        }
        let recorded =
            self.ask(self.hospital.as_ref(), RECORD, json!({"input": input}))["record"].clone();
        assert_eq!(recorded["__typename"], "StepRecorded", "{recorded:#}");
        recorded
    }

    /// A pathway of the person, referred and received.
    fn referred(&mut self) -> String {
        let sent = self.record(
            None,
            "2026-01-05T09:00:00Z",
            json!({"referralSent": {"referrer": "G85001", "service": "RJ1.skin",
                "provider": "RJ1", "function": "330", "priority": "ROUTINE"}}),
        );
        let id = sent["pathwayId"].as_str().unwrap().to_owned();
        self.record(
            Some(&id),
            "2026-01-05T09:00:00Z",
            json!({"pathwaySubject": {"subjectRef": PERSON, "nhsNumber": "9990000018",
                "personName": "Ada <Example>", "gpPractice": "G85001"}}),
        );
        self.record(
            Some(&id),
            "2026-01-06T10:00:00Z",
            json!({"referralReceived": {"provider": "RJ1", "service": "RJ1.skin",
                "rttScope": "IN_SCOPE", "function": "330", "route": "OTHER",
                "referralPurpose": "TREATMENT", "referrer": "G85001"}}),
        );
        id
    }

    /// Seen, settled, and a blood test asked of the surgery, which took it.
    fn with_work_at_the_surgery(&mut self) -> String {
        let id = self.referred();
        for (at, step) in visit_and_work() {
            self.record(Some(&id), at, step);
        }
        id
    }

    fn issue(&self, token: Option<&String>, input: Value) -> Value {
        self.ask(token, ISSUE, json!({"input": input}))["issueLetter"].clone()
    }

    fn preview(&self, token: Option<&String>, input: Value) -> Value {
        self.ask(token, PREVIEW, json!({"input": input}))["letterPreview"].clone()
    }

    fn letter(&mut self, pathway: &str, template: &str, more: Value) -> Value {
        let mut input = json!({"pathwayId": pathway, "template": template, "channel": "POST",
            "commandId": self.command_id(),
            "signedBy": {"name": "Dr Sam Example", "role": "GP partner"}});
        for (field, value) in more.as_object().unwrap() {
            input[field] = value.clone();
        }
        input
    }

    /// The kinds of steps in the pathway's history, in order.
    fn kinds(&self, pathway: &str) -> Vec<String> {
        let query = "query($id: ID!) { history(pathwayId: $id) { nodes { typeName payload } } }";
        let nodes = self.ask(self.hospital.as_ref(), query, json!({"id": pathway}));
        let nodes = nodes["history"]["nodes"].as_array().unwrap().clone();
        nodes.iter().map(|node| node["typeName"].as_str().unwrap().to_owned()).collect()
    }

    /// What a step of that kind says.
    fn payload(&self, pathway: &str, kind: &str) -> Value {
        let query = "query($id: ID!) { history(pathwayId: $id) { nodes { typeName payload } } }";
        let nodes = self.ask(self.hospital.as_ref(), query, json!({"id": pathway}));
        let nodes = nodes["history"]["nodes"].as_array().unwrap().clone();
        let found = nodes.iter().rev().find(|node| node["typeName"] == kind);
        found.unwrap_or_else(|| panic!("no {kind}"))["payload"].clone()
    }

    fn owner(&self, pathway: &str, at_least: &Value) -> Value {
        let query = "query($id: ID!, $at: Position) { whoToContact(pathwayId: $id, atLeast: $at) {
            state ownerOrganisation { code } forQuestions { value } } }";
        let asked = json!({"id": pathway, "at": at_least});
        self.ask(self.surgery.as_ref(), query, asked)["whoToContact"].clone()
    }
}

fn directory() -> Vec<Value> {
    let organisation = |code: &str, name: &str, kind: &str| {
        json!({"organisationRecorded": {"organisation": code, "name": name,
            "organisationKind": kind}})
    };
    let line = |id: &str, organisation: &str, audience: &str, purpose: &str, number: &str| {
        json!({"contactPointPublished": {"contactPoint": id, "organisation": organisation,
            "audience": audience, "contactPurpose": purpose, "name": format!("the {id} line"),
            "channel": "TELEPHONE", "endpoint": number, "hours": "weekdays, 9am to 5pm",
            "interpreter": true, "textRelay": true, "ownerRole": "BOOKING_TEAM"}})
    };
    vec![
        organisation("RJ1", "Riverside Hospital", "PROVIDER"),
        organisation("RJ2", "Hilltop Hospital", "PROVIDER"),
        organisation("G85001", "Station Surgery", "PRACTICE"),
        json!({"directoryEntryUpdated": {"service": "RJ1.skin", "organisation": "RJ1",
            "name": "the Riverside skin clinic", "function": "330", "rttScope": "IN_SCOPE"}}),
        line("questions", "RJ1", "PATIENT", "QUESTIONS", "020 7946 0001"),
        line("delay", "RJ1", "PATIENT", "DELAY", "020 7946 0002"),
        line("nurse", "RJ1", "PATIENT", "DETERIORATION", "020 7946 0003"),
        line("secretaries", "G85001", "HOSPITAL", "QUESTIONS", "020 7946 0004"),
    ]
}

fn visit_and_work() -> [(&'static str, Value); 7] {
    [
        (
            "2026-01-20T10:00:00Z",
            json!({"appointmentBooked": {"appointmentId": "A1", "provider": "RJ1",
                "startsAt": "2026-02-02T10:00:00Z", "bookingKind": "APPOINTMENT"}}),
        ),
        (
            "2026-02-02T10:00:00Z",
            json!({"outpatientAttended": {"appointmentId": "A1", "provider": "RJ1",
                "attendanceCode": "ATTENDED_ON_TIME"}}),
        ),
        (
            "2026-02-02T10:30:00Z",
            json!({"appointmentOutcomeRecorded": {"appointmentId": "A1",
                "attendanceOutcome": "DISCHARGED"}}),
        ),
        (
            "2026-02-03T09:00:00Z",
            json!({"clinicLetterSent": {"letterId": "L1", "appointmentId": "A1",
                "toOrganisation": "G85001", "provider": "RJ1", "toPatient": true,
                "channel": "ELECTRONIC_DOCUMENT"}}),
        ),
        (
            "2026-02-04T09:00:00Z",
            json!({"documentFiled": {"letterId": "L1", "organisation": "G85001"}}),
        ),
        (
            "2026-02-04T10:00:00Z",
            json!({"actionRequested": {"actionId": "W1", "requester": "RJ1",
                "workCategory": "ARRANGE_INVESTIGATIONS", "ownerOrganisation": "G85001",
                "actionText": "Please check the blood count & ring us."}}),
        ),
        (
            "2026-02-05T10:00:00Z",
            json!({"actionAccepted": {"actionId": "W1", "organisation": "G85001"}}),
        ),
    ]
}
