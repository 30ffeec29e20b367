//! Rows 35, 36, 43 to 48, 50, 52, 55, 56, 61 and 62: after a period, planned care, and other ends.

use testkit::{Story, json, story};

use super::language::{clock_of, clock_under, referred};
use crate::clock::{ClockSettings, ClockState, DeathStopBasis, Effect, Reason, Row};

fn treated() -> Story {
    referred().on(
        "2026-03-01",
        "treatmentStarted",
        json!({"firstDefinitive": true, "treatmentSetting": "OUTPATIENT"}),
    )
}

fn planned(kind: &str) -> Story {
    treated().on(
        "2026-03-10",
        "placedOnPlannedList",
        json!({"dueDate": "2026-09-01", "plannedKind": kind}),
    )
}

fn date_passed(story: Story, on: &str, ready: bool) -> Story {
    story.on(on, "plannedDatePassed", json!({"dueDate": "2026-09-01", "clinicallyReady": ready}))
}

#[test]
fn row_35_a_new_treatment_starts_a_clock_on_the_day_the_patient_is_told() {
    let decided =
        json!({"newOrDifferent": true, "decidedAt": "2026-04-01", "communicatedAt": "2026-04-03"});
    clock_of(treated().on("2026-04-01", "decisionToTreatMade", decided))
        .last("2026-04-03 row 35 restarted")
        .periods(&["2026-01-05 to 2026-03-01 30", "2026-04-03 to open"]);
    clock_of(treated().on("2026-04-01", "decisionToTreatMade", json!({"newOrDifferent": true})))
        .last("2026-04-01 row 35 rejected PatientNotToldYet")
        .is(ClockState::Treated);
    clock_of(treated().on(
        "2026-04-01",
        "decisionToTreatMade",
        json!({"newOrDifferent": false, "communicatedAt": "2026-04-03"}),
    ))
    .last("2026-04-03 row 62 stayed")
    .is(ClockState::Treated);
}

#[test]
fn row_36_the_second_side_starts_on_the_later_of_fit_and_ready() {
    let ready = json!({"appropriateFrom": "2026-05-01", "patientAvailableFrom": "2026-05-20"});
    clock_of(treated().on("2026-04-20", "secondSideFitAndReady", ready.clone()))
        .last("2026-05-20 row 36 restarted")
        .periods(&["2026-01-05 to 2026-03-01 30", "2026-05-20 to open"]);
    clock_of(referred().on("2026-04-20", "secondSideFitAndReady", ready))
        .last("2026-05-20 row 62 stayed");
}

#[test]
fn row_43_and_55_being_unfit_or_thinking_leaves_the_clock_ticking() {
    let told = referred().on("2026-01-20", "patientTemporarilyUnfit", json!({})).on(
        "2026-01-21",
        "thinkingTimeAgreed",
        json!({}),
    );
    clock_of(told)
        .expect(&[
            "2026-01-05 row 1 started",
            "2026-01-20 row 43 stayed 20",
            "2026-01-21 row 55 stayed 20",
        ])
        .is(ClockState::Ticking);
}

#[test]
fn row_44_a_planned_list_is_outside_the_clock() {
    clock_of(planned("TREATMENT_ADMISSION"))
        .last("2026-03-10 row 44 stayed 90")
        .is(ClockState::Planned);
    clock_of(story().on("2026-03-10", "placedOnPlannedList", json!({})))
        .last("2026-03-10 row 44 stayed 98")
        .periods(&[])
        .is(ClockState::Planned);
}

#[test]
fn row_45_an_overdue_planned_admission_starts_a_clock_on_its_due_date() {
    clock_of(date_passed(planned("TREATMENT_ADMISSION"), "2026-09-01", true))
        .last("2026-09-01 row 45 restarted")
        .periods(&["2026-01-05 to 2026-03-01 30", "2026-09-01 to open"]);
}

#[test]
fn row_45_waits_for_the_days_of_grace_of_the_policy() {
    let policy = ClockSettings { planned_grace_days: 7, ..ClockSettings::default() };
    let on = |day| date_passed(planned("TREATMENT_ADMISSION"), day, true);
    clock_under(&policy, on("2026-09-07")).last("2026-09-07 row 46 stayed");
    clock_under(&policy, on("2026-09-08"))
        .periods(&["2026-01-05 to 2026-03-01 30", "2026-09-01 to open"]);
}

#[test]
fn row_46_planned_tests_follow_ups_and_patients_not_ready_start_no_rtt_clock() {
    for told in [
        date_passed(planned("DIAGNOSTIC"), "2026-09-01", true),
        date_passed(planned("OUTPATIENT_FOLLOW_UP"), "2026-09-01", true),
        date_passed(planned("TREATMENT_ADMISSION"), "2026-09-01", false),
    ] {
        clock_of(told).last("2026-09-01 row 46 stayed").is(ClockState::Planned);
    }
}

#[test]
fn row_47_death_stops_a_running_clock_on_the_day_of_death() {
    clock_of(referred().on("2026-02-01", "patientDied", json!({"notifiedAt": "2026-02-05"})))
        .last("2026-02-01 row 47 stopped 36")
        .periods(&["2026-01-05 to 2026-02-01 36"])
        .is(ClockState::Deceased);
    clock_of(treated().on("2026-04-01", "patientDied", json!({})))
        .last("2026-04-01 row 47 stayed")
        .periods(&["2026-01-05 to 2026-03-01 30"])
        .is(ClockState::Deceased);
}

#[test]
fn row_47_may_stop_on_the_day_of_notice_and_nothing_moves_the_clock_after() {
    let policy = ClockSettings {
        death_stop_basis: DeathStopBasis::DateNotified,
        ..ClockSettings::default()
    };
    clock_under(
        &policy,
        referred().on("2026-02-01", "patientDied", json!({"notifiedAt": "2026-02-05"})),
    )
    .periods(&["2026-01-05 to 2026-02-05 36"]);
    let told = referred().on("2026-02-01", "patientDied", json!({})).on(
        "2026-03-01",
        "referralReceived",
        json!({}),
    );
    clock_of(told).last("2026-03-01 row 62 rejected PatientHasDied").is(ClockState::Deceased);
}

#[test]
fn row_48_private_treatment_stops_on_the_day_the_provider_is_told() {
    clock_of(referred().on(
        "2026-02-01",
        "patientChosePrivateTreatment",
        json!({"communicatedAt": "2026-02-03"}),
    ))
    .last("2026-02-03 row 48 stopped 35")
    .is(ClockState::Stopped);
}

#[test]
fn row_50_moving_abroad_or_being_untraceable_stops_once_a_clinician_decides() {
    clock_of(referred().on("2026-02-01", "patientMovedAbroad", json!({"decidedBy": "CONSULTANT"})))
        .last("2026-02-01 row 50 stopped 34");
    clock_of(referred().on("2026-02-01", "patientMovedAbroad", json!({})))
        .last("2026-02-01 row 50 rejected NoClinicalDecision 20");
    let tried = json!({"attempts": ["2026-01-20", "2026-01-25"], "decidedBy": "CONSULTANT"});
    clock_of(referred().on("2026-02-01", "patientUntraceable", tried))
        .last("2026-02-01 row 50 stopped 34");
    clock_of(referred().on("2026-02-01", "patientUntraceable", json!({"decidedBy": "CONSULTANT"})))
        .is(ClockState::Ticking);
}

#[test]
fn row_52_a_new_treatment_elsewhere_starts_when_that_provider_has_the_referral() {
    let decided = json!({"newOrDifferent": true, "communicatedAt": "2026-04-01", "provider": "RJ1", "toProvider": "RJ2"});
    let referral = json!({"route": "OTHER", "provider": "RJ2"});
    let waiting = treated().on("2026-04-01", "decisionToTreatMade", decided);
    clock_of(waiting.clone()).last("2026-04-01 row 52 stayed").is(ClockState::Treated);
    clock_of(waiting.on("2026-04-09", "referralReceived", referral.clone()))
        .last("2026-04-09 row 52 restarted")
        .periods(&["2026-01-05 to 2026-03-01 30", "2026-04-09 to open"]);
    let made = json!({"referralPurpose": "NEW_TREATMENT", "provider": "RJ1", "toProvider": "RJ2", "sameCondition": true});
    clock_of(treated().on("2026-04-01", "onwardReferralMade", made).on(
        "2026-04-09",
        "referralReceived",
        referral,
    ))
    .last("2026-04-09 row 52 restarted");
}

#[test]
fn row_56_a_planned_list_does_not_stop_a_running_clock() {
    clock_of(referred().on("2026-02-01", "placedOnPlannedList", json!({})))
        .last("2026-02-01 row 56 rejected ClockIsTicking")
        .periods(&["2026-01-05 to open"]);
}

#[test]
fn row_57_a_planned_admission_does_the_planned_care() {
    clock_of(planned("TREATMENT_ADMISSION").on(
        "2026-09-01",
        "patientAdmitted",
        json!({"admissionIntent": "REGULAR_PLANNED"}),
    ))
    .last("2026-09-01 row 57 stayed 90")
    .is(ClockState::Treated);
}

#[test]
fn row_61_a_stop_without_an_open_period_is_not_applied_and_no_closed_period_is_re_dated() {
    let again = json!({"firstDefinitive": true, "treatmentSetting": "OUTPATIENT"});
    for (name, fields) in [
        ("treatmentStarted", again),
        ("decisionNotToTreat", json!({"communicatedAt": "2026-04-01"})),
        ("treatmentDeclined", json!({"allTreatment": true})),
        ("activeMonitoringStarted", json!({})),
        ("patientChosePrivateTreatment", json!({})),
    ] {
        clock_of(treated().on("2026-04-01", name, fields))
            .last("2026-04-01 row 61 rejected NoOpenPeriod")
            .periods(&["2026-01-05 to 2026-03-01 30"]);
    }
    clock_of(story().on(
        "2026-04-01",
        "decisionNotToTreat",
        json!({"communicatedAt": "2026-04-01"}),
    ))
    .last("2026-04-01 row 61 rejected NoOpenPeriod")
    .periods(&[]);
}

#[test]
fn row_61_leaving_a_list_or_a_stop_without_status_is_not_applied() {
    clock_of(referred().on("2026-02-01", "removedFromWaitingList", json!({})))
        .last("2026-02-01 row 61 rejected RemovalIsNoStop")
        .is(ClockState::Ticking);
    clock_of(referred().on(
        "2026-02-01",
        "waitingListValidated",
        json!({"stopFoundOn": "2026-01-20"}),
    ))
    .last("2026-02-01 row 61 rejected StatusMissing")
    .is(ClockState::Ticking);
}

#[test]
fn row_62_a_pair_that_is_not_listed_moves_nothing() {
    clock_of(story().on("2026-02-01", "pathwayResumed", json!({})))
        .expect(&["2026-02-01 row 62 stayed"])
        .is(ClockState::None);
}

#[test]
fn the_table_has_sixty_two_rows_each_with_a_section_and_words() {
    let numbers: Vec<u8> = Row::ALL.iter().map(|row| row.number()).collect();
    assert_eq!(numbers, (1..=62).collect::<Vec<u8>>());
    assert!(Row::ALL.iter().all(|row| !row.section().is_empty() && row.what().len() > 20));
}

#[test]
fn every_reason_is_a_sentence_and_a_refusal_keeps_the_state() {
    assert!(Reason::ALL.iter().all(|reason| reason.sentence().ends_with('.')));
    let told =
        clock_of(treated().on("2026-04-01", "treatmentDeclined", json!({"allTreatment": true})));
    let refused = told.clock.moves.last().unwrap();
    assert!(matches!(refused.effect, Effect::Rejected(_)) && refused.from == refused.to);
}
