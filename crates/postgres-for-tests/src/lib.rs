//! A PostgreSQL for tests: a throw-away cluster a process, and a database a test.
//!
//! With `WAYMARK_TEST_POSTGRES` set to the address of a superuser, databases are made there. Else the
//! binaries found in the `PATH` or below `/usr/lib/postgresql` make a cluster of their own in a
//! temporary directory, with its own socket and port; it goes when the process ends, however it ends.
//! Where there is neither, a test panics and says what to install: none is skipped.
//!
//! It is for tests alone: what cannot go on panics with what it saw.
#![expect(
    clippy::panic,
    clippy::expect_used,
    reason = "a harness for tests stops at once and says what it saw"
)]

mod binaries;
mod cluster;
mod connect;
mod database;
mod pooler;

pub use cluster::Cluster;
pub use connect::connect;
pub use database::Database;
pub use pooler::Pooler;
