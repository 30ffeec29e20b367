//! Closed organisations and endpoints that nobody services are refused, with where to go instead.

use serde_json::Value;
use testkit::{Story, json, story};
use uuid::Uuid;

use super::*;

fn at(day: &str) -> DateTime<Utc> {
    format!("{day}T12:00:00Z").parse().unwrap()
}

fn fresh(on: DateTime<Utc>) -> Freshness {
    let before = |days| london::date_of(on) - chrono::Days::new(days);
    Freshness { verified_since: before(90), serviced_since: before(2) }
}

fn closed(code: &str, last: &str, next: Option<&str>) -> Value {
    json!({"organisation": code, "name": code, "endsOn": last, "replacedByOrganisation": next})
}

fn point(id: &str, channel: &str) -> Value {
    json!({"contactPoint": id, "organisation": "RJ1", "service": null, "audience": "PRACTICE",
        "contactPurpose": "QUESTIONS", "channel": channel, "alternativeContact": null})
}

fn directory(told: &Story) -> Directory {
    let mut directory = Directory::default();
    directory.apply(Uuid::from_u128(1), &told.told());
    directory
}

fn said(told: &Story, to: Destination<'_>, day: &str) -> String {
    let directory = directory(told);
    match directory.routing(to, at(day), fresh(at(day))) {
        Routing::Open => "open".to_owned(),
        Routing::NotInUse => "not in use".to_owned(),
        Routing::Closed { successor, ends_on, .. } => {
            format!("closed on {ends_on}, now {}", successor.map_or("nobody", OdsCode::as_str))
        }
        Routing::Unserviced { reach, instead } => format!(
            "nobody reads {}, but {}",
            reach.point.contact_point,
            instead.map_or("nothing", |other| other.point.contact_point.as_str())
        ),
    }
}

#[test]
fn a_closed_organisation_is_refused_after_its_last_day_with_the_open_one_at_the_end_of_the_line() {
    let told = story()
        .on("2026-01-01", "organisationRecorded", closed("G81001", "2026-03-31", Some("G81002")))
        .on("2026-01-01", "organisationRecorded", closed("G81002", "2026-05-31", Some("G81003")));
    let code: OdsCode = "G81001".parse().unwrap();
    let to = |day: &str| said(&told, Destination::Organisation(&code, None), day);
    assert_eq!(to("2026-03-31"), "open");
    assert_eq!(to("2026-04-01"), "closed on 2026-03-31, now G81002");
    assert_eq!(to("2026-06-01"), "closed on 2026-03-31, now G81003");
    let last =
        story().on("2026-01-01", "organisationRecorded", closed("G81001", "2026-03-31", None));
    let to = said(&last, Destination::Organisation(&code, None), "2026-04-01");
    assert_eq!(to, "closed on 2026-03-31, now nobody");
    let directory = directory(&told);
    let next: OdsCode = "G81003".parse().unwrap();
    let codes = |day| -> Vec<&str> {
        let before = directory.predecessors(&next, at(day));
        before.into_iter().map(OdsCode::as_str).collect()
    };
    assert_eq!(codes("2026-05-01"), [""; 0]);
    assert_eq!(codes("2026-06-01"), ["G81001", "G81002"]);
}

#[test]
fn an_inbox_that_nobody_reads_is_refused_with_another_of_the_same_side() {
    let inbox = story().on("2026-01-01", "contactPointPublished", point("C1", "EMAIL"));
    let id: ContactPointId = "C1".parse().unwrap();
    let to = |told: &Story, day: &str| said(told, Destination::ContactPoint(&id), day);
    assert_eq!(to(&inbox, "2026-01-03"), "open");
    assert_eq!(to(&inbox, "2026-01-04"), "nobody reads C1, but nothing");
    let other = inbox.clone().on("2026-01-01", "contactPointPublished", point("C2", "TELEPHONE"));
    assert_eq!(to(&other, "2026-01-04"), "nobody reads C1, but C2");
    let retired = other.on("2026-01-03", "contactPointRetired", json!({"contactPoint": "C1"}));
    assert_eq!(to(&retired, "2026-01-04"), "not in use");
    assert_eq!(to(&story(), "2026-01-04"), "not in use");
}

#[test]
fn an_organisation_is_refused_by_channel_only_where_every_endpoint_of_it_is_unserviced() {
    let told = story().on("2026-01-01", "contactPointPublished", point("C1", "EMAIL")).on(
        "2026-01-01",
        "contactPointPublished",
        point("C2", "EMAIL"),
    );
    let code: OdsCode = "RJ1".parse().unwrap();
    let by = |told: &Story, channel| {
        said(told, Destination::Organisation(&code, Some(channel)), "2026-01-08")
    };
    assert_eq!(by(&told, Channel::Email), "nobody reads C1, but nothing");
    assert_eq!(by(&told, Channel::Post), "open", "nothing is published, nothing is known");
    let read = told.on("2026-01-07", "contactPointServiced", json!({"contactPoint": "C2"}));
    assert_eq!(by(&read, Channel::Email), "open");
}
