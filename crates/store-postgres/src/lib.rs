//! The store for many servers: PostgreSQL 15 and later, one log, group commit under one lock.
//!
//! Invariants of this room:
//! - who appends holds the advisory lock of the log until the commit is seen by all, so positions are
//!   dense and whoever sees one sees every one before it;
//! - appends of a process that wait share a transaction; each is answered by itself;
//! - nothing is kept in a session: no prepared statement, no setting, no lock outlives its
//!   transaction, so a pooler that lends connections by the transaction may stand between;
//! - rows of the log are never changed or deleted: triggers refuse it, and so do the rights of the
//!   role that servers are members of;
//! - no error carries an address with its password, nor a row.
//!
//! Read in this order: `store`, `address`, `tls`, `connect`, `open`, `migrate`, `queue`, `writer`, `decode`,
//! `kinds`, `reader`, `follow`, `listen`.

mod store;

mod address;
mod connect;
mod tls;

mod migrate;
mod open;

mod queue;
mod writer;

mod decode;
mod fault;
mod follow;
mod kinds;
mod listen;
mod reader;

pub use address::{Address, BadAddress};
pub use fault::Fault;
pub use open::OpenError;
pub use store::{Listen, Options, PostgresStore, Stats};
