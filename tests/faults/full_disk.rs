//! A disk with no room: commits fail for real, and the server goes on.
//!
//! The room is taken by the kernel's limit on the size of a file of the server's process, so nothing
//! is mounted and nothing is left behind.

use std::process::Command;

use serde_json::{Value, json};

use crate::{
    process::{Place, RECORD, Server},
    town::{digests, history, input, story},
};

/// A server that is told of a file that may grow no further by an error and not by a signal.
fn started(place: &Place) -> Server {
    let usual = place.waymark(&["serve", "--listen", "127.0.0.1:0"]);
    let mut command = Command::new("/bin/sh");
    command.args(["-c", "trap '' XFSZ; exec \"$0\" \"$@\""]);
    command.arg(usual.get_program()).args(usual.get_args());
    command.env_clear().current_dir(place.path());
    Server::of(place, command)
}

/// From now on no file of the server grows beyond so many bytes.
fn limit(server: &Server, bytes: &str) {
    let pid = server.child.id().to_string();
    let fsize = format!("--fsize={bytes}:");
    let limited = Command::new("prlimit").args(["--pid", &pid, &fsize]).output();
    let limited = limited.expect("prlimit of util-linux sets the limit");
    assert!(limited.status.success(), "{}", String::from_utf8_lossy(&limited.stderr));
}

/// Takes all room from the log: what was written of it stays, and it may grow no more.
fn fill(server: &Server, place: &Place) {
    let written = std::fs::metadata(place.data().join("events.db-wal")).unwrap().len();
    limit(server, &written.to_string());
}

/// What `/health/ready` says.
pub(crate) fn health(server: &Server) -> (u16, Value) {
    let config = ureq::Agent::config_builder().http_status_as_error(false);
    let agent: ureq::Agent = config.build().into();
    let mut answer = agent.get(format!("{}/health/ready", server.url)).call().unwrap();
    let text = answer.body_mut().read_to_string().unwrap();
    (answer.status().as_u16(), serde_json::from_str(&text).unwrap())
}

#[test]
fn a_full_disk_refuses_for_now_loses_nothing_and_repeats_nothing_once_there_is_room() {
    let place = Place::new();
    let server = started(&place);
    let client = server.staff(&place);
    let [before @ .., last, letter] = story();
    for (command, told) in (1..).zip(&before) {
        assert_eq!(client.record(&input(1, command, told))["__typename"], "StepRecorded");
    }
    let acknowledged = history(&client, 1);
    fill(&server, &place);

    let unanswered = [input(1, 11, &last), input(1, 12, &letter), input(2, 13, &before[0])];
    for input in &unanswered {
        let answer = client.ask(RECORD, &json!({"input": input}));
        let error = &answer["errors"][0];
        assert_eq!(error["extensions"], json!({"code": "UNAVAILABLE"}), "{answer}");
        assert_eq!(
            error["message"],
            "the log cannot be written for now, and the step may or may not be recorded: send it \
             again with the same command id"
        );
        assert_eq!(answer["data"], Value::Null);
    }
    assert_eq!(history(&client, 1), acknowledged, "what was acknowledged is read meanwhile");
    let (status, said) = health(&server);
    assert_eq!((status, &said["log"]["healthy"]), (503, &json!(false)), "{said}");
    let trouble = said["log"]["trouble"].as_str().unwrap();
    assert!(trouble.starts_with("the log cannot be written: "), "{trouble}");

    let log = std::fs::read_to_string(place.path().join("log")).unwrap();
    assert!(log.contains("\"maybe_committed\":true"), "it is the commit that failed: {log}");

    limit(&server, "unlimited");
    while health(&server).1["log"]["healthy"] == false {
        std::thread::yield_now();
    }
    for input in &unanswered {
        let event = client.record(input)["eventId"].clone();
        let again = client.record(input);
        assert_eq!((&again["eventId"], &again["duplicate"]), (&event, &json!(true)), "{again}");
    }
    let now = history(&client, 1);
    assert_eq!(now.len(), acknowledged.len() + 2, "{now:?}");
    assert!(acknowledged.iter().all(|event| now.contains(event)), "{now:?}");
    assert_eq!(history(&client, 2).len(), 1);
    drop(server);
    digests(&place);
}
