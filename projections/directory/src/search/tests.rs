//! Services are found by what is asked of them, and as they stood on the day.

use serde_json::Value;
use testkit::{json, story};
use uuid::Uuid;

use super::*;

fn entry(id: &str, name: &str, more: &Value) -> Value {
    let mut fields = json!({
        "service": id, "organisation": "RJ1", "name": name, "function": "330", "area": "Hull",
    });
    for (field, value) in more.as_object().unwrap() {
        fields[field] = value.clone();
    }
    fields
}

fn directory() -> Directory {
    let told = story()
        .on("2026-01-01", "directoryEntryUpdated", entry("S1", "Dermatology", &json!({})))
        .on(
            "2026-01-01",
            "directoryEntryUpdated",
            entry("S2", "Skin clinic", &json!({"organisation": "RJ2", "selfReferral": true, "area": null})),
        )
        .on(
            "2026-01-01",
            "directoryEntryUpdated",
            entry("S3", "Sensitive", &json!({"restricted": true, "function": "110"})),
        )
        .on(
            "2026-03-01",
            "directoryEntryUpdated",
            entry("S1", "Dermatology", &json!({"area": "Beverley and Hull"})),
        )
        .on(
            "2026-01-01",
            "contactPointPublished",
            json!({"contactPoint": "C1", "organisation": "RJ2", "service": "S2", "area": "North bank"}),
        );
    let mut directory = Directory::default();
    directory.apply(Uuid::from_u128(1), &told.told());
    directory
}

fn found(narrow: impl Fn(&mut ServiceAsk<'_>)) -> Vec<String> {
    let mut ask = ServiceAsk {
        area: None,
        function: None,
        organisation: None,
        name: None,
        self_referral: None,
        restricted: false,
        on: "2026-02-01T12:00:00Z".parse().unwrap(),
    };
    narrow(&mut ask);
    let directory = directory();
    directory.services(&ask).iter().map(|service| service.service.to_string()).collect()
}

#[test]
fn services_are_found_by_what_is_asked_in_the_order_of_their_ids() {
    assert_eq!(found(|_| {}), ["S1", "S2"]);
    assert_eq!(found(|ask| ask.restricted = true), ["S1", "S2", "S3"]);
    assert_eq!(found(|ask| ask.name = Some("DERM")), ["S1"]);
    assert_eq!(found(|ask| ask.self_referral = Some(true)), ["S2"]);
    let (function, other) = ("330".parse().unwrap(), "RJ2".parse().unwrap());
    let narrowed = directory();
    let ask = ServiceAsk {
        area: None,
        function: Some(&function),
        organisation: Some(&other),
        name: None,
        self_referral: None,
        restricted: true,
        on: "2026-02-01T12:00:00Z".parse().unwrap(),
    };
    let ids: Vec<&str> =
        narrowed.services(&ask).iter().map(|service| service.service.as_str()).collect();
    assert_eq!(ids, ["S2"]);
}

#[test]
fn an_area_is_that_of_the_entry_or_else_of_a_contact_point_and_as_it_was_on_the_day() {
    assert_eq!(found(|ask| ask.area = Some("hull")), ["S1"]);
    assert_eq!(found(|ask| ask.area = Some("north")), ["S2"]);
    assert_eq!(found(|ask| ask.area = Some("beverley")), [""; 0]);
    let later = |ask: &mut ServiceAsk<'_>| {
        ask.area = Some("beverley");
        ask.on = "2026-03-02T12:00:00Z".parse().unwrap();
    };
    assert_eq!(found(later), ["S1"]);
}

#[test]
fn an_entry_says_when_it_was_last_written() {
    let (directory, id) = (directory(), "S1".parse().unwrap());
    let on = |day: &str| {
        let moment = format!("{day}T12:00:00Z").parse().unwrap();
        directory.entered_on(&id, moment, None).map(|day| day.to_string())
    };
    assert_eq!(on("2026-02-01").as_deref(), Some("2026-01-01"));
    assert_eq!(on("2026-03-02").as_deref(), Some("2026-03-01"));
    assert_eq!(on("2025-12-01"), None);
}
