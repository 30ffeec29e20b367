//! Whose key seals a pathway's steps: the person's who is named now, corrections counted.

use envelope::Owner;

use super::*;

const PATHWAY: u128 = 7;

fn person(id: u128) -> serde_json::Value {
    json!({"subjectRef": Uuid::from_u128(id)})
}

impl World {
    /// Records a step with something personal in it; answers the key that sealed it.
    async fn key_of_a_step(&self, command_id: u128) -> Uuid {
        let fields = json!({"reason": "a cough"});
        let told = self.record(command(command_id, pathway(PATHWAY), "referralSent", fields)).await;
        let Outcome::Recorded { stream, event_id, .. } = told else { panic!("{told:?}") };
        let events = self.recorder.stream(stream).await.unwrap();
        let stored = events.iter().find(|stored| stored.event.event_id == event_id.0).unwrap();
        stored.event.sealed.as_ref().unwrap().key_id
    }

    fn key(&self, owner: Owner) -> Uuid {
        self.recorder.keys().ensure(&[owner]).unwrap()[0].0
    }

    async fn named(&self, command_id: u128, who: u128) -> steps::EventId {
        let named = command(command_id, pathway(PATHWAY), "pathwaySubject", person(who));
        let outcome = self.record(named).await;
        let Outcome::Recorded { event_id, .. } = outcome else { panic!("{outcome:?}") };
        event_id
    }

    async fn subject(&self) -> Option<SubjectRef> {
        let id = PathwayId(Uuid::from_u128(PATHWAY));
        subject_of(&self.recorder.history(id).await.unwrap())
    }
}

#[tokio::test]
async fn a_withdrawn_subject_no_longer_seals_the_steps_of_the_pathway() {
    let world = world();
    let named = world.named(1, 50).await;
    assert_eq!(world.key_of_a_step(2).await, world.key(Owner::Person(Uuid::from_u128(50))));
    let withdrawn = json!({"eventId": named});
    world.record(command(3, pathway(PATHWAY), "stepEnteredInError", withdrawn)).await;
    assert_eq!(world.subject().await, None);
    let stream = Owner::Stream(Uuid::from_u128(PATHWAY));
    assert_eq!(world.key_of_a_step(4).await, world.key(stream));
}

#[tokio::test]
async fn a_corrected_subject_seals_what_is_told_after_the_correction() {
    let world = world();
    let named = world.named(1, 50).await;
    let corrected = json!({"eventId": named, "step": {"pathwaySubject": person(51)}});
    let outcome = world.record(command(2, pathway(PATHWAY), "stepCorrected", corrected)).await;
    assert_eq!(code(&outcome), "RECORDED");
    assert_eq!(world.subject().await, Some(SubjectRef(Uuid::from_u128(51))));
    assert_eq!(world.key_of_a_step(3).await, world.key(Owner::Person(Uuid::from_u128(51))));
}

#[tokio::test]
async fn of_two_subjects_the_one_that_is_later_in_the_world_counts() {
    let world = world();
    world.named(1, 50).await;
    let mut earlier = command(2, pathway(PATHWAY), "pathwaySubject", person(51));
    earlier.occurred_at = "2026-01-01".parse().unwrap();
    world.record(earlier).await;
    assert_eq!(world.subject().await, Some(SubjectRef(Uuid::from_u128(50))));
    assert_eq!(world.key_of_a_step(3).await, world.key(Owner::Person(Uuid::from_u128(50))));
}

#[tokio::test]
async fn a_step_repeated_after_its_person_is_known_is_the_step_it_was() {
    let world = world();
    let once = command(1, pathway(PATHWAY), "referralSent", json!({"reason": "a cough"}));
    let first = world.record(once.clone()).await;
    world.named(2, 50).await;
    let second = world.record(once).await;
    let place = |outcome: &Outcome| match outcome {
        Outcome::Recorded { event_id, position, recorded_at_micros, .. } => {
            (*event_id, *position, *recorded_at_micros)
        }
        other => panic!("{other:?}"),
    };
    assert_eq!(code(&second), "DUPLICATE");
    assert_eq!(place(&first), place(&second));
    for (name, fields) in [
        ("referralSent", json!({"reason": "a cold"})),
        ("referralSent", json!({})),
        ("patientArrived", json!({})),
    ] {
        let other = command(1, pathway(PATHWAY), name, fields);
        assert_eq!(code(&world.record(other).await), "COMMAND_REUSED");
    }
    let log = world.recorder.store().read_log(event_store::Position::START, 9).await.unwrap();
    assert_eq!(log.len(), 2);
}
