//! The centre: find the stream, decide, append, retry a lost race.

use envelope::{Envelope, Meta, Owner};
use event_store::{Append, AppendError, Expected, NewEvent, StreamId};
use pathway::{History, decide::needs_history};
use steps::{CommandId, EventId, OccurredAt, PathwayId, Step};

use crate::{
    Command, Outcome, Provenance, RecordError, Recorder, Refused, ids,
    load::{Head, head_of, person_named, read_all},
    place::Place,
};

/// How often a lost race is tried again: in each round one writer wins.
const RACES_MAX: usize = 64;

/// How often a commit that failed is tried again.
const COMMITS_MAX: usize = 8;

impl Recorder {
    /// Records one step, or says why not. Safe to repeat with the same command id.
    pub async fn record(&self, command: Command) -> Result<Outcome, RecordError> {
        let now = (self.now)();
        if let Err(refusal) = pathway::decide::check_time("occurredAt", command.occurred_at, now) {
            return Ok(Outcome::Refused(refusal.into()));
        }
        let place = match self.place(&command).await? {
            Ok(place) => place,
            Err(refused) => return Ok(Outcome::Refused(refused)),
        };
        let outcome = match place {
            Place::Stream(stream) => self.record_at(stream, &command).await?,
            Place::Inbox(identifier) => self.park(identifier, &command).await?,
        };
        self.after(&command, &outcome).await?;
        Ok(outcome)
    }

    /// Lays down a whole new pathway or service at once: one stream, one append.
    ///
    /// For imports. A second time gives the same answer; a stream that is there already with other
    /// content is [`Refused::CommandReused`].
    pub async fn lay(
        &self,
        stream: StreamId,
        command_id: CommandId,
        steps: &[(OccurredAt, Step)],
        meta: &std::sync::Arc<[u8]>,
    ) -> Result<Outcome, RecordError> {
        let owner = Owner::Stream(stream.id);
        let events = steps.iter().enumerate().map(|(index, (occurred_at, step))| {
            let event_id = ids::event_id(command_id, index);
            let envelope = Envelope {
                stream,
                event_id,
                step,
                occurred_at: *occurred_at,
                entered_in_source_at: None,
                meta: std::sync::Arc::clone(meta),
            };
            self.event(envelope, owner)
        });
        let events = events.collect::<Result<Vec<NewEvent>, RecordError>>()?;
        let event_id = ids::event_id(command_id, 0);
        let append = Append { stream, expected: Expected::NoStream, events };
        let appended = self.append_patiently(append).await?;
        Ok(appended.map_or_else(
            |_conflict| Outcome::Refused(Refused::CommandReused),
            |done| done.outcome(stream, event_id),
        ))
    }

    pub(crate) async fn record_at(
        &self,
        stream: StreamId,
        command: &Command,
    ) -> Result<Outcome, RecordError> {
        let meta = meta(&command.provenance)?;
        let event_id = command.event_id();
        for _race in 1..=RACES_MAX {
            let head = match self.decided(stream, command).await? {
                Ok(head) => head,
                Err(refused) => return Ok(Outcome::Refused(refused)),
            };
            let envelope = Envelope {
                stream,
                event_id,
                step: &command.step,
                occurred_at: command.occurred_at,
                entered_in_source_at: command.entered_in_source_at,
                meta: std::sync::Arc::clone(&meta),
            };
            let owner = person_named(&command.step).map_or(head.owner, Owner::Person);
            let event = match self.event(envelope, owner) {
                Err(RecordError::Write(envelope::WriteError::Sealed)) => {
                    return Ok(Outcome::Refused(Refused::Sealed));
                }
                other => other?,
            };
            let append = Append { stream, expected: head.expected, events: vec![event] };
            match self.append_patiently(append).await? {
                Ok(Done::Refused(refused)) => return Ok(Outcome::Refused(refused)),
                Ok(done) => {
                    self.keep_head(stream, owner, &done);
                    return Ok(done.outcome(stream, event_id));
                }
                Err(LostRace) => self.forget(stream),
            }
        }
        Err(RecordError::Contended)
    }

    /// Whether the step may be recorded there now, and where the stream ends.
    async fn decided(
        &self,
        stream: StreamId,
        command: &Command,
    ) -> Result<Result<Head, Refused>, RecordError> {
        if !needs_history(command.step.kind()) {
            return self.head(stream).await.map(Ok);
        }
        let stored = self.stream(stream).await?;
        let told = read_all(&stored)?;
        let head = head_of(stream, &stored, &told);
        let history = History::of(PathwayId(stream.id), told);
        let decision = pathway::decide(&history, &command.step, command.occurred_at, (self.now)());
        Ok(decision.map(|()| head).map_err(Refused::Step))
    }

    fn event(&self, envelope: Envelope<'_>, owner: Owner) -> Result<NewEvent, RecordError> {
        let mut failed = None;
        let event = envelope::write(envelope, || match self.keys.ensure(&[owner]) {
            Ok(mut keys) => keys.pop(),
            Err(error) => {
                failed = Some(error);
                None
            }
        });
        match failed {
            Some(error) => Err(RecordError::Keys(error)),
            None => event.map_err(RecordError::Write),
        }
    }

    /// Appends; a commit whose outcome is unknown is asked again with the same ids.
    async fn append_patiently(
        &self,
        append: Append,
    ) -> Result<Result<Done, LostRace>, RecordError> {
        let mut last = None;
        for _attempt in 1..=COMMITS_MAX {
            match self.store.append(append.clone()).await {
                Ok(appended) => return Ok(Ok(Done::Appended(appended))),
                Err(AppendError::Conflict { .. }) => return Ok(Err(LostRace)),
                Err(AppendError::IdReused) => return Ok(Ok(Done::Refused(Refused::CommandReused))),
                Err(AppendError::TooLarge { bytes, most }) => {
                    return Ok(Ok(Done::Refused(Refused::TooLarge { bytes, most })));
                }
                Err(AppendError::Overloaded) => return Err(RecordError::Overloaded),
                Err(error @ (AppendError::Empty | AppendError::Unavailable { .. })) => {
                    last = Some(error);
                }
            }
        }
        Err(last.map_or(RecordError::Contended, |error| RecordError::Log(Box::new(error))))
    }

    fn keep_head(&self, stream: StreamId, owner: Owner, done: &Done) {
        match done {
            Done::Appended(appended) if !appended.duplicate => {
                let expected = Expected::At(appended.revision);
                self.remember(stream, Head { expected, owner });
            }
            Done::Appended(_) | Done::Refused(_) => self.forget(stream),
        }
    }
}

/// The race was lost: somebody else wrote to the stream first.
pub(crate) struct LostRace;

/// What an append came to.
pub(crate) enum Done {
    Appended(event_store::Appended),
    Refused(Refused),
}

impl Done {
    fn outcome(self, stream: StreamId, event_id: EventId) -> Outcome {
        match self {
            Self::Refused(refused) => Outcome::Refused(refused),
            Self::Appended(appended) => Outcome::Recorded {
                stream,
                event_id,
                position: appended.last,
                recorded_at_micros: appended.recorded_at_micros,
                duplicate: appended.duplicate,
            },
        }
    }
}

/// The meta of an envelope, as stored.
pub(crate) fn meta(provenance: &Provenance) -> Result<std::sync::Arc<[u8]>, RecordError> {
    let meta = Meta {
        actor: provenance.actor.clone(),
        source: provenance.source.clone(),
        simulated: provenance.simulated,
        caused_by: provenance.caused_by,
        correlation: provenance.correlation,
    };
    meta.to_bytes().map_err(|error| RecordError::Log(Box::new(error)))
}
