//! What a pack is: rules with a scope, a version and the days on which they are in force.

mod raw;
mod read;
mod rules;
mod words;

use chrono::NaiveDate;
use serde_json::Value;
use steps::{FunctionCode, OdsCode, RuleId, StepKind, codes::Role};

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
    named: Vec<NamedWord>,
    /// The file, and the line that says when it is in force.
    pub(crate) place: (String, usize),
}

impl Pack {
    /// Reads a pack, or says of every mistake in which line it is and what would be right.
    pub fn parse(file_name: &str, text: &str) -> Result<Self, Vec<PackError>> {
        read::pack(file_name, text)
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
/// them. As long as they name none the pack does not apply. Providers and functions likewise.
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

/// How far a rule can be checked (DOMAIN.md section 4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// Checkable.
    Checkable,
    /// Its structure is checkable, its quality is not.
    Partly,
    /// It can only be recorded.
    Recordable,
}

/// What a breach amounts to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// A variance from agreed practice.
    Variance,
    /// A breach of contract.
    Contract,
    /// A breach of the law.
    Statutory,
    /// A danger to patients.
    Safety,
}

/// Which side answers for a promise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Accountable {
    /// The provider named by the trigger, else the one that has the referral.
    Provider,
    /// The practice that referred.
    Referrer,
}

/// One promise.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// Its name, `SEL-2.5c`.
    pub id: RuleId,
    /// How far it can be checked.
    pub class: Class,
    /// Its title in plain English.
    pub title: String,
    /// How it is read where its words leave room.
    pub reading: String,
    /// The item of the source.
    pub source: String,
    /// Which side answers for it.
    pub accountable: Accountable,
    /// Which role at that organisation owns it.
    pub owner_role: Role,
    /// What a breach amounts to.
    pub severity: Severity,
    /// What opens an obligation.
    pub triggers: Vec<Trigger>,
    /// What must be so.
    pub form: Form,
}

/// A step that opens an obligation.
#[derive(Debug, Clone, PartialEq)]
pub struct Trigger {
    /// The step.
    pub step: StepKind,
    /// Only where all of these hold.
    pub only: Vec<Condition>,
    /// Not applicable, and shown so, where all of these hold.
    pub spared: Vec<Condition>,
    /// Only where the step began the clock anew after a period that was nullified.
    pub restarts: bool,
    /// By when; the first whose conditions hold.
    pub due: Vec<(Vec<Condition>, Term)>,
}

/// What ends a promise before it is kept.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ends {
    /// Steps that do.
    pub steps: Vec<StepKind>,
    /// Whether a step that nullifies the waiting period does: the clock's verdict, not the step's own.
    pub nullified: bool,
}

/// How long there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Term {
    /// How many.
    pub amount: u32,
    /// Of what.
    pub unit: Unit,
    /// Counted how.
    pub basis: Basis,
}

/// A unit of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Elapsed hours.
    Hour,
    /// Days by local dates.
    Day,
}

/// Which days count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Basis {
    /// Every day.
    Calendar,
    /// Monday to Friday but for bank holidays.
    Working,
}

/// What must be so (DOMAIN.md section 4.3). Prohibition and coverage join with the rules that need
/// them: a variant here, a file beside `evaluate/deadline.rs`.
#[derive(Debug, Clone, PartialEq)]
pub enum Form {
    /// One of the witnesses follows the trigger in time.
    Deadline {
        /// What counts.
        satisfied_by: Vec<Witness>,
        /// Whether a witness from before the trigger counts too.
        counts_before: bool,
        /// What ends the promise before it is kept.
        ends: Ends,
    },
    /// The call comes after the appointment's start and before the trigger was entered in its source.
    Precedence {
        /// What must come first.
        first: Witness,
        /// How early before the start it may be.
        grace_minutes: u32,
        /// A witness that excuses.
        excused_by: Option<(Witness, String)>,
    },
    /// The trigger itself holds all conditions of one of the lists.
    Presence {
        /// The lists.
        accepted: Vec<Vec<Condition>>,
    },
    /// From the trigger until an end, each of these stands.
    Standing {
        /// What must stand, by name.
        stands: Vec<(String, Vec<Witness>)>,
        /// What ends it.
        ends: Ends,
    },
}

/// A step that speaks for the keeping of a promise.
#[derive(Debug, Clone, PartialEq)]
pub struct Witness {
    /// The step.
    pub step: StepKind,
    /// Only where all of these hold.
    pub only: Vec<Condition>,
    /// The field that must be the same as the trigger's. A trigger without such a field is never
    /// spoken for; a value left out on either side speaks for the latest trigger before it.
    pub same: Option<String>,
    /// The triggers that have that field.
    pub(crate) keyed: Vec<StepKind>,
}

/// A condition on a field of a step.
#[derive(Debug, Clone, PartialEq)]
pub struct Condition {
    /// Path of the field, `consent.reasonExplained`.
    pub field: String,
    /// What must be so.
    pub test: Test,
    /// Whether it holds where the field is left out.
    pub or_absent: bool,
}

/// What a condition asks.
#[derive(Debug, Clone, PartialEq)]
pub enum Test {
    /// Something is there; a sealed personal field is.
    Present,
    /// It is one of these.
    OneOf(Vec<Value>),
    /// It is a list that holds one of these.
    Holds(Vec<Value>),
    /// It is a time that is not certainly after the step itself.
    NotAfterStep,
}

#[cfg(test)]
mod tests;
