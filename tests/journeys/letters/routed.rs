//! What would go where nobody reads it is refused with where to go instead; what went there all the same
//! is listed, and the work of a closed organisation is in the list of the one that took its place.

use serde_json::{Value, json};

use super::Town;

/// Riverside Hospital closes and Hilltop Hospital takes its place.
fn closing() -> Value {
    json!({"organisationRecorded": {"organisation": "RJ1", "name": "Riverside Hospital",
        "organisationKind": "PROVIDER", "endsOn": "2026-03-31", "replacedByOrganisation": "RJ2"}})
}

#[test]
fn a_letter_to_a_closed_hospital_is_refused_and_goes_to_the_one_that_took_its_place() {
    let mut town = Town::open();
    let id = town.with_work_at_the_surgery();
    town.record(None, "2026-03-01", closing());
    let reasons = json!({"reasons": ["PROVIDERS_DUTY"]});
    let input = town.letter(&id, "workload-return", reasons.clone());
    let refused = town.issue(town.surgery.as_ref(), input.clone());
    let told = (&refused["code"], &refused["field"]);
    assert_eq!(told, (&json!("CLOSED_ORGANISATION"), &json!("toOrganisation")), "{refused:#}");
    assert_eq!(refused["message"], "RJ1 closed on 2026-03-31: RJ2 took its place");
    assert_eq!(town.preview(town.surgery.as_ref(), input)["code"], "CLOSED_ORGANISATION");
    let to = |town: &mut Town, code: &str| {
        let more = json!({"reasons": ["PROVIDERS_DUTY"], "toOrganisation": code});
        let input = town.letter(&id, "workload-return", more);
        town.issue(town.surgery.as_ref(), input)
    };
    assert_eq!(to(&mut town, "G85001")["code"], "UNKNOWN_RECIPIENT");
    let issued = to(&mut town, "RJ2");
    assert_eq!(issued["__typename"], "IssuedLetter", "{issued:#}");
    assert_eq!(issued["letter"]["toOrganisation"], "RJ2");
}

#[test]
fn a_letter_by_a_channel_that_nobody_reads_is_refused_with_who_keeps_it() {
    let mut town = Town::open();
    let id = town.with_work_at_the_surgery();
    let inbox = json!({"contactPointPublished": {"contactPoint": "RJ1-inbox",
        "organisation": "RJ1", "audience": "PRACTICE", "contactPurpose": "GENERAL",
        "name": "letters", "channel": "EMAIL", "endpoint": "letters@rj1.example",
        "hours": "weekdays", "interpreter": false, "textRelay": false,
        "ownerRole": "CORRESPONDENCE_TEAM", "cover": "the post room"}});
    town.record(None, "2026-01-05", inbox);
    let by = |channel: &str| json!({"reasons": ["PROVIDERS_DUTY"], "channel": channel});
    let input = town.letter(&id, "workload-return", by("EMAIL"));
    let refused = town.issue(town.surgery.as_ref(), input);
    let told = (&refused["code"], &refused["field"]);
    assert_eq!(told, (&json!("UNSERVICED_ENDPOINT"), &json!("channel")), "{refused:#}");
    assert!(refused["message"].as_str().unwrap().contains("the post room"), "{refused:#}");
    let query = "{ routingCheck(organisation: \"RJ1\", channel: \"EMAIL\") { mayBeSent refusal
        escalateTo { organisation role cover contactPoint { id } } }
        byId: routingCheck(contactPoint: \"RJ1-inbox\") { refusal }
        byPost: routingCheck(organisation: \"RJ1\", channel: \"POST\") { mayBeSent message } }";
    let checked = town.ask(town.surgery.as_ref(), query, json!({}));
    assert_eq!(
        checked["routingCheck"],
        json!({"mayBeSent": false, "refusal": "UNSERVICED_ENDPOINT", "escalateTo":
            {"organisation": "RJ1", "role": "CORRESPONDENCE_TEAM", "cover": "the post room",
            "contactPoint": {"id": "RJ1-inbox"}}})
    );
    assert_eq!(checked["byId"]["refusal"], "UNSERVICED_ENDPOINT");
    assert_eq!(checked["byPost"], json!({"mayBeSent": true, "message": null}));
    let posted = town.letter(&id, "workload-return", by("POST"));
    assert_eq!(town.issue(town.surgery.as_ref(), posted)["__typename"], "IssuedLetter");
}

#[test]
fn what_others_sent_to_a_closed_hospital_is_recorded_and_listed_and_its_work_is_its_successors() {
    let mut town = Town::open();
    let id = town.referred();
    town.record(None, "2026-03-01", closing());
    let message = json!({"messageSent": {"queryId": "Q1", "fromOrganisation": "G85001",
        "toOrganisation": "RJ1", "channel": "EMAIL", "messagePurpose": "CLINICAL_QUESTION"}});
    let at = town.record(Some(&id), "2026-04-02T09:00:00Z", message)["position"].clone();
    let query = "query($at: Position) { safetyNet(atLeast: $at) { misdirected { nodes {
        pathwayId step sentAt sender toOrganisation why successor } } }
        nextSteps(organisation: \"RJ2\", atLeast: $at) { nodes { pathwayId } } }";
    let told = town.ask(town.hospital.as_ref(), query, json!({"at": at}));
    assert_eq!(
        told["safetyNet"]["misdirected"]["nodes"],
        json!([{"pathwayId": id, "step": "MessageSent", "sentAt": "2026-04-02T09:00:00+00:00",
            "sender": "G85001", "toOrganisation": "RJ1", "why": "CLOSED_ORGANISATION",
            "successor": "RJ2"}])
    );
    assert_eq!(told["nextSteps"]["nodes"], json!([{"pathwayId": id}]));
}
