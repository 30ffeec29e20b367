//! The bounded queue before the one writer: appends wait here, or are told there is no room.

use std::sync::{Arc, Mutex, PoisonError, mpsc as blocking};

use event_store::{Append, AppendError, Appended, Recorded};
use tokio::runtime::Handle;
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::mpsc::{Receiver, Sender, channel};
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

/// The way in to the writer, and word of its end.
pub(crate) struct Queue {
    open: Mutex<Option<(Sender<Job>, blocking::Receiver<()>)>>,
    /// A permit a byte.
    room: Arc<Semaphore>,
    bytes_max: u32,
}

impl Queue {
    /// Starts the task that serves the queue, on a runtime that is not the caller's.
    pub(crate) fn start<F>(
        runtime: &Handle,
        most: Most,
        serve: impl FnOnce(Receiver<Job>) -> F,
    ) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let (sender, receiver) = channel(most.appends);
        let (serving, ended) = blocking::sync_channel::<()>(0);
        let served = serve(receiver);
        runtime.spawn(async move {
            served.await;
            drop(serving);
        });
        let bytes_max = u32::try_from(most.bytes).unwrap_or(u32::MAX);
        let room = Arc::new(Semaphore::new(bytes_max as usize));
        Self { open: Mutex::new(Some((sender, ended))), room, bytes_max }
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
            Err(TrySendError::Closed(_)) => Err(stopped(false)),
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
        let Some((sender, ended)) = taken else { return };
        drop(sender);
        // Nothing is ever sent: the other end is dropped when the writer has ended.
        if ended.recv().is_ok() {
            tracing::error!("the event writer said something");
        }
    }
}

/// The answer of a store that was closed, or whose writer is gone.
pub(crate) fn stopped(maybe_committed: bool) -> AppendError {
    AppendError::Unavailable { maybe_committed, source: Stopped.into() }
}
