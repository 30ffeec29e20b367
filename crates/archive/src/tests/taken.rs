//! A store that is not empty, not ours alone, or not small.

use super::*;

/// The lines of a file up to its n-th event.
fn cut(file: &[u8], events: usize) -> Vec<u8> {
    file.split_inclusive(|byte| *byte == b'\n').take(1 + events).collect::<Vec<_>>().concat()
}

/// A store that holds the first events of a file.
async fn begun(file: &[u8], events: usize) -> Home {
    let home = home(500);
    home.take(&cut(file, events)).await.unwrap();
    home
}

/// One step told here and nowhere else.
async fn goes_on(home: &Home, number: u128) {
    let stream = StreamId::new(Category::Service, Uuid::from_u128(number));
    let events = vec![event(number, Uuid::nil())];
    home.store.append(Append { stream, expected: Expected::NoStream, events }).await.unwrap();
}

#[tokio::test]
async fn a_log_that_went_another_way_late_is_refused_before_anything_is_written() {
    let old = home(1_000);
    old.lived_in(1_700).await;
    let file = old.archived().await;
    let new = begun(&file, 4_321).await;
    goes_on(&new, 999_999).await;
    let before = (new.log().await, shown(&new.keys));
    let refused = new.take(&file).await.unwrap_err();
    assert!(matches!(refused, RestoreError::AnotherLog { at: Position(4_322) }), "{refused}");
    assert!(refused.to_string().contains("differ from position 4322 on"), "{refused}");
    assert!((new.log().await, shown(&new.keys)) == before, "something was written");
}

#[tokio::test]
async fn an_event_recorded_at_another_time_or_with_other_content_makes_another_log() {
    let old = home(1_000);
    old.lived_in(10).await;
    let file = old.archived().await;
    let new = begun(&file, 12).await;
    let text = String::from_utf8(file).unwrap();
    let seventh: Vec<&str> = text.lines().skip(7).take(1).collect();
    for (was, is) in [
        ("\"recordedMicros\":1000", "\"recordedMicros\":1001"),
        ("\"occurredMicros\":-5", "\"occurredMicros\":-6"),
        ("\"version\":1", "\"version\":2"),
    ] {
        let other = seventh[0].replacen(was, is, 1);
        assert_ne!(other, seventh[0]);
        let file = text.replacen(seventh[0], &other, 1).into_bytes();
        let refused = new.take(&file).await.unwrap_err();
        assert!(matches!(refused, RestoreError::AnotherLog { at: Position(7) }), "{refused}");
        assert_eq!(new.log().await.len(), 12);
    }
}

#[tokio::test]
async fn a_store_that_went_on_after_the_move_is_refused_and_takes_no_key() {
    let old = home(1_000);
    old.lived_in(10).await;
    let file = old.archived().await;
    let new = begun(&file, 30).await;
    goes_on(&new, 999_999).await;
    let refused = new.take(&file).await.unwrap_err();
    assert!(matches!(refused, RestoreError::GoesOn), "{refused}");
    assert_eq!((new.log().await.len(), shown(&new.keys)), (31, Vec::new()));
}

#[tokio::test]
async fn fifty_thousand_events_move_and_a_move_cut_off_in_their_midst_is_begun_again() {
    const STREAMS: u128 = 1_000;
    const EACH: u128 = 50;
    let old = home(1_000);
    let key_id = old.keys.ensure(&[Owner::Person(Uuid::from_u128(7))]).unwrap()[0].0;
    let told = (0..STREAMS).map(|number| {
        let stream = StreamId::new(Category::Pathway, Uuid::from_u128(number));
        let events = (0..EACH).map(|n| event(number * EACH + n, key_id)).collect();
        old.store.append(Append { stream, expected: Expected::NoStream, events })
    });
    assert!(join_all(told).await.iter().all(Result::is_ok));
    let file = old.archived().await;
    assert_eq!(check(&mut &file[..]).unwrap().events, 50_000);
    let new = begun(&file, 31_415).await;
    let restored = new.take(&file).await.unwrap();
    assert_eq!(restored, Restored { written: 18_585, known: 31_415, keys: 1 });
    assert!(new.log().await == old.log().await, "the logs differ");
}

#[tokio::test]
async fn the_same_file_moved_in_twice_at_once_is_written_once() {
    let old = home(1_000);
    old.lived_in(1_500).await;
    let (file, new) = (old.archived().await, home(9_000));
    let (one, other) = futures::join!(new.take(&file), new.take(&file));
    let (one, other) = (one.unwrap(), other.unwrap());
    assert_eq!(one.written + other.written, 4_500);
    assert_eq!((one.written + one.known, other.written + other.known), (4_500, 4_500));
    assert!(new.log().await == old.log().await, "the logs differ");
}

#[tokio::test]
async fn of_two_logs_moved_in_at_once_one_is_there_whole_and_nothing_of_the_other() {
    let (one, other) = (home(1_000), home(2_000));
    one.lived_in(1_500).await;
    goes_on(&other, 999_999).await;
    other.lived_in(1_400).await;
    let (files, new) = ((one.archived().await, other.archived().await), home(9_000));
    let (first, second) = futures::join!(new.take(&files.0), new.take(&files.1));
    let moved = new.log().await;
    let (winner, refused) = match (first, second) {
        (Ok(_), Err(refused)) => (one.log().await, refused),
        (Err(refused), Ok(_)) => (other.log().await, refused),
        both => panic!("both or neither: {both:?}"),
    };
    assert!(moved == winner, "something of the other log was written");
    assert!(refused.to_string().contains("does a server or another import write"), "{refused}");
}
