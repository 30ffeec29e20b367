//! The Hull story: notices of radiology results are not sent for a month, and then it is found.
//!
//! Eight weeks go well; from Saturday 1 July 2023 results are reported and nobody is told; on
//! 22 September the notices are sent at last.

use super::*;
use crate::{LookBackAsk, Pulse, look_back, pulses};
use chrono::{Datelike, Days, NaiveDate};
use policy::Packs;

const NOTIFIED: &str = "NET-RESULT-NOTIFIED";
const BEGUN: &str = "2023-07-01";
const ENDED: &str = "2023-07-31";

fn day(raw: &str) -> NaiveDate {
    raw.parse().unwrap()
}

/// Three results on each working day from May to September, reported at nine by the department's clock.
/// Which pathways were affected stands beside.
fn town(found: bool) -> (Vec<History>, Vec<u128>) {
    let days = day("2023-05-01").iter_days().take_while(|one| *one <= day("2023-09-29"));
    let (mut all, mut affected) = (Vec::new(), Vec::new());
    for one in days.filter(|one| one.weekday().number_from_monday() <= 5) {
        for place in 0..3 {
            let number = u128::try_from(all.len()).unwrap() + 1;
            let silent = (day(BEGUN)..=day(ENDED)).contains(&one);
            if silent {
                affected.push(number);
            }
            let sent = match (silent, found) {
                (false, _) => Some(format!("{one}T10:00:00Z")),
                (true, true) => Some("2023-09-22T12:00:00Z".to_owned()),
                (true, false) => None,
            };
            let told = reported(&format!("{one}T08:0{place}:00Z"), "NORMAL");
            let told = match sent {
                Some(sent) => told.on(&sent, "resultNotificationSent", notice(false)),
                None => told,
            };
            all.push(pathway(number, &told));
        }
    }
    (all, affected)
}

fn pulse_of(conn: &Connection, feed: &str, on: &str) -> Pulse {
    let net = view().rules();
    let beats =
        pulses(conn, day(on), net.on(day(on)).unwrap(), Packs::shipped().calendar()).unwrap();
    beats.iter().find(|beat| beat.name() == feed).unwrap().pulse
}

#[test]
fn the_alarm_is_raised_on_the_first_day_and_lists_exactly_that_days_patients() {
    let (town, affected) = town(false);
    let conn = file(&town);
    let listed = |now: &str| pathways(&missing_of(&conn, NOTIFIED, now));
    assert_eq!(listed("2023-07-03T15:59:59Z"), [0; 0], "nothing is overdue before the eight hours");
    assert_eq!(listed("2023-07-03T16:30:00Z"), affected[..3], "Monday 3 July, the first day");
    assert_eq!(listed("2023-07-04T16:30:00Z"), affected[..6]);
}

#[test]
fn the_feed_of_notices_is_silent_on_the_first_day_although_results_go_on() {
    let conn = file(&town(false).0);
    assert_eq!(pulse_of(&conn, "RWA/result-notices", "2023-07-03"), Pulse::Silent);
    assert_eq!(pulse_of(&conn, "RWA/results", "2023-07-03"), Pulse::Usual);
    assert_eq!(pulse_of(&conn, "RWA/result-notices", "2023-06-30"), Pulse::Usual);
    assert_eq!(pulse_of(&conn, "RWA/result-notices", "2023-07-02"), Pulse::Unknown, "a Sunday");
    assert_eq!(pulse_of(&conn, "RWA/results", "2023-05-22"), Pulse::Unknown, "the first weeks");
}

#[test]
fn at_the_end_of_the_month_exactly_the_affected_patients_are_listed() {
    let (town, affected) = town(false);
    let conn = file(&town);
    let listed = missing_of(&conn, NOTIFIED, "2023-08-01T12:00:00Z");
    assert_eq!(pathways(&listed), affected);
    assert!(listed.iter().all(|one| one.node.sender == Some(trust("RWA"))));
    assert!(listed.is_sorted_by_key(|one| one.node.due), "the longest overdue first");
    assert_eq!(affected.len(), 21 * 3, "July 2023 has 21 working days");
}

#[test]
fn once_found_nothing_is_missing_and_the_look_back_still_names_whom_it_concerned() {
    let (town, affected) = town(true);
    let conn = file(&town);
    assert_eq!(pathways(&missing_of(&conn, NOTIFIED, "2023-09-23T00:00:00Z")), [0; 0]);
    assert_eq!(pathways(&missing_of(&conn, NOTIFIED, "2023-09-22T11:00:00Z")), affected);
    let ask = |now: &str, sender: &str| LookBackAsk {
        rule: rule(NOTIFIED),
        from: day(BEGUN),
        to: day(ENDED),
        sender: Some(trust(sender)),
        now: at(now),
        after: None,
        first: 1_000,
    };
    let listed = |ask: &LookBackAsk| pathways(&look_back(&conn, ask).unwrap());
    assert_eq!(listed(&ask("2023-09-22T11:00:00Z", "RWA")), affected);
    assert_eq!(listed(&ask("2023-09-22T11:00:00Z", "RJ1")), [0; 0], "another trust's feed");
    assert_eq!(listed(&ask("2023-09-23T00:00:00Z", "RWA")), [0; 0]);
    let late = missing_of(&conn, NOTIFIED, "2023-08-01T00:00:00Z");
    assert!(late.iter().all(|one| one.node.settled.is_some_and(|by| by.at > one.node.due)));
}

#[test]
fn pages_of_what_is_missing_follow_on_without_gap_or_repeat() {
    let (town, _) = town(false);
    let conn = file(&town);
    let mut ask = MissingAsk {
        owner: Some(trust("RWA")),
        rule: None,
        sender: None,
        escalated: Some(false),
        now: at("2023-08-01T12:00:00Z"),
        after: None,
        first: 1_000,
    };
    let whole = missing(&conn, &ask).unwrap();
    let mut paged: Vec<Listed<Expected>> = Vec::new();
    ask.first = 7;
    loop {
        let page = missing(&conn, &ask).unwrap();
        let Some(last) = page.last() else { break };
        ask.after = Some(last.cursor.to_string().parse().unwrap());
        paged.extend(page);
    }
    assert!(whole.len() > 60);
    assert_eq!(paged, whole);
}

#[test]
fn half_of_the_usual_volume_is_no_alarm_and_less_is() {
    let sent = |count: u32, on: NaiveDate| {
        (0..count).map(move |_| {
            reported(&format!("{on}T08:00:00Z"), "NORMAL").on(
                &format!("{on}T09:00:00Z"),
                "resultNotificationSent",
                notice(false),
            )
        })
    };
    let monday = day("2023-07-03");
    let before = (1..=8).flat_map(|week| sent(10, monday - Days::new(7 * week)));
    let before: Vec<Story> = before.collect();
    for (count, pulse) in [(5, Pulse::Usual), (4, Pulse::Low), (0, Pulse::Silent)] {
        let stories = before.iter().cloned().chain(sent(count, monday));
        let town: Vec<History> =
            (1..).zip(stories).map(|(number, story)| pathway(number, &story)).collect();
        assert_eq!(pulse_of(&file(&town), "RWA/result-notices", "2023-07-03"), pulse, "{count}");
    }
}
