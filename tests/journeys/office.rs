//! An office that records steps and asks about them, for the journeys of promises and of the interface.

use serde_json::{Value, json};
use waymark_tests::{Server, Who};

const RECORD: &str = "mutation($input: RecordInput!) { record(input: $input) { __typename
    ... on StepRecorded { pathwayId eventId position } ... on StepRefused { code field message } } }";

/// A server, and staff who use it.
pub(crate) struct Office {
    pub(crate) server: Server,
    pub(crate) staff: Option<String>,
    commands: u32,
    /// Up to where the last step was recorded.
    pub(crate) position: Value,
}

/// The n-th id of a test.
pub(crate) fn id(n: u32) -> String {
    format!("00000000-0000-4000-8000-{n:012}")
}

impl Office {
    pub(crate) fn over(server: Server) -> Self {
        let staff = server.token(Who::Staff("CLINICIAN", "RJ1"));
        Self { server, staff, commands: 0, position: Value::Null }
    }

    pub(crate) fn fresh() -> Self {
        Self::over(Server::fresh())
    }

    /// Records a step; `about` says of what: a pathway, a person or nothing.
    pub(crate) fn record(&mut self, about: Value, at: (&str, Option<&str>), step: Value) -> Value {
        self.commands += 1;
        let mut input = json!({"occurredAt": at.0, "enteredInSourceAt": at.1,
            "commandId": id(100_000 + self.commands), "step": step});
        for (field, value) in about.as_object().unwrap() {
            input[field] = value.clone();
        }
        let answer = self.server.ask(self.staff.as_deref(), RECORD, json!({"input": input}));
        let recorded = &answer["data"]["record"];
        assert_eq!(recorded["__typename"], "StepRecorded", "{answer:#}");
        self.position = recorded["position"].clone();
        recorded.clone()
    }

    /// Records a step on the n-th pathway.
    pub(crate) fn on(&mut self, pathway: u32, at: &str, step: Value) -> Value {
        self.record(json!({"pathway": {"id": id(pathway)}}), (at, None), step)
    }

    /// The data of an answer.
    pub(crate) fn ask(&self, query: &str, variables: Value) -> Value {
        let answer = self.server.ask(self.staff.as_deref(), query, variables);
        assert!(answer["errors"].is_null(), "{answer:#}");
        answer["data"].clone()
    }

    /// A visit, and the letter about it.
    pub(crate) fn visit(
        &mut self,
        pathway: u32,
        provider: &str,
        at: &str,
        letter_at: Option<&str>,
    ) {
        self.on(
            pathway,
            "2026-01-05",
            json!({"referralReceived": {"provider": provider, "service": "S1",
                "rttScope": "IN_SCOPE", "function": "C_110", "commissioner": "72Q", "route": "OTHER",
                "referralPurpose": "TREATMENT", "referrer": "G85001"}}),
        );
        self.on(
            pathway,
            at,
            json!({"outpatientAttended": {"appointmentId": "A1", "provider": provider,
                "attendanceCode": "ATTENDED_ON_TIME"}}),
        );
        if let Some(letter_at) = letter_at {
            self.on(
                pathway,
                letter_at,
                json!({"clinicLetterSent": {"letterId": "L1", "appointmentId": "A1",
                    "provider": provider, "toOrganisation": "G85001", "toPatient": true,
                    "channel": "ELECTRONIC_DOCUMENT"}}),
            );
        }
    }
}
