//! The settings that are shipped, their editions, and mistakes in them.

use super::*;
use crate::Packs;

fn day(raw: &str) -> NaiveDate {
    raw.parse().unwrap()
}

fn since(points: &ContactPoints, on: &str) -> (String, String) {
    let since = points.fresh_since(day(on), Packs::shipped().calendar());
    (since.verified.to_string(), since.serviced.to_string())
}

fn file(editions: &[(&str, u32, u32)]) -> String {
    let edition = |(from, verified, serviced): &(&str, u32, u32)| {
        format!(
            "[[edition]]\nfrom = \"{from}\"\nverified_within_days = {verified}\n\
             serviced_within_working_days = {serviced}\n"
        )
    };
    let editions: String = editions.iter().map(edition).collect();
    format!("title = \"t\"\nsource = \"s\"\n{editions}")
}

#[test]
fn a_check_holds_for_ninety_days_and_a_reading_over_two_working_days_and_a_weekend() {
    let shipped = ContactPoints::shipped();
    let as_words = |verified: &str, serviced: &str| (verified.to_owned(), serviced.to_owned());
    assert_eq!(since(&shipped, "2026-01-08"), as_words("2025-10-10", "2026-01-06"));
    // A Monday: what was read on the Thursday before still holds, through the Friday and the weekend.
    assert_eq!(since(&shipped, "2026-01-12").1, "2026-01-08");
    // The Tuesday after Easter: Good Friday and Easter Monday are no working days.
    assert_eq!(since(&shipped, "2026-04-07").1, "2026-04-01");
}

#[test]
fn the_oldest_reading_that_holds_and_the_moment_of_neglect_say_the_same() {
    let (shipped, packs) = (ContactPoints::shipped(), Packs::shipped());
    let days = day("2025-12-20").iter_days().take(60);
    for on in days {
        let since = shipped.fresh_since(on, packs.calendar()).serviced;
        let unserviced_from = |read| shipped.unserviced_from(read, on, packs.calendar());
        assert!(unserviced_from(since) > london::start_of(on), "{on}");
        let before = since.pred_opt().unwrap();
        assert!(unserviced_from(before) <= london::start_of(on), "{on}");
    }
}

#[test]
fn the_edition_in_force_on_the_day_asked_holds_and_the_first_before_all_of_them() {
    let text = file(&[("2026-01-01", 90, 2), ("2026-02-01", 30, 5)]);
    let points = ContactPoints::parse("points.toml", &text).unwrap();
    assert_eq!(since(&points, "2026-01-30").1, "2026-01-28");
    assert_eq!(since(&points, "2026-02-06"), ("2026-01-07".to_owned(), "2026-01-30".to_owned()));
    assert_eq!(since(&points, "2025-07-10").1, "2025-07-08");
}

#[test]
fn beyond_the_calendar_monday_to_friday_are_working_days() {
    assert_eq!(since(&ContactPoints::shipped(), "2065-01-05").1, "2065-01-01");
}

#[test]
fn a_mistake_is_said_with_its_line_and_what_would_be_right() {
    let said = |editions: &[(&str, u32, u32)]| {
        ContactPoints::parse("points.toml", &file(editions)).unwrap_err().to_string()
    };
    assert_eq!(
        said(&[("2026-01-01", 9000, 2)]),
        "points.toml:5: `verified_within_days` is 9000: expected 1 to 3660"
    );
    assert_eq!(
        said(&[("2026-01-01", 90, 0)]),
        "points.toml:6: `serviced_within_working_days` is 0: expected 1 to 60"
    );
    assert_eq!(
        said(&[("2026-01-01", 90, 2), ("2026-01-01", 90, 3)]),
        "points.toml:8: the edition from 2026-01-01 is not after the last: expected editions in \
         order of `from`"
    );
    assert!(
        ContactPoints::parse("points.toml", "title = \"t\"\nsource = \"s\"\nedition = []\n")
            .is_err()
    );
}
