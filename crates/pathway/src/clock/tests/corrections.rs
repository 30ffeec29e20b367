//! Row 49: validation's corrections, and corrected or withdrawn steps.

use testkit::{Story, json, story};

use super::language::{clock_of, referred};
use crate::clock::ClockState;

fn stopped() -> Story {
    referred().on("2026-02-01", "decisionNotToTreat", json!({"communicatedAt": "2026-02-01"}))
}

#[test]
fn row_49_a_corrected_start_is_the_start_of_its_period() {
    let fields = json!({"periodStart": "2026-01-05", "clockField": "CLOCK_START", "oldDate": "2026-01-05", "newDate": "2026-01-02"});
    clock_of(stopped().on("2026-03-01", "rttClockCorrected", fields))
        .last("2026-03-01 row 49 corrected")
        .periods(&["2026-01-02 to 2026-02-01 34"]);
}

#[test]
fn row_49_finds_an_unknown_start() {
    let told = story().on("2026-01-28", "transferReceived", json!({})).on(
        "2026-02-10",
        "rttClockCorrected",
        json!({"clockField": "CLOCK_START", "newDate": "2025-11-03"}),
    );
    clock_of(told).periods(&["2025-11-03 to open"]);
}

#[test]
fn row_49_a_corrected_stop_keeps_the_step_that_stopped() {
    let fields = json!({"clockField": "CLOCK_STOP", "oldDate": "2026-02-01", "newDate": "2026-01-30", "newStatus": "PATIENT_DECLINED"});
    let told = clock_of(stopped().on("2026-03-01", "rttClockCorrected", fields))
        .periods(&["2026-01-05 to 2026-01-30 35"]);
    assert_eq!(told.clock.periods[0].end.as_ref().unwrap().row.number(), 27);
}

#[test]
fn row_49_a_stop_only_validation_knows_of_closes_the_open_period() {
    let fields = json!({"clockField": "CLOCK_STOP", "newDate": "2026-02-10", "newStatus": "FIRST_TREATMENT"});
    clock_of(referred().on("2026-03-01", "rttClockCorrected", fields))
        .last("2026-02-10 row 49 stopped 30")
        .periods(&["2026-01-05 to 2026-02-10 30"])
        .is(ClockState::Treated);
    let unnamed = json!({"clockField": "CLOCK_STOP", "newDate": "2026-02-10"});
    clock_of(referred().on("2026-03-01", "rttClockCorrected", unnamed))
        .last("2026-02-10 row 61 rejected StatusMissing")
        .is(ClockState::Ticking);
}

#[test]
fn row_49_a_stop_that_was_none_lets_the_clock_run_on() {
    let fields = json!({"clockField": "CLOCK_STOP", "oldDate": "2026-02-01"});
    clock_of(stopped().on("2026-03-01", "rttClockCorrected", fields))
        .expect(&[
            "2026-01-05 row 1 started",
            "2026-02-01 row 27 rejected CorrectedAway 34",
            "2026-03-01 row 49 corrected",
        ])
        .periods(&["2026-01-05 to open"]);
}

#[test]
fn row_49_a_period_that_should_not_be_there_counts_nowhere() {
    let fields = json!({"clockField": "NULLIFIED"});
    clock_of(referred().on("2026-03-01", "rttClockCorrected", fields.clone()))
        .last("2026-03-01 row 49 nullified")
        .periods(&["2026-01-05 to 2026-01-05 98 nullified"])
        .is(ClockState::None);
    clock_of(stopped().on("2026-03-01", "rttClockCorrected", fields))
        .periods(&["2026-01-05 to 2026-02-01 34 nullified"]);
}

#[test]
fn row_49_a_correction_of_a_correction_finds_the_period_by_its_corrected_start() {
    let fix = |from: &str, to: &str| json!({"periodStart": from, "clockField": "CLOCK_START", "newDate": to});
    let told = referred()
        .on("2026-03-01", "rttClockCorrected", fix("2026-01-05", "2026-01-02"))
        .on("2026-03-02", "rttClockCorrected", fix("2026-01-02", "2026-01-03"));
    clock_of(told).periods(&["2026-01-03 to open"]);
}

#[test]
fn row_49_a_correction_of_no_period_is_refused_with_its_reason() {
    let fields =
        json!({"periodStart": "2020-01-01", "clockField": "CLOCK_START", "newDate": "2020-02-01"});
    clock_of(referred().on("2026-03-01", "rttClockCorrected", fields))
        .last("2026-03-01 row 49 rejected NoSuchPeriod")
        .periods(&["2026-01-05 to open"]);
}

#[test]
fn row_49_a_start_after_the_stop_leaves_the_period_open_with_the_reason() {
    let fields = json!({"clockField": "CLOCK_START", "newDate": "2026-02-20"});
    clock_of(stopped().on("2026-03-01", "rttClockCorrected", fields))
        .expect(&[
            "2026-01-05 row 1 started",
            "2026-02-01 row 27 rejected StopBeforeStart 34",
            "2026-03-01 row 49 corrected",
        ])
        .periods(&["2026-02-20 to open"]);
}

#[test]
fn a_withdrawn_stop_was_never_there() {
    let told = stopped().on(
        "2026-02-05",
        "stepEnteredInError",
        json!({"eventId": Story::event(2).to_string()}),
    );
    clock_of(told).expect(&["2026-01-05 row 1 started"]).is(ClockState::Ticking);
}
