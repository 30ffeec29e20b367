//! The bounded queue before the one writer: appends wait here, or are told there is no room.

use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread::JoinHandle;

use event_store::{Append, AppendError, Appended, Recorded};
use tokio::sync::oneshot;

/// How a command is answered.
pub(crate) type Answer = Result<Appended, AppendError>;

/// One append that waits for the writer.
pub(crate) struct Job {
    pub(crate) append: Append,
    /// When another log recorded it; none: now.
    pub(crate) recorded: Option<Recorded>,
    pub(crate) bytes: usize,
    pub(crate) reply: oneshot::Sender<Answer>,
}

/// The store was closed while somebody still used it.
#[derive(Debug, thiserror::Error)]
#[error("the writer has stopped")]
pub(crate) struct Stopped;

/// The way in to the writer, and the writer's thread.
pub(crate) struct Queue {
    open: Mutex<Option<(SyncSender<Job>, JoinHandle<()>)>>,
}

impl Queue {
    /// Starts the thread that serves the queue.
    pub(crate) fn start(
        appends_max: usize,
        serve: impl FnOnce(Receiver<Job>) + Send + 'static,
    ) -> std::io::Result<Self> {
        let (sender, receiver) = sync_channel(appends_max);
        let thread = std::thread::Builder::new()
            .name("event-writer".to_owned())
            .spawn(move || serve(receiver))?;
        Ok(Self { open: Mutex::new(Some((sender, thread))) })
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
        match sender.try_send(Job { append, recorded, bytes, reply }) {
            Ok(()) => Ok(answer),
            Err(TrySendError::Full(_)) => Err(AppendError::Overloaded),
            Err(TrySendError::Disconnected(_)) => Err(stopped(false)),
        }
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
