//! The way of appends to the server: a few sessions of the client's batch append, which does not wait
//! on Nagle's algorithm as its single append does.
//!
//! One refused append ends its whole session, and every neighbour in flight is told that it was
//! cancelled though it may have been written. So streams are shared out over several sessions, and each
//! carries only so many at once.

use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use event_store::{Expected, Revision, StreamId};
use eventstore::{BatchAppendClient, BatchAppendOptions, BatchWriteResult, EventData, StreamState};
use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout, timeout_at};

use crate::fault::Fault;
use crate::supervisor::{Life, Supervised};

const LANES: usize = 4;
/// Appends that one session carries at once; the others wait before it.
const IN_FLIGHT: usize = 128;

/// All lanes.
pub(crate) struct Lanes(Vec<Lane>);

/// One session at a time, and the room in it.
pub(crate) struct Lane {
    supervisor: Supervised,
    /// How long an answer may take: the client leaves whoever waits pending for ever if the task that
    /// takes the answers in has come to a bad end.
    pub(crate) silence: Duration,
    room: Semaphore,
    session: Mutex<Option<Arc<Session>>>,
    opening: tokio::sync::Mutex<()>,
}

/// A session of the client, and which client's it is.
pub(crate) struct Session {
    client: BatchAppendClient,
    generation: u64,
    _life: Life,
}

/// An append that was not answered.
pub(crate) struct Unanswered {
    pub(crate) fault: Fault,
    /// Whether it was on its way: where not, nothing can be written.
    pub(crate) left: bool,
}

/// What is sent, as the server names it.
pub(crate) struct Parcel {
    pub(crate) stream: String,
    pub(crate) expected: StreamState,
    pub(crate) events: Vec<EventData>,
}

impl Lanes {
    pub(crate) fn new(supervisor: &Supervised, silence: Duration) -> Self {
        Self((0..LANES).map(|_| Lane::new(Arc::clone(supervisor), silence, IN_FLIGHT)).collect())
    }

    /// The lane of a stream: always the same.
    pub(crate) fn of(&self, stream: StreamId) -> Option<&Lane> {
        let hash = BuildHasherDefault::<DefaultHasher>::default().hash_one(stream);
        self.0.get(usize::try_from(hash % LANES as u64).unwrap_or_default())
    }
}

impl Lane {
    pub(crate) fn new(supervisor: Supervised, silence: Duration, in_flight: usize) -> Self {
        let (room, opening) = (Semaphore::new(in_flight), tokio::sync::Mutex::new(()));
        Self { supervisor, silence, room, session: Mutex::default(), opening }
    }

    /// Sends one append and waits for its answer, or for the end of its session. It waits for room and
    /// for a session until then.
    pub(crate) async fn send(
        &self,
        parcel: Parcel,
        until: Instant,
    ) -> Result<BatchWriteResult, Unanswered> {
        let stayed = |fault| Unanswered { fault, left: false };
        let room = timeout_at(until, self.room.acquire()).await;
        let _room = room.map_err(|_late| stayed(Fault::ended("there was no room to send it")))?;
        let session = self.session().await.map_err(stayed)?;
        // Boxed: it is the largest part of the task of an append, which is moved when it begins.
        let answer = Box::pin(self.answered(&session, session.sent(parcel))).await;
        answer.map_err(|fault| {
            self.over(&session);
            Unanswered { fault, left: true }
        })
    }

    /// Waits for an answer as long as an answer may take.
    async fn answered(
        &self,
        session: &Session,
        sent: impl Future<Output = eventstore::Result<BatchWriteResult>>,
    ) -> Result<BatchWriteResult, Fault> {
        self.answered_within(self.silence, session, sent).await
    }

    /// Waits for an answer so long; what is there already is taken though the time is none.
    pub(crate) async fn answered_within(
        &self,
        patience: Duration,
        session: &Session,
        sent: impl Future<Output = eventstore::Result<BatchWriteResult>>,
    ) -> Result<BatchWriteResult, Fault> {
        let fault = match timeout(patience, sent).await {
            Ok(Ok(written)) => return Ok(written),
            Ok(Err(error)) => told(error),
            Err(_late) => Fault::silent(self.silence),
        };
        self.supervisor.blame(session.generation, &fault);
        Err(fault)
    }

    /// The session in use; a new one is opened where there is none.
    pub(crate) async fn session(&self) -> Result<Arc<Session>, Fault> {
        match self.held() {
            Some(session) => Ok(session),
            None => Box::pin(self.begun()).await,
        }
    }

    /// Opens a session, or waits for the one that opens it.
    async fn begun(&self) -> Result<Arc<Session>, Fault> {
        let _one = self.opening.lock().await;
        if let Some(session) = self.held() {
            return Ok(session);
        }
        let session = Arc::new(self.open().await?);
        *self.lock() = Some(Arc::clone(&session));
        Ok(session)
    }

    /// A session that gave no answer, or a bad one, is used no more.
    pub(crate) fn over(&self, ended: &Arc<Session>) {
        let mut session = self.lock();
        if session.as_ref().is_some_and(|held| Arc::ptr_eq(held, ended)) {
            *session = None;
        }
    }

    async fn open(&self) -> Result<Session, Fault> {
        let current = self.supervisor.current().await?;
        let client = current.client;
        // The tasks of a session live where it was opened.
        let opening = current
            .life
            .spawn(async move { client.batch_append(&BatchAppendOptions::default()).await });
        let opened = match timeout(self.silence, opening).await {
            Ok(Ok(opened)) => opened.map_err(Fault::from),
            Ok(Err(error)) => Err(Fault::broken(&error)),
            Err(_late) => Err(Fault::silent(self.silence)),
        };
        let generation = current.generation;
        let client = opened.inspect_err(|fault| self.supervisor.blame(generation, fault))?;
        Ok(Session { client, generation, _life: current.life })
    }

    /// A session of a client that was given up is not used any more, nor kept.
    fn held(&self) -> Option<Arc<Session>> {
        let mut session = self.lock();
        session.take_if(|held| !self.supervisor.is_current(held.generation));
        session.clone()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Arc<Session>>> {
        self.session.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Session {
    /// On its way once this is first polled, behind all that were polled before it.
    pub(crate) async fn sent(&self, parcel: Parcel) -> eventstore::Result<BatchWriteResult> {
        let Parcel { stream, expected, events } = parcel;
        self.client.append_to_stream(stream, expected, events).await
    }
}

/// A neighbour's refusal is told as a cancelled call, in words that the client itself made up; that
/// says nothing of the node, so the client is kept.
fn told(error: eventstore::Error) -> Fault {
    match error {
        eventstore::Error::ServerError(said) if said.contains("Batch-append stream") => {
            Fault::ended("the session of appends has ended")
        }
        other => other.into(),
    }
}

/// The expectation as the server names it.
pub(crate) fn state(expected: Expected) -> StreamState {
    match expected {
        Expected::NoStream => StreamState::NoStream,
        Expected::At(Revision(last)) => StreamState::StreamRevision(last),
    }
}
