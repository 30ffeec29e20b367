//! From a figure to the pathways it counts: found in memory, as the figure was, and read from the
//! view's own file.

use chrono::{NaiveDate, TimeDelta};
use projector::{Connection, SqlError, SqlRow, params};
use steps::PathwayId;

use crate::{
    Ask, Entered, Left, WaitingTimesView,
    dividing::Groups,
    intervals::{Interval, Intervals},
    narrowing::{Counted, Wanted},
    row::{Listing, entered_of, left_of},
};

/// Most pathways in one page.
const PAGE_MAX: u32 = 1_000;

/// One stretch of a pathway on a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedPathway {
    /// The pathway.
    pub pathway_id: PathwayId,
    /// Which of its stretches; with the pathway, the cursor after which the next page begins.
    pub stretch: u32,
    /// The date its wait counts from; none where that is not known.
    pub clock_start: Option<NaiveDate>,
    /// From when it is on this list.
    pub listed_from: NaiveDate,
    /// The first day it is not; none while it waits.
    pub listed_to: Option<NaiveDate>,
    /// How it came to this list.
    pub entered: Entered,
    /// How it left, if it did.
    pub left: Option<Left>,
    /// The status of the stop.
    pub end_status: Option<String>,
    /// Who reports it.
    pub provider: Option<String>,
    /// The site, where known.
    pub site: Option<String>,
    /// Who pays.
    pub commissioner: Option<String>,
    /// The treatment function.
    pub function: Option<String>,
    /// The priority, as GraphQL writes it.
    pub priority: Option<String>,
    /// The responsible clinician.
    pub clinician: Option<String>,
    /// The day of the decision to admit.
    pub decision_to_admit: Option<NaiveDate>,
    /// The date its place in the queue counts from, where that is kept apart from the start.
    pub queue_position: Option<NaiveDate>,
}

/// Which of the pathways of a group are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// Those in its total.
    Counted,
    /// Those whose start is not known, which are in no total.
    UnknownStart,
}

impl Which {
    const fn takes(self, counted: Counted) -> bool {
        let unknown = matches!(counted, Counted::UnknownStart | Counted::LaterStart);
        match self {
            Self::Counted => !unknown,
            Self::UnknownStart => unknown,
        }
    }
}

/// The page that is looked for.
#[derive(Debug, Clone, Copy)]
pub struct PageOf<'a> {
    /// Of which group.
    pub key: &'a str,
    /// Of which of its pathways.
    pub which: Which,
    /// Behind this stretch of the page before; one of a pathway that is not there gives an empty page.
    pub after: Option<(PathwayId, u32)>,
    /// How many, at most 1,000.
    pub first: u32,
}

/// Why a list could not be read.
#[derive(Debug, thiserror::Error)]
pub enum DrillDownError {
    /// The view's file could not be read.
    #[error("the waiting list cannot be read")]
    Unreadable(#[from] SqlError),
    /// A row of it is no listing.
    #[error("the waiting list holds a row that is no listing: rebuild the view")]
    Broken,
}

/// The stretches that a group of [`WaitingTimesView::waiting_times`] counts, in the order of the
/// view's numbers. `conn` reads the view's file.
pub fn pathways_of(
    view: &WaitingTimesView,
    conn: &Connection,
    ask: &Ask,
    page: PageOf<'_>,
) -> Result<Vec<ListedPathway>, DrillDownError> {
    let most = usize::try_from(page.first.min(PAGE_MAX)).unwrap_or(0);
    let after = match page.after {
        None => None,
        Some((pathway, stretch)) => match number_of(conn, pathway)? {
            Some(no) => Some((no, stretch)),
            None => return Ok(Vec::new()),
        },
    };
    let numbers = view.with_intervals(|intervals| find(intervals, ask, page, after, most));
    let mut listed = read(conn, &numbers)?;
    // What was committed between the two reads is left to the next question.
    view.with_intervals(|intervals| retain(intervals, ask, page, &mut listed));
    let listed = listed.into_iter();
    let behind = listed.filter(|(no, one)| after.is_none_or(|after| (*no, one.stretch) > after));
    Ok(behind.map(|(_, one)| one).take(most).collect())
}

/// The numbers of the pathways that the group counts, from that of the cursor on.
fn find(
    intervals: &Intervals,
    ask: &Ask,
    page: PageOf<'_>,
    after: Option<(i64, u32)>,
    most: usize,
) -> Vec<i64> {
    let Some(mut takes) = taking(intervals, ask, page) else { return Vec::new() };
    let before = after.map(|(no, _)| no - 1);
    intervals.pathways_after(before, most + 1, |interval| takes(interval))
}

/// Keeps what the question counts in that group.
fn retain(
    intervals: &Intervals,
    ask: &Ask,
    page: PageOf<'_>,
    listed: &mut Vec<(i64, ListedPathway)>,
) {
    match taking(intervals, ask, page) {
        Some(mut takes) => listed.retain(|(_, one)| takes(&intervals.known(&one.listing()))),
        None => listed.clear(),
    }
}

/// Whether an interval is of the group and of those that are looked for.
fn taking<'a>(
    intervals: &'a Intervals,
    ask: &Ask,
    page: PageOf<'a>,
) -> Option<impl FnMut(&Interval) -> bool + 'a> {
    let wanted = Wanted::of(ask, intervals)?;
    let mut groups = Groups::of(intervals, ask);
    Some(move |interval: &Interval| {
        wanted.counts(interval).is_some_and(|counted| page.which.takes(counted))
            && groups.key_of(interval) == Some(page.key)
    })
}

fn number_of(conn: &Connection, pathway: PathwayId) -> Result<Option<i64>, DrillDownError> {
    let sql = include_str!("queries/number_of.sql");
    Ok(conn.first(sql, params![pathway.0], |row| row.get::<i64>(0))?)
}

/// The stretches of these pathways, in the order of their numbers and periods.
fn read(conn: &Connection, numbers: &[i64]) -> Result<Vec<(i64, ListedPathway)>, DrillDownError> {
    let sql = include_str!("queries/stretches_of_pathway.sql");
    let mut listed = Vec::new();
    for no in numbers {
        conn.each(sql, params![*no], |row| {
            listed.push((*no, listed_of(row)?));
            Ok::<_, DrillDownError>(())
        })?;
    }
    Ok(listed)
}

fn listed_of(row: &SqlRow<'_>) -> Result<ListedPathway, DrillDownError> {
    let left: Option<i64> = row.get("left")?;
    Ok(ListedPathway {
        pathway_id: PathwayId(row.get("id")?),
        stretch: row.get("seq")?,
        clock_start: date_in(row, "clock_start")?,
        listed_from: date_in(row, "listed_from")?.ok_or(DrillDownError::Broken)?,
        listed_to: date_in(row, "listed_to")?,
        entered: entered_of(row.get("entered")?).ok_or(DrillDownError::Broken)?,
        left: left.map(|left| left_of(left).ok_or(DrillDownError::Broken)).transpose()?,
        end_status: row.get("end_status")?,
        provider: row.get("provider")?,
        site: row.get("site")?,
        commissioner: row.get("commissioner")?,
        function: row.get("function")?,
        priority: row.get("priority")?,
        clinician: row.get("clinician")?,
        decision_to_admit: date_in(row, "decision_to_admit")?,
        queue_position: date_in(row, "queue_position")?,
    })
}

fn date_in(row: &SqlRow<'_>, column: &str) -> Result<Option<NaiveDate>, DrillDownError> {
    let days: Option<i64> = row.get(column)?;
    let date = |days: i64| {
        let since = TimeDelta::try_days(days)?;
        NaiveDate::default().checked_add_signed(since)
    };
    days.map(|days| date(days).ok_or(DrillDownError::Broken)).transpose()
}

impl ListedPathway {
    /// The days waited until it left, or else until `on`; none where the start is not known.
    pub fn days_waited(&self, on: NaiveDate) -> Option<u32> {
        let until = self.listed_to.map_or(on, |to| to.min(on));
        u32::try_from((until - self.clock_start?).num_days()).ok()
    }

    fn listing(&self) -> Listing<'_> {
        fn word(word: Option<&str>) -> &str {
            word.unwrap_or_default()
        }
        let days = |date: NaiveDate| (date - NaiveDate::default()).num_days();
        Listing {
            provider: word(self.provider.as_deref()),
            site: word(self.site.as_deref()),
            commissioner: word(self.commissioner.as_deref()),
            function: word(self.function.as_deref()),
            priority: word(self.priority.as_deref()),
            clinician: word(self.clinician.as_deref()),
            clock_start: self.clock_start.map(days),
            listed_from: days(self.listed_from),
            listed_to: self.listed_to.map(days),
            decision_to_admit: self.decision_to_admit.map(days),
            entered: self.entered,
            left: self.left,
        }
    }
}
