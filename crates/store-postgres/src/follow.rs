//! Following: pages of history, then whatever is added, for as long as anybody listens.

use std::sync::Arc;
use std::time::Duration;

use event_store::{Position, ReadError, StoredEvent, one_page_ahead};
use futures::stream::{self, BoxStream, StreamExt};
use tokio::sync::watch;

use crate::reader::Reader;

const PAGE_EVENTS_MAX: usize = 2_000;
const PAGE_BYTES_MAX: usize = 8 * 1024 * 1024;
/// The pause after a failure.
const PAUSE: Duration = Duration::from_secs(1);

/// Where one follower stands.
struct Follower {
    reader: Arc<Reader>,
    head: watch::Receiver<Position>,
    after: Position,
    poll_every: Duration,
    failed: bool,
}

/// Pages of the log after a position, without an end. It is asked again at least so often, so a
/// wake-up that is lost costs no more than that.
pub(crate) fn follow(
    reader: Arc<Reader>,
    head: watch::Receiver<Position>,
    after: Position,
    poll_every: Duration,
) -> BoxStream<'static, Result<Vec<StoredEvent>, ReadError>> {
    let follower = Follower { reader, head, after, poll_every, failed: false };
    let pages = stream::unfold(follower, |mut follower| async move {
        let page = follower.page().await;
        follower.failed = page.is_err();
        Some((page, follower))
    });
    one_page_ahead(pages.boxed())
}

impl Follower {
    /// The next page that has events; waits until there is one.
    async fn page(&mut self) -> Result<Vec<StoredEvent>, ReadError> {
        if self.failed {
            tokio::time::sleep(PAUSE).await;
        }
        loop {
            // Marked as seen before reading: what is committed after the read wakes us.
            self.head.borrow_and_update();
            let page = self.reader.log(self.after, PAGE_EVENTS_MAX, PAGE_BYTES_MAX).await?;
            if let Some(last) = page.last() {
                self.after = last.position;
                return Ok(page);
            }
            self.wait().await;
        }
    }

    /// Until something was committed, here or by another process, or for a while.
    async fn wait(&mut self) {
        if let Ok(Err(_closed)) = tokio::time::timeout(self.poll_every, self.head.changed()).await {
            tokio::time::sleep(self.poll_every).await;
        }
    }
}
