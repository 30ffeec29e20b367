//! Whether a service can be reached, is in the directory and has public waits: kept and broken, asked of
//! what the directory knows on a day.

use serde_json::{Value, json};
use waymark_tests::Who;

use crate::office::{Office, id};

const PROMISES: &str = "query($on: DateTime) { servicePromises(service: \"derm\", on: $on) {
    rule pack title reading source state missing evidence accountable ownerRole
    ownAnswer { code isWithheld medianWeeks } } }";

const LIVE: &str =
    "query($on: DateTime) { service(id: \"derm\", on: $on) { liveContact(audience: PATIENT) } }";

/// The day that most of these ask about.
const MARCH: &str = "2026-03-01T12:00:00Z";

/// A hospital of South East London.
fn hospital() -> Office {
    let mut office = Office::fresh();
    for (code, kind, parent) in
        [("QKK", "INTEGRATED_CARE_BOARD", Value::Null), ("RJ1", "PROVIDER", json!("QKK"))]
    {
        told(
            &mut office,
            "2025-01-01",
            json!({"organisationRecorded": {"organisation": code, "name": code,
                "organisationKind": kind, "parent": parent}}),
        );
    }
    office
}

/// Tells the directory something; gives the id of the step.
fn told(office: &mut Office, on: &str, step: Value) -> Value {
    office.record(json!({}), (on, None), step)["eventId"].clone()
}

fn entered(office: &mut Office, on: &str) -> Value {
    let entry = json!({"directoryEntryUpdated": {"service": "derm", "organisation": "RJ1",
        "name": "Dermatology", "function": "330", "rttScope": "IN_SCOPE"}});
    told(office, on, entry)
}

fn line(office: &mut Office, audience: &str, channel: &str) -> Value {
    let endpoint = if channel == "PORTAL" { "https://portal.example.org" } else { "020 7946 0001" };
    let point = json!({"contactPointPublished": {"contactPoint": format!("{audience}-{channel}"),
        "organisation": "RJ1", "service": "derm", "audience": audience,
        "contactPurpose": "QUESTIONS", "name": "a line", "channel": channel,
        "endpoint": endpoint, "hours": "9 to 5", "interpreter": true, "textRelay": true,
        "ownerRole": "BOOKING_TEAM", "verifiedOn": "2026-02-25"}});
    told(office, "2026-02-25", point)
}

/// One promise as it stood, once the directory has heard of what was recorded.
fn promise(office: &Office, rule: &str, on: Option<&str>) -> Value {
    let heard =
        "query($id: ID!, $at: Position) { whoToContact(pathwayId: $id, atLeast: $at) { state } }";
    office.ask(heard, json!({"id": id(999), "at": office.position}));
    let all = office.ask(PROMISES, json!({"on": on}))["servicePromises"].clone();
    let found = all.as_array().unwrap().iter().find(|one| one["rule"] == rule);
    found.unwrap_or_else(|| panic!("no {rule} in {all:#}")).clone()
}

#[test]
fn a_service_that_each_side_can_reach_keeps_4_1_and_digital_only_breaks_it() {
    let mut office = hospital();
    entered(&mut office, "2025-12-01");
    let lines = [("HOSPITAL", "TELEPHONE"), ("PRIMARY_CARE_NETWORK", "TELEPHONE")]
        .map(|(audience, channel)| line(&mut office, audience, channel));
    line(&mut office, "PATIENT", "PORTAL");
    // An inbox that nobody read for two working days would not be a way to reach anybody at all.
    let read = json!({"contactPointServiced": {"contactPoint": "PATIENT-PORTAL"}});
    told(&mut office, "2026-02-27", read);
    let digital = promise(&office, "SEL-4.1", Some(MARCH));
    assert_eq!(digital["state"], "BREACHED", "{digital:#}");
    assert_eq!(digital["missing"], json!(["a route for patients that is not digital"]));
    assert_eq!(office.ask(LIVE, json!({"on": MARCH}))["service"]["liveContact"], "DIGITAL_ONLY");
    let telephone = line(&mut office, "PATIENT", "TELEPHONE");
    let kept = promise(&office, "SEL-4.1", Some(MARCH));
    assert_eq!((&kept["state"], &kept["missing"]), (&json!("MET"), &json!([])), "{kept:#}");
    assert_eq!(kept["pack"], "SEL-CONSENSUS-2025-08");
    assert_eq!(kept["title"], "There are points of contact in both directions");
    assert_eq!(kept["source"], "SEL consensus 4.1");
    assert!(kept["reading"].as_str().unwrap().contains("within 90 days"));
    assert_eq!(
        (&kept["accountable"], &kept["ownerRole"]),
        (&json!("RJ1"), &json!("SERVICE_MANAGER"))
    );
    for step in lines.iter().chain([&telephone]) {
        assert!(kept["evidence"].as_array().unwrap().contains(step), "{kept:#}");
    }
}

#[test]
fn lines_that_nobody_verified_within_90_days_break_4_1_and_a_check_mends_one() {
    let mut office = hospital();
    entered(&mut office, "2025-12-01");
    for audience in ["PATIENT", "HOSPITAL", "PRACTICE"] {
        line(&mut office, audience, "TELEPHONE");
    }
    let last = promise(&office, "SEL-4.1", Some("2026-05-26T12:00:00Z"));
    assert_eq!(last["state"], "MET", "the ninetieth day: {last:#}");
    let checked = json!({"contactPointServiced": {"contactPoint": "PATIENT-TELEPHONE",
        "verifiedOn": "2026-05-27"}});
    let checked = told(&mut office, "2026-05-27", checked);
    let stale = promise(&office, "SEL-4.1", Some("2026-05-27T12:00:00Z"));
    assert_eq!(stale["state"], "BREACHED");
    let missing =
        ["hospitals", "practices"].map(|side| format!("a contact point for {side} that works"));
    assert_eq!(stale["missing"], json!(missing));
    assert!(stale["evidence"].as_array().unwrap().contains(&checked), "{stale:#}");
}

#[test]
fn an_entry_of_the_last_year_keeps_5_5_and_an_older_one_breaks_it() {
    let mut office = hospital();
    let written = entered(&mut office, "2025-06-01");
    let kept = promise(&office, "SEL-5.5", Some("2026-06-01T12:00:00Z"));
    assert_eq!((&kept["state"], &kept["evidence"]), (&json!("MET"), &json!([written])));
    let broken = promise(&office, "SEL-5.5", Some("2026-06-02T12:00:00Z"));
    assert_eq!(broken["state"], "BREACHED");
    assert_eq!(broken["missing"], json!(["an entry of the last 365 days"]));
}

#[test]
fn a_published_wait_keeps_6_4_and_after_35_days_our_own_answer_was_not_kept() {
    let mut office = hospital();
    entered(&mut office, "2025-12-01");
    let published = json!({"waitingTimesPublished": {"service": "derm", "organisation": "RJ1",
        "fromDate": "2026-01-01", "toDate": "2026-01-31", "webAddress": "https://waits.example"}});
    let published = told(&mut office, "2026-02-10", published);
    let kept = promise(&office, "SEL-6.4", Some("2026-03-17T12:00:00Z"));
    assert_eq!((&kept["state"], &kept["evidence"]), (&json!("MET"), &json!([published])));
    let later = promise(&office, "SEL-6.4", Some("2026-03-18T12:00:00Z"));
    assert_eq!(later["state"], "UNKNOWN", "what the public was shown that day is not kept");
    let now = promise(&office, "SEL-6.4", None);
    assert_eq!(now["state"], "BREACHED", "nobody waits, so our own answer shows nothing today");
    assert_eq!(now["missing"], json!(["a published wait of the last 35 days"]));
}

#[test]
fn our_own_public_answer_keeps_6_4_where_it_shows_a_figure() {
    let mut office = hospital();
    entered(&mut office, "2025-12-01");
    for pathway in 1..=30 {
        office.on(
            pathway,
            "2026-01-05",
            json!({"referralReceived": {"provider": "RJ1", "service": "derm",
                "rttScope": "IN_SCOPE", "function": "330", "commissioner": "72Q",
                "route": "OTHER", "referralPurpose": "TREATMENT"}}),
        );
    }
    let heard = "query($at: Position) { waitingTimes(atLeast: $at) { groups { total } } }";
    office.ask(heard, json!({"at": office.position}));
    let kept = promise(&office, "SEL-6.4", None);
    assert_eq!((&kept["state"], &kept["evidence"]), (&json!("MET"), &json!([])), "{kept:#}");
    assert_eq!(kept["ownAnswer"]["code"], "C_330");
    assert_eq!(kept["ownAnswer"]["isWithheld"], false);
    assert_eq!(promise(&office, "SEL-5.5", None)["ownAnswer"], Value::Null);
}

#[test]
fn the_board_decides_who_is_bound_and_patients_do_not_ask() {
    let mut office = hospital();
    entered(&mut office, "2025-12-01");
    let move_to = |parent: Value| {
        json!({"organisationRecorded": {"organisation": "RJ1", "name": "RJ1",
            "organisationKind": "PROVIDER", "parent": parent}})
    };
    told(&mut office, "2026-02-01", move_to(Value::Null));
    let unknown = promise(&office, "SEL-5.5", Some(MARCH));
    assert_eq!(unknown["state"], "UNKNOWN");
    assert_eq!(unknown["missing"], json!(["the integrated care board of the provider"]));
    let other = json!({"organisationRecorded": {"organisation": "QOQ", "name": "another board",
        "organisationKind": "INTEGRATED_CARE_BOARD"}});
    told(&mut office, "2025-01-01", other);
    told(&mut office, "2026-02-02", move_to(json!("QOQ")));
    assert_eq!(promise(&office, "SEL-5.5", Some(MARCH))["state"], "NOT_APPLICABLE");
    let patient = office.server.token(Who::Patient(&id(0xaa)));
    let refused = office.server.ask(patient.as_deref(), PROMISES, json!({}));
    assert_eq!(refused["errors"][0]["extensions"]["code"], "FORBIDDEN", "{refused:#}");
    let auditor = office.server.token(Who::Auditor);
    let nothing = "{ servicePromises(service: \"nobody-told-of-it\") { rule } }";
    let heard = office.server.ask(auditor.as_deref(), nothing, json!({}));
    assert_eq!(heard["data"]["servicePromises"], json!([]), "{heard:#}");
}
