//! The told stories of every promise (`tests/stories`), judged by the rules alone.

use std::collections::{BTreeMap, BTreeSet};

use pathway::{History, clock::ClockPolicy};
use proptest::prelude::*;
use serde::Deserialize;
use testkit::{Story, Value, json, story};

use super::at;
use crate::{Form, Obligation, Outcome, Packs, State, evaluate};

/// What the service asks for is not known, so nobody is accused: kept or unknown.
const NEVER_BROKEN: [&str; 1] = ["SEL-5.2"];
/// A day on which all of it is over.
const LATER: &str = "2026-11-01T00:00:00Z";

#[derive(Deserialize)]
struct File {
    story: Vec<Told>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Told {
    rule: String,
    says: String,
    place: Option<String>,
    state: String,
    #[serde(default)]
    proof: Vec<usize>,
    #[serde(default)]
    missing: Vec<String>,
    accountable: Option<String>,
    steps: Vec<Vec<Value>>,
}

fn stories() -> Vec<Told> {
    toml::from_str::<File>(&testkit::told_promises()).unwrap().story
}

impl Told {
    fn story(&self) -> Story {
        let commissioner = match self.place.as_deref() {
            None | Some("sel") => "72Q",
            Some("humber") => "03F",
            Some("elsewhere") => "36L",
            Some(other) => panic!("`{other}` is no place"),
        };
        let referral = json!({"commissioner": commissioner, "provider": "RJ1", "referrer": "G85001", "function": "110"});
        let begun = story().on("2025-09-01T09:00:00Z", "referralReceived", referral);
        self.steps.iter().fold(begun, |story, step| {
            let word = |n: usize| step[n].as_str().unwrap();
            match step.get(3) {
                Some(entered) => {
                    story.entered(word(0), entered.as_str().unwrap(), word(1), step[2].clone())
                }
                None => story.on(word(0), word(1), step[2].clone()),
            }
        })
    }

    /// The obligation of the rule that the story is about: the first that it opens.
    fn judged(&self) -> Obligation {
        let all = evaluate(&self.story().history(), &Packs::shipped(), &ClockPolicy::default());
        let mut ours = all.into_iter().filter(|one| one.rule.as_str() == self.rule);
        ours.next().unwrap_or_else(|| panic!("{}: {}: no obligation", self.rule, self.says))
    }
}

fn missing(outcome: &Outcome) -> Vec<String> {
    match outcome {
        Outcome::Breached { missing, .. }
        | Outcome::Unknown { missing, .. }
        | Outcome::Open { missing } => missing.clone(),
        Outcome::Met { .. }
        | Outcome::Excused { .. }
        | Outcome::NotApplicable { .. }
        | Outcome::Recorded { .. } => Vec::new(),
    }
}

#[test]
fn every_story_ends_as_it_says_and_shows_the_steps_that_prove_it() {
    let mut wrong = Vec::new();
    for told in stories() {
        let found = told.judged();
        let proof: Vec<_> = told.proof.iter().map(|n| Story::event(n + 1)).collect();
        let state = found.state(at(LATER)).code();
        let proved = proof.iter().all(|event| found.evidence.contains(event));
        let named = told.missing.is_empty() || told.missing == missing(&found.outcome);
        let answers = found.accountable.as_ref().map(steps::OdsCode::as_str);
        let blamed = told.accountable.is_none() || told.accountable.as_deref() == answers;
        if state != told.state || !proved || !named || !blamed {
            wrong.push(format!("{}: {}: {state} {found:#?}", told.rule, told.says));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_promise_that_is_judged_has_a_story_of_its_keeping_and_one_of_its_breaking() {
    let mut told: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for one in stories() {
        told.entry(one.rule).or_default().insert(one.state);
    }
    let packs = Packs::shipped();
    for rule in packs.all().iter().flat_map(|pack| &pack.rules) {
        let states = told.remove(rule.id.as_str()).unwrap_or_default();
        let kept = states.contains("MET") || states.contains("MET_LATE");
        if matches!(rule.form, Form::OfServices(_)) {
            assert!(states.is_empty(), "{}", rule.id);
        } else if matches!(rule.form, Form::RecordOnly { .. }) {
            assert!(states.contains("RECORDED"), "{}", rule.id);
        } else {
            let is_safe = NEVER_BROKEN.contains(&rule.id.as_str());
            let other = if is_safe { "UNKNOWN" } else { "BREACHED" };
            assert!(kept && states.contains(other), "{}: {states:?}", rule.id);
            assert!(!is_safe || !states.contains("BREACHED"), "{}: {states:?}", rule.id);
        }
    }
    assert!(told.is_empty(), "stories of rules that no pack has: {told:?}");
}

#[test]
fn each_story_stands_in_its_own_place_alone() {
    for told in stories() {
        let all = evaluate(&told.story().history(), &Packs::shipped(), &ClockPolicy::default());
        let has = |prefix: &str| all.iter().any(|one| one.rule.as_str().starts_with(prefix));
        let place = told.place.as_deref().unwrap_or("sel");
        assert!(!has("SEL-") || place == "sel", "{}", told.says);
        assert!(!has("HUMBER-") || place == "humber", "{}", told.says);
    }
}

/// All stories of a place on one pathway.
fn everything(place: &str) -> Vec<pathway::Told> {
    let mut all: Vec<pathway::Told> = Vec::new();
    for told in stories().iter().filter(|one| one.place.as_deref().unwrap_or("sel") == place) {
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
}
