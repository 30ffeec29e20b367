//! The settings of a store.

use std::time::Duration;

use event_store::{APPENDS_IN_FLIGHT_MAX, NowMicros};

use crate::names::LogName;

/// Settings of a store; [`Options::new`] has those we ship.
#[derive(Clone)]
pub struct Options {
    /// The time in microseconds since 1970, for `recorded_at`.
    pub now: NowMicros,
    /// What the log is called on the cluster.
    pub log: LogName,
    /// Appends that may wait or be written before others are told `Overloaded`.
    pub appends_max: usize,
    /// Bytes of appends that may wait or be written, before others are told `Overloaded`.
    pub bytes_max: usize,
    /// The largest append taken. A server as shipped takes 1 MiB and counts all that stands beside a
    /// payload, in base64 where it is sealed.
    pub append_bytes_max: usize,
    /// How long a read or an append is tried again before it is given up.
    pub patience: Duration,
    /// How long an answer may take, or pause, before its client is given up.
    pub silence: Duration,
    /// How long the server may search what others wrote for the next event of this log. A node that is
    /// gone meanwhile is found out by the pings of the connection.
    pub search: Duration,
    /// How long a fresh client may take to find a node.
    pub connecting: Duration,
    /// After so long without a word a follower looks whether there was anything to say.
    pub quiet: Duration,
    /// Ids of events in streams that are remembered, 16 bytes each: who appends to a stream that is
    /// remembered need not have it read first.
    pub ids_max: usize,
}

impl Options {
    /// The settings we ship, with the clock of the caller.
    pub fn new(now: NowMicros) -> Self {
        Self {
            now,
            log: LogName::default(),
            appends_max: APPENDS_IN_FLIGHT_MAX,
            bytes_max: 64 * 1024 * 1024,
            append_bytes_max: 384 * 1024,
            patience: Duration::from_secs(15),
            silence: Duration::from_secs(10),
            search: Duration::from_secs(60),
            connecting: Duration::from_secs(10),
            quiet: Duration::from_secs(10),
            ids_max: 1_000_000,
        }
    }
}
