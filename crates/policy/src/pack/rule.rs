//! A rule: what opens it, by when, and who answers for it.

use steps::{
    RuleId, StepKind,
    codes::{Funding, Role},
};

use super::{Condition, Effective, Field, Form, Witness};

/// How far a rule can be checked.
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
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Accountable {
    /// The provider named by the trigger, else the one that has the referral.
    Provider,
    /// The practice that referred.
    Referrer,
    /// The organisation in that field of the trigger.
    Named(Field),
    /// The organisation in a field of another step, which has one field the same as the trigger.
    Asked {
        /// The other step.
        step: StepKind,
        /// The field that is the same.
        same: Field,
        /// The field that names the organisation.
        field: Field,
    },
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
    /// Whether a breach asks the one who answers for it to send the same again by an approved channel.
    pub asks_again: bool,
    /// The days of its own, inside those of the pack.
    pub effective: Option<Effective>,
    /// Who pays for what it judges: the NHS, unless the pack says otherwise.
    pub funding: Vec<Funding>,
    /// What opens an obligation.
    pub triggers: Vec<Trigger>,
    /// What must be so.
    pub form: Form,
}

/// By when: the first whose conditions on the trigger hold.
pub type Dues = Vec<(Vec<Condition>, Term)>;

/// A step that opens an obligation.
#[derive(Debug, Clone, PartialEq)]
pub struct Trigger {
    /// The step.
    pub step: StepKind,
    /// Only where all of these hold.
    pub only: Vec<Condition>,
    /// Not applicable, and shown so, where all of these hold.
    pub spared: Vec<Condition>,
    /// Unknown, and shown so, where all conditions of one of these lists hold.
    pub unknown: Vec<Vec<Condition>>,
    /// Only where the RTT clock says that of the step.
    pub clock: Option<ClockAsk>,
    /// Only where no other kind of trigger of the rule stands before it.
    pub alone: bool,
    /// Fields that together name what the promise is about: told twice it is promised once, by the
    /// first. Empty: each step is a promise of its own.
    pub once_per: Vec<Field>,
    /// Only where each of these was told as well, before or after.
    pub told_with: Vec<Witness>,
    /// By when.
    pub due: Dues,
    /// Of a presence: the lists of which one must hold whole.
    pub accepted: Vec<Vec<Condition>>,
}

/// What is asked of the RTT clock about a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClockAsk {
    /// That it began a waiting period.
    Starts,
    /// That it began the clock anew after a period that was nullified.
    Restarts,
    /// That the clock was running.
    Runs,
}

/// How long there is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// How many.
    pub amount: u32,
    /// Of what.
    pub unit: Unit,
    /// Counted how.
    pub basis: Basis,
    /// Counted from what.
    pub anchor: Anchor,
}

/// What a term is counted from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Anchor {
    /// The trigger.
    Trigger,
    /// The day that a field of the trigger names.
    Field(Field),
    /// The end of the stay in hospital that the trigger falls in; else the trigger.
    EndOfStay,
    /// The end of the episode of care that the trigger falls in; while it runs, nothing is due.
    EndOfEpisode,
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
