//! `waymark clock` at a validator's desk: the real binary over a file of steps, no database.
//!
//! The expected answers stand beside the steps; `UPDATE_CONTRACTS=1 cargo test -p waymark-tests
//! --test journeys clock_command` writes them anew.

use std::{
    io::Write,
    path::PathBuf,
    process::{Command, Output, Stdio},
};

use serde_json::Value;
use waymark_tests::waymark;

/// The folder of the steps and of what is expected.
fn beside(name: &str) -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/journeys/clock_command")).join(name)
}

fn steps() -> String {
    beside("steps.ndjson").display().to_string()
}

fn clock(arguments: &[&str]) -> Output {
    run(arguments, Vec::new())
}

/// Runs `waymark clock`; standard input holds `input`.
fn run(arguments: &[&str], input: Vec<u8>) -> Output {
    let mut child = Command::new(waymark())
        .arg("clock")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    // A command that has read enough, or stops at its arguments, closes its end.
    drop(stdin.write_all(&input));
    drop(stdin);
    child.wait_with_output().unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn told(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn expect(name: &str, found: &str) {
    #[expect(clippy::disallowed_methods, reason = "how a developer accepts another answer")]
    let update = std::env::var("UPDATE_CONTRACTS").is_ok();
    if update {
        std::fs::write(beside(name), found).unwrap();
    }
    let expected = std::fs::read_to_string(beside(name)).unwrap_or_default();
    let differs = expected.lines().zip(found.lines()).find(|(old, new)| old != new);
    assert!(expected == found, "{name} differs, first at {differs:?}");
}

/// The answers as JSON, a pathway each.
fn pathways(output: &Output) -> Vec<Value> {
    out(output).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn the_tables_say_what_each_step_did_and_why() {
    let found = clock(&[&steps(), "--on", "2026-01-31"]);
    assert!(found.status.success(), "{}", told(&found));
    expect("tables.txt", &out(&found));
}

#[test]
fn the_json_is_one_object_a_pathway() {
    let found = clock(&[&steps(), "--on", "2026-01-31", "--json"]);
    assert!(found.status.success(), "{}", told(&found));
    let pretty: Vec<String> = pathways(&found).iter().map(|one| format!("{one:#}\n")).collect();
    expect("answer.json", &pretty.concat());
}

#[test]
fn every_line_of_the_file_answers_for_itself_with_a_rule() {
    let found = clock(&[&steps(), "--on", "2026-01-31", "--json"]);
    let mut lines: Vec<u64> = Vec::new();
    for one in pathways(&found).iter().flat_map(|one| one["why"].as_array().unwrap()) {
        lines.push(one["line"].as_u64().unwrap());
        assert!((1..=62).contains(&one["rule"]["row"].as_u64().unwrap()), "{one}");
        assert!(!one["rule"]["guidance"].as_str().unwrap().is_empty(), "{one}");
    }
    lines.sort_unstable();
    let all = std::fs::read_to_string(steps()).unwrap().lines().count() as u64;
    assert_eq!(lines, (1..=all).collect::<Vec<u64>>());
}

#[test]
fn standard_input_gives_the_same_answer_in_any_order_of_lines() {
    let text = std::fs::read_to_string(steps()).unwrap();
    let straight = clock(&[&steps(), "--on", "2026-01-31", "--json"]);
    for arguments in [&["-", "--json", "--on", "2026-01-31"][..], &["--json", "--on", "2026-01-31"]]
    {
        let piped = run(arguments, text.clone().into_bytes());
        assert_eq!(out(&piped), out(&straight), "{}", told(&piped));
    }
    let backwards: Vec<&str> = text.lines().rev().collect();
    let backwards = run(&["--json", "--on", "2026-01-31"], backwards.join("\n").into_bytes());
    let periods = |output: &Output| {
        let mut all: Vec<String> =
            pathways(output).iter().map(|one| one["periods"].to_string()).collect();
        all.sort();
        all
    };
    assert_eq!(periods(&backwards), periods(&straight));
}

#[test]
fn another_census_day_changes_the_days_of_what_is_open_and_no_date() {
    let open = |on: &str| {
        let found = clock(&[&steps(), "--on", on, "--json"]);
        let period = pathways(&found)[1]["periods"][1].clone();
        (period["clockStart"].clone(), period["days"].clone(), period["band"].clone())
    };
    assert_eq!(open("2025-11-14"), (Value::from("2025-11-14"), Value::from(0), Value::from(0)));
    assert_eq!(open("2026-03-20"), (Value::from("2025-11-14"), Value::from(126), Value::from(17)));
    assert_eq!(open("2026-03-21"), (Value::from("2025-11-14"), Value::from(127), Value::from(18)));
    assert_eq!(open("2025-11-13"), (Value::from("2025-11-14"), Value::Null, Value::Null));
}

#[test]
fn a_bad_line_is_told_with_file_line_and_field_and_no_clock_is_guessed() {
    let text = std::fs::read_to_string(steps()).unwrap();
    let wrong =
        text.replacen("\"attendanceCode\":\"DID_NOT_ATTEND\"", "\"attendanceCode\":\"WIZARD\"", 1);
    let found = run(&["-", "--on", "2026-01-31"], wrong.into_bytes());
    assert_eq!((found.status.code(), out(&found).as_str()), (Some(1), ""));
    let told = told(&found);
    assert!(
        told.contains("standard input:9: step.dnaRecorded.attendanceCode: expected one of `"),
        "{told}"
    );
    assert!(told.contains("1 of 20 lines cannot be used"), "{told}");
}

#[test]
fn nothing_a_directory_and_a_file_that_is_not_there_are_clear_errors() {
    for (arguments, says) in [
        (&["-"][..], "standard input has no steps: expected one step a line"),
        (&["/tmp"], "/tmp is a directory: expected a file of NDJSON"),
        (&["/nowhere/steps.ndjson"], "/nowhere/steps.ndjson cannot be read"),
        (&["-", "--on", "31/01/2026"], "invalid value '31/01/2026' for '--on <DATE>'"),
    ] {
        let found = clock(arguments);
        assert!(!found.status.success() && out(&found).is_empty(), "{arguments:?}");
        assert!(told(&found).contains(says), "{arguments:?}: {}", told(&found));
    }
}

#[test]
fn settings_of_ones_own_judge_from_their_first_day_and_a_mistake_in_them_is_told_with_its_line() {
    let shipped = include_str!("../../schema/policies/rtt-clock.toml");
    let setting = "active_monitoring_for_choice]\nvalue = false\nsource = \"a\"\nreading = \"b\"\n";
    let from = |day: &str| {
        let file = tempfile::NamedTempFile::new().unwrap();
        let version = format!("[[version]]\nnumber = 2\nfrom = \"{day}\"\n[version.{setting}");
        std::fs::write(file.path(), format!("{shipped}\n{version}")).unwrap();
        file
    };
    let row = |policy: &str| {
        let found = clock(&[&steps(), "--on", "2026-01-31", "--json", "--policy", policy]);
        let pathways = pathways(&found);
        let why = pathways[2]["why"].as_array().unwrap().clone();
        let step = why.into_iter().find(|one| one["step"] == "ActiveMonitoringStarted").unwrap();
        (step["rule"]["row"].clone(), step["policyVersion"].clone())
    };
    let (before, after) = (from("2025-10-10"), from("2025-10-11"));
    assert_eq!(row(before.path().to_str().unwrap()), (Value::from(31), Value::from(2)));
    assert_eq!(row(after.path().to_str().unwrap()), (Value::from(30), Value::from(1)));
    let wrong = from("October");
    let found = clock(&[&steps(), "--policy", wrong.path().to_str().unwrap()]);
    assert_eq!((found.status.code(), out(&found).as_str()), (Some(1), ""));
    assert!(
        told(&found).contains("`October` is no day: expected a day such as"),
        "{}",
        told(&found)
    );
}

#[test]
fn the_help_teaches_with_an_example_that_works() {
    let help = out(&clock(&["--help"]));
    let lines = help.lines().map(str::trim);
    let example: Vec<&str> = lines.filter(|line| line.starts_with("{\"pathway\"")).collect();
    let found = run(&["--json", "--on", "2026-04-01"], example.join("\n").into_bytes());
    let [pathway] = &pathways(&found)[..] else { panic!("{}", told(&found)) };
    assert_eq!(pathway["periods"][0]["clockStop"], "2026-03-05");
    assert_eq!(pathway["periods"][0]["stoppedBy"]["row"], 27);
}
