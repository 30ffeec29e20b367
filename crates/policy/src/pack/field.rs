//! A field of a step, and what is asked of it.

use std::fmt;

use serde_json::Value;
use steps::StepKind;

/// The path of a field, `consent.reasonExplained`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    path: String,
    parts: Vec<String>,
}

impl Field {
    /// The field of that path.
    pub(crate) fn of(path: &str) -> Self {
        Self { path: path.to_owned(), parts: path.split('.').map(str::to_owned).collect() }
    }

    /// Its path.
    pub fn as_str(&self) -> &str {
        &self.path
    }

    /// The names on the way to it; there is at least one.
    pub(crate) fn parts(&self) -> &[String] {
        &self.parts
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.path)
    }
}

/// A condition on a field of a step.
#[derive(Debug, Clone, PartialEq)]
pub struct Condition {
    /// The field.
    pub field: Field,
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
    /// Nothing is there, or an empty list.
    Absent,
    /// It is one of these.
    OneOf(Vec<Value>),
    /// It is none of these.
    NoneOf(Vec<Value>),
    /// It is a list that holds one of these.
    Holds(Vec<Value>),
    /// It is a list that holds all of these.
    HoldsAll(Vec<Value>),
    /// It is a time that is not certainly after the step itself.
    NotAfterStep,
    /// It is a time that is not certainly before the step itself.
    NotBeforeStep,
    /// It says the same as another field of the step.
    SameAs(Field),
    /// It says something else than another field of the step.
    DiffersFrom(Field),
    /// It is a day no more than so many after the day of another field of the step; days are counted
    /// by local dates.
    WithinDaysOf(Field, u32),
    /// It says what the latest such step before said in that field; holds where none did.
    AsLastTold(StepKind, Field),
}
