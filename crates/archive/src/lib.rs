//! ARCHIVE. A whole log as one file, and back into any store: moving house.
//!
//! Where `export` tells steps as a sending system would, an archive holds the events themselves: ids,
//! times, revisions, order and bytes, and the keys that open their sealed parts. Put into an empty
//! store it gives the same log, and so the same views.
//!
//! Invariants of this room:
//! - the file says where it ends and what it holds, so that one cut short is refused before a line of it
//!   is written anywhere;
//! - bytes are kept as they are: payloads and descriptions are never decoded;
//! - what a store holds already is compared to its end before anything is written to it;
//! - restoring again does nothing: a move that broke off is begun again.
//!
//! Read in this order: `line`, `write`, `check`, `overlap`, `restore`.

mod line;

mod write;

mod check;
mod overlap;
mod restore;

#[cfg(test)]
mod tests;

pub use check::{BadArchive, Summary, check};
pub use restore::{RestoreError, Restored, restore};
pub use write::{WriteError, write};
