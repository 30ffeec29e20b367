//! The borders of a wait: the last day within, the first day over, and waits of no days.

use chrono::{Days, NaiveDate};
use testkit::{json, story};

use super::language::{clock_of, referred};
use crate::clock::{ClockState, waiting};

fn day(raw: &str) -> NaiveDate {
    raw.parse().unwrap()
}

/// The days of the only period of a patient treated so many days after the referral of 5 January.
fn waited(days: u64) -> u32 {
    let on = day("2026-01-05").checked_add_days(Days::new(days)).unwrap().to_string();
    let fields = json!({"firstDefinitive": true, "treatmentSetting": "OUTPATIENT"});
    let clock = clock_of(referred().on(&on, "treatmentStarted", fields)).clock;
    let period = &clock.periods[0];
    waiting::days(period.start.date.unwrap(), period.end.as_ref().unwrap().date).unwrap()
}

#[test]
fn the_hundred_and_twenty_sixth_day_is_the_last_within_18_weeks() {
    assert!(waiting::within_18_weeks(waited(126)));
    assert!(!waiting::within_18_weeks(waited(127)));
}

#[test]
fn the_three_hundred_and_sixty_fifth_day_is_the_first_over_52_weeks() {
    assert!(!waiting::over_52_weeks(waited(364)));
    assert!(waiting::over_52_weeks(waited(365)));
}

#[test]
fn the_four_hundred_and_fifty_sixth_day_is_the_first_over_65_weeks() {
    assert!(!waiting::over_65_weeks(waited(455)));
    assert!(waiting::over_65_weeks(waited(456)));
}

#[test]
fn the_five_hundred_and_forty_seventh_day_is_the_first_over_78_weeks() {
    assert!(!waiting::over_78_weeks(waited(546)));
    assert!(waiting::over_78_weeks(waited(547)));
}

#[test]
fn the_twenty_ninth_of_february_is_a_day_of_waiting() {
    assert_eq!(waiting::days(day("2024-02-28"), day("2024-03-01")), Some(2));
    assert_eq!(waiting::days(day("2026-02-28"), day("2026-03-01")), Some(1));
}

#[test]
fn a_referral_of_half_past_eleven_on_a_summer_night_starts_the_next_day_in_london() {
    let told = story().on("2026-06-30T23:30:00Z", "referralReceived", json!({"route": "OTHER"}));
    clock_of(told).periods(&["2026-07-01 to open"]);
}

#[test]
fn the_night_the_clocks_go_forward_is_a_day_like_any_other() {
    let treated = json!({"firstDefinitive": true, "treatmentSetting": "OUTPATIENT"});
    let told = story()
        .on("2026-03-28T23:30:00Z", "referralReceived", json!({"route": "OTHER"}))
        .on("2026-03-29T22:30:00Z", "treatmentStarted", treated);
    clock_of(told).periods(&["2026-03-28 to 2026-03-29 30"]);
}

#[test]
fn a_decision_told_on_the_day_of_the_start_is_a_wait_of_no_days() {
    let told =
        referred().on("2026-01-05", "decisionNotToTreat", json!({"communicatedAt": "2026-01-05"}));
    clock_of(told).periods(&["2026-01-05 to 2026-01-05 34"]);
}

#[test]
fn a_stop_told_for_the_day_before_the_start_stops_nothing() {
    let told =
        referred().on("2026-01-10", "decisionNotToTreat", json!({"communicatedAt": "2026-01-04"}));
    clock_of(told)
        .expect(&["2026-01-04 row 61 rejected NoOpenPeriod", "2026-01-05 row 1 started"])
        .periods(&["2026-01-05 to open"]);
}

#[test]
fn a_new_period_may_start_on_the_day_the_last_one_ended_and_never_before() {
    let monitoring = json!({"monitoringInitiator": "PATIENT", "monitoringReason": "CLINICAL"});
    let told = referred().on("2026-02-03T09:00:00Z", "activeMonitoringStarted", monitoring).on(
        "2026-02-03T16:00:00Z",
        "pathwayResumed",
        json!({}),
    );
    clock_of(told).periods(&["2026-01-05 to 2026-02-03 31", "2026-02-03 to open"]);
}

#[test]
fn a_second_stop_on_the_same_day_closes_nothing_more() {
    let treated = json!({"firstDefinitive": true, "treatmentSetting": "OUTPATIENT"});
    let told = referred().on("2026-02-03T09:00:00Z", "treatmentStarted", treated).on(
        "2026-02-03T16:00:00Z",
        "treatmentDeclined",
        json!({"allTreatment": true}),
    );
    clock_of(told)
        .last("2026-02-03 row 61 rejected NoOpenPeriod")
        .periods(&["2026-01-05 to 2026-02-03 30"])
        .is(ClockState::Treated);
}
