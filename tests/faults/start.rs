//! Starts that cannot be: one clear sentence and exit code 1.

use std::{
    fs,
    io::{BufRead, BufReader},
    net::TcpListener,
    process::{Command, Stdio},
};

use crate::process::{Place, Server};

pub(crate) const SERVE: [&str; 3] = ["serve", "--listen", "127.0.0.1:0"];

/// The one sentence with which a command fails, without the name in front.
pub(crate) fn sentence(mut command: Command) -> String {
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    if !line.is_empty() {
        child.kill().unwrap();
    }
    let answered = child.wait_with_output().unwrap();
    assert_eq!((line.as_str(), answered.status.code()), ("", Some(1)), "{answered:?}");
    let said = String::from_utf8(answered.stderr).unwrap();
    assert_eq!(said.lines().count(), 1, "not one sentence: {said}");
    said.trim_end().strip_prefix("waymark: ").unwrap_or_else(|| panic!("{said}")).to_owned()
}

#[test]
fn a_port_in_use_is_named() {
    let place = Place::new();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    for command in ["serve", "demo"] {
        let said = sentence(place.waymark(&[command, "--listen", &address]));
        let expected = format!("{address} cannot be listened on: stop what uses it, or choose");
        assert!(said.starts_with(&expected), "{said}");
    }
}

#[test]
fn a_data_directory_that_cannot_be_one_is_named() {
    let place = Place::new();
    fs::write(place.data(), "a file in its place").unwrap();
    for command in [&SERVE[..], &["import", "none.ndjson"], &["rebuild"]] {
        let said = sentence(place.waymark(command));
        let expected = format!("the data directory {} cannot be made", place.data().display());
        assert!(said.starts_with(&expected), "{said}");
    }
}

#[test]
fn a_damaged_log_is_named_and_left_as_it_is() {
    let place = Place::new();
    fs::create_dir(place.data()).unwrap();
    let file = place.data().join("events.db");
    let garbage = [0xa5; 8_192];
    fs::write(&file, garbage).unwrap();
    let said = sentence(place.waymark(&SERVE));
    let expected = format!("`{}` is damaged or no event log", file.display());
    assert!(said.contains(&expected), "{said}");
    assert_eq!(fs::read(&file).unwrap(), garbage);
}

#[test]
fn damaged_keys_are_named() {
    let place = Place::new();
    drop(Server::start(&place));
    // What SQLite keeps beside it would put it right again.
    for beside in ["keys.db-wal", "keys.db-shm"] {
        drop(fs::remove_file(place.data().join(beside)));
    }
    fs::write(place.data().join("keys.db"), [0xa5; 8_192]).unwrap();
    let said = sentence(place.waymark(&SERVE));
    let expected = format!("the keys in {} cannot be used", place.data().display());
    assert!(said.starts_with(&expected), "{said}");
}

#[test]
fn a_second_process_on_one_directory_is_turned_away_and_the_first_goes_on() {
    let place = Place::new();
    let server = Server::start(&place);
    for command in [&SERVE[..], &["rebuild"], &["export"]] {
        let said = sentence(place.waymark(command));
        assert!(said.ends_with("is in use by another process"), "{said}");
    }
    let answer = server.staff(&place).ask("{ __typename }", &serde_json::json!({}));
    assert_eq!(answer, serde_json::json!({"data": {"__typename": "Query"}}));
}

#[test]
fn an_unknown_setting_is_named_with_those_that_there_are() {
    let place = Place::new();
    let mut command = place.waymark(&SERVE);
    command.env("WAYMARK_LISTN", "127.0.0.1:0");
    let known = "WAYMARK_DATA_DIR, WAYMARK_STORE, WAYMARK_STORE_NEWS, WAYMARK_STORE_LOG, WAYMARK_VIEWS, \
        WAYMARK_KEYS, WAYMARK_LISTEN, WAYMARK_ALLOW_DEMO_IDENTITY, WAYMARK_LOG, WAYMARK_PUBLIC_PER_SECOND_MAX, \
        WAYMARK_DEADLINES_FROM, WAYMARK_TICK_SECONDS, WAYMARK_QUEUE_APPENDS_MAX";
    let expected = format!("`WAYMARK_LISTN` is not a setting: expected one of {known}");
    assert_eq!(sentence(command), expected);

    fs::write(place.path().join("waymark.toml"), "listn = '127.0.0.1:0'\n").unwrap();
    let known = "`data_dir`, `store`, `store_news`, `store_log`, `views`, `keys`, `listen`, \
        `allow_demo_identity`, `log`, `public_per_second_max`, `deadlines_from`, `tick_seconds`, `queue_appends_max`, `webhook`";
    let expected = format!(
        "the settings file waymark.toml is wrong: unknown field `listn`, expected one of {known}"
    );
    assert_eq!(sentence(place.waymark(&SERVE)), expected);
}

#[test]
fn a_server_that_others_could_reach_is_not_started_unasked() {
    let place = Place::new();
    let said = sentence(place.waymark(&["serve", "--listen", "0.0.0.0:0"]));
    assert!(said.starts_with("0.0.0.0:0 can be reached from other machines"), "{said}");
}
