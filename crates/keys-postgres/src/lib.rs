//! KEYS in PostgreSQL, for several servers over one log: in a schema of their own (`waymark_keys`), in
//! the log's database or in another.
//!
//! Invariants of this room:
//! - an owner has one key, whichever servers make it at once; it is on disk before it is used;
//! - a key is made, read and erased, and never changed: triggers refuse it, and so do the rights of the
//!   role that servers are members of;
//! - an erasure changes the number that every server asks for before it gives a key out from memory;
//! - the keys of one log are not taken for those of another;
//! - nothing is kept in a session, and no error holds a key or whose it is.
//!
//! Read in this order: `open`, `subjects`, `secrets`.

mod open;
mod secrets;
mod subjects;

pub use open::{OpenError, PostgresKeys};

#[cfg(test)]
mod tests;
