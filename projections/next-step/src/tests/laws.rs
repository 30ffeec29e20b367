//! Laws: the order of arrival does not matter, there is always one owner and no field of the answer is
//! empty, and steps that are said not to concern the view do not.
//!
//! The owner is looked for in 100,000 histories, from a seed that is the same in every run. For more:
//! `HISTORIES=2000000 cargo test --release -p next-step --lib histories` (the number is read when the
//! test is built), and another seed with `HISTORIES_SEED=8`.

use std::sync::OnceLock;

use directory::Directory;
use pathway::{History, Told, clock::ClockPolicy};
use projector::View;
use proptest::prelude::*;
use serde_json::Value;
use steps::{Step, StepKind, codes::Role, decode_input};
use testkit::{Fill, json, pathway_id, sample, story};
use uuid::Uuid;

use super::{asking, states::settled};
use crate::{
    Alarm, ContactLine, DuePolicy, NextStep, NextStepView, State, WhoToContact, next_step,
    who_to_contact,
};

/// A sample of every step that is not a correction, made once: schemas are slow to make.
fn samples() -> &'static [Step] {
    static SAMPLES: OnceLock<Vec<Step>> = OnceLock::new();
    SAMPLES.get_or_init(|| kinds().map(|kind| read(kind, &all_fields(kind))).collect())
}

fn kinds() -> impl Iterator<Item = StepKind> {
    let corrections = [StepKind::StepCorrected, StepKind::StepEnteredInError];
    StepKind::ALL.iter().copied().filter(move |kind| !corrections.contains(kind))
}

fn all_fields(kind: StepKind) -> Value {
    sample(kind, Fill::AllButPersonal)
}

fn read(kind: StepKind, fields: &Value) -> Step {
    let input = json!({ kind.field_name(): fields }).to_string();
    decode_input(input.as_bytes()).unwrap()
}

fn day(day: usize) -> String {
    let first = chrono::NaiveDate::from_ymd_opt(2026, 1, 1).unwrap();
    (first + chrono::Days::new(day as u64 % 60)).to_string()
}

/// A history of `picks`: any steps of the catalogue, on any of sixty days.
fn told(picks: &[(usize, usize)]) -> Vec<Told> {
    let tale = picks.iter().fold(story(), |tale, (kind, on)| {
        tale.step(&day(*on), samples()[kind % samples().len()].clone())
    });
    tale.told()
}

fn picks() -> impl Strategy<Value = Vec<(usize, usize)>> {
    prop::collection::vec((0..1_000_usize, 0..60_usize), 1..12)
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

/// A small generator whose numbers are the same on every machine.
struct Chance(u64);

impl Chance {
    fn below(&mut self, most: usize) -> usize {
        let (factor, step) = (6_364_136_223_846_793_005, 1_442_695_040_888_963_407);
        self.0 = self.0.wrapping_mul(factor).wrapping_add(step);
        usize::try_from(self.0 >> 33).unwrap() % most
    }

    fn of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }

    /// The same fields with other organisations, ids and truths, some of them left out.
    fn varied(&mut self, fields: &Value, required: &Value) -> Value {
        let Value::Object(all) = fields else { return fields.clone() };
        let kept = all
            .iter()
            .filter(|(name, _)| required.get(name.as_str()).is_some() || self.below(3) > 0);
        let kept: Vec<(String, Value)> =
            kept.map(|(name, value)| (name.clone(), value.clone())).collect();
        kept.into_iter().map(|(name, value)| (name, self.other(value))).collect()
    }

    fn other(&mut self, value: Value) -> Value {
        match value {
            Value::String(code) if code == "RJ1" => {
                json!(self.of(&["RJ1", "RJ2", "G81001", "ME1"]))
            }
            Value::String(id) if id == "A1" => json!(self.of(&["A1", "A2"])),
            Value::Bool(_) => json!(self.below(2) == 0),
            other => other,
        }
    }
}

/// Steps to pick from: each kind in some variations.
fn batch(chance: &mut Chance, variations: usize) -> Vec<Step> {
    let kinds: Vec<(StepKind, Value, Value)> =
        kinds().map(|kind| (kind, all_fields(kind), sample(kind, Fill::Required))).collect();
    let many = kinds.iter().cycle().take(kinds.len() * variations);
    many.map(|(kind, all, required)| read(*kind, &chance.varied(all, required))).collect()
}

/// A directory that knows some lines and names, and not others.
fn directory() -> Directory {
    let line = |id: &str, organisation: &str, purpose: &str, channel: &str, other: Option<&str>| {
        json!({"contactPoint": id, "organisation": organisation, "service": null, "audience": "PATIENT",
            "contactPurpose": purpose, "channel": channel, "alternativeContact": other})
    };
    let told = story()
        .on(
            "2025-01-01",
            "organisationRecorded",
            json!({"organisation": "RJ1", "name": "Riverside"}),
        )
        .on(
            "2025-01-01",
            "contactPointPublished",
            line("Q", "RJ1", "QUESTIONS", "TELEPHONE", Some("G")),
        )
        .on("2025-01-01", "contactPointPublished", line("G", "RJ1", "GENERAL", "EMAIL", None))
        .on("2025-01-01", "contactPointPublished", line("D", "RJ1", "DELAY", "EMAIL", None))
        .on(
            "2025-01-01",
            "contactPointPublished",
            line("P", "G81001", "GENERAL", "TELEPHONE", None),
        )
        .on(
            "2026-01-20",
            "contactPointFailed",
            json!({"contactPoint": "Q", "contactFailure": "NO_ANSWER"}),
        )
        .on(
            "2026-01-20",
            "contactPointFailed",
            json!({"contactPoint": "D", "contactFailure": "BOUNCED"}),
        );
    let mut directory = Directory::default();
    directory.apply(Uuid::from_u128(1), &told.told());
    directory
}

fn has_one_owner(step: &NextStep) {
    let unowned = step.alarm == Some(Alarm::Unowned);
    assert_eq!(unowned, step.state == State::Unowned);
    assert!(unowned || step.owner.organisation.is_some());
    assert!(!matches!(step.owner.role, Role::Patient | Role::Carer) || step.assignment.is_some());
    let coordinator = step.owner.role == Role::PathwayCoordinator;
    assert!(!unowned || coordinator && step.owner.organisation == step.provider);
    assert!(step.turns_to.is_none() || step.turns_at.is_some());
}

fn has_no_empty_field(who: &WhoToContact<'_>) {
    let WhoToContact { owner_plain, owner_organisation, what_next, due_in_words, .. } = who;
    let texts = [owner_plain, owner_organisation.name.as_ref(), what_next.as_ref(), due_in_words];
    assert!(texts.iter().all(|text| !text.trim().is_empty()), "{who:#?}");
    assert!(who.not_yet.as_ref().is_none_or(|words| !words.trim().is_empty()), "{who:#?}");
    for line in [&who.for_questions, &who.for_delay, &who.if_worse] {
        let ContactLine { note, checked, not_digital, .. } = line;
        let given = line.reach().map_or_else(
            || format!("{:?}", line.given),
            |reach| format!("{}{}{}", reach.point.name, reach.point.endpoint, reach.point.hours),
        );
        let texts = [checked, not_digital, &given];
        assert!(texts.iter().all(|text| !text.trim().is_empty()), "{line:#?}");
        assert!(note.as_ref().is_none_or(|words| !words.trim().is_empty()), "{line:#?}");
        let relied_on = line.reach().is_some_and(|reach| reach.working);
        assert!(relied_on || note.is_some(), "a line that does not work says so: {line:#?}");
    }
}

#[test]
fn a_hundred_thousand_histories_have_exactly_one_owner_each_and_no_empty_field() {
    let number = |set: Option<&str>, usual: u64| set.map_or(usual, |raw| raw.parse().unwrap());
    let histories = number(option_env!("HISTORIES"), 100_000);
    let mut chance = Chance(number(option_env!("HISTORIES_SEED"), 7));
    let (policy, clock) = (DuePolicy::shipped(), ClockPolicy::default());
    let (steps, directory) = (batch(&mut chance, 8), directory());
    let days: Vec<String> = (0..60).map(day).collect();
    for _ in 0..histories {
        let length = 1 + chance.below(10);
        let tale = (0..length).fold(story(), |tale, _| {
            let on = chance.of(&days).clone();
            tale.step(&on, chance.of(&steps).clone())
        });
        let step = next_step(&History::of(pathway_id(), tale.told()), &policy, &clock);
        has_one_owner(&step);
        let on = format!("{}T12:00:00Z", chance.of(&days)).parse().unwrap();
        has_no_empty_field(&who_to_contact(&step, &directory, asking(on)));
    }
}

#[test]
fn a_step_that_does_not_concern_the_view_never_changes_a_row() {
    let view = NextStepView::new(DuePolicy::shipped(), ClockPolicy::default());
    let base = settled("DISCHARGED");
    let before = view.rows(&base.history());
    for kind in StepKind::ALL.iter().filter(|kind| !view.concerns(**kind)) {
        let after = base.clone().step("2026-02-25", read(*kind, &all_fields(*kind)));
        assert_eq!(view.rows(&after.history()), before, "{}", kind.name());
    }
}

#[test]
fn every_state_has_a_name_that_reads_back() {
    for state in State::ALL {
        assert_eq!(State::from_code(state.code()), Some(*state));
    }
}
