//! The store for a cluster of KurrentDB, or `EventStoreDB` as it was called, through its official client.
//!
//! Invariants of this room:
//! - every append says what it expects and carries ids that no other call has, so that the server takes
//!   each try of a call once and never takes one call for another;
//! - what the client is known not to carry is carried here: a node that is gone, a driver that is dead,
//!   an answer that never comes, a subscription that goes round or stands still;
//! - nothing is passed over in silence: a foreign stream, a gap in a stream and a history that was
//!   truncated or scavenged are errors;
//! - no error carries an address with its password, nor an event.
//!
//! Positions are the server's commit positions: they grow, and are not dense. Times of recording are
//! ours; those of appends that were on their way at once may cross.
//!
//! Read in this order: `store`, `options`, `address`, `names`, `open`, `codec`, `supervisor`, `fault`,
//! `reader`, `known`, `writer`, `lanes`, `restore`, `follow`, `continuity`, `spin`, `scan`, `moments`.

mod store;

mod address;
mod names;
mod open;
mod options;
mod runtime;

mod codec;
mod stamps;

mod chance;
mod fault;
mod supervisor;

mod known;
mod reader;

mod lanes;
mod locks;
mod restore;
mod room;
mod writer;

mod continuity;
mod follow;
mod spin;

mod moments;
mod scan;

pub use address::{Address, BadAddress};
pub use fault::Fault;
pub use names::{BadLogName, LogName};
pub use open::OpenError;
pub use options::Options;
pub use store::KurrentStore;
