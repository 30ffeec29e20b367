//! The deaths that streams of persons tell of, in memory: a view reads pathways alone.

use std::collections::HashMap;

use pathway::{History, Told};
use policy::InterfaceRules;
use steps::PathwayId;
use uuid::Uuid;

use crate::{Case, Months, examiner};

/// Every person of whom a death is told in their own stream. Whoever follows the log applies whole
/// streams; the same streams make the same register in whatever order.
#[derive(Debug)]
pub struct Register {
    rules: InterfaceRules,
    deaths: HashMap<Uuid, Case>,
}

impl Register {
    /// A register of nobody.
    pub fn new(rules: InterfaceRules) -> Self {
        Self { rules, deaths: HashMap::new() }
    }

    /// Takes a person's stream, whole; whether what is told of their death is new.
    pub fn apply(&mut self, person: Uuid, told: Vec<Told>) -> bool {
        let history = History::of(PathwayId(person), told);
        let case = examiner::case_in(&history, &self.rules).map(|case| Case { person, ..case });
        let before = match &case {
            Some(case) => self.deaths.insert(person, case.clone()),
            None => self.deaths.remove(&person),
        };
        before != case
    }

    /// The case of a person.
    pub fn of(&self, person: Uuid) -> Option<&Case> {
        self.deaths.get(&person)
    }

    /// The cases of deaths in some months, in no order.
    pub(crate) fn in_months(&self, months: Months) -> Vec<Case> {
        let (first, last) = (months.first.first(), months.last.last());
        self.deaths.values().filter(|case| examiner::is_of(case, first, last)).cloned().collect()
    }
}
