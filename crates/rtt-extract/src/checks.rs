//! The checks of a return before it is handed in (RTT guidance v5.0, Annex B).
//! What they find are queries to the provider, never bars.
//!
//! Where the guidance gives no number ("large", "high"), the number is a limit of ours, handed in as
//! data. That no count is negative or a fraction holds by its type, and reading a file refuses others.

mod figures;

use std::collections::BTreeMap;

use steps::OdsCode;

use self::figures::{Figures, Part2Rows};
use crate::extract::{Extract, NON_ENGLISH, Part};

/// One of the checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Check {
    /// A commissioner that the directory does not know.
    Commissioner,
    /// A part that the provider has none of.
    MissingPart,
    /// Bands and unknown starts that do not make the total, or functions that do not make `C_999`.
    DoesNotFoot,
    /// More with a decision to admit than wait.
    AdmittedOverWaiting,
    /// Fewer clock starts than people who have waited four weeks or less.
    StartsUnderWaiting,
    /// The total of a part is that of last month.
    SameAsLastMonth,
    /// A part that is nobody now and was somebody last month.
    NobodyNow,
    /// Completed pathways and nobody who waits.
    CompletedWithoutWaiting,
    /// A part, or those over 52 weeks, changed by much.
    Jump,
    /// Far more wait than are completed in a month.
    LargeWaiting,
    /// A high share completed within a week.
    FirstWeek,
    /// A high share of unknown starts.
    UnknownStarts,
}

impl Check {
    /// Every check, in the order of the guidance.
    pub const ALL: [Self; 12] = [
        Self::Commissioner,
        Self::MissingPart,
        Self::DoesNotFoot,
        Self::AdmittedOverWaiting,
        Self::StartsUnderWaiting,
        Self::SameAsLastMonth,
        Self::NobodyNow,
        Self::CompletedWithoutWaiting,
        Self::Jump,
        Self::LargeWaiting,
        Self::FirstWeek,
        Self::UnknownStarts,
    ];

    /// Its stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Commissioner => "COMMISSIONER",
            Self::MissingPart => "MISSING_PART",
            Self::DoesNotFoot => "DOES_NOT_FOOT",
            Self::AdmittedOverWaiting => "PART_2A_OVER_PART_2",
            Self::StartsUnderWaiting => "PART_3_UNDER_FOUR_WEEKS",
            Self::SameAsLastMonth => "SAME_AS_LAST_MONTH",
            Self::NobodyNow => "NOBODY_NOW",
            Self::CompletedWithoutWaiting => "COMPLETED_WITHOUT_WAITING",
            Self::Jump => "JUMP",
            Self::LargeWaiting => "LARGE_PART_2",
            Self::FirstWeek => "FIRST_WEEK_SHARE",
            Self::UnknownStarts => "UNKNOWN_START_SHARE",
        }
    }

    /// Whether it compares with last month.
    pub const fn needs_last_month(self) -> bool {
        matches!(self, Self::SameAsLastMonth | Self::NobodyNow | Self::Jump)
    }
}

/// From where on something is large or high. Ours, not the guidance's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// A change of more than so many in a hundred.
    pub jump_percent: u32,
    /// And by at least so many people.
    pub jump_least: u32,
    /// More who wait than so many months of completed pathways.
    pub waiting_months: u32,
    /// More than so many in a hundred completed within a week.
    pub first_week_percent: u32,
    /// More than so many in a hundred with an unknown start.
    pub unknown_start_percent: u32,
    /// Shares, and months of completed pathways, are asked from so many people on.
    pub share_least: u32,
}

/// Something to ask the provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    /// Which check raised it.
    pub check: Check,
    /// The provider.
    pub provider: OdsCode,
    /// The commissioner and function, where it is about one row.
    pub row: Option<(OdsCode, String)>,
    /// The part, or what else the figure is of.
    pub of: String,
    /// The figure.
    pub figure: u32,
    /// What it was compared with: last month's figure, or another of this month.
    pub against: Option<u32>,
    /// What is asked, in words.
    pub ask: String,
}

/// The queries of a month; `before` is the month before, where it is known. Sorted by check, then by
/// provider.
pub fn queries(now: &Extract, before: Option<&Extract>, limits: &Limits) -> Vec<Query> {
    let mut found = Vec::new();
    rows_alone(now, &mut found);
    let figures = Figures::by_provider(now);
    for (provider, figures) in &figures {
        alone(provider, figures, limits, &mut found);
    }
    if let Some(before) = before {
        compare(&figures, &Figures::by_provider(before), limits, &mut found);
    }
    found.sort_by(|one, other| (one.check, &one.provider).cmp(&(other.check, &other.provider)));
    found
}

/// What one row, or the rows of one provider, commissioner and function, say.
fn rows_alone(now: &Extract, found: &mut Vec<Query>) {
    let mut unknown: BTreeMap<(&OdsCode, &OdsCode), u32> = BTreeMap::new();
    for row in &now.rows {
        let banded: u32 = row.bands.iter().sum();
        if row.part != Part::NewPeriods && banded + row.unknown_start != row.total_all {
            let ask = "bands and unknown starts do not make the total";
            found.push(Query {
                against: Some(banded + row.unknown_start),
                ..of_row(Check::DoesNotFoot, row, row.total_all, ask)
            });
        }
        let is_known = row.commissioner.as_str() == NON_ENGLISH
            || now.organisations.contains_key(&row.commissioner);
        if !is_known && row.part == Part::Incomplete && !row.is_total() {
            *unknown.entry((&row.provider, &row.commissioner)).or_default() += row.total_all;
        }
    }
    for ((provider, commissioner), figure) in unknown {
        let ask = "the directory does not know this commissioner";
        found.push(Query {
            row: Some((commissioner.clone(), String::new())),
            ..plain(Check::Commissioner, provider, (Part::Incomplete.name(), figure), ask)
        });
    }
    figures::totals_that_do_not_foot(now, found);
    for (row, part) in Part2Rows::of(now) {
        part.check(row, found);
    }
}

/// What the figures of one provider say by themselves.
fn alone(provider: &OdsCode, figures: &Figures, limits: &Limits, found: &mut Vec<Query>) {
    for part in Part::ALL.into_iter().filter(|part| figures.of(*part) == 0) {
        let ask = "nobody in this part: is the part missing?";
        found.push(plain(Check::MissingPart, provider, (part.name(), 0), ask));
    }
    let waiting = figures.of(Part::Incomplete);
    let completed = figures.completed();
    let named = (Part::Incomplete.name(), waiting);
    if completed > 0 && waiting == 0 {
        let ask = "pathways were completed and nobody waits";
        let query = plain(Check::CompletedWithoutWaiting, provider, named, ask);
        found.push(Query { against: Some(completed), ..query });
    }
    let is_large = u64::from(waiting) > u64::from(completed) * u64::from(limits.waiting_months);
    if is_large && waiting >= limits.share_least {
        let ask = format!("more wait than {} months complete", limits.waiting_months);
        let query = plain(Check::LargeWaiting, provider, named, &ask);
        found.push(Query { against: Some(completed), ..query });
    }
    for part in [Part::CompletedAdmitted, Part::CompletedNonAdmitted] {
        shares(provider, figures, part, limits, found);
    }
}

fn shares(
    provider: &OdsCode,
    figures: &Figures,
    part: Part,
    limits: &Limits,
    found: &mut Vec<Query>,
) {
    let total = figures.of(part);
    let asked = [
        (Check::FirstWeek, figures.first_week(part), limits.first_week_percent, "within a week"),
        (
            Check::UnknownStarts,
            figures.unknown(part),
            limits.unknown_start_percent,
            "start unknown",
        ),
    ];
    for (check, figure, percent, what) in asked {
        if total >= limits.share_least
            && u64::from(figure) * 100 > u64::from(total) * u64::from(percent)
        {
            let ask = format!("more than {percent} in a hundred: {what}");
            let query = plain(check, provider, (part.name(), figure), &ask);
            found.push(Query { against: Some(total), ..query });
        }
    }
}

type ByProvider = BTreeMap<OdsCode, Figures>;

/// What this month says beside the month before.
fn compare(now: &ByProvider, before: &ByProvider, limits: &Limits, found: &mut Vec<Query>) {
    let nothing = Figures::default();
    let mut providers: Vec<&OdsCode> = now.keys().chain(before.keys()).collect();
    providers.sort();
    providers.dedup();
    for provider in providers {
        let figures = now.get(provider).unwrap_or(&nothing);
        let then = before.get(provider).unwrap_or(&nothing);
        for (of, figure, was) in figures.beside(then) {
            if let Some((check, ask)) = changed(figure, was, of, limits) {
                let query = plain(check, provider, (of, figure), &ask);
                found.push(Query { against: Some(was), ..query });
            }
        }
    }
}

fn changed(figure: u32, was: u32, of: &str, limits: &Limits) -> Option<(Check, String)> {
    let by = figure.abs_diff(was);
    let is_part = of != figures::OVER_52;
    if figure == was {
        return (figure > 0 && is_part)
            .then(|| (Check::SameAsLastMonth, "the same as last month".to_owned()));
    }
    if figure == 0 && is_part {
        return Some((Check::NobodyNow, "nobody now, and somebody last month".to_owned()));
    }
    let is_far = u64::from(by) * 100 > u64::from(was) * u64::from(limits.jump_percent);
    let ask = || format!("changed by more than {} in a hundred", limits.jump_percent);
    (is_far && by >= limits.jump_least).then(|| (Check::Jump, ask()))
}

fn plain(check: Check, provider: &OdsCode, (of, figure): (&str, u32), ask: &str) -> Query {
    let (provider, of, ask) = (provider.clone(), of.to_owned(), ask.to_owned());
    Query { check, provider, row: None, of, figure, against: None, ask }
}

fn of_row(check: Check, row: &crate::ExtractRow, figure: u32, ask: &str) -> Query {
    let of = (row.part.name(), figure);
    let place = (row.commissioner.clone(), row.function.to_string());
    Query { row: Some(place), ..plain(check, &row.provider, of, ask) }
}

#[cfg(test)]
mod tests;
