//! A command id that was used before, wherever that was.

use super::*;

const UBRN: &str = "000000000042";

fn ubrn() -> PathwayRef {
    PathwayRef::Ubrn(UBRN.parse().unwrap())
}

/// Whether a pathway has the booking reference: if not, a step that names it waits.
async fn is_claimed(world: &World) -> bool {
    let probe = world.record(command(900, ubrn(), "patientArrived", json!({}))).await;
    code(&probe) != "PARKED"
}

#[tokio::test]
async fn a_command_id_used_before_claims_nothing() {
    let world = world();
    world.record(command(1, pathway(8), "patientArrived", json!({}))).await;
    let opens = command(1, ubrn(), "referralSent", json!({}));
    assert_eq!(code(&world.record(opens).await), "COMMAND_REUSED");
    let fields = json!({"identifierSystem": "UBRN", "identifierValue": UBRN});
    let identifies = command(1, pathway(7), "pathwayIdentified", fields);
    assert_eq!(code(&world.record(identifies).await), "COMMAND_REUSED");
    assert!(!is_claimed(&world).await);
}
