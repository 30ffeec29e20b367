//! given a story, when it is looked through, then these findings: `2 APPOINTMENT_NOT_BOOKED appointmentId`.

use testkit::{Fill, Story, json, story};

use super::*;
use crate::{Told, clock::ClockPolicy};

const BOOKED: &str = "appointmentBooked";

/// The findings of a story at the end of 2026, the same when it is told backwards.
#[track_caller]
fn found(story: &Story) -> Vec<Finding> {
    found_on(story, "2026-12-31")
}

/// The findings of a story on a day, the same when it is told backwards.
#[track_caller]
fn found_on(story: &Story, census: &str) -> Vec<Finding> {
    let ours = story.told().into_iter().map(|told| Told {
        event_id: told.event_id,
        occurred_at: told.occurred_at,
        entered_in_source_at: told.entered_in_source_at,
        recorded_at: told.recorded_at,
        actor: None,
        source: None,
        step: told.step,
    });
    let mut steps: Vec<Told> = ours.collect();
    let found = look(steps.clone(), census);
    steps.reverse();
    assert_eq!(found, look(steps, census), "the order of telling matters");
    found
}

fn look(steps: Vec<Told>, census: &str) -> Vec<Finding> {
    let history = History::of(testkit::pathway_id(), steps);
    let clock = Clock::of(&history, &ClockPolicy::default());
    findings(&history, &clock, census.parse().unwrap())
}

#[track_caller]
fn expect(story: &Story, expected: &[&str]) {
    assert_eq!(lines(&found(story)), expected);
}

fn lines(found: &[Finding]) -> Vec<String> {
    let line = |one: &Finding| {
        let step = one.event_id.0.as_u128();
        format!("{step} {} {}", one.code.name(), one.field)
    };
    found.iter().map(line).collect()
}

fn missed() -> Story {
    story().on("2026-02-03", "dnaRecorded", json!({"appointmentId": "A1"}))
}

fn withdrawn(n: usize) -> Value {
    json!({"eventId": Story::event(n)})
}

#[test]
fn a_dna_before_its_booking_is_found_and_heals_when_the_booking_arrives() {
    expect(&missed(), &["1 APPOINTMENT_NOT_BOOKED appointmentId"]);
    let other = missed().on("2026-01-10", BOOKED, json!({"appointmentId": "A2"}));
    expect(&other, &["1 APPOINTMENT_NOT_BOOKED appointmentId"]);
    expect(&missed().on("2026-01-10", BOOKED, json!({"appointmentId": "A1"})), &[]);
}

#[test]
fn a_booking_that_is_withdrawn_or_corrected_leaves_what_named_it_in_the_open() {
    let healed = missed().on("2026-01-10", BOOKED, json!({"appointmentId": "A1"}));
    let without = healed.clone().on("2026-02-04", "stepEnteredInError", withdrawn(2));
    expect(&without, &["1 APPOINTMENT_NOT_BOOKED appointmentId"]);
    let mut other = testkit::sample(StepKind::AppointmentBooked, Fill::Required);
    other["appointmentId"] = json!("A2");
    let fields = json!({"eventId": Story::event(2), "step": {BOOKED: other}});
    let elsewhere = healed.on("2026-02-04", "stepCorrected", fields);
    expect(&elsewhere, &["1 APPOINTMENT_NOT_BOOKED appointmentId"]);
}

#[test]
fn a_step_that_is_itself_withdrawn_is_no_finding() {
    expect(&missed().on("2026-02-04", "stepEnteredInError", withdrawn(1)), &[]);
}

#[test]
fn what_a_step_names_and_nobody_introduced_is_found_for_every_kind_of_thing() {
    for (name, fields, expected) in [
        ("patientArrived", json!({"appointmentId": "A1"}), "APPOINTMENT_NOT_BOOKED appointmentId"),
        ("appointmentOfferDeclined", json!({"offerId": "O1"}), "OFFER_NOT_MADE offerId"),
        ("activeMonitoringStarted", json!({"offers": ["O1", "O2"]}), "OFFER_NOT_MADE offers"),
        ("inpatientDischarged", json!({"admissionId": "S1"}), "ADMISSION_NOT_RECORDED admissionId"),
        ("resultReported", json!({"testId": "T1"}), "TEST_NOT_REQUESTED testId"),
        ("monitoringDone", json!({"medicineId": "M1"}), "MEDICINE_NOT_ORDERED medicineId"),
        ("documentOpened", json!({"letterId": "L1"}), "LETTER_NOT_SENT letterId"),
        ("actionAccepted", json!({"actionId": "X1"}), "ACTION_NOT_REQUESTED actionId"),
        ("queryAnswered", json!({"queryId": "Q1"}), "QUERY_NOT_RECEIVED queryId"),
        (
            "nextStepAccepted",
            json!({"nextStepVersion": 2}),
            "NEXT_STEP_NOT_ASSIGNED nextStepVersion",
        ),
        ("stepEnteredInError", withdrawn(9), "EVENT_NOT_HELD eventId"),
    ] {
        let expected = format!("1 {expected}");
        expect(&story().on("2026-02-03", name, fields), &[&expected]);
    }
}

#[test]
fn every_step_that_introduces_a_thing_heals_what_names_it() {
    for thing in &THINGS {
        for kind in thing.introduced_by {
            let sample = testkit::sample(*kind, Fill::AllButPersonal);
            let ids = named(&sample, thing.fields);
            let (field, id) = ids.first().unwrap_or_else(|| panic!("{kind:?} names none"));
            let pointing = pointing_to(thing, field);
            let fields = json!({*field: sample_value(&sample, field, id)});
            let alone = story().on("2026-02-03", &pointing.field_name(), fields);
            assert!(is_found(&alone, thing.code), "{kind:?}, {pointing:?}");
            let introduced = testkit::step(&kind.field_name(), sample.clone());
            let healed = alone.step("2026-02-01", introduced);
            assert!(!is_found(&healed, thing.code), "{kind:?}, {pointing:?}");
        }
    }
}

/// A step that must name the thing in this field and does not introduce it.
fn pointing_to(thing: &Thing, field: &'static str) -> StepKind {
    let points = |kind: &&StepKind| {
        let fields = testkit::sample(**kind, Fill::Required);
        !thing.introduced_by.contains(kind) && !named(&fields, &[field]).is_empty()
    };
    let found = StepKind::ALL.iter().find(points);
    *found.unwrap_or_else(|| panic!("no step names {field}"))
}

/// Whether this is found of the first step.
fn is_found(story: &Story, code: Code) -> bool {
    found(story).iter().any(|one| one.code == code && one.event_id == Story::event(1))
}

/// The id as JSON has it: a version is a number.
fn sample_value(sample: &Value, field: &str, id: &str) -> Value {
    match sample.get(field) {
        Some(value) if value.is_u64() => value.clone(),
        _ => json!(id),
    }
}

#[test]
fn two_findings_stand_in_the_order_in_which_their_steps_happened() {
    let told = story().on("2026-02-05", "outpatientAttended", json!({"appointmentId": "A2"})).on(
        "2026-02-03",
        "patientArrived",
        json!({"appointmentId": "A1"}),
    );
    let expected =
        ["2 APPOINTMENT_NOT_BOOKED appointmentId", "1 APPOINTMENT_NOT_BOOKED appointmentId"];
    expect(&told, &expected);
}

fn treated() -> Story {
    let treated = json!({"firstDefinitive": true, "treatmentSetting": "OUTPATIENT"});
    let referred = story().on("2026-01-05", "referralReceived", json!({"route": "OTHER"}));
    referred.on("2026-02-01", "treatmentStarted", treated)
}

fn start_corrected(to: &str) -> Value {
    json!({"clockField": "CLOCK_START", "newDate": to})
}

#[test]
fn a_stop_before_the_start_is_found_until_the_start_is_put_right() {
    expect(&treated(), &[]);
    let late = treated().on("2026-03-01", "rttClockCorrected", start_corrected("2026-02-20"));
    expect(&late, &["2 STOP_BEFORE_START occurredAt"]);
    expect(&late.on("2026-03-02", "stepEnteredInError", withdrawn(3)), &[]);
    let same_day = treated().on("2026-03-01", "rttClockCorrected", start_corrected("2026-02-01"));
    expect(&same_day, &[]);
}

#[test]
fn a_finding_dates_from_when_the_step_was_told_or_put_as_it_stands() {
    let [first] = &found(&missed())[..] else { panic!("one finding") };
    assert_eq!(first.since.to_rfc3339(), "2026-02-04T01:00:00+00:00");
    let mut other = testkit::sample(StepKind::DnaRecorded, Fill::Required);
    other["appointmentId"] = json!("A2");
    let fields = json!({"eventId": Story::event(1), "step": {"dnaRecorded": other}});
    let corrected = missed().on("2026-02-10", "stepCorrected", fields);
    let [second] = &found(&corrected)[..] else { panic!("one finding") };
    assert_eq!(second.since.to_rfc3339(), "2026-02-11T01:00:00+00:00");
}

#[test]
fn every_code_has_a_name_and_a_sentence_of_its_own() {
    let names: BTreeSet<&str> = Code::ALL.iter().map(|code| code.name()).collect();
    let sentences: BTreeSet<&str> = Code::ALL.iter().map(|code| code.sentence()).collect();
    assert_eq!((names.len(), sentences.len()), (Code::ALL.len(), Code::ALL.len()));
}

#[test]
fn a_clock_that_starts_after_the_census_is_found_with_its_field_and_heals_on_its_day() {
    let noticed = json!({"route": "OTHER", "receivedAt": "2026-02-05"});
    let story = story().on("2026-01-20", "referralReceived", noticed);
    let on = |census| lines(&found_on(&story, census));
    assert_eq!(on("2026-01-31"), ["1 START_AFTER_CENSUS receivedAt"]);
    assert_eq!(on("2026-02-04"), ["1 START_AFTER_CENSUS receivedAt"]);
    assert_eq!(on("2026-02-05"), [""; 0]);
}

#[test]
fn a_second_side_that_is_ready_later_is_found_until_that_day() {
    let admitted = json!({"admissionId": "S1", "admissionIntent": "FIRST_DEFINITIVE_TREATMENT"});
    let ready = json!({"appropriateFrom": "2026-05-11", "patientAvailableFrom": "2026-05-18"});
    let story = story()
        .on("2026-01-05", "referralReceived", json!({"route": "OTHER"}))
        .on("2026-03-02", "patientAdmitted", admitted)
        .on("2026-05-01", "secondSideFitAndReady", ready);
    let on = |census| lines(&found_on(&story, census));
    assert_eq!(on("2026-05-17"), ["3 START_AFTER_CENSUS patientAvailableFrom"]);
    assert_eq!(on("2026-05-18"), [""; 0]);
}

#[test]
fn a_start_that_validation_put_after_the_census_is_found_at_the_correction() {
    let fix = json!({"clockField": "CLOCK_START", "newDate": "2026-03-05"});
    let story = story().on("2026-01-05", "referralReceived", json!({"route": "OTHER"})).on(
        "2026-01-20",
        "rttClockCorrected",
        fix,
    );
    let on = |census| lines(&found_on(&story, census));
    assert_eq!(on("2026-01-31"), ["2 START_AFTER_CENSUS newDate"]);
    assert_eq!(on("2026-03-05"), [""; 0]);
}
