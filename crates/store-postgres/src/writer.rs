//! The one writer of this process: takes what is waiting, writes it in one transaction, answers each
//! by itself. Writers of other processes take turns with it at the lock of the log.

mod group;
mod insert;
mod look_up;
mod plan;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use deadpool_postgres::{Client, Object, Pool};
use event_store::{AppendError, NowMicros, Position};
use tokio::sync::mpsc::Receiver;
use tokio::sync::watch;

use crate::fault::Fault;
use crate::kinds::Kinds;
use crate::listen::advance;
use crate::queue::{Answer, Job};
use group::{Failure, Group, Written};
use plan::Command;

/// Commands that share one commit at most.
const GROUP_COMMANDS_MAX: usize = 2_048;
/// Bytes after which no further command joins a group.
const GROUP_BYTES_MAX: usize = 4 * 1024 * 1024;

/// How often it is tried whether a log that could not be written can be again.
const PROBE_EVERY: Duration = Duration::from_secs(1);

/// A commit like any other, of no event: a transaction with a number is one the disk hears of.
const PROBE: &str = "BEGIN READ WRITE; SET LOCAL statement_timeout = '5s';
    SELECT pg_current_xact_id(); COMMIT";

/// What the writer tells the rest of the store.
pub(crate) struct Progress {
    pub(crate) head: watch::Sender<Position>,
    pub(crate) commits: AtomicU64,
    pub(crate) events: AtomicU64,
    /// Why the log cannot be written now.
    pub(crate) trouble: Mutex<Option<String>>,
}

impl Progress {
    pub(crate) fn trouble(&self) -> Option<String> {
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set_trouble(&self, now: Option<String>) {
        *self.trouble.lock().unwrap_or_else(PoisonError::into_inner) = now;
    }

    fn publish(&self, written: &Written) {
        self.set_trouble(None);
        let Some(last) = written.last else { return };
        advance(&self.head, last);
        self.commits.fetch_add(1, Ordering::Relaxed);
        self.events.fetch_add(written.events, Ordering::Relaxed);
        metrics::counter!("event_store_commits_total").increment(1);
        metrics::counter!("event_store_events_total").increment(written.events);
        #[expect(clippy::cast_precision_loss, reason = "a group has a few thousand events")]
        metrics::histogram!("event_store_group_events").record(written.events as f64);
    }
}

/// Owns the way to the only connection of this process that writes.
pub(crate) struct Writer {
    pool: Pool,
    kinds: Arc<Kinds>,
    now: NowMicros,
    progress: Arc<Progress>,
}

impl Writer {
    pub(crate) fn new(
        pool: Pool,
        kinds: Arc<Kinds>,
        now: NowMicros,
        progress: Arc<Progress>,
    ) -> Self {
        Self { pool, kinds, now, progress }
    }

    /// Serves the queue until it is closed and empty.
    pub(crate) async fn serve(self, mut jobs: Receiver<Job>) {
        while let Some(first) = self.next(&mut jobs).await {
            let group = gather(first, &mut jobs);
            let answers = self.write(&group).await;
            for (job, answer) in group.into_iter().zip(answers) {
                drop(job.room);
                // Whoever no longer waits finds out by asking again with the same ids.
                drop(job.reply.send(answer));
            }
        }
    }

    /// The next append; none once the queue is closed. While the log cannot be written it is tried
    /// between them whether it can: nobody may send anything until health says so.
    async fn next(&self, jobs: &mut Receiver<Job>) -> Option<Job> {
        while self.progress.trouble().is_some() {
            match tokio::time::timeout(PROBE_EVERY, jobs.recv()).await {
                Ok(job) => return job,
                Err(_elapsed) => self.probe().await,
            }
        }
        jobs.recv().await
    }

    async fn probe(&self) {
        let Ok(client) = self.client().await else { return };
        if client.batch_execute(PROBE).await.is_ok() {
            tracing::info!("the log can be written again");
            self.progress.set_trouble(None);
        } else {
            drop(Object::take(client));
        }
    }

    async fn write(&self, jobs: &[Job]) -> Vec<Answer> {
        let commands: Vec<Command<'_>> = jobs.iter().map(Command::of).collect();
        self.transact(&commands).await.unwrap_or_else(|failure| {
            let Failure { fault, maybe_committed } = failure;
            tracing::error!(%fault, maybe_committed, "a group of appends failed");
            self.progress.set_trouble(Some(format!("the log cannot be written: {fault}")));
            let failed =
                || AppendError::Unavailable { maybe_committed, source: fault.clone().into() };
            jobs.iter().map(|_| Err(failed())).collect()
        })
    }

    async fn transact(&self, commands: &[Command<'_>]) -> Result<Vec<Answer>, Failure> {
        let client = self.client().await?;
        let group = Group { client: &client, kinds: &self.kinds, now: &self.now };
        let written = group.write(commands).await;
        match written {
            Ok(written) => {
                self.progress.publish(&written);
                Ok(written.answers)
            }
            Err(failure) => {
                // Closed, it rolls back whatever is still open on the other side.
                drop(Object::take(client));
                Err(failure)
            }
        }
    }

    async fn client(&self) -> Result<Client, Fault> {
        Ok(self.pool.get().await?)
    }
}

fn gather(first: Job, jobs: &mut Receiver<Job>) -> Vec<Job> {
    let mut bytes = first.bytes;
    let mut group = vec![first];
    while group.len() < GROUP_COMMANDS_MAX && bytes < GROUP_BYTES_MAX {
        let Ok(job) = jobs.try_recv() else { break };
        bytes += job.bytes;
        group.push(job);
    }
    group
}
