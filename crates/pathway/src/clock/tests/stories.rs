//! Whole pathways: one rule after another.

use testkit::{Story, json, story};

use super::language::{clock_of, referred};
use crate::clock::ClockState;

fn missed(story: Story, id: &str, on: &str) -> Story {
    let fields =
        json!({"appointmentId": id, "appointmentDate": on, "attendanceCode": "DID_NOT_ATTEND"});
    story.on(on, "dnaRecorded", fields)
}

fn communicated(story: Story, id: &str, on: &str) -> Story {
    story.on(on, "appointmentCommunicated", json!({"appointmentId": id}))
}

#[test]
fn missed_asked_again_seen_delayed_resumed_and_treated_are_three_periods() {
    let away = json!({"monitoringReason": "DELAY", "monitoringInitiator": "PATIENT",
        "patientAgreed": true, "conversationAt": "2026-04-01", "agreedAt": "2026-04-01",
        "unavailableFrom": "2026-04-01", "unavailableTo": "2026-08-31"});
    let told = missed(communicated(referred(), "A1", "2026-01-10"), "A1", "2026-02-10")
        .on("2026-02-12", "patientRebookRequested", json!({}))
        .on("2026-03-10", "outpatientAttended", json!({"appointmentId": "A2"}))
        .on("2026-04-01", "activeMonitoringStarted", away)
        .on("2026-09-01", "pathwayResumed", json!({}))
        .on(
            "2026-10-05",
            "treatmentStarted",
            json!({"firstDefinitive": true, "treatmentSetting": "OUTPATIENT"}),
        );
    let told = clock_of(told)
        .periods(&[
            "2026-01-05 to 2026-02-10 33 nullified",
            "2026-02-12 to 2026-04-01 32",
            "2026-09-01 to 2026-10-05 30",
        ])
        .is(ClockState::Treated);
    assert_eq!(told.clock.periods[2].queue_position, Some("2026-02-12".parse().unwrap()));
}

#[test]
fn advice_a_single_point_a_decline_and_a_second_provider_are_one_wait() {
    let told = story()
        .on("2026-01-02", "adviceRequested", json!({"spoa": true}))
        .on("2026-01-09", "adviceConvertedToReferral", json!({}))
        .on("2026-01-15", "referralDeclined", json!({}))
        .on(
            "2026-01-22",
            "referralReceived",
            json!({"route": "OTHER", "provider": "RJ2", "referralRelation": "RE_REFERRAL"}),
        )
        .on("2026-03-01", "outpatientAttended", json!({}));
    clock_of(told)
        .expect(&[
            "2026-01-02 row 3 stayed",
            "2026-01-09 row 4 started",
            "2026-01-15 row 7 stayed",
            "2026-01-22 row 51 stayed",
            "2026-03-01 row 19 stayed 10",
        ])
        .periods(&["2026-01-02 to open"]);
}

#[test]
fn both_sides_with_a_cancelled_operation_between_are_two_waits() {
    let admitted = |story: Story, on: &str, id: &str| {
        story.on(
            on,
            "patientAdmitted",
            json!({"admissionId": id, "admissionIntent": "FIRST_DEFINITIVE_TREATMENT"}),
        )
    };
    let ready = json!({"appropriateFrom": "2026-04-01", "patientAvailableFrom": "2026-04-15"});
    let first =
        admitted(referred(), "2026-02-01", "S1").on("2026-04-01", "secondSideFitAndReady", ready);
    let late = admitted(first, "2026-06-01", "S2").on(
        "2026-06-01",
        "procedureNotCarriedOut",
        json!({"admissionId": "S2", "stillNeeded": true}),
    );
    clock_of(admitted(late, "2026-07-01", "S3")).periods(&[
        "2026-01-05 to 2026-02-01 30 admitted provisional",
        "2026-04-15 to 2026-07-01 30 admitted provisional",
    ]);
}

#[test]
fn a_withdrawn_miss_lets_the_old_wait_run_on_as_if_nothing_had_been() {
    let told = missed(communicated(referred(), "A1", "2026-01-10"), "A1", "2026-02-10")
        .on("2026-02-12", "patientRebookRequested", json!({}))
        .on("2026-02-20", "stepEnteredInError", json!({"eventId": Story::event(3).to_string()}));
    clock_of(told).periods(&["2026-01-05 to open"]).last("2026-02-12 row 62 stayed");
}

#[test]
fn a_withdrawn_referral_leaves_its_stop_with_nothing_to_stop() {
    let told = referred()
        .on("2026-02-01", "decisionNotToTreat", json!({"communicatedAt": "2026-02-01"}))
        .on("2026-02-20", "stepEnteredInError", json!({"eventId": Story::event(1).to_string()}));
    clock_of(told).last("2026-02-01 row 61 rejected NoOpenPeriod").periods(&[]);
}

#[test]
fn a_referral_corrected_to_another_day_starts_on_that_day() {
    let right = json!({"referralReceived": testkit::sample(steps::StepKind::ReferralReceived, testkit::Fill::Required)});
    let mut right = right;
    right["referralReceived"]["route"] = json!("OTHER");
    let corrected = json!({"eventId": Story::event(1).to_string(), "correctedOccurredAt": "2026-01-12", "step": right});
    clock_of(referred().on("2026-02-01", "stepCorrected", corrected))
        .periods(&["2026-01-12 to open"]);
}

#[test]
fn a_wait_taken_out_by_validation_makes_room_for_the_true_referral() {
    let told = referred()
        .on("2026-02-01", "rttClockCorrected", json!({"clockField": "NULLIFIED"}))
        .on("2026-03-01", "referralReceived", json!({"route": "OTHER"}));
    clock_of(told)
        .periods(&["2026-01-05 to 2026-01-05 98 nullified", "2026-03-01 to open"])
        .is(ClockState::Ticking);
}

#[test]
fn being_unfit_thinking_and_a_planned_list_in_a_row_do_not_stop_a_running_clock() {
    let told = referred()
        .on("2026-02-01", "patientTemporarilyUnfit", json!({}))
        .on("2026-02-10", "thinkingTimeAgreed", json!({}))
        .on("2026-02-20", "placedOnPlannedList", json!({}))
        .on("2026-03-01", "removedFromWaitingList", json!({}));
    clock_of(told)
        .last("2026-03-01 row 61 rejected RemovalIsNoStop")
        .periods(&["2026-01-05 to open"])
        .is(ClockState::Ticking);
}

#[test]
fn two_completed_waits_and_a_third_that_runs_never_share_a_day_of_waiting() {
    let treated = json!({"firstDefinitive": true, "treatmentSetting": "OUTPATIENT"});
    let told = referred()
        .on("2026-02-01", "treatmentStarted", treated)
        .on(
            "2026-03-01",
            "referralReceived",
            json!({"route": "E_REFERRAL_SERVICE", "ubrnConvertedAt": "2026-01-10"}),
        )
        .on("2026-04-01", "treatmentDeclined", json!({"allTreatment": true}))
        .on(
            "2026-05-01",
            "referralReceived",
            json!({"route": "E_REFERRAL_SERVICE", "ubrnConvertedAt": "2026-04-28"}),
        );
    clock_of(told).periods(&[
        "2026-01-05 to 2026-02-01 30",
        "2026-03-01 to 2026-04-01 35",
        "2026-04-28 to open",
    ]);
}

#[test]
fn patient_choice_of_another_provider_through_the_gp_is_a_stop_and_a_new_wait() {
    let discharged = json!({"noTreatmentNeeded": true, "communicatedAt": "2026-02-10"});
    let told = referred().on("2026-02-10", "returnToPrimaryCareCommunicated", discharged).on(
        "2026-02-20",
        "referralReceived",
        json!({"route": "OTHER", "provider": "RJ2"}),
    );
    clock_of(told).periods(&["2026-01-05 to 2026-02-10 34", "2026-02-20 to open"]);
}
