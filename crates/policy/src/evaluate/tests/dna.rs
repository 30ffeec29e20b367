//! SEL 2.4: the orders in which slot, call and entry can lie.

use pathway::clock::ClockPolicy;
use testkit::json;

use super::{Reworded, Story, at, only, referred};
use crate::{Obligation, Outcome, Packs, State, evaluate};

const START: &str = "2026-01-20T10:00:00Z";

fn booked() -> Story {
    referred("2026-01-05").on(
        "2026-01-06T09:00:00Z",
        "appointmentBooked",
        json!({"appointmentId": "A1", "startsAt": START, "provider": "RJ1"}),
    )
}

fn call(story: Story, when: &str, fields: serde_json::Value) -> Story {
    let mut call =
        json!({"appointmentId": "A1", "byRole": "CLINICIAN", "callOutcome": "NO_ANSWER"});
    for (name, value) in fields.as_object().unwrap() {
        call[name] = value.clone();
    }
    story.on(when, "dnaCallAttempted", call)
}

fn missed() -> serde_json::Value {
    json!({"appointmentId": "A1", "appointmentDate": "2026-01-20", "attendanceCode": "DID_NOT_ATTEND", "provider": "RJ1"})
}

/// The DNA happened at the slot, as many systems write it, and was entered at `entered`.
fn dna(story: Story, entered: &str) -> Story {
    story.entered(START, entered, "dnaRecorded", missed())
}

fn verdict(story: &Story) -> (State, Obligation) {
    let found = only(story, "SEL-2.4");
    (found.state(at("2026-03-01T00:00:00Z")), found)
}

#[test]
fn a_call_between_start_and_entry_keeps_the_rule_although_the_dna_bears_the_time_of_the_slot() {
    let story = dna(call(booked(), "2026-01-20T10:15:00Z", json!({})), "2026-01-20T10:30:00Z");
    let (state, found) = verdict(&story);
    assert_eq!(state, State::Met);
    assert_eq!(found.evidence, [Story::event(3)]);
    assert_eq!(found.accountable.unwrap().as_str(), "RJ1");
}

#[test]
fn a_call_after_the_entry_is_a_breach_although_we_received_both_later() {
    let story = dna(call(booked(), "2026-01-20T10:45:00Z", json!({})), "2026-01-20T10:30:00Z");
    let (state, found) = verdict(&story);
    assert_eq!(state, State::Breached);
    assert_eq!(found.evidence, [Story::event(3)], "the late call is shown");
}

#[test]
fn a_source_that_does_not_say_when_it_was_told_leaves_it_unknown() {
    let story =
        call(booked(), "2026-01-20T10:15:00Z", json!({})).on(START, "dnaRecorded", missed());
    let (state, found) = verdict(&story);
    assert_eq!(state, State::Unknown);
    assert!(
        matches!(found.outcome, Outcome::Unknown { missing, .. } if missing == ["enteredInSourceAt"])
    );
}

#[test]
fn a_dna_without_any_call_is_a_breach_at_once() {
    let (state, found) = verdict(&dna(booked(), "2026-01-20T10:30:00Z"));
    assert_eq!(state, State::Breached);
    assert_eq!(found.state(at("2026-01-20T10:30:00Z")), State::Breached);
    assert_eq!(found.state(at("2026-01-20T10:29:59Z")), State::Pending);
}

#[test]
fn the_borders_are_the_start_itself_and_just_before_the_entry() {
    let entered = "2026-01-20T10:30:00Z";
    for (when, expected) in [
        ("2026-01-20T09:59:59Z", State::Breached),
        ("2026-01-20T10:00:00Z", State::Met),
        ("2026-01-20T10:29:59Z", State::Met),
        ("2026-01-20T10:30:00Z", State::Breached),
    ] {
        assert_eq!(verdict(&dna(call(booked(), when, json!({})), entered)).0, expected, "{when}");
    }
}

#[test]
fn a_moved_appointment_is_judged_by_its_new_start() {
    let moved = booked().on(
        "2026-01-15T09:00:00Z",
        "appointmentRescheduled",
        json!({"appointmentId": "A1", "startsAt": "2026-01-20T14:00:00Z"}),
    );
    let story = dna(call(moved, "2026-01-20T10:15:00Z", json!({})), "2026-01-20T14:30:00Z");
    assert_eq!(verdict(&story).0, State::Breached);
}

#[test]
fn a_call_known_only_to_the_day_could_lie_either_side() {
    let (state, found) =
        verdict(&dna(call(booked(), "2026-01-20", json!({})), "2026-01-20T10:30:00Z"));
    assert_eq!(state, State::Unknown);
    assert!(
        matches!(found.outcome, Outcome::Unknown { missing, .. } if missing == ["time of day of DnaCallAttempted"])
    );
}

#[test]
fn a_dna_before_its_booking_is_known_is_unknown_and_heals_when_the_booking_arrives() {
    let unbooked = call(referred("2026-01-05"), "2026-01-20T10:15:00Z", json!({}));
    let story = dna(unbooked, "2026-01-20T10:30:00Z");
    assert_eq!(verdict(&story).0, State::Unknown);
    let healed = story.on(
        "2026-01-06T09:00:00Z",
        "appointmentBooked",
        json!({"appointmentId": "A1", "startsAt": START}),
    );
    assert_eq!(verdict(&healed).0, State::Met);
}

#[test]
fn no_number_held_is_excused_and_shown_apart() {
    let story = call(booked(), "2026-01-20T10:15:00Z", json!({"callOutcome": "NO_NUMBER_HELD"}));
    let (state, found) = verdict(&dna(story, "2026-01-20T10:30:00Z"));
    assert_eq!(state, State::Excused);
    assert!(matches!(found.outcome, Outcome::Excused { reason, .. } if reason == "NO_NUMBER_HELD"));
}

#[test]
fn a_call_by_the_front_desk_counts_only_where_the_pack_delegates_it() {
    let story = call(booked(), "2026-01-20T10:15:00Z", json!({"byRole": "RECEPTIONIST"}));
    let story = dna(story, "2026-01-20T10:30:00Z");
    assert_eq!(verdict(&story).0, State::Breached);
    let delegated = |text: &str| text.replace("\ndelegated = false", "\ndelegated = true");
    let packs = Reworded::packs(&[Reworded::sel("sel", delegated)]);
    let found = evaluate(&story.history(), &packs, &ClockPolicy::default());
    let found = found.iter().find(|one| one.rule.as_str() == "SEL-2.4").unwrap();
    assert_eq!(found.state(at("2026-03-01T00:00:00Z")), State::Met);
}

#[test]
fn a_text_message_is_no_call() {
    let story = call(booked(), "2026-01-20T10:15:00Z", json!({"channel": "TEXT_MESSAGE"}));
    assert_eq!(verdict(&dna(story, "2026-01-20T10:30:00Z")).0, State::Breached);
}

#[test]
fn a_call_about_another_appointment_does_not_count() {
    let story = call(booked(), "2026-01-20T10:15:00Z", json!({"appointmentId": "A2"}));
    assert_eq!(verdict(&dna(story, "2026-01-20T10:30:00Z")).0, State::Breached);
}

#[test]
fn a_patient_who_came_too_late_to_be_seen_was_there() {
    let mut late = missed();
    late["attendanceCode"] = json!("ARRIVED_LATE_NOT_SEEN");
    let story = booked().entered(START, "2026-01-20T10:30:00Z", "dnaRecorded", late);
    assert_eq!(verdict(&story).0, State::NotApplicable);
}

#[test]
fn a_dna_entered_in_error_leaves_no_obligation() {
    let story = dna(booked(), "2026-01-20T10:30:00Z").on(
        "2026-01-21",
        "stepEnteredInError",
        json!({"eventId": Story::event(3)}),
    );
    let all = evaluate(&story.history(), &Packs::shipped(), &ClockPolicy::default());
    assert!(all.iter().all(|one| one.rule.as_str() != "SEL-2.4"));
}
