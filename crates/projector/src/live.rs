//! The loop that follows the log for all views, and does between pages what others ask of it.

use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use event_store::{Category, Position, ReadError, StoredEvent};
use futures::StreamExt as _;
use tokio::sync::{mpsc, oneshot, watch};

use crate::SqlError;
use crate::context::Context;
use crate::engine::Engine;
use crate::postgres::Standing;
use crate::switch::{Adopt, SwitchError, catch_up};
use crate::view_file::ViewFile;

const RETRY_AFTER: Duration = Duration::from_millis(500);

/// Why a page could not be taken. It is tried again.
#[derive(Debug, thiserror::Error)]
pub enum TakeError {
    /// The log could not be read.
    #[error("the log could not be read")]
    Read(#[from] ReadError),
    /// A view's file could not be written.
    #[error("a view's file could not be written")]
    Write(#[from] SqlError),
    /// The views could not be taken from the server that writes them.
    #[error(transparent)]
    Lease(#[from] leases::LeaseError),
    /// The thread was stopped.
    #[error("the work was cut short")]
    CutShort,
}

/// What can be asked of the loop.
pub(crate) enum Command {
    Adopt(Box<Adopt>),
    RetryDeadLetters(oneshot::Sender<Result<usize, TakeError>>),
    /// The lease of a view is ours: its edition is written from now on.
    Hold(Box<Hold>),
    /// The lease of a view is another's: where its edition stood when we last wrote it.
    Release(usize, oneshot::Sender<Option<Standing>>),
}

/// An edition that is ours to write.
pub(crate) struct Hold {
    pub(crate) slot: usize,
    pub(crate) file: ViewFile,
    /// Whether readers, and what the view remembers, stand where it stands.
    pub(crate) is_told: bool,
    pub(crate) answer: oneshot::Sender<Result<(), TakeError>>,
}

/// Follows the log.
pub(crate) struct Live {
    pub(crate) context: Arc<Context>,
    pub(crate) engine: Arc<Mutex<Engine>>,
    pub(crate) commands: mpsc::Receiver<Command>,
    pub(crate) stop: watch::Receiver<bool>,
    /// Every event up to here was taken by all views that are live.
    pub(crate) at: Position,
    /// Files that are ahead of the loop.
    pub(crate) waiting: Mutex<Vec<Adopt>>,
}

impl Live {
    /// Follows until it is told to stop; what is begun is finished.
    pub(crate) async fn run(mut self) {
        let store = Arc::clone(&self.context.store);
        let mut pages = store.follow(self.at);
        let mut stop = self.stop.clone();
        loop {
            tokio::select! {
                biased;
                () = stopped(&mut stop) => break,
                Some(command) = self.commands.recv() => self.obey(command).await,
                page = pages.next() => match page {
                    Some(Ok(events)) => self.take_page(events).await,
                    Some(Err(error)) => self.trouble(&TakeError::Read(error)),
                    None => {
                        self.context.trouble("the log is no longer followed");
                        if let Some(leases) = &self.context.leases {
                            leases.end().await;
                        }
                        break;
                    }
                },
            }
        }
    }

    async fn obey(&self, command: Command) {
        match command {
            Command::Adopt(adopt) => self.adopt(*adopt).await,
            Command::RetryDeadLetters(answer) => {
                let retried = self.retry_dead_letters().await;
                // Whoever asked may have gone.
                drop(answer.send(retried));
                self.report();
            }
            Command::Hold(hold) => {
                let Hold { slot, file, is_told, answer } = *hold;
                let taken = self.hold(slot, file, is_told).await;
                self.report();
                drop(answer.send(taken));
            }
            Command::Release(slot, answer) => {
                let file = self.engine().slots.get_mut(slot).and_then(|slot| slot.file.take());
                drop(answer.send(file.map(|file| file.standing())));
            }
        }
    }

    async fn take_page(&mut self, events: Vec<StoredEvent>) {
        let mut events = events;
        while !events.is_empty() {
            let rest = events.split_off(events.len().min(self.context.page_events));
            let page = Arc::new(std::mem::replace(&mut events, rest));
            self.context.has_seen(&page);
            while let Err(error) = self.take(&page).await {
                // Another process was first: what it wrote has been taken up, and the page follows on it.
                if matches!(error, TakeError::Write(SqlError::Moved)) {
                    continue;
                }
                self.trouble(&error);
                if self.rest().await.is_break() {
                    return;
                }
            }
            self.at = page.last().map_or(self.at, |event| event.position).max(self.at);
            self.report();
            self.context.measure(&page).await;
            let waiting = std::mem::take(&mut *self.waiting());
            for adopt in waiting {
                self.adopt(adopt).await;
            }
        }
    }

    /// Waits before a page is tried again, and does meanwhile what is asked; whether it is to stop.
    async fn rest(&mut self) -> ControlFlow<()> {
        let mut stop = self.stop.clone();
        let over = tokio::time::sleep(RETRY_AFTER);
        let mut over = std::pin::pin!(over);
        loop {
            tokio::select! {
                biased;
                () = stopped(&mut stop) => return ControlFlow::Break(()),
                Some(command) = self.commands.recv() => self.obey(command).await,
                () = &mut over => return ControlFlow::Continue(()),
            }
        }
    }

    async fn take(&self, events: &Arc<Vec<StoredEvent>>) -> Result<(), TakeError> {
        let missing = self.engine().missing(events);
        let loaded = if missing.is_empty() {
            Vec::new()
        } else {
            self.context.store.read_streams(&missing).await?
        };
        let (context, events) = (Arc::clone(&self.context), Arc::clone(events));
        self.in_engine(move |engine| {
            context.tell_others(&events);
            engine.apply(&events, loaded, (context.now)())
        })
        .await
    }

    /// Brings an edition to where the loop is and writes it from here on.
    async fn hold(&self, slot: usize, file: ViewFile, is_told: bool) -> Result<(), TakeError> {
        let view = self.engine().slots.get(slot).map(|slot| Arc::clone(&slot.view));
        let Some(view) = view else { return Ok(()) };
        let is_told = is_told && file.position() >= self.at;
        let file = catch_up(&self.context, &view, file, self.at).await?;
        self.in_engine(move |engine| match engine.slots.get_mut(slot) {
            // A build was taken into use meanwhile.
            Some(slot) if slot.file.is_some() => Ok(()),
            Some(slot) if is_told => {
                slot.file = Some(file);
                Ok(())
            }
            Some(slot) => slot.put(file),
            None => Ok(()),
        })
        .await
    }

    async fn retry_dead_letters(&self) -> Result<usize, TakeError> {
        let dead = self.engine().dead();
        let loaded = self.context.store.read_streams(&dead).await?;
        let streams: Vec<_> = dead.into_iter().zip(loaded).collect();
        self.in_engine(move |engine| engine.compute_anew(&streams)).await?;
        Ok(self.engine().dead().len())
    }

    /// Works on a thread that may block: decoding and SQLite are no work for an async one.
    pub(crate) async fn in_engine<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Engine) -> Result<T, SqlError> + Send + 'static,
    ) -> Result<T, TakeError> {
        let engine = Arc::clone(&self.engine);
        let done = tokio::task::spawn_blocking(move || {
            work(&mut engine.lock().unwrap_or_else(PoisonError::into_inner))
        });
        Ok(done.await.map_err(|_panicked| TakeError::CutShort)??)
    }

    pub(crate) fn engine(&self) -> std::sync::MutexGuard<'_, Engine> {
        self.engine.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn waiting(&self) -> std::sync::MutexGuard<'_, Vec<Adopt>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn report(&self) {
        let engine = self.engine();
        self.context.report(&engine.slots, engine.long_histories());
    }

    fn trouble(&self, error: &TakeError) {
        tracing::warn!(error = %chain(error), "a page could not be taken; it is tried again");
        self.context.trouble(&error.to_string());
    }
}

/// Comes back when the projector is to stop, or was let go.
pub(crate) async fn stopped(stop: &mut watch::Receiver<bool>) {
    drop(stop.wait_for(|stopped| *stopped).await);
}

/// Only what is about pathways goes to views.
pub(crate) fn is_other(event: &StoredEvent) -> bool {
    event.stream.category != Category::Pathway
}

/// An error and what caused it, in one line.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut line = error.to_string();
    let mut cause = error.source();
    while let Some(next) = cause {
        line.push_str(": ");
        line.push_str(&next.to_string());
        cause = next.source();
    }
    line
}

impl From<TakeError> for SwitchError {
    fn from(error: TakeError) -> Self {
        Self::CatchUp(error)
    }
}
