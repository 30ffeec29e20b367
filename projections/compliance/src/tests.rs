//! The ledger in SQLite answers as the pure rules do.

mod ledger;
mod questions;

use chrono::{DateTime, Utc};
use pathway::{History, clock::ClockPolicy};
use policy::Packs;
use projector::{ColumnKind, Row, View};
use rusqlite::{Connection, ToSql};
use steps::{OdsCode, PathwayId};
use testkit::{Story, json, story};
use uuid::Uuid;

use crate::ComplianceView;

fn view() -> ComplianceView {
    ComplianceView::new(Packs::shipped(), ClockPolicy::default())
}

fn at(raw: &str) -> DateTime<Utc> {
    raw.parse().unwrap()
}

fn trust(code: &str) -> OdsCode {
    code.parse().unwrap()
}

/// A pathway with its own event ids: `n` in front of the place in the story.
fn pathway(n: u128, story: &Story) -> History {
    let mut told = story.told();
    for one in &mut told {
        one.event_id.0 = Uuid::from_u128(n * 1_000 + one.event_id.0.as_u128());
    }
    History::of(PathwayId(Uuid::from_u128(n)), told)
}

/// A visit on `on`, at trust `provider`, with the letter on `sent`.
fn visit(provider: &str, on: &str, sent: Option<&str>) -> Story {
    let story = story()
        .on("2026-01-05", "referralReceived", json!({"commissioner": "72Q", "provider": provider}))
        .on(on, "outpatientAttended", json!({"appointmentId": "A1", "provider": provider}));
    match sent {
        Some(sent) => story.on(sent, "clinicLetterSent", json!({"appointmentId": "A1"})),
        None => story,
    }
}

/// The view's file as the projector makes it, with these pathways in it.
fn ledger(histories: &[History]) -> Connection {
    let conn = Connection::open_in_memory().unwrap();
    conn.execute_batch("CREATE TABLE pathways (no INTEGER PRIMARY KEY, id BLOB NOT NULL) STRICT")
        .unwrap();
    let view = view();
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
            conn.execute_batch(&format!(
                "CREATE INDEX {} ON {name} ({}){only}",
                index.name,
                index.columns.join(", ")
            ))
            .unwrap();
        }
    }
    for (no, history) in (1_i64..).zip(histories) {
        let id = history.pathway_id().0;
        conn.execute("INSERT INTO pathways VALUES (?1, ?2)", (no, id.as_bytes())).unwrap();
        view.rows(history).iter().for_each(|row| insert(&conn, no, row));
    }
    conn
}

fn insert(conn: &Connection, no: i64, row: &Row) {
    let seq = i64::from(row.seq);
    let mut values: Vec<&dyn ToSql> = vec![&no, &seq];
    values.extend(row.cells.iter().map(|cell| cell as &dyn ToSql));
    let marks = vec!["?"; values.len()].join(", ");
    conn.execute(&format!("INSERT INTO obligation VALUES ({marks})"), &values[..]).unwrap();
}
