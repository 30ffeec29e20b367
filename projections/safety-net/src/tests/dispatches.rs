//! What was sent where nobody reads it stays in the list until it got through, or went elsewhere.

use steps::{Endpoint, codes::Channel};

use super::*;
use crate::{Cursor, DispatchedAsk, dispatched};

fn letter(id: &str, to: &str) -> testkit::Value {
    json!({"letterId": id, "provider": "RWA", "toOrganisation": to, "channel": "EMAIL"})
}

fn sent() -> Story {
    story().on("2026-01-05T09:00:00Z", "clinicLetterSent", letter("L1", "G81001"))
}

fn ask(since: &str, now: &str, by: Option<(Channel, Endpoint)>) -> DispatchedAsk {
    let recipient = trust("G81001");
    let (since, now) = (at(since), at(now));
    DispatchedAsk { recipient, by, unnamed: true, since, now, after: None, first: 10 }
}

/// The steps of a story that are listed at the end of January.
fn listed(story: &Story) -> Vec<&'static str> {
    let conn = file(&[pathway(1, story)]);
    let found = dispatched(&conn, &ask("2026-01-01T00:00:00Z", "2026-01-31T00:00:00Z", None));
    found.unwrap().into_iter().map(|one| one.node.kind.name()).collect()
}

#[test]
fn a_letter_is_listed_until_somebody_files_it_or_it_goes_elsewhere() {
    assert_eq!(listed(&sent()), ["ClinicLetterSent"]);
    let delivered = json!({"letterId": "L1", "toOrganisation": "G81001", "toPatient": false});
    let delivered = sent().on("2026-01-06", "documentDelivered", delivered);
    assert_eq!(listed(&delivered), ["ClinicLetterSent"], "a system took it, and nobody reads it");
    let filed = sent().on("2026-01-06", "documentFiled", json!({"letterId": "L1"}));
    assert_eq!(listed(&filed), [""; 0]);
    let elsewhere = sent().on("2026-01-06", "clinicLetterSent", letter("L1", "G81002"));
    assert_eq!(listed(&elsewhere), [""; 0]);
    let again = sent().on("2026-01-06", "clinicLetterSent", letter("L1", "G81001"));
    assert_eq!(listed(&again).len(), 2, "to send it there again is no help");
    let other = sent().on("2026-01-06", "documentFiled", json!({"letterId": "L2"}));
    assert_eq!(listed(&other), ["ClinicLetterSent"], "another letter");
}

#[test]
fn messages_work_and_referrals_are_settled_by_answers_of_their_own() {
    let message = json!({"queryId": "Q1", "fromOrganisation": "RWA", "toOrganisation": "G81001",
        "channel": "EMAIL", "actionId": null});
    let asked = story().on("2026-01-05", "messageSent", message);
    assert_eq!(listed(&asked), ["MessageSent"]);
    let answered = json!({"queryId": "Q1", "fromOrganisation": "G81001", "toOrganisation": "RWA"});
    assert_eq!(listed(&asked.on("2026-01-06", "messageAnswered", answered)), [""; 0]);
    let referral = json!({"referrer": "G85001", "provider": "G81001"});
    let referred = story().on("2026-01-05", "referralSent", referral);
    assert_eq!(listed(&referred), ["ReferralSent"]);
    let received = json!({"provider": "G81001"});
    assert_eq!(listed(&referred.on("2026-01-06", "referralReceived", received)), [""; 0]);
}

#[test]
fn an_endpoint_has_what_went_by_its_channel_since_a_moment_and_the_past_is_asked_as_it_was() {
    let filed = sent().on("2026-01-10", "documentFiled", json!({"letterId": "L1"}));
    let conn = file(&[pathway(1, &filed)]);
    let count = |ask: &DispatchedAsk| dispatched(&conn, ask).unwrap().len();
    let inbox = |channel| Some((channel, "inbox@g81001.example".parse().unwrap()));
    let (start, then) = ("2026-01-01T00:00:00Z", "2026-01-08T00:00:00Z");
    assert_eq!(count(&ask(start, then, inbox(Channel::Email))), 1);
    assert_eq!(count(&ask(start, then, inbox(Channel::Post))), 0);
    assert_eq!(count(&ask("2026-01-06T00:00:00Z", then, None)), 0, "read since");
    assert_eq!(count(&ask(start, "2026-01-11T00:00:00Z", None)), 0, "it is filed by then");
    let first = dispatched(&conn, &ask(start, then, None)).unwrap().remove(0);
    let cursor: Cursor = first.cursor.to_string().parse().unwrap();
    let after = DispatchedAsk { after: Some(cursor), ..ask(start, then, None) };
    assert_eq!(count(&after), 0, "a page goes on after it");
    assert_eq!(first.node.sender, Some(trust("RWA")));
}
