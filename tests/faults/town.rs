//! The steps that are recorded, and what is found of them afterwards.

use std::{
    collections::BTreeMap,
    process::{Command, Output},
    sync::atomic::{AtomicBool, Ordering},
};

use rusqlite::{Connection, OpenFlags};
use serde_json::{Value, json};

pub(crate) use waymark_tests::{Chance, input, story};

use crate::process::{Client, Place, id};

/// The ids of all events of a pathway, in the order of its history.
pub(crate) fn history(client: &Client, pathway: u64) -> Vec<String> {
    const QUERY: &str = "query ($id: ID!, $after: String) { history(pathwayId: $id, first: 100, \
        after: $after) { nodes { eventId } pageInfo { hasNextPage endCursor } } }";
    let (mut events, mut after) = (Vec::new(), Value::Null);
    loop {
        let answer = client.ask(QUERY, &json!({"id": id(pathway), "after": after}));
        let page = &answer["data"]["history"];
        for node in page["nodes"].as_array().into_iter().flatten() {
            events.push(node["eventId"].as_str().unwrap().to_owned());
        }
        if page["pageInfo"]["hasNextPage"] != true {
            assert!(answer["errors"].is_null(), "{answer}");
            return events;
        }
        after = page["pageInfo"]["endCursor"].clone();
    }
}

/// Runs a command to its end, which must be good.
pub(crate) fn run(mut command: Command) -> Output {
    let answered = command.output().unwrap();
    let (said, complaint) = (&answered.stdout, String::from_utf8_lossy(&answered.stderr));
    assert!(answered.status.success(), "{}\n{complaint}", String::from_utf8_lossy(said));
    answered
}

/// The digest of each view as it stands, which a fresh rebuild of it must have too.
pub(crate) fn digests(place: &Place) -> BTreeMap<String, String> {
    let rebuilt = rows(&run(place.waymark(&["rebuild"])));
    for row in &rebuilt {
        assert_eq!(row[3], "0, 0, 0", "a view differs from its rebuild: {row:?}");
    }
    let replayed = replayed(place, &[]);
    assert_eq!(by_view(rebuilt), replayed);
    replayed
}

/// The digest of each view, replayed up to a position of the log.
pub(crate) fn replayed_to(place: &Place, position: u64) -> BTreeMap<String, String> {
    replayed(place, &["--to", &position.to_string()])
}

fn replayed(place: &Place, up_to: &[&str]) -> BTreeMap<String, String> {
    replayed_by(place.waymark(&["replay"]), up_to)
}

/// The digest of each view by a `replay` that says where the log is.
pub(crate) fn replayed_by(mut replay: Command, up_to: &[&str]) -> BTreeMap<String, String> {
    let fresh = tempfile::tempdir().unwrap();
    replay.args(up_to).arg("--into").arg(fresh.path());
    by_view(rows(&run(replay)))
}

fn by_view(rows: Vec<Vec<String>>) -> BTreeMap<String, String> {
    let by_view: BTreeMap<_, _> =
        rows.into_iter().map(|row| (row[0].clone(), row[2].clone())).collect();
    assert_eq!(by_view.len(), 6, "{by_view:?}");
    by_view
}

/// The rows of a printed table, below its head.
fn rows(answered: &Output) -> Vec<Vec<String>> {
    let said = String::from_utf8_lossy(&answered.stdout).into_owned();
    let lines = said.lines().filter(|line| line.starts_with('|') && !line.starts_with("|-"));
    let cells =
        |line: &str| line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect();
    lines.skip(1).map(cells).collect()
}

/// The last position of the log, read beside whoever writes it.
pub(crate) fn head(place: &Place) -> u64 {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY;
    let log = Connection::open_with_flags(place.data().join("events.db"), flags);
    let head = log.and_then(|log| {
        let last = "SELECT coalesce(max(position), 0) FROM events";
        log.query_row(last, [], |row| row.get::<_, i64>(0))
    });
    head.map_or(0, i64::unsigned_abs)
}

/// Says that something is over when it goes, also where a test fails: others wait for it.
pub(crate) struct Over<'a>(pub(crate) &'a AtomicBool);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}
