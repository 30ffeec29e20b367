//! The embedded default store: SQLite, one writer, group commit.
//!
//! Invariants of this room:
//! - one process holds the directory, by a lock; a second is told `InUse`; who only reads a copy out of it
//!   needs no lock;
//! - one thread writes; appends that wait share a transaction and its fsync;
//! - positions are dense, and every reader checks that it skipped none;
//! - rows of `events` are never changed or deleted: triggers refuse it;
//! - a damaged page is told by its number and what is wrong with it, never met in silence.
//!
//! Read in this order: `store`, `open`, `damage`, `queue`, `writer`, `decode`, `reader`, `pool`, `follow`,
//! `backup`.

mod store;

mod damage;
mod open;

mod queue;
mod writer;

mod decode;
mod follow;
mod pool;
mod reader;

mod backup;

pub use backup::{CopyError, LogCopy, LogEnd, copy, damage_of};
pub use open::OpenError;
pub use store::{Options, SqliteStore, Stats};
