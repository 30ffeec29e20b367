//! A store of ours that promises as little as one on a server of others:
//!
//! - positions are opaque: they grow, have holes, and say nothing of how many events there are; reading
//!   begins at the start of the log or at a position that an event has, and fails at any other;
//! - an event id is found in its own stream alone.
//!
//! It is for tests of whoever uses a log: what holds over it needs no more than that.

use std::sync::Arc;

use event_store::{
    Append, AppendError, Appended, Capabilities, Category, EventStore, NewEvent, Position,
    ReadError, Recorded, Revision, Scan, ScanCursor, StoredEvent, StreamId,
};
use futures::future::BoxFuture;
use futures::stream::BoxStream;
use futures::{FutureExt as _, StreamExt as _, stream};
use uuid::Uuid;

/// How far two events lie apart at least.
const STRIDE: u64 = 1_000;

/// A store with dense positions and ids that are unique in the log, seen as one that has neither.
pub struct Opaque(pub Arc<dyn EventStore>);

/// The opaque position of the event at a dense one: no two distances need be the same.
const fn shown(Position(dense): Position) -> Position {
    Position(dense * STRIDE + dense % 7 * 100)
}

/// The dense position of what is at or before an opaque one, and whether that is an event or the start.
fn held(opaque: Position) -> (Position, bool) {
    let below = Position(opaque.0 / STRIDE);
    if shown(below) <= opaque {
        return (below, shown(below) == opaque);
    }
    (Position(below.0 - 1), false)
}

/// Where reading may begin.
fn begin(after: Position) -> Result<Position, ReadError> {
    match held(after) {
        (dense, true) => Ok(dense),
        _ => Err(ReadError::unavailable(format!("no event has position {after}"))),
    }
}

/// An id as it is beneath, or back again: there the same one is another in each stream.
fn masked(stream: StreamId, id: Uuid) -> Uuid {
    let mask = Uuid::new_v5(&Uuid::NAMESPACE_OID, stream.to_string().as_bytes());
    Uuid::from_u128(id.as_u128() ^ mask.as_u128())
}

fn beneath(append: Append) -> Append {
    let stream = append.stream;
    let events = append.events.into_iter();
    let events = events.map(|event| NewEvent { event_id: masked(stream, event.event_id), ..event });
    Append { events: events.collect(), ..append }
}

fn shown_event(stored: StoredEvent) -> StoredEvent {
    let event_id = masked(stored.stream, stored.event.event_id);
    let event = NewEvent { event_id, ..stored.event };
    StoredEvent { position: shown(stored.position), event, ..stored }
}

fn shown_events(events: Vec<StoredEvent>) -> Vec<StoredEvent> {
    events.into_iter().map(shown_event).collect()
}

fn shown_answer(answer: Result<Appended, AppendError>) -> Result<Appended, AppendError> {
    let answer = answer?;
    Ok(Appended { first: shown(answer.first), last: shown(answer.last), ..answer })
}

impl EventStore for Opaque {
    fn append(&self, append: Append) -> BoxFuture<'_, Result<Appended, AppendError>> {
        self.0.append(beneath(append)).map(shown_answer).boxed()
    }

    fn restore(
        &self,
        append: Append,
        recorded: Recorded,
    ) -> BoxFuture<'_, Result<Appended, AppendError>> {
        let recorded = Recorded { first: None, ..recorded };
        self.0.restore(beneath(append), recorded).map(shown_answer).boxed()
    }

    fn read_stream(
        &self,
        stream: StreamId,
        from: Revision,
        most: usize,
    ) -> BoxFuture<'_, Result<Vec<StoredEvent>, ReadError>> {
        self.0.read_stream(stream, from, most).map(|read| read.map(shown_events)).boxed()
    }

    fn read_streams(
        &self,
        streams: &[StreamId],
    ) -> BoxFuture<'_, Result<Vec<Vec<StoredEvent>>, ReadError>> {
        let read = self.0.read_streams(streams);
        read.map(|read| Ok(read?.into_iter().map(shown_events).collect())).boxed()
    }

    fn read_log(
        &self,
        after: Position,
        most: usize,
    ) -> BoxFuture<'_, Result<Vec<StoredEvent>, ReadError>> {
        async move { Ok(shown_events(self.0.read_log(begin(after)?, most).await?)) }.boxed()
    }

    fn event_at(
        &self,
        position: Position,
    ) -> BoxFuture<'_, Result<Option<StoredEvent>, ReadError>> {
        async move {
            let (dense, true) = held(position) else { return Ok(None) };
            Ok(self.0.event_at(dense).await?.map(shown_event))
        }
        .boxed()
    }

    fn scan_streams(
        &self,
        category: Category,
        after: Option<ScanCursor>,
        up_to: Position,
        most_events: usize,
    ) -> BoxFuture<'_, Result<Scan, ReadError>> {
        async move {
            let scan = self.0.scan_streams(category, after, held(up_to).0, most_events).await?;
            let streams = scan.streams.into_iter();
            let streams = streams.map(|(stream, events)| (stream, shown_events(events)));
            Ok(Scan { streams: streams.collect(), next: scan.next })
        }
        .boxed()
    }

    fn follow(&self, after: Position) -> BoxStream<'_, Result<Vec<StoredEvent>, ReadError>> {
        match begin(after) {
            Ok(dense) => self.0.follow(dense).map(|page| page.map(shown_events)).boxed(),
            Err(error) => stream::once(async { Err(error) }).boxed(),
        }
    }

    fn head(&self) -> BoxFuture<'_, Result<Position, ReadError>> {
        self.0.head().map(|head| head.map(shown)).boxed()
    }

    fn log_id(&self) -> Uuid {
        self.0.log_id()
    }

    fn position_at(&self, recorded_micros: i64) -> BoxFuture<'_, Result<Position, ReadError>> {
        self.0.position_at(recorded_micros).map(|at| at.map(shown)).boxed()
    }

    fn capabilities(&self) -> Capabilities {
        let beneath = self.0.capabilities();
        Capabilities { dense_positions: false, ids_unique_in_log: false, ..beneath }
    }
}

#[cfg(test)]
mod tests {
    use std::future::{Ready, ready};

    use event_store::contract::{TestClock, TestStore};
    use store_sqlite::SqliteStore;

    use super::*;

    fn open() -> Ready<TestStore> {
        let directory = tempfile::tempdir().unwrap();
        let clock = TestClock::at(1_780_000_000_000_000);
        let store = SqliteStore::open(directory.path(), clock.source()).unwrap();
        ready(TestStore::new(Arc::new(Opaque(Arc::new(store))), clock, directory))
    }

    event_store::contract_suite!(open);

    #[tokio::test]
    async fn reading_from_where_no_event_is_fails() {
        let store = open().await;
        let (_stream, appended) = store.begun(2).await;
        let beside = Position(appended.first.0 + 1);
        assert!(store.read_log(beside, 9).await.is_err());
        assert!(matches!(store.follow(beside).next().await, Some(Err(_))));
        assert_eq!(store.read_log(appended.first, 9).await.unwrap().len(), 1);
    }
}
