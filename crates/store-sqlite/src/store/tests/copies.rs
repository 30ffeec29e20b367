//! Copies taken while the log is written.

use std::cell::Cell;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use event_store::contract::{TestClock, TestStore};
use event_store::{Expected, NewEvent, Position, StreamId};
use futures::executor::block_on;
use tempfile::TempDir;

use super::{NOON, on_trial, opened};
use crate::{CopyError, LogCopy, SqliteStore, copy, damage_of};

/// Events enough for several steps of a copy.
const EVENTS: usize = 10_000;

fn append(trial: &TestStore, events: Vec<NewEvent>) -> StreamId {
    let stream = trial.fresh_stream();
    block_on(trial.write(stream, Expected::NoStream, events));
    stream
}

/// A log of some size, each event about a kilobyte; some are sealed.
fn fill(trial: &TestStore) {
    for _append in 0..EVENTS / 500 {
        let mut events = trial.events(499);
        for event in &mut events {
            event.payload =
                format!(r#"{{"words":"{}"}}"#, "so it was told ".repeat(64)).into_bytes();
        }
        events.push(trial.full_event());
        append(trial, events);
    }
}

fn file_of(store: &SqliteStore) -> std::path::PathBuf {
    store.pool.file().to_owned()
}

fn names(directory: &Path) -> Vec<String> {
    let entries = fs::read_dir(directory).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

#[test]
fn a_copy_holds_the_log_as_it_was_when_it_began_and_others_write_meanwhile() {
    let (store, trial) = on_trial(|_shipped| ());
    fill(&trial);
    let (place, steps) = (TempDir::new().unwrap(), Cell::new(0));
    let target = place.path().join("events.db");
    copy(&file_of(&store), &target, &|done, all| {
        assert!(done <= all);
        steps.set(steps.get() + 1);
        append(&trial, trial.events(3));
    })
    .unwrap();
    assert!(steps.get() > 1, "it came in one step: nothing was written meanwhile");
    assert_eq!(names(place.path()), ["events.db"], "one file and nothing beside it");
    assert_eq!(fs::metadata(&target).unwrap().permissions().mode() & 0o777, 0o600);

    let log = store.read_log_blocking(Position::START, EVENTS).unwrap();
    let copied = LogCopy::open(&target).unwrap();
    let end = copied.end().unwrap();
    assert_eq!((end.log_id, end.position.0), (store.log_id, EVENTS as u64));
    assert_eq!(end.event_id, log.last().map(|last| last.event.event_id));
    assert_eq!(copied.damage().unwrap(), None);
    let mut keys = 0;
    copied.each_key_id(|_id| keys += 1).unwrap();
    assert_eq!(keys, EVENTS / 500);
    drop(copied);
    assert_eq!(names(place.path()), ["events.db"], "reading it leaves nothing beside it");

    let again = opened(place.path());
    assert!(again.read_log_blocking(Position::START, 2 * EVENTS).unwrap() == log, "they differ");
    let trial = TestStore::new(again, TestClock::at(NOON), ()).seeded(uuid::Uuid::from_u128(7));
    append(&trial, trial.events(1));
}

#[test]
fn a_copy_of_an_empty_log_says_that_it_is_empty() {
    let (store, _trial) = on_trial(|_shipped| ());
    let place = TempDir::new().unwrap();
    let target = place.path().join("events.db");
    copy(&file_of(&store), &target, &|_, _| ()).unwrap();
    let end = LogCopy::open(&target).unwrap().end().unwrap();
    assert_eq!((end.position, end.event_id), (Position::START, None));
}

#[test]
fn a_copy_of_an_earlier_format_is_read_and_one_of_a_later_is_refused() {
    let (store, trial) = on_trial(|_shipped| ());
    append(&trial, trial.events(2));
    let place = TempDir::new().unwrap();
    let target = place.path().join("events.db");
    copy(&file_of(&store), &target, &|_, _| ()).unwrap();
    for (format, is_read) in [(1, true), (7, false)] {
        let changed = rusqlite::Connection::open(&target).unwrap();
        changed.execute("UPDATE log SET format = ?1", [format]).unwrap();
        drop(changed);
        let end = LogCopy::open(&target).unwrap().end();
        assert_eq!(end.is_ok_and(|end| end.position == Position(2)), is_read, "{format}");
    }
}

#[test]
fn nothing_is_copied_over_what_is_there_or_from_what_is_not() {
    let (store, _trial) = on_trial(|_shipped| ());
    let place = TempDir::new().unwrap();
    let target = place.path().join("events.db");
    fs::write(&target, "kept").unwrap();
    let refused = copy(&file_of(&store), &target, &|_, _| ());
    assert!(matches!(refused, Err(CopyError::File { .. })), "{refused:?}");
    assert_eq!(fs::read_to_string(&target).unwrap(), "kept");
    let missing = copy(&place.path().join("none.db"), &place.path().join("copy.db"), &|_, _| ());
    assert!(matches!(missing, Err(CopyError::Source { .. })), "{missing:?}");
    assert_eq!(names(place.path()), ["events.db"]);
}

#[test]
fn a_page_that_was_damaged_is_found() {
    let (store, trial) = on_trial(|_shipped| ());
    fill(&trial);
    let place = TempDir::new().unwrap();
    let target = place.path().join("events.db");
    copy(&file_of(&store), &target, &|_, _| ()).unwrap();
    assert_eq!(damage_of(&target).unwrap(), None);
    let mut bytes = fs::read(&target).unwrap();
    let middle = bytes.len() / 2 / 4_096 * 4_096;
    bytes[middle..middle + 4_096].fill(0xa5);
    fs::write(&target, bytes).unwrap();
    let found = LogCopy::open(&target).unwrap().damage();
    assert!(!matches!(found, Ok(None)), "{found:?}");
}
