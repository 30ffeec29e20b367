//! Rows: there and back, in any order of arrival, moved only by steps that concern them.

use pathway::clock::{ClockPolicy, ClockSettings};
use policy::{Packs, State, evaluate};
use projector::{Cell, View};
use proptest::prelude::*;
use steps::StepKind;
use testkit::{Story, json, story};

use super::{ledger, pathway, view, visit};

/// A pathway that leaves an obligation in every state but `NOT_DUE`.
fn every_state() -> Story {
    let dna = json!({"appointmentId": "A1", "appointmentDate": "2026-01-20", "attendanceCode": "DID_NOT_ATTEND"});
    let late = json!({"appointmentId": "A1", "appointmentDate": "2026-01-20", "attendanceCode": "ARRIVED_LATE_NOT_SEEN"});
    visit("RJ1", "2026-02-02", Some("2026-02-20"))
        .on("2026-01-04T09:00:00Z", "referralSent", json!({"referrer": "G85001", "intendedOutcome": "a view"}))
        .on("2026-01-05", "patientInformed", json!({"generalContact": "C1"}))
        .on("2026-01-06", "clinicalConversationHeld", json!({"conversationOutcome": "PLAN_CHANGED"}))
        .on("2026-02-03", "fitNoteNeeded", json!({"fromDate": "2026-02-03", "toDate": "2026-02-10"}))
        .on("2026-01-09", "patientInformed", json!({"deteriorationContact": "C2", "expectedBy": "2026-02-02"}))
        .on("2026-01-20T10:00:00Z", "dnaRecorded", dna.clone())
        .on("2026-01-20T10:00:00Z", "dnaRecorded", late)
        .on("2026-01-20T10:05:00Z", "dnaCallAttempted", json!({"appointmentId": "A3", "byRole": "NURSE", "callOutcome": "NO_NUMBER_HELD"}))
        .on("2026-01-20T10:00:00Z", "dnaRecorded", json!({"appointmentId": "A3", "appointmentDate": "2026-01-20", "attendanceCode": "DID_NOT_ATTEND"}))
        .on("2026-02-22", "outpatientAttended", json!({"appointmentId": "A4"}))
        .on("2026-02-23", "inpatientDischarged", json!({"admissionId": "M1"}))
        .on("2026-02-24", "dischargeSummarySent", json!({"admissionId": "M1"}))
}

#[test]
fn other_settings_of_the_clock_make_another_view() {
    let settings = ClockSettings { arrived_late_nullifies: true, ..ClockSettings::default() };
    let other = crate::ComplianceView::new(Packs::shipped(), ClockPolicy::always(settings));
    assert_ne!(other.rules_digest(), view().rules_digest());
}

#[test]
fn an_obligation_in_any_state_is_read_as_it_was_written() {
    let history = pathway(7, &every_state());
    let expected = evaluate(&history, &Packs::shipped(), &ClockPolicy::default());
    let now = super::at("2026-02-26T00:00:00Z");
    let mut states: Vec<_> = expected.iter().map(|one| one.state(now)).collect();
    states.sort_unstable();
    states.dedup();
    let all_but_not_due: Vec<_> =
        State::ALL.iter().copied().filter(|state| *state != State::NotDue).collect();
    assert_eq!(states, all_but_not_due);
    let read = view().obligations_of(&ledger(std::slice::from_ref(&history)), history.pathway_id());
    assert_eq!(read.unwrap(), expected);
}

#[test]
fn a_pathway_that_the_view_does_not_hold_has_no_obligations() {
    let conn = ledger(&[pathway(7, &every_state())]);
    assert_eq!(view().obligations_of(&conn, testkit::pathway_id()).unwrap(), []);
}

#[test]
fn the_rows_fit_their_table_and_are_numbered_in_order() {
    let view = view();
    let rows = view.rows(&pathway(7, &every_state()));
    assert!(rows.iter().all(|row| row.cells.len() == view.tables()[0].columns.len()));
    assert!(rows.iter().zip(0..).all(|(row, seq)| row.seq == seq && row.table == 0));
}

#[test]
fn no_word_about_a_person_reaches_a_row() {
    let story = story().on("2026-01-05", "referralReceived", json!({"commissioner": "72Q"})).on(
        "2026-01-05",
        "referralDeclined",
        json!({"reasonText": "her drinking"}),
    );
    for row in view().rows(&pathway(7, &story)) {
        assert!(
            row.cells
                .iter()
                .all(|cell| !matches!(cell, Cell::Text(text) if text.contains("drinking")))
        );
    }
}

#[test]
fn a_step_that_does_not_concern_the_view_changes_no_row() {
    let view = view();
    let before = view.rows(&pathway(7, &every_state()));
    for kind in StepKind::ALL.iter().copied().filter(|kind| !view.concerns(*kind)) {
        let fields = testkit::sample(kind, testkit::Fill::AllButPersonal);
        let story = every_state().on("2026-01-21", &kind.field_name(), fields);
        assert_eq!(view.rows(&pathway(7, &story)), before, "{}", kind.name());
    }
}

#[test]
fn every_step_that_the_packs_name_concerns_the_view() {
    let view = view();
    for word in view.packs().named_words() {
        assert!(view.concerns(StepKind::from_name(&word.step).unwrap()), "{}", word.step);
    }
    assert!(view.concerns(StepKind::StepCorrected) && !view.concerns(StepKind::DocumentOpened));
}

#[test]
fn other_packs_make_another_view() {
    assert!(view().rules_digest().contains(Packs::shipped().digest()));
    assert!(!Packs::shipped().digest().is_empty());
}

proptest! {
    #[test]
    fn the_order_of_arrival_changes_no_row(told in Just(every_state().told()).prop_shuffle()) {
        let view = view();
        let history = pathway::History::of(testkit::pathway_id(), told);
        prop_assert_eq!(view.rows(&history), view.rows(&every_state().history()));
    }
}
