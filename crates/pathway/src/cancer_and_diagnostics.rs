//! The clocks of the cancer standards (28, 31 and 62 days) and of the diagnostics return (DM01),
//! beside the RTT clock and independent of it (docs/cancer-and-diagnostics.md).
//!
//! A clock is a pure function of a pathway's history and of dated standards. Every step that speaks
//! to one leaves a move: the rule, what it did, and why it did no more.
//!
//! Laws, each with a test (`tests/cancer_and_diagnostics`, under the standards that ship): at most one
//! clock of a kind is open for a pathway or a test; no wait is negative; the order of telling does not
//! matter; a standard that changes leaves earlier clocks alone.
//!
//! Read `standards` (what is data), `rule` (what is meaning), `book` (what can happen to a clock),
//! then `cancer` and `diagnostics` (which step does it).

mod appointments;
mod book;
pub mod cancer;
mod clock;
mod concern;
pub mod diagnostics;
mod moves;
mod order;
mod payer;
mod rule;
mod standards;

pub use clock::{Away, End, Kind, Reset, StandardClock, StandardClocks, TreatmentPlace};
pub use concern::concerns;
pub use moves::{Effect, Move, Reason};
pub use payer::{Payer, payer};
pub use rule::Rule;
pub use standards::{Limit, Options, ResetDay, Setting, Standard, Standards};
