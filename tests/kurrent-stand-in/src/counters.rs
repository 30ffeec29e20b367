//! What was asked of a cluster, counted.

use std::sync::atomic::{AtomicU64, Ordering};

/// The counters of all nodes.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    pub(crate) appends: AtomicU64,
    pub(crate) batches: AtomicU64,
    pub(crate) batch_appends: AtomicU64,
    pub(crate) reads: AtomicU64,
    pub(crate) subscriptions: AtomicU64,
    pub(crate) gossips: AtomicU64,
    pub(crate) not_leader: AtomicU64,
    pub(crate) denied: AtomicU64,
}

/// Counts one more.
pub(crate) fn count(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}

/// What was asked of a cluster since it started, whether or not it was answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Single appends.
    pub appends: u64,
    /// Streams of batch appends that were opened.
    pub batches: u64,
    /// Appends that came on them.
    pub batch_appends: u64,
    /// Reads of a stream or of `$all`, subscriptions not among them.
    pub reads: u64,
    /// Subscriptions to a stream or to `$all`.
    pub subscriptions: u64,
    /// Questions for the members of the cluster.
    pub gossips: u64,
    /// Requests for the leader that came to another node.
    pub not_leader: u64,
    /// Reads of `$all` and subscriptions to it that were denied.
    pub denied: u64,
}

impl Counters {
    pub(crate) fn told(&self) -> Asked {
        let of = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        Asked {
            appends: of(&self.appends),
            batches: of(&self.batches),
            batch_appends: of(&self.batch_appends),
            reads: of(&self.reads),
            subscriptions: of(&self.subscriptions),
            gossips: of(&self.gossips),
            not_leader: of(&self.not_leader),
            denied: of(&self.denied),
        }
    }
}
