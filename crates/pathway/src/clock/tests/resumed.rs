//! Going ahead after active monitoring: a new clock, and the place on the list kept apart from it.

use chrono::NaiveDate;
use testkit::{Story, Value, json};

use super::language::{clock_of, referred};
use crate::clock::ClockState;

/// A delay agreed on `on`, with an absence that has room for two offers.
fn delay(story: Story, on: &str, more: Value) -> Story {
    let mut fields = json!({"monitoringReason": "DELAY", "monitoringInitiator": "CARE_PROFESSIONAL",
        "patientAgreed": true, "conversationAt": on, "agreedAt": on,
        "unavailableFrom": on, "unavailableTo": "2026-12-31"});
    let all = fields.as_object_mut().unwrap();
    all.extend(more.as_object().unwrap().clone());
    story.on(on, "activeMonitoringStarted", fields)
}

fn resumed(story: Story, on: &str) -> Story {
    story.on(on, "pathwayResumed", json!({"decidedAt": on}))
}

fn monitored() -> Story {
    let fields = json!({"monitoringInitiator": "PATIENT", "monitoringReason": "CLINICAL"});
    referred().on("2026-02-02", "activeMonitoringStarted", fields)
}

/// The place on the list of the last period.
fn place(story: Story) -> Option<NaiveDate> {
    clock_of(story).clock.periods.last().unwrap().queue_position
}

fn day(raw: &str) -> NaiveDate {
    raw.parse().unwrap()
}

#[test]
fn the_wait_begins_anew_and_the_place_is_that_of_the_old_start() {
    let told = resumed(delay(referred(), "2026-02-02", json!({})), "2026-05-01");
    clock_of(told.clone()).periods(&["2026-01-05 to 2026-02-02 32", "2026-05-01 to open"]);
    assert_eq!(place(told), Some(day("2026-01-05")));
}

#[test]
fn a_place_that_the_step_names_is_the_one_that_is_kept() {
    let named = json!({"queuePositionDate": "2025-11-20"});
    let told = resumed(delay(referred(), "2026-02-02", named), "2026-05-01");
    assert_eq!(place(told), Some(day("2025-11-20")));
}

#[test]
fn a_second_delay_keeps_the_place_of_the_first() {
    let once = resumed(delay(referred(), "2026-02-02", json!({})), "2026-05-01");
    assert_eq!(
        place(resumed(delay(once, "2026-06-01", json!({})), "2026-09-01")),
        Some(day("2026-01-05"))
    );
}

#[test]
fn a_decision_to_treat_after_a_delay_keeps_the_place_too() {
    let decided = json!({"newOrDifferent": false, "communicatedAt": "2026-05-04"});
    let told =
        delay(referred(), "2026-02-02", json!({})).on("2026-05-01", "decisionToTreatMade", decided);
    clock_of(told.clone()).last("2026-05-04 row 33 restarted 11");
    assert_eq!(place(told), Some(day("2026-01-05")));
}

#[test]
fn clinical_monitoring_keeps_no_place() {
    assert_eq!(place(resumed(monitored(), "2026-05-01")), None);
}

#[test]
fn the_first_activity_after_resuming_is_11_and_the_next_is_20() {
    let told = resumed(monitored(), "2026-05-01")
        .on("2026-05-10", "outpatientAttended", json!({}))
        .on("2026-05-20", "outpatientAttended", json!({}));
    clock_of(told).said("2026-05-10 row 19 stayed 11").last("2026-05-20 row 19 stayed 20");
}

#[test]
fn resuming_what_runs_already_or_was_discharged_starts_nothing() {
    let twice = resumed(resumed(monitored(), "2026-05-01"), "2026-05-20");
    clock_of(twice)
        .last("2026-05-20 row 62 stayed")
        .periods(&["2026-01-05 to 2026-02-02 31", "2026-05-01 to open"]);
    let told = json!({"noTreatmentNeeded": true, "communicatedAt": "2026-04-01"});
    let gone = monitored().on("2026-04-01", "returnToPrimaryCareCommunicated", told);
    clock_of(resumed(gone, "2026-05-01")).last("2026-05-01 row 62 stayed").is(ClockState::Stopped);
}

#[test]
fn a_new_referral_during_monitoring_is_a_re_referral() {
    clock_of(monitored().on("2026-05-01", "referralReceived", json!({"route": "OTHER"})))
        .last("2026-05-01 row 37 restarted")
        .periods(&["2026-01-05 to 2026-02-02 31", "2026-05-01 to open"]);
}

#[test]
fn a_referral_for_a_test_with_a_view_to_treatment_resumes_on_its_day() {
    let test = json!({"referralPurpose": "TEST", "sameCondition": true, "responsibilityTransferred": false});
    clock_of(monitored().on("2026-04-20", "onwardReferralMade", test))
        .last("2026-04-20 row 33 restarted 11");
}

#[test]
fn death_during_monitoring_leaves_the_stop_that_began_it() {
    clock_of(monitored().on("2026-05-01", "patientDied", json!({})))
        .last("2026-05-01 row 47 stayed")
        .periods(&["2026-01-05 to 2026-02-02 31"])
        .is(ClockState::Deceased);
}
