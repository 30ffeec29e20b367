//! Each rule of the shipped packs, kept, broken and at its borders.

mod attachment;
mod channels;
mod dna;
mod evidence;
mod funding;
mod ids;
mod letters;
mod referral;
mod stories;
mod waiting;

use chrono::{DateTime, Utc};
use pathway::clock::ClockPolicy;
use testkit::{Story, json, story};

use crate::{
    Obligation, Packs, State, evaluate,
    packs::{SHIPPED, SHIPPED_CALENDAR},
};

/// A pathway of a South East London patient.
fn referred(on: &str) -> Story {
    story().on(
        on,
        "referralReceived",
        json!({"commissioner": "72Q", "provider": "RJ1", "referrer": "G85001"}),
    )
}

fn at(raw: &str) -> DateTime<Utc> {
    raw.parse().unwrap()
}

/// The obligations of one rule, in the order of their triggers.
fn of_rule(story: &Story, rule: &str) -> Vec<Obligation> {
    let all = evaluate(&story.history(), &Packs::shipped(), &ClockPolicy::default());
    all.into_iter().filter(|one| one.rule.as_str() == rule).collect()
}

/// The one obligation of a rule.
fn only(story: &Story, rule: &str) -> Obligation {
    let mut found = of_rule(story, rule);
    assert_eq!(found.len(), 1, "{found:#?}");
    found.remove(0)
}

fn state(story: &Story, rule: &str, now: &str) -> State {
    only(story, rule).state(at(now))
}

/// The South East London pack in another wording, as files of a folder.
struct Reworded(Vec<(String, String)>);

impl Reworded {
    fn sel(folder: &str, wording: impl Fn(&str) -> String) -> Self {
        let name = |file: &str| file.strip_prefix("sel-consensus-2025-08").map(str::to_owned);
        let files = SHIPPED.iter().filter_map(|(file, text)| Some((name(file)?, wording(text))));
        Self(files.map(|(file, text)| (format!("{folder}{file}"), text)).collect())
    }

    /// The packs of these wordings together.
    fn packs(wordings: &[Self]) -> Packs {
        let files = wordings.iter().flat_map(|one| &one.0);
        let files: Vec<_> = files.map(|(name, text)| (name.as_str(), text.as_str())).collect();
        Packs::parse(&files, SHIPPED_CALENDAR).unwrap()
    }
}
