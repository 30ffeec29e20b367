//! A bank holiday is no silent day: the other Mondays tell nothing of it.

use chrono::{Datelike, NaiveDate};
use policy::Packs;

use super::*;
use crate::{Beat, Pulse, pulses};

/// Three results on each Monday from the first day to the last, but for the days in `without`.
fn mondays(first: &str, last: &str, without: &[&str]) -> Connection {
    let (first, last): (NaiveDate, NaiveDate) = (first.parse().unwrap(), last.parse().unwrap());
    let days = first.iter_days().take_while(|one| *one <= last);
    let days = days.filter(|one| one.weekday().number_from_monday() == 1);
    let came = days.filter(|one| !without.contains(&one.to_string().as_str()));
    let all = came.flat_map(|one| (0..3).map(move |place| (one, place)));
    let all: Vec<History> = (1..)
        .zip(all)
        .map(|(number, (one, place))| {
            pathway(number, &reported(&format!("{one}T08:0{place}:00Z"), "NORMAL"))
        })
        .collect();
    file(&all)
}

fn results_on(conn: &Connection, on: &str) -> Beat {
    let (net, on) = (view().rules(), on.parse().unwrap());
    let beats = pulses(conn, on, net.on(on).unwrap(), Packs::shipped().calendar()).unwrap();
    beats.into_iter().find(|beat| beat.name() == "RWA/results").unwrap()
}

#[test]
fn nothing_on_a_bank_holiday_raises_no_alarm_and_nothing_on_the_monday_after_does() {
    let conn = mondays("2026-06-01", "2026-08-24", &[]);
    let (holiday, after) = (results_on(&conn, "2026-08-31"), results_on(&conn, "2026-09-07"));
    assert_eq!((holiday.bank_holiday, holiday.pulse), (Some(true), Pulse::Unknown));
    assert_eq!(
        (holiday.received, holiday.usual),
        (0, Some(3)),
        "the figures are told all the same"
    );
    assert_eq!((after.bank_holiday, after.pulse), (Some(false), Pulse::Silent));
}

#[test]
fn volume_as_usual_on_a_bank_holiday_is_as_usual() {
    let conn = mondays("2026-06-01", "2026-08-31", &[]);
    assert_eq!(results_on(&conn, "2026-08-31").pulse, Pulse::Usual);
}

#[test]
fn beyond_the_calendar_a_day_is_judged_as_any_other_and_it_is_said_that_nobody_can_tell() {
    let conn = mondays("2028-02-07", "2028-04-24", &["2028-04-17"]);
    let easter_monday = results_on(&conn, "2028-04-17");
    assert_eq!((easter_monday.bank_holiday, easter_monday.pulse), (None, Pulse::Silent));
}
