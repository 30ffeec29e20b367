//! A pathway has an identifier for as long as a step in effect on it brings it.

use event_store::{Append, Expected, NewEvent};
use steps::EventId;

use super::*;

pub(super) const UBRN: &str = "000000000042";
pub(super) const OTHER: &str = "000000000043";

/// The pathway that the booking reference was put on by mistake.
pub(super) const WRONG: u128 = 7;
pub(super) const RIGHT: u128 = 8;

pub(super) fn identified(id: u128, on: u128, value: &str) -> Command {
    command(id, pathway(on), "pathwayIdentified", is_known_by(value))
}

fn is_known_by(value: &str) -> serde_json::Value {
    json!({"identifierSystem": "UBRN", "identifierValue": value})
}

pub(super) fn withdrawn(id: u128, on: u128, event: EventId) -> Command {
    command(id, pathway(on), "stepEnteredInError", json!({"eventId": event}))
}

pub(super) fn corrected(
    id: u128,
    on: u128,
    event: EventId,
    name: &str,
    fields: serde_json::Value,
) -> Command {
    let step = testkit::step(name, fields).payload().unwrap();
    let fields = json!({"eventId": event, "step": {name: step}});
    command(id, pathway(on), "stepCorrected", fields)
}

pub(super) fn sent_by(id: u128, value: &str) -> Command {
    command(id, PathwayRef::Ubrn(value.parse().unwrap()), "patientArrived", json!({}))
}

impl World {
    /// Records a step that must be taken; answers its event.
    pub(super) async fn taken(&self, command: Command) -> EventId {
        match self.record(command).await {
            Outcome::Recorded { event_id, .. } => event_id,
            other => panic!("{other:?}"),
        }
    }

    /// Where a step goes that is sent by the booking reference: a pathway, or none where it waits.
    pub(super) async fn leads(&self, id: u128, value: &str) -> Option<u128> {
        match self.record(sent_by(id, value)).await {
            Outcome::Recorded { stream, .. } => Some(stream.id.as_u128()),
            Outcome::Parked { .. } => None,
            refused @ Outcome::Refused(_) => panic!("{refused:?}"),
        }
    }

    async fn end(&self) -> u64 {
        self.recorder.store().head().await.unwrap().0
    }
}

#[tokio::test]
async fn a_step_waits_once_the_identification_that_led_to_the_wrong_pathway_is_withdrawn() {
    let world = world();
    let wrong = world.taken(identified(1, WRONG, UBRN)).await;
    assert_eq!(world.leads(2, UBRN).await, Some(WRONG));
    world.taken(withdrawn(3, WRONG, wrong)).await;
    assert_eq!(world.leads(4, UBRN).await, None);
    world.taken(identified(5, RIGHT, UBRN)).await;
    assert_eq!(world.steps(RIGHT).await, ["PatientArrived", "PathwayIdentified"]);
    assert_eq!(world.steps(WRONG).await, ["PatientArrived"], "it stays where it was recorded");
}

#[tokio::test]
async fn an_identification_corrected_to_another_value_leads_by_that_one_alone() {
    let world = world();
    let wrong = world.taken(identified(1, WRONG, UBRN)).await;
    let to_other = corrected(2, WRONG, wrong, "pathwayIdentified", is_known_by(OTHER));
    world.taken(to_other).await;
    assert_eq!((world.leads(3, UBRN).await, world.leads(4, OTHER).await), (None, Some(WRONG)));
}

#[tokio::test]
async fn a_correction_to_an_identifier_of_another_pathway_is_refused_and_nothing_is_written() {
    let world = world();
    let wrong = world.taken(identified(1, WRONG, UBRN)).await;
    world.taken(identified(2, RIGHT, OTHER)).await;
    let end = world.end().await;
    let to_other = || corrected(3, WRONG, wrong, "pathwayIdentified", is_known_by(OTHER));
    assert_eq!(code(&world.record(to_other()).await), "IDENTIFIER_TAKEN");
    let malformed = corrected(4, WRONG, wrong, "pathwayIdentified", is_known_by("42"));
    assert_eq!(code(&world.record(malformed).await), "MALFORMED");
    assert_eq!(world.end().await, end);
    assert_eq!(
        (world.leads(5, UBRN).await, world.leads(6, OTHER).await),
        (Some(WRONG), Some(RIGHT))
    );
}

#[tokio::test]
async fn a_booking_reference_that_a_referral_carries_is_released_with_it() {
    for name in ["referralSent", "referralReceived", "adviceConvertedToReferral"] {
        let world = world();
        let wrong = world.taken(command(1, pathway(WRONG), name, json!({"ubrn": UBRN}))).await;
        let to_other = corrected(2, WRONG, wrong, name, json!({"ubrn": OTHER}));
        world.taken(to_other).await;
        assert_eq!((world.leads(3, UBRN).await, world.leads(4, OTHER).await), (None, Some(WRONG)));
        let a_day_later = "2026-02-02".parse().unwrap();
        let gone = Command { occurred_at: a_day_later, ..withdrawn(5, WRONG, wrong) };
        world.taken(gone).await;
        assert_eq!(world.leads(6, OTHER).await, None, "{name}");
    }
}

#[tokio::test]
async fn an_identifier_that_two_steps_bring_is_released_with_the_last_of_them() {
    let world = world();
    let referral = json!({"ubrn": UBRN});
    let first = world.taken(command(1, pathway(WRONG), "referralSent", referral)).await;
    let second = world.taken(identified(2, WRONG, UBRN)).await;
    world.taken(withdrawn(3, WRONG, first)).await;
    assert_eq!(world.leads(4, UBRN).await, Some(WRONG));
    world.taken(withdrawn(5, WRONG, second)).await;
    assert_eq!(world.leads(6, UBRN).await, None);
}

pub(super) fn opens(id: u128, fields: serde_json::Value) -> Command {
    command(id, PathwayRef::Ubrn(UBRN.parse().unwrap()), "referralSent", fields)
}

#[tokio::test]
async fn a_pathway_opened_by_a_booking_reference_has_it_until_that_step_is_withdrawn() {
    let world = world();
    let opened = world.taken(opens(1, json!({}))).await;
    let first = world.leads(2, UBRN).await.unwrap();
    world.taken(command(3, pathway(first), "patientArrived", json!({}))).await;
    assert_eq!(world.leads(4, UBRN).await, Some(first));
    world.taken(withdrawn(5, first, opened)).await;
    assert_eq!(world.leads(6, UBRN).await, None);
    world.taken(opens(7, json!({}))).await;
    let second = world.leads(8, UBRN).await.unwrap();
    assert_ne!(first, second);
    assert_eq!(world.steps(second).await, ["ReferralSent", "PatientArrived", "PatientArrived"]);
    assert_eq!(code(&world.record(opens(1, json!({}))).await), "DUPLICATE");
    assert_eq!(world.leads(9, UBRN).await, Some(second));
}

#[tokio::test]
async fn a_pathway_opened_by_a_booking_reference_loses_it_to_the_one_its_referral_is_corrected_to()
{
    let world = world();
    let opened = world.taken(opens(1, json!({}))).await;
    let first = world.leads(2, UBRN).await.unwrap();
    let reason = corrected(3, first, opened, "referralSent", json!({"reason": "a cough"}));
    world.taken(reason).await;
    assert_eq!(world.leads(4, UBRN).await, Some(first));
    world.taken(corrected(5, first, opened, "referralSent", json!({"ubrn": OTHER}))).await;
    assert_eq!((world.leads(6, UBRN).await, world.leads(7, OTHER).await), (None, Some(first)));
}

#[tokio::test]
async fn a_pathway_opened_by_a_ppid_keeps_it_when_its_booking_reference_is_corrected() {
    let world = world();
    let ppid = PathwayRef::Ppid("00000000000000000042".parse().unwrap(), "RJ1".parse().unwrap());
    let opened = world.record(command(1, ppid.clone(), "referralSent", json!({}))).await;
    let Outcome::Recorded { stream, event_id, .. } = opened else { panic!("{opened:?}") };
    let on = stream.id.as_u128();
    world.taken(corrected(2, on, event_id, "referralSent", json!({"ubrn": OTHER}))).await;
    let later = world.record(command(3, ppid, "patientArrived", json!({}))).await;
    assert_eq!(code(&later), "RECORDED");
    assert_eq!(world.leads(4, OTHER).await, Some(on));
}

#[tokio::test]
async fn a_pathway_can_have_again_what_it_released() {
    let world = world();
    for round in 0..3 {
        let id = 10 * round;
        let named = world.taken(identified(id + 1, WRONG, UBRN)).await;
        assert_eq!(world.leads(id + 2, UBRN).await, Some(WRONG));
        world.taken(withdrawn(id + 3, WRONG, named)).await;
        assert_eq!(world.leads(id + 4, UBRN).await, None);
    }
}

#[tokio::test]
async fn a_withdrawal_that_is_itself_withdrawn_gives_the_identifier_back() {
    let world = world();
    let named = world.taken(identified(1, WRONG, UBRN)).await;
    let withdrawal = world.taken(withdrawn(2, WRONG, named)).await;
    assert_eq!(world.leads(3, UBRN).await, None);
    world.taken(withdrawn(4, WRONG, withdrawal)).await;
    assert_eq!(world.leads(5, UBRN).await, Some(WRONG));
}

#[tokio::test]
async fn an_identification_told_again_after_its_withdrawal_claims_nothing() {
    let world = world();
    let named = world.taken(identified(1, WRONG, UBRN)).await;
    world.taken(withdrawn(2, WRONG, named)).await;
    assert_eq!(code(&world.record(identified(1, WRONG, UBRN)).await), "DUPLICATE");
    assert_eq!(world.leads(3, UBRN).await, None);
    world.taken(identified(4, RIGHT, UBRN)).await;
    assert_eq!(code(&world.record(identified(1, WRONG, UBRN)).await), "DUPLICATE");
    assert_eq!(world.leads(5, UBRN).await, Some(RIGHT));
}

#[tokio::test]
async fn of_sixteen_pathways_that_ask_for_a_released_identifier_one_gets_it() {
    let world = world();
    let named = world.taken(identified(1, WRONG, UBRN)).await;
    world.taken(withdrawn(2, WRONG, named)).await;
    let asked = (0..16).map(|n| world.record(identified(100 + n, 200 + n, UBRN)));
    let outcomes = futures::future::join_all(asked).await;
    let taken = outcomes.iter().filter(|outcome| code(outcome) == "RECORDED").count();
    let refused = outcomes.iter().filter(|outcome| code(outcome) == "IDENTIFIER_TAKEN").count();
    assert_eq!((taken, refused), (1, 15), "{outcomes:?}");
    let winner = outcomes.iter().position(|outcome| code(outcome) == "RECORDED").unwrap();
    assert_eq!(world.leads(3, UBRN).await, Some(200 + winner as u128));
}

#[tokio::test]
async fn identifications_and_withdrawals_at_once_leave_what_the_steps_in_effect_say() {
    let world = world();
    let named = world.taken(identified(1, WRONG, UBRN)).await;
    let withdrawals = (0..8).map(|n| world.record(withdrawn(10 + n, WRONG, named)));
    let again = (0..8).map(|n| world.record(identified(20 + n, WRONG, UBRN)));
    let (gone, named) =
        futures::join!(futures::future::join_all(withdrawals), futures::future::join_all(again));
    assert!(gone.iter().chain(&named).all(|outcome| code(outcome) == "RECORDED"));
    assert_eq!(world.leads(2, UBRN).await, Some(WRONG), "eight identifications stand");
}

/// Records a step as a process does that is killed before anything follows from it.
async fn killed_after(world: &World, command: &Command, on: u128) -> Outcome {
    let stream = StreamId::new(Category::Pathway, Uuid::from_u128(on));
    world.recorder.record_at(stream, command).await.unwrap()
}

#[tokio::test]
async fn a_withdrawal_cut_short_before_the_release_is_made_whole_by_its_repetition() {
    let world = world();
    let named = world.taken(identified(1, WRONG, UBRN)).await;
    let withdrawal = withdrawn(2, WRONG, named);
    assert_eq!(code(&killed_after(&world, &withdrawal, WRONG).await), "RECORDED");
    assert_eq!(world.leads(3, UBRN).await, Some(WRONG), "nothing has followed yet");
    assert_eq!(code(&world.record(withdrawal).await), "DUPLICATE");
    assert_eq!(world.leads(4, UBRN).await, None);
}

#[tokio::test]
async fn a_correction_cut_short_before_the_claim_is_made_whole_by_its_repetition() {
    let world = world();
    let sent = command(1, pathway(WRONG), "referralSent", json!({"ubrn": UBRN}));
    let sent = world.taken(sent).await;
    let to_other = corrected(2, WRONG, sent, "referralSent", json!({"ubrn": OTHER}));
    killed_after(&world, &to_other, WRONG).await;
    assert_eq!(code(&world.record(to_other).await), "DUPLICATE");
    assert_eq!((world.leads(3, UBRN).await, world.leads(4, OTHER).await), (None, Some(WRONG)));
}

#[tokio::test]
async fn a_withdrawal_sent_by_the_identifier_it_takes_away_is_known_when_it_comes_again() {
    let world = world();
    let named = world.taken(identified(1, WRONG, UBRN)).await;
    let by_ubrn = PathwayRef::Ubrn(UBRN.parse().unwrap());
    let gone = command(2, by_ubrn, "stepEnteredInError", json!({"eventId": named}));
    assert_eq!(code(&world.record(gone.clone()).await), "RECORDED");
    assert_eq!(code(&world.record(gone.clone()).await), "DUPLICATE");
    world.taken(identified(3, RIGHT, UBRN)).await;
    assert_eq!(code(&world.record(gone).await), "DUPLICATE");
}

#[tokio::test]
async fn a_step_that_went_to_the_wrong_pathway_is_that_step_when_it_comes_again() {
    let world = world();
    let named = world.taken(identified(1, WRONG, UBRN)).await;
    assert_eq!(world.leads(2, UBRN).await, Some(WRONG));
    let receipt = || command(3, PathwayRef::New, "referralReceived", json!({"ubrn": UBRN}));
    let receipt_id = world.taken(receipt()).await;
    world.taken(withdrawn(4, WRONG, named)).await;
    world.taken(withdrawn(5, WRONG, receipt_id)).await;
    for id in [10, 20] {
        let end = world.end().await;
        assert_eq!(code(&world.record(sent_by(2, UBRN)).await), "DUPLICATE");
        assert_eq!(code(&world.record(receipt()).await), "DUPLICATE");
        assert_eq!(world.end().await, end);
        let other =
            command(2, PathwayRef::Ubrn(UBRN.parse().unwrap()), "outpatientAttended", json!({}));
        assert_eq!(code(&world.record(other).await), "COMMAND_REUSED");
        world.record(identified(id, RIGHT, UBRN)).await;
    }
    assert_eq!(world.steps(RIGHT).await.len(), 2);
}

#[tokio::test]
async fn a_step_sent_again_by_another_name_of_its_pathway_is_that_step() {
    let world = world();
    world.taken(identified(1, RIGHT, UBRN)).await;
    let by_id = |id| command(id, pathway(RIGHT), "patientArrived", json!({}));
    for (first, again) in [(by_id(2), sent_by(2, UBRN)), (sent_by(3, UBRN), by_id(3))] {
        world.taken(first).await;
        assert_eq!(code(&world.record(again).await), "DUPLICATE");
    }
    assert_eq!(world.steps(RIGHT).await.len(), 3);
}

#[tokio::test]
async fn a_pathway_that_carried_it_beside_the_holder_gets_it_by_its_next_step_that_brings_one() {
    for again in [true, false] {
        let world = world();
        let named = world.taken(identified(1, WRONG, UBRN)).await;
        let carries = |id| command(id, pathway(RIGHT), "referralSent", json!({"ubrn": UBRN}));
        world.taken(carries(2)).await;
        world.taken(withdrawn(3, WRONG, named)).await;
        assert_eq!(world.leads(4, UBRN).await, None);
        let next = world.record(carries(if again { 2 } else { 5 })).await;
        assert_eq!(code(&next), if again { "DUPLICATE" } else { "RECORDED" });
        assert_eq!(world.leads(6, UBRN).await, Some(RIGHT));
    }
}

#[tokio::test]
async fn an_identification_that_waited_gives_its_identifier_when_it_joins() {
    let world = world();
    let by_ubrn = PathwayRef::Ubrn(UBRN.parse().unwrap());
    let waits = command(1, by_ubrn, "pathwayIdentified", is_known_by(OTHER));
    assert_eq!(code(&world.record(waits).await), "PARKED");
    assert_eq!(world.leads(2, OTHER).await, None);
    world.taken(identified(3, RIGHT, UBRN)).await;
    assert_eq!(world.steps(RIGHT).await.len(), 3, "both that waited have joined");
    assert_eq!(world.leads(4, OTHER).await, Some(RIGHT));
}

#[tokio::test]
async fn a_claim_of_an_older_log_is_read_and_released() {
    let world = world();
    let probe = world.record(sent_by(1, UBRN)).await;
    let Outcome::Parked { stream, .. } = probe else { panic!("{probe:?}") };
    let claim = NewEvent {
        event_id: Uuid::from_u128(99),
        kind: "IdentifierClaimed".into(),
        version: 1,
        occurred_micros: 0,
        occurred_is_day: false,
        entered_in_source_micros: None,
        meta: b"{}".as_slice().into(),
        payload: format!(r#"{{"pathwayId":"{}"}}"#, Uuid::from_u128(WRONG)).into_bytes(),
        sealed: None,
    };
    let stream = StreamId::new(Category::Identifier, stream.id);
    let append = Append { stream, expected: Expected::NoStream, events: vec![claim] };
    world.recorder.store().append(append).await.unwrap();
    assert_eq!(world.leads(2, UBRN).await, Some(WRONG));
    let named = world.taken(identified(3, WRONG, UBRN)).await;
    world.taken(withdrawn(4, WRONG, named)).await;
    assert_eq!(world.leads(5, UBRN).await, None);
}

#[tokio::test]
async fn a_moved_pathway_imported_again_does_not_take_back_what_it_has_released() {
    let world = world();
    let inbox = world.record(sent_by(1, UBRN)).await;
    let Outcome::Parked { stream, .. } = inbox else { panic!("{inbox:?}") };
    let moved = || {
        let mut moved = moved(2, 40, json!({"ubrn": UBRN}));
        moved.origin.as_mut().unwrap().identifiers.push(stream.id);
        moved
    };
    let event = world.taken(moved()).await;
    assert_eq!(world.leads(3, UBRN).await, Some(WRONG));
    world.taken(withdrawn(4, WRONG, event)).await;
    assert_eq!(code(&world.record(moved()).await), "DUPLICATE");
    assert_eq!(world.leads(5, UBRN).await, None);
}
