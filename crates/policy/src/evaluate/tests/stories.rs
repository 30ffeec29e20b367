//! The told stories of every promise (`tests/stories`), judged by the rules alone.

mod laws;
mod reach;
mod services;

use std::collections::{BTreeMap, BTreeSet};

use pathway::clock::ClockPolicy;
use serde::Deserialize;
use testkit::{Story, Value, json, story};

use self::reach::reachable;
use super::at;
use crate::{Form, Obligation, Outcome, Packs, State, evaluate};

/// A day on which all of it is over.
const LATER: &str = "2029-01-01T00:00:00Z";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    story: Vec<Told>,
    #[serde(default)]
    service: Vec<services::Told>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Told {
    rule: String,
    says: String,
    place: Option<String>,
    /// Said where the pathway does not begin with the referral of all others.
    begins: Option<String>,
    state: String,
    #[serde(default)]
    proof: Vec<usize>,
    #[serde(default)]
    missing: Vec<String>,
    accountable: Option<String>,
    steps: Vec<Vec<Value>>,
}

/// The stories that a real server is told as well.
fn stories() -> Vec<Told> {
    toml::from_str::<File>(&testkit::told_promises()).unwrap().story
}

/// All stories of pathways, those of the states beside kept and broken among them.
fn every_story() -> Vec<Told> {
    let states = toml::from_str::<File>(&testkit::told_states()).unwrap().story;
    stories().into_iter().chain(states).collect()
}

fn told_of_services() -> Vec<services::Told> {
    toml::from_str::<File>(&testkit::told_states()).unwrap().service
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
        let begun = match self.begins.as_deref() {
            None => story().on("2025-09-01T09:00:00Z", "referralReceived", referral),
            Some("with its own first step") => story(),
            Some(other) => panic!("no story begins {other}"),
        };
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
    for told in every_story() {
        let found = told.judged();
        let first = usize::from(told.begins.is_none());
        let proof: Vec<_> = told.proof.iter().map(|n| Story::event(n + first)).collect();
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

/// The states of which there are stories, by rule; an open promise is none of the six.
fn told_states(stories: Vec<Told>) -> BTreeMap<String, BTreeSet<State>> {
    let mut told: BTreeMap<String, BTreeSet<State>> = BTreeMap::new();
    for one in stories {
        let state = State::from_code(&one.state).unwrap();
        told.entry(one.rule).or_default().extend(Some(state).filter(|one| *one != State::Pending));
    }
    told
}

#[test]
fn every_state_that_a_rule_can_reach_has_a_story_and_no_story_reaches_another() {
    let mut told = told_states(every_story());
    for one in told_of_services() {
        told.entry(one.rule.clone()).or_default().insert(one.state());
    }
    let packs = Packs::shipped();
    let mut wrong = Vec::new();
    for pack in packs.all() {
        for rule in &pack.rules {
            let has = told.remove(rule.id.as_str()).unwrap_or_default();
            let can = reachable(pack, rule);
            if has != can {
                wrong.push(format!("{}: can be {can:?}, and is told as {has:?}", rule.id));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(told.is_empty(), "stories of rules that no pack has: {told:?}");
}

#[test]
fn what_a_server_is_told_has_each_promise_kept_and_broken_where_it_can_be() {
    let told = told_states(stories());
    for pack in Packs::shipped().all() {
        for rule in pack.rules.iter().filter(|rule| !matches!(rule.form, Form::OfServices(_))) {
            let over_http = [State::Met, State::Breached, State::Recorded];
            let has = told.get(rule.id.as_str()).cloned().unwrap_or_default();
            for state in reachable(pack, rule).iter().filter(|one| over_http.contains(one)) {
                assert!(has.contains(state), "{} has no story of {state:?}", rule.id);
            }
        }
    }
}

#[test]
fn each_story_stands_in_its_own_place_alone() {
    for told in every_story() {
        let all = evaluate(&told.story().history(), &Packs::shipped(), &ClockPolicy::default());
        let has = |prefix: &str| all.iter().any(|one| one.rule.as_str().starts_with(prefix));
        let place = told.place.as_deref().unwrap_or("sel");
        assert!(!has("SEL-") || place == "sel", "{}", told.says);
        assert!(!has("HUMBER-") || place == "humber", "{}", told.says);
    }
}
