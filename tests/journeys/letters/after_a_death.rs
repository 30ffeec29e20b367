//! From the moment a death is known nothing goes to that person, on any pathway of theirs.

use serde_json::{Value, json};

use super::{PERSON, Town};

const HELD: &str = "query($id: ID!) { heldBack(pathwayId: $id) {
    pathwayId letterId template version reason eventId } }";

const BY_ORGANISATION: &str = "query($code: String!) {
    lettersHeldBack(organisation: $code, from: \"2026-01\", to: \"2026-12\") {
    nodes { letterId pathwayId fromOrganisation } } }";

impl Town {
    fn held_back(&self, pathway: &str) -> Vec<Value> {
        let held = self.ask(self.surgery.as_ref(), HELD, json!({"id": pathway}));
        held["heldBack"].as_array().unwrap().clone()
    }
}

#[test]
fn a_death_on_one_pathway_holds_back_letters_of_another_at_once_until_it_is_withdrawn() {
    let mut town = Town::open();
    let (one, other) = (town.referred(), town.referred());
    let died = town.record(Some(&one), "2026-02-01T08:00:00Z", json!({"patientDied": {}}));
    let on = json!({"occurredAt": "2026-02-02T09:00:00Z"});
    let input = town.letter(&other, "referral-received", on);
    let held = town.issue(town.hospital.as_ref(), input.clone());
    assert_eq!(
        (&held["__typename"], &held["duplicate"]),
        (&json!("LetterHeldBack"), &json!(false))
    );
    assert!(held["message"].as_str().unwrap().starts_with("a death is known"), "{held:#}");
    assert_eq!(town.payload(&other, "letterSuppressed")["suppressionReason"], "PATIENT_DIED");
    assert!(!town.kinds(&other).contains(&"letterIssued".to_owned()));
    assert_eq!(town.issue(town.hospital.as_ref(), input.clone())["duplicate"], true);
    let preview = town.preview(town.hospital.as_ref(), input.clone());
    assert_eq!(preview["code"], "PATIENT_DIED");
    let of_organisation = |code: &str| {
        let listed = town.ask(town.surgery.as_ref(), BY_ORGANISATION, json!({"code": code}));
        listed["lettersHeldBack"]["nodes"].as_array().unwrap().clone()
    };
    let theirs =
        json!({"letterId": held["letterId"], "pathwayId": other, "fromOrganisation": "RJ1"});
    assert_eq!(of_organisation("RJ1"), [theirs], "whoever it was for");
    assert!(of_organisation("G85001").is_empty(), "another side held nothing back");
    for pathway in [&one, &other] {
        let listed = town.held_back(pathway);
        assert_eq!(listed.len(), 1, "{listed:#?}");
        assert_eq!(listed[0]["letterId"], held["letterId"]);
        assert_eq!(
            (&listed[0]["template"], &listed[0]["reason"]),
            (&json!("referral-received"), &json!("PATIENT_DIED"))
        );
    }

    town.record(
        Some(&one),
        "2026-02-03T08:00:00Z",
        json!({"stepEnteredInError": {"eventId": died["eventId"]}}),
    );
    // A reactor works beside the server: it withdraws the copy on the other pathway.
    let asked = town.letter(&other, "referral-received", json!({}));
    let written = (0..2_000)
        .any(|_| town.preview(town.hospital.as_ref(), asked.clone())["__typename"] == "Letter");
    assert!(written, "the letter is held back although the death is withdrawn");
    let issued = town.issue(town.hospital.as_ref(), asked);
    assert_eq!(issued["__typename"], "IssuedLetter", "{issued:#}");
    let held_again = town.issue(town.hospital.as_ref(), input);
    assert_eq!(held_again["letterId"], held["letterId"]);
}

#[test]
fn a_death_told_of_the_person_alone_counts_and_letters_between_the_sides_still_go() {
    let mut town = Town::open();
    let id = town.with_work_at_the_surgery();
    let input = json!({"patient": PERSON, "occurredAt": "2026-02-06", "commandId": town.command_id(),
        "step": {"patientDied": {}}});
    let told = town.ask(town.hospital.as_ref(), super::RECORD, json!({"input": input}));
    assert_eq!(told["record"]["__typename"], "StepRecorded", "{told:#}");
    let patient = town.letter(&id, "work-returned-patient", json!({}));
    let held = town.issue(town.surgery.as_ref(), patient);
    assert_eq!(held["__typename"], "LetterHeldBack", "{held:#}");
    let provider = town.letter(&id, "workload-return", json!({"reasons": ["PROVIDERS_DUTY"]}));
    let issued = town.issue(town.surgery.as_ref(), provider);
    assert_eq!(issued["__typename"], "IssuedLetter", "{issued:#}");
}
