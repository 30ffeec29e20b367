//! How long people wait: rows, lists on any date, the published measures.
//!
//! A waiting period becomes one row for each stretch in which the same provider, site, service,
//! function, commissioner and clinician had it: an interval `[listed_from, listed_to)`. Who waits on a
//! date is then a question of which intervals hold that date, and every figure is one pass over a
//! compact copy of them in memory.
//!
//! Invariants of this room:
//! - a row depends on the history and the clock's policy alone, never on the day it was computed;
//! - a period that was nullified counts on no date; a stop on a date means not waiting on that date;
//! - figures come from the intervals, and plain SQL over the table gives the same (a test).
//!
//! Read in this order: `stretch`, `row`, `intervals`, `ask`, `narrowing`, `dividing`, `method`,
//! `measures`, `exact`, `closing`, `view`, `drill_down`, `expected_wait`,
//! `outlook`, `queue`, `standing`, `forecast`.

mod ask;
mod closing;
mod dividing;
mod drill_down;
mod exact;
mod expected_wait;
mod forecast;
mod intervals;
mod measures;
mod method;
mod narrowing;
mod outlook;
mod queue;
mod row;
mod standing;
mod stretch;
mod view;

pub use ask::{Ask, Count, GroupBy, Narrow, TOTAL, UNKNOWN};
pub use closing::{Closing, Line};
pub use drill_down::{DrillDownError, ListedPathway, PageOf, Which, pathways_of};
pub use exact::ExactDays;
pub use expected_wait::ExpectedWait;
pub use forecast::{Drift, Guess, NotEnoughMonths};
pub use measures::{BANDS, Group};
pub use method::{PercentileMethod, Weeks};
pub use outlook::{Ended, MonthSeen};
pub use queue::{
    QueuePlace, clearance_weeks, relief_capacity_weekly, target_mean_wait_weeks, target_queue_size,
};
pub use standing::{Standing, standing_of};
pub use stretch::{Entered, Left};
pub use view::WaitingTimesView;

#[cfg(test)]
mod tests;
