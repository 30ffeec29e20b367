//! Rows are read as they were written, through their indexes; alarms of a history; what a patient waits for.

use super::*;
use crate::{AlarmAsk, alarms, alarms_of, expectations, expected_of, results_expected};

#[test]
fn an_expectation_is_read_as_it_was_written() {
    let story = reported("2023-07-03", "CRITICAL")
        .on("2023-07-04T09:00:00Z", "resultNotificationSent", notice(true))
        .on("2023-07-05", "patientDied", json!({}));
    let history = pathway(7, &story);
    let conn = file(std::slice::from_ref(&history));
    let read = expected_of(&conn, history.pathway_id()).unwrap();
    assert_eq!(read, expectations(&history, view().rules()));
    assert!(read.iter().any(|one| one.settled.is_some_and(|by| by.ended)));
}

#[test]
fn a_day_counts_from_its_end_and_evidence_of_a_day_from_its_beginning() {
    let story =
        reported("2023-07-03", "NORMAL").on("2023-07-04", "resultNotificationSent", notice(false));
    let all = expectations(&pathway(1, &story), view().rules());
    let one = all.iter().find(|one| one.rule.as_str() == "NET-RESULT-NOTIFIED").unwrap();
    assert_eq!(one.due, at("2023-07-04T07:00:00Z"), "eight hours after midnight in London");
    assert_eq!(one.settled.unwrap().at, at("2023-07-03T23:00:00Z"));
}

#[test]
fn an_alarm_and_its_late_answer_both_stand_in_the_history() {
    let raised = json!({"rule": "NET-RESULT-NOTIFIED", "stepName": "ResultNotificationSent",
        "eventId": "00000000-0000-0000-0000-000000000002", "affected": 1, "organisation": "RWA",
        "packVersion": "1"});
    let story = reported("2023-07-03T08:00:00Z", "NORMAL").on(
        "2023-07-03T16:00:00Z",
        "expectedEventMissed",
        raised,
    );
    let open = pathway(1, &story);
    let event = open.entries().last().unwrap().event_id();
    let settled = json!({"eventId": event, "rule": "NET-RESULT-NOTIFIED", "alarmOutcome": "LATE"});
    let answered = pathway(1, &story.on("2023-09-22T12:00:00Z", "alarmResolved", settled));
    let conn = file(std::slice::from_ref(&answered));
    let [alarm] = alarms_of(&conn, answered.pathway_id()).unwrap().try_into().unwrap();
    assert_eq!(alarm.since, at("2023-07-03T16:00:00Z"));
    assert!(alarm.resolved.is_some());
    let ask = |open_only: bool| AlarmAsk {
        organisation: Some(trust("RWA")),
        resends: false,
        open_only,
        since: at("2023-07-01T00:00:00Z"),
        until: at("2023-08-01T00:00:00Z"),
        after: None,
        first: 10,
    };
    assert_eq!(alarms(&conn, &ask(false)).unwrap().len(), 1);
    assert_eq!(alarms(&conn, &ask(true)).unwrap(), []);
    assert_eq!(alarms(&file(&[open]), &ask(true)).unwrap().len(), 1);
}

#[test]
fn lists_are_read_through_their_indexes() {
    let conn = file(&[pathway(1, &reported("2023-07-03T08:00:00Z", "NORMAL"))]);
    let plan = |sql: &str| conn.plan(sql).unwrap().concat();
    for (sql, index) in [
        (include_str!("../queries/missing.sql"), "expected_by_due"),
        (include_str!("../queries/missing_of_owner.sql"), "expected_by_owner"),
        (include_str!("../queries/closed_items.sql"), "expected_by_recipient"),
        (include_str!("../queries/fell_due.sql"), "expected_by_due"),
        (include_str!("../queries/look_back.sql"), "expected_by_trigger"),
        (include_str!("../queries/alarms.sql"), "alarm_by_since"),
        (include_str!("../queries/dispatched.sql"), "dispatch_by_recipient"),
    ] {
        let plan = plan(sql);
        assert!(plan.contains(index) && !plan.contains("TEMP B-TREE"), "{index}: {plan}");
    }
    for (sql, index) in [
        (include_str!("../queries/letters.sql"), "passage_by_"),
        (include_str!("../queries/reconcile.sql"), "passage_by_start"),
        (include_str!("../queries/orphans.sql"), "passage_by_start"),
        (include_str!("../queries/volume_of.sql"), "feed_day_key"),
        (include_str!("../queries/next_feed.sql"), "feed_day_key"),
        (include_str!("../queries/last_day.sql"), "feed_day_key"),
    ] {
        let plan = plan(sql);
        assert!(plan.contains(index), "{index}: {plan}");
    }
}

#[test]
fn a_patient_is_told_by_when_a_result_is_expected_and_that_it_is_overdue() {
    let net = view().rules();
    let asked = json!({"testId": "T1", "testName": "Chest X-ray", "requester": "RJ1", "urgency": "URGENT", "resultExpectedBy": "2026-01-20"});
    let story = story()
        .on("2026-01-05", "testRequested", asked)
        .on(
            "2026-01-06",
            "testRequested",
            json!({"testId": "T2", "requester": "RJ1", "urgency": "URGENT"}),
        )
        .on("2026-01-10", "testPerformed", json!({"testId": "T2"}));
    let waiting = |story: &Story, now: &str| results_expected(&pathway(1, story), net, at(now));
    let told = waiting(&story, "2026-01-19T12:00:00Z");
    let by: Vec<_> =
        told.iter().map(|one| (one.expected_by.to_string(), one.was_said, one.overdue)).collect();
    let (rule, request) =
        (("2026-01-17".to_owned(), false, true), ("2026-01-20".to_owned(), true, false));
    assert_eq!(by, [rule, request], "a week after the test, and as the request says");
    assert_eq!(told[1].test_name.as_ref().unwrap().as_str(), "Chest X-ray");
    assert_eq!(told[1].organisation, Some(trust("RJ1")));
    let answered =
        story.clone().on("2026-01-21", "resultCommunicatedToPatient", json!({"testId": "T1"}));
    assert_eq!(waiting(&answered, "2026-01-22T00:00:00Z").len(), 1);
    let died = story.on("2026-01-18", "patientDied", json!({}));
    assert_eq!(waiting(&died, "2026-01-19T12:00:00Z"), []);
}
