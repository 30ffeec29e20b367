//! Moving house: the same log elsewhere, or nothing.

use std::sync::Arc;

use envelope::{Keys, Owner};
use event_store::{
    Append, Category, EventStore, Expected, NewEvent, Position, Revision, SealedPart, StoredEvent,
    StreamId,
};
use futures::future::join_all;
use store_sqlite::SqliteStore;
use uuid::Uuid;

use super::*;

mod opaque;
mod taken;

/// A store with keys in a directory of its own.
struct Home {
    _dir: tempfile::TempDir,
    store: SqliteStore,
    keys: Keys,
}

fn home(now: i64) -> Home {
    let dir = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(dir.path(), Arc::new(move || now)).unwrap();
    let keys = Keys::open(&dir.path().join("keys.db")).unwrap();
    Home { _dir: dir, store, keys }
}

fn event(number: u128, key_id: Uuid) -> NewEvent {
    NewEvent {
        event_id: Uuid::from_u128(number),
        kind: Arc::from("ReferralSent"),
        version: 1,
        occurred_micros: -5,
        occurred_is_day: number.is_multiple_of(2),
        entered_in_source_micros: number.is_multiple_of(3).then_some(7),
        meta: Arc::from(&br#"{"by": "a  clerk"}"#[..]),
        payload: r#"{"note":"naïve ☂ \u0000","b":1.50}"#.as_bytes().to_vec(),
        sealed: (number % 2 == 1).then(|| SealedPart { key_id, ciphertext: vec![0, 255, 10] }),
    }
}

impl Home {
    /// Three events on each of so many streams, told in turns.
    async fn lived_in(&self, streams: u128) {
        let key_id = self.keys.ensure(&[Owner::Person(Uuid::from_u128(7))]).unwrap()[0].0;
        self.keys.ensure(&[Owner::Stream(Uuid::from_u128(8))]).unwrap();
        for turn in 0..3_u64 {
            let told = (0..streams).map(|number| {
                let stream = StreamId::new(Category::Pathway, Uuid::from_u128(number));
                let events = vec![event(number * 3 + u128::from(turn), key_id)];
                let expected = Expected::from_last(turn.checked_sub(1).map(Revision));
                self.store.append(Append { stream, expected, events })
            });
            assert!(join_all(told).await.iter().all(Result::is_ok));
        }
    }

    async fn log(&self) -> Vec<StoredEvent> {
        self.store.read_log(Position::START, 100_000).await.unwrap()
    }

    async fn archived(&self) -> Vec<u8> {
        let mut file = Vec::new();
        write(&self.store, &self.keys, &mut file, &|_, _| ()).await.unwrap();
        file
    }

    async fn take(&self, mut file: &[u8]) -> Result<Restored, RestoreError> {
        restore(&mut file, &self.store, &self.keys, &|_| ()).await
    }
}

fn shown(keys: &Keys) -> Vec<(Uuid, Owner, [u8; 32])> {
    let all = keys.all().unwrap();
    all.into_iter().map(|(id, owner, key)| (id, owner, *key.expose())).collect()
}

#[tokio::test]
async fn a_log_that_moved_is_the_same_event_by_event() {
    let (old, new) = (home(1_000), home(9_000));
    old.lived_in(1_200).await;
    let file = old.archived().await;
    let summary = check(&mut &file[..]).unwrap();
    assert_eq!((summary.events, summary.keys, summary.head), (3_600, 2, Position(3_600)));
    let restored = new.take(&file).await.unwrap();
    assert_eq!(restored, Restored { written: 3_600, known: 0, keys: 2 });
    assert_eq!(new.log().await, old.log().await);
    assert_eq!(shown(&new.keys), shown(&old.keys));
    assert!(new.log().await.iter().all(|event| event.recorded_at_micros == 1_000));
}

#[tokio::test]
async fn a_log_of_large_events_moves_into_a_store_that_lets_few_bytes_wait() {
    let (old, mut new) = (home(1_000), home(9_000));
    for number in 0..250 {
        let stream = StreamId::new(Category::Pathway, Uuid::from_u128(number));
        let payload = format!(r#"{{"note":"{}"}}"#, "x".repeat(100_000)).into_bytes();
        let events = vec![NewEvent { payload, sealed: None, ..event(number, Uuid::nil()) }];
        let append = Append { stream, expected: Expected::NoStream, events };
        old.store.append(append).await.unwrap();
    }
    let file = old.archived().await;
    new.store.close();
    let dir = tempfile::tempdir().unwrap();
    let mut options = store_sqlite::Options::new(Arc::new(|| 9_000));
    options.queue_bytes_max = 18 * 1024 * 1024;
    new.store = SqliteStore::open_with(dir.path(), options).unwrap();
    let restored = new.take(&file).await.unwrap();
    assert_eq!(restored.written, 250);
    assert_eq!(new.log().await, old.log().await);
}

#[tokio::test]
async fn a_move_that_broke_off_is_begun_again() {
    let (old, new) = (home(1_000), home(9_000));
    old.lived_in(20).await;
    let file = old.archived().await;
    let lines: Vec<&[u8]> = file.split_inclusive(|byte| *byte == b'\n').collect();
    new.take(&lines[..31].concat()).await.unwrap();
    let restored = new.take(&file).await.unwrap();
    assert_eq!(restored, Restored { written: 30, known: 30, keys: 2 });
    assert_eq!(new.log().await, old.log().await);
}

#[tokio::test]
async fn another_log_is_not_written_over() {
    let (old, another) = (home(1_000), home(9_000));
    old.lived_in(2).await;
    let other = StreamId::new(Category::Service, Uuid::from_u128(1));
    let events = vec![event(99, Uuid::nil())];
    let begins = Append { stream: other, expected: Expected::NoStream, events };
    another.store.append(begins).await.unwrap();
    let refused = another.take(&old.archived().await).await.unwrap_err();
    assert!(matches!(refused, RestoreError::AnotherLog { at: Position(1) }), "{refused}");
    assert_eq!(another.log().await.len(), 1);
}

#[tokio::test]
async fn a_file_cut_short_or_changed_is_refused_and_says_where() {
    let old = home(1_000);
    old.lived_in(2).await;
    let file = old.archived().await;
    let lines: Vec<&[u8]> = file.split_inclusive(|byte| *byte == b'\n').collect();
    let text = String::from_utf8(file.clone()).unwrap();
    let without = |n: usize| [&lines[..n], &lines[n + 1..]].concat().concat();
    let cases = [
        (lines[..4].concat(), "cut short: it ends at line 4"),
        (file[..file.len() - 9].to_vec(), "cut short: it ends at line 10"),
        (without(3), "its events are not what its last line says"),
        (without(7), "its keys are not what its last line says"),
        (text.replacen("ReferralSent", "ReferralLost", 1).into_bytes(), "its lines are not"),
        (text.replacen("\"form\":1", "\"form\":2", 1).into_bytes(), "line 1 is not"),
        (text.replacen("\"revision\"", "\"revisiom\"", 1).into_bytes(), "line 2 is not a line"),
        ([&file[..], lines[9]].concat(), "nothing may follow the end"),
        ([lines[0], lines[2], lines[1]].concat(), "its position is not after the one before"),
        (b"{}\n".to_vec(), "line 1 is not a line of an archive"),
        (Vec::new(), "cut short: it ends at line 0"),
    ];
    for (bytes, expected) in cases {
        let told = check(&mut &bytes[..]).unwrap_err().to_string();
        assert!(told.contains(expected), "{told}; expected {expected}");
    }
}
