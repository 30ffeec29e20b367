//! The told stories of promises about a service, judged from what the directory says of it.

use chrono::NaiveDate;
use serde::Deserialize;
use testkit::Story;

use crate::{Live, Packs, Reached, ServiceSaid, Side, State, judge_service};

/// The day that the stories ask about.
const ON: &str = "2026-03-01";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Told {
    pub(super) rule: String,
    says: String,
    state: String,
    missing: Vec<String>,
    directory: Directory,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Directory {
    board: Option<String>,
    patients: Line,
    hospitals: Line,
    practices: Line,
    interpreter: bool,
    text_relay: bool,
    entry: Option<NaiveDate>,
    published: Option<NaiveDate>,
    own_answer: Option<bool>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum Line {
    Live,
    DigitalOnly,
    None,
}

impl Directory {
    fn reached(&self, side: Side) -> Reached {
        let held = match side {
            Side::Patients => self.patients,
            Side::Hospitals => self.hospitals,
            Side::Practices => self.practices,
        };
        let live = match held {
            Line::Live => Live::Yes,
            Line::DigitalOnly => Live::DigitalOnly,
            Line::None => Live::No,
        };
        let (interpreter, text_relay) = (self.interpreter, self.text_relay);
        Reached { live, interpreter, text_relay, evidence: vec![Story::event(1)] }
    }
}

impl Told {
    /// How the rule stands by what the directory says, and what is missing.
    fn judged(&self) -> (State, Vec<String>) {
        let directory = &self.directory;
        let said = ServiceSaid {
            icb: directory.board.as_ref().map(|code| code.parse().unwrap()),
            reached: &|side, _| directory.reached(side),
            entry: directory.entry.map(|day| (day, Story::event(2))),
            waits: directory.published.map(|day| (day, Story::event(3))),
            own_answer: directory.own_answer,
        };
        let all = judge_service(&Packs::shipped(), &said, ON.parse().unwrap());
        let found = all.into_iter().find(|one| one.rule.as_str() == self.rule);
        found.map_or_else(|| panic!("{}", self.rule), |one| (one.state, one.missing))
    }

    /// The state that the story says.
    pub(super) fn state(&self) -> State {
        State::from_code(&self.state).unwrap_or_else(|| panic!("`{}` is no state", self.state))
    }
}

#[test]
fn every_story_of_a_service_ends_as_it_says() {
    let told = super::told_of_services();
    assert!(!told.is_empty(), "there are no stories");
    for one in told {
        let said = (one.state(), one.missing.clone());
        assert_eq!(one.judged(), said, "{}: {}", one.rule, one.says);
    }
}
