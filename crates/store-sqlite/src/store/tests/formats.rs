//! A log of an earlier format is brought to this one, and answers as before.

use event_store::contract::{TestClock, TestStore};
use event_store::{Append, EventStore, Expected, Position, Revision};
use rusqlite::Connection;
use tempfile::TempDir;

use super::{NOON, opened};

/// What makes a log of the third format one of the second, which had an index of all streams instead.
const SECOND_FORMAT: &str = "DROP TABLE stream_ids; DROP TABLE recent_stream_ids;
    CREATE TABLE indexed (stream_no INTEGER PRIMARY KEY, category INTEGER NOT NULL
        CHECK (category = stream_no >> 48), id BLOB NOT NULL CHECK (length(id) = 16),
        UNIQUE (category, id)) STRICT;
    INSERT INTO indexed SELECT stream_no, category, id FROM streams;
    DROP TABLE streams;
    ALTER TABLE indexed RENAME TO streams;
    CREATE TRIGGER streams_keep BEFORE UPDATE ON streams BEGIN SELECT RAISE(ABORT, 'kept'); END;
    CREATE TRIGGER streams_stay BEFORE DELETE ON streams BEGIN SELECT RAISE(ABORT, 'kept'); END;
    UPDATE log SET format = 2";

/// And one of the second one of the first, which had an index of all ids.
const FIRST_FORMAT: &str = "DROP TABLE event_ids; DROP TABLE id_shares;
    CREATE UNIQUE INDEX events_by_id ON events (event_id); UPDATE log SET format = 1";

const STREAMS: &str =
    "SELECT count(*) FROM stream_ids JOIN streams USING (id, category, stream_no)";
const INDEXES: &str =
    "SELECT count(*) FROM sqlite_schema WHERE tbl_name = 'streams' AND type = 'index'";
const TRIGGERS: &str = "SELECT group_concat(name || sql, '; ' ORDER BY name) FROM sqlite_schema
    WHERE type = 'trigger'";

fn kept(directory: &TempDir) -> Connection {
    Connection::open(directory.path().join("events.db")).unwrap()
}

fn asked<T: rusqlite::types::FromSql>(directory: &TempDir, sql: &str) -> T {
    kept(directory).query_row(sql, [], |row| row.get(0)).unwrap()
}

/// Makes a log an earlier one, opens it, and looks whether all that it held is still known.
async fn comes_from(earlier: &[&str]) {
    let directory = TempDir::new().unwrap();
    let trial = TestStore::new(opened(directory.path()), TestClock::at(NOON), ());
    let (stream, events) = (trial.fresh_stream(), trial.events(3));
    let append = Append { stream, expected: Expected::NoStream, events };
    let first = trial.append(append.clone()).await.unwrap();
    let (other, _) = trial.begun(2).await;
    let (before, of_other) = (trial.log_after(Position::START).await, trial.whole(other).await);
    drop(trial);
    let triggers: String = asked(&directory, TRIGGERS);
    for sql in earlier {
        kept(&directory).execute_batch(sql).unwrap();
    }
    assert_ne!(asked::<String>(&directory, TRIGGERS), triggers);
    let again = opened(directory.path());
    assert_eq!(asked::<String>(&directory, TRIGGERS), triggers);
    assert_eq!([STREAMS, INDEXES].map(|sql| asked::<i64>(&directory, sql)), [2, 0]);
    assert_eq!(again.read_log_blocking(Position::START, 9).unwrap(), before);
    assert_eq!(again.read_stream_blocking(other, Revision::FIRST, 9).unwrap(), of_other);
    let repeated = again.append(append).await.unwrap();
    assert!(repeated.duplicate);
    assert_eq!((repeated.first, repeated.last), (first.first, first.last));
    let trial = TestStore::new(again, TestClock::at(NOON), ()).seeded(uuid::Uuid::from_u128(7));
    trial.write(other, Expected::At(Revision(1)), trial.events(1)).await;
    assert_eq!(trial.begun(1).await.1.first, Position(7), "and it takes new streams");
}

#[tokio::test]
async fn a_log_of_the_first_format_is_brought_to_this_one_and_knows_its_ids() {
    comes_from(&[SECOND_FORMAT, FIRST_FORMAT]).await;
}

#[tokio::test]
async fn a_log_of_the_second_format_is_brought_to_this_one_and_knows_its_streams() {
    comes_from(&[SECOND_FORMAT]).await;
}
