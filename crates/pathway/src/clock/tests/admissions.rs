//! Admitted or not: what an admission stops, what takes the stop back, and transplant lists.

use testkit::{Story, json};

use super::language::{clock_of, referred};
use crate::clock::ClockState;

fn admitted(story: Story, on: &str, id: &str) -> Story {
    let fields = json!({"admissionId": id, "admissionIntent": "FIRST_DEFINITIVE_TREATMENT"});
    story.on(on, "patientAdmitted", fields)
}

fn treated(story: Story, on: &str, id: &str) -> Story {
    let fields =
        json!({"firstDefinitive": true, "treatmentSetting": "ADMITTED", "admissionId": id});
    story.on(on, "treatmentStarted", fields)
}

fn not_done(story: Story, on: &str, id: &str, still_needed: bool) -> Story {
    story.on(on, "procedureNotCarriedOut", json!({"admissionId": id, "stillNeeded": still_needed}))
}

fn listed(story: Story, on: &str, matched: bool, told: Option<&str>) -> Story {
    story.on(on, "addedToTransplantList", json!({"matched": matched, "communicatedAt": told}))
}

#[test]
fn treatment_later_in_the_stay_stops_on_the_day_of_admission() {
    clock_of(treated(admitted(referred(), "2026-02-01", "S1"), "2026-02-09", "S1"))
        .periods(&["2026-01-05 to 2026-02-01 30 admitted"]);
}

#[test]
fn being_seen_in_a_clinic_does_not_confirm_an_admission() {
    let seen =
        admitted(referred(), "2026-02-01", "S1").on("2026-02-20", "outpatientAttended", json!({}));
    clock_of(seen)
        .last("2026-02-20 row 62 stayed 90")
        .periods(&["2026-01-05 to 2026-02-01 30 admitted provisional"]);
}

#[test]
fn treatment_of_another_admission_does_not_confirm_this_one() {
    clock_of(treated(admitted(referred(), "2026-02-01", "S1"), "2026-02-03", "S9"))
        .last("2026-02-03 row 61 rejected NoOpenPeriod")
        .periods(&["2026-01-05 to 2026-02-01 30 admitted provisional"]);
}

#[test]
fn a_procedure_not_done_after_treatment_was_confirmed_takes_nothing_back() {
    let done = treated(admitted(referred(), "2026-02-01", "S1"), "2026-02-02", "S1");
    clock_of(not_done(done, "2026-02-03", "S1", true))
        .last("2026-02-03 row 62 stayed")
        .periods(&["2026-01-05 to 2026-02-01 30 admitted"]);
}

#[test]
fn two_cancelled_operations_are_one_wait_from_its_first_day() {
    let once = not_done(admitted(referred(), "2026-02-01", "S1"), "2026-02-01", "S1", true);
    let twice = not_done(admitted(once, "2026-03-01", "S2"), "2026-03-01", "S2", true);
    clock_of(twice.clone()).periods(&["2026-01-05 to open"]).is(ClockState::Ticking);
    clock_of(treated(admitted(twice, "2026-04-01", "S3"), "2026-04-01", "S3"))
        .periods(&["2026-01-05 to 2026-04-01 30 admitted"]);
}

#[test]
fn an_operation_given_up_without_a_decision_told_leaves_the_clock_ticking() {
    let given_up = not_done(admitted(referred(), "2026-02-01", "S1"), "2026-02-01", "S1", false);
    clock_of(given_up.clone()).last("2026-02-01 row 23 retracted 20").is(ClockState::Ticking);
    clock_of(given_up.on("2026-02-02", "decisionNotToTreat", json!({})))
        .last("2026-02-02 row 53 rejected PatientNotToldYet 20")
        .periods(&["2026-01-05 to open"]);
}

#[test]
fn after_a_cancelled_operation_every_other_stop_is_not_admitted() {
    let late = || not_done(admitted(referred(), "2026-02-01", "S1"), "2026-02-01", "S1", true);
    clock_of(late().on("2026-03-01", "treatmentDeclined", json!({"allTreatment": true})))
        .periods(&["2026-01-05 to 2026-03-01 35"]);
    clock_of(late().on("2026-03-01", "patientDied", json!({})))
        .periods(&["2026-01-05 to 2026-03-01 36"]);
}

#[test]
fn death_in_an_admission_for_treatment_leaves_the_stop_of_the_admission() {
    clock_of(admitted(referred(), "2026-02-01", "S1").on("2026-02-02", "patientDied", json!({})))
        .last("2026-02-02 row 47 stayed")
        .periods(&["2026-01-05 to 2026-02-01 30 admitted provisional"])
        .is(ClockState::Deceased);
}

#[test]
fn a_stop_that_validation_gives_another_status_is_no_longer_admitted() {
    let fixed = json!({"clockField": "STOP_STATUS", "oldDate": "2026-02-01", "newStatus": "DECISION_NOT_TO_TREAT"});
    let told = treated(admitted(referred(), "2026-02-01", "S1"), "2026-02-01", "S1");
    clock_of(told.on("2026-03-01", "rttClockCorrected", fixed))
        .periods(&["2026-01-05 to 2026-02-01 34"]);
}

#[test]
fn treatment_in_an_emergency_admission_stops_as_admitted_on_the_day_of_admission() {
    let emergency = json!({"admissionId": "S1", "admissionIntent": "EMERGENCY"});
    clock_of(treated(
        referred().on("2026-02-01", "patientAdmitted", emergency),
        "2026-02-04",
        "S1",
    ))
    .said("2026-02-01 row 57 stayed 98")
    .last("2026-02-04 row 25 stopped 30")
    .periods(&["2026-01-05 to 2026-02-01 30 admitted"]);
}

#[test]
fn an_unmatched_transplant_waits_on_until_the_admission() {
    clock_of(admitted(
        listed(referred(), "2026-02-01", false, Some("2026-02-02")),
        "2026-04-01",
        "S1",
    ))
    .said("2026-02-02 row 26 stayed 20")
    .periods(&["2026-01-05 to 2026-04-01 30 admitted provisional"]);
}

#[test]
fn a_matched_transplant_list_stops_once_told_and_the_operation_stops_nothing_more() {
    clock_of(admitted(
        listed(referred(), "2026-02-01", true, Some("2026-02-02")),
        "2026-04-01",
        "S1",
    ))
    .last("2026-04-01 row 61 rejected NoOpenPeriod")
    .periods(&["2026-01-05 to 2026-02-02 34"]);
}

#[test]
fn a_matched_list_nobody_told_of_ticks_on_until_the_patient_is_told() {
    let untold = listed(referred(), "2026-02-01", true, None);
    clock_of(untold.clone()).last("2026-02-01 row 53 rejected PatientNotToldYet 20");
    clock_of(listed(untold, "2026-02-01", true, Some("2026-02-20")))
        .last("2026-02-20 row 26 stopped 34")
        .periods(&["2026-01-05 to 2026-02-20 34"]);
}

#[test]
fn an_unmatched_list_that_becomes_matched_stops_when_that_is_told() {
    let unmatched = listed(referred(), "2026-02-01", false, Some("2026-02-01"));
    clock_of(listed(unmatched, "2026-03-01", true, Some("2026-03-03")))
        .periods(&["2026-01-05 to 2026-03-03 34"]);
}
