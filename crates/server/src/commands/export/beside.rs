//! What stands beside the steps and is needed to write them: who holds which identifier, and which
//! parked steps have joined their pathway.

use std::collections::{HashMap, HashSet};

use anyhow::Context;
use event_store::{Category, EventStore, Position, StoredEvent};
use serde::Deserialize;
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

/// The claim in an identifier's stream.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Claim {
    pathway_id: PathwayId,
}

impl Beside {
    /// Reads every identifier and inbox stream up to `head`.
    pub(super) async fn read(store: &dyn EventStore, head: Position) -> anyhow::Result<Self> {
        let mut beside = Self::default();
        for category in [Category::Identifier, Category::Inbox] {
            let mut after = None;
            loop {
                let scan = store.scan_streams(category, after, head, SCAN_EVENTS).await?;
                for event in scan.streams.iter().flat_map(|(_, events)| events) {
                    let place = || format!("the event at position {}", event.position);
                    beside.take(event).with_context(place)?;
                }
                match scan.next {
                    Some(next) => after = Some(next),
                    None => break,
                }
            }
        }
        Ok(beside)
    }

    fn take(&mut self, event: &StoredEvent) -> anyhow::Result<()> {
        if event.stream.category == Category::Identifier {
            let claim: Claim = serde_json::from_slice(&event.event.payload)?;
            self.identifiers.entry(claim.pathway_id).or_default().push(event.stream.id);
        } else if is_link(event)
            && let Step::ParkedStepLinked(linked) = envelope::read(event)?.step
        {
            self.joined.insert(linked.event_id);
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
