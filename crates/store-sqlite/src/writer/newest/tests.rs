//! Streams go on to the large table by shares and are found in either, whatever was rolled back.

use proptest::prelude::*;
use uuid::Uuid;

use super::*;

const LOG: [&str; 3] = [
    include_str!("../../../../../schema/sql/sqlite/events_0001_create_log.sql"),
    include_str!("../../../../../schema/sql/sqlite/events_0002_find_ids_by_shares.sql"),
    include_str!("../../../../../schema/sql/sqlite/events_0003_find_streams_by_shares.sql"),
];
const INSERT: &str = include_str!("../../sql/insert_stream_id.sql");
const FIND: &str = include_str!("../../sql/find_stream_number.sql");
const FIND_WITH_LAST: &str = include_str!("../../sql/find_stream.sql");
const MOVED: &str = "SELECT count(*) FROM stream_ids";

fn log() -> Connection {
    let connection = Connection::open_in_memory().unwrap();
    for sql in LOG {
        connection.execute_batch(sql).unwrap();
    }
    connection
}

fn id(number: i64) -> Uuid {
    Uuid::new_v5(&Uuid::NAMESPACE_OID, &number.to_be_bytes())
}

fn begin(connection: &Connection, newest: &mut Newest, numbers: std::ops::Range<i64>) {
    let mut insert = connection.prepare_cached(INSERT).unwrap();
    for number in numbers {
        insert.execute((number, 1, id(number).as_bytes())).unwrap();
        newest.began();
    }
}

fn count(connection: &Connection, sql: &str) -> i64 {
    connection.query_row(sql, [], |row| row.get(0)).unwrap()
}

fn found(connection: &Connection, sql: &str, category: i64, number: i64) -> Option<i64> {
    let mut find = connection.prepare_cached(sql).unwrap();
    let mut rows = find.query((category, id(number).as_bytes())).unwrap();
    rows.next().unwrap().map(|row| row.get(0).unwrap())
}

proptest! {
    // Each writes thousands of streams.
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn every_stream_is_found_once_whatever_was_rolled_back(
        steps in proptest::collection::vec((1_i64..24, any::<bool>()), 1..80),
    ) {
        let connection = log();
        let (mut newest, mut last) = (Newest::default(), 0);
        for (streams, is_committed) in steps {
            connection.execute_batch("BEGIN").unwrap();
            begin(&connection, &mut newest, last + 1..last + 1 + streams);
            newest.settle(&connection, 0).unwrap();
            newest.move_share(&connection).unwrap();
            newest.count = None;
            connection.execute_batch(if is_committed { "COMMIT" } else { "ROLLBACK" }).unwrap();
            if is_committed {
                last += streams;
            } else {
                newest = Newest::default();
            }
        }
        for number in 1..=last + 40 {
            let expected = Some(number).filter(|number| *number <= last);
            prop_assert_eq!(found(&connection, FIND, 1, number), expected);
            prop_assert_eq!(found(&connection, FIND_WITH_LAST, 1, number), expected);
            prop_assert_eq!(found(&connection, FIND, 2, number), None);
        }
        prop_assert_eq!(count(&connection, MOVED) + count(&connection, COUNT), last);
    }
}

#[test]
fn a_full_table_moves_shares_until_it_is_not_and_counts_again_after_a_rollback() {
    let connection = log();
    for mut newest in [Newest { count: Some(0), turn: 0 }, Newest::default()] {
        connection.execute_batch("BEGIN").unwrap();
        begin(&connection, &mut newest, 1..20_000);
        newest.settle(&connection, 0).unwrap();
        let left = count(&connection, COUNT);
        assert!((16_200..=16_384).contains(&left), "{left}");
        assert_eq!(newest.count, Some(left.unsigned_abs()));
        assert_eq!(count(&connection, MOVED), 19_999 - left);
        connection.execute_batch("ROLLBACK").unwrap();
    }
}

#[test]
fn a_longer_log_keeps_more_of_its_newest_and_never_more_than_it_may() {
    let connection = log();
    let mut newest = Newest::default();
    begin(&connection, &mut newest, 1..20_000);
    newest.settle(&connection, 20_000 * EVENTS_A_STREAM).unwrap();
    assert_eq!(count(&connection, COUNT), 19_999);
    assert_eq!([0, u64::MAX].map(most), [STREAMS_MIN, STREAMS_MAX]);
}
