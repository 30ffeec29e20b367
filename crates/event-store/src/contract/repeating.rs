//! Promise 3: a retry is answered as the first time; an id used for something else is refused.

use futures::future::join_all;

use super::TestStore;
use super::fixture::begin;
use crate::{Append, AppendError, Appended, Expected, Revision};

fn is_reused(answer: &Result<Appended, AppendError>) -> bool {
    matches!(answer, Err(AppendError::IdReused))
}

/// A retry finds the position, revision and time of the first try, and adds nothing.
pub async fn the_same_append_again_gets_the_same_answer_and_is_written_once(store: &TestStore) {
    let stream = store.fresh_stream();
    let append = begin(stream, vec![store.event("a"), store.full_event()]);
    let first = store.append(append.clone()).await.expect("acknowledged");
    store.clock().set(store.clock().micros() + 9);
    for _retry in 0..3 {
        let again = store.append(append.clone()).await.expect("acknowledged");
        assert_eq!(again, Appended { duplicate: true, ..first });
    }
    assert_eq!(store.whole(stream).await.len(), 2);
}

/// An impatient client that sends twice at once is served once.
pub async fn the_same_append_sent_twice_at_once_is_written_once(store: &TestStore) {
    let stream = store.fresh_stream();
    let append = begin(stream, store.events(2));
    let answers = join_all((0..4).map(|_| store.append(append.clone()))).await;
    let mut repeats = 0;
    for answer in &answers {
        let appended = answer.as_ref().expect("acknowledged");
        assert_eq!(appended.revision, Revision(1));
        repeats += usize::from(appended.duplicate);
    }
    assert_eq!((repeats, store.whole(stream).await.len()), (3, 2));
}

/// A retry after others have written is still a retry, whatever it now expects.
pub async fn a_repeat_is_found_before_a_conflict(store: &TestStore) {
    let stream = store.fresh_stream();
    let append = begin(stream, store.events(1));
    let first = store.append(append.clone()).await.expect("acknowledged");
    store.write(stream, Expected::At(Revision(0)), store.events(2)).await;
    let late = store.append(append.clone()).await.expect("a repeat, not a conflict");
    assert_eq!(late, Appended { duplicate: true, ..first });
    for revision in [0, 2, 9] {
        let expected = Expected::At(Revision(revision));
        let other = store.append(Append { expected, ..append.clone() }).await;
        assert_eq!(other.expect("a repeat"), Appended { duplicate: true, ..first });
    }
    assert_eq!(store.whole(stream).await.len(), 3);
}

/// Every field is content: one that differs makes it another event under a used id.
pub async fn an_id_with_other_content_is_refused(store: &TestStore) {
    let stream = store.fresh_stream();
    let event = store.full_event();
    store.write(stream, Expected::NoStream, vec![event.clone()]).await;
    let plain = store.event("other");
    let others = [
        crate::NewEvent { kind: plain.kind, ..event.clone() },
        crate::NewEvent { version: 1, ..event.clone() },
        crate::NewEvent { occurred_micros: 0, ..event.clone() },
        crate::NewEvent { occurred_is_day: false, ..event.clone() },
        crate::NewEvent { entered_in_source_micros: None, ..event.clone() },
        crate::NewEvent { meta: plain.meta, ..event.clone() },
        crate::NewEvent { payload: plain.payload, ..event.clone() },
        crate::NewEvent { sealed: None, ..event.clone() },
    ];
    for other in others {
        for expected in [Expected::NoStream, Expected::At(Revision(0))] {
            let events = vec![other.clone()];
            let answer = store.append(Append { stream, expected, events }).await;
            assert!(is_reused(&answer), "{answer:?} for {other:?}");
        }
    }
    assert_eq!(store.whole(stream).await.len(), 1);
}

/// Known ids mixed with new ones are neither a retry nor an append.
pub async fn a_known_id_beside_new_ones_is_refused(store: &TestStore) {
    let (stream, _) = store.begun(2).await;
    let known = store.whole(stream).await[1].event.clone();
    for events in [
        vec![known.clone(), store.event("after")],
        vec![store.event("before"), known.clone()],
        vec![store.event("before"), known.clone(), store.event("after")],
    ] {
        for expected in [Expected::NoStream, Expected::At(Revision(1))] {
            let answer = store.append(Append { stream, expected, events: events.clone() }).await;
            assert!(is_reused(&answer), "{answer:?}");
        }
    }
    assert_eq!(store.whole(stream).await.len(), 2);
}

/// Ids that are all known, but never stood side by side in this order, are no retry.
pub async fn known_ids_of_two_appends_in_another_order_are_refused(store: &TestStore) {
    let (stream, _) = store.begun(3).await;
    let known: Vec<_> = store.whole(stream).await.into_iter().map(|stored| stored.event).collect();
    for order in [[1, 0], [0, 2], [2, 1]] {
        let events = order.iter().map(|index: &usize| known[*index].clone()).collect();
        let answer = store.append(begin(stream, events)).await;
        assert!(is_reused(&answer), "{answer:?}");
    }
}

/// An id belongs to one stream, even if the content is the same; where the store cannot promise that,
/// each stream holds it once and answers its own repeat.
pub async fn an_id_of_another_stream_is_refused(store: &TestStore) {
    let (stream, first) = store.begun(1).await;
    let known = store.whole(stream).await[0].event.clone();
    let elsewhere = store.fresh_stream();
    let again = begin(elsewhere, vec![known.clone()]);
    let answer = store.append(again.clone()).await;
    if !store.capabilities().ids_unique_in_log {
        let second = answer.expect("another event");
        assert!(!second.duplicate && second.first > first.last, "{second:?}");
        for (append, told) in [(again, second), (begin(stream, vec![known]), first)] {
            let repeat = store.append(append.clone()).await.expect("a repeat");
            assert_eq!(repeat, Appended { duplicate: true, ..told });
            assert_eq!(store.whole(append.stream).await.len(), 1);
        }
        return;
    }
    assert!(is_reused(&answer), "{answer:?}");
    let answer = store.append(begin(elsewhere, vec![store.event("new"), known])).await;
    assert!(is_reused(&answer), "{answer:?}");
    assert!(store.whole(elsewhere).await.is_empty());
}

/// One append cannot say the same thing twice.
pub async fn an_id_twice_in_one_append_is_refused(store: &TestStore) {
    let stream = store.fresh_stream();
    let event = store.event("twice");
    let answer = store.append(begin(stream, vec![event.clone(), event])).await;
    assert!(is_reused(&answer), "{answer:?}");
    assert!(store.whole(stream).await.is_empty());
}
