//! RULES AS DATA: packs, obligations, dated targets and working days. Pure.
//!
//! The settings of the RTT clock are dated data as well ([`shipped_clock`]).
//! A pack is a TOML file, or several in a folder of their own, in `schema/policies/`: what was promised,
//! by whom, from when, and how it is read. Meaning is code, numbers are data. [`evaluate`] asks of a
//! history what became of each promise; the answer holds no clock, so a row that keeps it never ages.
//! [`Obligation::state`] says how it stood at a moment.
//!
//! Invariants of this room:
//! - a pack that exists names only steps, fields and words of the catalogue;
//! - a rule attaches with the version in force on the day of its trigger, and only in its scope;
//! - what cannot be told is `UNKNOWN`, never met.

mod calendar;
mod clock;
mod contact_points;
mod deadlines;
mod editions;
mod evaluate;
mod functions;
mod interface;
mod obligation;
mod outlook;
mod pack;
mod packs;
mod public_waits;
mod safety_net;
mod services;
mod standards;
mod targets;

pub use calendar::Calendar;
pub use clock::{parse_clock, shipped_clock};
pub use contact_points::{ContactPoints, FreshSince};
pub use deadlines::{DueDays, ReturnDeadlines};
pub use evaluate::evaluate;
pub use functions::ReportingFunctions;
pub use interface::{ConcernRoute, ExaminerBasis, InterfaceRules, Routed};
pub use obligation::{Due, EVIDENCE_MAX, Obligation, Outcome, State, Uncovered};
pub use outlook::{Outlook, OutlookSettings};
pub use pack::{
    Accountable, Anchor, Basis, Before, Call, Class, ClockAsk, Condition, Coverage, Dues,
    Effective, End, Ends, Excuse, Field, Form, NamedWord, Needed, OfServices, Pack, PackError,
    Part, Promise, Rule, Scope, ServiceAsk, Severity, Term, Test, Trigger, Unit, Witness,
};
pub use packs::Packs;
pub use public_waits::{CountBand, PublicSettings, PublicWaits};
pub use safety_net::{
    About, Expectation, FeedRule, Heartbeat, Hours, NetDeadline, NetEdition, NetOwner, NetPriority,
    SafetyNet,
};
pub use services::{Live, Reached, ServicePromise, ServiceSaid, Side, judge_service};
pub use standards::{read_standards, shipped_standards};
pub use targets::{ListFigure, ListTarget, Measure, TargetScope, Targets};
