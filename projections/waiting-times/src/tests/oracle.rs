//! The copy in memory and plain SQL over the table give the same figures, after any commits.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use pathway::Month;
use projector::{Cell, Connection, Row, SqlError, View, named_params};
use proptest::prelude::*;
use steps::{FunctionCode, OdsCode, PathwayId, UserRef, named_by_rules::RemovalReason};
use uuid::Uuid;

use super::{commit, date};
use crate::{
    Ask, BANDS, Count, Entered, Group, GroupBy, Left, Narrow, PageOf, WaitingTimesView, Which,
    pathways_of, row,
};

const GROUPINGS: [(GroupBy, &str); 8] = [
    (GroupBy::Total, "total"),
    (GroupBy::Provider, "provider"),
    (GroupBy::Site, "site"),
    (GroupBy::Clinician, "clinician"),
    (GroupBy::ProviderAndFunction, "provider and function"),
    (GroupBy::Commissioner, "commissioner"),
    (GroupBy::TreatmentFunction, "function"),
    (GroupBy::Priority, "priority"),
];

/// Day 0 of the random dates: 2022-01-01.
const EPOCH: i64 = 18_993;

/// A row with random codes, dates and ends.
fn any_row() -> impl Strategy<Value = Row> {
    let one_of = |words: &'static [Option<&'static str>]| proptest::sample::select(words);
    let words = (
        one_of(&[Some("RJ1"), Some("RJZ"), Some("RJ2"), None]),
        one_of(&[Some("RJ101"), None]),
        one_of(&[Some("72Q"), Some("92G"), Some("NONC"), None]),
        one_of(&[Some("C_100"), Some("C_130"), Some("X02")]),
        one_of(&[Some("ROUTINE"), Some("URGENT"), Some("URGENT_SUSPECTED_CANCER"), None]),
        one_of(&[Some("dr-1"), Some("dr-2"), None]),
    );
    let dates = (
        proptest::option::weighted(0.9, 0_i64..1_200),
        0_i64..1_200,
        proptest::option::of((0_i64..200, 1_i64..11)),
        proptest::option::of(0_i64..1_200),
        0_i64..4,
        proptest::bool::weighted(0.1),
    );
    (words, dates).prop_map(|(words, (start, from, out, decided, entered, nullified))| {
        let mut cells = vec![Cell::Null; WaitingTimesView::default().tables()[0].columns.len()];
        let (provider, site, commissioner, function, priority, clinician) = words;
        cells[0] = provider.into();
        cells[1] = site.into();
        cells[2] = commissioner.into();
        cells[3] = function.into();
        cells[5] = priority.into();
        cells[6] = start.map(|start| EPOCH + start.min(from)).into();
        cells[7] = (EPOCH + from).into();
        cells[8] = out.map(|(days, _)| EPOCH + from + days).into();
        cells[9] = nullified.into();
        cells[14] = decided.map(|decided| EPOCH + decided).into();
        cells[21] = clinician.into();
        cells[22] = entered.into();
        cells[23] = out.map(|(_, left)| left).into();
        Row { table: 0, seq: 0, cells }
    })
}

/// The view's file as the projector keeps it, where each pathway has the number it was given.
fn file_of(rows: &BTreeMap<i64, Row>) -> Connection {
    let last = rows.last_key_value().map_or(0, |(no, _row)| *no);
    let pathways = (1..=last).map(|no| {
        let id = Uuid::from_u128(u128::try_from(no).unwrap());
        (PathwayId(id), rows.get(&no).cloned().into_iter().collect())
    });
    views_for_tests::lay_out(&WaitingTimesView::default(), pathways)
}

type Counted = BTreeMap<String, (Vec<u32>, u32)>;

fn days_since_1970(date: NaiveDate) -> i64 {
    (date - NaiveDate::default()).num_days()
}

/// What is counted, as the SQL names it: its word, the days it is about, and the way in or out.
fn counted(count: Count) -> (&'static str, NaiveDate, NaiveDate, i64) {
    let of = |word, month: Month, way| (word, month.first(), month.last(), way);
    match count {
        Count::Waiting(on) => ("waiting", on, on, 0),
        Count::WaitingForAdmission(on) => ("for admission", on, on, 0),
        Count::Completed { month, admitted } => {
            of("completed", month, if admitted { 1 } else { 2 })
        }
        Count::Stopped { from, to, admitted } => {
            ("completed", from, to, if admitted { 1 } else { 2 })
        }
        Count::Began { from, to } => ("started", from, to, 0),
        Count::Started(month) => of("started", month, 0),
        Count::Entered(month, how) => of("entered", month, row::entered_code(how).into()),
        Count::Left(month, how) => of("left", month, row::left_code(how).into()),
    }
}

fn by_sql(conn: &Connection, ask: &Ask, group_by: &str) -> Counted {
    let (what, from, to, way) = counted(ask.count);
    let commissioner = ask.narrow.commissioners.as_ref().and_then(|all| all.first());
    let asked = named_params! {
        ":group_by": group_by,
        ":what": what,
        ":from": days_since_1970(from),
        ":to": days_since_1970(to),
        ":way": way,
        ":provider": ask.narrow.provider.as_ref().map(OdsCode::as_str),
        ":site": ask.narrow.site.as_ref().map(OdsCode::as_str),
        ":function": ask.narrow.function.as_ref().map(FunctionCode::as_str),
        ":clinician": ask.narrow.clinician.as_ref().map(UserRef::as_str),
        ":commissioner": commissioner.map(OdsCode::as_str),
        ":english_only": ask.english_only,
    };
    let mut counted = Counted::new();
    let each = conn.each(include_str!("count_groups.sql"), asked, |row| {
        let group = counted.entry(row.get(0)?).or_insert_with(|| (vec![0; BANDS], 0));
        let count: u32 = row.get(2)?;
        match row.get::<Option<i64>>(1)? {
            Some(band) => group.0[usize::try_from(band).unwrap()] = count,
            None => group.1 = count,
        }
        Ok::<_, SqlError>(())
    });
    each.unwrap();
    counted
}

/// By bands and unknown starts; what has no bands is in the first.
fn in_memory(view: &WaitingTimesView, ask: &Ask) -> Counted {
    counted_groups(view.waiting_times(ask))
}

fn counted_groups(groups: Vec<Group>) -> Counted {
    let counted = groups.into_iter().map(|group| {
        let mut bands = group.bands.to_vec();
        bands[0] += group.total - bands.iter().sum::<u32>();
        (group.key, (bands, group.unknown_start))
    });
    counted
        .filter(|(_, (bands, unknown))| *unknown > 0 || bands.iter().any(|one| *one > 0))
        .collect()
}

/// Every page of the drill-down.
fn drill(
    view: &WaitingTimesView,
    conn: &Connection,
    ask: &Ask,
    (key, which): (&str, Which),
) -> Vec<PathwayId> {
    let mut found: Vec<PathwayId> = Vec::new();
    let mut after = None;
    loop {
        let page = pathways_of(view, conn, ask, PageOf { key, which, after, first: 7 }).unwrap();
        let Some(last) = page.last() else { return found };
        after = Some((last.pathway_id, last.stretch));
        found.extend(page.iter().map(|listed| listed.pathway_id));
    }
}

fn any_count() -> impl Strategy<Value = Count> {
    let day = (-10_i64..1_500).prop_map(|day| date("2022-01-01") + chrono::TimeDelta::days(day));
    let ways_out = proptest::sample::select(vec![
        Left::TransferredOut,
        Left::ReclassifiedOut,
        Left::Removed(RemovalReason::NotGiven),
        Left::Removed(RemovalReason::Validation),
    ]);
    (day, 0..8, any::<bool>(), ways_out).prop_map(|(day, what, admitted, left)| {
        let month = Month::of(day);
        match what {
            0 => Count::Waiting(day),
            1 => Count::WaitingForAdmission(day),
            2 => Count::Completed { month, admitted },
            3 => Count::Started(month),
            4 => Count::Stopped { from: day, to: day + chrono::TimeDelta::days(6), admitted },
            5 => Count::Began { from: day, to: day + chrono::TimeDelta::days(6) },
            6 => Count::Entered(month, Entered::ReclassifiedIn),
            _ => Count::Left(month, left),
        }
    })
}

fn any_ask() -> impl Strategy<Value = Ask> {
    let codes = |codes: &'static [Option<&'static str>]| proptest::sample::select(codes);
    (
        any_count(),
        codes(&[None, None, Some("RJ1"), Some("RXX")]),
        codes(&[None, None, Some("72Q"), Some("NONC")]),
        codes(&[None, None, Some("C_130")]),
        codes(&[None, None, None, Some("dr-1")]),
        any::<bool>(),
    )
        .prop_map(|(count, provider, commissioner, function, clinician, english_only)| Ask {
            narrow: Narrow {
                provider: provider.map(|code| code.parse().unwrap()),
                commissioners: commissioner.map(|code| BTreeSet::from([code.parse().unwrap()])),
                function: function.map(|code| code.parse().unwrap()),
                clinician: clinician.map(|code| code.parse().unwrap()),
                ..Narrow::default()
            },
            english_only,
            ..Ask::of(count, GroupBy::Total)
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
                let expected =
                    [(Which::Counted, group.total), (Which::UnknownStart, group.unknown_start)];
                for (which, count) in expected {
                    let found = drill(&view, &conn, &ask, (&group.key, which));
                    let distinct: BTreeSet<_> = found.iter().collect();
                    prop_assert_eq!(distinct.len(), found.len());
                    prop_assert_eq!(u32::try_from(found.len()).unwrap(), count, "{}", group.key);
                }
            }
        }
        let rows: Counted = counted_groups(view.return_rows(&ask));
        prop_assert_eq!(rows, by_sql(&conn, &ask, "return row"), "by row of the return");
        let (_, _, day, _) = counted(ask.count);
        let month = Month::of(day);
        for account in view.closing(&ask, month) {
            prop_assert_eq!(account.left_over(), 0, "{:?}", account);
        }
    }
}

#[test]
fn a_cursor_that_is_not_there_gives_an_empty_page_and_a_foreign_key_none() {
    let cells = vec![Cell::Null; WaitingTimesView::default().tables()[0].columns.len()];
    let mut row = Row { table: 0, seq: 0, cells };
    row.cells[3] = "C_100".into();
    (row.cells[6], row.cells[7], row.cells[9]) = (EPOCH.into(), EPOCH.into(), false.into());
    row.cells[22] = 0_i64.into();
    let view = WaitingTimesView::default();
    commit(&view, 1, &[], std::slice::from_ref(&row));
    let conn = file_of(&BTreeMap::from([(1, row)]));
    let on = date("2022-01-08");
    let ask = Ask::english(on, GroupBy::TreatmentFunction);
    let page = |ask: &Ask, key: &str, after| {
        let page = PageOf { key, which: Which::Counted, after, first: 10 };
        pathways_of(&view, &conn, ask, page).unwrap()
    };
    let listed = page(&ask, "C_100", None);
    assert_eq!(listed.iter().map(|one| one.days_waited(on)).collect::<Vec<_>>(), [Some(7)]);
    assert!(page(&ask, "C_100", Some((PathwayId(Uuid::nil()), 0))).is_empty());
    assert!(page(&ask, "C_130", None).is_empty());
    let narrow = Narrow { function: "C_130".parse().ok(), ..Narrow::default() };
    assert!(page(&Ask { narrow, ..ask }, "C_100", None).is_empty());
}
