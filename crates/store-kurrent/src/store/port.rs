//! The port over the ways in and out.

use std::sync::Arc;

use event_store::{
    Append, AppendError, Appended, Capabilities, Category, EventStore, Position, ReadError,
    Recorded, Revision, Scan, ScanCursor, StoredEvent, StreamId,
};
use futures::future::{BoxFuture, FutureExt, ready};
use futures::stream::BoxStream;
use uuid::Uuid;

use super::KurrentStore;
use crate::follow::{Place, follow};
use crate::scan::Asked;

impl EventStore for KurrentStore {
    fn append(&self, append: Append) -> BoxFuture<'_, Result<Appended, AppendError>> {
        match self.write(append) {
            Ok(answer) => answer.boxed(),
            Err(refused) => ready(Err(refused)).boxed(),
        }
    }

    fn restore(
        &self,
        append: Append,
        recorded: Recorded,
    ) -> BoxFuture<'_, Result<Appended, AppendError>> {
        self.move_in(append, recorded).boxed()
    }

    fn read_stream(
        &self,
        stream: StreamId,
        from: Revision,
        most: usize,
    ) -> BoxFuture<'_, Result<Vec<StoredEvent>, ReadError>> {
        let reader = Arc::clone(&self.reader);
        self.reading(async move { reader.stream(stream, from, most).await }).boxed()
    }

    fn read_streams(
        &self,
        streams: &[StreamId],
    ) -> BoxFuture<'_, Result<Vec<Vec<StoredEvent>>, ReadError>> {
        let (reader, streams) = (Arc::clone(&self.reader), streams.to_vec());
        self.reading(async move { reader.streams(&streams).await }).boxed()
    }

    fn read_log(
        &self,
        after: Position,
        most: usize,
    ) -> BoxFuture<'_, Result<Vec<StoredEvent>, ReadError>> {
        let reader = Arc::clone(&self.reader);
        self.reading(async move { reader.log(&reader.whole(), after, most).await }).boxed()
    }

    fn event_at(
        &self,
        position: Position,
    ) -> BoxFuture<'_, Result<Option<StoredEvent>, ReadError>> {
        let reader = Arc::clone(&self.reader);
        self.reading(async move { reader.at(position).await }).boxed()
    }

    fn scan_streams(
        &self,
        category: Category,
        after: Option<ScanCursor>,
        up_to: Position,
        most_events: usize,
    ) -> BoxFuture<'_, Result<Scan, ReadError>> {
        let (reader, tallies) = (Arc::clone(&self.reader), Arc::clone(&self.tallies));
        let asked = Asked { category, after, up_to, most_events };
        self.reading(async move { tallies.scan(&reader, asked).await }).boxed()
    }

    fn follow(&self, after: Position) -> BoxStream<'_, Result<Vec<StoredEvent>, ReadError>> {
        follow(Arc::clone(&self.reader), Arc::new(Place::new(after)), self.quiet)
    }

    fn head(&self) -> BoxFuture<'_, Result<Position, ReadError>> {
        let reader = Arc::clone(&self.reader);
        self.reading(async move { reader.head().await }).boxed()
    }

    fn log_id(&self) -> Uuid {
        self.log_id
    }

    fn position_at(&self, recorded_micros: i64) -> BoxFuture<'_, Result<Position, ReadError>> {
        let (reader, moments) = (Arc::clone(&self.reader), Arc::clone(&self.moments));
        self.reading(async move { moments.position_at(&reader, recorded_micros).await }).boxed()
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities {
            dense_positions: false,
            atomic_multi_stream: false,
            ids_unique_in_log: false,
            tries_again: true,
            append_bytes_max: self.append_bytes_max,
        }
    }
}
