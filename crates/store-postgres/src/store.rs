//! The store as others hold it: the queue to the writer, the readers, and the port over both.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use event_store::{
    APPENDS_IN_FLIGHT_MAX, Append, AppendError, Appended, Capabilities, Category, EventStore,
    NowMicros, Position, ReadError, Recorded, Revision, Scan, ScanCursor, StoredEvent, StreamId,
};
use futures::future::{BoxFuture, FutureExt, ready};
use futures::stream::BoxStream;
use tokio::runtime::Runtime;
use tokio::sync::watch;
use uuid::Uuid;

use crate::address::Address;
use crate::follow::follow;
use crate::kinds::Kinds;
use crate::listen::listen;
use crate::open::{OpenError, open};
use crate::queue::{Most, Queue, stopped};
use crate::reader::Reader;
use crate::writer::{Progress, Writer};

/// Where news of other processes' commits come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Listen {
    /// From the address that events are written to.
    Same,
    /// From another address of the same database: past a pooler that lends connections by the
    /// transaction, which passes no news on.
    At(Box<Address>),
    /// From nowhere: followers poll.
    Never,
}

/// Settings of a store; [`Options::new`] has those we ship.
#[derive(Clone)]
pub struct Options {
    /// The time in microseconds since 1970, for `recorded_at`.
    pub now: NowMicros,
    /// Appends that may wait for the writer before others are told `Overloaded`.
    pub queue_appends_max: usize,
    /// Bytes of appends that may wait or be written, before others are told `Overloaded`.
    pub queue_bytes_max: usize,
    /// Connections that read, beside the one that writes and the one that listens.
    pub readers_max: usize,
    /// Connections that read for those who block a thread of their own.
    pub blocking_readers_max: usize,
    /// The largest append taken.
    pub append_bytes_max: usize,
    /// Where news of other processes' commits come from.
    pub listen: Listen,
    /// How often a follower asks by itself whether there is more.
    pub poll_every: Duration,
}

impl Options {
    /// The settings we ship, with the clock of the caller.
    pub fn new(now: NowMicros) -> Self {
        Self {
            now,
            queue_appends_max: APPENDS_IN_FLIGHT_MAX,
            queue_bytes_max: 64 * 1024 * 1024,
            readers_max: 8,
            blocking_readers_max: 4,
            append_bytes_max: 1024 * 1024,
            listen: Listen::Same,
            poll_every: Duration::from_secs(1),
        }
    }
}

/// How much this process wrote since opening: `events / commits` is what one commit carried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Stats {
    /// Transactions that wrote something.
    pub commits: u64,
    /// Events they wrote.
    pub events: u64,
}

/// One log in one database, which other processes may use too. Dropping it writes and answers what
/// is waiting.
pub struct PostgresStore {
    queue: Queue,
    reader: Arc<Reader>,
    /// For those who block: a connection is served by the runtime it was made on, and theirs may be
    /// the one that stands still.
    blocking: Arc<Reader>,
    progress: Arc<Progress>,
    log_id: Uuid,
    append_bytes_max: usize,
    poll_every: Duration,
    /// What the writer and the listener run on; there until it is dropped.
    runtime: Option<Runtime>,
}

impl PostgresStore {
    /// Opens the log of a database, or begins one there, with the settings we ship.
    pub async fn open(address: &Address, now: NowMicros) -> Result<Self, OpenError> {
        Self::open_with(address, Options::new(now)).await
    }

    /// Opens the log of a database, or begins one there.
    pub async fn open_with(address: &Address, options: Options) -> Result<Self, OpenError> {
        let failed = |source| OpenError::Failed { address: address.clone(), source };
        let readers = address.pool(options.readers_max).map_err(failed)?;
        let log_id = open(address, &readers).await?;
        let writers = address.pool(1).map_err(failed)?;
        let kinds = Arc::new(Kinds::default());
        let reader = Arc::new(Reader::new(readers, Arc::clone(&kinds)));
        let aside = address.pool(options.blocking_readers_max).map_err(failed)?;
        let blocking = Arc::new(Reader::new(aside, Arc::clone(&kinds)));
        let head = reader.head().await.map_err(|error| failed(error.into()))?;
        let progress = Arc::new(Progress {
            head: watch::Sender::new(head),
            commits: AtomicU64::new(0),
            events: AtomicU64::new(0),
            trouble: Mutex::default(),
        });
        let runtime = runtime().map_err(|error| failed(error.into()))?;
        let writer = Writer::new(writers, kinds, options.now, Arc::clone(&progress));
        let most = Most { appends: options.queue_appends_max, bytes: options.queue_bytes_max };
        let queue = Queue::start(runtime.handle(), most, |jobs| writer.serve(jobs));
        let news = match options.listen {
            Listen::Same => Some(address.clone()),
            Listen::At(other) => Some(*other),
            Listen::Never => None,
        };
        if let Some(address) = news {
            runtime.spawn(listen(address, progress.head.clone()));
        }
        Ok(Self {
            queue,
            reader,
            blocking,
            progress,
            log_id,
            append_bytes_max: options.append_bytes_max,
            poll_every: options.poll_every,
            runtime: Some(runtime),
        })
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

    /// How much this process wrote since opening.
    pub fn stats(&self) -> Stats {
        Stats {
            commits: self.progress.commits.load(Ordering::Relaxed),
            events: self.progress.events.load(Ordering::Relaxed),
        }
    }

    /// Why the log cannot be written now; none while it can. It holds what the database says and
    /// nothing of any event.
    pub fn trouble(&self) -> Option<String> {
        self.progress.trouble()
    }

    /// [`EventStore::read_streams`], waited for on this thread, whatever it is.
    pub fn read_streams_blocking(
        &self,
        streams: &[StreamId],
    ) -> Result<Vec<Vec<StoredEvent>>, ReadError> {
        let (reader, streams) = (Arc::clone(&self.blocking), streams.to_vec());
        self.wait_for(async move { reader.streams(&streams).await })
    }

    /// [`EventStore::read_log`], waited for on this thread, whatever it is.
    pub fn read_log_blocking(
        &self,
        after: Position,
        most: usize,
    ) -> Result<Vec<StoredEvent>, ReadError> {
        let reader = Arc::clone(&self.blocking);
        self.wait_for(async move { reader.log(after, most, usize::MAX).await })
    }

    fn wait_for<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T, ReadError>> + Send + 'static,
    ) -> Result<T, ReadError> {
        let runtime =
            self.runtime.as_ref().ok_or_else(|| ReadError::unavailable("it is closed"))?;
        let (reply, answer) = std::sync::mpsc::sync_channel(1);
        runtime.spawn(async move { drop(reply.send(work.await)) });
        answer.recv().map_err(ReadError::unavailable)?
    }
}

/// One thread beside those of the callers: their load does not delay the writer.
fn runtime() -> std::io::Result<Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .thread_name("event-writer")
        .enable_all()
        .build()
}

impl Drop for PostgresStore {
    fn drop(&mut self) {
        self.close();
        if let Some(runtime) = self.runtime.take() {
            // A runtime that waits for its threads may not be dropped by another.
            runtime.shutdown_background();
        }
    }
}

impl EventStore for PostgresStore {
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
        self.reader.stream(stream, from, most).boxed()
    }

    fn read_streams(
        &self,
        streams: &[StreamId],
    ) -> BoxFuture<'_, Result<Vec<Vec<StoredEvent>>, ReadError>> {
        let streams = streams.to_vec();
        async move { self.reader.streams(&streams).await }.boxed()
    }

    fn read_log(
        &self,
        after: Position,
        most: usize,
    ) -> BoxFuture<'_, Result<Vec<StoredEvent>, ReadError>> {
        self.reader.log(after, most, usize::MAX).boxed()
    }

    fn scan_streams(
        &self,
        category: Category,
        after: Option<ScanCursor>,
        up_to: Position,
        most_events: usize,
    ) -> BoxFuture<'_, Result<Scan, ReadError>> {
        self.reader.scan(category, after, up_to, most_events).boxed()
    }

    fn follow(&self, after: Position) -> BoxStream<'_, Result<Vec<StoredEvent>, ReadError>> {
        let (reader, head) = (Arc::clone(&self.reader), self.progress.head.subscribe());
        follow(reader, head, after, self.poll_every)
    }

    fn head(&self) -> BoxFuture<'_, Result<Position, ReadError>> {
        self.reader.head().boxed()
    }

    fn log_id(&self) -> Uuid {
        self.log_id
    }

    fn position_at(&self, recorded_micros: i64) -> BoxFuture<'_, Result<Position, ReadError>> {
        self.reader.position_at(recorded_micros).boxed()
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
