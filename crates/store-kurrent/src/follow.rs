//! Following: a filtered subscription to the whole log in a task of its own, and pages of what it gives.
//!
//! The place to go on from is ours: the client's own takes up at the last event that matched, and reads
//! all that others wrote since once more. A keeper watches the subscription from outside.

mod keeper;
mod pump;

use std::sync::Arc;
use std::time::Duration;

use event_store::{ReadError, StoredEvent};
use futures::stream::{self, BoxStream, StreamExt};
use tokio::sync::Semaphore;
use tokio::sync::mpsc::{Receiver, channel};

use crate::reader::Reader;
use crate::supervisor::Leash;
use keeper::Keeper;
use pump::Way;

pub(crate) use pump::Place;

const PAGE_EVENTS_MAX: usize = 2_000;
const PAGE_BYTES_MAX: usize = 8 * 1024 * 1024;

/// An event on its way to a follower, or what went wrong.
type Item = Result<StoredEvent, ReadError>;

/// The end that the follower holds.
struct Follower {
    items: Receiver<Item>,
    /// Room for bytes on the way, given back when they are taken.
    room: Arc<Semaphore>,
    /// The failure that stood behind the page given last.
    failed: Option<ReadError>,
    _keeper: Leash,
}

/// Pages of the log from a place on, without an end.
pub(crate) fn follow(
    reader: Arc<Reader>,
    place: Arc<Place>,
    quiet: Duration,
) -> BoxStream<'static, Result<Vec<StoredEvent>, ReadError>> {
    let (sender, items) = channel(PAGE_EVENTS_MAX);
    let room = Arc::new(Semaphore::new(PAGE_BYTES_MAX));
    let way = Way { items: sender, room: Arc::clone(&room) };
    let runtime = reader.supervisor.runtime().clone();
    let keeper = Keeper { reader, way, place, quiet };
    let kept = Leash(runtime.spawn(keeper.keep()).abort_handle());
    let follower = Follower { items, room, failed: None, _keeper: kept };
    stream::unfold(follower, |mut follower| async move {
        let page = follower.page().await?;
        Some((page, follower))
    })
    .boxed()
}

impl Follower {
    /// What is at hand, at least one event; a failure by itself. None once the store is gone.
    async fn page(&mut self) -> Option<Result<Vec<StoredEvent>, ReadError>> {
        if let Some(failed) = self.failed.take() {
            return Some(Err(failed));
        }
        let first = match self.items.recv().await? {
            Ok(first) => first,
            Err(failed) => return Some(Err(failed)),
        };
        let mut bytes = cost(&first);
        let mut page = vec![first];
        while page.len() < PAGE_EVENTS_MAX && bytes < PAGE_BYTES_MAX {
            match self.items.try_recv() {
                Ok(Ok(stored)) => {
                    bytes += cost(&stored);
                    page.push(stored);
                }
                Ok(Err(failed)) => {
                    self.failed = Some(failed);
                    break;
                }
                Err(_nothing) => break,
            }
        }
        self.room.add_permits(bytes);
        Some(Ok(page))
    }
}

/// What an event takes of the room on the way.
fn cost(stored: &StoredEvent) -> usize {
    stored.event.bytes().min(PAGE_BYTES_MAX)
}
