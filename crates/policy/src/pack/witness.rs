//! Steps that speak for a promise, excuse it or end it.

use steps::StepKind;

use super::{Condition, Field};

/// A step that speaks for the keeping of a promise, or for its breach.
#[derive(Debug, Clone, PartialEq)]
pub struct Witness {
    /// The step.
    pub step: StepKind,
    /// Only where all of these hold.
    pub only: Vec<Condition>,
    /// The field that must be the same as the trigger's. A trigger without such a field is never
    /// spoken for; a value left out on either side speaks for the latest trigger before it.
    pub same: Option<Field>,
    /// Further fields that must be the same, where both sides say them.
    pub also: Vec<Field>,
    /// The field that names the organisation that answers for the promise; a step that names another
    /// does not count, one that names none does.
    pub by: Option<Field>,
    /// Fields that must say the same as another field of the trigger, where both are said: whoever was
    /// asked is who accepts.
    pub like: Vec<(Field, Field)>,
    /// The field that must name the patient's practice, or who referred.
    pub to_practice: Option<Field>,
    /// A day that must lie no earlier than the trigger, and not after the promise is due.
    pub on_time: Option<Field>,
    /// Only where each of these was told of the same as the witness.
    pub told_with: Vec<Witness>,
    /// What takes it back: it does not count where one of these follows it. What they share with it is
    /// named by their `same`.
    pub undone_by: Vec<Witness>,
    /// Whether it counts from before the trigger.
    pub before: Before,
    /// Whether a trigger that has no such field as `same` is spoken for by the latest before it.
    pub or_unkeyed: bool,
    /// The triggers that have the field of `same`.
    pub(crate) keyed: Vec<StepKind>,
}

/// Whether what happened before the trigger speaks for it too.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Before {
    /// It does not: an amended result asks for a review of its own.
    #[default]
    Never,
    /// Earlier on the same local day it does: a discharge is often entered after its summary went out.
    SameDay,
    /// Whenever it was.
    Ever,
}

/// A step that excuses, unless another took it back since.
#[derive(Debug, Clone, PartialEq)]
pub struct Excuse {
    /// What excuses; its `undone_by` takes the excuse back.
    pub witness: Witness,
    /// The reason, as a code.
    pub reason: String,
}

/// What ends a promise before it is kept.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Ends {
    /// Steps that do.
    pub steps: Vec<End>,
    /// Whether a step that nullifies the waiting period does: the clock's verdict, not the step's own.
    pub nullified: bool,
}

/// A step that ends a promise.
#[derive(Debug, Clone, PartialEq)]
pub struct End {
    /// The step.
    pub step: StepKind,
    /// Only where all of these hold.
    pub only: Vec<Condition>,
    /// The field that must be the same as the trigger's.
    pub same: Option<Field>,
}
