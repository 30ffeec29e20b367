//! Steps that arrive in any order: every answer is the same.

use std::thread;

use serde_json::{Value, json};

use crate::{
    process::{Client, Place, Server, id},
    town::{digests, input, story},
};

const QUERY: &str = "query ($id: ID!, $at: Position) { \
    whoToContact(pathwayId: $id, atLeast: $at) { ...contacts } \
    pathway(id: $id, atLeast: $at) { \
        clock { state periods { clockStart startedBy { row } startedByEvent clockStop stopStatus \
            stoppedBy { row } stoppedByEvent nullified provider treatmentFunction commissioner } \
            why { eventId title on rule { row } fromState toState effect reason status } } \
        whoToContact { ...contacts } \
        obligations { rule packVersion state trigger triggeredOn dueBy settledAt evidence } \
        history { nodes { eventId typeName occurredAt standing amendedBy } } } } \
    fragment contacts on Contacts { state ownerPlain ownerRole ownerOrganisation { code } whatNext \
        dueBy overdue notYet nextAppointment { startsAt place } forQuestions { name value } \
        forDelay { name value } ifWorse { name value } toldPatientOn }";

/// All orders of the numbers below `n`.
fn orders(n: usize) -> Vec<Vec<usize>> {
    if n == 0 {
        return vec![Vec::new()];
    }
    let shorter = orders(n - 1);
    let longer = shorter.iter().flat_map(|order| {
        (0..n).map(move |place| {
            let mut order = order.clone();
            order.insert(place, n - 1);
            order
        })
    });
    longer.collect()
}

/// Records the story in this order, with the correction of its referral somewhere after that.
fn tell(client: &Client, pathway: u64, order: &[usize]) -> String {
    const CORRECTION: usize = 5;
    let story = story();
    let referral = order.iter().position(|step| *step == 0).unwrap();
    let mut order = order.to_vec();
    let later = usize::try_from(pathway).unwrap() % (story.len() - referral);
    order.insert(referral + 1 + later, CORRECTION);

    let mut events = vec![String::new(); 6];
    let mut last = Value::Null;
    for step in order {
        let told = if step == CORRECTION {
            let correction = json!({"stepCorrected": {
                "eventId": events[0], "reason": "The day it was typed in had been given.",
                "correctedOccurredAt": "2026-04-01T09:00:00Z", "step": story[0].1,
            }});
            ("2026-06-09T09:00:00Z", correction)
        } else {
            story[step].clone()
        };
        let answer = client.record(&input(pathway, pathway * 10 + step as u64, &told));
        assert_eq!(answer["__typename"], "StepRecorded", "{answer}");
        events[step] = answer["eventId"].as_str().unwrap().to_owned();
        last = answer["position"].clone();
    }
    let mut told = client.ask(QUERY, &json!({"id": id(pathway), "at": last})).to_string();
    for (step, event) in events.iter().enumerate() {
        told = told.replace(event, &format!("event {step}"));
    }
    told
}

#[test]
fn five_steps_and_a_correction_give_the_same_answers_in_all_120_orders() {
    let place = Place::new();
    let server = Server::start(&place);
    let client = server.staff(&place);
    let orders = orders(5);
    assert_eq!(orders.len(), 120);
    let numbered: Vec<(u64, &Vec<usize>)> = (1..).zip(&orders).collect();
    let answers: Vec<String> = thread::scope(|scope| {
        let tellers = numbered.chunks(15).map(|part| {
            let client = client.clone();
            let tell = move |(pathway, order): &(u64, &Vec<usize>)| tell(&client, *pathway, order);
            scope.spawn(move || part.iter().map(tell).collect::<Vec<String>>())
        });
        let tellers: Vec<_> = tellers.collect();
        tellers.into_iter().flat_map(|teller| teller.join().unwrap()).collect()
    });
    let first: Value = serde_json::from_str(&answers[0]).unwrap();
    let pathway = &first["data"]["pathway"];
    assert_eq!(pathway["clock"]["periods"][0]["clockStart"], "2026-04-01", "{first}");
    assert!(!pathway["obligations"].as_array().unwrap().is_empty(), "{first}");
    assert_eq!(pathway["whoToContact"], first["data"]["whoToContact"]);
    for (answer, order) in answers.iter().zip(&orders) {
        let answer: Value = serde_json::from_str(answer).unwrap();
        assert_eq!(answer, first, "{order:?}");
    }
    drop(server);
    digests(&place);
}
