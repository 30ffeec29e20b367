//! Reads: streams, scans of a category, the log, and a moment as a position.

use super::TestStore;
use crate::{Category, Expected, Position, Revision, StoredEvent, StreamId};

/// A page of a stream starts where asked, and ends there or at the stream's end.
pub async fn a_stream_is_read_from_a_revision_and_no_further_than_asked(store: &TestStore) {
    let (stream, _) = store.begun(5).await;
    let whole = store.whole(stream).await;
    for (from, most) in [(0, 5), (0, 2), (1, 3), (4, 9), (5, 9), (0, 0), (9, 1)] {
        let page = store.read_stream(stream, Revision(from), most).await.expect("readable");
        let from = usize::try_from(from).expect("small");
        let wanted: Vec<_> = whole.iter().skip(from).take(most).cloned().collect();
        assert_eq!(page, wanted, "from {from}, most {most}");
    }
    let nowhere = store.read_stream(store.fresh_stream(), Revision(0), 9).await;
    assert!(nowhere.expect("readable").is_empty(), "no stream is no error");
}

/// Many streams are answered in the order asked, absent and repeated ones too.
pub async fn whole_streams_are_read_in_the_order_asked(store: &TestStore) {
    let (first, _) = store.begun(3).await;
    let (second, _) = store.begun(2).await;
    store.write(first, Expected::At(Revision(2)), store.events(1)).await;
    let absent = store.fresh_stream();
    let asked = [second, absent, first, second];
    let answered = store.read_streams(&asked).await.expect("readable");
    let lengths: Vec<usize> = answered.iter().map(Vec::len).collect();
    assert_eq!(lengths, [2, 0, 4, 2]);
    for (events, stream) in answered.iter().zip(asked) {
        assert!(events.iter().all(|stored| stored.stream == stream));
        assert!(events.iter().zip(0..).all(|(stored, at)| stored.revision == Revision(at)));
    }
    assert!(store.read_streams(&[]).await.expect("readable").is_empty());
}

async fn scanned(
    store: &TestStore,
    category: Category,
    up_to: Position,
    most: usize,
) -> Vec<(StreamId, Vec<StoredEvent>)> {
    let mut streams = Vec::new();
    let mut after = None;
    loop {
        let scan = store.scan_streams(category, after, up_to, most).await.expect("readable");
        assert!(!scan.streams.is_empty() || scan.next.is_none(), "a scan that goes on gives some");
        streams.extend(scan.streams);
        after = scan.next;
        if after.is_none() {
            return streams;
        }
    }
}

/// Streams come in the order they began, each once and whole, whatever the size of a scan.
pub async fn a_scan_gives_every_stream_of_a_category_once_and_whole(store: &TestStore) {
    let mut begun = Vec::new();
    for category in [Category::Patient, Category::Inbox, Category::Patient, Category::Patient] {
        let stream = store.fresh_stream_of(category);
        store.write(stream, Expected::NoStream, store.events(3)).await;
        begun.push(stream);
    }
    store.write(begun[0], Expected::At(Revision(2)), store.events(4)).await;
    let head = store.head().await.expect("readable");
    for most in [1, 4, 100] {
        let mut streams = scanned(store, Category::Patient, head, most).await;
        streams.retain(|(stream, _)| begun.contains(stream));
        let lengths: Vec<_> =
            streams.iter().map(|(stream, events)| (*stream, events.len())).collect();
        assert_eq!(lengths, [(begun[0], 7), (begun[2], 3), (begun[3], 3)], "most {most}");
        for (stream, events) in streams {
            assert_eq!(events, store.whole(stream).await);
        }
    }
}

/// A scan shows the log as it was at a position: later events and streams are not there.
pub async fn a_scan_cuts_each_stream_at_the_position(store: &TestStore) {
    let (early, first) = store.begun(3).await;
    let (middle, second) = store.begun(1).await;
    store.write(early, Expected::At(Revision(2)), store.events(2)).await;
    let (late, third) = store.begun(1).await;
    let ours = [early, middle, late];
    for (up_to, wanted) in [
        (first.first, vec![1]),
        (first.last, vec![3]),
        (second.last, vec![3, 1]),
        (third.last, vec![5, 1, 1]),
    ] {
        for most in [1, 100] {
            let mut streams = scanned(store, Category::Pathway, up_to, most).await;
            streams.retain(|(stream, _)| ours.contains(stream));
            let lengths: Vec<usize> = streams.iter().map(|(_, events)| events.len()).collect();
            assert_eq!(lengths, wanted, "up to {up_to}, most {most}");
            let late = streams.iter().flat_map(|(_, events)| events);
            assert!(late.clone().all(|stored| stored.position <= up_to));
        }
    }
}

/// Pages of the log follow one another, each event once, positions growing.
pub async fn the_log_is_read_in_order_after_a_position(store: &TestStore) {
    let from = store.head().await.expect("readable");
    let mut wanted = Vec::new();
    for count in [3, 1, 9, 4] {
        let (stream, _) = store.begun(count).await;
        wanted.extend(store.whole(stream).await);
    }
    let read = store.log_after(from).await;
    assert_eq!(read, wanted);
    assert!(read.is_sorted_by(|earlier, later| earlier.position < later.position));
    let head = store.head().await.expect("readable");
    assert_eq!(read.last().map(|stored| stored.position), Some(head));
    assert!(store.read_log(head, 9).await.expect("readable").is_empty(), "nothing after the head");
}

/// Whoever holds a position of yesterday learns whether an event has it, and which.
pub async fn an_event_is_found_at_its_own_position_and_at_no_other(store: &TestStore) {
    let (stream, appended) = store.begun(3).await;
    for event in store.whole(stream).await {
        let found = store.event_at(event.position).await.expect("readable");
        assert_eq!(found, Some(event));
    }
    let beyond = Position(i64::MAX.unsigned_abs());
    let between = (appended.first.0 + 1..appended.last.0).map(Position);
    let between = between.filter(|_| !store.capabilities().dense_positions).take(3);
    for nowhere in [Position::START, beyond].into_iter().chain(between) {
        let found = store.event_at(nowhere).await.expect("readable");
        assert_eq!(found.filter(|found| found.position != nowhere), None, "at {nowhere}");
    }
    assert_eq!(store.event_at(Position::START).await.expect("readable"), None);
    assert_eq!(store.event_at(beyond).await.expect("readable"), None);
}

/// What was known at a moment is what stood at or before one position.
pub async fn a_moment_is_a_position(store: &TestStore) {
    let mut written = Vec::new();
    for _round in 0..3 {
        store.clock().set(store.clock().micros() + 1_000_000);
        written.push(store.begun(2).await.1);
    }
    let before = store.position_at(written[0].recorded_at_micros - 1).await.expect("readable");
    assert!(before < written[0].first, "not yet known: {before}");
    for (index, appended) in written.iter().enumerate() {
        let moment = appended.recorded_at_micros;
        assert_eq!(store.position_at(moment).await.expect("readable"), appended.last, "at {index}");
        let just_after = store.position_at(moment + 1).await.expect("readable");
        assert_eq!(just_after, appended.last, "just after {index}");
    }
    let distant = store.position_at(i64::MIN).await.expect("readable");
    assert_eq!(distant, Position::START);
    let head = store.head().await.expect("readable");
    assert_eq!(store.position_at(i64::MAX).await.expect("readable"), head);
}
