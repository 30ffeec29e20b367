//! The centre: find the stream, decide, append, retry a lost race.

use std::{borrow::Cow, time::Duration};

use envelope::{Envelope, Owner, SentBy};
use event_store::{Append, AppendError, Expected, NewEvent, Revision, StreamId};
use pathway::{
    History, Refusal,
    decide::{check_second_times, check_time, needs_history},
};
use steps::{CommandId, OccurredAt, PathwayId, Step};

use crate::{
    Command, Outcome, RecordError, Recorder, Refused, ids,
    load::{Head, head_of, person_named, read_all},
    place::Place,
    repeats::as_named_here,
};

mod done;
mod together;

pub(crate) use done::{Done, LostRace, Seen};

/// How often a lost race is tried again: in each round one writer wins.
pub(crate) const RACES_MAX: usize = 64;

/// How often a commit that failed is tried again.
const COMMITS_MAX: usize = 8;

/// How long is waited before a failed commit is tried again; each time twice as long.
const PAUSE_MIN: Duration = Duration::from_millis(10);

/// No stream ends here: a store looks at such an append and never takes it.
const NOWHERE: Expected = Expected::At(Revision(i64::MAX.unsigned_abs()));

impl Recorder {
    /// Records one step, or says why not. Safe to repeat with the same command id.
    pub async fn record(&self, command: Command) -> Result<Outcome, RecordError> {
        if let Err(refusal) = self.times_of(&command) {
            return Ok(Outcome::Refused(refusal.into()));
        }
        let mut outcome = match self.place(&command).await? {
            Ok(Place::Stream(stream)) => self.record_at(stream, &command).await?,
            Ok(Place::Inbox(identifier)) => self.park(identifier, &command).await?,
            Err(refused) => Outcome::Refused(refused),
        };
        // When it first came the identifier it was sent by may have led elsewhere: to an inbox, or to
        // the pathway that held it then.
        if matches!(outcome, Outcome::Refused(_))
            && let Some(before) = self.sent_before(&command).await?
        {
            outcome = before;
        }
        self.after(&command, &outcome).await?;
        Ok(outcome)
    }

    fn times_of(&self, command: &Command) -> Result<(), Refusal> {
        let now = (self.now)();
        check_time("occurredAt", command.occurred_at, now)?;
        let entered = command.entered_in_source_at.map(OccurredAt::Instant);
        entered.map_or(Ok(()), |entered| check_time("enteredInSourceAt", entered, now))?;
        check_second_times(&command.step, now)
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
        let event_id = command.event_id();
        for _race in 1..=RACES_MAX {
            let (head, step) = match self.decided(stream, command).await? {
                Ok(decided) => decided,
                Err(refused) => return Ok(Outcome::Refused(refused)),
            };
            match self.offer(stream, command, &step, head).await? {
                Ok(Done::Appended(appended)) => {
                    self.keep_head(stream, &step, head, &appended);
                    return Ok(Done::Appended(appended).outcome(stream, event_id));
                }
                Ok(done @ (Done::Before(_) | Done::Refused(_))) => {
                    return Ok(done.outcome(stream, event_id));
                }
                Err(LostRace) => self.forget_tried(stream, head),
            }
        }
        Err(RecordError::Contended)
    }

    /// Whether the log would take the step there, or has it already; nothing is written. Asked before
    /// something is written that a refusal would leave behind.
    pub(crate) async fn would_take(
        &self,
        stream: StreamId,
        command: &Command,
    ) -> Result<Result<Seen, Refused>, RecordError> {
        let (head, step) = match self.decided(stream, command).await? {
            Ok(decided) => decided,
            Err(refused) => return Ok(Err(refused)),
        };
        let nowhere = Head { expected: NOWHERE, ..head };
        Ok(match self.offer(stream, command, &step, nowhere).await? {
            Ok(Done::Refused(refused)) => Err(refused),
            Ok(Done::Appended(_) | Done::Before(_)) => Ok(Seen::Before),
            Err(LostRace) => Ok(Seen::Never),
        })
    }

    /// Offers the step to the log as what comes after `head`.
    async fn offer(
        &self,
        stream: StreamId,
        command: &Command,
        step: &Step,
        head: Head,
    ) -> Result<Result<Done, LostRace>, RecordError> {
        let envelope = described(stream, command, step, command.sent_by())?;
        let event = match self.event(envelope, owner_of(step, head)) {
            Err(RecordError::Write(envelope::WriteError::Sealed)) => {
                return Ok(Ok(Done::Refused(Refused::Sealed)));
            }
            other => other?,
        };
        // Asked after the head was read: who writes to this stream meanwhile wins the race.
        if !self.store.capabilities().ids_unique_in_log {
            if let Some(stored) = self.caused_here(stream, command).await? {
                return Ok(Ok(Done::Before(Box::new(stored))));
            }
            if self.stands_elsewhere(stream, command).await? {
                return Ok(Ok(Done::Refused(Refused::CommandReused)));
            }
        }
        let append = Append { stream, expected: head.expected, events: vec![event] };
        let done = self.append_patiently(append).await?;
        if matches!(done, Ok(Done::Refused(Refused::CommandReused)))
            && let Some(stored) = self.told_before(stream, command, step).await?
        {
            return Ok(Ok(Done::Before(Box::new(stored))));
        }
        Ok(done)
    }

    /// Whether the step may be recorded there now, where the stream ends, and the step as it is
    /// said there.
    async fn decided<'c>(
        &self,
        stream: StreamId,
        command: &'c Command,
    ) -> Result<Result<(Head, Cow<'c, Step>), Refused>, RecordError> {
        if !needs_history(command.step.kind()) {
            let head = self.head(stream).await?;
            return Ok(Ok((head, Cow::Borrowed(&command.step))));
        }
        let stored = self.stream(stream).await?;
        let history = History::of(PathwayId(stream.id), read_all(&stored)?);
        let head = head_of(stream, &stored, &history);
        let step = as_named_here(&history, &command.step);
        let decision = pathway::decide(&history, &step, command.occurred_at, (self.now)());
        Ok(decision.map(|()| (head, step)).map_err(Refused::Step))
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
    pub(crate) async fn append_patiently(
        &self,
        append: Append,
    ) -> Result<Result<Done, LostRace>, RecordError> {
        let mut pause = PAUSE_MIN;
        let tries = if self.store.capabilities().tries_again { 1 } else { COMMITS_MAX };
        for attempt in 1..=tries {
            match self.store.append(append.clone()).await {
                Ok(appended) => return Ok(Ok(Done::Appended(appended))),
                Err(AppendError::Conflict { .. }) => return Ok(Err(LostRace)),
                Err(AppendError::IdReused) => return Ok(Ok(Done::Refused(Refused::CommandReused))),
                Err(AppendError::TooLarge { bytes, most }) => {
                    return Ok(Ok(Done::Refused(Refused::TooLarge { bytes, most })));
                }
                Err(AppendError::Overloaded) => return Err(RecordError::Overloaded),
                Err(AppendError::Unavailable { .. }) if attempt < tries => {
                    tokio::time::sleep(pause).await;
                    pause *= 2;
                }
                Err(
                    error @ (AppendError::Empty
                    | AppendError::RecordedEarlier { .. }
                    | AppendError::Displaced { .. }
                    | AppendError::Unavailable { .. }),
                ) => {
                    return Err(RecordError::Log(Box::new(error)));
                }
            }
        }
        Err(RecordError::Contended)
    }

    /// Remembers where the stream ends and whose it is, where the step leaves no doubt of that.
    fn keep_head(
        &self,
        stream: StreamId,
        step: &Step,
        head: Head,
        appended: &event_store::Appended,
    ) {
        let owner = owner_of(step, head);
        let amends = matches!(step, Step::StepCorrected(_) | Step::StepEnteredInError(_));
        let another = matches!(head.owner, Owner::Person(_)) && owner != head.owner;
        if appended.duplicate || amends || another {
            self.forget(stream);
        } else {
            self.remember(stream, Head { expected: Expected::At(appended.revision), owner });
        }
    }
}

/// What the envelope says of a command's step in a stream.
pub(crate) fn described<'a>(
    stream: StreamId,
    command: &Command,
    step: &'a Step,
    sent_by: Option<SentBy>,
) -> Result<Envelope<'a>, RecordError> {
    let meta = command.meta_bytes(sent_by);
    Ok(Envelope {
        stream,
        event_id: command.event_id(),
        step,
        occurred_at: command.occurred_at,
        entered_in_source_at: command.entered_in_source_at,
        meta: meta.map_err(|error| RecordError::Log(Box::new(error)))?,
    })
}

/// Whose key seals the step: of the person it names, or of the stream's.
fn owner_of(step: &Step, head: Head) -> Owner {
    person_named(step).map_or(head.owner, |person| Owner::Person(person.0))
}
