//! The bounded queue before the one writer: appends wait here, or are told there is no room.

use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use event_store::{Append, AppendError, Appended, Recorded};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

/// How a command is answered.
pub(crate) type Answer = Result<Appended, AppendError>;

/// One append that waits for the writer.
pub(crate) struct Job {
    pub(crate) append: Append,
    /// When another log recorded it; none: now.
    pub(crate) recorded: Option<Recorded>,
    pub(crate) bytes: usize,
    pub(crate) reply: oneshot::Sender<Answer>,
    /// Room for its bytes, given back with it.
    pub(crate) room: OwnedSemaphorePermit,
}

/// How much may wait at once.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Most {
    pub(crate) appends: usize,
    pub(crate) bytes: usize,
}

/// The store was closed while somebody still used it.
#[derive(Debug, thiserror::Error)]
#[error("the writer has stopped")]
pub(crate) struct Stopped;

/// The way in to the writer, and the writer's thread.
pub(crate) struct Queue {
    open: Mutex<Option<(SyncSender<Job>, JoinHandle<()>)>>,
    /// A permit a byte.
    room: Arc<Semaphore>,
    bytes_max: u32,
}

impl Queue {
    /// Starts the thread that serves the queue.
    pub(crate) fn start(
        most: Most,
        serve: impl FnOnce(Receiver<Job>) + Send + 'static,
    ) -> std::io::Result<Self> {
        let (sender, receiver) = sync_channel(most.appends);
        let thread = std::thread::Builder::new()
            .name("event-writer".to_owned())
            .spawn(move || serve(receiver))?;
        let bytes_max = u32::try_from(most.bytes).unwrap_or(u32::MAX);
        let room = Arc::new(Semaphore::new(bytes_max as usize));
        Ok(Self { open: Mutex::new(Some((sender, thread))), room, bytes_max })
    }

    /// Puts an append in the queue, or says that there is no room.
    pub(crate) fn push(
        &self,
        append: Append,
        recorded: Option<Recorded>,
        bytes: usize,
    ) -> Result<oneshot::Receiver<Answer>, AppendError> {
        let (reply, answer) = oneshot::channel();
        let open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let Some((sender, _)) = open.as_ref() else { return Err(stopped(false)) };
        let Some(room) = self.room_for(bytes) else { return Err(AppendError::Overloaded) };
        match sender.try_send(Job { append, recorded, bytes, reply, room }) {
            Ok(()) => Ok(answer),
            Err(TrySendError::Full(_)) => Err(AppendError::Overloaded),
            Err(TrySendError::Disconnected(_)) => Err(stopped(false)),
        }
    }

    /// What is larger than all the room there is waits alone.
    fn room_for(&self, bytes: usize) -> Option<OwnedSemaphorePermit> {
        let bytes = u32::try_from(bytes).unwrap_or(u32::MAX).min(self.bytes_max);
        Arc::clone(&self.room).try_acquire_many_owned(bytes).ok()
    }

    /// Lets nobody in any more and waits until all who are in have been answered.
    pub(crate) fn close(&self) {
        let taken = self.open.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some((sender, thread)) = taken else { return };
        drop(sender);
        if thread.join().is_err() {
            tracing::error!("the event writer ended in a panic");
        }
    }
}

/// The answer of a store that was closed, or whose writer is gone.
pub(crate) fn stopped(maybe_committed: bool) -> AppendError {
    AppendError::Unavailable { maybe_committed, source: Stopped.into() }
}
