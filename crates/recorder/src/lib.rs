//! COMMANDS. Find the pathway, load its history, decide, append; retry a lost race.
//!
//! Invariants of this room:
//! - the same command id with the same content is the same command, however often it comes;
//! - a step moved from another log keeps its event id; only an import sets it;
//! - the actor is an argument, from the token, never from the input;
//! - what matches no pathway is parked, never dropped, and joins its pathway when that arrives;
//! - a pathway has an identifier for as long as a step in effect on it brings it;
//! - a lost race is retried a bounded number of times with the same event ids.

mod brought;
mod claims;
mod command;
mod findings;
mod identity;
mod ids;
mod intake;
mod linking;
mod load;
mod origin;
mod place;
mod reachable;
mod record;
mod repeats;
mod route;
mod settle;
mod streams;

pub use claims::holder_of;
pub use command::{Command, Outcome, PathwayRef, Provenance, RecordError, Refused, Target};
pub use identity::{identifier_brought_by, identifier_sought_by};
pub use ids::{event_id, pathway_of_command};
pub use intake::{Intake, IntakeRefusal, PathwayKey};
pub use load::{Recorder, subject_of};
pub use origin::Origin;
pub use route::{opens_a_pathway, own_stream};

#[cfg(test)]
mod tests;
