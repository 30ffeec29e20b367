//! What may move the start of a cancer clock or take days off, and what may not.

use testkit::{Story, json};

use crate::language::{
    booked, cancelled, cancer_of, decided, missed, seen, suspected, told, treated,
};

/// The first appointment was missed on 19 January.
fn first_missed() -> Story {
    let story = booked(suspected(), "2026-01-06", "A1", "2026-01-19T10:00:00Z", "APPOINTMENT");
    missed(story, "2026-01-19", "A1")
}

#[test]
fn after_a_missed_first_appointment_28_and_62_days_count_from_the_rebooking() {
    let story = first_missed().on("2026-01-23", "patientRebookRequested", json!({}));
    cancer_of(told(story, "2026-02-20", "CANCER"))
        .said("2026-01-19 CANCER_28_DAY FIRST_APPOINTMENT_MISSED STAYED AwaitsRebooking")
        .said("2026-01-23 CANCER_28_DAY FIRST_APPOINTMENT_MISSED RESET")
        .said("2026-01-23 CANCER_62_DAY FIRST_APPOINTMENT_MISSED RESET")
        .on(
            "2026-02-20",
            &[
                "CANCER_28_DAY from 2026-01-23: 28 days, stopped, within",
                "CANCER_62_DAY from 2026-01-23: 28 days, open, within",
            ],
        )
        .on(
            "2026-01-22",
            &[
                "CANCER_28_DAY from 2026-01-05: 17 days, stopped, within",
                "CANCER_62_DAY from 2026-01-05: 17 days, open, within",
            ],
        );
}

#[test]
fn a_new_booking_is_a_rebooking_and_only_the_first_one_counts() {
    let story = booked(first_missed(), "2026-01-21", "A2", "2026-02-01T10:00:00Z", "APPOINTMENT");
    let story = booked(story, "2026-01-25", "A3", "2026-02-03T10:00:00Z", "APPOINTMENT");
    let clocks = cancer_of(story).said("2026-01-21 CANCER_28_DAY FIRST_APPOINTMENT_MISSED RESET");
    assert_eq!(clocks.made.clocks[0].resets.len(), 1);
}

#[test]
fn until_the_patient_rebooks_the_start_stands() {
    cancer_of(first_missed()).on(
        "2026-02-03",
        &[
            "CANCER_28_DAY from 2026-01-05: 29 days, open, over",
            "CANCER_62_DAY from 2026-01-05: 29 days, open, within",
        ],
    );
}

#[test]
fn a_second_missed_first_appointment_resets_no_more() {
    let story = booked(first_missed(), "2026-01-21", "A2", "2026-02-02T10:00:00Z", "APPOINTMENT");
    let story = missed(story, "2026-02-02", "A2");
    cancer_of(story.on("2026-02-04", "patientRebookRequested", json!({})))
        .said("2026-02-02 CANCER_28_DAY FIRST_APPOINTMENT_MISSED STAYED ResetBefore")
        .on(
            "2026-02-04",
            &[
                "CANCER_28_DAY from 2026-01-21: 14 days, open, within",
                "CANCER_62_DAY from 2026-01-21: 14 days, open, within",
            ],
        );
}

#[test]
fn missing_a_later_appointment_resets_nothing() {
    let story = seen(suspected(), "2026-01-12", "A0");
    let story = missed(story, "2026-01-19", "A1");
    cancer_of(story.on("2026-01-23", "patientRebookRequested", json!({})))
        .said("2026-01-19 CANCER_28_DAY FIRST_APPOINTMENT_MISSED STAYED NotTheFirst")
        .said("2026-01-19 CANCER_62_DAY FIRST_APPOINTMENT_MISSED STAYED NotTheFirst")
        .on(
            "2026-01-23",
            &[
                "CANCER_28_DAY from 2026-01-05: 18 days, open, within",
                "CANCER_62_DAY from 2026-01-05: 18 days, open, within",
            ],
        );
}

#[test]
fn a_follow_up_booked_after_the_patient_came_all_the_same_is_no_rebooking() {
    let story = seen(first_missed(), "2026-01-22", "A9");
    let story = booked(story, "2026-01-22", "A2", "2026-02-02T10:00:00Z", "APPOINTMENT");
    let clocks = cancer_of(story);
    assert!(clocks.made.clocks.iter().all(|clock| clock.resets.is_empty()));
}

#[test]
fn what_was_cancelled_or_moved_before_it_began_was_not_missed() {
    let story = booked(suspected(), "2026-01-06", "A1", "2026-01-19T10:00:00Z", "APPOINTMENT");
    let off = cancelled(story.clone(), "2026-01-19T09:59:00Z", "A1", "PATIENT");
    cancer_of(missed(off, "2026-01-19", "A1"))
        .said("2026-01-19 CANCER_28_DAY FIRST_APPOINTMENT_MISSED REJECTED CancelledBeforehand");
    let moved = json!({"appointmentId": "A1", "startsAt": "2026-01-26T10:00:00Z",
        "previousStartsAt": "2026-01-19T10:00:00Z", "initiator": "PATIENT"});
    let moved = story.on("2026-01-18", "appointmentRescheduled", moved);
    cancer_of(missed(moved, "2026-01-19", "A1"))
        .said("2026-01-19 CANCER_28_DAY FIRST_APPOINTMENT_MISSED REJECTED MovedBeforehand");
}

#[test]
fn who_came_too_late_or_was_seen_after_all_did_not_miss_it() {
    let late = json!({"appointmentId": "A1", "appointmentDate": "2026-01-19",
        "attendanceCode": "7", "provider": "RJ1"});
    cancer_of(suspected().on("2026-01-19", "dnaRecorded", late))
        .said("2026-01-19 CANCER_28_DAY FIRST_APPOINTMENT_MISSED REJECTED NotAMissCode");
    cancer_of(seen(first_missed(), "2026-01-19", "A1"))
        .said("2026-01-19 CANCER_28_DAY FIRST_APPOINTMENT_MISSED REJECTED SeenAfterAll");
}

#[test]
fn cancelling_and_being_unfit_adjust_nothing() {
    let story = booked(suspected(), "2026-01-06", "A1", "2026-01-19T10:00:00Z", "APPOINTMENT");
    let story = cancelled(story, "2026-01-12", "A1", "PATIENT");
    cancer_of(story.on("2026-01-13", "patientTemporarilyUnfit", json!({})))
        .said("2026-01-12 CANCER_28_DAY NO_ADJUSTMENT STAYED NotAdjusted")
        .said("2026-01-13 CANCER_62_DAY NO_ADJUSTMENT STAYED NotAdjusted")
        .on(
            "2026-01-20",
            &[
                "CANCER_28_DAY from 2026-01-05: 15 days, open, within",
                "CANCER_62_DAY from 2026-01-05: 15 days, open, within",
            ],
        );
}

/// An offer of a date to come in on `offered`, declined.
fn declined(story: Story, id: &str, kind: &str, offered: &str, until: Option<&str>) -> Story {
    let offer = json!({"offerId": id, "offeredDate": offered, "bookingKind": kind});
    let until = json!({"offerId": id, "offerDeclineReason": "UNAVAILABLE",
        "patientUnavailableUntil": until});
    story.on("2026-02-10", "appointmentOffered", offer).on(
        "2026-02-11",
        "appointmentOfferDeclined",
        until,
    )
}

/// Told early, treatment decided on 9 February.
fn waiting() -> Story {
    decided(told(suspected(), "2026-01-20", "CANCER"), "2026-02-09", "FIRST", json!({}))
}

#[test]
fn days_from_a_declined_date_to_being_available_again_are_taken_off_31_and_62_days() {
    let story = declined(waiting(), "O1", "TO_COME_IN", "2026-02-20", Some("2026-03-02"));
    cancer_of(treated(story, "2026-03-20", "FIRST", json!({})))
        .said("2026-02-11 CANCER_31_DAY TREATMENT_OFFER_DECLINED ADJUSTED")
        .said("2026-02-11 CANCER_62_DAY TREATMENT_OFFER_DECLINED ADJUSTED")
        .on(
            "2026-06-30",
            &[
                "CANCER_28_DAY from 2026-01-05: 15 days, stopped, within",
                "CANCER_62_DAY from 2026-01-05: 64 days, stopped, over",
                "CANCER_31_DAY from 2026-02-09: 29 days, stopped, within",
            ],
        );
}

#[test]
fn days_declined_twice_over_are_taken_off_once_and_never_beyond_the_stop() {
    let story = declined(waiting(), "O1", "TO_COME_IN", "2026-02-20", Some("2026-03-02"));
    let story = declined(story, "O2", "TO_COME_IN", "2026-02-24", Some("2026-03-10"));
    // 20 February to 4 March are twelve days, all of them away.
    cancer_of(treated(story, "2026-03-04", "FIRST", json!({}))).on(
        "2026-06-30",
        &[
            "CANCER_28_DAY from 2026-01-05: 15 days, stopped, within",
            "CANCER_62_DAY from 2026-01-05: 46 days, stopped, within",
            "CANCER_31_DAY from 2026-02-09: 11 days, stopped, within",
        ],
    );
}

#[test]
fn an_offer_that_was_not_for_treatment_or_has_no_end_takes_nothing_off() {
    let offer = |kind, until| cancer_of(declined(waiting(), "O1", kind, "2026-02-20", until));
    offer("APPOINTMENT", Some("2026-03-02"))
        .said("2026-02-11 CANCER_31_DAY TREATMENT_OFFER_DECLINED STAYED NotATreatmentOffer");
    offer("TO_COME_IN", None)
        .said("2026-02-11 CANCER_31_DAY TREATMENT_OFFER_DECLINED STAYED ReturnUnknown");
    offer("TO_COME_IN", Some("2026-02-20"))
        .said("2026-02-11 CANCER_62_DAY TREATMENT_OFFER_DECLINED STAYED NothingToTakeOff");
}

#[test]
fn with_two_treatments_waited_for_nobody_can_tell_which_was_offered() {
    let drugs = json!({"cancerModality": "DRUG_THERAPY"});
    let story = decided(waiting(), "2026-02-09", "SUBSEQUENT", drugs);
    cancer_of(declined(story, "O1", "TO_COME_IN", "2026-02-20", Some("2026-03-02")))
        .said("2026-02-11 CANCER_31_DAY TREATMENT_OFFER_DECLINED REJECTED WhichTreatment")
        .said("2026-02-11 CANCER_62_DAY TREATMENT_OFFER_DECLINED ADJUSTED");
}
