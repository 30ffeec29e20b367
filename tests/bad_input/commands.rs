//! Commands sent twice, changed, or all at once.

use std::{collections::BTreeSet, thread};

use serde_json::{Value, json};

use crate::{
    house::{House, arrived, on},
    process::{Client, id},
};

fn history(client: &Client, pathway: u64) -> Vec<Value> {
    let query = "query ($id: ID!) { history(pathwayId: $id, first: 100) { nodes { eventId } } }";
    let mut answer = client.ask(query, &json!({"id": id(pathway)}));
    let Value::Array(nodes) = answer["data"]["history"]["nodes"].take() else { panic!("{answer}") };
    nodes
}

#[test]
fn a_command_sent_twice_has_the_same_answer_and_one_step() {
    let house = House::new();
    let first = house.staff.record(&on(1, 1, arrived()));
    assert_eq!(
        (&first["__typename"], &first["duplicate"]),
        (&json!("StepRecorded"), &json!(false))
    );
    let mut again = first.clone();
    again["duplicate"] = json!(true);
    assert_eq!(house.staff.record(&on(1, 1, arrived())), again);
    assert_eq!(history(&house.staff, 1).len(), 1);
}

#[test]
fn a_command_id_used_for_something_else_is_refused_and_changes_nothing() {
    let house = House::new();
    house.staff.record(&on(1, 1, arrived()));
    let other = json!({"patientArrived": {"appointmentId": "Zebedee"}});
    let refused = json!({
        "__typename": "StepRefused",
        "code": "COMMAND_REUSED",
        "field": "commandId",
        "message": "`commandId` was used before with other content: expected a new id, or the same content",
    });
    assert_eq!(house.staff.record(&on(1, 1, other)), refused);
    assert_eq!(house.staff.record(&on(2, 1, arrived())), refused);
    assert_eq!(history(&house.staff, 1).len(), 1);
}

#[test]
fn thirty_two_writers_of_one_pathway_at_once_are_all_recorded_once() {
    let house = House::new();
    let answers: Vec<Value> = thread::scope(|scope| {
        let writers = (0..32).map(|writer| {
            let client = house.staff.clone();
            scope.spawn(move || client.try_record(&on(1, 1 + writer, arrived())).unwrap())
        });
        let writers: Vec<_> = writers.collect();
        writers.into_iter().map(|writer| writer.join().unwrap()).collect()
    });
    for answer in &answers {
        assert_eq!(answer["__typename"], "StepRecorded", "{answer}");
    }
    let recorded: BTreeSet<String> = answers.iter().map(|one| one["eventId"].to_string()).collect();
    let told = history(&house.staff, 1);
    let told: Vec<String> = told.iter().map(|one| one["eventId"].to_string()).collect();
    assert_eq!((recorded.len(), told.len()), (32, 32));
    assert_eq!(recorded, told.into_iter().collect());
}
