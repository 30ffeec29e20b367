//! Rows 29 to 34: active monitoring.

use testkit::{Story, json};

use super::language::{Told, clock_of, clock_under, referred};
use crate::clock::{ClockSettings, ClockState};

fn offered(story: Story, id: &str, on: &str, date: &str) -> Story {
    story.on(on, "appointmentOffered", json!({"offerId": id, "offeredDate": date})).on(
        on,
        "appointmentOfferDeclined",
        json!({"offerId": id}),
    )
}

fn two_offers(second: &str) -> Story {
    offered(offered(referred(), "O1", "2026-02-01", "2026-02-22"), "O2", "2026-02-05", second)
}

fn delay(story: Story) -> Story {
    delay_by("CARE_PROFESSIONAL", story)
}

fn delay_by(initiator: &str, story: Story) -> Story {
    story.on(
        "2026-02-10",
        "activeMonitoringStarted",
        json!({
        "monitoringInitiator": initiator, "monitoringReason": "DELAY", "patientAgreed": true,
        "conversationAt": "2026-02-10", "agreedAt": "2026-02-10"}),
    )
}

fn monitored(initiator: &str) -> Story {
    referred().on("2026-02-01", "activeMonitoringStarted", json!({
        "monitoringInitiator": initiator, "monitoringReason": "CLINICAL", "patientAgreed": true, "agreedAt": "2026-02-03"}))
}

#[track_caller]
fn refused(told: Told, reason: &str) {
    told.last(&format!("2026-02-10 row 31 rejected {reason} 20")).is(ClockState::Ticking);
}

#[test]
fn row_29_active_monitoring_by_the_patient_stops_on_the_agreed_date() {
    clock_of(monitored("PATIENT"))
        .last("2026-02-03 row 29 stopped 31")
        .periods(&["2026-01-05 to 2026-02-03 31"])
        .is(ClockState::Monitoring);
}

#[test]
fn row_29_a_patient_who_needs_months_to_think_about_surgery_is_31() {
    let thinking = json!({"monitoringInitiator": "PATIENT", "monitoringReason": "THINKING",
        "patientAgreed": true, "agreedAt": "2026-02-03", "reviewDue": "2026-08-03"});
    clock_of(referred().on("2026-02-03", "activeMonitoringStarted", thinking))
        .last("2026-02-03 row 29 stopped 31");
}

#[test]
fn row_30_active_monitoring_by_a_professional_stops_once_the_patient_is_told() {
    clock_of(monitored("CARE_PROFESSIONAL"))
        .last("2026-02-03 row 30 stopped 32")
        .is(ClockState::Monitoring);
    let untold = json!({"monitoringInitiator": "CARE_PROFESSIONAL", "monitoringReason": "CLINICAL", "patientAgreed": false});
    clock_of(referred().on("2026-02-01", "activeMonitoringStarted", untold))
        .last("2026-02-01 row 53 rejected PatientNotToldYet 20")
        .is(ClockState::Ticking);
}

#[test]
fn row_30_a_delay_after_two_reasonable_offers_stops_with_32_whoever_asked() {
    for initiator in ["PATIENT", "CARE_PROFESSIONAL"] {
        clock_of(delay_by(initiator, two_offers("2026-04-05")))
            .last("2026-02-10 row 30 stopped 32")
            .periods(&["2026-01-05 to 2026-02-10 32"]);
    }
}

#[test]
fn row_30_a_delay_inside_a_declared_absence_needs_room_for_two_reasonable_dates() {
    let away = |to: &str| {
        delay(referred().on(
            "2026-02-09",
            "patientUnavailabilityDeclared",
            json!({"fromDate": "2026-02-20", "toDate": to}),
        ))
    };
    clock_of(away("2026-03-03")).last("2026-02-10 row 30 stopped 32");
    refused(clock_of(away("2026-03-02")), "TooFewReasonableOffers");
}

#[test]
fn row_31_a_second_offer_dated_over_six_weeks_after_the_first_is_too_late() {
    refused(clock_of(delay(two_offers("2026-04-06"))), "TooFewReasonableOffers");
}

#[test]
fn row_31_an_offer_of_twenty_days_notice_is_not_reasonable() {
    let short = offered(
        offered(referred(), "O1", "2026-02-01", "2026-02-21"),
        "O2",
        "2026-02-05",
        "2026-03-05",
    );
    refused(clock_of(delay(short)), "TooFewReasonableOffers");
}

#[test]
fn row_31_a_delay_needs_agreement_conversation_and_declined_offers() {
    let with = |fields| {
        clock_of(two_offers("2026-03-10").on("2026-02-10", "activeMonitoringStarted", fields))
    };
    refused(
        with(
            json!({"monitoringReason": "DELAY", "patientAgreed": false, "conversationAt": "2026-02-10"}),
        ),
        "PatientDidNotAgree",
    );
    refused(with(json!({"monitoringReason": "DELAY", "patientAgreed": true})), "NoConversation");
    refused(clock_of(delay(referred())), "TooFewReasonableOffers");
}

#[test]
fn row_31_policy_can_switch_off_active_monitoring_for_a_delay() {
    let policy = ClockSettings { active_monitoring_for_choice: false, ..ClockSettings::default() };
    refused(clock_under(&policy, delay(two_offers("2026-03-10"))), "ChoiceMonitoringOff");
}

#[test]
fn row_32_activity_during_monitoring_starts_nothing() {
    let told = monitored("PATIENT")
        .on("2026-03-01", "outpatientAttended", json!({}))
        .on("2026-03-02", "testPerformed", json!({}))
        .on("2026-03-03", "patientAdmitted", json!({"admissionIntent": "DIAGNOSTIC"}))
        .on("2026-03-04", "activeMonitoringReviewed", json!({}));
    let clock = clock_of(told).is(ClockState::Monitoring).periods(&["2026-01-05 to 2026-02-03 31"]);
    let rows: Vec<u8> =
        clock.clock.moves.iter().rev().take(4).map(|made| made.row.number()).collect();
    assert_eq!(rows, [32, 32, 32, 32]);
}

#[test]
fn row_33_going_ahead_after_monitoring_starts_a_new_clock() {
    let decided = json!({"communicatedAt": "2026-04-02", "newOrDifferent": false});
    clock_of(monitored("PATIENT").on("2026-04-01", "decisionToTreatMade", decided))
        .last("2026-04-02 row 33 restarted 11")
        .periods(&["2026-01-05 to 2026-02-03 31", "2026-04-02 to open"]);
    clock_of(monitored("PATIENT").on(
        "2026-04-05",
        "pathwayResumed",
        json!({"decidedAt": "2026-04-03"}),
    ))
    .last("2026-04-03 row 33 restarted 11");
    let test = json!({"referralPurpose": "TEST", "sameCondition": true, "responsibilityTransferred": false});
    clock_of(monitored("PATIENT").on("2026-04-04", "onwardReferralMade", test))
        .last("2026-04-04 row 33 restarted 11");
    clock_of(monitored("PATIENT").on(
        "2026-04-01",
        "decisionToTreatMade",
        json!({"newOrDifferent": false}),
    ))
    .last("2026-04-01 row 33 rejected PatientNotToldYet");
}

#[test]
fn row_33_after_a_delay_the_place_on_the_list_is_kept_apart_from_the_start() {
    let resumed =
        |story: Story| clock_of(story.on("2026-05-01", "pathwayResumed", json!({}))).clock;
    let queue = |story: Story| resumed(story).open().and_then(|period| period.queue_position);
    assert_eq!(queue(delay(two_offers("2026-03-10"))), Some("2026-01-05".parse().unwrap()));
    assert_eq!(queue(monitored("PATIENT")), None);
}

#[test]
fn row_34_discharge_from_monitoring_leaves_the_earlier_stop_as_it_was() {
    let told = monitored("PATIENT").on(
        "2026-06-01",
        "returnToPrimaryCareCommunicated",
        json!({"noTreatmentNeeded": true, "communicatedAt": "2026-06-02"}),
    );
    clock_of(told)
        .last("2026-06-02 row 34 stayed 91")
        .periods(&["2026-01-05 to 2026-02-03 31"])
        .is(ClockState::Stopped);
    clock_of(monitored("PATIENT").on(
        "2026-06-01",
        "appointmentOutcomeRecorded",
        json!({"attendanceOutcome": "DISCHARGED"}),
    ))
    .last("2026-06-01 row 34 stayed 91")
    .is(ClockState::Stopped);
}
