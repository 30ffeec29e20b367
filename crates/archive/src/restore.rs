//! Restoring: the events of a file into a store, in their order, with their ids and times.

use std::collections::VecDeque;
use std::io::BufRead;

use envelope::{Keys, KeysError, Owner, SubjectKey};
use event_store::{
    Append, AppendError, Appended, EventStore, Expected, Position, ReadError, Recorded, Revision,
    StoredEvent,
};
use futures::future::BoxFuture;
use uuid::Uuid;

use crate::{
    check::{BadArchive, Entry, Lines},
    overlap::{Overlap, is_same},
};

/// Events in flight: they share commits, and are fewer than a store lets wait.
const IN_FLIGHT: usize = 1_024;

/// Bytes in flight, likewise, and one event more.
const BYTES_IN_FLIGHT: usize = 16 * 1024 * 1024;

/// Keys that share a commit.
const KEYS_AT_ONCE: usize = 1_000;

/// What was restored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Restored {
    /// Events written now.
    pub written: u64,
    /// Events that were there from a try before.
    pub known: u64,
    /// Keys written, now or before.
    pub keys: u64,
}

/// Why a file could not be restored.
#[derive(Debug, thiserror::Error)]
pub enum RestoreError {
    /// The file is no archive.
    #[error(transparent)]
    Archive(#[from] BadArchive),
    /// The log there is not a beginning of the file.
    #[error(
        "the store holds another log already: it and the archive differ from position {at} on; an \
         archive goes into an empty store"
    )]
    AnotherLog {
        /// Position in the file of the first event that differs.
        at: Position,
    },
    /// The log there goes on where the file ends: keys that were erased since would come back.
    #[error(
        "the log there goes on after the last event of the archive: it has been written to since, and \
         keys that were erased would come back; nothing was moved in"
    )]
    GoesOn,
    /// Somebody else writes to the log.
    #[error(
        "the event at position {told} would have come to stand at {next}; does a server or another \
         import write to this log?"
    )]
    Moved {
        /// Its position in the file.
        told: Position,
        /// The position that the store had for it.
        next: Position,
    },
    /// The store refused or failed.
    #[error("the event at position {position} was not restored; begin the import again")]
    Append {
        /// Its position in the file.
        position: Position,
        /// Why.
        #[source]
        source: AppendError,
    },
    /// The store cannot be read.
    #[error("the store cannot be read")]
    Read(#[from] ReadError),
    /// The keys cannot be written.
    #[error("the keys cannot be written")]
    Keys(#[from] KeysError),
}

/// Restores a file that was [checked](crate::check()). The store is empty, or holds a beginning of the same
/// log from a try before: that is compared to its end before anything is written. `progress` is told
/// each position reached.
pub async fn restore(
    file: &mut (impl BufRead + Send),
    store: &dyn EventStore,
    keys: &Keys,
    progress: &(dyn Fn(Position) + Sync),
) -> Result<Restored, RestoreError> {
    let mut overlap = Overlap::of(store).await?;
    let mut lines = Lines::new(file);
    let mut flow = Flow::new(store, keys);
    while let Some(entry) = lines.next()? {
        match entry {
            Entry::Event(event) => {
                let (at, place) = (event.position, flow.next_place());
                progress(at);
                match overlap.next().await? {
                    Some(held) if is_same(&held, &event, place) => flow.restored.known += 1,
                    Some(_other) => return Err(RestoreError::AnotherLog { at }),
                    None => flow.take(*event, place).await?,
                }
            }
            // All events stand before the keys.
            Entry::Key(_) | Entry::End(_) if overlap.has_more().await? => {
                return Err(RestoreError::GoesOn);
            }
            Entry::Key(key) => flow.key(key)?,
            Entry::Log(_) | Entry::End(_) => (),
        }
    }
    while flow.land().await? {}
    flow.put_keys()?;
    Ok(flow.restored)
}

/// The place an event was told to have and the one it must get, its bytes, and how the store answered.
type Landed = (Position, Option<Position>, usize, Result<Appended, AppendError>);

/// Events on their way into the store, in order.
struct Flow<'s> {
    store: &'s dyn EventStore,
    /// The place of the last event, where the store's positions are dense. The file may be of a log whose
    /// positions are not: there the first event stands first all the same.
    place: Option<Position>,
    keys: &'s Keys,
    /// Only the first is ever asked: a store that leaves one out goes on once its caller has heard so,
    /// and nothing may be handed in between.
    flight: VecDeque<BoxFuture<'s, Landed>>,
    bytes: usize,
    /// Whether one is there, where it should be.
    has_landed: bool,
    waiting_keys: Vec<(Uuid, Owner, SubjectKey)>,
    restored: Restored,
}

impl<'s> Flow<'s> {
    fn new(store: &'s dyn EventStore, keys: &'s Keys) -> Self {
        let (flight, waiting_keys) = (VecDeque::new(), Vec::new());
        let place = store.capabilities().dense_positions.then_some(Position::START);
        let (bytes, has_landed, restored) = (0, false, Restored::default());
        Self { store, place, keys, flight, bytes, has_landed, waiting_keys, restored }
    }

    /// Where the next event of the file must stand.
    fn next_place(&mut self) -> Option<Position> {
        self.place = self.place.map(|Position(last)| Position(last + 1));
        self.place
    }

    fn key(&mut self, key: (Uuid, Owner, SubjectKey)) -> Result<(), RestoreError> {
        self.waiting_keys.push(key);
        if self.waiting_keys.len() < KEYS_AT_ONCE { Ok(()) } else { self.put_keys() }
    }

    fn put_keys(&mut self) -> Result<(), RestoreError> {
        self.keys.put(&self.waiting_keys)?;
        self.restored.keys += self.waiting_keys.len() as u64;
        self.waiting_keys.clear();
        Ok(())
    }

    /// Sends an event on its way. The first must have landed before others follow: where somebody else
    /// writes to the log, nothing of the file is.
    async fn take(
        &mut self,
        stored: StoredEvent,
        place: Option<Position>,
    ) -> Result<(), RestoreError> {
        let most = if self.has_landed { IN_FLIGHT } else { 1 };
        while self.flight.len() >= most || self.bytes >= BYTES_IN_FLIGHT {
            self.land().await?;
        }
        let (position, bytes) = (stored.position, stored.event.bytes());
        self.bytes += bytes;
        let recorded = Recorded { at_micros: stored.recorded_at_micros, first: place };
        let expected = Expected::from_last(stored.revision.0.checked_sub(1).map(Revision));
        let append = Append { stream: stored.stream, expected, events: vec![stored.event] };
        let answer = self.store.restore(append, recorded);
        self.flight.push_back(Box::pin(async move { (position, place, bytes, answer.await) }));
        Ok(())
    }

    /// Waits for the first of those in flight; false where there is none.
    async fn land(&mut self) -> Result<bool, RestoreError> {
        let Some(first) = self.flight.pop_front() else { return Ok(false) };
        let (told, place, bytes, answer) = first.await;
        self.bytes -= bytes;
        let answer = answer.map_err(|source| match source {
            AppendError::Displaced { next } => RestoreError::Moved { told, next },
            source => RestoreError::Append { position: told, source },
        })?;
        if place.is_some_and(|place| place != answer.first) {
            return Err(RestoreError::Moved { told, next: answer.first });
        }
        self.has_landed = true;
        self.restored.known += u64::from(answer.duplicate);
        self.restored.written += u64::from(!answer.duplicate);
        Ok(true)
    }
}
