//! Missed appointments that were none, and discharges after them that the clock refuses.

use testkit::{Story, json};

use super::states::{answer, booked, missed, referred};
use crate::State;

fn moved(story: Story, when: &str) -> Story {
    let fields = json!({"appointmentId": "A1", "startsAt": "2026-03-10T09:00:00Z"});
    story.on(when, "appointmentRescheduled", fields)
}

#[track_caller]
fn is_booked_in_march(story: &Story) {
    let step = answer(story);
    let starts = step.next_appointment.map(|it| it.starts_at.to_rfc3339());
    let expected = (State::Booked, Some("2026-03-10T09:00:00+00:00".to_owned()));
    assert_eq!((step.state, starts), expected);
    assert!(!step.also_open.contains(&State::DnaUndecided));
}

#[test]
fn a_miss_of_the_old_day_does_not_hide_the_new_one() {
    is_booked_in_march(&missed(moved(booked(), "2026-02-09"), "2026-02-10"));
    is_booked_in_march(&moved(missed(booked(), "2026-02-10"), "2026-02-11"));
    let both = missed(moved(missed(booked(), "2026-02-10"), "2026-02-11"), "2026-03-10");
    assert_eq!(answer(&both).state, State::DnaUndecided);
}

#[test]
fn a_miss_of_a_cancelled_appointment_leaves_the_booking_team_or_the_other_booking() {
    let cancelled =
        booked().on("2026-02-09", "appointmentCancelled", json!({"appointmentId": "A1"}));
    assert_eq!(answer(&missed(cancelled.clone(), "2026-02-10")).state, State::AcceptedUnbooked);
    let again = json!({"appointmentId": "A2", "startsAt": "2026-03-10T09:00:00Z", "bookingKind": "APPOINTMENT", "provider": "RJ1"});
    is_booked_in_march(&missed(
        cancelled.on("2026-02-09", "appointmentBooked", again),
        "2026-02-10",
    ));
    let unknown =
        referred().on("2026-02-09", "appointmentCancelled", json!({"appointmentId": "A1"}));
    assert_eq!(answer(&missed(unknown, "2026-02-10")).state, State::AcceptedUnbooked);
    let too_late =
        booked().on("2026-02-10T09:30:00Z", "appointmentCancelled", json!({"appointmentId": "A1"}));
    assert_eq!(answer(&missed(too_late, "2026-02-10")).state, State::DnaUndecided);
}

#[test]
fn who_was_seen_did_not_miss_it_whichever_was_told_first() {
    let seen = |story: Story, at: &str| {
        let fields =
            json!({"appointmentId": "A1", "provider": "RJ1", "attendanceCode": "ATTENDED_LATE"});
        story.on(at, "outpatientAttended", fields)
    };
    for told in [
        missed(seen(booked(), "2026-02-10T10:00:00Z"), "2026-02-10"),
        seen(missed(booked(), "2026-02-10"), "2026-02-10T12:00:00Z"),
        seen(missed(missed(booked(), "2026-02-10"), "2026-02-10"), "2026-02-10T12:00:00Z"),
    ] {
        let step = answer(&told);
        assert_eq!(step.state, State::AttendedNoOutcome);
        assert!(!step.also_open.contains(&State::DnaUndecided));
    }
}

#[test]
fn who_was_seen_at_a_test_after_all_is_where_the_pathway_was_before() {
    let test = json!({"appointmentId": "A1", "startsAt": "2026-02-10T09:00:00Z", "bookingKind": "TEST", "provider": "RJ1"});
    let told = missed(referred().on("2026-01-10", "appointmentBooked", test), "2026-02-10");
    assert_eq!(answer(&told).state, State::DnaUndecided);
    let fields = json!({"appointmentId": "A1", "provider": "RJ1"});
    let seen = told.on("2026-02-10T12:00:00Z", "outpatientAttended", fields);
    assert_eq!(answer(&seen).state, State::ReceivedUntriaged);
}

#[test]
fn a_discharge_that_the_clock_refuses_is_to_be_decided_again() {
    let guards = |published: bool| json!({"clearlyCommunicated": true, "notAgainstInterest": true, "publishedPolicy": published, "policyProtectsVulnerable": true});
    let discharged = |story: &Story, guards: Option<serde_json::Value>| {
        let fields = json!({"dnaDecision": "DISCHARGE", "decidedAt": "2026-02-11", "dischargeDate": "2026-02-11", "guards": guards});
        answer(&story.clone().on("2026-02-11", "dnaClinicalDecisionMade", fields))
    };
    let told = json!({"appointmentId": "A1"});
    let untold = missed(booked(), "2026-02-10");
    let told = missed(booked().on("2026-01-11", "appointmentCommunicated", told), "2026-02-10");
    for refused in [discharged(&untold, None), discharged(&untold, Some(guards(false)))] {
        assert_eq!(refused.state, State::DnaUndecided);
        assert!(!refused.state.what_next().contains("what was decided"));
    }
    assert_eq!(discharged(&untold, Some(guards(true))).state, State::DecidedNotTold);
    assert_eq!(discharged(&told, None).state, State::DecidedNotTold);
}
