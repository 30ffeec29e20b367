//! A stranger's own data: the worked examples of docs/import-csv.md, imported and asked over GraphQL.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use serde_json::{Value, json};
use waymark_tests::{Server, Who, waymark};

const PAS: [&str; 3] = ["referrals", "appointments", "outcomes"];

fn example(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/examples").join(file)
}

/// Imports a CSV through a map; `more` are further arguments.
fn import(data: &Path, csv: &Path, map: &Path, more: &[&str]) -> Output {
    let mut import = Command::new(waymark());
    import.args(["import", "--csv"]).arg(csv).arg("--map").arg(map).arg("--data-dir").arg(data);
    import.args(more).stdin(Stdio::null()).output().unwrap()
}

/// The numbers of the table that a successful import prints.
fn counts(done: &Output) -> BTreeMap<String, u64> {
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let table = String::from_utf8_lossy(&done.stdout);
    let rows = table.lines().filter_map(|line| {
        let mut cells = line.split('|').skip(1);
        let (name, number) = (cells.next()?.trim(), cells.next()?.trim());
        Some((name.to_owned(), number.parse().ok()?))
    });
    rows.collect()
}

/// How many steps of an import were recorded, there already, and corrected.
fn recorded(done: &Output) -> [u64; 3] {
    let counts = counts(done);
    ["steps recorded", "steps already there", "steps corrected"].map(|name| counts[name])
}

fn import_pas(data: &Path) -> Vec<[u64; 3]> {
    let import = |name: &&str| {
        let (csv, map) = (format!("pas/{name}.csv"), format!("pas/{name}.toml"));
        recorded(&import(data, &example(&csv), &example(&map), &[]))
    };
    PAS.iter().map(import).collect()
}

fn import_list(data: &Path, csv: &Path, more: &[&str]) -> Output {
    import(data, csv, &example("wlmds/waiting-list.toml"), more)
}

struct Asked {
    server: Server,
    token: Option<String>,
}

impl Asked {
    fn over(data: &Path) -> Self {
        let server = Server::over(data);
        let token = server.token(Who::Auditor);
        Self { server, token }
    }

    fn ask(&self, query: &str, variables: Value) -> Value {
        let answer = self.server.ask(self.token.as_deref(), query, variables);
        assert!(answer.get("errors").is_none(), "{answer:#}");
        answer["data"].clone()
    }

    /// How many wait on a day, by treatment function, as its own code or as the one it is reported by.
    fn waiting(&self, on: &str) -> BTreeMap<String, u64> {
        let query = "query($on: Date) { waitingTimes(on: $on, groupBy: TREATMENT_FUNCTION) {
            groups { key total } } }";
        let answer = self.ask(query, json!({"on": on}));
        let groups = answer["waitingTimes"]["groups"].as_array().unwrap().iter();
        let group = |one: &Value| {
            let key = one["key"].as_str().unwrap().trim_start_matches("C_").to_owned();
            (key, one["total"].as_u64().unwrap())
        };
        groups.map(group).collect()
    }

    /// The pathways of a function that wait on a day, with the days they have waited.
    fn pathways(&self, on: &str, function: &str) -> Vec<(u64, String)> {
        let query = "query($on: Date) { waitingTimes(on: $on, groupBy: TREATMENT_FUNCTION) {
            groups { key pathways(first: 100) { nodes { pathwayId daysWaited } } } } }";
        let answer = self.ask(query, json!({"on": on}));
        let groups = answer["waitingTimes"]["groups"].as_array().unwrap().iter();
        let of_function = |group: &&Value| group["key"].as_str().unwrap().ends_with(function);
        let nodes = groups
            .filter(of_function)
            .flat_map(|group| group["pathways"]["nodes"].as_array().unwrap().iter());
        let listed = |node: &Value| {
            (node["daysWaited"].as_u64().unwrap(), node["pathwayId"].as_str().unwrap().to_owned())
        };
        let mut all: Vec<(u64, String)> = nodes.map(listed).collect();
        all.sort();
        all
    }
}

fn expected(groups: &[(&str, u64)]) -> BTreeMap<String, u64> {
    groups.iter().map(|(key, total)| ((*key).to_owned(), *total)).collect()
}

#[test]
fn the_example_of_a_pas_gives_its_list_and_a_second_import_changes_nothing() {
    let data = tempfile::tempdir().unwrap();
    assert_eq!(import_pas(data.path()), [[22, 0, 0], [14, 0, 0], [22, 0, 0]]);
    assert_eq!(import_pas(data.path()), [[0, 22, 0], [0, 14, 0], [0, 22, 0]]);
    let asked = Asked::over(data.path());
    let january = expected(&[("110", 3), ("130", 1), ("410", 2)]);
    assert_eq!(asked.waiting("2026-01-31"), january);
    let october = expected(&[("110", 3), ("130", 1), ("410", 1)]);
    assert_eq!(asked.waiting("2025-10-31"), october);
    let orthopaedics = asked.pathways("2026-01-31", "110");
    let days: Vec<u64> = orthopaedics.iter().map(|(days, _)| *days).collect();
    assert_eq!(days, [26, 201, 334], "since 5 January 2026, 14 July and 3 March 2025");
}

#[test]
fn the_example_of_a_waiting_list_gives_open_pathways_starts_and_stops_on_any_date() {
    let data = tempfile::tempdir().unwrap();
    let done = import_list(data.path(), &example("wlmds/waiting-list.csv"), &[]);
    assert_eq!(recorded(&done), [34, 0, 0]);
    let asked = Asked::over(data.path());
    let end = expected(&[("110", 2), ("130", 1), ("301", 3)]);
    assert_eq!(asked.waiting("2026-01-31"), end);
    let middle = expected(&[("110", 4), ("130", 2), ("301", 4)]);
    assert_eq!(asked.waiting("2026-01-15"), middle);
}

#[test]
fn a_corrected_file_gives_the_corrected_answer_and_the_history_shows_both() {
    let data = tempfile::tempdir().unwrap();
    let csv = example("wlmds/waiting-list.csv");
    import_list(data.path(), &csv, &[]);
    let text = fs::read_to_string(&csv).unwrap();
    // The last of the list was referred in December, and its stop of the 28th was never one.
    let text = text.replace("2026-01-26", "2025-12-26").replace("2026-01-28,30", ",");
    let corrected = data.path().join("corrected.csv");
    fs::write(&corrected, text).unwrap();
    let done = import_list(data.path(), &corrected, &["--withdraw-missing"]);
    assert_eq!((recorded(&done), counts(&done)["steps withdrawn"]), ([0, 31, 2], 1));
    let again = import_list(data.path(), &corrected, &["--withdraw-missing"]);
    assert_eq!(recorded(&again), [0, 33, 0]);

    let asked = Asked::over(data.path());
    let end = expected(&[("110", 3), ("130", 1), ("301", 3)]);
    assert_eq!(asked.waiting("2026-01-31"), end);
    let [(days, pathway)] = &asked.pathways("2026-01-31", "130")[..] else { panic!("not one") };
    assert_eq!(*days, 36, "since 26 December");
    let history = asked.ask(
        "query($id: ID!) { history(pathwayId: $id) { nodes { typeName standing occurredAt } } }",
        json!({"id": pathway}),
    );
    let nodes = history["history"]["nodes"].as_array().unwrap().iter();
    let told: Vec<(&str, &str)> = nodes
        .map(|node| (node["typeName"].as_str().unwrap(), node["standing"].as_str().unwrap()))
        .collect();
    let count = |name, standing| told.iter().filter(|one| **one == (name, standing)).count();
    assert_eq!(count("referralReceived", "CORRECTED"), 1, "{told:?}");
    assert_eq!(count("stepCorrected", "AMENDMENT"), 2, "{told:?}");
}

/// The digests of all views, built again from the log.
fn digests(data: &Path) -> Vec<String> {
    let into = tempfile::tempdir().unwrap();
    let done = Command::new(waymark())
        .args(["replay", "--into"])
        .arg(into.path())
        .arg("--data-dir")
        .arg(data)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let table = String::from_utf8_lossy(&done.stdout).into_owned();
    let last = |line: &str| line.rsplit('|').nth(1).map(|cell| cell.trim().to_owned());
    let cells: Vec<String> = table.lines().filter_map(last).collect();
    cells.into_iter().filter(|cell| cell.len() == 32).collect()
}

#[test]
fn rows_and_files_in_any_order_give_the_same_views() {
    let straight = tempfile::tempdir().unwrap();
    import_pas(straight.path());
    let told = digests(straight.path());
    assert_eq!(told.len(), 6, "{told:?}");
    for turn in [1, 5, 7] {
        let data = tempfile::tempdir().unwrap();
        fs::copy(straight.path().join("import.key"), data.path().join("import.key")).unwrap();
        for name in PAS.iter().rev() {
            let text = fs::read_to_string(example(&format!("pas/{name}.csv"))).unwrap();
            let (header, rows) = text.split_once('\n').unwrap();
            let mut rows: Vec<&str> = rows.lines().rev().collect();
            rows.rotate_left(turn);
            rows.sort_by_key(|row| row.len() % turn);
            let shuffled = data.path().join(format!("{name}.csv"));
            fs::write(&shuffled, format!("{header}\n{}\n", rows.join("\n"))).unwrap();
            let map = example(&format!("pas/{name}.toml"));
            recorded(&import(data.path(), &shuffled, &map, &[]));
        }
        assert_eq!(digests(data.path()), told);
    }
}

#[test]
fn a_dry_run_says_what_is_refused_by_line_and_column_and_writes_nothing() {
    let place = tempfile::tempdir().unwrap();
    let data = place.path().join("data");
    let text = fs::read_to_string(example("pas/outcomes.csv")).unwrap();
    let text = text.replace("20/10/2025,5,2,30", "20/10/2025,5,9,30");
    let bad = place.path().join("bad.csv");
    fs::write(&bad, format!("\u{feff}{text}A5013,W2013,29/01")).unwrap();
    let report = place.path().join("report.csv");
    let map = example("pas/outcomes.toml");
    let to = ["--dry-run", "--report", report.to_str().unwrap()];
    let done = import(&data, &bad, &map, &to);
    assert_eq!(done.status.code(), Some(1));
    assert!(!data.exists(), "a dry run makes no data directory");
    let said = String::from_utf8_lossy(&done.stderr);
    assert!(said.contains("2 of 13 rows were refused, whole or in part; see"), "{said}");
    assert!(said.contains("the last line has no line end"), "{said}");
    let told = fs::read_to_string(&report).unwrap();
    assert_eq!(
        told,
        "line,outcome,step,column,field,code,message\n\
         4,REFUSED,appointmentOutcomeRecorded,OUTCOME,attendanceOutcome,UNKNOWN_CODE,\"the map does not know this code: expected one of `1`, `2`, `3`\"\n\
         14,REFUSED,,,,WRONG_FIELDS,\"the line has 3 fields: expected 6, as the header has\"\n"
    );
    assert_eq!(import(&data, &bad, &map, &to[1..]).status.code(), Some(1));
    assert_eq!(fs::read_to_string(&report).unwrap(), told, "the import itself says the same");
}

#[test]
fn a_map_with_mistakes_names_file_line_and_column_of_each_and_records_nothing() {
    let place = tempfile::tempdir().unwrap();
    let text = fs::read_to_string(example("pas/appointments.toml")).unwrap();
    let text = text.replace("place =", "room =").replace("\"VIDEO\"", "\"VIDEOCALL\"");
    let map = place.path().join("map.toml");
    fs::write(&map, text).unwrap();
    let data = place.path().join("data");
    let done = import(&data, &example("pas/appointments.csv"), &map, &[]);
    assert_eq!((done.status.code(), data.exists()), (Some(1), false));
    let said = String::from_utf8_lossy(&done.stderr);
    let at = |line: &str| said.contains(&format!("{}: {line}", map.display()));
    assert!(
        at("line 18, column 1: `room` is not a field of `appointmentBooked`: expected one of"),
        "{said}"
    );
    assert!(
        at("line 19, column 82: the value does not fit the field: expected `VIDEO`, or another of"),
        "{said}"
    );
}
