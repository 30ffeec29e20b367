//! Where a step goes, and that a step that is refused leaves nothing behind.

use super::*;

const UBRN: &str = "000000000042";

fn ubrn() -> PathwayRef {
    PathwayRef::Ubrn(UBRN.parse().unwrap())
}

impl World {
    /// Whether a pathway has the booking reference: if not, a step that names it waits.
    async fn is_claimed(&self) -> bool {
        let probe = self.record(command(900, ubrn(), "patientArrived", json!({}))).await;
        code(&probe) != "PARKED"
    }
}

#[tokio::test]
async fn a_refused_step_that_would_open_a_pathway_claims_nothing() {
    let sealed = json!({"reason": {"sealed": 0}});
    let large = json!({"adjustments": vec!["73211009"; 200_000]});
    for (fields, expected) in [(sealed, "SEALED"), (large, "TOO_LARGE")] {
        let world = world();
        let mut opens = command(1, ubrn(), "referralSent", json!({}));
        opens.step = steps::decode(steps::StepKind::ReferralSent, 1, &with(&fields)).unwrap();
        assert_eq!(code(&world.record(opens).await), expected);
        assert!(!world.is_claimed().await, "{expected}");
    }
}

/// The fields of a referral, and `fields`, as stored.
fn with(fields: &serde_json::Value) -> Vec<u8> {
    let mut all = testkit::step("referralSent", json!({})).payload().unwrap();
    for (name, value) in fields.as_object().unwrap() {
        all[name] = value.clone();
    }
    serde_json::to_vec(&all).unwrap()
}

#[tokio::test]
async fn what_waits_joins_a_pathway_that_is_opened_by_its_booking_reference() {
    let world = world();
    assert!(!world.is_claimed().await);
    let opened = world.record(command(1, ubrn(), "referralSent", json!({}))).await;
    let Outcome::Recorded { stream, .. } = opened else { panic!("{opened:?}") };
    assert_eq!(world.steps(stream.id.as_u128()).await, ["ReferralSent", "PatientArrived"]);
}

#[tokio::test]
async fn of_two_pathways_that_carry_one_booking_reference_the_first_has_it() {
    let world = world();
    for id in [7, 8] {
        let carried = json!({"ubrn": UBRN});
        let sent = command(id, pathway(id), "referralReceived", carried);
        assert_eq!(code(&world.record(sent).await), "RECORDED");
    }
    assert!(world.is_claimed().await);
    assert_eq!((world.steps(7).await.len(), world.steps(8).await.len()), (2, 1));
}

#[tokio::test]
async fn only_steps_about_a_person_go_to_a_person() {
    let world = world();
    let mut expected = vec![];
    for (n, kind) in steps::StepKind::ALL.iter().enumerate() {
        let step = testkit::step(&kind.field_name(), json!({}));
        let mut sent = command(100 + n as u128, PathwayRef::New, "patientDied", json!({}));
        sent.step = step;
        sent.target = Target::Patient(SubjectRef(Uuid::from_u128(5)));
        if code(&world.record(sent).await) == "RECORDED" {
            expected.push(kind.name());
        }
    }
    let to_a_person = [
        "AdjustmentNeedRecorded",
        "PatientDied",
        "MccdCompleted",
        "ReferredToMedicalExaminer",
        "CoronerNotified",
        "MccdSentToRegistrar",
        "MedicalExaminerScrutinyCompleted",
        "ConsentRecorded",
        "ProxyAppointed",
        "ProxyEnded",
        "FeedbackReceived",
    ];
    assert_eq!(expected, to_a_person, "corrections are refused for naming no event of the person");
}

#[tokio::test]
async fn a_time_of_entry_in_the_future_or_before_1900_is_refused() {
    let world = world();
    for (when, expected) in
        [("2026-03-01T12:05:01Z", "IN_FUTURE"), ("1899-12-31T00:00:00Z", "BEFORE_1900")]
    {
        let mut sent = command(1, pathway(7), "referralSent", json!({}));
        sent.entered_in_source_at = Some(when.parse().unwrap());
        let outcome = world.record(sent).await;
        assert_eq!(code(&outcome), expected, "{when}");
        let Outcome::Refused(refused) = outcome else { panic!("{outcome:?}") };
        assert_eq!(refused.field(), "enteredInSourceAt");
    }
}

#[test]
fn a_step_that_the_record_keeps_for_itself_or_cannot_follow_yet_is_not_taken() {
    for (name, fields) in [("parkedStepLinked", json!({})), ("pathwayMerged", json!({}))] {
        let step = testkit::step(name, fields);
        let step = serde_json::value::to_raw_value(&step).unwrap();
        let line = json!({
            "pathway": {"id": Uuid::from_u128(7)}, "occurredAt": "2026-02-01",
            "commandId": Uuid::from_u128(1), "step": step,
        });
        let intake = Intake::parse(line.to_string().as_bytes()).unwrap();
        let refusal = intake.command(provenance()).unwrap_err();
        assert_eq!((refusal.code, refusal.field.as_str()), ("NOT_OFFERED", "step"), "{name}");
    }
}

#[tokio::test]
async fn a_step_that_tells_of_a_receipt_to_come_is_refused_by_that_field() {
    let world = world();
    let early = command(1, pathway(7), "referralReceived", json!({"receivedAt": "2027-05-01"}));
    let Outcome::Refused(refused) = world.record(early).await else { panic!("it was taken") };
    assert_eq!((refused.code(), refused.field()), ("IN_FUTURE", "receivedAt"));
}

#[tokio::test]
async fn a_receipt_that_carries_a_known_booking_reference_joins_the_referral_it_answers() {
    let world = world();
    world.record(command(1, pathway(7), "referralSent", json!({"ubrn": UBRN}))).await;
    let receipt = || command(2, PathwayRef::New, "referralReceived", json!({"ubrn": UBRN}));
    assert_eq!(code(&world.record(receipt()).await), "RECORDED");
    assert_eq!(world.steps(7).await, ["ReferralSent", "ReferralReceived"]);
    assert_eq!(code(&world.record(receipt()).await), "DUPLICATE");
    let unknown = json!({"ubrn": "000000000043"});
    let another = command(3, PathwayRef::New, "referralReceived", unknown);
    assert_eq!(code(&world.record(another).await), "RECORDED");
    assert_eq!(world.steps(7).await.len(), 2);
}

#[tokio::test]
async fn a_step_may_stand_in_the_inbox_and_on_the_pathway_once_that_is_known() {
    let world = world();
    let asked = Target::Pathway(ubrn());
    let categories = async || {
        let streams = world.recorder.streams_of(&asked).await.unwrap();
        streams.iter().map(|stream| stream.category).collect::<Vec<_>>()
    };
    assert_eq!(categories().await, [Category::Inbox]);
    let opened = world.record(command(1, ubrn(), "referralSent", json!({}))).await;
    let Outcome::Recorded { stream, .. } = opened else { panic!("{opened:?}") };
    assert_eq!(categories().await, [Category::Pathway, Category::Inbox]);
    let by_id = Target::Pathway(PathwayRef::Id(PathwayId(stream.id)));
    assert_eq!(world.recorder.streams_of(&by_id).await.unwrap(), [stream]);
    assert_eq!(world.recorder.streams_of(&Target::Own).await.unwrap(), []);
}

#[tokio::test]
async fn receipts_of_one_booking_reference_that_come_at_once_are_of_one_pathway() {
    let world = world();
    let receipts = (0..12).map(|n| {
        let receipt = command(200 + n, PathwayRef::New, "referralReceived", json!({"ubrn": UBRN}));
        world.record(receipt)
    });
    let outcomes = futures::future::join_all(receipts).await;
    let streams: std::collections::BTreeSet<_> = outcomes
        .iter()
        .map(|outcome| match outcome {
            Outcome::Recorded { stream, .. } => *stream,
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(streams.len(), 1, "{streams:?}");
}
