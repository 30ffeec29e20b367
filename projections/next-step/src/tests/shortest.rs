//! Every state: a shortest history that reaches it, and the whole answer, as
//! docs/next-step.md has it.

mod histories;
mod later;

use std::collections::BTreeSet;

use directory::Directory;
use pathway::{History, Told};
use serde_json::Value;
use testkit::{Story, json, pathway_id, story};
use uuid::Uuid;

use self::histories::{Reached, rows};
use super::{asking, states::answer_to};
use crate::{DuePolicy, NextStep, State, line_to_mend, role_in_words, who_to_contact};

const DOC: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/next-step.md");

fn told(steps: &[(&str, Value)]) -> Story {
    (5..).zip(steps).fold(story(), |told, (day, (name, fields))| {
        told.on(&format!("2026-01-{day:02}"), name, fields.clone())
    })
}

/// One line for each purpose of RJ1, and one at each of the others.
fn directory() -> Directory {
    let line = |organisation: &str, purpose: &str, name: &str, owner: &str| {
        json!({
            "contactPoint": format!("{organisation}-{purpose}-{owner}"), "organisation": organisation,
            "service": null, "audience": "PATIENT", "contactPurpose": purpose, "name": name,
            "channel": "TELEPHONE", "ownerRole": owner, "verifiedOn": "2026-01-02",
        })
    };
    let all = [
        line("G81001", "GENERAL", "GP practice", "PRACTICE_STAFF"),
        line("RJ1", "QUESTIONS", "clinic secretary", "CLINICIAN"),
        line("RJ1", "DELAY", "waiting-list office", "SCHEDULING_TEAM"),
        line("RJ1", "DETERIORATION", "nurse line", "NURSE"),
        line("RJ1", "BOOKING", "booking office", "BOOKING_TEAM"),
        line("RJ1", "RESULTS", "results line", "CLINICIAN"),
        line("RJ1", "GENERAL", "general line", "BOOKING_TEAM"),
        line("RJ1", "GENERAL", "pathway coordinator", "PATHWAY_COORDINATOR"),
        line("RJ1", "BEREAVEMENT", "bereavement office", "ATTENDING_PRACTITIONER"),
        line("RJ2", "GENERAL", "RJ2 general line", "BOOKING_TEAM"),
        line("ME1", "BEREAVEMENT", "ME office", "MEDICAL_EXAMINER"),
    ];
    let lines = all
        .into_iter()
        .fold(story(), |told, fields| told.on("2026-01-01", "contactPointPublished", fields));
    let mut directory = Directory::default();
    directory.apply(Uuid::from_u128(1), &lines.told());
    directory
}

/// The line of the document for one row, without its history.
fn line(row: &Reached, step: &NextStep, directory: &Directory) -> String {
    let who = who_to_contact(step, directory, asking(row.1.parse().unwrap()));
    let contact = |line: &crate::ContactLine<'_>| {
        line.reach().map_or_else(|| "advice in words".to_owned(), |it| it.point.name.to_string())
    };
    let owner = who.owner_organisation.code.map_or("-", |code| code.as_str());
    format!(
        "| {} | `{}` | {} @ {owner} | {} | {} | {} · {} · {} | {} |",
        row.0,
        who.state.code(),
        role_in_words(who.role),
        who.what_next,
        who.due_in_words,
        contact(&who.for_questions),
        contact(&who.for_delay),
        contact(&who.if_worse),
        who.not_yet.unwrap_or_else(|| "-".to_owned()),
    )
}

#[test]
fn the_document_has_every_row_as_its_shortest_history_answers() {
    let directory = directory();
    let lines: Vec<String> = rows()
        .iter()
        .map(|row| {
            let names: Vec<&str> = row.2.iter().map(|(name, _)| *name).collect();
            let answer = line(row, &answer_to(&told(&row.2).history()), &directory);
            format!("{answer} {} |", names.join(", "))
        })
        .collect();
    let written = std::fs::read_to_string(DOC).unwrap_or_default();
    let (before, rest) = written.split_once("<!-- rows -->\n").expect("a place for the rows");
    let (_, after) = rest.split_once("<!-- end of rows -->").expect("an end of the rows");
    let head = "| row of 9.1 | state | owner | what next | due (source) | questions · delay · worse | not yet | shortest history |\n|---|---|---|---|---|---|---|---|\n";
    let right = format!(
        "{before}<!-- rows -->\n\n{head}{}\n\n<!-- end of rows -->{after}",
        lines.join("\n")
    );
    #[expect(clippy::disallowed_methods, reason = "how a developer accepts a change of the table")]
    if std::env::var("UPDATE_CONTRACTS").is_ok() {
        std::fs::write(DOC, &right).unwrap();
        return;
    }
    let differs = written.lines().zip(right.lines()).find(|(old, new)| old != new);
    assert!(written == right, "docs/next-step.md differs, first at {differs:#?}");
}

#[test]
fn every_state_of_a_pathway_is_reached() {
    let reached: BTreeSet<State> = rows()
        .iter()
        .map(|row| answer_to(&told(&row.2).history()).at(row.1.parse().unwrap()).state)
        .collect();
    let missing: Vec<&State> = State::ALL.iter().filter(|state| !reached.contains(state)).collect();
    assert_eq!(missing, [&State::ContactPointFailed], "that one is of a service");
}

#[test]
fn no_step_of_a_shortest_history_can_be_left_out() {
    let directory = directory();
    for row in rows() {
        let whole = told(&row.2).told();
        let answer = |told| line(&row, &answer_to(&History::of(pathway_id(), told)), &directory);
        for left_out in 0..whole.len() {
            let mut fewer: Vec<Told> = whole.clone();
            fewer.remove(left_out);
            let without = row.2[left_out].0;
            assert_ne!(answer(fewer), answer(whole.clone()), "{} without {without}", row.0);
        }
    }
}

#[test]
fn a_failed_contact_point_is_its_service_managers_within_a_working_day() {
    let point = |id: &str, other: Option<&str>| json!({"contactPoint": id, "organisation": "RJ1", "audience": "PATIENT", "contactPurpose": "BOOKING", "alternativeContact": other});
    let lines = story()
        .on("2026-01-01", "contactPointPublished", point("B", Some("B2")))
        .on("2026-01-01", "contactPointPublished", point("B2", None))
        .on(
            "2026-01-09",
            "contactPointFailed",
            json!({"contactPoint": "B", "contactFailure": "NO_ANSWER"}),
        );
    let mut directory = Directory::default();
    directory.apply(Uuid::from_u128(1), &lines.told());
    let (policy, on) = (DuePolicy::shipped(), "2026-01-10T12:00:00Z".parse().unwrap());
    let mend = |id: &str| line_to_mend(&directory, &id.parse().unwrap(), on, &policy);
    let step = mend("B").unwrap();
    assert_eq!(step.state.code(), "CONTACT_POINT_FAILED");
    assert_eq!(step.owner.organisation.unwrap().as_str(), "RJ1");
    assert_eq!(step.owner.role, steps::codes::Role::ServiceManager);
    assert_eq!(step.due.unwrap().at.to_string(), "2026-01-12");
    assert_eq!(step.alternative.unwrap().point.contact_point.as_str(), "B2");
    assert_eq!(mend("B2"), None);
}
