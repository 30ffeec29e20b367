//! SEL 2.5 and the contract's two provisions beside it.

use pathway::clock::ClockPolicy;
use testkit::json;

use super::{Reworded, Story, at, of_rule, only, referred, state};
use crate::{Due, Obligation, Outcome, State, evaluate};

fn seen(on: &str) -> Story {
    referred("2026-01-05").on(
        on,
        "outpatientAttended",
        json!({"appointmentId": "A1", "provider": "RJ1"}),
    )
}

fn letter(story: Story, on: &str) -> Story {
    story.on(on, "clinicLetterSent", json!({"appointmentId": "A1"}))
}

fn discharged(at: &str, sent: &str) -> Story {
    referred("2026-01-05")
        .on(at, "inpatientDischarged", json!({"admissionId": "M1", "provider": "RJ1"}))
        .on(sent, "dischargeSummarySent", json!({"admissionId": "M1"}))
}

#[test]
fn a_clinic_letter_on_day_ten_is_in_time_and_on_day_eleven_late() {
    let now = "2026-03-01T00:00:00Z";
    assert_eq!(
        state(&letter(seen("2026-01-12"), "2026-01-22T23:59:00Z"), "SEL-2.5c", now),
        State::Met
    );
    assert_eq!(
        state(&letter(seen("2026-01-12"), "2026-01-23T00:00:00Z"), "SEL-2.5c", now),
        State::MetLate
    );
}

#[test]
fn a_letter_on_day_nine_keeps_the_consensus_and_breaks_the_contract() {
    let story = letter(seen("2026-01-12"), "2026-01-21");
    assert_eq!(state(&story, "SEL-2.5c", "2026-03-01T00:00:00Z"), State::Met);
    assert_eq!(state(&story, "NHS-SC-11.7", "2026-03-01T00:00:00Z"), State::MetLate);
}

#[test]
fn a_letter_not_sent_is_pending_until_its_day_is_over_and_then_a_breach() {
    let story = seen("2026-01-12");
    assert_eq!(state(&story, "SEL-2.5c", "2026-01-11T00:00:00Z"), State::NotDue);
    assert_eq!(state(&story, "SEL-2.5c", "2026-01-22T23:59:59Z"), State::Pending);
    assert_eq!(state(&story, "SEL-2.5c", "2026-01-23T00:00:00Z"), State::Breached);
}

#[test]
fn asked_about_a_day_before_the_late_letter_the_promise_was_broken() {
    let story = letter(seen("2026-01-12"), "2026-02-10");
    assert_eq!(state(&story, "SEL-2.5c", "2026-02-01T12:00:00Z"), State::Breached);
    assert_eq!(state(&story, "SEL-2.5c", "2026-02-10T12:00:00Z"), State::MetLate);
}

#[test]
fn a_letter_told_to_us_late_counts_by_when_it_was_sent() {
    let before =
        seen("2026-01-12").on("2026-03-01", "patientArrived", json!({"appointmentId": "A9"}));
    assert_eq!(state(&before, "SEL-2.5c", "2026-03-02T00:00:00Z"), State::Breached);
    let after = letter(before, "2026-01-20");
    assert_eq!(state(&after, "SEL-2.5c", "2026-03-02T00:00:00Z"), State::Met);
}

#[test]
fn a_correction_of_the_day_of_the_letter_turns_a_breach_into_a_promise_kept() {
    let late = letter(seen("2026-01-12"), "2026-02-20");
    assert_eq!(state(&late, "SEL-2.5c", "2026-03-02T00:00:00Z"), State::MetLate);
    let letter_again = testkit::step("clinicLetterSent", json!({"appointmentId": "A1"}));
    let correction = json!({
        "eventId": Story::event(3),
        "correctedOccurredAt": "2026-01-20",
        "step": {"clinicLetterSent": letter_again.payload().unwrap()},
    });
    let corrected = late.on("2026-02-25", "stepCorrected", correction);
    assert_eq!(state(&corrected, "SEL-2.5c", "2026-03-02T00:00:00Z"), State::Met);
}

#[test]
fn a_letter_that_names_no_appointment_speaks_for_the_latest_visit_before_it() {
    let story = seen("2026-01-12")
        .on("2026-01-14", "outpatientAttended", json!({"appointmentId": "A2", "provider": "RJ1"}))
        .on("2026-01-16", "clinicLetterSent", json!({"appointmentId": null}));
    let states: Vec<_> = of_rule(&story, "SEL-2.5c")
        .iter()
        .map(|one| one.state(at("2026-03-01T00:00:00Z")))
        .collect();
    assert_eq!(states, [State::Breached, State::Met]);
}

#[test]
fn a_letter_about_another_appointment_does_not_count() {
    let story =
        seen("2026-01-12").on("2026-01-14", "clinicLetterSent", json!({"appointmentId": "A2"}));
    assert_eq!(state(&story, "SEL-2.5c", "2026-03-01T00:00:00Z"), State::Breached);
    assert_eq!(state(&story, "SEL-2.5a", "2026-03-01T00:00:00Z"), State::Breached);
}

#[test]
fn a_closing_letter_to_the_practice_is_a_communication_and_no_clinic_letter() {
    let story = seen("2026-01-12").on(
        "2026-01-14",
        "episodeConclusionSent",
        json!({"appointmentId": "A1", "toOrganisation": "G85001"}),
    );
    assert_eq!(state(&story, "SEL-2.5a", "2026-03-01T00:00:00Z"), State::Met);
    assert_eq!(state(&story, "SEL-2.5c", "2026-03-01T00:00:00Z"), State::Breached);
}

#[test]
fn a_closing_letter_to_the_patient_alone_is_no_communication_to_the_practice() {
    let story = seen("2026-01-12").on(
        "2026-01-14",
        "episodeConclusionSent",
        json!({"appointmentId": "A1", "toPatient": true}),
    );
    assert_eq!(state(&story, "SEL-2.5a", "2026-03-01T00:00:00Z"), State::Breached);
}

#[test]
fn a_summary_exactly_24_hours_after_discharge_is_in_time_and_a_microsecond_later_is_not() {
    let now = "2026-03-01T00:00:00Z";
    let exact = discharged("2026-01-12T15:00:00Z", "2026-01-13T15:00:00Z");
    let over = discharged("2026-01-12T15:00:00Z", "2026-01-13T15:00:00.000001Z");
    for rule in ["SEL-2.5a", "SEL-2.5b", "NHS-SC-11.5"] {
        assert_eq!(state(&exact, rule, now), State::Met, "{rule}");
        assert_eq!(state(&over, rule, now), State::MetLate, "{rule}");
    }
}

#[test]
fn a_summary_sent_the_day_after_with_no_time_of_day_could_go_either_way() {
    let known = only(&discharged("2026-01-12T15:00:00Z", "2026-01-13"), "SEL-2.5b");
    assert!(
        matches!(&known.outcome, Outcome::Unknown { missing, .. } if *missing == ["time of day of DischargeSummarySent"]),
        "{known:?}"
    );
    let same_day = discharged("2026-01-12", "2026-01-12");
    assert_eq!(state(&same_day, "SEL-2.5b", "2026-03-01T00:00:00Z"), State::Met);
    let two_days = discharged("2026-01-12", "2026-01-14");
    assert_eq!(state(&two_days, "SEL-2.5b", "2026-03-01T00:00:00Z"), State::MetLate);
}

#[test]
fn a_discharge_known_to_the_day_is_a_breach_only_once_every_hour_of_it_is_over_by_24() {
    let story = referred("2026-01-05").on(
        "2026-01-12",
        "inpatientDischarged",
        json!({"admissionId": "M1"}),
    );
    assert_eq!(state(&story, "SEL-2.5b", "2026-01-13T20:00:00Z"), State::Pending);
    assert_eq!(state(&story, "SEL-2.5b", "2026-01-14T00:00:00Z"), State::Breached);
}

#[test]
fn the_day_is_the_day_in_london() {
    // Half past eleven at night UTC in June is the next day in London: day 10 is 10 July.
    let story = seen("2026-06-29T23:30:00Z");
    let in_time = letter(story.clone(), "2026-07-10T22:59:00Z");
    let late = letter(story, "2026-07-10T23:01:00Z");
    assert_eq!(state(&in_time, "SEL-2.5c", "2026-08-01T00:00:00Z"), State::Met);
    assert_eq!(state(&late, "SEL-2.5c", "2026-08-01T00:00:00Z"), State::MetLate);
}

/// SEL-2.5c where a meeting took the other anchor that its words allow.
fn by_episode(story: &Story) -> Obligation {
    let packs = Reworded::packs(&[Reworded::sel("sel", |text| {
        let (day, end) = (r#""calendar" }"#, r#""calendar", anchor = "end_of_episode" }"#);
        text.replace(&format!("{day}\nexcuses"), &format!("{end}\nexcuses"))
    })]);
    let all = evaluate(&story.history(), &packs, &ClockPolicy::default());
    all.into_iter().find(|one| one.rule.as_str() == "SEL-2.5c").unwrap()
}

#[test]
fn a_pack_may_count_the_ten_days_from_the_end_of_the_episode_of_care() {
    let now = at("2026-06-01T00:00:00Z");
    let running = by_episode(&seen("2026-01-12"));
    assert_eq!((running.due, running.state(now)), (None, State::Pending));
    let outcome = json!({"appointmentId": "A1", "attendanceOutcome": "DISCHARGED"});
    let ended = seen("2026-01-12").on("2026-02-02", "appointmentOutcomeRecorded", outcome);
    let last = Some(Due::EndOf("2026-02-12".parse().unwrap()));
    assert_eq!((by_episode(&ended).due, by_episode(&ended).state(now)), (last, State::Breached));
    for (sent, state) in
        [("2026-01-30", State::Met), ("2026-02-12", State::Met), ("2026-02-13", State::MetLate)]
    {
        assert_eq!(by_episode(&letter(ended.clone(), sent)).state(now), state, "{sent}");
    }
    assert_eq!(only(&ended, "SEL-2.5c").due, Some(Due::EndOf("2026-01-22".parse().unwrap())));
}

#[test]
fn an_episode_goes_on_after_another_appointment_and_after_a_transfer_that_was_rejected() {
    let again = json!({"appointmentId": "A1", "attendanceOutcome": "ANOTHER_APPOINTMENT_GIVEN"});
    let story = seen("2026-01-12").on("2026-01-12", "appointmentOutcomeRecorded", again);
    assert_eq!(by_episode(&story).due, None);
    let passed = json!({"provider": "RJ1", "toProvider": "RJ2", "responsibilityTransferred": true});
    let story = story.on("2026-01-20", "careTransferredOut", passed);
    assert_eq!(by_episode(&story).due, Some(Due::EndOf("2026-01-30".parse().unwrap())));
    let story = story.on("2026-01-22", "transferRejected", json!({"provider": "RJ2"}));
    assert_eq!(by_episode(&story).due, None);
    let story = story.on("2026-02-10", "returnToPrimaryCareCommunicated", json!({}));
    assert_eq!(by_episode(&story).due, Some(Due::EndOf("2026-02-20".parse().unwrap())));
}
