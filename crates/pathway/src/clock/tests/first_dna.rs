//! Which missed appointment is the first: after a referral it is, after any other start it is not.

use testkit::{Story, json, story};

use super::language::{Told, clock_of, referred};
use crate::clock::ClockState;

/// The appointment A1 of 10 June, told of in May and missed.
fn missed(story: Story) -> Told {
    missed_with(story, "DID_NOT_ATTEND")
}

fn missed_with(story: Story, code: &str) -> Told {
    let fields =
        json!({"appointmentId": "A1", "appointmentDate": "2026-06-10", "attendanceCode": code});
    clock_of(told(story).on("2026-06-10", "dnaRecorded", fields))
}

fn told(story: Story) -> Story {
    story.on("2026-05-20", "appointmentCommunicated", json!({"appointmentId": "A1"}))
}

fn received(fields: testkit::Value) -> Story {
    story().on("2026-01-05", "referralReceived", fields)
}

fn treated() -> Story {
    let fields = json!({"firstDefinitive": true, "treatmentSetting": "OUTPATIENT"});
    referred().on("2026-02-01", "treatmentStarted", fields)
}

const NULLIFIES: &str = "2026-06-10 row 12 nullified 33";
const LATER: &str = "2026-06-10 row 16 stayed 20";

#[test]
fn after_advice_through_a_single_point_of_access_the_first_miss_nullifies() {
    let asked = story().on("2026-01-02", "adviceRequested", json!({"spoa": true}));
    missed(asked.on("2026-01-05", "adviceConvertedToReferral", json!({}))).last(NULLIFIES);
}

#[test]
fn after_advice_elsewhere_the_first_miss_nullifies() {
    let asked = story().on("2026-01-02", "adviceRequested", json!({"spoa": false}));
    missed(asked.on("2026-01-05", "referralReceived", json!({"route": "OTHER"}))).last(NULLIFIES);
}

#[test]
fn after_a_ratified_self_referral_the_first_miss_nullifies() {
    missed(received(json!({"route": "SELF_REFERRAL", "ratifiedAt": "2026-01-05"}))).last(NULLIFIES);
}

#[test]
fn after_a_re_referral_the_first_miss_nullifies_the_new_period_alone() {
    missed(treated().on("2026-04-01", "referralReceived", json!({"route": "OTHER"})))
        .last(NULLIFIES)
        .periods(&["2026-01-05 to 2026-02-01 30", "2026-04-01 to 2026-06-10 33 nullified"]);
}

#[test]
fn after_a_referral_for_a_separate_condition_the_first_miss_nullifies() {
    missed(received(json!({"route": "OTHER", "referralPurpose": "SEPARATE_CONDITION"})))
        .last(NULLIFIES);
}

#[test]
fn after_a_new_treatment_at_another_provider_the_first_miss_there_nullifies() {
    let referral = json!({"route": "OTHER", "provider": "RJ2", "referralPurpose": "NEW_TREATMENT"});
    missed(treated().on("2026-04-01", "referralReceived", referral)).last(NULLIFIES);
}

#[test]
fn after_a_referral_from_another_nation_the_first_miss_nullifies() {
    let referral = json!({"route": "OTHER_NATION", "priorCommissionerEnglish": false});
    missed(received(referral)).last(NULLIFIES);
}

#[test]
fn after_a_second_side_was_fit_and_ready_a_miss_is_a_later_one() {
    let ready = json!({"appropriateFrom": "2026-04-01", "patientAvailableFrom": "2026-04-01"});
    missed(treated().on("2026-04-01", "secondSideFitAndReady", ready)).last(LATER);
}

#[test]
fn after_a_new_treatment_at_the_same_provider_a_miss_is_a_later_one() {
    let decided = json!({"newOrDifferent": true, "communicatedAt": "2026-04-01"});
    missed(treated().on("2026-04-01", "decisionToTreatMade", decided)).last(LATER);
}

#[test]
fn after_active_monitoring_a_miss_is_a_later_one() {
    let monitoring = json!({"monitoringInitiator": "PATIENT", "monitoringReason": "CLINICAL"});
    let resumed = referred().on("2026-02-01", "activeMonitoringStarted", monitoring).on(
        "2026-04-01",
        "pathwayResumed",
        json!({}),
    );
    missed(resumed).last(LATER);
}

#[test]
fn after_a_transfer_with_its_start_a_miss_is_a_later_one() {
    let start = json!({"clockStart": "2026-01-05"});
    missed(story().on("2026-03-01", "transferReceived", start)).last(LATER);
}

#[test]
fn after_a_transfer_without_its_start_a_miss_is_a_later_one() {
    missed(story().on("2026-03-01", "transferReceived", json!({}))).last(LATER);
}

#[test]
fn after_earlier_activity_on_the_same_reference_a_miss_is_a_later_one() {
    let referral = json!({"route": "E_REFERRAL_SERVICE", "earlierActivityAt": "2026-01-02"});
    missed(received(referral)).last(LATER);
}

#[test]
fn after_an_interface_service_had_the_referral_a_miss_is_a_later_one() {
    let referral = json!({"route": "OTHER", "interfaceReceivedAt": "2026-01-02"});
    missed(received(referral)).last(LATER);
}

#[test]
fn after_an_overdue_planned_admission_a_miss_is_a_later_one() {
    let plan = json!({"dueDate": "2026-04-01", "plannedKind": "TREATMENT_ADMISSION"});
    let passed = json!({"dueDate": "2026-04-01", "clinicallyReady": true});
    let overdue = treated().on("2026-02-10", "placedOnPlannedList", plan).on(
        "2026-04-02",
        "plannedDatePassed",
        passed,
    );
    missed(overdue).last(LATER);
}

#[test]
fn a_test_or_a_diagnostic_admission_before_makes_the_miss_a_later_one() {
    missed(referred().on("2026-02-01", "testPerformed", json!({}))).last(LATER);
    let diagnostic = json!({"admissionId": "S1", "admissionIntent": "DIAGNOSTIC"});
    missed(referred().on("2026-02-01", "patientAdmitted", diagnostic)).last(LATER);
}

#[test]
fn an_emergency_admission_before_leaves_the_miss_the_first() {
    let emergency = json!({"admissionId": "S1", "admissionIntent": "EMERGENCY"});
    missed(referred().on("2026-02-01", "patientAdmitted", emergency)).last(NULLIFIES);
}

#[test]
fn a_first_miss_that_nobody_could_prove_leaves_the_next_the_first() {
    let unproven = json!({"appointmentId": "A0", "appointmentDate": "2026-03-10", "attendanceCode": "DID_NOT_ATTEND"});
    missed(referred().on("2026-03-10", "dnaRecorded", unproven))
        .said("2026-03-10 row 13 rejected CommunicationNotProven 20")
        .last(NULLIFIES);
}

#[test]
fn coming_too_late_to_be_seen_is_no_first_miss_and_leaves_the_next_the_first() {
    missed_with(referred(), "ARRIVED_LATE_NOT_SEEN").last(LATER).is(ClockState::Ticking);
    let late = json!({"appointmentId": "A0", "appointmentDate": "2026-03-10", "attendanceCode": "ARRIVED_LATE_NOT_SEEN"});
    missed(referred().on("2026-03-10", "dnaRecorded", late)).last(NULLIFIES);
}

#[test]
fn a_miss_while_no_clock_runs_moves_nothing() {
    missed(treated()).last("2026-06-10 row 62 stayed").is(ClockState::Treated);
    missed(story()).last("2026-06-10 row 62 stayed").is(ClockState::None);
}
