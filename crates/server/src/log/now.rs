//! The log as it is now, for whoever kept a place in it.

use event_store::{EventStore, Position, ReadError};

/// Events of the log looked through at once.
const PAGE: usize = 2_000;

/// A log and where it ends.
pub(crate) struct LogNow<'s> {
    store: &'s dyn EventStore,
    pub(crate) end: Position,
}

impl<'s> LogNow<'s> {
    /// The log as it is.
    pub(crate) async fn of(store: &'s dyn EventStore) -> Result<Self, ReadError> {
        Ok(Self { store, end: store.head().await? })
    }

    /// The last place at or before one where an event stands, or the start. It is the same place unless a
    /// backup was put in the place of the log.
    pub(crate) async fn last_at_or_before(&self, place: Position) -> Result<Position, ReadError> {
        if place >= self.end {
            return Ok(self.end);
        }
        if place == Position::START || self.store.event_at(place).await?.is_some() {
            return Ok(place);
        }
        let mut at = Position::START;
        loop {
            let page = self.store.read_log(at, PAGE).await?;
            let before = page.iter().map(|event| event.position).take_while(|at| *at <= place);
            let Some(last) = before.last() else { return Ok(at) };
            at = last;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use event_store::{Append, Category, Expected, NewEvent, StreamId};
    use opaque_for_tests::Opaque;
    use store_sqlite::SqliteStore;
    use uuid::Uuid;

    use super::*;

    /// A log of so many events.
    async fn log(events: u128, dir: &std::path::Path) -> SqliteStore {
        let store = SqliteStore::open(dir, Arc::new(|| 1)).unwrap();
        let events = (0..events).map(|number| NewEvent {
            event_id: Uuid::from_u128(number),
            kind: Arc::from("ReferralSent"),
            version: 1,
            occurred_micros: 0,
            occurred_is_day: false,
            entered_in_source_micros: None,
            meta: Arc::from(&b"{}"[..]),
            payload: b"{}".to_vec(),
            sealed: None,
        });
        let stream = StreamId::new(Category::Pathway, Uuid::from_u128(1));
        let events = events.collect();
        store.append(Append { stream, expected: Expected::NoStream, events }).await.unwrap();
        store
    }

    #[tokio::test]
    async fn a_place_that_stands_is_kept_and_one_beyond_the_end_is_taken_back_to_it() {
        let dir = tempfile::tempdir().unwrap();
        let store = log(3, dir.path()).await;
        let now = LogNow::of(&store).await.unwrap();
        for (kept, stands) in [(0, 0), (1, 1), (3, 3), (4, 3), (9, 3)] {
            let found = now.last_at_or_before(Position(kept)).await.unwrap();
            assert_eq!(found, Position(stands), "{kept}");
        }
    }

    #[tokio::test]
    async fn a_place_where_no_event_stands_is_taken_back_to_the_one_before() {
        let dir = tempfile::tempdir().unwrap();
        let store = Opaque(Arc::new(log(4_321, dir.path()).await));
        let log = store.read_log(Position::START, usize::MAX).await.unwrap();
        let now = LogNow::of(&store).await.unwrap();
        let nowhere = now.last_at_or_before(Position(log[0].position.0 - 1)).await.unwrap();
        assert_eq!(nowhere, Position::START);
        for at in [0, 1_999, 2_000, 4_319] {
            let place = log[at].position;
            assert_eq!(now.last_at_or_before(place).await.unwrap(), place);
            let beside = Position(place.0 + 1);
            assert_eq!(now.last_at_or_before(beside).await.unwrap(), place, "{at}");
        }
    }
}
