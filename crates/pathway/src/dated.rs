//! What dated settings have in common: when they are in force, and how sure we are of them.

use chrono::NaiveDate;

coded! {
    /// How sure we are of what a setting says.
    pub enum Certainty {
        /// Read in the source itself (V).
        Verified = "VERIFIED",
        /// Read in excerpts or in what others wrote of it (X).
        Excerpt = "EXCERPT",
        /// Known from the field, and not checked against the source (K).
        OwnKnowledge = "OWN_KNOWLEDGE",
        /// A reading of ours where the sources say nothing (D).
        Design = "DESIGN",
        /// The sources leave it open (?).
        Open = "OPEN",
    }
}

/// The days on which a setting is in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// First day.
    pub from: NaiveDate,
    /// Last day; none: still in force.
    pub to: Option<NaiveDate>,
}

impl Span {
    /// Whether it is in force on `day`.
    pub fn holds_on(self, day: NaiveDate) -> bool {
        self.from <= day && self.to.is_none_or(|to| day <= to)
    }

    /// Whether two are in force on the same day.
    pub fn overlaps(self, other: Self) -> bool {
        self.to.is_none_or(|to| other.from <= to) && other.to.is_none_or(|to| self.from <= to)
    }
}
