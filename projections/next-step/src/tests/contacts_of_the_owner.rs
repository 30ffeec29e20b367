//! The number given is that of the owner's own service, whichever service the pathway named last.

use directory::Directory;
use testkit::{Story, Value, json, story};
use uuid::Uuid;

use super::{
    contacts::{ask, number, organisation},
    states::{answer, referred},
};

const ON: &str = "2026-03-10T12:00:00Z";

fn service(id: &str, organisation: &str, function: &str) -> Value {
    json!({"service": id, "organisation": organisation, "name": id, "function": function})
}

/// Three lines of a service, whose numbers begin alike.
fn lines(told: Story, organisation: &str, service: &str, number: &str) -> Story {
    ["QUESTIONS", "BOOKING", "DELAY", "DETERIORATION"].iter().fold(told, |told, purpose| {
        let line = json!({
            "contactPoint": format!("{service}.{purpose}"), "organisation": organisation,
            "service": service, "audience": "PATIENT", "contactPurpose": purpose,
            "endpoint": format!("{number} {purpose}"), "channel": "TELEPHONE",
        });
        told.on("2025-01-01", "contactPointPublished", line)
    })
}

/// Two hospitals with a service each for function 110, and one with sensitive pathways.
fn directory() -> Directory {
    let mut restricted = service("RJ2.AAA", "RJ2", "C_110");
    restricted["restricted"] = json!(true);
    let told = story()
        .on("2025-01-01", "organisationRecorded", organisation("RJ1", "Riverside"))
        .on("2025-01-01", "organisationRecorded", organisation("RJ2", "Hilltop"))
        .on("2025-01-01", "directoryEntryUpdated", service("RJ1.T", "RJ1", "C_110"))
        .on("2025-01-01", "directoryEntryUpdated", service("RJ2.T", "RJ2", "C_110"))
        .on("2025-01-01", "directoryEntryUpdated", service("RJ2.E", "RJ2", "C_130"))
        .on("2025-01-01", "directoryEntryUpdated", restricted);
    let told = lines(told, "RJ1", "RJ1.T", "Riverside");
    let told = lines(told, "RJ2", "RJ2.T", "Hilltop");
    let told = lines(told, "RJ2", "RJ2.E", "Eyes");
    let told = lines(told, "RJ2", "RJ2.AAA", "Sensitive");
    let mut directory = Directory::default();
    directory.apply(Uuid::from_u128(1), &told.told());
    directory
}

/// Whose numbers the three lines are, and what is noted of them.
fn lines_of(told: &Story, directory: &Directory) -> (String, [String; 3], Vec<String>) {
    let step = answer(told);
    let who = ask(&step, directory, ON);
    let lines = [&who.for_questions, &who.for_delay, &who.if_worse];
    assert!(lines.iter().all(|line| !line.of_another));
    let notes = lines.iter().filter_map(|line| line.note.clone()).collect();
    let whose = |line| number(line).split(' ').next().unwrap().to_owned();
    (who.owner_organisation.name.into_owned(), lines.map(whose), notes)
}

fn given(whose: &str, lines: &str) -> (String, [String; 3], Vec<String>) {
    (whose.to_owned(), [lines, lines, lines].map(str::to_owned), Vec::new())
}

fn accepted() -> Story {
    referred().on("2026-01-10", "referralAccepted", json!({"provider": "RJ1", "service": "RJ1.T"}))
}

fn transferred(service: Option<&str>) -> Story {
    let passed = json!({"provider": "RJ1", "toProvider": "RJ2"});
    let received = json!({"provider": "RJ2", "function": "110", "clockStart": "2026-01-05", "service": service});
    let booked =
        json!({"appointmentId": "A9", "provider": "RJ2", "startsAt": "2026-04-01T09:00:00Z"});
    accepted()
        .on("2026-02-02", "careTransferredOut", passed)
        .on("2026-02-03", "transferReceived", received)
        .on("2026-02-04", "appointmentBooked", booked)
}

#[test]
fn after_a_transfer_the_lines_are_the_new_owners_whether_or_not_its_service_is_told() {
    for service in [None, Some("RJ2.T")] {
        assert_eq!(lines_of(&transferred(service), &directory()), given("Hilltop", "Hilltop"));
    }
}

#[test]
fn what_the_old_hospital_still_owes_is_asked_of_the_old_hospital() {
    let owes = json!({"nextStepVersion": 1, "what": "send the summary",
        "ownerOrganisation": "RJ1", "ownerRole": "CLINICIAN", "due": "2026-05-01"});
    let taken = json!({"nextStepVersion": 1, "organisation": "RJ1", "byRole": "CLINICIAN"});
    let told = transferred(Some("RJ2.T")).on("2026-02-05", "nextStepAssigned", owes).on(
        "2026-02-06",
        "nextStepAccepted",
        taken,
    );
    assert_eq!(lines_of(&told, &directory()), given("Riverside", "Riverside"));
}

#[test]
fn the_successor_of_a_closed_hospital_gives_its_own_lines() {
    let mut closed = organisation("RJ1", "Riverside");
    closed["endsOn"] = json!("2026-02-28");
    closed["replacedByOrganisation"] = json!("RJ2");
    let mut directory = directory();
    let told = story().on("2026-02-01", "organisationRecorded", closed);
    directory.apply(Uuid::from_u128(2), &told.told());
    assert_eq!(lines_of(&accepted(), &directory), given("Riverside", "Hilltop"));
}

#[test]
fn a_line_of_another_hospital_is_said_to_be_one() {
    let told = story()
        .on("2025-01-01", "organisationRecorded", organisation("RJ1", "Riverside"))
        .on("2025-01-01", "organisationRecorded", organisation("RJ2", "Hilltop"))
        .on("2025-01-01", "directoryEntryUpdated", service("RJ1.T", "RJ1", "C_110"));
    let mut directory = Directory::default();
    directory.apply(Uuid::from_u128(1), &lines(told, "RJ1", "RJ1.T", "Riverside").told());
    let owes = json!({"nextStepVersion": 1, "what": "scan", "ownerOrganisation": "RJ2",
        "ownerRole": "BOOKING_TEAM", "due": "2026-05-01"});
    let taken = json!({"nextStepVersion": 1, "organisation": "RJ2", "byRole": "BOOKING_TEAM"});
    let told = accepted().on("2026-02-05", "nextStepAssigned", owes).on(
        "2026-02-06",
        "nextStepAccepted",
        taken,
    );
    let step = answer(&told);
    let line = ask(&step, &directory, ON).for_delay;
    assert_eq!((number(&line), line.of_another), ("Riverside DELAY", true));
    let note = line.note.unwrap();
    assert_eq!(note, "no line of Hilltop is recorded; this is that of Riverside");
}
