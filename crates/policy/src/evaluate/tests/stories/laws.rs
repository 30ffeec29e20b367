//! What holds of all promises whatever is told, in whatever order.

use std::collections::BTreeSet;

use pathway::{History, clock::ClockPolicy};
use proptest::prelude::*;
use testkit::{Story, json, story};

use super::{
    super::at,
    every_story,
    reach::{may_be_in_doubt, reachable},
};
use crate::{Outcome, Packs, State, evaluate};

/// All stories of a place on one pathway.
fn everything(place: &str) -> Vec<pathway::Told> {
    let mut all: Vec<pathway::Told> = Vec::new();
    for told in every_story().iter().filter(|one| one.place.as_deref().unwrap_or("sel") == place) {
        for mut one in told.story().told() {
            one.event_id = Story::event(all.len() + 1);
            all.push(one);
        }
    }
    all
}

/// Any of the stories' steps, in any order.
fn any_steps() -> impl Strategy<Value = Vec<pathway::Told>> {
    let all = prop_oneof![
        Just(everything("sel")),
        Just(everything("humber")),
        Just(everything("elsewhere"))
    ];
    all.prop_flat_map(|all| {
        let count = all.len();
        proptest::sample::subsequence(all, 1..=count.min(60)).prop_shuffle()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn no_order_of_arrival_changes_what_became_of_the_promises(told in any_steps()) {
        let packs = Packs::shipped();
        let judge = |told| evaluate(&History::of(testkit::pathway_id(), told), &packs, &ClockPolicy::default());
        let mut sorted = told.clone();
        sorted.sort_by_key(|one| one.event_id);
        prop_assert_eq!(judge(told), judge(sorted));
    }

    #[test]
    fn a_promise_is_never_both_kept_and_broken_and_what_is_kept_stays_so(told in any_steps(), day in 0_i64..400) {
        let history = History::of(testkit::pathway_id(), told);
        let now = at("2025-08-01T12:00:00Z") + chrono::Duration::days(day);
        let mut seen = BTreeSet::new();
        for one in evaluate(&history, &Packs::shipped(), &ClockPolicy::default()) {
            prop_assert!(seen.insert((one.rule.clone(), one.trigger)), "{} twice", one.rule);
            let (today, tomorrow) = (one.state(now), one.state(now + chrono::Duration::days(1)));
            if matches!(today, State::Met | State::MetLate | State::Excused | State::Recorded) {
                prop_assert_eq!(today, tomorrow);
            }
        }
    }

    #[test]
    fn a_pathway_that_is_closed_leaves_no_promise_open_without_an_owner(told in any_steps()) {
        let mut told = told;
        let closing = story()
            .on("2025-08-01", "referralReceived", json!({"commissioner": "72Q", "provider": "RJ1"}))
            .on("2026-02-01", "returnToPrimaryCareCommunicated", json!({}));
        for (mut one, n) in closing.told().into_iter().zip(100_000..) {
            one.event_id = Story::event(n);
            told.push(one);
        }
        let history = History::of(testkit::pathway_id(), told);
        for one in evaluate(&history, &Packs::shipped(), &ClockPolicy::default()) {
            let open = matches!(one.outcome, Outcome::Open { .. });
            prop_assert!(!open || one.accountable.is_some(), "{} is nobody's", one.rule);
        }
    }

    #[test]
    fn no_history_brings_a_rule_to_a_state_that_it_is_not_held_to_reach(told in any_steps()) {
        let history = History::of(testkit::pathway_id(), told);
        let packs = Packs::shipped();
        for one in evaluate(&history, &packs, &ClockPolicy::default()) {
            let pack = packs.all().iter().find(|pack| pack.id == one.pack).unwrap();
            let rule = packs.rule(&one.pack, one.pack_version, &one.rule).unwrap();
            let mut can = reachable(pack, rule);
            can.insert(State::Pending);
            can.extend(may_be_in_doubt(rule).then_some(State::Unknown));
            let state = one.state(at("2029-01-01T00:00:00Z"));
            prop_assert!(can.contains(&state), "{} is {state:?}", one.rule);
        }
    }
}
