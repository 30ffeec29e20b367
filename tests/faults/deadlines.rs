//! A server that is killed while it records what fell due: each alarm stands once, whatever was cut off.

use std::{
    collections::BTreeMap,
    process::Command,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use crate::process::{Client, Place, Server, id};

const PATHWAYS: u64 = 120;
const KILLS: u64 = 4;

/// How long anything may take, on a machine that is busy.
const PATIENCE: Duration = Duration::from_secs(120);

/// The command of a server that looks for deadlines from the beginning of 2026 on, every second.
pub(crate) fn ticking(place: &Place) -> Command {
    let mut command = place.waymark(&["serve", "--listen", "127.0.0.1:0"]);
    command.env("WAYMARK_DEADLINES_FROM", "2026-01-01T00:00:00Z").env("WAYMARK_TICK_SECONDS", "1");
    command
}

/// A result that is reported; nobody is told of it.
pub(crate) fn reported(pathway: u64) -> Value {
    json!({
        "pathway": {"id": id(pathway)},
        "occurredAt": "2026-03-02T08:00:00Z",
        "commandId": id(10_000 + pathway),
        "step": {"resultReported": {"testId": "T1", "abnormality": "NORMAL", "provider": "RJ1"}},
    })
}

fn notified(pathway: u64) -> Value {
    json!({
        "pathway": {"id": id(pathway)},
        "occurredAt": "2026-03-02T09:00:00Z",
        "commandId": id(20_000 + pathway),
        "step": {"resultNotificationSent": {"testId": "T1", "toOrganisation": "G85001",
            "toPatient": false, "channel": "ELECTRONIC_DOCUMENT", "alert": false}},
    })
}

/// Every alarm: its id, its pathway with its rule and who is told, and whether it is settled.
pub(crate) fn alarms(client: &Client) -> Vec<(String, String, bool)> {
    const QUERY: &str = "query ($after: String) { safetyNet { alarms(since: \"2026-01-01T00:00:00Z\", \
        first: 100, after: $after) { nodes { id pathwayId rule alarmTo outcome } \
        pageInfo { hasNextPage endCursor } } } }";
    let (mut all, mut after) = (Vec::new(), Value::Null);
    loop {
        let answer = client.ask(QUERY, &json!({"after": after}));
        let page = &answer["data"]["safetyNet"]["alarms"];
        for node in page["nodes"].as_array().unwrap_or_else(|| panic!("{answer}")) {
            let about = format!("{} {} {}", node["pathwayId"], node["rule"], node["alarmTo"]);
            let id = node["id"].as_str().unwrap().to_owned();
            all.push((id, about, !node["outcome"].is_null()));
        }
        if page["pageInfo"]["hasNextPage"] != true {
            return all;
        }
        after = page["pageInfo"]["endCursor"].clone();
    }
}

/// Asks until it is so.
pub(crate) fn until<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(begun.elapsed() < PATIENCE, "{what} did not come to be");
        std::thread::yield_now();
    }
}

/// The steps of the system on each pathway, by what they are.
fn ours(client: &Client, pathway: u64) -> BTreeMap<String, usize> {
    const QUERY: &str =
        "query ($id: ID!) { history(pathwayId: $id, first: 100) { nodes { typeName } } }";
    let answer = client.ask(QUERY, &json!({"id": id(pathway)}));
    let mut counts = BTreeMap::new();
    for node in answer["data"]["history"]["nodes"].as_array().unwrap_or_else(|| panic!("{answer}"))
    {
        *counts.entry(node["typeName"].as_str().unwrap().to_owned()).or_default() += 1;
    }
    counts
}

#[test]
fn a_server_killed_while_it_raises_alarms_raises_each_of_them_once() {
    let place = Place::new();
    // The steps are there before anybody looks for deadlines.
    let server = Server::start(&place);
    let client = server.staff(&place);
    for pathway in 1..=PATHWAYS {
        assert_eq!(client.record(&reported(pathway))["__typename"], "StepRecorded");
    }
    assert_eq!(alarms(&client), [], "what was due long ago is history to a server that is new");
    drop(server);
    // Whoever removes its place has it begin anew, from the moment that is asked for.
    std::fs::remove_file(place.data().join("deadlines.json")).unwrap();
    // Two rules were broken on each: nobody was notified, and the patient was not told.
    let whole = usize::try_from(PATHWAYS).unwrap() * 2;
    for kill in 0..KILLS {
        let mut server = Server::of(&place, ticking(&place));
        let client = server.staff(&place);
        let enough = whole * usize::try_from(kill + 1).unwrap() / 6;
        until("an alarm", || (alarms(&client).len() >= enough).then_some(()));
        server.child.kill().unwrap();
        server.child.wait().unwrap();
    }
    let server = Server::of(&place, ticking(&place));
    let client = server.staff(&place);
    let raised = until("every alarm", || Some(alarms(&client)).filter(|all| all.len() >= whole));
    let mut about: Vec<&String> = raised.iter().map(|(_, about, _)| about).collect();
    about.sort_unstable();
    about.dedup();
    assert_eq!((about.len(), raised.len()), (whole, whole), "an alarm stands twice");
    // Evidence comes late for one of them: it is settled, once, and the history shows both.
    client.record(&notified(1));
    until("a settled alarm", || {
        alarms(&client).iter().any(|(_, _, settled)| *settled).then_some(())
    });
    drop(server);
    let server = Server::of(&place, ticking(&place));
    let client = server.staff(&place);
    client.record(&notified(2));
    until("another", || {
        (alarms(&client).iter().filter(|(_, _, settled)| *settled).count() == 2).then_some(())
    });
    // The notice itself was neither delivered nor acknowledged in time: two alarms more.
    let counts = ours(&client, 1);
    let counted = ["expectedEventMissed", "alarmResolved"].map(|name| counts.get(name).copied());
    assert_eq!(counted, [Some(4), Some(1)], "{counts:?}");
}
