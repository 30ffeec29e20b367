//! What is personal is taken out of the clear part, and put back unchanged.

use proptest::prelude::*;

use super::*;
use crate::{
    Step, StepKind, decode, decode_input,
    record_keeping::{PathwaySubject, StepCorrected},
};

const NHS_NUMBER: &str = "9434765919";

fn subject(name: &str) -> Step {
    PathwaySubject {
        subject_ref: crate::SubjectRef(uuid::Uuid::from_u128(1)),
        nhs_number: Some(Personal::Given(NHS_NUMBER.parse().unwrap())),
        person_name: Some(Personal::Given(name.parse().unwrap())),
        gp_practice: None,
    }
    .into()
}

proptest! {
    #[test]
    fn split_and_join_are_each_others_inverse(name in "[^\\s]\\PC{0,40}") {
        let step = subject(&name);
        let (clear, personal) = step.split_payload().unwrap();
        let read = join(personal, || decode(StepKind::PathwaySubject, 1, &clear)).unwrap();
        prop_assert_eq!(read, step);
    }
}

#[test]
fn the_clear_part_holds_markers_in_the_order_of_the_values() {
    let (clear, personal) = subject("Ada Lovelace").split_payload().unwrap();
    let clear: serde_json::Value = serde_json::from_slice(&clear).unwrap();
    assert_eq!(clear["nhsNumber"], serde_json::json!({"sealed": 0}));
    assert_eq!(clear["personName"], serde_json::json!({"sealed": 1}));
    assert_eq!(personal, [NHS_NUMBER, "Ada Lovelace"]);
}

#[test]
fn without_its_values_a_step_still_says_that_something_was_given() {
    let (clear, _lost) = subject("Ada Lovelace").split_payload().unwrap();
    let read = decode(StepKind::PathwaySubject, 1, &clear).unwrap();
    let Step::PathwaySubject(read) = read else { panic!("another step") };
    assert_eq!(read.person_name, Some(Personal::Sealed(1)));
}

#[test]
fn a_step_inside_a_correction_is_split_with_it() {
    let correction: Step = StepCorrected {
        event_id: crate::EventId(uuid::Uuid::from_u128(2)),
        reason: Some(Personal::Given("another person".parse().unwrap())),
        corrected_occurred_at: None,
        step: Box::new(subject("Ada Lovelace")),
    }
    .into();
    let (clear, personal) = correction.split_payload().unwrap();
    assert_eq!(personal, ["another person", NHS_NUMBER, "Ada Lovelace"]);
    assert!(!String::from_utf8(clear.clone()).unwrap().contains(NHS_NUMBER));
    let read = join(personal, || decode(StepKind::StepCorrected, 1, &clear)).unwrap();
    assert_eq!(read, correction);
}

#[test]
fn a_marker_that_a_client_sends_cannot_be_recorded() {
    let input = br#"{"pathwaySubject": {"subjectRef": "00000000-0000-4000-8000-000000000001",
        "nhsNumber": {"sealed": 0}}}"#;
    let step = decode_input(input).unwrap();
    assert!(step.split_payload().is_err());
    assert!(
        decode_input(
            br#"{"pathwaySubject": {"subjectRef":
        "00000000-0000-4000-8000-000000000001", "nhsNumber": {"9434765919": 0}}}"#
        )
        .is_err()
    );
}

#[test]
fn a_failed_split_does_not_leak_into_the_next() {
    let sealed = decode_input(
        br#"{"stepEnteredInError": {"eventId": "00000000-0000-4000-8000-000000000001",
        "reason": {"sealed": 0}}}"#,
    );
    assert!(sealed.unwrap().split_payload().is_err());
    let (_clear, personal) = subject("Ada").split_payload().unwrap();
    assert_eq!(personal, [NHS_NUMBER, "Ada"]);
}

#[test]
fn debug_never_shows_a_personal_value() {
    let shown = format!("{:?}", subject("Ada Lovelace"));
    assert!(!shown.contains("Ada") && !shown.contains(NHS_NUMBER), "{shown}");
}
