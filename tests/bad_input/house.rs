//! A server with one client of its staff, and the steps that the cases are made of.

use serde_json::{Value, json};

use crate::process::{Client, Place, Server, id};

/// A server in a fresh directory.
pub(crate) struct House {
    pub(crate) place: Place,
    pub(crate) server: Server,
    pub(crate) staff: Client,
}

impl House {
    pub(crate) fn new() -> Self {
        let place = Place::new();
        let server = Server::start(&place);
        let staff = server.staff(&place);
        Self { place, server, staff }
    }

    /// Begins a pathway of a person and says its id.
    pub(crate) fn begin(&self, pathway: u64, person: u64) -> String {
        let fields = json!({"pathwaySubject": {"subjectRef": id(person)}});
        let answer = self.staff.record(&on(pathway, 900_000 + pathway, fields));
        assert_eq!(answer["__typename"], "StepRecorded", "{answer}");
        id(pathway)
    }

    pub(crate) fn patient(&self, person: u64) -> Client {
        let who = ["--standing", "patient", "--role", "PATIENT", "--organisation", "G85001"];
        let person = id(person);
        let token = self.place.token(&[&who[..], &["--subject", &person]].concat());
        self.server.client(Some(token))
    }
}

/// A step on a pathway, as `record` takes it.
pub(crate) fn on(pathway: u64, command: u64, step: Value) -> Value {
    json!({
        "pathway": {"id": id(pathway)},
        "occurredAt": "2025-03-03T09:00:00Z",
        "commandId": id(command),
        "step": step,
    })
}

/// A step that every pathway takes.
pub(crate) fn arrived() -> Value {
    json!({"patientArrived": {"appointmentId": "A1"}})
}

/// A request that was refused before anything ran.
pub(crate) fn refused(code: &str, message: &str) -> Value {
    json!({"errors": [{"message": message, "extensions": {"code": code}}]})
}
