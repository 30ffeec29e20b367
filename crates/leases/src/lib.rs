//! WHO DOES WHAT. Several servers over one PostgreSQL share work by leases: a row a work, with the
//! server that does it, until when, and an epoch that grows whenever it changes hands.
//!
//! Invariants of this room:
//! - a work is done by one server at a time, as far as writing goes: whoever writes checks its epoch
//!   in the same transaction ([`FENCE`]), so one that was asleep while another took over is refused;
//! - times are those of the database's clock; servers' clocks are never compared;
//! - no lock is held longer than a transaction: a pooler that lends connections by the transaction may
//!   stand between;
//! - a server that dies is without work after [`TTL`]; one that leaves gives its work back at once.
//!
//! Read in this order: `share`, `row`, `round`, `leases`.

mod leases;
mod round;
mod row;
mod share;

#[cfg(test)]
mod tests;

pub use leases::{Held, LeaseError, Leases, Standing};
pub use round::{EVERY, TTL};
pub use row::{FENCE, LOOK};
