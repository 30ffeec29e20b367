//! What a row told before, and what amends it.
//!
//! It is found by ids alone: the first event, and then each amendment by its number.

use chrono::Duration;
use event_store::{Category, StoredEvent, StreamId};
use pathway::Told;
use recorder::{Command, Recorder, Target, event_id};
use steps::{CommandId, EventId, OccurredAt, PathwayId, Step};
use uuid::Uuid;

use crate::edge;

/// What a row told before, in the order in which it was told.
#[derive(Default)]
pub(super) struct Before {
    pub(super) told: Vec<Told>,
    /// Whether it still waits for its pathway.
    pub(super) waits: bool,
    /// Whether a personal field of it cannot be read any more.
    pub(super) closed: bool,
    /// The pathway on which it stands.
    pub(super) pathway: Option<PathwayId>,
}

/// The streams that one row has read.
#[derive(Default)]
pub(super) struct Read {
    streams: Vec<(StreamId, Vec<StoredEvent>)>,
}

impl Read {
    /// What was told before by this command and its amendments, to `target` or in the stream that
    /// the step itself names.
    pub(super) async fn before(
        &mut self,
        recorder: &Recorder,
        command_id: CommandId,
        (target, own): (&Target, Option<StreamId>),
    ) -> anyhow::Result<Before> {
        let mut streams = recorder.streams_of(target).await?;
        streams.extend(own);
        let mut before = Before::default();
        loop {
            let id = match before.told.len() {
                0 => command_id,
                number => amended(event_id(command_id, 0), number),
            };
            let Some(stored) = self.find(recorder, id, &streams).await? else { return Ok(before) };
            let (told, _) = envelope::read_open(&stored, recorder.keys())?;
            let in_inbox = stored.stream.category == Category::Inbox;
            before.closed |= told.step.split_payload().is_err();
            before.waits |= in_inbox && streams.as_slice() == [stored.stream];
            let on_pathway = stored.stream.category == Category::Pathway;
            before.pathway = on_pathway.then_some(PathwayId(stored.stream.id)).or(before.pathway);
            before.told.push(told);
        }
    }

    async fn find(
        &mut self,
        recorder: &Recorder,
        command_id: CommandId,
        streams: &[StreamId],
    ) -> anyhow::Result<Option<StoredEvent>> {
        let wanted = event_id(command_id, 0);
        for stream in streams {
            if !self.streams.iter().any(|(known, _)| known == stream) {
                self.streams.push((*stream, recorder.stream(*stream).await?));
            }
            let known = self.streams.iter().find(|(known, _)| known == stream);
            let mut events = known.into_iter().flat_map(|(_, events)| events);
            if let Some(found) = events.find(|stored| stored.event.event_id == wanted.0) {
                return Ok(Some(found.clone()));
            }
        }
        Ok(None)
    }
}

impl Before {
    /// What stands of it; none, where nothing was told or it was withdrawn.
    pub(super) fn standing(&self) -> Option<&Told> {
        self.told.last().filter(|last| !matches!(last.step, Step::StepEnteredInError(_)))
    }

    /// The next amendment: later than the last, so that it is the one in force.
    pub(super) fn amendment(&self, told: Command, step: Step) -> Command {
        let last = self.told.last().filter(|_| self.told.len() > 1).map(|last| last.occurred_at);
        Command {
            command_id: amended(event_id(told.command_id, 0), self.told.len()),
            occurred_at: after(last),
            step,
            ..told
        }
    }
}

/// A moment for an amendment: now, and later than the amendment before it.
pub(super) fn after(last: Option<OccurredAt>) -> OccurredAt {
    let now = edge::now();
    OccurredAt::Instant(match last {
        Some(OccurredAt::Instant(last)) => now.max(last + Duration::microseconds(1)),
        Some(OccurredAt::Day(_)) | None => now,
    })
}

/// The command of the n-th amendment of what a row told first by this event.
pub(super) fn amended(first: EventId, number: usize) -> CommandId {
    CommandId(Uuid::new_v5(&first.0, format!("amendment/{number}").as_bytes()))
}

/// Whether an event says what the row says now.
pub(super) fn says(told: &Told, now: &Command) -> bool {
    let entered = told.entered_in_source_at == now.entered_in_source_at;
    #[expect(clippy::wildcard_enum_match_arm, reason = "a file tells no amendments of its own")]
    match &told.step {
        Step::StepCorrected(correction) => {
            let at = correction.corrected_occurred_at == Some(now.occurred_at);
            entered && at && *correction.step == now.step
        }
        Step::StepEnteredInError(_) => false,
        step => entered && told.occurred_at == now.occurred_at && *step == now.step,
    }
}
