//! How many events there are, in a log whose positions say so and in one whose positions do not.
//!
//! Where positions are dense they are the count. Elsewhere they only grow: what lies between two of them is
//! told by reading, and a view counts the events of pathways, for a build reads no others.

use event_store::{Category, EventStore, Position, ReadError, Scan, StoredEvent, StreamId};

/// Events read at once where they are counted.
const PAGE_EVENTS: usize = 2_000;

/// Which events a checkpoint counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Counting {
    /// Every one: the count is the position.
    Dense,
    /// Those of pathways.
    Pathways,
}

impl Counting {
    /// As the log of a store is counted.
    pub(crate) fn of(store: &dyn EventStore) -> Self {
        if store.capabilities().dense_positions { Self::Dense } else { Self::Pathways }
    }

    /// Whether an event is counted.
    pub(crate) fn counts(self, event: &StoredEvent) -> bool {
        self == Self::Dense || event.stream.category == Category::Pathway
    }

    /// What a build that took so many events of pathways, all up to a position, has counted.
    pub(crate) const fn built(self, up_to: Position, taken: u64) -> u64 {
        match self {
            Self::Dense => up_to.0,
            Self::Pathways => taken,
        }
    }

    /// How far on the way to its position a build is that took so many events, and this page last.
    pub(crate) fn progress(self, taken: u64, page: &Scan, up_to: Position) -> u64 {
        let began = |(_id, events): &(StreamId, Vec<StoredEvent>)| Some(events.first()?.position.0);
        match self {
            Self::Dense => taken,
            Self::Pathways if page.next.is_none() => up_to.0,
            // Streams come in the order in which they began.
            Self::Pathways => page.streams.last().and_then(began).unwrap_or_default(),
        }
    }
}

/// Whether more than so many events lie after a position and up to the end of the log.
pub(crate) async fn more_than(
    store: &dyn EventStore,
    limit: u64,
    (after, head): (Position, Position),
) -> Result<bool, ReadError> {
    if Counting::of(store) == Counting::Dense {
        return Ok(head.0.saturating_sub(after.0) > limit);
    }
    let (mut at, mut found) = (after, 0);
    while at < head && found <= limit {
        let page = store.read_log(at, PAGE_EVENTS).await?;
        let Some(last) = page.last() else { break };
        found += page.len() as u64;
        at = last.position;
    }
    Ok(found > limit)
}

/// Whether building a view is faster than bringing it to the end of the log.
pub(crate) async fn is_far_behind(
    store: &dyn EventStore,
    limit: u64,
    (at, head): (Position, Position),
) -> Result<bool, ReadError> {
    let behind = head.0.saturating_sub(at.0);
    let way = head.0.saturating_sub(begun(store).await?.0);
    Ok(behind > way / 5 && more_than(store, limit, (at, head)).await?)
}

/// Where a log begins: on a cluster that others use too, anywhere.
async fn begun(store: &dyn EventStore) -> Result<Position, ReadError> {
    if store.capabilities().dense_positions {
        return Ok(Position::START);
    }
    let first = store.read_log(Position::START, 1).await?;
    Ok(first.first().map_or(Position::START, |first| first.position))
}
