//! Why a clock stands as it does, over GraphQL: for every step what it did, by which rule of the
//! guidance, and who recorded it.

use serde_json::{Value, json};
use waymark_tests::{Server, Who};

const RECORD: &str = "mutation($input: RecordInput!) { record(input: $input) { __typename
    ... on StepRecorded { pathwayId eventId } ... on StepRefused { field message } } }";

const WHY: &str = "query($id: ID!) { pathway(id: $id) { clock { state
    periods { clockStart clockStop band bandLabel countsIn { part on } listedFrom provisional
              startedBy { row guidance } stoppedBy { row guidance } }
    why { ...Said } unmoved { ...Said } } } }
    fragment Said on ClockMove { eventId step on effect moved reason fromState toState period
        policyVersion rule { row section guidance what }
        recordedBy recordedByRole recordedByOrganisation recordedAt }";

struct House {
    server: Server,
    steps: u32,
}

impl House {
    fn record(&mut self, role: &str, id: Option<&Value>, on: &str, step: Value) -> Value {
        self.steps += 1;
        let command = format!("00000000-0000-4000-8000-{:012}", self.steps);
        let mut input = json!({"commandId": command, "occurredAt": on, "step": step});
        if let Some(id) = id {
            input["pathway"] = json!({"id": id});
        }
        let token = self.server.token(Who::Staff(role, "RJ1"));
        let answer = self.server.ask(token.as_deref(), RECORD, json!({"input": input}));
        let recorded = answer["data"]["record"].clone();
        assert_eq!(recorded["__typename"], "StepRecorded", "{answer:#}");
        recorded
    }

    fn clock(&self, id: &Value) -> Value {
        let token = self.server.token(Who::Staff("BOOKING_TEAM", "RJ1"));
        let answer = self.server.ask(token.as_deref(), WHY, json!({"id": id}));
        assert!(answer.get("errors").is_none(), "{answer:#}");
        answer["data"]["pathway"]["clock"].clone()
    }
}

/// Referred, written to, missed without proof, withdrawn by mistake of a stop, treated.
fn told() -> (House, Value, Vec<Value>) {
    let mut house = House { server: Server::fresh(), steps: 0 };
    let referral = json!({"referralReceived": {"provider": "RJ1", "service": "RJ1.110",
        "rttScope": "IN_SCOPE", "function": "110", "route": "OTHER", "referralPurpose": "TREATMENT"}});
    let first = house.record("BOOKING_TEAM", None, "2026-01-05", referral);
    let id = first["pathwayId"].clone();
    let mut events = vec![first["eventId"].clone()];
    let missed = json!({"dnaRecorded": {"appointmentId": "A1", "appointmentDate": "2026-02-10",
        "attendanceCode": "DID_NOT_ATTEND", "provider": "RJ1"}});
    let treated = json!({"treatmentStarted": {"firstDefinitive": true,
        "treatmentSetting": "OUTPATIENT", "provider": "RJ1"}});
    for (role, on, step) in [
        ("BOOKING_TEAM", "2026-01-20", json!({"patientArrived": {"appointmentId": "A0"}})),
        ("CLINICIAN", "2026-02-10", missed),
        ("CLINICIAN", "2026-03-02", treated),
    ] {
        events.push(house.record(role, Some(&id), on, step)["eventId"].clone());
    }
    let withdrawn = json!({"stepEnteredInError": {"eventId": events[3]}});
    events
        .push(house.record("BOOKING_TEAM", Some(&id), "2026-03-03", withdrawn)["eventId"].clone());
    (house, id, events)
}

#[test]
fn every_step_says_by_which_rule_it_moved_the_clock_or_not_and_who_recorded_it() {
    let (house, id, events) = told();
    let clock = house.clock(&id);
    assert_eq!(clock["state"], "TICKING");
    let said = |list: &str| clock[list].as_array().unwrap().clone();
    let all: Vec<Value> = said("why").into_iter().chain(said("unmoved")).collect();
    assert_eq!(all.len(), events.len(), "{clock:#}");
    let effects = [
        ("STARTED", 1, true),
        ("NOT_READ", 62, false),
        ("REJECTED", 13, false),
        ("WITHDRAWN", 62, false),
        ("AMENDMENT", 62, false),
    ];
    for (event, (effect, row, moved)) in events.iter().zip(effects) {
        let one = all.iter().find(|one| one["eventId"] == *event).unwrap();
        assert_eq!((&one["effect"], &one["moved"]), (&json!(effect), &json!(moved)), "{one:#}");
        assert_eq!(one["rule"]["row"], row);
        assert!(one["rule"]["guidance"].as_str().is_some_and(|text| text.len() > 10), "{one:#}");
        assert_eq!(
            (&one["recordedByOrganisation"], &one["policyVersion"]),
            (&json!("RJ1"), &json!(1))
        );
        assert!(one["recordedByRole"].is_string() && one["recordedAt"].is_string(), "{one:#}");
        assert_eq!(moved, one["reason"].is_null(), "{one:#}");
    }
    let refused = all.iter().find(|one| one["rule"]["row"] == 13).unwrap();
    assert_eq!(refused["rule"]["guidance"], "RTT guidance v5.0, section 4.4.1.3");
    assert_eq!(refused["recordedByRole"], "CLINICIAN");
    assert_eq!(refused["step"], "dnaRecorded");
}

#[test]
fn a_period_says_its_band_and_where_it_counts_in_the_return() {
    let (house, id, _) = told();
    let period = &house.clock(&id)["periods"][0];
    assert_eq!((&period["clockStart"], &period["clockStop"]), (&json!("2026-01-05"), &Value::Null));
    assert!(period["band"].is_number() && period["bandLabel"].is_string(), "{period:#}");
    let parts: Vec<&str> = period["countsIn"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["part"].as_str().unwrap())
        .collect();
    assert_eq!(parts, ["2", "3"]);
    assert_eq!(period["startedBy"]["guidance"], "RTT guidance v5.0, section 3.2.1");
}
