//! Where a clock starts (guidance 3, 5.2 and 11.3), and where a separate condition has its own.

use testkit::{json, story};

use crate::clock::{
    ClockState,
    tests::language::{clock_of, referred},
};

#[test]
fn start_01_an_e_referral_starts_the_day_the_patient_converts_the_booking_reference() {
    let referral = json!({"route": "E_REFERRAL_SERVICE", "ubrn": "000000000001",
        "ubrnConvertedAt": "2026-01-08T20:15:00Z", "receivedAt": "2026-01-09"});
    clock_of(story().on("2026-01-09", "referralReceived", referral))
        .expect(&["2026-01-09 row 1 started"])
        .periods(&["2026-01-08 to open"]);
}

#[test]
fn start_03_earlier_activity_on_the_same_reference_is_the_start_and_not_the_conversion() {
    let referral = json!({"route": "E_REFERRAL_SERVICE", "ubrn": "000000000001",
        "earlierActivityAt": "2026-01-05", "ubrnConvertedAt": "2026-02-02"});
    clock_of(story().on("2026-02-02", "referralReceived", referral))
        .periods(&["2026-01-05 to open"]);
}

#[test]
fn start_05_a_paper_referral_starts_the_day_the_provider_receives_it() {
    let referral = json!({"route": "OTHER", "receivedAt": "2026-01-12"});
    clock_of(story().on("2026-01-15", "referralReceived", referral))
        .expect(&["2026-01-12 row 1 started"])
        .periods(&["2026-01-12 to open"]);
}

#[test]
fn start_07_the_start_travels_to_the_tertiary_provider_which_then_reports() {
    let out = json!({"provider": "RJ1", "toProvider": "RJ2", "responsibilityTransferred": true,
        "clockStart": "2026-01-02"});
    let sent = story()
        .on("2026-01-02", "referralReceived", json!({"route": "OTHER", "provider": "RJ1"}))
        .on("2026-01-20", "careTransferredOut", out);
    clock_of(sent.clone()).last("2026-01-20 row 39 stayed 21").is(ClockState::Transferred);
    let received = json!({"provider": "RJ2", "fromProvider": "RJ1", "function": "110",
        "clockStart": "2026-01-02", "receivedAt": "2026-01-28"});
    let told = clock_of(sent.on("2026-01-28", "transferReceived", received.clone()))
        .last("2026-01-28 row 40 stayed 20")
        .periods(&["2026-01-02 to open"]);
    let reporters: Vec<_> =
        told.clock.periods[0].segments.iter().map(|each| each.provider.as_str()).collect();
    assert_eq!(reporters, ["RJ1", "RJ2"]);
    // The same in the log of the tertiary provider, which never saw the referral.
    clock_of(story().on("2026-01-28", "transferReceived", received))
        .periods(&["2026-01-02 to open"]);
}

#[test]
fn start_09_the_second_side_has_a_clock_of_its_own_from_the_day_of_fit_and_ready() {
    let ready = json!({"appropriateFrom": "2026-05-11", "patientAvailableFrom": "2026-05-18"});
    let first = json!({"admissionId": "S1", "admissionIntent": "FIRST_DEFINITIVE_TREATMENT"});
    clock_of(referred().on("2026-03-02", "patientAdmitted", first).on(
        "2026-05-11",
        "secondSideFitAndReady",
        ready,
    ))
    .last("2026-05-18 row 36 restarted")
    .periods(&["2026-01-05 to 2026-03-02 30 admitted provisional", "2026-05-18 to open"]);
}

#[test]
fn start_11_a_new_treatment_elsewhere_starts_when_the_other_provider_has_the_referral() {
    let treated = json!({"firstDefinitive": true, "treatmentSetting": "OUTPATIENT"});
    let referral = json!({"provider": "RJ1", "toProvider": "RJ2", "sameCondition": true,
        "referralPurpose": "NEW_TREATMENT", "responsibilityTransferred": true});
    let decided = referred().on("2026-03-02", "treatmentStarted", treated).on(
        "2026-04-01",
        "onwardReferralMade",
        referral,
    );
    clock_of(decided.clone())
        .last("2026-04-01 row 52 stayed")
        .periods(&["2026-01-05 to 2026-03-02 30"]);
    let received = json!({"route": "OTHER", "provider": "RJ2", "referralPurpose": "NEW_TREATMENT"});
    clock_of(decided.on("2026-04-09", "referralReceived", received))
        .last("2026-04-09 row 52 restarted")
        .periods(&["2026-01-05 to 2026-03-02 30", "2026-04-09 to open"]);
}

#[test]
fn start_13_an_overdue_planned_admission_starts_a_clock_and_an_overdue_test_does_not() {
    let overdue = |kind: &str| {
        let plan = json!({"dueDate": "2026-09-01", "plannedKind": kind});
        let passed = json!({"dueDate": "2026-09-01", "clinicallyReady": true});
        clock_of(story().on("2026-03-10", "placedOnPlannedList", plan).on(
            "2026-09-02",
            "plannedDatePassed",
            passed,
        ))
    };
    overdue("TREATMENT_ADMISSION").periods(&["2026-09-01 to open"]).is(ClockState::Ticking);
    overdue("DIAGNOSTIC").last("2026-09-02 row 46 stayed").periods(&[]).is(ClockState::Planned);
}

#[test]
fn split_01_a_separate_condition_is_12_on_a_pathway_of_its_own_and_this_one_has_its_outcome_too() {
    let onward = json!({"referralPurpose": "SEPARATE_CONDITION", "sameCondition": false});
    clock_of(referred().on("2026-02-02T10:00:00Z", "outpatientAttended", json!({})).on(
        "2026-02-02T10:20:00Z",
        "onwardReferralMade",
        onward,
    ))
    .said("2026-02-02 row 19 stayed 10")
    .said("2026-02-02 row 38 stayed 20")
    .periods(&["2026-01-05 to open"]);
    let referral = json!({"route": "OTHER", "referralPurpose": "SEPARATE_CONDITION"});
    clock_of(story().on("2026-02-05", "referralReceived", referral))
        .expect(&["2026-02-05 row 38 started 12"])
        .periods(&["2026-02-05 to open"]);
}
