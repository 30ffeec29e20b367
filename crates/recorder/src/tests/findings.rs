//! What is found of identifiers, and how it heals.

use pathway::findings::Finding;

use super::{
    identifiers::{OTHER, RIGHT, UBRN, WRONG, corrected, identified, opens, sent_by, withdrawn},
    *,
};

impl World {
    async fn found(&self, on: u128) -> Vec<String> {
        let id = PathwayId(Uuid::from_u128(on));
        let found = self.recorder.identifier_findings(id, None).await.unwrap();
        let line = |one: &Finding| format!("{} {}", one.code.name(), one.field);
        found.iter().map(line).collect()
    }
}

#[tokio::test]
async fn a_pathway_that_has_what_it_carries_has_no_finding() {
    let world = world();
    world.taken(identified(1, RIGHT, UBRN)).await;
    world.taken(sent_by(2, UBRN)).await;
    assert_eq!(world.found(RIGHT).await, [""; 0]);
}

#[tokio::test]
async fn a_booking_reference_that_another_pathway_has_is_found_until_that_one_releases_it() {
    let world = world();
    let named = world.taken(identified(1, WRONG, UBRN)).await;
    let carries = || command(2, pathway(RIGHT), "referralSent", json!({"ubrn": UBRN}));
    world.taken(carries()).await;
    assert_eq!(world.found(RIGHT).await, ["IDENTIFIER_HELD_BY_ANOTHER ubrn"]);
    assert_eq!(world.found(WRONG).await, [""; 0]);
    world.taken(withdrawn(3, WRONG, named)).await;
    assert_eq!(world.found(RIGHT).await, ["IDENTIFIER_NOT_HELD ubrn"]);
    assert_eq!(code(&world.record(carries()).await), "DUPLICATE");
    assert_eq!(world.found(RIGHT).await, [""; 0]);
}

#[tokio::test]
async fn a_step_that_came_by_an_identifier_since_released_is_found_until_it_is_withdrawn() {
    let world = world();
    let named = world.taken(identified(1, WRONG, UBRN)).await;
    let came = world.taken(sent_by(2, UBRN)).await;
    world.taken(command(3, pathway(WRONG), "patientArrived", json!({}))).await;
    assert_eq!(world.found(WRONG).await, [""; 0]);
    world.taken(withdrawn(4, WRONG, named)).await;
    assert_eq!(world.found(WRONG).await, ["CAME_BY_OTHERS_IDENTIFIER pathway"]);
    world.taken(withdrawn(5, WRONG, came)).await;
    assert_eq!(world.found(WRONG).await, [""; 0]);
}

#[tokio::test]
async fn a_step_that_joined_from_an_inbox_is_found_too() {
    let world = world();
    assert_eq!(code(&world.record(sent_by(1, UBRN)).await), "PARKED");
    let named = world.taken(identified(2, WRONG, UBRN)).await;
    world
        .taken(corrected(
            3,
            WRONG,
            named,
            "pathwayIdentified",
            json!({
                "identifierSystem": "UBRN", "identifierValue": OTHER,
            }),
        ))
        .await;
    assert_eq!(world.found(WRONG).await, ["CAME_BY_OTHERS_IDENTIFIER pathway"]);
}

#[tokio::test]
async fn a_pathway_opened_by_a_booking_reference_that_is_taken_from_it_is_found() {
    let world = world();
    let opened = world.taken(opens(1, json!({}))).await;
    let on = world.leads(2, UBRN).await.unwrap();
    assert_eq!(world.found(on).await, [""; 0]);
    let withdrawal = world.taken(withdrawn(3, on, opened)).await;
    assert_eq!(world.found(on).await, ["CAME_BY_OTHERS_IDENTIFIER pathway"]);
    world.taken(identified(4, RIGHT, UBRN)).await;
    world.taken(withdrawn(5, on, withdrawal)).await;
    assert_eq!(world.found(on).await, ["IDENTIFIER_HELD_BY_ANOTHER pathway"]);
}

#[tokio::test]
async fn what_was_found_is_told_as_it_was_known_at_a_moment() {
    let world = world();
    world.taken(identified(1, WRONG, UBRN)).await;
    world.taken(command(2, pathway(RIGHT), "referralSent", json!({"ubrn": UBRN}))).await;
    let id = PathwayId(Uuid::from_u128(RIGHT));
    let before = now() - chrono::Duration::hours(1);
    for (moment, expected) in [(before, 0), (now(), 1)] {
        let found = world.recorder.identifier_findings(id, Some(moment)).await.unwrap();
        assert_eq!(found.len(), expected, "{moment}");
    }
}
