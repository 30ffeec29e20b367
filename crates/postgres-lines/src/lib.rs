//! LINES. The way to PostgreSQL for whoever may block: connections are served by a thread of their own,
//! lent for a while and given back. And how a room's schema comes to its present format.
//!
//! Invariants of this room:
//! - whoever waits may block, wherever they stand: no runtime of theirs is stopped by it;
//! - nothing is kept in a session of PostgreSQL, so a pooler may stand between;
//! - no error quotes a value or a row.
//!
//! Read in this order: `fault`, `driver`, `pool`, `migrate`.

mod driver;
mod fault;
mod migrate;
mod pool;

pub use driver::{Connect, ConnectError, wait};
pub use fault::PostgresFault;
pub use migrate::{MigrateError, Migrations};
pub use pool::Pool;
