//! Moving house: events of another log are written again as they were recorded there.

use super::TestStore;
use super::fixture::{begin, is_conflict};
use crate::{Append, AppendError, Appended, Expected, Position, Recorded, Revision};

/// The time is the one given, not the clock's; a second try finds the first.
pub async fn what_is_restored_keeps_its_time_and_is_written_once(store: &TestStore) {
    let stream = store.fresh_stream();
    let then = after_the_end(store).await;
    let append = begin(stream, vec![store.full_event(), store.event("b")]);
    let first = store.restore(append.clone(), Recorded::at(then)).await.expect("restored");
    assert_eq!((first.recorded_at_micros, first.duplicate), (then, false));
    let again = store.restore(append.clone(), Recorded::at(then)).await.expect("restored before");
    assert_eq!(again, Appended { duplicate: true, ..first });
    let stale = store.restore(begin(stream, store.events(1)), Recorded::at(then)).await;
    assert!(is_conflict(&stale, Some(1)), "{stale:?}");
    let read = store.whole(stream).await;
    let events: Vec<_> = read.iter().map(|stored| stored.event.clone()).collect();
    assert_eq!(events, append.events);
    assert!(read.iter().all(|stored| stored.recorded_at_micros == then), "{read:?}");
}

/// Times never decrease with position, so what is older than the log's end cannot follow it.
pub async fn what_was_recorded_before_the_end_of_the_log_is_not_restored(store: &TestStore) {
    let then = after_the_end(store).await;
    let (stream, other) = (store.fresh_stream(), store.fresh_stream());
    store.restore(begin(stream, store.events(1)), Recorded::at(then)).await.expect("restored");
    let earlier = store.restore(begin(other, store.events(1)), Recorded::at(then - 1)).await;
    let told =
        matches!(earlier, Err(AppendError::RecordedEarlier { last_micros }) if last_micros >= then);
    assert!(told, "{earlier:?}");
    assert!(store.whole(other).await.is_empty());
}

/// A log that was moved goes on: what is appended then is recorded no earlier.
pub async fn what_is_restored_goes_before_the_clock_from_then_on(store: &TestStore) {
    let then = after_the_end(store).await + 3_600_000_000;
    let stream = store.fresh_stream();
    store.restore(begin(stream, store.events(1)), Recorded::at(then)).await.expect("restored");
    let expected = Expected::At(Revision(0));
    let events = store.events(1);
    let live = store.append(Append { stream, expected, events }).await.expect("acknowledged");
    assert!(live.recorded_at_micros >= then, "{live:?}");
    assert_eq!(live.revision, Revision(1));
}

/// A move calls ahead and looks at the answers later, in whatever order they come.
pub async fn what_is_restored_stands_in_the_order_of_the_calls(store: &TestStore) {
    let (then, stream) = (after_the_end(store).await, store.fresh_stream());
    let mut answers = Vec::new();
    for revision in 0..50 {
        let expected = Expected::from_last(u64::checked_sub(revision, 1).map(Revision));
        let append = Append { stream, expected, events: store.events(1) };
        answers.push(store.restore(append, Recorded::at(then)));
    }
    let mut positions = Vec::new();
    for answer in answers.into_iter().rev() {
        positions.push(answer.await.expect("restored").first);
    }
    assert!(positions.is_sorted_by(|later, earlier| later > earlier), "{positions:?}");
}

/// A move that somebody else writes into is told before anything of it is written elsewhere.
pub async fn what_would_be_displaced_is_not_restored(store: &TestStore) {
    if !store.capabilities().dense_positions {
        return;
    }
    let (then, stream, other) =
        (after_the_end(store).await, store.fresh_stream(), store.fresh_stream());
    let told = |append: &Append, first| {
        let recorded = Recorded { at_micros: then, first: Some(first) };
        store.restore(append.clone(), recorded)
    };
    let (one, two) = (begin(stream, store.events(2)), begin(other, store.events(1)));
    let mut first = Position(store.head().await.expect("the end").0 + 1);
    let written = loop {
        // Other tests may write to the same log meanwhile.
        match told(&one, first).await {
            Err(AppendError::Displaced { next }) => first = next,
            written => break written.expect("restored"),
        }
    };
    assert_eq!(written.first, first);
    let displaced = told(&two, first).await;
    let is_told =
        matches!(displaced, Err(AppendError::Displaced { next }) if next.0 >= first.0 + 2);
    assert!(is_told, "{displaced:?}");
    assert!(store.whole(other).await.is_empty());
    let again = told(&one, first).await.expect("restored before");
    assert_eq!(again, Appended { duplicate: true, ..written });
}

/// A moment that nothing in the log was recorded after.
async fn after_the_end(store: &TestStore) -> i64 {
    let (_, last) = store.begun(1).await;
    last.recorded_at_micros.max(store.clock().micros()) + 1
}
