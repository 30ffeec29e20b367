//! A question about a waiting list.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use compact_str::CompactString;
use steps::{FunctionCode, OdsCode};

use crate::PercentileMethod;

/// The key of the group of everyone.
pub const TOTAL: &str = "TOTAL";
/// The key of those whose provider, commissioner, function or priority is not known.
pub const UNKNOWN: &str = "UNKNOWN";
/// The commissioner code of everyone commissioned outside England.
pub(crate) const NON_ENGLISH: &str = "NONC";

/// What a list is divided by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum GroupBy {
    /// Nothing: one group.
    Total,
    /// Who reports the wait.
    Provider,
    /// Who pays.
    Commissioner,
    /// The treatment function, as reported.
    TreatmentFunction,
    /// How urgent the referral is.
    Priority,
}

/// Which list, on which day, divided how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    /// The day: who had waited at its end. A stop on the day is no longer waiting.
    pub on: NaiveDate,
    /// Only this provider.
    pub provider: Option<OdsCode>,
    /// Only these commissioners; those of an ICB are named by the directory.
    pub commissioners: Option<BTreeSet<OdsCode>>,
    /// Only this treatment function.
    pub function: Option<FunctionCode>,
    /// What the list is divided by.
    pub group_by: GroupBy,
    /// Whether commissioners outside England are left out where no commissioner is named, as the
    /// published English figures do.
    pub english_only: bool,
    /// How percentiles are computed.
    pub method: PercentileMethod,
}

impl Ask {
    /// The whole English list on a day, by the method of now.
    pub const fn english(on: NaiveDate, group_by: GroupBy) -> Self {
        Self {
            on,
            provider: None,
            commissioners: None,
            function: None,
            group_by,
            english_only: true,
            method: PercentileMethod::Rtt2025,
        }
    }

    /// The conditions on a row. Empty words stand for what is not known.
    pub(crate) fn filter(&self) -> Filter {
        let word = |code: &str| CompactString::from(code);
        let named = self.commissioners.as_ref();
        Filter {
            provider: self.provider.as_ref().map(|code| word(code.as_str())),
            commissioners: named.map(|all| all.iter().map(|code| word(code.as_str())).collect()),
            function: self.function.as_ref().map(|code| word(code.as_str())),
            priority: None,
            not_commissioner: (self.english_only && named.is_none()).then(|| word(NON_ENGLISH)),
        }
    }

    /// The conditions on a row of the group `key`; `None` where no row can meet them.
    pub(crate) fn filter_of(&self, key: &str) -> Option<Filter> {
        let mut filter = self.filter();
        let word = CompactString::from(if key == UNKNOWN { "" } else { key });
        let is_open = |given: &Option<CompactString>| given.as_ref().is_none_or(|one| *one == word);
        let possible = match self.group_by {
            GroupBy::Total => key == TOTAL,
            GroupBy::Provider => is_open(&filter.provider),
            GroupBy::TreatmentFunction => is_open(&filter.function),
            GroupBy::Priority => true,
            GroupBy::Commissioner => {
                filter.commissioners.as_ref().is_none_or(|all| all.contains(&word))
            }
        };
        match self.group_by {
            GroupBy::Total => {}
            GroupBy::Provider => filter.provider = Some(word),
            GroupBy::TreatmentFunction => filter.function = Some(word),
            GroupBy::Priority => filter.priority = Some(word),
            GroupBy::Commissioner => filter.commissioners = Some(vec![word]),
        }
        possible.then_some(filter)
    }
}

/// The conditions on a row, in words as the table holds them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Filter {
    pub(crate) provider: Option<CompactString>,
    pub(crate) commissioners: Option<Vec<CompactString>>,
    pub(crate) function: Option<CompactString>,
    pub(crate) priority: Option<CompactString>,
    pub(crate) not_commissioner: Option<CompactString>,
}
