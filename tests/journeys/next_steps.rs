//! Whose move it is: a patient asks at five stages, a practice asks for the advice it is owed, staff
//! hear of a pathway that nobody owns, and a line that failed answers with its alternative.

use std::io::{BufRead, BufReader};

use serde_json::{Value, json};
use waymark_tests::{Server, Who};

const PERSON: &str = "00000000-0000-4000-8000-0000000000aa";

const RECORD: &str = "mutation($input: RecordInput!) { record(input: $input) { __typename
    ... on StepRecorded { pathwayId position } ... on StepRefused { code field message } } }";

const WHO: &str = "query($id: ID!, $at: Position) { whoToContact(pathwayId: $id, atLeast: $at) {
    state ownerPlain ownerRole ownerOrganisation { code name } whatNext dueInWords overdue notYet
    forQuestions { ...line } forDelay { ...line } ifWorse { ...line } } }
    fragment line on ContactFor { name channel value hours checked notDigital note }";

struct Town {
    server: Server,
    staff: Option<String>,
    commands: u32,
}

impl Town {
    /// A hospital and a practice with their lines.
    fn open() -> Self {
        let server = Server::fresh();
        let staff = server.token(Who::Staff("BOOKING_TEAM", "RJ1"));
        let mut town = Self { server, staff, commands: 0 };
        for (code, name, kind) in
            [("RJ1", "Riverside Hospital", "PROVIDER"), ("G85001", "Park Surgery", "PRACTICE")]
        {
            let named = json!({"organisation": code, "name": name, "organisationKind": kind});
            town.record(None, "2025-12-01", json!({"organisationRecorded": named}));
        }
        for (id, organisation, purpose, audience) in [
            ("practice", "G85001", "GENERAL", "PATIENT"),
            ("questions", "RJ1", "QUESTIONS", "PATIENT"),
            ("booking", "RJ1", "BOOKING", "PATIENT"),
            ("delay", "RJ1", "DELAY", "PATIENT"),
            ("worse", "RJ1", "DETERIORATION", "PATIENT"),
            ("advice", "RJ1", "QUESTIONS", "PRACTICE"),
        ] {
            let point = point(id, organisation, purpose, audience);
            town.record(None, "2025-12-01", json!({"contactPointPublished": point}));
        }
        town
    }

    fn ask(&self, query: &str, variables: Value) -> Value {
        let answer = self.server.ask(self.staff.as_deref(), query, variables);
        assert!(answer.get("errors").is_none(), "{answer:#}");
        answer["data"].clone()
    }

    /// Records a step on a pathway, by its number, and gives the position.
    fn record(&mut self, pathway: Option<u32>, on: &str, step: Value) -> Value {
        self.commands += 1;
        let mut input =
            json!({"commandId": id(1_000 + self.commands), "occurredAt": on, "step": step});
        if let Some(number) = pathway {
            input["pathway"] = json!({"id": id(number)});
        }
        let recorded = self.ask(RECORD, json!({"input": input}))["record"].clone();
        assert_eq!(recorded["__typename"], "StepRecorded", "{recorded:#}");
        recorded["position"].clone()
    }

    fn who(&self, token: Option<&str>, number: u32, at: &Value) -> Value {
        let answer = self.server.ask(token, WHO, json!({"id": id(number), "at": at}));
        assert!(answer.get("errors").is_none(), "{answer:#}");
        answer["data"]["whoToContact"].clone()
    }
}

fn id(number: u32) -> String {
    format!("00000000-0000-4000-8000-{number:012}")
}

fn point(id: &str, organisation: &str, purpose: &str, audience: &str) -> Value {
    json!({
        "contactPoint": id, "organisation": organisation, "audience": audience,
        "contactPurpose": purpose, "name": format!("line for {id}"), "channel": "TELEPHONE",
        "endpoint": format!("020 7946 0001 ext 1 {id}"), "hours": "Monday to Friday, 9 to 5",
        "interpreter": true, "textRelay": true, "ownerRole": "BOOKING_TEAM",
    })
}

fn sent() -> Value {
    json!({"referralSent": {"referrer": "G85001", "service": "derm", "provider": "RJ1",
        "priority": "ROUTINE"}})
}

fn received() -> Value {
    json!({"referralReceived": {"provider": "RJ1", "service": "derm", "rttScope": "IN_SCOPE",
        "function": "330", "route": "OTHER", "referralPurpose": "TREATMENT", "referrer": "G85001"}})
}

fn booked() -> Value {
    json!({"appointmentBooked": {"appointmentId": "A1", "startsAt": "2099-02-02T10:00:00Z",
        "bookingKind": "APPOINTMENT", "provider": "RJ1", "agreedWithPatient": true}})
}

/// No text of an answer is empty, however deep.
fn holds_no_empty_text(value: &Value) -> bool {
    match value {
        Value::String(text) => !text.trim().is_empty(),
        Value::Array(all) => all.iter().all(holds_no_empty_text),
        Value::Object(fields) => fields.values().all(holds_no_empty_text),
        Value::Null | Value::Bool(_) | Value::Number(_) => true,
    }
}

#[test]
fn a_patient_asks_at_five_stages_and_hears_each_time_whose_move_it_is() {
    let mut town = Town::open();
    let patient = town.server.token(Who::Patient(PERSON));
    let own = json!({"pathwaySubject": {"subjectRef": PERSON, "gpPractice": "G85001"}});
    town.record(Some(1), "2026-01-02", own);
    let cancelled = json!({"appointmentCancelled": {"appointmentId": "A1", "initiator": "PROVIDER",
        "appointmentCancelReason": "STAFF_UNAVAILABLE"}});
    let back = json!({"returnToPrimaryCareCommunicated": {"noTreatmentNeeded": true,
        "communicatedAt": "2026-01-20", "gpToldAt": "2026-01-20"}});
    let practice = ("the practice team at Park Surgery", "line for practice");
    let stages = [
        ("2026-01-02", sent(), "SENT_NO_RECEIPT", practice),
        (
            "2026-01-05",
            received(),
            "RECEIVED_UNTRIAGED",
            ("the team that reads referrals at Riverside Hospital", "line for questions"),
        ),
        (
            "2026-01-12",
            booked(),
            "BOOKED",
            ("the clinic team at Riverside Hospital", "line for booking"),
        ),
        (
            "2026-01-13",
            cancelled,
            "ACCEPTED_UNBOOKED",
            ("the booking team at Riverside Hospital", "line for booking"),
        ),
        (
            "2026-01-20",
            back,
            "BACK_WITH_PRACTICE",
            ("your GP at Park Surgery", "line for practice"),
        ),
    ];
    for (on, step, state, (owner, line)) in stages {
        let at = town.record(Some(1), on, step);
        let who = town.who(patient.as_deref(), 1, &at);
        assert_eq!(who["state"], state, "{who:#}");
        assert_eq!(who["ownerPlain"], owner);
        assert_eq!(who["forQuestions"]["name"], line);
        assert!(holds_no_empty_text(&who), "{who:#}");
    }
    let stranger = town.server.token(Who::Patient("00000000-0000-4000-8000-0000000000bb"));
    assert_eq!(town.who(stranger.as_deref(), 1, &Value::Null), Value::Null);
}

#[test]
fn what_is_not_acknowledged_is_said_with_its_day_and_its_source() {
    let mut town = Town::open();
    let at = town.record(Some(1), "2026-01-02", sent());
    let who = town.who(town.staff.as_deref(), 1, &at);
    assert_eq!(who["notYet"], "not yet acknowledged by Riverside Hospital, was due 6 January 2026");
    assert_eq!(who["dueInWords"], "was due by 6 January 2026 (local setting)");
    assert_eq!(who["overdue"], true);
}

#[test]
fn a_practice_lists_the_advice_it_asked_for_and_what_is_owed() {
    let mut town = Town::open();
    let ask = |provider: &str| {
        json!({"adviceRequested": {"service": "derm", "provider": provider, "referrer": "G85001",
            "priority": "ROUTINE", "conversionAuthorised": true, "spoa": false}})
    };
    let given = json!({"adviceGiven": {"recommendation": "REFERRAL_RECOMMENDED"}});
    for number in [1, 2, 3] {
        town.record(Some(number), "2026-01-05", ask("RJ1"));
    }
    town.record(Some(2), "2026-01-07", given);
    let closed = json!({"adviceClosed": {"adviceEnd": "CONVERSATION_ENDED_CLOSED"}});
    let at = town.record(Some(3), "2026-01-08", closed);
    let query = "query($at: Position, $first: Int!, $after: String, $standing: AdviceStanding) {
        askedAdvice(organisation: \"G85001\", atLeast: $at, first: $first, after: $after,
            standing: $standing) {
            nodes { pathwayId standing ownerRole ownerOrganisation { code } dueBy dueInWords overdue
                answeredOn recommendation forQuestions { name value } }
            pageInfo { hasNextPage endCursor } } }";
    let page = town.ask(query, json!({"at": at, "first": 2}))["askedAdvice"].clone();
    assert_eq!(
        page["nodes"],
        json!([
            {"pathwayId": id(1), "standing": "ASKED", "ownerRole": "ADVICE_RESPONDER",
                "ownerOrganisation": {"code": "RJ1"}, "dueBy": "2026-01-12",
                "dueInWords": "was due by 12 January 2026 (local setting)", "overdue": true,
                "answeredOn": null, "recommendation": null,
                "forQuestions": {"name": "line for advice", "value": "020 7946 0001 ext 1 advice"}},
            {"pathwayId": id(2), "standing": "ANSWERED", "ownerRole": "GENERAL_PRACTITIONER",
                "ownerOrganisation": {"code": "G85001"}, "dueBy": "2026-01-14",
                "dueInWords": "was due by 14 January 2026 (local setting)", "overdue": true,
                "answeredOn": "2026-01-07", "recommendation": "REFERRAL_RECOMMENDED",
                "forQuestions": {"name": "line for advice", "value": "020 7946 0001 ext 1 advice"}},
        ])
    );
    assert_eq!(page["pageInfo"]["hasNextPage"], true);
    let after = page["pageInfo"]["endCursor"].clone();
    let rest = town.ask(query, json!({"first": 2, "after": after}))["askedAdvice"].clone();
    assert_eq!(rest["nodes"][0]["standing"], "CLOSED");
    assert_eq!(rest["nodes"][0]["dueInWords"], "nothing is owed any more");
    assert_eq!(rest["pageInfo"]["hasNextPage"], false);
    let closed = town.ask(query, json!({"first": 5, "standing": "CLOSED"}))["askedAdvice"].clone();
    assert_eq!(closed["nodes"].as_array().unwrap().len(), 1);
    let patient = town.server.token(Who::Patient(PERSON));
    let refused = town.server.ask(patient.as_deref(), query, json!({"first": 5}));
    assert_eq!(refused["errors"][0]["extensions"]["code"], "FORBIDDEN");
}

const UNOWNED: &str = "query($provider: String, $at: Position) {
    unownedPathways(provider: $provider, atLeast: $at) { nodes { pathwayId alarm
        whoToContact { state ownerPlain ownerRole forQuestions { name } forDelay { name } } } } }";

#[test]
fn a_pathway_that_nobody_owns_is_an_alarm_with_the_coordinator_as_contact() {
    let mut town = Town::open();
    let mut coordinator = point("coordinator", "RJ1", "GENERAL", "PATIENT");
    coordinator["ownerRole"] = json!("PATHWAY_COORDINATOR");
    town.record(None, "2025-12-01", json!({"contactPointPublished": coordinator}));
    let live = "subscription { unownedPathwaysOf(provider: \"RJ1\") { pathwayId alarm } }";
    let mut events = subscribed(&town, live);
    // The practice is not known, so the answer that comes back to it is nobody's.
    let asked = json!({"adviceRequested": {"service": "derm", "provider": "RJ1",
        "priority": "ROUTINE", "conversionAuthorised": true, "spoa": false}});
    town.record(Some(1), "2026-01-05", asked);
    let owned = town.record(Some(2), "2026-01-05", received());
    let given = json!({"adviceGiven": {"recommendation": "OTHER"}});
    let at = town.record(Some(1), "2026-01-07", given);
    assert_ne!(owned, at);
    let list = town.ask(UNOWNED, json!({"provider": "RJ1", "at": at}));
    let coordinators = json!([{"pathwayId": id(1), "alarm": "UNOWNED", "whoToContact": {
        "state": "UNOWNED", "ownerPlain": "the pathway coordinator at Riverside Hospital",
        "ownerRole": "PATHWAY_COORDINATOR", "forQuestions": {"name": "line for coordinator"},
        "forDelay": {"name": "line for coordinator"}}}]);
    assert_eq!(list["unownedPathways"]["nodes"], coordinators);
    let elsewhere = town.ask(UNOWNED, json!({"provider": "RJ2"}));
    assert_eq!(elsewhere["unownedPathways"]["nodes"], json!([]));
    let everywhere = town.ask(UNOWNED, json!({}));
    assert_eq!(everywhere["unownedPathways"]["nodes"], coordinators);
    let heard = events.next().expect("the alarm is heard");
    assert_eq!(heard["data"]["unownedPathwaysOf"], json!({"pathwayId": id(1), "alarm": "UNOWNED"}));
    let found = json!({"pathwaySubject": {"subjectRef": PERSON, "gpPractice": "G85001"}});
    let at = town.record(Some(1), "2026-01-08", found);
    let list = town.ask(UNOWNED, json!({"at": at}));
    assert_eq!(list["unownedPathways"]["nodes"], json!([]));
}

/// The events of a subscription, from the moment at which the server has said that it listens.
fn subscribed(town: &Town, query: &str) -> impl Iterator<Item = Value> + use<> {
    let agent: ureq::Agent =
        ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let token = town.staff.as_deref().unwrap();
    let answer = agent
        .post(format!("http://{}/graphql", town.server.address()))
        .header("content-type", "application/json")
        .header("accept", "text/event-stream")
        .header("authorization", format!("Bearer {token}"))
        .send(json!({"query": query}).to_string())
        .expect("the server answers");
    assert_eq!(answer.status(), 200);
    let lines = BufReader::new(answer.into_body().into_reader()).lines();
    lines.filter_map(|line| {
        let line = line.expect("the stream is text");
        let data = line.strip_prefix("data:").map(str::trim).filter(|data| !data.is_empty())?;
        Some(serde_json::from_str(data).expect("an event is JSON"))
    })
}

#[test]
fn a_line_that_failed_answers_with_its_alternative_and_is_its_managers_to_mend() {
    let mut town = Town::open();
    let at = town.record(Some(1), "2026-01-05", received());
    let before = town.who(town.staff.as_deref(), 1, &at);
    assert_eq!(before["forQuestions"]["name"], "line for questions");
    assert_eq!(before["forQuestions"]["note"], Value::Null);
    assert_eq!(before["forQuestions"]["notDigital"], "ring 020 7946 0001 ext 1 questions");
    let mut again = point("questions", "RJ1", "QUESTIONS", "PATIENT");
    again["alternativeContact"] = json!("spare");
    for published in [again, point("spare", "RJ1", "GENERAL", "PATIENT")] {
        town.record(None, "2026-01-06", json!({"contactPointPublished": published}));
    }
    let failed = json!({"contactPointFailed": {"contactPoint": "questions",
        "contactFailure": "NO_ANSWER"}});
    let at = town.record(None, "2026-01-09", failed);
    let after = town.who(town.staff.as_deref(), 1, &at);
    assert_eq!(after["forQuestions"]["name"], "line for spare");
    assert_eq!(
        after["forQuestions"]["note"],
        "line for questions is out of order; this is given in its place"
    );
    assert_eq!(after["forDelay"]["name"], "line for delay");
    let health = "{ contactPointHealth(organisation: \"RJ1\", first: 1) { nodes {
        contactPoint { id } faults ownerRole ownerOrganisation { name } dueBy overdue
        alternative { id } } } }";
    assert_eq!(
        town.ask(health, json!({}))["contactPointHealth"]["nodes"],
        json!([{"contactPoint": {"id": "questions"}, "faults": ["FAILED", "NEVER_VERIFIED"],
            "ownerRole": "SERVICE_MANAGER", "ownerOrganisation": {"name": "Riverside Hospital"},
            "dueBy": "2026-01-12", "overdue": true, "alternative": {"id": "spare"}}])
    );
    let patient = town.server.token(Who::Patient(PERSON));
    let refused = town.server.ask(patient.as_deref(), health, json!({}));
    assert_eq!(refused["errors"][0]["extensions"]["code"], "FORBIDDEN");
}

#[test]
fn a_service_is_found_by_area_with_its_criteria_its_lines_and_its_wait() {
    let mut town = Town::open();
    let entry = |id: &str, restricted: bool| {
        json!({"directoryEntryUpdated": {"service": id, "organisation": "RJ1", "name": "Dermatology",
            "function": "330", "rttScope": "IN_SCOPE", "area": "Lambeth",
            "referralCriteria": ["a changing mole"],
            "guidelineLinks": ["https://guidelines.example/skin"], "restricted": restricted,
            "ownerRole": "SERVICE_MANAGER"}})
    };
    town.record(None, "2025-12-01", entry("derm", false));
    town.record(None, "2025-12-01", entry("quiet", true));
    let mut line = point("derm-line", "RJ1", "QUESTIONS", "HOSPITAL");
    line["service"] = json!("derm");
    let at = town.record(None, "2025-12-02", json!({"contactPointPublished": line}));
    town.who(town.staff.as_deref(), 1, &at);
    let query = "{ services(area: \"lamb\", function: \"330\") { nodes { id name area
        organisation { name } referralCriteria guidelineLinks ownerRole updatedOn
        contactPoints(audience: HOSPITAL) { id audience purpose ownerRole working }
        liveContact(audience: PRACTICE) indicativeWait { code isWithheld inWords } } } }";
    let patient = town.server.token(Who::Patient(PERSON));
    let seen = town.server.ask(patient.as_deref(), query, json!({}));
    let nodes = &seen["data"]["services"]["nodes"];
    assert_eq!(nodes.as_array().map(Vec::len), Some(1), "{seen:#}");
    assert_eq!(
        nodes[0],
        json!({"id": "derm", "name": "Dermatology", "area": "Lambeth",
            "organisation": {"name": "Riverside Hospital"},
            "referralCriteria": ["a changing mole"],
            "guidelineLinks": ["https://guidelines.example/skin"],
            "ownerRole": "SERVICE_MANAGER", "updatedOn": "2025-12-01",
            "contactPoints": [{"id": "derm-line", "audience": "HOSPITAL", "purpose": "QUESTIONS",
                "ownerRole": "BOOKING_TEAM", "working": true}],
            "liveContact": "FAULTY",
            "indicativeWait": {"code": "C_330", "isWithheld": true,
                "inWords": "Too few people wait, or none, to say how long without saying who."}})
    );
    assert_eq!(
        town.ask(query, json!({}))["services"]["nodes"].as_array().map(Vec::len),
        Some(2),
        "staff see the restricted one too"
    );
    let whole = "{ organisation(code: \"RJ1\") { name kind services { id }
        contactPoints(audience: PRACTICE) { id } } }";
    assert_eq!(
        town.ask(whole, json!({}))["organisation"],
        json!({"name": "Riverside Hospital", "kind": "PROVIDER",
            "services": [{"id": "derm"}, {"id": "quiet"}], "contactPoints": [{"id": "advice"}]})
    );
}
