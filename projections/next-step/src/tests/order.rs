//! Several threads at once, explicit assignments, corrections, and links by id.

use steps::codes::Role;
use testkit::{Story, json};

use super::states::{answer, attended, booked, referred, settled};
use crate::{Missing, State};

fn assign(told: Story, to: &str) -> Story {
    told.on("2026-01-20", "nextStepAssigned", json!({
        "nextStepVersion": 1, "what": "book the scan", "ownerOrganisation": to, "ownerRole": "BOOKING_TEAM", "due": "2026-01-30",
    }))
}

fn accept(told: Story, by: &str) -> Story {
    told.on(
        "2026-01-21",
        "nextStepAccepted",
        json!({"nextStepVersion": 1, "organisation": by, "byRole": "BOOKING_TEAM"}),
    )
}

#[test]
fn an_unseen_critical_result_stands_before_a_letter_and_an_appointment() {
    let told = attended()
        .on("2026-02-11", "testRequested", json!({"testId": "T1", "requester": "RJ1"}))
        .on("2026-02-12", "resultReported", json!({"testId": "T1", "abnormality": "CRITICAL"}))
        .on(
            "2026-02-12",
            "appointmentBooked",
            json!({"appointmentId": "A2", "startsAt": "2026-03-10T09:00:00Z", "provider": "RJ1"}),
        );
    let step = answer(&told);
    assert_eq!(step.state, State::ResultUnreviewed);
    assert_eq!(step.also_open, [State::AttendedNoOutcome, State::LetterNotSent, State::Booked]);
    assert!(step.next_appointment.is_some());
}

#[test]
fn an_assignment_to_another_organisation_stays_with_the_sender_until_accepted() {
    let assigned = assign(referred(), "RJ2");
    let step = answer(&assigned);
    assert_eq!(
        (step.state, step.owner.organisation.unwrap().as_str()),
        (State::ReceivedUntriaged, "RJ1")
    );
    let waiting = step.waiting_on.unwrap();
    assert_eq!((waiting.missing, waiting.by.unwrap().as_str()), (Missing::Acceptance, "RJ2"));
    let step = answer(&accept(assigned.clone(), "RJ2"));
    assert_eq!((step.state, step.owner.organisation.unwrap().as_str()), (State::Assigned, "RJ2"));
    assert_eq!(step.assignment.unwrap().what.as_str(), "book the scan");
    let returned = accept(assigned, "RJ2").on(
        "2026-01-22",
        "nextStepReturned",
        json!({"nextStepVersion": 1, "organisation": "RJ2"}),
    );
    assert_eq!(answer(&returned).state, State::ReceivedUntriaged);
}

#[test]
fn an_assignment_within_the_owners_organisation_needs_no_acceptance() {
    let step = answer(&assign(referred(), "RJ1"));
    assert_eq!((step.state, step.owner.role), (State::Assigned, Role::BookingTeam));
}

#[test]
fn an_assignment_has_served_its_turn_when_the_pathway_moves_on() {
    let told = accept(assign(referred(), "RJ2"), "RJ2").on(
        "2026-01-25",
        "appointmentBooked",
        json!({"appointmentId": "A1", "startsAt": "2026-02-10T09:00:00Z", "provider": "RJ2"}),
    );
    assert_eq!(answer(&told).state, State::Booked);
    let told =
        accept(assign(referred(), "RJ2"), "RJ2").on("2026-01-25", "patientInformed", json!({}));
    assert_eq!(answer(&told).state, State::Assigned);
}

#[test]
fn a_withdrawn_did_not_attend_was_never_there() {
    let told = booked().on(
        "2026-02-10T11:00:00Z",
        "dnaRecorded",
        json!({"appointmentId": "A1", "appointmentDate": "2026-02-10", "provider": "RJ1"}),
    );
    assert_eq!(answer(&told).state, State::DnaUndecided);
    let withdrawn =
        told.on("2026-02-11", "stepEnteredInError", json!({"eventId": Story::event(4)}));
    assert_eq!(answer(&withdrawn).state, State::Booked);
}

#[test]
fn a_letter_of_the_same_day_as_a_visit_known_only_to_the_day_speaks_of_it() {
    let told = booked()
        .on(
            "2026-02-10",
            "outpatientAttended",
            json!({"appointmentId": "A1", "provider": "RJ1", "attendanceCode": "ATTENDED_LATE"}),
        )
        .on(
            "2026-02-10T15:00:00Z",
            "clinicLetterSent",
            json!({"letterId": "L1", "appointmentId": "A1", "toOrganisation": "G81001"}),
        );
    assert!(!answer(&told).also_open.contains(&State::LetterNotSent));
}

#[test]
fn a_practice_that_nobody_knows_is_an_alarm_and_the_providers_coordinator() {
    let told = testkit::story().on("2026-01-05", "adviceRequested", json!({"provider": "RJ1"})).on(
        "2026-01-07",
        "adviceGiven",
        json!({}),
    );
    let step = answer(&told);
    assert_eq!((step.state, step.owner.organisation.unwrap().as_str()), (State::Unowned, "RJ1"));
    assert_eq!(step.also_open, [State::AdviceReturned]);
}

#[test]
fn the_patient_was_last_told_on_the_last_day_of_telling() {
    let told = settled("DISCHARGED").on("2026-02-20", "patientInformed", json!({})).on(
        "2026-02-18",
        "patientInformed",
        json!({}),
    );
    assert_eq!(answer(&told).told_patient_on, Some("2026-02-20".parse().unwrap()));
}
