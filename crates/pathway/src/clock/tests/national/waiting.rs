//! Weeks waited: the bands of the return (guidance 10.1.7).

use chrono::{Days, NaiveDate};
use testkit::json;

use crate::clock::{
    Clock, Part,
    tests::language::{clock_of, referred},
    waiting::{band, band_label, days, over_104_weeks, within_18_weeks},
};

/// The clock of a patient referred on 5 January 2026 and treated that many days later.
fn treated_after(waited: u64) -> Clock {
    let start: NaiveDate = "2026-01-05".parse().unwrap();
    let on = start.checked_add_days(Days::new(waited)).unwrap().to_string();
    let fields = json!({"firstDefinitive": true, "treatmentSetting": "OUTPATIENT"});
    clock_of(referred().on(&on, "treatmentStarted", fields)).clock
}

/// The days and the band of the only period.
fn waited(clock: &Clock) -> (u32, usize) {
    let [period] = &clock.periods[..] else { panic!("{:?}", clock.periods) };
    let days = days(period.start.date.unwrap(), period.end.as_ref().unwrap().date).unwrap();
    (days, band(days))
}

#[test]
fn band_00_treated_on_the_day_of_referral_waits_in_the_first_band_and_is_counted() {
    let clock = treated_after(0);
    assert_eq!(waited(&clock), (0, 0));
    assert_eq!(band_label(0), "0 to 1 weeks");
    let policy = crate::clock::ClockPolicy::default();
    let parts = clock.periods[0].counted("2026-01-31".parse().unwrap(), &policy);
    assert!(parts.iter().any(|one| one.part == Part::CompletedNonAdmitted));
}

#[test]
fn band_02_eight_days_are_the_second_band_because_the_first_has_eight_values() {
    assert_eq!(waited(&treated_after(7)), (7, 0));
    assert_eq!(waited(&treated_after(8)), (8, 1));
}

#[test]
fn band_04_a_hundred_and_twenty_days_are_over_17_weeks_and_within_18() {
    assert_eq!(waited(&treated_after(120)), (120, 17));
    assert_eq!(band_label(17), "over 17 to 18 weeks");
    assert!(within_18_weeks(120));
}

#[test]
fn band_06_a_hundred_and_twenty_seven_days_are_over_18_weeks() {
    assert_eq!(waited(&treated_after(127)), (127, 18));
    assert!(within_18_weeks(126) && !within_18_weeks(127));
}

#[test]
fn band_08_seven_hundred_and_twenty_eight_days_are_the_last_band_that_ends() {
    assert_eq!(waited(&treated_after(728)), (728, 103));
    assert_eq!(waited(&treated_after(729)), (729, 104));
    assert!(!over_104_weeks(728) && over_104_weeks(729));
}
