//! A log on KurrentDB: chosen, moved to every other store and back, and shared by two servers that have
//! their views in PostgreSQL. On the stand-in, or on the server that is named.

use std::{
    fs,
    path::Path,
    process::{Command, Output},
    thread,
    time::{Duration, Instant},
};

use kurrent_stand_in::{Cluster, Settings};
use postgres_for_tests::Database;
use serde_json::{Value, json};
use tempfile::TempDir;
use waymark_tests::{Server, Who, fresh_log, named_kurrentdb, waymark};

use crate::thin_slice::Clinic;

const RECORD: &str = "mutation($input: RecordInput!) { record(input: $input) { __typename
    ... on StepRecorded { position } ... on StepRefused { code field message } } }";

const WHO: &str =
    "query($id: ID!, $at: Position) { whoToContact(pathwayId: $id, atLeast: $at) { state } }";

/// A log that is nobody else's.
struct Log {
    _stand_in: Option<Cluster>,
    told: Vec<(&'static str, String)>,
}

impl Log {
    fn fresh() -> Self {
        let named = named_kurrentdb();
        let start = || Cluster::start(Settings::default()).unwrap();
        let stand_in = named.is_none().then(start);
        let address = stand_in.as_ref().map(Cluster::address).or(named).unwrap();
        let told = vec![("WAYMARK_STORE", address), ("WAYMARK_STORE_LOG", fresh_log())];
        Self { _stand_in: stand_in, told }
    }

    fn sharing(mut self, views: &Database) -> Self {
        self.told.push(("WAYMARK_VIEWS", views.address()));
        self
    }

    fn told(&self) -> Vec<(&'static str, &str)> {
        self.told.iter().map(|(name, value)| (*name, value.as_str())).collect()
    }

    fn serve(&self, data_dir: &Path) -> Server {
        Server::told(&self.told(), data_dir, &["serve"])
    }
}

/// What a command says, told by the environment where a log is.
fn said(told: &[(&'static str, &str)], data_dir: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(waymark());
    command.envs(told.iter().copied()).args(arguments).arg("--data-dir").arg(data_dir);
    command.output().unwrap()
}

fn run(told: &[(&'static str, &str)], data_dir: &Path, arguments: &[&str]) -> String {
    let output = said(told, data_dir, arguments);
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {complaint}");
    String::from_utf8(output.stdout).unwrap()
}

fn refused(told: &[(&'static str, &str)], data_dir: &Path, arguments: &[&str]) -> String {
    let output = said(told, data_dir, arguments);
    assert_eq!(output.status.code(), Some(1), "{arguments:?} was taken");
    String::from_utf8(output.stderr).unwrap()
}

/// The digest of each view of a fresh replay, without its position.
fn replayed(told: &[(&'static str, &str)], data_dir: &Path) -> Vec<(String, String)> {
    let into = TempDir::new().unwrap();
    let said = run(told, data_dir, &["replay", "--into", into.path().to_str().unwrap()]);
    let rows = said.lines().filter(|line| line.starts_with('|') && !line.starts_with("|-"));
    let cells = |line: &str| line.split('|').map(|cell| cell.trim().to_owned()).collect();
    let rows = rows.skip(1).map(cells);
    rows.map(|cells: Vec<String>| (cells[1].clone(), cells[3].clone())).collect()
}

/// An archive without what a store gives by itself: each event with its stream, revision, id, times and
/// bytes, in their order.
fn events_of(archive: &Path) -> Vec<Value> {
    let text = fs::read_to_string(archive).unwrap();
    let lines = text.lines().map(|line| serde_json::from_str(line).unwrap());
    let events = lines.filter_map(|line: Value| line.get("event").cloned());
    let without_place = |mut event: Value| {
        assert!(event.as_object_mut().unwrap().remove("position").is_some());
        event
    };
    events.map(without_place).collect()
}

/// A data directory with some pathways in it, on SQLite; nobody uses it any more.
fn some_pathways() -> TempDir {
    let directory = TempDir::new().unwrap();
    let mut clinic = Clinic::over(directory.path());
    for _pathway in 0..3 {
        clinic.pathway();
    }
    clinic.server.kill();
    directory
}

#[test]
fn a_log_that_goes_round_all_stores_is_the_same_event_by_event_and_gives_the_same_views() {
    let first = some_pathways();
    let (kurrent, database, other) = (Log::fresh(), Database::fresh(), Log::fresh());
    let postgres = database.address();
    let places = [(); 5].map(|()| TempDir::new().unwrap());
    let files = TempDir::new().unwrap();
    // From SQLite to KurrentDB, to PostgreSQL, to KurrentDB, to SQLite.
    let on_postgres = [("WAYMARK_STORE", postgres.as_str())];
    let stops = [
        (Vec::new(), first.path()),
        (kurrent.told(), places[0].path()),
        (on_postgres.to_vec(), places[1].path()),
        (other.told(), places[2].path()),
        (Vec::new(), places[3].path()),
    ];
    let archive = |stop: usize| files.path().join(format!("{stop}.ndjson"));
    let digests = replayed(&stops[0].0, stops[0].1);
    assert_eq!(digests.len(), 6, "{digests:?}");
    for (stop, (told, place)) in stops.iter().enumerate() {
        if let Some(before) = stop.checked_sub(1) {
            let file = archive(before);
            run(told, place, &["import", "--archive", file.to_str().unwrap()]);
            assert_eq!(replayed(told, place), digests, "stop {stop}");
        }
        run(told, place, &["export", "--archive", archive(stop).to_str().unwrap()]);
        assert_eq!(events_of(&archive(stop)), events_of(&archive(0)), "stop {stop}");
    }
    assert_eq!(events_of(&archive(0)).len(), 21);
    // From PostgreSQL to SQLite by way of KurrentDB the places come back too.
    let log = |stop| fs::read_to_string(archive(stop)).unwrap();
    let places_of = |text: String| text.matches("\"position\":21,").count();
    assert_eq!((places_of(log(0)), places_of(log(4))), (1, 1));
}

#[test]
fn an_archive_is_moved_in_once_and_into_no_other_log() {
    let (first, kurrent, place) = (some_pathways(), Log::fresh(), TempDir::new().unwrap());
    let files = TempDir::new().unwrap();
    let archive = files.path().join("log.ndjson");
    let archive = archive.to_str().unwrap();
    run(&[], first.path(), &["export", "--archive", archive]);
    let told = kurrent.told();
    run(&told, place.path(), &["import", "--archive", archive]);
    let again = said(&told, place.path(), &["import", "--archive", archive]);
    let said = String::from_utf8_lossy(&again.stderr).into_owned();
    assert!(said.contains("0 events moved in, 21 were there before"), "{said}");
    let server = kurrent.serve(place.path());
    let token = server.token(Who::Staff("BOOKING_TEAM", "RJ1"));
    record(&server, token.as_deref(), 1);
    server.kill();
    let moved = refused(&told, place.path(), &["import", "--archive", archive]);
    assert!(moved.contains("nothing was moved in"), "{moved}");
}

#[test]
fn what_a_store_on_kurrentdb_cannot_do_is_told_in_a_sentence() {
    let (kurrent, place) = (Log::fresh(), TempDir::new().unwrap());
    let backup = place.path().join("backup");
    let told =
        refused(&kurrent.told(), place.path(), &["backup", "--to", backup.to_str().unwrap()]);
    assert!(told.contains("docs/kurrentdb.md"), "{told}");
    let views = [("WAYMARK_VIEWS", "postgres://w:s3cret@localhost/w")];
    let beside = refused(&views, place.path(), &["parked"]);
    assert!(beside.contains("on KurrentDB alone") && !beside.contains("s3cret"), "{beside}");
    let wrong = [("WAYMARK_STORE", "kurrentdb://ward:s3cret@127.0.0.1:1?tls=false")];
    let name = [wrong[0], ("WAYMARK_STORE_LOG", "Ward 7")];
    let named = refused(&name, place.path(), &["parked"]);
    assert!(named.contains("`store_log`") && !named.contains("s3cret"), "{named}");
    let server = kurrent.serve(place.path());
    record(&server, server.token(Who::Staff("BOOKING_TEAM", "RJ1")).as_deref(), 1);
    server.kill();
    let into = place.path().join("views-then");
    let into = into.to_str().unwrap();
    let nowhere = refused(&kurrent.told(), place.path(), &["replay", "--into", into, "--to", "p7"]);
    assert!(nowhere.contains("no event of this log stands there"), "{nowhere}");
}

#[test]
fn a_directory_of_another_log_is_refused_from_either_side() {
    let (kurrent, other, place) = (Log::fresh(), Log::fresh(), TempDir::new().unwrap());
    run(&kurrent.told(), place.path(), &["parked"]);
    let forgotten = refused(&[], place.path(), &["parked"]);
    assert!(forgotten.contains("belongs to a log on PostgreSQL or KurrentDB"), "{forgotten}");
    let mixed = refused(&other.told(), place.path(), &["parked"]);
    assert!(mixed.contains("belongs to another log"), "{mixed}");
    let views = Database::fresh();
    let (kurrent, other) = (kurrent.sharing(&views), other.sharing(&views));
    let places = [(); 2].map(|()| TempDir::new().unwrap());
    run(&kurrent.told(), places[0].path(), &["parked"]);
    let led_astray = refused(&other.told(), places[1].path(), &["parked"]);
    assert!(led_astray.contains("another log"), "{led_astray}");
}

fn id(pathway: u32) -> String {
    format!("00000000-0000-4000-8000-{pathway:012}")
}

/// Records a referral of a pathway with a reason that is sealed; its place in the log.
fn record(server: &Server, token: Option<&str>, pathway: u32) -> Value {
    let answer = sent(server, token, pathway);
    assert_eq!(answer["data"]["record"]["__typename"], "StepRecorded", "{answer:#}");
    answer["data"]["record"]["position"].clone()
}

/// The whole answer to such a referral.
fn sent(server: &Server, token: Option<&str>, pathway: u32) -> Value {
    let step = json!({"referralSent": {"referrer": "G85001", "service": "RJ1.dermatology",
        "provider": "RJ1", "priority": "ROUTINE", "reason": format!("a mole {pathway}")}});
    let input = json!({"pathway": {"id": id(pathway)}, "occurredAt": "2026-01-05",
        "commandId": id(1_000 + pathway), "step": step});
    server.ask(token, RECORD, json!({"input": input}))
}

#[test]
fn a_cluster_that_is_away_is_told_before_a_request_runs_out() {
    let cluster = Cluster::start(Settings::default()).unwrap();
    let (place, address) = (TempDir::new().unwrap(), cluster.address());
    let server = Server::told(&[("WAYMARK_STORE", &address)], place.path(), &["serve"]);
    let token = server.token(Who::Staff("BOOKING_TEAM", "RJ1"));
    let token = token.as_deref();
    record(&server, token, 1);
    cluster.node(0).kill().unwrap();
    for pathway in [1, 2] {
        let answer = sent(&server, token, pathway);
        assert_eq!(answer["errors"][0]["extensions"]["code"], "UNAVAILABLE", "{answer:#}");
    }
    cluster.node(0).revive().unwrap();
    record(&server, token, 2);
}

/// The state of a pathway as a server shows it, once it holds the place in the log.
fn state(server: &Server, token: Option<&str>, (pathway, at): (u32, &Value)) -> String {
    let begun = Instant::now();
    loop {
        let answer = server.ask(token, WHO, json!({"id": id(pathway), "at": at}));
        if let Some(state) = answer["data"]["whoToContact"]["state"].as_str() {
            return state.to_owned();
        }
        assert!(begun.elapsed() < Duration::from_secs(120), "{answer}");
        thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn two_servers_share_a_log_on_kurrentdb_with_views_and_keys_in_postgres() {
    let views = Database::fresh();
    let log = Log::fresh().sharing(&views);
    let places = [(); 3].map(|()| TempDir::new().unwrap());
    let [one, two] = [0, 1].map(|n: usize| log.serve(places[n].path()));
    let token = one.token(Who::Staff("BOOKING_TEAM", "RJ1"));
    let token = token.as_deref();
    for pathway in 1..=12 {
        let (writer, reader) = if pathway % 2 == 0 { (&one, &two) } else { (&two, &one) };
        let at = record(writer, token, pathway);
        assert_eq!(state(reader, token, (pathway, &at)), "SENT_NO_RECEIPT");
        assert_eq!(record(reader, token, pathway), at, "sent again to the other");
    }
    for place in &places[..2] {
        for kept in ["keys.db", "token.key", "views"] {
            assert!(!place.path().join(kept).exists(), "{kept}");
        }
    }
    one.kill();
    let at = record(&two, token, 13);
    assert_eq!(state(&two, token, (13, &at)), "SENT_NO_RECEIPT");
    let three = log.serve(places[2].path());
    assert_eq!(state(&three, token, (13, &at)), "SENT_NO_RECEIPT");
    drop((two, three));
    let told = log.told();
    let rebuilt = run(&told, places[2].path(), &["rebuild"]);
    assert_eq!(rebuilt.matches("| 0, 0, 0 ").count(), 6, "{rebuilt}");
    // The same log on SQLite gives the same views.
    let (here, files) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let archive = files.path().join("log.ndjson");
    let archive = archive.to_str().unwrap();
    run(&told, places[2].path(), &["export", "--archive", archive]);
    run(&[], here.path(), &["import", "--archive", archive]);
    assert_eq!(replayed(&told, places[2].path()), replayed(&[], here.path()));
}
