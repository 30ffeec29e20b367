//! Promises 1, 2 and 3: what is acknowledged, what is refused, and when it was recorded.

use futures::future::join_all;

use super::TestStore;
use super::fixture::{begin, is_conflict};
use crate::{APPENDS_IN_FLIGHT_MAX, Append, AppendError, Expected, Position, Revision};

/// An acknowledged event is read back with every field as it was handed in.
pub async fn what_was_acknowledged_is_read_back_byte_for_byte(store: &TestStore) {
    let stream = store.fresh_stream();
    let events = vec![store.event("plain"), store.full_event()];
    let appended = store.write(stream, Expected::NoStream, events.clone()).await;
    let read = store.whole(stream).await;
    assert_eq!(
        read.iter().map(|stored| &stored.event).collect::<Vec<_>>(),
        [&events[0], &events[1]]
    );
    for (stored, revision) in read.iter().zip(0..) {
        assert_eq!((stored.stream, stored.revision), (stream, Revision(revision)));
        assert_eq!(stored.recorded_at_micros, appended.recorded_at_micros);
    }
    assert_eq!((read[0].position, read[1].position), (appended.first, appended.last));
    assert!(!appended.duplicate);
}

/// A writer that has not seen the last events learns where the stream is.
pub async fn a_stale_writer_is_told_the_actual_revision(store: &TestStore) {
    let (stream, _) = store.begun(3).await;
    let expected = Expected::At(Revision(1));
    let answer = store.append(Append { stream, expected, events: store.events(1) }).await;
    assert!(is_conflict(&answer, Some(2)), "{answer:?}");
    assert_eq!(store.whole(stream).await.len(), 3);
}

/// Nobody may leave a hole in a stream, nor go on where nothing began.
pub async fn a_writer_ahead_of_the_stream_is_told_too(store: &TestStore) {
    let (stream, _) = store.begun(1).await;
    let expected = Expected::At(Revision(6));
    let answer = store.append(Append { stream, expected, events: store.events(1) }).await;
    assert!(is_conflict(&answer, Some(0)), "{answer:?}");
    let nowhere = store.fresh_stream();
    let first = Expected::At(Revision(0));
    let answer =
        store.append(Append { stream: nowhere, expected: first, events: store.events(1) }).await;
    assert!(is_conflict(&answer, None), "{answer:?}");
    assert!(store.whole(nowhere).await.is_empty());
}

/// `NoStream` is refused once there is one.
pub async fn a_stream_begins_only_once(store: &TestStore) {
    let (stream, _) = store.begun(2).await;
    let answer = store.append(begin(stream, store.events(1))).await;
    assert!(is_conflict(&answer, Some(1)), "{answer:?}");
}

/// Events of one append stand side by side in the log, in the order handed in.
pub async fn an_append_is_written_whole_in_its_order(store: &TestStore) {
    let (stream, first) = store.begun(2).await;
    let more = store.events(40);
    let second = store.write(stream, Expected::At(Revision(1)), more.clone()).await;
    assert_eq!((first.revision, second.revision), (Revision(1), Revision(41)));
    assert!(first.last < second.first && second.first < second.last);
    let read = store.whole(stream).await;
    let tail: Vec<_> = read.iter().skip(2).map(|stored| stored.event.clone()).collect();
    assert_eq!(tail, more);
    let revisions: Vec<u64> = read.iter().map(|stored| stored.revision.0).collect();
    assert_eq!(revisions, (0..42).collect::<Vec<u64>>());
}

/// An append of nothing is a mistake of the writer, not a success.
pub async fn an_empty_append_is_refused(store: &TestStore) {
    let answer = store.append(begin(store.fresh_stream(), Vec::new())).await;
    assert!(matches!(answer, Err(AppendError::Empty)), "{answer:?}");
}

/// One byte more than the most is refused, and said so with both numbers.
pub async fn an_append_that_is_too_large_is_refused(store: &TestStore) {
    let limit = store.capabilities().append_bytes_max;
    let stream = store.fresh_stream();
    let mut event = store.event("large");
    event.payload = br#"{"filler":""}"#.to_vec();
    let filler = vec![b'x'; limit - event.bytes()];
    event.payload.splice(11..11, filler);
    let mut larger = event.clone();
    larger.payload.insert(11, b'x');
    let answer = store.append(begin(stream, vec![larger])).await;
    assert!(
        matches!(answer, Err(AppendError::TooLarge { bytes, most }) if (bytes, most) == (limit + 1, limit)),
        "{answer:?}"
    );
    store.write(stream, Expected::NoStream, vec![event]).await;
}

/// Commands that wait together see each other: the second finds what the first wrote.
pub async fn of_two_racing_writers_one_wins_and_the_other_is_told(store: &TestStore) {
    for _round in 0..8 {
        let stream = store.fresh_stream();
        let racers = (0..2).map(|_| store.append(begin(stream, store.events(1))));
        let answers = join_all(racers).await;
        let won = answers.iter().filter(|answer| answer.is_ok()).count();
        let told = answers.iter().filter(|answer| is_conflict(answer, Some(0))).count();
        assert_eq!((won, told), (1, 1), "{answers:?}");
    }
}

/// Good commands sent beside bad ones are written as if they had come alone.
pub async fn one_bad_command_never_fails_its_neighbours(store: &TestStore) {
    let (old, _) = store.begun(1).await;
    let used = store.whole(old).await[0].event.clone();
    let fresh = store.fresh_stream();
    let huge = vec![b'x'; store.capabilities().append_bytes_max];
    let reused = vec![used, store.event("beside")];
    let reused = if store.capabilities().ids_unique_in_log {
        begin(fresh, reused)
    } else {
        Append { stream: old, expected: Expected::At(Revision(0)), events: reused }
    };
    let too_large = crate::NewEvent { payload: huge, ..store.event("huge") };
    let commands = vec![
        begin(store.fresh_stream(), store.events(2)),
        begin(old, store.events(1)),
        begin(store.fresh_stream(), store.events(2)),
        reused,
        begin(store.fresh_stream(), vec![too_large]),
        begin(store.fresh_stream(), Vec::new()),
        begin(store.fresh_stream(), store.events(2)),
    ];
    let streams: Vec<_> = commands.iter().map(|command| command.stream).collect();
    let answers = join_all(commands.into_iter().map(|command| store.append(command))).await;
    let taken: Vec<bool> = answers.iter().map(Result::is_ok).collect();
    assert_eq!(taken, [true, false, true, false, false, false, true], "{answers:?}");
    for (answer, stream) in answers.iter().zip(streams) {
        let written = if answer.is_ok() { 2 } else { usize::from(stream == old) };
        assert_eq!(store.whole(stream).await.len(), written);
    }
}

/// An import sends so many at once, and is not told to come back.
pub async fn as_many_appends_as_may_be_in_flight_are_all_written(store: &TestStore) {
    let commands = (0..APPENDS_IN_FLIGHT_MAX).map(|_| begin(store.fresh_stream(), store.events(1)));
    let commands: Vec<Append> = commands.collect();
    let answers = join_all(commands.into_iter().map(|command| store.append(command))).await;
    let refused = answers.iter().filter(|answer| answer.is_err()).count();
    assert_eq!(refused, 0, "of {APPENDS_IN_FLIGHT_MAX}");
}

/// More appends than can wait: each is in the log once, or refused as `Overloaded` and not there.
pub async fn a_flood_is_written_or_refused_but_never_lost(store: &TestStore) {
    let from = store.head().await.expect("readable");
    let commands: Vec<Append> =
        (0..3_000).map(|_| begin(store.fresh_stream(), store.events(1))).collect();
    let mut sent: Vec<_> = commands.iter().map(|command| command.events[0].event_id).collect();
    let answers = join_all(commands.into_iter().map(|command| store.append(command))).await;
    assert!(
        answers.iter().all(|answer| matches!(answer, Ok(_) | Err(AppendError::Overloaded))),
        "a flood fails nothing else"
    );
    let mut taken = answers.iter().map(Result::is_ok);
    sent.retain(|_| taken.next().unwrap_or(false));
    let mut written: Vec<_> =
        store.log_after(from).await.iter().map(|stored| stored.event.event_id).collect();
    sent.sort_unstable();
    written.sort_unstable();
    assert!(!sent.is_empty());
    assert_eq!(sent, written);
}

/// A clock set back never makes the log go back: a moment stays a position.
pub async fn recorded_at_never_decreases_though_the_clock_steps_back(store: &TestStore) {
    let from: Position = store.head().await.expect("readable");
    let now = store.clock().micros();
    let mut stamps = Vec::new();
    for step in [0, 5_000_000, -60_000_000, 1, 6_000_000, -1] {
        store.clock().set(now + step);
        stamps.push(store.begun(1).await.1.recorded_at_micros);
    }
    assert!(stamps.is_sorted(), "{stamps:?}");
    let stored: Vec<i64> =
        store.log_after(from).await.iter().map(|stored| stored.recorded_at_micros).collect();
    assert_eq!(stored, stamps);
}
