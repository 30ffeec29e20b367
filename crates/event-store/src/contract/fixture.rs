//! What a store hands to the suite, and the events the suite writes.

use std::any::Any;
use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use uuid::Uuid;

use crate::{
    Append, AppendError, Appended, Category, EventStore, Expected, NewEvent, NowMicros, Position,
    SealedPart, StoredEvent, StreamId,
};

/// A clock that stands still until it is set.
#[derive(Debug, Clone)]
pub struct TestClock(Arc<AtomicI64>);

impl TestClock {
    /// Stands at a moment given in microseconds since 1970.
    pub fn at(micros: i64) -> Self {
        Self(Arc::new(AtomicI64::new(micros)))
    }

    /// Moves the clock, forward or back.
    pub fn set(&self, micros: i64) {
        self.0.store(micros, Ordering::SeqCst);
    }

    /// What the clock shows.
    pub fn micros(&self) -> i64 {
        self.0.load(Ordering::SeqCst)
    }

    /// The clock as a store wants it at opening.
    pub fn source(&self) -> NowMicros {
        let clock = self.clone();
        Arc::new(move || clock.micros())
    }
}

/// A store on trial, with its clock and whatever must live as long (a directory, a server).
pub struct TestStore {
    store: Arc<dyn EventStore>,
    clock: TestClock,
    seed: Uuid,
    next: AtomicU64,
    _keep: Box<dyn Any + Send + Sync>,
}

impl TestStore {
    /// Takes a store that reads this clock. Ids are derived from the log's own id.
    pub fn new(store: Arc<dyn EventStore>, clock: TestClock, keep: impl Any + Send + Sync) -> Self {
        let seed = store.log_id();
        Self { store, clock, seed, next: AtomicU64::new(0), _keep: Box::new(keep) }
    }

    /// Derives ids from this instead: needed where several tests share one log.
    #[must_use]
    pub fn seeded(mut self, seed: Uuid) -> Self {
        self.seed = seed;
        self
    }

    /// The clock the store reads.
    pub fn clock(&self) -> &TestClock {
        &self.clock
    }

    /// An id nobody used before.
    pub fn fresh_id(&self) -> Uuid {
        let number = self.next.fetch_add(1, Ordering::SeqCst);
        Uuid::new_v5(&self.seed, &number.to_be_bytes())
    }

    /// A pathway's stream that does not exist yet.
    pub fn fresh_stream(&self) -> StreamId {
        self.fresh_stream_of(Category::Pathway)
    }

    /// A stream of that category that does not exist yet.
    pub fn fresh_stream_of(&self, category: Category) -> StreamId {
        StreamId::new(category, self.fresh_id())
    }

    /// One event with a fresh id and this word in its payload.
    pub fn event(&self, word: &str) -> NewEvent {
        NewEvent {
            event_id: self.fresh_id(),
            kind: Arc::from("ReferralSent"),
            version: 1,
            occurred_micros: 1_767_225_600_000_000,
            occurred_is_day: false,
            entered_in_source_micros: None,
            meta: Arc::from(&br#"{"actor":"suite"}"#[..]),
            payload: format!(r#"{{"word":"{word}"}}"#).into_bytes(),
            sealed: None,
        }
    }

    /// An event that uses every field, and bytes that are no UTF-8 where bytes are allowed.
    pub fn full_event(&self) -> NewEvent {
        NewEvent {
            kind: Arc::from("ÜberweisungErfasst"),
            version: u16::MAX,
            occurred_micros: -2_208_988_800_000_000,
            occurred_is_day: true,
            entered_in_source_micros: Some(i64::from(i32::MIN)),
            meta: Arc::from(r#"{"actor":"Ø"}"#.as_bytes()),
            payload: "{\"note\":\"naïve ☂ \\u0000\"}".as_bytes().to_vec(),
            sealed: Some(SealedPart {
                key_id: self.fresh_id(),
                ciphertext: vec![0, 159, 146, 150, 255],
            }),
            ..self.event("full")
        }
    }

    /// So many events with fresh ids.
    pub fn events(&self, count: usize) -> Vec<NewEvent> {
        (0..count).map(|number| self.event(&number.to_string())).collect()
    }

    /// Appends and must be acknowledged.
    pub async fn write(
        &self,
        stream: StreamId,
        expected: Expected,
        events: Vec<NewEvent>,
    ) -> Appended {
        self.append(Append { stream, expected, events }).await.expect("acknowledged")
    }

    /// Begins a fresh pathway stream with so many events.
    pub async fn begun(&self, count: usize) -> (StreamId, Appended) {
        let stream = self.fresh_stream();
        let appended = self.write(stream, Expected::NoStream, self.events(count)).await;
        (stream, appended)
    }

    /// The whole stream as it is read.
    pub async fn whole(&self, stream: StreamId) -> Vec<StoredEvent> {
        let mut streams = self.read_streams(&[stream]).await.expect("readable");
        assert_eq!(streams.len(), 1, "one stream asked, one answered");
        streams.remove(0)
    }

    /// The log from a position to its head, read in small pages.
    pub async fn log_after(&self, mut after: Position) -> Vec<StoredEvent> {
        let mut events = Vec::new();
        loop {
            let page = self.read_log(after, 7).await.expect("readable");
            assert!(page.len() <= 7, "no more than asked");
            let Some(last) = page.last() else { return events };
            after = last.position;
            events.extend(page);
        }
    }
}

impl Deref for TestStore {
    type Target = dyn EventStore;

    fn deref(&self) -> &Self::Target {
        &*self.store
    }
}

/// An append that begins the stream.
pub(super) fn begin(stream: StreamId, events: Vec<NewEvent>) -> Append {
    Append { stream, expected: Expected::NoStream, events }
}

/// The error that says where the stream is.
pub(super) fn is_conflict(answer: &Result<Appended, AppendError>, actual: Option<u64>) -> bool {
    let expected = actual.map(crate::Revision);
    matches!(answer, Err(AppendError::Conflict { actual }) if *actual == expected)
}
