//! WORDS. Identifiers, coded values and the steps of a pathway; no logic.
//!
//! One step is one struct. Its stored JSON and its JSON Schema derive from it, and the GraphQL
//! input is read off that schema. One list (`catalogue.rs`) writes the enum, names, ranks, decoding
//! and schemas.
//!
//! Invariants of this room:
//! - it leans on no other room;
//! - a value that exists is well formed: every type has one fallible way in, and serde uses it too;
//! - names are the same camelCase in JSON and GraphQL, and one field name has one type;
//! - what is written is frozen: a change of shape is a new struct and a `From` the old.
//!
//! Read in this order: `words`, `identifiers`, `codes`, `personal`, `occurred`, the groups, `catalogue`.

#[macro_use]
mod words;
pub mod codes;
pub mod identifiers;
pub mod occurred;
pub mod personal;

pub mod admission_and_medicines;
pub mod advice_and_referral;
pub mod booking_and_attendance;
pub mod clock_and_list;
pub mod interface_and_safety;
pub mod letters_and_information;
pub mod named_by_rules;
pub mod record_keeping;
pub mod tests_and_results;

mod catalogue;
mod decode;

pub use catalogue::{Group, Step, StepKind};
pub use decode::{BadStep, decode, decode_input, without_values};
pub use identifiers::*;
pub use occurred::OccurredAt;
pub use personal::Personal;
