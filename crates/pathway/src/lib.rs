//! RULES. A pathway's history, its RTT, cancer and diagnostic clocks, what may be recorded, and what
//! does not add up.
//!
//! Invariants of this room:
//! - pure: no input or output, no async, no clock, no chance; time is an argument;
//! - a history is the same whatever order its steps arrived in: nothing here asks for a position;
//! - facts are recorded and judged later: `decide` refuses only what is wrong in itself.

#[macro_use]
mod coded;

pub mod cancer_and_diagnostics;
pub mod clock;
mod dated;
pub mod decide;
pub mod findings;
pub mod history;
pub mod london;
mod month;
mod target;
mod years;

pub use clock::Clock;
pub use dated::{Certainty, Span};
pub use decide::{Refusal, decide};
pub use history::{Actor, Entry, History, SetAside, Told, WhySetAside};
pub use month::Month;
pub use target::{Bound, Target};
pub use years::{NotOurYear, of_our_years};
