//! A pathway that was taken for another person's: the copy of a death that came with the mistake goes.

use recorder::{Command, PathwayRef, Provenance, Recorder, Target};
use steps::{CommandId, EventId, PathwayId, Step, record_keeping::StepEnteredInError};
use uuid::Uuid;

use super::{Held, HeldStep, recorded};

/// Withdraws a copy on `place`, for `mover` (the place, or where the death was told first) is another
/// person's now.
pub(super) async fn away(
    recorder: &Recorder,
    mover: &Held,
    place: &Held,
    copy: Option<EventId>,
) -> anyhow::Result<()> {
    let Some(copy) = copy.filter(|copy| place.in_effect(*copy)) else { return Ok(()) };
    match mover.last_naming() {
        Some(naming) => withdraw(recorder, naming, place, copy).await,
        None => Ok(()),
    }
}

/// A pathway that is this person's after all: what was withdrawn only because it moved stands again.
pub(super) async fn came_back(
    recorder: &Recorder,
    place: &Held,
    copy: Option<EventId>,
) -> anyhow::Result<()> {
    let (Some(copy), Some(naming)) = (copy, place.last_naming()) else { return Ok(()) };
    for withdrawal in place.steps.iter().filter(|step| is_of_a_move(step, copy)) {
        if !place.steps.iter().any(|later| later.amends() == Some(withdrawal.event_id())) {
            withdraw(recorder, naming, place, withdrawal.event_id()).await?;
        }
    }
    Ok(())
}

/// Whether a step withdrew the copy because a pathway moved: its id is made from the copy and the cause.
fn is_of_a_move(step: &HeldStep, copy: EventId) -> bool {
    let made = |cause: EventId| recorder::event_id(command_id(cause, copy), 0);
    step.amends() == Some(copy)
        && step.caused_by.is_some_and(|cause| made(cause) == step.event_id())
}

fn command_id(cause: EventId, withdrawn: EventId) -> CommandId {
    CommandId(Uuid::new_v5(&cause.0, withdrawn.0.as_bytes()))
}

async fn withdraw(
    recorder: &Recorder,
    cause: &HeldStep,
    place: &Held,
    event_id: EventId,
) -> anyhow::Result<()> {
    let meta = envelope::Meta::from_bytes(&cause.stored.event.meta)?;
    let command = Command {
        command_id: command_id(cause.event_id(), event_id),
        target: Target::Pathway(PathwayRef::Id(PathwayId(place.stream.id))),
        occurred_at: cause.told.occurred_at,
        entered_in_source_at: cause.told.entered_in_source_at,
        step: Step::from(StepEnteredInError { event_id, reason: None }),
        provenance: Provenance {
            actor: meta.actor,
            source: meta.source,
            simulated: meta.simulated,
            caused_by: Some(cause.event_id()),
            correlation: meta.correlation,
            sent_by: None,
        },
        origin: None,
    };
    recorded(recorder.record(command).await, cause.stored.position).map(drop)
}
