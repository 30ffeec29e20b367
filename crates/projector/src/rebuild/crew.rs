//! The hands of a rebuild: one reads whole streams, some decode and compute, one a view writes.
//!
//! Batches go round the workers in turn and every writer takes them in the same turn, so that rows
//! arrive sorted. All channels are short: memory does not grow with the log.

use std::borrow::Cow;
use std::sync::Arc;
use std::sync::mpsc as ordered;

use event_store::{Category, EventStore, Position, ReadError, StoredEvent, StreamId};
use steps::PathwayId;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use crate::compute::Made;
use crate::counting::Counting;
use crate::database::{Bulk, Part};
use crate::digest::RowHasher;
use crate::histories::Steps;
use crate::{SqlError, View};

const BATCH_EVENTS: usize = 4_000;
const WAITING_BATCHES: usize = 2;

type Streams = Vec<(StreamId, Vec<StoredEvent>)>;

/// The workers and the writers, at work.
pub(crate) struct Crew {
    batches: Vec<mpsc::Sender<Streams>>,
    workers: Vec<JoinHandle<()>>,
    writers: Vec<JoinHandle<Result<Box<dyn Bulk>, SqlError>>>,
}

/// Why a crew did not finish.
#[derive(Debug)]
pub(crate) enum CrewError {
    Read(ReadError),
    Write(SqlError),
    Died,
}

impl Crew {
    /// Puts the workers and one writer a view to work.
    pub(crate) fn start(
        views: &Arc<[Arc<dyn View>]>,
        bulks: Vec<Box<dyn Bulk>>,
        workers: usize,
    ) -> Self {
        let mut inboxes: Vec<Vec<ordered::Receiver<Part>>> =
            bulks.iter().map(|_bulk| Vec::new()).collect();
        let (mut batches, mut hands) = (Vec::new(), Vec::new());
        for _worker in 0..workers {
            let (send, receive) = mpsc::channel(WAITING_BATCHES);
            let mut outboxes = Vec::new();
            for inbox in &mut inboxes {
                let (give, take) = ordered::sync_channel(WAITING_BATCHES);
                outboxes.push(give);
                inbox.push(take);
            }
            batches.push(send);
            let views = Arc::clone(views);
            hands.push(tokio::task::spawn_blocking(move || work(&views, receive, &outboxes)));
        }
        let writers = bulks.into_iter().zip(inboxes);
        let writers =
            writers.map(|(bulk, inbox)| tokio::task::spawn_blocking(move || write(bulk, &inbox)));
        Self { batches, workers: hands, writers: writers.collect() }
    }

    /// Hands out every pathway up to a position, in the order in which they began, and says how many
    /// events they have. `progress` is told how far on the way to the position it is.
    pub(crate) async fn feed(
        &mut self,
        store: &dyn EventStore,
        up_to: Position,
        progress: &(dyn Fn(u64) + Send + Sync),
    ) -> Result<u64, CrewError> {
        let counting = Counting::of(store);
        let (mut after, mut taken, mut turn) = (None, 0, 0);
        loop {
            let scan = store.scan_streams(Category::Pathway, after, up_to, BATCH_EVENTS).await;
            let scan = scan.map_err(CrewError::Read)?;
            taken += scan.streams.iter().map(|(_id, events)| events.len() as u64).sum::<u64>();
            let done = counting.progress(taken, &scan, up_to);
            let batches = self.batches.get(turn).ok_or(CrewError::Died)?;
            // A worker takes no more when a writer has failed; `finish` says why.
            if batches.send(scan.streams).await.is_err() {
                return Ok(taken);
            }
            progress(done);
            turn = (turn + 1) % self.batches.len();
            after = scan.next;
            if after.is_none() {
                return Ok(taken);
            }
        }
    }

    /// Waits for everybody, and gives what they have written.
    pub(crate) async fn finish(self) -> Result<Vec<Box<dyn Bulk>>, CrewError> {
        drop(self.batches);
        let mut died = false;
        for worker in self.workers {
            died |= worker.await.is_err();
        }
        let mut bulks = Vec::new();
        for writer in self.writers {
            let written = writer.await.map_err(|_panicked| CrewError::Died)?;
            bulks.push(written.map_err(CrewError::Write)?);
        }
        if died { Err(CrewError::Died) } else { Ok(bulks) }
    }
}

fn work(
    views: &[Arc<dyn View>],
    mut batches: mpsc::Receiver<Streams>,
    outboxes: &[ordered::SyncSender<Part>],
) {
    while let Some(streams) = batches.blocking_recv() {
        let parts = compute(views, streams);
        for (outbox, part) in outboxes.iter().zip(parts) {
            if outbox.send(part).is_err() {
                return;
            }
        }
    }
}

/// Decodes each event once, and makes each history once for all views.
fn compute(views: &[Arc<dyn View>], streams: Streams) -> Vec<Part> {
    let mut outcomes: Vec<Vec<_>> = views.iter().map(|_view| Vec::new()).collect();
    for (stream, events) in streams {
        let Steps { told, broken, .. } = Steps::of(&events);
        let made = Made::from(PathwayId(stream.id), told, broken);
        for (view, outcomes) in views.iter().zip(&mut outcomes) {
            let outcome = made.outcome(view.as_ref(), || Cow::Owned(Steps::of(&events)));
            if !outcome.rows.is_empty() || outcome.fault.is_some() {
                outcomes.push(outcome);
            }
        }
    }
    let mut hasher = RowHasher::default();
    let parts = views.iter().zip(outcomes).map(|(view, outcomes)| {
        let mut digest = crate::Digest::EMPTY;
        for outcome in &outcomes {
            digest.add(hasher.rows(view.tables(), outcome.pathway, &outcome.rows));
        }
        Part { outcomes, digest }
    });
    parts.collect()
}

fn write(
    mut bulk: Box<dyn Bulk>,
    inboxes: &[ordered::Receiver<Part>],
) -> Result<Box<dyn Bulk>, SqlError> {
    let mut turn = 0;
    while let Some(Ok(part)) = inboxes.get(turn).map(ordered::Receiver::recv) {
        bulk.write(&part)?;
        turn = (turn + 1) % inboxes.len();
    }
    Ok(bulk)
}
