//! Keeps the directory in memory as the log has it; a read that failed is tried again.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, PoisonError, RwLock},
    time::Duration,
};

use directory::Directory;
use event_store::{Category, ReadError, StoredEvent, StreamId};
use safety_net::Watched;

use crate::trouble::Trouble;

/// How often what could not be read is tried again while no page comes.
const AGAIN: Duration = Duration::from_secs(3);

/// Reads whole streams, on this thread.
pub(crate) type ReadStreams =
    Box<dyn Fn(&[StreamId]) -> Result<Vec<Vec<StoredEvent>>, ReadError> + Send + Sync>;

/// The directory, and which of its streams are still to be read.
pub(crate) struct Keeper {
    pub(crate) read: ReadStreams,
    pub(crate) directory: Arc<RwLock<Directory>>,
    pub(crate) watched: Arc<RwLock<Watched>>,
    pub(crate) trouble: Trouble,
    pub(crate) unread: Mutex<BTreeSet<StreamId>>,
}

impl Keeper {
    /// Applies every directory stream that a page touches, read whole.
    pub(crate) fn take(&self, page: &[StoredEvent]) {
        let touched = page.iter().map(|event| event.stream);
        let touched = touched.filter(|stream| stream.category == Category::Service);
        self.unread().extend(touched);
        self.catch_up();
    }

    /// Reads what is still to be read. One at a time, so that an older reading never comes last.
    pub(crate) fn catch_up(&self) {
        let mut unread = self.unread();
        if unread.is_empty() {
            return;
        }
        let streams: Vec<StreamId> = unread.iter().copied().collect();
        match (self.read)(&streams) {
            Ok(read) => {
                for (stream, events) in streams.iter().zip(&read) {
                    apply(&self.directory, &self.watched, *stream, events);
                }
                unread.clear();
                self.trouble.clear();
            }
            Err(error) => self.trouble.say(format!("the directory could not be read: {error}")),
        }
    }

    /// Tries again every few seconds, as long as the house stands.
    pub(crate) fn keep_trying(self: &Arc<Self>) {
        let keeper = Arc::downgrade(self);
        tokio::spawn(async move {
            loop {
                tokio::time::sleep(AGAIN).await;
                let Some(keeper) = keeper.upgrade() else { return };
                if tokio::task::spawn_blocking(move || keeper.catch_up()).await.is_err() {
                    tracing::error!("reading the directory panicked");
                }
            }
        });
    }

    fn unread(&self) -> std::sync::MutexGuard<'_, BTreeSet<StreamId>> {
        self.unread.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Applies one whole stream.
pub(crate) fn apply(
    directory: &RwLock<Directory>,
    watched: &RwLock<Watched>,
    stream: StreamId,
    events: &[StoredEvent],
) {
    let told: Vec<_> = events.iter().filter_map(|event| envelope::read(event).ok()).collect();
    if told.len() != events.len() {
        tracing::warn!(%stream, "a step of the directory cannot be read");
    }
    directory.write().unwrap_or_else(PoisonError::into_inner).apply(stream.id, &told);
    watched.write().unwrap_or_else(PoisonError::into_inner).apply(stream.id, told);
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use uuid::Uuid;

    use super::*;

    #[test]
    fn what_could_not_be_read_is_read_the_next_time() {
        let stream = StreamId::new(Category::Service, Uuid::from_u128(1));
        let reads = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&reads);
        let keeper = Keeper {
            read: Box::new(move |streams| match counted.fetch_add(1, Ordering::SeqCst) {
                0 => Err(ReadError::unavailable("the disk is away")),
                _ => Ok(vec![Vec::new(); streams.len()]),
            }),
            directory: Arc::default(),
            watched: Arc::default(),
            trouble: Trouble::none("directory"),
            unread: Mutex::new(BTreeSet::from([stream])),
        };
        keeper.catch_up();
        assert!(keeper.trouble.now().is_some());
        keeper.catch_up();
        assert_eq!(keeper.trouble.now(), None);
        keeper.catch_up();
        assert_eq!(reads.load(Ordering::SeqCst), 2, "what was read is not read again");
    }
}
