//! What was promised of a figure.

use chrono::NaiveDate;

use crate::{Certainty, Span};

/// The promise itself: a share from 0 to 1, or a count.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Bound {
    /// At least this.
    AtLeast(f64),
    /// At most this.
    AtMost(f64),
}

impl Bound {
    /// Whether a figure keeps the promise. Exact at the border: the share of two counts is the float
    /// nearest to it, as the one that was promised is.
    pub fn is_kept_by(self, figure: f64) -> bool {
        match self {
            Self::AtLeast(least) => figure >= least,
            Self::AtMost(most) => figure <= most,
        }
    }
}

/// What was promised of a figure, a standard or a milestone on the way to it.
#[derive(Debug, Clone, PartialEq)]
pub struct Target<Of> {
    /// Its stable name.
    pub id: String,
    /// What was promised, in words.
    pub title: String,
    /// The figure it is about.
    pub of: Of,
    /// The promise.
    pub bound: Bound,
    /// When it is in force.
    pub span: Span,
    /// By when it is to be met; none: on every day.
    pub due: Option<NaiveDate>,
    /// Where it was promised.
    pub source: String,
    /// How sure that is known.
    pub certainty: Certainty,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_border_keeps_a_promise() {
        assert!(Bound::AtLeast(0.92).is_kept_by(0.92) && !Bound::AtLeast(0.92).is_kept_by(0.919));
        assert!(Bound::AtMost(0.0).is_kept_by(0.0) && !Bound::AtMost(0.0).is_kept_by(1.0));
    }

    #[test]
    fn a_share_of_whole_numbers_meets_its_border_to_the_unit() {
        for (whole, border) in [(100_u32, 96_u32), (7_500_000, 7_200_000), (25, 24), (175, 168)] {
            let share = |count: u32| f64::from(count) / f64::from(whole);
            let least = Bound::AtLeast(0.96);
            assert!(least.is_kept_by(share(border)) && !least.is_kept_by(share(border - 1)));
            let most = Bound::AtMost(0.96);
            assert!(most.is_kept_by(share(border)) && !most.is_kept_by(share(border + 1)));
        }
    }
}
