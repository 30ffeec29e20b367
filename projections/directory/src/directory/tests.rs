//! What the directory answers, on any date and as known at any moment.

use chrono::{DateTime, Utc};
use serde_json::Value;
use steps::{
    OdsCode, ServiceId,
    codes::{Audience, ContactPurpose},
};
use testkit::{Story, json, story};
use uuid::Uuid;

use super::Directory;
use crate::{ContactAsk, Reach};

fn stream(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

fn at(raw: &str) -> DateTime<Utc> {
    raw.parse().unwrap()
}

fn point(id: &str, service: Option<&str>, purpose: &str, number: &str) -> Value {
    json!({
        "contactPoint": id, "organisation": "RJ1", "service": service, "audience": "PATIENT",
        "contactPurpose": purpose, "endpoint": number,
    })
}

fn directory(told: &Story) -> Directory {
    let mut directory = Directory::default();
    directory.apply(stream(1), &told.told());
    directory
}

struct Asked(&'static str, Option<&'static str>);

fn ask<'a>(directory: &'a Directory, purpose: ContactPurpose, when: &Asked) -> Option<Reach<'a>> {
    let organisation: OdsCode = "RJ1".parse().unwrap();
    let service: ServiceId = "S1".parse().unwrap();
    directory.contact(&ContactAsk {
        organisation: &organisation,
        service: Some(&service),
        audience: Audience::Patient,
        purpose,
        on: at(when.0),
        known: when.1.map(at),
    })
}

fn number(directory: &Directory, purpose: ContactPurpose, when: &str) -> Option<String> {
    let when = Asked(Box::leak(when.to_owned().into_boxed_str()), None);
    ask(directory, purpose, &when).map(|reach| reach.point.endpoint.to_string())
}

#[test]
fn retiring_a_number_changes_today_and_not_yesterday() {
    let told = story()
        .on(
            "2026-01-05T09:00:00Z",
            "contactPointPublished",
            point("C1", Some("S1"), "BOOKING", "111"),
        )
        .on(
            "2026-02-01T09:00:00Z",
            "contactPointPublished",
            point("C2", Some("S1"), "BOOKING", "222"),
        )
        .on(
            "2026-02-01T09:00:00Z",
            "contactPointRetired",
            json!({"contactPoint": "C1", "replacedBy": "C2"}),
        );
    let directory = directory(&told);
    let on = |when| number(&directory, ContactPurpose::Booking, when);
    assert_eq!(on("2026-01-31T12:00:00Z").as_deref(), Some("111"));
    assert_eq!(on("2026-02-01T12:00:00Z").as_deref(), Some("222"));
    assert_eq!(on("2026-01-01T12:00:00Z"), None);
}

#[test]
fn a_number_published_anew_replaces_itself_from_that_moment() {
    let told = story()
        .on(
            "2026-01-05T09:00:00Z",
            "contactPointPublished",
            point("C1", Some("S1"), "BOOKING", "111"),
        )
        .on(
            "2026-03-01T09:00:00Z",
            "contactPointPublished",
            point("C1", Some("S1"), "BOOKING", "333"),
        );
    let directory = directory(&told);
    let on = |when| number(&directory, ContactPurpose::Booking, when);
    assert_eq!(on("2026-02-28T12:00:00Z").as_deref(), Some("111"));
    assert_eq!(on("2026-03-01T12:00:00Z").as_deref(), Some("333"));
}

#[test]
fn a_correction_is_not_known_before_it_was_recorded() {
    let wrong = point("C1", Some("S1"), "BOOKING", "111");
    let right = point("C1", Some("S1"), "BOOKING", "999");
    let mut replacement =
        testkit::sample(steps::StepKind::ContactPointPublished, testkit::Fill::Required);
    for (field, value) in right.as_object().unwrap() {
        replacement[field] = value.clone();
    }
    let correction =
        json!({"eventId": Story::event(1), "step": {"contactPointPublished": replacement}});
    let told = story().on("2026-01-05T09:00:00Z", "contactPointPublished", wrong).on(
        "2026-02-01T09:00:00Z",
        "stepCorrected",
        correction,
    );
    let directory = directory(&told);
    let given = |known| {
        let when = Asked("2026-01-20T00:00:00Z", known);
        ask(&directory, ContactPurpose::Booking, &when)
            .map(|reach| reach.point.endpoint.to_string())
    };
    assert_eq!(given(None).as_deref(), Some("999"));
    assert_eq!(given(Some("2026-01-31T00:00:00Z")).as_deref(), Some("111"));
    assert_eq!(given(Some("2026-02-02T00:00:00Z")).as_deref(), Some("999"));
    assert_eq!(given(Some("2026-01-05T09:30:00Z")), None);
}

#[test]
fn the_service_stands_before_the_organisation_and_the_purpose_before_the_general_line() {
    let full = [
        point("A", Some("S1"), "BOOKING", "service booking"),
        point("B", None, "BOOKING", "trust booking"),
        point("C", Some("S1"), "GENERAL", "service general"),
        point("D", None, "GENERAL", "trust general"),
    ];
    for first in 0..full.len() {
        let told = full[first..].iter().rev().fold(story(), |told, point| {
            told.on("2026-01-05T09:00:00Z", "contactPointPublished", point.clone())
        });
        let given = number(&directory(&told), ContactPurpose::Booking, "2026-01-06T00:00:00Z");
        assert_eq!(given.as_deref(), full[first]["endpoint"].as_str());
    }
}

#[test]
fn a_failed_line_is_not_given_while_another_works_and_comes_back_when_serviced() {
    let told = story()
        .on(
            "2026-01-05T09:00:00Z",
            "contactPointPublished",
            point("A", Some("S1"), "BOOKING", "111"),
        )
        .on("2026-01-05T09:00:00Z", "contactPointPublished", point("D", None, "GENERAL", "general"))
        .on("2026-01-10T09:00:00Z", "contactPointFailed", json!({"contactPoint": "A"}))
        .on(
            "2026-01-12T09:00:00Z",
            "contactPointServiced",
            json!({"contactPoint": "A", "verifiedOn": "2026-01-12"}),
        );
    let directory = directory(&told);
    let on = |when| number(&directory, ContactPurpose::Booking, when);
    assert_eq!(on("2026-01-09T12:00:00Z").as_deref(), Some("111"));
    assert_eq!(on("2026-01-11T12:00:00Z").as_deref(), Some("general"));
    assert_eq!(on("2026-01-13T12:00:00Z").as_deref(), Some("111"));
    let back =
        ask(&directory, ContactPurpose::Booking, &Asked("2026-01-13T12:00:00Z", None)).unwrap();
    assert_eq!(back.verified_on, Some("2026-01-12".parse().unwrap()));
}

#[test]
fn a_failed_line_names_its_alternative_and_alone_is_given_as_not_working() {
    let mut failing = point("A", Some("S1"), "BOOKING", "111");
    failing["alternativeContact"] = json!("Z");
    let alone = story().on("2026-01-05T09:00:00Z", "contactPointPublished", failing).on(
        "2026-01-10T09:00:00Z",
        "contactPointFailed",
        json!({"contactPoint": "A"}),
    );
    let when = Asked("2026-01-11T00:00:00Z", None);
    let alone_directory = directory(&alone);
    assert!(!ask(&alone_directory, ContactPurpose::Booking, &when).unwrap().working);
    let with_other = alone.on(
        "2026-01-05T09:00:00Z",
        "contactPointPublished",
        point("Z", Some("S9"), "RESULTS", "alternative"),
    );
    let given = number(&directory(&with_other), ContactPurpose::Booking, "2026-01-11T00:00:00Z");
    assert_eq!(given.as_deref(), Some("alternative"));
}

#[test]
fn services_keep_their_own_numbers_and_what_a_stream_says_is_replaced_whole() {
    let mut both = Directory::default();
    let one =
        story().on("2026-01-05", "contactPointPublished", point("A", Some("S1"), "BOOKING", "one"));
    let two =
        story().on("2026-01-05", "contactPointPublished", point("B", Some("S2"), "BOOKING", "two"));
    both.apply(stream(1), &one.told());
    both.apply(stream(2), &two.told());
    assert_eq!(
        number(&both, ContactPurpose::Booking, "2026-01-06T00:00:00Z").as_deref(),
        Some("one")
    );
    let second: ServiceId = "S2".parse().unwrap();
    assert_eq!(both.contacts_of(&second, at("2026-01-06T00:00:00Z"), None).len(), 1);
    both.apply(stream(1), &[]);
    assert_eq!(number(&both, ContactPurpose::Booking, "2026-01-06T00:00:00Z"), None);
}

#[test]
fn a_trust_that_was_renamed_had_its_old_name_before_and_its_sites_follow_it() {
    let organisation = |name: &str| json!({"organisation": "RJ1", "name": name, "organisationKind": "PROVIDER", "parent": "QKK"});
    let told = story().on("2020-01-01", "organisationRecorded", organisation("Old Trust")).on(
        "2026-01-01",
        "organisationRecorded",
        organisation("New Trust"),
    );
    let directory = directory(&told);
    let code: OdsCode = "RJ1".parse().unwrap();
    let name = |when| directory.organisation(&code, at(when), None).map(|it| it.name.to_string());
    assert_eq!(name("2025-12-31T12:00:00Z").as_deref(), Some("Old Trust"));
    assert_eq!(name("2026-01-01T12:00:00Z").as_deref(), Some("New Trust"));
    let parent: OdsCode = "QKK".parse().unwrap();
    assert_eq!(directory.children_of(&parent, at("2026-02-01T00:00:00Z"), None).len(), 1);
    assert!(directory.children_of(&parent, at("2019-02-01T00:00:00Z"), None).is_empty());
}

#[test]
fn a_line_for_questions_stands_in_for_any_but_a_worsening_condition() {
    let told = story().on(
        "2026-01-05T09:00:00Z",
        "contactPointPublished",
        point("C1", Some("S1"), "QUESTIONS", "111"),
    );
    let directory = directory(&told);
    let given = |purpose| number(&directory, purpose, "2026-02-01T09:00:00Z");
    for purpose in [ContactPurpose::Booking, ContactPurpose::Delay, ContactPurpose::Results] {
        assert_eq!(given(purpose).as_deref(), Some("111"), "{purpose:?}");
    }
    assert_eq!(given(ContactPurpose::Deterioration), None);
}

#[test]
fn the_work_of_a_closed_organisation_is_its_successors_from_the_day_after_its_last() {
    let closed = |code: &str, ends_on: &str, next: &str| json!({"organisation": code, "organisationKind": "PRACTICE", "endsOn": ends_on, "replacedByOrganisation": next});
    let told = story()
        .on("2026-01-01", "organisationRecorded", closed("G1", "2026-03-31", "G2"))
        .on("2026-01-01", "organisationRecorded", closed("G2", "2026-06-30", "G3"))
        .on("2026-01-01", "organisationRecorded", closed("X1", "2026-03-31", "X2"))
        .on("2026-01-01", "organisationRecorded", closed("X2", "2026-03-31", "X1"));
    let directory = directory(&told);
    let on = |code: &str, when: &str| {
        let code: OdsCode = code.parse().unwrap();
        directory.successor(&code, at(when), None).to_string()
    };
    assert_eq!(on("G1", "2026-03-31T12:00:00Z"), "G1");
    assert_eq!(on("G1", "2026-04-01T12:00:00Z"), "G2");
    assert_eq!(on("G1", "2026-07-01T12:00:00Z"), "G3");
    assert_eq!(on("G9", "2026-07-01T12:00:00Z"), "G9");
    assert!(on("X1", "2026-07-01T12:00:00Z").starts_with('X'), "a circle ends");
}
