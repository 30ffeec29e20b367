//! What went as a task is asked for again until the same message comes by an approved channel.

use super::*;
use crate::{AlarmAsk, RaisedKind, alarms, raised};

fn message(id: &str, channel: &str) -> testkit::Value {
    json!({"queryId": id, "fromOrganisation": "RJ1", "toOrganisation": "G85001", "channel": channel,
        "actionId": "W1"})
}

/// A message that went as a task, and the request to send it again.
fn asked() -> Story {
    let request = json!({"eventId": "00000000-0000-0000-0000-000000000001",
        "rule": "HUMBER-TASK-1", "organisation": "RJ1", "toOrganisation": "G85001",
        "queryId": "Q1", "actionId": null});
    story().on("2026-01-05T09:00:00Z", "messageSent", message("Q1", "CLINICAL_SYSTEM_TASK")).on(
        "2026-01-05T09:00:00Z",
        "resendRequested",
        request,
    )
}

/// When and by which step of the story the request is settled.
fn settled(story: &Story) -> Option<(DateTime<Utc>, u128)> {
    let all = raised(&story.history());
    let request = all.iter().find(|one| one.kind == RaisedKind::Resend).unwrap();
    request.resolved.map(|(at, _, by)| (at, by.unwrap().0.as_u128()))
}

#[test]
fn the_same_message_by_an_approved_channel_settles_it_and_nothing_else_does() {
    assert_eq!(settled(&asked()), None);
    let at_ten = |id: &str, channel: &str| {
        settled(&asked().on("2026-01-06T10:00:00Z", "messageSent", message(id, channel)))
    };
    assert_eq!(at_ten("Q1", "EMAIL"), Some((at("2026-01-06T10:00:00Z"), 3)));
    assert_eq!(at_ten("Q1", "CLINICAL_SYSTEM_TASK"), None, "a task again");
    assert_eq!(at_ten("Q2", "EMAIL"), None, "another message");
    let mut other = message("Q1", "EMAIL");
    other["fromOrganisation"] = json!("RWA");
    assert_eq!(settled(&asked().on("2026-01-06T10:00:00Z", "messageSent", other)), None);
    let before = asked().on("2026-01-04T10:00:00Z", "messageSent", message("Q1", "EMAIL"));
    assert_eq!(settled(&before), None, "what went before the task is not the answer to it");
}

#[test]
fn work_that_is_asked_for_again_settles_it_by_its_own_id() {
    let work = |channel: testkit::Value| {
        json!({"actionId": "W1", "fromOrganisation": "RJ1", "toOrganisation": "G85001",
            "channel": channel})
    };
    let request = json!({"eventId": "00000000-0000-0000-0000-000000000001",
        "rule": "HUMBER-TASK-1", "organisation": "RJ1", "queryId": null, "actionId": "W1"});
    let task =
        || {
            story()
                .on("2026-01-05", "workTransferRequested", work(json!("CLINICAL_SYSTEM_TASK")))
                .on("2026-01-05", "resendRequested", request.clone())
        };
    let then = |channel| settled(&task().on("2026-01-07", "workTransferRequested", work(channel)));
    assert!(then(json!("EMAIL")).is_some());
    assert_eq!(then(testkit::Value::Null), None, "by which way is not said");
}

#[test]
fn the_requests_are_a_list_of_their_own() {
    let conn = file(&[pathway(1, &asked())]);
    let ask = |organisation: &str, resends| AlarmAsk {
        organisation: Some(trust(organisation)),
        resends,
        open_only: true,
        since: DateTime::UNIX_EPOCH,
        until: at("2026-02-01T00:00:00Z"),
        after: None,
        first: 10,
    };
    let [one] = alarms(&conn, &ask("RJ1", true)).unwrap().try_into().unwrap();
    assert_eq!((one.node.kind, one.node.rule.as_str()), (RaisedKind::Resend, "HUMBER-TASK-1"));
    assert_eq!(alarms(&conn, &ask("RJ1", false)).unwrap(), [], "it is no alarm of a promise");
    assert_eq!(alarms(&conn, &ask("G85001", true)).unwrap(), [], "and the sender's to do");
}
