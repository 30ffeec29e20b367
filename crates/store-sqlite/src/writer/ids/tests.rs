//! Ids go to the table by shares, and are found wherever they are, whatever became of the transaction.

use proptest::prelude::*;

use super::*;

const LOG: [&str; 3] = [
    include_str!("../../../../../schema/sql/sqlite/events_0001_create_log.sql"),
    include_str!("../../../../../schema/sql/sqlite/events_0002_find_ids_by_shares.sql"),
    include_str!("../../../../../schema/sql/sqlite/events_0003_find_streams_by_shares.sql"),
];

fn log() -> Connection {
    let connection = Connection::open_in_memory().unwrap();
    for sql in LOG {
        connection.execute_batch(sql).unwrap();
    }
    connection
}

/// An id whose first byte, and so whose share, is as good as chance.
fn id(number: i64) -> Uuid {
    Uuid::new_v5(&Uuid::NAMESPACE_OID, &number.to_be_bytes())
}

fn write(connection: &Connection, ids: &mut Ids, position: i64) {
    let insert =
        "INSERT INTO events VALUES (?1, 1, ?1, ?2, 1, 1, 0, 0, NULL, 0, x'', x'', NULL, NULL)";
    connection.execute(insert, (position, id(position).as_bytes())).unwrap();
    ids.wrote(id(position), position);
}

/// So many events in one transaction, after which at least one share is moved.
fn transact(connection: &Connection, ids: &mut Ids, events: i64, is_committed: bool) -> i64 {
    let before: i64 =
        connection.query_row("SELECT count(*) FROM events", [], |row| row.get(0)).unwrap();
    connection.execute_batch("BEGIN").unwrap();
    for position in before + 1..=before + events {
        write(connection, ids, position);
    }
    ids.move_share(connection, before).unwrap();
    connection.execute_batch(if is_committed { "COMMIT" } else { "ROLLBACK" }).unwrap();
    if is_committed {
        ids.committed();
        return before + events;
    }
    ids.rolled_back();
    before
}

fn check(connection: &Connection, ids: &Ids, head: i64) {
    for position in 1..=head + 40 {
        let expected = Some(position).filter(|position| *position <= head);
        assert_eq!(ids.find(connection, id(position)).unwrap(), expected, "of {head}");
    }
    let in_table: i64 =
        connection.query_row("SELECT count(*) FROM event_ids", [], |row| row.get(0)).unwrap();
    assert_eq!(in_table + i64::try_from(ids.count).unwrap(), head);
    assert_eq!(ids.recent.iter().map(HashMap::len).sum::<usize>(), ids.count);
}

/// How many shares have a filter.
fn filtered(ids: &Ids) -> usize {
    ids.filters.iter().flatten().count()
}

proptest! {
    // Each writes thousands of events.
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn every_id_is_found_once_whatever_was_rolled_back_or_read_again(
        steps in proptest::collection::vec((1_i64..24, any::<bool>(), any::<bool>()), 1..80),
    ) {
        let connection = log();
        let mut ids = Ids::load(&connection).unwrap();
        let mut head = 0;
        for (events, is_committed, is_read_again) in steps {
            head = transact(&connection, &mut ids, events, is_committed);
            if is_read_again {
                let count = ids.count;
                ids = Ids::load(&connection).unwrap();
                prop_assert_eq!(ids.count, count);
            }
        }
        check(&connection, &ids, head);
    }
}

#[test]
fn memory_holds_one_in_sixteen_of_a_long_log_and_never_more_than_a_million() {
    assert_eq!([0, 1_000_000, 10_000_000].map(most), [65_536, 65_536, 625_000]);
    assert_eq!([40_000_000, u64::MAX].map(most), [1_048_576; 2]);
}

#[test]
fn a_new_log_has_every_filter_and_one_read_again_those_of_what_it_moved() {
    let connection = log();
    let mut ids = Ids::load(&connection).unwrap();
    assert_eq!(filtered(&ids), SHARES);
    let head = (0..=SHARES).fold(0, |_head, _turn| transact(&connection, &mut ids, 40, true));
    let mut ids = Ids::load(&connection).unwrap();
    assert_eq!(filtered(&ids), 0, "every share has ids in the table");
    let head = head.max(transact(&connection, &mut ids, 40, true));
    assert_eq!(filtered(&ids), 1);
    check(&connection, &ids, head);
}

#[test]
fn a_filter_outgrown_is_made_again_from_the_table() {
    let connection = log();
    let mut ids = Ids::load(&connection).unwrap();
    let share = share_of(id(0));
    let of_share = (1..).map(id).filter(|id| share_of(*id) == share).take(1_500);
    let moved: Vec<(Uuid, i64)> = of_share.zip(1..).collect();
    for (id, position) in &moved {
        connection.execute(INSERT_ID, (id.as_bytes(), position)).unwrap();
    }
    ids.filter(&connection, share, &moved).unwrap();
    let filter = ids.filters[share].as_ref().unwrap();
    assert!(filter.has_room(750) && !filter.has_room(751));
    assert!(moved.iter().all(|(id, _position)| filter.may_hold(*id)));
}

#[test]
fn a_full_memory_moves_whole_shares_until_it_is_not() {
    let connection = log();
    let mut ids = Ids::load(&connection).unwrap();
    connection.execute_batch("BEGIN").unwrap();
    let events = 66_000;
    for position in 1..=events {
        write(&connection, &mut ids, position);
    }
    ids.settle(&connection, 0).unwrap();
    connection.execute_batch("COMMIT").unwrap();
    ids.committed();
    assert_eq!(ids.count, 66_000, "what a transaction wrote stays for the next");
    connection.execute_batch("BEGIN").unwrap();
    ids.settle(&connection, events).unwrap();
    connection.execute_batch("COMMIT").unwrap();
    ids.committed();
    assert!((65_000..=65_536).contains(&ids.count), "{}", ids.count);
    assert_eq!(ids.find(&connection, id(1)).unwrap(), Some(1));
    assert_eq!(ids.find(&connection, id(events + 1)).unwrap(), None);
}
