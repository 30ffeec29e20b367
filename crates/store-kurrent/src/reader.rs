//! Reading: pages of the log and of streams, asked again for a while where the cluster fails.

mod ask;
mod at;
mod streams;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use event_store::{Category, Position, ReadError, StoredEvent};
use eventstore::{Client, ReadAllOptions, StreamPosition, SubscriptionFilter};
use futures::future::BoxFuture;

pub(crate) use ask::Failure;
pub(crate) use ask::{begun, collect};
pub(crate) use streams::STREAMS_AT_ONCE;

use crate::chance::pause;
use crate::codec::Decoder;
use crate::fault::{Fault, Remedy};
use crate::known::Known;
use crate::names::LogName;
use crate::stamps::Stamps;
use crate::supervisor::{Leash, Supervised};

/// The most events in one answer: a page larger than this is asked for in parts.
const PAGE_MOST: usize = 4_096;
const PAUSE_FIRST: Duration = Duration::from_millis(20);
const PAUSE_MOST: Duration = Duration::from_secs(1);

/// Events of the server, ours or not, that are gone through for one page or between two checkpoints.
const WINDOW: u32 = 2_048;

/// Which part of the log is asked for.
#[derive(Clone)]
pub(crate) struct Part(SubscriptionFilter);

fn part(prefix: String) -> Part {
    Part(SubscriptionFilter::on_stream_name().add_prefix(prefix).max(WINDOW))
}

impl Part {
    /// As the client takes it.
    pub(crate) fn filter(self) -> SubscriptionFilter {
        self.0
    }
}

/// Reads through whatever client is in use.
pub(crate) struct Reader {
    pub(crate) supervisor: Supervised,
    pub(crate) log: LogName,
    pub(crate) stamps: Arc<Stamps>,
    pub(crate) known: Arc<Known>,
    /// How long it is asked again before it is given up.
    pub(crate) patience: Duration,
    /// How long an answer may pause.
    pub(crate) silence: Duration,
    /// How long it may pause where the server searches what others wrote.
    pub(crate) search: Duration,
    pub(crate) floor: Floor,
}

/// Where the log was begun, once that is known: nothing of it stands before. What others wrote before is
/// not searched from the start.
#[derive(Default)]
pub(crate) struct Floor(AtomicU64);

impl Floor {
    /// The log was begun at a position; a server that is too old for it says the highest number.
    pub(crate) fn found(&self, commit: u64) {
        if commit != u64::MAX {
            self.0.store(commit, Ordering::SeqCst);
        }
    }

    fn or_later(&self, after: Position) -> Position {
        after.max(Position(self.0.load(Ordering::SeqCst)))
    }
}

impl Reader {
    /// All events of the log.
    pub(crate) fn whole(&self) -> Part {
        part(self.log.prefix())
    }

    /// The events of one category.
    pub(crate) fn category(&self, category: Category) -> Part {
        part(self.log.category_prefix(category))
    }

    pub(crate) fn decoder(&self) -> Decoder {
        Decoder::new(self.log.clone(), Arc::clone(&self.stamps))
    }

    /// At most so many events after a position.
    pub(crate) async fn log(
        &self,
        part: &Part,
        after: Position,
        most: usize,
    ) -> Result<Vec<StoredEvent>, ReadError> {
        let mut events: Vec<StoredEvent> = Vec::new();
        loop {
            let last = events.last().map_or(after, |stored| stored.position);
            let wanted = (most - events.len()).min(PAGE_MOST);
            if wanted == 0 {
                return Ok(events);
            }
            let page = self.page(part, last, wanted).await?;
            let ended = page.len() < wanted;
            events.extend(page);
            if ended {
                return Ok(events);
            }
        }
    }

    /// The server gives the event at the position too: it is asked for one more, and that is dropped.
    async fn page(
        &self,
        part: &Part,
        after: Position,
        most: usize,
    ) -> Result<Vec<StoredEvent>, ReadError> {
        let place = self.floor.or_later(after);
        let from = eventstore::Position { commit: place.0, prepare: place.0 };
        let options = ReadAllOptions::default().filter(part.0.clone());
        let options = match place {
            Position::START => options.position(StreamPosition::Start).max_count(most),
            _ => options.position(StreamPosition::Position(from)).max_count(most + 1),
        };
        let mut page = self.all(options).await?;
        page.retain(|stored| stored.position > after);
        page.truncate(most);
        in_order(after, &page)?;
        Ok(page)
    }

    /// The last event of the log.
    pub(crate) async fn last(&self) -> Result<Option<StoredEvent>, ReadError> {
        let options = ReadAllOptions::default().position(StreamPosition::End).max_count(1);
        let mut found = self.all(options.filter(self.whole().0)).await?;
        Ok(found.pop())
    }

    /// Position of the last event; the log's start where there is none.
    pub(crate) async fn head(&self) -> Result<Position, ReadError> {
        Ok(self.last().await?.map_or(Position::START, |stored| stored.position))
    }

    /// Position of whatever is last on the server, ours or not: all that was acknowledged stands at or
    /// before it.
    pub(crate) async fn server_end(&self) -> Result<Position, ReadError> {
        let found = self.patiently(|client| {
            let options = ReadAllOptions::default().position(StreamPosition::End).max_count(1);
            let silence = self.silence;
            Box::pin(async move {
                let answer = begun(silence, client.read_all(&options)).await?;
                collect(answer, silence, |event| Ok(event.get_original_event().position.commit))
                    .await
            })
        });
        Ok(found.await?.pop().map_or(Position::START, Position))
    }

    async fn all(&self, options: ReadAllOptions) -> Result<Vec<StoredEvent>, ReadError> {
        self.patiently(|client| {
            let (options, mut decoder, search) = (options.clone(), self.decoder(), self.search);
            Box::pin(async move {
                let found = async {
                    let answer = begun(search, client.read_all(&options)).await?;
                    collect(answer, search, |event| decoder.event(event)).await
                };
                found.await.map_err(|failure| failure.of_search(search))
            })
        })
        .await
    }

    /// Asks until it is answered or patience is at an end. Each try is a task of its own, for the client
    /// may panic at what it does not expect.
    pub(crate) async fn patiently<T: Send + 'static>(
        &self,
        ask: impl Fn(Client) -> BoxFuture<'static, Result<T, Failure>> + Send + Sync,
    ) -> Result<T, ReadError> {
        let started = Instant::now();
        for failures in 0.. {
            let fault = match self.once(&ask).await {
                Ok(answer) => return Ok(answer),
                Err(Failure::Final(error)) => return Err(error),
                Err(Failure::Fault(fault)) => fault,
            };
            // Once more at least: what was found out late was not tried with a fresh client.
            let given_up = failures > 0 && started.elapsed() >= self.patience;
            if fault.remedy() == Remedy::Nothing || given_up {
                return Err(ReadError::unavailable(fault));
            }
            tokio::time::sleep(pause(failures, PAUSE_FIRST, PAUSE_MOST)).await;
        }
        Err(ReadError::unavailable(Fault::silent(self.patience)))
    }

    async fn once<T: Send + 'static>(
        &self,
        ask: &(impl Fn(Client) -> BoxFuture<'static, Result<T, Failure>> + Send + Sync),
    ) -> Result<T, Failure> {
        let current = self.supervisor.current().await?;
        let asked = current.life.spawn(ask(current.client));
        let _leash = Leash(asked.abort_handle());
        let answer = match asked.await {
            Ok(answer) => answer,
            Err(error) => Err(Failure::Fault(Fault::broken(&error))),
        };
        answer.inspect_err(|failure| {
            if let Failure::Fault(fault) = failure {
                self.supervisor.blame(current.generation, fault);
            }
        })
    }
}

/// Positions grow: two events at one place could not be told apart by a reader that goes on there.
fn in_order(after: Position, page: &[StoredEvent]) -> Result<(), ReadError> {
    let mut last = after;
    for stored in page {
        if stored.position <= last {
            let what = "two events of the log stand at one position".to_owned();
            return Err(ReadError::Corrupt { position: stored.position, what });
        }
        last = stored.position;
    }
    Ok(())
}
