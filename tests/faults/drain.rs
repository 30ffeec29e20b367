//! SIGTERM: what is in flight is answered, nothing is lost, the exit code is 0.

use std::{
    collections::BTreeSet,
    io::{Read, Write},
    net::TcpStream,
    process::Command,
    sync::mpsc,
    thread,
};

use serde_json::json;

use crate::{
    process::{Place, RECORD, Server},
    town::{digests, history, input, story},
};

/// Asks it to stop.
pub(crate) fn terminate(server: &Server) {
    let asked = format!("kill -TERM {}", server.child.id());
    assert!(Command::new("sh").args(["-c", &asked]).status().unwrap().success());
}

#[test]
fn a_server_told_to_stop_answers_what_is_in_flight_and_keeps_exactly_what_it_acknowledged() {
    let place = Place::new();
    let mut server = Server::start(&place);
    let client = server.staff(&place);
    let (told, answers) = mpsc::channel();
    let acknowledged: BTreeSet<String> = thread::scope(|scope| {
        let writers = (0..8_u64).map(|writer| {
            let (client, told) = (client.clone(), told.clone());
            scope.spawn(move || {
                let commands = (0..).map(|n| input(1, writer * 100_000 + n, &story()[1]));
                let recorded = commands.map_while(|input| client.try_record(&input));
                let events = recorded.map(|answer| answer["eventId"].as_str().unwrap().to_owned());
                events.inspect(|_event| told.send(()).unwrap()).collect::<Vec<String>>()
            })
        });
        let writers: Vec<_> = writers.collect();
        assert_eq!(answers.iter().take(50).count(), 50);
        terminate(&server);
        assert_eq!(server.child.wait().unwrap().code(), Some(0));
        writers.into_iter().flat_map(|writer| writer.join().unwrap()).collect()
    });
    assert!(acknowledged.len() >= 50);
    let server = Server::start(&place);
    let found: BTreeSet<String> = history(&server.staff(&place), 1).into_iter().collect();
    assert_eq!(found, acknowledged);
    drop(server);
    digests(&place);
}

#[test]
fn a_request_whose_body_is_still_on_its_way_is_answered_after_sigterm() {
    let place = Place::new();
    let mut server = Server::start(&place);
    let address = server.url.trim_start_matches("http://").to_owned();
    let body =
        json!({"query": RECORD, "variables": {"input": input(1, 1, &story()[0])}}).to_string();
    let mut wire = TcpStream::connect(&address).unwrap();
    write!(
        wire,
        "POST /graphql HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {}\r\n\
         content-type: application/json\r\naccept: application/json\r\nexpect: 100-continue\r\n\
         content-length: {}\r\n\r\n",
        place.token(&["--organisation", "RJ1"]),
        body.len()
    )
    .unwrap();
    let mut said = [0; 25];
    wire.read_exact(&mut said).unwrap();
    assert_eq!(&said, b"HTTP/1.1 100 Continue\r\n\r\n");

    terminate(&server);
    while TcpStream::connect(&address).is_ok() {
        thread::yield_now();
    }
    wire.write_all(body.as_bytes()).unwrap();
    let mut answer = String::new();
    wire.read_to_string(&mut answer).unwrap();
    assert_eq!(server.child.wait().unwrap().code(), Some(0), "{answer}");
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    assert!(answer.contains(r#""__typename":"StepRecorded""#), "{answer}");
    let server = Server::start(&place);
    assert_eq!(history(&server.staff(&place), 1).len(), 1);
}
