//! NEXT STEP. Exactly one owner of the next step of a pathway, by when, and whom the patient contacts.
//!
//! [`next_step`] is a pure function of a history. Several threads may be open at once (a result not
//! seen, a letter not sent, an appointment booked); each is found by itself, and the first in the
//! order of [`State`] is the answer. What is not about the pathway (names, telephone numbers) is
//! joined from the directory when it is read: [`who_to_contact`].
//!
//! Invariants of this room:
//! - there is always exactly one owner; where none is known, that is an alarm and a person is named;
//! - a step passed to another organisation stays with the sender until it is accepted;
//! - the patient is never the owner in a work list: the team that keeps track is;
//! - no row depends on when it was computed: what the passing of time changes is read at a moment.
//!
//! docs/next-step.md has one line a state: owner, due, contacts, shortest history. A contact point
//! that failed belongs to a service and not to a pathway: [`line_to_mend`] answers for it.

mod advice;
mod answer;
mod cells;
mod contact;
mod due;
mod facts;
mod hand_over;
mod mending;
mod queries;
mod resolve;
mod roles;
mod state;
mod thread;
mod view;

pub use advice::{AskedAdvice, AskedBy, AskedRow, asked_advice, asked_by};
pub use answer::{
    Alarm, Appointment, AsOf, Assignment, Due, DueBasis, Missing, NextStep, Owner, Since, WaitingOn,
};
pub use contact::{
    Asking, ContactLine, Given, OwnerName, WhoToContact, due_in_words, line_between, who_to_contact,
};
pub use due::{DuePolicy, DuePolicyError, When};
pub use facts::AdviceStanding;
pub use mending::{LineToMend, line_to_mend};
pub use queries::{
    AlarmedAt, Cursor, OwnedBy, OwnedRow, alarmed, by_owner, by_owners, by_pathway, by_subject,
    pathways_of,
};
pub use resolve::next_step;
pub use roles::{role_code, role_from_code, role_in_words};
pub use state::{ContactSide, Side, State};
pub use view::NextStepView;

/// A row of the view: what `whoToContact` needs, without the stream.
pub type NextStepRow = NextStep;

#[cfg(test)]
mod tests;
