//! Several processes on one log: dense, nothing skipped, conflicts told, nobody held up.

use event_store::contract::TestStore;
use event_store::{
    Append, AppendError, EventStore, Expected, Position, Revision, StoredEvent, StreamId,
};
use futures::StreamExt;
use futures::future::{join, join_all};

use super::{on_trial, over};

const ROUNDS: usize = 30;

/// Writes to a stream that others write to as well, and tries again where it lost; counts losses.
async fn contend(trial: &TestStore, shared: StreamId) -> usize {
    let (mut lost, mut expected) = (0, Expected::NoStream);
    for _round in 0..ROUNDS {
        trial.begun(2).await;
        loop {
            let append = Append { stream: shared, expected, events: trial.events(1) };
            match trial.append(append).await {
                Ok(appended) => {
                    expected = Expected::At(appended.revision);
                    break;
                }
                Err(AppendError::Conflict { actual }) => {
                    lost += 1;
                    expected = Expected::from_last(actual);
                }
                Err(other) => panic!("{other:?}"),
            }
        }
    }
    lost
}

fn assert_gapless(events: &[StoredEvent]) {
    for (stored, at) in events.iter().zip(1..) {
        assert_eq!(stored.position, Position(at));
    }
    assert!(events.is_sorted_by_key(|stored| stored.recorded_at_micros));
}

async fn followed(store: &dyn EventStore, count: usize) -> Vec<StoredEvent> {
    let mut events = Vec::new();
    let mut pages = store.follow(Position::START);
    while events.len() < count {
        events.extend(pages.next().await.unwrap().unwrap());
    }
    events
}

#[tokio::test]
async fn two_processes_write_the_same_streams_and_leave_no_gap() {
    let (database, one, first) = on_trial(|_shipped| ()).await;
    let (other, second) = over(&database, |_shipped| ()).await;
    let shared = first.fresh_stream();
    let writers = [&first, &second, &first, &second].map(|trial| contend(trial, shared));
    let count = 4 * ROUNDS * 3;
    let both = join(followed(&*one, count), followed(&*other, count));
    let (lost, (seen, seen_there)) = join(join_all(writers), both).await;
    assert!(lost.iter().sum::<usize>() > 0, "the writers never met");
    assert_eq!(seen.len(), count);
    assert_gapless(&seen);
    assert_eq!(seen, seen_there);
    let whole = first.whole(shared).await;
    assert_eq!(whole.len(), 4 * ROUNDS);
    assert!(whole.iter().zip(0..).all(|(stored, at)| stored.revision == Revision(at)));
    assert_eq!(whole, second.whole(shared).await);
    let written = one.stats().events + other.stats().events;
    assert_eq!(written, count as u64);
}

#[tokio::test]
async fn a_command_repeated_to_another_process_is_written_once() {
    let (database, _one, first) = on_trial(|_shipped| ()).await;
    let (_other, second) = over(&database, |_shipped| ()).await;
    let append = super::begin(&first);
    let (here, there) = join(first.append(append.clone()), second.append(append.clone())).await;
    let (here, there) = (here.unwrap(), there.unwrap());
    assert_eq!((here.first, here.recorded_at_micros), (there.first, there.recorded_at_micros));
    assert_ne!(here.duplicate, there.duplicate);
    assert_eq!(first.whole(append.stream).await.len(), 1);
}
