//! Rows 39 to 42 and 58: care that moves between providers.

use testkit::{Story, json, story};

use super::language::{clock_of, referred};
use crate::clock::ClockState;

fn transferred() -> Story {
    let fields = json!({"provider": "RJ1", "toProvider": "RJ2", "responsibilityTransferred": true});
    referred().on("2026-01-20", "careTransferredOut", fields)
}

fn received(story: Story, on: &str, start: Option<&str>) -> Story {
    let fields =
        json!({"provider": "RJ2", "function": "110", "commissioner": null, "clockStart": start});
    story.on(on, "transferReceived", fields)
}

#[test]
fn row_39_the_clock_runs_on_at_the_other_provider() {
    clock_of(transferred())
        .last("2026-01-20 row 39 stayed 21")
        .periods(&["2026-01-05 to open"])
        .is(ClockState::Transferred);
}

#[test]
fn row_40_the_receiver_reports_from_the_original_start() {
    let told = clock_of(received(transferred(), "2026-01-28", Some("2026-01-05")))
        .last("2026-01-28 row 40 stayed 20")
        .periods(&["2026-01-05 to open"])
        .is(ClockState::Ticking);
    let segments = &told.clock.periods[0].segments;
    let who: Vec<_> =
        segments.iter().map(|each| (each.from.to_string(), each.provider.as_str())).collect();
    assert_eq!(who, [("2026-01-05".to_owned(), "RJ1"), ("2026-01-28".to_owned(), "RJ2")]);
    let on = |day: &str| {
        let segment = told.clock.periods[0].reported_on(day.parse().unwrap());
        segment.map(|segment| segment.provider.as_str())
    };
    assert_eq!((on("2026-01-01"), on("2026-01-27")), (Some("RJ1"), Some("RJ1")));
    assert_eq!(on("2026-01-28"), Some("RJ2"));
}

#[test]
fn row_40_in_the_receivers_own_log_the_start_is_copied() {
    clock_of(received(story(), "2026-01-28", Some("2026-01-02")))
        .expect(&["2026-01-28 row 40 started 20"])
        .periods(&["2026-01-02 to open"]);
}

#[test]
fn row_40_a_tertiary_referral_keeps_the_start_of_the_first_provider() {
    let told = transferred().on(
        "2026-01-28",
        "referralReceived",
        json!({"route": "TRANSFER", "provider": "RJ2"}),
    );
    clock_of(told).last("2026-01-28 row 40 stayed 20").periods(&["2026-01-05 to open"]);
}

#[test]
fn row_41_a_rejected_transfer_comes_back_to_the_sender() {
    clock_of(transferred().on("2026-01-25", "transferRejected", json!({})))
        .last("2026-01-25 row 41 stayed 20")
        .periods(&["2026-01-05 to open"])
        .is(ClockState::Ticking);
}

#[test]
fn row_42_an_opinion_or_test_elsewhere_leaves_the_clock_with_the_sender() {
    let kept = json!({"responsibilityTransferred": false});
    clock_of(referred().on("2026-01-20", "careTransferredOut", kept))
        .last("2026-01-20 row 42 stayed 20");
    let opinion = json!({"referralPurpose": "OPINION", "toProvider": "RJ2", "sameCondition": true, "responsibilityTransferred": false});
    let told = referred().on("2026-01-20", "onwardReferralMade", opinion).on(
        "2026-01-25",
        "referralReceived",
        json!({"provider": "RJ2", "referralPurpose": "OPINION"}),
    );
    let told = clock_of(told)
        .expect(&[
            "2026-01-05 row 1 started",
            "2026-01-20 row 42 stayed 20",
            "2026-01-25 row 42 stayed 20",
        ])
        .is(ClockState::Ticking);
    assert_eq!(told.clock.periods[0].segments.len(), 1);
}

#[test]
fn row_58_a_transfer_without_a_start_is_reported_as_unknown_and_never_from_its_receipt() {
    let unknown = received(story(), "2026-01-28", None);
    let told = clock_of(unknown.clone())
        .expect(&["2026-01-28 row 58 started 20"])
        .periods(&["unknown to open"]);
    assert_eq!(told.clock.periods[0].start.listed_from, "2026-01-28".parse().unwrap());
    clock_of(received(unknown, "2026-02-03", Some("2026-01-02"))).periods(&["2026-01-02 to open"]);
    clock_of(story().on("2026-01-28", "referralReceived", json!({"route": "TRANSFER"})))
        .expect(&["2026-01-28 row 58 started"])
        .periods(&["unknown to open"]);
}

#[test]
fn row_58_a_missing_form_does_not_take_away_a_start_this_record_knows() {
    clock_of(received(transferred(), "2026-01-28", None))
        .last("2026-01-28 row 58 stayed 20")
        .periods(&["2026-01-05 to open"]);
}

#[test]
fn a_stop_while_nobody_confirmed_receipt_is_refused_with_its_reason() {
    clock_of(transferred().on("2026-02-01", "treatmentStarted", json!({"firstDefinitive": true})))
        .last("2026-02-01 row 62 rejected TransferNotReceived")
        .is(ClockState::Transferred);
}

#[test]
fn row_59_a_transfer_from_another_nation_starts_on_receipt() {
    let fields = json!({"clockStart": "2025-06-01", "priorCommissionerEnglish": false});
    clock_of(story().on("2026-02-01", "transferReceived", fields))
        .expect(&["2026-02-01 row 59 started"])
        .periods(&["2026-02-01 to open"]);
}

#[test]
fn a_receipt_told_on_the_day_of_the_transfer_leaves_the_clock_with_the_receiver() {
    let referral = json!({"route": "TRANSFER", "provider": "RJ2"});
    clock_of(transferred().on("2026-01-20", "referralReceived", referral))
        .last("2026-01-20 row 39 stayed 20")
        .periods(&["2026-01-05 to open"])
        .is(ClockState::Ticking);
}
