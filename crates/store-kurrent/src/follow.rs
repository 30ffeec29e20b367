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
use tokio::sync::mpsc::channel;

use crate::reader::Reader;
use crate::supervisor::Leash;
use keeper::Keeper;

pub(crate) use pump::Place;

const PAGE_EVENTS_MAX: usize = 2_000;
const PAGE_BYTES_MAX: usize = 8 * 1024 * 1024;
/// Pages that wait for a follower, beside the one that is being filled.
const PAGES_MAX: usize = 2;

/// Events on their way to a follower, or what went wrong.
type Page = Result<Vec<StoredEvent>, ReadError>;

/// Pages of the log from a place on, without an end.
pub(crate) fn follow(
    reader: Arc<Reader>,
    place: Arc<Place>,
    quiet: Duration,
) -> BoxStream<'static, Page> {
    let (way, pages) = channel(PAGES_MAX);
    let runtime = reader.supervisor.runtime().clone();
    let keeper = Keeper { reader, way, place, quiet };
    let kept = Leash(runtime.spawn(keeper.keep()).abort_handle());
    stream::unfold((pages, kept), |(mut pages, kept)| async move {
        // None once the store is gone.
        pages.recv().await.map(|page| (page, (pages, kept)))
    })
    .boxed()
}
