//! Which identifiers the steps of a pathway bring it: a pure question to its history.

use envelope::{Meta, SentBy};
use event_store::StoredEvent;
use pathway::{Entry, History};
use steps::{EventId, PathwayId, Step, StepKind, record_keeping::IdentifierSystem};

use crate::{RecordError, identity::Identifier, load::read_all, route};

/// The identifiers of a pathway, as its steps have them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Brought {
    /// Brought by a step in effect, with the first such step.
    pub(crate) now: Vec<(Identifier, EventId)>,
    /// Brought by a step that is withdrawn or corrected, and by none in effect.
    pub(crate) once: Vec<Identifier>,
}

impl Brought {
    /// Of the whole stream of a pathway.
    pub(crate) fn of(pathway_id: PathwayId, stored: &[StoredEvent]) -> Result<Self, RecordError> {
        let told = read_all(stored)?;
        let opening = Opening::of(stored)?;
        let mut brought = Self::default();
        let ever = told.iter().filter_map(|one| ever_brought_by(&one.step));
        let ever: Vec<Identifier> = ever.chain(opening.map(Opening::identifier)).collect();
        for entry in History::of(pathway_id, told).entries() {
            let opened = opening.filter(|one| one.still_brings(entry)).map(Opening::identifier);
            for identifier in Identifier::brought_by(entry.step()).into_iter().chain(opened) {
                if !brought.holds(identifier) {
                    brought.now.push((identifier, entry.event_id()));
                }
            }
        }
        for identifier in ever {
            if !brought.holds(identifier) && !brought.once.contains(&identifier) {
                brought.once.push(identifier);
            }
        }
        Ok(brought)
    }

    /// Whether a step in effect brings the identifier.
    fn holds(&self, identifier: Identifier) -> bool {
        self.now.iter().any(|(one, _)| *one == identifier)
    }
}

/// The identifier that a step gives its pathway, or would by its replacement.
fn ever_brought_by(step: &Step) -> Option<Identifier> {
    match step {
        Step::StepCorrected(correction) => Identifier::brought_by(&correction.step),
        other => Identifier::brought_by(other),
    }
}

/// The step that opened the pathway by the identifier it was sent by, and so brought it.
#[derive(Debug, Clone, Copy)]
struct Opening {
    event_id: EventId,
    sent_by: SentBy,
}

impl Opening {
    fn of(stored: &[StoredEvent]) -> Result<Option<Self>, RecordError> {
        let kind = |event: &StoredEvent| StepKind::from_name(&event.event.kind);
        let opens = |event: &&StoredEvent| kind(event).is_some_and(route::opens_a_pathway);
        let Some(first) = stored.first().filter(opens) else { return Ok(None) };
        let meta = Meta::from_bytes(&first.event.meta).map_err(envelope::BadEvent::Meta);
        let meta = meta.map_err(RecordError::History)?;
        let event_id = EventId(first.event.event_id);
        Ok(meta.sent_by.map(|sent_by| Self { event_id, sent_by }))
    }

    fn identifier(self) -> Identifier {
        Identifier::named(self.sent_by.stream)
    }

    /// Whether the step that opened the pathway is in effect as `entry`. A correction that gives it
    /// another booking reference says that the one it was sent by was wrong.
    fn still_brings(self, entry: &Entry) -> bool {
        let is_reference = self.sent_by.system == IdentifierSystem::Ubrn;
        let carried = Identifier::carried_by(entry.step());
        let another = carried.is_some_and(|carried| carried != self.identifier());
        let corrected = entry.corrected_by.is_some() && is_reference && another;
        entry.event_id() == self.event_id && !corrected
    }
}
