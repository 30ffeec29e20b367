//! Following: pages of history, then whatever the writer adds, for as long as anybody listens.

use std::sync::Arc;
use std::time::Duration;

use event_store::{Position, ReadError, StoredEvent, one_page_ahead};
use futures::stream::{self, BoxStream, StreamExt};
use tokio::sync::watch;

use crate::pool::Pool;

const PAGE_EVENTS_MAX: usize = 2_000;
const PAGE_BYTES_MAX: usize = 8 * 1024 * 1024;
/// How long a follower waits without being woken; also its pause after a failure.
const PATIENCE: Duration = Duration::from_secs(1);

/// Where one follower stands.
struct Follower {
    pool: Arc<Pool>,
    head: watch::Receiver<Position>,
    after: Position,
    failed: bool,
}

/// Pages of the log after a position, without an end.
pub(crate) fn follow(
    pool: Arc<Pool>,
    head: watch::Receiver<Position>,
    after: Position,
) -> BoxStream<'static, Result<Vec<StoredEvent>, ReadError>> {
    let follower = Follower { pool, head, after, failed: false };
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
            tokio::time::sleep(PATIENCE).await;
        }
        loop {
            // Marked as seen before reading: what is committed after the read wakes us.
            self.head.borrow_and_update();
            let after = self.after;
            let read = move |reader: &mut crate::reader::Reader| {
                reader.log(after, PAGE_EVENTS_MAX, PAGE_BYTES_MAX)
            };
            let page = self.pool.run(read).await?;
            if let Some(last) = page.last() {
                self.after = last.position;
                return Ok(page);
            }
            self.wait().await;
        }
    }

    /// Until the writer has committed, or for a while: a wake-up that is lost costs a second.
    async fn wait(&mut self) {
        if let Ok(Err(_closed)) = tokio::time::timeout(PATIENCE, self.head.changed()).await {
            tokio::time::sleep(PATIENCE).await;
        }
    }
}
