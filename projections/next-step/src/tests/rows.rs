//! A row is written to a view's file and read back as it was; work lists come in the order of dates.

use pathway::clock::{ClockPolicy, ClockSettings};
use projector::{Connection, View};
use steps::{OdsCode, PathwayId, SubjectRef, codes::Role};
use testkit::{Story, json};
use uuid::Uuid;

use super::states::{answer, attended, booked, referred, settled};
use crate::State::{AcceptedUnbooked, AttendedNoOutcome, Booked, ReceivedUntriaged};
use crate::{Cursor, DuePolicy, NextStepView, OwnedBy, by_owner, by_pathway, by_subject};

/// A view's file as the projector makes it, with these histories.
pub(super) fn file(stories: &[Story]) -> Connection {
    file_under(&NextStepView::new(DuePolicy::shipped(), ClockPolicy::default()), stories)
}

/// As [`file`], under the settings of `view`.
pub(super) fn file_under(view: &NextStepView, stories: &[Story]) -> Connection {
    let rows = (0..).zip(stories).map(|(n, told)| (id(n), view.rows(&told.history())));
    views_for_tests::lay_out(view, rows)
}

pub(super) fn id(no: i64) -> PathwayId {
    PathwayId(Uuid::from_u128(u128::try_from(no).unwrap() + 100))
}

fn stories() -> Vec<Story> {
    let assigned = referred()
        .on("2026-01-20", "nextStepAssigned", json!({"nextStepVersion": 1, "what": "a scan", "ownerOrganisation": "RJ1", "generalContact": "C1", "delayContact": "C2", "due": "2026-03-01T10:00:00Z"}))
        .on("2026-01-01", "pathwaySubject", json!({"subjectRef": Uuid::from_u128(7), "gpPractice": "G81002"}));
    let two = booked().on("2026-01-11", "appointmentBooked", json!({"appointmentId": "A2", "provider": "RJ2", "site": "RJ201", "place": "Clinic 2", "startsAt": "2026-03-10T09:00:00Z"}));
    let sent = attended().on(
        "2026-02-12",
        "clinicLetterSent",
        json!({"letterId": "L1", "toOrganisation": "G81001"}),
    );
    let planned = settled("APPOINTMENT_TO_BE_MADE").on(
        "2026-02-20",
        "placedOnPlannedList",
        json!({"dueDate": "2026-06-01"}),
    );
    vec![testkit::story(), referred(), assigned, two, sent, planned, settled("DISCHARGED")]
}

#[test]
fn other_settings_of_the_clock_make_another_view() {
    let settings = ClockSettings { arrived_late_nullifies: true, ..ClockSettings::default() };
    let view = |clock| NextStepView::new(DuePolicy::shipped(), clock).rules_digest();
    assert_ne!(view(ClockPolicy::always(settings)), view(ClockPolicy::default()));
}

#[test]
fn a_row_reads_back_as_the_step_that_was_written() {
    let stories = stories();
    let conn = file(&stories);
    for (no, told) in stories.iter().enumerate() {
        let read = by_pathway(&conn, id(i64::try_from(no).unwrap())).unwrap();
        assert_eq!(read, Some(answer(told)));
    }
    assert_eq!(by_pathway(&conn, id(99)).unwrap(), None);
}

#[test]
fn a_person_finds_their_pathways_and_nobody_elses() {
    let conn = file(&stories());
    let mine = by_subject(&conn, SubjectRef(Uuid::from_u128(7))).unwrap();
    assert_eq!(mine.iter().map(|(id, _)| *id).collect::<Vec<_>>(), [id(2)]);
    assert!(by_subject(&conn, SubjectRef(Uuid::from_u128(8))).unwrap().is_empty());
}

#[test]
fn a_work_list_is_paged_in_the_order_of_due_dates_and_what_has_none_comes_last() {
    let code: OdsCode = "RJ1".parse().unwrap();
    let conn = file(&[referred(), settled("APPOINTMENT_TO_BE_MADE"), booked(), attended()]);
    let mut after: Option<Cursor> = None;
    let mut seen = Vec::new();
    loop {
        let now = "2026-03-01T00:00:00Z".parse().unwrap();
        let page =
            by_owner(&conn, &OwnedBy { organisation: &code, role: None, now, after, first: 2 })
                .unwrap();
        let Some(last) = page.last() else { break };
        after = Some(last.cursor);
        seen.extend(page.iter().map(|row| row.step.state));
    }
    assert_eq!(seen, [Booked, AttendedNoOutcome, ReceivedUntriaged, AcceptedUnbooked]);
}

#[test]
fn a_planned_step_is_in_the_list_of_the_role_that_owns_it_on_that_day() {
    let code: OdsCode = "RJ1".parse().unwrap();
    let conn = file(&stories());
    let count = |role, now: &str| {
        let asked = OwnedBy {
            organisation: &code,
            role: Some(role),
            now: now.parse().unwrap(),
            after: None,
            first: 50,
        };
        by_owner(&conn, &asked).unwrap().len()
    };
    assert_eq!(count(Role::Consultant, "2026-05-01T00:00:00Z"), 1);
    assert_eq!(count(Role::SchedulingTeam, "2026-05-01T00:00:00Z"), 0);
    assert_eq!(count(Role::Consultant, "2026-06-02T00:00:00Z"), 0);
    assert_eq!(count(Role::SchedulingTeam, "2026-06-02T00:00:00Z"), 1);
}

#[test]
fn the_questions_use_the_indexes_and_sort_nothing() {
    let conn = file(&stories());
    for (sql, index) in [
        (include_str!("../queries/by_organisation.sql"), "next_step_by_owner"),
        (include_str!("../queries/by_role.sql"), "next_step_by_role"),
        (include_str!("../queries/by_subject.sql"), "next_step_by_subject"),
        (include_str!("../queries/pathways_of.sql"), "next_step_by_subject"),
        (include_str!("../queries/by_organisation.sql"), "next_step_by_turned_owner"),
        (include_str!("../queries/alarmed.sql"), "next_step_alarmed"),
        (include_str!("../queries/alarmed_of_provider.sql"), "next_step_alarmed_of_provider"),
        (include_str!("../queries/asked_by.sql"), "asked_advice_by_referrer"),
        (include_str!("../queries/asked_by_standing.sql"), "asked_advice_by_standing"),
    ] {
        let lines = conn.plan(sql).unwrap();
        assert!(lines.iter().any(|line| line.contains(index)), "{lines:#?}");
        let sorts = lines.iter().any(|line| line.contains("TEMP B-TREE"));
        assert!(!sorts || sql.contains("subject_ref"), "{lines:#?}");
    }
}
