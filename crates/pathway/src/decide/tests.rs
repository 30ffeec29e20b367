//! What is refused, and the borders of it.

use steps::PathwayId;
use testkit::{Fill, Value, json, sample, step};
use uuid::Uuid;

use super::*;
use crate::Told;

fn id(n: u128) -> EventId {
    EventId(Uuid::from_u128(n))
}

fn instant(raw: &str) -> DateTime<Utc> {
    raw.parse().unwrap()
}

fn now() -> DateTime<Utc> {
    instant("2026-03-02T12:00:00Z")
}

/// A history in which these steps were told, with the ids 1, 2, 3 and so on.
fn history(steps: &[Step]) -> History {
    let told = |(n, step): (u128, &Step)| Told {
        event_id: id(n),
        occurred_at: "2026-03-01".parse().unwrap(),
        entered_in_source_at: None,
        recorded_at: now(),
        actor: None,
        source: None,
        step: step.clone(),
    };
    History::of(PathwayId(Uuid::from_u128(0xA)), (1..).zip(steps).map(told).collect())
}

fn referral() -> Step {
    step("referralReceived", json!({}))
}

fn correction(target: u128, replacement: &str, more: Value) -> Step {
    let kind = StepKind::ALL.iter().find(|kind| kind.field_name() == replacement).unwrap();
    let mut fields = json!({"eventId": id(target)});
    fields["step"] = json!({ replacement: sample(*kind, Fill::Required) });
    if let (Value::Object(fields), Value::Object(more)) = (&mut fields, more) {
        fields.extend(more);
    }
    step("stepCorrected", fields)
}

fn withdrawal(target: u128) -> Step {
    step("stepEnteredInError", json!({"eventId": id(target)}))
}

/// The answer to `asked`, said to have happened yesterday, where `given` was told before.
fn answer(given: &[Step], asked: &Step) -> Result<(), Refusal> {
    decide(&history(given), asked, "2026-03-01".parse().unwrap(), now())
}

fn answer_at(when: &str, now: &str) -> Result<(), Refusal> {
    decide(&history(&[]), &referral(), when.parse().unwrap(), instant(now))
}

#[test]
fn every_step_that_needs_no_history_is_a_fact_by_itself() {
    for kind in StepKind::ALL.iter().filter(|kind| !needs_history(**kind)) {
        assert_eq!(answer(&[], &step(&kind.field_name(), json!({}))), Ok(()), "{}", kind.name());
    }
}

#[test]
fn every_step_that_needs_a_history_is_refused_by_an_empty_one() {
    for kind in StepKind::ALL.iter().filter(|kind| needs_history(**kind)) {
        assert!(answer(&[], &step(&kind.field_name(), json!({}))).is_err(), "{}", kind.name());
    }
}

#[test]
fn another_clock_may_be_five_minutes_ahead_and_no_more() {
    let now = "2026-03-02T12:00:00Z";
    assert_eq!(answer_at("2026-03-02T12:05:00Z", now), Ok(()));
    let refused = Err(Refusal::InFuture { field: "occurredAt" });
    assert_eq!(answer_at("2026-03-02T12:05:00.000001Z", now), refused);
}

#[test]
fn today_is_no_future_and_tomorrow_is() {
    assert_eq!(answer_at("2026-03-02", "2026-03-02T00:00:00Z"), Ok(()));
    let refused = Err(Refusal::InFuture { field: "occurredAt" });
    assert_eq!(answer_at("2026-03-03", "2026-03-02T12:00:00Z"), refused);
}

#[test]
fn tomorrow_may_have_begun_for_another_clock_five_minutes_before_midnight() {
    assert_eq!(answer_at("2026-03-03", "2026-03-02T23:55:00Z"), Ok(()));
    assert!(answer_at("2026-03-03", "2026-03-02T23:54:59Z").is_err());
}

#[test]
fn in_summer_the_day_begins_with_london_and_not_with_utc() {
    assert_eq!(answer_at("2026-07-02", "2026-07-01T23:00:00Z"), Ok(()));
    assert!(answer_at("2026-07-02", "2026-07-01T22:54:59Z").is_err());
}

#[test]
fn the_year_1900_is_the_first_in_which_something_can_have_happened() {
    let now = "2026-03-02T12:00:00Z";
    let refused = Err(Refusal::Before1900 { field: "occurredAt" });
    assert_eq!(answer_at("1900-01-01", now), Ok(()));
    assert_eq!(answer_at("1899-12-31", now), refused);
    assert_eq!(answer_at("1900-01-01T00:00:00Z", now), Ok(()));
    assert_eq!(answer_at("1899-12-31T23:59:59Z", now), refused);
}

#[test]
fn a_corrected_time_is_held_to_the_same_borders() {
    let corrected =
        |when: &str| correction(1, "referralReceived", json!({ "correctedOccurredAt": when }));
    let field = "correctedOccurredAt";
    assert_eq!(answer(&[referral()], &corrected("2026-03-02T12:05:00Z")), Ok(()));
    let tomorrow = answer(&[referral()], &corrected("2026-03-03"));
    assert_eq!(tomorrow, Err(Refusal::InFuture { field }));
    let long_ago = answer(&[referral()], &corrected("1899-12-31"));
    assert_eq!(long_ago, Err(Refusal::Before1900 { field }));
}

#[test]
fn only_a_step_of_this_pathway_is_corrected_or_withdrawn() {
    let unknown = Err(Refusal::UnknownEvent { field: "eventId", event_id: id(2) });
    assert_eq!(answer(&[referral()], &withdrawal(1)), Ok(()));
    assert_eq!(answer(&[referral()], &withdrawal(2)), unknown);
    assert_eq!(answer(&[referral()], &correction(1, "referralReceived", json!({}))), Ok(()));
    assert_eq!(answer(&[referral()], &correction(2, "referralReceived", json!({}))), unknown);
}

#[test]
fn a_step_is_corrected_by_one_of_its_own_type() {
    let refused = answer(&[referral()], &correction(1, "patientArrived", json!({})));
    assert_eq!(refused, Err(Refusal::OtherType { expected: "ReferralReceived" }));
}

#[test]
fn a_correction_is_corrected_by_the_type_of_the_step_that_it_corrects() {
    let given = [referral(), correction(1, "referralReceived", json!({}))];
    assert_eq!(answer(&given, &correction(2, "referralReceived", json!({}))), Ok(()));
    let refused = answer(&given, &correction(2, "patientArrived", json!({})));
    assert_eq!(refused, Err(Refusal::OtherType { expected: "ReferralReceived" }));
}

#[test]
fn a_correction_carries_no_correction_and_no_withdrawal() {
    for (name, kind) in
        [("stepCorrected", "StepCorrected"), ("stepEnteredInError", "StepEnteredInError")]
    {
        let refused = answer(&[referral()], &correction(1, name, json!({})));
        assert_eq!(refused, Err(Refusal::NotCorrectable { kind }));
    }
}

#[test]
fn a_withdrawal_can_be_withdrawn_and_a_withdrawn_step_still_corrected() {
    let given = [referral(), withdrawal(1)];
    assert_eq!(answer(&given, &withdrawal(2)), Ok(()));
    assert_eq!(answer(&given, &correction(1, "referralReceived", json!({}))), Ok(()));
}

#[test]
fn only_an_assignment_that_was_made_and_stands_is_accepted_or_returned() {
    let assigned = step("nextStepAssigned", json!({"nextStepVersion": 3}));
    for name in ["nextStepAccepted", "nextStepReturned"] {
        let asked = |version: u32| step(name, json!({ "nextStepVersion": version }));
        assert_eq!(answer(std::slice::from_ref(&assigned), &asked(3)), Ok(()), "{name}");
        let other = answer(std::slice::from_ref(&assigned), &asked(2));
        assert_eq!(other, Err(Refusal::NothingToAccept), "{name}");
        let gone = answer(&[assigned.clone(), withdrawal(1)], &asked(3));
        assert_eq!(gone, Err(Refusal::NothingToAccept), "{name}");
    }
}

#[test]
fn every_refusal_has_a_code_of_its_own_and_names_the_field() {
    let refusals = [
        (Refusal::InFuture { field: "occurredAt" }, "IN_FUTURE", "occurredAt"),
        (Refusal::Before1900 { field: "occurredAt" }, "BEFORE_1900", "occurredAt"),
        (Refusal::UnknownEvent { field: "eventId", event_id: id(1) }, "UNKNOWN_EVENT", "eventId"),
        (Refusal::OtherType { expected: "ReferralSent" }, "OTHER_TYPE", "step"),
        (Refusal::NothingToAccept, "NOTHING_TO_ACCEPT", "nextStepVersion"),
        (Refusal::NotCorrectable { kind: "StepCorrected" }, "NOT_CORRECTABLE", "step"),
    ];
    for (refusal, code, field) in refusals {
        assert_eq!((refusal.code(), refusal.field()), (code, field));
        assert!(refusal.to_string().contains(&format!("`{field}`")), "{refusal}");
    }
}

#[test]
fn a_second_time_in_the_future_or_before_1900_is_refused_by_its_name() {
    let received = |at: &str| step("referralReceived", json!({ "receivedAt": at }));
    let refused = |step: &Step| check_second_times(step, now());
    assert_eq!(refused(&received("2026-03-02")), Ok(()));
    let ahead = Err(Refusal::InFuture { field: "receivedAt" });
    assert_eq!(refused(&received("2027-05-01")), ahead);
    let old = Err(Refusal::Before1900 { field: "receivedAt" });
    assert_eq!(refused(&received("1800-07-15")), old);
    let mut fields = sample(StepKind::ReferralReceived, Fill::Required);
    fields["receivedAt"] = json!("2027-05-01");
    let corrected = json!({"eventId": id(1), "step": {"referralReceived": fields}});
    assert_eq!(refused(&step("stepCorrected", corrected)), ahead);
    let guessed = step("patientUntraceable", json!({"attempts": ["2026-03-01", "2026-04-01"]}));
    assert_eq!(refused(&guessed), Err(Refusal::InFuture { field: "attempts" }));
    let due = step("referralReturnedForInformation", json!({"due": "2027-05-01"}));
    assert_eq!(refused(&due), Ok(()));
}

#[test]
fn every_second_time_is_a_field_of_some_step() {
    let fields: String =
        StepKind::ALL.iter().map(|kind| sample(*kind, Fill::All).to_string()).collect();
    for name in SECOND_TIMES {
        assert!(fields.contains(&format!("\"{name}\"")), "{name}");
    }
}
