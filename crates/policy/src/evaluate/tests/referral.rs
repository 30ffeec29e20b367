//! SEL 5.1, 5.3 and 7.2: what a referral and its decline must hold.

use testkit::json;

use super::{Story, only, referred, state};
use crate::{Outcome, State};

const NOW: &str = "2026-03-01T00:00:00Z";

fn sent(fields: serde_json::Value) -> Story {
    let mut referral = json!({"referrer": "G85001", "provider": "RJ1"});
    for (name, value) in fields.as_object().unwrap() {
        referral[name] = value.clone();
    }
    referred("2026-01-05").on("2026-01-04T09:00:00Z", "referralSent", referral)
}

fn consent(basis: &str, explained: bool, at: Option<&str>) -> Story {
    let mut consent = json!({"consentBasis": basis, "reasonExplained": explained});
    if let Some(at) = at {
        consent["consentedAt"] = json!(at);
    }
    sent(json!({"consent": consent}))
}

fn declined(fields: serde_json::Value) -> Story {
    let mut decline = json!({"provider": "RJ1", "declineReason": "NO_CAPACITY"});
    for (name, value) in fields.as_object().unwrap() {
        decline[name] = value.clone();
    }
    referred("2026-01-05").on("2026-01-08T09:00:00Z", "referralDeclined", decline)
}

fn lacks(story: &Story, rule: &str) -> Vec<String> {
    match only(story, rule).outcome {
        Outcome::Breached { missing, .. } => missing,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_referral_with_outcome_and_expectations_keeps_5_1_and_the_practice_answers_for_it() {
    let story =
        sent(json!({"intendedOutcome": "a view on surgery", "patientExpectations": "less pain"}));
    assert_eq!(state(&story, "SEL-5.1", NOW), State::Met);
    assert_eq!(only(&story, "SEL-5.1").accountable.unwrap().as_str(), "G85001");
}

#[test]
fn words_that_are_sealed_are_there() {
    let story =
        sent(json!({"intendedOutcome": {"sealed": 0}, "patientExpectations": {"sealed": 1}}));
    assert_eq!(state(&story, "SEL-5.1", NOW), State::Met);
}

#[test]
fn a_referral_without_expectations_breaks_5_1_and_says_what_it_lacks() {
    let story = sent(json!({"intendedOutcome": "a view on surgery"}));
    assert_eq!(lacks(&story, "SEL-5.1"), ["patientExpectations"]);
    assert_eq!(lacks(&sent(json!({})), "SEL-5.1"), ["intendedOutcome", "patientExpectations"]);
}

#[test]
fn consent_and_explanation_keep_5_3() {
    assert_eq!(state(&consent("PATIENT_CONSENTED", true, None), "SEL-5.3", NOW), State::Met);
    let at_sending = consent("PATIENT_CONSENTED", true, Some("2026-01-04T09:00:00Z"));
    assert_eq!(state(&at_sending, "SEL-5.3", NOW), State::Met);
}

#[test]
fn consent_without_explanation_or_after_sending_breaks_5_3() {
    let unexplained = consent("PATIENT_CONSENTED", false, None);
    assert_eq!(lacks(&unexplained, "SEL-5.3"), ["consent.reasonExplained"]);
    let after = consent("PATIENT_CONSENTED", true, Some("2026-01-04T09:00:01Z"));
    assert_eq!(lacks(&after, "SEL-5.3"), ["consent.consentedAt"]);
}

#[test]
fn a_decision_in_best_interests_keeps_5_3_and_a_refusal_breaks_it() {
    assert_eq!(state(&consent("BEST_INTERESTS", false, None), "SEL-5.3", NOW), State::Met);
    assert_eq!(state(&consent("NOT_CONSENTED", true, None), "SEL-5.3", NOW), State::Breached);
    assert_eq!(state(&sent(json!({})), "SEL-5.3", NOW), State::Breached);
}

#[test]
fn a_decline_with_reason_words_and_alternative_keeps_7_2() {
    let story =
        declined(json!({"reasonText": "no list until June", "alternativePathway": "the hub"}));
    assert_eq!(state(&story, "SEL-7.2", NOW), State::Met);
    assert_eq!(only(&story, "SEL-7.2").accountable.unwrap().as_str(), "RJ1");
}

#[test]
fn a_decline_without_reason_or_alternative_breaks_7_2_at_once() {
    assert_eq!(lacks(&declined(json!({})), "SEL-7.2"), ["reasonText", "alternativePathway"]);
    let uncoded = declined(
        json!({"declineReason": null, "reasonText": "full", "alternativePathway": "the hub"}),
    );
    assert_eq!(lacks(&uncoded, "SEL-7.2"), ["declineReason"]);
    assert_eq!(state(&uncoded, "SEL-7.2", "2026-01-08T09:00:00Z"), State::Breached);
}
