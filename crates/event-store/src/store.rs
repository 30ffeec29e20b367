//! The verbs every store has. Object-safe: which store is used is a matter of configuration.

use std::sync::Arc;

use futures::FutureExt as _;
use futures::future::BoxFuture;
use futures::stream::BoxStream;
use uuid::Uuid;

use crate::{
    Append, AppendError, Appended, Category, Position, ReadError, Recorded, Revision, Scan,
    ScanCursor, StoredEvent, StreamId,
};

/// Whatever failed beneath a store, kept for the one who logs it.
pub type Cause = Box<dyn std::error::Error + Send + Sync>;

/// The time in microseconds since 1970 (UTC), handed in at opening: stores read no clock.
pub type NowMicros = Arc<dyn Fn() -> i64 + Send + Sync>;

/// Appends that every store as shipped lets wait at once. Whoever sends many keeps at most so many in
/// flight; one more may be told [`crate::AppendError::Overloaded`].
pub const APPENDS_IN_FLIGHT_MAX: usize = 8_192;

/// What a store can do beyond the verbs, and its limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact by itself, none a state")]
pub struct Capabilities {
    /// Positions are 1, 2, 3, …, so that a reader can prove it skipped nothing.
    pub dense_positions: bool,
    /// Events of several streams can be written in one append.
    pub atomic_multi_stream: bool,
    /// An event id is found wherever in the log it stands. Where not, each stream holds an id once, and
    /// one id in two streams is two events.
    pub ids_unique_in_log: bool,
    /// An append that is answered [`AppendError::Unavailable`] was tried again by the store itself for as long
    /// as it has patience: to send the same at once is of no use.
    pub tries_again: bool,
    /// The largest append taken, as [`Append::check`] counts.
    pub append_bytes_max: usize,
}

/// An immutable log of events. The promises it keeps are tests: [`crate::contract`].
pub trait EventStore: Send + Sync {
    /// Writes the events if the stream is where the writer believes. Answered once on disk.
    ///
    /// The same ids with the same content get the first answer again and are written once. Equal
    /// means every field byte for byte, so a retry must seal and describe as it did before.
    fn append(&self, append: Append) -> BoxFuture<'_, Result<Appended, AppendError>>;

    /// Writes events of another log again, with the time at which they were recorded there.
    ///
    /// In all else as [`EventStore::append`], so a move that was cut off can begin again from the
    /// start. It waits in line from the call on, not from when the answer is first awaited: what is
    /// called first stands first in the log. Where the log ends at a later time:
    /// [`AppendError::RecordedEarlier`]; where new events would come to stand elsewhere than
    /// [`Recorded::first`]: [`AppendError::Displaced`].
    fn restore(
        &self,
        append: Append,
        recorded: Recorded,
    ) -> BoxFuture<'_, Result<Appended, AppendError>>;

    /// At most so many events of one stream, from a revision on; none where there is no stream.
    fn read_stream(
        &self,
        stream: StreamId,
        from: Revision,
        most: usize,
    ) -> BoxFuture<'_, Result<Vec<StoredEvent>, ReadError>>;

    /// Whole streams as of one moment, in the order asked; empty where there is no such stream.
    fn read_streams(
        &self,
        streams: &[StreamId],
    ) -> BoxFuture<'_, Result<Vec<Vec<StoredEvent>>, ReadError>>;

    /// At most so many events of the whole log, after its start or after a position that an event of it
    /// has. Whether one has it is asked with [`EventStore::event_at`]: where positions are not dense, a
    /// store may fail or misread at any other.
    fn read_log(
        &self,
        after: Position,
        most: usize,
    ) -> BoxFuture<'_, Result<Vec<StoredEvent>, ReadError>>;

    /// The event at a position; none where no event of this log has it. The one way to ask about a
    /// position that may be another log's: a checkpoint of yesterday, or what a client gave.
    ///
    /// As it stands here it is right where positions are dense; any other store has its own.
    fn event_at(
        &self,
        position: Position,
    ) -> BoxFuture<'_, Result<Option<StoredEvent>, ReadError>> {
        async move {
            let Some(before) = position.0.checked_sub(1) else { return Ok(None) };
            let there = self.read_log(Position(before), 1).await?;
            Ok(there.into_iter().find(|event| event.position == position))
        }
        .boxed()
    }

    /// Whole streams of one category in the order in which they began, each cut at `up_to`.
    ///
    /// Gives at least one whole stream and about `most_events`; `after` is the cursor of the last
    /// scan. Every stream that began at or before `up_to` is given exactly once.
    fn scan_streams(
        &self,
        category: Category,
        after: Option<ScanCursor>,
        up_to: Position,
        most_events: usize,
    ) -> BoxFuture<'_, Result<Scan, ReadError>>;

    /// Pages of the log after a position, as [`EventStore::read_log`] takes it: first history, then live, without a seam or an end.
    ///
    /// A failure is given as an item and the follower goes on from where it was: it survives the
    /// loss and return of its database.
    fn follow(&self, after: Position) -> BoxStream<'_, Result<Vec<StoredEvent>, ReadError>>;

    /// Position of the last event.
    fn head(&self) -> BoxFuture<'_, Result<Position, ReadError>>;

    /// Which log this is; a checkpoint of another log is worth nothing here.
    fn log_id(&self) -> Uuid;

    /// The last position recorded at or before a moment: what was known then.
    fn position_at(&self, recorded_micros: i64) -> BoxFuture<'_, Result<Position, ReadError>>;

    /// What this store can do beyond the verbs, and its limits.
    fn capabilities(&self) -> Capabilities;
}
