//! A command that comes again, when the identifier it is sent by leads elsewhere by now.

use futures::future::join;

use super::*;

fn ubrn(number: u128) -> String {
    format!("{number:012}")
}

fn arrival(id: u128, number: u128) -> Command {
    let target = PathwayRef::Ubrn(ubrn(number).parse().unwrap());
    command(id, target, "patientArrived", json!({}))
}

#[tokio::test]
async fn a_step_sent_again_after_its_reference_went_to_another_pathway_is_not_told_there() {
    let world = world();
    let known = |id, on| {
        let by = json!({"identifierSystem": "UBRN", "identifierValue": ubrn(42)});
        command(id, pathway(on), "pathwayIdentified", by)
    };
    let Outcome::Recorded { event_id, .. } = world.record(known(1, 7)).await else { panic!() };
    assert_eq!(code(&world.record(arrival(2, 42)).await), "RECORDED");
    let wrong = json!({"eventId": event_id});
    world.record(command(3, pathway(7), "stepEnteredInError", wrong)).await;
    assert_eq!(code(&world.record(known(4, 8)).await), "RECORDED");
    let again = world.record(arrival(2, 42)).await;
    assert_eq!(code(&again), "DUPLICATE", "{again:?}");
    assert_eq!(world.steps(8).await, ["PathwayIdentified"]);
    assert_eq!(world.steps(7).await, ["PatientArrived"]);
}

/// What such a store does not tell: nobody who names another pathway by its id is led there.
#[tokio::test]
async fn a_command_id_that_names_two_pathways_by_their_ids_is_a_step_on_each() {
    let world = world();
    for on in [7, 8] {
        let told = world.record(command(1, pathway(on), "patientArrived", json!({}))).await;
        assert_eq!(code(&told), "RECORDED");
    }
    let again = world.record(command(1, pathway(8), "patientArrived", json!({}))).await;
    assert_eq!(code(&again), "DUPLICATE");
    let other = world.record(command(1, pathway(8), "referralSent", json!({}))).await;
    assert_eq!(code(&other), "COMMAND_REUSED");
}

/// One sends a step twice at once, and another the referral that its reference waits for.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_first_a_step_that_was_parked_and_told_again_stands_once_on_its_pathway() {
    let world = world();
    for n in 1..=60_u128 {
        let referral = json!({"ubrn": ubrn(n)});
        let referral = command(1_000 + n, pathway(n), "referralReceived", referral);
        let (first, again) = (world.recorder.clone(), world.recorder.clone());
        let sent = |recorder: Recorder| {
            tokio::spawn(async move { recorder.record(arrival(n, n)).await.unwrap() })
        };
        let twice = join(sent(first), sent(again));
        let (_referred, (one, other)) = join(world.record(referral), twice).await;
        for outcome in [one.unwrap(), other.unwrap(), world.record(arrival(n, n)).await] {
            assert!(!matches!(outcome, Outcome::Refused(_)), "{outcome:?}");
        }
        let mut steps = world.steps(n).await;
        steps.sort_unstable();
        assert_eq!(steps, ["PatientArrived", "ReferralReceived"], "round {n}");
    }
}
