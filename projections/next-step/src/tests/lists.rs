//! Work lists: overdue first at every moment, in whose list a step stands, and the list of alarms.

use chrono::{DateTime, Utc};
use pathway::clock::ClockPolicy;
use projector::Connection;
use steps::OdsCode;
use testkit::{Story, json, story};

use super::{
    rows::{file, file_under, id},
    states::{answer, booked, referred, settled},
    work::policy,
};
use crate::{
    Alarm, AlarmedAt, NextStep, NextStepView, OwnedBy, State, alarmed, by_owner, by_pathway,
};

fn at(raw: &str) -> DateTime<Utc> {
    raw.parse().unwrap()
}

fn code(raw: &str) -> OdsCode {
    raw.parse().unwrap()
}

fn list(conn: &Connection, organisation: &str, now: &str) -> Vec<NextStep> {
    let (organisation, now) = (code(organisation), at(now));
    let asked = OwnedBy { organisation: &organisation, role: None, now, after: None, first: 50 };
    by_owner(conn, &asked).unwrap().into_iter().map(|row| row.step).collect()
}

#[test]
fn what_is_overdue_comes_first_at_every_moment() {
    let day = |minutes: i64| at("2026-02-10T00:00:00Z") + chrono::Duration::minutes(minutes);
    let given = json!({"nextStepVersion": 1, "what": "ring", "ownerOrganisation": "RJ1", "due": "2026-02-10T11:00:00Z"});
    let assigned = referred().on("2026-01-20", "nextStepAssigned", given);
    let conn = file(&[booked(), assigned, referred(), settled("APPOINTMENT_TO_BE_MADE")]);
    for minutes in (0..60 * 24 * 60).step_by(61) {
        let now = day(minutes);
        let steps = list(&conn, "RJ1", &now.to_rfc3339());
        let overdue: Vec<bool> = steps.iter().map(|step| step.at(now).overdue).collect();
        assert!(overdue.is_sorted_by(|one, other| one >= other), "{now}: {overdue:?}");
    }
    let noon = list(&conn, "RJ1", "2026-02-10T12:00:00Z");
    let states: Vec<State> = noon.iter().map(|step| step.state).take(2).collect();
    assert_eq!(states, [State::Assigned, State::Booked], "the appointment was at nine");
}

#[test]
fn work_that_nobody_returned_moves_to_the_receivers_list_when_silence_counts() {
    let policy = policy("counts = \"NOT_RETURNED\"\namount = 10\nunit = \"WORKING_DAYS\"");
    let view = NextStepView::new(policy, ClockPolicy::default());
    let asked = settled("DISCHARGED").on(
        "2026-02-16",
        "actionRequested",
        json!({
            "actionId": "W1", "requester": "RJ1", "ownerOrganisation": "G81001", "ownerRole": null,
            "letterRef": "L1",
        }),
    );
    let conn = file_under(&view, &[asked]);
    let lists = |now| (list(&conn, "RJ1", now).len(), list(&conn, "G81001", now).len());
    assert_eq!(lists("2026-02-27T23:00:00Z"), (1, 0));
    assert_eq!(lists("2026-02-28T00:00:00Z"), (0, 1));
    let read = by_pathway(&conn, id(0)).unwrap().unwrap();
    assert_eq!(read, list(&conn, "G81001", "2026-03-01T00:00:00Z")[0]);
    assert!(read.turns_to.is_some());
}

#[test]
fn alarms_are_listed_for_the_provider_and_those_of_nobody_for_all() {
    let advised = story().on("2026-01-05", "adviceRequested", json!({"provider": "RJ1"})).on(
        "2026-01-07",
        "adviceGiven",
        json!({}),
    );
    let lost = story();
    let unmatched = |told: Story| {
        told.on("2026-02-20", "unmatchedActivityReceived", json!({"provider": "RJ1"}))
    };
    let conn = file(&[referred(), advised, lost, unmatched(settled("DISCHARGED")), booked()]);
    let alarms = |provider: Option<&str>| {
        let provider = provider.map(code);
        let asked = AlarmedAt { provider: provider.as_ref(), after: None, first: 50 };
        let rows = alarmed(&conn, &asked).unwrap();
        rows.into_iter().map(|row| (row.pathway_id, row.step.alarm)).collect::<Vec<_>>()
    };
    let (unowned, other) = (Some(Alarm::Unowned), Some(Alarm::Unmatched));
    assert_eq!(alarms(Some("RJ1")), [(id(1), unowned), (id(3), other)]);
    assert_eq!(alarms(None), [(id(1), unowned), (id(2), unowned), (id(3), other)]);
    assert_eq!(alarms(Some("RJ2")), []);
}

#[test]
fn activity_that_fits_nowhere_is_an_alarm_beside_whoever_owns_the_step() {
    let told = settled("DISCHARGED").on(
        "2026-02-20",
        "unmatchedActivityReceived",
        json!({"provider": "RJ1", "unmatchedReason": "CONTRADICTION"}),
    );
    let step = answer(&told);
    assert_eq!((step.state, step.alarm), (State::BackWithPractice, Some(Alarm::Unmatched)));
    assert_eq!(step.also_open, [State::Unmatched]);
    let withdrawn =
        told.on("2026-02-21", "stepEnteredInError", json!({"eventId": Story::event(8)}));
    let step = answer(&withdrawn);
    assert_eq!((step.state, step.alarm), (State::BackWithPractice, None));
}
