//! Parked steps that come again, and corrections that name a step by the id it had in its inbox.

use super::*;

const UBRN: &str = "000000000042";

fn by_ubrn(id: u128, name: &str, fields: serde_json::Value) -> Command {
    command(id, PathwayRef::Ubrn(UBRN.parse().unwrap()), name, fields)
}

fn referral(id: u128) -> Command {
    command(id, pathway(7), "referralReceived", json!({"ubrn": UBRN}))
}

#[tokio::test]
async fn a_parked_step_told_again_once_its_pathway_has_come_is_that_step() {
    let world = world();
    let early = by_ubrn(1, "appointmentBooked", json!({"place": "Clinic 4"}));
    assert_eq!(code(&world.record(early.clone()).await), "PARKED");
    assert_eq!(code(&world.record(early.clone()).await), "PARKED");
    world.record(referral(2)).await;
    let again = world.record(early).await;
    assert_eq!(code(&again), "DUPLICATE", "{again:?}");
    assert_eq!(world.steps(7).await, ["ReferralReceived", "AppointmentBooked"]);
    let Outcome::Recorded { stream, event_id, position, .. } = again else { panic!("{again:?}") };
    let events = world.recorder.stream(stream).await.unwrap();
    let joined = events.iter().find(|stored| stored.event.event_id == event_id.0).unwrap();
    assert_eq!((stream.category, joined.position), (Category::Pathway, position));
}

#[tokio::test]
async fn a_parked_command_id_with_other_content_is_refused_after_joining_too() {
    let world = world();
    world.record(by_ubrn(1, "appointmentBooked", json!({"place": "Clinic 4"}))).await;
    world.record(referral(2)).await;
    let other = by_ubrn(1, "appointmentBooked", json!({"place": "Clinic 5"}));
    assert_eq!(code(&world.record(other).await), "COMMAND_REUSED");
}

#[tokio::test]
async fn a_correction_may_name_a_joined_step_by_the_id_it_had_in_its_inbox() {
    let arrived = testkit::step("patientArrived", json!({})).payload().unwrap();
    for name in ["stepEnteredInError", "stepCorrected"] {
        let world = world();
        let parked = world.record(by_ubrn(1, "patientArrived", json!({}))).await;
        let Outcome::Parked { event_id, .. } = parked else { panic!("{parked:?}") };
        world.record(referral(2)).await;
        let mut fields = json!({"eventId": event_id});
        if name == "stepCorrected" {
            fields["correctedOccurredAt"] = json!("2026-01-20");
            fields["step"] = json!({"patientArrived": arrived.clone()});
        }
        let amends = || command(3, pathway(7), name, fields.clone());
        assert_eq!(code(&world.record(amends()).await), "RECORDED", "{name}");
        assert_eq!(code(&world.record(amends()).await), "DUPLICATE", "{name}");
        let expected: &[&str] = match name {
            "stepCorrected" => &["PatientArrived", "ReferralReceived"],
            _ => &["ReferralReceived"],
        };
        assert_eq!(world.steps(7).await, expected, "{name}");
    }
}

#[tokio::test]
async fn a_correction_parked_beside_the_step_it_corrects_joins_with_it() {
    let world = world();
    let parked = world.record(by_ubrn(1, "patientArrived", json!({}))).await;
    let Outcome::Parked { event_id, .. } = parked else { panic!("{parked:?}") };
    let withdrawn = json!({"eventId": event_id});
    assert_eq!(code(&world.record(by_ubrn(2, "stepEnteredInError", withdrawn)).await), "PARKED");
    world.record(referral(3)).await;
    assert_eq!(world.steps(7).await, ["ReferralReceived"]);
}
