//! Letters from the draft to the action, and what was sent against what arrived.

use super::*;
use crate::{
    Chain, LetterAsk, ReconcileAsk, Stage, StageOf, closed_items, letters, orphans, reconciled,
};

fn letter() -> Story {
    story()
        .on("2026-01-02", "referralReceived", json!({"provider": "RWA", "referrer": "G85001"}))
        .on("2026-01-05T09:00:00Z", "letterDrafted", json!({"letterId": "L1", "provider": "RWA"}))
        .on("2026-01-06T09:00:00Z", "letterAuthorised", json!({"letterId": "L1"}))
        .on(
            "2026-01-06T10:00:00Z",
            "clinicLetterSent",
            json!({"letterId": "L1", "provider": "RWA", "toOrganisation": "G85001"}),
        )
        .on(
            "2026-01-06T11:00:00Z",
            "documentDelivered",
            json!({"letterId": "L1", "toOrganisation": "G85001", "toPatient": false}),
        )
        .on(
            "2026-01-07T11:00:00Z",
            "documentOpened",
            json!({"letterId": "L1", "organisation": "G85001"}),
        )
        .on(
            "2026-01-08T11:00:00Z",
            "documentFiled",
            json!({"letterId": "L1", "organisation": "G85001"}),
        )
}

fn ask(now: &str) -> LetterAsk {
    LetterAsk {
        chain: Chain::Letter,
        sender: Some(trust("RWA")),
        stage: None,
        overdue_only: false,
        now: at(now),
        after: None,
        first: 100,
    }
}

fn on_ledger(conn: &Connection, now: &str) -> Vec<StageOf> {
    letters(conn, &ask(now)).unwrap().into_iter().map(|one| one.node).collect()
}

#[test]
fn a_letter_is_at_each_stage_of_its_way_and_then_off_the_ledger() {
    let conn = file(&[pathway(1, &letter())]);
    let stage = |now: &str| on_ledger(&conn, now).first().map(|one| one.stage);
    assert_eq!(stage("2026-01-05T08:00:00Z"), None);
    assert_eq!(stage("2026-01-05T10:00:00Z"), Some(Stage::Drafted));
    assert_eq!(stage("2026-01-06T09:30:00Z"), Some(Stage::Authorised));
    assert_eq!(stage("2026-01-06T10:30:00Z"), Some(Stage::Sent));
    assert_eq!(stage("2026-01-07T10:00:00Z"), Some(Stage::Delivered));
    assert_eq!(stage("2026-01-08T10:00:00Z"), Some(Stage::Opened));
    assert_eq!(stage("2026-01-09T00:00:00Z"), None, "it asks nothing, and was filed");
}

#[test]
fn a_draft_that_nobody_authorised_raises_an_alarm_with_its_age() {
    let draft = story().on("2026-01-02", "referralReceived", json!({"provider": "RWA"})).on(
        "2026-01-05T09:00:00Z",
        "letterDrafted",
        json!({"letterId": "L1", "provider": "RWA"}),
    );
    let conn = file(&[pathway(1, &draft), pathway(2, &letter())]);
    let late = LetterAsk { overdue_only: true, ..ask("2026-01-08T09:00:01Z") };
    let listed = letters(&conn, &late).unwrap();
    assert_eq!(pathways(&listed), [1]);
    let one = &listed[0].node;
    assert_eq!((one.stage, one.since), (Stage::Drafted, at("2026-01-05T09:00:00Z")));
    assert_eq!(one.overdue_since, Some(at("2026-01-08T09:00:00Z")), "72 hours after the draft");
    let early = LetterAsk { overdue_only: true, ..ask("2026-01-08T09:00:00Z") };
    assert_eq!(letters(&conn, &early).unwrap(), []);
}

#[test]
fn an_action_that_the_letter_asks_for_keeps_it_on_the_ledger_until_it_is_taken() {
    let actions = json!([{"actionId": "X1", "actionFor": "GENERAL_PRACTICE"}]);
    let sent = json!({"letterId": "L1", "provider": "RWA", "toOrganisation": "G85001", "actions": actions});
    let story = story()
        .on("2026-01-02", "referralReceived", json!({"provider": "RWA"}))
        .on("2026-01-06T10:00:00Z", "clinicLetterSent", sent)
        .on(
            "2026-01-06T11:00:00Z",
            "documentFiled",
            json!({"letterId": "L1", "organisation": "G85001"}),
        );
    let taken =
        story.clone().on("2026-01-09T09:00:00Z", "actionAccepted", json!({"actionId": "X1"}));
    let stage = |story: &Story| on_ledger(&file(&[pathway(1, story)]), "2026-01-10T00:00:00Z");
    assert_eq!(stage(&story).first().map(|one| one.stage), Some(Stage::Filed));
    assert_eq!(stage(&taken), []);
}

#[test]
fn nothing_is_missing_of_a_letter_after_a_death() {
    let draft = story().on("2026-01-02", "referralReceived", json!({"provider": "RWA"})).on(
        "2026-01-05T09:00:00Z",
        "letterDrafted",
        json!({"letterId": "L1", "provider": "RWA"}),
    );
    let died = draft.clone().on("2026-01-06", "patientDied", json!({}));
    let missing = |story: &Story| {
        missing_of(&file(&[pathway(1, story)]), "NET-LETTER-AUTHORISED", "2026-02-01T00:00:00Z")
            .len()
    };
    assert_eq!((missing(&draft), missing(&died)), (1, 0));
    assert_eq!(on_ledger(&file(&[pathway(1, &died)]), "2026-02-01T00:00:00Z"), []);
}

#[test]
fn what_the_source_counted_is_held_against_what_was_sent_arrived_and_was_filed() {
    let reported = reported("2026-01-05T09:00:00Z", "NORMAL");
    let sent = reported.clone().on("2026-01-05T10:00:00Z", "resultNotificationSent", notice(false));
    let delivered =
        sent.clone().on("2026-01-05T11:00:00Z", "resultNotificationDelivered", receipt(false));
    let filed = delivered.clone().on(
        "2026-01-06T11:00:00Z",
        "resultNotificationAcknowledged",
        json!({"testId": "T1", "organisation": "G85001", "byRole": "PRACTICE_STAFF", "alert": false}),
    );
    let town: Vec<History> =
        (1..).zip([&reported, &sent, &delivered, &filed]).map(|(n, one)| pathway(n, one)).collect();
    let conn = file(&town);
    let ask = ReconcileAsk {
        chain: Chain::Result,
        sender: None,
        from: "2026-01-05".parse().unwrap(),
        to: "2026-01-05".parse().unwrap(),
        now: at("2026-01-07T00:00:00Z"),
    };
    let [counted] = reconciled(&conn, &ask).unwrap().try_into().unwrap();
    assert_eq!(counted.sender, Some(trust("RWA")));
    let counts = [counted.source_count, counted.sent_count, counted.delivered_count];
    assert_eq!((counts, counted.filed_count, counted.orphan_count), ([4, 3, 2], 1, 3));
    let lost = orphans(&conn, &ask, None, 100).unwrap();
    assert_eq!(pathways(&lost), [1, 2, 3]);
    let before = ReconcileAsk { now: at("2026-01-05T09:30:00Z"), ..ask };
    assert_eq!(reconciled(&conn, &before).unwrap()[0].sent_count, 0, "as it was that morning");
}

#[test]
fn what_is_addressed_to_an_organisation_is_found_while_it_is_open() {
    let sent = json!({"referrer": "G85001", "provider": "RXX"});
    let open = story().on("2026-01-05T09:00:00Z", "referralSent", sent);
    let taken = open.clone().on("2026-01-06", "referralReceived", json!({"provider": "RXX"}));
    let conn = file(&[pathway(1, &open), pathway(2, &taken)]);
    let found = |now: &str| closed_items(&conn, &trust("RXX"), at(now), None, 10).unwrap();
    assert_eq!(pathways(&found("2026-01-20T00:00:00Z")), [1]);
    assert_eq!(pathways(&found("2026-01-05T12:00:00Z")), [1, 2], "while both were open");
    assert_eq!(found("2026-01-05T08:00:00Z"), [], "before it was sent");
}

#[test]
fn a_letter_and_a_test_of_one_number_do_not_take_each_others_overdue() {
    let both = reported("2026-01-05T09:00:00Z", "NORMAL")
        .on("2026-01-05T10:00:00Z", "resultNotificationSent", notice(false))
        .on("2026-01-20T09:00:00Z", "letterDrafted", json!({"letterId": "T1", "provider": "RWA"}));
    let conn = file(&[pathway(1, &both)]);
    let overdue = |chain, now: &str| {
        let listed = letters(&conn, &LetterAsk { chain, ..ask(now) }).unwrap();
        listed.first().map(|one| one.node.overdue_since)
    };
    let now = "2026-01-20T10:00:00Z";
    assert!(overdue(Chain::Result, now).flatten().is_some(), "the notice did not arrive");
    assert_eq!(overdue(Chain::Letter, now), Some(None), "the draft is an hour old");
    let late = LetterAsk { overdue_only: true, ..ask(now) };
    assert_eq!(letters(&conn, &late).unwrap(), [], "nor is the letter listed as overdue");
}
