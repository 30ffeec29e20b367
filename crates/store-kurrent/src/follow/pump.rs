//! One subscription: what it gives is decoded, proved to be the next, and passed on.

use std::pin::pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Poll;

use event_store::{Position, ReadError, StoredEvent};
use eventstore::{
    Client, StreamPosition, SubscribeToAllOptions, Subscription, SubscriptionEvent,
    SubscriptionFilter,
};
use tokio::sync::mpsc::{Permit, Sender};

use super::{PAGE_BYTES_MAX, PAGE_EVENTS_MAX, Page};
use crate::codec::Decoder;
use crate::continuity::Continuity;
use crate::fault::Fault;
use crate::spin::Rounds;

/// Streams whose last revision a follower remembers.
const STREAMS_MAX: usize = 200_000;

/// Where a follower stands, seen by its subscription and its keeper.
pub(crate) struct Place {
    /// Position of the last event given.
    given: AtomicU64,
    /// Where the next subscription goes on: the last event or checkpoint that was seen.
    resume: AtomicU64,
    /// How often something of the log was heard.
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

    /// Something was heard of the log, or it was seen that there is nothing to hear.
    pub(super) fn hear(&self) {
        self.heard.fetch_add(1, Ordering::SeqCst);
    }

    pub(super) fn heard(&self) -> u64 {
        self.heard.load(Ordering::SeqCst)
    }

    /// Passes events on. What was given already is dropped: a subscription may begin with it, and a
    /// server may repeat. Done in one piece, so that a task that is aborted has given a page and
    /// remembers it, or neither.
    fn give(&self, events: Vec<StoredEvent>, way: Permit<'_, Page>) -> Result<(), ReadError> {
        let mut continuity = self.continuity.lock().unwrap_or_else(PoisonError::into_inner);
        let (mut last, mut page) = (self.given(), Vec::with_capacity(events.len()));
        let mut broken = Ok(());
        for stored in events {
            if stored.position <= last {
                continue;
            }
            broken = continuity.next(&stored);
            if broken.is_err() {
                break;
            }
            last = stored.position;
            page.push(stored);
        }
        if !page.is_empty() {
            way.send(Ok(page));
            self.given.store(last.0, Ordering::SeqCst);
            self.resume.fetch_max(last.0, Ordering::SeqCst);
        }
        broken
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
    pub(super) way: Sender<Page>,
    pub(super) place: Arc<Place>,
    pub(super) rounds: Rounds,
    /// What was received and is not given yet.
    pub(super) page: Vec<StoredEvent>,
    pub(super) page_bytes: usize,
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
            match self.next(&mut subscription).await {
                Ok(()) => {}
                Err(end) => return end,
            }
        }
    }

    /// Takes in what comes next. What was taken in is given as soon as nothing more is at hand.
    async fn next(&mut self, subscription: &mut Subscription) -> Result<(), End> {
        // Never dropped before it is done: the client would forget its stream.
        let mut next = pin!(subscription.next_subscription_event());
        let received = match futures::poll!(&mut next) {
            Poll::Ready(received) => received,
            Poll::Pending => {
                self.flush().await?;
                next.await
            }
        };
        self.rounds.received();
        match received {
            Ok(received) => self.received(received).await,
            Err(error) => {
                self.flush().await?;
                Err(End::Fault(error.into()))
            }
        }
    }

    async fn received(&mut self, received: SubscriptionEvent) -> Result<(), End> {
        // That it was confirmed says nothing of the log: it may be ended at once each time.
        if !matches!(received, SubscriptionEvent::Confirmed(_)) {
            self.place.hear();
        }
        match received {
            SubscriptionEvent::EventAppeared(event) => match self.decoder.event(&event) {
                Ok(stored) => {
                    self.page_bytes += stored.event.bytes();
                    self.page.push(stored);
                }
                Err(error) => {
                    self.flush().await?;
                    return Err(End::Corrupt(error));
                }
            },
            SubscriptionEvent::Checkpoint(position) => {
                // What stands before it is given first: whoever goes on from it does not meet that again.
                self.flush().await?;
                self.place.resume.fetch_max(position.commit, Ordering::SeqCst);
            }
            _ => {}
        }
        if self.page.len() >= PAGE_EVENTS_MAX || self.page_bytes >= PAGE_BYTES_MAX {
            self.flush().await?;
        }
        Ok(())
    }

    async fn flush(&mut self) -> Result<(), End> {
        if self.page.is_empty() {
            return Ok(());
        }
        let way = self.way.reserve().await.map_err(|_closed| End::Unheard)?;
        self.page_bytes = 0;
        self.place.give(std::mem::take(&mut self.page), way).map_err(End::Corrupt)
    }
}

fn at(position: u64) -> eventstore::Position {
    eventstore::Position { commit: position, prepare: position }
}
