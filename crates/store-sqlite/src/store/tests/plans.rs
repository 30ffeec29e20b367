//! A statement is planned once, whatever is bound to it.

use rusqlite::{Connection, Params, StatementStatus};
use tempfile::TempDir;

use crate::open::{open, open_reader};

const READ_STREAM: &str = include_str!("../../sql/read_stream.sql");
const READ_LOG: &str = include_str!("../../sql/read_log.sql");
const MOVE_IDS: &str = include_str!("../../sql/move_stream_ids.sql");

/// How often a statement was planned again while these were bound to it in turn.
fn planned_again<P: Params>(connection: &Connection, sql: &str, bound: impl Fn(i64) -> P) -> i32 {
    let mut statement = connection.prepare(sql).unwrap();
    for value in 0..20 {
        let mut rows = statement.query(bound(value)).unwrap();
        while rows.next().unwrap().is_some() {}
    }
    statement.get_status(StatementStatus::RePrepare)
}

#[test]
fn neither_readers_nor_the_writer_plan_again_for_another_value() {
    let directory = TempDir::new().unwrap();
    let opened = open(directory.path()).unwrap();
    let reader = open_reader(&opened.file).unwrap();
    let of_a_stream = |value: i64| (value, value, value + 1);
    assert_eq!(planned_again(&reader, READ_STREAM, of_a_stream), 0);
    assert_eq!(planned_again(&reader, READ_LOG, |value| (value, value + 1)), 0);
    let share = |value: i64| (value.to_be_bytes(), (value + 1).to_be_bytes());
    assert_eq!(planned_again(&opened.connection, MOVE_IDS, share), 0);
    let unset = Connection::open(&opened.file).unwrap();
    assert_ne!(planned_again(&unset, READ_STREAM, of_a_stream), 0, "else this shows nothing");
}
