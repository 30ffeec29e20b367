//! Comparing: what the store holds already must be the beginning of the file, event by event.

use std::collections::VecDeque;

use event_store::{EventStore, Position, ReadError, StoredEvent};

/// Events read at once.
const PAGE: usize = 2_000;

/// What the store held when the restoring began, in order, taken one by one.
pub(crate) struct Overlap<'s> {
    store: &'s dyn EventStore,
    after: Position,
    head: Position,
    page: VecDeque<StoredEvent>,
}

impl<'s> Overlap<'s> {
    /// The log as it is now.
    pub(crate) async fn of(store: &'s dyn EventStore) -> Result<Self, ReadError> {
        let head = store.head().await?;
        Ok(Self { store, after: Position::START, head, page: VecDeque::new() })
    }

    /// The next event that was there; `None`: those were all.
    pub(crate) async fn next(&mut self) -> Result<Option<StoredEvent>, ReadError> {
        self.fill().await?;
        Ok(self.page.pop_front())
    }

    /// Whether there was more than was taken.
    pub(crate) async fn has_more(&mut self) -> Result<bool, ReadError> {
        self.fill().await?;
        Ok(!self.page.is_empty())
    }

    async fn fill(&mut self) -> Result<(), ReadError> {
        if self.page.is_empty() && self.after < self.head {
            let page = self.store.read_log(self.after, PAGE).await?;
            self.after = page.last().map_or(self.head, |last| last.position);
            let head = self.head;
            self.page = page.into_iter().take_while(|event| event.position <= head).collect();
        }
        Ok(())
    }
}

/// Whether an event of the store is the one of the file: all that is told of it, its time, and its place
/// where the store's positions say it.
pub(crate) fn is_same(held: &StoredEvent, told: &StoredEvent, place: Option<Position>) -> bool {
    let told_of = |event: &StoredEvent| (event.stream, event.revision, event.recorded_at_micros);
    place.is_none_or(|place| place == held.position)
        && told_of(held) == told_of(told)
        && held.event == told.event
}
