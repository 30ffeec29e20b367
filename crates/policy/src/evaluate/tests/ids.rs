//! What became of a promise never depends on the ids of the events: they say nothing of the world.

use pathway::{History, Told, clock::ClockPolicy};
use proptest::prelude::*;
use testkit::{Story, Value, json, story};

use super::at;
use crate::{Due, Packs, State, evaluate};

const LATER: &str = "2026-11-01T00:00:00Z";
const DAYS: [&str; 3] = ["2026-02-10", "2026-02-11", "2026-02-20"];

/// Steps that are often told to the day alone, and of which several may fall on one.
fn steps() -> Vec<(&'static str, Value)> {
    vec![
        ("outpatientAttended", json!({"appointmentId": "A1", "provider": "RJ1"})),
        ("outpatientAttended", json!({"appointmentId": "A2", "provider": "RJ1"})),
        ("clinicLetterSent", json!({"appointmentId": null})),
        ("clinicLetterSent", json!({"appointmentId": "A2"})),
        ("inpatientDischarged", json!({"admissionId": "M1", "provider": "RJ1"})),
        ("dischargeSummarySent", json!({"admissionId": "M1"})),
        ("resultReported", json!({"testId": "T1"})),
        ("resultReviewed", json!({"testId": "T1", "organisation": "RJ1"})),
        ("decisionNotToTreat", json!({})),
        ("patientInformed", json!({"content": ["RESPONSIBILITY_MOVED"]})),
        (
            "workTransferRequested",
            json!({"actionId": "W1", "workCategory": "PRESCRIBE", "fromOrganisation": "RJ1", "toOrganisation": "G85001"}),
        ),
        ("workTransferAccepted", json!({"actionId": "W1", "organisation": "G85001"})),
        (
            "workloadReturned",
            json!({"actionId": "W1", "fromOrganisation": "G85001", "toOrganisation": "RJ1"}),
        ),
        ("consentRecorded", json!({"consentFor": "LETTERS_TO_PRACTICE", "consentGiven": false})),
        ("consentRecorded", json!({"consentFor": "LETTERS_TO_PRACTICE", "consentGiven": true})),
        ("procedureNotCarriedOut", json!({"notDoneReason": "NON_CLINICAL", "stillNeeded": true})),
        (
            "appointmentBooked",
            json!({"appointmentId": "T1", "bookingKind": "TO_COME_IN", "startsAt": "2026-03-01T08:00:00Z", "provider": "RJ1"}),
        ),
        ("appointmentCancelled", json!({"appointmentId": "T1", "initiator": "PROVIDER"})),
        (
            "medicationPrescribed",
            json!({"medicineId": "D1", "prescribedFor": "DISCHARGE", "provider": "RJ1"}),
        ),
        ("medicationSupplied", json!({"medicineId": "D1", "daysSupply": 14, "provider": "RJ1"})),
        (
            "medicalExaminerScrutinyCompleted",
            json!({"organisation": "RWA", "scrutinyOutcome": "AGREED"}),
        ),
        (
            "medicalExaminerScrutinyCompleted",
            json!({"organisation": "RWA", "scrutinyOutcome": "AMENDED"}),
        ),
        ("mccdCompleted", json!({"organisation": "RJ1", "reissued": true})),
        ("mccdSentToRegistrar", json!({"organisation": "RWA"})),
    ]
}

/// A pathway of those steps, each on one of a few days.
fn any_pathway() -> impl Strategy<Value = Vec<Told>> {
    let place = prop_oneof![Just("72Q"), Just("03F")];
    let step = (0..steps().len(), 0..DAYS.len());
    (place, proptest::collection::vec(step, 1..14)).prop_map(|(place, drawn)| {
        let referral = json!({"commissioner": place, "provider": "RJ1", "referrer": "G85001"});
        let begun = story().on("2026-01-05", "referralReceived", referral);
        let told = drawn.into_iter().fold(begun, |story, (step, day)| {
            let (name, fields) = steps().remove(step);
            story.on(DAYS[day], name, fields)
        });
        told.told()
    })
}

/// What became of each promise, by the fact that opened it as it was told.
fn judged(told: &[Told], ids: &[usize]) -> Vec<(String, usize, State, Option<Due>)> {
    let mut renamed = told.to_vec();
    for (one, id) in renamed.iter_mut().zip(ids) {
        one.event_id = Story::event(id + 1);
    }
    // Of one fact told twice, either may open the promise.
    let same =
        |one: &Told, other: &Told| (one.occurred_at, &one.step) == (other.occurred_at, &other.step);
    let place = |id| {
        let opened = renamed.iter().find(|one| one.event_id == id).unwrap();
        renamed.iter().position(|one| same(one, opened)).unwrap()
    };
    let history = History::of(testkit::pathway_id(), renamed.clone());
    let found = evaluate(&history, &Packs::shipped(), &ClockPolicy::default());
    let line = |one: &crate::Obligation| {
        (one.rule.to_string(), place(one.trigger), one.state(at(LATER)), one.due)
    };
    let mut lines: Vec<_> = found.iter().map(line).collect();
    lines.sort_by_key(|(rule, place, state, due)| {
        (rule.clone(), *place, *state, due.map(Due::last_moment))
    });
    lines
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn other_ids_for_the_same_facts_change_nothing(
        (told, ids) in any_pathway().prop_flat_map(|told| {
            let ids: Vec<usize> = (0..told.len()).collect();
            (Just(told), Just(ids).prop_shuffle())
        })
    ) {
        let as_told: Vec<usize> = (0..told.len()).collect();
        prop_assert_eq!(judged(&told, &ids), judged(&told, &as_told));
    }
}
