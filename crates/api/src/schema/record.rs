//! Recording steps. A refusal is part of the answer; only failures are errors.

use async_graphql::{Context, ID, InputObject, Object, OneofObject, SimpleObject, Union};
use chrono::{DateTime, Utc};
use event_store::Category;
use recorder::{Intake, IntakeRefusal, Outcome, PathwayKey, Provenance};
use serde_json::value::RawValue;

use super::scalars::LogPosition;
use crate::{
    World,
    desk::{Asked, Desk},
    identity::{self, Principal, Standing},
    input::StepInput,
    world,
};

/// A step to record.
#[derive(InputObject)]
pub struct RecordInput {
    /// The pathway; left out, a step that can begin a pathway begins one, and a step about a service
    /// or an organisation goes where it belongs.
    pathway: Option<PathwayRefInput>,
    /// The person, by reference, for a step of their own stream (needs, adjustments, death).
    patient: Option<ID>,
    /// When it happened: a day (2026-01-31) or an instant (2026-01-31T09:30:00Z).
    occurred_at: String,
    /// When the sending system was told, where it says.
    entered_in_source_at: Option<String>,
    /// Your id of this command, a UUID. The same id with the same content is the same command.
    command_id: ID,
    /// The system it comes from, in a word.
    source: Option<String>,
    /// What happened.
    step: StepInput,
}

/// A pathway, by one of its identifiers.
#[derive(OneofObject)]
pub enum PathwayRefInput {
    /// Our own id.
    Id(ID),
    /// The booking reference of the e-Referral Service.
    Ubrn(String),
    /// The patient pathway identifier and its issuer.
    Ppid(PpidInput),
}

/// A patient pathway identifier.
#[derive(InputObject)]
pub struct PpidInput {
    /// Its twenty characters.
    value: String,
    /// Who issued it.
    issuer: String,
}

/// The step is on disk.
#[derive(SimpleObject)]
pub struct StepRecorded {
    /// The pathway it is on, if it is on one.
    pathway_id: Option<ID>,
    /// The id of the event.
    event_id: ID,
    /// Its place in the log: give it as `atLeast` to read what you wrote.
    position: LogPosition,
    /// When it was recorded.
    recorded_at: Option<DateTime<Utc>>,
    /// Whether the same command had recorded it before.
    duplicate: bool,
}

/// The step is on disk and waits for its pathway.
#[derive(SimpleObject)]
pub struct StepParked {
    /// The id of the event.
    event_id: ID,
    /// Its place in the log.
    position: LogPosition,
    /// What it waits for.
    why: String,
}

/// The step is not recorded.
#[derive(SimpleObject)]
pub struct StepRefused {
    /// Stable code: MALFORMED, UNKNOWN_FIELD, MISSING_FIELD, UNKNOWN_STEP, IN_FUTURE, BEFORE_1900,
    /// UNKNOWN_EVENT, OTHER_TYPE, NOT_CORRECTABLE, NOTHING_TO_ACCEPT, COMMAND_REUSED, IDENTIFIER_TAKEN,
    /// WRONG_TARGET, TOO_LARGE, SEALED, NOT_ALLOWED, NOT_OFFERED; of letters also UNKNOWN_TEMPLATE,
    /// UNKNOWN_CHOICE, MISSING_FACT, NEED_NOT_MET, PATIENT_DIED, BEFORE_ITS_SUBJECT, ALREADY_RETURNED.
    code: String,
    /// The field that is wrong.
    field: String,
    /// What was wrong and what would be right.
    message: String,
}

impl StepRefused {
    /// Why something is not recorded.
    pub(super) fn new(code: &str, field: String, message: String) -> Self {
        Self { code: code.to_owned(), field, message }
    }
}

/// The answer to a command.
#[derive(Union)]
pub enum RecordPayload {
    /// It is recorded.
    Recorded(StepRecorded),
    /// It is recorded and waits.
    Parked(StepParked),
    /// It is refused.
    Refused(StepRefused),
}

/// The writes.
#[derive(Default)]
pub struct RecordMutation;

#[Object]
impl RecordMutation {
    /// Records one step. The actor is who the token says.
    async fn record(
        &self,
        ctx: &Context<'_>,
        input: RecordInput,
    ) -> async_graphql::Result<RecordPayload> {
        record_one(Asked::by(ctx, identity::principal(ctx)?)?, Desk::of(ctx)?, input).await
    }

    /// Records up to 500 steps, in order; each is answered by itself.
    async fn record_batch(
        &self,
        ctx: &Context<'_>,
        inputs: Vec<RecordInput>,
    ) -> async_graphql::Result<Vec<RecordPayload>> {
        const STEPS_MAX: usize = 500;
        let principal = identity::principal(ctx)?;
        if inputs.len() > STEPS_MAX {
            let message =
                format!("{} steps in one batch: expected at most {STEPS_MAX}", inputs.len());
            return Err(super::scalars::bad_input(message));
        }
        let (asked, desk) = (Asked::by(ctx, principal)?, Desk::of(ctx)?);
        let mut payloads = Vec::with_capacity(inputs.len());
        for input in inputs {
            payloads.push(record_one(asked, desk, input).await?);
        }
        Ok(payloads)
    }
}

async fn record_one(
    asked: Asked<'_>,
    desk: &Desk,
    mut input: RecordInput,
) -> async_graphql::Result<RecordPayload> {
    let Asked { world, principal, .. } = asked;
    if principal.standing == Standing::Patient {
        // A patient speaks for no other system.
        input.source = None;
    }
    let command =
        match intake(input).and_then(|intake| intake.command(provenance(world, principal))) {
            Ok(command) => command,
            Err(refusal) => return Ok(refused(refusal.code, refusal.field, refusal.message)),
        };
    if !principal.may_record(&command.step) {
        let message = "this step is not yours to record: expected a token of the staff who do";
        return Ok(refused("NOT_ALLOWED", "step".to_owned(), message.to_owned()));
    }
    if !World::may_write(asked, desk, &command.target).await? {
        let message = "no such pathway: expected the id of one of yours";
        return Ok(refused("NOT_ALLOWED", "pathway".to_owned(), message.to_owned()));
    }
    let outcome = world.recorder.record(command).await;
    outcome.map(payload).map_err(world::unrecorded)
}

fn intake(input: RecordInput) -> Result<Intake, IntakeRefusal> {
    let raw =
        String::from_utf8(input.step.0).ok().and_then(|json| RawValue::from_string(json).ok());
    let step = raw.ok_or_else(|| IntakeRefusal {
        code: "MALFORMED",
        field: "step".to_owned(),
        message: "expected a step as an object".to_owned(),
    })?;
    Ok(Intake {
        pathway: input.pathway.map(|key| match key {
            PathwayRefInput::Id(id) => PathwayKey::Id(id.0),
            PathwayRefInput::Ubrn(ubrn) => PathwayKey::Ubrn(ubrn),
            PathwayRefInput::Ppid(ppid) => {
                PathwayKey::Ppid { value: ppid.value, issuer: ppid.issuer }
            }
        }),
        patient: input.patient.map(|id| id.0),
        occurred_at: input.occurred_at,
        entered_in_source_at: input.entered_in_source_at,
        command_id: input.command_id.0,
        source: input.source,
        origin: None,
        step,
    })
}

pub(super) fn provenance(world: &World, principal: &Principal) -> Provenance {
    Provenance {
        actor: principal.actor(),
        source: world.source.clone(),
        simulated: false,
        caused_by: None,
        correlation: None,
        sent_by: None,
    }
}

fn payload(outcome: Outcome) -> RecordPayload {
    match outcome {
        Outcome::Refused(why) => refused(why.code(), why.field().to_owned(), why.to_string()),
        Outcome::Parked { event_id, position, .. } => RecordPayload::Parked(StepParked {
            event_id: event_id.0.into(),
            position: LogPosition(position),
            why: "no pathway has that identifier yet; the step joins it when it arrives".to_owned(),
        }),
        Outcome::Recorded { stream, event_id, position, recorded_at_micros, duplicate } => {
            RecordPayload::Recorded(StepRecorded {
                pathway_id: (stream.category == Category::Pathway).then(|| stream.id.into()),
                event_id: event_id.0.into(),
                position: LogPosition(position),
                recorded_at: DateTime::from_timestamp_micros(recorded_at_micros),
                duplicate,
            })
        }
    }
}

fn refused(code: &str, field: String, message: String) -> RecordPayload {
    RecordPayload::Refused(StepRefused::new(code, field, message))
}
