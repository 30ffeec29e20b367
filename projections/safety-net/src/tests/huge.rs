//! Lists of a hundred thousand open expectations: a page reads about a page, the first and one far down.
//! SQLite alone counts the steps that it takes.

use std::time::{Duration, Instant};

use rusqlite::{StatementStatus, named_params};

use super::*;

const COPIES: i64 = 100_000;
const PAGE: u32 = 50;

/// Steps of the database's machine that a row of a page may cost: some hundred is what reading one
/// takes, a walk over the list would be a thousand times that.
const STEPS_A_ROW: i32 = 400;

const MORE: &str = "
    WITH RECURSIVE copy(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM copy WHERE i < :copies)
    INSERT INTO expected (no, seq, rule, version, level, alarm_to, chain, item, priority, trigger_id,
        triggered, triggered_day, due, settled, settled_by, ended, sender, owner, addressed_to)
    SELECT no, 1000 + i, rule, version, level, alarm_to, chain, item, priority,
        CAST(printf('%016d', i) AS BLOB), triggered, triggered_day, due + i * 1000, NULL, NULL, NULL,
        sender, owner, 'G85001'
    FROM copy JOIN expected ON rule = 'NET-RESULT-NOTIFIED' AND seq < 1000";

/// A result that nobody was told of, and a hundred thousand more.
fn huge() -> Connection {
    let one = pathway(1, &reported("2023-07-03T08:00:00Z", "NORMAL"));
    let conn = Connection::in_memory().unwrap();
    projector::lay_out(&conn, view(), [(one.pathway_id(), view().rows(&one))]).unwrap();
    let below = conn.sqlite().unwrap();
    let added = below.execute(MORE, named_params! {":copies": COPIES}).unwrap();
    assert_eq!(added, usize::try_from(COPIES).unwrap());
    conn
}

fn ask(owner: Option<&str>, after: Option<crate::Cursor>) -> MissingAsk {
    MissingAsk {
        owner: owner.map(trust),
        rule: None,
        sender: None,
        escalated: None,
        now: at("2024-01-01T00:00:00Z"),
        after,
        first: PAGE,
    }
}

/// The machine's steps for a page that begins after a copy.
fn steps(conn: &rusqlite::Connection, sql: &str, owner: Option<&str>, copy: i64) -> i32 {
    let first: i64 = conn
        .query_row(
            "SELECT due FROM expected WHERE rule = 'NET-RESULT-NOTIFIED' AND seq < 1000",
            [],
            |row| row.get(0),
        )
        .unwrap();
    let mut statement = conn.prepare(sql).unwrap();
    let trigger = format!("{copy:016}");
    let named: [(&str, &dyn rusqlite::ToSql); 10] = [
        (":rule", &None::<&str>),
        (":sender", &None::<&str>),
        (":level_least", &0),
        (":level_most", &255),
        (":now", &at("2024-01-01T00:00:00Z").timestamp_micros()),
        (":after_due", &(first + copy * 1000)),
        (":after_rule", &"NET-RESULT-NOTIFIED"),
        (":after_trigger", &trigger.as_bytes()),
        (":after_level", &0),
        (":first", &PAGE),
    ];
    let mut asked: Vec<(&str, &dyn rusqlite::ToSql)> = named.to_vec();
    if owner.is_some() {
        asked.push((":owner", &owner));
    }
    let rows = {
        let mut rows = statement.query(&asked[..]).unwrap();
        let mut count = 0;
        while rows.next().unwrap().is_some() {
            count += 1;
        }
        count
    };
    assert_eq!(rows, PAGE);
    statement.get_status(StatementStatus::VmStep)
}

#[test]
fn a_page_of_a_huge_list_reads_about_a_page_wherever_it_begins() {
    let huge = huge();
    let conn = huge.sqlite().unwrap();
    let bound = STEPS_A_ROW * i32::try_from(PAGE).unwrap();
    for copy in [0, 50_000, 99_000] {
        let all = steps(conn, include_str!("../queries/missing.sql"), None, copy);
        assert!(all <= bound, "all, after {copy}: {all} steps");
        let sql = include_str!("../queries/missing_of_owner.sql");
        let owned = steps(conn, sql, Some("RWA"), copy);
        assert!(owned <= bound, "of an owner, after {copy}: {owned} steps");
    }
}

#[test]
fn the_pages_of_a_huge_list_follow_each_other_and_each_comes_at_once() {
    let conn = huge();
    let (mut after, mut seen) = (None, Vec::new());
    for _ in 0..20 {
        let begun = Instant::now();
        let page = missing(&conn, &ask(Some("RWA"), after)).unwrap();
        assert!(begun.elapsed() < Duration::from_secs(1), "a walk of the list takes longer");
        assert_eq!(page.len(), PAGE as usize);
        seen.extend(page.iter().map(|one| (one.node.due, one.node.trigger)));
        after = page.last().map(|one| one.cursor.clone());
    }
    assert!(seen.is_sorted(), "the longest overdue first, and none twice");
    seen.dedup();
    assert_eq!(seen.len(), 20 * PAGE as usize);
}
