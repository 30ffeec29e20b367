//! SEL 6.2 and 6.3: what a waiting patient has heard.

use pathway::clock::{ClockPolicy, ClockSettings};
use testkit::json;

use super::{Story, at, of_rule, only, referred, state};
use crate::{Packs, State, Uncovered, evaluate};

const LATER: &str = "2026-06-01T00:00:00Z";

fn told(story: Story, on: &str, fields: serde_json::Value) -> Story {
    story.on(on, "patientInformed", fields)
}

fn both() -> serde_json::Value {
    json!({"generalContact": "C1", "deteriorationContact": "C2"})
}

fn day(raw: &str) -> chrono::NaiveDate {
    raw.parse().unwrap()
}

#[test]
fn a_booking_the_patient_has_not_heard_of_does_not_count() {
    let silent = referred("2026-01-05").on(
        "2026-01-06",
        "appointmentBooked",
        json!({"appointmentId": "A1"}),
    );
    assert_eq!(state(&silent, "SEL-6.2", LATER), State::Breached);
    let heard = silent.on("2026-01-09", "appointmentCommunicated", json!({"appointmentId": "A1"}));
    assert_eq!(state(&heard, "SEL-6.2", LATER), State::Met);
}

#[test]
fn an_agreed_booking_an_offer_or_a_told_wait_counts() {
    for (name, fields) in [
        (
            "appointmentBooked",
            json!({"agreedWithPatient": true, "startsAt": "2026-02-05T09:00:00Z"}),
        ),
        ("appointmentOffered", json!({"offeredDate": "2026-02-05"})),
        ("patientInformed", json!({"content": ["WAIT_ESTIMATE"]})),
        ("patientInformed", json!({"waitEstimateWeeks": 14})),
        ("patientInformed", json!({"expectedBy": "2026-05-01"})),
    ] {
        let story = referred("2026-01-05").on("2026-01-09", name, fields.clone());
        assert_eq!(state(&story, "SEL-6.2", LATER), State::Met, "{name} {fields}");
    }
}

#[test]
fn an_expected_time_that_nobody_told_the_patient_does_not_count() {
    let story = referred("2026-01-05").on("2026-01-09", "expectedTimeframeSet", json!({}));
    assert_eq!(state(&story, "SEL-6.2", LATER), State::Breached);
    let other = told(referred("2026-01-05"), "2026-01-09", json!({"content": ["GENERAL_CONTACT"]}));
    assert_eq!(state(&other, "SEL-6.2", LATER), State::Breached);
}

#[test]
fn the_days_to_be_in_touch_depend_on_urgency() {
    let due = |priority: serde_json::Value| {
        let story = testkit::story().on(
            "2026-01-05",
            "referralReceived",
            json!({"commissioner": "72Q", "priority": priority}),
        );
        only(&story, "SEL-6.2").due.unwrap()
    };
    assert_eq!(due(json!(null)), crate::Due::EndOf(day("2026-02-14")));
    assert_eq!(due(json!("ROUTINE")), crate::Due::EndOf(day("2026-02-14")));
    assert_eq!(due(json!("URGENT")), crate::Due::EndOf(day("2026-01-15")));
    assert_eq!(due(json!("URGENT_SUSPECTED_CANCER")), crate::Due::EndOf(day("2026-01-10")));
}

#[test]
fn a_booking_through_e_rs_a_moment_before_receipt_counts() {
    let story = referred("2026-01-05T10:00:00Z").on(
        "2026-01-05T09:59:00Z",
        "appointmentBooked",
        json!({"agreedWithPatient": true, "startsAt": "2026-02-05T09:00:00Z"}),
    );
    assert_eq!(state(&story, "SEL-6.2", LATER), State::Met);
}

#[test]
fn a_referral_declined_before_anything_was_due_is_not_applicable_and_after_it_a_breach() {
    let soon = referred("2026-01-05").on("2026-01-20", "referralDeclined", json!({}));
    assert_eq!(state(&soon, "SEL-6.2", LATER), State::NotApplicable);
    assert_eq!(state(&soon, "SEL-6.2", "2026-01-19T12:00:00Z"), State::Pending);
    let overdue = referred("2026-01-05").on("2026-02-16", "referralDeclined", json!({}));
    assert_eq!(state(&overdue, "SEL-6.2", LATER), State::Breached);
}

#[test]
fn a_linked_booking_reference_opens_nothing_new_and_a_re_referral_does() {
    let again = |relation: &str| {
        referred("2026-01-05").on(
            "2026-02-05",
            "referralReceived",
            json!({"commissioner": "72Q", "referralRelation": relation}),
        )
    };
    assert_eq!(of_rule(&again("SAME_PERIOD"), "SEL-6.2").len(), 1);
    assert_eq!(of_rule(&again("RE_REFERRAL"), "SEL-6.2").len(), 2);
}

#[test]
fn both_contacts_on_the_day_of_receipt_keep_6_3() {
    let story = told(referred("2026-01-05"), "2026-01-05", both());
    assert_eq!(state(&story, "SEL-6.3", LATER), State::Met);
    assert_eq!(only(&story, "SEL-6.3").uncovered, None);
}

#[test]
fn one_contact_is_half_a_promise() {
    let story = told(referred("2026-01-05"), "2026-01-05", json!({"generalContact": "C1"}));
    assert_eq!(state(&story, "SEL-6.3", "2026-01-06T00:00:00Z"), State::Breached);
    let found = only(&story, "SEL-6.3").uncovered.unwrap();
    assert_eq!(found, Uncovered { from: day("2026-01-05"), to: None });
    assert_eq!(found.days(day("2026-01-14")), 10);
}

#[test]
fn contacts_told_apart_stand_from_the_day_of_the_second() {
    let story = told(referred("2026-01-05"), "2026-01-05", json!({"generalContact": "C1"}));
    let story = told(story, "2026-01-08", json!({"content": ["DETERIORATION_CONTACT"]}));
    let found = only(&story, "SEL-6.3");
    assert_eq!(found.state(at(LATER)), State::MetLate);
    let weeks_before = Uncovered { from: day("2026-01-05"), to: Some(day("2026-01-07")) };
    assert_eq!(found.uncovered, Some(weeks_before));
    assert_eq!(weeks_before.days(day("2026-06-01")), 3);
    assert_eq!(found.evidence.len(), 2);
}

#[test]
fn a_contact_told_a_minute_before_the_appointment_does_not_repair_the_weeks_before() {
    let story = told(referred("2026-01-05"), "2026-02-16T09:59:00Z", both()).on(
        "2026-02-16T10:00:00Z",
        "outpatientAttended",
        json!({"appointmentId": "A1"}),
    );
    let found = only(&story, "SEL-6.3");
    assert_eq!(found.state(at(LATER)), State::MetLate);
    assert_eq!(found.state(at("2026-02-01T00:00:00Z")), State::Breached);
    assert_eq!(found.uncovered.unwrap().days(day("2026-06-01")), 42);
}

#[test]
fn a_contact_told_after_the_first_attendance_comes_too_late() {
    let story = referred("2026-01-05").on(
        "2026-02-16",
        "outpatientAttended",
        json!({"appointmentId": "A1"}),
    );
    let found = only(&told(story, "2026-02-20", both()), "SEL-6.3");
    assert_eq!(found.state(at(LATER)), State::Breached);
    assert_eq!(found.uncovered.unwrap().to, Some(day("2026-02-15")));
}

#[test]
fn a_transfer_ends_both_promises_until_it_is_rejected() {
    let passed = referred("2026-01-05").on(
        "2026-01-05T12:00:00Z",
        "careTransferredOut",
        json!({"provider": "RJ1", "toProvider": "RJ2", "responsibilityTransferred": true}),
    );
    let rejected = passed.clone().on("2026-01-12", "transferRejected", json!({"provider": "RJ2"}));
    let received = passed.clone().on("2026-01-12", "transferReceived", json!({"provider": "RJ2"}));
    for rule in ["SEL-6.2", "SEL-6.3"] {
        assert_eq!(state(&passed, rule, LATER), State::NotApplicable, "{rule}");
        assert_eq!(state(&rejected, rule, LATER), State::Breached, "{rule}");
        assert_eq!(state(&received, rule, LATER), State::NotApplicable, "{rule}");
    }
    assert_eq!(state(&told(rejected, "2026-01-14", both()), "SEL-6.3", LATER), State::MetLate);
}

#[test]
fn a_death_ends_both_promises() {
    let died = referred("2026-01-05").on("2026-01-05T12:00:00Z", "patientDied", json!({}));
    for rule in ["SEL-6.2", "SEL-6.3"] {
        assert_eq!(state(&died, rule, LATER), State::NotApplicable, "{rule}");
    }
}

/// The first appointment, of which the patient was told, was missed on 10 February.
fn missed(story: Story) -> Story {
    miss(story.on("2026-01-20", "appointmentCommunicated", json!({"appointmentId": "A1"})))
}

/// The same, and nothing shows that the patient was told.
fn miss(story: Story) -> Story {
    let (appointment, date) = ("A1", "2026-02-10");
    let fields = json!({"appointmentId": appointment, "appointmentDate": date, "attendanceCode": "DID_NOT_ATTEND"});
    story.on(date, "dnaRecorded", fields)
}

fn asked_again(story: Story) -> Story {
    story.on("2026-02-20", "patientRebookRequested", json!({}))
}

#[test]
fn a_nullified_period_ends_the_promise_on_the_day_of_the_miss() {
    let found = only(&missed(referred("2026-01-05")), "SEL-6.3");
    let while_waiting = Uncovered { from: day("2026-01-05"), to: Some(day("2026-02-09")) };
    assert_eq!(found.uncovered, Some(while_waiting));
    assert_eq!(found.evidence, [Story::event(3)]);
    let late = told(missed(referred("2026-01-05")), "2026-02-12", both());
    assert_eq!(only(&late, "SEL-6.3"), found, "nobody waits who could be told");
}

#[test]
fn a_promise_that_was_not_due_when_the_period_was_nullified_does_not_apply() {
    let same_day = missed(referred("2026-02-10"));
    assert_eq!(state(&same_day, "SEL-6.3", LATER), State::NotApplicable);
}

#[test]
fn a_rebooking_after_a_nullified_period_makes_both_promises_anew() {
    let story = asked_again(missed(referred("2026-01-05")));
    for rule in ["SEL-6.2", "SEL-6.3"] {
        let found = of_rule(&story, rule);
        assert_eq!(found.len(), 2, "{rule}");
        assert_eq!(found[1].trigger, Story::event(4), "{rule}");
    }
    let anew = of_rule(&story, "SEL-6.2").remove(1);
    assert_eq!(anew.state(at("2026-03-01T00:00:00Z")), State::Pending);
    assert_eq!(anew.state(at(LATER)), State::Breached);
    let offered =
        story.clone().on("2026-03-02", "appointmentOffered", json!({"offeredDate": "2026-03-20"}));
    let found = of_rule(&offered, "SEL-6.2");
    assert_eq!(found[1].state(at(LATER)), State::Met);
    let heard = told(story, "2026-02-20", both());
    assert_eq!(of_rule(&heard, "SEL-6.3")[1].state(at(LATER)), State::Met);
}

#[test]
fn a_contact_told_before_the_miss_still_stands_after_the_rebooking() {
    let story = told(referred("2026-01-05"), "2026-01-05", both());
    let found = of_rule(&asked_again(missed(story)), "SEL-6.3");
    assert_eq!(found[0].state(at(LATER)), State::Met);
    assert_eq!(found[1].state(at(LATER)), State::Met);
    assert_eq!(found[1].uncovered, None);
}

#[test]
fn a_clinicians_offer_of_another_appointment_makes_the_promise_anew_and_a_discharge_does_not() {
    let decided = |decision: &str| {
        missed(referred("2026-01-05")).on(
            "2026-02-15",
            "dnaClinicalDecisionMade",
            json!({"dnaDecision": decision, "decidedAt": "2026-02-15"}),
        )
    };
    assert_eq!(of_rule(&decided("REOFFER"), "SEL-6.3").len(), 2);
    assert_eq!(of_rule(&decided("DISCHARGE"), "SEL-6.3").len(), 1);
}

#[test]
fn a_miss_that_nullifies_nothing_ends_no_promise() {
    let found = only(&asked_again(miss(referred("2026-01-05"))), "SEL-6.3");
    assert_eq!(found.uncovered.unwrap().to, None);
}

#[test]
fn whether_a_late_arrival_ends_the_promise_is_for_the_settings_of_the_clock() {
    let late = json!({"appointmentId": "A1", "appointmentDate": "2026-02-10",
        "attendanceCode": "ARRIVED_LATE_NOT_SEEN"});
    let story = referred("2026-01-05")
        .on("2026-01-20", "appointmentCommunicated", json!({"appointmentId": "A1"}))
        .on("2026-02-10", "dnaRecorded", late);
    let ends = |arrived_late_nullifies| {
        let settings = ClockSettings { arrived_late_nullifies, ..ClockSettings::default() };
        let clock = ClockPolicy::always(settings);
        let all = evaluate(&story.history(), &Packs::shipped(), &clock);
        let found = all.into_iter().find(|one| one.rule.as_str() == "SEL-6.3").unwrap();
        found.uncovered.unwrap().to
    };
    assert_eq!((ends(false), ends(true)), (None, Some(day("2026-02-09"))));
}
