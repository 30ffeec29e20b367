//! What is about a person stands nowhere in the clear: not in the data, the logs or the metrics.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde_json::{Value, json};

use crate::{
    process::{Place, Server, id},
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

/// Requests that go wrong while they hold personal values.
fn provoke(server: &Server, place: &Place) {
    let client = server.staff(place);
    let texts = format!("{NAME} {NHS_NUMBER} {REASON}");
    let mut wrong = steps()[0].clone();
    wrong["step"]["pathwaySubject"]["gpPractice"] = json!(texts);
    client.record(&wrong);
    wrong["occurredAt"] = json!(texts);
    client.record(&wrong);
    client.ask(&format!("{{ pathway(id: \"{texts}\") {{ id }} }}"), &json!({}));
    client.ask(&format!("{{ {texts}"), &json!({"x": texts}));
    client.post(texts.as_bytes()).unwrap();
    let liar = server.client(Some(NHS_NUMBER.to_owned()));
    liar.ask("{ __typename }", &json!({}));
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

fn assert_holds_none(what: &str, bytes: &[u8]) {
    for text in [NHS_NUMBER, NAME, REASON, "Zebedee", "quinsy"] {
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
