//! The clocks beside the RTT clock: none moves another.

use pathway::{
    Clock,
    clock::{ClockPolicy, Effect, Row, waiting},
};
use testkit::{Story, json, story};

use crate::language::{
    booked, cancer_of, date, missed, seen, suspected, test, tests_of, told, treated,
};

/// A referral on 5 January, seen a week later, when a test was asked for.
fn referred_and_tested() -> Story {
    let story = story().on(
        "2026-01-05",
        "referralReceived",
        json!({"provider": "RJ1", "route": "OTHER", "rttScope": "IN_SCOPE",
            "referralPurpose": "TREATMENT", "receivedAt": null}),
    );
    seen(story, "2026-01-12", "A0").on("2026-01-12", "testRequested", test("T1", json!({})))
}

fn rtt_days(story: &Story, on: &str) -> u32 {
    let clock = Clock::of(&story.history(), &ClockPolicy::default());
    let open = clock.open().expect("the RTT clock ticks");
    waiting::days(open.start.date.unwrap(), date(on)).unwrap()
}

#[test]
fn on_one_pathway_day_126_is_within_18_weeks_while_the_test_was_over_from_its_day_42() {
    let story = referred_and_tested();
    let (day_126, day_127) = ("2026-05-11", "2026-05-12");
    assert_eq!((rtt_days(&story, day_126), rtt_days(&story, day_127)), (126, 127));
    assert!(waiting::within_18_weeks(126) && !waiting::within_18_weeks(127));
    tests_of(story)
        .on("2026-02-22", &["DM01 from 2026-01-12: 41 days, open, within"])
        .on("2026-02-23", &["DM01 from 2026-01-12: 42 days, open, over"])
        .on(day_126, &["DM01 from 2026-01-12: 119 days, open, over"]);
}

#[test]
fn a_missed_test_restarts_its_own_clock_and_leaves_rtt_alone() {
    let story = booked(referred_and_tested(), "2026-01-13", "A1", "2026-02-02T10:00:00Z", "TEST");
    let story = missed(story, "2026-02-02", "A1");
    let clock = Clock::of(&story.history(), &ClockPolicy::default());
    let last = clock.moves.last().unwrap();
    assert_eq!((last.row, last.effect), (Row::LaterDna, Effect::Stayed));
    assert_eq!(rtt_days(&story, "2026-02-28"), 54);
    tests_of(story).on("2026-02-28", &["DM01 from 2026-02-02: 26 days, open, within"]);
}

#[test]
fn a_cancer_pathway_runs_its_rtt_clock_in_parallel() {
    let story = suspected().on(
        "2026-01-05",
        "referralReceived",
        json!({"provider": "RJ1", "route": "OTHER", "rttScope": "IN_SCOPE",
            "referralPurpose": "TREATMENT", "receivedAt": null}),
    );
    let story = told(story, "2026-01-20", "CANCER");
    assert_eq!(rtt_days(&story, "2026-03-08"), 62, "being told stops no RTT clock");
    let story = treated(story, "2026-03-08", "FIRST", json!({}));
    assert_eq!(rtt_days(&story, "2026-03-09"), 63, "the cancer step stops the cancer clocks alone");
    let rtt = json!({"firstDefinitive": true, "treatmentSetting": "OUTPATIENT", "provider": "RJ1"});
    let story = story.on("2026-03-08", "treatmentStarted", rtt);
    let clock = Clock::of(&story.history(), &ClockPolicy::default());
    assert_eq!(clock.periods[0].end.as_ref().unwrap().date, date("2026-03-08"));
    cancer_of(story).on(
        "2026-06-30",
        &[
            "CANCER_28_DAY from 2026-01-05: 15 days, stopped, within",
            "CANCER_62_DAY from 2026-01-05: 62 days, stopped, within",
        ],
    );
}

#[test]
fn no_step_of_the_cancer_or_diagnostic_clocks_alone_makes_an_rtt_move() {
    let story = told(suspected(), "2026-01-20", "CANCER");
    assert!(Clock::of(&story.history(), &ClockPolicy::default()).moves.is_empty());
}
