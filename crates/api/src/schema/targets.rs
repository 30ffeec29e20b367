//! A target and the figure it is about: of waiting lists, of cancer waits and of waits for tests.

use async_graphql::{Enum, SimpleObject};
use pathway::{Bound, Target};

use super::scalars::Date;

/// A target, and the figure it is about.
#[derive(SimpleObject, Clone)]
pub struct TargetBeside {
    /// Its stable name.
    id: String,
    /// What was promised, in words.
    title: String,
    /// At least so much: a share from 0 to 1, or a count.
    at_least: Option<f64>,
    /// At most so much: a share from 0 to 1, or a count.
    at_most: Option<f64>,
    /// The figure; null where nobody is counted.
    figure: Option<f64>,
    /// Whether the figure keeps the promise on this day; null where nobody is counted.
    pub(super) is_met: Option<bool>,
    /// By when it is to be met; null: on every day.
    due: Option<Date>,
    /// Where it was promised.
    source: String,
    /// How sure that is known.
    certainty: Certainty,
}

/// How sure we are of what a setting says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "pathway::Certainty")]
pub enum Certainty {
    /// Read in the source itself.
    Verified,
    /// Read in excerpts, or in what others wrote of it: to be checked in the source.
    Excerpt,
    /// Known from the field, and not checked against the source.
    OwnKnowledge,
    /// A reading of ours where the sources say nothing.
    Design,
    /// The sources leave it open.
    Open,
}

impl TargetBeside {
    /// The target beside a figure, if there is one.
    pub(super) fn of<Of>(target: &Target<Of>, figure: Option<f64>) -> Self {
        let (at_least, at_most) = match target.bound {
            Bound::AtLeast(least) => (Some(least), None),
            Bound::AtMost(most) => (None, Some(most)),
        };
        Self {
            id: target.id.clone(),
            title: target.title.clone(),
            at_least,
            at_most,
            figure,
            is_met: figure.map(|figure| target.bound.is_kept_by(figure)),
            due: target.due.map(Date),
            source: target.source.clone(),
            certainty: target.certainty.into(),
        }
    }
}
