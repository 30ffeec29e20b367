//! A server that speaks as KurrentDB does, for tests: streams, `$all`, subscriptions, a cluster with a
//! leader. It keeps everything in memory and breaks at will ([`Chaos`]).
//!
//! It is no KurrentDB. What is proved against it is proved of the protocol and of our dealing with its
//! faults, not of that server's disks, elections or speed. The messages are those of the protos that the
//! official client ships; the official clients of three languages are held against it in `tests/`.
//!
//! It has no persistent subscriptions, projections, links, users beyond one, access lists, or appends to
//! several streams at once.
//!
//! What it does as the server does, because a client of it falls over otherwise:
//!
//! - positions in `$all` grow by more than one, and only a position that was handed out can be read from;
//! - an append is idempotent by its event ids, at the place they were first written;
//! - a read begins at a revision or position, a subscription after it;
//! - the log does not begin empty: events of the system stand in `$all` and are not the caller's.

mod batch;
mod chaos;
mod cluster;
mod counters;
mod door;
mod filter;
mod gossip;
mod ice;
mod log;
mod net;
mod node;
mod read;
mod refusal;
mod roles;
mod settings;
mod shared;
mod streams;
mod subscribe;
mod tell;
mod wire;

pub use chaos::{Chaos, Loss};
pub use cluster::{Cluster, Node};
pub use counters::Asked;
pub use settings::{Identity, Settings, User};
