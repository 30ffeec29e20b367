//! Starts, stops and resets of the tests of the diagnostics return, and the border of six weeks.

use testkit::{Story, json, story};

use crate::language::{asked_for, booked, cancelled, missed, test, tests_of};

fn done(story: Story, on: &str, id: &str) -> Story {
    story.on(on, "testPerformed", json!({"testId": id, "provider": "RJ1"}))
}

/// A test asked for on 5 January and booked for 2 February.
fn with_appointment() -> Story {
    booked(asked_for(json!({})), "2026-01-10", "A1", "2026-02-02T10:00:00Z", "TEST")
}

#[test]
fn a_test_that_waits_41_days_is_within_and_one_of_42_is_over() {
    let clocks = tests_of(asked_for(json!({})));
    clocks
        .expect(&["2026-01-05 DM01 TEST_REQUESTED STARTED"])
        .on("2026-02-15", &["DM01 from 2026-01-05: 41 days, open, within"])
        .on("2026-02-16", &["DM01 from 2026-01-05: 42 days, open, over"]);
}

#[test]
fn the_test_stops_its_clock_on_the_day_it_is_done() {
    tests_of(done(asked_for(json!({})), "2026-02-16", "T1"))
        .said("2026-02-16 DM01 TEST_PERFORMED STOPPED")
        .on("2026-06-30", &["DM01 from 2026-01-05: 42 days, stopped, over"]);
}

#[test]
fn by_e_referral_the_wait_counts_from_the_booking_or_the_slot_issues_list() {
    let converted = json!({"ubrnConvertedAt": "2026-01-09", "asiAt": "2026-01-07"});
    tests_of(asked_for(converted)).expect(&["2026-01-07 DM01 TEST_REQUESTED STARTED"]);
}

#[test]
fn a_test_outside_the_return_for_screening_or_for_an_inpatient_has_no_clock() {
    let cases = [
        (json!({"dm01": false}), "TEST_OUTSIDE_RETURN STAYED NotInTheReturn"),
        (json!({"screening": true}), "TEST_OUTSIDE_RETURN STAYED IsScreening"),
        (json!({"inpatient": true}), "TEST_OUTSIDE_RETURN STAYED IsInpatient"),
        (json!({"surveillance": true}), "SURVEILLANCE_NOT_DUE STAYED NotYetDue"),
    ];
    for (fields, why) in cases {
        let line = format!("2026-01-05 DM01 {why}");
        tests_of(asked_for(fields)).expect(&[&line]).on("2026-06-30", &[]);
    }
}

#[test]
fn a_surveillance_test_waits_from_the_day_it_was_due_once_that_has_passed() {
    let passed = json!({"dueDate": "2026-03-01", "clinicallyReady": true});
    let story = asked_for(json!({"surveillance": true}));
    let story = story.on("2026-03-04", "plannedDatePassed", passed);
    tests_of(done(story, "2026-04-11", "T1"))
        .expect(&[
            "2026-01-05 DM01 SURVEILLANCE_NOT_DUE STAYED NotYetDue",
            "2026-03-01 DM01 SURVEILLANCE_OVERDUE STARTED",
            "2026-04-11 DM01 TEST_PERFORMED STOPPED",
        ])
        .on("2026-06-30", &["DM01 from 2026-03-01: 41 days, stopped, within"]);
}

#[test]
fn the_date_of_a_planned_admission_for_treatment_starts_no_test() {
    let planned = json!({"dueDate": "2026-03-01", "plannedKind": "TREATMENT_ADMISSION"});
    let passed = json!({"dueDate": "2026-03-01", "clinicallyReady": true});
    let story = asked_for(json!({"surveillance": true}))
        .on("2026-01-06", "placedOnPlannedList", planned)
        .on("2026-03-02", "plannedDatePassed", passed);
    tests_of(story).expect(&["2026-01-05 DM01 SURVEILLANCE_NOT_DUE STAYED NotYetDue"]);
}

#[test]
fn a_test_is_counted_once_whoever_asks_for_it_again() {
    let story = asked_for(json!({})).on("2026-01-12", "testRequested", test("T1", json!({})));
    tests_of(story)
        .said("2026-01-12 DM01 TEST_COUNTED_ONCE STAYED CountedOnce")
        .on("2026-01-31", &["DM01 from 2026-01-05: 26 days, open, within"]);
}

#[test]
fn two_tests_of_one_pathway_wait_each_by_itself() {
    let ct = test("T2", json!({"dm01Test": "COMPUTED_TOMOGRAPHY"}));
    tests_of(done(asked_for(json!({})).on("2026-01-12", "testRequested", ct), "2026-01-20", "T1"))
        .on(
            "2026-01-31",
            &[
                "DM01 from 2026-01-05: 15 days, stopped, within",
                "DM01 from 2026-01-12: 19 days, open, within",
            ],
        );
}

#[test]
fn a_missed_test_appointment_starts_the_clock_again_from_its_day() {
    tests_of(missed(with_appointment(), "2026-02-02", "A1"))
        .said("2026-02-02 DM01 TEST_APPOINTMENT_MISSED RESET")
        .on("2026-02-01", &["DM01 from 2026-01-05: 27 days, open, within"])
        .on("2026-03-15", &["DM01 from 2026-02-02: 41 days, open, within"])
        .on("2026-03-16", &["DM01 from 2026-02-02: 42 days, open, over"]);
}

#[test]
fn a_test_appointment_that_the_patient_cancelled_starts_the_clock_again() {
    tests_of(cancelled(with_appointment(), "2026-01-28", "A1", "PATIENT"))
        .said("2026-01-28 DM01 TEST_CANCELLED_BY_PATIENT RESET")
        .on("2026-01-31", &["DM01 from 2026-01-28: 3 days, open, within"]);
}

#[test]
fn a_cancellation_by_the_provider_and_a_move_leave_the_clock() {
    let moved = json!({"appointmentId": "A1", "startsAt": "2026-02-09T10:00:00Z",
        "initiator": "PATIENT"});
    tests_of(with_appointment().on("2026-01-20", "appointmentRescheduled", moved))
        .said("2026-01-20 DM01 TEST_APPOINTMENT_CHANGED STAYED OnlyMoved");
    tests_of(cancelled(with_appointment(), "2026-01-28", "A1", "PROVIDER"))
        .said("2026-01-28 DM01 TEST_APPOINTMENT_CHANGED STAYED ByTheProvider")
        .on("2026-01-31", &["DM01 from 2026-01-05: 26 days, open, within"]);
}

#[test]
fn a_test_may_be_missed_again_after_it_was_booked_again() {
    let story = missed(with_appointment(), "2026-02-02", "A1");
    let story = booked(story, "2026-02-03", "A2", "2026-02-20T10:00:00Z", "TEST");
    tests_of(missed(story, "2026-02-20", "A2"))
        .said("2026-02-20 DM01 TEST_APPOINTMENT_MISSED RESET")
        .on("2026-02-28", &["DM01 from 2026-02-20: 8 days, open, within"]);
}

#[test]
fn what_was_cancelled_beforehand_was_not_missed() {
    let story = cancelled(with_appointment(), "2026-02-01", "A1", "PROVIDER");
    tests_of(missed(story, "2026-02-02", "A1"))
        .said("2026-02-02 DM01 TEST_APPOINTMENT_MISSED REJECTED CancelledBeforehand");
}

#[test]
fn a_booking_is_for_the_test_that_has_none_yet() {
    let ct = test("T2", json!({"dm01Test": "COMPUTED_TOMOGRAPHY"}));
    let story = with_appointment().on("2026-01-12", "testRequested", ct);
    let story = booked(story, "2026-01-13", "A2", "2026-02-05T10:00:00Z", "TEST");
    tests_of(missed(story, "2026-02-05", "A2")).on(
        "2026-02-28",
        &[
            "DM01 from 2026-01-05: 54 days, open, over",
            "DM01 from 2026-02-05: 23 days, open, within",
        ],
    );
}

#[test]
fn with_two_tests_and_nothing_to_tell_them_apart_nothing_is_reset_and_that_is_said() {
    let ct = test("T2", json!({"dm01Test": "COMPUTED_TOMOGRAPHY"}));
    let story = asked_for(json!({})).on("2026-01-05", "testRequested", ct);
    let story = booked(story, "2026-01-13", "A2", "2026-02-05T10:00:00Z", "TEST");
    tests_of(missed(story, "2026-02-05", "A2"))
        .said("2026-02-05 DM01 TEST_APPOINTMENT_MISSED REJECTED WhichTest")
        .on(
            "2026-02-28",
            &[
                "DM01 from 2026-01-05: 54 days, open, over",
                "DM01 from 2026-01-05: 54 days, open, over",
            ],
        );
}

#[test]
fn an_outpatient_appointment_that_is_missed_resets_no_test() {
    let story =
        booked(asked_for(json!({})), "2026-01-10", "A1", "2026-02-02T10:00:00Z", "APPOINTMENT");
    tests_of(missed(story, "2026-02-02", "A1")).expect(&["2026-01-05 DM01 TEST_REQUESTED STARTED"]);
}

#[test]
fn a_test_nobody_asked_for_or_done_twice_is_rejected_with_its_reason() {
    tests_of(done(story(), "2026-02-01", "T9"))
        .expect(&["2026-02-01 DM01 TEST_PERFORMED REJECTED TestUnknown"]);
    let twice = done(done(asked_for(json!({})), "2026-02-01", "T1"), "2026-02-03", "T1");
    tests_of(twice).said("2026-02-03 DM01 TEST_PERFORMED REJECTED AlreadyDone");
}

#[test]
fn a_test_that_does_not_say_which_it_is_waits_all_the_same() {
    tests_of(asked_for(json!({"dm01Test": null})))
        .on("2026-01-31", &["DM01 from 2026-01-05: 26 days, open, within"]);
}

#[test]
fn a_test_whose_request_names_no_provider_is_reported_by_who_booked_it() {
    for surveillance in [false, true] {
        let fields = json!({"provider": null, "surveillance": surveillance});
        let story = booked(asked_for(fields), "2026-01-10", "A1", "2026-02-02T10:00:00Z", "TEST");
        let passed = json!({"dueDate": "2026-03-01", "clinicallyReady": true});
        let made = tests_of(story.on("2026-03-01", "plannedDatePassed", passed)).made;
        assert_eq!(made.clocks[0].provider, Some("RJ1".parse().unwrap()));
    }
}

#[test]
fn a_withdrawn_request_leaves_no_clock() {
    let withdrawn = json!({"eventId": testkit::Story::event(1).0});
    tests_of(asked_for(json!({})).on("2026-01-06", "stepEnteredInError", withdrawn))
        .on("2026-01-31", &[]);
}
