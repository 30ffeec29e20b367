//! What is wrong with a contact point, at the borders of the settings, and whether anybody can be reached.

use serde_json::Value;
use testkit::{Story, json, story};
use uuid::Uuid;

use super::*;

/// A check holds for 90 days, a reading for seven.
fn fresh(on: DateTime<Utc>) -> Freshness {
    let before = |days| london::date_of(on) - chrono::Days::new(days);
    Freshness { verified_since: before(90), serviced_since: before(7) }
}

fn point(id: &str, channel: &str, more: &Value) -> Value {
    let mut fields = json!({
        "contactPoint": id, "organisation": "RJ1", "service": "S1", "audience": "PRACTICE",
        "contactPurpose": "QUESTIONS", "channel": channel, "verifiedOn": "2026-01-01",
    });
    for (name, value) in more.as_object().unwrap() {
        fields[name] = value.clone();
    }
    fields
}

fn directory(told: &Story) -> Directory {
    let mut directory = Directory::default();
    directory.apply(Uuid::from_u128(1), &told.told());
    directory
}

fn published(id: &str, channel: &str, more: Value) -> Story {
    story().on("2026-01-01", "contactPointPublished", point(id, channel, &more))
}

fn at(day: &str) -> DateTime<Utc> {
    format!("{day}T12:00:00Z").parse().unwrap()
}

fn faults(told: &Story, day: &str) -> Vec<Fault> {
    let directory = directory(told);
    let lines = directory.faulty_contacts(None, at(day), fresh(at(day)));
    lines.into_iter().flat_map(|line| line.faults).collect()
}

fn live(told: &Story, day: &str) -> String {
    let (organisation, service) = ("RJ1".parse().unwrap(), "S1".parse().unwrap());
    let directory = directory(told);
    let ask = LiveAsk {
        organisation: &organisation,
        service: Some(&service),
        audiences: &[Audience::Practice],
        on: at(day),
        known: None,
    };
    match directory.live_contact(ask, fresh(ask.on)) {
        Live::Yes(id) => id.to_string(),
        other @ (Live::DigitalOnly | Live::Faulty(_) | Live::Missing) => format!("{other:?}"),
    }
}

#[test]
fn a_line_is_stale_the_day_after_its_last_day_and_a_check_mends_it() {
    let line = published("C1", "TELEPHONE", json!({}));
    assert_eq!(faults(&line, "2026-04-01"), []);
    assert_eq!(faults(&line, "2026-04-02"), [Fault::Stale]);
    let checked = json!({"contactPoint": "C1", "verifiedOn": "2026-04-02"});
    let checked = line.on("2026-04-02", "contactPointServiced", checked);
    assert_eq!(faults(&checked, "2026-04-02"), []);
    let never = published("C1", "TELEPHONE", json!({"verifiedOn": null}));
    assert_eq!(faults(&never, "2026-01-02"), [Fault::NeverVerified]);
}

#[test]
fn an_inbox_that_nobody_reads_is_told_and_a_telephone_needs_no_reading() {
    let inbox = published("C1", "EMAIL", json!({"notDigital": "01482 1"}));
    assert_eq!(faults(&inbox, "2026-01-08"), []);
    assert_eq!(faults(&inbox, "2026-01-09"), [Fault::NotServiced]);
    let read = inbox.on("2026-01-09", "contactPointServiced", json!({"contactPoint": "C1"}));
    assert_eq!(faults(&read, "2026-01-16"), []);
    assert_eq!(faults(&published("C1", "TELEPHONE", json!({})), "2026-02-20"), []);
}

#[test]
fn the_worst_comes_first_and_a_later_reading_takes_a_failure_back() {
    let failed = json!({"contactPoint": "C2", "contactFailure": "BOUNCED"});
    let told = published("C1", "TELEPHONE", json!({"verifiedOn": null}))
        .on("2026-01-01", "contactPointPublished", point("C2", "TELEPHONE", &json!({})))
        .on("2026-01-05", "contactPointFailed", failed);
    let directory = directory(&told);
    let lines = directory.faulty_contacts(None, at("2026-01-06"), fresh(at("2026-01-06")));
    let ids: Vec<&str> = lines.iter().map(|line| line.reach.point.contact_point.as_str()).collect();
    assert_eq!(ids, ["C2", "C1"]);
    let since = lines[0].reach.failed.unwrap().0;
    assert_eq!(since, "2026-01-05".parse().unwrap());
    let other = "RJ2".parse().unwrap();
    assert_eq!(
        directory.faulty_contacts(Some(&other), at("2026-01-06"), fresh(at("2026-01-06"))),
        []
    );
    let back = told.on("2026-01-07", "contactPointServiced", json!({"contactPoint": "C2"}));
    assert_eq!(faults(&back, "2026-01-08"), [Fault::NeverVerified]);
}

#[test]
fn digital_only_fails_until_some_line_of_the_audience_gives_another_way() {
    let inbox = published("C1", "EMAIL", json!({}));
    assert_eq!(live(&inbox, "2026-01-05"), "DigitalOnly");
    assert_eq!(faults(&inbox, "2026-01-05"), [Fault::DigitalOnly]);
    let own = published("C1", "EMAIL", json!({"notDigital": "01482 1"}));
    assert_eq!(live(&own, "2026-01-05"), "C1");
    let beside =
        inbox.on("2026-01-02", "contactPointPublished", point("C2", "TELEPHONE", &json!({})));
    assert_eq!(live(&beside, "2026-01-05"), "C2");
    assert_eq!(faults(&beside, "2026-01-05"), []);
}

#[test]
fn nobody_is_reached_through_a_line_of_another_audience_or_one_that_is_not_live() {
    assert_eq!(live(&story(), "2026-01-05"), "Missing");
    let patients = published("C1", "TELEPHONE", json!({"audience": "PATIENT"}));
    assert_eq!(live(&patients, "2026-01-05"), "Missing");
    let line = published("C1", "TELEPHONE", json!({}));
    assert_eq!(live(&line, "2026-01-05"), "C1");
    assert_eq!(live(&line, "2026-06-01"), "Faulty(Stale)");
    let failed = json!({"contactPoint": "C1", "contactFailure": "NO_ANSWER"});
    let failed = line.clone().on("2026-01-04", "contactPointFailed", failed);
    assert_eq!(live(&failed, "2026-01-05"), "Faulty(Failed)");
    let whole = published("C1", "TELEPHONE", json!({"service": null}));
    assert_eq!(live(&whole, "2026-01-05"), "C1");
}

#[test]
fn what_nobody_services_is_what_the_health_of_lines_calls_failed_or_not_serviced() {
    let failed = json!({"contactPoint": "C3", "contactFailure": "BOUNCED"});
    let told = published("C1", "EMAIL", json!({"notDigital": "01482 1"}))
        .on("2026-01-01", "contactPointPublished", point("C2", "TELEPHONE", &json!({})))
        .on("2026-01-03", "contactPointPublished", point("C3", "TELEPHONE", &json!({})))
        .on("2026-01-05", "contactPointFailed", failed)
        .on("2026-01-09", "contactPointServiced", json!({"contactPoint": "C1"}));
    let directory = directory(&told);
    for (day, expected) in [
        ("2026-01-04", vec![]),
        ("2026-01-08", vec!["C3"]),
        ("2026-01-09", vec!["C3"]),
        ("2026-01-17", vec!["C3", "C1"]),
    ] {
        let (on, freshness) = (at(day), fresh(at(day)));
        let unserviced = directory.unserviced_contacts(None, on, freshness);
        let ids = unserviced.iter().map(|reach| reach.point.contact_point.as_str());
        assert_eq!(ids.collect::<Vec<_>>(), expected, "{day}");
        let faulty = directory.faulty_contacts(None, on, freshness);
        let unread = |line: &&LineHealth<'_>| {
            line.faults.contains(&Fault::Failed) || line.faults.contains(&Fault::NotServiced)
        };
        assert_eq!(faulty.iter().filter(unread).count(), expected.len(), "{day}");
    }
}

#[test]
fn to_publish_an_inbox_anew_is_not_to_read_it_unless_the_address_is_another() {
    let inbox = || published("C1", "EMAIL", json!({"notDigital": "01482 1"}));
    let anew = |more: Value| {
        let hours = inbox().on("2026-01-02", "contactPointServiced", json!({"contactPoint": "C1"}));
        hours.on("2026-01-08", "contactPointPublished", point("C1", "EMAIL", &more))
    };
    let hours = anew(json!({"notDigital": "01482 1", "hours": "Mornings"}));
    assert_eq!(faults(&hours, "2026-01-09"), []);
    assert_eq!(faults(&hours, "2026-01-10"), [Fault::NotServiced]);
    let address = anew(json!({"notDigital": "01482 1", "endpoint": "new@nhs.example"}));
    assert_eq!(faults(&address, "2026-01-15"), []);
    assert_eq!(faults(&address, "2026-01-16"), [Fault::NotServiced]);
}
