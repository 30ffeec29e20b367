//! A server that is killed while booking references are taken off the pathways they were wrongly on.

use std::{sync::mpsc, thread};

use serde_json::{Value, json};

use crate::{
    process::{Place, Server, id},
    town::{Chance, digests},
};

const CLIENTS: u64 = 8;
const PATHWAYS: u64 = 160;
const KILLS: u64 = 4;

fn ubrn(number: u64) -> String {
    format!("{number:012}")
}

fn input(pathway: Value, command: u64, step: Value) -> Value {
    json!({"pathway": pathway, "occurredAt": "2026-02-01", "commandId": id(command), "step": step})
}

fn identified(pathway: u64) -> Value {
    let known = json!({"identifierSystem": "UBRN", "identifierValue": ubrn(pathway)});
    let on = json!({"id": id(pathway)});
    input(on, 1_000 + pathway, json!({"pathwayIdentified": known}))
}

/// By turns a withdrawal and a correction to another booking reference.
fn amended(pathway: u64, event: &str) -> Value {
    let other = json!({"identifierSystem": "UBRN", "identifierValue": ubrn(500 + pathway)});
    let step = if pathway.is_multiple_of(2) {
        json!({"stepEnteredInError": {"eventId": event}})
    } else {
        json!({"stepCorrected": {"eventId": event, "step": {"pathwayIdentified": other}}})
    };
    input(json!({"id": id(pathway)}), 2_000 + pathway, step)
}

/// Sends the amendments from so many clients at once, and kills the server after so many answers.
fn amend_and_kill(place: &Place, amendments: &[Value], answers: u64) {
    let mut server = Server::start(place);
    let client = server.staff(place);
    let (told, answered) = mpsc::channel();
    thread::scope(|scope| {
        for number in 0..CLIENTS {
            let (client, told) = (client.clone(), told.clone());
            let own = amendments.iter().skip(usize::try_from(number).unwrap());
            let own = own.step_by(usize::try_from(CLIENTS).unwrap());
            scope.spawn(move || {
                for amendment in own {
                    let Some(answer) = client.try_record(amendment) else { break };
                    assert_eq!(answer["__typename"], "StepRecorded", "{answer}");
                    if told.send(()).is_err() {
                        break;
                    }
                }
            });
        }
        drop(told);
        let seen = answered.iter().take(usize::try_from(answers).unwrap()).count();
        assert_eq!(seen as u64, answers);
        server.child.kill().unwrap();
        server.child.wait().unwrap();
    });
}

#[test]
fn what_a_kill_cut_short_is_released_when_the_amendment_comes_again() {
    let place = Place::new();
    let server = Server::start(&place);
    let client = server.staff(&place);
    let amendments: Vec<Value> = (1..=PATHWAYS)
        .map(|pathway| {
            let answer = client.record(&identified(pathway));
            amended(pathway, answer["eventId"].as_str().unwrap())
        })
        .collect();
    drop(server);
    let mut chance = Chance(23);
    for kill in 1..=KILLS {
        let answers = PATHWAYS * kill / (KILLS + 1) - chance.below(8);
        amend_and_kill(&place, &amendments, answers);
    }
    let server = Server::start(&place);
    let client = server.staff(&place);
    for amendment in &amendments {
        assert_eq!(client.record(amendment)["__typename"], "StepRecorded");
    }
    for pathway in 1..=PATHWAYS {
        let sent = |number, command| {
            let by = json!({"ubrn": ubrn(number)});
            let arrived = json!({"patientArrived": {"appointmentId": "A1"}});
            client.record(&input(by, command, arrived))
        };
        let old = sent(pathway, 3_000 + pathway);
        assert_eq!(old["__typename"], "StepParked", "{pathway}: {old}");
        let new = sent(500 + pathway, 4_000 + pathway);
        if pathway.is_multiple_of(2) {
            assert_eq!(new["__typename"], "StepParked", "{pathway}: {new}");
        } else {
            assert_eq!(new["pathwayId"], id(pathway), "{pathway}: {new}");
        }
    }
    drop(server);
    digests(&place);
}
