//! A serious result is followed until a person has acknowledged it and somebody has acted.

use steps::interface_and_safety::AlarmTo;

use super::*;

const ACKNOWLEDGED: &str = "NET-SERIOUS-ACKNOWLEDGED";

fn told(now: &str, story: &Story) -> Vec<AlarmTo> {
    let conn = file(&[pathway(1, story)]);
    let listed = missing_of(&conn, ACKNOWLEDGED, now);
    listed.iter().filter_map(|one| one.node.alarm_to).collect()
}

#[test]
fn requester_deputy_director_and_board_are_told_one_after_the_other() {
    use AlarmTo::{Deputy, IntegratedCareBoard, MedicalDirector, Requester};
    let story = reported("2023-07-03T08:00:00Z", "UNEXPECTED");
    assert_eq!(told("2023-07-03T10:00:00Z", &story), []);
    assert_eq!(told("2023-07-03T10:00:01Z", &story), [Requester]);
    assert_eq!(told("2023-07-03T14:00:01Z", &story), [Requester, Deputy]);
    assert_eq!(told("2023-07-04T08:00:01Z", &story), [Requester, Deputy, MedicalDirector]);
    let all = [Requester, Deputy, MedicalDirector, IntegratedCareBoard];
    assert_eq!(told("2023-07-05T08:00:01Z", &story), all);
}

#[test]
fn a_persons_acknowledgement_stops_it_and_a_systems_does_not() {
    let by = |role: &str| {
        let said = json!({"testId": "T1", "organisation": "G85001", "byRole": role, "alert": true});
        reported("2023-07-03T08:00:00Z", "CRITICAL").on(
            "2023-07-03T09:00:00Z",
            "resultNotificationAcknowledged",
            said,
        )
    };
    assert_eq!(told("2023-07-03T11:00:00Z", &by("GENERAL_PRACTITIONER")), []);
    assert_eq!(told("2023-07-03T11:00:00Z", &by("SYSTEM")), [AlarmTo::Requester]);
}

#[test]
fn only_one_who_asked_or_was_told_acknowledges_and_never_the_patient() {
    let missing = |notice_to: &str, organisation: &str, role: &str| {
        let said =
            json!({"testId": "T1", "organisation": organisation, "byRole": role, "alert": true});
        let sent = json!({"testId": "T1", "toOrganisation": notice_to, "toPatient": false,
            "alert": true});
        let story = reported("2023-07-03T08:00:00Z", "CRITICAL")
            .on("2023-07-03T08:10:00Z", "resultNotificationSent", sent)
            .on("2023-07-03T09:00:00Z", "resultNotificationAcknowledged", said);
        let conn = file(&[pathway(1, &story)]);
        let open = |id: &str| !missing_of(&conn, id, "2023-07-03T23:00:00Z").is_empty();
        (open(ACKNOWLEDGED), open("NET-RESULT-ACKNOWLEDGED"))
    };
    assert_eq!(missing("G85001", "G85001", "GENERAL_PRACTITIONER"), (false, false));
    assert_eq!(missing("RX9", "RX9", "CLINICIAN"), (false, false), "the deputy that was told");
    assert_eq!(missing("G85001", "ZZ1", "CLINICIAN"), (true, true), "nobody asked them");
    assert_eq!(missing("G85001", "G85001", "PATIENT"), (true, true));
    assert_eq!(missing("G85001", "G85001", "CARER"), (true, true));
}

#[test]
fn the_board_that_is_told_is_the_commissioner_and_the_others_are_of_the_requester() {
    let story = story()
        .on("2023-04-01", "referralReceived", json!({"provider": "RJ1", "commissioner": "02Y"}))
        .on(
            "2023-05-01",
            "testRequested",
            json!({"testId": "T1", "requester": "RJ1", "resultOwner": null}),
        )
        .on(
            "2023-07-03T08:00:00Z",
            "resultReported",
            json!({"testId": "T1", "abnormality": "CRITICAL", "provider": "RWA"}),
        );
    let conn = file(&[pathway(1, &story)]);
    let listed = missing_of(&conn, ACKNOWLEDGED, "2023-07-10T00:00:00Z");
    let owners: Vec<_> = listed.iter().filter_map(|one| one.node.owner.clone()).collect();
    assert_eq!(owners, ["RJ1", "RJ1", "RJ1", "02Y"].map(trust));
}

#[test]
fn a_report_that_was_sent_does_not_stand_for_the_alert_that_was_not() {
    let sent = |alert: bool| {
        let story = reported("2023-07-03T08:00:00Z", "UNEXPECTED");
        let story = story.on("2023-07-03T08:10:00Z", "resultNotificationSent", notice(alert));
        let conn = file(&[pathway(1, &story)]);
        let missing = |id: &str| missing_of(&conn, id, "2023-07-03T12:00:00Z").len();
        (missing("NET-RESULT-NOTIFIED"), missing("NET-ALERT-SENT"))
    };
    assert_eq!(sent(false), (0, 1), "the report went, the alert did not");
    assert_eq!(sent(true), (1, 0), "the alert went, the report did not");
}

#[test]
fn an_ordinary_result_has_no_alert_and_no_levels() {
    let conn = file(&[pathway(1, &reported("2023-07-03T08:00:00Z", "ABNORMAL"))]);
    for id in ["NET-ALERT-SENT", ACKNOWLEDGED, "NET-SERIOUS-ACTIONED"] {
        assert_eq!(missing_of(&conn, id, "2023-12-01T00:00:00Z"), [], "{id}");
    }
}
