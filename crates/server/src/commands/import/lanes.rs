//! Lanes: many commands at once, so that they share an fsync; those of one pathway one by one.

use std::sync::Arc;

use anyhow::{Context, bail};
use recorder::{Command, Recorder};
use tokio::{
    runtime::Handle,
    sync::{OwnedSemaphorePermit, Semaphore, mpsc},
    task::JoinSet,
};

use super::{
    keyed::{KeyKind, asks_for_identifier, key_of, may_release},
    report::Report,
};

/// Lanes, and so commands in flight: far below what the store lets wait.
const LANES: u64 = 64;

/// Commands that wait in a lane.
const LANE_COMMANDS_MAX: usize = 32;

/// Bytes of rows in all lanes together.
const BYTES_MAX: u32 = 16 * 1024 * 1024;

struct Job {
    line: u64,
    command: Command,
    _room: OwnedSemaphorePermit,
}

/// The lanes of one import.
pub(super) struct Lanes {
    senders: Vec<mpsc::Sender<Job>>,
    room: Arc<Semaphore>,
    last: KeyKind,
    /// Whether an identifier may have been released since everything sent was last recorded.
    released: bool,
    runtime: Handle,
}

/// The tasks that record; each ends when its lane does.
pub(super) type Crew = JoinSet<anyhow::Result<()>>;

impl Lanes {
    /// Lanes that record with `recorder` and tell `report`.
    pub(super) fn start(recorder: &Recorder, report: &Report) -> (Self, Crew) {
        let mut crew = JoinSet::new();
        let senders = (0..LANES).map(|_lane| {
            let (sender, jobs) = mpsc::channel(LANE_COMMANDS_MAX);
            crew.spawn(serve(jobs, recorder.clone(), report.clone()));
            sender
        });
        let senders = senders.collect();
        let room = Arc::new(Semaphore::new(BYTES_MAX as usize));
        (
            Self {
                senders,
                room,
                last: KeyKind::Other,
                released: false,
                runtime: Handle::current(),
            },
            crew,
        )
    }

    /// Hands a command to its lane; waits, on this thread, while there is no room.
    pub(super) fn send(&mut self, line: u64, bytes: usize, command: Command) -> anyhow::Result<()> {
        let (kind, digest) = key_of(&command);
        if kind != KeyKind::Other {
            if self.last != KeyKind::Other && self.last != kind {
                self.all_recorded()?;
            }
            self.last = kind;
        }
        if self.released && asks_for_identifier(&command) {
            self.all_recorded()?;
        }
        self.released |= may_release(&command);
        let bytes = u32::try_from(bytes).unwrap_or(BYTES_MAX).min(BYTES_MAX);
        let job = Job { line, command, _room: self.take(bytes)? };
        let place = usize::try_from(digest % LANES).ok();
        let sender = place.and_then(|place| self.senders.get(place));
        if sender.is_some_and(|sender| sender.blocking_send(job).is_ok()) {
            return Ok(());
        }
        bail!("recording has stopped")
    }

    /// Waits, on this thread, until everything sent is recorded.
    fn all_recorded(&mut self) -> anyhow::Result<()> {
        drop(self.take(BYTES_MAX)?);
        self.released = false;
        Ok(())
    }

    /// Room for so many bytes; all of it is free only when everything sent is recorded.
    fn take(&self, bytes: u32) -> anyhow::Result<OwnedSemaphorePermit> {
        let room = Arc::clone(&self.room).acquire_many_owned(bytes);
        Ok(self.runtime.block_on(room)?)
    }
}

async fn serve(
    mut jobs: mpsc::Receiver<Job>,
    recorder: Recorder,
    report: Report,
) -> anyhow::Result<()> {
    while let Some(Job { line, command, _room }) = jobs.recv().await {
        let outcome = recorder.record(command).await;
        let outcome = outcome.with_context(|| {
            format!("line {line} could not be recorded; run the same import again")
        })?;
        report.answered(line, &outcome);
    }
    Ok(())
}
