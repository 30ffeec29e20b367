//! When work that one side asks of the other counts as handed over: the settings `[[hand_over]]`.
//!
//! A step passed to another organisation stays with the sender until it is accepted, or until a
//! setting says that its arrival, or silence after it, counts (`docs/next-step.md`).

use chrono::NaiveDate;
use serde::Deserialize;
use steps::interface_and_safety::WorkCategory;
use toml::Spanned;

use crate::due::{DuePolicyError, Source, Unit};

/// What makes a hand-over count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Counts {
    /// That the receiver accepts.
    Accepted,
    /// That it was delivered: the work is core to the receiver.
    Delivered,
    /// That it was delivered and not returned for so long.
    NotReturned {
        /// How long.
        amount: u32,
        /// In what.
        unit: Unit,
    },
}

/// A setting, and when it is in force.
#[derive(Debug)]
pub(crate) struct HandOver {
    category: Option<WorkCategory>,
    counts: Counts,
    from: NaiveDate,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum CountsText {
    Accepted,
    Delivered,
    NotReturned,
}

/// As it stands in the file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct HandOverText {
    work_category: Option<WorkCategory>,
    counts: CountsText,
    amount: Option<Spanned<u32>>,
    unit: Option<Unit>,
    from: NaiveDate,
    #[serde(rename = "source")]
    _source: String,
}

/// The setting of that category in force on the day, else that of all categories. Without any, only
/// acceptance counts.
pub(crate) fn counts(all: &[HandOver], category: Option<WorkCategory>, on: NaiveDate) -> Counts {
    let latest = |of: Option<WorkCategory>| {
        let of_it = all.iter().filter(|one| one.category == of && one.from <= on);
        of_it.max_by_key(|one| one.from)
    };
    let found = category.and_then(|category| latest(Some(category))).or_else(|| latest(None));
    found.map_or(Counts::Accepted, |one| one.counts)
}

/// Reads the settings.
pub(crate) fn read(
    source: Source<'_>,
    raw: Vec<Spanned<HandOverText>>,
) -> Result<Vec<HandOver>, DuePolicyError> {
    let mut all: Vec<HandOver> = Vec::new();
    for one in raw {
        let at = one.span().start;
        let one = one.into_inner();
        let counts = one.counts(source, at)?;
        let twice =
            |other: &HandOver| other.category == one.work_category && other.from == one.from;
        if all.iter().any(twice) {
            let problem = "two settings of one category begin on one day";
            return Err(source.refuse(at, problem, "one `[[hand_over]]` a category and day"));
        }
        all.push(HandOver { category: one.work_category, counts, from: one.from });
    }
    Ok(all)
}

impl HandOverText {
    fn counts(&self, source: Source<'_>, at: usize) -> Result<Counts, DuePolicyError> {
        match (self.counts, &self.amount, self.unit) {
            (CountsText::Accepted, None, None) => Ok(Counts::Accepted),
            (CountsText::Delivered, None, None) => Ok(Counts::Delivered),
            (CountsText::NotReturned, Some(amount), Some(unit)) => {
                let amount = source.bounded("amount", amount)?;
                Ok(Counts::NotReturned { amount, unit })
            }
            (CountsText::NotReturned, _, _) => {
                let problem = "`NOT_RETURNED` without `amount` and `unit`";
                Err(source.refuse(at, problem, "how long silence lasts before it counts"))
            }
            (CountsText::Accepted | CountsText::Delivered, _, _) => {
                let problem = "`amount` or `unit` where no time is waited for";
                Err(source.refuse(at, problem, "them with `NOT_RETURNED` alone"))
            }
        }
    }
}

#[cfg(test)]
mod tests;
