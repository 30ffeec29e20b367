//! One command after another: recorded, refused, parked or known.

use super::*;

#[tokio::test]
async fn the_same_command_twice_is_recorded_once_and_answered_alike() {
    let world = world();
    let once = command(1, pathway(7), "referralSent", json!({"reason": "a cough"}));
    let first = world.record(once.clone()).await;
    let second = world.record(once).await;
    assert_eq!((code(&first), code(&second)), ("RECORDED", "DUPLICATE"));
    assert_eq!(world.steps(7).await, ["ReferralSent"]);
}

#[tokio::test]
async fn a_new_pathway_asked_for_twice_by_one_command_is_one_pathway() {
    let world = world();
    let once = command(1, PathwayRef::New, "referralSent", json!({}));
    let (first, second) = (world.record(once.clone()).await, world.record(once).await);
    let stream = |outcome: &Outcome| match outcome {
        Outcome::Recorded { stream, .. } => *stream,
        other => panic!("{other:?}"),
    };
    assert_eq!(stream(&first), stream(&second));
}

#[tokio::test]
async fn a_command_id_with_other_content_is_refused() {
    let world = world();
    world.record(command(1, pathway(7), "referralSent", json!({"reason": "a cough"}))).await;
    let other = command(1, pathway(7), "referralSent", json!({"reason": "a cold"}));
    assert_eq!(code(&world.record(other).await), "COMMAND_REUSED");
    assert_eq!(world.steps(7).await, ["ReferralSent"]);
}

#[tokio::test]
async fn a_step_in_the_future_or_before_1900_is_refused() {
    let world = world();
    for (when, expected) in [
        ("2026-03-01T12:05:01Z", "IN_FUTURE"),
        ("2026-03-01T12:05:00Z", "RECORDED"),
        ("2026-03-02", "IN_FUTURE"),
        ("1899-12-31", "BEFORE_1900"),
    ] {
        let id = u128::from(when.len() as u64) + when.bytes().map(u128::from).sum::<u128>();
        let mut command = command(id, pathway(7), "referralSent", json!({}));
        command.occurred_at = when.parse().unwrap();
        assert_eq!(code(&world.record(command).await), expected, "{when}");
    }
}

#[tokio::test]
async fn a_correction_of_an_event_that_is_not_on_the_pathway_is_refused() {
    let world = world();
    let first = world.record(command(1, pathway(7), "referralSent", json!({}))).await;
    let Outcome::Recorded { event_id, .. } = first else { panic!("{first:?}") };
    let unknown = json!({"eventId": Uuid::from_u128(99)});
    let refused = world.record(command(2, pathway(7), "stepEnteredInError", unknown)).await;
    assert_eq!(code(&refused), "UNKNOWN_EVENT");
    let known = json!({"eventId": event_id});
    let taken = world.record(command(3, pathway(7), "stepEnteredInError", known)).await;
    assert_eq!(code(&taken), "RECORDED");
    assert_eq!(world.steps(7).await, [""; 0]);
}

#[tokio::test]
async fn what_names_an_unknown_booking_reference_waits_and_joins_when_the_referral_comes() {
    let world = world();
    let ubrn = || PathwayRef::Ubrn("000000000042".parse().unwrap());
    let early = command(1, ubrn(), "appointmentBooked", json!({"place": "Clinic 4"}));
    assert_eq!(code(&world.record(early).await), "PARKED");
    let late = command(2, pathway(7), "referralReceived", json!({"ubrn": "000000000042"}));
    assert_eq!(code(&world.record(late).await), "RECORDED");
    assert_eq!(world.steps(7).await, ["ReferralReceived", "AppointmentBooked"]);
    let after = command(3, ubrn(), "patientArrived", json!({}));
    assert_eq!(code(&world.record(after).await), "RECORDED");
    assert_eq!(world.steps(7).await.len(), 3);
}

#[tokio::test]
async fn an_identifier_belongs_to_one_pathway() {
    let world = world();
    let identified = || json!({"identifierSystem": "PPID", "identifierValue": "00000000000000000042", "issuer": "RJ1"});
    let mine = world.record(command(1, pathway(7), "pathwayIdentified", identified())).await;
    let theirs = world.record(command(2, pathway(8), "pathwayIdentified", identified())).await;
    assert_eq!((code(&mine), code(&theirs)), ("RECORDED", "IDENTIFIER_TAKEN"));
    let ppid = PathwayRef::Ppid("00000000000000000042".parse().unwrap(), "RJ1".parse().unwrap());
    world.record(command(3, ppid, "patientArrived", json!({}))).await;
    assert_eq!(world.steps(7).await, ["PatientArrived", "PathwayIdentified"]);
}

#[tokio::test]
async fn sixteen_writers_on_one_pathway_all_get_their_step_in() {
    let world = world();
    let writers = (0..16).map(|n| {
        let command = command(100 + n, pathway(7), "patientArrived", json!({}));
        world.record(command)
    });
    let outcomes = futures::future::join_all(writers).await;
    assert!(outcomes.iter().all(|outcome| code(outcome) == "RECORDED"), "{outcomes:?}");
    assert_eq!(world.steps(7).await.len(), 16);
}

#[tokio::test]
async fn a_step_about_a_person_goes_to_their_own_stream() {
    let world = world();
    let person = SubjectRef(Uuid::from_u128(5));
    let mut died = command(1, pathway(7), "patientDied", json!({}));
    died.target = Target::Patient(person);
    let outcome = world.record(died).await;
    let Outcome::Recorded { stream, .. } = outcome else { panic!("{outcome:?}") };
    assert_eq!(stream, StreamId::new(Category::Patient, person.0));
}

#[tokio::test]
async fn a_contact_point_does_not_go_to_a_pathway() {
    let world = world();
    let sent = command(1, pathway(7), "contactPointRetired", json!({}));
    assert_eq!(code(&world.record(sent).await), "WRONG_TARGET");
}

#[tokio::test]
async fn a_moved_step_keeps_its_event_id_and_is_recorded_once() {
    let world = world();
    let first = world.record(moved(1, 40, json!({}))).await;
    let Outcome::Recorded { event_id, .. } = first else { panic!("{first:?}") };
    assert_eq!(event_id.0, Uuid::from_u128(40));
    assert_eq!(code(&world.record(moved(1, 40, json!({}))).await), "DUPLICATE");
    assert_eq!(code(&world.record(moved(2, 40, json!({}))).await), "DUPLICATE");
    assert_eq!(
        code(&world.record(moved(1, 40, json!({"route": "OTHER"}))).await),
        "COMMAND_REUSED"
    );
    let withdrawn = command(3, pathway(7), "stepEnteredInError", json!({"eventId": event_id}));
    assert_eq!(code(&world.record(withdrawn).await), "RECORDED");
    assert_eq!(world.steps(7).await, [""; 0]);
}

#[tokio::test]
async fn a_moved_step_claims_what_its_pathway_held_and_not_what_it_carries() {
    let world = world();
    let carried = json!({"ubrn": "000000000042"});
    assert_eq!(code(&world.record(moved(1, 40, carried)).await), "RECORDED");
    let ubrn = || PathwayRef::Ubrn("000000000042".parse().unwrap());
    let waits = world.record(command(2, ubrn(), "patientArrived", json!({}))).await;
    let Outcome::Parked { stream, .. } = waits else { panic!("{waits:?}") };
    let mut holder = moved(3, 41, json!({}));
    holder.origin.as_mut().unwrap().identifiers.push(stream.id);
    assert_eq!(code(&world.record(holder).await), "RECORDED");
    assert_eq!(world.steps(7).await.len(), 3, "the step that waited has joined");
}

#[tokio::test]
async fn a_step_parked_in_another_log_waits_here_too() {
    let world = world();
    let ubrn = PathwayRef::Ubrn("000000000042".parse().unwrap());
    let waits = world.record(command(1, ubrn, "patientArrived", json!({}))).await;
    let Outcome::Parked { stream, .. } = waits else { panic!("{waits:?}") };
    let other = super::world();
    let inbox = PathwayRef::Inbox(stream.id);
    assert_eq!(code(&other.record(command(1, inbox, "patientArrived", json!({}))).await), "PARKED");
    let late = command(2, pathway(7), "referralReceived", json!({"ubrn": "000000000042"}));
    other.record(late).await;
    assert_eq!(other.steps(7).await.len(), 2);
}

#[tokio::test]
async fn an_inbox_notes_which_pathway_a_step_has_joined() {
    let world = world();
    let ubrn = PathwayRef::Ubrn("000000000042".parse().unwrap());
    let waits = world.record(command(1, ubrn, "patientArrived", json!({}))).await;
    let Outcome::Parked { stream, event_id, .. } = waits else { panic!("{waits:?}") };
    let late = command(2, pathway(7), "referralReceived", json!({"ubrn": "000000000042"}));
    world.record(late).await;
    let inbox = world.recorder.stream(stream).await.unwrap();
    let kinds: Vec<&str> = inbox.iter().map(|event| &*event.event.kind).collect();
    assert_eq!(kinds, ["PatientArrived", "ParkedStepLinked"]);
    let again = world.recorder.link_parked(stream, event_id, PathwayId(Uuid::from_u128(8))).await;
    assert_eq!(code(&again.unwrap()), "UNKNOWN_EVENT", "it is not linked to a second pathway");
}
