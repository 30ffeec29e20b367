//! How much may wait at once, and the door that is shut when the store is closed.

use std::sync::{Arc, Mutex, PoisonError, mpsc as blocking};
use std::time::Duration;

use event_store::{AppendError, Cause};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The store was closed while somebody still used it.
#[derive(Debug, thiserror::Error)]
#[error("the store was closed")]
pub(crate) struct Closed;

/// Lets appends in, as many as there is room for.
pub(crate) struct Room {
    appends: Arc<Semaphore>,
    /// A permit a byte.
    bytes: Arc<Semaphore>,
    bytes_max: u32,
    open: Mutex<Option<(blocking::SyncSender<()>, blocking::Receiver<()>)>>,
}

/// A place in the room, given up once the append is answered.
pub(crate) struct Place {
    _append: OwnedSemaphorePermit,
    _bytes: OwnedSemaphorePermit,
    _within: blocking::SyncSender<()>,
}

impl Room {
    /// Room for so many appends with so many bytes together.
    pub(crate) fn new(appends_max: usize, bytes_max: usize) -> Self {
        let bytes_max = u32::try_from(bytes_max).unwrap_or(u32::MAX);
        Self {
            appends: Arc::new(Semaphore::new(appends_max)),
            bytes: Arc::new(Semaphore::new(bytes_max as usize)),
            bytes_max,
            open: Mutex::new(Some(blocking::sync_channel(0))),
        }
    }

    /// Lets an append in, or says that there is no room. What is larger than all the room waits alone.
    pub(crate) fn enter(&self, bytes: usize) -> Result<Place, AppendError> {
        let within = {
            let open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
            let (within, _) = open.as_ref().ok_or_else(closed)?;
            within.clone()
        };
        let bytes = u32::try_from(bytes).unwrap_or(u32::MAX).min(self.bytes_max);
        let append = Arc::clone(&self.appends).try_acquire_owned();
        let bytes = Arc::clone(&self.bytes).try_acquire_many_owned(bytes);
        match (append, bytes) {
            (Ok(append), Ok(bytes)) => {
                Ok(Place { _append: append, _bytes: bytes, _within: within })
            }
            _ => Err(AppendError::Overloaded),
        }
    }

    /// Lets nobody in any more and waits until all who are in have been answered, or so long.
    pub(crate) fn close(&self, within: Duration) {
        let taken = self.open.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some((inside, all)) = taken else { return };
        drop(inside);
        // Nothing is ever sent: the last who is in drops the other end.
        if all.recv_timeout(within) == Err(blocking::RecvTimeoutError::Timeout) {
            tracing::warn!("the event store is closed though appends were not answered yet");
        }
    }
}

fn closed() -> AppendError {
    AppendError::Unavailable { maybe_committed: false, source: Cause::from(Closed) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_finds_no_room_is_told_and_who_leaves_makes_room() {
        let room = Room::new(2, 100);
        let large = room.enter(90).unwrap_or_else(|error| panic!("{error}"));
        assert!(matches!(room.enter(20), Err(AppendError::Overloaded)));
        let small = room.enter(10);
        assert!(small.is_ok());
        assert!(matches!(room.enter(0), Err(AppendError::Overloaded)));
        drop(large);
        drop(small);
        assert!(room.enter(1_000).is_ok(), "larger than all the room, but alone");
        room.close(Duration::from_secs(60));
        assert!(matches!(
            room.enter(1),
            Err(AppendError::Unavailable { maybe_committed: false, .. })
        ));
    }

    #[test]
    fn who_is_not_answered_in_time_is_not_waited_for() {
        let room = Room::new(2, 100);
        let waiting = room.enter(1).unwrap_or_else(|error| panic!("{error}"));
        room.close(Duration::from_millis(1));
        assert!(room.enter(1).is_err());
        drop(waiting);
    }
}
