//! What stands beside the steps and is needed to write them: who holds which identifier, and which
//! parked steps have joined their pathway.

use std::collections::{HashMap, HashSet};

use anyhow::Context;
use event_store::{Category, EventStore, Position, StoredEvent, StreamId};
use steps::{EventId, PathwayId, Step, StepKind};
use uuid::Uuid;

/// Events scanned at once.
const SCAN_EVENTS: usize = 5_000;

/// Claims and links of the whole log.
#[derive(Debug, Default)]
pub(super) struct Beside {
    identifiers: HashMap<PathwayId, Vec<Uuid>>,
    joined: HashSet<EventId>,
}

impl Beside {
    /// Reads every identifier and inbox stream up to `head`.
    pub(super) async fn read(store: &dyn EventStore, head: Position) -> anyhow::Result<Self> {
        let mut beside = Self::default();
        for category in [Category::Identifier, Category::Inbox] {
            let mut after = None;
            loop {
                let scan = store.scan_streams(category, after, head, SCAN_EVENTS).await?;
                for (stream, events) in &scan.streams {
                    beside.take(*stream, events).with_context(|| format!("the stream {stream}"))?;
                }
                match scan.next {
                    Some(next) => after = Some(next),
                    None => break,
                }
            }
        }
        Ok(beside)
    }

    fn take(&mut self, stream: StreamId, events: &[StoredEvent]) -> anyhow::Result<()> {
        if stream.category == Category::Identifier {
            if let Some(holder) = recorder::holder_of(events)? {
                self.identifiers.entry(holder).or_default().push(stream.id);
            }
            return Ok(());
        }
        for event in events.iter().filter(|event| is_link(event)) {
            if let Step::ParkedStepLinked(linked) = envelope::read(event)?.step {
                self.joined.insert(linked.event_id);
            }
        }
        Ok(())
    }

    /// The identifiers that a pathway holds, given once.
    pub(super) fn take_identifiers(&mut self, pathway_id: PathwayId) -> Vec<Uuid> {
        self.identifiers.remove(&pathway_id).unwrap_or_default()
    }

    /// What caused an event. A parked step that has joined its pathway is not written, so what it
    /// became there is told as if it had come there at once.
    pub(super) fn cause(&self, caused_by: Option<EventId>) -> Option<EventId> {
        caused_by.filter(|cause| !self.joined.contains(cause))
    }

    /// Whether an event of an inbox still waits.
    pub(super) fn waits(&self, event: &StoredEvent) -> bool {
        !is_link(event) && !self.joined.contains(&EventId(event.event.event_id))
    }
}

fn is_link(event: &StoredEvent) -> bool {
    &*event.event.kind == StepKind::ParkedStepLinked.name()
}
