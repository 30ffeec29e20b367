//! Rows 19 to 28, 53, 54 and 57: care, treatment and its refusal.

use testkit::{Story, json, story};

use super::language::{clock_of, referred};
use crate::clock::ClockState;

fn admitted(story: Story, on: &str, id: &str, intent: &str) -> Story {
    story.on(on, "patientAdmitted", json!({"admissionId": id, "admissionIntent": intent}))
}

fn for_treatment(on: &str) -> Story {
    admitted(referred(), on, "S1", "FIRST_DEFINITIVE_TREATMENT")
}

#[test]
fn row_19_being_seen_leaves_the_clock_ticking() {
    let told = referred()
        .on("2026-01-20", "outpatientAttended", json!({}))
        .on(
            "2026-01-20",
            "appointmentOutcomeRecorded",
            json!({"attendanceOutcome": "ANOTHER_APPOINTMENT_GIVEN"}),
        )
        .on("2026-02-20", "outpatientAttended", json!({}));
    clock_of(told)
        .expect(&[
            "2026-01-05 row 1 started",
            "2026-01-20 row 19 stayed 10",
            "2026-01-20 row 19 stayed 20",
            "2026-02-20 row 19 stayed 20",
        ])
        .is(ClockState::Ticking);
}

#[test]
fn row_20_treatment_in_outpatients_stops_the_clock_on_the_day() {
    for setting in ["OUTPATIENT", "INTERFACE", "THERAPY"] {
        clock_of(referred().on(
            "2026-03-01",
            "treatmentStarted",
            json!({"firstDefinitive": true, "treatmentSetting": setting}),
        ))
        .last("2026-03-01 row 20 stopped 30")
        .periods(&["2026-01-05 to 2026-03-01 30"])
        .is(ClockState::Treated);
    }
}

#[test]
fn row_20_treatment_that_is_not_definitive_leaves_the_clock_ticking() {
    clock_of(referred().on("2026-03-01", "treatmentStarted", json!({"firstDefinitive": false})))
        .is(ClockState::Ticking);
}

#[test]
fn row_20_treatment_on_the_day_of_the_start_is_a_wait_of_no_days() {
    let told = referred().on(
        "2026-01-05",
        "treatmentStarted",
        json!({"firstDefinitive": true, "treatmentSetting": "OUTPATIENT"}),
    );
    clock_of(told).periods(&["2026-01-05 to 2026-01-05 30"]);
}

#[test]
fn row_21_an_admission_for_treatment_stops_provisionally_and_treatment_confirms() {
    clock_of(for_treatment("2026-02-01"))
        .last("2026-02-01 row 21 stopped 30")
        .periods(&["2026-01-05 to 2026-02-01 30 admitted provisional"])
        .is(ClockState::Treated);
    let fields =
        json!({"firstDefinitive": true, "treatmentSetting": "ADMITTED", "admissionId": "S1"});
    clock_of(for_treatment("2026-02-01").on("2026-02-03", "treatmentStarted", fields))
        .last("2026-02-03 row 21 stayed 30")
        .periods(&["2026-01-05 to 2026-02-01 30 admitted"]);
}

#[test]
fn row_22_a_cancelled_operation_takes_the_stop_back_and_the_second_admission_stops() {
    let late = for_treatment("2026-02-01").on(
        "2026-02-02",
        "procedureNotCarriedOut",
        json!({"admissionId": "S1", "stillNeeded": true}),
    );
    clock_of(late.clone()).periods(&["2026-01-05 to open"]).is(ClockState::Ticking);
    clock_of(admitted(late, "2026-02-05", "S2", "FIRST_DEFINITIVE_TREATMENT"))
        .periods(&["2026-01-05 to 2026-02-05 30 admitted provisional"]);
}

#[test]
fn row_22_names_the_move_a_retraction() {
    let told = for_treatment("2026-02-01").on(
        "2026-02-02",
        "procedureNotCarriedOut",
        json!({"admissionId": "S1", "stillNeeded": true}),
    );
    clock_of(told).last("2026-02-02 row 22 retracted 20");
}

#[test]
fn row_22_a_procedure_of_another_admission_takes_nothing_back() {
    let told = for_treatment("2026-02-01").on(
        "2026-02-02",
        "procedureNotCarriedOut",
        json!({"admissionId": "S9", "stillNeeded": true}),
    );
    clock_of(told).last("2026-02-02 row 62 stayed").is(ClockState::Treated);
}

#[test]
fn row_23_found_unsuitable_stops_without_admission_when_the_patient_is_told() {
    let decided = json!({"decidedAt": "2026-02-02", "communicatedAt": "2026-02-06"});
    let abandoned = json!({"admissionId": "S1", "stillNeeded": false});
    let told = for_treatment("2026-02-01")
        .on("2026-02-02", "procedureNotCarriedOut", abandoned)
        .on("2026-02-02", "decisionNotToTreat", decided.clone());
    clock_of(told)
        .expect(&[
            "2026-01-05 row 1 started",
            "2026-02-01 row 21 stopped 30",
            "2026-02-02 row 23 retracted 20",
            "2026-02-06 row 23 stopped 34",
        ])
        .periods(&["2026-01-05 to 2026-02-06 34"])
        .is(ClockState::Stopped);
    clock_of(for_treatment("2026-02-01").on("2026-02-02", "decisionNotToTreat", decided))
        .last("2026-02-06 row 23 stopped 34")
        .periods(&["2026-01-05 to 2026-02-06 34"]);
}

#[test]
fn row_24_an_admission_for_something_else_does_not_stop_the_clock() {
    for intent in ["DIAGNOSTIC", "PRE_OPERATIVE", "PRE_TREATMENT"] {
        clock_of(admitted(referred(), "2026-02-01", "S1", intent))
            .last("2026-02-01 row 24 stayed 20")
            .is(ClockState::Ticking);
    }
}

#[test]
fn row_25_treatment_in_a_diagnostic_admission_stops_on_the_day_of_admission() {
    let fields =
        json!({"firstDefinitive": true, "treatmentSetting": "ADMITTED", "admissionId": "S1"});
    clock_of(admitted(referred(), "2026-02-01", "S1", "DIAGNOSTIC").on(
        "2026-02-02",
        "treatmentStarted",
        fields.clone(),
    ))
    .last("2026-02-02 row 25 stopped 30")
    .periods(&["2026-01-05 to 2026-02-01 30 admitted"]);
    clock_of(referred().on("2026-02-02", "treatmentStarted", fields))
        .periods(&["2026-01-05 to 2026-02-02 30 admitted"]);
}

#[test]
fn row_25_an_admission_before_the_start_gives_no_negative_wait() {
    let fields =
        json!({"firstDefinitive": true, "treatmentSetting": "ADMITTED", "admissionId": "S1"});
    let told = admitted(story(), "2026-01-03", "S1", "EMERGENCY")
        .on("2026-01-05", "referralReceived", json!({"route": "OTHER"}))
        .on("2026-01-07", "treatmentStarted", fields);
    clock_of(told).periods(&["2026-01-05 to 2026-01-07 30 admitted"]);
}

#[test]
fn row_26_a_matched_transplant_list_stops_when_told_and_an_unmatched_does_not() {
    clock_of(referred().on(
        "2026-02-01",
        "addedToTransplantList",
        json!({"matched": true, "communicatedAt": "2026-02-04"}),
    ))
    .last("2026-02-04 row 26 stopped 34")
    .is(ClockState::Stopped);
    clock_of(referred().on(
        "2026-02-01",
        "addedToTransplantList",
        json!({"matched": false, "communicatedAt": "2026-02-04"}),
    ))
    .last("2026-02-04 row 26 stayed 20")
    .is(ClockState::Ticking);
}

#[test]
fn row_27_a_decision_not_to_treat_stops_on_the_day_the_patient_is_told() {
    clock_of(referred().on(
        "2026-02-01",
        "decisionNotToTreat",
        json!({"communicatedAt": "2026-02-09"}),
    ))
    .last("2026-02-09 row 27 stopped 34")
    .periods(&["2026-01-05 to 2026-02-09 34"]);
}

#[test]
fn row_27_treatment_before_the_patient_is_told_is_what_stops_the_clock() {
    let told = referred()
        .on("2026-02-01", "decisionNotToTreat", json!({"communicatedAt": "2026-02-20"}))
        .on(
            "2026-02-10",
            "treatmentStarted",
            json!({"firstDefinitive": true, "treatmentSetting": "OUTPATIENT"}),
        );
    clock_of(told)
        .expect(&[
            "2026-01-05 row 1 started",
            "2026-02-10 row 20 stopped 30",
            "2026-02-20 row 61 rejected NoOpenPeriod",
        ])
        .periods(&["2026-01-05 to 2026-02-10 30"]);
}

#[test]
fn row_28_declining_all_treatment_stops_on_the_day_the_provider_is_told() {
    clock_of(referred().on(
        "2026-02-03",
        "treatmentDeclined",
        json!({"allTreatment": true, "communicatedAt": "2026-02-01"}),
    ))
    .last("2026-02-01 row 28 stopped 35")
    .is(ClockState::Stopped);
}

#[test]
fn row_53_a_decision_the_patient_has_not_been_told_of_leaves_the_clock_ticking() {
    let untold = "2026-02-01 row 53 rejected PatientNotToldYet 20";
    clock_of(referred().on("2026-02-01", "decisionNotToTreat", json!({})))
        .last(untold)
        .is(ClockState::Ticking);
    clock_of(referred().on("2026-02-01", "addedToTransplantList", json!({"matched": true})))
        .last(untold);
    clock_of(referred().on(
        "2026-02-01",
        "returnToPrimaryCareCommunicated",
        json!({"noTreatmentNeeded": true}),
    ))
    .last(untold);
    clock_of(for_treatment("2026-01-20").on("2026-02-01", "decisionNotToTreat", json!({})))
        .last(untold)
        .is(ClockState::Treated);
}

#[test]
fn row_54_declining_one_offer_of_treatment_leaves_the_clock_ticking() {
    clock_of(referred().on("2026-02-01", "treatmentDeclined", json!({"allTreatment": false})))
        .last("2026-02-01 row 54 stayed 20")
        .is(ClockState::Ticking);
}

#[test]
fn row_57_an_emergency_or_unrelated_admission_leaves_the_clock_alone() {
    clock_of(admitted(referred(), "2026-02-01", "S1", "EMERGENCY"))
        .last("2026-02-01 row 57 stayed 98")
        .is(ClockState::Ticking);
    let other = json!({"admissionIntent": "FIRST_DEFINITIVE_TREATMENT", "forThisPeriod": false});
    clock_of(referred().on("2026-02-01", "patientAdmitted", other))
        .last("2026-02-01 row 57 stayed 98")
        .is(ClockState::Ticking);
}

#[test]
fn row_22_an_operation_cancelled_on_the_day_of_admission_takes_the_stop_back() {
    let not_done = json!({"admissionId": "S1", "stillNeeded": true});
    for when in ["2026-02-01", "2026-02-01T10:00:00Z"] {
        clock_of(for_treatment("2026-02-01").on(when, "procedureNotCarriedOut", not_done.clone()))
            .expect(&[
                "2026-01-05 row 1 started",
                "2026-02-01 row 21 stopped 30",
                "2026-02-01 row 22 retracted 20",
            ])
            .periods(&["2026-01-05 to open"]);
    }
}

#[test]
fn row_21_treatment_on_the_day_of_admission_confirms_it() {
    let fields =
        json!({"firstDefinitive": true, "treatmentSetting": "ADMITTED", "admissionId": "S1"});
    clock_of(for_treatment("2026-02-01").on("2026-02-01", "treatmentStarted", fields))
        .last("2026-02-01 row 21 stayed 30")
        .periods(&["2026-01-05 to 2026-02-01 30 admitted"]);
}

#[test]
fn a_referral_recorded_later_still_comes_before_what_followed_on_the_day_of_its_receipt() {
    let told = story()
        .on("2026-01-07", "referralReceived", json!({"route": "OTHER", "receivedAt": "2026-01-05"}))
        .on("2026-01-05T09:00:00Z", "outpatientAttended", json!({}));
    clock_of(told).expect(&["2026-01-05 row 1 started", "2026-01-05 row 19 stayed 10"]);
}
