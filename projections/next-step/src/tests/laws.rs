//! Laws: the order of arrival does not matter, there is always one owner, and steps that are said not
//! to concern the view do not.

use std::sync::OnceLock;

use pathway::{History, Told, clock::ClockPolicy};
use projector::View;
use proptest::prelude::*;
use steps::{Step, StepKind, decode_input};
use testkit::{Fill, json, pathway_id, sample, story};

use super::states::settled;
use crate::{Alarm, DuePolicy, NextStepView, State, next_step};

/// A sample of every step that is not a correction, made once: schemas are slow to make.
fn samples() -> &'static [Step] {
    static SAMPLES: OnceLock<Vec<Step>> = OnceLock::new();
    SAMPLES.get_or_init(|| {
        let corrections = [StepKind::StepCorrected, StepKind::StepEnteredInError];
        let kinds = StepKind::ALL.iter().filter(|kind| !corrections.contains(kind));
        kinds.map(|kind| sampled(*kind)).collect()
    })
}

fn sampled(kind: StepKind) -> Step {
    let input = json!({ kind.field_name(): sample(kind, Fill::AllButPersonal) }).to_string();
    decode_input(input.as_bytes()).unwrap()
}

/// A history of `picks`: any steps of the catalogue, on any of sixty days.
fn told(picks: &[(usize, u32)]) -> Vec<Told> {
    let tale = picks.iter().fold(story(), |tale, (kind, day)| {
        let first = chrono::NaiveDate::from_ymd_opt(2026, 1, 1).unwrap();
        let date = first + chrono::Days::new(u64::from(day % 60));
        tale.step(&date.to_string(), samples()[kind % samples().len()].clone())
    });
    tale.told()
}

fn picks() -> impl Strategy<Value = Vec<(usize, u32)>> {
    prop::collection::vec((0..1_000_usize, 0..60_u32), 1..12)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn the_row_is_the_same_in_whatever_order_the_steps_arrive(
        (first, second) in picks().prop_map(|picks| told(&picks)).prop_flat_map(|told| (Just(told.clone()), Just(told).prop_shuffle()))
    ) {
        let view = NextStepView::new(DuePolicy::shipped(), ClockPolicy::default());
        let rows = |told| view.rows(&History::of(pathway_id(), told));
        prop_assert_eq!(rows(first), rows(second));
    }
}

#[test]
fn ten_thousand_histories_have_exactly_one_owner_each() {
    let policy = DuePolicy::shipped();
    let mut seed = 7_u64;
    let mut next = || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(seed >> 33).unwrap()
    };
    for _ in 0..10_000 {
        let picks: Vec<(usize, u32)> =
            (0..=next() % 8).map(|_| (next(), u32::try_from(next() % 60).unwrap())).collect();
        let step =
            next_step(&History::of(pathway_id(), told(&picks)), &policy, &ClockPolicy::default());
        let unowned = step.alarm == Some(Alarm::Unowned);
        assert_eq!(unowned, step.state == State::Unowned);
        assert!(unowned || step.owner.organisation.is_some(), "{picks:?}");
        assert!(!step.state.what_next().is_empty());
    }
}

#[test]
fn a_step_that_does_not_concern_the_view_never_changes_a_row() {
    let view = NextStepView::new(DuePolicy::shipped(), ClockPolicy::default());
    let base = settled("DISCHARGED");
    let before = view.rows(&base.history());
    for kind in StepKind::ALL.iter().filter(|kind| !view.concerns(**kind)) {
        let after = base.clone().step("2026-02-25", sampled(*kind));
        assert_eq!(view.rows(&after.history()), before, "{}", kind.name());
    }
}

#[test]
fn every_state_has_a_name_that_reads_back() {
    for state in State::ALL {
        assert_eq!(State::from_code(state.code()), Some(*state));
    }
}
