//! Transfers seen from both sides: who reports, from which start, and what comes back.

use testkit::{Story, Value, json, story};

use super::language::{Told, clock_of, referred};
use crate::clock::ClockState;

fn sent(story: Story, on: &str, from: &str, to: &str) -> Story {
    let fields = json!({"provider": from, "toProvider": to, "responsibilityTransferred": true});
    story.on(on, "careTransferredOut", fields)
}

fn received(story: Story, on: &str, provider: &str, start: Option<&str>) -> Story {
    story.on(
        on,
        "transferReceived",
        json!({"provider": provider, "function": "110", "clockStart": start}),
    )
}

/// Who reports the last period, from when.
fn reporters(told: &Told) -> Vec<(String, String)> {
    let segments = &told.clock.periods.last().unwrap().segments;
    segments.iter().map(|each| (each.from.to_string(), each.provider.to_string())).collect()
}

fn at(from: &str, provider: &str) -> (String, String) {
    (from.to_owned(), provider.to_owned())
}

fn treatment(provider: &str) -> Value {
    json!({"firstDefinitive": true, "treatmentSetting": "OUTPATIENT", "provider": provider})
}

#[test]
fn an_earlier_start_on_the_form_is_believed_and_a_later_one_is_not() {
    let out = sent(referred(), "2026-01-20", "RJ1", "RJ2");
    clock_of(received(out.clone(), "2026-01-28", "RJ2", Some("2025-12-20")))
        .periods(&["2025-12-20 to open"]);
    clock_of(received(out, "2026-01-28", "RJ2", Some("2026-01-10")))
        .periods(&["2026-01-05 to open"]);
}

#[test]
fn a_start_after_the_receipt_is_no_start() {
    clock_of(received(story(), "2026-01-28", "RJ2", Some("2026-01-29")))
        .expect(&["2026-01-28 row 58 started 20"])
        .periods(&["unknown to open"]);
    clock_of(received(story(), "2026-01-28", "RJ2", Some("2026-01-28")))
        .periods(&["2026-01-28 to open"]);
}

#[test]
fn the_receiver_who_treats_reports_the_stop() {
    let told = received(sent(referred(), "2026-01-20", "RJ1", "RJ2"), "2026-01-28", "RJ2", None);
    let told = clock_of(told.on("2026-03-02", "treatmentStarted", treatment("RJ2")))
        .periods(&["2026-01-05 to 2026-03-02 30"]);
    assert_eq!(reporters(&told), [at("2026-01-05", "RJ1"), at("2026-01-28", "RJ2")]);
}

#[test]
fn a_patient_who_comes_back_is_reported_by_the_first_provider_again_from_the_same_start() {
    let there = received(sent(referred(), "2026-01-20", "RJ1", "RJ2"), "2026-01-28", "RJ2", None);
    let back = received(sent(there, "2026-02-10", "RJ2", "RJ1"), "2026-02-12", "RJ1", None);
    let told = clock_of(back).periods(&["2026-01-05 to open"]).is(ClockState::Ticking);
    let expected = [at("2026-01-05", "RJ1"), at("2026-01-28", "RJ2"), at("2026-02-12", "RJ1")];
    assert_eq!(reporters(&told), expected);
}

#[test]
fn a_rejected_transfer_can_be_sent_again() {
    let back = sent(referred(), "2026-01-20", "RJ1", "RJ2").on(
        "2026-01-25",
        "transferRejected",
        json!({}),
    );
    clock_of(received(sent(back, "2026-02-01", "RJ1", "RJ3"), "2026-02-05", "RJ3", None))
        .last("2026-02-05 row 58 stayed 20")
        .periods(&["2026-01-05 to open"])
        .is(ClockState::Ticking);
}

#[test]
fn an_opinion_that_becomes_a_transfer_moves_the_clock_only_then() {
    let opinion =
        json!({"provider": "RJ1", "toProvider": "RJ2", "responsibilityTransferred": false});
    let asked = referred().on("2026-01-20", "careTransferredOut", opinion);
    clock_of(asked.clone()).last("2026-01-20 row 42 stayed 20").is(ClockState::Ticking);
    clock_of(sent(asked, "2026-02-10", "RJ1", "RJ2"))
        .last("2026-02-10 row 39 stayed 21")
        .is(ClockState::Transferred);
}

#[test]
fn activity_before_the_receipt_is_told_is_expected_elsewhere() {
    let told = sent(referred(), "2026-01-20", "RJ1", "RJ2").on(
        "2026-01-25",
        "outpatientAttended",
        json!({}),
    );
    clock_of(told).last("2026-01-25 row 62 stayed 21").is(ClockState::Transferred);
}

#[test]
fn death_on_the_way_stops_the_clock_all_the_same() {
    clock_of(sent(referred(), "2026-01-20", "RJ1", "RJ2").on(
        "2026-01-25",
        "patientDied",
        json!({}),
    ))
    .last("2026-01-25 row 47 stopped 36")
    .periods(&["2026-01-05 to 2026-01-25 36"]);
}

#[test]
fn a_transfer_of_what_has_stopped_moves_nothing() {
    let stopped = || {
        referred().on("2026-01-15", "decisionNotToTreat", json!({"communicatedAt": "2026-01-15"}))
    };
    clock_of(sent(stopped(), "2026-01-20", "RJ1", "RJ2")).last("2026-01-20 row 62 stayed");
    clock_of(received(stopped(), "2026-01-28", "RJ2", Some("2026-01-05")))
        .last("2026-01-28 row 62 rejected NoOpenPeriod")
        .periods(&["2026-01-05 to 2026-01-15 34"]);
}

#[test]
fn an_unknown_start_ends_the_wait_without_a_number_of_days() {
    let told = received(story(), "2026-01-28", "RJ2", None);
    let told = clock_of(told.on("2026-03-02", "treatmentStarted", treatment("RJ2")))
        .periods(&["unknown to 2026-03-02 30"]);
    assert_eq!(told.clock.periods[0].start.date, None);
}

#[test]
fn a_linked_referral_with_a_date_makes_an_unknown_start_known_and_one_without_does_not() {
    let unknown = || received(story(), "2026-01-28", "RJ2", None);
    let dated = json!({"route": "E_REFERRAL_SERVICE", "ubrnConvertedAt": "2025-12-01"});
    clock_of(unknown().on("2026-02-03", "referralReceived", dated))
        .last("2026-02-03 row 51 stayed")
        .periods(&["2025-12-01 to open"]);
    clock_of(unknown().on("2026-02-03", "referralReceived", json!({"route": "OTHER"})))
        .periods(&["unknown to open"]);
}

#[test]
fn a_referral_from_another_nation_starts_on_receipt_whatever_went_before() {
    let first = json!({"route": "OTHER_NATION", "priorCommissionerEnglish": false,
        "ubrnConvertedAt": "2025-05-01", "interfaceReceivedAt": "2025-04-01", "spoaAt": "2025-03-01"});
    clock_of(story().on("2026-02-01", "referralReceived", first))
        .expect(&["2026-02-01 row 59 started"])
        .periods(&["2026-02-01 to open"]);
}

#[test]
fn who_pays_may_change_on_the_way_and_the_clock_does_not() {
    let reclassified = json!({"commissioner": "NONC", "effectiveDate": "2026-02-01"});
    let told = clock_of(referred().on("2026-02-01", "pathwayReclassified", reclassified))
        .periods(&["2026-01-05 to open"]);
    let segments = &told.clock.periods[0].segments;
    let payers: Vec<_> = segments
        .iter()
        .map(|each| each.commissioner.as_ref().map(steps::OdsCode::as_str))
        .collect();
    assert_eq!(payers.last(), Some(&Some("NONC")));
}
