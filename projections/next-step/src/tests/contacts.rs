//! Whom the patient contacts: names and numbers as of the day, and never silence.

use directory::Directory;
use serde_json::{Value, json};
use testkit::story;
use uuid::Uuid;

use super::{
    asking,
    states::{answer, booked, referred, settled},
};
use crate::{ContactLine, Given, NextStep, WhoToContact, who_to_contact};

pub(super) fn organisation(code: &str, name: &str) -> Value {
    json!({"organisation": code, "name": name, "organisationKind": "PROVIDER"})
}

fn line(id: &str, organisation: &str, purpose: &str, number: &str) -> Value {
    json!({"contactPoint": id, "organisation": organisation, "service": null, "audience": "PATIENT", "contactPurpose": purpose, "endpoint": number, "channel": "TELEPHONE"})
}

fn directory() -> Directory {
    let told = story()
        .on("2025-01-01", "organisationRecorded", organisation("RJ1", "Hull Royal Infirmary"))
        .on("2025-01-01", "organisationRecorded", organisation("G81001", "Park Surgery"))
        .on("2025-01-01", "contactPointPublished", line("B", "RJ1", "BOOKING", "01482 1"))
        .on("2025-01-01", "contactPointPublished", line("D", "RJ1", "DELAY", "01482 2"))
        .on("2025-01-01", "contactPointPublished", line("G", "RJ1", "GENERAL", "01482 9"));
    let mut directory = Directory::default();
    directory.apply(Uuid::from_u128(1), &told.told());
    directory
}

pub(super) fn ask<'a>(step: &'a NextStep, directory: &'a Directory, on: &str) -> WhoToContact<'a> {
    who_to_contact(step, directory, asking(on.parse().unwrap()))
}

fn advice(line: &ContactLine<'_>) -> String {
    match &line.given {
        Given::Advice(words) => words.clone(),
        Given::Point(_) => panic!("advice"),
    }
}

pub(super) fn number<'a>(line: &ContactLine<'a>) -> &'a str {
    line.reach().unwrap().point.endpoint.as_str()
}

#[test]
fn a_booked_patient_is_told_the_clinic_the_day_and_three_numbers() {
    let (step, directory) = (answer(&booked()), directory());
    let who = ask(&step, &directory, "2026-01-20T12:00:00Z");
    assert_eq!(who.owner_plain, "the clinic team at Hull Royal Infirmary");
    assert_eq!(who.owner_organisation.name, "Hull Royal Infirmary");
    assert_eq!(who.what_next, "Please come to your appointment.");
    assert_eq!(number(&who.for_questions), "01482 1");
    assert_eq!(number(&who.for_delay), "01482 2");
    assert_eq!(number(&who.if_worse), "01482 9");
    assert!(who.next_appointment.is_some() && !who.overdue);
    let missed = ask(&step, &directory, "2026-02-11T12:00:00Z");
    assert_eq!(number(&missed.for_questions), "01482 9");
    assert!(missed.overdue && missed.what_next.contains("rings you"));
}

#[test]
fn what_is_not_yet_there_is_said_with_its_day() {
    let sent =
        story().on("2026-01-02", "referralSent", json!({"referrer": "G81001", "provider": "RJ1"}));
    let (step, directory) = (answer(&sent), directory());
    let said = |on| ask(&step, &directory, on).not_yet.unwrap();
    assert_eq!(
        said("2026-01-05T12:00:00Z"),
        "not yet acknowledged by Hull Royal Infirmary, due 6 January 2026"
    );
    assert_eq!(
        said("2026-01-08T12:00:00Z"),
        "not yet acknowledged by Hull Royal Infirmary, was due 6 January 2026"
    );
}

#[test]
fn a_practice_without_a_number_falls_back_to_the_provider_and_then_to_words() {
    let (step, full) = (answer(&settled("DISCHARGED")), directory());
    let who = ask(&step, &full, "2026-03-01T12:00:00Z");
    assert_eq!(who.owner_plain, "your GP at Park Surgery");
    assert_eq!(number(&who.for_questions), "01482 9");
    let empty = Directory::default();
    let who = ask(&step, &empty, "2026-03-01T12:00:00Z");
    let words = advice(&who.for_questions);
    assert_eq!(words, "no contact is recorded for G81001; please ask there in person");
    let untriaged = answer(&referred());
    let words = advice(&ask(&untriaged, &empty, "2026-01-06T12:00:00Z").if_worse);
    assert_eq!(
        words,
        "no contact is recorded for RJ1; ask your GP practice, G81001. If you get worse and cannot reach anybody there, ring NHS 111; in an emergency ring 999"
    );
}

#[test]
fn retiring_a_number_changes_the_answer_and_yesterday_keeps_it() {
    let mut changed = directory();
    let more = story()
        .on(
            "2026-01-15T09:00:00Z",
            "contactPointRetired",
            json!({"contactPoint": "B", "replacedBy": "B2"}),
        )
        .on(
            "2026-01-15T09:00:00Z",
            "contactPointPublished",
            line("B2", "RJ1", "BOOKING", "01482 7"),
        );
    changed.apply(Uuid::from_u128(2), &more.told());
    let step = answer(&booked());
    assert_eq!(number(&ask(&step, &changed, "2026-01-20T12:00:00Z").for_questions), "01482 7");
    assert_eq!(number(&ask(&step, &changed, "2026-01-14T12:00:00Z").for_questions), "01482 1");
}

#[test]
fn nobody_is_somebody_who_has_to_find_out() {
    let (step, directory) = (answer(&story()), directory());
    let who = ask(&step, &directory, "2026-01-20T12:00:00Z");
    assert_eq!(
        who.owner_plain,
        "nobody yet: the pathway coordinator has to find out who is responsible"
    );
    assert!(advice(&who.for_questions).contains("ask your GP practice"));
}

#[test]
fn a_step_that_is_late_says_since_when_and_whose_it_is() {
    let (step, directory) = (answer(&referred()), directory());
    let said = |on| ask(&step, &directory, on).not_yet;
    assert_eq!(said("2026-02-14T12:00:00Z"), None);
    assert_eq!(
        said("2026-02-16T12:00:00Z").unwrap(),
        "was due 14 February 2026 and is not recorded as done by the team that reads referrals at Hull Royal Infirmary"
    );
}

#[test]
fn an_assignment_that_nobody_accepted_is_due_on_its_own_day() {
    let given = json!({"nextStepVersion": 1, "what": "ring the patient", "ownerOrganisation": "G81001", "ownerRole": "PRACTICE_STAFF", "due": "2026-02-02"});
    let told = referred().on("2026-01-20", "nextStepAssigned", given);
    let (step, directory) = (answer(&told), directory());
    let said = |on| ask(&step, &directory, on).not_yet.unwrap();
    let missing = "not yet accepted by Park Surgery";
    assert_eq!(said("2026-02-01T12:00:00Z"), format!("{missing}, due 2 February 2026"));
    assert_eq!(said("2026-02-05T12:00:00Z"), format!("{missing}, was due 2 February 2026"));
    assert_eq!(
        said("2026-02-16T12:00:00Z"),
        format!(
            "{missing}, was due 2 February 2026; until then the step was due 14 February 2026 and is not recorded as done by the team that reads referrals at Hull Royal Infirmary"
        )
    );
}

#[test]
fn the_pathway_of_somebody_who_died_addresses_nobody_as_you() {
    let died = |fields| answer(&referred().on("2026-02-01", "patientDied", fields));
    for step in [died(json!({})), died(json!({"organisation": "G81001"}))] {
        let empty = Directory::default();
        let who = ask(&step, &empty, "2026-02-20T12:00:00Z");
        assert_eq!(who.state.code(), "DECEASED");
        let lines = [&who.for_questions, &who.for_delay, &who.if_worse].map(advice);
        let said = [lines.concat(), who.owner_plain, who.what_next.into_owned()].concat();
        let said = said + &who.not_yet.unwrap_or_default();
        assert!(!said.contains("you") && !said.contains("111"), "{said}");
    }
}

/// The three lines after a death, the hospital having published these.
fn lines_after_a_death(published: &[Value]) -> [(String, String); 3] {
    let told = published
        .iter()
        .fold(story(), |told, line| told.on("2026-01-01", "contactPointPublished", line.clone()));
    let mut directory = Directory::default();
    directory.apply(Uuid::from_u128(1), &told.told());
    let died = referred().on("2026-02-01", "patientDied", json!({"organisation": "RJ1"}));
    let step = answer(&died);
    let who = ask(&step, &directory, "2026-02-02T12:00:00Z");
    [&who.for_questions, &who.for_delay, &who.if_worse]
        .map(|line| (number(line).to_owned(), line.note.clone().unwrap()))
}

#[test]
fn a_family_is_given_the_bereavement_office_whatever_it_asks() {
    let own = line("D", "RJ1", "BEREAVEMENT", "01482 7");
    let wait = line("W", "RJ1", "DELAY", "01482 2");
    let worse = line("N", "RJ1", "DETERIORATION", "01482 9");
    let general = line("G", "RJ1", "GENERAL", "01482 1");
    let with = lines_after_a_death(&[own, wait.clone(), worse.clone(), general.clone()]);
    let without = lines_after_a_death(&[wait, worse, general]);
    for ((own, about), (other, note)) in with.iter().zip(&without) {
        assert_eq!((own.as_str(), other.as_str()), ("01482 7", "01482 1"));
        assert!(about.starts_with("for the family, about the certificate"), "{about}");
        assert!(note.contains("no line for the bereaved is recorded"), "{note}");
        assert!(![about, note].iter().any(|said| said.contains("worse") || said.contains("you")));
    }
}

/// Asked while on the waiting list for a first appointment, `more` having happened to the lines.
fn asked_after(more: &[(&str, Value)]) -> (NextStep, Directory) {
    let told = more.iter().fold(story(), |told, (name, fields)| {
        told.on("2026-01-15T09:00:00Z", name, fields.clone())
    });
    let mut directory = directory();
    directory.apply(Uuid::from_u128(2), &told.told());
    (answer(&booked()), directory)
}

#[test]
fn a_failed_line_gives_its_alternative_and_says_so() {
    let failed =
        ("contactPointFailed", json!({"contactPoint": "B3", "contactFailure": "NO_ANSWER"}));
    let mut other = line("B3", "RJ1", "BOOKING", "01482 3");
    other["alternativeContact"] = json!("B4");
    other["name"] = json!("Booking office");
    let mut fourth = line("B4", "RJ1", "GENERAL", "01482 4");
    fourth["verifiedOn"] = json!("2026-01-10");
    let retired = ("contactPointRetired", json!({"contactPoint": "B"}));
    let (step, directory) = asked_after(&[
        ("contactPointPublished", other),
        ("contactPointPublished", fourth),
        failed,
        retired,
    ]);
    let who = ask(&step, &directory, "2026-01-20T12:00:00Z");
    assert_eq!(number(&who.for_questions), "01482 4");
    let note = who.for_questions.note.as_deref();
    assert_eq!(note, Some("Booking office is out of order; this is given in its place"));
    assert_eq!(who.for_questions.checked, "last checked on 10 January 2026");
    assert_eq!(who.for_questions.not_digital, "ring 01482 4");
}

#[test]
fn a_failed_line_without_an_alternative_gives_another_line_or_says_who_covers() {
    let failed =
        ("contactPointFailed", json!({"contactPoint": "B", "contactFailure": "NO_ANSWER"}));
    let (step, directory) = asked_after(&[failed]);
    let who = ask(&step, &directory, "2026-01-20T12:00:00Z");
    assert_eq!(number(&who.for_questions), "01482 9");
    let note = who.for_questions.note.as_deref();
    assert_eq!(note, Some("no line for booking is recorded; this is the one for general matters"));
    let mut alone = line("X", "RJ1", "GENERAL", "01482 5");
    alone["cover"] = json!("the switchboard");
    let told = story().on("2026-01-01", "contactPointPublished", alone).on(
        "2026-01-15",
        "contactPointFailed",
        json!({"contactPoint": "X", "contactFailure": "NO_ANSWER"}),
    );
    let mut directory = Directory::default();
    directory.apply(Uuid::from_u128(1), &told.told());
    let who = ask(&step, &directory, "2026-01-20T12:00:00Z");
    let note = who.if_worse.note.unwrap();
    assert!(
        note.ends_with(
            "this line is said not to work since 15 January 2026; it is covered by the switchboard"
        ),
        "{note}"
    );
}

#[test]
fn a_line_that_nobody_checked_for_long_says_so_and_what_to_do() {
    let checked =
        ("contactPointServiced", json!({"contactPoint": "B", "verifiedOn": "2025-10-01"}));
    let (step, directory) = asked_after(&[checked]);
    let note = |on| ask(&step, &directory, on).for_questions.note;
    assert_eq!(note("2025-12-30T12:00:00Z"), None);
    assert_eq!(
        note("2026-01-20T12:00:00Z").as_deref(),
        Some(
            "nobody has checked this line since 1 October 2025; if nobody answers, ask your GP practice, Park Surgery"
        )
    );
    let mut spare = line("B", "RJ1", "BOOKING", "01482 1");
    spare["alternativeContact"] = json!("G");
    spare["verifiedOn"] = json!("2025-10-01");
    let (step, directory) = asked_after(&[("contactPointPublished", spare)]);
    let note = ask(&step, &directory, "2026-01-20T12:00:00Z").for_questions.note.unwrap();
    assert!(note.ends_with("if nobody answers, ring 01482 9 (A1)"), "{note}");
}

#[test]
fn a_digital_line_comes_with_a_way_that_is_not() {
    let mut portal = line("P1", "RJ1", "BOOKING", "https://book.example");
    portal["channel"] = json!("PORTAL");
    portal["verifiedOn"] = json!("2026-01-15");
    let way = |portal: &Value| {
        let (step, directory) = asked_after(&[("contactPointPublished", portal.clone())]);
        let who = ask(&step, &directory, "2026-01-20T12:00:00Z");
        assert_eq!(number(&who.for_questions), "https://book.example");
        who.for_questions.not_digital
    };
    assert!(way(&portal).starts_with("ring 01482"), "{}", way(&portal));
    portal["notDigital"] = json!("01482 8");
    assert_eq!(way(&portal), "ring or write to 01482 8");
}

#[test]
fn nobodys_step_is_for_the_coordinators_line_to_answer() {
    let mut coordinator = line("K", "RJ1", "GENERAL", "01482 6");
    coordinator["ownerRole"] = json!("PATHWAY_COORDINATOR");
    let (_, directory) = asked_after(&[("contactPointPublished", coordinator)]);
    let told = story().on("2026-01-05", "adviceRequested", json!({"provider": "RJ1"})).on(
        "2026-01-07",
        "adviceGiven",
        json!({}),
    );
    let step = answer(&told);
    let who = ask(&step, &directory, "2026-01-20T12:00:00Z");
    assert_eq!(who.owner_plain, "the pathway coordinator at Hull Royal Infirmary");
    assert_eq!(number(&who.for_questions), "01482 6");
    assert_eq!(number(&who.for_delay), "01482 6");
}

#[test]
fn a_practice_that_closed_is_named_with_its_successor_whose_lines_are_given() {
    let mut closed = organisation("G81001", "Park Surgery");
    closed["endsOn"] = json!("2026-02-28");
    closed["replacedByOrganisation"] = json!("G81009");
    let (_, directory) = asked_after(&[
        ("organisationRecorded", closed),
        ("organisationRecorded", organisation("G81009", "New Surgery")),
        ("contactPointPublished", line("N", "G81009", "GENERAL", "01482 77")),
    ]);
    let step = answer(&settled("DISCHARGED"));
    let before = ask(&step, &directory, "2026-02-28T12:00:00Z");
    assert_eq!(before.owner_plain, "your GP at Park Surgery");
    assert_eq!(number(&before.for_questions), "01482 9");
    let after = ask(&step, &directory, "2026-03-01T12:00:00Z");
    assert_eq!(after.owner_plain, "your GP at Park Surgery, now New Surgery");
    assert_eq!(number(&after.for_questions), "01482 77");
    assert_eq!(
        after.for_questions.note.as_deref(),
        Some("no line for questions is recorded; this is the one for general matters")
    );
}
