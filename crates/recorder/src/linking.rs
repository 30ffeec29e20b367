//! Parked steps: kept in the inbox of the identifier they name until a pathway has it.

use envelope::Meta;
use event_store::{Category, StoredEvent, StreamId};
use pathway::Told;
use steps::{EventId, OccurredAt, PathwayId, Step, record_keeping::ParkedStepLinked};

use crate::{
    Command, Outcome, PathwayRef, Provenance, RecordError, Recorder, Refused, Target,
    identity::Identifier, ids,
};

impl Recorder {
    /// Keeps a step whose pathway is not known yet.
    pub(crate) async fn park(
        &self,
        identifier: Identifier,
        command: &Command,
    ) -> Result<Outcome, RecordError> {
        metrics::counter!("waymark_steps_parked_total").increment(1);
        let outcome = self.record_at(identifier.inbox(), command).await?;
        // The pathway may have arrived while this was being parked.
        if let Some(pathway_id) = self.pathway_of(identifier).await?
            && self.join_parked(identifier, pathway_id).await? > 0
            && command.origin.is_none()
        {
            self.settle(pathway_id).await?;
        }
        Ok(match outcome {
            Outcome::Recorded { stream, event_id, position, .. } => {
                Outcome::Parked { stream, event_id, position }
            }
            other @ (Outcome::Parked { .. } | Outcome::Refused(_)) => other,
        })
    }

    /// Records on a pathway what waited for its identifier, and answers how many joined. Safe to
    /// repeat.
    pub(crate) async fn join_parked(
        &self,
        identifier: Identifier,
        pathway_id: PathwayId,
    ) -> Result<usize, RecordError> {
        let mut joined = 0;
        for (parked, command) in self.waiting(identifier.inbox(), pathway_id).await? {
            let outcome = self.link(identifier.inbox(), parked, pathway_id, command).await?;
            if let Outcome::Refused(refused) = outcome {
                metrics::counter!("waymark_parked_refused_total").increment(1);
                let code = refused.code();
                tracing::warn!(%parked, %pathway_id, code, "a parked step cannot join its pathway");
            } else {
                joined += 1;
            }
        }
        Ok(joined)
    }

    /// Links one parked step to a pathway, as a person decided.
    pub async fn link_parked(
        &self,
        inbox: StreamId,
        parked: EventId,
        pathway_id: PathwayId,
    ) -> Result<Outcome, RecordError> {
        let waiting = self.waiting(inbox, pathway_id).await?;
        match waiting.into_iter().find(|(event_id, _)| *event_id == parked) {
            Some((_, command)) => {
                let outcome = self.link(inbox, parked, pathway_id, command).await?;
                self.settle(pathway_id).await?;
                Ok(outcome)
            }
            None => Ok(Outcome::Refused(Refused::Step(pathway::Refusal::UnknownEvent {
                field: "eventId",
                event_id: parked,
            }))),
        }
    }

    async fn link(
        &self,
        inbox: StreamId,
        parked: EventId,
        pathway_id: PathwayId,
        command: Command,
    ) -> Result<Outcome, RecordError> {
        let stream = StreamId::new(Category::Pathway, pathway_id.0);
        let outcome = self.record_at(stream, &command).await?;
        if matches!(outcome, Outcome::Recorded { .. }) {
            let linked = ParkedStepLinked { event_id: parked, pathway_id };
            let note = Command {
                command_id: ids::linked(parked, pathway_id),
                target: Target::Pathway(PathwayRef::Id(pathway_id)),
                occurred_at: OccurredAt::Instant((self.now)()),
                entered_in_source_at: None,
                step: linked.into(),
                provenance: command.provenance,
                origin: None,
            };
            self.record_at(inbox, &note).await?;
        }
        Ok(outcome)
    }

    /// The steps of an inbox that wait, as commands on `pathway_id`.
    async fn waiting(
        &self,
        inbox: StreamId,
        pathway_id: PathwayId,
    ) -> Result<Vec<(EventId, Command)>, RecordError> {
        let mut waiting = Vec::new();
        for stored in self.stream(inbox).await? {
            let read = envelope::read_open(&stored, &self.keys);
            let (told, meta) = read.map_err(RecordError::History)?;
            if let Step::ParkedStepLinked(linked) = &told.step {
                waiting.retain(|(event_id, _)| *event_id != linked.event_id);
                continue;
            }
            let event_id = told.event_id;
            waiting.push((event_id, repeated(told, meta, pathway_id)));
        }
        Ok(waiting)
    }
}

impl Recorder {
    /// Repeats an event on another pathway, with that event as its cause. Safe to repeat.
    pub async fn repeat(
        &self,
        cause: &StoredEvent,
        pathway_id: PathwayId,
    ) -> Result<Outcome, RecordError> {
        let read = envelope::read_open(cause, &self.keys);
        let (told, meta) = read.map_err(RecordError::History)?;
        // It was not sent there by whatever led the cause to where it is.
        let command = repeated(told, Meta { sent_by: None, ..meta }, pathway_id);
        self.record_at(StreamId::new(Category::Pathway, pathway_id.0), &command).await
    }
}

/// The command that tells `told` on a pathway, with the first event as its cause.
fn repeated(told: Told, meta: Meta, pathway_id: PathwayId) -> Command {
    Command {
        command_id: ids::repeated(told.event_id, pathway_id),
        target: Target::Pathway(PathwayRef::Id(pathway_id)),
        occurred_at: told.occurred_at,
        entered_in_source_at: told.entered_in_source_at,
        step: told.step,
        provenance: Provenance {
            actor: meta.actor,
            source: meta.source,
            simulated: meta.simulated,
            caused_by: Some(told.event_id),
            correlation: meta.correlation,
            sent_by: meta.sent_by,
        },
        origin: None,
    }
}
