//! What happens to pathways, what becomes of their rows, and the figures over them.

mod drill_down;
mod figures;
mod rows;

use chrono::NaiveDate;
use pathway::History;
use projector::{ColumnKind, Row, View};
use rusqlite::{Connection, ToSql};
use steps::PathwayId;
use testkit::{Story, Value, json, story};
use uuid::Uuid;

use crate::CancerAndDiagnosticsView;

fn view() -> CancerAndDiagnosticsView {
    CancerAndDiagnosticsView::new(policy::shipped_standards())
}

fn date(raw: &str) -> NaiveDate {
    raw.parse().unwrap()
}

/// A suspected-cancer referral on 5 January, paid for by 72Q.
fn suspected(provider: &str) -> Story {
    let fields = json!({"cancerRoute": "URGENT_SUSPECTED_CANCER", "provider": provider});
    let referral = json!({"provider": provider, "commissioner": "72Q", "function": "C_100"});
    story().on("2026-01-05", "referralReceived", referral).on(
        "2026-01-05",
        "cancerPathwayOpened",
        fields,
    )
}

fn told(story: Story, on: &str) -> Story {
    story.on(on, "diagnosisCommunicated", json!({"diagnosisOutcome": "CANCER", "provider": null}))
}

fn asked_for(on: &str, test: Value, provider: &str) -> Story {
    let fields = json!({"testId": "T1", "modality": "IMAGING", "dm01": true, "dm01Test": test,
        "requester": "G85001", "provider": provider});
    story().on(on, "testRequested", fields)
}

/// The view's file as the projector makes it, with these stories in it.
fn file_of(stories: &[Story]) -> Connection {
    file_under(&view(), stories)
}

fn file_under(view: &CancerAndDiagnosticsView, stories: &[Story]) -> Connection {
    let conn = Connection::open_in_memory().unwrap();
    conn.execute_batch("CREATE TABLE pathways (no INTEGER PRIMARY KEY, id BLOB NOT NULL) STRICT;")
        .unwrap();
    for table in view.tables() {
        let columns = table.columns.iter().map(|column| {
            let kind = match column.kind {
                ColumnKind::Int => "INTEGER",
                ColumnKind::Text => "TEXT",
                ColumnKind::Id => "BLOB",
            };
            format!(", {} {kind}", column.name)
        });
        let columns: String = columns.collect();
        let name = table.name;
        conn.execute_batch(&format!(
            "CREATE TABLE {name} (no INTEGER NOT NULL, seq INTEGER NOT NULL{columns}, PRIMARY KEY (no, seq)) STRICT, WITHOUT ROWID"
        ))
        .unwrap();
        for index in table.indexes {
            let only = index.only.map_or_else(String::new, |only| format!(" WHERE {only}"));
            let columns = index.columns.join(", ");
            let made = format!("CREATE INDEX {} ON {name} ({columns}){only}", index.name);
            conn.execute_batch(&made).unwrap();
        }
    }
    for (no, story) in (1_i64..).zip(stories) {
        let pathway = PathwayId(Uuid::from_u128(u128::try_from(no).unwrap()));
        let id = pathway.0.into_bytes();
        conn.execute("INSERT INTO pathways VALUES (?1, ?2)", rusqlite::params![no, id]).unwrap();
        let history = History::of(pathway, story.told());
        view.rows(&history).iter().for_each(|row| insert(&conn, view, no, row));
    }
    conn
}

fn insert(conn: &Connection, view: &CancerAndDiagnosticsView, no: i64, row: &Row) {
    let seq = i64::from(row.seq);
    let mut values: Vec<&dyn ToSql> = vec![&no, &seq];
    values.extend(row.cells.iter().map(|cell| cell as &dyn ToSql));
    let marks = vec!["?"; values.len()].join(", ");
    let table = view.tables()[row.table].name;
    conn.execute(&format!("INSERT INTO {table} VALUES ({marks})"), &values[..]).unwrap();
}
