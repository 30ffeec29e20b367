//! Steps of one day: what is known only to the day, and what has a time.

use testkit::{Story, json};

use super::language::{clock_of, referred};
use crate::clock::ClockState;

fn missed(story: Story, recorded: &str) -> Story {
    let fields = json!({"appointmentId": "A1", "appointmentDate": "2026-02-10", "attendanceCode": "DID_NOT_ATTEND"});
    story.on("2026-01-08", "appointmentCommunicated", json!({"appointmentId": "A1"})).on(
        recorded,
        "dnaRecorded",
        fields,
    )
}

#[test]
fn being_seen_on_the_day_of_the_referral_is_the_first_activity_of_its_period() {
    clock_of(referred().on("2026-01-05T09:00:00Z", "outpatientAttended", json!({})))
        .expect(&["2026-01-05 row 1 started", "2026-01-05 row 19 stayed 10"]);
}

#[test]
fn a_stop_known_to_the_day_comes_after_what_was_done_at_an_hour_of_it() {
    let told = referred()
        .on("2026-02-03", "decisionNotToTreat", json!({"communicatedAt": "2026-02-03"}))
        .on("2026-02-03T15:00:00Z", "outpatientAttended", json!({}));
    clock_of(told)
        .said("2026-02-03 row 19 stayed 10")
        .last("2026-02-03 row 27 stopped 34")
        .is(ClockState::Stopped);
}

#[test]
fn treatment_at_an_hour_of_the_day_of_death_is_what_stopped_the_clock() {
    let treated = json!({"firstDefinitive": true, "treatmentSetting": "OUTPATIENT"});
    let told = referred().on("2026-02-03", "patientDied", json!({})).on(
        "2026-02-03T10:00:00Z",
        "treatmentStarted",
        treated,
    );
    clock_of(told).periods(&["2026-01-05 to 2026-02-03 30"]).is(ClockState::Deceased);
}

#[test]
fn asking_again_on_the_very_day_of_the_miss_starts_the_new_clock() {
    let told = missed(referred(), "2026-02-10").on(
        "2026-02-10T15:00:00Z",
        "patientRebookRequested",
        json!({}),
    );
    clock_of(told).periods(&["2026-01-05 to 2026-02-10 33 nullified", "2026-02-10 to open"]);
}

#[test]
fn asking_again_on_the_day_of_a_miss_that_is_recorded_days_later_starts_it_too() {
    let told = missed(referred(), "2026-02-13").on(
        "2026-02-10T15:00:00Z",
        "patientRebookRequested",
        json!({}),
    );
    clock_of(told).periods(&["2026-01-05 to 2026-02-10 33 nullified", "2026-02-10 to open"]);
}

#[test]
fn a_decision_of_that_day_to_offer_again_starts_it_whichever_was_recorded_first() {
    let reoffer = json!({"dnaDecision": "REOFFER", "decidedAt": "2026-02-10"});
    for recorded in ["2026-02-10", "2026-02-12", "2026-02-20"] {
        let told = missed(referred(), "2026-02-13").on(
            recorded,
            "dnaClinicalDecisionMade",
            reoffer.clone(),
        );
        clock_of(told).periods(&["2026-01-05 to 2026-02-10 33 nullified", "2026-02-10 to open"]);
    }
}

#[test]
fn a_transfer_and_its_receipt_of_one_day_leave_the_clock_with_the_receiver() {
    let out = json!({"provider": "RJ1", "toProvider": "RJ2", "responsibilityTransferred": true});
    let told = referred().on("2026-01-20", "careTransferredOut", out).on(
        "2026-01-20",
        "transferReceived",
        json!({"provider": "RJ2", "function": "110", "clockStart": "2026-01-05"}),
    );
    clock_of(told).periods(&["2026-01-05 to open"]).is(ClockState::Ticking);
}

#[test]
fn a_decision_made_on_one_day_counts_on_the_day_the_patient_was_told() {
    let told = referred().on(
        "2026-02-03",
        "decisionNotToTreat",
        json!({"decidedAt": "2026-02-03", "communicatedAt": "2026-02-17T09:00:00Z"}),
    );
    clock_of(told).periods(&["2026-01-05 to 2026-02-17 34"]);
}
