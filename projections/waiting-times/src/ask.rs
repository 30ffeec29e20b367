//! A question about waiting lists and about what came to them and left them.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use pathway::Month;
use steps::{FunctionCode, OdsCode, UserRef, codes::Priority};

use crate::{Entered, Left, PercentileMethod};

/// The key of the group of everyone.
pub const TOTAL: &str = "TOTAL";
/// The key of those whose provider, commissioner, function or the like is not known.
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
    /// The site.
    Site,
    /// Who pays.
    Commissioner,
    /// The integrated care board of who pays, by [`Ask::merged`].
    Icb,
    /// The treatment function, as recorded.
    TreatmentFunction,
    /// The reporting function that the treatment function is folded into, by [`Ask::merged`].
    ReportingFunction,
    /// Provider and treatment function together: the key is `provider/function`.
    ProviderAndFunction,
    /// How urgent the referral is.
    Priority,
    /// The responsible clinician, by user reference.
    Clinician,
}

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Count {
    /// Who is on the list at the end of a day (Part 2). A stop on the day is no longer waiting.
    Waiting(NaiveDate),
    /// Those of them for whom admission had been decided by then (Part 2A).
    WaitingForAdmission(NaiveDate),
    /// Whose clock stopped in a month, with an admission (Part 1A) or without (Part 1B).
    Completed {
        /// The month.
        month: Month,
        /// Whether the clock stopped with an admission for treatment.
        admitted: bool,
    },
    /// As [`Count::Completed`], on any days.
    Stopped {
        /// The first day.
        from: NaiveDate,
        /// The last day.
        to: NaiveDate,
        /// Whether the clock stopped with an admission for treatment.
        admitted: bool,
    },
    /// Whose clock start lies in a month (Part 3): no bands.
    Started(Month),
    /// As [`Count::Started`], on any days.
    Began {
        /// The first day.
        from: NaiveDate,
        /// The last day.
        to: NaiveDate,
    },
    /// Who came to the list in a month, in that way: no bands.
    Entered(Month, Entered),
    /// Who left the list in a month, in that way: no bands.
    Left(Month, Left),
}

/// Which people; what is absent narrows nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Narrow {
    /// Only this provider.
    pub provider: Option<OdsCode>,
    /// Only this site.
    pub site: Option<OdsCode>,
    /// Only these commissioners; those of an ICB are named by the directory.
    pub commissioners: Option<BTreeSet<OdsCode>>,
    /// Only this treatment function.
    pub function: Option<FunctionCode>,
    /// Only this priority.
    pub priority: Option<Priority>,
    /// Only this clinician.
    pub clinician: Option<UserRef>,
}

/// Whom to count, divided how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    /// What is counted.
    pub count: Count,
    /// Which people.
    pub narrow: Narrow,
    /// What the count is divided by.
    pub group_by: GroupBy,
    /// For [`GroupBy::Icb`] and [`GroupBy::ReportingFunction`]: the group of each commissioner or
    /// function; what has none is in the group [`UNKNOWN`].
    pub merged: BTreeMap<String, String>,
    /// Whether commissioners outside England are left out where no commissioner is named, as the
    /// published English figures do.
    pub english_only: bool,
    /// How percentiles are computed.
    pub method: PercentileMethod,
    /// Whether percentiles of the exact days are wanted too.
    pub exact: bool,
}

impl Ask {
    /// The English count of everyone, by the method of now.
    pub fn of(count: Count, group_by: GroupBy) -> Self {
        Self {
            count,
            narrow: Narrow::default(),
            group_by,
            merged: BTreeMap::new(),
            english_only: true,
            method: PercentileMethod::Rtt2025,
            exact: false,
        }
    }

    /// The whole English list on a day, by the method of now.
    pub fn english(on: NaiveDate, group_by: GroupBy) -> Self {
        Self::of(Count::Waiting(on), group_by)
    }
}
