//! Feeds of one organisation are told apart by the system that sends them, and test messages come back.

use policy::Packs;

use super::*;
use crate::{Pulse, TestMessage, Watched, pulses};

/// A result of RWA that a system told of.
fn told_by(number: u128, system: Option<&str>, when: &str) -> History {
    let mut told = reported(when, "NORMAL").told();
    for one in &mut told {
        one.event_id.0 = Uuid::from_u128(number * 1_000 + one.event_id.0.as_u128());
        one.source = system.map(|system| system.parse().unwrap());
    }
    History::of(PathwayId(Uuid::from_u128(number)), told)
}

/// On each Monday of June and July five results of one system and one of another, which stops in July.
fn two_systems() -> Connection {
    let mondays = ["06-01", "06-08", "06-15", "06-22", "06-29", "07-06"];
    let mut all = Vec::new();
    for (week, monday) in (0..).zip(mondays) {
        for place in 0..5 {
            let when = format!("2026-{monday}T08:0{place}:00Z");
            all.push(told_by(week * 10 + place + 1, Some("chatty"), &when));
        }
        if monday != "07-06" {
            let when = format!("2026-{monday}T09:00:00Z");
            all.push(told_by(week * 10 + 9, Some("quiet"), &when));
        }
    }
    file(&all)
}

fn results_on(conn: &Connection, day: &str) -> Vec<(Option<String>, Pulse, u32, Option<u32>)> {
    let (net, on) = (view().rules(), day.parse().unwrap());
    let beats = pulses(conn, on, net.on(on).unwrap(), Packs::shipped().calendar()).unwrap();
    let results = beats.into_iter().filter(|beat| beat.name() == "RWA/results");
    let told = results.map(|beat| {
        (beat.source.map(|source| source.to_string()), beat.pulse, beat.received, beat.usual)
    });
    told.collect()
}

#[test]
fn one_silent_system_beside_a_chatty_one_is_found() {
    let conn = two_systems();
    let system = |name: &str| Some(name.to_owned());
    assert_eq!(
        results_on(&conn, "2026-07-06"),
        [
            (system("chatty"), Pulse::Usual, 5, Some(5)),
            (system("quiet"), Pulse::Silent, 0, Some(1)),
        ],
        "together they would be five of six: as usual"
    );
    let before = results_on(&conn, "2026-06-29");
    assert!(before.iter().all(|(_, pulse, ..)| *pulse == Pulse::Usual), "{before:?}");
}

#[test]
fn what_no_envelope_names_a_system_of_is_a_feed_of_its_own() {
    let known = told_by(1, Some("chatty"), "2026-06-01T08:00:00Z");
    let conn = file(&[known, told_by(2, None, "2026-06-01T08:00:00Z")]);
    let systems: Vec<Option<String>> =
        results_on(&conn, "2026-06-01").into_iter().map(|(system, ..)| system).collect();
    assert_eq!(systems, [None, Some("chatty".to_owned())]);
}

/// A test message sent on a Monday morning, and what came after it.
fn messages(after: Story, now: &str) -> Vec<TestMessage> {
    let mut watched = Watched::default();
    watched.apply(Uuid::from_u128(1), after.told());
    watched.test_messages(None, at(now), view().rules())
}

fn sent(reference: &str) -> testkit::Value {
    json!({"feed": "RWA/result-notices", "messageRef": reference, "organisation": "RWA"})
}

#[test]
fn a_test_message_is_lost_after_four_hours_until_it_comes_back() {
    let out = || story().on("2026-01-05T08:00:00Z", "testMessageSent", sent("T-1"));
    let lost = |story: Story, now: &str| messages(story, now)[0].is_lost(at(now));
    assert!(!lost(out(), "2026-01-05T12:00:00Z"), "to the minute");
    assert!(lost(out(), "2026-01-05T12:00:01Z"));
    let another = out().on("2026-01-05T09:00:00Z", "testMessageReturned", sent("T-2"));
    assert!(lost(another, "2026-01-05T13:00:00Z"), "another message answers for nothing");
    let back = out().on("2026-01-05T13:00:00Z", "testMessageReturned", sent("T-1"));
    assert!(!lost(back.clone(), "2026-01-05T14:00:00Z"));
    assert!(lost(back, "2026-01-05T12:30:00Z"), "asked for the past, it had not come");
    let day = story().on("2026-01-05", "testMessageSent", sent("T-1"));
    assert!(!lost(day, "2026-01-06T04:00:00Z"), "of a day: from its end");
}
