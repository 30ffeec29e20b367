//! The bounded queue before the one writer: appends wait here, or are told there is no room.

use std::sync::{Mutex, PoisonError, mpsc as blocking};

use event_store::{Append, AppendError, Appended, Recorded};
use tokio::runtime::Handle;
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::mpsc::{Receiver, Sender, channel};
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

/// The way in to the writer, and word of its end.
pub(crate) struct Queue {
    open: Mutex<Option<(Sender<Job>, blocking::Receiver<()>)>>,
}

impl Queue {
    /// Starts the task that serves the queue, on a runtime that is not the caller's.
    pub(crate) fn start<F>(
        runtime: &Handle,
        appends_max: usize,
        serve: impl FnOnce(Receiver<Job>) -> F,
    ) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let (sender, receiver) = channel(appends_max);
        let (serving, ended) = blocking::sync_channel::<()>(0);
        let served = serve(receiver);
        runtime.spawn(async move {
            served.await;
            drop(serving);
        });
        Self { open: Mutex::new(Some((sender, ended))) }
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
            Err(TrySendError::Closed(_)) => Err(stopped(false)),
        }
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
