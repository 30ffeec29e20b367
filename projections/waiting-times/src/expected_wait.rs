//! The wait to expect at a service, remembered until a commit touches that service.

use std::sync::{PoisonError, RwLock};

use chrono::NaiveDate;
use compact_str::CompactString;
use rustc_hash::FxHashMap;

/// How many dates are remembered for a provider and function.
const DATES_MAX: usize = 8;

/// What somebody who waits at a provider, in a function, may expect.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ExpectedWait {
    /// How many people wait there: by it is known whether they are too few to be told of.
    pub people: u32,
    /// The median wait of those on the list, in weeks; none where too few wait to say.
    pub median_weeks: Option<f64>,
    /// The wait in weeks within which 92 of 100 lie; none where too few wait to say.
    pub percentile_92_weeks: Option<f64>,
    /// The method of both.
    pub method: &'static str,
    /// The day of the list.
    pub as_of: NaiveDate,
}

type Dated = Vec<(NaiveDate, Answer)>;

/// What was found: that nobody waits is an answer too, and is remembered.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Answer(pub(crate) Option<ExpectedWait>);

/// The answers given since the last commit that touched the pair.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    by_provider: RwLock<FxHashMap<CompactString, FxHashMap<CompactString, Dated>>>,
}

impl Memory {
    /// The remembered answer, if there is one.
    pub(crate) fn recall(&self, provider: &str, function: &str, on: NaiveDate) -> Option<Answer> {
        let known = self.by_provider.read().unwrap_or_else(PoisonError::into_inner);
        let dated = known.get(provider)?.get(function)?;
        dated.iter().find(|(date, _)| *date == on).map(|(_, answer)| *answer)
    }

    /// Remembers an answer; of many dates the first is forgotten.
    pub(crate) fn remember(
        &self,
        (provider, function): (&str, &str),
        on: NaiveDate,
        answer: Answer,
    ) {
        let mut known = self.by_provider.write().unwrap_or_else(PoisonError::into_inner);
        let dated = known.entry(provider.into()).or_default().entry(function.into()).or_default();
        if dated.len() >= DATES_MAX {
            dated.remove(0);
        }
        dated.push((on, answer));
    }

    /// Forgets the answers about these pairs.
    pub(crate) fn forget<'a>(&self, pairs: impl Iterator<Item = (&'a str, &'a str)>) {
        let mut known = self.by_provider.write().unwrap_or_else(PoisonError::into_inner);
        if known.is_empty() {
            return;
        }
        for (provider, function) in pairs {
            if let Some(functions) = known.get_mut(provider) {
                functions.remove(function);
            }
        }
    }

    /// Forgets everything.
    pub(crate) fn forget_all(&self) {
        self.by_provider.write().unwrap_or_else(PoisonError::into_inner).clear();
    }
}
