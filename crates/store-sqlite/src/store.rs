//! The store as others hold it: the queue to the writer, the readers, and the port over both.

use std::fs::File;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use event_store::{
    APPENDS_IN_FLIGHT_MAX, Append, AppendError, Appended, Capabilities, Category, EventStore,
    NowMicros, Position, ReadError, Recorded, Revision, Scan, ScanCursor, StoredEvent, StreamId,
};
use futures::future::{BoxFuture, FutureExt, ready};
use futures::stream::BoxStream;
use tokio::sync::watch;
use uuid::Uuid;

use crate::follow::follow;
use crate::open::{OpenError, open};
use crate::pool::Pool;
use crate::queue::{Most, Queue, stopped};
use crate::writer::{Progress, Writer};

/// Settings of a store; [`Options::new`] has those we ship.
#[derive(Clone)]
pub struct Options {
    /// The time in microseconds since 1970, for `recorded_at`.
    pub now: NowMicros,
    /// Appends that may wait for the writer before others are told `Overloaded`.
    pub queue_appends_max: usize,
    /// Bytes of appends that may wait or be written, before others are told `Overloaded`.
    pub queue_bytes_max: usize,
    /// Reads that may run at once through the port.
    pub readers_max: usize,
    /// The largest append taken.
    pub append_bytes_max: usize,
}

impl Options {
    /// The settings we ship, with the clock of the caller.
    pub fn new(now: NowMicros) -> Self {
        Self {
            now,
            queue_appends_max: APPENDS_IN_FLIGHT_MAX,
            queue_bytes_max: 64 * 1024 * 1024,
            readers_max: 4,
            append_bytes_max: 1024 * 1024,
        }
    }
}

/// How much was written since opening: `events / commits` is what one fsync carried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Stats {
    /// Transactions that wrote something; each is one fsync.
    pub commits: u64,
    /// Events they wrote.
    pub events: u64,
}

/// One log in one directory of one process. Dropping it writes and answers what is waiting.
pub struct SqliteStore {
    queue: Queue,
    pool: Arc<Pool>,
    progress: Arc<Progress>,
    log_id: Uuid,
    append_bytes_max: usize,
    /// Held until everything else is closed.
    _lock: File,
}

impl SqliteStore {
    /// Opens the log in a directory, or begins one there, with the settings we ship.
    pub fn open(directory: &Path, now: NowMicros) -> Result<Self, OpenError> {
        Self::open_with(directory, Options::new(now))
    }

    /// Opens the log in a directory, or begins one there.
    pub fn open_with(directory: &Path, options: Options) -> Result<Self, OpenError> {
        let failed = |source| OpenError::Failed { directory: directory.to_owned(), source };
        let opened = open(directory)?;
        let progress = Arc::new(Progress {
            head: watch::Sender::new(Position::START),
            commits: AtomicU64::new(0),
            events: AtomicU64::new(0),
            trouble: Mutex::default(),
        });
        let pool = Arc::new(Pool::new(opened.file.clone(), options.readers_max));
        let writer = Writer::new(opened.connection, options.now, Arc::clone(&progress))
            .map_err(|error| OpenError::from_sqlite(error, directory, &opened.file))?;
        let most = Most { appends: options.queue_appends_max, bytes: options.queue_bytes_max };
        let queue =
            Queue::start(most, |jobs| writer.serve(jobs)).map_err(|error| failed(error.into()))?;
        let append_bytes_max = options.append_bytes_max;
        let (log_id, lock) = (opened.log_id, opened.lock);
        Ok(Self { queue, pool, progress, log_id, append_bytes_max, _lock: lock })
    }

    /// Takes no more appends, writes and answers those that wait, and returns. Reads go on.
    pub fn close(&self) {
        self.queue.close();
    }

    /// In the queue once this returns.
    fn write(
        &self,
        append: Append,
        recorded: Option<Recorded>,
    ) -> BoxFuture<'_, Result<Appended, AppendError>> {
        let bytes = append.check(self.append_bytes_max);
        match bytes.and_then(|bytes| self.queue.push(append, recorded, bytes)) {
            Ok(answer) => {
                answer.map(|told| told.unwrap_or_else(|_gone| Err(stopped(true)))).boxed()
            }
            Err(refused) => ready(Err(refused)).boxed(),
        }
    }

    /// How much was written since opening.
    pub fn stats(&self) -> Stats {
        Stats {
            commits: self.progress.commits.load(Ordering::Relaxed),
            events: self.progress.events.load(Ordering::Relaxed),
        }
    }

    /// Why the log cannot be written now, or that its file is damaged; none while all is well. It
    /// holds what the database says and nothing of any event.
    pub fn trouble(&self) -> Option<String> {
        self.progress.trouble().or_else(|| self.pool.damage())
    }

    /// [`EventStore::read_stream`] on this thread, for bulk work on threads of one's own.
    pub fn read_stream_blocking(
        &self,
        stream: StreamId,
        from: Revision,
        most: usize,
    ) -> Result<Vec<StoredEvent>, ReadError> {
        self.pool.blocking(|reader| reader.stream(stream, from, most))
    }

    /// [`EventStore::read_streams`] on this thread, for bulk work on threads of one's own.
    pub fn read_streams_blocking(
        &self,
        streams: &[StreamId],
    ) -> Result<Vec<Vec<StoredEvent>>, ReadError> {
        self.pool.blocking(|reader| reader.streams(streams))
    }

    /// [`EventStore::read_log`] on this thread, for bulk work on threads of one's own.
    pub fn read_log_blocking(
        &self,
        after: Position,
        most: usize,
    ) -> Result<Vec<StoredEvent>, ReadError> {
        self.pool.blocking(|reader| reader.log(after, most, usize::MAX))
    }

    /// [`EventStore::scan_streams`] on this thread, for bulk work on threads of one's own.
    pub fn scan_streams_blocking(
        &self,
        category: Category,
        after: Option<ScanCursor>,
        up_to: Position,
        most_events: usize,
    ) -> Result<Scan, ReadError> {
        self.pool.blocking(|reader| reader.scan(category, after, up_to, most_events))
    }
}

impl Drop for SqliteStore {
    fn drop(&mut self) {
        self.close();
    }
}

impl EventStore for SqliteStore {
    fn append(&self, append: Append) -> BoxFuture<'_, Result<Appended, AppendError>> {
        self.write(append, None)
    }

    fn restore(
        &self,
        append: Append,
        recorded: Recorded,
    ) -> BoxFuture<'_, Result<Appended, AppendError>> {
        self.write(append, Some(recorded))
    }

    fn read_stream(
        &self,
        stream: StreamId,
        from: Revision,
        most: usize,
    ) -> BoxFuture<'_, Result<Vec<StoredEvent>, ReadError>> {
        self.pool.run(move |reader| reader.stream(stream, from, most)).boxed()
    }

    fn read_streams(
        &self,
        streams: &[StreamId],
    ) -> BoxFuture<'_, Result<Vec<Vec<StoredEvent>>, ReadError>> {
        let streams = streams.to_vec();
        self.pool.run(move |reader| reader.streams(&streams)).boxed()
    }

    fn read_log(
        &self,
        after: Position,
        most: usize,
    ) -> BoxFuture<'_, Result<Vec<StoredEvent>, ReadError>> {
        self.pool.run(move |reader| reader.log(after, most, usize::MAX)).boxed()
    }

    fn scan_streams(
        &self,
        category: Category,
        after: Option<ScanCursor>,
        up_to: Position,
        most_events: usize,
    ) -> BoxFuture<'_, Result<Scan, ReadError>> {
        self.pool.run(move |reader| reader.scan(category, after, up_to, most_events)).boxed()
    }

    fn follow(&self, after: Position) -> BoxStream<'_, Result<Vec<StoredEvent>, ReadError>> {
        follow(Arc::clone(&self.pool), self.progress.head.subscribe(), after)
    }

    fn head(&self) -> BoxFuture<'_, Result<Position, ReadError>> {
        // No other process can write, so the last commit of ours is the head.
        ready(Ok(*self.progress.head.borrow())).boxed()
    }

    fn log_id(&self) -> Uuid {
        self.log_id
    }

    fn position_at(&self, recorded_micros: i64) -> BoxFuture<'_, Result<Position, ReadError>> {
        self.pool.run(move |reader| reader.position_at(recorded_micros)).boxed()
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities {
            dense_positions: true,
            atomic_multi_stream: false,
            ids_unique_in_log: true,
            tries_again: false,
            append_bytes_max: self.append_bytes_max,
        }
    }
}

#[cfg(test)]
mod tests;
