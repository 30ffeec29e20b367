//! A letter and the step that it is the act of: both are recorded, or neither.

use super::*;

fn letter(id: u128) -> Command {
    command(id, pathway(7), "letterIssued", json!({"letterId": "L1", "letterText": "Dear you"}))
}

fn act(id: u128, letter: &str) -> Command {
    command(id, pathway(7), "workloadReturned", json!({"letterRef": letter}))
}

async fn together(world: &World, first: &Command, act: &Command) -> Outcome {
    let id = PathwayId(Uuid::from_u128(7));
    world.recorder.record_together(id, first, Some(act)).await.unwrap()
}

async fn with_a_referral() -> World {
    let world = world();
    world.record(command(1, pathway(7), "referralSent", json!({}))).await;
    world
}

#[tokio::test]
async fn both_are_recorded_and_repeated_as_one() {
    let world = with_a_referral().await;
    let first = together(&world, &letter(2), &act(3, "L1")).await;
    let again = together(&world, &letter(2), &act(3, "L1")).await;
    assert_eq!((code(&first), code(&again)), ("RECORDED", "DUPLICATE"));
    assert_eq!(world.steps(7).await, ["ReferralSent", "WorkloadReturned", "LetterIssued"]);
}

#[tokio::test]
async fn where_the_second_is_refused_the_first_is_not_recorded() {
    let world = with_a_referral().await;
    let later = Command { occurred_at: "2027-01-01".parse().unwrap(), ..act(3, "L1") };
    assert_eq!(code(&together(&world, &letter(2), &later).await), "IN_FUTURE");
    world.record(act(4, "L0")).await;
    let reused = together(&world, &letter(2), &act(4, "L1")).await;
    assert_eq!(code(&reused), "COMMAND_REUSED");
    assert_eq!(world.steps(7).await, ["ReferralSent", "WorkloadReturned"]);
}

#[tokio::test]
async fn who_records_at_the_same_time_loses_nothing() {
    let world = with_a_referral().await;
    let (letter, returned) = (letter(2), act(3, "L1"));
    let other = command(4, pathway(7), "referralTriaged", json!({}));
    let (both, one) = tokio::join!(together(&world, &letter, &returned), world.record(other));
    assert_eq!((code(&both), code(&one)), ("RECORDED", "RECORDED"));
    assert_eq!(world.steps(7).await.len(), 4);
}
