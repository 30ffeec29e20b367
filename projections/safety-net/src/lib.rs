//! What should have come and did not: results, letters, referrals, feeds, inboxes (`docs/safety-net.md`).
//!
//! One pathway's history gives five kinds of rows: what each step lets expect, how far each document
//! came, how much of each feed it holds, what was sent to whom, and which alarms were raised on it. What needs more than one
//! pathway is counted over rows when it is asked. What is not about a pathway at all (closed
//! organisations, what a source counted, silent feeds) is kept beside, in [`Watched`].
//!
//! No row ages: "missing", "late" and "silent" come from its dates and the moment that is asked.
//!
//! Read in this order: `things`, `expected`, `passage`, `dispatch`, `volume`, `raised`, `row`, `view`, `queries`,
//! `heartbeat`, `test_messages`, `watched`, `patient`.

mod concerns;
mod dispatch;
mod expected;
mod heartbeat;
mod passage;
mod patient;
mod queries;
mod raised;
mod row;
mod test_messages;
mod things;
mod view;
mod volume;
mod watched;

pub use dispatch::Dispatch;
pub use expected::{Expected, Settled, expectations};
pub use heartbeat::{Beat, Pulse};
pub use passage::{Chain, Passage, STAGES, Stage, passages};
pub use patient::{ResultExpected, results_expected};
pub use queries::{
    AlarmAsk, Cursor, DispatchedAsk, FellDueAsk, LetterAsk, Listed, LookBackAsk, MissingAsk,
    PAGE_MAX, ReconcileAsk, Reconciled, SafetyNetError, StageOf, alarms, alarms_of, closed_items,
    dispatched, expected_of, fell_due, letters, look_back, missing, missing_of_all, orphans,
    pulses, reconciled,
};
pub use raised::{Raised, RaisedKind, raised};
pub use row::{outcome_code, to_code};
pub use test_messages::TestMessage;
pub use view::SafetyNetView;
pub use volume::{Volume, volumes};
pub use watched::{ClosedOrganisation, SilentFeed, SourceCount, Watched};

#[cfg(test)]
mod tests;
