//! Restoring: the events of a file into a store, in their order, with their ids and times.

use std::io::BufRead;

use envelope::{Keys, KeysError, Owner, SubjectKey};
use event_store::{
    Append, AppendError, Appended, EventStore, Expected, Position, ReadError, Revision, StoredEvent,
};
use futures::{StreamExt, future::BoxFuture, stream::FuturesOrdered};
use uuid::Uuid;

use crate::check::{BadArchive, Entry, Lines};

/// Events in flight: they share commits, and are fewer than a store lets wait.
const IN_FLIGHT: usize = 1_024;

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
    /// The log there begins otherwise than the file.
    #[error("the store holds another log already; an archive goes into an empty one")]
    AnotherLog,
    /// Somebody else writes to the log.
    #[error(
        "the event at position {told} came to stand at {found}; does a server write to this log?"
    )]
    Moved {
        /// Its position in the file.
        told: Position,
        /// Its position in the store.
        found: Position,
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
/// log from a try before; `progress` is told each position reached.
pub async fn restore(
    file: &mut (impl BufRead + Send),
    store: &dyn EventStore,
    keys: &Keys,
    progress: &(dyn Fn(Position) + Sync),
) -> Result<Restored, RestoreError> {
    let first = store.read_log(Position::START, 1).await?.pop();
    let mut lines = Lines::new(file);
    let mut flow = Flow::new(store, keys);
    while let Some(entry) = lines.next()? {
        match entry {
            Entry::Event(event) => {
                let begins = flow.flight.is_empty() && flow.restored == Restored::default();
                if begins && first.as_ref().is_some_and(|first| first.event != event.event) {
                    return Err(RestoreError::AnotherLog);
                }
                progress(event.position);
                flow.take(*event).await?;
            }
            Entry::Key(key) => flow.key(key)?,
            Entry::Log(_) | Entry::End(_) => (),
        }
    }
    while flow.land().await? {}
    flow.put_keys()?;
    Ok(flow.restored)
}

/// Events on their way into the store, in order.
struct Flow<'s> {
    store: &'s dyn EventStore,
    keys: &'s Keys,
    flight: FuturesOrdered<BoxFuture<'s, (Position, Result<Appended, AppendError>)>>,
    waiting_keys: Vec<(Uuid, Owner, SubjectKey)>,
    restored: Restored,
}

impl<'s> Flow<'s> {
    fn new(store: &'s dyn EventStore, keys: &'s Keys) -> Self {
        let (flight, waiting_keys) = (FuturesOrdered::new(), Vec::new());
        Self { store, keys, flight, waiting_keys, restored: Restored::default() }
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

    async fn take(&mut self, stored: StoredEvent) -> Result<(), RestoreError> {
        if self.flight.len() >= IN_FLIGHT {
            self.land().await?;
        }
        let (position, recorded_at) = (stored.position, stored.recorded_at_micros);
        let expected = Expected::from_last(stored.revision.0.checked_sub(1).map(Revision));
        let append = Append { stream: stored.stream, expected, events: vec![stored.event] };
        let answer = self.store.restore(append, recorded_at);
        self.flight.push_back(Box::pin(async move { (position, answer.await) }));
        Ok(())
    }

    /// Waits for the first of those in flight; false where there is none.
    async fn land(&mut self) -> Result<bool, RestoreError> {
        let Some((told, answer)) = self.flight.next().await else { return Ok(false) };
        let answer = answer.map_err(|source| RestoreError::Append { position: told, source })?;
        if self.store.capabilities().dense_positions && answer.first != told {
            return Err(RestoreError::Moved { told, found: answer.first });
        }
        self.restored.known += u64::from(answer.duplicate);
        self.restored.written += u64::from(!answer.duplicate);
        Ok(true)
    }
}
