//! What is missing, how far things came, and what is silent, told as stories.

mod documents;
mod escalation;
mod hull;
mod kept;
mod laws;
mod streams;

use std::sync::LazyLock;

use chrono::{DateTime, Utc};
use pathway::History;
use policy::SafetyNet;
use projector::{ColumnKind, Row, View};
use rusqlite::{Connection, ToSql};
use steps::{OdsCode, PathwayId, RuleId};
use testkit::{Story, json, story};
use uuid::Uuid;

use crate::{Expected, Listed, MissingAsk, SafetyNetView, missing};

/// Read once: the rules are checked against the schemas of the steps.
static VIEW: LazyLock<SafetyNetView> = LazyLock::new(|| SafetyNetView::new(SafetyNet::shipped()));

fn view() -> &'static SafetyNetView {
    &VIEW
}

fn at(raw: &str) -> DateTime<Utc> {
    raw.parse().unwrap()
}

fn trust(code: &str) -> OdsCode {
    code.parse().unwrap()
}

fn rule(id: &str) -> RuleId {
    id.parse().unwrap()
}

/// A pathway with its own event ids: `n` in front of the place in the story.
fn pathway(n: u128, story: &Story) -> History {
    let mut told = story.told();
    for one in &mut told {
        one.event_id.0 = Uuid::from_u128(n * 1_000 + one.event_id.0.as_u128());
    }
    History::of(PathwayId(Uuid::from_u128(n)), told)
}

/// A test asked for by RJ1 that RWA reports at a moment.
fn reported(at: &str, abnormality: &str) -> Story {
    let asked = json!({"testId": "T1", "requester": "G85001", "urgency": "ROUTINE"});
    let found = json!({"testId": "T1", "abnormality": abnormality, "provider": "RWA"});
    story().on("2023-05-01", "testRequested", asked).on(at, "resultReported", found)
}

/// The notice of its result to the practice.
fn notice(alert: bool) -> testkit::Value {
    json!({"testId": "T1", "toOrganisation": "G85001", "toPatient": false, "alert": alert})
}

/// The receipt for it.
fn receipt(alert: bool) -> testkit::Value {
    json!({"testId": "T1", "toOrganisation": "G85001", "alert": alert})
}

/// What is missing of a rule at a moment.
fn missing_of(conn: &Connection, id: &str, now: &str) -> Vec<Listed<Expected>> {
    let ask = MissingAsk {
        owner: None,
        rule: Some(rule(id)),
        sender: None,
        escalated: None,
        now: at(now),
        after: None,
        first: 1_000,
    };
    missing(conn, &ask).unwrap()
}

/// The pathways of a list, by number.
fn pathways<T>(listed: &[Listed<T>]) -> Vec<u128> {
    let mut numbers: Vec<u128> = listed.iter().map(|one| one.pathway_id.0.as_u128()).collect();
    numbers.sort_unstable();
    numbers
}

/// The view's file as the projector makes it, with these pathways in it.
fn file(histories: &[History]) -> Connection {
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
        let (columns, name): (String, _) = (columns.collect(), table.name);
        conn.execute_batch(&format!(
            "CREATE TABLE {name} (no INTEGER NOT NULL, seq INTEGER NOT NULL{columns}, PRIMARY KEY (no, seq)) STRICT, WITHOUT ROWID"
        ))
        .unwrap();
        for index in table.indexes {
            let only = index.only.map_or_else(String::new, |only| format!(" WHERE {only}"));
            let (index, columns) = (index.name, index.columns.join(", "));
            conn.execute_batch(&format!("CREATE INDEX {index} ON {name} ({columns}){only}"))
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
    let table = view().tables()[row.table].name;
    conn.execute(&format!("INSERT INTO {table} VALUES ({marks})"), &values[..]).unwrap();
}
