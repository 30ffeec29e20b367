//! What speaks for a promise: of the right matter, from the right side, to the right side, not before it
//! and not taken back.

use testkit::{Value, json};

use super::{Story, at, of_rule, only, referred};
use crate::{Outcome, State};

const LATER: &str = "2026-11-01T00:00:00Z";

fn states(story: &Story, rule: &str) -> Vec<State> {
    of_rule(story, rule).iter().map(|one| one.state(at(LATER))).collect()
}

fn untold(story: &Story, rule: &str) -> Vec<String> {
    match only(story, rule).outcome {
        Outcome::Unknown { missing, .. } => missing,
        other => panic!("{other:?}"),
    }
}

fn seen(story: Story, on: &str, appointment: &str) -> Story {
    story.on(on, "outpatientAttended", json!({"appointmentId": appointment, "provider": "RJ1"}))
}

fn letter(story: Story, on: &str, appointment: Value) -> Story {
    story.on(on, "clinicLetterSent", json!({"appointmentId": appointment}))
}

/// A test of RJ1 that was reported, reviewed and told.
fn told_result() -> Story {
    let about = json!({"testId": "T1", "organisation": "RJ1"});
    referred("2026-01-05")
        .on("2026-02-01T09:00:00Z", "testRequested", json!({"testId": "T1", "requester": "RJ1"}))
        .on(
            "2026-02-02T09:00:00Z",
            "resultReported",
            json!({"testId": "T1", "abnormality": "NORMAL"}),
        )
        .on("2026-02-03T09:00:00Z", "resultReviewed", about.clone())
        .on("2026-02-04T09:00:00Z", "resultCommunicatedToPatient", about)
}

fn amended(story: Story, on: &str) -> Story {
    story.on(on, "resultReported", json!({"testId": "T1", "abnormality": "CRITICAL"}))
}

#[test]
fn what_was_done_about_a_result_does_not_speak_for_the_one_that_amends_it() {
    let story = amended(told_result(), "2026-02-10T09:00:00Z");
    assert_eq!(states(&story, "SEL-3.1"), [State::Met, State::Breached]);
    assert_eq!(states(&story, "NHS-SC-RESULTS"), [State::Met, State::Pending]);
    let about = json!({"testId": "T1", "organisation": "RJ1"});
    let done = story.on("2026-02-10T12:00:00Z", "resultReviewed", about.clone()).on(
        "2026-02-11T09:00:00Z",
        "resultCommunicatedToPatient",
        about,
    );
    assert_eq!(states(&done, "SEL-3.1"), [State::Met, State::Met]);
}

#[test]
fn a_review_of_the_day_on_which_a_result_was_amended_may_be_of_either() {
    let story = amended(told_result(), "2026-02-10")
        .on("2026-02-10", "resultReviewed", json!({"testId": "T1", "organisation": "RJ1"}))
        .on(
            "2026-02-11",
            "resultCommunicatedToPatient",
            json!({"testId": "T1", "organisation": "RJ1"}),
        );
    assert_eq!(states(&story, "SEL-3.1"), [State::Met, State::Unknown]);
}

#[test]
fn a_second_asking_for_another_date_wants_an_answer_of_its_own() {
    let moved = json!({"appointmentId": "A1", "previousStartsAt": "2026-03-20T10:00:00Z", "startsAt": "2026-03-25T10:00:00Z"});
    let story = referred("2026-01-05")
        .on("2026-02-02", "appointmentChangeRequested", json!({"appointmentId": "A1"}))
        .on("2026-02-03", "appointmentRescheduled", moved)
        .on("2026-02-10", "appointmentChangeRequested", json!({"appointmentId": "A1"}));
    assert_eq!(states(&story, "SEL-6.5"), [State::Met, State::Breached]);
}

#[test]
fn a_letter_before_the_visit_says_nothing_of_it_and_a_summary_of_the_day_does() {
    let early = letter(referred("2026-01-05"), "2026-02-08", json!("A1"));
    assert_eq!(
        states(&seen(early, "2026-02-10T14:00:00Z", "A1"), "NHS-SC-11.7"),
        [State::Breached]
    );
    let sent = |on: &str| {
        referred("2026-01-05").on(on, "dischargeSummarySent", json!({"admissionId": "M1"})).on(
            "2026-02-10T14:00:00Z",
            "inpatientDischarged",
            json!({"admissionId": "M1"}),
        )
    };
    for rule in ["NHS-SC-11.5", "SEL-2.5a", "SEL-2.5b"] {
        assert_eq!(states(&sent("2026-02-10T13:00:00Z"), rule), [State::Met], "{rule}");
        assert_eq!(states(&sent("2026-02-08"), rule), [State::Breached], "{rule}");
    }
}

#[test]
fn a_letter_to_another_hospital_or_to_itself_is_none_to_the_practice() {
    let to = |code: &str| {
        let fields = json!({"appointmentId": "A1", "toOrganisation": code});
        seen(referred("2026-01-05"), "2026-02-10", "A1").on(
            "2026-02-11",
            "clinicLetterSent",
            fields,
        )
    };
    for rule in ["NHS-SC-11.7", "SEL-2.5a", "SEL-2.5c"] {
        assert_eq!(states(&to("G85001"), rule), [State::Met], "{rule}");
        assert_eq!(states(&to("RJZ"), rule), [State::Breached], "{rule}");
        assert_eq!(states(&to("RJ1"), rule), [State::Breached], "{rule}");
    }
}

#[test]
fn the_practice_is_the_one_last_told_or_the_one_that_referred() {
    let to = |code: &str| {
        let subject =
            json!({"subjectRef": "00000000-0000-4000-8000-000000000009", "gpPractice": "G85002"});
        let fields = json!({"appointmentId": "A1", "toOrganisation": code});
        seen(referred("2026-01-05").on("2026-01-20", "pathwaySubject", subject), "2026-02-10", "A1")
            .on("2026-02-11", "clinicLetterSent", fields)
    };
    for (code, state) in
        [("G85001", State::Met), ("G85002", State::Met), ("G85003", State::Breached)]
    {
        assert_eq!(states(&to(code), "NHS-SC-11.7"), [state], "{code}");
    }
}

#[test]
fn where_no_step_names_the_practice_it_cannot_be_told_and_the_sender_itself_is_none() {
    let to = |code: &str| {
        let fields = json!({"appointmentId": "A1", "toOrganisation": code});
        let nobody =
            testkit::story().on("2026-01-05", "referralReceived", json!({"provider": "RJ1"}));
        seen(nobody, "2026-02-10", "A1").on("2026-02-11", "clinicLetterSent", fields)
    };
    assert_eq!(untold(&to("G85009"), "NHS-SC-11.7"), ["gpPractice"]);
    assert_eq!(states(&to("RJ1"), "NHS-SC-11.7"), [State::Breached]);
}

#[test]
fn a_letter_that_may_be_of_either_of_two_visits_of_a_day_is_unknown_for_both() {
    let two = || seen(seen(referred("2026-01-05"), "2026-02-10", "A1"), "2026-02-10", "A2");
    let one_letter = letter(two(), "2026-02-11", json!(null));
    assert_eq!(states(&one_letter, "NHS-SC-11.7"), [State::Unknown, State::Unknown]);
    let late = letter(one_letter.clone(), "2026-03-09", json!("A2"));
    assert_eq!(states(&late, "NHS-SC-11.7"), [State::Unknown, State::Unknown]);
    let in_time = letter(one_letter, "2026-02-12", json!("A2"));
    assert_eq!(states(&in_time, "NHS-SC-11.7"), [State::Unknown, State::Met]);
    let visits = seen(
        seen(referred("2026-01-05"), "2026-02-10T09:00:00Z", "A1"),
        "2026-02-10T11:00:00Z",
        "A2",
    );
    let known = letter(visits, "2026-02-11", json!(null));
    assert_eq!(states(&known, "NHS-SC-11.7"), [State::Breached, State::Met]);
}

#[test]
fn two_decisions_of_a_day_are_told_together() {
    let story = referred("2026-01-05")
        .on("2026-02-10", "decisionNotToTreat", json!({}))
        .on("2026-02-10", "returnToPrimaryCareCommunicated", json!({}))
        .on("2026-02-11", "patientInformed", json!({"content": ["RESPONSIBILITY_MOVED"]}));
    assert_eq!(states(&story, "RTT-TOLD"), [State::Met, State::Met]);
}

#[test]
fn an_attendance_that_two_systems_told_is_one_promise() {
    let twice = seen(seen(referred("2026-01-05"), "2026-02-10", "A1"), "2026-02-11", "A1");
    let story = letter(seen(twice, "2026-02-12", "A2"), "2026-02-13", json!("A1"));
    for rule in ["NHS-SC-11.7", "SEL-2.5a", "SEL-2.5c"] {
        let found = of_rule(&story, rule);
        let triggers: Vec<_> = found.iter().map(|one| one.trigger).collect();
        assert_eq!(triggers, [Story::event(2), Story::event(4)], "{rule}");
        assert_eq!(states(&story, rule), [State::Met, State::Breached], "{rule}");
    }
}

#[test]
fn a_message_as_a_task_breaks_nothing_of_the_one_before_it_that_went_by_mail() {
    let message = |channel: &str| json!({"queryId": "Q1", "fromOrganisation": "RJ1", "toOrganisation": "G85001", "channel": channel});
    let story = testkit::story()
        .on("2026-01-05", "referralReceived", json!({"provider": "RJ1", "commissioner": "03F"}))
        .on("2026-02-10", "messageSent", message("EMAIL"))
        .on("2026-02-11", "messageSent", message("CLINICAL_SYSTEM_TASK"));
    assert_eq!(states(&story, "HUMBER-TASK-1"), [State::Met, State::Breached]);
}

#[test]
fn what_is_overdue_names_what_would_have_kept_it_and_links_the_step_that_opened_it() {
    let found = only(&seen(referred("2026-01-05"), "2026-02-10", "A1"), "NHS-SC-11.7");
    assert_eq!(found.outcome, Outcome::Open { missing: vec!["Clinic letter sent".to_owned()] });
    assert_eq!(found.evidence, [Story::event(2)]);
    let alternatives = only(&seen(referred("2026-01-05"), "2026-02-10", "A1"), "SEL-2.5a");
    let words = "Clinic letter sent, or Discharge summary sent, or Episode conclusion sent";
    assert_eq!(alternatives.outcome, Outcome::Open { missing: vec![words.to_owned()] });
}

#[test]
fn a_moment_that_the_step_names_is_held_against_the_due() {
    let told = |on: Value| {
        let story = referred("2026-01-05");
        let found = only(
            &story.on("2026-06-01T16:00:00Z", "decisionNotToTreat", json!({"communicatedAt": on})),
            "RTT-TOLD",
        );
        (found.state(at(LATER)), found.due)
    };
    let due = Some(crate::Due::EndOf("2026-06-08".parse().unwrap()));
    assert_eq!(told(json!("2026-06-08")), (State::Met, due));
    assert_eq!(told(json!("2026-06-09")), (State::MetLate, due));
    assert_eq!(told(json!("2026-06-01T09:00:00Z")), (State::Met, due), "told during the clinic");
    assert_eq!(told(json!("2026-05-31")), (State::Breached, due));
}
