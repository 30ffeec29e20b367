//! How long people wait for a cancer diagnosis or treatment, and for the tests of the diagnostics
//! return.
//!
//! A cancer clock is one row; the figures of a month count those that stopped in it. The clock of a
//! test is one row for each stretch in which it counted from the same day: a list on a date then asks
//! which stretches hold that date, and a reset that came later leaves it alone.
//!
//! Invariants of this room:
//! - a row depends on the history and the standards alone, never on the day it was computed;
//! - a clock that was closed without what is waited for is in no figure;
//! - a row keeps dates and what judges them; how long somebody had waited on a day is asked of them;
//! - a figure and the list behind it come from one SQL text.
//!
//! Read in this order: `row`, `view`, `queries`, `drill_down`.

mod drill_down;
mod queries;
mod row;
mod view;

pub use drill_down::{Listed, MovedBy, PageOf, Stopped, StoppedClock, WaitedFor, WaitedTest};
pub use queries::{
    CancerAsk, CancerFigure, DiagnosticAsk, DiagnosticFigure, FiguresError, GroupBy, TOTAL, UNKNOWN,
};
pub use view::CancerAndDiagnosticsView;

#[cfg(test)]
mod tests;
