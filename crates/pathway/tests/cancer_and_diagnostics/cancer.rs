//! Starts and stops of the 28, 31 and 62 days, and their last days.

use testkit::{json, story};

use crate::language::{cancer_of, decided, suspected, told, treated};

#[test]
fn a_suspected_cancer_referral_starts_the_28_and_the_62_days_on_its_receipt() {
    let received = json!({"cancerRoute": "BREAST_SYMPTOMATIC", "provider": "RJ1",
        "receivedAt": "2026-01-05"});
    cancer_of(story().on("2026-01-07", "cancerPathwayOpened", received))
        .expect(&[
            "2026-01-05 CANCER_28_DAY SUSPECTED_CANCER_REFERRAL STARTED",
            "2026-01-05 CANCER_62_DAY SUSPECTED_CANCER_REFERRAL STARTED",
        ])
        .on(
            "2026-01-05",
            &[
                "CANCER_28_DAY from 2026-01-05: 0 days, open, within",
                "CANCER_62_DAY from 2026-01-05: 0 days, open, within",
            ],
        );
}

#[test]
fn told_on_day_28_is_within_and_on_day_29_is_over() {
    for (day, days, judged) in [("2026-02-02", 28, "within"), ("2026-02-03", 29, "over")] {
        let clocks = cancer_of(told(suspected(), day, "CANCER"));
        let line = format!("CANCER_28_DAY from 2026-01-05: {days} days, stopped, {judged}");
        clocks
            .said(&format!("{day} CANCER_28_DAY PATIENT_TOLD STOPPED"))
            .on("2026-06-30", &[&line, "CANCER_62_DAY from 2026-01-05: 176 days, open, over"]);
    }
}

#[test]
fn treated_31_days_after_the_decision_is_within_and_32_is_over() {
    for (day, days, judged) in [("2026-03-04", 31, "within"), ("2026-03-05", 32, "over")] {
        let story = decided(story(), "2026-02-01", "FIRST", json!({}));
        let line = format!("CANCER_31_DAY from 2026-02-01: {days} days, stopped, {judged}");
        cancer_of(treated(story, day, "FIRST", json!({}))).on("2026-06-30", &[&line]);
    }
}

#[test]
fn treated_62_days_after_the_referral_is_within_and_63_is_over() {
    for (day, days, judged) in [("2026-03-08", 62, "within"), ("2026-03-09", 63, "over")] {
        let story = told(suspected(), "2026-01-20", "CANCER");
        let line = format!("CANCER_62_DAY from 2026-01-05: {days} days, stopped, {judged}");
        cancer_of(treated(story, day, "FIRST", json!({})))
            .on("2026-06-30", &["CANCER_28_DAY from 2026-01-05: 15 days, stopped, within", &line]);
    }
}

#[test]
fn a_consultant_upgrade_starts_the_62_days_and_no_28() {
    let upgraded = story().on("2026-01-05", "cancerUpgraded", json!({"provider": "RJ1"}));
    cancer_of(treated(upgraded, "2026-03-08", "FIRST", json!({})))
        .expect(&[
            "2026-01-05 CANCER_62_DAY CONSULTANT_UPGRADE STARTED",
            "2026-03-08 CANCER_31_DAY FIRST_TREATMENT REJECTED NoOpenClock",
            "2026-03-08 CANCER_62_DAY FIRST_TREATMENT STOPPED",
        ])
        .on("2026-06-30", &["CANCER_62_DAY from 2026-01-05: 62 days, stopped, within"]);
}

#[test]
fn an_upgrade_of_what_came_as_suspected_cancer_keeps_its_first_day() {
    cancer_of(suspected().on("2026-01-20", "cancerUpgraded", json!({"provider": "RJ1"})))
        .said("2026-01-20 CANCER_62_DAY CONSULTANT_UPGRADE STAYED AlreadyRuns");
}

#[test]
fn a_referral_that_is_told_twice_starts_nothing_twice() {
    let again = json!({"cancerRoute": "URGENT_SUSPECTED_CANCER", "provider": "RJ1"});
    cancer_of(suspected().on("2026-01-06", "cancerPathwayOpened", again))
        .said("2026-01-06 CANCER_28_DAY SUSPECTED_CANCER_REFERRAL STAYED AlreadyRuns")
        .on(
            "2026-01-06",
            &[
                "CANCER_28_DAY from 2026-01-05: 1 days, open, within",
                "CANCER_62_DAY from 2026-01-05: 1 days, open, within",
            ],
        );
}

#[test]
fn ruled_out_stops_the_28_days_and_closes_the_62_which_then_count_nowhere() {
    cancer_of(told(suspected(), "2026-01-20", "RULED_OUT"))
        .said("2026-01-20 CANCER_28_DAY PATIENT_TOLD STOPPED")
        .said("2026-01-20 CANCER_62_DAY CANCER_RULED_OUT CLOSED")
        .on(
            "2026-06-30",
            &[
                "CANCER_28_DAY from 2026-01-05: 15 days, stopped, within",
                "CANCER_62_DAY from 2026-01-05: 15 days, closed, within",
            ],
        );
}

#[test]
fn treatment_does_not_stop_the_28_days_for_nobody_says_that_the_patient_was_told() {
    cancer_of(treated(suspected(), "2026-01-20", "FIRST", json!({})))
        .said("2026-01-20 CANCER_28_DAY PATIENT_TOLD STAYED TreatmentIsNoTelling");
}

#[test]
fn being_told_with_no_28_days_open_is_rejected_with_its_reason() {
    cancer_of(told(story(), "2026-01-20", "CANCER"))
        .expect(&["2026-01-20 CANCER_28_DAY PATIENT_TOLD REJECTED NoOpenClock"]);
    cancer_of(told(suspected(), "2026-01-04", "CANCER"))
        .said("2026-01-04 CANCER_28_DAY PATIENT_TOLD REJECTED NoOpenClock");
}

#[test]
fn a_later_treatment_waits_from_the_earliest_clinically_appropriate_day() {
    let appropriate =
        json!({"earliestAppropriate": "2026-03-01", "cancerModality": "RADIOTHERAPY"});
    let story = decided(story(), "2026-02-01", "SUBSEQUENT", appropriate);
    for (day, days, judged) in [("2026-04-01", 31, "within"), ("2026-04-02", 32, "over")] {
        let radiotherapy = json!({"cancerModality": "RADIOTHERAPY"});
        let line = format!("CANCER_31_DAY from 2026-03-01: {days} days, stopped, {judged}");
        cancer_of(treated(story.clone(), day, "SUBSEQUENT", radiotherapy))
            .said("2026-02-01 CANCER_31_DAY EARLIEST_APPROPRIATE_DAY STARTED")
            .on("2026-06-30", &[&line]);
    }
}

#[test]
fn the_earliest_appropriate_day_of_a_first_treatment_changes_nothing() {
    let appropriate = json!({"earliestAppropriate": "2026-03-01"});
    cancer_of(decided(story(), "2026-02-01", "FIRST", appropriate))
        .expect(&["2026-02-01 CANCER_31_DAY TREATMENT_DECIDED STARTED"]);
}

#[test]
fn a_treatment_before_its_appropriate_day_closes_the_clock_and_is_no_negative_wait() {
    let appropriate = json!({"earliestAppropriate": "2026-03-01"});
    let story = decided(story(), "2026-02-01", "SUBSEQUENT", appropriate);
    cancer_of(treated(story, "2026-02-20", "SUBSEQUENT", json!({})))
        .said("2026-02-20 CANCER_31_DAY LATER_TREATMENT CLOSED")
        .on("2026-06-30", &["CANCER_31_DAY from 2026-03-01: no days, closed, unjudged"]);
}

#[test]
fn two_later_treatments_wait_side_by_side_and_are_told_apart_by_what_they_are() {
    let drugs = json!({"cancerModality": "DRUG_THERAPY"});
    let story = decided(story(), "2026-02-01", "SUBSEQUENT", json!({}));
    let story = decided(story, "2026-02-03", "SUBSEQUENT", drugs.clone());
    let story = treated(story, "2026-02-10", "SUBSEQUENT", drugs);
    cancer_of(story).on(
        "2026-02-15",
        &[
            "CANCER_31_DAY from 2026-02-01: 14 days, open, within",
            "CANCER_31_DAY from 2026-02-03: 7 days, stopped, within",
        ],
    );
}

#[test]
fn a_first_treatment_stops_its_clock_whatever_it_turned_out_to_be() {
    let story = decided(story(), "2026-02-01", "FIRST", json!({}));
    let story = treated(story, "2026-02-10", "FIRST", json!({"cancerModality": "RADIOTHERAPY"}));
    cancer_of(story).on("2026-06-30", &["CANCER_31_DAY from 2026-02-01: 9 days, stopped, within"]);
}

#[test]
fn a_first_treatment_decided_again_waits_from_the_first_decision() {
    let story = decided(story(), "2026-02-01", "FIRST", json!({}));
    cancer_of(decided(story, "2026-02-20", "FIRST", json!({"cancerModality": "DRUG_THERAPY"})))
        .said("2026-02-20 CANCER_31_DAY TREATMENT_DECIDED STAYED AlreadyRuns");
}

#[test]
fn decided_and_treated_on_one_day_is_a_wait_of_no_days_however_well_the_time_is_known() {
    let first = json!({});
    let by_day = decided(story(), "2026-02-01", "FIRST", first.clone());
    let by_day = treated(by_day, "2026-02-01T10:00:00Z", "FIRST", first);
    cancer_of(by_day).on("2026-06-30", &["CANCER_31_DAY from 2026-02-01: 0 days, stopped, within"]);
}

#[test]
fn a_death_closes_every_clock_and_declining_all_treatment_those_that_wait_for_one() {
    cancer_of(suspected().on("2026-01-20", "patientDied", json!({})))
        .said("2026-01-20 CANCER_28_DAY PATIENT_DIED CLOSED")
        .said("2026-01-20 CANCER_62_DAY PATIENT_DIED CLOSED");
    cancer_of(suspected().on("2026-01-20", "treatmentDeclined", json!({"allTreatment": true})))
        .said("2026-01-20 CANCER_28_DAY ALL_TREATMENT_DECLINED STAYED NotInForce")
        .said("2026-01-20 CANCER_62_DAY ALL_TREATMENT_DECLINED CLOSED");
    let one_offer = json!({"allTreatment": false});
    let clocks = cancer_of(suspected().on("2026-01-20", "treatmentDeclined", one_offer));
    assert!(clocks.made.clocks.iter().all(pathway::cancer_and_diagnostics::StandardClock::is_open));
}

#[test]
fn what_happened_before_the_standards_began_starts_no_clock_and_says_so() {
    let fields = json!({"cancerRoute": "URGENT_SUSPECTED_CANCER", "provider": "RJ1"});
    cancer_of(story().on("2023-09-30", "cancerPathwayOpened", fields))
        .said("2023-09-30 CANCER_28_DAY SUSPECTED_CANCER_REFERRAL REJECTED NotInForce")
        .on("2023-10-31", &[]);
}
