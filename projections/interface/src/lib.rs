//! THE INTERFACE. Concerns about it, work passed over it, and the medical examiner's cases.
//!
//! One row a concern, a piece of work, a referral declined or removal from a list, a death, and a letter
//! that was held back. A row
//! holds what the steps say and where dated rules send it; how old an open one is, is worked out when
//! it is asked.
//!
//! A concern about no pathway has a stream of its own, which is read as a pathway's. Of a death much is
//! told in the stream of the person, which no view reads: [`Register`] keeps those cases in memory, as
//! the directory is kept, by the same function.
//!
//! Read in this order: `concern`, `work`, `leaving`, `examiner`, `held`, `view`, `register`, `queries`.

mod cells;
mod concern;
mod concerns;
mod examiner;
mod held;
mod leaving;
mod queries;
mod register;
mod view;
mod work;

pub use cells::word_of;
pub use concern::{Concern, Standing};
pub use examiner::{Case, Stage};
pub use held::Held;
pub use leaving::{Leaving, LeavingKind};
/// What the queries read through.
pub use projector::Connection;
pub use queries::{
    CaseCount, ConcernAsk, ConcernCount, Cursor, HeldAsk, InterfaceError, LeavingCount, Listed,
    Months, PAGE_MAX, WorkAsk, WorkCount, case_counts, cases, cases_of, concern_counts, concerns,
    concerns_of, held, leaving_counts, work, work_counts, work_of,
};
pub use register::Register;
pub use view::InterfaceView;
pub use work::{Work, WorkStanding};

#[cfg(test)]
mod tests;
