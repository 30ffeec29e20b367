//! What an auditor sees.

use pathway::Actor;
use testkit::{Story, json, pathway_id, story};

use super::*;

fn stream(story: &Story) -> Vec<Recorded> {
    let meta = Meta {
        actor: Actor {
            user: "tester".parse().unwrap(),
            role: steps::codes::Role::System,
            organisation: "RJ1".parse().unwrap(),
        },
        source: "test".parse().unwrap(),
        simulated: false,
        caused_by: None,
        correlation: None,
        sent_by: None,
    };
    let numbered = story.told().into_iter().zip(1_u64..);
    numbered
        .map(|(told, place)| Recorded {
            position: Position(place),
            revision: Revision(place - 1),
            told,
            meta: meta.clone(),
        })
        .collect()
}

fn corrected() -> Story {
    story()
        .on("2026-01-05", "referralReceived", json!({}))
        .on("2026-01-08", "patientArrived", json!({"appointmentId": "A1"}))
        .on("2026-02-01", "stepEnteredInError", json!({"eventId": Story::event(2)}))
        .on("2026-02-02", "stepCorrected", json!({
            "eventId": Story::event(1),
            "correctedOccurredAt": "2026-01-02",
            "step": {"referralReceived": testkit::sample(steps::StepKind::ReferralReceived, testkit::Fill::Required)},
        }))
}

#[test]
fn every_event_is_in_the_timeline_with_what_became_of_it() {
    let lines = timeline(pathway_id(), stream(&corrected()));
    let seen: Vec<_> =
        lines.iter().map(|line| (line.recorded.told.event_id, line.standing)).collect();
    assert_eq!(
        seen,
        [
            (Story::event(1), Standing::Corrected(Story::event(4))),
            (Story::event(2), Standing::EnteredInError(Some(Story::event(3)))),
            (Story::event(3), Standing::Amendment),
            (Story::event(4), Standing::Amendment),
        ]
    );
}

#[test]
fn as_known_before_the_correction_the_wrong_step_still_counts() {
    let moment = "2026-01-20T00:00:00Z".parse().unwrap();
    let known = known_at(stream(&corrected()), Some(moment));
    let lines = timeline(pathway_id(), known);
    let standings: Vec<_> = lines.iter().map(|line| line.standing).collect();
    assert_eq!(standings, [Standing::InEffect, Standing::InEffect]);
}
