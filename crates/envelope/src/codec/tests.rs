//! Every step survives the way into an event and back; nothing personal is left in the clear.

use event_store::{Category, Position, Revision};
use pathway::Actor;
use steps::{Label, UserRef, codes::Role};
use testkit::{Fill, json, sample};

use super::*;

fn meta() -> Meta {
    Meta {
        actor: Actor {
            user: "tester".parse::<UserRef>().unwrap(),
            role: Role::System,
            organisation: "RJ1".parse().unwrap(),
        },
        source: "test".parse::<Label>().unwrap(),
        simulated: false,
        caused_by: None,
        correlation: None,
        sent_by: None,
    }
}

fn stored(step: &Step, key: Option<(Uuid, SubjectKey)>) -> Result<StoredEvent, WriteError> {
    let stream = StreamId::new(Category::Pathway, Uuid::from_u128(9));
    let envelope = Envelope {
        stream,
        event_id: EventId(Uuid::from_u128(1)),
        step,
        occurred_at: "2026-06-30".parse().unwrap(),
        entered_in_source_at: None,
        meta: meta().to_bytes().unwrap(),
    };
    let event = write(envelope, || key)?;
    Ok(StoredEvent {
        position: Position(1),
        stream,
        revision: Revision(0),
        event,
        recorded_at_micros: 1_782_000_000_000_000,
    })
}

fn full(kind: StepKind) -> Step {
    let input = json!({ kind.field_name(): sample(kind, Fill::All) }).to_string();
    steps::decode_input(input.as_bytes()).unwrap()
}

#[test]
fn every_step_comes_back_whole_to_who_has_the_key() {
    let dir = tempfile::tempdir().unwrap();
    let keys = Keys::open(&dir.path().join("keys.db")).unwrap();
    for kind in StepKind::ALL {
        let key = keys.ensure(&[crate::Owner::Person(Uuid::from_u128(5))]).unwrap().remove(0);
        let step = full(*kind);
        let event = stored(&step, Some(key)).unwrap();
        let (told, read_meta) = read_open(&event, &keys).unwrap();
        assert_eq!(told.step, step, "{}", kind.name());
        assert_eq!(read_meta, meta());
        assert_eq!(told.occurred_at, "2026-06-30".parse().unwrap());
    }
}

#[test]
fn a_step_is_read_with_the_system_that_sent_it_whoever_sent_the_one_before() {
    let step = testkit::step("patientArrived", json!({}));
    let sent_by = |source: &str| {
        let mut event = stored(&step, None).unwrap();
        event.event.meta = Meta { source: source.parse().unwrap(), ..meta() }.to_bytes().unwrap();
        read(&event).unwrap().source.map(|source| source.to_string())
    };
    for source in ["one", "one", "other", "one"] {
        assert_eq!(sent_by(source).as_deref(), Some(source));
    }
    let mut unreadable = stored(&step, None).unwrap();
    unreadable.event.meta = b"{}".as_slice().into();
    assert_eq!(read(&unreadable).unwrap().source, None);
}

#[test]
fn without_the_key_a_view_still_reads_the_event_and_sees_that_something_was_given() {
    let step = testkit::step("referralSent", json!({"reason": "a lump in the neck"}));
    let event = stored(&step, Some((Uuid::from_u128(2), SubjectKey::from_bytes([3; 32])))).unwrap();
    let clear = String::from_utf8(event.event.payload.clone()).unwrap();
    assert!(!clear.contains("lump"), "{clear}");
    let Step::ReferralSent(sent) = read(&event).unwrap().step else { panic!("another step") };
    assert!(sent.reason.is_some_and(|reason| reason.open().is_none()));
}

#[test]
fn a_personal_field_is_not_written_without_a_key_and_a_marker_is_not_taken_for_a_value() {
    let personal = testkit::step("referralSent", json!({"reason": "a lump in the neck"}));
    assert!(matches!(stored(&personal, None), Err(WriteError::NoKey)));
    let marker = testkit::step("referralSent", json!({"reason": {"sealed": 0}}));
    assert!(matches!(stored(&marker, None), Err(WriteError::Sealed)));
}

#[test]
fn a_changed_seal_is_noticed() {
    let dir = tempfile::tempdir().unwrap();
    let keys = Keys::open(&dir.path().join("keys.db")).unwrap();
    let key = keys.ensure(&[crate::Owner::Person(Uuid::from_u128(5))]).unwrap().remove(0);
    let step = testkit::step("referralSent", json!({"reason": "a lump in the neck"}));
    let mut event = stored(&step, Some(key)).unwrap();
    if let Some(sealed) = &mut event.event.sealed {
        sealed.ciphertext[30] ^= 1;
    }
    assert!(matches!(read_open(&event, &keys), Err(BadEvent::Changed)));
}
