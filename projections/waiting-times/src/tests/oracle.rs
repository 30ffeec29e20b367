//! The copy in memory and plain SQL over the table give the same figures, after any commits.

use std::collections::{BTreeMap, BTreeSet};

use projector::{Cell, ColumnKind, Row, View};
use proptest::prelude::*;
use rusqlite::{Connection, named_params, params_from_iter, types::Value};
use steps::{FunctionCode, OdsCode, PathwayId};
use uuid::Uuid;

use super::{commit, date};
use crate::{Ask, BANDS, GroupBy, PercentileMethod, WaitingTimesView, pathways_of};

const GROUPINGS: [(GroupBy, &str); 5] = [
    (GroupBy::Total, "total"),
    (GroupBy::Provider, "provider"),
    (GroupBy::Commissioner, "commissioner"),
    (GroupBy::TreatmentFunction, "function"),
    (GroupBy::Priority, "priority"),
];

/// Day 0 of the random dates: 2022-01-01.
const EPOCH: i64 = 18_993;

/// A row with random codes, dates and ends.
fn any_row() -> impl Strategy<Value = Row> {
    let one_of = |words: &'static [Option<&'static str>]| proptest::sample::select(words);
    (
        one_of(&[Some("RJ1"), Some("RJZ"), Some("RJ2"), None]),
        one_of(&[Some("72Q"), Some("92G"), Some("NONC"), None]),
        one_of(&[Some("C_100"), Some("C_130"), Some("X02")]),
        one_of(&[Some("ROUTINE"), Some("URGENT"), Some("URGENT_SUSPECTED_CANCER"), None]),
        proptest::option::weighted(0.9, 0_i64..1_200),
        0_i64..1_200,
        proptest::option::of(0_i64..1_400),
        proptest::bool::weighted(0.1),
    )
        .prop_map(
            |(provider, commissioner, function, priority, start, from, to, nullified)| {
                let mut cells =
                    vec![Cell::Null; WaitingTimesView::default().tables()[0].columns.len()];
                cells[0] = provider.into();
                cells[2] = commissioner.into();
                cells[3] = function.into();
                cells[5] = priority.into();
                cells[6] = start.map(|start| EPOCH + start.min(from)).into();
                cells[7] = (EPOCH + from).into();
                cells[8] = to.map(|to| EPOCH + to).into();
                cells[9] = nullified.into();
                Row { table: 0, seq: 0, cells }
            },
        )
}

fn sql_value(cell: &Cell) -> Value {
    match cell {
        Cell::Null => Value::Null,
        Cell::Int(number) => Value::Integer(*number),
        Cell::Text(text) => Value::Text(text.to_string()),
        Cell::Id(id) => Value::Blob(id.as_bytes().to_vec()),
    }
}

/// The view's file as the projector keeps it: its tables and `pathways`.
fn file_of(rows: &BTreeMap<i64, Row>) -> Connection {
    let conn = Connection::open_in_memory().unwrap();
    let table = WaitingTimesView::default().tables()[0];
    let kind = |kind| match kind {
        ColumnKind::Int => "INTEGER",
        ColumnKind::Text => "TEXT",
        ColumnKind::Id => "BLOB",
    };
    let columns = table.columns.iter().map(|one| format!(", {} {}", one.name, kind(one.kind)));
    let columns = columns.collect::<Vec<_>>().concat();
    conn.execute_batch(&format!(
        "CREATE TABLE pathways (no INTEGER PRIMARY KEY, id BLOB UNIQUE) STRICT;
         CREATE TABLE {} (no INTEGER, seq INTEGER{columns}, PRIMARY KEY (no, seq)) STRICT, WITHOUT ROWID;",
        table.name
    ))
    .unwrap();
    for (no, row) in rows {
        let id = Uuid::from_u128(u128::try_from(*no).unwrap());
        conn.execute("INSERT INTO pathways VALUES (?1, ?2)", (no, id.as_bytes())).unwrap();
        let marks = ", ?".repeat(row.cells.len());
        let cells = [Value::Integer(*no), Value::Integer(0)].into_iter();
        let cells = cells.chain(row.cells.iter().map(sql_value));
        let insert = format!("INSERT INTO waiting VALUES (?, ?{marks})");
        conn.execute(&insert, params_from_iter(cells)).unwrap();
    }
    conn
}

type Counted = BTreeMap<String, (Vec<u32>, u32)>;

fn by_sql(conn: &Connection, ask: &Ask, group_by: &str) -> Counted {
    let mut query = conn.prepare(include_str!("count_groups.sql")).unwrap();
    let day = Cell::from(ask.on);
    let Cell::Int(day) = day else { panic!("a date is a number") };
    let commissioner = ask.commissioners.as_ref().and_then(|all| all.first());
    let mut rows = query
        .query(named_params! {
            ":group_by": group_by,
            ":day": day,
            ":provider": ask.provider.as_ref().map(OdsCode::as_str),
            ":function": ask.function.as_ref().map(FunctionCode::as_str),
            ":commissioner": commissioner.map(OdsCode::as_str),
            ":english_only": ask.english_only,
        })
        .unwrap();
    let mut counted = Counted::new();
    while let Some(row) = rows.next().unwrap() {
        let group = counted.entry(row.get(0).unwrap()).or_insert_with(|| (vec![0; BANDS], 0));
        let band: Option<u8> = row.get(1).unwrap();
        let count: u32 = row.get(2).unwrap();
        match band {
            Some(band) => group.0[usize::from(band)] = count,
            None => group.1 = count,
        }
    }
    counted
}

fn in_memory(view: &WaitingTimesView, ask: &Ask) -> Counted {
    let groups = view.waiting_times(ask).into_iter();
    let counted = groups.map(|group| (group.key, (group.bands.to_vec(), group.unknown_start)));
    counted
        .filter(|(_, (bands, unknown))| *unknown > 0 || bands.iter().any(|one| *one > 0))
        .collect()
}

/// Every page of the drill-down.
fn drill(conn: &Connection, ask: &Ask, key: &str) -> Vec<PathwayId> {
    let mut found: Vec<PathwayId> = Vec::new();
    loop {
        let page = pathways_of(conn, ask, key, found.last().copied(), 7).unwrap();
        if page.is_empty() {
            return found;
        }
        found.extend(page.iter().map(|listed| listed.pathway_id));
    }
}

fn any_ask() -> impl Strategy<Value = Ask> {
    let codes = |codes: &'static [Option<&'static str>]| proptest::sample::select(codes);
    (
        -10_i64..1_500,
        codes(&[None, None, Some("RJ1"), Some("RXX")]),
        codes(&[None, None, Some("72Q"), Some("NONC")]),
        codes(&[None, None, Some("C_130")]),
        any::<bool>(),
    )
        .prop_map(|(day, provider, commissioner, function, english_only)| Ask {
            on: date("2022-01-01") + chrono::TimeDelta::days(day),
            provider: provider.map(|code| code.parse().unwrap()),
            commissioners: commissioner.map(|code| BTreeSet::from([code.parse().unwrap()])),
            function: function.map(|code| code.parse().unwrap()),
            group_by: GroupBy::Total,
            english_only,
            method: PercentileMethod::Rtt2025,
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn memory_and_sql_agree_after_any_commits_and_totals_drill_down(
        commits in proptest::collection::vec((1_i64..60, any_row()), 1..120),
        ask in any_ask(),
    ) {
        let view = WaitingTimesView::default();
        let mut rows: BTreeMap<i64, Row> = BTreeMap::new();
        for (no, row) in commits {
            let old: Vec<Row> = rows.insert(no, row.clone()).into_iter().collect();
            commit(&view, no, &old, &[row]);
        }
        let conn = file_of(&rows);
        for (group_by, name) in GROUPINGS {
            let ask = Ask { group_by, ..ask.clone() };
            prop_assert_eq!(in_memory(&view, &ask), by_sql(&conn, &ask, name), "by {}", name);
            for group in view.waiting_times(&ask) {
                let found = drill(&conn, &ask, &group.key);
                let distinct: BTreeSet<_> = found.iter().collect();
                prop_assert_eq!(distinct.len(), found.len());
                prop_assert_eq!(u32::try_from(found.len()).unwrap(), group.total, "{}", group.key);
            }
        }
    }
}

#[test]
fn a_cursor_that_is_not_there_gives_an_empty_page_and_a_foreign_key_none() {
    let cells = vec![Cell::Null; WaitingTimesView::default().tables()[0].columns.len()];
    let mut row = Row { table: 0, seq: 0, cells };
    row.cells[3] = "C_100".into();
    (row.cells[6], row.cells[7], row.cells[9]) = (EPOCH.into(), EPOCH.into(), false.into());
    let conn = file_of(&BTreeMap::from([(1, row)]));
    let ask = Ask::english(date("2022-01-08"), GroupBy::TreatmentFunction);
    let listed = pathways_of(&conn, &ask, "C_100", None, 10).unwrap();
    assert_eq!(listed.iter().map(|one| one.days_waited).collect::<Vec<_>>(), [7]);
    assert!(
        pathways_of(&conn, &ask, "C_100", Some(PathwayId(Uuid::nil())), 10).unwrap().is_empty()
    );
    assert!(pathways_of(&conn, &ask, "C_130", None, 10).unwrap().is_empty());
    let named = Ask { function: "C_130".parse().ok(), ..ask };
    assert!(pathways_of(&conn, &named, "C_100", None, 10).unwrap().is_empty());
}
