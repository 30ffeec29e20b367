//! Keeps the directory and the register of deaths in memory as the log has them; a read that failed is
//! tried again.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, PoisonError, RwLock},
    time::Duration,
};

use directory::Directory;
use event_store::{Category, ReadError, StoredEvent, StreamId};
use interface::Register;
use pathway::Told;
use safety_net::Watched;
use steps::PathwayId;
use tokio::sync::broadcast;

use crate::trouble::Trouble;

/// How often what could not be read is tried again while no page comes.
const AGAIN: Duration = Duration::from_secs(3);

/// Reads whole streams, on this thread.
pub(crate) type ReadStreams =
    Box<dyn Fn(&[StreamId]) -> Result<Vec<Vec<StoredEvent>>, ReadError> + Send + Sync>;

/// The directory and the register, and which of their streams are still to be read.
pub(crate) struct Keeper {
    pub(crate) read: ReadStreams,
    pub(crate) directory: Arc<RwLock<Directory>>,
    pub(crate) watched: Arc<RwLock<Watched>>,
    pub(crate) register: Arc<RwLock<Register>>,
    /// Told of every person whose death moved.
    pub(crate) moved: broadcast::Sender<PathwayId>,
    pub(crate) trouble: Trouble,
    pub(crate) unread: Mutex<BTreeSet<StreamId>>,
}

impl Keeper {
    /// Applies every stream of the directory and of persons that a page touches, read whole.
    pub(crate) fn take(&self, page: &[StoredEvent]) {
        let touched = page.iter().map(|event| event.stream);
        let touched = touched.filter(|stream| is_kept(stream.category));
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
                    self.apply(*stream, events);
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

    fn apply(&self, stream: StreamId, events: &[StoredEvent]) {
        if stream.category == Category::Service {
            return apply(&self.directory, &self.watched, stream, events);
        }
        if register(&self.register, stream, events) {
            // Nobody listening is no fault.
            drop(self.moved.send(PathwayId(stream.id)));
        }
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
    let told = read(stream, events);
    directory.write().unwrap_or_else(PoisonError::into_inner).apply(stream.id, &told);
    watched.write().unwrap_or_else(PoisonError::into_inner).apply(stream.id, told);
}

/// Takes a person's whole stream into the register; whether what it tells of a death is new.
pub(crate) fn register(
    register: &RwLock<Register>,
    stream: StreamId,
    events: &[StoredEvent],
) -> bool {
    let told = read(stream, events);
    register.write().unwrap_or_else(PoisonError::into_inner).apply(stream.id, told)
}

/// Whether streams of the category are kept in memory.
fn is_kept(category: Category) -> bool {
    matches!(category, Category::Service | Category::Patient)
}

fn read(stream: StreamId, events: &[StoredEvent]) -> Vec<Told> {
    let told: Vec<_> = events.iter().filter_map(|event| envelope::read(event).ok()).collect();
    if told.len() != events.len() {
        tracing::warn!(%stream, "a step of the directory or of a person cannot be read");
    }
    told
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use policy::InterfaceRules;
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
            register: Arc::new(RwLock::new(Register::new(InterfaceRules::shipped()))),
            moved: broadcast::Sender::new(1),
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
