//! A clock that steps, forward and back, under a server that runs: the log never goes back in time, what
//! falls due is raised once, and what fell due meanwhile is raised when the clock is right again.
//!
//! The clock is that of the real process: `libfaketime` reads how far it is off from a file.

use std::{fs, path::PathBuf, process::Command};

use rusqlite::{Connection, OpenFlags};
use serde_json::{Value, json};

use crate::{
    deadlines::{alarms, ticking, until},
    process::{Client, Place, Server, id},
    town::digests,
};

/// Where Debian and its kin keep it.
fn library() -> PathBuf {
    let folders = fs::read_dir("/usr/lib").unwrap().flatten().map(|entry| entry.path());
    let folders = folders.chain(["/usr/lib".into(), "/usr/local/lib".into()]);
    let mut found = folders.map(|folder| folder.join("faketime/libfaketimeMT.so.1"));
    found.find(|path| path.is_file()).expect("libfaketime is needed: apt-get install libfaketime")
}

/// A clock that is off by what its file says.
struct Clock(PathBuf);

impl Clock {
    fn of(place: &Place) -> Self {
        let clock = Self(place.path().join("clock"));
        clock.is_off_by("+0");
        clock
    }

    /// `-3d`, `+20d`: relative to the clock of the machine.
    fn is_off_by(&self, offset: &str) {
        let fresh = self.0.with_extension("new");
        fs::write(&fresh, offset).unwrap();
        fs::rename(fresh, &self.0).unwrap();
    }

    /// Has a process read this clock: the time of day alone, for pauses are not told by it.
    fn give_to(&self, command: &mut Command) {
        command.env("LD_PRELOAD", library()).env("FAKETIME_TIMESTAMP_FILE", &self.0);
        command.env("FAKETIME_NO_CACHE", "1").env("FAKETIME_DONT_FAKE_MONOTONIC", "1");
    }
}

/// The moment that the log holds for each event, in microseconds since 1970.
fn recorded(place: &Place) -> Vec<i64> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY;
    let log = Connection::open_with_flags(place.data().join("events.db"), flags).unwrap();
    let mut all = log.prepare("SELECT recorded_at FROM events ORDER BY position").unwrap();
    let all = all.query_map([], |row| row.get(0)).unwrap();
    all.collect::<Result<_, _>>().unwrap()
}

/// A result that was reported in some hour of 2026-03.
fn reported(pathway: u64) -> Value {
    json!({
        "pathway": {"id": id(pathway)},
        "occurredAt": "2026-03-02T08:00:00Z",
        "commandId": id(10_000 + pathway),
        "step": {"resultReported": {"testId": "T1", "abnormality": "NORMAL", "provider": "RJ1"}},
    })
}

fn tell(client: &Client, pathway: u64) {
    let answer = client.record(&reported(pathway));
    assert_eq!(answer["__typename"], "StepRecorded", "{answer}");
}

/// The alarms about a pathway, each once.
fn about(client: &Client, pathway: u64) -> Vec<String> {
    let named = format!("\"{}\"", id(pathway));
    let all = alarms(client).into_iter().map(|(_, about, _)| about);
    let mut all: Vec<String> = all.filter(|about| about.starts_with(&named)).collect();
    all.sort_unstable();
    let count = all.len();
    all.dedup();
    assert_eq!(all.len(), count, "an alarm stands twice");
    all
}

/// Waits for both promises that were broken on it.
fn until_raised(client: &Client, pathway: u64) {
    until("the alarms", || (about(client, pathway).len() >= 2).then_some(()));
}

#[test]
fn a_clock_that_steps_both_ways_takes_no_time_back_and_loses_no_deadline() {
    let place = Place::new();
    let clock = Clock::of(&place);
    let mut command = ticking(&place);
    clock.give_to(&mut command);
    let server = Server::of(&place, command);
    // Tokens are read by the clock of the server too: this one is good for all of the time.
    let client = server.client(Some(place.token(&["--organisation", "RJ1"])));
    tell(&client, 1);
    until_raised(&client, 1);
    // Three days back: the log stands still, and what is told then is still judged.
    clock.is_off_by("-3d");
    tell(&client, 2);
    until_raised(&client, 2);
    // Half an hour ahead, and right again.
    clock.is_off_by("+30m");
    tell(&client, 3);
    until_raised(&client, 3);
    clock.is_off_by("+0");
    tell(&client, 4);
    until_raised(&client, 4);
    let stamps = recorded(&place);
    assert!(stamps.is_sorted(), "{stamps:?}");
    let ahead = stamps.iter().max().unwrap() - stamps.iter().min().unwrap();
    assert!(ahead >= 30 * 60 * 1_000_000, "the clock did not step: {stamps:?}");
    let log = fs::read_to_string(place.path().join("log")).unwrap();
    assert!(log.contains("the clock had run ahead"), "{log}");
    for pathway in 1..=4 {
        assert_eq!(about(&client, pathway).len(), 2);
    }
    drop(server);
    digests(&place);
}
