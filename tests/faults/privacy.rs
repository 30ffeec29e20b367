//! What is about a person stands nowhere in the clear: not in the data, the logs or the metrics.

use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use serde_json::{Value, json};

use crate::{
    alerts::{Desk, Mood, settings},
    deadlines::{reported, until},
    process::{Client, Place, Server, id},
    town::{input, run},
};

const NHS_NUMBER: &str = "9990000018";
const NAME: &str = "Zebedee Quillfeather";
const REASON: &str = "a quinsy that comes back";

fn steps() -> [Value; 2] {
    let subject = json!({"pathwaySubject": {
        "subjectRef": id(7), "nhsNumber": NHS_NUMBER, "personName": NAME, "gpPractice": "G85001",
    }});
    let referral = json!({"referralSent": {
        "referrer": "G85001", "service": "RJ1.C_130", "provider": "RJ1", "priority": "ROUTINE",
        "reason": REASON, "patientExpectations": NAME,
    }});
    [
        input(1, 1, &("2026-04-07T09:00:00Z", subject)),
        input(1, 2, &("2026-04-07T09:01:00Z", referral)),
    ]
}

/// Requests that go wrong while they hold personal values, and what is answered to each.
fn provoke(server: &Server, place: &Place) -> Vec<Value> {
    let client = server.staff(place);
    let texts = format!("{NAME} {NHS_NUMBER} {REASON}");
    let mut wrong = steps()[0].clone();
    wrong["step"]["pathwaySubject"]["gpPractice"] = json!(texts);
    let mut answers = vec![client.record(&wrong)];
    wrong["occurredAt"] = json!(texts);
    answers.push(client.record(&wrong));
    answers.push(client.ask(&format!("{{ pathway(id: \"{texts}\") {{ id }} }}"), &json!({})));
    answers.push(client.ask(&format!("{{ {texts}"), &json!({"x": texts})));
    answers.push(client.post(texts.as_bytes()).unwrap().1);
    for (field, value) in
        [("template", json!(texts)), ("reasons", json!([texts])), ("about", json!(texts))]
    {
        let mut wrong = letter();
        wrong[field] = value;
        wrong["commandId"] = json!(id(901));
        answers.push(client.ask(ISSUE, &json!({"input": wrong})));
    }
    let again = "mutation ($id: ID) { retryAlerts(endpoint: \"desk\", id: $id) }";
    answers.push(client.ask(again, &json!({"id": texts})));
    let liar = server.client(Some(NHS_NUMBER.to_owned()));
    answers.push(liar.ask("{ __typename }", &json!({})));
    answers
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

fn assert_holds_none(what: &str, bytes: &[u8]) {
    for text in [NHS_NUMBER, NAME, REASON, SIGNER, "Zebedee", "quinsy", "Ottoline"] {
        let found = bytes.windows(text.len()).any(|window| window == text.as_bytes());
        assert!(!found, "`{text}` stands in {what}");
    }
}

#[test]
fn personal_values_stand_in_no_file_no_log_and_no_metric() {
    let place = Place::new();
    let serve = ["serve", "--listen", "127.0.0.1:0", "--log", "debug"];
    let server = Server::of(&place, place.waymark(&serve));
    let client = server.staff(&place);
    for step in steps() {
        assert_eq!(client.record(&step)["__typename"], "StepRecorded");
    }
    let query = "query ($id: ID!) { history(pathwayId: $id) { nodes { payload } } }";
    let read = client.ask(query, &json!({"id": id(1)})).to_string();
    for text in [NHS_NUMBER, NAME, REASON] {
        assert!(read.contains(text), "staff read what they recorded: {read}");
    }
    provoke(&server, &place);

    let metrics = ureq::get(format!("{}/metrics", server.url)).call().unwrap();
    let metrics = metrics.into_body().read_to_string().unwrap();
    assert!(metrics.contains("event_store_events_total 2"), "{metrics}");
    assert_holds_none("the metrics", metrics.as_bytes());
    drop(server);
    run(place.waymark(&["rebuild"]));
    for path in files(place.path()) {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if !name.starts_with("keys.db") {
            assert_holds_none(&path.display().to_string(), &fs::read(&path).unwrap());
        }
    }
    assert!(fs::metadata(place.path().join("log")).unwrap().len() > 0, "nothing was logged");
}

const ISSUE: &str = "mutation ($input: IssueLetterInput!) { issueLetter(input: $input) { __typename \
    ... on IssuedLetter { letter { text html } } ... on StepRefused { code field message } } }";

/// Work that the practice gives back, in a letter that says a word about the patient.
fn letter() -> Value {
    json!({
        "pathwayId": id(1), "template": "workload-return", "channel": "EMAIL", "commandId": id(900),
        "occurredAt": "2026-04-20T09:00:00Z", "reasons": ["PROVIDERS_DUTY"], "words": REASON,
        "signedBy": {"name": SIGNER, "role": "GP partner"},
    })
}

const SIGNER: &str = "Dr Ottoline Figgis";

/// Organisations by name, work that is asked of the practice, and a result of which nobody is told.
fn work() -> Vec<Value> {
    let organisation = |code: &str, name: &str, kind: &str| json!({"organisationRecorded": {"organisation": code, "name": name, "organisationKind": kind}});
    let asked = json!({"actionRequested": {"actionId": "W1", "requester": "RJ1",
        "workCategory": "ARRANGE_INVESTIGATIONS", "ownerOrganisation": "G85001",
        "actionText": format!("{NAME}, {NHS_NUMBER}: {REASON}")}});
    let mut all = vec![input(1, 12, &("2026-04-09T09:00:00Z", asked))];
    for (command, step) in (10..).zip([
        organisation("RJ1", "Riverside Hospital", "PROVIDER"),
        organisation("G85001", "Station Surgery", "PRACTICE"),
    ]) {
        all.push(json!({"commandId": id(command), "occurredAt": "2025-12-01", "step": step}));
    }
    all.push(reported(1));
    all
}

fn record_all(client: &Client) {
    for step in steps().into_iter().chain(work()) {
        let answer = client.record(&step);
        assert_eq!(answer["__typename"], "StepRecorded", "{answer}");
    }
}

/// Issues the letter, and shows that it is about the person.
fn issue(server: &Server, place: &Place) {
    let practice = ["--role", "GENERAL_PRACTITIONER", "--organisation", "G85001"];
    let practice = server.client(Some(place.token(&practice)));
    let answer = practice.ask(ISSUE, &json!({"input": letter()}));
    let issued = &answer["data"]["issueLetter"];
    assert_eq!(issued["__typename"], "IssuedLetter", "{answer}");
    let text = issued["letter"]["text"].as_str().unwrap();
    for personal in [NAME, NHS_NUMBER, REASON, SIGNER] {
        assert!(text.contains(personal), "{personal} is not in {text}");
    }
}

#[test]
fn a_letter_and_an_alert_about_a_person_leave_nothing_of_them_in_bodies_logs_metrics_or_files() {
    let place = Place::new();
    let desk = Desk::open(vec![Mood::Failing, Mood::Refusing, Mood::Well]);
    settings(&place, &desk.address, 86_400);
    let mut serve = place.waymark(&["serve", "--listen", "127.0.0.1:0", "--log", "debug"]);
    serve.env("WAYMARK_DEADLINES_FROM", "2026-01-01T00:00:00Z").env("WAYMARK_TICK_SECONDS", "1");
    let server = Server::of(&place, serve);
    let client = server.staff(&place);
    record_all(&client);
    issue(&server, &place);
    for answer in provoke(&server, &place) {
        assert_holds_none("an answer to what was wrong", answer.to_string().as_bytes());
    }
    // The first alert fails once and is then refused for good; the next is taken.
    let came = desk.came.recv_timeout(Duration::from_secs(120)).unwrap();
    assert_eq!(came.body["data"]["pathwayId"], id(1), "it is about the person's pathway");
    assert_holds_none("the body of a webhook", came.body.to_string().as_bytes());
    assert_holds_none("the headers of a webhook", format!("{:?}", came.headers).as_bytes());
    let listed = until("an alert that is listed", || {
        let answer = client.ask("{ undeliveredAlerts { endpoint id why } }", &json!({}));
        let is_there = !answer["data"]["undeliveredAlerts"].as_array()?.is_empty();
        is_there.then(|| answer.to_string())
    });
    assert_holds_none("the list of undelivered alerts", listed.as_bytes());
    let metrics = ureq::get(format!("{}/metrics", server.url)).call().unwrap();
    let metrics = metrics.into_body().read_to_string().unwrap();
    assert!(metrics.contains("waymark_webhooks_total"), "{metrics}");
    assert_holds_none("the metrics", metrics.as_bytes());
    drop(server);
    for path in files(place.path()) {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if !name.starts_with("keys.db") {
            assert_holds_none(&path.display().to_string(), &fs::read(&path).unwrap());
        }
    }
    let log = fs::read_to_string(place.path().join("log")).unwrap();
    assert!(log.contains("an alert was not taken"), "{log}");
}
