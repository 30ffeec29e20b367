//! One subscription: what it gives is decoded, proved to be the next, and passed on.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use event_store::{Position, ReadError, StoredEvent};
use eventstore::{
    Client, ResolvedEvent, StreamPosition, SubscribeToAllOptions, SubscriptionEvent,
    SubscriptionFilter,
};
use tokio::sync::mpsc::{Permit, Sender};
use tokio::sync::{Semaphore, SemaphorePermit};

use super::{Item, cost};
use crate::codec::Decoder;
use crate::continuity::Continuity;
use crate::fault::Fault;
use crate::spin::Rounds;

/// Streams whose last revision a follower remembers.
const STREAMS_MAX: usize = 200_000;

/// The way to the follower, bounded in events and in bytes.
#[derive(Clone)]
pub(super) struct Way {
    pub(super) items: Sender<Item>,
    pub(super) room: Arc<Semaphore>,
}

impl Way {
    /// Waits for room for one event. None: nobody listens any more.
    async fn reserve(
        &self,
        stored: &StoredEvent,
    ) -> Option<(Permit<'_, Item>, SemaphorePermit<'_>)> {
        let bytes = u32::try_from(cost(stored)).unwrap_or(u32::MAX);
        let room = self.room.acquire_many(bytes).await.ok()?;
        Some((self.items.reserve().await.ok()?, room))
    }

    /// Whether the follower has as much as it can be given.
    pub(super) fn is_full(&self) -> bool {
        self.items.capacity() == 0 || self.room.available_permits() == 0
    }
}

/// Where a follower stands, seen by its subscription and its keeper.
pub(crate) struct Place {
    /// Position of the last event given.
    given: AtomicU64,
    /// Where the next subscription goes on: the last event or checkpoint that was seen.
    resume: AtomicU64,
    /// How often something was heard.
    heard: AtomicU64,
    continuity: Mutex<Continuity>,
}

impl Place {
    /// After a position.
    pub(crate) fn new(after: Position) -> Self {
        let continuity = Continuity::new(STREAMS_MAX, after == Position::START);
        Self {
            given: AtomicU64::new(after.0),
            resume: AtomicU64::new(after.0),
            heard: AtomicU64::new(0),
            continuity: Mutex::new(continuity),
        }
    }

    /// Where the last event stands that was given.
    pub(crate) fn given(&self) -> Position {
        Position(self.given.load(Ordering::SeqCst))
    }

    /// Where the next subscription goes on.
    pub(crate) fn resume(&self) -> Position {
        Position(self.resume.load(Ordering::SeqCst))
    }

    pub(super) fn heard(&self) -> u64 {
        self.heard.load(Ordering::SeqCst)
    }

    /// Passes the next event on. What was given already is dropped: a subscription may begin with it,
    /// and a server may repeat. Done in one piece, so that a task that is aborted has given an event and
    /// remembers it, or neither.
    fn give(
        &self,
        stored: StoredEvent,
        item: Permit<'_, Item>,
        room: SemaphorePermit<'_>,
    ) -> Result<(), ReadError> {
        let mut continuity = self.continuity.lock().unwrap_or_else(PoisonError::into_inner);
        let position = stored.position;
        if position <= self.given() {
            return Ok(());
        }
        continuity.next(&stored)?;
        room.forget();
        item.send(Ok(stored));
        self.given.store(position.0, Ordering::SeqCst);
        self.resume.fetch_max(position.0, Ordering::SeqCst);
        Ok(())
    }
}

/// Why a subscription has ended.
pub(super) enum End {
    /// Another subscription may do better.
    Fault(Fault),
    /// What is in the log cannot be right.
    Corrupt(ReadError),
    /// Nobody listens any more.
    Unheard,
}

/// One subscription and all that it needs.
pub(super) struct Pump {
    pub(super) client: Client,
    pub(super) filter: SubscriptionFilter,
    pub(super) decoder: Decoder,
    pub(super) way: Way,
    pub(super) place: Arc<Place>,
    pub(super) rounds: Rounds,
}

impl Pump {
    /// Passes on what the subscription gives until it ends.
    pub(super) async fn run(mut self) -> End {
        let from = match self.place.resume() {
            Position::START => StreamPosition::Start,
            Position(resume) => StreamPosition::Position(at(resume)),
        };
        // Without the client's own retries: they go on from the last match, and read all since again.
        let options = SubscribeToAllOptions::default().position(from).filter(self.filter.clone());
        let mut subscription = self.client.subscribe_to_all(&options).await;
        loop {
            let received = match subscription.next_subscription_event().await {
                Ok(received) => received,
                Err(error) => return End::Fault(error.into()),
            };
            self.rounds.received();
            self.place.heard.fetch_add(1, Ordering::SeqCst);
            match self.received(received).await {
                Ok(true) => {}
                Ok(false) => return End::Unheard,
                Err(error) => return End::Corrupt(error),
            }
        }
    }

    async fn received(&mut self, received: SubscriptionEvent) -> Result<bool, ReadError> {
        match received {
            SubscriptionEvent::EventAppeared(event) => self.event(&event).await,
            SubscriptionEvent::Checkpoint(position) => {
                self.place.resume.fetch_max(position.commit, Ordering::SeqCst);
                Ok(true)
            }
            _ => Ok(true),
        }
    }

    async fn event(&mut self, event: &ResolvedEvent) -> Result<bool, ReadError> {
        let stored = self.decoder.event(event)?;
        match self.way.reserve(&stored).await {
            Some((item, room)) => self.place.give(stored, item, room).map(|()| true),
            None => Ok(false),
        }
    }
}

fn at(position: u64) -> eventstore::Position {
    eventstore::Position { commit: position, prepare: position }
}
