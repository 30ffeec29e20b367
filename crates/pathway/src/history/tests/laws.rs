//! What holds of any history, however muddled.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;

const EVENTS_MAX: u128 = 10;

/// A time in two days, now and then only the day, with many ties.
fn any_time() -> impl Strategy<Value = String> {
    prop_oneof![
        (5_u8..7).prop_map(|day| format!("2026-01-{day:02}")),
        (5_u8..7, 9_u8..12).prop_map(|(day, hour)| format!("2026-01-{day:02}T{hour:02}:00:00Z")),
    ]
}

/// What an event says; amendments may aim at anything, themselves and each other included.
fn any_event() -> impl Strategy<Value = (String, u8, u128)> {
    (any_time(), 0_u8..6, 1..=EVENTS_MAX + 1)
}

fn event(n: u128, (when, what, target): (String, u8, u128)) -> Told {
    match what {
        0 => told(n, &when, "referralReceived", json!({})),
        1 => told(n, &when, "appointmentBooked", json!({})),
        2 => withdrawn(n, &when, target),
        3 | 4 => corrected(n, &when, target, &format!("A{n}")),
        _ => arrived(n, &when),
    }
}

fn any_telling() -> impl Strategy<Value = Vec<Told>> {
    let most = usize::try_from(EVENTS_MAX).unwrap();
    prop::collection::vec(any_event(), 0..=most)
        .prop_map(|events| (1..).zip(events).map(|(n, said)| event(n, said)).collect())
}

fn told_and_shuffled() -> impl Strategy<Value = (Vec<Told>, Vec<Told>)> {
    any_telling().prop_flat_map(|told| (Just(told.clone()), Just(told).prop_shuffle()))
}

proptest! {
    #[test]
    fn a_history_is_the_same_whatever_order_its_steps_arrived_in(
        (told, shuffled) in told_and_shuffled(),
    ) {
        prop_assert_eq!(history(told), history(shuffled));
    }

    #[test]
    fn when_we_were_told_decides_nothing((told, shuffled) in told_and_shuffled()) {
        let in_effect = |told: Vec<Told>| {
            let told = (0..).zip(told).map(|(seconds, told)| Told {
                recorded_at: recorded_at() + chrono::Duration::seconds(seconds),
                ..told
            });
            let history = history(told.collect());
            let entries = history.entries().iter();
            let entries = entries.map(|one| (one.event_id(), one.corrected_by, one.step().clone()));
            entries.collect::<Vec<_>>()
        };
        prop_assert_eq!(in_effect(told), in_effect(shuffled));
    }

    #[test]
    fn every_step_is_in_effect_or_set_aside_and_never_both(told in any_telling()) {
        let expected: BTreeSet<EventId> = told.iter().map(|told| told.event_id).collect();
        let history = history(told);
        let entries = history.entries().iter().map(Entry::event_id);
        let aside = history.set_aside().iter().map(|aside| aside.told.event_id);
        let found: Vec<EventId> = entries.chain(aside).collect();
        prop_assert_eq!(found.len(), expected.len());
        prop_assert!(expected.iter().all(|event_id| history.holds(*event_id)));
        prop_assert_eq!(found.into_iter().collect::<BTreeSet<_>>(), expected);
    }

    #[test]
    fn no_amendment_is_ever_in_effect(told in any_telling()) {
        for entry in history(told).entries() {
            let kind = entry.step().kind();
            prop_assert!(kind != StepKind::StepCorrected && kind != StepKind::StepEnteredInError);
        }
    }

    #[test]
    fn entries_are_ordered_by_time_within_what_is_known(told in any_telling()) {
        let history = history(told);
        for pair in history.entries().windows(2) {
            let (first, second) = (pair[0].occurred_at(), pair[1].occurred_at());
            let (earliest, _) = london::bounds(first);
            let (_, latest) = london::bounds(second);
            prop_assert!(earliest <= latest, "{:?} before {:?}", first, second);
        }
    }
}
