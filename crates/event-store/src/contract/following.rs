//! Promises 4 and 6: nothing is skipped, nothing comes twice, and history becomes live unseen.

use futures::StreamExt;
use futures::future::{join, join_all, join3};

use super::TestStore;
use super::fixture::begin;
use crate::{Append, AppendError, Expected, Position, Revision, StoredEvent, StreamId};

const WRITERS: usize = 8;
const ROUNDS: usize = 12;

/// Writes to a stream that others write to as well, and tries again when it lost; counts losses.
async fn contend(store: &TestStore, shared: StreamId) -> usize {
    let mut lost = 0;
    let mut expected = Expected::NoStream;
    for round in 0..ROUNDS {
        store.begun(1 + round % 3).await;
        loop {
            let append = Append { stream: shared, expected, events: store.events(1) };
            match store.append(append).await {
                Ok(appended) => {
                    expected = Expected::At(appended.revision);
                    break;
                }
                Err(AppendError::Conflict { actual }) => {
                    lost += 1;
                    expected = Expected::from_last(actual);
                }
                Err(error) => assert!(matches!(error, AppendError::Overloaded), "{error:?}"),
            }
        }
    }
    lost
}

/// What all the contending writers together leave in the log.
fn contended_events() -> usize {
    WRITERS * (0..ROUNDS).map(|round| 2 + round % 3).sum::<usize>()
}

/// Reads with a follower until it has so many events.
async fn followed(store: &TestStore, after: Position, count: usize) -> Vec<StoredEvent> {
    let mut pages = store.follow(after);
    let mut events = Vec::new();
    while events.len() < count {
        let page = pages.next().await.expect("a follower has no end").expect("readable");
        assert!(!page.is_empty(), "a page says something");
        events.extend(page);
    }
    events
}

/// Positions grow, and where they are dense their count proves that none was missed.
fn assert_gapless(store: &TestStore, from: Position, events: &[StoredEvent]) {
    assert!(events.is_sorted_by(|earlier, later| earlier.position < later.position));
    assert!(events.first().is_none_or(|first| first.position > from));
    if store.capabilities().dense_positions {
        let to = events.last().map_or(from, |last| last.position);
        assert_eq!(events.len() as u64, to.0 - from.0, "consumed == to - from");
    }
}

/// Eight writers race for one stream: the losses leave no hole in the log.
pub async fn positions_only_grow_under_racing_writers_and_prove_nothing_was_skipped(
    store: &TestStore,
) {
    let from = store.head().await.expect("readable");
    let shared = store.fresh_stream();
    let lost = join_all((0..WRITERS).map(|_| contend(store, shared))).await;
    assert!(lost.iter().sum::<usize>() > 0, "the writers never met");
    let events = store.log_after(from).await;
    assert_eq!(events.len(), contended_events());
    assert_gapless(store, from, &events);
    let whole = store.whole(shared).await;
    assert_eq!(whole.len(), WRITERS * ROUNDS);
    assert!(whole.iter().zip(0..).all(|(stored, at)| stored.revision == Revision(at)));
}

/// A follower that starts in history while others write sees each event once, in order.
pub async fn a_follower_goes_from_history_to_live_without_a_seam(store: &TestStore) {
    let from = store.head().await.expect("readable");
    for _ in 0..10 {
        store.begun(30).await;
    }
    let shared = store.fresh_stream();
    let count = 300 + contended_events();
    let writers = join_all((0..WRITERS).map(|_| contend(store, shared)));
    let (_, events) = join(writers, followed(store, from, count)).await;
    assert_eq!(events.len(), count);
    assert_gapless(store, from, &events);
    assert_eq!(events, store.log_after(from).await);
}

/// Followers do not take from one another, and one that starts late sees the same.
pub async fn two_followers_see_the_same_log(store: &TestStore) {
    let from = store.head().await.expect("readable");
    let writer = async {
        for _ in 0..20 {
            let append = begin(store.fresh_stream(), store.events(2));
            store.append(append).await.expect("acknowledged");
        }
    };
    let ((), one, two) = join3(writer, followed(store, from, 40), followed(store, from, 40)).await;
    assert_eq!(one, two);
    assert_eq!(followed(store, one[19].position, 20).await, one[20..]);
}
