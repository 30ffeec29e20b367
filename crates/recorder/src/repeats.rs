//! Steps that stand twice: commands that come again, and events that were repeated on a pathway.

use std::borrow::Cow;

use envelope::{BadEvent, Meta};
use event_store::{Category, StoredEvent, StreamId};
use pathway::History;
use steps::{
    EventId, PathwayId, Step,
    record_keeping::{StepCorrected, StepEnteredInError},
};

use crate::{
    Command, Outcome, RecordError, Recorder, identity::Identifier, ids, load::read_all,
    record::described,
};

impl Recorder {
    /// The event of `command` in `stream`, if it tells the same: a key may have changed since, for
    /// a step can be told before it is known whose pathway it is.
    pub(crate) async fn told_before(
        &self,
        stream: StreamId,
        command: &Command,
        step: &Step,
    ) -> Result<Option<StoredEvent>, RecordError> {
        let event_id = command.event_id();
        let Some(stored) = found(self.stream(stream).await?, event_id) else { return Ok(None) };
        let key = match &stored.event.sealed {
            Some(sealed) => self.keys.key(sealed.key_id).map_err(RecordError::Keys)?,
            None => None,
        };
        let key_id = stored.event.sealed.as_ref().map(|sealed| sealed.key_id);
        // Whether it is sent by our own id now or by another does not make it another command.
        let meta = Meta::from_bytes(&stored.event.meta).map_err(BadEvent::Meta);
        let sent_by = meta.map_err(RecordError::History)?.sent_by;
        let again = envelope::write(described(stream, command, step, sent_by)?, || key_id.zip(key));
        // What cannot be written again is not what was told: a key is gone, or was never needed.
        Ok(again.is_ok_and(|again| again == stored.event).then_some(stored))
    }

    /// The answer to a command whose step went elsewhere when it first came.
    pub(crate) async fn sent_before(
        &self,
        command: &Command,
    ) -> Result<Option<Outcome>, RecordError> {
        let Some(identifier) = Identifier::leading(command) else { return Ok(None) };
        if let Some(parked) = self.parked_before(identifier, command).await? {
            return Ok(Some(parked));
        }
        for PathwayId(id) in self.claims(identifier).await?.ever {
            let stream = StreamId::new(Category::Pathway, id);
            let history = History::of(PathwayId(id), read_all(&self.stream(stream).await?)?);
            let step = as_named_here(&history, &command.step);
            if let Some(stored) = self.told_before(stream, command, &step).await? {
                return Ok(Some(recorded_before(&stored)));
            }
        }
        Ok(None)
    }

    /// Whether the step of `command` stands in another stream to which the identifier it is sent by has led:
    /// its inbox, or a pathway that had it. A store that knows ids by stream alone does not tell.
    pub(crate) async fn stands_elsewhere(
        &self,
        stream: StreamId,
        command: &Command,
    ) -> Result<bool, RecordError> {
        let Some(identifier) = Identifier::leading(command) else { return Ok(false) };
        let ever = self.claims(identifier).await?.ever.into_iter();
        let pathways = ever.map(|PathwayId(id)| StreamId::new(Category::Pathway, id));
        for other in pathways.chain([identifier.inbox()]).filter(|other| *other != stream) {
            if found(self.stream(other).await?, command.event_id()).is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The event that `command` repeats, where it stands in this stream by itself: one who sent it again
    /// was led here while another parked it. A store that knows ids by stream alone lets both.
    pub(crate) async fn caused_here(
        &self,
        stream: StreamId,
        command: &Command,
    ) -> Result<Option<StoredEvent>, RecordError> {
        let Some(cause) = command.provenance.caused_by else { return Ok(None) };
        if command.event_id() != ids::event_id(ids::repeated(cause, PathwayId(stream.id)), 0) {
            return Ok(None);
        }
        Ok(found(self.stream(stream).await?, cause))
    }

    /// The answer to a command whose step was parked when it first came.
    async fn parked_before(
        &self,
        identifier: Identifier,
        command: &Command,
    ) -> Result<Option<Outcome>, RecordError> {
        let inbox = identifier.inbox();
        let Some(parked) = self.told_before(inbox, command, &command.step).await? else {
            return Ok(None);
        };
        if let Some(pathway_id) = self.pathway_of(identifier).await? {
            self.join_parked(identifier, pathway_id).await?;
        }
        let event_id = command.event_id();
        let waits = Outcome::Parked { stream: inbox, event_id, position: parked.position };
        Ok(Some(self.joined(inbox, event_id).await?.unwrap_or(waits)))
    }

    /// Where a parked step is now, if it has joined a pathway or stands there by itself.
    async fn joined(
        &self,
        inbox: StreamId,
        parked: EventId,
    ) -> Result<Option<Outcome>, RecordError> {
        let notes = read_all(&self.stream(inbox).await?)?;
        let linked = notes.iter().find_map(|note| {
            let Step::ParkedStepLinked(linked) = &note.step else { return None };
            (linked.event_id == parked).then_some(linked.pathway_id)
        });
        let Some(PathwayId(id)) = linked else { return Ok(None) };
        let event_id = ids::event_id(ids::repeated(parked, PathwayId(id)), 0);
        let stream = StreamId::new(Category::Pathway, id);
        let events = self.stream(stream).await?;
        let is_it =
            |stored: &&StoredEvent| [event_id, parked].contains(&EventId(stored.event.event_id));
        Ok(events.iter().find(is_it).map(recorded_before))
    }
}

/// The answer of one who finds the event in the log.
pub(crate) fn recorded_before(stored: &StoredEvent) -> Outcome {
    Outcome::Recorded {
        stream: stored.stream,
        event_id: EventId(stored.event.event_id),
        position: stored.position,
        recorded_at_micros: stored.recorded_at_micros,
        duplicate: true,
    }
}

fn found(events: Vec<StoredEvent>, event_id: EventId) -> Option<StoredEvent> {
    events.into_iter().find(|stored| stored.event.event_id == event_id.0)
}

/// The step as it is said in this stream: a correction may name a step that was repeated here by
/// the id it has where it first stood, an inbox or a person's stream.
pub(crate) fn as_named_here<'c>(history: &History, step: &'c Step) -> Cow<'c, Step> {
    let here = |event_id: EventId| {
        let repeated = ids::event_id(ids::repeated(event_id, history.pathway_id()), 0);
        (!history.holds(event_id) && history.holds(repeated)).then_some(repeated)
    };
    #[expect(clippy::wildcard_enum_match_arm, reason = "only two steps amend others")]
    let renamed: Option<Step> = match step {
        Step::StepEnteredInError(said) => here(said.event_id)
            .map(|event_id| StepEnteredInError { event_id, ..(**said).clone() }.into()),
        Step::StepCorrected(said) => here(said.event_id)
            .map(|event_id| StepCorrected { event_id, ..(**said).clone() }.into()),
        _ => None,
    };
    renamed.map_or(Cow::Borrowed(step), Cow::Owned)
}
