//! The interface: a concern about no pathway from raising to answer, work sent and returned, and a death on
//! its way to the registrar, told partly of the person and partly on a pathway.

use std::{
    io::{BufRead, BufReader},
    time::Duration,
};

use serde_json::{Value, json};
use waymark_tests::Who;

use crate::office::{Office, id};

const CONCERNS: &str = "query($at: Position, $standing: ConcernStanding) {
    interfaceConcerns(from: \"2026-02\", standing: $standing, atLeast: $at) { nodes { concernId recordedOn
        category harmLevel route withLeadsBy escalatedTo lateWithLeads standing openDays outcome toldAt } }
    interfaceConcernCounts(from: \"2026-02\", atLeast: $at) { month category organisation raised withHarm
        forLeads lateWithLeads open notToldYet answered outcomes { outcome count } } }";

fn raised(harm: &str) -> Value {
    json!({"interfaceConcernRaised": {"concernId": format!("C-{harm}"),
        "concernCategory": "POINTS_OF_CONTACT", "harmLevel": harm, "raisedBy": "PRACTICE",
        "fromOrganisation": "G85001", "toOrganisation": "RJ1", "details": "nobody answers"}})
}

#[test]
fn a_concern_about_no_pathway_is_routed_by_harm_counted_and_closed_with_an_answer() {
    let mut office = Office::fresh();
    let harmed = office.record(json!({}), ("2026-02-03T10:00:00Z", None), raised("MODERATE"));
    office.record(json!({}), ("2026-02-04T10:00:00Z", None), raised("NONE"));
    let of = |office: &Office, standing: Value| {
        office.ask(CONCERNS, json!({"at": office.position, "standing": standing}))
    };
    let told = of(&office, json!("OPEN"));
    let nodes = told["interfaceConcerns"]["nodes"].as_array().unwrap();
    assert_eq!(nodes.len(), 2, "{told:#}");
    assert_eq!(nodes[0]["recordedOn"], harmed["pathwayId"], "a stream of its own");
    let routes =
        nodes.iter().map(|one| (&one["route"], &one["withLeadsBy"], &one["lateWithLeads"]));
    assert_eq!(
        routes.collect::<Vec<_>>(),
        [
            (&json!("INTERFACE_LEADS"), &json!("2026-02-03"), &json!(true)),
            (&json!("MONTHLY_COUNT"), &Value::Null, &json!(false)),
        ]
    );
    assert!(nodes[0]["openDays"].as_i64().unwrap() > 200, "it ages while it is open");
    let stream = json!({"pathway": {"id": harmed["pathwayId"]}});
    office.record(
        stream.clone(),
        ("2026-02-03T12:00:00Z", None),
        json!({"interfaceConcernEscalated":
        {"concernId": "C-MODERATE", "escalationLevel": "INTERFACE_LEADS"}}),
    );
    office.record(
        stream,
        ("2026-02-20", None),
        json!({"interfaceConcernClosed":
        {"concernId": "C-MODERATE", "concernOutcome": "PROCESS_CHANGED", "toldAt": "2026-02-21"}}),
    );
    let told = of(&office, json!("ANSWERED"));
    let closed = &told["interfaceConcerns"]["nodes"][0];
    let answer = ["lateWithLeads", "escalatedTo", "outcome", "toldAt"].map(|field| &closed[field]);
    assert_eq!(
        answer,
        [&json!(false), &json!("INTERFACE_LEADS"), &json!("PROCESS_CHANGED"), &json!("2026-02-21")]
    );
    assert_eq!(
        told["interfaceConcernCounts"],
        json!([{"month": "2026-02", "category": "POINTS_OF_CONTACT", "organisation": "RJ1",
            "raised": 2, "withHarm": 1, "forLeads": 1, "lateWithLeads": 0, "open": 1, "notToldYet": 0, "answered": 1,
            "outcomes": [{"outcome": "PROCESS_CHANGED", "count": 1}]}])
    );
    let queues =
        office.ask("{ nextSteps(organisation: \"RJ1\") { nodes { pathwayId } } }", json!({}));
    assert_eq!(queues["nextSteps"]["nodes"], json!([]), "nobody owes a concern a next step");
}

#[test]
fn work_is_counted_by_kind_and_sender_private_providers_apart() {
    let mut office = Office::fresh();
    let asked = |action: &str| {
        json!({"workTransferRequested": {"actionId": action, "workCategory": "FOLLOW_UP_RESULTS",
            "fromOrganisation": "RJ1", "toOrganisation": "G85001"}})
    };
    office.on(1, "2026-02-02", asked("W1"));
    office.on(2, "2026-02-03", asked("W2"));
    office.on(
        1,
        "2026-02-05",
        json!({"workloadReturned": {"actionId": "W1",
        "workCategory": "FOLLOW_UP_RESULTS", "fromOrganisation": "G85001", "toOrganisation": "RJ1",
        "workReturnReasons": ["PROVIDERS_DUTY"], "patientToldAt": "2026-02-05"}}),
    );
    office.on(
        3,
        "2026-02-06",
        json!({"privateProviderRequestReceived": {"actionId": "P1",
        "workCategory": "PRESCRIBE", "privateProvider": "Harley Clinic", "organisation": "G85001",
        "privateRequestAnswer": "DECLINED"}}),
    );
    office.on(
        4,
        "2026-02-07",
        json!({"removedFromWaitingList":
        {"provider": "RJ1", "removalReason": "NOT_GIVEN"}}),
    );
    // The fields of one question do not wait for each other.
    let known =
        "query($at: Position) { passedWorkCounts(from: \"2026-02\", atLeast: $at) { sender } }";
    office.ask(known, json!({"at": office.position}));
    let told = office.ask(
        "query($at: Position) {
            passedWorkCounts(from: \"2026-02\", atLeast: $at) { private category sender requested
                unanswered accepted returned }
            passedWork(from: \"2026-02\", standing: RETURNED, private: false) { nodes { actionId
                reasons patientToldAt recordedOn } }
            leavingRates(from: \"2026-02\") { provider removed removedWithoutReasonShare
                declinedWithoutReasonShare } }",
        json!({"at": office.position}),
    );
    assert_eq!(
        told["passedWorkCounts"],
        json!([
            {"private": false, "category": "FOLLOW_UP_RESULTS", "sender": "RJ1", "requested": 2,
                "unanswered": 1, "accepted": 0, "returned": 1},
            {"private": true, "category": "PRESCRIBE", "sender": "Harley Clinic", "requested": 1,
                "unanswered": 0, "accepted": 0, "returned": 1},
        ])
    );
    assert_eq!(
        told["passedWork"]["nodes"],
        json!([{"actionId": "W1", "reasons": ["PROVIDERS_DUTY"], "patientToldAt": "2026-02-05",
            "recordedOn": id(1)}])
    );
    assert_eq!(
        told["leavingRates"],
        json!([{"provider": "RJ1", "removed": 1, "removedWithoutReasonShare": 1.0,
            "declinedWithoutReasonShare": null}])
    );
}

const DEATHS: &str = "query($at: Position, $month: String!) {
    medicalExaminerCounts(from: $month, atLeast: $at) { basis office stage count }
    medicalExaminerCases(from: $month) { nodes { stage office referredAt } } }";

#[test]
fn a_death_told_of_the_person_and_on_a_pathway_is_one_case_by_stage_and_office() {
    let mut office = Office::fresh();
    let person = json!({"patient": id(900)});
    office.on(1, "2026-01-05", json!({"pathwaySubject": {"subjectRef": id(900)}}));
    office.record(person.clone(), ("2026-02-01T10:00:00Z", None), json!({"patientDied": {}}));
    office.record(
        person.clone(),
        ("2026-02-02T09:00:00Z", None),
        json!({"mccdCompleted":
        {"byRole": "ATTENDING_PRACTITIONER"}}),
    );
    office.record(
        person,
        ("2026-02-02T12:00:00Z", None),
        json!({"referredToMedicalExaminer":
        {"fromOrganisation": "G85001", "toOrganisation": "RWA", "recordsSent": true}}),
    );
    office.on(2, "2024-09-08", json!({"patientDied": {}}));
    let of = |month: &str| office.ask(DEATHS, json!({"at": office.position, "month": month}));
    let told = of("2026-02");
    assert_eq!(
        told["medicalExaminerCounts"],
        json!([{"basis": "STATUTORY", "office": "RWA", "stage": "WITH_EXAMINER", "count": 1}])
    );
    assert_eq!(
        told["medicalExaminerCases"]["nodes"],
        json!([{"stage": "WITH_EXAMINER", "office": "RWA", "referredAt": "2026-02-02T12:00:00Z"}])
    );
    assert_eq!(
        of("2024-09")["medicalExaminerCounts"],
        json!([{"basis": "NON_STATUTORY", "office": null, "stage": "AWAITING_CERTIFICATE",
            "count": 1}]),
        "a day before it was law"
    );
}

#[test]
fn the_interface_is_not_for_patients_and_says_what_it_cannot_read() {
    let office = Office::fresh();
    let patient = office.server.token(Who::Patient("00000000-0000-4000-8000-0000000000aa"));
    for query in [
        "{ interfaceConcerns(from: \"2026-02\") { nodes { concernId } } }",
        "{ interfaceConcernCounts(from: \"2026-02\") { month } }",
        "{ passedWork(from: \"2026-02\") { nodes { actionId } } }",
        "{ passedWorkCounts(from: \"2026-02\") { month } }",
        "{ leavingRates(from: \"2026-02\") { month } }",
        "{ medicalExaminerCounts(from: \"2026-02\") { count } }",
        "{ medicalExaminerCases(from: \"2026-02\") { nodes { stage } } }",
        "{ lettersHeldBack(organisation: \"RJ1\", from: \"2026-02\") { nodes { letterId } } }",
    ] {
        let refused = office.server.ask(patient.as_deref(), query, json!({}));
        assert!(refused["data"].is_null() && refused["errors"].is_array(), "{query}: {refused:#}");
        let allowed =
            office.server.ask(office.server.token(Who::Auditor).as_deref(), query, json!({}));
        assert!(allowed["errors"].is_null(), "{query}: {allowed:#}");
    }
    let query =
        "{ interfaceConcerns(from: \"2026-02\", category: \"NOISE\") { nodes { concernId } } }";
    let answer = office.server.ask(office.staff.as_deref(), query, json!({}));
    let expected = "`category`: expected a category of concerns, ONWARD_REFERRAL";
    assert_eq!(answer["errors"][0]["message"], expected, "{answer:#}");
}

/// Follows a subscription, and does something anew until it is told of.
fn told_of(office: &mut Office, query: &str, mut act: impl FnMut(&mut Office, u32)) -> Value {
    let (url, token) =
        (format!("http://{}/graphql", office.server.address()), office.staff.clone().unwrap());
    let body = json!({"query": query}).to_string();
    let (tell, told) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let request = ureq::post(url)
            .header("content-type", "application/json")
            .header("accept", "text/event-stream")
            .header("authorization", format!("Bearer {token}"));
        let reader = request.send(body).unwrap().into_body().into_reader();
        for line in BufReader::new(reader).lines().map_while(Result::ok) {
            let data = line.strip_prefix("data:").map(str::trim).unwrap_or_default();
            if let Ok(answer) = serde_json::from_str::<Value>(data)
                && answer["data"].is_object()
            {
                drop(tell.send(answer["data"].clone()));
            }
        }
    });
    for n in 1..=40 {
        act(office, n);
        if let Ok(data) = told.recv_timeout(Duration::from_millis(500)) {
            return data;
        }
    }
    panic!("nothing was told of {query}");
}

#[test]
fn whoever_follows_is_told_of_concerns_work_and_deaths_as_they_are_recorded() {
    let mut office = Office::fresh();
    let concern = told_of(
        &mut office,
        "subscription { interfaceConcernsLive(organisation: \"RJ1\", route: INTERFACE_LEADS) {
            harmLevel withLeadsBy standing } }",
        |office, n| {
            let at = format!("2026-02-03T10:{n:02}:00Z");
            office.record(json!({}), (&at, None), raised("NONE"));
            office.record(json!({}), (&at, None), raised("SEVERE"));
        },
    );
    assert_eq!(
        concern["interfaceConcernsLive"],
        json!({"harmLevel": "SEVERE", "withLeadsBy": "2026-02-03", "standing": "OPEN"})
    );
    let work = told_of(
        &mut office,
        "subscription { passedWorkLive(organisation: \"G85001\") { category standing } }",
        |office, n| {
            office.on(
                n,
                "2026-02-02",
                json!({"workTransferRequested": {"actionId": "W1",
                "workCategory": "PRESCRIBE", "fromOrganisation": "RJ1",
                "toOrganisation": "G85001"}}),
            );
        },
    );
    let asked = json!({"category": "PRESCRIBE", "standing": "UNANSWERED"});
    assert_eq!(work["passedWorkLive"], asked);
    let death = told_of(
        &mut office,
        "subscription { medicalExaminerCasesLive(office: \"RWA\") { stage basis } }",
        |office, n| {
            office.record(
                json!({"patient": id(500 + n)}),
                ("2026-02-02", None),
                json!({"referredToMedicalExaminer": {"fromOrganisation": "G85001",
                    "toOrganisation": "RWA", "recordsSent": true}}),
            );
        },
    );
    let moved = json!({"stage": "WITH_EXAMINER", "basis": "STATUTORY"});
    assert_eq!(death["medicalExaminerCasesLive"], moved, "told of a person alone");
}
