//! What a pack is: rules with a scope, a version and the days on which they are in force.

mod field;
mod files;
mod forms;
mod raw;
mod read;
mod rule;
mod rules;
mod witness;
mod words;

use chrono::NaiveDate;
use steps::{FunctionCode, OdsCode, RuleId};

pub use field::{Condition, Field, Test};
pub use forms::{Call, Coverage, Form, Needed, OfServices, Part, Promise, ServiceAsk};
pub use rule::{
    Accountable, Anchor, Basis, Class, ClockAsk, Dues, Rule, Severity, Term, Trigger, Unit,
};
pub use witness::{Before, End, Ends, Excuse, Witness};

pub(crate) use read::{Source, line_of};
pub(crate) use words::nearest_step;

/// A set of promises that were agreed together.
#[derive(Debug, Clone, PartialEq)]
pub struct Pack {
    /// Its name, `SEL-CONSENSUS-2025-08`.
    pub id: RuleId,
    /// Counts up when the people who agreed it change it.
    pub version: u32,
    /// Its name in plain English.
    pub title: String,
    /// Where it can be read.
    pub source: String,
    /// Whom it binds.
    pub scope: Scope,
    /// When it is in force.
    pub effective: Effective,
    /// Its rank among packs: the highest stands first (national contract 100, local 50, trial 10).
    pub precedence: u32,
    /// What it promises.
    pub rules: Vec<Rule>,
    /// Why it has no rules, where it has none.
    pub empty_because: Option<String>,
    named: Vec<NamedWord>,
    /// The file, and the line that says when it is in force.
    pub(crate) place: (String, usize),
}

impl Pack {
    /// Reads packs from files, each as name and text; beside them every mistake, with its file and line
    /// and what would be right.
    ///
    /// A pack that is long stands in several: the file with `[pack]` names the others in `rules_in`, in
    /// the order in which their rules are read. They stand in the same folder, and hold rules alone.
    pub fn parse_all(files: &[(&str, &str)]) -> (Vec<Self>, Vec<PackError>) {
        files::packs(files)
    }

    /// Every step, and every field of a step, that the pack names.
    pub fn named_words(&self) -> &[NamedWord] {
        &self.named
    }
}

/// A step that a pack names and, where it names one, the field of that step.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct NamedWord {
    /// The step, `ReferralSent`.
    pub step: String,
    /// The field, `consent.reasonExplained`; `None` where only the step is named.
    pub field: Option<String>,
}

/// A mistake in a policy file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {problem}: expected {expected}")]
pub struct PackError {
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong.
    pub problem: String,
    /// What would be right.
    pub expected: String,
}

/// Whom a pack binds. An empty list is `*`: everybody.
///
/// A row depends on one stream and the rules alone, so an ICB is known by its commissioners: where
/// `icb` names one, `commissioner` lists its codes, and the pathway's own steps must name one of
/// them, or the ICB itself. As long as they name none the pack does not apply. Providers and functions
/// likewise.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Scope {
    /// Integrated care boards.
    pub icb: Vec<OdsCode>,
    /// Commissioners.
    pub commissioner: Vec<OdsCode>,
    /// Providers.
    pub provider: Vec<OdsCode>,
    /// Treatment functions.
    pub function: Vec<FunctionCode>,
}

/// The days on which a version of a pack is in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Effective {
    /// First day.
    pub from: NaiveDate,
    /// Last day; `None`: still in force.
    pub to: Option<NaiveDate>,
}

impl Effective {
    /// Whether the version is in force on `day`.
    pub fn holds_on(self, day: NaiveDate) -> bool {
        self.from <= day && self.to.is_none_or(|to| day <= to)
    }

    /// Whether two versions are in force on the same day.
    pub fn overlaps(self, other: Self) -> bool {
        self.to.is_none_or(|to| other.from <= to) && other.to.is_none_or(|to| self.from <= to)
    }
}

#[cfg(test)]
mod tests;
