//! Who reports a period, the decision to admit, and the place on the list.

use testkit::{Story, json};

use super::language::{clock_of, referred};
use crate::clock::Period;

fn only(story: Story) -> Period {
    clock_of(story).clock.periods.pop().unwrap()
}

fn functions(period: &Period) -> Vec<(String, String)> {
    period.segments.iter().map(|each| (each.from.to_string(), each.function.to_string())).collect()
}

fn at(from: &str, function: &str) -> (String, String) {
    (from.to_owned(), function.to_owned())
}

#[test]
fn a_reclassified_pathway_is_reported_under_the_new_function_from_its_date() {
    let told = referred().on(
        "2026-02-10",
        "pathwayReclassified",
        json!({"function": "110", "effectiveDate": "2026-02-01"}),
    );
    assert_eq!(functions(&only(told)), [at("2026-01-05", "100"), at("2026-02-01", "110")]);
}

#[test]
fn a_completed_period_is_reported_under_the_function_that_stopped_it() {
    let told = referred().on(
        "2026-02-10",
        "treatmentStarted",
        json!({"firstDefinitive": true, "treatmentSetting": "OUTPATIENT", "function": "120"}),
    );
    assert_eq!(functions(&only(told)), [at("2026-01-05", "100"), at("2026-02-10", "120")]);
}

#[test]
fn a_restarted_period_is_reported_by_whoever_reported_last() {
    let told = referred()
        .on("2026-02-01", "activeMonitoringStarted", json!({"monitoringInitiator": "PATIENT", "monitoringReason": "CLINICAL", "agreedAt": "2026-02-01"}))
        .on("2026-03-01", "pathwayResumed", json!({}));
    let period = only(told);
    assert_eq!(functions(&period), [at("2026-03-01", "100")]);
    assert_eq!(period.segments[0].provider.as_str(), "RJ1");
}

#[test]
fn triage_changes_the_priority_and_not_the_reporter() {
    let told = referred().on("2026-01-07", "referralTriaged", json!({"priority": "URGENT"}));
    let period = only(told);
    let priorities: Vec<_> = period.segments.iter().map(|each| each.priority.is_some()).collect();
    assert_eq!(priorities, [false, true]);
}

#[test]
fn the_decision_to_admit_is_the_day_of_joining_the_admitted_list_unless_another_is_given() {
    let listed =
        |fields| only(referred().on("2026-02-01", "addedToWaitingList", fields)).decision_to_admit;
    let day = |raw: &str| Some(raw.parse().unwrap());
    assert_eq!(listed(json!({"listType": "ADMITTED"})), day("2026-02-01"));
    assert_eq!(
        listed(json!({"listType": "ADMITTED", "decisionToAdmitDate": "2026-01-30"})),
        day("2026-01-30")
    );
    assert_eq!(listed(json!({"listType": "ADMITTED", "admitForTreatment": false})), None);
    assert_eq!(listed(json!({"listType": "OUTPATIENT"})), None);
}

#[test]
fn a_place_on_the_list_is_kept_apart_from_the_start() {
    let told = referred().on(
        "2026-02-01",
        "addedToWaitingList",
        json!({"listType": "ADMITTED", "queuePositionDate": "2025-10-01"}),
    );
    let period = only(told);
    assert_eq!(period.queue_position, Some("2025-10-01".parse().unwrap()));
    assert_eq!(period.start.date, Some("2026-01-05".parse().unwrap()));
}

#[test]
fn two_changes_of_one_day_make_one_stretch() {
    let told = referred()
        .on(
            "2026-02-01",
            "pathwayReclassified",
            json!({"function": "110", "effectiveDate": "2026-02-01"}),
        )
        .on(
            "2026-02-02",
            "pathwayReclassified",
            json!({"function": "120", "effectiveDate": "2026-02-01"}),
        );
    assert_eq!(functions(&only(told)), [at("2026-01-05", "100"), at("2026-02-01", "120")]);
}
