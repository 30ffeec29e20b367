//! From and to a store whose positions are opaque: the same events in the same order, and places of its own.

use opaque_for_tests::Opaque;

use super::*;

/// A store with opaque positions, with keys in a directory of its own.
struct Hidden {
    _dir: tempfile::TempDir,
    store: Opaque,
    keys: Keys,
}

fn hidden() -> Hidden {
    let Home { _dir: dir, store, keys } = home(9_000);
    Hidden { _dir: dir, store: Opaque(Arc::new(store)), keys }
}

impl Hidden {
    async fn take(&self, mut file: &[u8]) -> Result<Restored, RestoreError> {
        restore(&mut file, &self.store, &self.keys, &|_| ()).await
    }

    async fn archived(&self) -> Vec<u8> {
        let mut file = Vec::new();
        write(&self.store, &self.keys, &mut file, &|_, _| ()).await.unwrap();
        file
    }

    async fn log(&self) -> Vec<StoredEvent> {
        self.store.read_log(Position::START, 100_000).await.unwrap()
    }
}

/// What is the same wherever a log is kept.
fn without_places(log: Vec<StoredEvent>) -> Vec<StoredEvent> {
    log.into_iter().map(|event| StoredEvent { position: Position::START, ..event }).collect()
}

#[tokio::test]
async fn a_log_goes_to_opaque_positions_and_comes_back_as_it_was() {
    let (old, away, back) = (home(1_000), hidden(), home(9_000));
    old.lived_in(1_200).await;
    let restored = away.take(&old.archived().await).await.unwrap();
    assert_eq!(restored, Restored { written: 3_600, known: 0, keys: 2 });
    assert_eq!(without_places(away.log().await), without_places(old.log().await));
    let file = away.archived().await;
    let summary = check(&mut &file[..]).unwrap();
    assert_eq!(summary.events, 3_600);
    assert!(summary.head > Position(3_600), "places of its own");
    let restored = back.take(&file).await.unwrap();
    assert_eq!(restored, Restored { written: 3_600, known: 0, keys: 2 });
    assert_eq!(back.log().await, old.log().await);
    assert_eq!(shown(&back.keys), shown(&old.keys));
}

#[tokio::test]
async fn a_move_between_both_that_broke_off_is_begun_again() {
    let (old, away, back) = (home(1_000), hidden(), home(9_000));
    old.lived_in(20).await;
    let begun = |file: &[u8]| {
        let lines: Vec<&[u8]> = file.split_inclusive(|byte| *byte == b'\n').collect();
        lines[..31].concat()
    };
    let file = old.archived().await;
    away.take(&begun(&file)).await.unwrap();
    let again = Restored { written: 30, known: 30, keys: 2 };
    assert_eq!(away.take(&file).await.unwrap(), again);
    let file = away.archived().await;
    back.take(&begun(&file)).await.unwrap();
    assert_eq!(back.take(&file).await.unwrap(), again);
    assert_eq!(back.log().await, old.log().await);
}

#[tokio::test]
async fn an_opaque_log_that_goes_on_after_the_file_takes_no_key() {
    let (old, away) = (home(1_000), hidden());
    old.lived_in(3).await;
    let file = old.archived().await;
    let text = String::from_utf8(file.clone()).unwrap();
    let events: String =
        text.split_inclusive('\n').filter(|line| !line.contains("\"key\"")).collect();
    assert_ne!(events, text);
    away.take(events.as_bytes()).await.unwrap();
    let stream = StreamId::new(Category::Service, Uuid::from_u128(1));
    let events = vec![event(99, Uuid::nil())];
    away.store.append(Append { stream, expected: Expected::NoStream, events }).await.unwrap();
    let refused = away.take(&file).await.unwrap_err();
    assert!(matches!(refused, RestoreError::GoesOn), "{refused}");
    assert_eq!((away.log().await.len(), shown(&away.keys)), (10, Vec::new()));
}
