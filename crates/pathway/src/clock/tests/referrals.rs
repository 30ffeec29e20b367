//! Rows 1 to 11, 37, 38, 51, 52, 59 and 60: referrals and bookings.

use testkit::{json, story};

use super::language::{clock_of, referred};
use crate::clock::ClockState;

#[test]
fn row_1_a_referral_starts_the_clock_on_its_receipt() {
    let told = story().on(
        "2026-01-07",
        "referralReceived",
        json!({"route": "OTHER", "receivedAt": "2026-01-05"}),
    );
    clock_of(told)
        .expect(&["2026-01-05 row 1 started"])
        .periods(&["2026-01-05 to open"])
        .is(ClockState::Ticking);
}

#[test]
fn row_1_an_e_referral_starts_when_the_patient_converted_the_ubrn() {
    let told = story().on("2026-01-09", "referralReceived",
        json!({"route": "E_REFERRAL_SERVICE", "ubrn": "000000000001", "ubrnConvertedAt": "2026-01-05T10:00:00Z"}));
    clock_of(told).periods(&["2026-01-05 to open"]);
}

#[test]
fn row_1_an_e_referral_without_slots_starts_on_the_slot_issues_list() {
    let told = story().on(
        "2026-01-09",
        "referralReceived",
        json!({"route": "E_REFERRAL_SERVICE", "asiAt": "2026-01-06"}),
    );
    clock_of(told).periods(&["2026-01-06 to open"]);
}

#[test]
fn row_1_earlier_activity_on_the_ubrn_is_the_start() {
    let told = story().on("2026-01-20", "referralReceived", json!({
        "route": "E_REFERRAL_SERVICE", "ubrnConvertedAt": "2026-01-19", "earlierActivityAt": "2026-01-02"}));
    clock_of(told).periods(&["2026-01-02 to open"]);
}

#[test]
fn row_1_after_an_interface_service_its_receipt_is_the_start_and_not_the_conversion() {
    let told = story().on("2026-01-20", "referralReceived", json!({
        "route": "INTERFACE", "ubrnConvertedAt": "2026-01-19", "interfaceReceivedAt": "2026-01-03"}));
    clock_of(told).periods(&["2026-01-03 to open"]);
}

#[test]
fn row_2_a_service_out_of_scope_or_an_opinion_starts_nothing() {
    for fields in [
        json!({"rttScope": "NOT_CONSULTANT_LED"}),
        json!({"rttScope": "DIRECT_ACCESS_DIAGNOSTICS"}),
        json!({"rttScope": "COMMUNITY_SERVICE"}),
        json!({"rttScope": "PLANNED_CARE"}),
        json!({"referralPurpose": "OPINION"}),
        json!({"referralPurpose": "TEST"}),
    ] {
        clock_of(story().on("2026-01-05", "referralReceived", fields))
            .expect(&["2026-01-05 row 2 stayed 98"])
            .periods(&[])
            .is(ClockState::None);
    }
}

#[test]
fn row_3_asking_for_advice_starts_nothing() {
    clock_of(story().on("2026-01-05", "adviceRequested", json!({"spoa": false})))
        .expect(&["2026-01-05 row 3 stayed"])
        .is(ClockState::None);
}

#[test]
fn row_4_advice_through_a_single_point_of_access_starts_when_that_had_the_request() {
    let asked = story().on("2026-01-05", "adviceRequested", json!({"spoa": true}));
    clock_of(asked.clone().on("2026-01-15", "adviceConvertedToReferral", json!({})))
        .expect(&["2026-01-05 row 3 stayed", "2026-01-15 row 4 started"])
        .periods(&["2026-01-05 to open"]);
    clock_of(asked.on("2026-01-15", "referralReceived", json!({"route": "OTHER"})))
        .last("2026-01-15 row 4 started")
        .periods(&["2026-01-05 to open"]);
}

#[test]
fn row_5_advice_elsewhere_starts_when_the_provider_has_the_referral() {
    let asked = story().on("2026-01-05", "adviceRequested", json!({"spoa": false}));
    clock_of(asked.clone().on("2026-01-15", "adviceConvertedToReferral", json!({})))
        .last("2026-01-15 row 5 started")
        .periods(&["2026-01-15 to open"]);
    clock_of(asked.on("2026-01-16", "referralReceived", json!({"route": "OTHER"})))
        .last("2026-01-16 row 5 started")
        .periods(&["2026-01-16 to open"]);
}

#[test]
fn row_6_a_self_referral_waits_for_ratification_and_then_starts_on_its_receipt() {
    let received = story().on("2026-01-05", "referralReceived", json!({"route": "SELF_REFERRAL"}));
    clock_of(received.clone())
        .expect(&["2026-01-05 row 6 rejected NotRatified"])
        .is(ClockState::None);
    clock_of(received.on(
        "2026-01-12",
        "referralReceived",
        json!({"route": "SELF_REFERRAL", "ratifiedAt": "2026-01-12"}),
    ))
    .last("2026-01-12 row 6 started")
    .periods(&["2026-01-05 to open"]);
}

#[test]
fn row_7_a_referral_sent_back_keeps_its_clock() {
    let told = referred()
        .on("2026-01-08", "referralReturnedForInformation", json!({}))
        .on("2026-01-10", "referralDeclined", json!({}))
        .on("2026-01-11", "referralRedirected", json!({}))
        .on(
            "2026-01-20",
            "returnToPrimaryCareCommunicated",
            json!({"noTreatmentNeeded": false, "communicatedAt": "2026-01-20"}),
        );
    clock_of(told)
        .expect(&[
            "2026-01-05 row 1 started",
            "2026-01-08 row 7 stayed",
            "2026-01-10 row 7 stayed",
            "2026-01-11 row 7 stayed",
            "2026-01-20 row 7 rejected NoClinicalDecision",
        ])
        .periods(&["2026-01-05 to open"]);
}

#[test]
fn row_8_the_clock_stops_on_the_day_the_patient_is_told_of_the_return_to_primary_care() {
    let told = referred().on("2026-01-10", "returnToPrimaryCareCommunicated",
        json!({"noTreatmentNeeded": true, "decidedAt": "2026-01-10", "communicatedAt": "2026-01-14"}));
    clock_of(told)
        .last("2026-01-14 row 8 stopped 34")
        .periods(&["2026-01-05 to 2026-01-14 34"])
        .is(ClockState::Stopped);
}

#[test]
fn rows_9_to_11_bookings_moves_and_cancellations_leave_the_clock_alone() {
    let told = referred()
        .on(
            "2026-01-06",
            "appointmentOffered",
            json!({"offerId": "O1", "offeredDate": "2026-02-10"}),
        )
        .on("2026-01-07", "appointmentBooked", json!({"appointmentId": "A1"}))
        .on("2026-01-08", "appointmentRescheduled", json!({"appointmentId": "A1"}))
        .on("2026-01-09", "appointmentCancelled", json!({"initiator": "PATIENT"}))
        .on("2026-01-10", "appointmentCancelled", json!({"initiator": "PATIENT"}))
        .on("2026-01-11", "appointmentCancelled", json!({"initiator": "PROVIDER"}));
    clock_of(told)
        .expect(&[
            "2026-01-05 row 1 started",
            "2026-01-06 row 9 stayed",
            "2026-01-07 row 9 stayed",
            "2026-01-08 row 9 stayed",
            "2026-01-09 row 10 stayed",
            "2026-01-10 row 10 stayed",
            "2026-01-11 row 11 stayed",
        ])
        .periods(&["2026-01-05 to open"]);
}

#[test]
fn row_37_a_re_referral_starts_a_new_period_and_leaves_the_old_one_as_it_was() {
    let told = referred()
        .on("2026-02-01", "decisionNotToTreat", json!({"communicatedAt": "2026-02-01"}))
        .on("2026-03-01", "referralReceived", json!({"route": "OTHER"}));
    clock_of(told)
        .last("2026-03-01 row 37 restarted")
        .periods(&["2026-01-05 to 2026-02-01 34", "2026-03-01 to open"]);
}

#[test]
fn row_37_a_new_period_never_starts_before_the_last_one_ended() {
    let told = referred()
        .on("2026-02-01", "decisionNotToTreat", json!({"communicatedAt": "2026-02-01"}))
        .on(
            "2026-03-01",
            "referralReceived",
            json!({"route": "E_REFERRAL_SERVICE", "ubrnConvertedAt": "2026-01-20"}),
        );
    clock_of(told).periods(&["2026-01-05 to 2026-02-01 34", "2026-03-01 to open"]);
}

#[test]
fn row_38_a_separate_condition_has_its_own_pathway() {
    let made = json!({"referralPurpose": "SEPARATE_CONDITION", "sameCondition": false});
    clock_of(referred().on("2026-02-01", "onwardReferralMade", made))
        .last("2026-02-01 row 38 stayed 20");
    let received = json!({"route": "OTHER", "referralPurpose": "SEPARATE_CONDITION"});
    clock_of(story().on("2026-02-03", "referralReceived", received.clone()).on(
        "2026-02-20",
        "outpatientAttended",
        json!({}),
    ))
    .expect(&["2026-02-03 row 38 started 12", "2026-02-20 row 19 stayed 12"]);
    clock_of(referred().on("2026-02-03", "referralReceived", received))
        .last("2026-02-03 row 38 rejected NeedsOwnPathway")
        .periods(&["2026-01-05 to open"]);
}

#[test]
fn row_51_a_linked_referral_is_the_same_period_from_the_earliest_known_start() {
    let first = json!({"route": "E_REFERRAL_SERVICE", "ubrn": "000000000001", "ubrnConvertedAt": "2026-01-05"});
    let second = json!({"route": "E_REFERRAL_SERVICE", "ubrn": "000000000002", "firstUbrn": "000000000001",
        "referralRelation": "RE_REFERRAL", "ubrnConvertedAt": "2026-01-25"});
    clock_of(story().on("2026-01-05", "referralReceived", first).on(
        "2026-01-25",
        "referralReceived",
        second,
    ))
    .expect(&["2026-01-05 row 1 started", "2026-01-25 row 51 stayed"])
    .periods(&["2026-01-05 to open"]);
}

#[test]
fn row_51_a_later_referral_may_show_an_earlier_start_and_never_a_later() {
    let told = referred().on(
        "2026-01-25",
        "referralReceived",
        json!({"route": "INTERFACE", "interfaceReceivedAt": "2026-01-02"}),
    );
    clock_of(told).last("2026-01-25 row 51 stayed").periods(&["2026-01-02 to open"]);
}

#[test]
fn row_51_a_re_referral_after_a_rejection_keeps_the_start() {
    let again = json!({"route": "OTHER", "referralRelation": "RE_REFERRAL"});
    let declined = referred().on("2026-01-10", "referralDeclined", json!({}));
    clock_of(declined.on("2026-01-20", "referralReceived", again.clone()))
        .last("2026-01-20 row 51 stayed")
        .periods(&["2026-01-05 to open"]);
    clock_of(referred().on("2026-01-20", "referralReceived", again))
        .last("2026-01-20 row 62 rejected PeriodAlreadyOpen")
        .periods(&["2026-01-05 to open"]);
}

#[test]
fn row_59_a_wait_before_england_is_not_counted() {
    let told = story().on("2026-02-01", "referralReceived", json!({
        "route": "OTHER_NATION", "priorCommissionerEnglish": false, "earlierActivityAt": "2025-06-01"}));
    clock_of(told).expect(&["2026-02-01 row 59 started"]).periods(&["2026-02-01 to open"]);
}

#[test]
fn row_60_a_cancelled_referral_ticks_on_until_the_decision_is_recorded() {
    for (fields, reason) in [
        (json!({"cancelReason": "PATIENT_WITHDREW", "inError": false}), "WithdrawalNotDecided"),
        (json!({"cancelReason": "DUPLICATE", "inError": false}), "CancelledInError"),
        (json!({"cancelReason": "OTHER", "inError": true}), "CancelledInError"),
        (json!({"cancelReason": "NO_LONGER_NEEDED", "inError": false}), "DecisionMissing"),
    ] {
        clock_of(referred().on("2026-01-20", "referralCancelled", fields))
            .last(&format!("2026-01-20 row 60 rejected {reason}"))
            .is(ClockState::Ticking);
    }
}
