//! PLACES that a server must find again: how far each follower of the log came, and the alerts that
//! their endpoints did not take. In a data directory for one server, in PostgreSQL for several.
//!
//! Invariants of this room:
//! - what is written is whole and on disk, or not there;
//! - whoever writes under a lease ([`Fence`]) is refused once the work is in other hands, by the
//!   transaction that writes;
//! - a damaged row is told of, stays where it is, and holds up no other;
//! - nothing of a step or a person is kept here, but ids and positions.
//!
//! Read in this order: `fence`, `error`, `places`, `shelf`, `directory`, `alerts`, `postgres`, `moved`, `both`.

mod alerts;
mod both;
mod directory;
mod error;
mod fence;
mod moved;
mod places;
mod postgres;
pub mod private;
mod shelf;

#[cfg(test)]
mod tests;

pub use both::Cabinet;
pub use error::CabinetError;
pub use fence::Fence;
pub use places::{Drawer, Places};
pub use shelf::{Again, Dead, Listed, Shelf};
