//! Laws of the clock, for any steps at any time in any order of telling.

use std::{collections::BTreeSet, sync::LazyLock};

use chrono::{Days, NaiveDate};
use proptest::{prelude::*, sample, strategy::ValueTree};
use steps::{Step, StepKind};
use testkit::{Fill, Story, json, story};

use super::language::{history, told};
use crate::clock::{Clock, ClockPolicy, ClockState, Counted, Effect, Part, Row, concerns};

/// Every step the clock reads, with what must be there and with all there is, and the steps that
/// move clocks most.
static STEPS: LazyLock<Vec<Step>> = LazyLock::new(|| {
    let read = StepKind::ALL.iter().copied().filter(|kind| concerns(*kind));
    let samples = read.flat_map(|kind| {
        [Fill::Required, Fill::AllButPersonal]
            .map(|fill| testkit::step(&kind.field_name(), testkit::sample(kind, fill)))
    });
    samples.chain(movers()).collect()
});

fn movers() -> Vec<Step> {
    let told = json!({"communicatedAt": "2026-03-03", "noTreatmentNeeded": true});
    let intent = |intent: &str| json!({"admissionId": "S1", "admissionIntent": intent});
    let setting = |setting: &str| json!({"firstDefinitive": true, "treatmentSetting": setting, "admissionId": "S1"});
    let moved = json!({"clockField": "CLOCK_STOP", "newDate": "2026-03-09", "newStatus": "FIRST_TREATMENT"});
    [
        ("returnToPrimaryCareCommunicated", told),
        ("patientAdmitted", intent("FIRST_DEFINITIVE_TREATMENT")),
        ("patientAdmitted", intent("DIAGNOSTIC")),
        ("treatmentStarted", setting("ADMITTED")),
        ("treatmentStarted", setting("OUTPATIENT")),
        ("procedureNotCarriedOut", json!({"admissionId": "S1", "stillNeeded": true})),
        ("procedureNotCarriedOut", json!({"admissionId": "S1", "stillNeeded": false})),
        ("dnaRecorded", json!({"appointmentId": "A1", "appointmentDate": "2026-02-14", "attendanceCode": "DID_NOT_ATTEND"})),
        ("patientRebookRequested", json!({})),
        ("activeMonitoringStarted", json!({"monitoringInitiator": "PATIENT", "monitoringReason": "CLINICAL"})),
        ("pathwayResumed", json!({})),
        ("rttClockCorrected", moved),
        ("rttClockCorrected", json!({"clockField": "CLOCK_START", "newDate": "2026-02-20"})),
        ("careTransferredOut", json!({"responsibilityTransferred": true})),
    ]
    .into_iter()
    .map(|(name, fields)| testkit::step(name, fields))
    .collect()
}

fn any_story() -> impl Strategy<Value = Story> {
    let any = sample::select(STEPS.as_slice());
    let mover = sample::select(movers());
    let referral = Just(testkit::step("referralReceived", json!({"route": "OTHER"})));
    let step = (prop_oneof![1 => referral, 2 => mover, 2 => any], 1_u32..=28, 1_u32..=4);
    prop::collection::vec(step, 0..14).prop_map(|steps| {
        steps.into_iter().fold(story(), |story, (step, day, month)| {
            story.step(&format!("2026-{month:02}-{day:02}"), step)
        })
    })
}

fn clock(story: &Story) -> Clock {
    Clock::of(&history(told(story)), &ClockPolicy::default())
}

proptest! {
    #[test]
    fn the_order_of_telling_does_not_matter(
        (story, shuffled) in any_story().prop_flat_map(|story| {
            let steps = told(&story);
            (Just(story), Just(steps).prop_shuffle())
        })
    ) {
        prop_assert_eq!(clock(&story), Clock::of(&history(shuffled), &ClockPolicy::default()));
    }

    #[test]
    fn at_most_one_period_is_open_and_it_is_the_last(story in any_story()) {
        let clock = clock(&story);
        let (last, earlier) = clock.periods.split_last().map_or((None, &[][..]), |(l, e)| (Some(l), e));
        prop_assert!(earlier.iter().all(|period| !period.is_open()));
        let runs = matches!(clock.state, ClockState::Ticking | ClockState::Transferred);
        prop_assert_eq!(runs, last.is_some_and(crate::clock::Period::is_open));
        prop_assert_eq!(runs, clock.open().is_some());
    }

    #[test]
    fn no_wait_is_negative_and_no_two_periods_overlap(story in any_story()) {
        let clock = clock(&story);
        for period in &clock.periods {
            if let Some(end) = &period.end {
                prop_assert!(end.date >= period.start.listed_from);
            }
            let start = &period.start;
            let is_planned = start.row == Row::PlannedOverdue;
            let fits = |date| date == start.listed_from || is_planned && date < start.listed_from;
            prop_assert!(start.date.is_none_or(fits));
            prop_assert!(period.segments.windows(2).all(|pair| pair[0].from < pair[1].from));
        }
        for pair in clock.periods.windows(2) {
            let ended = pair[0].end.as_ref().map(|end| end.date);
            prop_assert!(ended.is_some_and(|ended| pair[1].start.listed_from >= ended));
        }
    }

    #[test]
    fn moves_join_up_and_a_refusal_moves_nothing(story in any_story()) {
        let clock = clock(&story);
        let mut state = ClockState::None;
        for made in &clock.moves {
            prop_assert_eq!(made.from, state);
            state = made.to;
            if matches!(made.effect, Effect::Rejected(_)) {
                prop_assert_eq!(made.from, made.to);
            }
            prop_assert!(concerns(made.kind), "{:?} moved a clock that does not read it", made.kind);
        }
        prop_assert_eq!(state, clock.state);
    }

    #[test]
    fn steps_the_clock_does_not_read_change_nothing(story in any_story(), index in any::<sample::Index>()) {
        let unread: Vec<StepKind> = StepKind::ALL.iter().copied()
            .filter(|kind| !concerns(*kind))
            .filter(|kind| !matches!(kind, StepKind::StepCorrected | StepKind::StepEnteredInError))
            .collect();
        let kind = *index.get(&unread);
        let more = story.clone().on("2026-02-14", &kind.field_name(), testkit::sample(kind, Fill::Required));
        prop_assert_eq!(clock(&story), clock(&more));
    }
}

proptest! {
    #[test]
    fn asking_on_another_day_changes_no_period_and_one_wait_at_most_is_open_on_it(
        story in any_story(), after in 0_u64..400
    ) {
        let (clock, policy) = (clock(&story), ClockPolicy::default());
        let census = NaiveDate::default().checked_add_days(Days::new(20_400 + after)).unwrap();
        let asked: Vec<Counted> = clock.periods.iter().flat_map(|one| one.counted(census, &policy)).collect();
        let listed = asked.iter().filter(|one| one.part == Part::Incomplete).count();
        prop_assert!(listed <= 1, "{listed} waits on {census}");
        let decided = asked.iter().filter(|one| one.part == Part::IncompleteWithDecision).count();
        prop_assert!(decided <= listed);
        prop_assert_eq!(clock, super::laws::clock(&story));
    }

    #[test]
    fn a_nullified_period_is_in_no_part_and_every_other_is_in_one(story in any_story()) {
        let (clock, policy) = (clock(&story), ClockPolicy::default());
        for period in &clock.periods {
            let census = period.start.listed_from;
            let parts = period.counted(census, &policy);
            prop_assert_eq!(period.nullified, parts.is_empty(), "{:?}", period);
            let completed = parts.iter().filter(|one| !one.part.is_stock() && one.part != Part::NewPeriod);
            prop_assert_eq!(completed.count(), usize::from(period.end.is_some() && !period.nullified));
        }
    }

    #[test]
    fn a_later_period_never_takes_an_earlier_start(story in any_story()) {
        let clock = clock(&story);
        for pair in clock.periods.windows(2) {
            prop_assert_ne!(pair[0].start.event_id, pair[1].start.event_id);
            let ended = pair[0].end.as_ref().map(|end| end.date);
            prop_assert!(pair[1].start.date.is_none_or(|start| Some(start) >= ended));
        }
    }

    #[test]
    fn every_step_answers_with_moves_or_with_one_silence(story in any_story()) {
        let history = history(told(&story));
        let clock = Clock::of(&history, &ClockPolicy::default());
        let moved: BTreeSet<_> = clock.moves.iter().map(|made| made.event_id).collect();
        let silent: Vec<_> = clock.silent(&history).into_iter().map(|one| one.event_id).collect();
        let quiet: BTreeSet<_> = silent.iter().copied().collect();
        prop_assert_eq!(silent.len(), quiet.len());
        prop_assert!(moved.is_disjoint(&quiet));
        let all: BTreeSet<_> = told(&story).into_iter().map(|one| one.event_id).collect();
        prop_assert_eq!(moved.union(&quiet).copied().collect::<BTreeSet<_>>(), all);
    }
}

#[test]
fn the_clock_of_nothing_is_no_clock() {
    let nothing = clock(&story());
    assert!(nothing.periods.is_empty() && nothing.moves.is_empty());
    assert_eq!(nothing.state, ClockState::None);
}

#[test]
fn a_step_the_clock_does_not_read_makes_no_move() {
    let told = story().on("2026-01-05", "patientArrived", json!({}));
    assert!(clock(&told).moves.is_empty());
}

#[test]
fn the_stories_of_these_laws_reach_most_of_the_table() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let (stories, mut rows) = (any_story(), BTreeSet::new());
    for _ in 0..2_000 {
        let story = stories.new_tree(&mut runner).unwrap().current();
        rows.extend(clock(&story).moves.iter().map(|made| made.row.number()));
    }
    assert!(rows.len() >= 45, "only {rows:?}");
}
