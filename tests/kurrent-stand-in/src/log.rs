//! The log: every event in the order it was written, in memory, one for all nodes of a cluster.

mod append;
mod record;
mod remove;
mod state;
mod stream;

use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

pub(crate) use append::{Expected, Outcome, Written};
pub(crate) use record::{Proposed, Record, ticks_now};
pub(crate) use remove::Removed;
use state::State;
pub(crate) use stream::{Page, Seen};

/// The revision that stands for "deleted for good", and the `$tb` of a soft deletion.
pub(crate) const NEVER_MORE: u64 = i64::MAX as u64;

/// The log behind its lock, and the news that it grew.
#[derive(Debug)]
pub(crate) struct Log {
    state: Mutex<State>,
    grown: watch::Sender<usize>,
}

impl Log {
    /// A log as that of a new server: the events of its own users stand in it.
    pub(crate) fn new() -> Self {
        let mut state = State::default();
        for user in ["admin", "ops"] {
            let event =
                Proposed::of_the_system("$UserCreated", format!("{{\"loginName\":\"{user}\"}}"));
            state.write(&format!("$user-{user}"), vec![event]);
        }
        let grown = watch::Sender::new(state.len());
        Self { state: Mutex::new(state), grown }
    }

    /// A thread that panicked while it held the lock had its own test fail.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does `change` under the lock and tells of growth.
    fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let mut state = self.state();
        let done = change(&mut state);
        self.grown.send_replace(state.len());
        done
    }

    /// Writes `events`, all or none, if `stream` stands where it is expected.
    pub(crate) fn append(
        &self,
        stream: &str,
        expected: Expected,
        events: Vec<Proposed>,
    ) -> Outcome {
        self.change(|state| state.append(stream, expected, events))
    }

    /// Hides all events of `stream`; it may be written again.
    pub(crate) fn delete(&self, stream: &str, expected: Expected) -> Removed {
        self.change(|state| state.delete(stream, expected))
    }

    /// Deletes `stream` for good.
    pub(crate) fn tombstone(&self, stream: &str, expected: Expected) -> Removed {
        self.change(|state| state.tombstone(stream, expected))
    }

    /// Sets `$tb` of `stream`: reads of it begin at `before`.
    pub(crate) fn truncate(&self, stream: &str, before: u64) {
        self.change(|state| state.truncate(stream, before));
    }

    /// Takes what reads of streams no longer show out of `$all` too.
    pub(crate) fn scavenge(&self) {
        self.state().scavenge();
    }

    /// Up to `count` events of `stream` from `from` on, and what else is to be told of it.
    pub(crate) fn page(&self, stream: &str, from: u64, count: usize, forwards: bool) -> Page {
        self.state().page(stream, from, count, forwards)
    }

    /// The revision `stream` ends at, if it has any.
    pub(crate) fn last_revision(&self, stream: &str) -> Option<u64> {
        self.state().last_revision(stream)
    }

    /// The places from `from` on, up to `count` of them, with what was not scavenged.
    pub(crate) fn forwards(&self, from: usize, count: usize) -> (usize, Vec<(usize, Record)>) {
        let state = self.state();
        let end = state.len().min(from.saturating_add(count));
        let stands = |place| state.at(place).map(|record| (place, record));
        (end, (from..end).filter_map(stands).collect())
    }

    /// The places before `before`, newest first, up to `count` of them.
    pub(crate) fn backwards(&self, before: usize, count: usize) -> (usize, Vec<Record>) {
        let state = self.state();
        let start = before.saturating_sub(count);
        (start, (start..before).rev().filter_map(|place| state.at(place)).collect())
    }

    /// How many places there are.
    pub(crate) fn len(&self) -> usize {
        self.state().len()
    }

    /// The place of the first event at or after `position`; `None` if no event was ever written there
    /// and the log is further.
    pub(crate) fn place_of(&self, position: u64) -> Option<usize> {
        self.state().place_of(position)
    }

    /// The position of the last event before `place`.
    pub(crate) fn position_before(&self, place: usize) -> Option<u64> {
        self.state().position_at(place.checked_sub(1)?)
    }

    /// Waits for a log of more than `len` places.
    pub(crate) async fn grown_beyond(&self, len: usize) {
        let mut news = self.grown.subscribe();
        // Only a log that is gone sends no more, and this one is borrowed.
        news.wait_for(|now| *now > len).await.ok();
    }
}
