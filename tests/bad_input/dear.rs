//! The dearest requests that the gate admits, over a pathway of 1,501 steps.
//!
//! What they cost is printed, for a machine's figure is no promise:
//! `cargo test --release -p waymark-tests --test bad_input dear -- --nocapture --test-threads 1`.

use std::{
    fmt::Write as _,
    sync::atomic::{AtomicUsize, Ordering},
};

use serde_json::{Value, json};

use crate::{
    house::{House, on},
    process::{Client, id},
};

const BATCH: &str = "mutation ($inputs: [RecordInput!]!) { recordBatch(inputs: $inputs) { \
    ... on StepRecorded { recordedAt } ... on StepRefused { field message } } }";

/// What follows from a history, each once.
const ALL: &str = "fragment All on Pathway { clock { state } obligations { rule } \
    whoToContact { state } history(first: 1) { nodes { eventId } } }";

/// Contacts and letters that name none of them: each letter is held against each contact.
fn steps(number: u64) -> Value {
    let step = if number == 0 {
        json!({"referralReceived": {
            "provider": "RJ1", "service": "RJ1.C_130", "rttScope": "IN_SCOPE", "function": "C_130",
            "commissioner": "72Q", "referrer": "G85001", "route": "E_REFERRAL_SERVICE",
            "referralPurpose": "TREATMENT", "referralRelation": "FIRST", "priority": "ROUTINE",
        }})
    } else if number < 800 {
        json!({"outpatientAttended": {
            "appointmentId": format!("A{number}"),
            "provider": "RJ1",
            "attendanceCode": "ATTENDED_ON_TIME",
        }})
    } else {
        json!({"clinicLetterSent": {
            "letterId": format!("L{number}"),
            "toOrganisation": "G85001",
            "toPatient": true,
            "channel": "POST",
        }})
    };
    let mut input = on(1, 10_000 + number, step);
    let (hour, minute, second) = (number / 3_600, number / 60 % 60, number % 60);
    input["occurredAt"] = json!(format!("2026-03-04T{hour:02}:{minute:02}:{second:02}Z"));
    input
}

/// A pathway of 1,501 steps, and the moment at which the last was recorded.
fn long() -> (House, String) {
    let house = House::new();
    house.begin(1, 7);
    let mut last = String::new();
    for batch in 0..3 {
        let inputs: Vec<Value> = (batch * 500..(batch + 1) * 500).map(steps).collect();
        let mut answer = house.staff.ask(BATCH, &json!({"inputs": inputs}));
        let payloads = answer["data"]["recordBatch"].take();
        let payloads = payloads.as_array().unwrap_or_else(|| panic!("{answer}"));
        assert!(payloads.iter().all(|one| one["recordedAt"].is_string()), "{:?}", payloads[0]);
        last = payloads.last().unwrap()["recordedAt"].as_str().unwrap().to_owned();
    }
    (house, last)
}

/// The same pathway as known at so many moments, and all that follows from each.
fn at_moments(moments: usize, last: &str) -> String {
    let (clock, _zone) = last.split_once('+').unwrap();
    let mut document = "query ($id: ID!) {".to_owned();
    for moment in 1..=moments {
        let asked = format!(" m{moment}: pathway(id: $id, asKnownAt: \"{clock}{moment:03}Z\")");
        write!(document, "{asked} {{ ...All }}").unwrap();
    }
    document + " } " + ALL
}

/// The same pathway again and again, under one key that needs no alias.
fn again_and_again() -> String {
    let field = " pathway(id: $id) { ...All } whoToContact(pathwayId: $id) { state }";
    format!("query ($id: ID!) {{ {} }} {ALL}", field.repeat(12))
}

/// Every move of the clock, and every promise, with as many fields as there may be.
fn wide() -> String {
    let moves = " title toState reason recordedBy".repeat(48);
    let promises = " rule state reading dueBy".repeat(48);
    let nodes = " payload title recordedAt".repeat(65);
    format!(
        "query ($id: ID!) {{ pathway(id: $id) {{ clock {{ why {{ {moves} }} }} \
         obligations {{ {promises} }} history(first: 100) {{ nodes {{ {nodes} }} }} }} }}"
    )
}

/// Seconds of processor time that the server has used.
fn cpu(house: &House) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", house.server.child.id())).unwrap();
    let (_, fields) = stat.rsplit_once(')').unwrap();
    let ticks = fields.split_whitespace().skip(11).take(2).map(|one| one.parse::<f64>().unwrap());
    ticks.sum::<f64>() / 100.0
}

fn ask(client: &Client, document: &str) -> Value {
    client.ask(document, &json!({"id": id(1)}))
}

/// The codes of an answer's errors, each once.
fn codes(answer: &Value) -> Vec<&str> {
    let errors = answer["errors"].as_array().map(Vec::as_slice).unwrap_or_default();
    let mut codes: Vec<&str> =
        errors.iter().map(|error| error["extensions"]["code"].as_str().unwrap()).collect();
    codes.dedup();
    codes
}

#[test]
fn a_request_reads_a_bounded_number_of_steps_however_many_moments_it_asks_about() {
    let (house, last) = long();
    let before = cpu(&house);
    let answer = ask(&house.staff, &at_moments(5, &last));
    println!("at five moments: {:.2} s of processor time", cpu(&house) - before);
    assert_eq!(codes(&answer), [""; 0], "the stream and five moments are within 10,000 steps");
    assert_eq!(answer["data"].as_object().unwrap().len(), 5);

    let before = cpu(&house);
    let answer = ask(&house.staff, &at_moments(100, &last));
    println!("at a hundred moments: {:.2} s of processor time", cpu(&house) - before);
    assert_eq!(codes(&answer), ["QUERY_REFUSED"], "{answer}");
    let message = "with `pathway` the request would read more than 10000 steps of pathways; ask \
        about fewer pathways or moments at once";
    assert_eq!(answer["errors"][0]["message"], message);
}

#[test]
fn a_pathway_asked_again_in_one_request_is_read_and_judged_once() {
    let (house, _last) = long();
    let before = cpu(&house);
    let answer = ask(&house.staff, &again_and_again());
    println!("again and again: {:.2} s of processor time", cpu(&house) - before);
    assert_eq!(codes(&answer), [""; 0], "{}", answer["errors"]);
    assert_eq!(answer["data"]["pathway"]["obligations"].as_array().unwrap().len(), 3_102);
}

#[test]
fn an_answer_has_a_bounded_number_of_values_however_long_its_lists_are() {
    let (house, _last) = long();
    let before = cpu(&house);
    let answer = ask(&house.staff, &wide());
    println!("wide: {:.2} s of processor time", cpu(&house) - before);
    assert_eq!(codes(&answer), ["QUERY_REFUSED"]);
    let message = answer["errors"][0]["message"].as_str().unwrap();
    assert!(message.contains("would be answered with more than 100000 values"), "{message}");
}

#[test]
fn a_count_over_a_whole_list_is_charged_each_time_it_is_asked_for() {
    let house = House::new();
    let aliases = |field: &str, times: usize| {
        let asked = (0..times).map(|nth| format!("a{nth}: {field} "));
        ask(&house.staff, &format!("{{ {} }}", asked.collect::<String>()))
    };
    for field in [
        "cancerWaits(month: \"2026-01\") { month }",
        "diagnosticWaits { on }",
        "waitingTimes { on }",
    ] {
        assert_eq!(codes(&aliases(field, 50)), [""; 0], "{field}");
        let refused = aliases(field, 100);
        assert!(codes(&refused).contains(&"QUERY_REFUSED"), "{field}: {refused}");
    }
}

#[test]
fn a_small_request_is_answered_while_the_dearest_run() {
    let (house, last) = long();
    let document = at_moments(100, &last);
    let (begun, ended) = (AtomicUsize::new(0), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        let dear = || {
            begun.fetch_add(1, Ordering::SeqCst);
            let answer = ask(&house.staff, &document);
            ended.fetch_add(1, Ordering::SeqCst);
            assert!(!answer["errors"].is_null(), "{answer}");
        };
        let all: Vec<_> = (0..8).map(|_| scope.spawn(dear)).collect();
        while begun.load(Ordering::SeqCst) < all.len() {
            std::thread::yield_now();
        }
        let mut answered_meanwhile = 0;
        while ended.load(Ordering::SeqCst) == 0 {
            let answer =
                ask(&house.staff, "query ($id: ID!) { whoToContact(pathwayId: $id) { state } }");
            assert!(answer["data"]["whoToContact"]["state"].is_string(), "{answer}");
            answered_meanwhile += usize::from(ended.load(Ordering::SeqCst) == 0);
        }
        assert!(
            answered_meanwhile > 0,
            "nobody was answered before the first of eight dear requests"
        );
    });
}
