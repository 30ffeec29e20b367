//! The one writer: takes what is waiting, writes it in one transaction, answers each by itself.

mod command;
mod ids;
mod memory;
mod newest;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use event_store::{AppendError, NowMicros, Position};
use rusqlite::Connection;
use tokio::sync::watch;

use crate::queue::{Answer, Job};
use command::{Command, Failure};
use ids::Ids;
use memory::Memory;

/// Commands that share one fsync at most.
const GROUP_COMMANDS_MAX: usize = 8_192;
/// Bytes after which no further command joins a group.
const GROUP_BYTES_MAX: usize = 16 * 1024 * 1024;

/// How often it is tried whether a log that could not be written can be again.
const PROBE_EVERY: Duration = Duration::from_secs(1);

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
}

/// Owns the only connection that writes.
pub(crate) struct Writer {
    connection: Connection,
    now: NowMicros,
    memory: Memory,
    /// None after a commit of which nobody knows whether it is there.
    ids: Option<Ids>,
    progress: Arc<Progress>,
}

impl Writer {
    /// Reads the end of the log and its newest ids, so that a log that cannot be read is found at opening.
    pub(crate) fn new(
        connection: Connection,
        now: NowMicros,
        progress: Arc<Progress>,
    ) -> rusqlite::Result<Self> {
        let mut memory = Memory::default();
        let tip = memory.tip(&connection)?;
        progress.head.send_replace(Position(tip.position.unsigned_abs()));
        let ids = Some(Ids::load(&connection)?);
        Ok(Self { connection, now, memory, ids, progress })
    }

    /// Serves the queue until it is closed and empty.
    pub(crate) fn serve(mut self, jobs: Receiver<Job>) {
        while let Some(first) = self.next(&jobs) {
            let group = gather(first, &jobs);
            let answers = self.write(&group);
            for (job, answer) in group.into_iter().zip(answers) {
                drop(job.room);
                // Whoever no longer waits finds out by asking again with the same ids.
                drop(job.reply.send(answer));
            }
        }
    }

    /// The next append; none once the queue is closed. While the log cannot be written it is tried
    /// between them whether it can: nobody may send anything until health says so.
    fn next(&self, jobs: &Receiver<Job>) -> Option<Job> {
        while self.progress.trouble().is_some() {
            match jobs.recv_timeout(PROBE_EVERY) {
                Ok(job) => return Some(job),
                Err(RecvTimeoutError::Disconnected) => return None,
                Err(RecvTimeoutError::Timeout) => self.probe(),
            }
        }
        jobs.recv().ok()
    }

    /// Writes the version that stands there already: a commit like any other, of no event.
    fn probe(&self) {
        let version = self.connection.query_row("PRAGMA user_version", [], |row| row.get(0));
        let written = version.and_then(|version: i64| {
            self.connection.execute_batch(&format!("PRAGMA user_version = {version}"))
        });
        if written.is_ok() {
            tracing::info!("the log can be written again");
            self.progress.set_trouble(None);
        }
    }

    fn write(&mut self, group: &[Job]) -> Vec<Answer> {
        self.transact(group).unwrap_or_else(|failure| {
            let (maybe_committed, cause) = match failure {
                Failure::Sqlite(error) => (false, Arc::new(error)),
                Failure::Commit(error) => (true, Arc::new(error)),
            };
            tracing::error!(error = %cause, maybe_committed, "a group of appends failed");
            self.progress.set_trouble(Some(format!("the log cannot be written: {cause}")));
            let failed =
                || AppendError::Unavailable { maybe_committed, source: Arc::clone(&cause).into() };
            group.iter().map(|_| Err(failed())).collect()
        })
    }

    fn transact(&mut self, group: &[Job]) -> Result<Vec<Answer>, Failure> {
        let mut ids = if let Some(ids) = self.ids.take() {
            ids
        } else {
            // What could not be rolled back then is no part of the log, and is not to be read as one.
            self.roll_back()?;
            Ids::load(&self.connection)?
        };
        let written = self.attempt(group, &mut ids);
        match &written {
            Ok(_) => ids.committed(),
            Err(failure) => {
                let is_undone = self.roll_back().is_ok();
                if !is_undone || matches!(failure, Failure::Commit(_)) {
                    return written;
                }
                ids.rolled_back();
            }
        }
        self.ids = Some(ids);
        written
    }

    /// Leaves nothing of the transaction.
    fn roll_back(&mut self) -> rusqlite::Result<()> {
        self.memory.forget();
        if self.connection.is_autocommit() {
            return Ok(());
        }
        let rolled_back = self.connection.execute_batch("ROLLBACK");
        rolled_back.inspect_err(|error| {
            tracing::error!(%error, "a group of appends could not be rolled back");
        })
    }

    fn attempt(&mut self, group: &[Job], ids: &mut Ids) -> Result<Vec<Answer>, Failure> {
        self.connection.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
        let before = self.memory.tip(&self.connection)?.position;
        let mut command = Command {
            connection: &self.connection,
            memory: &mut self.memory,
            ids: &mut *ids,
            now: &self.now,
        };
        let answers = group
            .iter()
            .map(|job| command.run(&job.append, job.recorded))
            .collect::<Result<_, _>>()?;
        ids.settle(&self.connection, before)?;
        self.memory.settle(&self.connection)?;
        self.connection
            .prepare_cached("COMMIT")
            .and_then(|mut commit| commit.execute([]))
            .map_err(Failure::Commit)?;
        let after = self.memory.tip(&self.connection)?.position;
        self.publish(before.unsigned_abs(), after.unsigned_abs());
        Ok(answers)
    }

    fn publish(&self, before: u64, after: u64) {
        // Not only what this group wrote: an earlier commit that failed may be there all the same.
        self.progress.head.send_if_modified(|head| {
            let grown = after > head.0;
            head.0 = after.max(head.0);
            grown
        });
        let events = after - before;
        if events == 0 {
            return;
        }
        self.progress.set_trouble(None);
        self.progress.commits.fetch_add(1, Ordering::Relaxed);
        self.progress.events.fetch_add(events, Ordering::Relaxed);
        metrics::counter!("event_store_commits_total").increment(1);
        metrics::counter!("event_store_events_total").increment(events);
        #[expect(clippy::cast_precision_loss, reason = "a group has a few thousand events")]
        metrics::histogram!("event_store_group_events").record(events as f64);
    }
}

fn gather(first: Job, jobs: &Receiver<Job>) -> Vec<Job> {
    let mut bytes = first.bytes;
    let mut group = vec![first];
    while group.len() < GROUP_COMMANDS_MAX && bytes < GROUP_BYTES_MAX {
        let Ok(job) = jobs.try_recv() else { break };
        bytes += job.bytes;
        group.push(job);
    }
    group
}
