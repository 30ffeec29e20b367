//! More writers than the disk can take: they are held back, told to come again, and lose nothing; the
//! memory of the server stays what it was.

use std::{
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use rusqlite::Connection;
use serde_json::{Value, json};

use crate::{
    memory::peak_kb,
    process::{Client, Place, RECORD, Server},
    town::{digests, history, input, story},
};

/// Appends that may wait for the disk.
const WAITING_MAX: usize = 8;

/// Longer than it takes until the append of an idle server is being written.
const TAKEN: Duration = Duration::from_millis(700);

/// The server with little room to wait in.
fn narrow(place: &Place) -> Server {
    let mut command = place.waymark(&["serve", "--listen", "127.0.0.1:0"]);
    command.env("WAYMARK_QUEUE_APPENDS_MAX", WAITING_MAX.to_string());
    Server::of(place, command)
}

/// What became of a step.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Said {
    Recorded,
    ComeAgain,
}

fn say(client: &Client, input: &Value) -> Said {
    let answer = client.ask(RECORD, &json!({"input": input}));
    if answer["errors"].is_null() {
        assert_eq!(answer["data"]["record"]["__typename"], "StepRecorded", "{answer}");
        return Said::Recorded;
    }
    let error = &answer["errors"][0];
    assert_eq!(error["extensions"], json!({"code": "OVERLOADED"}), "{answer}");
    let told = "too many are waiting: try again with the same command id";
    assert_eq!((&error["message"], &answer["data"]), (&json!(told), &Value::Null));
    Said::ComeAgain
}

/// Sends until it is recorded, always the same; counts how often there was no room.
fn insist(client: &Client, input: &Value) -> usize {
    let refused = (0..).take_while(|_| say(client, input) == Said::ComeAgain);
    refused.count()
}

#[test]
fn while_the_disk_stands_still_few_wait_and_the_others_are_told_at_once_to_come_again() {
    const CLIENTS: u64 = 16;
    let place = Place::new();
    let server = narrow(&place);
    let client = server.staff(&place);
    let first = &story()[0];
    for pathway in 1..=CLIENTS {
        insist(&client, &input(pathway, pathway, first));
    }
    // Who writes must wait; who reads need not.
    let disk = Connection::open(place.data().join("events.db")).unwrap();
    disk.execute_batch("BEGIN IMMEDIATE").unwrap();
    let second = &story()[1];
    let sent: Vec<Value> = (1..=CLIENTS).map(|at| input(at, 100 + at, second)).collect();
    let (refused, begun) = (AtomicUsize::new(0), Instant::now());
    let soon = Mutex::new(Vec::new());
    let waited: usize = thread::scope(|scope| {
        let write = |input| {
            let client = client.clone();
            let (refused, soon) = (&refused, &soon);
            scope.spawn(move || match say(&client, input) {
                Said::Recorded => 1,
                Said::ComeAgain => {
                    refused.fetch_add(1, Ordering::SeqCst);
                    soon.lock().unwrap().push(begun.elapsed());
                    0
                }
            })
        };
        let (first, others) = sent.split_first().unwrap();
        let mut writers = vec![write(first)];
        // The writer takes all that wait by then, and others may wait in their place: it is to have one.
        thread::sleep(TAKEN);
        writers.extend(others.iter().map(write));
        // One append is being written; as many as may wait, wait.
        let enough = usize::try_from(CLIENTS).unwrap() - WAITING_MAX - 1;
        while refused.load(Ordering::SeqCst) < enough {
            assert!(begun.elapsed() < Duration::from_secs(4), "they are kept waiting");
            thread::sleep(Duration::from_millis(5));
        }
        assert_eq!(history(&client, 1).len(), 1, "whoever reads is answered meanwhile");
        disk.execute_batch("ROLLBACK").unwrap();
        writers.into_iter().map(|writer| writer.join().unwrap()).sum()
    });
    assert!((1..=WAITING_MAX + 1).contains(&waited), "{waited} waited");
    for input in &sent {
        insist(&client, input);
        assert_eq!(client.record(input)["duplicate"], true);
    }
    for pathway in 1..=CLIENTS {
        assert_eq!(history(&client, pathway).len(), 2);
    }
    drop(server);
    digests(&place);
}

#[test]
fn a_flood_is_recorded_once_each_and_the_memory_of_the_server_stays_what_it_was() {
    const CLIENTS: u64 = 48;
    const STEPS: u64 = 40;
    let place = Place::new();
    let server = narrow(&place);
    let client = server.staff(&place);
    let told = story();
    let flood = |round: u64, most: u64| {
        let refused = AtomicUsize::new(0);
        thread::scope(|scope| {
            for number in 1..=CLIENTS {
                let (client, told, refused) = (client.clone(), &told, &refused);
                scope.spawn(move || {
                    for n in 0..most {
                        let one = &told[usize::try_from(n % 5).unwrap()];
                        let command = (round * CLIENTS + number) * 1_000 + n;
                        let again = insist(&client, &input(number, command, one));
                        refused.fetch_add(again, Ordering::SeqCst);
                    }
                });
            }
        });
        refused.into_inner()
    };
    // What a server takes with it to serve so many at once.
    flood(0, 10);
    let before = peak_kb(server.child.id());
    let disk = Connection::open(place.data().join("events.db")).unwrap();
    disk.execute_batch("BEGIN IMMEDIATE").unwrap();
    let refused = thread::scope(|scope| {
        // A machine may be slower than its disk: that stands still at first, so that more come than may wait.
        scope.spawn(move || {
            thread::sleep(TAKEN);
            disk.execute_batch("ROLLBACK").unwrap();
        });
        flood(1, STEPS)
    });
    let grown = peak_kb(server.child.id()) - before;
    assert!(refused > 0, "nobody was refused");
    assert!(grown < 64 * 1_024, "{grown} kB more for {refused} refusals");
    for pathway in 1..=CLIENTS {
        let steps = usize::try_from(10 + STEPS).unwrap();
        assert_eq!(history(&client, pathway).len(), steps);
    }
    drop(server);
    digests(&place);
}
