//! Rows 12 to 16: missed appointments.

use testkit::{Story, json, story};

use super::language::{clock_of, clock_under, referred};
use crate::clock::{ClockSettings, ClockState};

fn missed(story: Story, on: &str) -> Story {
    let fields =
        json!({"appointmentId": "A1", "appointmentDate": on, "attendanceCode": "DID_NOT_ATTEND"});
    story.on(on, "dnaRecorded", fields)
}

fn communicated(story: Story, on: &str) -> Story {
    story.on(on, "appointmentCommunicated", json!({"appointmentId": "A1"}))
}

fn nullified() -> Story {
    missed(communicated(referred(), "2026-01-08"), "2026-02-10")
}

pub(super) fn missed_later() -> Story {
    missed(referred().on("2026-01-20", "outpatientAttended", json!({})), "2026-02-10")
}

pub(super) fn discharged(story: Story, published_policy: bool) -> Story {
    story.on(
        "2026-02-15",
        "dnaClinicalDecisionMade",
        json!({
        "dnaDecision": "DISCHARGE", "decidedAt": "2026-02-15", "dischargeDate": "2026-02-17",
        "guards": {"clearlyCommunicated": true, "notAgainstInterest": true,
            "publishedPolicy": published_policy, "policyProtectsVulnerable": true}}),
    )
}

#[test]
fn row_12_missing_the_first_appointment_nullifies_when_it_was_communicated() {
    clock_of(nullified())
        .last("2026-02-10 row 12 nullified 33")
        .periods(&["2026-01-05 to 2026-02-10 33 nullified"])
        .is(ClockState::Nullified);
}

#[test]
fn row_12_counts_on_the_day_of_the_appointment_and_not_when_it_was_recorded() {
    let fields = json!({"appointmentId": "A1", "appointmentDate": "2026-02-10", "attendanceCode": "DID_NOT_ATTEND"});
    clock_of(communicated(referred(), "2026-01-08").on("2026-02-13", "dnaRecorded", fields))
        .periods(&["2026-01-05 to 2026-02-10 33 nullified"]);
}

#[test]
fn row_13_without_evidence_of_communication_the_clock_ticks_on() {
    clock_of(missed(referred(), "2026-02-10"))
        .last("2026-02-10 row 13 rejected CommunicationNotProven 20")
        .periods(&["2026-01-05 to open"]);
}

#[test]
fn row_13_another_appointments_letter_a_late_one_or_one_of_the_old_date_is_no_evidence() {
    let other =
        referred().on("2026-01-08", "appointmentCommunicated", json!({"appointmentId": "A2"}));
    let late = communicated(missed(referred(), "2026-02-10"), "2026-02-11");
    let moved = communicated(referred(), "2026-01-08").on(
        "2026-01-20",
        "appointmentRescheduled",
        json!({"appointmentId": "A1", "startsAt": "2026-02-10T10:00:00Z"}),
    );
    for told in [missed(other, "2026-02-10"), late, missed(moved.clone(), "2026-02-10")] {
        clock_of(told).is(ClockState::Ticking);
    }
    clock_of(missed(communicated(moved, "2026-01-20"), "2026-02-10")).is(ClockState::Nullified);
}

/// A1 is booked for ten o'clock on 10 February, and the letter came on 10 January.
fn booked() -> Story {
    let fields = json!({"appointmentId": "A1", "startsAt": "2026-02-10T10:00:00Z"});
    communicated(referred().on("2026-01-08", "appointmentBooked", fields), "2026-01-10")
}

fn cancelled(story: Story, when: &str, initiator: &str) -> Story {
    let fields = json!({"appointmentId": "A1", "initiator": initiator});
    story.on(when, "appointmentCancelled", fields)
}

fn moved(story: Story, when: &str, to: &str) -> Story {
    story.on(when, "appointmentRescheduled", json!({"appointmentId": "A1", "startsAt": to}))
}

#[test]
fn a_cancellation_however_late_makes_the_miss_no_dna() {
    clock_of(missed(booked(), "2026-02-10")).is(ClockState::Nullified);
    for (when, initiator) in [
        ("2026-02-03", "PATIENT"),
        ("2026-02-10T09:50:00Z", "PATIENT"),
        ("2026-02-10T09:50:00Z", "PROVIDER"),
        ("2026-02-10", "PATIENT"),
    ] {
        clock_of(missed(cancelled(booked(), when, initiator), "2026-02-10"))
            .is(ClockState::Ticking)
            .periods(&["2026-01-05 to open"])
            .said("2026-02-10 row 62 rejected CancelledBeforehand");
    }
    clock_of(missed(cancelled(booked(), "2026-02-10T10:30:00Z", "PROVIDER"), "2026-02-10"))
        .is(ClockState::Nullified);
    let again = json!({"appointmentId": "A1", "startsAt": "2026-02-10T10:00:00Z"});
    let again =
        cancelled(booked(), "2026-02-03", "PATIENT").on("2026-02-04", "appointmentBooked", again);
    clock_of(missed(again, "2026-02-10")).is(ClockState::Nullified);
}

#[test]
fn an_appointment_moved_away_beforehand_was_not_missed_on_its_old_day() {
    let before = moved(booked(), "2026-02-10T08:00:00Z", "2026-03-10T10:00:00Z");
    clock_of(missed(before.clone(), "2026-02-10"))
        .is(ClockState::Ticking)
        .said("2026-02-10 row 62 rejected MovedBeforehand");
    clock_of(missed(communicated(before, "2026-02-11"), "2026-03-10")).is(ClockState::Nullified);
    let after = moved(booked(), "2026-02-10T10:30:00Z", "2026-03-10T10:00:00Z");
    clock_of(missed(after, "2026-02-10")).is(ClockState::Nullified);
}

#[test]
fn a_code_that_is_no_miss_and_a_day_that_was_not_booked_nullify_nothing() {
    for code in [
        "ATTENDED_ON_TIME",
        "ATTENDED_LATE",
        "CANCELLED_BY_PATIENT",
        "CANCELLED_BY_PROVIDER",
        "FUTURE",
    ] {
        let fields =
            json!({"appointmentId": "A1", "appointmentDate": "2026-02-10", "attendanceCode": code});
        clock_of(booked().on("2026-02-10", "dnaRecorded", fields))
            .last("2026-02-10 row 62 rejected NotAMissCode")
            .is(ClockState::Ticking);
    }
    clock_of(missed(booked(), "2026-02-11"))
        .last("2026-02-11 row 62 rejected NotTheDayBooked")
        .is(ClockState::Ticking);
    let late_evening = json!({"appointmentId": "A1", "startsAt": "2026-06-30T23:30:00Z"});
    let told =
        communicated(referred().on("2026-01-08", "appointmentBooked", late_evening), "2026-01-10");
    clock_of(missed(told, "2026-07-01")).is(ClockState::Nullified);
}

#[test]
fn what_reached_the_patient_at_or_after_the_start_is_no_evidence() {
    let start = json!({"appointmentId": "A1", "startsAt": "2026-02-10T10:00:00Z"});
    let told = |when: &str, delivered: Option<&str>| {
        let fields = json!({"appointmentId": "A1", "deliveredAt": delivered});
        let booked = referred().on("2026-01-08", "appointmentBooked", start.clone());
        clock_of(missed(booked.on(when, "appointmentCommunicated", fields), "2026-02-10")).clock
    };
    for (when, delivered) in [
        ("2026-02-10T09:00:00Z", None),
        ("2026-01-10", Some("2026-02-09")),
        ("2026-01-10", Some("2026-02-10T09:00:00Z")),
    ] {
        assert_eq!(told(when, delivered).state, ClockState::Nullified, "{when} {delivered:?}");
    }
    for (when, delivered) in [
        ("2026-02-10T11:00:00Z", None),
        ("2026-02-10", None),
        ("2026-01-10", Some("2026-02-10T11:00:00Z")),
        ("2026-01-10", Some("2026-02-10")),
        ("2026-01-10", Some("2026-02-12")),
    ] {
        assert_eq!(told(when, delivered).state, ClockState::Ticking, "{when} {delivered:?}");
    }
}

#[test]
fn who_was_seen_at_the_appointment_did_not_miss_it_whichever_was_told_first() {
    let seen = |story: Story, when: &str| {
        story.on(when, "outpatientAttended", json!({"appointmentId": "A1"}))
    };
    for told in [
        missed(seen(booked(), "2026-02-10T10:05:00Z"), "2026-02-10"),
        seen(missed(booked(), "2026-02-10"), "2026-02-10T10:05:00Z"),
        seen(missed(booked(), "2026-02-10"), "2026-02-11"),
    ] {
        clock_of(told).is(ClockState::Ticking).said("2026-02-10 row 62 rejected SeenAfterAll");
    }
    let kept_later = moved(missed(booked(), "2026-02-10"), "2026-02-11", "2026-03-10T10:00:00Z");
    clock_of(seen(kept_later, "2026-03-10")).is(ClockState::Nullified);
}

#[test]
fn a_discharge_after_a_miss_that_was_none_stops_nothing() {
    let gone = cancelled(missed_later(), "2026-02-09", "PATIENT");
    clock_of(discharged(gone, true)).last("2026-02-17 row 18 rejected NothingWasMissed 20");
}

#[test]
fn row_14_asking_for_another_appointment_starts_a_new_clock_at_nought() {
    clock_of(nullified().on("2026-02-12", "patientRebookRequested", json!({})))
        .last("2026-02-12 row 14 restarted")
        .periods(&["2026-01-05 to 2026-02-10 33 nullified", "2026-02-12 to open"])
        .is(ClockState::Ticking);
}

#[test]
fn row_14_the_earlier_of_request_and_decision_is_the_start() {
    let reoffer = json!({"dnaDecision": "REOFFER", "decidedAt": "2026-02-11"});
    let told = nullified().on("2026-02-14", "patientRebookRequested", json!({})).on(
        "2026-02-16",
        "dnaClinicalDecisionMade",
        reoffer,
    );
    clock_of(told).periods(&["2026-01-05 to 2026-02-10 33 nullified", "2026-02-11 to open"]);
}

#[test]
fn row_14_a_missed_rebooked_appointment_nullifies_only_where_policy_says_so() {
    let told = missed(
        communicated(
            nullified().on("2026-02-12", "patientRebookRequested", json!({})),
            "2026-02-13",
        ),
        "2026-03-10",
    );
    clock_of(told.clone()).last("2026-03-10 row 16 stayed 20");
    let policy = ClockSettings { rebooked_first_dna_nullifies: true, ..ClockSettings::default() };
    clock_under(&policy, told).last("2026-03-10 row 12 nullified 33");
}

#[test]
fn row_15_after_discharge_only_a_clinician_or_a_new_referral_starts_again() {
    let gone = discharged(nullified(), true);
    clock_of(gone.clone()).last("2026-02-17 row 15 stayed").is(ClockState::Nullified);
    clock_of(gone.clone().on("2026-03-01", "patientRebookRequested", json!({})))
        .last("2026-03-01 row 14 rejected DischargedAfterDna")
        .is(ClockState::Nullified);
    clock_of(gone.clone().on(
        "2026-03-01",
        "dnaClinicalDecisionMade",
        json!({"dnaDecision": "REOFFER"}),
    ))
    .last("2026-03-01 row 14 restarted");
    clock_of(gone.on("2026-03-01", "referralReceived", json!({"route": "OTHER"})))
        .last("2026-03-01 row 37 restarted");
}

#[test]
fn row_16_missing_a_later_appointment_leaves_the_clock_alone() {
    clock_of(missed(
        communicated(referred(), "2026-01-08").on("2026-01-20", "outpatientAttended", json!({})),
        "2026-02-10",
    ))
    .last("2026-02-10 row 16 stayed 20")
    .periods(&["2026-01-05 to open"]);
}

#[test]
fn row_16_an_attendance_for_another_period_does_not_make_this_one_later() {
    let other = json!({"forThisPeriod": false});
    let told = communicated(referred(), "2026-01-08").on("2026-01-20", "outpatientAttended", other);
    clock_of(missed(told, "2026-02-10")).is(ClockState::Nullified);
}

#[test]
fn row_16_after_a_transfer_or_an_interface_service_the_next_appointment_is_not_the_first() {
    let moved = referred()
        .on("2026-01-10", "careTransferredOut", json!({"responsibilityTransferred": true}))
        .on("2026-01-12", "transferReceived", json!({"clockStart": "2026-01-05"}));
    let interface = story().on("2026-01-05", "referralReceived", json!({"route": "INTERFACE"}));
    for told in [moved, interface] {
        clock_of(missed(communicated(told, "2026-01-15"), "2026-02-10"))
            .last("2026-02-10 row 16 stayed 20");
    }
}

#[test]
fn row_16_arriving_too_late_nullifies_only_where_policy_says_so() {
    let late = json!({"appointmentId": "A1", "appointmentDate": "2026-02-10", "attendanceCode": "ARRIVED_LATE_NOT_SEEN"});
    let told = communicated(referred(), "2026-01-08").on("2026-02-10", "dnaRecorded", late);
    clock_of(told.clone()).last("2026-02-10 row 16 stayed 20");
    let policy = ClockSettings { arrived_late_nullifies: true, ..ClockSettings::default() };
    clock_under(&policy, told).last("2026-02-10 row 12 nullified 33");
}
