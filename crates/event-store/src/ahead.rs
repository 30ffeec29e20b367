//! Reading ahead: the next page is fetched while the last is looked at.

use futures::future::ready;
use futures::stream::{self, BoxStream, Stream, StreamExt};
use tokio::sync::mpsc;

use crate::{EventStore, Position, ReadError, StoredEvent};

/// What a follower gives: a page, or why there is none now.
pub type Page = Result<Vec<StoredEvent>, ReadError>;

/// The same pages, read by a task of their own that is a page or two ahead of whoever looks at them.
///
/// It begins when it is first asked, and ends with the stream that is given back.
pub fn one_page_ahead(pages: BoxStream<'static, Page>) -> BoxStream<'static, Page> {
    stream::once(ready(pages)).flat_map(|pages| stream::unfold(spawned(pages), next)).boxed()
}

fn spawned(mut pages: BoxStream<'static, Page>) -> mpsc::Receiver<Page> {
    let (sender, receiver) = mpsc::channel(1);
    tokio::spawn(async move {
        while let Some(page) = tokio::select! {
            page = pages.next() => page,
            () = sender.closed() => None,
        } {
            if sender.send(page).await.is_err() {
                return;
            }
        }
    });
    receiver
}

async fn next(mut pages: mpsc::Receiver<Page>) -> Option<(Page, mpsc::Receiver<Page>)> {
    pages.recv().await.map(|page| (page, pages))
}

/// Pages of the log after a position up to another, both of which it has or had; then it ends. The
/// first failure is the last item.
pub fn pages_between(
    store: &dyn EventStore,
    after: Position,
    to: Position,
) -> impl Stream<Item = Page> + '_ {
    let open = (after < to).then(|| store.follow(after));
    stream::unfold(open, move |open| async move {
        let mut pages = open?;
        let page = pages.next().await?.map(|mut page| {
            page.retain(|event| event.position <= to);
            page
        });
        let last = page.as_ref().ok().and_then(|page| page.last()).map(|last| last.position);
        let goes_on = last.is_some_and(|last| last < to);
        Some((page, goes_on.then_some(pages)))
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    /// So many empty pages, each counted as it is read, and then none that ever comes.
    fn counted(pages: usize, read: &Arc<AtomicUsize>) -> BoxStream<'static, Page> {
        let read = Arc::clone(read);
        let counted = stream::iter(0..pages).map(move |_| {
            read.fetch_add(1, Ordering::SeqCst);
            Ok(Vec::new())
        });
        counted.chain(stream::pending()).boxed()
    }

    async fn settled() {
        for _turn in 0..20 {
            tokio::task::yield_now().await;
        }
    }

    #[tokio::test]
    async fn the_next_page_is_read_while_one_is_looked_at_and_no_more() {
        let read = Arc::new(AtomicUsize::new(0));
        let mut pages = one_page_ahead(counted(9, &read));
        settled().await;
        assert_eq!(read.load(Ordering::SeqCst), 0, "nobody has asked");
        for looked_at in 1..=3 {
            assert!(pages.next().await.is_some_and(|page| page.is_ok()));
            settled().await;
            // One waits in the channel, and one waits for its place there.
            assert_eq!(read.load(Ordering::SeqCst), looked_at + 2);
        }
    }

    #[tokio::test]
    async fn a_reader_that_waits_for_a_page_ends_with_whoever_would_look_at_it() {
        let read = Arc::new(AtomicUsize::new(0));
        let mut pages = one_page_ahead(counted(1, &read));
        assert!(pages.next().await.is_some());
        settled().await;
        drop(pages);
        settled().await;
        // The task held the other half of the count.
        assert_eq!(Arc::strong_count(&read), 1);
    }
}
