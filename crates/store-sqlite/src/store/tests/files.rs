//! Opening, closing, damage: each has its own clear answer.

use std::fs;

use event_store::contract::{TestClock, TestStore};
use event_store::{AppendError, EventStore, Expected, Position, ReadError, Revision};
use rusqlite::Connection;
use tempfile::TempDir;

use super::super::{OpenError, SqliteStore};
use super::{NOON, opened};

fn refusal(directory: &std::path::Path) -> OpenError {
    match SqliteStore::open(directory, TestClock::at(NOON).source()) {
        Ok(_) => panic!("the store opened"),
        Err(error) => error,
    }
}

fn vandalise(directory: &TempDir, sql: &str) -> rusqlite::Result<()> {
    let connection = Connection::open(directory.path().join("events.db"))?;
    connection.pragma_update(None, "recursive_triggers", true)?;
    connection.execute_batch(sql)
}

async fn with_events(directory: &TempDir, count: usize) {
    let store = opened(directory.path());
    let trial = TestStore::new(store, TestClock::at(NOON), ());
    trial.begun(count).await;
}

#[tokio::test]
async fn what_was_acknowledged_is_there_after_opening_again() {
    let directory = TempDir::new().unwrap();
    let store = opened(directory.path());
    let (log_id, trial) = (store.log_id(), TestStore::new(store, TestClock::at(NOON), ()));
    let (stream, _) = trial.begun(3).await;
    trial.write(stream, Expected::At(Revision(2)), vec![trial.full_event()]).await;
    let before = trial.log_after(Position::START).await;
    drop(trial);
    let again = opened(directory.path());
    assert_eq!(again.log_id(), log_id);
    assert_eq!(again.head().await.unwrap(), Position(4));
    assert_eq!(again.read_log_blocking(Position::START, 99).unwrap(), before);
}

#[tokio::test]
async fn stamps_never_go_back_across_an_opening() {
    let directory = TempDir::new().unwrap();
    with_events(&directory, 1).await;
    let earlier = TestClock::at(NOON - 1);
    let store = std::sync::Arc::new(SqliteStore::open(directory.path(), earlier.source()).unwrap());
    let trial = TestStore::new(store, earlier, ()).seeded(uuid::Uuid::from_u128(7));
    assert_eq!(trial.begun(1).await.1.recorded_at_micros, NOON);
}

#[tokio::test]
async fn events_cannot_be_changed_deleted_or_replaced() {
    let directory = TempDir::new().unwrap();
    with_events(&directory, 2).await;
    for sql in [
        "UPDATE events SET payload = x'00' WHERE position = 1",
        "UPDATE events SET recorded_at = 0",
        "DELETE FROM events WHERE position = 2",
        "DELETE FROM events",
        "REPLACE INTO events SELECT * FROM events WHERE position = 1",
        "UPDATE streams SET id = randomblob(16)",
        "DELETE FROM streams",
        "UPDATE kinds SET name = 'Other'",
        "DELETE FROM kinds",
        "UPDATE metas SET meta = x'00'",
        "DELETE FROM metas",
        "INSERT INTO event_ids VALUES (randomblob(16), 1); UPDATE event_ids SET position = 9",
        "INSERT INTO event_ids VALUES (randomblob(16), 1); DELETE FROM event_ids",
        "UPDATE recent_stream_ids SET stream_no = 9",
        "DELETE FROM recent_stream_ids",
        "INSERT INTO stream_ids VALUES (randomblob(16), 1, 1); UPDATE stream_ids SET stream_no = 9",
        "INSERT INTO stream_ids VALUES (randomblob(16), 1, 1); DELETE FROM stream_ids",
    ] {
        let refused = vandalise(&directory, sql).unwrap_err();
        assert!(refused.to_string().contains("are never"), "{sql}: {refused}");
    }
    let read = opened(directory.path()).read_log_blocking(Position::START, 9).unwrap();
    assert_eq!(read.len(), 2);
}

#[tokio::test]
async fn an_event_taken_out_by_force_is_missed_by_every_reader() {
    let directory = TempDir::new().unwrap();
    with_events(&directory, 5).await;
    vandalise(&directory, "DROP TRIGGER events_stay; DELETE FROM events WHERE position = 3")
        .unwrap();
    let store = opened(directory.path());
    let gap = |error: ReadError, at: u64| {
        assert!(
            matches!(error, ReadError::Corrupt { position, .. } if position == Position(at)),
            "{error:?}"
        );
    };
    gap(store.read_log_blocking(Position::START, 9).unwrap_err(), 3);
    assert_eq!(store.read_log_blocking(Position::START, 2).unwrap().len(), 2);
    let category = event_store::Category::Pathway;
    gap(store.scan_streams_blocking(category, None, Position(5), 9).unwrap_err(), 4);
}

#[test]
fn a_directory_that_is_open_is_in_use() {
    let directory = TempDir::new().unwrap();
    let first = opened(directory.path());
    assert!(matches!(refusal(directory.path()), OpenError::InUse { .. }));
    drop(first);
    opened(directory.path());
}

#[test]
fn a_directory_that_cannot_be_made_is_not_writable() {
    let directory = TempDir::new().unwrap();
    let file = directory.path().join("a-file");
    fs::write(&file, "in the way").unwrap();
    for path in [file.clone(), file.join("below")] {
        assert!(matches!(refusal(&path), OpenError::NotWritable { .. }), "{}", path.display());
    }
}

#[test]
fn a_file_that_is_no_database_is_corrupt_and_left_as_it_is() {
    let directory = TempDir::new().unwrap();
    let text = "these are not the bytes of a database".repeat(100);
    fs::write(directory.path().join("events.db"), &text).unwrap();
    assert!(matches!(refusal(directory.path()), OpenError::Corrupt { .. }));
    assert_eq!(fs::read_to_string(directory.path().join("events.db")).unwrap(), text);
}

/// Puts everything into the file itself and makes rubbish of a page of a table or an index.
fn damage_a_page(directory: &TempDir, table: &str) -> u32 {
    let file = directory.path().join("events.db");
    let connection = Connection::open(&file).unwrap();
    connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
    let sql = "SELECT pageno FROM dbstat WHERE name = ?1 AND pagetype = 'leaf'
        ORDER BY pageno LIMIT 1";
    let page: u32 = connection.query_row(sql, [table], |row| row.get(0)).unwrap();
    drop(connection);
    let mut bytes = fs::read(&file).unwrap();
    let from = usize::try_from((page - 1) * 4_096).unwrap();
    bytes[from..from + 4_096].fill(0xa5);
    fs::write(&file, bytes).unwrap();
    page
}

#[tokio::test]
async fn a_damaged_page_is_named_at_opening_with_what_to_do() {
    for table in ["events", "events_by_stream"] {
        let directory = TempDir::new().unwrap();
        with_events(&directory, 400).await;
        let page = damage_a_page(&directory, table);
        let before = fs::read(directory.path().join("events.db")).unwrap();
        let error = refusal(directory.path());
        assert!(matches!(error, OpenError::Corrupt { .. }), "{table}: {error:?}");
        let said = error.to_string();
        assert!(said.contains(&format!("page {page}")), "{table}: {said}");
        assert!(said.contains("events.db` is damaged") && said.contains("put a backup"), "{said}");
        assert_eq!(said.lines().count(), 1, "{said}");
        assert_eq!(fs::read(directory.path().join("events.db")).unwrap(), before);
    }
}

#[tokio::test]
async fn a_page_damaged_while_the_log_is_open_is_named_by_whoever_meets_it() {
    let directory = TempDir::new().unwrap();
    with_events(&directory, 400).await;
    let store = opened(directory.path());
    let page = damage_a_page(&directory, "events");
    let read = store.read_log_blocking(Position::START, 500);
    assert!(matches!(read, Err(ReadError::Damaged { .. })), "{read:?}");
    let trouble = store.trouble().unwrap();
    assert!(trouble.contains(&format!("page {page}")), "{trouble}");
    assert!(trouble.contains("events.db` is damaged"), "{trouble}");
    // It does not come and go with what is written meanwhile.
    let trial = TestStore::new(store.clone(), TestClock::at(NOON), ());
    let trial = trial.seeded(uuid::Uuid::from_u128(8));
    trial.begun(1).await;
    assert_eq!(store.trouble().unwrap(), trouble);
}

#[test]
fn a_database_of_something_else_is_no_event_log() {
    let directory = TempDir::new().unwrap();
    vandalise(&directory, "CREATE TABLE recipes (name TEXT)").unwrap();
    let error = refusal(directory.path());
    assert!(matches!(error, OpenError::Corrupt { .. }), "{error:?}");
    assert!(error.to_string().contains("something else"), "{error}");
}

#[test]
fn a_log_of_another_format_is_refused_by_its_number() {
    let directory = TempDir::new().unwrap();
    drop(opened(directory.path()));
    vandalise(&directory, "UPDATE log SET format = 7").unwrap();
    let error = refusal(directory.path());
    assert!(matches!(error, OpenError::WrongVersion { found: 7, known: 3, .. }), "{error:?}");
}

#[tokio::test]
async fn an_id_is_known_after_opening_again() {
    let directory = TempDir::new().unwrap();
    let store = opened(directory.path());
    let trial = TestStore::new(store, TestClock::at(NOON), ());
    let (stream, _) = trial.begun(2).await;
    let known = trial.whole(stream).await[1].event.clone();
    drop(trial);
    let again = opened(directory.path());
    let trial = TestStore::new(again, TestClock::at(NOON), ()).seeded(uuid::Uuid::from_u128(7));
    let (stream, expected) = (trial.fresh_stream(), Expected::NoStream);
    let append = event_store::Append { stream, expected, events: vec![known] };
    assert!(matches!(trial.append(append).await, Err(AppendError::IdReused)));
}

#[tokio::test]
async fn a_closed_store_says_so_and_can_still_be_read() {
    let directory = TempDir::new().unwrap();
    let store = opened(directory.path());
    let trial = TestStore::new(store.clone(), TestClock::at(NOON), ());
    let (stream, _) = trial.begun(2).await;
    store.close();
    let (expected, events) = (Expected::At(Revision(1)), trial.events(1));
    let answer = trial.append(event_store::Append { stream, expected, events }).await;
    let nothing_written =
        matches!(answer, Err(AppendError::Unavailable { maybe_committed: false, .. }));
    assert!(nothing_written, "{answer:?}");
    assert_eq!(trial.whole(stream).await.len(), 2);
}

#[test]
fn the_writing_connection_waits_for_the_disk() {
    let directory = TempDir::new().unwrap();
    let opened = crate::open::open(directory.path()).unwrap();
    let read = |name| opened.connection.pragma_query_value(None, name, |row| row.get(0)).unwrap();
    let full: i64 = read("synchronous");
    assert_eq!(full, 2);
    let mode: String =
        opened.connection.pragma_query_value(None, "journal_mode", |row| row.get(0)).unwrap();
    assert_eq!(mode, "wal");
}
