//! Every promise through a real server: kept and broken, counted, side by side, in its own place, and as
//! it was known before a late letter came.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use waymark_tests::{Server, Who};

const RECORD: &str = "mutation($input: RecordInput!) { record(input: $input) { __typename
    ... on StepRecorded { pathwayId eventId position recordedAt }
    ... on StepRefused { code field message } } }";

const PROMISES: &str = "query($id: ID!, $known: DateTime) { pathway(id: $id, asKnownAt: $known) {
    obligations { rule pack state trigger evidence missing countedAs } } }";

struct Story {
    rule: String,
    says: String,
    place: String,
    state: String,
    proof: Vec<usize>,
    missing: Value,
    steps: Vec<Vec<Value>>,
}

fn stories() -> Vec<Story> {
    let file: Value = toml::from_str(&testkit::told_promises()).unwrap();
    let word = |one: &Value, key: &str| one[key].as_str().map(str::to_owned);
    let list = |one: &Value| one.as_array().cloned().unwrap_or_default();
    let story = |one: &Value| Story {
        rule: word(one, "rule").unwrap(),
        says: word(one, "says").unwrap(),
        place: word(one, "place").unwrap_or_else(|| "sel".to_owned()),
        state: word(one, "state").unwrap(),
        proof: list(&one["proof"])
            .iter()
            .map(|n| usize::try_from(n.as_u64().unwrap()).unwrap())
            .collect(),
        missing: one["missing"].clone(),
        steps: list(&one["steps"]).iter().map(list).collect(),
    };
    file["story"].as_array().unwrap().iter().map(story).collect()
}

struct Clinic {
    server: Server,
    token: Option<String>,
    commands: u32,
}

impl Clinic {
    fn open() -> Self {
        let server = Server::fresh();
        let token = server.token(Who::Staff("BOOKING_TEAM", "RJ1"));
        Self { server, token, commands: 0 }
    }

    fn ask(&self, query: &str, variables: Value) -> Value {
        let answer = self.server.ask(self.token.as_deref(), query, variables);
        assert!(answer.get("errors").is_none(), "{answer:#}");
        answer["data"].clone()
    }

    /// Records one step; what is left out of its fields is filled in.
    fn record(&mut self, pathway: Option<&str>, step: &[Value]) -> Value {
        self.commands += 1;
        let name = step[1].as_str().unwrap();
        let payload = testkit::step(name, step[2].clone()).payload().unwrap();
        let mut input = json!({
            "commandId": format!("00000000-0000-4000-8000-{:012}", self.commands),
            "occurredAt": step[0],
            "step": {name: payload},
        });
        if let Some(id) = pathway {
            input["pathway"] = json!({"id": id});
        }
        if let Some(entered) = step.get(3) {
            input["enteredInSourceAt"] = entered.clone();
        }
        let recorded = self.ask(RECORD, json!({"input": input}))["record"].clone();
        assert_eq!(recorded["__typename"], "StepRecorded", "{recorded:#} {step:?}");
        recorded
    }

    /// A referral of a patient of that place, and the answer to it.
    fn referral(&mut self, place: &str) -> Value {
        let commissioner = match place {
            "sel" => "72Q",
            "humber" => "03F",
            _ => "36L",
        };
        let fields = json!({"commissioner": commissioner, "provider": "RJ1", "referrer": "G85001", "function": "110"});
        self.record(None, &[json!("2025-09-01T09:00:00Z"), json!("referralReceived"), fields])
    }

    fn promises(&self, id: &str, known: Option<&Value>) -> Vec<Value> {
        let answer = self.ask(PROMISES, json!({"id": id, "known": known}));
        answer["pathway"]["obligations"].as_array().unwrap().clone()
    }

    /// The promises of a story, and the events of its steps; the referral is the first.
    fn tell(&mut self, story: &Story) -> (Vec<Value>, Vec<Value>) {
        let begun = self.referral(&story.place);
        let id = begun["pathwayId"].as_str().unwrap().to_owned();
        let mut events = vec![begun["eventId"].clone()];
        for step in &story.steps {
            events.push(self.record(Some(&id), step)["eventId"].clone());
        }
        (self.promises(&id, None), events)
    }
}

fn of_rule<'a>(promises: &'a [Value], rule: &str) -> &'a Value {
    let found = promises.iter().find(|one| one["rule"] == rule);
    found.unwrap_or_else(|| panic!("{rule}: {promises:#?}"))
}

/// What a story says that is not so.
fn wrong(story: &Story, promises: &[Value], events: &[Value]) -> Option<String> {
    let found = of_rule(promises, &story.rule);
    let evidence = found["evidence"].as_array().unwrap();
    let proved = story.proof.iter().all(|n| evidence.contains(&events[*n]));
    let missing = story.missing.is_null() || found["missing"] == story.missing;
    let is_so = found["state"] == story.state.as_str() && proved && missing;
    (!is_so).then(|| format!("{}: {}: {found}", story.rule, story.says))
}

#[test]
fn every_promise_is_seen_kept_and_broken_with_the_steps_that_prove_it() {
    let mut clinic = Clinic::open();
    let mut wrongs = Vec::new();
    let mut counted: BTreeMap<String, u64> = BTreeMap::new();
    for story in &stories() {
        let (promises, events) = clinic.tell(story);
        wrongs.extend(wrong(story, &promises, &events));
        for one in &promises {
            let rule = one["rule"].as_str().unwrap();
            let is_at = |place: &str| story.place == place;
            assert!(!rule.starts_with("SEL-") || is_at("sel"), "{}: {rule}", story.says);
            assert!(!rule.starts_with("HUMBER-") || is_at("humber"), "{}: {rule}", story.says);
            if one["state"] == "RECORDED" {
                *counted.entry(rule.to_owned()).or_default() += 1;
            }
        }
    }
    assert!(wrongs.is_empty(), "{}", wrongs.join("\n"));
    assert_eq!(scorecard(&mut clinic), counted, "what is counted and not judged");
}

/// How many of each rule are counted and not judged, from the ledger.
fn scorecard(clinic: &mut Clinic) -> BTreeMap<String, u64> {
    let last = clinic.referral("elsewhere");
    let query = "query($at: Position) { scorecard(from: \"2025-01\", to: \"2026-12\", by: [RULE],
        atLeast: $at) { lines { rule recorded } } }";
    let card = clinic.ask(query, json!({"at": last["position"]}))["scorecard"].clone();
    let recorded = card["lines"].as_array().unwrap().iter();
    recorded
        .map(|one| (one["rule"].as_str().unwrap().to_owned(), one["recorded"].as_u64().unwrap()))
        .filter(|(_, recorded)| *recorded > 0)
        .collect()
}

#[test]
fn a_letter_on_day_nine_is_shown_as_kept_by_one_pack_and_late_by_the_other() {
    let mut clinic = Clinic::open();
    let begun = clinic.referral("sel");
    let id = begun["pathwayId"].as_str().unwrap().to_owned();
    let visit = json!({"appointmentId": "A1", "provider": "RJ1"});
    clinic.record(Some(&id), &[json!("2025-10-06T10:00:00Z"), json!("outpatientAttended"), visit]);
    let letter = json!({"appointmentId": "A1", "channel": "ELECTRONIC_DOCUMENT"});
    clinic.record(Some(&id), &[json!("2025-10-15T10:00:00Z"), json!("clinicLetterSent"), letter]);
    let promises = clinic.promises(&id, None);
    let (local, national) = (of_rule(&promises, "SEL-2.5c"), of_rule(&promises, "NHS-SC-11.7"));
    assert_eq!((&local["state"], &national["state"]), (&json!("MET"), &json!("MET_LATE")));
    assert_eq!(local["trigger"], national["trigger"]);
    assert_eq!(local["evidence"], national["evidence"]);
}

#[test]
fn a_letter_told_late_puts_the_promise_right_and_what_was_known_before_stays_in_sight() {
    let mut clinic = Clinic::open();
    let begun = clinic.referral("sel");
    let id = begun["pathwayId"].as_str().unwrap().to_owned();
    let visit = json!({"appointmentId": "A1", "provider": "RJ1"});
    let seen = clinic
        .record(Some(&id), &[json!("2025-10-06T10:00:00Z"), json!("outpatientAttended"), visit]);
    let known = &seen["recordedAt"];
    assert_eq!(of_rule(&clinic.promises(&id, None), "SEL-2.5c")["state"], "BREACHED");
    let letter = json!({"appointmentId": "A1"});
    clinic.record(Some(&id), &[json!("2025-10-08T10:00:00Z"), json!("clinicLetterSent"), letter]);
    assert_eq!(of_rule(&clinic.promises(&id, None), "SEL-2.5c")["state"], "MET");
    let before = clinic.promises(&id, Some(known));
    assert_eq!(of_rule(&before, "SEL-2.5c")["state"], "BREACHED");
    assert_eq!(of_rule(&before, "SEL-2.5c")["evidence"], json!([seen["eventId"]]));
}
