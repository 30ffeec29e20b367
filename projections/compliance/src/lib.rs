//! Was each promise kept: the obligation ledger.
//!
//! One row an obligation: the rule and the version of its pack, the step that opened it, by when, what
//! became of it and the steps that say so. A row holds no judgement of a day: PENDING, BREACHED or
//! `NOT_DUE` come from its dates and the moment that is asked.
//!
//! Read in this order: `view`, `row`, `lateness`, `concerns`, `queries`.

mod concerns;
mod lateness;
mod queries;
mod row;
mod view;

pub use queries::{
    BadCursor, CardAsk, CardGroup, CardLine, ComplianceError, Cursor, Days, FellDueAsk, Figures,
    LedgerAsk, Listed, PAGE_MAX,
};
pub use view::ComplianceView;

#[cfg(test)]
mod tests;
