//! What a letter rests on, from histories.

use testkit::{Story, json, story};

use super::*;

fn referred() -> Story {
    story()
        .on(
            "2026-01-05",
            "pathwaySubject",
            json!({"nhsNumber": "9990000018", "personName": "Ada Example", "gpPractice": "G85001"}),
        )
        .on(
            "2026-01-05",
            "referralSent",
            json!({"referrer": "G85001", "provider": "RJ1", "service": "RJ1.skin"}),
        )
}

#[test]
fn who_it_is_about_and_the_two_sides_come_from_the_referral() {
    let basis = basis(&referred().history(), Topic::Referral, None);
    assert_eq!(basis.facts.get("patient.name"), Some("Ada Example"));
    assert_eq!(basis.facts.get("patient.nhs_number"), Some("999 000 0018"));
    assert_eq!(basis.facts.get("referral.sent_on"), Some("5 January 2026"));
    assert_eq!(basis.practice.unwrap().as_str(), "G85001");
    assert_eq!(basis.provider.unwrap().as_str(), "RJ1");
}

#[test]
fn a_sealed_name_is_no_fact() {
    let told = referred().told().into_iter().map(|mut told| {
        let (clear, _personal) = told.step.split_payload().unwrap();
        told.step = steps::decode(told.step.kind(), 1, &clear).unwrap();
        told
    });
    let history = History::of(testkit::pathway_id(), told.collect());
    assert!(!basis(&history, Topic::Referral, None).facts.has("patient.name"));
}

#[test]
fn the_work_that_is_named_is_meant_else_the_last() {
    let asked = |id: &str, category: &str| json!({"actionId": id, "workCategory": category, "requester": "RJ1", "ownerOrganisation": "G85001"});
    let history = referred()
        .on("2026-02-01", "actionRequested", asked("W1", "PRESCRIBE"))
        .on("2026-02-02", "actionRequested", asked("W2", "ARRANGE_INVESTIGATIONS"))
        .history();
    let last = basis(&history, Topic::Work, None);
    assert_eq!(
        (last.action.unwrap().as_str(), last.category),
        ("W2", Some(WorkCategory::ArrangeInvestigations))
    );
    let named = basis(&history, Topic::Work, Some("W1"));
    assert_eq!(named.facts.get("work.asked_on"), Some("1 February 2026"));
    assert!(basis(&history, Topic::Work, Some("W3")).action.is_none());
}

#[test]
fn a_decision_about_an_earlier_missed_appointment_says_nothing_of_the_last() {
    let missed = |id: &str, day: &str| json!({"appointmentId": id, "appointmentDate": day, "provider": "RJ1"});
    let story = referred()
        .on("2026-03-01T09:00:00Z", "dnaRecorded", missed("A1", "2026-03-01"))
        .on("2026-03-02T09:00:00Z", "dnaClinicalDecisionMade", json!({"dnaDecision": "REOFFER"}))
        .on("2026-04-01T09:00:00Z", "dnaRecorded", missed("A2", "2026-04-01"));
    let last = basis(&story.history(), Topic::Dna, None);
    assert_eq!(last.facts.get("missed.on"), Some("1 April 2026"));
    assert!(!last.facts.has("dna.outcome"));
    assert!(basis(&story.history(), Topic::Dna, Some("A1")).facts.has("dna.offered_again"));
}

#[test]
fn only_a_task_in_a_shared_system_is_answered_as_one() {
    let sent = |id: &str, channel: &str| json!({"queryId": id, "channel": channel, "fromOrganisation": "RJ1", "toOrganisation": "G85001"});
    let history = referred()
        .on("2026-03-01", "messageSent", sent("Q1", "CLINICAL_SYSTEM_TASK"))
        .on("2026-03-02", "messageSent", sent("Q2", "EMAIL"))
        .history();
    assert_eq!(
        basis(&history, Topic::Message, None).facts.get("message.sent_on"),
        Some("1 March 2026")
    );
    assert!(!basis(&history, Topic::Message, Some("Q2")).facts.has("message.sent_on"));
}

#[test]
fn a_decline_gives_its_reason_code_its_words_and_its_provider() {
    let history = referred()
        .on(
            "2026-01-09",
            "referralDeclined",
            json!({"provider": "RJ2", "declineReason": "NO_CAPACITY",
            "reasonText": "The list is full.", "alternativePathway": "Refer elsewhere."}),
        )
        .history();
    let basis = basis(&history, Topic::Decline, None);
    assert_eq!(basis.reasons, ["NO_CAPACITY"]);
    assert_eq!(basis.facts.get("decline.alternative"), Some("Refer elsewhere."));
    assert_eq!(basis.provider.unwrap().as_str(), "RJ2");
}

#[test]
fn the_expected_time_is_the_last_that_was_set_in_words() {
    let set = |from: &str, to: &str| json!({"fromDate": from, "toDate": to});
    let history = referred()
        .on("2026-02-01", "expectedTimeframeSet", set("2026-05-01", "2026-05-31"))
        .on("2026-03-01", "expectedTimeframeSet", set("2026-06-02", "2026-06-02"))
        .history();
    assert_eq!(
        basis(&history, Topic::Wait, None).facts.get("wait.expected"),
        Some("on 2 June 2026")
    );
}

fn work_asked(id: &str) -> testkit::Value {
    json!({"actionId": id, "workCategory": "PRESCRIBE", "fromOrganisation": "RJ1",
        "toOrganisation": "G85001"})
}

#[test]
fn work_is_of_the_practice_that_was_asked_though_the_patient_has_another_now() {
    let moved = json!({"gpPractice": "G85009"});
    let asked_by_the_old = json!({"actionId": "W9", "workCategory": "PRESCRIBE",
        "fromOrganisation": "G85001", "toOrganisation": "RJ1"});
    let history = referred()
        .on("2026-02-01", "workTransferRequested", work_asked("W1"))
        .on("2026-02-02", "workTransferRequested", asked_by_the_old)
        .on("2026-02-10", "pathwaySubject", moved)
        .history();
    let of_work = basis(&history, Topic::Work, None);
    assert_eq!(of_work.action.unwrap().as_str(), "W1");
    assert_eq!(of_work.practice.unwrap().as_str(), "G85001");
    assert_eq!(of_work.provider.unwrap().as_str(), "RJ1");
    let of_referral = basis(&history, Topic::Referral, None);
    assert_eq!(of_referral.practice.unwrap().as_str(), "G85009");
}

#[test]
fn work_that_was_given_back_is_returned_until_it_is_asked_for_again() {
    let back = json!({"actionId": "W1", "fromOrganisation": "G85001", "toOrganisation": "RJ1"});
    let story = referred().on("2026-02-01", "workTransferRequested", work_asked("W1"));
    let returned = |story: &Story| {
        let found = basis(&story.history(), Topic::Work, Some("W1")).returned;
        found.map(|(by, at)| (by.to_string(), at.to_string()))
    };
    assert_eq!(returned(&story), None);
    let story = story.on("2026-02-03", "workloadReturned", back);
    assert_eq!(returned(&story), Some(("G85001".to_owned(), "2026-02-03".to_owned())));
    let story = story.on("2026-02-05", "workTransferRequested", work_asked("W1"));
    assert_eq!(returned(&story), None);
}

#[test]
fn a_letter_is_not_older_than_what_it_is_about() {
    let missed = json!({"appointmentId": "A1", "appointmentDate": "2026-03-01", "provider": "RJ1"});
    let history = referred()
        .on(
            "2026-01-07T10:00:00Z",
            "referralReceived",
            json!({"provider": "RJ1", "receivedAt": null}),
        )
        .on("2026-02-01", "workTransferRequested", work_asked("W1"))
        .on("2026-03-01T09:00:00Z", "dnaRecorded", missed)
        .history();
    let is_before = |topic, at: &str| basis(&history, topic, None).is_before(at.parse().unwrap());
    assert!(is_before(Topic::Referral, "2026-01-06"));
    assert!(is_before(Topic::Referral, "2026-01-07T09:59:00Z"));
    assert!(!is_before(Topic::Referral, "2026-01-07"));
    assert!(!is_before(Topic::Wait, "2026-01-08"));
    assert!(is_before(Topic::Work, "2026-01-31") && !is_before(Topic::Work, "2026-02-01"));
    assert!(is_before(Topic::Dna, "2026-02-28") && !is_before(Topic::Dna, "2026-03-01"));
    assert!(!is_before(Topic::Decline, "1950-01-01"), "nothing tells of a decline");
}
