//! A step as a client sends it, over GraphQL or in a line of NDJSON; the two are one form.
//!
//! `{"pathway": {"id": "…"}, "occurredAt": "2026-01-31", "commandId": "…", "step": {"referralSent": {…}}}`

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use steps::{BadStep, Step};
use uuid::Uuid;

use crate::{Command, Origin, PathwayRef, Provenance, Target, reachable::check_reachable, route};

/// Which pathway, by one of its identifiers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub enum PathwayKey {
    /// Our own id.
    Id(String),
    /// A booking reference.
    Ubrn(String),
    /// A patient pathway identifier.
    #[serde(rename_all = "camelCase")]
    Ppid {
        /// The twenty characters.
        value: String,
        /// Who issued it.
        issuer: String,
    },
    /// The inbox in which an exported step still waits, a UUID.
    Inbox(String),
}

/// A step as it comes in.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Intake {
    /// The pathway; absent: a new one, or what the step itself is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pathway: Option<PathwayKey>,
    /// The person, by reference, for a step of their own stream.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub patient: Option<String>,
    /// When it happened: a day or an instant.
    pub occurred_at: String,
    /// When the sending system was told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entered_in_source_at: Option<String>,
    /// The client's id of the command, a UUID.
    pub command_id: String,
    /// The system it came from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Where it stood in the log it was exported from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Box<Origin>>,
    /// The step, `{"referralSent": {…}}`.
    pub step: Box<RawValue>,
}

/// Why something that came in is not a command: which field, and what would be right.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {message}")]
pub struct IntakeRefusal {
    /// Stable code for machines.
    pub code: &'static str,
    /// The field.
    pub field: String,
    /// What was wrong and what would be right.
    pub message: String,
}

impl IntakeRefusal {
    pub(crate) fn malformed(field: &str, message: impl ToString) -> Self {
        Self { code: "MALFORMED", field: field.to_owned(), message: message.to_string() }
    }
}

impl From<BadStep> for IntakeRefusal {
    fn from(bad: BadStep) -> Self {
        match bad {
            BadStep::Unknown { .. } => Self::malformed("step", bad),
            BadStep::Malformed { field, message } => Self {
                code: code_of(&message),
                field: if field == "." { "step".to_owned() } else { format!("step.{field}") },
                message,
            },
        }
    }
}

fn unread(path: &str, error: &serde_json::Error) -> IntakeRefusal {
    let message = steps::without_values(error);
    let (code, field) = match path {
        _ if !error.is_data() => ("NOT_JSON", "line"),
        "." => (code_of(&message), "line"),
        field => (code_of(&message), field),
    };
    IntakeRefusal { code, field: field.to_owned(), message }
}

fn code_of(message: &str) -> &'static str {
    match message {
        _ if message.starts_with("unknown field") => "UNKNOWN_FIELD",
        _ if message.starts_with("missing field") => "MISSING_FIELD",
        _ if message.starts_with("expected one of") => "UNKNOWN_STEP",
        _ => "MALFORMED",
    }
}

impl Intake {
    /// Reads one line of NDJSON, naming the field that is wrong and never its value.
    pub fn parse(json: &[u8]) -> Result<Self, IntakeRefusal> {
        // Serde would take a list of the fields as well.
        if json.trim_ascii_start().first() == Some(&b'[') {
            return Err(IntakeRefusal::malformed("line", "expected an object"));
        }
        let mut deserializer = serde_json::Deserializer::from_slice(json);
        let read = serde_path_to_error::deserialize(&mut deserializer);
        let read: Self = read.map_err(|error| unread(&error.path().to_string(), error.inner()))?;
        deserializer.end().map_err(|error| unread(".", &error))?;
        Ok(read)
    }

    /// The command it asks for, told by `provenance`.
    pub fn command(self, mut provenance: Provenance) -> Result<Command, IntakeRefusal> {
        let step = steps::decode_input(self.step.get().as_bytes())?;
        if self.origin.is_none() {
            check_offered(&step)?;
            check_reachable(&step)?;
        }
        let target = target(self.pathway, self.patient, &step)?;
        if let Some(source) = &self.source {
            provenance.source = parsed("source", source)?;
        }
        if let Some(origin) = &self.origin {
            provenance.simulated = origin.simulated;
            provenance.caused_by = origin.caused_by;
            provenance.correlation = origin.correlation;
            provenance.sent_by = origin.sent_by;
        }
        Ok(Command {
            command_id: parsed("commandId", &self.command_id)?,
            target,
            occurred_at: parsed("occurredAt", &self.occurred_at)?,
            entered_in_source_at: self.entered_in_source_at.as_deref().map(instant).transpose()?,
            step,
            provenance,
            origin: self.origin,
        })
    }
}

/// Refuses steps that the record keeps for itself, and those whose effect is not built yet: an
/// acknowledged step that does nothing would mislead.
fn check_offered(step: &Step) -> Result<(), IntakeRefusal> {
    #[expect(clippy::wildcard_enum_match_arm, reason = "every other step is offered")]
    let instead = match step {
        Step::ParkedStepLinked(_) => "expected `waymark parked link`, which links the step itself",
        Step::PathwayMerged(_) => "merging pathways is not offered yet: expected another step",
        _ => return Ok(()),
    };
    let message = instead.to_owned();
    Err(IntakeRefusal { code: "NOT_OFFERED", field: "step".to_owned(), message })
}

fn target(
    pathway: Option<PathwayKey>,
    patient: Option<String>,
    step: &Step,
) -> Result<Target, IntakeRefusal> {
    let pathway = pathway.map(reference).transpose()?;
    match (pathway, patient) {
        (Some(_), Some(_)) => {
            Err(IntakeRefusal::malformed("patient", "expected a pathway or a patient, not both"))
        }
        (Some(pathway), None) => Ok(Target::Pathway(pathway)),
        (None, Some(person)) => Ok(Target::Patient(parsed("patient", &person)?)),
        (None, None) if route::own_stream(step).is_some() => Ok(Target::Own),
        (None, None) if route::stands_alone(step.kind()) => Ok(Target::Pathway(PathwayRef::New)),
        (None, None) if route::opens_a_pathway(step.kind()) => Ok(Target::Pathway(PathwayRef::New)),
        (None, None) => Err(IntakeRefusal::malformed(
            "pathway",
            "expected the pathway this step belongs to, as {id}, {ubrn} or {ppid}",
        )),
    }
}

fn reference(key: PathwayKey) -> Result<PathwayRef, IntakeRefusal> {
    Ok(match key {
        PathwayKey::Id(id) => PathwayRef::Id(parsed("pathway.id", &id)?),
        PathwayKey::Ubrn(ubrn) => PathwayRef::Ubrn(parsed("pathway.ubrn", &ubrn)?),
        PathwayKey::Ppid { value, issuer } => PathwayRef::Ppid(
            parsed("pathway.ppid.value", &value)?,
            parsed("pathway.ppid.issuer", &issuer)?,
        ),
        PathwayKey::Inbox(id) => PathwayRef::Inbox(inbox(&id)?),
    })
}

fn parsed<T: std::str::FromStr<Err = steps::BadValue>>(
    field: &str,
    raw: &str,
) -> Result<T, IntakeRefusal> {
    raw.parse().map_err(|bad| IntakeRefusal::malformed(field, bad))
}

fn inbox(raw: &str) -> Result<Uuid, IntakeRefusal> {
    let malformed = |_not_a_uuid| IntakeRefusal::malformed("pathway.inbox", "expected a UUID");
    Uuid::parse_str(raw).map_err(malformed)
}

fn instant(raw: &str) -> Result<DateTime<Utc>, IntakeRefusal> {
    let read = DateTime::parse_from_rfc3339(raw).map(|at| at.with_timezone(&Utc));
    read.map_err(|_malformed| {
        let expected = "expected an instant with its zone, 2026-01-31T09:30:00Z";
        IntakeRefusal::malformed("enteredInSourceAt", expected)
    })
}
