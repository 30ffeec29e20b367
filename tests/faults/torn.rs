//! A log that lost its end: the disk kept less than it said, or an older backup was put in its place.
//! It is told, what is there is whole, and what was sent since can be sent again.

use std::{
    collections::BTreeSet,
    fs::{self, File},
};

use serde_json::Value;

use crate::{
    crash::kill,
    deadlines::{alarms, reported, ticking, until},
    process::{Client, Place, Server},
    town::{digests, head, input, story},
};

const PATHWAYS: u64 = 30;

/// What each pathway is about, however often it is told.
fn raised(client: &Client, count: usize) -> BTreeSet<String> {
    let all = until("the alarms", || Some(alarms(client)).filter(|all| all.len() >= count));
    let about: BTreeSet<String> = all.iter().map(|(_, about, _)| about.clone()).collect();
    assert_eq!((about.len(), all.len()), (count, count), "an alarm stands twice");
    about
}

/// How far the deadlines and the reactor say that they have come.
fn places(place: &Place) -> Option<(u64, u64)> {
    let deadlines = fs::read_to_string(place.data().join("deadlines.json")).ok()?;
    let deadlines: Value = serde_json::from_str(&deadlines).ok()?;
    let reactor = fs::read_to_string(place.data().join("reactor.position")).ok()?;
    Some((deadlines["position"].as_u64()?, reactor.trim().parse().ok()?))
}

/// Cuts the file beside the log in the middle of a frame; most of what was written is gone.
fn tear(place: &Place) {
    let wal = File::options().write(true).open(place.data().join("events.db-wal")).unwrap();
    let length = wal.metadata().unwrap().len();
    assert!(length > 20_000, "all of it stands beside the log: {length}");
    wal.set_len(length / 6 + 77).unwrap();
}

#[test]
fn a_log_whose_last_writes_are_lost_says_so_and_nothing_that_follows_is_passed_over() {
    let place = Place::new();
    let mut server = Server::of(&place, ticking(&place));
    let client = server.staff(&place);
    for pathway in 1..=PATHWAYS {
        assert_eq!(client.record(&reported(pathway))["__typename"], "StepRecorded");
    }
    // Two promises were broken on each.
    let whole = usize::try_from(PATHWAYS).unwrap() * 2;
    let before = raised(&client, whole);
    let end = head(&place);
    until("the places", || places(&place).filter(|places| *places == (end, end)));
    server.child.kill().unwrap();
    server.child.wait().unwrap();
    tear(&place);

    let server = Server::of(&place, ticking(&place));
    let client = server.staff(&place);
    let said = fs::read_to_string(place.path().join("log")).unwrap();
    assert!(said.contains("the log is shorter than it was"), "{said}");
    let mut lost = 0;
    for pathway in 1..=PATHWAYS {
        let answer = client.record(&reported(pathway));
        assert_eq!(answer["__typename"], "StepRecorded", "{answer}");
        lost += u32::from(answer["duplicate"] == false);
    }
    assert!((1..30).contains(&lost), "{lost} steps were lost");
    assert_eq!(raised(&client, whole), before);
    let end = head(&place);
    until("the places", || places(&place).filter(|places| *places == (end, end)));
    drop(server);
    digests(&place);
}

#[test]
fn however_the_file_beside_the_log_is_cut_what_is_left_is_whole_and_dense() {
    let place = Place::new();
    let server = Server::start(&place);
    let client = server.staff(&place);
    let commands: Vec<Value> = (1..).zip(story()).map(|(n, told)| input(1, n, &told)).collect();
    let events: Vec<Value> =
        commands.iter().map(|one| client.record(one)["eventId"].clone()).collect();
    kill(server);
    let wal = fs::read(place.data().join("events.db-wal")).unwrap();
    // Nothing of it, half its head, its head alone, half a frame, all but the last byte.
    for cut in [0, 16, 32, 3_000, wal.len() / 2, wal.len() - 1] {
        fs::write(place.data().join("events.db-wal"), &wal[..cut]).unwrap();
        let server = Server::start(&place);
        let client = server.staff(&place);
        let mut again = Vec::new();
        for one in &commands {
            let answer = client.record(one);
            again.push(answer["duplicate"].clone());
            assert!(events.contains(&answer["eventId"]), "{answer}");
        }
        // What is left is the beginning of what was there.
        assert!(again.is_sorted_by_key(|known| known != true), "{cut}: {again:?}");
        assert!(again.iter().any(|known| known == false), "{cut}: nothing was lost");
        kill(server);
    }
    digests(&place);
}
