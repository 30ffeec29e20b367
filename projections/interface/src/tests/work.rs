//! Work passed on: what was asked, taken and returned; private providers apart; turned away without reason.

use steps::interface_and_safety::{WorkCategory, WorkReturnReason};
use testkit::{Story, json, story};

use super::{code, file, months};
use crate::{Work, WorkAsk, WorkStanding, leaving_counts, work, work_counts};

fn asked(id: &str, on: &str) -> Story {
    story().on(
        on,
        "workTransferRequested",
        json!({"actionId": id, "workCategory": "FOLLOW_UP_RESULTS", "fromOrganisation": "RJ1",
            "toOrganisation": "G85001", "patientToldAt": null, "reason": "secret"}),
    )
}

pub(super) fn returned() -> Story {
    asked("W1", "2026-02-02").on(
        "2026-02-05",
        "workloadReturned",
        json!({"actionId": "W1", "workCategory": "FOLLOW_UP_RESULTS", "fromOrganisation": "G85001",
            "toOrganisation": "RJ1", "workReturnReasons": ["PROVIDERS_DUTY", "NOT_COMMISSIONED"],
            "patientToldAt": "2026-02-05"}),
    )
}

fn taken(id: &str) -> Story {
    asked(id, "2026-02-03").on(
        "2026-02-04",
        "workTransferAccepted",
        json!({"actionId": id, "organisation": "G85001"}),
    )
}

fn private(id: &str, answer: &str) -> Story {
    story().on(
        "2026-02-06",
        "privateProviderRequestReceived",
        json!({"actionId": id, "workCategory": "PRESCRIBE", "privateProvider": "Harley Clinic",
            "requester": null, "organisation": "G85001", "privateRequestAnswer": answer}),
    )
}

fn ask() -> WorkAsk {
    WorkAsk {
        months: months("2026-02", "2026-02"),
        sender: None,
        asked: None,
        category: None,
        private: None,
        standing: None,
        after: None,
        first: 100,
    }
}

fn only(story: Story) -> Work {
    let mut all = work(&file(&[story]), &ask()).unwrap();
    assert_eq!(all.len(), 1);
    all.pop().unwrap().item
}

#[test]
fn work_is_unanswered_until_it_is_taken_or_returned() {
    assert_eq!(only(asked("W1", "2026-02-02")).standing, WorkStanding::Unanswered);
    assert_eq!(only(taken("W1")).standing, WorkStanding::Accepted);
    let back = only(returned());
    assert_eq!(back.standing, WorkStanding::Returned);
    assert_eq!(back.reasons, [WorkReturnReason::ProvidersDuty, WorkReturnReason::NotCommissioned]);
    assert_eq!(back.patient_told_at, Some("2026-02-05".parse().unwrap()));
    assert_eq!(back.sender, "RJ1", "it is the sender's again");
}

#[test]
fn work_asked_for_again_after_a_return_is_unanswered_again() {
    let again = returned().on(
        "2026-02-09",
        "workTransferRequested",
        json!({"actionId": "W1", "fromOrganisation": "RJ1", "toOrganisation": "G85002"}),
    );
    let again = only(again);
    assert_eq!((again.standing, again.asked), (WorkStanding::Unanswered, code("G85002")));
}

#[test]
fn a_return_of_work_that_was_never_recorded_as_asked_for_counts_for_its_sender() {
    let story = story().on(
        "2026-02-05",
        "workloadReturned",
        json!({"actionId": "W7", "workCategory": "ISSUE_FIT_NOTE", "fromOrganisation": "G85001",
            "toOrganisation": "RJZ"}),
    );
    let back = only(story);
    assert_eq!((back.sender.as_str(), back.standing), ("RJZ", WorkStanding::Returned));
}

#[test]
fn private_providers_are_counted_apart_by_name_and_every_count_is_the_length_of_a_list() {
    let streams = [
        returned(),
        taken("W2"),
        asked("W3", "2026-02-10"),
        private("P1", "DECLINED"),
        private("P2", "NOT_ANSWERED").on(
            "2026-02-08",
            "privateProviderRequestReceived",
            json!({"actionId": "P2", "privateRequestAnswer": "ACCEPTED"}),
        ),
    ];
    let conn = file(&streams);
    let lines = work_counts(&conn, months("2026-02", "2026-02"), None).unwrap();
    let senders: Vec<_> =
        lines.iter().map(|line| (line.private, line.sender.as_str(), line.requested)).collect();
    assert_eq!(senders, [(false, "RJ1", 3), (true, "Harley Clinic", 2)]);
    assert_eq!(lines[1].category, WorkCategory::Prescribe);
    for line in &lines {
        for standing in [WorkStanding::Unanswered, WorkStanding::Accepted, WorkStanding::Returned] {
            let asked = WorkAsk {
                sender: Some(line.sender.clone()),
                private: Some(line.private),
                category: Some(line.category),
                standing: Some(standing),
                ..ask()
            };
            let listed = work(&conn, &asked).unwrap().len() as u64;
            assert_eq!(line.standing.get(&standing).copied().unwrap_or(0), listed, "{standing:?}");
        }
    }
}

#[test]
fn declines_and_removals_without_a_reason_are_counted_by_provider() {
    let declined = |fields: testkit::Value| story().on("2026-02-10", "referralDeclined", fields);
    let removed = |reason: &str| {
        let fields = json!({"provider": "RJ1", "removalReason": reason});
        story().on("2026-02-11", "removedFromWaitingList", fields)
    };
    let streams = [
        declined(json!({"provider": "RJ1", "declineReason": null, "reasonText": null,
            "alternativePathway": null})),
        declined(json!({"provider": "RJ1", "declineReason": null, "reasonText": "secret",
            "alternativePathway": "secret"})),
        removed("NOT_GIVEN"),
        removed("TREATED_ELSEWHERE"),
        removed("DIED"),
    ];
    let lines = leaving_counts(&file(&streams), months("2026-02", "2026-02"), None).unwrap();
    assert_eq!(lines.len(), 1);
    let line = &lines[0];
    assert_eq!(
        (line.declined, line.declined_without_reason, line.declined_without_alternative),
        (2, 1, 1)
    );
    assert_eq!((line.removed, line.removed_without_reason), (3, 1));
    let others = leaving_counts(&file(&streams), months("2026-02", "2026-02"), Some(&code("RJZ")));
    assert_eq!(others.unwrap(), []);
}

#[test]
fn work_is_taken_only_by_the_one_who_was_asked() {
    let by = |who: &str| {
        let said = json!({"actionId": "W1", "organisation": who});
        only(asked("W1", "2026-02-03").on("2026-02-04", "workTransferAccepted", said)).standing
    };
    assert_eq!(by("G85001"), WorkStanding::Accepted);
    assert_eq!(by("RJ1"), WorkStanding::Unanswered, "the sender");
    assert_eq!(by("G85777"), WorkStanding::Unanswered, "one never asked");
}
