//! A server that is killed at any moment while others record.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::mpsc,
    thread,
};

use serde_json::{Value, json};

use crate::{
    process::{Client, Place, Server},
    town::{Chance, digests, history, input, story},
};

const CLIENTS: u64 = 8;
const KILLS: u64 = 6;

/// A pathway that all clients write to; each has one of its own too.
const SHARED: u64 = 1_000;

/// Ends a server at once, as a loss of power would.
pub(crate) fn kill(mut server: Server) {
    server.child.kill().unwrap();
    server.child.wait().unwrap();
}

/// A command, and the event it was acknowledged as.
struct Sent {
    pathway: u64,
    input: Value,
    event: Option<String>,
}

/// The n-th command of a client in a round, by turns on its own pathway and on the shared one.
fn command(round: u64, client: u64, n: u64) -> (u64, Value) {
    let pathway = if n.is_multiple_of(2) { client + 1 } else { SHARED };
    let told = &story()[usize::try_from(n % 5).unwrap()];
    (pathway, input(pathway, (round * CLIENTS + client) * 100_000 + n, told))
}

/// Records until the server is gone, and says of each step that it was acknowledged.
fn record_until_the_end(
    client: &Client,
    (round, number): (u64, u64),
    told: &mpsc::Sender<()>,
) -> Vec<Sent> {
    let mut all = Vec::new();
    for n in 0.. {
        let (pathway, input) = command(round, number, n);
        let answer = client.try_record(&input);
        let event = answer.as_ref().map(|answer| {
            assert_eq!(answer["__typename"], "StepRecorded", "{answer}");
            answer["eventId"].as_str().unwrap().to_owned()
        });
        let gone = event.is_none();
        all.push(Sent { pathway, input, event });
        if gone || told.send(()).is_err() {
            break;
        }
    }
    all
}

/// Eight clients record; after `acknowledged` answers the server is killed, whatever it is doing.
fn record_and_kill(place: &Place, round: u64, acknowledged: u64) -> Vec<Sent> {
    let mut server = Server::start(place);
    let client = server.staff(place);
    let (told, answers) = mpsc::channel();
    thread::scope(|scope| {
        let writers = (0..CLIENTS).map(|number| {
            let (client, told) = (client.clone(), told.clone());
            scope.spawn(move || record_until_the_end(&client, (round, number), &told))
        });
        let writers: Vec<_> = writers.collect();
        drop(told);
        assert_eq!(
            answers.iter().take(usize::try_from(acknowledged).unwrap()).count() as u64,
            acknowledged
        );
        server.child.kill().unwrap();
        server.child.wait().unwrap();
        writers.into_iter().flat_map(|writer| writer.join().unwrap()).collect()
    })
}

/// What is on each pathway, each event once.
fn recorded(client: &Client) -> BTreeMap<u64, BTreeSet<String>> {
    let pathways = (1..=CLIENTS).chain([SHARED]);
    let found = pathways.map(|pathway| {
        let events = history(client, pathway);
        let once: BTreeSet<String> = events.iter().cloned().collect();
        assert_eq!(once.len(), events.len(), "an event stands twice on {pathway}");
        (pathway, once)
    });
    found.collect()
}

#[test]
fn a_server_killed_while_eight_clients_record_has_every_acknowledged_step_once() {
    let place = Place::new();
    let mut chance = Chance(42);
    let mut all: Vec<Sent> = Vec::new();
    for round in 0..KILLS {
        all.extend(record_and_kill(&place, round, 10 + chance.below(120)));
        let server = Server::start(&place);
        let client = server.staff(&place);
        let found = recorded(&client);
        let acknowledged = all.iter().filter(|sent| sent.event.is_some()).count();
        for sent in &all {
            let there =
                sent.event.as_ref().is_none_or(|event| found[&sent.pathway].contains(event));
            assert!(there, "an acknowledged step is lost: {}", sent.input);
        }
        let on_disk: usize = found.values().map(BTreeSet::len).sum();
        assert!((acknowledged..=all.len()).contains(&on_disk), "{on_disk} of {}", all.len());
        retry(&client, &mut all, &found);
    }
    let server = Server::start(&place);
    let client = server.staff(&place);
    for sent in &all {
        let answer = client.record(&sent.input);
        assert_eq!(answer["duplicate"], true, "{answer}");
        assert_eq!(answer["eventId"], json!(sent.event));
    }
    let in_all: usize = recorded(&client).values().map(BTreeSet::len).sum();
    assert_eq!(in_all, all.len());
    drop(server);
    digests(&place);
}

/// Sends again what was not answered: a duplicate if it had been recorded, else recorded now.
fn retry(client: &Client, all: &mut [Sent], found: &BTreeMap<u64, BTreeSet<String>>) {
    for sent in all.iter_mut().filter(|sent| sent.event.is_none()) {
        let answer = client.record(&sent.input);
        let event = answer["eventId"].as_str().unwrap().to_owned();
        assert_eq!(answer["duplicate"], found[&sent.pathway].contains(&event), "{answer}");
        sent.event = Some(event);
    }
}
