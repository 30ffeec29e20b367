//! What one stream of a person holds, read once.

use envelope::{BadEvent, Meta};
use event_store::{StoredEvent, StreamId};
use pathway::{History, Told};
use steps::{EventId, PathwayId, Step, SubjectRef};

/// One stream, whole.
pub(in crate::reactor) struct Held {
    pub(super) stream: StreamId,
    pub(super) steps: Vec<HeldStep>,
}

/// One of its steps.
pub(in crate::reactor) struct HeldStep {
    pub(super) stored: StoredEvent,
    pub(super) told: Told,
    pub(super) caused_by: Option<EventId>,
}

impl Held {
    /// None where an event cannot be read: no later try can, and others must not wait for it.
    pub(in crate::reactor) fn read(stream: StreamId, events: Vec<StoredEvent>) -> Option<Self> {
        let steps: Result<Vec<HeldStep>, BadEvent> = events.into_iter().map(HeldStep::of).collect();
        match steps {
            Ok(steps) => Some(Self { stream, steps }),
            Err(error) => {
                tracing::error!(%stream, %error, "a stream is passed over: it cannot be read");
                None
            }
        }
    }

    /// The person whose pathway this is.
    pub(in crate::reactor) fn person(&self) -> Option<SubjectRef> {
        self.history().entries().iter().rev().find_map(|entry| match entry.step() {
            Step::PathwaySubject(subject) => Some(subject.subject_ref),
            _ => None,
        })
    }

    /// Everybody whose pathway this was ever said to be.
    pub(in crate::reactor) fn ever_named(&self) -> impl Iterator<Item = SubjectRef> {
        self.steps.iter().filter_map(HeldStep::names)
    }

    /// The last step that said, or took back, whose pathway this is.
    pub(super) fn last_naming(&self) -> Option<&HeldStep> {
        let names = |event_id| {
            let mut named = self.steps.iter().filter(|step| step.names().is_some());
            named.any(|step| step.event_id() == event_id)
        };
        let is_naming =
            |step: &&HeldStep| step.names().is_some() || step.amends().is_some_and(names);
        self.steps.iter().rev().find(is_naming)
    }

    /// The deaths told here, in effect or not.
    pub(super) fn deaths(&self) -> impl Iterator<Item = &HeldStep> {
        self.steps.iter().filter(|step| matches!(step.told.step, Step::PatientDied(_)))
    }

    /// Whether a step still stands.
    pub(super) fn in_effect(&self, event_id: EventId) -> bool {
        self.history().entries().iter().any(|entry| entry.event_id() == event_id)
    }

    /// What an event caused here.
    pub(super) fn caused_by(&self, cause: EventId) -> Option<EventId> {
        self.steps.iter().find(|step| step.caused_by == Some(cause)).map(HeldStep::event_id)
    }

    fn history(&self) -> History {
        let told = self.steps.iter().map(|step| step.told.clone()).collect();
        History::of(PathwayId(self.stream.id), told)
    }
}

impl HeldStep {
    fn of(stored: StoredEvent) -> Result<Self, BadEvent> {
        let told = envelope::read(&stored)?;
        let meta = Meta::from_bytes(&stored.event.meta).map_err(BadEvent::Meta)?;
        Ok(Self { stored, told, caused_by: meta.caused_by })
    }

    pub(super) fn event_id(&self) -> EventId {
        self.told.event_id
    }

    /// The person whose pathway it says this is, itself or as a correction.
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "one step names the person, one corrects it"
    )]
    fn names(&self) -> Option<SubjectRef> {
        match &self.told.step {
            Step::PathwaySubject(subject) => Some(subject.subject_ref),
            Step::StepCorrected(correction) => match &*correction.step {
                Step::PathwaySubject(subject) => Some(subject.subject_ref),
                _ => None,
            },
            _ => None,
        }
    }

    /// The event that this amends.
    #[expect(clippy::wildcard_enum_match_arm, reason = "only two steps amend others")]
    pub(super) fn amends(&self) -> Option<EventId> {
        match &self.told.step {
            Step::StepEnteredInError(withdrawal) => Some(withdrawal.event_id),
            Step::StepCorrected(correction) => Some(correction.event_id),
            _ => None,
        }
    }
}
