//! Laws of the clocks, for any steps at any time in any order of telling.

use std::{collections::BTreeSet, sync::LazyLock};

use pathway::{
    History,
    cancer_and_diagnostics::{
        Effect, Kind, StandardClock, StandardClocks, Standards, TreatmentPlace, cancer, concerns,
        diagnostics,
    },
};
use proptest::{prelude::*, sample, strategy::ValueTree};
use steps::{Step, StepKind};
use testkit::{Fill, Story, json, story};

use crate::language::date;

static STANDARDS: LazyLock<Standards> = LazyLock::new(policy::shipped_standards);

/// Every step the clocks read, with what must be there and with all there is, and those that move
/// clocks most.
static STEPS: LazyLock<Vec<Step>> = LazyLock::new(|| {
    let read = StepKind::ALL.iter().copied().filter(|kind| concerns(*kind));
    let samples = read.flat_map(|kind| {
        [Fill::Required, Fill::AllButPersonal]
            .map(|fill| testkit::step(&kind.field_name(), testkit::sample(kind, fill)))
    });
    samples.chain(movers()).collect()
});

fn movers() -> Vec<Step> {
    let treatment = |event: &str, day: Option<&str>| {
        json!({"cancerTreatmentEvent": event, "cancerModality": "SURGERY",
            "provider": "RJ1", "earliestAppropriate": day})
    };
    let started = |event: &str| json!({"cancerTreatmentEvent": event, "cancerModality": "SURGERY", "provider": "RJ1"});
    let test = |id: &str, surveillance: bool| {
        json!({"testId": id, "dm01": true, "screening": false, "inpatient": false,
            "surveillance": surveillance, "ubrnConvertedAt": null, "asiAt": null})
    };
    let booking = |id: &str, kind: &str| json!({"appointmentId": id, "startsAt": "2026-02-14T10:00:00Z", "bookingKind": kind, "provider": "RJ1"});
    let miss = json!({"appointmentId": "A1", "appointmentDate": "2026-02-14", "attendanceCode": "3", "provider": "RJ1"});
    let by_patient = json!({"appointmentId": "A1", "initiator": "PATIENT"});
    let offer = json!({"offerId": "O1", "offeredDate": "2026-02-20", "bookingKind": "TO_COME_IN"});
    let declined = json!({"offerId": "O1", "patientUnavailableUntil": "2026-03-20"});
    [
        ("cancerPathwayOpened", json!({"receivedAt": null})),
        ("cancerUpgraded", json!({})),
        ("diagnosisCommunicated", json!({"diagnosisOutcome": "CANCER"})),
        ("diagnosisCommunicated", json!({"diagnosisOutcome": "RULED_OUT"})),
        ("cancerTreatmentDecided", treatment("FIRST", None)),
        ("cancerTreatmentDecided", treatment("SUBSEQUENT", Some("2026-03-01"))),
        ("cancerTreatmentStarted", started("FIRST")),
        ("cancerTreatmentStarted", started("SUBSEQUENT")),
        ("testRequested", test("T1", false)),
        ("testRequested", test("T2", true)),
        ("testPerformed", json!({"testId": "T1", "appointmentId": null})),
        ("testPerformed", json!({"testId": "T2", "appointmentId": null})),
        ("plannedDatePassed", json!({"dueDate": "2026-02-20"})),
        ("appointmentBooked", booking("A1", "TEST")),
        ("appointmentBooked", booking("A2", "APPOINTMENT")),
        ("dnaRecorded", miss),
        ("appointmentCancelled", by_patient),
        ("patientRebookRequested", json!({})),
        ("appointmentOffered", offer),
        ("appointmentOfferDeclined", declined),
    ]
    .into_iter()
    .map(|(name, fields)| testkit::step(name, fields))
    .collect()
}

fn any_story() -> impl Strategy<Value = Story> {
    let any = sample::select(STEPS.as_slice());
    let mover = sample::select(movers());
    let step = (prop_oneof![3 => mover, 1 => any], 1_u32..=28, 1_u32..=4);
    prop::collection::vec(step, 0..16).prop_map(|steps| {
        steps.into_iter().fold(story(), |story, (step, day, month)| {
            story.step(&format!("2026-{month:02}-{day:02}"), step)
        })
    })
}

fn both(history: &History) -> StandardClocks {
    let mut all = cancer::clocks(history, &STANDARDS);
    let tests = diagnostics::clocks(history, &STANDARDS);
    all.clocks.extend(tests.clocks);
    all.moves.extend(tests.moves);
    all
}

/// Whether two clocks wait for the same: of these only one may be open.
fn same_kind(one: &Kind, other: &Kind) -> bool {
    match (one, other) {
        (Kind::Diagnosis(_), Kind::Diagnosis(_))
        | (Kind::FromReferral(_), Kind::FromReferral(_))
        | (
            Kind::FromDecision(TreatmentPlace::First, _),
            Kind::FromDecision(TreatmentPlace::First, _),
        ) => true,
        (Kind::Test { test_id: one, .. }, Kind::Test { test_id: other, .. }) => one == other,
        (one, other) => one == other,
    }
}

proptest! {
    #[test]
    fn the_order_of_telling_does_not_matter(
        (story, shuffled) in any_story().prop_flat_map(|story| {
            let told = story.told();
            (Just(story), Just(told).prop_shuffle())
        })
    ) {
        let shuffled = History::of(testkit::pathway_id(), shuffled);
        prop_assert_eq!(both(&story.history()), both(&shuffled));
    }

    #[test]
    fn at_most_one_clock_of_a_kind_is_open(story in any_story()) {
        let clocks = both(&story.history()).clocks;
        let open: Vec<_> = clocks.iter().filter(|clock| clock.is_open()).collect();
        for (place, one) in open.iter().enumerate() {
            let twice = open[..place].iter().any(|other| same_kind(&one.kind, &other.kind));
            prop_assert!(!twice, "{:?}", clocks);
        }
    }

    #[test]
    fn no_wait_is_negative_and_none_is_longer_than_the_days_that_passed(story in any_story(), after in 0_i64..400) {
        for clock in both(&story.history()).clocks {
            let end = clock.end.as_ref();
            let on = date("2026-04-28") + chrono::TimeDelta::days(after);
            let until = end.map_or(on, |end| end.date);
            if let Some(days) = clock.days(on) {
                prop_assert!(i64::from(days) <= (until - clock.first_start).num_days());
            }
            prop_assert!(end.is_none_or(|end| !end.counts || clock.days(on).is_some()));
            prop_assert!(clock.resets.windows(2).all(|pair| pair[0].on <= pair[1].on));
            prop_assert!(clock.resets.iter().all(|reset| clock.first_start <= reset.on));
            prop_assert!(end.is_none_or(|end| !end.counts || clock.start() <= end.date));
        }
    }

    #[test]
    fn every_move_names_the_clock_it_moved_and_a_refusal_none_that_moved(story in any_story()) {
        let history = story.history();
        for made in [cancer::clocks(&history, &STANDARDS), diagnostics::clocks(&history, &STANDARDS)] {
            let moved = |effect: &dyn Fn(Effect) -> bool| {
                made.moves.iter().filter(|one| effect(one.effect)).count()
            };
            prop_assert_eq!(moved(&|one| one == Effect::Started), made.clocks.len());
            let ended = made.clocks.iter().filter(|clock| !clock.is_open()).count();
            let ends = |one: Effect| matches!(one, Effect::Stopped | Effect::Closed(_));
            prop_assert_eq!(moved(&ends), ended);
            let resets: usize = made.clocks.iter().map(|clock| clock.resets.len()).sum();
            prop_assert_eq!(moved(&|one| one == Effect::Reset), resets);
            for one in &made.moves {
                let clock = one.clock.map(|place| made.clocks[place].standard());
                prop_assert!(clock.is_none_or(|standard| standard == one.standard));
                prop_assert!(concerns(one.kind), "{:?} is not read", one.kind);
            }
        }
    }

    #[test]
    fn steps_the_clocks_do_not_read_change_nothing(story in any_story(), index in any::<sample::Index>()) {
        let unread: Vec<StepKind> = StepKind::ALL.iter().copied()
            .filter(|kind| !concerns(*kind))
            .filter(|kind| !matches!(kind, StepKind::StepCorrected | StepKind::StepEnteredInError))
            .collect();
        let kind = *index.get(&unread);
        let more = story.clone().on("2026-02-14", &kind.field_name(), testkit::sample(kind, Fill::Required));
        prop_assert_eq!(both(&story.history()), both(&more.history()));
    }
}

#[test]
fn the_clocks_of_nothing_are_none() {
    assert_eq!(both(&story().history()), StandardClocks::default());
}

#[test]
fn the_stories_of_these_laws_reach_most_rules_and_every_effect() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let (stories, mut rules, mut effects) = (any_story(), BTreeSet::new(), BTreeSet::new());
    for _ in 0..2_000 {
        let made = both(&stories.new_tree(&mut runner).unwrap().current().history());
        rules.extend(made.moves.iter().map(|one| one.rule));
        effects.extend(made.moves.iter().map(|one| one.effect.code()));
        assert!(made.clocks.iter().all(|clock| StandardClock::limit(clock, &STANDARDS).is_some()));
    }
    assert_eq!(effects.len(), 7, "{effects:?}");
    assert!(rules.len() >= 21, "only {rules:?}");
}
