//! Watches a subscription from outside, and makes another where it ends or stands still.

use std::sync::Arc;
use std::time::{Duration, Instant};

use event_store::{Position, ReadError};
use tokio::sync::mpsc::Sender;
use tokio::task::{JoinError, JoinHandle};
use tokio::time::{sleep, timeout};
use tracing::instrument::WithSubscriber;

use super::Page;
use super::pump::{End, Place, Pump};
use crate::chance::pause;
use crate::fault::{Fault, Remedy};
use crate::reader::Reader;
use crate::spin::{Rounds, WentRound};
use crate::supervisor::Leash;

const PAUSE_FIRST: Duration = Duration::from_millis(20);
const PAUSE_MOST: Duration = Duration::from_secs(2);
/// How long a follower waits after it was told what cannot be right.
const PAUSE_CORRUPT: Duration = Duration::from_secs(1);

/// Keeps one follower supplied for as long as it listens.
pub(super) struct Keeper {
    pub(super) reader: Arc<Reader>,
    pub(super) way: Sender<Page>,
    pub(super) place: Arc<Place>,
    /// After so long without a word it is looked whether there was anything to say.
    pub(super) quiet: Duration,
}

impl Keeper {
    /// One subscription after the other.
    pub(super) async fn keep(self) {
        while let Some(error) = self.ahead_of_the_log().await {
            if !self.tell(error).await {
                return;
            }
            sleep(PAUSE_CORRUPT).await;
        }
        let mut failures = 0;
        let mut failing_since: Option<Instant> = None;
        loop {
            let heard = self.place.heard();
            let fault = match self.subscribed().await {
                End::Unheard => return,
                End::Corrupt(error) => {
                    if !self.tell(error).await {
                        return;
                    }
                    sleep(PAUSE_CORRUPT).await;
                    continue;
                }
                End::Fault(fault) => fault,
            };
            if self.place.heard() > heard {
                (failures, failing_since) = (0, None);
            }
            let is_first = failing_since.is_none();
            let since = *failing_since.get_or_insert_with(Instant::now);
            // What nothing helps is told at once.
            let is_final = is_first && fault.remedy() == Remedy::Nothing;
            if is_final || since.elapsed() >= self.reader.patience {
                // Told each time patience is at an end, and not in between.
                failing_since = Some(Instant::now());
                if !self.tell(ReadError::unavailable(fault)).await {
                    return;
                }
            }
            sleep(pause(failures, PAUSE_FIRST, PAUSE_MOST)).await;
            failures = failures.saturating_add(1);
        }
    }

    /// A cluster that was set up again from an older copy ends before a place that a follower has. A
    /// subscription from there would be silent until the log has grown that far.
    async fn ahead_of_the_log(&self) -> Option<ReadError> {
        let after = self.place.resume();
        if after == Position::START {
            return None;
        }
        // Where the cluster cannot be asked the subscription will say so.
        let end = self.reader.server_end().await.ok()?;
        let what = "the log ends before the place to follow from: events that it had are gone";
        (after > end).then(|| ReadError::Corrupt { position: after, what: what.to_owned() })
    }

    async fn tell(&self, error: ReadError) -> bool {
        self.way.send(Err(error)).await.is_ok()
    }

    /// One subscription, to its end.
    async fn subscribed(&self) -> End {
        let current = match self.reader.supervisor.current().await {
            Ok(current) => current,
            Err(fault) => return End::Fault(fault),
        };
        let rounds = Rounds::default();
        let listener = rounds.listener();
        let pump = Pump {
            client: current.client,
            filter: self.reader.whole().filter(),
            decoder: self.reader.decoder(),
            way: self.way.clone(),
            place: Arc::clone(&self.place),
            rounds,
            page: Vec::new(),
            page_bytes: 0,
        };
        let task = current.life.spawn(pump.run().with_subscriber(listener));
        let _leash = Leash(task.abort_handle());
        let end = self.watched(task).await;
        if let End::Fault(fault) = &end {
            tracing::info!(%fault, "a subscription to the log has ended and is made anew");
            self.reader.supervisor.blame(current.generation, fault);
        }
        end
    }

    /// Waits for the end of a subscription, or gives it up where it is silent though there is more.
    async fn watched(&self, mut task: JoinHandle<End>) -> End {
        loop {
            let heard = self.place.heard();
            match timeout(self.quiet, &mut task).await {
                Ok(Ok(end)) => return end,
                Ok(Err(error)) => return End::Fault(ended(error)),
                Err(_still) if self.way.is_closed() => return End::Unheard,
                Err(_still) if self.place.heard() > heard || self.way.capacity() == 0 => {}
                Err(_still) => {
                    if let Some(end) = self.left_behind(heard).await {
                        return end;
                    }
                }
            }
        }
    }

    /// Nothing was heard: it has nothing to say, or it stands still.
    async fn left_behind(&self, heard: u64) -> Option<End> {
        // From the last checkpoint on: from the end backwards all that others wrote would be gone through.
        let part = self.reader.whole();
        match self.reader.log(&part, self.place.resume(), 1).await {
            Ok(next) if next.is_empty() => {
                self.place.hear();
                return None;
            }
            Ok(_more) => {}
            Err(error @ ReadError::Corrupt { .. }) => return Some(End::Corrupt(error)),
            Err(error) => return Some(End::Fault(Fault::lost(error.to_string()))),
        }
        // What was written just now may be on its way.
        sleep(self.quiet / 4).await;
        let moved = self.place.heard() > heard || self.way.capacity() == 0;
        (!moved).then(|| End::Fault(Fault::lost("the subscription stands still")))
    }
}

/// The client went round without end, or stumbled. Only the first says nothing of the node.
fn ended(error: JoinError) -> Fault {
    let stumbled = Fault::broken(&error);
    match error.try_into_panic() {
        Ok(unwound) if !unwound.is::<WentRound>() => stumbled,
        Ok(_) | Err(_) => Fault::ended("the subscription was ended"),
    }
}
