//! Every step answers: with a move, or with why it made none.

use testkit::{Story, json};

use super::language::{clock_of, history, referred, told};
use crate::clock::{Row, Silence};

/// The steps that made no move: what and why.
fn silent(story: &Story) -> Vec<(String, Silence)> {
    let history = history(told(story));
    let clock = clock_of(story.clone()).clock;
    clock.silent(&history).into_iter().map(|one| (one.kind.name().to_owned(), one.why)).collect()
}

fn one(name: &str, why: Silence) -> Vec<(String, Silence)> {
    vec![(name.to_owned(), why)]
}

#[test]
fn a_letter_is_no_business_of_the_clock_and_says_so() {
    let told = referred().on("2026-02-01", "clinicLetterSent", json!({}));
    assert_eq!(silent(&told), one("ClinicLetterSent", Silence::NotRead));
}

#[test]
fn telling_the_patient_of_an_appointment_is_evidence() {
    let told = referred().on("2026-02-01", "appointmentCommunicated", json!({}));
    assert_eq!(silent(&told), one("AppointmentCommunicated", Silence::Evidence));
}

#[test]
fn a_withdrawn_stop_and_its_withdrawal_each_say_what_they_are() {
    let told = referred()
        .on("2026-02-01", "decisionNotToTreat", json!({"communicatedAt": "2026-02-01"}))
        .on("2026-02-05", "stepEnteredInError", json!({"eventId": Story::event(2).to_string()}));
    let expected = [
        ("DecisionNotToTreat".to_owned(), Silence::Withdrawn),
        ("StepEnteredInError".to_owned(), Silence::Amendment),
    ];
    assert_eq!(silent(&told), expected);
}

#[test]
fn a_step_that_moved_the_clock_is_not_silent() {
    assert_eq!(silent(&referred()), []);
}

#[test]
fn every_row_names_its_guidance_written_out() {
    let guidance: Vec<String> = Row::ALL.iter().map(|row| row.guidance()).collect();
    assert_eq!(guidance[0], "RTT guidance v5.0, section 3.2.1");
    assert_eq!(guidance[1], "RTT guidance v5.0, sections 5, 7, 11.1");
    assert_eq!(guidance[2], "ministerial answer of 18 June 2026 on advice and guidance");
    assert_eq!(guidance[18], "RTT guidance v5.0, Annex D");
    assert_eq!(guidance[39], "RTT guidance v5.0, section 11.3, Annex C");
    assert_eq!(guidance[40], "Waymark's own reading, where the guidance is silent");
    assert_eq!(guidance[47], "own knowledge, not confirmed in the guidance");
    assert!(guidance.iter().all(|text| !text.contains('§') && !text.contains("S3")));
}

#[test]
fn the_state_on_a_day_is_that_of_the_last_step_that_counts_by_then() {
    let told = referred().on("2026-02-01", "treatmentDeclined", json!({"allTreatment": true}));
    let clock = clock_of(told).clock;
    let on = |day: &str| clock.state_on(day.parse().unwrap()).name();
    assert_eq!(
        [on("2026-01-04"), on("2026-01-05"), on("2026-01-31")],
        ["NONE", "TICKING", "TICKING"]
    );
    assert_eq!([on("2026-02-01"), on("2026-12-31")], ["STOPPED", "STOPPED"]);
}
