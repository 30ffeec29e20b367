//! The recorder, and what it needs to know of a stream before it writes.

use std::{collections::HashMap, fmt, sync::Arc};

use chrono::{DateTime, Utc};
use envelope::{Keys, Owner};
use event_store::{Category, EventStore, Expected, Revision, StoredEvent, StreamId};
use pathway::{History, Told};
use std::sync::Mutex;
use steps::{PathwayId, Step, SubjectRef};

use crate::RecordError;

/// Streams whose head is remembered; past that the memory is emptied.
const REMEMBERED_MAX: usize = 100_000;

/// Events read at once from a stream.
const PAGE: usize = 2_000;

/// Records steps. Cheap to clone.
#[derive(Clone)]
pub struct Recorder {
    pub(crate) store: Arc<dyn EventStore>,
    pub(crate) keys: Arc<Keys>,
    pub(crate) now: Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>,
    heads: Arc<Mutex<HashMap<StreamId, Head>>>,
}

impl fmt::Debug for Recorder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Recorder(..)")
    }
}

/// Where a stream ends, and whose key seals what is personal in it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Head {
    pub(crate) expected: Expected,
    pub(crate) owner: Owner,
}

impl Recorder {
    /// A recorder over a log and the keys; `now` is the clock of the edge.
    pub fn new(
        store: Arc<dyn EventStore>,
        keys: Arc<Keys>,
        now: Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>,
    ) -> Self {
        Self { store, keys, now, heads: Arc::default() }
    }

    /// The log it writes to.
    pub fn store(&self) -> &Arc<dyn EventStore> {
        &self.store
    }

    /// The keys it seals with.
    pub fn keys(&self) -> &Arc<Keys> {
        &self.keys
    }

    /// The whole stream, as stored.
    pub async fn stream(&self, stream: StreamId) -> Result<Vec<StoredEvent>, RecordError> {
        let mut all: Vec<StoredEvent> = Vec::new();
        loop {
            let from = Revision(all.len() as u64);
            let page = self.store.read_stream(stream, from, PAGE).await;
            let page = page.map_err(|error| RecordError::Log(Box::new(error)))?;
            let whole = page.len() < PAGE;
            all.extend(page);
            if whole {
                return Ok(all);
            }
        }
    }

    /// The history of a pathway, its personal fields left sealed.
    pub async fn history(&self, pathway_id: PathwayId) -> Result<History, RecordError> {
        let stored = self.stream(StreamId::new(Category::Pathway, pathway_id.0)).await?;
        let told = read_all(&stored)?;
        Ok(History::of(pathway_id, told))
    }

    pub(crate) async fn head(&self, stream: StreamId) -> Result<Head, RecordError> {
        if let Some(head) = self.remembered(stream) {
            return Ok(head);
        }
        let stored = self.stream(stream).await?;
        let history = History::of(PathwayId(stream.id), read_all(&stored)?);
        Ok(head_of(stream, &stored, &history))
    }

    pub(crate) fn remembered(&self, stream: StreamId) -> Option<Head> {
        self.heads.lock().ok()?.get(&stream).copied()
    }

    pub(crate) fn remember(&self, stream: StreamId, head: Head) {
        if let Ok(mut heads) = self.heads.lock() {
            if heads.len() >= REMEMBERED_MAX {
                heads.clear();
            }
            heads.insert(stream, head);
        }
    }

    /// Forgets a head that lost its race. What the winner has remembered since stays: without it each
    /// loser would read the whole stream again, and lose to the next who need not.
    pub(crate) fn forget_tried(&self, stream: StreamId, tried: Head) {
        if let Ok(mut heads) = self.heads.lock()
            && heads.get(&stream).is_some_and(|head| head.expected == tried.expected)
        {
            heads.remove(&stream);
        }
    }

    pub(crate) fn forget(&self, stream: StreamId) {
        if let Ok(mut heads) = self.heads.lock() {
            heads.remove(&stream);
        }
    }
}

pub(crate) fn read_all(stored: &[StoredEvent]) -> Result<Vec<Told>, RecordError> {
    stored.iter().map(envelope::read).collect::<Result<_, _>>().map_err(RecordError::History)
}

pub(crate) fn head_of(stream: StreamId, stored: &[StoredEvent], history: &History) -> Head {
    let expected = Expected::from_last(stored.last().map(|last| last.revision));
    let owner = match (subject_of(history), stream.category) {
        (Some(person), _) => Owner::Person(person.0),
        (None, Category::Patient) => Owner::Person(stream.id),
        (None, _) => Owner::Stream(stream.id),
    };
    Head { expected, owner }
}

/// The person whose pathway it is, as corrected; a withdrawn naming names nobody.
pub fn subject_of(history: &History) -> Option<SubjectRef> {
    history.entries().iter().rev().find_map(|entry| person_named(entry.step()))
}

/// The person whom a step names as the pathway's.
pub(crate) fn person_named(step: &Step) -> Option<SubjectRef> {
    if let Step::PathwaySubject(subject) = step { Some(subject.subject_ref) } else { None }
}
